"""Pandoc as a process, and its document tree as JSON."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from render.errors import ReportError

# What Quarto reads, formulas and TeX included, so that they can be refused. Identifiers are made
# per chapter (book.py), as Quarto does, and not over the whole book.
READER = "markdown+table_attributes-auto_identifiers"
NOTEBOOK_READER = f"{READER}-tex_math_dollars-raw_tex-citations"

Node = dict
Tree = list


class UnknownCitations(ReportError):
    """Citations of works that no bibliography lists; `keys` has their keys."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(f"no entry in the bibliography: {', '.join(keys)}")
        self.keys = keys


def executable() -> str:
    """Path of the pandoc that came with the pypandoc-binary wheel."""
    import pypandoc

    return pypandoc.get_pandoc_path()


def _run(arguments: list[str], text: str) -> str:
    done = subprocess.run(
        [executable(), *arguments], input=text.encode(), capture_output=True, check=False
    )
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


def read_markdown(text: str, reader: str = READER) -> tuple[Tree, list[int]]:
    """Parse Markdown; gives the blocks and the API version that a writer asks back."""
    document = json.loads(_run(["--from", reader, "--to", "json"], text))
    return document["blocks"], document["pandoc-api-version"]


def write(
    blocks: Tree, api_version: list[int], target: str, bibliography: Iterable[Path], language: str
) -> str:
    """Write blocks as HTML or Typst, citations resolved by pandoc's citeproc."""
    document = {
        "pandoc-api-version": api_version,
        "meta": {
            "lang": {"t": "MetaString", "c": language},
            "link-citations": {"t": "MetaBool", "c": True},
        },
        "blocks": blocks,
    }
    arguments = ["--from", "json", "--to", target, "--wrap", "none", "--citeproc"]
    if target == "html":
        arguments += ["--email-obfuscation", "none", "--syntax-highlighting", "none"]
    for path in bibliography:
        arguments += ["--bibliography", str(path)]
    return _run(arguments, json.dumps(document, ensure_ascii=False))


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
                made = self.walk(item)
                if isinstance(item, dict) and isinstance(made, list):
                    result += made
                else:
                    result.append(made)
            return result
        if isinstance(node, dict) and "t" in node:
            visit = getattr(self, f"visit_{node['t']}", None)
            return visit(node) if visit else self.descend(node)
        return node

    def descend(self, node: Node) -> Node:
        return {"t": node["t"], "c": self.walk(node["c"])} if "c" in node else node
