"""What `_quarto.yml` says: the book's metadata and its chapters in reading order."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

import yaml

from render.errors import ReportError

try:  # the C loader is some ten times faster; wheels have it, a source build may lack it
    from yaml import CSafeLoader as YamlLoader
except ImportError:  # pragma: no cover
    from yaml import SafeLoader as YamlLoader


def load_yaml(text: str, where: str) -> object:
    """Parse YAML; a syntax error names the file and the line."""
    try:
        return yaml.load(text, Loader=YamlLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "not readable as YAML"
        raise ReportError(f"{where}{line}: {problem}") from None


def read_text(path: Path, name: str) -> str:
    """The text of a file that an author writes; a byte that is not UTF-8 names file and line."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = f"byte 0x{content[error.start]:02x}"
        raise ReportError(f"{name}:{line}: {byte}: expected text encoded as UTF-8") from None


@dataclass(frozen=True)
class ChapterFile:
    """A chapter as the book lists it: its source path and the part it stands in."""

    path: str
    part: str | None

    @property
    def stem(self) -> str:
        return PurePosixPath(self.path).stem

    @property
    def address(self) -> str:
        """Path of the HTML page below the site's root."""
        return str(PurePosixPath(self.path).with_suffix(".html"))


@dataclass(frozen=True)
class Project:
    """The book that a folder with a `_quarto.yml` describes."""

    root: Path
    config: dict = field(repr=False)

    @classmethod
    def read(cls, root: Path) -> Project:
        source = root / "_quarto.yml"
        if not source.is_file():
            raise ReportError(f"{source.name}: not found in {root.name or root}")
        config = load_yaml(read_text(source, source.name), source.name)
        if not isinstance(config, dict) or not isinstance(config.get("book"), dict):
            raise ReportError(f"{source.name}: expected a Quarto book (a section `book:`)")
        if not isinstance(config["book"].get("title"), str):
            raise ReportError(f"{source.name}: expected the book's title (book: title:)")
        project = cls(root, config)
        for chapter in project.chapters:
            if not (root / chapter.path).is_file():
                raise ReportError(f"{source.name}: chapter {chapter.path} does not exist")
        return project

    @property
    def book(self) -> dict:
        return self.config["book"]

    @property
    def title(self) -> str:
        return self.book["title"]

    @property
    def subtitle(self) -> str:
        return self.book.get("subtitle", "")

    @property
    def author(self) -> str:
        author = self.book.get("author", "")
        return ", ".join(author) if isinstance(author, list) else author

    @property
    def description(self) -> str:
        return self.book.get("description", "")

    @property
    def language(self) -> str:
        return self.config.get("lang", "en")

    @property
    def output(self) -> Path:
        return self.root / self.config.get("project", {}).get("output-dir", "_book")

    @property
    def pdf_name(self) -> str:
        return f"{self.book.get('output-file', 'book')}.pdf"

    @property
    def bibliography(self) -> list[Path]:
        listed = self.config.get("bibliography", [])
        return [self.root / name for name in ([listed] if isinstance(listed, str) else listed)]

    @cached_property
    def chapters(self) -> tuple[ChapterFile, ...]:
        chapters = []
        for entry in self.book.get("chapters", []):
            if isinstance(entry, str):
                chapters.append(ChapterFile(entry, None))
            elif (
                isinstance(entry, dict)
                and isinstance(entry.get("part"), str)
                and isinstance(entry.get("chapters"), list)
            ):
                chapters += [ChapterFile(path, entry["part"]) for path in entry["chapters"]]
            else:
                raise ReportError(
                    f"_quarto.yml: chapter {entry!r}: expected a path, or a part with chapters"
                )
        if not chapters:
            raise ReportError("_quarto.yml: the book lists no chapters")
        return tuple(chapters)
