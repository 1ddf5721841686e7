"""The theory on paper: documents of LaTeX with their pictures and exhibits become PDF files."""

from __future__ import annotations

from derive.readers.paper.build import Edition, Pdf, build_pdf, pdf_name

__all__ = ["Edition", "Pdf", "build_pdf", "pdf_name"]
