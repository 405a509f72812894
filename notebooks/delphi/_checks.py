"""Checks of input that several modules of the package share."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise
from numbers import Integral, Rational, Real

import numpy as np
import pandas as pd

from .errors import DelphiInputError


def is_integer(value: object) -> bool:
    """Whether a value is an integer; True and False are not."""
    return isinstance(value, Integral) and not isinstance(value, bool | np.bool_)


def all_of(*checks: Callable[[], object]) -> list:
    """The results of all checks; what several find wrong stands in one error."""
    results, problems = [], []
    for check in checks:
        try:
            results.append(check())
        except DelphiInputError as error:
            problems += error.problems
    if problems:
        raise DelphiInputError(problems)
    return results


def check_count(value: object, what: str, *, least: int = 1) -> int:
    """An integer of at least `least`, as an int."""
    if not is_integer(value) or value < least:
        raise DelphiInputError(f"{what}: {value!r} is not an integer of at least {least}")
    return int(value)


def check_decimals(value: object) -> int:
    """A number of decimals: an integer from 0 to 9, so that products stay within int64."""
    if not is_integer(value) or not 0 <= value <= 9:
        raise DelphiInputError(f"decimals: {value!r} is not an integer from 0 to 9")
    return int(value)


def check_scale(scale: Sequence[int]) -> tuple[int, ...]:
    """The points of a rating scale: at least two integers in rising order."""
    points = tuple(scale)
    rising = all(is_integer(point) for point in points) and all(
        low < high for low, high in pairwise(points)
    )
    if len(points) < 2 or not rising:
        raise DelphiInputError(
            f"scale: {list(points)!r} is not a list of at least two integers in rising order"
        )
    return tuple(int(point) for point in points)


def check_quantile_type(quantile_type: int, what: str = "quantile type") -> int:
    """A quantile type of Hyndman and Fan: an integer from 1 to 9."""
    if not is_integer(quantile_type) or not 1 <= quantile_type <= 9:
        raise DelphiInputError(f"{what}: {quantile_type!r} is not an integer from 1 to 9")
    return int(quantile_type)


def check_columns(frame: pd.DataFrame, columns: Iterable[str]) -> None:
    """Every named column stands in the frame."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        present = ", ".join(str(column) for column in frame.columns)
        raise DelphiInputError(
            f"column {column!r} is missing; the columns are: {present}" for column in missing
        )


def check_new_columns(frame: pd.DataFrame, columns: Iterable[str]) -> None:
    """No named column stands in the frame yet, so that nothing is written over."""
    taken = [column for column in columns if column in frame.columns]
    if taken:
        raise DelphiInputError(
            f"column {column!r} is already there; rename it, because a result goes by that name"
            for column in taken
        )


def exact_fraction(value: object, what: str) -> Fraction:
    """A number as an exact fraction; a float counts as the shortest decimal that it prints as."""
    if isinstance(value, Rational) and not isinstance(value, bool):
        # int() because the parts of a numpy integer are numpy integers, which can overflow.
        return Fraction(int(value.numerator), int(value.denominator))
    return Fraction(exact_decimal(value, what))


def exact_decimal(value: object, what: str) -> Decimal:
    """A number, or a string that holds one, as an exact finite decimal."""
    number = None
    if isinstance(value, str | Decimal) or is_integer(value):
        text = value.strip() if isinstance(value, str) else str(value)
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = None
    elif isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value):
        number = Decimal(repr(float(value)))
    if number is None or not number.is_finite():
        raise DelphiInputError(f"{what}: {value!r} is not a number")
    return number


def name_row(frame: pd.DataFrame, row: int, keys: Sequence[str]) -> str:
    """How a message names a row: its number from 1, the header not counted, and its keys."""
    named = ", ".join(f"{key} {frame[key].iloc[row]!s}" for key in keys)
    return f"row {row + 1}" + (f" ({named})" if named else "")
