"""How do the tests run in parallel? As these options of pytest-xdist say, for whoever runs them all."""

PARALLEL = ("-n", "2", "--dist", "loadfile", "--max-worker-restart=0")
"""Two workers; a file stays in one of them, so that what its tests share is made once. When one of them dies, the
run ends and names its test: with another in its place, pytest-xdist 3.8.0 waits for ever at the end."""
