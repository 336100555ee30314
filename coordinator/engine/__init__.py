"""When to look, what is there, carry it out, and the loop. Decides nothing."""
