"""C identifiers for the names of a program: never a keyword, never a name of the C library, never one twice."""

from __future__ import annotations

import re
from enum import Enum

KEYWORDS = frozenset(
    """alignas alignof asm auto bool break case char const constexpr continue default do double else enum extern false
    float for fortran goto if inline int long nullptr register restrict return short signed sizeof static static_assert
    struct switch thread_local true typedef typeof union unsigned void volatile while
    and and_eq bitand bitor catch class compl concept const_cast decltype delete dynamic_cast explicit export friend
    mutable namespace new noexcept not not_eq operator or or_eq private protected public reinterpret_cast requires
    static_cast template this throw try typeid typename using virtual wchar_t xor xor_eq
    complex imaginary noreturn""".split()
)
"""Of C up to C23 with the macros that stand for some, and of C++, so that a header is of use to both."""

_MATH_STEMS = """acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp exp2 expm1 fabs fdim
    floor fma fmax fmin fmod frexp hypot ilogb j0 j1 jn ldexp lgamma llrint llround log log10 log1p log2 logb lrint
    lround modf nan nearbyint nextafter nexttoward pow remainder remquo rint round scalbln scalbn sin sincos sinh sqrt
    tan tanh tgamma trunc y0 y1 yn exp10 pow10 drem gamma significand scalb""".split()
LIBRARY = frozenset(
    [stem + suffix for stem in _MATH_STEMS for suffix in ("", "f", "l")]
    + """fpclassify isfinite isgreater isgreaterequal isinf isless islessequal islessgreater isnan isnormal isunordered
    signbit signgam abs labs div ldiv abort exit free malloc main memcpy memset offsetof errno
    float_t double_t size_t ptrdiff_t max_align_t int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t
    intmax_t uintmax_t intptr_t uintptr_t
    linux unix i386 hpux mips sparc sun vax cdecl far interface near pascal small""".split()
)
"""Functions, types and macros that our headers, a compiler or a system bring in (``y1`` is a Bessel function)."""

HEADERS = frozenset(
    """assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic
    stdbit stdbool stdckdint stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype
    unistd windows memory strings malloc search index derive derive_support derive_inner""".split()
)
"""File stems that would hide a header of the system from a compiler that is given our folder."""

_CAPITALS = re.compile(r"I|[A-Z][A-Z_][A-Z0-9_]*")
"""What a macro may be called, in our headers or in those that somebody includes before them (``EOF``, ``M_PI``)."""


def _is_claimed(name: str) -> bool:
    """Whether a name is of a kind that is not ours: an underscore behind it would not help."""
    return name.startswith(("_", "derive_", "DERIVE_")) or _CAPITALS.fullmatch(name) is not None


def is_reserved(name: str) -> bool:
    """Whether C (or a header that somebody includes) already means something by the name."""
    return name in KEYWORDS or name in LIBRARY or _is_claimed(name)


def file_stem(formula: str) -> str:
    """What the files of a formula are called, without extension."""
    return f"{formula}_" if formula.lower() in HEADERS else formula


class Kind(Enum):
    """What a name stands for: names of different kinds never meet, so that a vector and an index may share one."""

    ARRAY = "array"
    INDEX = "index"
    SCALAR = "scalar"
    SIZE = "size"


class Scope:
    """The identifiers visible at one place of a function; an inner block is a ``Scope`` with a parent.

    A name gets a trailing underscore (or several) while it is reserved or already visible, so that no inner
    declaration hides an outer one.
    """

    def __init__(self, parent: Scope | None = None) -> None:
        self._parent = parent
        self._known: dict[tuple[Kind, str], str] = {}
        self._taken: set[str] = set()
        self.used: set[str] = set()
        """The identifiers of this scope that were asked for."""

    def reserve(self, wanted: str) -> str:
        """A fresh identifier, for something that the program has no name for."""
        made = f"v_{wanted}" if _is_claimed(wanted) else wanted
        while is_reserved(made) or self._sees(made):
            made += "_"
        self._taken.add(made)
        return made

    def reveal(self, kind: Kind, name: str, identifier: str) -> None:
        """From here on the name stands for the identifier."""
        self._known[kind, name] = identifier

    def declare(self, kind: Kind, name: str) -> str:
        """A fresh identifier for a name that is made here."""
        made = self.reserve(name)
        self.reveal(kind, name, made)
        return made

    def find(self, kind: Kind, name: str) -> str | None:
        """The identifier of a name made here or in an enclosing block; ``None``: there is none."""
        if (kind, name) in self._known:
            self.used.add(self._known[kind, name])
            return self._known[kind, name]
        return self._parent.find(kind, name) if self._parent else None

    def _sees(self, identifier: str) -> bool:
        return identifier in self._taken or (self._parent is not None and self._parent._sees(identifier))
