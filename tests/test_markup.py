"""The small markup: what a chapter may contain is rendered, all else is refused with its line."""

import re

import pytest
import render_support as support

from render import markup
from render.errors import ReportError

CHAPTER = "chapters/notes.qmd"
HEAD = "# Notes on method\n\n"  # a snippet begins on line 3


def read(text):
    """One chapter through the check alone, with one variable and one output to be had."""

    def variable(name):
        if name != "levels.harbours":
            raise ReportError(f"variable {name}: no notebook publishes it")
        return "two"

    def embed(path, label):
        return f"::: {{#{label} .report-embed}}\nA caption.\n:::"

    return markup.read(CHAPTER, text, variable, embed)


# What is allowed ----------------------------------------------------------------------------------

ALLOWED = {
    "paragraph": "Words, *emphasis*, **strong**, `code`, x^2^ and H~2~O.",
    "heading": "## A section {#sec-a}\n\n### Below it\n\n## Another {.unnumbered}",
    "list": "- one\n- two\n\n1. three\n2. four",
    "definition list": "Term\n:   Its meaning.",
    "rule": "Before.\n\n---\n\nAfter.",
    "quotation": "> Words of our own.",
    "table": "| a | b |\n|---|--:|\n| 1 | 2 |\n\n: A caption {#tbl-native}",
    "image": '![A caption](images/map.svg){#fig-drawn fig-alt="A line."}',
    "links": "[a](levels.qmd), [b](levels.qmd#deep-water), [c](#notes-on-method), <https://x.org>",
    "link to a file": "[a](../data/tides/levels.csv) and [b](../tides.pdf)",
    "footnote": "A word[^notes-a].\n\n[^notes-a]: A note.",
    "citation": "@reed2004gauges and [see @stone1998tides, pp. 3--4; -@reed2004gauges]",
    "cross-reference": "@sec-levels, [@fig-levels], [-@tbl-readings] and [@fig-map; @tbl-gauges]",
    "variable": "It is {{< var levels.harbours >}}, or {{< var levels.mean.low >}}.",
    "embed": "{{< embed ../notebooks/levels.ipynb#fig-spare >}}",
    "code block": "```bash\nmake site\n```\n\n~~~\n<b> {=html} $x$ ::: {.bad}\n~~~",
    "shown shortcode": "```\n{{{< var a.b >}}}\n```\n\nIt is `{{{< var a.b >}}}` as shown.",
    "shown markup": "`<b>`, `` `x`{=html} ``, `[^nothing]` and `$x$`",
    "statuses": "[a]{.observed} [b]{.reconstructed} [c]{.interpreted}",
    "callout": '::: {.callout-note title="A title" collapse="true"}\nText.\n:::',
    "callout in short": "::: callout-tip\nText.\n:::",
    "callout in a list": "- one\n\n    ::: {.callout-tip}\n    Text.\n    :::",
    "tabset": "::: {.panel-tabset}\n## One\n\nText.\n\n## Two\n\nText.\n:::",
    "nested": ":::: {.panel-tabset}\n## One\n\n::: {.callout-tip}\nText.\n:::\n::::",
    "for one format": '::: {.content-visible when-format="html"}\nText.\n:::',
    "brackets": "Some [words], \\[Notes on method\\] and [a [b] c].",
    "money": "It costs $5 and not $6.",
}


@pytest.mark.parametrize("snippet", ALLOWED.values(), ids=ALLOWED.keys())
def test_every_allowed_construct_passes(snippet, tmp_path):
    root = support.write_book(tmp_path, {CHAPTER: f"{HEAD}{snippet}\n"})
    assert "Notes on method" in support.check_pages(root)[3]


def test_shortcodes_are_expanded_and_shown_ones_are_not():
    source = read(f"{HEAD}{{{{< var levels.harbours >}}}} and `{{{{{{< var a.b >}}}}}}`\n")
    assert source.text == f"{HEAD}two and `{{{{< var a.b >}}}}`\n"


def test_an_embed_becomes_a_labelled_block():
    source = read(f"{HEAD}{{{{< embed ../notebooks/a.ipynb#fig-a >}}}}\n")
    assert source.embeds == (("../notebooks/a.ipynb", "fig-a", 3),)
    assert "::: {#fig-a .report-embed}\nA caption.\n:::" in source.text


def test_a_line_is_found_by_whole_words_only():
    source = read("# Title\n\n@fig-long-one\n\n@fig-long\n")
    assert source.line_of("@fig-long") == 5
    assert source.line_of("@fig-none") == 1


# What is refused ----------------------------------------------------------------------------------

GAUGE = support.LEVELS[: support.LEVELS.index("[^levels-gauge]:")].count("\n") + 1

# Name of the mistake: the text after the chapter's heading, the line that the message names, and
# words of the message.
REFUSED = {
    "unknown shortcode": ("{{< pagebreak >}}", 3, "shortcode {{< pagebreak >}}: expected var"),
    "unknown variable": ("a\n{{< var levels.none >}}", 4, "no notebook publishes 'none'"),
    "group of variables": ("{{< var levels.mean >}}", 3, "is a group; expected one of high, low"),
    "unknown notebook": ("{{< embed ../notebooks/no.ipynb#fig-a >}}", 3, "notebooks/no.ipynb"),
    "notebook elsewhere": ("{{< embed notebooks/levels.ipynb#fig-spare >}}", 3, "no notebook"),
    "unknown label": ("{{< embed ../notebooks/levels.ipynb#fig-spar >}}", 3, "mean fig-spare?"),
    "embed in words": ("a {{< embed ../notebooks/levels.ipynb#fig-spare >}}", 3, "stands alone"),
    "shortcode in code": ("a\n\n`{{< var a.b >}}`", 5, "write {{{<"),
    "shortcode in a code block": ("```\n{{< var a.b >}}\n```", 4, "write {{{<"),
    "shortcode in a title": (
        '::: {.callout-note title="{{< var levels.harbours >}}"}\na\n:::', 3, "attributes"
    ),
    "shortcode not closed": ("a\n\nb {{< var levels.n c", 5, "a shortcode that is not closed"),
    "shortcode closed wrongly": ("a {{< var levels.n } b", 3, "a shortcode that is not closed"),
    "raw HTML": ("a\n\nb <br> c", 5, "raw HTML '<br>'"),
    "raw HTML block": ('<div class="x">\na\n</div>', 3, "raw HTML '<div class=\"x\">'"),
    "raw HTML over two lines": ("a <span\nclass='x'>b</span>", 4, "raw HTML '</span>'"),
    "raw HTML in a title": ('::: {.callout-note title="<b>"}\na\n:::', 3, "raw HTML '<b>'"),
    "comment": ("a\n\n<!-- note -->", 5, "raw HTML '<!--'"),
    "raw span": ("a `<b>`{=html}", 3, "{=…}"),
    "raw block": ("```{=typst}\n#pagebreak()\n```", 3, "code block '{=typst}'"),
    "formula": ("a\n\nb $x^2$ c", 5, "a formula 'x^2'"),
    "displayed formula": ("$$\ny\n$$", 4, "a formula"),
    "TeX": ("a \\textbf{b} c", 3, "raw markup"),
    "executable cell": ("a\n\n```{python}\n1\n```", 5, "chapters do not compute"),
    "executable cell in a list": ("- a\n\n    ```{python}\n    1\n    ```", 5, "do not compute"),
    "unknown language": ("```perl\n1\n```", 3, "code block 'perl'"),
    "unknown block": ("::: {.grid}\na\n:::", 3, ".grid is not in the small markup"),
    "unknown block in a list": ("- a\n\n    ::: {.grid}\n    b\n    :::", 5, ".grid is not"),
    "unknown callout": ("::: callout-danger\na\n:::", 3, ".callout-danger is not"),
    "unknown attribute": ('::: {.callout-note icon="no"}\na\n:::', 3, "icon is not in"),
    "block with a label": ("::: {#a .callout-note}\na\n:::", 3, "#a is not in"),
    "two classes": ("::: {.callout-note .panel-tabset}\na\n:::", 3, "one class"),
    "unknown format": ('::: {.content-visible when-format="pdf"}\na\n:::', 3, "html, typst"),
    "format left out": ("::: {.content-visible}\na\n:::", 3, "html, typst"),
    "unclosed block": ("a\n\n::: {.callout-note}\nb", 5, "is not closed"),
    "block closed twice": ("::: {.callout-note}\na\n:::\n:::", 6, "never opened"),
    "unclosed code": ("```bash\nmake", 4, "code block is not closed"),
    "other span": ("a\n\n[b]{.red}", 5, "span .red: expected one of .observed"),
    "span with a label": ("[b]{#here}", 3, "span here"),
    "small capitals": ("[b]{.smallcaps}", 3, "small capitals"),
    "struck out": ("a ~~b~~", 3, "struck-out text"),
    "metadata": ("a\n\n---\nlang: de\n---", 5, "metadata (---)"),
    "heading with a class": ("## A {.big}", 3, "heading 'A'"),
    "second chapter heading": ("a\n\n# Another", 5, "a second chapter heading"),
    "heading in a callout": ("::: {.callout-note}\n## Title\n\na\n:::", 4, "a callout has its"),
    "heading for one format": (
        '::: {.content-visible when-format="html"}\n## Here\n:::', 4, "cannot have a number"
    ),
    "figure for one format": (
        '::: {.content-visible when-format="html"}\n'
        "{{< embed ../notebooks/levels.ipynb#fig-spare >}}\n:::", 4, "cannot have a number"
    ),
    "missing chapter": ("a\n\n[b](absent.qmd)", 5, "no such chapter"),
    "chapter from the root": ("[b](chapters/levels.qmd)", 3, "no such chapter"),
    "missing anchor": ("a\n[b](levels.qmd#absent)", 4, "has no such anchor"),
    "missing anchor here": ("a\n[b](#absent)", 4, "has no such anchor"),
    "missing file": ("[b](../data/absent.csv)", 3, "expected a chapter, a file"),
    "missing download": ("[b](../downloads/absent.csv)", 3, "expected a chapter, a file"),
    "file that is not published": ("[b](references.bib)", 3, "expected a chapter, a file"),
    "file outside": ("[b](../../x.csv)", 3, "expected a chapter, a file"),
    "heading in brackets": ("a\n\n## Below\n\nas [Below] says", 7, "words in brackets"),
    "address apart": ("[a][b]\n\n[b]: https://x.org", 5, "an address apart from its link"),
    "list through the book": ("(@) a\n(@) b", 3, "counts through the book"),
    "reference to nothing": ("a\n\nsee @fig-absent", 5, "@fig-absent refers to nothing"),
    "reference without a number": ("## B {#sec-b .unnumbered}\n\n@sec-b", 5, "without a number"),
    "reference with words": ("[see @fig-map]", 3, "no words beside it"),
    "references mixed": ("a\n\n[@fig-map; @reed2004gauges]", 5, "in one pair of brackets"),
    "unknown citation": ("a\n\nsays @absent2020", 5, "@absent2020 has no entry in references.bib"),
    "missing image": ('![a](images/no.svg){#fig-a fig-alt="b"}', 3, "does not exist"),
    "image that is no SVG": ('![a](references.bib){#fig-a fig-alt="b"}', 3, "expected an SVG"),
    "image without words": ("![a](images/map.svg){#fig-a}", 3, "fig-alt"),
    "image without a label": ('![a](images/map.svg){fig-alt="b"}', 3, "#fig-"),
    "image without a caption": ('![](images/map.svg){#fig-a fig-alt="b"}', 3, "stands alone"),
    "image in words": ('a ![b](images/map.svg){fig-alt="c"}', 3, "stands alone"),
    "other label": ('![a](images/map.svg){#map fig-alt="b"}', 3, "begins with fig- or tbl-"),
    "table without a caption": ("| a |\n|---|\n| 1 |\n\n: {#tbl-a}", 7, "tbl-a has no caption"),
    "label in two chapters": (
        "| a |\n|---|\n| 1 |\n\n: B {#tbl-gauges}", 7, "tbl-gauges is defined twice"
    ),
    "output embedded twice": (
        "{{< embed ../notebooks/levels.ipynb#fig-levels >}}", 3, "fig-levels is defined twice"
    ),
    "anchor twice": ("## B {#b}\n\n## C {#b}", 3, "the anchor b occurs twice"),
    "section label twice": ("## B {#sec-deep}", 3, "sec-deep is defined twice"),
    "footnote of another chapter": ("a[^levels-gauge]", 3, "not defined in this chapter"),
    "footnote never used": ("a\n\n[^notes-a]: B.", 5, "is defined and never used"),
    "footnote name in two chapters": (
        "a[^levels-gauge]\n\n[^levels-gauge]: B.", 5, f"is defined at chapters/levels.qmd:{GAUGE}"
    ),
    "tabset without a heading": ("::: {.panel-tabset}\na\n:::", 3, "begins with the heading"),
}  # fmt: skip


@pytest.mark.parametrize(("snippet", "line", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_anything_else_is_refused_with_file_and_line(snippet, line, words, tmp_path):
    root = support.write_book(tmp_path, {CHAPTER: f"{HEAD}{snippet}\n"})
    with pytest.raises(ReportError) as error:
        support.check_pages(root)
    assert str(error.value).startswith(f"{CHAPTER}:{line}: ")
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Words at once.\n", "expected the chapter's heading"),
        ("## Too deep\n", "expected the chapter's heading"),
        ("", "expected the chapter's heading"),
        ("---\ntitle: x\n---\n\n# Title\n", "front matter"),
    ],
)
def test_a_chapter_begins_with_its_heading(text, words, tmp_path):
    root = support.write_book(tmp_path, {CHAPTER: text})
    with pytest.raises(ReportError, match=f"^{re.escape(CHAPTER)}:1: .*{words}"):
        support.check_pages(root)


def test_unknown_citations_are_named_all_at_once(tmp_path):
    text = f"{HEAD}@absent2020 and\n[@reed2004gauges; @absent2021]\n"
    root = support.write_book(tmp_path, {CHAPTER: text})
    with pytest.raises(ReportError) as error:
        support.check_pages(root)
    assert sorted(str(error.value).splitlines()) == [
        f"{CHAPTER}:3: @absent2020 has no entry in references.bib",
        f"{CHAPTER}:4: @absent2021 has no entry in references.bib",
    ]


# Outputs that a chapter embeds --------------------------------------------------------------------

TABLE = {"text/html": "<table><tr><td>1</td></tr></table>", "text/plain": "x"}
FIGURE = {"image/svg+xml": support.drawing(10, 10), "text/plain": "x"}
NO_VIEW_BOX = {"image/svg+xml": "<svg></svg>", "text/plain": "x"}

OUTPUTS = {
    "caption left out": (support.labelled("tbl-x", "", **TABLE), "tbl-x has no caption"),
    "words left out": (support.labelled("fig-x", "A.", **FIGURE), "fig-x has no alternative"),
    "figure as a table": (support.labelled("tbl-x", "A.", **FIGURE), "of type text/html"),
    "table as a figure": (support.labelled("fig-x", "A.", alt="B.", **TABLE), "image/svg"),
    "no output": (support.labelled("tbl-x", "A."), "tbl-x has no output"),
    "size left out": (support.labelled("fig-x", "A.", alt="B", **NO_VIEW_BOX), "no viewBox"),
    "unknown variable": (
        support.labelled("tbl-x", "{{< var levels.absent >}}", **TABLE), "'absent'"
    ),
    "other shortcode": (support.labelled("tbl-x", "{{< meta title >}}", **TABLE), "expected var"),
    "label twice": (support.labelled("tbl-readings", "A.", **TABLE), "tbl-readings is already"),
}  # fmt: skip


@pytest.mark.parametrize(("cell", "words"), OUTPUTS.values(), ids=OUTPUTS.keys())
def test_an_output_that_cannot_be_shown_names_its_cell(cell, words, tmp_path):
    label = re.search(r"label: (\S+)", cell["source"])[1]
    embed = f"{{{{< embed ../notebooks/more.ipynb#{label} >}}}}"
    root = support.write_book(tmp_path, {CHAPTER: f"{HEAD}{embed}\n"})
    support.write_notebook(root, "more", [support.markdown("# More"), cell])
    with pytest.raises(ReportError) as error:
        support.check_pages(root)
    assert "notebooks/more.ipynb, cell [1]" in str(error.value)
    assert words in str(error.value)
