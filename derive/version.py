"""The version of derive, and when this process began to read its code; nothing generated ever names them."""

import time

__version__ = "0.1.0"

STARTED = time.time()
"""Code that was changed later is not the code that runs here."""
