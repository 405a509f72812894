"""The finishing step: source lines, downloads, notebook pages, and nothing that leads outside."""

import pytest
import render_support as support

from render import finish, quarto
from render.outputs import Outputs
from render.project import Project

FIRST = "chapters/levels.html"


def text(element):
    return support.squeezed(element.text_content())


@pytest.fixture(scope="module")
def outputs(small_book):
    return Outputs(Project.read(small_book))


# Source lines -------------------------------------------------------------------------------------


def test_under_each_output_stand_its_cell_its_data_and_its_files(small_site):
    page = small_site.pages[FIRST]
    lines = [page.element(label).getnext() for label in ("fig-levels", "tbl-readings")]
    assert [line.get("class") for line in lines] == ["output-source"] * 2
    assert [[text(part) for part in line] for line in lines] == [
        ["Made by notebook levels, cell 2", "The notebook reads levels.csv", "Download CSV SVG"],
        ["Made by notebook levels, cell 3", "The notebook reads levels.csv", "Download CSV"],
    ]
    assert lines[0].xpath(".//@href") == [
        "../notebooks/levels.html#fig-levels",
        "../data/tides/levels.csv",
        "../downloads/fig-levels.csv",
        "../downloads/fig-levels.svg",
    ]


def test_a_source_line_stands_right_after_its_output(outputs):
    page = finished('<figure id="tbl-readings"></figure>words after', outputs)
    line = page.main.find_class("output-source")[0]
    assert line.getprevious().tail is None
    assert line.tail == "words after"


def test_every_output_of_a_notebook_has_one_source_line_and_nothing_else_has(site):
    for page in site.chapter_pages:
        labels = [label for label, address in site.embedded.items() if address == page.address]
        above = [line.getprevious().get("id") for line in page.main.find_class("output-source")]
        assert sorted(above) == sorted(labels)


def test_source_lines_lead_to_the_cell_that_made_the_output(site):
    for label, address in site.embedded.items():
        page = site.pages[address]
        link = page.element(label).getnext().xpath(".//a")[0]
        notebook, anchor = page.resolved(link.get("href"))
        cell = site.pages[notebook].element(anchor)
        assert f"label: {label}" in cell.text_content()
        assert text(link).endswith(f", cell {site.outputs[label].cell.number}")


def test_data_behind_an_output_are_the_files_that_its_notebook_read(site):
    for label, address in site.embedded.items():
        page = site.pages[address]
        links = page.element(label).getnext().xpath(".//a/@href")
        data = {page.resolved(link)[0] for link in links if "data/" in link}
        assert data == {p for p in site.outputs[label].notebook.inputs if p.endswith(".csv")}


# Files --------------------------------------------------------------------------------------------


def test_downloads_are_the_bytes_that_the_notebooks_kept(site):
    expected = {}
    for output in site.outputs:
        if output.kind == "fig":
            expected[f"{output.label}.svg"] = output.bundle["image/svg+xml"]
        if "text/csv" in output.bundle:
            expected[f"{output.label}.csv"] = output.bundle["text/csv"]
    folder = site.folder / "downloads"
    assert {path.name for path in folder.iterdir()} == set(expected)
    for name, content in expected.items():
        assert (folder / name).read_bytes() == content.encode(), name


def test_outputs_that_no_chapter_shows_can_be_downloaded_too(small_site):
    assert "fig-spare" not in small_site.embedded
    assert (small_site.folder / "downloads/fig-spare.svg").is_file()


def test_data_and_notebooks_are_published_byte_for_byte(site):
    sources = [
        path
        for folder, kinds in (("data", (".csv", ".json")), ("notebooks", (".ipynb",)))
        for path in sorted((site.root / folder).rglob("*"))
        if path.suffix in kinds
    ]
    assert len(sources) >= 4
    for path in sources:
        published = site.folder / path.relative_to(site.root)
        assert published.read_bytes() == path.read_bytes(), path.name


# Notebook pages -----------------------------------------------------------------------------------


def test_a_notebook_page_shows_words_code_and_outputs(small_site):
    page = small_site.pages["notebooks/levels.html"]
    assert page.words(".//h1") == ["How high was the water?"]
    cells = page.main.xpath(".//section[@class='cell']")
    assert [cell.get("id") for cell in cells] == [
        "cell-1",
        "fig-levels",
        "tbl-readings",
        "cell-4",
        "fig-spare",
    ]
    assert text(cells[0]) == "Cell 1import csv"
    image = cells[1].xpath(".//img")[0]
    assert image.get("src") == "../figures/fig-levels.svg"
    assert image.get("alt") == "A rising line for two harbours."
    assert (image.get("width"), image.get("height")) == ("400", "200")
    assert [text(cell) for cell in cells[2].xpath(".//td")] == ["First", "4.10", "Second", "4.35"]
    assert cells[3].xpath(".//pre")[-1].text == "values"
    assert page.tree.xpath("//header//a[@download]/@href") == ["levels.ipynb"]


def test_a_notebook_may_mention_what_chapters_may_not(tmp_path):
    root = support.write_book(tmp_path)
    words = "# More\n\nMail a@b.org, [@nobody2000] and @nobody, cost $5$, <b>bold</b>."
    support.write_notebook(root, "more", [support.markdown(words), support.code("1 < 2")])
    page = support.rendered(root).pages["notebooks/more.html"]
    assert "cost $5$, bold." in text(page.main)
    assert "@nobody" in text(page.main)
    assert "1 < 2" in text(page.main)


def test_streams_and_plain_results_are_shown(tmp_path):
    root = support.write_book(tmp_path)
    stream = {"output_type": "stream", "name": "stdout", "text": ["a < b\n", "c"]}
    table = {"text/html": "<table><tr><td>7</td></tr></table>", "text/plain": "x"}
    cell = support.code("show()", **table)
    cell["outputs"].insert(0, stream)
    support.write_notebook(root, "more", [support.markdown("# More"), cell])
    page = support.rendered(root).pages["notebooks/more.html"]
    assert page.words(".//div[@class='output']/pre") == ["a < b c"]
    region = page.main.xpath(".//div[@class='table-scroll']")[0]
    assert region.get("aria-label") == "Output of cell 1"
    assert text(region) == "7"


# What a page says of itself -----------------------------------------------------------------------


def finished(body, outputs, head="", address="chapters/levels.html"):
    page = f"<html><head><title>x</title>{head}</head><body><main>{body}</main></body></html>"
    made = finish.finish_page(page, address, outputs.project, outputs, "renderer 1")
    return support.Page(address, made)


def described(page):
    return page.tree.xpath("//meta[@name='description']/@content")


def test_a_page_is_described_by_its_first_paragraph(outputs):
    page = finished("<h1>A</h1><header><p>no</p></header><p>First <b>words</b>.</p>", outputs)
    assert described(page) == ["First words."]
    note = "<p>First<a><sup>1</sup></a> words.</p>"
    assert described(finished(note, outputs)) == ["First words."]


def test_a_long_description_ends_between_words(outputs):
    (words,) = described(finished(f"<p>{'word ' * 100}</p>", outputs))
    assert words == "word " * 31 + "…" or words.endswith("word…")
    assert len(words) <= 160


def test_a_page_without_a_paragraph_is_described_as_the_book(outputs):
    assert described(finished("<h1>A</h1>", outputs)) == ["A small book about high water."]


def test_old_descriptions_are_replaced(outputs):
    head = '<meta name="generator" content="old"><meta name="description" content="old">'
    page = finished("<p>New.</p>", outputs, head)
    assert described(page) == ["New."]
    assert page.tree.xpath("//meta[@name='generator']/@content") == ["renderer 1"]
    assert page.tree.xpath("//meta[@name='author']/@content") == ["The harbour office"]


def test_scripts_and_style_sheets_of_other_hosts_are_taken_out(outputs):
    head = (
        '<script src="https://cdn.example.org/a.js"></script><script src="//b.org/c.js"></script>'
        '<link rel="stylesheet" href="http://b.org/d.css"><script src="../site.js"></script>'
        '<link rel="canonical" href="https://example.org/"><link rel="icon" href="e.svg">'
    )
    page = finished("<p>A.</p>", outputs, head)
    assert page.tree.xpath("//script/@src") == ["../site.js"]
    assert page.tree.xpath("//link/@href") == ["https://example.org/", "e.svg"]


def test_figures_of_a_quarto_page_get_size_and_words(outputs):
    page = finished('<div id="fig-levels"><figure><img src="a.svg"></figure></div>', outputs)
    image = page.main.xpath(".//img")[0]
    assert (image.get("width"), image.get("height")) == ("400", "200")
    assert image.get("alt") == "A rising line for two harbours."


# What Quarto leaves -------------------------------------------------------------------------------


def repaired(small_book, folder, **bodies):
    """Pages with these bodies (by chapter), as Quarto would write them, after the repair."""
    project = Project.read(small_book)
    for chapter in project.chapters:
        path = folder / chapter.address
        path.parent.mkdir(exist_ok=True)
        body = bodies.get(chapter.stem, "")
        path.write_text(f"<html><head></head><body><main>{body}</main></body></html>")
    quarto.repair(project, folder)
    return support.Site(small_book, folder).pages


def test_build_paths_of_quarto_are_taken_out(small_book, tmp_path):
    body = '<div data-notebook="/home/x/notebooks/levels.ipynb"><div alt="{{< var a >}}">A</div>'
    page = repaired(small_book, tmp_path, levels=body)[FIRST]
    assert page.main.xpath(".//@data-notebook") == ["notebooks/levels.ipynb"]
    assert not page.main.xpath(".//div/@alt")


def test_loaders_that_no_page_uses_are_taken_out(small_book, tmp_path):
    body = "<script>define('jquery', [], x)</script><script>used()</script>"
    page = repaired(small_book, tmp_path, levels=body)[FIRST]
    assert [script.text for script in page.main.xpath(".//script")] == ["used()"]


def test_a_reference_to_a_chapter_says_its_number(small_book, tmp_path):
    body = (
        '<a class="quarto-xref" href="levels.html"><span>1  <span>Levels</span></span></a>'
        '<a class="quarto-xref" href="#b">Section 1.1</a>'
    )
    page = repaired(small_book, tmp_path, harbours=body)["chapters/harbours.html"]
    assert page.words(".//a") == ["Chapter 1", "Section 1.1"]


def test_a_page_of_quarto_has_one_heading_of_the_first_level(small_book, tmp_path):
    title = '<header id="title-block-header"><h1 class="title">Tides</h1></header>'
    pages = repaired(small_book, tmp_path, index=f"{title}<h1>Tides</h1>", levels=title)
    assert len(pages["index.html"].main.xpath(".//h1")) == 1
    assert pages["index.html"].words(".//header/p[@class='title h1']") == ["Tides"]
    assert pages[FIRST].words(".//h1[@class='title']") == ["Tides"]


def test_the_list_of_references_is_that_of_the_books_language(small_book, tmp_path):
    seen = '<div id="refs"><div id="ref-a">“A.”</div><div id="ref-b">“B.”</div></div>'
    hidden = '<div id="refs" style="display: none"><div id="ref-a">‘A’.</div></div>'
    pages = repaired(small_book, tmp_path, levels=hidden, notes=hidden, references=seen)
    references = pages["chapters/references.html"]
    assert references.words(".//div[@id='refs']/div") == ["‘A’.", "“B.”"]
    assert pages[FIRST].words(".//div[@id='refs']/div") == ["‘A’."]  # tooltips read them there
