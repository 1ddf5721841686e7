"""The web site: the generated pages with their code and pictures, in every language, online or not."""

from derive.site.build import build_site
from derive.site.errors import SiteError
from derive.site.serve import address, serve, server

__all__ = ["SiteError", "address", "build_site", "serve", "server"]
