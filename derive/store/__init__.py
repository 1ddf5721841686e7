"""What was made once and is kept: a private folder, keys that name all that a thing was made from, records in it."""

from __future__ import annotations

from derive.store.cache import Cache, CacheError, cache_folder, key_of
from derive.store.sources import build_key, says_the_same, source_key

__all__ = ["Cache", "CacheError", "build_key", "cache_folder", "key_of", "says_the_same", "source_key"]
