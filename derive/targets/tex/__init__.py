"""Mathematics in the notation of TeX, for every target that shows it: LaTeX, web pages, notebooks.  Not a target."""
