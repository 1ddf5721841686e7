"""Functions that a generated module brings along: each is there only where a kernel calls it."""

from __future__ import annotations

HELPERS = {
    "_at": '''
def _at(values: Array, index: Array) -> Array:
    """The value of each row at one class."""
    if values.shape[:-1] != index.shape[:-1] or index.shape[-1] != 1:
        return np.take_along_axis(values, index, axis=-1)
    starts = np.arange(0, values.size, values.shape[-1])
    return values.reshape(-1)[index.reshape(-1) + starts].reshape(index.shape)
''',
    "_highest": '''
def _highest(values: Array) -> Array:
    """The largest value of each row; a NaN is never the largest."""
    found: Array = np.maximum.reduce(values, axis=-1, keepdims=True)
    if np.isnan(found).any():
        found = np.fmax.reduce(values, axis=-1, initial=-np.inf, keepdims=True)
    return found + 0.0  # of two zeros, whichever came first, the one without a sign
''',
    "_largest": '''
def _largest(values: Array) -> tuple[Array, Array]:
    """The largest value of each row, and the first class that has it; a NaN is never the largest."""
    where = np.argmax(values, axis=-1, keepdims=True)
    starts = np.arange(0, values.size, values.shape[-1])
    found = values.reshape(-1)[where.reshape(-1) + starts].reshape(where.shape)
    if np.isnan(found).any():
        comparable = np.where(np.isnan(values), -np.inf, values)
        where = np.argmax(comparable, axis=-1, keepdims=True)
        found = np.take_along_axis(comparable, where, axis=-1)
    return found, where
''',
    "_without": '''
def _without(values: Array, index: Array) -> Array:
    """A copy of the values with 0 at one class of each row, whatever stands there."""
    if values.shape[:-1] == index.shape[:-1] and index.shape[-1] == 1:
        rest = np.array(values, order="C")
        rest.reshape(-1)[index.reshape(-1) + np.arange(0, rest.size, rest.shape[-1])] = 0.0
        return rest
    shape = np.broadcast_shapes(values.shape, index.shape)
    rest = np.array(np.broadcast_to(values, shape), order="C")
    np.put_along_axis(rest, np.broadcast_to(index, (*shape[:-1], 1)), 0.0, axis=-1)
    return rest
''',
    "_diagonal": '''
def _diagonal(matrices: Array) -> Array:
    """The diagonal of each matrix, as a view that can be written."""
    diagonal: Array = np.einsum("...ii->...i", matrices)
    return diagonal
''',
    "_finite_or_zero": '''
def _finite_or_zero(values: Array) -> Array:
    """The values, with 0 for infinities and NaN."""
    return np.where(np.isfinite(values), values, 0.0)
''',
    "_supported": '''
def _supported(weights: Array, values: Array) -> Array:
    """The values where their weights are not 0, else minus infinity: what has no weight is not the largest."""
    return np.where(weights == 0.0, -np.inf, values)
''',
    "_weighted": '''
def _weighted(weights: Any, values: Any) -> Array:
    """The values times their weights; a weight of 0 gives 0, whatever the value."""
    return np.where(weights == 0.0, 0.0, np.multiply(weights, values))
''',
    "_erf": '''
def _erf(values: Array) -> Array:
    """The error function: NumPy has none, so the one of Python's math module, value by value, in double precision."""
    given = np.asarray(values)
    found = np.fromiter(map(math.erf, given.ravel().tolist()), dtype=np.float64, count=given.size)
    shaped: Array = found.reshape(given.shape).astype(given.dtype)
    return shaped
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
    return np.where(weights == 0.0, 0.0, np.divide(weights, values))
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
    return np.where(signs >= 0.0, above, np.where(signs < 0.0, below, signs))
''',
}
"""Name -> text.  What an operation of the loop IR means where NumPy has no function for it."""
