"""Functions that a generated module brings along: each is there only where a kernel calls it."""

from __future__ import annotations

from collections.abc import Iterable

HELPERS = {
    "_sum": '''
def _sum(values: Array) -> Array:
    """The sum of each row, few classes by halves: neither the other rows nor the order in memory change its bits."""
    classes = values.shape[-1]
    if classes > _FEW:
        return np.add.reduce(np.ascontiguousarray(values), axis=-1, keepdims=True)
    lines = np.ascontiguousarray(values.T) if classes > 1 else values.T.copy()
    while classes > 1:
        half = classes // 2
        folded = lines[:half] + lines[half : 2 * half]
        if classes % 2:
            folded[:1] += lines[-1:]
        lines, classes = folded, half
    return lines.T
''',
    "_inner_sum": '''
def _inner_sum(values: Array) -> Array:
    """The sum over the last of several class axes."""
    found: Array = np.add.reduce(np.ascontiguousarray(values), axis=-1)
    return found
''',
    "_at": '''
def _at(values: Array, index: Array) -> Array:
    """The value of each row at one class."""
    if index.shape[-1] > 1:
        return np.take_along_axis(values, index, axis=-1)
    flat, places = _places(values, index)
    return flat.take(places)
''',
    "_places": '''
def _places(values: Array, index: Array) -> tuple[Array, Array]:
    """The values one after the other, and where among them each row has its class."""
    flat = values.reshape(-1)
    return flat, index if len(values) == 1 else index + _starts(*values.shape)
''',
    "_starts": '''
@functools.lru_cache(maxsize=2)  # that of most blocks, and that of the last
def _starts(rows: int, classes: int) -> Array:
    """Where among the values, one after the other, each row begins."""
    starts = np.arange(0, rows * classes, classes)[:, None]
    starts.flags.writeable = False
    return starts
''',
    "_put": '''
def _put(values: Array, index: Array, new: Any) -> None:
    """Writes one class of each row."""
    flat, places = _places(values, index)
    flat[places] = new
''',
    "_has_nan": '''
def _has_nan(values: Array) -> bool:
    """Whether one of the values is a NaN, which is then the largest to argmax."""
    return math.isnan(values.item(values.argmax()))
''',
    "_maximum": '''
def _maximum(values: Array) -> Array:
    """The largest value of each row, a NaN where there is one."""
    lines = np.asfortranarray(values) if values.shape[-1] <= _FEW else values
    found: Array = np.maximum.reduce(lines, axis=-1, keepdims=True)
    return found
''',
    "_highest": '''
def _highest(values: Array) -> Array:
    """The largest value of each row; a NaN is never the largest."""
    found = _maximum(values)
    if _has_nan(found):
        found = np.fmax.reduce(values, axis=-1, initial=-np.inf, keepdims=True)
    return found + 0.0  # of two zeros, whichever came first, the one without a sign
''',
    "_largest": '''
def _largest(values: Array) -> tuple[Array, Array, Array]:
    """The largest value of each row (a NaN is never the largest), the first class that has it, and what is there."""
    classes = values.shape[-1]
    if classes > _FEW or values.ndim > 2 or len(values) < 512:
        where = values.argmax(axis=-1, keepdims=True)
        found = np.take_along_axis(values, where, axis=-1) if values.ndim > 2 else _at(values, where)
    else:  # argmax takes its time for each row
        lines = np.asfortranarray(values)
        found = _maximum(lines)
        left = np.arange(classes, 0, -1, dtype=np.uint8)  # how many classes are left: the most where it is first
        where = classes - _maximum((lines == found) * left).astype(np.intp)
    if _has_nan(found):
        found, where, _ = _largest(np.where(np.isnan(values), -np.inf, values))
        return found, where, np.take_along_axis(values, where, axis=-1)
    found = found + 0.0  # of two zeros, whichever came first, the one without a sign
    return found, where, found
''',
    "_without": '''
def _without(values: Array, index: Array) -> Array:
    """A copy of the values with 0 at one class of each row, whatever stands there."""
    if values.ndim == index.ndim == 2 and len(values) == len(index):
        return _cleared(values.copy(), index)
    shape = np.broadcast_shapes(values.shape, index.shape)
    rest = np.array(np.broadcast_to(values, shape), order="C")
    np.put_along_axis(rest, np.broadcast_to(index, (*shape[:-1], 1)), 0.0, axis=-1)
    return rest
''',
    "_cleared": '''
def _cleared(values: Array, index: Array) -> Array:
    """The values themselves, with 0 written at one class of each row."""
    flat, places = _places(values, index)
    flat[places] = 0.0
    return values
''',
    "_sum_without": '''
def _sum_without(values: Array, index: Array) -> tuple[Array, Array]:
    """The sum of each row without one class, whatever stands there, and what does: it is put back afterwards."""
    flat, places = _places(values, index)
    there = flat.take(places)
    flat[places] = 0.0
    found = _sum(values)
    flat[places] = there
    return found, there
''',
    "_are_labels": '''
def _are_labels(values: Array, classes: int) -> bool:
    """Whether the values, of which there are some, all name a class."""
    unsigned = values.view(np.uintp)  # below 0 is far above
    named: bool = unsigned.item(unsigned.argmax()) < classes
    return named
''',
    "_diagonal": '''
def _diagonal(matrices: Array) -> Array:
    """The diagonal of each matrix, as a view that can be written."""
    diagonal: Array = np.einsum("...ii->...i", matrices)
    return diagonal
''',
    "_highest_finite": '''
def _highest_finite(values: Array) -> Array:
    """The largest value of each row, a NaN never being it; 0 where it is infinite or there is none."""
    found = _maximum(values)
    if not _are_finite(found):
        found = _finite_or_zero(np.fmax.reduce(values, axis=-1, keepdims=True))
    return found + 0.0  # of two zeros, whichever came first, the one without a sign
''',
    "_are_finite": '''
def _are_finite(values: Array) -> bool:
    """Whether there is no infinity and no NaN."""
    if values.size == 1:
        return math.isfinite(values.item())
    finite: bool = np.count_nonzero(np.isfinite(values)) == values.size
    return finite
''',
    "_finite_or_zero": '''
def _finite_or_zero(values: Array) -> Array:
    """The values, with 0 for infinities and NaN."""
    return values if _are_finite(values) else np.where(np.isfinite(values), values, 0.0)
''',
    "_supported": '''
def _supported(weights: Array, values: Array) -> Array:
    """The values where their weights are not 0, else minus infinity: what has no weight is not the largest."""
    return np.where(weights == 0.0, -np.inf, values)
''',
    "_weighted": '''
def _weighted(weights: Any, values: Any) -> Array:
    """The values times their weights; a weight of 0 gives 0, whatever the value."""
    found = np.asarray(np.multiply(weights, values))
    nothing = np.equal(weights, 0.0)
    return np.where(nothing, 0.0, found) if np.count_nonzero(nothing) else found
''',
    "_erf": '''
def _erf(values: Array) -> Array:
    """The error function: NumPy has none, so the one of Python's math module, value by value, in double precision."""
    given = np.asarray(values)
    found = np.fromiter(map(math.erf, given.ravel().tolist()), dtype=np.float64, count=given.size)
    shaped: Array = found.reshape(given.shape).astype(given.dtype)
    return shaped
''',
    "_erfc": '''
def _erfc(values: Array) -> Array:
    """What is left of 1 by the error function, by Python's math module, value by value, in double precision."""
    given = np.asarray(values)
    found = np.fromiter(map(math.erfc, given.ravel().tolist()), dtype=np.float64, count=given.size)
    shaped: Array = found.reshape(given.shape).astype(given.dtype)
    return shaped
''',
    "_erfcx": '''
def _erfcx(values: Array) -> Array:
    """``exp(u^2) erfc(u)``, value by value, in double precision."""
    given = np.asarray(values)
    found = np.fromiter(map(_erfcx_of, given.ravel().tolist()), dtype=np.float64, count=given.size)
    with np.errstate(over="ignore"):
        shaped: Array = found.reshape(given.shape).astype(given.dtype)
    return shaped


def _erfcx_of(u: float) -> float:
    """By Python's math module, the square in two parts; above 25 the first terms of a series in 1/u^2."""
    if u < 25.0:
        if u < -26.0:
            return math.inf if u < -26.7 else 2.0 * math.exp(0.5 * u * u) ** 2
        high = float(np.float32(u))
        return math.exp(high * high) * math.exp((u - high) * (u + high)) * math.erfc(u)
    total = 1.0
    for k in (13, 11, 9, 7, 5, 3, 1):
        total = 1.0 - total * k / (2.0 * u * u)
    return total / (u * math.sqrt(math.pi))
''',
    "_compare": '''
def _compare(one: Any, other: Any, below: Any, equal: Any, above: Any) -> Array:
    """One of the last three by the order of the first two; NaN where these have none."""
    rest = np.where(one == other, equal, np.add(one, other))
    found: Array = np.where(one < other, below, np.where(one > other, above, rest))
    return found
''',
    "_weighted_ratio": '''
def _weighted_ratio(weights: Any, values: Any) -> Array:
    """The weights divided by the values; a weight of 0 gives 0, whatever the value."""
    found = np.asarray(np.divide(weights, values))
    nothing = np.equal(weights, 0.0)
    return np.where(nothing, 0.0, found) if np.count_nonzero(nothing) else found
''',
    "_log_ratio": '''
def _log_ratio(above: Any, below: Any) -> Array:
    """The logarithm of the quotient; a difference of logarithms where the quotient leaves the normal numbers."""
    ratio = np.asarray(np.divide(above, below))
    found = np.asarray(np.log(ratio))
    limits = np.finfo(ratio.dtype)
    outside = ~((ratio >= limits.tiny) & (ratio <= limits.max))
    if outside.any():
        found = np.where(outside, np.subtract(np.log(above), np.log(below)), found)
    return found
''',
    "_where_nonnegative": '''
def _where_nonnegative(signs: Array, above: Any, below: Any) -> Array:
    """The one value where the sign is that of 0 or above, the other where it is below; NaN where there is none."""
    if np.count_nonzero(np.isnan(signs)):
        return np.where(signs >= 0.0, above, np.where(signs < 0.0, below, signs))
    # The choice is made bit by bit: np.where takes a branch for each value, and half of them are guessed wrong.
    bits = np.dtype(f"i{signs.dtype.itemsize}")
    negative = -(signs < 0.0).astype(bits)
    one, other = (np.asarray(value, signs.dtype).view(bits) for value in (above, below))
    chosen: Array = ((one ^ other) & negative ^ one).view(signs.dtype)
    return chosen
''',
}
"""Name -> text.  What an operation of the loop IR means where NumPy has no function for it."""

NEEDS = {
    "_highest": ("_maximum", "_has_nan"),
    "_highest_finite": ("_maximum", "_are_finite", "_finite_or_zero"),
    "_finite_or_zero": ("_are_finite",),
    "_largest": ("_at", "_places", "_starts", "_maximum", "_has_nan"),
    "_at": ("_places", "_starts"),
    "_put": ("_places", "_starts"),
    "_cleared": ("_places", "_starts"),
    "_without": ("_cleared", "_places", "_starts"),
    "_sum_without": ("_sum", "_places", "_starts"),
}
"""The helpers that a helper calls, itself or through another."""


def modules_of(used: Iterable[str], *, parameters: bool) -> list[str]:
    """The modules that a generated one imports: for these helpers, and for the checks of parameters."""
    found = {module for name in used for module in ("functools", "math") if f"{module}." in HELPERS[name]}
    return sorted(found | {"math", "numbers"} if parameters else found)
