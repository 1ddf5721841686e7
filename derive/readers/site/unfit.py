"""What can go wrong with a site."""

from __future__ import annotations

from derive.language.errors import DeriveError


class SiteError(DeriveError):
    """The site cannot be built or served: says what is missing and how to mend it."""
