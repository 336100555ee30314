"""The disk: all file names, the one function that reads, the one that writes, the locks and the ledger.

Knows no rules.
"""
