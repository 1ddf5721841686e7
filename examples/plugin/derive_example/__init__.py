"""Formulas and a target that derive finds by the entry points of this package."""
