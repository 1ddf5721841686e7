"""The functions as C: one text for both formats, with the numbers of a format and the polynomials to be filled in.

No branch and no call of a library: a loop that calls them is turned into vector instructions.  No step asks for a fused
multiply-add or is harmed by one: wherever a rounding error is caught, the product in it is exact.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Polynomial:
    """Where the value of a fitted polynomial is computed: ``name`` becomes its value at ``at``.

    paired: whether it is computed in pairs of its terms, on which a processor works at once, as a polynomial in the
            square of ``at``; its last bits are a little less sure.  Few terms are computed one after the other.
    """

    name: str
    at: str
    fit: str
    paired: bool = False


@dataclass(frozen=True)
class Text:
    """An inline function ``derive_<tag>_<name>``; ``$``-words stand for what depends on the format.

    uses:    the functions of this file that it calls.
    at_most: where the arguments end that it is made for; those of infinity and NaN are its own too.
    within:  how many ulp it may be off.
    """

    name: str
    about: str
    body: tuple[str | Polynomial, ...]
    parameters: str = "$real u"
    returns: str = "$real"
    uses: tuple[str, ...] = ("bits", "of_bits")
    approximates: bool = True
    at_most: float = math.inf
    within: float = 1.0


def _reduced(argument: str, shift: str) -> tuple[str, ...]:
    """The nearest multiple of log 2 taken from an argument."""
    return (
        f"/* {argument} = n log 2 + r.  In a sum as large as `shift` the last bit counts 1: n is rounded there to a",
        " * whole number, which the low bits of the sum hold. */",
        f"const $real shift = {shift};",
        f"const $real sum = {argument} * $log2_e + shift;",
        "const $real n = sum - shift;",
        f"const $real high = {argument} - n * $log2_high;",
        "const $real low = n * $log2_low;",
        "const $real r = high - low;",
    )


_POWER_OF_E = (
    "/* e^r = 1 + r + r^2 q(r), within 2^$exp_error of it. */",
    Polynomial("q", "r", "exp", paired=True),
    "const $real rest = r * r * q + r;",
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
            *_reduced("u", "$exp_shift"),
            *_POWER_OF_E,
            "/* The low bits hold n + 2 * $bias.  2^n is multiplied in two halves, each a normal number, so that a",
            " * result below the normal numbers is rounded as it should be. */",
            "const $bits whole = derive_${tag}_bits(sum);",
            "const $bits half = whole >> 1;",
            "const $real first = derive_${tag}_of_bits(half << $fraction);",
            "const $real second = derive_${tag}_of_bits((whole - half) << $fraction);",
            "const $real value = (first + first * rest) * second;",
            "const $real finite = u > $exp_high ? $infinity : value;",
            "return u < $exp_low ? $zero : finite;",
        ),
    ),
    Text(
        "exp_nonpositive",
        "exp(u) for u <= 0 or infinite",
        (
            *_reduced("u", "$exp_raised_shift"),
            *_POWER_OF_E,
            "/* The low bits hold n + $bias + $raised: the result is computed 2^$raised times as large, a normal",
            " * number, and rounded once more where it is below the normal numbers. */",
            "const $real scale = derive_${tag}_of_bits(derive_${tag}_bits(sum) << $fraction);",
            "const $real value = (scale + scale * rest) * $lowering;",
            "/* (An infinite argument leaves no number here.) */",
            "const $real finite = u > $exp_raised_high ? $infinity : value;",
            "return u < $exp_low ? $zero : finite;",
        ),
        at_most=0,
    ),
    Text(
        "expm1",
        "exp(u) - 1",
        (
            *_reduced("u", "$expm1_shift"),
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
        "power",
        "The whole number n of 2^n f = u, for f between 1 and 2 and a finite u that is not 0.",
        (
            "const $real size = fabs$suffix(u);",
            "const $bits raised = derive_${tag}_bits(size < $smallest_normal ? size * $two_to_precision : size);",
            "const $real biased = derive_${tag}_of_bits($two_to_fraction_bits | (raised >> $fraction));",
            "return biased - (size < $smallest_normal ? $two_to_fraction_and_bias_raised : $two_to_fraction_and_bias);",
        ),
        approximates=False,
    ),
    Text(
        "fraction",
        "The number f between 1 and 2 of 2^n f = |u|, for a whole n and a finite u that is not 0.",
        (
            "const $real size = fabs$suffix(u);",
            "const $bits raised = derive_${tag}_bits(size < $smallest_normal ? size * $two_to_precision : size);",
            "return derive_${tag}_of_bits((raised & $fraction_mask) | $one_bits);",
        ),
        approximates=False,
    ),
    Text(
        "log_ratio",
        "log(a / b) within 2 ulp, also near 1, and where the quotient leaves the normal numbers.",
        (
            "/* a is 2^n1 f1, and b is 2^n2 f2.  What is larger by more than the root of 2 is halved: then the",
            " * difference of the fractions is exact. */",
            "const $real first = derive_${tag}_fraction(a);",
            "const $real second = derive_${tag}_fraction(b);",
            "const bool above = first > $root_two * second;",
            "const bool below = second > $root_two * first;",
            "const $real f1 = above ? $half * first : first;",
            "const $real f2 = below ? $half * second : second;",
            "const $real powers = derive_${tag}_power(a) - derive_${tag}_power(b);",
            "const $real n = powers + (above ? $one : below ? -$one : $zero);",
            "/* log(f1 / f2) = 2 atanh(s) = 2 s + s z p(z), within 2^$log_error of it. */",
            "const $real s = (f1 - f2) / (f1 + f2);",
            "const $real z = s * s;",
            Polynomial("p", "z", "log"),
            "const $real value = n * $log2_high + ($two * s + (s * z * p + n * $log2_low));",
            "const $real signed_value = (a < $zero) == (b < $zero) ? value : $nan;",
            "/* Of a 0, an infinity or a NaN the quotient tells enough. */",
            "const $real quotient = a / b;",
            "const $real other = quotient > $zero ? quotient : quotient == $zero ? -$infinity : $nan;",
            "const bool ends = a == $zero || b == $zero || fabs$suffix(a) == $infinity || fabs$suffix(b) == $infinity;",
            "return ends || quotient != quotient ? other : signed_value;",
        ),
        parameters="$real a, $real b",
        uses=("power", "fraction"),
        approximates=False,
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
    Text(
        "tanh",
        "tanh(u)",
        (
            "/* Near 0 tanh(u) = u + u z p(z), within 2^$tanh_error of it. */",
            "const $real size = fabs$suffix(u);",
            "const $real z = size * size;",
            Polynomial("p", "z", "tanh"),
            "const $real small = size + size * (z * p);",
            "/* Elsewhere 1 - 2 / (1 + e^v), and e^v is 2^n (1 + r + r^2 q(r)).  What the sum of these parts loses is",
            " * known exactly; it changes the quotient by its derivative. */",
            "const $real v = size + size;",
            *_reduced("v", "$tanh_shift"),
            Polynomial("q", "r", "exp"),
            "const $real scale = derive_${tag}_of_bits(derive_${tag}_bits(sum) << $fraction);",
            "const $real first = $one + scale;",
            "const $real second = scale * high;",
            "const $real large = first + second;",
            "const $real rest = (second - (large - first)) + scale * (r * r * q - low);",
            "const $real total = large + rest;",
            "const $real lost = rest - (total - large);",
            "const $real quotient = $two / total;",
            "const $real difference = $one - quotient;",
            "const $real more = (($one - difference) - quotient) + $half * quotient * quotient * lost;",
            "const $real value = difference + more;",
            "const $real bounded = size > $tanh_end ? $one : value;",
            "return copysign$suffix(size < $tanh_split ? small : bounded, u);",
        ),
    ),
    Text(
        "erf",
        "erf(u)",
        (
            "/* Near 0 erf(u) = u + u p(z) for z = u^2 - 1/2, within 2^$erf_error of it. */",
            "const $real size = fabs$suffix(u);",
            "const $real z = size * size - $half;",
            Polynomial("p", "z", "erf"),
            "const $real small = size + size * p;",
            "/* Elsewhere 1 - e^-(c + t q(t)) for t = |u| - 1, within 2^$erf_tail_error of it; what the sum loses is",
            " * put back. */",
            "const $real t = size - $one;",
            Polynomial("q", "t", "erf_tail"),
            "const $real c = $erf_high;",
            "const $real rest = t * q $plus_erf_low;",
            "const $real total = c + rest;",
            "const $real lost = rest - (total - c);",
            "const $real power = derive_${tag}_exp(-total);",
            "const $real value = $one - (power - power * lost);",
            "const $real bounded = size > $erf_end ? $one : value;",
            "return copysign$suffix(size < $erf_split ? small : bounded, u);",
        ),
        uses=("exp",),
    ),
    Text(
        "erfc",
        "erfc(u)",
        (
            "/* Near 0 erf(u) = u + u e(z) for z = u^2 - 1/2, within 2^$erf_error of it. */",
            "const $real size = fabs$suffix(u);",
            "const $real square = size * size;",
            "const $real z = square - $half;",
            Polynomial("e", "z", "erf"),
            "const $real small = $one - (u + u * e);",
            "/* Elsewhere (1 + 2 |u|) e^(u^2) erfc(|u|) = 1 + p(q) for q = (|u| - $erfc_turn) / (|u| + $erfc_turn),",
            " * within 2^$erfc_error of it; what the square loses by rounding is known exactly. */",
            "const $real q = (size - $erfc_turn) / (size + $erfc_turn);",
            Polynomial("p", "q", "erfc", paired=True),
            "const $real scaled = ($one + p) / ($one + $two * size);",
            "const $real head = derive_${tag}_of_bits(derive_${tag}_bits(size) & $head_mask);",
            "const $real tail = size - head;",
            "const $real lost = ((head * head - square) + $two * head * tail) + tail * tail;",
            "const $real value = derive_${tag}_exp_nonpositive(-square) * (scaled - scaled * lost);",
            "const $real bounded = size > $erfc_end ? $zero : value;",
            "const $real large = u < $zero ? $two - bounded : bounded;",
            "return size < $half ? small : large;",
        ),
        uses=("bits", "of_bits", "exp_nonpositive"),
        within=5,  # the errors of the exponential and of the polynomial beside it are not put back
    ),
    Text(
        "erfcx",
        "e^(u^2) erfc(u)",
        (
            "/* (1 + 2 |u|) e^(u^2) erfc(|u|) = 1 + p(q) for q = (|u| - $erfc_turn) / (|u| + $erfc_turn), as in erfc;",
            " * above $erfc_end the series 1 - z (1 - 3 z (1 - 5 z ...)) for z = 1 / (2 u^2), over the root of pi and",
            " * |u|. */",
            "const $real size = fabs$suffix(u);",
            "const $real q = (size - $erfc_turn) / (size + $erfc_turn);",
            Polynomial("p", "q", "erfc", paired=True),
            "const $real inverse = $one / size;",
            "const $real z = $half * inverse * inverse;",
            "const $real far = $one - $nine * z * ($one - $eleven * z);",
            "const $real near = $one - z * ($one - $three * z * ($one - $five * z * ($one - $seven * z * far)));",
            "const $real scaled = ($one + p) / ($one + $two * size);",
            "const $real above = size > $erfc_end ? $inverse_root_pi * inverse * near : scaled;",
            "/* Below 0 it is what that lacks to 2 e^(u^2); what the square loses by rounding is known exactly. */",
            "const $real bounded = size > $erfc_end ? $erfc_end : size;",
            "const $real square = bounded * bounded;",
            "const $real head = derive_${tag}_of_bits(derive_${tag}_bits(bounded) & $head_mask);",
            "const $real tail = bounded - head;",
            "const $real lost = ((head * head - square) + $two * head * tail) + tail * tail;",
            "const $real power = derive_${tag}_exp(square) * ($one + lost);",
            "return u < $zero ? $two * power - above : above;",
        ),
        uses=("bits", "of_bits", "exp"),
        within=6,  # the errors of the exponential and of the polynomial are not put back, as in erfc
    ),
)
