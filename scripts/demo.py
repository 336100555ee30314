"""What does a whole run look like? Plays one with scripted workers and real experiments; no assistant needed.

    python3 scripts/demo.py              in a temporary folder, whose name it prints
    python3 scripts/demo.py my-demo      in a folder that stays yours

Arguments go to `python -m coordinator demo` as they are; `--help` lists what it takes.
"""

import sys

import environment


def main() -> None:
    """Become `python -m coordinator demo`, so that its output and its exit code are ours."""
    environment.enter()
    environment.become([sys.executable, "-m", "coordinator", "demo", *sys.argv[1:]])


if __name__ == "__main__":
    main()
