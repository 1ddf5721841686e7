"""The playground: a formula is typed on a page, and derived in the browser by derive itself."""
