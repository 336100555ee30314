"""Views of what was decided: findings, board, plots. Decides nothing."""
