"""Numbers as a paper prints them: which exact values a printed number stands for, and back.

Everything is decided on integers. A printed number is a decimal, a computed value is a
fraction, and "rounds to" is a comparison of two products of integers, so no value close to
a tie is decided by a rounding error.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from ._checks import check_count, check_decimals, exact_decimal, exact_fraction
from .errors import DelphiInputError

#: Ways to cut a number to a given number of decimals, by name.
ROUNDINGS = ("half-up", "half-even", "truncation")


def parse_printed(value: object, decimals: int, what: str = "value") -> int:
    """Read a printed number as an integer of units in its last place.

    Parameters
    ----------
    value : str, Decimal, int or float
        The number as printed. Trailing zeros may be there or not. A float counts as the
        shortest decimal that it prints as, so 0.1 is one tenth.
    decimals : int
        The number of decimals at which the number was printed before zeros were dropped.
    what : str
        How an error message names the number.

    Returns
    -------
    int
        The number times ``10 ** decimals``.

    Raises
    ------
    DelphiInputError
        If the value is no number or has more decimals than `decimals`, or `decimals` is not from
        0 to 9.

    Examples
    --------
    >>> parse_printed("0.75", decimals=2), parse_printed("3", decimals=2)
    (75, 300)
    """
    units = Fraction(exact_decimal(value, what)) * 10 ** check_decimals(decimals)
    if units.denominator != 1:
        raise DelphiInputError(f"{what}: {value!r} has more than {decimals} decimals")
    return units.numerator


def printed_decimals(value: object, what: str = "value") -> int:
    """Count the decimals of a printed number, its trailing zeros included.

    Parameters
    ----------
    value : str, Decimal, int or float
        The number as printed.
    what : str
        How an error message names the number.

    Returns
    -------
    int
        The number of digits behind the decimal point.

    Raises
    ------
    DelphiInputError
        If the value is no number.

    Examples
    --------
    >>> printed_decimals("80.0"), printed_decimals("73")
    (1, 0)
    """
    return max(0, -exact_decimal(value, what).as_tuple().exponent)


def prints_as(
    numerators: np.ndarray, denominator: int, printed: object, decimals: int = 2
) -> np.ndarray:
    """Decide which exact values print as a given number when rounded to the nearest.

    A value that lies exactly halfway between two printable numbers is accepted for both,
    because a paper does not say which way its software rounds a tie.

    Parameters
    ----------
    numerators : numpy.ndarray of int64, shape (m,)
        Numerators of the exact values.
    denominator : int
        Their common denominator, at least 1.
    printed : str, Decimal, int or float
        The number as printed; trailing zeros may have been dropped.
    decimals : int
        The number of decimals at which it was printed.

    Returns
    -------
    numpy.ndarray of bool, shape (m,)
        True where the value prints as the number.

    Raises
    ------
    DelphiInputError
        If `printed` is no number or has more decimals than `decimals`.

    Examples
    --------
    One eighth is 0.125, a tie, and one third prints as 0.33 only.

    >>> prints_as(np.array([3, 8]), 24, "0.12")
    array([ True, False])
    >>> prints_as(np.array([3, 8]), 24, "0.13")
    array([ True, False])
    >>> prints_as(np.array([3, 8]), 24, "0.33")
    array([False,  True])
    """
    denominator = check_count(denominator, "denominator")
    units = parse_printed(printed, decimals, "printed number")
    # |v - u / 10^d| <= 1 / (2 * 10^d), both sides times 2 * 10^d * denominator.
    distance = np.abs(np.asarray(numerators, dtype=np.int64) * 10**decimals - units * denominator)
    return 2 * distance <= denominator


def as_printed(
    value: object, decimals: int = 2, rounding: str = "half-up", *, drop_zeros: bool = True
) -> str:
    """Print an exact value at a number of decimals.

    Parameters
    ----------
    value : fractions.Fraction, int, float, Decimal or str
        The value. A float counts as the shortest decimal that it prints as.
    decimals : int
        The number of decimals.
    rounding : {"half-up", "half-even", "truncation"}
        What happens to the digits that do not fit: to the nearest with ties away from zero,
        to the nearest with ties to the even digit, or cut off.
    drop_zeros : bool
        Whether zeros at the end of the decimals are dropped, as in "2.5" for "2.50".

    Returns
    -------
    str
        The number as printed.

    Raises
    ------
    DelphiInputError
        If the value is no number, `decimals` is not from 0 to 9 or `rounding` is unknown.

    Examples
    --------
    >>> as_printed(Fraction(1, 8)), as_printed(Fraction(1, 8), rounding="half-even")
    ('0.13', '0.12')
    >>> as_printed(Fraction(5, 2)), as_printed(3), as_printed(3, drop_zeros=False)
    ('2.5', '3', '3.00')
    """
    decimals = check_decimals(decimals)
    units = _rounded_units(exact_fraction(value, "value"), decimals, rounding)
    # A value that rounds to zero prints as "0", never as "-0".
    sign = "-" if units < 0 else ""
    digits = f"{abs(units):0{decimals + 1}d}"
    whole, part = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    if drop_zeros:
        part = part.rstrip("0")
    return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"


def roundings_that_print(value: Fraction, printed: object, decimals: int) -> tuple[str, ...]:
    """Name the ways of rounding under which an exact value prints as a given number.

    Parameters
    ----------
    value : fractions.Fraction
        The exact value.
    printed : str, Decimal, int or float
        The number as printed; trailing zeros may have been dropped.
    decimals : int
        The number of decimals at which it was printed.

    Returns
    -------
    tuple of str
        Those of `ROUNDINGS` that fit, in that order.

    Raises
    ------
    DelphiInputError
        If `printed` is no number or has more decimals than `decimals`.

    Examples
    --------
    >>> roundings_that_print(Fraction(1, 8), "0.12", 2)
    ('half-even', 'truncation')
    """
    units = parse_printed(printed, decimals, "printed number")
    return tuple(name for name in ROUNDINGS if _rounded_units(value, decimals, name) == units)


def _rounded_units(value: Fraction, decimals: int, rounding: str) -> int:
    """The value in units of its last printed place."""
    if rounding not in ROUNDINGS:
        raise DelphiInputError(f"rounding: {rounding!r} is not one of {', '.join(ROUNDINGS)}")
    units, rest = divmod(abs(value.numerator) * 10**decimals, value.denominator)
    tie = 2 * rest == value.denominator
    up = 2 * rest > value.denominator or (tie and (rounding == "half-up" or units % 2 == 1))
    if up and rounding != "truncation":
        units += 1
    return -units if value < 0 else units
