"""What is claimed of the formulas of the catalogue, with proofs; the order in which to read them."""
