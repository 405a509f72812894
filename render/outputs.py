"""What the notebooks kept for the chapters: labelled outputs and published values."""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

import yaml

from render import kept, markup
from render.errors import ReportError
from render.ink import DARK_GROUND, LIGHT_GROUND, with_ink
from render.project import ChapterFile, Project

YamlDumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # ten times faster, where it is
KINDS = {"fig": "image/svg+xml", "tbl": "text/html"}
POINTS_TO_PIXELS = 96 / 72


@dataclass(frozen=True)
class Output:
    """One labelled output of a notebook.

    Attributes
    ----------
    kind : str
        ``fig`` or ``tbl``.
    caption, alt : str
        Markdown of the caption; words for those who do not see the figure.
    """

    label: str
    kind: str
    caption: str
    alt: str
    notebook: kept.Notebook = field(repr=False)
    cell: kept.Cell = field(repr=False)
    bundle: dict = field(repr=False)

    @property
    def svg(self) -> str:
        return self.bundle["image/svg+xml"]

    @property
    def html(self) -> str:
        return self.bundle["text/html"]

    @property
    def csv(self) -> str | None:
        return self.bundle.get("text/csv")

    @property
    def page_svg(self) -> str:
        """The figure in the ink of a page, which may be light or dark."""
        return with_ink(self.svg, LIGHT_GROUND, DARK_GROUND)

    @property
    def paper_svg(self) -> str:
        """The figure in the ink of paper."""
        return with_ink(self.svg, LIGHT_GROUND)

    @property
    def address(self) -> str:
        """Where the file of a figure on a page stands, below the root of the site."""
        return f"figures/{self.label}.svg"

    @property
    def downloads(self) -> dict[str, tuple[str, str]]:
        """Files to take: kind to address below the root of the site, and content as kept."""
        found = {}
        if self.csv is not None:
            found["CSV"] = (f"downloads/{self.label}.csv", self.csv)
        if self.kind == "fig":
            found["SVG"] = (f"downloads/{self.label}.svg", self.svg)
        return found

    @cached_property
    def size(self) -> tuple[int, int] | None:
        """Width and height of a figure in CSS pixels; None for a table."""
        if self.kind != "fig":
            return None
        head = self.svg[: self.svg.index(">", self.svg.index("<svg")) + 1]
        box = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', head)
        if not box:
            raise ReportError(f"{self.cell.where}: {self.label}: the SVG has no viewBox")
        return round(float(box[1]) * POINTS_TO_PIXELS), round(float(box[2]) * POINTS_TO_PIXELS)

    @property
    def data_files(self) -> list[str]:
        """The data that the notebook read, below the project's root."""
        return sorted(p for p in self.notebook.inputs if re.fullmatch(r"data/.+\.csv", p))


class Outputs:
    """The labelled outputs and the variables of all notebooks of a project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.notebooks = kept.read_all(project.root / "notebooks")
        self.cells = kept.unique_labels(self.notebooks.values())
        self._by_label: dict[str, Output] = {}

    @cached_property
    def variables(self) -> dict:
        """Published values, by the notebook's name: what `_variables.yml` holds."""
        return {name: book.values for name, book in self.notebooks.items() if book.values}

    def variables_file(self) -> str:
        """The text of `_variables.yml`, which Quarto reads."""
        head = "# Generated from the notebooks' kept outputs by `make site`; do not edit.\n"
        body = yaml.dump(
            self.variables, Dumper=YamlDumper, allow_unicode=True, sort_keys=True, width=10_000
        )
        return head + body

    def variable(self, name: str) -> str:
        """The text of the variable with this dotted name."""
        value: object = self.variables
        for part in name.split("."):
            if not isinstance(value, dict) or part not in value:
                raise ReportError(f"variable {name}: no notebook publishes {part!r}")
            value = value[part]
        if isinstance(value, dict):
            raise ReportError(f"variable {name} is a group; expected one of {', '.join(value)}")
        return str(value)

    def placeholder(self, file: ChapterFile, path: str, label: str) -> str:
        """The Markdown that stands for an embedded output: a labelled div with its caption."""
        full = os.path.normpath(PurePosixPath(file.path).parent / path).replace(os.sep, "/")
        stem = PurePosixPath(full).stem
        if full != f"notebooks/{stem}.ipynb" or stem not in self.notebooks:
            raise ReportError(f"embed {path}: there is no notebook {full}")
        self.notebooks[stem].output_of(label)
        output = self[label]
        return f"::: {{#{output.label} .report-embed}}\n{output.caption}\n:::"

    def __getitem__(self, label: str) -> Output:
        if label not in self._by_label:
            self._by_label[label] = self._read(label)
        return self._by_label[label]

    def __iter__(self) -> Iterator[Output]:
        """Every figure and table of the notebooks, embedded or not."""
        return (self[label] for label in self.cells if label.partition("-")[0] in KINDS)

    def _read(self, label: str) -> Output:
        cell = self.cells[label]
        notebook = next(n for n in self.notebooks.values() if label in n.labelled)
        kind = label.partition("-")[0]
        if kind not in KINDS:
            raise ReportError(f"{cell.where}: label {label}: expected fig-… or tbl-…")
        caption, alt = cell.options.get(f"{kind}-cap"), cell.options.get("fig-alt", "")
        if not caption:
            raise ReportError(f"{cell.where}: {label} has no caption (#| {kind}-cap: …)")
        if kind == "fig" and not alt:
            raise ReportError(f"{cell.where}: {label} has no alternative text (#| fig-alt: …)")
        bundle = notebook.output_of(label)
        if KINDS[kind] not in bundle:
            raise ReportError(
                f"{cell.where}: {label}: expected an output of type {KINDS[kind]},"
                f" found {', '.join(bundle)}"
            )
        return Output(
            label,
            kind,
            self.expand(str(caption), cell),
            self.expand(str(alt), cell),
            notebook,
            cell,
            bundle,
        )

    def expand(self, text: str, cell: kept.Cell) -> str:
        """Put variables into a caption."""

        def value(match: re.Match[str]) -> str:
            code = markup.VARIABLE.fullmatch(match[1])
            if not code:
                raise ReportError(f"{cell.where}: shortcode {match[0]}: expected var NAME")
            try:
                return self.variable(code["name"])
            except ReportError as error:
                raise ReportError(f"{cell.where}: {error}") from None

        return markup.SHORTCODE.sub(value, text)

    @cached_property
    def download_addresses(self) -> frozenset[str]:
        """Files that the finishing step offers for figures and tables."""
        return frozenset(address for output in self for address, _ in output.downloads.values())


def read(root: Path) -> Outputs:
    """The outputs of the project in `root`."""
    return Outputs(Project.read(root))
