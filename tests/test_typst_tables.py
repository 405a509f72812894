"""Tables of the notebooks in the PDF: the same words, spans, fills, alignments and notes."""

import io
import re

import pandas
import pytest
import render_support as support
import typst
from lxml import html
from pypdf import PdfReader
from report import mark_status, shade
from report import table as start
from report.tables import table_html

from render import typst_tables
from render.frame import theme
from render.typst_tables import content, inline, quoted


def compiled(source):
    """The text of a PDF with this table in it, made with the functions of the book's theme."""
    data = typst.compile(f"{theme('book.typ')}\n#{source}".encode(), timestamp=0)
    return support.squeezed(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(data)).pages))


def table(source):
    return typst_tables.table(source).code


def row(*cells):
    return f"<table><tbody><tr>{''.join(cells)}</tr></tbody></table>"


@pytest.mark.parametrize(
    "text",
    [support.SPECIAL, "#", "$x$", "[a]", "a\\b", '"', "*b*", "_c_", "<d>", "@e", "~", "`f`", "= g",
     "- h", "+ i", "/ j: k", "// l", "/* m */", "https://n.org", "1.", "–", "’", "4 (0.25)", "'o'"],
)  # fmt: skip
def test_no_character_of_a_cell_is_markup(text):
    made = compiled(table(row(f"<td>{support.escaped(text)}</td>")))
    assert support.letters(made) == support.letters(text)


def test_special_characters_stand_in_the_pdf_of_a_book(small_site):
    assert support.letters(support.SPECIAL) in small_site.pdf_letters


def test_a_string_is_quoted_and_an_empty_one_is_nothing():
    assert quoted('a\\b"c\nd') == '"a\\\\b\\"c d"'
    assert content("a#b") == '#"a#b"'
    assert content("") == ""


def test_cells_span_columns_and_rows():
    made = table(support.HARBOURS_TABLE)
    assert "table(columns: 3,\n" in made
    assert 'table.cell(align: left, rowspan: 2)[#strong[#"Harbour"]]' in made
    assert 'table.cell(align: center, colspan: 2)[#strong[#"Water in metres"]]' in made
    assert "table.cell(align: left, colspan: 2)[" in made
    assert "West 1.20 4.35" in compiled(made)


def test_the_head_is_repeated_on_every_page():
    made = table(support.HARBOURS_TABLE)
    head = made[made.index("table.header(repeat: true,") : made.index("table.hline")]
    assert "Harbour" in head
    assert "Low" in head
    assert "West" not in head


def test_columns_are_counted_over_a_cell_of_several_rows():
    source = (
        "<table><tbody><tr><td rowspan='2'>a</td><td>b</td><td>c</td></tr>"
        f"<tr><td>{'long text ' * 12}</td><td>e</td></tr></tbody></table>"
    )
    assert re.search(r"table\(columns: \(auto, [\d.]+fr, auto,\),\n", table(source))


def test_long_text_gets_a_share_of_the_line():
    made = table(row("<td>1</td>", f"<td>{'long text ' * 12}</td>"))
    assert re.search(r"table\(columns: \(auto, [\d.]+fr,\),\n", made)


@pytest.mark.parametrize(
    ("attributes", "side"),
    [
        ('style="text-align:right"', "right"),
        ('style="text-align: center; color: red"', "center"),
        ('class="gt_row gt_right"', "right"),
        ('class="gt_row" style="text-align:justify"', "left"),
        ("", "left"),
    ],
)
def test_cells_are_aligned(attributes, side):
    assert f"table.cell(align: {side})" in table(row(f"<td {attributes}>1</td>"))


@pytest.mark.parametrize("colour", ["#eeeeee", "#0b5c8a29", "#ABCDEF"])
def test_cells_are_filled(colour):
    made = table(row(f'<td style="background-color: {colour}">1</td>'))
    assert f'fill: rgb("{colour}")' in made
    assert compiled(made) == "1"


@pytest.mark.parametrize("colour", ["red", "var(--x)", "#12345", "#fff"])
def test_a_fill_that_is_no_full_colour_is_left_out(colour):
    assert "fill" not in table(row(f'<td style="background-color: {colour}">1</td>'))


def test_a_group_heading_is_marked_and_its_own_fill_wins():
    heading = '<th colspan="2" scope="rowgroup"{}>Coast</th>'
    assert 'fill: report-wash)[#strong[#"Coast"]]' in table(row(heading.format("")))
    made = table(row(heading.format(' style="background-color:#eeeeee"')))
    assert made.count("fill:") == 1
    assert compiled(made) == "Coast"


def test_text_is_coloured_bold_and_italic():
    style = "color:#8a4b00;font-weight:bold;font-style:italic"
    expected = '#text(fill: rgb("#8a4b00"), weight: "bold", style: "italic")[#"1"]'
    assert f"[{expected}]" in table(row(f'<td style="{style}">1</td>'))
    assert f"[{expected}]" in table(row(f'<td><span style="{style}">1</span></td>'))


def test_inline_elements_keep_their_meaning():
    made = table(
        row("<td>a<br>b <strong>c</strong> <em>d</em><sup>e</sup><sub>f</sub>"
            '<a href="https://g.org/#h">i</a> j</td>')
    )  # fmt: skip
    assert '#"a"#linebreak()#"b "#strong[#"c"]#" "#emph[#"d"]#super[#"e"]#sub[#"f"]' in made
    assert '#link("https://g.org/#h")[#"i"]#" j"' in made


def test_blocks_in_a_cell_begin_new_lines():
    made = table(row("<td>a<div>b</div><p>c</p></td>"))
    assert made.count("#linebreak()") == 2


def test_white_space_counts_as_in_html_and_no_break_spaces_stay():
    made = table(row("<td>a\n   b\N{NO-BREAK SPACE}c\N{THIN SPACE}d</td>"))
    assert '#"a b\N{NO-BREAK SPACE}c\N{THIN SPACE}d"' in made


def test_notes_stand_under_the_table_over_its_whole_width():
    made = table(support.HARBOURS_TABLE)
    assert made.startswith('report-table(notes: ([#super[#"a"]#" In spring."],[#"Read by the')
    assert compiled(made).endswith("a In spring. Read by the harbour office.")


def test_a_table_that_surely_fits_on_a_page_is_short():
    rows = [f"<tr><td>{number}</td></tr>" for number in range(typst_tables.SHORT_ROWS)]
    assert typst_tables.table(f"<table>{''.join(rows)}</table>").is_short
    assert not typst_tables.table(f"<table>{''.join(rows)}{rows[0]}</table>").is_short
    words = "a" * typst_tables.SHORT_CHARACTERS
    assert typst_tables.table(row(f"<td>{words}</td>")).is_short
    assert not typst_tables.table(row(f"<td>{words}b</td>")).is_short


def test_a_table_of_great_tables_comes_through_whole():
    frame = pandas.DataFrame(
        {"site": ["A & B", "C <D>"], "part": ["x", "y"], "n": [1, 20], "mean_age": [43.25, None]}
    )
    gt = start(frame, stub="site", groups="part", missing="not reported", notes="A note.",
               spanners={"Numbers": ["n", "mean_age"]})  # fmt: skip
    made = table(table_html(mark_status(shade(gt, "#8a4b00", "n"), "observed", "mean_age")))
    text = compiled(made)
    for words in ("A & B", "C <D>", "Numbers", "Mean age", "43.3", "20", "A note.",
                  "– not reported.", "Observed."):  # fmt: skip
        assert words in text
    assert made.count('fill: rgb("#8a4b0029")') == 2


def test_cells_without_words_are_kept():
    made = table(row("<td></td>", "<td>1</td>"))
    assert made.count("table.cell(") == 2
    assert compiled(made) == "1"


def test_inline_of_an_empty_element_is_empty():
    assert inline(html.fragment_fromstring("<td></td>")) == ""
