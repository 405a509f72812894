"""Tables as HTML: structure, headers, missing values, downloads."""

import io
import re

import numpy as np
import pandas as pd
import pypandoc
import pytest
from great_tables import GT, loc, md
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from report.tables import MISSING, mark_status, shade, table, table_bundle, table_html

FRAME = pd.DataFrame(
    {
        "kind": ["universal", "universal", "specific"],
        "topic": ["Ethics & <values>", "Personal well-being", "Crisis management"],
        "n": pd.array([86, None, 12345], dtype="Int64"),
        "median": ["3", "2.0", ""],
        "modal_low": [0.125, 0.333333, None],
        "modal_high": [0.5, 0.75, 1.0],
        "met": [True, False, True],
    }
)


def build():
    """A table with everything that the house style offers."""
    gt = table(
        FRAME,
        stub="topic",
        groups="kind",
        labels={"n": "n", "modal_low": "Lowest"},
        spanners={"Modal share": ["modal_low", "modal_high"]},
        decimals={"modal_low": 2},
        align={"met": "center"},
        missing="not reported",
        notes="Source: Table 2.",
        widths={"topic": "40%"},
    )
    gt = mark_status(gt, "reconstructed", ["modal_low", "modal_high"])
    return gt.tab_footnote("Printed as 2.", loc.body(columns="median", rows=[1]))


@pytest.fixture
def tree():
    return html.fragment_fromstring(table_html(build()))


def texts(cells):
    return [cell.text_content() for cell in cells]


def widths(rows):
    """Columns that each row covers, row spans included."""
    reach = {}
    for number, row in enumerate(rows):
        for cell in row:
            for below in range(int(cell.get("rowspan", 1))):
                reach[number + below] = reach.get(number + below, 0) + int(cell.get("colspan", 1))
    return set(reach.values())


def test_bundle():
    bundle = table_bundle(build())
    assert list(bundle) == ["text/html", "text/csv", "text/plain"]
    assert bundle["text/plain"] == (
        "Table, 3 rows: kind, topic, n, median, modal_low, modal_high, met"
    )
    read = pd.read_csv(io.StringIO(bundle["text/csv"]), dtype={"median": "str", "n": "Int64"})
    pd.testing.assert_frame_equal(read.fillna({"median": ""}), FRAME)


def test_other_data_can_be_offered():
    data = pd.DataFrame({"all": [1, 2]})
    assert table_bundle(build(), data)["text/csv"] == "all\n1\n2\n"


def test_cells(tree):
    rows = tree.findall("tbody/tr[td]")
    assert [texts(row) for row in rows] == [
        ["Ethics & <values>", "86", "3", "0.13", "0.5", "yes"],
        ["Personal well-being", "–", "b 2.0", "0.33", "0.8", "no"],
        ["Crisis management", "12,345", "–", "–", "1.0", "yes"],
    ]
    assert texts(tree.findall("tfoot/tr/td")) == [
        "Source: Table 2.",
        "– not reported.",
        "a Reconstructed.",
        "b Printed as 2.",
    ]


def test_structure(tree):
    assert [child.tag for child in tree] == [
        *("colgroup", "thead", "tbody", "tbody", "tfoot"),
    ]
    assert tree.get("class") == "gt_table report-table"
    for part in tree.findall("tbody") + tree.findall("thead") + tree.findall("tfoot"):
        assert widths(part.findall("tr")) == {6}
    assert tree.find("colgroup/col").get("style") == "width:40%"


def test_headers_have_scope_and_text(tree):
    assert [(cell.text_content(), cell.get("scope")) for cell in tree.iter("th")] == [
        ("Topic", "col"),
        ("n", "col"),
        ("Median", "col"),
        ("Modal share", "colgroup"),
        ("Met", "col"),
        ("Lowesta", "col"),
        ("Modal higha", "col"),
        ("universal", "rowgroup"),
        ("Ethics & <values>", "row"),
        ("Personal well-being", "row"),
        ("specific", "rowgroup"),
        ("Crisis management", "row"),
    ]
    assert texts(tree.iter("sup")) == ["a", "a", "b", "a", "b"]


def test_nothing_is_left_that_is_random_or_empty(tree):
    written = table_html(build())
    assert not tree.xpath("//@id | //@headers | //style | //script | //div | //span")
    for absent in ("<style", "0x", "data-quarto", "gt_row", "/tmp", "&mdash;"):
        assert absent not in written
    assert len(written) < 0.25 * len(build().as_raw_html())
    assert written == table_html(build())


def test_alignment(tree):
    cells = tree.find("tbody").findall("tr")[1]
    sides = [re.search(r"text-align:(\w+)", cell.get("style"))[1] for cell in cells]
    assert sides == ["left", "right", "right", "right", "right", "center"]
    assert "tabular-nums" in tree.get("style")


def test_tints_let_the_page_show_through(tree):
    filled = [cell for cell in tree.iter("td") if "background-color" in cell.get("style")]
    assert len(filled) == 6
    assert all("background-color:#d0470029" in cell.get("style") for cell in filled)
    assert not any(";color:" in f";{cell.get('style')}" for cell in filled)


def test_status_of_single_rows_is_marked_in_the_cells():
    gt = mark_status(table(FRAME[["topic", "met"]]), "interpreted", "met", rows=[1])
    tree = html.fragment_fromstring(table_html(gt))
    assert texts(row[1] for row in tree.findall("tbody/tr")) == ["yes", "noa", "yes"]
    assert texts(tree.findall("tfoot/tr/td")) == ["a Interpreted."]
    with pytest.raises(ValueError, match="status 'guessed'"):
        mark_status(gt, "guessed", "met")


def test_shade_everything():
    written = table_html(shade(table(FRAME[["topic", "met"]]), "#009de0", strength=0.5))
    assert written.count("background-color:#009de080") == 6


def test_table_without_stub_groups_and_missing_values():
    tree = html.fragment_fromstring(table_html(table(FRAME[["topic", "met"]])))
    assert [child.tag for child in tree] == ["thead", "tbody"]
    assert texts(tree.iter("th")) == ["Topic", "Met"]


def test_tables_made_with_great_tables_alone_are_named_too():
    plain = GT(FRAME[["topic", "met"]], rowname_col="topic")
    tree = html.fragment_fromstring(table_html(plain))
    assert texts(tree.iter("th"))[:2] == ["Topic", "met"]
    spanned = html.fragment_fromstring(
        table_html(plain.tab_spanner("A", ["met"]).tab_spanner("B", ["met"]))
    )
    assert all(text.strip() for text in texts(spanned.iter("th")))
    assert texts(spanned.iter("th"))[:2] == ["B", "Topic"]


def test_markup_in_labels_and_notes_is_kept():
    gt = table(FRAME[["topic"]], labels={"topic": md("*Topic*")}, notes=[md("[x](https://a.b)")])
    written = table_html(gt)
    assert "<em>Topic</em>" in written
    assert '<a href="https://a.b">x</a>' in written


def test_a_title_belongs_to_the_cell():
    with pytest.raises(ValueError, match="state it as tbl-cap"):
        table_html(build().tab_header("Title"))


def test_whole_numbers_stay_whole_beside_missing_values():
    frame = pd.DataFrame({"year": [2019, 2021], "note": ["", "x"]})
    tree = html.fragment_fromstring(table_html(table(frame, missing="none")))
    assert texts(tree.findall("tbody/tr/td")) == ["2019", MISSING, "2021", "x"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, 'row 2, column n: no value; say what that means, such as table.*"not reported"'),
        ({"stub": "x"}, "no column is named 'x'; one of these was expected: kind, topic"),
        ({"spanners": {"A": ["y"]}}, "no column is named 'y'"),
        ({"decimals": {"z": 1}}, "no column is named 'z'"),
        ({"widths": {"n": "3em"}}, "column n: width '3em'; a percentage was expected"),
    ],
)
def test_tables_that_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        table(FRAME, **options)


def test_what_is_no_frame_or_table():
    with pytest.raises(TypeError, match=r"a pandas\.DataFrame was expected"):
        table([1])
    with pytest.raises(TypeError, match=r"a great_tables\.GT was expected"):
        table_bundle(FRAME)


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp", "Cf"]), min_size=1)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=4))
def test_any_text_survives(rows):
    frame = pd.DataFrame(rows, columns=["name", "says"])
    tree = html.fragment_fromstring(table_html(table(frame, stub="name")))
    assert [tuple(texts(row)) for row in tree.findall("tbody/tr")] == rows


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=4), st.integers(0, 3))
def test_numbers_print_within_half_a_unit(values, decimals):
    frame = pd.DataFrame({"value": values})
    tree = html.fragment_fromstring(table_html(table(frame, decimals=decimals)))
    printed = [
        float(text.replace("−", "-").replace(",", ""))
        for text in texts(tree.findall("tbody/tr/td"))
    ]
    assert printed == pytest.approx(values, abs=0.5 * 10**-decimals + 1e-9)
    assert np.isfinite(printed).all()


def test_the_table_reaches_typst_whole():
    written = pypandoc.convert_text(table_html(build()), "typst", format="html")
    assert written.count("table.header(") == written.count("table.footer(") == 1
    for part in ("rowspan: 2)[Topic]", "colspan: 2)[Modal", "40%", "align: right)[86]", "Crisis"):
        assert part in written
