"""Does an experiment touch the target only as deeply as it says?"""

from __future__ import annotations

from coordinator.model.observation import CodeFacts


def misdeclared(declared: int, code: CodeFacts) -> str | None:
    """Say in which way the declared tier is not the actual one; None if they agree.

    Tier 3 is told by files in patches/, tier 2 by assignments to attributes of the target's modules. A plan
    that declares 2 and only reads is believed: patching by ways that cannot be seen in the text exists.
    """
    if code.has_patches and declared != 3:
        return f"there are files in patches/, which is tier 3, and the plan says {declared}"
    if declared == 3 and not code.has_patches:
        return "the plan says tier 3 and there is nothing in patches/"
    if declared == 1 and code.patches_modules:
        return "the code assigns to attributes of the target's modules, which is tier 2, and the plan says 1"
    return None
