"""References to segments of transcripts: read them as printed, check, expand and compare them.

A segment is a numbered passage of a transcript, usually one turn of a speaker, as qualitative
software numbers them from 1.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import combinations
from numbers import Integral
from typing import NamedTuple

import pandas as pd

__all__ = [
    "ROLES",
    "EvidenceError",
    "Reference",
    "check_evidence",
    "distinct_segments",
    "expand",
    "ordered_labels",
    "overlaps",
    "parse_reference",
    "parse_references",
]

ROLES = ("quotation", "paraphrase")

# Hyphen-minus, hyphens, en and em dash, minus: what print and conversion make of a range.
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212"
_REFERENCE = re.compile(
    rf"(?P<document>.*?)[\s,]*(?<!\d)(?P<first>\d+)(?:\s*[{_DASHES}]\s*(?P<last>\d+))?"
)


class EvidenceError(ValueError):
    """Evidence that does not fit; the message lists every problem with row, column and value."""


class Reference(NamedTuple):
    """
    A citation of one segment, or of a run of segments, of one document.

    Attributes
    ----------
    document : str
        Label of the transcript; empty when the reference does not name it.
    first, last : int
        First and last segment; equal when one segment is cited.
    """

    document: str
    first: int
    last: int


def parse_reference(
    text: str, documents: Collection[str] | None = None, document: str = ""
) -> Reference:
    """
    Read one printed reference.

    Parameters
    ----------
    text : str
        A segment or a range, with or without the label of its document before it.
    documents : collection of str, optional
        Labels that may occur; any label with a letter when omitted.
    document : str, default ""
        Document of a reference that names none.

    Returns
    -------
    Reference

    Raises
    ------
    EvidenceError
        If the text is no reference, its document is not one of `documents`, a segment is below 1
        or a range runs backwards.

    Examples
    --------
    >>> parse_reference("38")
    Reference(document='', first=38, last=38)
    >>> parse_reference("PU107-128")
    Reference(document='PU', first=107, last=128)
    >>> parse_reference("DS, 64")
    Reference(document='DS', first=64, last=64)
    """
    match = _REFERENCE.fullmatch(text.strip())
    if match is None:
        raise EvidenceError(f"reference {text!r}: a segment such as 38 or 10–14 was expected")
    label = match["document"].strip() or document
    if documents is not None and label not in documents:
        raise EvidenceError(
            f"reference {text!r}: document {label!r}; one of these was expected: "
            f"{', '.join(documents)}"
        )
    if label and not any(letter.isalpha() for letter in label):
        raise EvidenceError(f"reference {text!r}: document {label!r}; a label was expected")
    first = int(match["first"])
    last = int(match["last"] or first)
    if not 1 <= first <= last:
        raise EvidenceError(
            f"reference {text!r}: segments {first} to {last}; "
            "numbers from 1 with the first at most the last were expected"
        )
    return Reference(label, first, last)


def parse_references(
    text: str, documents: Collection[str] | None = None, document: str = ""
) -> list[Reference]:
    """
    Read a printed list of references, such as the content of one parenthesis.

    Commas and semicolons separate references; one that names no document belongs to the document
    before it.

    Parameters
    ----------
    text : str
        The list, with or without parentheses around it.
    documents : collection of str, optional
        Labels that may occur; any label with a letter when omitted.
    document : str, default ""
        Document of references before the first that names one.

    Returns
    -------
    list of Reference
        In the order of print; every reference names its document.

    Raises
    ------
    EvidenceError
        If a part is no reference, no document is named, or a named document has no segment.

    Examples
    --------
    >>> for reference in parse_references("(BGU 38, 85; DS 57, BU 42; PU 10–14)"):
    ...     print(*reference)
    BGU 38 38
    BGU 85 85
    DS 57 57
    BU 42 42
    PU 10 14
    """
    inner = text.strip().removeprefix("(").removesuffix(")")
    references: list[Reference] = []
    waiting = False  # a label was read whose segment follows after a comma
    for part in re.split(r"[;,]", inner):
        if part.strip() and not re.search(r"\d", part):
            if waiting:
                raise EvidenceError(f"references {text!r}: no segment follows {document!r}")
            document, waiting = part.strip(), True
            continue
        reference = parse_reference(part, documents, document)
        if not reference.document:
            raise EvidenceError(f"references {text!r}: {part.strip()!r} names no document")
        references.append(reference)
        document, waiting = reference.document, False
    if waiting:
        raise EvidenceError(f"references {text!r}: no segment follows {document!r}")
    return references


def check_evidence(
    evidence: pd.DataFrame,
    document: str = "document",
    code: str | None = None,
    documents: Collection | None = None,
    codes: Collection | None = None,
) -> None:
    """
    Check an evidence table, and report all problems at once.

    Parameters
    ----------
    evidence : pandas.DataFrame
        Columns `document`, ``first_segment`` and ``last_segment``; `code` and ``role`` where used.
    document : str, default "document"
        Column of the transcript.
    code : str, optional
        Column of the theme or subtheme; not checked when omitted.
    documents, codes : collection, optional
        Values that may occur; any value but a missing one when omitted.

    Raises
    ------
    EvidenceError
        If a column is absent, a document, code or role is missing or unknown, a segment is no
        whole number from 1, or a first segment is after the last. Rows count from 1, without a
        header.
    """
    needed = [document, "first_segment", "last_segment"] + ([code] if code else [])
    absent = [name for name in needed if name not in evidence.columns]
    if absent:
        raise EvidenceError(
            f"the evidence has no column {', '.join(absent)}; "
            f"its columns are {', '.join(map(str, evidence.columns))}"
        )
    problems: list[str] = []
    _check_labels(evidence, document, documents, problems)
    if code:
        _check_labels(evidence, code, codes, problems)
    if "role" in evidence.columns:
        _check_labels(evidence, "role", ROLES, problems)
    segments = zip(evidence["first_segment"], evidence["last_segment"], strict=True)
    for row, (first, last) in enumerate(segments, start=1):
        fine = True
        for column, value in (("first_segment", first), ("last_segment", last)):
            if not isinstance(value, Integral) or value < 1:
                problems.append(
                    f"row {row}, column {column}: {_shown(value)}; "
                    "a whole number from 1 was expected"
                )
                fine = False
        if fine and first > last:
            problems.append(
                f"row {row}, column last_segment: {last}; "
                f"at least the first segment, {first}, was expected"
            )
    if problems:
        raise EvidenceError("\n".join(problems))


def expand(evidence: pd.DataFrame, document: str = "document") -> pd.DataFrame:
    """
    One row for each segment that each reference covers.

    Parameters
    ----------
    evidence : pandas.DataFrame
        Evidence table.
    document : str, default "document"
        Column of the transcript.

    Returns
    -------
    pandas.DataFrame
        The columns of `evidence` and ``segment`` (int64), in the order of the evidence, each
        reference from its first segment to its last; the index repeats that of `evidence`.

    Raises
    ------
    EvidenceError
        As `check_evidence` does.

    Examples
    --------
    >>> evidence = pd.DataFrame(
    ...     {"document": ["A", "B"], "first_segment": [3, 7], "last_segment": [5, 7]}
    ... )
    >>> expand(evidence)[["document", "segment"]].to_records(index=False).tolist()
    [('A', 3), ('A', 4), ('A', 5), ('B', 7)]
    """
    check_evidence(evidence, document)
    lengths = (evidence["last_segment"] - evidence["first_segment"] + 1).astype("int64")
    positions = [row for row, length in enumerate(lengths) for _ in range(length)]
    expanded = evidence.iloc[positions].copy()
    expanded["segment"] = pd.Series(
        [
            segment
            for first, last in zip(evidence["first_segment"], evidence["last_segment"], strict=True)
            for segment in range(first, last + 1)
        ],
        index=expanded.index,
        dtype="int64",
    )
    return expanded


def distinct_segments(
    evidence: pd.DataFrame, by: str | list[str], document: str = "document"
) -> pd.DataFrame:
    """
    Count the distinct segments that are cited.

    Parameters
    ----------
    evidence : pandas.DataFrame
        Evidence table.
    by : str or list of str
        Columns that form the groups.
    document : str, default "document"
        Column of the transcript; equal numbers in two documents are two segments.

    Returns
    -------
    pandas.DataFrame
        One row per group that occurs, in order of first appearance: `by`, ``segments`` (int64).

    Raises
    ------
    EvidenceError
        As `check_evidence` does.
    """
    by = [by] if isinstance(by, str) else list(by)
    expanded = expand(evidence, document)
    seen = expanded.drop_duplicates(list(dict.fromkeys([*by, document, "segment"])))
    return seen.groupby(by, sort=False).size().reset_index(name="segments")


def overlaps(evidence: pd.DataFrame, document: str = "document") -> pd.DataFrame:
    """
    Pairs of references that share a segment.

    Parameters
    ----------
    evidence : pandas.DataFrame
        Evidence table with a unique index.
    document : str, default "document"
        Column of the transcript.

    Returns
    -------
    pandas.DataFrame
        One row per pair, in the order of the evidence: `document`, ``one`` and ``other`` (index
        labels of the two rows), ``first_segment`` and ``last_segment`` of what they share, and
        ``segments``, how many.

    Raises
    ------
    EvidenceError
        As `check_evidence` does, and if index labels repeat.
    """
    check_evidence(evidence, document)
    if not evidence.index.is_unique:
        raise EvidenceError("the index of the evidence repeats; one label per row was expected")
    rows = []
    for label, group in evidence.groupby(document, sort=False):
        spans = list(zip(group.index, group["first_segment"], group["last_segment"], strict=True))
        for (one, first, last), (other, begin, end) in combinations(spans, 2):
            shared = max(first, begin), min(last, end)
            if shared[0] <= shared[1]:
                rows.append((label, one, other, *shared, shared[1] - shared[0] + 1))
    columns = [document, "one", "other", "first_segment", "last_segment", "segments"]
    result = pd.DataFrame(rows, columns=columns)
    order = {label: place for place, label in enumerate(evidence.index)}
    return result.sort_values(
        ["one", "other"], key=lambda column: column.map(order), ignore_index=True
    )


def ordered_labels(evidence: pd.DataFrame, column: str, given: Sequence | None) -> list:
    """
    Labels of a column in the order of a result.

    Parameters
    ----------
    evidence : pandas.DataFrame
        Evidence table.
    column : str
        Column of documents or codes.
    given : sequence or None
        All labels in their order; those that occur, by first appearance, when None.

    Returns
    -------
    list
        Empty when nothing is given and the column is absent, which `check_evidence` reports.

    Raises
    ------
    EvidenceError
        If a given label repeats.
    """
    if given is None:
        return list(evidence[column].unique()) if column in evidence.columns else []
    labels = list(given)
    if len(set(labels)) != len(labels):
        raise EvidenceError(f"{column}: {', '.join(map(str, labels))}; each once was expected")
    return labels


def _check_labels(evidence, column: str, allowed, problems: list[str]) -> None:
    expected = "a value" if allowed is None else f"one of {', '.join(map(str, allowed))}"
    for row, value in enumerate(evidence[column], start=1):
        absent = pd.isna(value) or value == ""
        if absent or (allowed is not None and value not in allowed):
            problems.append(f"row {row}, column {column}: {_shown(value)}; {expected} was expected")


def _shown(value) -> str:
    return "empty" if pd.isna(value) or value == "" else str(value)
