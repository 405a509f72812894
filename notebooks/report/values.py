"""Numbers as prose prints them, and publishing them by name.

Formatting is independent of the locale. Rounding is half away from zero on the decimal digits of
a number, as papers print it (12.5 becomes 13 and 0.125 becomes 0.13), which binary
floating point and rounding to even do not give.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from numbers import Integral, Rational, Real

from IPython.display import publish_display_data

__all__ = [
    "count",
    "interval",
    "listing",
    "number",
    "percent",
    "publish",
    "spelled",
    "values_bundle",
]

MIME_TYPE = "application/vnd.report.values+json"

_EN_DASH = "\N{EN DASH}"
_MINUS = "\N{MINUS SIGN}"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


def number(value, decimals: int = 0) -> str:
    """
    Format a number with a fixed count of decimals.

    Parameters
    ----------
    value : int, float, decimal.Decimal or fractions.Fraction
        Finite number.
    decimals : int, default 0
        Digits after the decimal point, at least 0.

    Returns
    -------
    str
        Thousands separated by a comma from 10,000 on, so that a year reads as one; a true minus
        sign; no negative zero.

    Raises
    ------
    TypeError
        If `value` is no number.
    ValueError
        If `value` is missing or infinite, or `decimals` is negative.

    Examples
    --------
    >>> number(12345.5), number(0.125, 2), number(-3, 1), number(2021)
    ('12,346', '0.13', '−3.0', '2021')
    """
    if decimals < 0:
        raise ValueError(f"decimals is {decimals}; 0 or more was expected")
    rounded = _decimal(value).quantize(Decimal(1).scaleb(-decimals), context=_EXACT)
    sign = _MINUS if rounded < 0 else ""
    separator = "," if abs(rounded) >= 10_000 else ""
    return f"{sign}{abs(rounded):{separator}f}"


def percent(part, whole=1, decimals: int = 0) -> str:
    """
    Format a part of a whole in percent.

    Parameters
    ----------
    part, whole : number
        A count and its base, or a share of 1 alone.
    decimals : int, default 0
        Digits after the decimal point.

    Returns
    -------
    str
        The rounded percentage with a percent sign.

    Raises
    ------
    ValueError
        If `whole` is not positive.

    Examples
    --------
    >>> percent(19, 25), percent(1, 3, 1), percent(0.805)
    ('76%', '33.3%', '81%')
    """
    base = _fraction(whole)
    if base <= 0:
        raise ValueError(f"whole is {whole}; a number above 0 was expected")
    return f"{number(100 * _fraction(part) / base, decimals)}%"


def interval(low, high, decimals: int = 0, unit: str = "") -> str:
    """
    Format the range from `low` to `high`.

    Parameters
    ----------
    low, high : number
        Ends of the range, `low` at most `high`.
    decimals : int, default 0
        Digits after the decimal point.
    unit : str, default ""
        Follows the numbers as it stands, such as "%" or " years".

    Returns
    -------
    str
        Both numbers with an en dash between them, or one number when both print alike. "to"
        takes the place of the dash when an end is negative.

    Raises
    ------
    ValueError
        If `low` is above `high`.

    Examples
    --------
    >>> interval(30, 60, unit=" years"), interval(0.5, 0.5, 1), interval(-1, 2)
    ('30–60 years', '0.5', '−1 to 2')
    """
    if _decimal(low) > _decimal(high):
        raise ValueError(f"low is {low} and high is {high}; low at most high was expected")
    first, last = number(low, decimals), number(high, decimals)
    if first == last:
        return f"{first}{unit}"
    between = " to " if first.startswith(_MINUS) else _EN_DASH
    return f"{first}{between}{last}{unit}"


def listing(items: Iterable, conjunction: str = "and") -> str:
    """
    Join items as prose does.

    Parameters
    ----------
    items : iterable
        At least one item; each is written with ``str``.
    conjunction : str, default "and"
        Stands before the last item.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If there is no item.

    Examples
    --------
    >>> listing(["a"]), listing(["a", "b"]), listing(["a", "b", "c"], "or")
    ('a', 'a and b', 'a, b or c')
    """
    texts = [str(item) for item in items]
    if not texts:
        raise ValueError("there is nothing to list; at least one item was expected")
    if len(texts) == 1:
        return texts[0]
    return f"{', '.join(texts[:-1])} {conjunction} {texts[-1]}"


def spelled(value: int) -> str:
    """
    Spell a count up to twelve in words; write a larger one in digits.

    Parameters
    ----------
    value : int
        Count, at least 0.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If `value` is no count.

    Examples
    --------
    >>> spelled(6), spelled(25)
    ('six', '25')
    """
    whole = _decimal(value)
    if whole != whole.to_integral_value() or whole < 0:
        raise ValueError(f"value is {value}; a count was expected")
    return _WORDS[int(whole)] if whole < len(_WORDS) else number(whole)


def count(value: int, singular: str, plural: str | None = None, words: bool = False) -> str:
    """
    Write a count with its noun.

    Parameters
    ----------
    value : int
        Count, at least 0.
    singular : str
        Noun for exactly one.
    plural : str, optional
        Noun for any other count; `singular` with "s" when omitted.
    words : bool, default False
        Whether counts up to twelve are spelled.

    Returns
    -------
    str

    Examples
    --------
    >>> count(1, "site"), count(6, "site", words=True), count(21, "country", "countries")
    ('1 site', 'six sites', '21 countries')
    """
    noun = singular if value == 1 else plural or f"{singular}s"
    return f"{spelled(value) if words else number(value)} {noun}"


def values_bundle(**values) -> dict:
    """
    Bundle named values for display, after checking them.

    Parameters
    ----------
    **values
        Names are Python identifiers. A value is a text, a whole number, or a mapping from names
        (letters, digits and underscore) to such values. Anything else is refused: a
        floating-point number has no printed form until it is formatted.

    Returns
    -------
    dict
        Display data by MIME type: the values as JSON, and one line per value as text.

    Raises
    ------
    TypeError
        If a value has another type.
    ValueError
        If there is no value, a name cannot be used, or a text or mapping is empty.

    Examples
    --------
    >>> print(values_bundle(sites=6, age={"mean": "43", "range": "30–60"})["text/plain"])
    sites: 6
    age.mean: 43
    age.range: 30–60
    """
    checked = _checked(values, "publish")
    return {MIME_TYPE: checked, "text/plain": "\n".join(_lines(checked))}


def publish(**values) -> None:
    """
    Display named values, so that prose can print them.

    Parameters
    ----------
    **values
        As `values_bundle` takes them. In a chapter, ``{{< var NOTEBOOK.NAME >}}`` prints the
        value NAME of the notebook NOTEBOOK.

    Raises
    ------
    TypeError, ValueError
        As `values_bundle` does.
    """
    publish_display_data(values_bundle(**values))


def _checked(values: Mapping, place: str) -> dict:
    """Copy of `values` with plain types, in the same order."""
    if not values:
        raise ValueError(f"{place}: no value; at least one was expected")
    checked = {}
    for name, value in values.items():
        where = f"{place}: {name}"
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ValueError(
                f"{where}: a name of letters, digits and underscores that starts "
                "with a letter was expected"
            )
        if isinstance(value, Mapping):
            checked[name] = _checked(value, where)
        elif isinstance(value, str):
            if not value.strip():
                raise ValueError(f"{where}: empty text; a text to print was expected")
            checked[name] = str(value)
        elif isinstance(value, Integral) and not isinstance(value, bool):
            checked[name] = int(value)
        else:
            raise TypeError(
                f"{where}: {value!r} is {type(value).__name__}; a text, a whole number or a "
                "mapping was expected (format other numbers first)"
            )
    return checked


def _lines(values: Mapping, prefix: str = ""):
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _lines(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}: {value}"


def _decimal(value) -> Decimal:
    """The number as its shortest decimal digits show it; a fraction to 60 digits."""
    if isinstance(value, Decimal):
        result = value
    elif isinstance(value, Integral) and not isinstance(value, bool):
        return Decimal(int(value))
    elif isinstance(value, Rational) and not isinstance(value, bool):
        return _EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
    elif isinstance(value, Real) and not isinstance(value, bool):
        result = Decimal(repr(float(value)))
    else:
        raise TypeError(f"{value!r} is {type(value).__name__}; a number was expected")
    if not result.is_finite():
        raise ValueError(f"{value} has no printed form; a finite number was expected")
    return result


def _fraction(value) -> Fraction:
    if isinstance(value, Rational) and not isinstance(value, bool):
        return Fraction(int(value.numerator), int(value.denominator))
    return Fraction(_decimal(value))
