"""The functions as C: one text for both formats, with the numbers of a format and the polynomials to be filled in.

No branch and no call of a library: a loop that calls them is turned into vector instructions.  No step asks for a fused
multiply-add or is harmed by one: wherever a rounding error is caught, the product in it is exact.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Polynomial:
    """Where the value of a fitted polynomial is computed: ``name`` becomes its value at ``at``."""

    name: str
    at: str
    fit: str


@dataclass(frozen=True)
class Text:
    """An inline function ``derive_<tag>_<name>``; ``$``-words stand for what depends on the format.

    uses: the functions of this file that it calls.
    """

    name: str
    about: str
    body: tuple[str | Polynomial, ...]
    parameters: str = "$real u"
    returns: str = "$real"
    uses: tuple[str, ...] = ("bits", "of_bits")
    approximates: bool = True


_NEAREST_MULTIPLE = (
    "/* u = n log 2 + r.  In a sum as large as `shift` the last bit counts 1: n is rounded there to a whole number,",
    " * which the low bits of the sum hold. */",
    "const $real sum = u * $log2_e + shift;",
    "const $real n = sum - shift;",
)

_POWER_AND_FRACTION = (
    "/* The argument is 2^k (1 + f), where 1 + f lies between the roots of 1/2 and of 2: the exponent's bits change",
    " * where the fraction passes the root of 2 once the difference of 1 and the root of 1/2 is added to the bits. */",
    "const $bits shifted = derive_${tag}_bits(argument) + $one_less_root_half;",
    "const $bits biased = shifted >> $fraction;",
    "const $real k = derive_${tag}_of_bits($two_to_fraction_bits | biased) - $two_to_fraction_and_bias;",
    "const $real reduced = derive_${tag}_of_bits((shifted & $fraction_mask) + $root_half) - $one;",
)

_ATANH = (
    "/* log(1 + f) = 2 atanh(s) = f - (h - s (h + z p(z))), within 2^$log_error of it. */",
    "const $real s = f / ($two + f);",
    "const $real z = s * s;",
    "const $real h = $half * f * f;",
    Polynomial("p", "z", "log"),
)

TEXTS = (
    Text(
        "bits",
        "The bits of a number.",
        ("$bits bits;", "memcpy(&bits, &u, sizeof bits);", "return bits;"),
        returns="$bits",
        uses=(),
        approximates=False,
    ),
    Text(
        "of_bits",
        "The number that has these bits.",
        ("$real u;", "memcpy(&u, &bits, sizeof u);", "return u;"),
        parameters="$bits bits",
        uses=(),
        approximates=False,
    ),
    Text(
        "exp",
        "exp(u)",
        (
            "const $real shift = $exp_shift;",
            *_NEAREST_MULTIPLE,
            "const $real high = u - n * $log2_high;",
            "const $real low = n * $log2_low;",
            "const $real r = high - low;",
            "/* e^r = 1 + r + r^2 q(r), within 2^$exp_error of it; what r lost by rounding is kept. */",
            Polynomial("q", "r", "exp"),
            "const $real power = $one + (high + (r * r * q - low));",
            "/* The low bits hold n + 2 * $bias.  2^n is multiplied in two halves, each a normal number, so that a",
            " * result below the normal numbers is rounded as it should be. */",
            "const $bits whole = derive_${tag}_bits(sum);",
            "const $bits half = whole >> 1;",
            "const $real first = derive_${tag}_of_bits(half << $fraction);",
            "const $real second = derive_${tag}_of_bits((whole - half) << $fraction);",
            "const $real value = power * first * second;",
            "const $real finite = u > $exp_high ? $infinity : value;",
            "return u < $exp_low ? $zero : finite;",
        ),
    ),
    Text(
        "expm1",
        "exp(u) - 1",
        (
            "const $real shift = $expm1_shift;",
            *_NEAREST_MULTIPLE,
            "const $real high = u - n * $log2_high;",
            "const $real low = n * $log2_low;",
            "const $real r = high - low;",
            "const $real lost = (high - r) - low;",
            "/* e^r - 1 = r + r^2 q(r), within 2^$expm1_error of it; what r lost is put back. */",
            Polynomial("q", "r", "expm1"),
            "const $real rest = r * r * q + (lost + lost * r);",
            "/* Half of the result is (2^(n-1) - 1/2) + 2^(n-1) (r + rest).  What the large parts lose when they are",
            " * added is known exactly and is added to the small ones. */",
            "const $real scale = derive_${tag}_of_bits(derive_${tag}_bits(sum) << $fraction);",
            "const $real first = scale - $half;",
            "const $real back = first - scale;",
            "const $real first_lost = (scale - (first - back)) - ($half + back);",
            "const $real second = scale * r;",
            "const $real total = first + second;",
            "const $real second_lost = second - (total - first);",
            "const $real value = $two * (total + ((first_lost + second_lost) + scale * rest));",
            "const $real finite = u > $exp_high ? $infinity : value;",
            "const $real bounded = u < $expm1_low ? -$one : finite;",
            "return u > -$tiny && u < $tiny ? u : bounded;",
        ),
    ),
    Text(
        "log",
        "log(u)",
        (
            "/* A number below the normal ones is made normal first. */",
            "const $real argument = u < $smallest_normal ? u * $two_to_precision : u;",
            "const $real raised = u < $smallest_normal ? $precision : $zero;",
            *_POWER_AND_FRACTION,
            "const $real f = reduced;",
            *_ATANH,
            "const $real n = k - raised;",
            "const $real value = n * $log2_high - ((h - (s * (h + z * p) + n * $log2_low)) - f);",
            "const $real finite = u < $infinity ? value : u;",
            "return u > $zero ? finite : u == $zero ? -$infinity : $nan;",
        ),
    ),
    Text(
        "log1p",
        "log(1 + u)",
        (
            "/* 1 + u = argument + lost, exactly. */",
            "const $real argument = $one + u;",
            "const $real lost = u < $one ? u - (argument - $one) : $one - (argument - u);",
            *_POWER_AND_FRACTION,
            "const $real f = k == $zero ? u : reduced;",
            *_ATANH,
            "/* What was lost adds lost / argument, of which a few bits suffice: 1 / (1 + f) = (1 - s) / (1 + s). */",
            "const $real scale = $half * derive_${tag}_of_bits($two_bias_and_one_bits - (biased << $fraction));",
            "const $real small = k == $zero ? $zero : lost * scale * ($one - $two * s * ($one - s));",
            "const $real value = k * $log2_high + (f - (h - (s * (h + z * p) + (k * $log2_low + small))));",
            "const $real finite = u < $infinity ? value : u;",
            "return u == $zero ? u : u > -$one ? finite : u == -$one ? -$infinity : $nan;",
        ),
    ),
)
