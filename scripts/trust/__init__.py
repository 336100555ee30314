"""The trust benchmark's rooms: pool, world, workers, deeds, judges, tally."""
