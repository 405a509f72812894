"""Citations of literature, as pandoc's citeproc prints them.

Each distinct citation of the book is resolved once, in a document of its own beside the list of
references, so that names and years are told apart over the whole book, and a chapter that changes
without citing anything new needs no citeproc. That suits styles in which a citation reads alike
wherever it stands, as author and year do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from render import pandoc
from render.cache import Cache
from render.project import read_text

REFERENCES = "refs"


def identity(cite: pandoc.Node) -> str:
    """What makes two citations the same: works, words beside them and form, not their place."""
    passing = ("citationNoteNum", "citationHash")
    works = [{k: v for k, v in work.items() if k not in passing} for work in cite["c"][0]]
    return json.dumps(works, sort_keys=True)


@dataclass(frozen=True)
class Citations:
    """Resolved citations by their identity, and the block that lists the references."""

    resolved: dict[str, list]
    references: pandoc.Node

    def inlines(self, cite: pandoc.Node) -> list:
        """A citation as it is printed."""
        return self.resolved[identity(cite)]


def resolve(
    cites: Iterable[pandoc.Node], bibliography: Iterable[Path], language: str, kept: Cache
) -> Citations:
    """Print citations and the list of the works that they cite.

    Raises
    ------
    pandoc.UnknownCitations
        If a work has no entry in the bibliography.
    """
    by_identity = {identity(cite): cite for cite in cites}
    distinct = {name: by_identity[name] for name in sorted(by_identity)}
    bibliography = list(bibliography)
    blocks = [{"t": "Para", "c": [_placeless(cite)]} for cite in distinct.values()]
    blocks.append({"t": "Div", "c": [[REFERENCES, [], []], []]})
    meta = {"link-citations": {"t": "MetaBool", "c": True}}
    document = json.dumps(pandoc.document(blocks, language, meta))
    works = "".join(read_text(path, path.name) for path in bibliography)

    def run() -> str:
        options = [f"--bibliography={path}" for path in bibliography]
        return pandoc.run(["--from=json", "--to=json", "--citeproc", *options], document)

    text = kept.one(f"cite {pandoc.version()} {works}\0{document}", run)
    *paragraphs, references = json.loads(text)["blocks"]
    printed = [paragraph["c"] for paragraph in paragraphs]
    return Citations(dict(zip(distinct, printed, strict=True)), references)


def _placeless(cite: pandoc.Node) -> pandoc.Node:
    works = [work | {"citationNoteNum": 0, "citationHash": 0} for work in cite["c"][0]]
    return {"t": "Cite", "c": [works, cite["c"][1]]}
