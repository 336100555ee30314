"""What do the tests of the target need? Its modules importable from its folder, as experiments see them."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

for folder in (ROOT / "research_target", ROOT / "scripts"):
    sys.path.insert(0, str(folder))  # a codebase under study and programs, not packages
