"""Read the data package: one resource, one data frame, with the types of its descriptor.

The package is found by walking up from the working directory to the first folder that holds
``data/datapackage.json`` (a Frictionless Data Package descriptor, version 1), so that a notebook
names a resource and never a path.
"""

from __future__ import annotations

import csv
import json
import math
from datetime import date
from pathlib import Path

import pandas as pd

__all__ = ["DataError", "csv_text", "descriptor", "find_package", "read", "resources"]

_TRUE = ("true", "True", "TRUE", "1")
_FALSE = ("false", "False", "FALSE", "0")


class DataError(ValueError):
    """Data that cannot be read as its descriptor states; the message lists every problem."""


def find_package(start=None) -> Path:
    """
    Find the descriptor of the data package.

    Parameters
    ----------
    start : path-like, optional
        Folder to start from; the working directory when omitted.

    Returns
    -------
    pathlib.Path
        Path of ``data/datapackage.json`` in `start` or in the nearest folder above it.

    Raises
    ------
    DataError
        If neither `start` nor a folder above it holds the file.
    """
    folder = Path.cwd() if start is None else Path(start).resolve()
    for candidate in (folder, *folder.parents):
        path = candidate / "data" / "datapackage.json"
        if path.is_file():
            return path
    raise DataError(
        "no data package: neither this folder nor one above it holds data/datapackage.json"
    )


def descriptor(resource_name: str | None = None, package=None) -> dict:
    """
    Return the descriptor of the data package, or of one resource in it.

    Parameters
    ----------
    resource_name : str, optional
        Name of a resource; without it the whole descriptor is returned.
    package : path-like, optional
        Path of the descriptor; found with `find_package` when omitted.

    Returns
    -------
    dict
        The descriptor as written, with its title, licences, sources and schema.

    Raises
    ------
    DataError
        If the descriptor is not JSON or has no resource of that name.
    """
    path = _package_path(package)
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name}: {error}; a JSON descriptor was expected") from None
    if resource_name is None:
        return whole
    for resource in whole.get("resources", []):
        if resource.get("name") == resource_name:
            return resource
    known = ", ".join(sorted(resource.get("name", "") for resource in whole.get("resources", [])))
    raise DataError(
        f"{path.name}: no resource is named {resource_name!r}; one of these was expected: {known}"
    )


def resources(package=None) -> list[str]:
    """
    Names of the resources of the data package, in the order of the descriptor.

    Parameters
    ----------
    package : path-like, optional
        Path of the descriptor; found with `find_package` when omitted.

    Returns
    -------
    list of str
    """
    return [resource["name"] for resource in descriptor(package=package).get("resources", [])]


def read(resource_name: str, package=None) -> pd.DataFrame:
    """
    Read one resource of the data package.

    Types follow the schema, so that what a paper prints as text stays text ("2.0" keeps its zero):

    ========  ===============================================================
    string    ``str``; a missing value is the empty string
    integer   ``int64`` when the schema requires a value, else ``Int64``
    number    ``float64``; a missing value is NaN
    boolean   ``bool`` when the schema requires a value, else ``boolean``
    date      ``str`` in ISO form (2021-09-07); missing is the empty string
    ========  ===============================================================

    Parameters
    ----------
    resource_name : str
        Name of the resource in the descriptor.
    package : path-like, optional
        Path of the descriptor; found with `find_package` when omitted.

    Returns
    -------
    pandas.DataFrame
        One row per row of the file, columns in the order of the schema.

    Raises
    ------
    DataError
        If the resource is unknown, its file is absent or not UTF-8, the header differs from the
        schema, or a value does not have the type that the schema states. All problems of a file
        are listed, each with row, column, value and what was expected. Row 1 is the header.
    """
    path = _package_path(package)
    resource = descriptor(resource_name, path)
    schema = resource.get("schema", {})
    fields = schema.get("fields", [])
    if not isinstance(resource.get("path"), str) or not fields:
        raise DataError(
            f"{path.name}: resource {resource_name!r} needs one path and a schema with fields"
        )
    shown = f"{path.parent.name}/{resource['path']}"
    rows = _read_rows(path.parent / resource["path"], shown, [field["name"] for field in fields])
    missing = set(schema.get("missingValues", [""]))
    problems: list[str] = []
    columns = {
        field["name"]: _column(field, [row[position] for row in rows], missing, shown, problems)
        for position, field in enumerate(fields)
    }
    if problems:
        raise DataError("\n".join(problems))
    return pd.DataFrame(columns)


def csv_text(frame: pd.DataFrame) -> str:
    """
    Write a data frame as CSV text, the same bytes on every machine.

    Parameters
    ----------
    frame : pandas.DataFrame
        Named index levels become columns; an index without a name is dropped. Floating-point
        numbers are written with 12 significant digits, beyond which sums differ by machine.

    Returns
    -------
    str
        Comma separated, line feed at each end of line, header row.

    Raises
    ------
    TypeError
        If `frame` is not a data frame.
    ValueError
        If its columns have several levels.

    Examples
    --------
    >>> print(csv_text(pd.DataFrame({"site": ["A", "B"], "share": [0.1 + 0.2, 1.0]})), end="")
    site,share
    A,0.3
    B,1
    """
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"data is {type(frame).__name__}; a pandas.DataFrame was expected")
    if frame.columns.nlevels > 1:
        raise ValueError("data has columns of several levels; one level was expected")
    named = [name for name in frame.index.names if name is not None]
    if named:
        frame = frame.reset_index(level=named)
    return frame.to_csv(index=False, lineterminator="\n", float_format="%.12g")


def _package_path(package) -> Path:
    return find_package() if package is None else Path(package)


def _read_rows(path: Path, shown: str, names: list[str]) -> list[list[str]]:
    """Rows of a CSV file without its header, after the header and the row lengths were checked."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, strict=True))
    except FileNotFoundError:
        raise DataError(f"{shown}: the file that the descriptor names is absent") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{shown}: not UTF-8 text (byte {error.start})") from None
    except csv.Error as error:
        raise DataError(f"{shown}: not CSV ({error})") from None
    header = rows[0] if rows else []
    if header != names:
        raise DataError(
            f"{shown}: row 1: the header is {', '.join(header) or 'empty'}; "
            f"the schema expects {', '.join(names)}"
        )
    wrong = [
        f"{shown}: row {number}: {len(row)} values; {len(names)} were expected"
        for number, row in enumerate(rows[1:], start=2)
        if len(row) != len(names)
    ]
    if wrong:
        raise DataError("\n".join(wrong))
    return rows[1:]


def _column(field, texts, missing, shown, problems) -> pd.Series:
    """Convert the texts of one column; add what cannot be converted to `problems`."""
    kind = field.get("type", "string")
    if kind not in _CONVERT:
        problems.append(
            f"{shown}: column {field['name']}: type {kind!r}; "
            f"one of these was expected: {', '.join(_CONVERT)}"
        )
        return pd.Series(dtype="object")
    convert, expected, dtype, nullable_dtype, empty = _CONVERT[kind]
    required = bool(field.get("constraints", {}).get("required", False))
    values = []
    for number, text in enumerate(texts, start=2):
        place = f"{shown}: row {number}, column {field['name']}"
        if text in missing:
            if required:
                problems.append(f"{place}: empty; {expected} was expected")
            values.append(empty)
            continue
        try:
            values.append(convert(text))
        except ValueError:
            problems.append(f"{place}: {text!r}; {expected} was expected")
            values.append(empty)
    if problems:
        return pd.Series(values, dtype="object")
    return pd.Series(values, dtype=dtype if required else nullable_dtype)


def _integer(text: str) -> int:
    if not text.lstrip("+-").isascii() or not text.lstrip("+-").isdigit():
        raise ValueError(text)
    return int(text)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _boolean(text: str) -> bool:
    if text not in _TRUE + _FALSE:
        raise ValueError(text)
    return text in _TRUE


def _date(text: str) -> str:
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError(text)
    return text


# type: (converter, what a message calls it, dtype when required, dtype otherwise, missing value)
_CONVERT = {
    "string": (str, "a text", "str", "str", ""),
    "any": (str, "a text", "str", "str", ""),
    "integer": (_integer, "a whole number", "int64", "Int64", None),
    "number": (_number, "a number", "float64", "float64", math.nan),
    "boolean": (_boolean, "true or false", "bool", "boolean", None),
    "date": (_date, "a date such as 2021-09-07", "str", "str", ""),
}
