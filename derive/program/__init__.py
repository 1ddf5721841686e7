"""How a formula is computed: stabilise, lower, specialise, share, fuse."""
