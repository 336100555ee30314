"""How experiments are handed over, sealed, run and witnessed. Judges nothing."""
