"""PDF to three tiers of text."""
