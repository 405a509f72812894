"""The small markup: what a chapter may contain, checked and expanded line by line.

Chapters use a subset of Quarto's Markdown (CONTRIBUTING.md lists it), so that Quarto and the
wheels-only renderer print the same words. Shortcodes are expanded here; anything that only one of
the two renderers would understand stops the run with file and line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from render.errors import ReportError

CALLOUTS = ("note", "tip", "important", "warning", "caution")
STATUS_CLASSES = ("observed", "reconstructed", "interpreted")
DIV_CLASSES = (*(f"callout-{kind}" for kind in CALLOUTS), "panel-tabset", "content-visible")
DIV_ATTRIBUTES = ("title", "collapse", "when-format")
CODE_LANGUAGES = ("bash", "python", "csv", "json", "yaml", "markdown", "text")
FORMATS = ("html", "typst")

SHORTCODE = re.compile(r"(?<!\{)\{\{<\s*(.*?)\s*>\}\}")  # not {{{<, which shows one
EMBED = re.compile(r"embed\s+(?P<path>\S+\.ipynb)#(?P<label>[\w-]+)")
VARIABLE = re.compile(r"var\s+(?P<name>[\w.-]+)")
FENCE = re.compile(r"^\s*(?P<fence>`{3,}|~{3,})\s*(?P<info>.*)$")
DIV = re.compile(r"^\s*:{3,}\s*(?P<attributes>.*?)\s*:*$")
TITLE = re.compile(r'\s*title="(?P<words>[^"]*)"')
CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
RAW_HTML = re.compile(r"<(?:!--|/?[A-Za-z][\w-]*(?:\s[^<>]*)?/?>)")
FOOTNOTE = re.compile(r"^\[\^(?P<name>[^\]]+)\]:")
REFERENCE = re.compile(r"\[\^(?P<name>[^\]\s]+)\]")
# Pandoc reads the chapters together or some of them alone: what one chapter defines or counts must
# not reach into another.
SHARED = {
    re.compile(r"^\s{0,3}\[[^\]^][^\]]*\]:\s"): "an address apart from its link",
    re.compile(r"^\s*\(@[\w-]*\)\s"): "a list that counts through the book",
}
HEADING = re.compile(r"^#+\s+(?P<title>.*?)\s*(?:\{[^}]*\})?$")
BRACKETS = re.compile(r"(?<![\\\]!])\[(?P<words>[^\[\]^@]+)\](?![\[({:])")
RAW_ATTRIBUTE = re.compile(r"\{=\w+\}")


@dataclass(frozen=True)
class Source:
    """One chapter's text, expanded, with what its lines are needed for later."""

    path: str
    lines: tuple[str, ...] = field(repr=False)  # as written by the author
    text: str = field(repr=False)  # with variables put in and embeds turned into fenced divs
    embeds: tuple[tuple[str, str, int], ...]  # notebook path as written, label, line
    footnotes: tuple[tuple[str, int], ...]  # name, line

    def find(self, needle: str) -> int | None:
        """Number of the first line that holds `needle` as a whole word; None where none does."""
        before, after = r"(?<!\w)" * needle[:1].isalnum(), r"(?![\w-])" * needle[-1:].isalnum()
        whole = re.compile(before + re.escape(needle) + after)
        return next((n for n, line in enumerate(self.lines, 1) if whole.search(line)), None)

    def line_of(self, needle: str) -> int:
        """As `find`, but 1 where no line holds it."""
        return self.find(needle) or 1


def read(
    path: str, text: str, variable: Callable[[str], str], embed: Callable[[str, str], str]
) -> Source:
    """Check one chapter against the small markup and expand its shortcodes.

    Parameters
    ----------
    path : str
        The chapter's path, as error messages name it.
    text : str
        The chapter's source.
    variable : callable
        Gives the text of a variable by its dotted name; raises ReportError if there is none.
    embed : callable
        Gives the Markdown that stands for an output, by notebook path and label.

    Raises
    ------
    ReportError
        For markup outside the subset, with file and line.
    """
    lines = text.splitlines()
    expanded: list[str] = []
    embeds: list[tuple[str, str, int]] = []
    footnotes: list[tuple[str, int]] = []
    referenced: dict[str, int] = {}
    titles: set[str] = set()
    bracketed: dict[str, int] = {}
    open_divs: list[int] = []
    fence = ""

    def refuse(number: int, message: str) -> ReportError:
        return ReportError(f"{path}:{number}: {message}")

    if lines and lines[0].strip() == "---":
        raise refuse(1, "front matter: expected a heading; metadata stands in _quarto.yml")
    for number, line in enumerate(lines, 1):
        match = FENCE.match(line)
        if fence:
            if match and match["fence"].startswith(fence) and not match["info"]:
                fence = ""
            elif SHORTCODE.search(line):
                raise refuse(number, "a shortcode in a code block: write {{{< … >}}} to show one")
            expanded.append(line.replace("{{{<", "{{<").replace(">}}}", ">}}"))
            continue
        if match:
            fence = match["fence"]
            language = match["info"].strip()
            if language and language not in CODE_LANGUAGES:
                raise refuse(
                    number,
                    f"code block {language!r}: expected one of {', '.join(CODE_LANGUAGES)}"
                    " (chapters do not compute: code runs in notebooks)",
                )
            expanded.append(line)
            continue
        if match := DIV.match(line):
            attributes = match["attributes"]
            if SHORTCODE.search(attributes):
                raise refuse(number, "a shortcode in a block's attributes: write the words")
            if attributes:
                _check_div(attributes, lambda message, n=number: refuse(n, message))
                open_divs.append(number)
                if title := TITLE.search(attributes):
                    # Its words are Markdown to Quarto, so that they take part like a paragraph.
                    if html := RAW_HTML.search(title["words"]):
                        raise refuse(number, f"raw HTML {html[0]!r}: not in the small markup")
                    without = TITLE.sub("", line)
                    expanded += [without, "::: {.report-title}", title["words"], ":::", ""]
                    continue
            elif open_divs:
                open_divs.pop()
            else:
                raise refuse(number, "this closes a block (:::) that was never opened")
            expanded.append(line)
            continue
        outside_code = CODE_SPAN.sub(lambda m: " " * len(m[0]), line)
        for code in CODE_SPAN.finditer(line):
            if SHORTCODE.search(code[0]):
                raise refuse(number, "a shortcode in code: write {{{< … >}}} to show one")
        if html := RAW_HTML.search(outside_code):
            raise refuse(number, f"raw HTML {html[0]!r}: not in the small markup")
        if RAW_ATTRIBUTE.search(outside_code):
            raise refuse(number, "a raw block or span ({=…}): not in the small markup")
        around = ["", *lines, ""][number - 1 : number + 2]
        if line.rstrip() == "---" and not around[0].strip() and around[2].strip():
            raise refuse(number, "metadata (---): an empty line comes after a rule")
        for pattern, what in SHARED.items():
            if pattern.match(outside_code):
                raise refuse(number, f"{what}: not in the small markup")
        if match := HEADING.match(line):
            titles.add(match["title"].casefold())
        for match in BRACKETS.finditer(outside_code):
            bracketed.setdefault(match["words"].casefold(), number)
        if match := FOOTNOTE.match(line):
            footnotes.append((match["name"], number))
            outside_code = outside_code[match.end() :]
        for match in REFERENCE.finditer(outside_code):
            referenced.setdefault(match["name"], number)

        def expand(match: re.Match[str], number: int = number, line: str = line) -> str:
            code = match[1]
            if variable_code := VARIABLE.fullmatch(code):
                try:
                    return variable(variable_code["name"])
                except ReportError as error:
                    raise refuse(number, str(error)) from None
            if embed_code := EMBED.fullmatch(code):
                if line.strip() != match[0]:
                    raise refuse(number, "an embed stands alone in its paragraph")
                embeds.append((embed_code["path"], embed_code["label"], number))
                try:
                    return embed(embed_code["path"], embed_code["label"])
                except ReportError as error:
                    raise refuse(number, str(error)) from None
            raise refuse(
                number, f"shortcode {match[0]}: expected var NAME or embed NOTEBOOK.ipynb#LABEL"
            )

        without = SHORTCODE.sub("", outside_code)
        if "{{<" in without.replace("{{{<", "") or ">}}" in without.replace(">}}}", ""):
            raise refuse(number, "a shortcode that is not closed: expected {{< … >}} on one line")
        made = SHORTCODE.sub(expand, line)
        expanded.append(made.replace("{{{<", "{{<").replace(">}}}", ">}}"))
    if fence:
        raise refuse(len(lines), "a code block is not closed")
    if open_divs:
        raise refuse(open_divs[-1], "this block (:::) is not closed")
    for words in sorted(titles & set(bracketed)):
        raise refuse(
            bracketed[words],
            f"[{words}]: a heading's words in brackets would be a link to it; write \\[{words}\\],"
            " or give the heading a label and link to that",
        )
    for name, number in referenced.items():
        if name not in dict(footnotes):
            raise refuse(number, f"footnote [^{name}] is not defined in this chapter")
    for name, number in footnotes:
        if name not in referenced:
            raise refuse(number, f"footnote [^{name}] is defined and never used")
    return Source(path, tuple(lines), "\n".join(expanded) + "\n", tuple(embeds), tuple(footnotes))


def _check_div(attributes: str, refuse: Callable[[str], ReportError]) -> None:
    if attributes == "{#refs}":
        return
    if not (attributes.startswith("{") and attributes.endswith("}")):
        attributes = "{." + attributes + "}"
    inner = attributes[1:-1]
    keyed = dict(re.findall(r'([\w-]+)="([^"]*)"', inner))
    bare = re.sub(r'[\w-]+="[^"]*"', "", inner).split()
    classes = [word[1:] for word in bare if word.startswith(".")]
    unknown = [word for word in bare if not word.startswith(".")]
    unknown += [f".{name}" for name in classes if name not in DIV_CLASSES]
    unknown += [name for name in keyed if name not in DIV_ATTRIBUTES]
    if unknown or len(classes) != 1:
        raise refuse(
            f"block {attributes}: {', '.join(unknown) or 'one class'} is not in the small markup;"
            f" expected one of {', '.join('.' + name for name in DIV_CLASSES)} or #refs"
        )
    if classes == ["content-visible"] and keyed.get("when-format") not in FORMATS:
        raise refuse(f"block {attributes}: expected when-format to be one of {', '.join(FORMATS)}")


def duplicate_footnotes(sources: list[Source]) -> None:
    """Refuse a footnote name that occurs twice: in a book, both would print the last one's text."""
    seen: dict[str, str] = {}
    for source in sources:
        for name, line in source.footnotes:
            where = f"{source.path}:{line}"
            if name in seen:
                raise ReportError(
                    f"{where}: footnote [^{name}] is defined at {seen[name]} already;"
                    " names are unique over the book"
                )
            seen[name] = where
