"""Where evidence lies in transcripts, and which codes share segments."""

import pandas as pd
import pytest
from focusgroups import EvidenceError, co_citation, code_matrix, coverage, positions, repeated
from hypothesis import given
from hypothesis import strategies as st

EVIDENCE = pd.DataFrame(
    [
        ("trust", "B", 4, 5),
        ("trust", "A", 3, 5),
        ("roles", "A", 5, 6),
        ("roles", "A", 6, 6),
        ("worry", "B", 20, 20),
    ],
    columns=["code", "document", "first_segment", "last_segment"],
)


def rows(frame):
    return list(frame.itertuples(index=False, name=None))


def test_coverage_by_hand():
    result = coverage(EVIDENCE, documents=["A", "B", "C"])
    assert result.columns.tolist() == [
        *("document", "references", "segments"),
        *("lowest_segment", "length_at_least", "share_at_most"),
    ]
    assert rows(result)[:2] == [("A", 3, 4, 3, 6, 4 / 6), ("B", 2, 3, 4, 20, 3 / 20)]
    assert result.iloc[2, :3].tolist() == ["C", 0, 0]
    assert result.iloc[2, 3:].isna().all()
    assert str(result["length_at_least"].dtype) == "Int64"
    assert str(result["share_at_most"].dtype) == "float64"


def test_positions_by_hand():
    assert rows(positions(EVIDENCE)) == [
        ("B", 4, "trust", 1, 1),
        ("B", 5, "trust", 1, 1),
        ("B", 20, "worry", 1, 1),
        ("A", 3, "trust", 1, 1),
        ("A", 4, "trust", 1, 1),
        ("A", 5, "trust", 1, 2),
        ("A", 5, "roles", 1, 2),
        ("A", 6, "roles", 2, 1),
    ]


def test_repeated_by_hand():
    assert rows(repeated(EVIDENCE)) == [("A", 5, 2, 2, "trust; roles"), ("A", 6, 2, 1, "roles")]
    assert repeated(EVIDENCE.iloc[:2]).empty


def test_co_citation_by_hand():
    result = {
        row[:2]: row[2:]
        for row in rows(co_citation(EVIDENCE, codes=["roles", "trust", "x", "worry"]))
    }
    assert result["trust", "roles"] == (1, 1)
    assert result["trust", "worry"] == (0, 1)
    assert result["trust", "trust"] == (5, 2)
    assert result["x", "x"] == result["x", "trust"] == (0, 0)
    assert len(result) == 16


FRAMES = st.lists(
    st.tuples(
        st.sampled_from("xyz"), st.sampled_from("AB"), st.integers(1, 12), st.integers(0, 4)
    ).map(lambda row: (*row[:3], row[2] + row[3])),
    min_size=1,
    max_size=8,
).map(lambda found: pd.DataFrame(found, columns=EVIDENCE.columns))


@given(FRAMES)
def test_the_views_agree(frame):
    cited = positions(frame)
    seen = cited.drop_duplicates(["document", "segment"])
    assert coverage(frame)["segments"].sum() == len(seen)
    matrix = code_matrix(frame.assign(role="quotation"))
    assert matrix["segments"].sum() == len(cited)
    pairs = co_citation(frame).set_index(["one", "other"])["segments"]
    for (one, other), shared in pairs.items():
        assert pairs[other, one] == shared <= min(pairs[one, one], pairs[other, other])
    twice = repeated(frame)
    assert (twice["references"] >= twice["codes"]).all()
    assert (cited["codes"] > 1).any() == (twice["codes"] > 1).any()


@pytest.mark.parametrize("function", [coverage, positions, repeated, co_citation])
def test_absent_columns(function):
    with pytest.raises(EvidenceError, match="no column document"):
        function(EVIDENCE.drop(columns="document"))


def test_unknown_documents_and_codes():
    with pytest.raises(EvidenceError, match="row 2, column document: A; one of B was expected"):
        coverage(EVIDENCE, documents=["B"])
    with pytest.raises(EvidenceError, match="row 5, column code: worry"):
        co_citation(EVIDENCE, codes=["trust", "roles"])
