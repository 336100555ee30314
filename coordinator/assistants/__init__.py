"""How each coding assistant is set up, kept going and started."""
