"""The decisions: pure functions over immutable values, told the time, given the whole state.

Never touches disk, clock, log, process or randomness; the import contract in setup.cfg holds it to that.
"""
