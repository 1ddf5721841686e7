"""The web site: the generated pages with their code and pictures, in every language, online or not."""

from derive.readers.site.build import build_site
from derive.readers.site.serve import address, serve, server
from derive.readers.site.unfit import SiteError

__all__ = ["SiteError", "address", "build_site", "serve", "server"]
