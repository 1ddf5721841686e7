"""Pictures of the theory, each computed with the generated kernels: SVG, light and dark, in every language."""

from __future__ import annotations

from collections.abc import Mapping

from derive.catalogue import UnknownName, unknown
from derive.readers.pictures import (
    entropy,
    information,
    kl_simplex,
    likelihood_underflow,
    lse_bounds,
    naive_overflow,
    saturation,
    temperature,
    ulp_offset,
)
from derive.readers.pictures.draw import draw_all
from derive.readers.pictures.picture import Picture, PictureError

__all__ = ["PICTURES", "Picture", "PictureError", "draw_all", "picture_called"]

_MODULES = (
    information,
    entropy,
    kl_simplex,
    likelihood_underflow,
    saturation,
    temperature,
    lse_bounds,
    naive_overflow,
    ulp_offset,
)
PICTURES: Mapping[str, Picture] = {module.PICTURE.name: module.PICTURE for module in _MODULES}
"""Name -> picture, in the order in which the theory needs them."""


def picture_called(name: str) -> Picture:
    """The picture of this name.  Raises UnknownName where there is none."""
    if name not in PICTURES:
        raise UnknownName(unknown("picture", name, PICTURES))
    return PICTURES[name]
