"""The nouns: frozen values and enums. Nothing here decides, reads or writes."""
