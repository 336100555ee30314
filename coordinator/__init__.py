"""Drive coding assistants from question to findings, believing nothing that was not witnessed.

The rooms and their floors are drawn in docs/architecture.md; the import contracts in setup.cfg hold them.
"""

__version__ = "0.1.0"
