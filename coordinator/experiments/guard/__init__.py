"""What holds an experiment to its place: prevention where the machine has it, comparison everywhere.

Nothing is imported here: a warden, which has to be small, loads `confine` and what it needs, and no more.
"""
