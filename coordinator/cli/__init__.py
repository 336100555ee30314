"""The command line: one module a command, composed of the real clock, disk and processes."""
