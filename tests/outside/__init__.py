"""Formulas of people outside the catalogue, and what their kernels have to give."""
