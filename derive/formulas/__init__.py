"""The catalogue: one small file for each formula, mathematics only."""
