"""References to segments: as printed, checked, expanded, compared."""

import pandas as pd
import pytest
from focusgroups import (
    EvidenceError,
    Reference,
    check_evidence,
    distinct_segments,
    expand,
    overlaps,
    parse_reference,
    parse_references,
)
from hypothesis import given
from hypothesis import strategies as st


def evidence(*rows, code=False):
    """An evidence table of (document, first, last) or (document, first, last, code)."""
    names = ["document", "first_segment", "last_segment"] + (["code"] if code else [])
    return pd.DataFrame(rows, columns=names)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("38", ("", 38, 38)),
        ("10–14", ("", 10, 14)),
        ("10 - 14", ("", 10, 14)),
        ("PU107-128", ("PU", 107, 128)),
        ("DS, 64", ("DS", 64, 64)),
        (" BU\u00a019 ", ("BU", 19, 19)),
        ("FG1 38", ("FG1", 38, 38)),
        ("Dar es Salaam 7−9", ("Dar es Salaam", 7, 9)),
    ],
)
def test_reference_as_printed(text, expected):
    assert parse_reference(text) == Reference(*expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a segment such as 38 or 10–14 was expected"),
        ("PU", "a segment such as"),
        ("PU 12–", "a segment such as"),
        ("14–10", "segments 14 to 10"),
        ("PU 0", "segments 0 to 0"),
        ("XX 3", "document 'XX'; one of these was expected: PU, DS"),
        ("3", "document ''; one of these was expected"),
    ],
)
def test_references_that_are_refused(text, message):
    documents = None if "segment" in message else ["PU", "DS"]
    with pytest.raises(EvidenceError, match=message):
        parse_reference(text, documents)


def test_document_needs_a_letter():
    with pytest.raises(EvidenceError, match="a label was expected"):
        parse_reference("12 38")


DOCUMENTS = st.from_regex(r"[A-Z]{2,4}", fullmatch=True)
SPANS = st.tuples(st.integers(1, 400), st.integers(0, 30)).map(lambda s: (s[0], s[0] + s[1]))


@given(st.lists(st.tuples(DOCUMENTS, st.lists(SPANS, min_size=1, max_size=4)), max_size=4))
def test_printed_lists_are_read_back(groups):
    printed = "; ".join(
        f"{document} " + ", ".join(f"{a}–{b}" if a != b else str(a) for a, b in spans)
        for document, spans in groups
    )
    expected = [(document, *span) for document, spans in groups for span in spans]
    if expected:
        assert parse_references(f"({printed})") == expected


def test_lists_as_papers_print_them():
    assert parse_references("(ULM 88, UKE 42, 48, 93)") == [
        ("ULM", 88, 88),
        ("UKE", 42, 42),
        ("UKE", 48, 48),
        ("UKE", 93, 93),
    ]
    assert parse_references("DS, 64, 70", ["DS"]) == [("DS", 64, 64), ("DS", 70, 70)]
    assert parse_references("64", document="DS") == [("DS", 64, 64)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("64; DS 3", "'64' names no document"),
        ("BU, UKE", "no segment follows 'BU'"),
        ("DS 3, BU", "no segment follows 'BU'"),
        ("DS 3,, 4", "a segment such as"),
    ],
)
def test_lists_that_are_refused(text, message):
    with pytest.raises(EvidenceError, match=message):
        parse_references(text)


def test_all_problems_are_named():
    frame = pd.DataFrame(
        {
            "document": ["A", "", "C"],
            "first_segment": [5, 0, 2],
            "last_segment": [4, 1, 2],
            "code": ["x", "y", None],
            "role": ["quotation", "paraphrase", "hearsay"],
        }
    )
    with pytest.raises(EvidenceError) as error:
        check_evidence(frame, code="code", documents=["A", "B"], codes=["x"])
    assert str(error.value).splitlines() == [
        "row 2, column document: empty; one of A, B was expected",
        "row 3, column document: C; one of A, B was expected",
        "row 2, column code: y; one of x was expected",
        "row 3, column code: empty; one of x was expected",
        "row 3, column role: hearsay; one of quotation, paraphrase was expected",
        "row 1, column last_segment: 4; at least the first segment, 5, was expected",
        "row 2, column first_segment: 0; a whole number from 1 was expected",
    ]


def test_segments_that_are_no_whole_numbers():
    frame = evidence(("A", 1.5, 2), ("B", None, 3))
    with pytest.raises(EvidenceError, match=r"row 1, column first_segment: 1\.5") as error:
        check_evidence(frame)
    assert "row 2, column first_segment: empty" in str(error.value)


def test_absent_columns():
    with pytest.raises(EvidenceError, match="no column code; its columns are document, first_seg"):
        check_evidence(evidence(("A", 1, 1)), code="code")


FRAMES = st.lists(
    st.tuples(st.sampled_from("AB"), SPANS.map(lambda span: (span[0] % 20 + 1, span[1]))).map(
        lambda row: (row[0], row[1][0], max(row[1]) % 10 + row[1][0], "xyz"[row[1][1] % 3])
    ),
    min_size=1,
    max_size=8,
).map(lambda rows: evidence(*rows, code=True))


@given(FRAMES)
def test_expansion_has_each_segment_of_each_reference(frame):
    expanded = expand(frame)
    lengths = frame["last_segment"] - frame["first_segment"] + 1
    assert len(expanded) == lengths.sum()
    assert str(expanded["segment"].dtype) == "int64"
    for label, group in expanded.groupby(level=0):
        row = frame.loc[label]
        assert group["segment"].tolist() == list(
            range(row["first_segment"], row["last_segment"] + 1)
        )


@given(FRAMES)
def test_distinct_segments_against_sets(frame):
    result = distinct_segments(frame, "code")
    for code, segments in result.itertuples(index=False):
        sets = {
            (row.document, segment)
            for row in frame[frame["code"] == code].itertuples()
            for segment in range(row.first_segment, row.last_segment + 1)
        }
        assert segments == len(sets)
    assert result["code"].tolist() == frame["code"].unique().tolist()


@given(FRAMES)
def test_overlaps_against_sets(frame):
    found = {
        (row.one, row.other): (row.first_segment, row.last_segment, row.segments)
        for row in overlaps(frame).itertuples()
    }
    for one in frame.index:
        for other in frame.index[frame.index > one]:
            a, b = frame.loc[one], frame.loc[other]
            shared = set(range(a["first_segment"], a["last_segment"] + 1)) & set(
                range(b["first_segment"], b["last_segment"] + 1)
            )
            if a["document"] == b["document"] and shared:
                assert found.pop((one, other)) == (min(shared), max(shared), len(shared))
    assert not found


def test_overlaps_need_row_labels():
    frame = evidence(("A", 1, 1), ("A", 1, 1))
    assert overlaps(frame)["segments"].tolist() == [1]
    with pytest.raises(EvidenceError, match="index of the evidence repeats"):
        overlaps(frame.set_axis([0, 0]))


def test_nullable_integers_are_whole_numbers():
    frame = evidence(("A", 1, 2)).astype({"first_segment": "Int64", "last_segment": "Int64"})
    assert expand(frame)["segment"].tolist() == [1, 2]
