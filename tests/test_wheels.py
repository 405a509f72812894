"""The wheels-only renderer: what its pages and its PDF hold, from the book that uses all markup."""

import re
import shutil
from pathlib import Path

import pytest
import render_support as support

from render import html as html_pages
from render import typst_tables
from render.errors import ReportError

FIRST, SECOND, THIRD = "chapters/levels.html", "chapters/harbours.html", "chapters/notes.html"


@pytest.fixture
def first(small_site):
    return small_site.pages[FIRST]


@pytest.fixture
def second(small_site):
    return small_site.pages[SECOND]


def one(page, path):
    found = page.main.xpath(path)
    assert len(found) == 1, path
    return found[0]


def text(element):
    return support.squeezed(element.text_content())


# Pages --------------------------------------------------------------------------------------------


def test_the_pages_are_those_of_the_chapters(small_site):
    pages = [address for address in small_site.pages if not address.startswith("notebooks/")]
    assert pages == [
        "index.html",
        "chapters/levels.html",
        "chapters/harbours.html",
        "chapters/notes.html",
        "chapters/references.html",
    ]


def test_the_frame_leads_to_every_chapter_and_marks_this_one(first):
    links = first.tree.xpath("//nav[@class='book']//a")
    assert [(text(link), link.get("href")) for link in links] == [
        ("Tides", "../index.html"),
        ("1Levels of high water", "levels.html"),
        ("2The two harbours", "harbours.html"),
        ("3Notes on method", "notes.html"),
        ("References", "references.html"),
    ]
    current = first.tree.xpath("//nav[@class='book']//a[@aria-current='page']/@href")
    assert current == ["levels.html"]
    assert [text(part) for part in first.tree.xpath("//p[@class='part']")] == ["Measurements"]


def test_previous_and_next_follow_the_reading_order(small_site):
    chain = []
    for page in small_site.chapter_pages:
        before, after = page.main.xpath(".//a[@rel='prev']"), page.main.xpath(".//a[@rel='next']")
        chain.append([page.resolved(link.get("href"))[0] for link in (*before, *after)])
    assert chain == [
        [FIRST],
        ["index.html", SECOND],
        [FIRST, THIRD],
        [SECOND, "chapters/references.html"],
        [THIRD],
    ]


def test_the_contents_list_sections_to_the_third_level(first):
    links = first.tree.xpath("//nav[@class='contents']//a")
    assert [(text(link), link.get("href")) for link in links] == [
        ("1.1 Deep water", "#sec-deep"),
        ("A third level", "#a-third-level"),
        ("1.2 Deep water", "#deep-water"),
        ("Aside", "#aside"),
    ]


def test_the_home_page_shows_title_and_subtitle(small_site):
    home = small_site.pages["index.html"]
    assert text(one(home, ".//header/p[@class='title']")) == "Tides"
    assert text(one(home, ".//header/p[@class='subtitle']")) == "Two harbours, measured"
    assert not small_site.pages[FIRST].main.xpath(".//header")


# Parts of a chapter -------------------------------------------------------------------------------


def test_values_stand_in_the_prose(small_site, first):
    assert "High water was read at two harbours." in text(small_site.pages["index.html"].main)
    assert "The mean was 4.12 metres, 80% of readings above 4 (0.25)" in text(first.main)


def test_an_embedded_figure_has_its_words_size_and_file(small_site, first):
    image = one(first, ".//figure[@id='fig-levels']/img")
    assert image.get("src") == "../figures/fig-levels.svg"
    assert image.get("alt") == "A rising line for two harbours."
    assert (image.get("width"), image.get("height")) == ("400", "200")  # 300 pt x 150 pt
    drawn = (small_site.folder / "figures/fig-levels.svg").read_text()
    assert drawn == small_site.outputs["fig-levels"].page_svg


def test_an_embedded_table_stands_as_it_was_kept(second):
    scroll = one(second, ".//figure[@id='tbl-harbours']/div[@class='table-scroll']")
    assert scroll.get("tabindex") == "0"
    assert scroll.get("aria-label") == "Table 2.1"
    kept_table = support.html.fragment_fromstring(support.HARBOURS_TABLE)
    assert text(scroll) == text(kept_table)
    assert scroll.xpath(".//th/@rowspan") == ["2"]
    assert scroll.xpath(".//@colspan") == ["2", "3", "2", "3", "3"]


def test_an_image_of_a_chapter_is_copied_and_has_a_size(small_site, second):
    image = one(second, ".//figure[@id='fig-map']/img")
    assert image.get("alt") == "A line from the west."
    assert (image.get("width"), image.get("height")) == ("300", "40")
    address, _ = second.resolved(image.get("src"))
    assert (small_site.folder / address).read_text() == support.MAP


def test_tables_of_a_chapter_have_captions_and_alignment(second):
    table = one(second, ".//figure[@id='tbl-gauges']//table")
    assert not table.xpath("caption")
    assert [text(cell) for cell in table.xpath(".//td")] == ["West a", "1.50", "East", "12.25"]
    assert "right" in table.xpath(".//td[2]/@style")[0]
    plain = one(second, ".//table[.//th[.='Plain']]")
    assert not plain.xpath("ancestor::figure")


def test_callouts_have_their_title_or_their_kind_over_them(second):
    callouts = second.main.xpath(".//*[contains(@class, 'callout ')]")
    assert [(c.tag, c.get("class"), text(c[0]), text(c[1])) for c in callouts] == [
        ("div", "callout callout-note", "Mind the ‘clock’ & the gauge", "Inside the note."),
        ("div", "callout callout-warning", "Warning", "A warning without a title."),
        ("details", "callout callout-tip", "Folded", "Inside the folded tip."),
        ("div", "callout callout-important", "Important words", "Words that matter."),
        ("div", "callout callout-caution", "Caution", "Slippery stairs."),
    ]
    assert callouts[0].xpath("./p[@class='callout-title']/em")[0].text == "gauge"
    assert callouts[2][0].tag == "summary"
    assert callouts[2].get("open") is None


def test_a_tabset_is_readable_without_a_script(second):
    tabset = one(second, ".//div[@class='tabset']")
    sections = tabset.xpath("./section[@class='tab']")
    assert [(s.get("id"), text(s[0]), text(s[1])) for s in sections] == [
        ("by-eye", "By eye", "Read by eye, see Table 2.2."),
        ("by-float", "By float", "Read by float."),
    ]
    assert not tabset.xpath(".//@hidden|.//@style")


def test_footnotes_stand_on_the_page_that_refers_to_them(first, second):
    notes = first.main.xpath(".//section[@class='footnotes']//li")
    assert [(note.get("id"), text(note)) for note in notes] == [
        ("fn1", "The gauge was new, see Figure 1.1. ↩"),
        ("fn2", "The clock was slow. It was mended in a second paragraph. ↩"),
    ]
    assert first.main.xpath(".//a[@role='doc-noteref']/@href") == ["#fn1", "#fn2"]
    assert first.main.xpath(".//a[@role='doc-backlink']/@href") == ["#fnref1", "#fnref2"]
    assert [text(n) for n in second.main.xpath(".//section[@class='footnotes']//li")] == [
        "Seen from the lighthouse. ↩"
    ]


def test_terms_have_their_definitions(second):
    assert second.words(".//dl/dt") == ["West", "East"]
    assert second.words(".//dl/dd") == [
        "The first harbour.",
        "The second harbour. Its second paragraph.",
    ]


def test_each_format_shows_what_is_meant_for_it(small_site):
    home = text(small_site.pages["index.html"].main)
    assert "for which this sentence asks" in home
    assert "Only paper carries this sentence" not in home
    assert "Only paper carries this sentence." in small_site.pdf_text
    assert "for which this sentence asks" not in small_site.pdf_text


def test_citations_lead_to_the_list_of_references(small_site, first):
    links = first.main.xpath(".//span[@class='citation']/a")
    assert [(text(link), link.get("href")) for link in links] == [
        ("1998", "references.html#ref-stone1998tides"),
        ("Reed 2004", "references.html#ref-reed2004gauges"),
        ("Stone and Wells 1998, 3–4", "references.html#ref-stone1998tides"),
    ]
    entries = small_site.pages["chapters/references.html"].words(".//div[@id='refs']/div")
    assert entries == [
        "Reed, Cora. 2004. Gauges. Quay Press.",
        "Stone, Ada, and Ben Wells. 1998. ‘Tides as They Are’. Journal of Shores 3: 1–9."
        " https://doi.org/10.5555/12345678.",
    ]
    assert not first.main.xpath(".//*[@id='refs']")


def test_statuses_are_marked_in_html_and_in_the_pdf(small_site, first):
    for name, words in [("observed", "read"), ("reconstructed", "computed")]:
        assert [text(s) for s in first.main.xpath(f".//span[@class='{name}']")] == [words]
    assert "This is read, that is computed, and this our view." in small_site.pdf_text


def test_code_is_shown_as_written(first):
    blocks = first.words(".//pre")
    assert blocks == ["make site", "plain {{< var levels.mean >}} <b>"]
    assert "{{< var levels.mean >}}" in first.words(".//p/code")


# The PDF ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "Tides Two harbours, measured The harbour office",
        "Measurements",
        "A note1 and another one2.",
        "1The gauge was new, see Figure 1.1.",
        "It was mended in a second paragraph.",
        "3Seen from the lighthouse.",
        "West The first harbour. East The second harbour. Its second paragraph.",
        "Mind the ‘clock’ & the gauge Inside the note.",
        "Warning A warning without a title.",
        "Folded Inside the folded tip.",
        "By eye Read by eye, see Table 2.2. By float Read by float.",
        "others differ (Reed 2004; Stone and Wells 1998, 3–4).",
        "Prices of $5 and 10 % do no harm, nor does “quoted” text – or a dash.",
        "plain {{< var levels.mean >}} <b>",
        "West a 1.50 East 12.25",
    ],
)
def test_the_pdf_holds_the_same_words(words, small_site):
    assert support.letters(words) in small_site.pdf_letters


def test_the_pdf_is_tagged_and_says_what_it_is(small_site):
    root = small_site.pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 (a PDF object, not a bool)
    assert root["/Lang"] == "en-GB"
    assert small_site.pdf.metadata.title == "Tides"
    assert small_site.pdf.metadata.author == "The harbour office"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()


def test_every_figure_of_the_pdf_has_its_words(small_site):
    found = []

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict) and "/S" in node:
            if "/Alt" in node:
                found.append(str(node["/Alt"]))
            if "/K" in node:
                walk(node["/K"])

    walk(small_site.pdf.trailer["/Root"]["/StructTreeRoot"]["/K"])
    for words in ("A rising line for two harbours.", "A line from the west.", "Two lines."):
        assert words in found


# Same bytes ---------------------------------------------------------------------------------------


def test_the_same_sources_give_the_same_bytes(small_site, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", support.WHEN)
    made = []
    for name in ("a", "another-folder"):
        site = support.rendered(support.write_book(tmp_path / name))
        made.append({name: digest for name, (_, digest) in support.snapshot(site.folder).items()})
    assert made[0] == made[1]


# A change in one place that shows in others: file, what stands there, what comes in its stead.
CHANGES = {
    "word": ("chapters/notes.qmd", "By hand", "By eye"),
    "figure before others": (
        "chapters/harbours.qmd",
        "## The second harbour",
        "{{< embed ../notebooks/levels.ipynb#fig-spare >}}\n\n## The second harbour",
    ),
    "number of a chapter": ("chapters/notes.qmd", "# Notes on method", "# Notes {.unnumbered}"),
    "title of a chapter": ("chapters/harbours.qmd", "# The two harbours", "# Two harbours"),
    "work": ("chapters/references.bib", "year = {2004}", "year = {2005}"),
    "ambiguous works": (
        "chapters/references.bib",
        "{Stone, Ada and Wells, Ben},\n  title = {Tides as They Are},\n"
        "  journal = {Journal of Shores}, year = {1998}",
        "{Reed, Cora}, title = {Tides}, journal = {Journal of Shores}, year = {2004}",
    ),
    "description": ("_quarto.yml", "A small book", "A book"),
    "language": ("_quarto.yml", "lang: en-GB", "lang: en-US"),
    "order": (
        "_quarto.yml",
        "- chapters/levels.qmd\n        - chapters/harbours.qmd",
        "- chapters/harbours.qmd\n        - chapters/levels.qmd",
    ),
    "chapter left out": ("_quarto.yml", "    - chapters/notes.qmd\n", ""),
    "value": ("notebooks/levels.ipynb", '"harbours": "two"', '"harbours": "both"'),
    "caption": ("notebooks/levels.ipynb", "All readings", "Readings"),
    "cell": ("notebooks/levels.ipynb", "import csv", "import json"),
}


@pytest.mark.parametrize(("name", "old", "new"), CHANGES.values(), ids=CHANGES.keys())
def test_what_was_kept_gives_the_same_bytes_as_a_first_run(
    name, old, new, small_site, tmp_path, monkeypatch
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", support.WHEN)
    changed = Path(shutil.copytree(small_site.root, tmp_path / "changed"))
    text = (changed / name).read_text(encoding="utf-8")
    assert old in text
    (changed / name).write_text(text.replace(old, new), encoding="utf-8")
    fresh = Path(shutil.copytree(changed, tmp_path / "fresh"))
    shutil.rmtree(fresh / ".build")
    sites = [support.rendered(root).folder for root in (changed, fresh)]
    bytes_of = [
        {n: digest for n, (_, digest) in support.snapshot(folder).items()}
        for folder in (*sites, small_site.folder)
    ]
    assert bytes_of[0] == bytes_of[1]
    pages = [n for n in bytes_of[2] if n.endswith(".html")]
    assert any(bytes_of[0].get(n) != bytes_of[2][n] for n in pages)  # the change shows


def test_what_is_kept_and_no_longer_asked_for_is_deleted(small_site, tmp_path):
    root = Path(shutil.copytree(small_site.root, tmp_path / "book"))
    before = {path.name for path in (root / ".build/kept").iterdir()}
    path = root / "chapters/notes.qmd"
    path.write_text(path.read_text(encoding="utf-8").replace("By hand", "By eye"))
    support.rendered(root)
    after = {path.name for path in (root / ".build/kept").iterdir()}
    assert before - after
    assert after - before
    assert len(after) <= len(before)


@pytest.mark.parametrize("given", ["now", "-1", "1.5"])
def test_a_timestamp_that_is_none_stops_before_anything_is_written(given, tmp_path, monkeypatch):
    root = support.write_book(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    with pytest.raises(ReportError, match=re.escape(f"SOURCE_DATE_EPOCH is '{given}'")):
        support.rendered(root)
    assert not (root / "_site").exists()
    assert not (root / ".build/site").exists()


def test_a_mistake_in_typst_is_a_message(tmp_path, monkeypatch):
    root = support.write_book(tmp_path)
    monkeypatch.setattr(typst_tables, "ALIGN", {"left": "nowhere"})
    with pytest.raises(ReportError, match=r"^typst: "):
        support.rendered(root)
    assert not (root / "_site").exists()


def test_an_old_site_stays_whole_after_a_mistake(small_site, tmp_path, monkeypatch):
    root = Path(shutil.copytree(small_site.root, tmp_path / "book"))
    before = support.snapshot(root / "_site")

    def fail(*arguments):
        raise ReportError("no page")

    monkeypatch.setattr(html_pages, "write_pages", fail)
    with pytest.raises(ReportError, match="no page"):
        support.rendered(root)
    assert support.snapshot(root / "_site") == before
    assert not (root / ".build/site").exists()
