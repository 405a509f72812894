"""The rendered site, of the small book and of this report: what must hold on every page.

The report is rendered from a copy, from its kept outputs, by the wheels-only renderer.
"""

import functools
import gzip
import http.server
import json
import re
import tempfile
import threading
from pathlib import Path

import pytest
import render_support as support

from render.outputs import Outputs
from render.project import Project

# How to see a number and the words that it stands before, in a heading or a caption.
NUMBERED = re.compile(r"(?:(?:Figure|Table) )?\d+(?:\.\d+)*:? ")

needs_browser = pytest.mark.skipif(
    not support.CHROMIUM.exists(), reason=f"no browser at {support.CHROMIUM}"
)


# Every page ---------------------------------------------------------------------------------------


def test_every_chapter_has_its_page_and_every_notebook(site):
    chapters = {chapter.address for chapter in site.project.chapters}
    notebooks = {f"notebooks/{stem}.html" for stem in site.outputs.notebooks}
    assert set(site.pages) == chapters | notebooks
    assert notebooks


def test_every_page_says_what_it_is(site):
    for page in site.pages.values():
        tree = page.tree
        assert tree.get("lang") == site.project.language, page
        assert [t for t in tree.xpath("//head/title/text()") if t.strip()], page
        for name in ("viewport", "description"):
            (content,) = tree.xpath("//head/meta[@name=$name]/@content", name=name)
            assert content.strip(), (page, name)
    titles = [page.tree.xpath("string(//title)") for page in site.pages.values()]
    assert len(set(titles)) == len(titles)


def test_every_page_has_one_heading_of_the_first_level(site):
    assert {page: len(page.tree.xpath("//h1")) for page in site.pages.values()} == dict.fromkeys(
        site.pages.values(), 1
    )


def test_ids_occur_once_on_a_page(site):
    for page in site.pages.values():
        repeated = {name for name in page.ids if page.ids.count(name) > 1}
        assert not repeated, page


def test_every_internal_link_and_anchor_resolves(site):
    broken = []
    for page in site.pages.values():
        for kind, address in page.addresses():
            if support.is_external(address):
                continue
            path, anchor = page.resolved(address)
            if not (site.folder / path).is_file():
                broken.append(f"{page.address}: {kind} {address}: no file")
            elif anchor and anchor not in site.pages[path].anchors:
                broken.append(f"{page.address}: {kind} {address}: no such anchor")
    assert not broken


def test_every_image_has_width_height_and_words(site):
    count = 0
    for page in site.pages.values():
        for image in page.tree.xpath("//img"):
            count += 1
            assert int(image.get("width")) > 0, page
            assert int(image.get("height")) > 0, page
            assert image.get("alt", "").strip(), page
    assert count


def test_only_links_lead_to_other_hosts(site):
    for page in site.pages.values():
        asked = [a for kind, a in page.addresses() if support.is_external(a) and kind != "a href"]
        assert not asked, page
        for style in page.tree.xpath("//style/text()|//@style"):
            assert "url(" not in style, page


def test_style_sheets_and_scripts_ask_no_other_host(site):
    paths = [p for p in (site.folder / "assets").iterdir() if p.suffix in (".css", ".js")]
    assert len(paths) == 2
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"@import|url\(|(?:https?:)?//[\w-]+\.\w", text), path.name


def test_pictures_ask_no_other_host(site):
    for path in site.folder.rglob("*.svg"):
        tree = support.html.fragment_fromstring(path.read_bytes())
        for element in tree.iter():
            for name, value in element.attrib.items():
                if name.endswith(("href", "src")):
                    assert value.startswith("#"), path.name


def test_no_path_of_a_machine_is_on_the_site(site):
    folders = (site.root, support.ROOT, Path.home(), Path(tempfile.gettempdir()))
    paths = {f"{folder}/" for folder in folders} - {"//"}

    def leaks(text):
        return [path for path in paths if path in text]

    assert not [(name, leaks(text)) for name, text in site.text_files() if leaks(text)]
    metadata = site.pdf.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert not leaks(site.pdf_text + metadata)


# Figures and tables -------------------------------------------------------------------------------


def test_every_embedded_output_is_on_its_page(site):
    assert site.embedded
    for label, address in site.embedded.items():
        element = site.pages[address].element(label)
        shown = element.xpath(".//img" if label.startswith("fig-") else ".//table")
        assert len(shown) == 1, label
        if label.startswith("tbl-"):
            kept = support.html.fragment_fromstring(site.outputs[label].html)
            assert support.letters(shown[0].text_content()) == support.letters(kept.text_content())


def test_every_caption_stands_in_the_pdf_with_the_same_number(site):
    missing = []
    for page in site.chapter_pages:
        for caption in page.words(".//figcaption"):
            assert NUMBERED.match(caption), (page, caption)
            if support.letters(caption) not in site.pdf_letters:
                missing.append(caption)
    assert not missing


def test_every_heading_stands_in_the_pdf_with_the_same_number(site):
    numbered = 0
    for page in site.chapter_pages:
        for heading in page.words(".//h1|.//h2|.//h3"):
            assert support.letters(heading) in site.pdf_letters, (page, heading)
            numbered += bool(NUMBERED.match(heading))
    assert numbered > len([c for c in site.project.chapters if c.part])


def test_numbers_of_chapters_sections_figures_and_tables_leave_no_gap(site):
    chapters = [page.words(".//h1") for page in site.chapter_pages]
    numbers = [int(m[1]) for (title,) in chapters if (m := re.match(r"(\d+) ", title))]
    assert numbers == list(range(1, len(numbers) + 1))
    for page in site.chapter_pages:
        number = re.match(r"(\d+) ", page.words(".//h1")[0])
        prefix = f"{number[1]}." if number else ""
        captions = page.words(".//figcaption")
        for kind in ("Figure", "Table"):
            found = [m[1] for c in captions if (m := re.match(rf"{kind} ([\d.]+):", c))]
            assert found == [f"{prefix}{n}" for n in range(1, len(found) + 1)], page
        sections = [m[1] for h in page.words(".//h2") if (m := re.match(r"(\d+\.\d+) ", h))]
        assert sections == [f"{prefix}{n}" for n in range(1, len(sections) + 1)], page


def test_cross_references_say_the_number_of_what_they_lead_to(site):
    count = 0
    for page in site.chapter_pages:
        for link in page.main.xpath(".//a[@class='quarto-xref']"):
            path, anchor = page.resolved(link.get("href"))
            target = site.pages[path].element(anchor)
            number = re.search(r"[\d.]+", support.squeezed(target.text_content()))[0].rstrip(".:")
            words = support.squeezed(link.text_content())
            assert words.rpartition(" ")[2] == number, (page, words)
            kind = {"fig": "Figure", "tbl": "Table"}.get(anchor[:3], ("Chapter", "Section"))
            assert words == number or words.startswith(kind), (page, words)
            count += 1
    assert count


def test_words_of_every_cell_stand_in_the_pdf(site):
    missing = []
    for label in site.embedded:
        if label.startswith("tbl-"):
            table = support.html.fragment_fromstring(site.outputs[label].html)
            for cell in table.xpath(".//tbody//td|.//tbody//th|.//tfoot//td"):
                words = support.letters(cell.text_content())
                if words not in site.pdf_letters:
                    missing.append((label, words))
    assert not missing


# Search -------------------------------------------------------------------------------------------


def test_the_search_reads_the_main_part_of_the_chapters_alone(site):
    for page in site.pages.values():
        marked = page.tree.xpath("//*[@data-pagefind-body]")
        assert marked == ([page.main] if page in site.chapter_pages else []), page


def test_the_search_index_has_the_words_of_every_chapter_and_nothing_else(site):
    folder = site.folder / "pagefind"
    assert (folder / "pagefind.js").is_file()
    found = {}
    for path in (folder / "fragment").iterdir():
        text = gzip.decompress(path.read_bytes()).decode()
        page = json.loads(text[text.index("{") :])
        found[re.sub("/$", "/index.html", page["url"])[1:]] = page["content"]
    assert set(found) == {page.address for page in site.chapter_pages}
    for page in site.chapter_pages:
        heading = page.words(".//h1")[0]
        assert support.letters(heading) in support.letters(found[page.address])
        footer = page.tree.xpath("string(//footer)").strip()
        assert footer
        assert footer not in found[page.address]
        assert "Made by notebook" not in found[page.address]


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=support.CHROMIUM, args=["--no-sandbox"]
        )
        yield started
        started.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def address(site):
    handler = functools.partial(_Quiet, directory=str(site.folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def asked():
    """Every address that a page asks for."""
    return []


@pytest.fixture
def tab(browser, address, asked):
    page = browser.new_page(base_url=address)
    page.set_default_timeout(15_000)
    page.on("request", lambda request: asked.append(request.url))
    yield page
    page.close()


@needs_browser
def test_the_search_finds_a_word_of_a_chapter_and_leads_there(site, address, asked, tab):
    chapter = next(c for c in site.project.chapters if c.part)  # the first one of a part
    heading = re.sub(NUMBERED, "", site.pages[chapter.address].words(".//h1")[0])
    tab.goto("/")
    assert not [url for url in asked if "pagefind" in url]  # asked for when it is opened
    tab.get_by_role("button", name="Search").click()
    tab.get_by_role("searchbox").fill(heading)
    link = tab.locator(f"dialog li a[href*='{chapter.address}']").first
    link.wait_for()
    assert heading in link.text_content()
    link.click()
    tab.wait_for_url(f"**/{chapter.address}*")
    assert all(url.startswith((address, "data:")) for url in asked)


@needs_browser
def test_no_page_asks_another_host_or_reports_an_error(site, address, asked, tab):
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    tab.on("response", lambda r: errors.append(r.url) if r.status >= 400 else None)
    for page in site.pages:
        tab.goto(f"/{page}")
    # A browser asks for the icon without being told to; other files are in the responses' list.
    errors = [e for e in errors if "favicon" not in e and "Failed to load resource" not in e]
    assert not errors
    assert all(url.startswith((address, "data:")) for url in asked)


# With JavaScript ----------------------------------------------------------------------------------


@needs_browser
def test_tabs_show_one_panel_at_a_time(browser, small_site):
    page = browser.new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{(small_site.folder / 'chapters/harbours.html').as_uri()}#by-float")
    tabs = page.get_by_role("tab")
    assert tabs.all_text_contents() == ["By eye", "By float"]
    assert page.get_by_role("tabpanel").all_text_contents()[0].strip().startswith("Read by float")
    tabs.first.click()
    assert page.locator("#by-eye").is_visible()
    assert not page.locator("#by-float").is_visible()
    page.keyboard.press("ArrowRight")
    assert page.locator("#by-float").is_visible()
    assert tabs.nth(1).get_attribute("aria-selected") == "true"
    page.close()


@needs_browser
def test_tabs_are_all_shown_without_javascript(browser, small_site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((small_site.folder / "chapters/harbours.html").as_uri())
    assert page.get_by_text("Read by eye").is_visible()
    assert page.get_by_text("Read by float.").is_visible()
    assert page.get_by_text("By float", exact=True).is_visible()
    context.close()


# This report --------------------------------------------------------------------------------------


def test_every_output_of_the_notebooks_is_shown_by_some_chapter():
    project = Project.read(support.ROOT)
    outputs = Outputs(project)
    text = "\n".join((project.root / c.path).read_text("utf-8") for c in project.chapters)
    unused = [o.label for o in outputs if f".ipynb#{o.label} >}}}}" not in text]
    assert not unused


@needs_browser
@pytest.mark.parametrize("width", [390, 1000, 1280])
def test_the_text_has_the_width_that_the_window_gives(site, tab, width):
    tab.set_viewport_size({"width": width, "height": 800})
    for name in site.pages:
        tab.goto(f"/{name}")
        box = tab.locator("main").bounding_box()
        # Three quarters of a phone; beside the navigation, a column that can be read.
        assert box["width"] >= (0.75 * width if width < 800 else 600), name
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, name
