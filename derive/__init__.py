"""derive: one formula becomes a checked derivation, a LaTeX page, a NumPy kernel and a C kernel."""
