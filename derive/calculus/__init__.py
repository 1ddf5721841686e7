"""How a formula is transformed: rules as data, the steps really taken, theorems."""
