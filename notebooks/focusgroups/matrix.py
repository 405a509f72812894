"""Codes by documents: how often, and with how much text, each code is cited from each document.

The table is what qualitative software calls a code matrix (MAXQDA: Code Matrix Browser), made
from what a paper cites instead of from a whole coded corpus. A cell counts citations, never
people.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from focusgroups.segments import (
    EvidenceError,
    check_evidence,
    distinct_segments,
    ordered_labels,
)

__all__ = ["COUNTS", "code_matrix", "crosstab"]

COUNTS = ("references", "segments", "quotations", "paraphrases")


def code_matrix(
    evidence: pd.DataFrame,
    code: str = "code",
    document: str = "document",
    codes: Sequence | None = None,
    documents: Sequence | None = None,
    total: str | None = None,
) -> pd.DataFrame:
    """
    Count references and segments for every code and document.

    Parameters
    ----------
    evidence : pandas.DataFrame
        Evidence table with ``role``.
    code, document : str
        Columns of the code and of the transcript.
    codes, documents : sequence, optional
        All codes and documents, in the order of the result; pass them to keep those that are
        never cited. Those that occur, in order of first appearance, when omitted.
    total : str, optional
        Label of totals over all codes, over all documents, and over both; no totals when omitted.

    Returns
    -------
    pandas.DataFrame
        One row per code and document, absent cells included with zeros: `code`, `document` and,
        as int64, ``references`` (cited references), ``segments`` (distinct segments they cover),
        ``quotations`` and ``paraphrases`` (references by role). A total of ``segments`` over
        codes counts a segment once, and so may be less than the sum of its cells.

    Raises
    ------
    EvidenceError
        As `check_evidence` does; if `codes` or `documents` repeat; or if `total` is itself one.

    Examples
    --------
    >>> evidence = pd.DataFrame(
    ...     {
    ...         "code": ["trust", "trust", "roles"],
    ...         "document": ["A", "A", "B"],
    ...         "first_segment": [3, 4, 9],
    ...         "last_segment": [5, 4, 9],
    ...         "role": ["quotation", "paraphrase", "paraphrase"],
    ...     }
    ... )
    >>> print(code_matrix(evidence, total="all").to_string(index=False))
     code document  references  segments  quotations  paraphrases
    trust        A           2         3           1            1
    trust        B           0         0           0            0
    trust      all           2         3           1            1
    roles        A           0         0           0            0
    roles        B           1         1           0            1
    roles      all           1         1           0            1
      all        A           2         3           1            1
      all        B           1         1           0            1
      all      all           3         4           1            2
    """
    codes = ordered_labels(evidence, code, codes)
    documents = ordered_labels(evidence, document, documents)
    check_evidence(evidence, document, code, documents, codes)
    if "role" not in evidence.columns:
        raise EvidenceError("the evidence has no column role; quotation or paraphrase was expected")
    table = evidence[[code, document, "first_segment", "last_segment", "role"]]
    if total is not None:
        if total in codes or total in documents:
            raise EvidenceError(f"total is {total!r}, which is also a code or a document")
        table = pd.concat(
            [
                table,
                table.assign(**{document: total}),
                table.assign(**{code: total}),
                table.assign(**{code: total, document: total}),
            ],
            ignore_index=True,
        )
        # Numbers of segments are unique within a transcript only, also under a total.
        table["transcript"] = pd.concat([evidence[document]] * 4, ignore_index=True)
        codes, documents = [*codes, total], [*documents, total]
    else:
        table = table.assign(transcript=evidence[document])
    cells = pd.MultiIndex.from_product([codes, documents], names=[code, document])
    groups = [code, document]
    counts = {
        "references": table.groupby(groups, sort=False).size(),
        "segments": distinct_segments(table, groups, "transcript").set_index(groups)["segments"],
        "quotations": table[table["role"] == "quotation"].groupby(groups, sort=False).size(),
        "paraphrases": table[table["role"] == "paraphrase"].groupby(groups, sort=False).size(),
    }
    # Each count is laid over the cells by itself: labels of different types, such as numbered
    # codes and the label of their total, cannot be sorted together.
    return pd.DataFrame(
        {name: counts[name].reindex(cells).fillna(0).astype("int64") for name in COUNTS},
        index=cells,
    ).reset_index()


def crosstab(
    matrix: pd.DataFrame,
    value: str = "references",
    code: str = "code",
    document: str = "document",
) -> pd.DataFrame:
    """
    Lay a code matrix out with a row per code and a column per document.

    Parameters
    ----------
    matrix : pandas.DataFrame
        What `code_matrix` returns.
    value : {"references", "segments", "quotations", "paraphrases"}
        Count to show.
    code, document : str
        Columns of the code and of the document.

    Returns
    -------
    pandas.DataFrame
        `code` as first column, then one int64 column per document, both in the order of `matrix`.

    Raises
    ------
    ValueError
        If `value` is not one of the counts.

    Examples
    --------
    >>> matrix = pd.DataFrame(
    ...     {"code": ["b", "b", "a", "a"], "document": ["Y", "X", "Y", "X"],
    ...      "references": [1, 0, 2, 3]}
    ... )
    >>> print(crosstab(matrix).to_string(index=False))
    code  Y  X
       b  1  0
       a  2  3
    """
    if value not in COUNTS:
        raise ValueError(f"value is {value!r}; one of {', '.join(COUNTS)} was expected")
    wide = matrix.pivot(index=code, columns=document, values=value)
    wide = wide.loc[matrix[code].unique(), list(matrix[document].unique())]
    return wide.rename_axis(columns=None).reset_index()
