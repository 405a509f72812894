"""Code matrices: counts of references, distinct segments, roles, and totals."""

import pandas as pd
import pytest
from focusgroups import EvidenceError, code_matrix, crosstab

EVIDENCE = pd.DataFrame(
    [
        ("trust", "A", 3, 5, "quotation"),
        ("trust", "A", 5, 6, "paraphrase"),
        ("trust", "B", 3, 3, "paraphrase"),
        ("roles", "A", 6, 6, "paraphrase"),
        ("roles", "A", 6, 6, "quotation"),
    ],
    columns=["theme", "site", "first_segment", "last_segment", "role"],
)
NAMES = {"code": "theme", "document": "site"}


def cells(matrix):
    return {tuple(row[:2]): tuple(row[2:]) for row in matrix.itertuples(index=False)}


def test_cells_by_hand_with_absent_ones_kept():
    matrix = code_matrix(
        EVIDENCE, **NAMES, codes=["roles", "trust", "worry"], documents=["B", "A", "C"]
    )
    assert list(matrix.columns) == [
        *("theme", "site", "references", "segments", "quotations", "paraphrases"),
    ]
    assert matrix["theme"].unique().tolist() == ["roles", "trust", "worry"]
    assert matrix["site"].tolist()[:3] == ["B", "A", "C"]
    assert all(str(dtype) == "int64" for dtype in matrix.dtypes[2:])
    nothing = (0, 0, 0, 0)
    assert cells(matrix) == {
        ("roles", "B"): nothing,
        ("roles", "A"): (2, 1, 1, 1),
        ("roles", "C"): nothing,
        ("trust", "B"): (1, 1, 0, 1),
        ("trust", "A"): (2, 4, 1, 1),
        ("trust", "C"): nothing,
        ("worry", "B"): nothing,
        ("worry", "A"): nothing,
        ("worry", "C"): nothing,
    }


def test_totals_count_a_segment_once():
    matrix = cells(code_matrix(EVIDENCE, **NAMES, total="all"))
    assert matrix["all", "A"] == (4, 4, 2, 2)  # segment 6 stands under both codes
    assert matrix["trust", "all"] == (3, 5, 1, 2)  # segment numbers of A and B are not the same
    assert matrix["all", "all"] == (5, 5, 2, 3)


@pytest.mark.filterwarnings("error")
def test_numbered_codes_and_a_total():
    numbered = EVIDENCE.assign(theme=EVIDENCE["theme"].map({"trust": 2, "roles": 1}))
    matrix = code_matrix(numbered, **NAMES, codes=[1, 2], total="all")
    assert cells(matrix)[2, "A"] == (2, 4, 1, 1)
    assert crosstab(matrix, **NAMES)["theme"].tolist() == [1, 2, "all"]


def test_order_of_appearance_without_lists():
    matrix = code_matrix(EVIDENCE.iloc[::-1], **NAMES)
    assert matrix["theme"].unique().tolist() == ["roles", "trust"]
    assert matrix["site"].unique().tolist() == ["A", "B"]


def test_no_evidence_at_all():
    matrix = code_matrix(EVIDENCE.iloc[:0], **NAMES, codes=["trust"], documents=["A"])
    assert matrix["references"].tolist() == [0]


def test_crosstab_keeps_both_orders():
    matrix = code_matrix(EVIDENCE, **NAMES, codes=["trust", "roles"], documents=["B", "A"])
    wide = crosstab(matrix, "segments", **NAMES)
    assert wide.columns.tolist() == ["theme", "B", "A"]
    assert wide.to_numpy().tolist() == [["trust", 1, 4], ["roles", 0, 1]]
    with pytest.raises(ValueError, match="one of references, segments"):
        crosstab(matrix, "people", **NAMES)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"codes": ["trust"]}, "row 4, column theme: roles; one of trust was expected"),
        ({"documents": ["A"]}, "row 3, column site: B; one of A was expected"),
        ({"codes": ["trust", "trust"]}, "theme: trust, trust; each once was expected"),
        ({"total": "A"}, "total is 'A', which is also a code or a document"),
    ],
)
def test_matrices_that_are_refused(options, message):
    with pytest.raises(EvidenceError, match=message):
        code_matrix(EVIDENCE, **NAMES, **options)


def test_absent_columns():
    with pytest.raises(EvidenceError, match="no column theme"):
        code_matrix(EVIDENCE.drop(columns="theme"), **NAMES)
    with pytest.raises(EvidenceError, match="no column role"):
        code_matrix(EVIDENCE.drop(columns="role"), **NAMES)
