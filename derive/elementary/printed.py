"""The functions printed for each format, with the numbers of the format and the coefficients of the polynomials."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

from mpmath import mp, mpf

from derive.elementary.fits import ERF_ENDS, ERF_SPLIT, ERFC_ENDS, ERFC_TURN, TANH_SPLIT, TARGETS, recorded
from derive.elementary.formats import FORMATS, Format
from derive.elementary.texts import TEXTS, Polynomial, Text

ACCURACY = "accuracy.json"
"""The worst errors, as they were measured; ``python -m derive.elementary.exhaust`` writes it anew."""

FEW_TERMS = 6
"""So many terms or fewer are never computed in pairs: the steps that pairs need beside them take as long."""


@dataclass(frozen=True)
class Elementary:
    """An inline function of C.

    name:   without the type, such as ``exp``.
    real:   the C type that it is for; tag: how names of functions say so.
    about:  its comment.
    head:   what stands before its body's brace, without ``static inline``.
    body:   its lines.
    uses:   the names of those, for the same type, that it calls.
    worst:  its largest error in ulp, measured and rounded up; 0 where there is none.
    within: how many ulp it may be off.
    """

    name: str
    real: str
    tag: str
    about: str
    head: str
    body: tuple[str, ...]
    uses: tuple[str, ...]
    worst: float
    within: float

    @property
    def function(self) -> str:
        """Its name in C."""
        return f"derive_{self.tag}_{self.name}"


@cache
def functions() -> tuple[Elementary, ...]:
    """All of them, each after those that it calls."""
    return tuple(_filled(text, real) for real in FORMATS for text in TEXTS)


def measured_names() -> tuple[str, ...]:
    """Those of the functions that approximate."""
    return tuple(text.name for text in TEXTS if text.approximates)


def domain_ends() -> Mapping[str, float]:
    """Where the arguments end that a function is made for, of those that are not made for all."""
    return {text.name: text.at_most for text in TEXTS if text.at_most < math.inf}


def header() -> str:
    """All of them as a header of C on its own."""
    includes = "".join(f"#include <{name}.h>\n" for name in ("math", "stdbool", "stdint", "string"))
    printed = (
        "".join((f"/* {f.about} */\n", f"static inline {f.head} {{\n", *(f"    {line}\n" for line in f.body), "}\n"))
        for f in functions()
    )
    return "\n".join((includes, *printed))


def _filled(text: Text, real: Format) -> Elementary:
    words = _words(real)
    lines: list[str] = []
    for part in text.body:
        lines += _evaluated(part, real) if isinstance(part, Polynomial) else [Template(part).substitute(words)]
    head = f"$returns derive_{real.tag}_{text.name}({text.parameters})"
    head = Template(head.replace("$returns", text.returns)).substitute(words)
    worst = _worst(text.name, real) if text.approximates else 0.0
    about = f"{text.about}, {_bound(text.name, real)}." if text.approximates else text.about
    return Elementary(text.name, real.real, real.tag, about, head, tuple(lines), text.uses, worst, text.within)


def _worst(name: str, real: Format) -> float:
    """Rounded up to a hundredth; infinite for one that nobody measured yet."""
    entry = _measured().get(f"{name} {real.tag}")
    return math.ceil(entry["worst"] * 100) / 100 if entry else math.inf


def _bound(name: str, real: Format) -> str:
    """What is known of the error: a bound where all numbers were tried, else what was found."""
    tried = _measured().get(f"{name} {real.tag}", {"tried": 0})["tried"]
    every = tried == 1 << real.width
    return f"within {_worst(name, real):.2f} ulp" + ("" if every else f" on {tried:,} arguments tried")


@cache
def _measured() -> Mapping[str, Mapping[str, float]]:
    path = files("derive.elementary").joinpath(ACCURACY)
    loaded: Mapping[str, Mapping[str, float]] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return loaded


def _evaluated(polynomial: Polynomial, real: Format) -> list[str]:
    """The lines that compute a polynomial: term by term, or two terms in each step."""
    name, at = polynomial.name, polynomial.at
    coefficients = recorded(polynomial.fit, real).coefficients
    if not polynomial.paired or len(coefficients) <= FEW_TERMS:
        *lower, highest = coefficients
        return _steps(name, at, real.literal(highest), [_added(c, real) for c in lower], real)
    square = f"{at}_square"
    *below, last = [_pair(coefficients[i : i + 2], at, real) for i in range(0, len(coefficients), 2)]
    steps = _steps(name, square, last, [f"+ ({pair})" for pair in below], real)
    return [f"const {real.real} {square} = {at} * {at};", *steps]


def _steps(name: str, at: str, highest: str, lower: Sequence[str], real: Format) -> list[str]:
    """Horner's scheme: what stands highest, times ``at``, and the next lower one added."""
    return [f"{real.real} {name} = {highest};", *(f"{name} = {name} * {at} {added};" for added in reversed(lower))]


def _pair(terms: Sequence[mpf], at: str, real: Format) -> str:
    """One term of a polynomial, or two."""
    constant, *factors = terms
    return f"{real.literal(factors[0])} * {at} {_added(constant, real)}" if factors else real.literal(constant)


def _added(value: mpf, real: Format) -> str:
    return f"{'-' if value < 0 else '+'} {real.literal(abs(value))}"


@cache
def _words(real: Format) -> Mapping[str, str]:
    """What each word of the texts stands for."""
    with mp.workdps(50):
        log2 = mp.log(2)
        few = real.precision - (real.bias.bit_length() + 1)  # so that a multiple by any exponent is exact
        log2_high = real.nearest(log2, few)
        raised = real.precision + 1  # the smallest number, and half of it, is a normal one so raised
        erf_high = real.nearest(-mp.log(mp.erfc(1)))
        half_more = mp.ldexp(mp.mpf(3) / 2, real.fraction)
        root_half, one = real.encoded(real.nearest(mp.sqrt(0.5))), real.encoded(mp.mpf(1))
        numbers = {
            "zero": mp.mpf(0),
            "half": mp.mpf(0.5),
            "one": mp.mpf(1),
            "two": mp.mpf(2),
            "three": mp.mpf(3),
            "five": mp.mpf(5),
            "seven": mp.mpf(7),
            "nine": mp.mpf(9),
            "eleven": mp.mpf(11),
            "inverse_root_pi": real.nearest(1 / mp.sqrt(mp.pi)),
            "root_two": real.nearest(mp.sqrt(2)),
            "precision": mp.mpf(real.precision),
            "log2_e": real.nearest(1 / log2),
            "log2_high": log2_high,
            "log2_low": real.nearest(log2 - log2_high),
            "exp_low": mp.floor(-(real.bias + real.precision) * log2),
            "exp_high": mp.ceil((real.bias + 1) * log2),
            "expm1_low": mp.floor(-(real.precision + 2) * log2),
            "exp_shift": half_more + 2 * real.bias,
            "exp_raised_shift": half_more + real.bias + raised,
            "exp_raised_high": mp.floor((real.bias - raised) * log2),
            "lowering": mp.ldexp(1, -raised),
            "expm1_shift": half_more + real.bias - 1,
            "tanh_shift": half_more + real.bias,
            "tanh_split": real.nearest(mp.mpf(TANH_SPLIT)),
            "tanh_end": mp.ceil((real.precision + 2) * log2 / 2),
            "erf_high": erf_high,
            "erf_split": real.nearest(mp.mpf(ERF_SPLIT)),
            "erf_end": mp.mpf(ERF_ENDS[real.tag]),
            "erfc_turn": mp.mpf(ERFC_TURN),
            "erfc_end": mp.mpf(ERFC_ENDS[real.tag]),
            "tiny": mp.ldexp(1, -real.precision - 1),
            "smallest_normal": mp.ldexp(1, 1 - real.bias),
            "two_to_precision": mp.ldexp(1, real.precision),
            "two_to_fraction_and_bias": mp.ldexp(1, real.fraction) + real.bias,
            "two_to_fraction_and_bias_raised": mp.ldexp(1, real.fraction) + real.bias + real.precision,
        }
        words = {name: real.literal(value) for name, value in numbers.items()}
        words["plus_erf_low"] = _added(real.nearest(-mp.log(mp.erfc(1)) - erf_high), real)
    integers = {
        "root_half": root_half,
        "one_bits": one,
        "one_less_root_half": one - root_half,
        "head_mask": (1 << real.width) - (1 << (real.precision + 1) // 2),
        "fraction_mask": (1 << real.fraction) - 1,
        "two_to_fraction_bits": real.encoded(mp.ldexp(1, real.fraction)),
        "two_bias_and_one_bits": (2 * real.bias + 1) << real.fraction,
    }
    words |= {name: real.word(value) for name, value in integers.items()}
    words |= {f"{name}_error": f"{recorded(name, real).error:.1f}" for name in TARGETS}
    return words | {
        "real": real.real,
        "tag": real.tag,
        "suffix": real.suffix,
        "bits": real.bits,
        "fraction": str(real.fraction),
        "bias": str(real.bias),
        "raised": str(raised),
        "infinity": f"({real.real})INFINITY",
        "nan": f"({real.real})NAN",
    }
