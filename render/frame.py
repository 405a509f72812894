"""The frame around a page's body: head, navigation, contents, previous and next."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

from render.book import Book, Chapter
from render.links import Links


def theme(name: str) -> str:
    """The text of a file of the site's theme."""
    return (files("render") / "theme" / name).read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    return Environment(
        loader=FunctionLoader(theme),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Frame:
    def __init__(self, book: Book, links: Links) -> None:
        self.book = book
        self.links = links
        self.template = environment().get_template("page.html")

    def chapter_page(self, chapter: Chapter, body: str) -> str:
        chapters = self.book.chapters
        position = chapters.index(chapter)
        before = chapters[position - 1] if position else None
        after = chapters[position + 1] if position + 1 < len(chapters) else None
        return self.template.render(
            project=self.book.project,
            root=self.links.to_root(chapter),
            chapter=chapter,
            body=body,
            navigation=self._navigation(chapter),
            contents=[h for h in chapter.headings if h.level in (2, 3)],
            before=before and (self.links.to_page(chapter, before), self.entry(before)),
            after=after and (self.links.to_page(chapter, after), self.entry(after)),
        )

    @staticmethod
    def entry(chapter: Chapter) -> str:
        return f"{chapter.number} {chapter.title}" if chapter.number else chapter.title

    def _navigation(self, current: Chapter) -> list[tuple[str | None, list[dict]]]:
        groups: list[tuple[str | None, list[dict]]] = []
        for chapter in self.book.chapters:
            if not groups or groups[-1][0] != chapter.file.part:
                groups.append((chapter.file.part, []))
            groups[-1][1].append(
                {
                    "address": self.links.to_page(current, chapter),
                    "number": chapter.number,
                    "title": chapter.title,
                    "current": chapter is current,
                }
            )
        return groups
