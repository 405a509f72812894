"""The book as a whole: numbers, anchors and cross-references, in HTML and in the PDF."""

import pytest
import render_support as support

from render import book, pandoc
from render.cache import Cache
from render.errors import ReportError
from render.links import Links
from render.outputs import Outputs
from render.project import Project

FIRST, SECOND, THIRD = "chapters/levels.html", "chapters/harbours.html", "chapters/notes.html"


@pytest.fixture(scope="module")
def read(small_book):
    project = Project.read(small_book)
    return book.read(project, Outputs(project))


def test_chapters_count_through_the_book_and_unnumbered_ones_do_not(read):
    assert [(c.number, c.title) for c in read.chapters] == [
        ("", "Tides"),
        ("1", "Levels of high water"),
        ("2", "The two harbours"),
        ("3", "Notes on method"),
        ("", "References"),
    ]


def test_sections_have_numbers_to_the_second_level(read):
    assert [(h.level, h.number, h.anchor) for h in read.chapters[1].headings] == [
        (1, "1", "sec-levels"),
        (2, "1.1", "sec-deep"),
        (3, "", "a-third-level"),
        (4, "", "a-fourth-level"),
        (2, "1.2", "deep-water"),
        (2, "", "aside"),
    ]
    assert [h.number for h in read.chapters[0].headings] == ["", ""]


def test_figures_and_tables_count_by_chapter_each_kind_for_itself(read):
    floats = {t.label: t.text for t in read.targets.values() if not t.label.startswith("sec-")}
    assert floats == {
        "fig-levels": "Figure 1.1",
        "tbl-readings": "Table 1.1",
        "tbl-harbours": "Table 2.1",
        "fig-map": "Figure 2.1",
        "tbl-gauges": "Table 2.2",
        "fig-harbours": "Figure 3.1",
    }


def test_an_unnumbered_chapter_counts_its_figures_alone(tmp_path):
    text = "# Tides {.unnumbered}\n\n{{< embed notebooks/levels.ipynb#fig-spare >}}\n"
    project = Project.read(support.write_book(tmp_path, {"index.qmd": text}))
    assert book.read(project, Outputs(project)).targets["fig-spare"].text == "Figure 1"


def test_chapters_and_sections_are_targets(read):
    sections = {t.label: t.text for t in read.targets.values() if t.label.startswith("sec-")}
    assert sections == {
        "sec-levels": "Chapter 1",
        "sec-deep": "Section 1.1",
        "sec-second": "Section 2.1",
    }


def test_an_anchor_is_made_again_of_a_heading_that_returns(tmp_path):
    text = "# A\n\n## A b\n\n## A *b*\n\n## 1. Äther & x_y\n\n## 12\n"
    project = Project.read(support.write_book(tmp_path, {"chapters/notes.qmd": text}))
    anchors = [h.anchor for h in book.read(project, Outputs(project)).chapters[3].headings]
    assert anchors == ["a", "a-b", "a-b-1", "äther-x_y", "section"]


def test_words_of_a_tree_leave_formatting_and_notes_out():
    text = '*A* "b" `c`[^1] [d](e)\nf\n\n[^1]: Note.\n'
    (blocks,) = pandoc.read_markdown([text], Cache(None))
    assert pandoc.plain_text(blocks) == "A b c d f"


@pytest.mark.parametrize(
    ("name", "written", "words"),
    [
        ("chapters: x", "chapters: []\n", "lists no chapters"),
        ("- chapters/notes.qmd", "- chapters/absent.qmd", "chapters/absent.qmd does not exist"),
        ("- chapters/notes.qmd", "- 7", "chapter 7: expected a path"),
        ("- chapters/notes.qmd", '- part: "Alone"', "expected a path, or a part with chapters"),
        ('title: "Tides"', "title: [1]", "expected the book's title"),
        ("lang: en-GB", "lang: [", "_quarto.yml:"),
        ("book:", "manuscript:", "expected a Quarto book"),
    ],
)
def test_a_mistake_in_the_settings_is_named(name, written, words, tmp_path):
    config = support.CONFIG
    if name == "chapters: x":
        config = config[: config.index("  chapters:")] + "  chapters: []\n"
    else:
        assert name in config
        config = config.replace(name, written, 1)
    support.write_book(tmp_path, {"_quarto.yml": config})
    with pytest.raises(ReportError) as error:
        support.check_pages(tmp_path)
    assert str(error.value).startswith("_quarto.yml")
    assert words in str(error.value)


# In HTML ------------------------------------------------------------------------------------------


def references(page):
    return [
        (support.squeezed(link.text_content()), link.get("href"))
        for link in page.main.xpath(".//a[@class='quarto-xref']")
    ]


def test_cross_references_lead_to_the_page_and_the_anchor(small_site):
    assert references(small_site.pages["index.html"]) == [
        ("Chapter 1", f"{FIRST}#sec-levels"),
        ("Table 1.1", f"{FIRST}#tbl-readings"),
    ]
    assert references(small_site.pages[FIRST]) == [
        ("Figure 1.1", "#fig-levels"),
        ("Table 1.1", "#tbl-readings"),
        ("Section 2.1", "harbours.html#sec-second"),
        ("Figure 1.1", "#fig-levels"),
        ("Table 2.1", "harbours.html#tbl-harbours"),
        ("2.2", "harbours.html#tbl-gauges"),
        ("Section 1.1", "#sec-deep"),
        ("Figure 1.1", "#fig-levels"),
    ]


def test_a_number_is_not_torn_from_its_word(small_site):
    link = small_site.pages[FIRST].main.xpath(".//a[@class='quarto-xref']")[0]
    assert link.text_content() == "Figure\N{NO-BREAK SPACE}1.1"


def test_links_between_chapters_lead_to_pages(small_site):
    links = {
        support.squeezed(link.text_content()): link.get("href")
        for link in small_site.pages["index.html"].main.xpath(".//p/a")
    }
    assert links["the second harbour"] == f"{SECOND}#sec-second"
    assert links["a heading without a label"] == f"{SECOND}#how-it-was-read"
    assert links["the tide tables"] == "data/tides/levels.csv"
    assert links["a PDF"] == "tides.pdf"


def test_headings_and_captions_bear_their_numbers(small_site):
    page = small_site.pages[FIRST]
    assert page.words(".//h1|.//h2|.//h3|.//h4") == [
        "1 Levels of high water",
        "1.1 Deep water",
        "A third level",
        "A fourth level",
        "1.2 Deep water",
        "Aside",
    ]
    assert page.caption("fig-levels") == "Figure 1.1: Levels of two harbours, day by day."
    assert page.caption("tbl-readings") == "Table 1.1: All readings, with “quotes” & [brackets]."
    second = small_site.pages[SECOND]
    assert second.caption("fig-map") == "Figure 2.1: The way from the first harbour"
    assert second.caption("tbl-gauges") == "Table 2.2: Gauges and their depths"
    assert small_site.pages[THIRD].caption("fig-harbours") == "Figure 3.1: Both harbours."


# In the PDF ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "1 Levels of high water The mean was 4.12 metres, 80% of readings above 4 (0.25)",
        "1.1 Deep water A third level Text of the third level. A fourth level",
        "1.2 Deep water The same heading",
        "Figure 1.1: Levels of two harbours, day by day.",
        "Table 1.1: All readings, with “quotes” & [brackets].",
        "See Figure 1.1, Table 1.1, Section 2.1, Figure 1.1, Table 2.1, 2.2 and Section 1.1.",
        "The readings stand in Chapter 1, and",
        "Table 2.1: The two harbours.",
        "Figure 2.1: The way from the first harbour",
        "Table 2.2: Gauges and their depths",
        "Figure 3.1: Both harbours.",
        "2.2 How it was read",
    ],
)
def test_the_pdf_bears_the_same_numbers(words, small_site):
    assert words in small_site.pdf_text


def test_cross_references_of_the_pdf_lead_to_its_pages(small_site):
    pdf = small_site.pdf
    targets = {}
    for page in pdf.pages:
        for annotation in page.get("/Annots", []):
            action = annotation.get_object()
            if "/Dest" in action or action.get("/A", {}).get("/S") == "/GoTo":
                targets.setdefault(page.page_number, []).append(action)
    home = next(p.page_number for p in pdf.pages if "Only paper" in p.extract_text())
    assert len(targets[home]) == 4  # two cross-references and two links to chapters


def test_the_pdf_has_an_outline_of_parts_chapters_and_sections(small_site):
    def titles(entries):
        for entry in entries:
            yield from titles(entry) if isinstance(entry, list) else [entry.title]

    found = list(titles(small_site.pdf.outline))
    assert found[:4] == ["Tides", "Where to begin", "Measurements", "1 Levels of high water"]
    assert found[-1] == "References"


def test_a_target_is_linked_from_its_own_page_by_its_anchor_alone(read):
    links = Links(read)
    target = read.targets["fig-levels"]
    assert links.to_target(read.chapters[1], target) == "#fig-levels"
    assert links.to_target(read.chapters[2], target) == "levels.html#fig-levels"
    assert links.to_target(read.chapters[0], target) == "chapters/levels.html#fig-levels"
