"""Quarto and the wheels-only renderer make the same book: pages, anchors, numbers and words.

What may differ is dress: Quarto's title block, icons, tab bar and arrows.
"""

import difflib
import re
from copy import deepcopy

import pytest
import render_support as support

from render import quarto

FOUND = quarto.find()
if FOUND is None:
    pytest.skip("there is no quarto >= 1.9 on PATH to compare with", allow_module_level=True)

# Parts of a page that only one of the two renderers has, or that say nothing.
DRESS = (
    "header//nav",  # Quarto: breadcrumbs
    "header[@id='title-block-header']//*[contains(@class, 'quarto-title-meta')]",
    "header//*[contains(@class, 'description') or contains(@class, 'subtitle')]",
    "header//p",  # title and subtitle on the home page
    "nav[contains(@class, 'pager')]",
    "*[contains(@class, 'screen-reader-only')]",
    "*[contains(@class, 'code-copy-button')]",
    "*[contains(@style, 'display: none')]",  # Quarto: what the page cites, for tooltips
    "a[@role='doc-backlink' or @aria-hidden='true']",
    "ul[@role='tablist']",  # compared on their own
    "p[@class='tab-title']",
    "script",
    "style",
)
# Elements between which there is white space on the screen, whatever the source has.
BLOCKS = "|".join(
    f".//{name}" for name in ("p", "div", "li", "td", "th", "dt", "dd", "figcaption", "h1", "h2",
                              "h3", "h4", "section", "summary", "figure", "table", "pre")
)  # fmt: skip


@pytest.fixture(scope="module", params=["small", "report"])
def pair(request, tmp_path_factory):
    """The same book from both renderers: the small one and this report, one after the other."""
    write = {"small": support.write_book, "report": support.copy_report}[request.param]
    wheels = support.rendered(write(tmp_path_factory.mktemp("wheels")))
    with_quarto = write(tmp_path_factory.mktemp("quarto"))
    return wheels, support.rendered(with_quarto, "quarto", *FOUND)


def main_part(page):
    """The main part of a page without its dress, with white space around blocks."""
    main = deepcopy(page.main)
    for path in DRESS:
        for element in main.xpath(f".//{path}"):
            element.drop_tree()
    for element in main.xpath(BLOCKS):
        element.text = f" {element.text or ''}"
        element.tail = f" {element.tail or ''}"
    return main


def words(page):
    return main_part(page).text_content().split()


def differences(first, second):
    """Where two lists of words differ, with some words before, for a message."""
    matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
    return [
        (" ".join(first[max(0, a - 4) : a]), first[a:b], second[c:d])
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    ]


def headings(page):
    """Level, anchor and words of every heading; the anchor may stand around or within it."""
    found = []
    for heading in main_part(page).xpath(".//h1|.//h2|.//h3|.//h4"):
        anchors = heading.xpath("@id|.//@id|parent::section/@id")
        found.append((heading.tag, support.squeezed(heading.text_content()), anchors[:1]))
    return found


def both(pair):
    wheels, with_quarto = pair
    for chapter in wheels.project.chapters:
        yield wheels.pages[chapter.address], with_quarto.pages[chapter.address]


def test_the_pages_have_the_same_addresses(pair):
    wheels, with_quarto = pair
    assert set(wheels.pages) == set(with_quarto.pages)


def test_the_files_to_take_are_the_same(pair):
    wheels, with_quarto = pair
    for folder in ("data", "downloads", "figures", "notebooks", "assets"):
        files = [
            {p.relative_to(s.folder): p.read_bytes() for p in (s.folder / folder).rglob("*.*")}
            for s in (wheels, with_quarto)
        ]
        assert files[0] == files[1]
        assert files[0]


def test_headings_have_the_same_numbers_words_and_anchors(pair):
    for wheels, with_quarto in both(pair):
        for mine, theirs in zip(headings(wheels), headings(with_quarto), strict=True):
            # Quarto gives a chapter without a label no anchor: its address is the page.
            assert mine == theirs or (mine[:2] == theirs[:2] and mine[0] == "h1"), wheels


def test_figures_and_tables_have_the_same_anchors_and_captions(pair):
    for wheels, with_quarto in both(pair):
        labels = [name for name in wheels.ids if name.startswith(("fig-", "tbl-"))]
        theirs = [
            n
            for n in with_quarto.main.xpath(".//div[contains(@class, 'quarto-float')]/@id")
            if n.startswith(("fig-", "tbl-"))
        ]
        assert labels == theirs
        for label in labels:
            assert wheels.caption(label) == with_quarto.caption(label)


def test_the_words_of_every_page_are_the_same(pair):
    for wheels, with_quarto in both(pair):
        assert not differences(words(wheels), words(with_quarto)), wheels


def test_tabs_have_the_same_names(pair):
    for wheels, with_quarto in both(pair):
        assert wheels.words(".//p[@class='tab-title']") == with_quarto.words(".//*[@role='tab']")


def test_references_and_links_lead_to_the_same_places(pair):
    def targets(page):
        found = []
        for link in main_part(page).xpath(".//a[@href]"):
            if support.is_external(link.get("href")):
                found.append(link.get("href"))
            else:
                path, anchor = page.resolved(link.get("href"))
                # Quarto leads to a labelled chapter by its page alone.
                at_top = page.address != path and anchor in tops.get(path, ())
                found.append(f"{path}#{'' if at_top else anchor}")
        return found

    wheels, _ = pair
    tops = {p.address: p.main.xpath(".//h1/@id") for p in wheels.chapter_pages}
    for mine, theirs in both(pair):
        assert targets(mine) == targets(theirs), mine


def test_tables_have_the_same_cells_spans_and_fills(pair):
    def cells(page):
        for cell in page.main.xpath(".//table//th|.//table//td"):
            style = cell.get("style", "").replace(" ", "")
            fill = re.search(r"background-color:([^;]+)", style)
            span = (cell.get("colspan", "1"), cell.get("rowspan", "1"))
            yield support.squeezed(cell.text_content()), cell.tag, span, fill and fill[1]

    for wheels, with_quarto in both(pair):
        assert list(cells(wheels)) == list(cells(with_quarto)), wheels


def test_the_pdfs_have_the_same_captions_and_headings(pair):
    wheels, with_quarto = pair
    for page in wheels.chapter_pages:
        for caption in page.words(".//figcaption"):
            assert support.letters(caption) in wheels.pdf_letters
            assert support.letters(caption) in with_quarto.pdf_letters
        for heading in page.words(".//h1|.//h2"):
            number, _, title = heading.partition(" ")
            if not re.fullmatch(r"[\d.]+", number):
                number, title = "", heading
            # Quarto prints a full stop after the number of a chapter.
            pattern = re.escape(number) + r"\.?" + re.escape(support.letters(title))
            assert re.search(pattern, with_quarto.pdf_letters), heading


def test_every_cell_stands_in_both_pdfs(pair):
    missing = []
    for site in pair:
        for label in site.embedded:
            if label.startswith("tbl-"):
                table = support.html.fragment_fromstring(site.outputs[label].html)
                for cell in table.xpath(".//td|.//th"):
                    if support.letters(cell.text_content()) not in site.pdf_letters:
                        missing.append((site.folder, label, cell.text_content()))
    assert not missing


def test_the_pdf_of_quarto_numbers_what_the_pages_number(pair):
    _, with_quarto = pair
    text = with_quarto.pdf_text
    assert not re.search(r"Chapter \d+\.(?: [a-z]|[,;:)])", text)  # in the middle of a sentence
    unnumbered = {title for p in with_quarto.chapter_pages for title in p.words(".//h3|.//h4")}
    for title in unnumbered:
        assert not re.search(rf"\d+\.\d+\.\d+\s+{re.escape(title)}", text), title


def test_a_quarto_site_asks_no_other_host_and_has_no_path_of_this_machine(pair):
    _, with_quarto = pair
    for page in with_quarto.chapter_pages:
        for kind, address in page.addresses():
            assert kind == "a href" or not support.is_external(address), page
            assert not address.startswith(("/", "file:")), page
        assert str(with_quarto.root) not in page.text
    for name, text in with_quarto.text_files():
        assert f"{with_quarto.root}/" not in text, name


def test_every_internal_link_of_a_quarto_page_resolves(pair):
    _, with_quarto = pair
    for page in with_quarto.chapter_pages:
        for link in page.main.xpath(".//a[@href and not(@role='tab')]"):
            if not support.is_external(link.get("href")):
                path, anchor = page.resolved(link.get("href"))
                assert (with_quarto.folder / path).is_file(), (page, path)
                assert not anchor or anchor in with_quarto.pages[path].anchors, (page, anchor)
