"""The guided path: at each topic what a first reading needs, formula after formula, and exercises on it."""
