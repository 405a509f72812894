"""Pandoc as a process, and its document tree as JSON."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from render.cache import Cache
from render.errors import ReportError

# What Quarto reads, formulas and TeX included, so that they can be refused. Identifiers are made
# per chapter (book.py), as Quarto does, and not over the whole book.
# References to headings by their words would cross from one chapter into another.
READER = "markdown+table_attributes-auto_identifiers-implicit_header_references"
NOTEBOOK_READER = f"{READER}-tex_math_dollars-raw_tex-citations"

# Stands between texts that go through one run together.
BREAK = "report-break"
# Citations are resolved before (citations.py): Typst must not do it again.
WRITERS = {"html": "html", "typst": "typst-citations"}
API_VERSION = [1, 23, 1, 1]  # of the document tree; a later pandoc of the same major reads it

Node = dict
Tree = list
LEAVES = frozenset({"Str", "Space", "SoftBreak", "LineBreak"})

# A pandoc needs up to 180 MB; two would need twice that, for a few tenths of a second.
_one_at_a_time = threading.Lock()


class UnknownCitations(ReportError):
    """Citations of works that no bibliography lists; `keys` has their keys."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(f"no entry in the bibliography: {', '.join(keys)}")
        self.keys = keys


def executable() -> str:
    """Path of the pandoc that came with the pypandoc-binary wheel."""
    import pypandoc

    return pypandoc.get_pandoc_path()


def run(arguments: list[str], text: str) -> str:
    """What pandoc makes of a text; what it warns of is an error."""
    with _one_at_a_time:
        done = subprocess.run(
            [executable(), *arguments], input=text.encode(), capture_output=True, check=False
        )
    if done.returncode == -signal.SIGINT:  # the user's Ctrl-C reached pandoc first
        raise KeyboardInterrupt
    messages = re.split(r"^(?=\[)", done.stderr.decode(errors="replace"), flags=re.M)
    # Anchors may occur again in another chapter; book.py finds those that must not.
    warnings = "".join(m for m in messages if "Duplicate identifier" not in m).strip()
    # A warning of pandoc is a mistake in a chapter: a citation without an entry, a footnote
    # without a definition. It is never only printed.
    if unknown := re.findall(r"citation (\S+) not found", warnings):
        raise UnknownCitations(unknown)
    if done.returncode or warnings:
        raise ReportError(f"pandoc: {warnings or f'exit status {done.returncode}'}")
    return done.stdout.decode()


@cache
def version() -> str:
    """What a kept result depends on besides its input: this very pandoc."""
    status = Path(executable()).stat()
    return f"{status.st_size} {status.st_mtime_ns}"


def read_markdown(texts: Sequence[str], kept: Cache, reader: str = READER) -> list[Tree]:
    """Parse Markdown texts, those that are not kept through one run; gives the blocks of each."""

    def read(positions: list[int]) -> list[str]:
        joined = f"\n\n{BREAK}\n\n".join(texts[position] for position in positions)
        blocks = json.loads(run(["--from", reader, "--to", "json"], joined))["blocks"]
        trees: list[Tree] = [[]]
        for block in blocks:
            if block["t"] == "Para" and plain_text(block) == BREAK:
                trees.append([])
            else:
                trees[-1].append(block)
        return [json.dumps(tree) for tree in trees]

    keys = [f"read {version()} {reader}\0{text}" for text in texts]
    return [json.loads(tree) for tree in kept.many(keys, read)]


def document(blocks: Tree, language: str, meta: dict | None = None) -> dict:
    """A whole document, as pandoc reads it from JSON."""
    return {
        "pandoc-api-version": API_VERSION,
        "meta": {"lang": {"t": "MetaString", "c": language}} | (meta or {}),
        "blocks": blocks,
    }


def write(trees: Sequence[Tree], target: str, kept: Cache, language: str) -> list[str]:
    """Write trees as HTML or Typst, those that are not kept through one run."""
    arguments = ["--from", "json", "--wrap", "none", "--to", WRITERS[target]]
    if target == "html":
        arguments += ["--email-obfuscation", "none", "--syntax-highlighting", "none"]
    comment = {"html": f"<!--{BREAK}-->", "typst": f"// {BREAK}"}[target]

    def make(positions: list[int]) -> list[str]:
        blocks: Tree = []
        for position in positions:
            blocks += [raw(target, comment), *trees[position]]
        text = run(arguments, json.dumps(document(blocks, language)))
        return [part.strip("\n") + "\n" for part in text.split(comment)[1:]]

    settings = f"write {version()} {arguments} {language}"
    return kept.many([f"{settings}\0{json.dumps(tree)}" for tree in trees], make)


# ---------------------------------------------------------------- small parts of a tree


def string(text: str) -> Node:
    return {"t": "Str", "c": text}


def raw(target: str, text: str, inline: bool = False) -> Node:
    return {"t": "RawInline" if inline else "RawBlock", "c": [target, text]}


def plain_text(node: object) -> str:
    """The words of a tree, without formatting, notes and images' targets."""
    if isinstance(node, list):
        return "".join(plain_text(item) for item in node)
    if not isinstance(node, dict):
        return ""
    kind, content = node["t"], node.get("c")
    if kind == "Str":
        return content
    if kind in ("Space", "SoftBreak", "LineBreak"):
        return " "
    if kind in ("Code", "Math"):
        return content[1]
    if kind in ("RawInline", "RawBlock", "Note"):
        return ""
    if kind in ("Para", "Plain"):
        return plain_text(content)
    if kind in ("Quoted", "Cite", "Span", "Link", "Image"):
        return plain_text(content[1])
    return plain_text(content)


def identifier(text: str) -> str:
    """The anchor that pandoc and Quarto make from a heading's words."""
    kept = "".join(c for c in text.lower() if c.isalnum() or c in "_-. ")
    hyphened = re.sub(r"\s+", "-", kept.strip())
    return re.sub(r"^[^a-zà-ÿ]+", "", hyphened) or "section"


class Transformer:
    """Walks a tree and hands each node to the method `visit_<its type>`, where there is one.

    A method gives a node, or a list of nodes that take its place.
    """

    def walk(self, node: object) -> object:
        if isinstance(node, list):
            result = []
            for item in node:
                if isinstance(item, dict):
                    if item.get("t") in LEAVES:  # most of a tree: not worth a call
                        result.append(item)
                        continue
                    made = self.walk(item)
                    if isinstance(made, list):
                        result += made
                        continue
                    result.append(made)
                elif isinstance(item, list):
                    result.append(self.walk(item))
                else:
                    result.append(item)
            return result
        if isinstance(node, dict) and "t" in node:
            visit = getattr(self, f"visit_{node['t']}", None)
            return visit(node) if visit else self.descend(node)
        return node

    def descend(self, node: Node) -> Node:
        return {"t": node["t"], "c": self.walk(node["c"])} if "c" in node else node
