"""Where in its transcript the cited evidence lies, and which codes cite the same segments.

A paper prints the numbers of the segments that it cites, not how long a transcript is. The
highest number cited is a lower bound of the length, and a share of it is an upper bound of the
share of the transcript that is cited; the columns are named after that.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from focusgroups.segments import check_evidence, expand, ordered_labels

__all__ = ["co_citation", "coverage", "positions", "repeated"]


def coverage(
    evidence: pd.DataFrame, document: str = "document", documents: Sequence | None = None
) -> pd.DataFrame:
    """
    How much of each transcript is cited.

    Parameters
    ----------
    evidence : pandas.DataFrame
        Evidence table.
    document : str, default "document"
        Column of the transcript.
    documents : sequence, optional
        All documents, in the order of the result; those that occur when omitted.

    Returns
    -------
    pandas.DataFrame
        One row per document: `document`, ``references``, ``segments`` (distinct segments cited),
        ``lowest_segment`` and ``length_at_least`` (lowest and highest segment cited; Int64, missing
        where nothing is cited), ``share_at_most`` (distinct segments over ``length_at_least``;
        float64, missing alike).

    Raises
    ------
    EvidenceError
        As `check_evidence` does.

    Examples
    --------
    >>> evidence = pd.DataFrame(
    ...     {"document": ["A", "A"], "first_segment": [2, 3], "last_segment": [4, 8]}
    ... )
    >>> print(coverage(evidence, documents=["A", "B"]).to_string(index=False))
    document  references  segments  lowest_segment  length_at_least  share_at_most
           A           2         7               2                8          0.875
           B           0         0            <NA>             <NA>            NaN
    """
    documents = ordered_labels(evidence, document, documents)
    check_evidence(evidence, document, documents=documents)
    references = evidence.groupby(document).size()
    segments = expand(evidence, document).groupby(document)["segment"]
    result = pd.DataFrame(index=pd.Index(documents, name=document))
    result["references"] = references.reindex(documents).fillna(0).astype("int64")
    result["segments"] = segments.nunique().reindex(documents).fillna(0).astype("int64")
    result["lowest_segment"] = segments.min().reindex(documents).astype("Int64")
    result["length_at_least"] = segments.max().reindex(documents).astype("Int64")
    share = result["segments"] / result["length_at_least"]
    result["share_at_most"] = share.astype("float64")
    return result.reset_index()


def positions(
    evidence: pd.DataFrame, code: str = "code", document: str = "document"
) -> pd.DataFrame:
    """
    Every cited segment with the codes that cite it.

    Parameters
    ----------
    evidence : pandas.DataFrame
        Evidence table.
    code, document : str
        Columns of the code and of the transcript.

    Returns
    -------
    pandas.DataFrame
        One row per document, segment and code, sorted by segment within documents (documents in
        order of first appearance, codes of a segment likewise): `document`, ``segment``, `code`,
        ``references`` (how often the code cites the segment), ``codes`` (how many codes cite it).

    Raises
    ------
    EvidenceError
        As `check_evidence` does.
    """
    check_evidence(evidence, document, code)
    expanded = expand(evidence, document)
    counts = (
        expanded.groupby([document, "segment", code], sort=False)
        .size()
        .reset_index(name="references")
    )
    counts["codes"] = counts.groupby([document, "segment"])[code].transform("nunique")
    rank = {label: place for place, label in enumerate(evidence[document].unique())}
    counts = counts.sort_values("segment", kind="stable")
    return counts.sort_values(
        document, kind="stable", key=lambda column: column.map(rank), ignore_index=True
    )[[document, "segment", code, "references", "codes"]]


def repeated(
    evidence: pd.DataFrame, code: str = "code", document: str = "document"
) -> pd.DataFrame:
    """
    Segments that are cited more than once.

    Parameters
    ----------
    evidence : pandas.DataFrame
        Evidence table.
    code, document : str
        Columns of the code and of the transcript.

    Returns
    -------
    pandas.DataFrame
        One row per segment with two or more references, ordered as in `positions`: `document`,
        ``segment``, ``references``, ``codes`` (how many codes cite it; above 1 when codes share
        it), ``code_list`` (their labels, joined by "; ", in order of first appearance).

    Raises
    ------
    EvidenceError
        As `check_evidence` does.
    """
    cited = positions(evidence, code, document)
    groups = cited.groupby([document, "segment"], sort=False)
    result = groups.agg(
        references=("references", "sum"),
        codes=("codes", "first"),
        code_list=(code, lambda labels: "; ".join(map(str, labels))),
    ).reset_index()
    return result[result["references"] > 1].reset_index(drop=True)


def co_citation(
    evidence: pd.DataFrame,
    code: str = "code",
    document: str = "document",
    codes: Sequence | None = None,
) -> pd.DataFrame:
    """
    How often two codes are cited from the same segments, and from the same documents.

    Parameters
    ----------
    evidence : pandas.DataFrame
        Evidence table.
    code, document : str
        Columns of the code and of the transcript.
    codes : sequence, optional
        All codes, in the order of the result; those that occur when omitted.

    Returns
    -------
    pandas.DataFrame
        One row per ordered pair of codes, a code with itself included: ``one``, ``other``,
        ``segments`` (distinct segments cited under both) and ``documents`` (documents cited under
        both), int64. A code with itself has its own counts.

    Raises
    ------
    EvidenceError
        As `check_evidence` does, and if `codes` repeat.

    Examples
    --------
    >>> evidence = pd.DataFrame(
    ...     {
    ...         "code": ["trust", "roles"],
    ...         "document": ["A", "A"],
    ...         "first_segment": [3, 5],
    ...         "last_segment": [5, 9],
    ...     }
    ... )
    >>> print(co_citation(evidence).to_string(index=False))
      one other  segments  documents
    trust trust         3          1
    trust roles         1          1
    roles trust         1          1
    roles roles         5          1
    """
    codes = ordered_labels(evidence, code, codes)
    check_evidence(evidence, document, code, codes=codes)
    expanded = expand(evidence, document)
    segments: dict = {label: set() for label in codes}
    for label, transcript, segment in zip(
        expanded[code], expanded[document], expanded["segment"], strict=True
    ):
        segments[label].add((transcript, segment))
    documents = {label: {transcript for transcript, _ in segments[label]} for label in codes}
    rows = [
        (one, other, len(segments[one] & segments[other]), len(documents[one] & documents[other]))
        for one in codes
        for other in codes
    ]
    return pd.DataFrame(rows, columns=["one", "other", "segments", "documents"])
