"""The two real types of the functions, as bits: what range reduction and rounding need to know of them."""

from __future__ import annotations

from dataclasses import dataclass

from mpmath import mp, mpf


@dataclass(frozen=True)
class Format:
    """An IEEE binary format and the C types that hold it.

    real, bits:  its C type, and the unsigned integer of the same width.
    tag:         what names of its functions carry.
    suffix:      what its literals end in.
    precision:   the significant bits.
    bias:        of the exponent; it is also the largest exponent.
    """

    real: str
    tag: str
    suffix: str
    bits: str
    precision: int
    bias: int

    @property
    def fraction(self) -> int:
        """The bits below the leading one, as many as are stored."""
        return self.precision - 1

    @property
    def width(self) -> int:
        """All bits: those of the fraction and of the exponent, and the sign."""
        return self.precision + self.bias.bit_length() + 1

    def nearest(self, value: mpf, precision: int | None = None) -> mpf:
        """The value rounded to nearest, to all significant bits or to fewer; far from the ends of the range."""
        with mp.workprec(precision or self.precision):
            return +mp.mpf(value)

    def literal(self, value: mpf | int) -> str:
        """The number in hexadecimal, exactly; whole numbers and halves in decimal."""
        number = float(value)
        if mp.mpf(number) != value or self.nearest(mp.mpf(value)) != value:
            raise ValueError(f"{value} is not a number of {self.real}")
        if abs(number) < 10000 and number * 2 == int(number * 2):
            return f"{number}{self.suffix}"
        mantissa, exponent = number.hex().split("p")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        return f"{mantissa}p{int(exponent):+d}{self.suffix}"

    def word(self, value: int) -> str:
        """An unsigned constant as wide as the format."""
        return f"({self.bits})0x{value:x}"

    def encoded(self, value: mpf) -> int:
        """The bits of a positive normal number of the format."""
        mantissa, exponent = mp.frexp(value)
        whole = int(mp.ldexp(mantissa, self.precision))
        return ((exponent - 1 + self.bias) << self.fraction) + whole - (1 << self.fraction)


FLOAT = Format("float", "f32", "f", "uint32_t", 24, 127)
DOUBLE = Format("double", "f64", "", "uint64_t", 53, 1023)
FORMATS = (FLOAT, DOUBLE)
