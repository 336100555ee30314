"""Documents to values and back: one module a document, every problem with path, line, code and hint.

Takes bytes and gives values; never touches the disk or the clock, and never decides.
"""
