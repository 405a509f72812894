"""Reads executed notebooks: labelled outputs, published values and recorded inputs.

Everything downstream of the notebooks (chapters, pages, downloads) goes through this module. It
reads JSON and nothing else, because it stands on the path of every rendering.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from render.errors import ReportError
from render.project import load_yaml

VALUES = "application/vnd.report.values+json"
"""MIME type under which `report.values.publish` displays values for the prose."""


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook.

    Attributes
    ----------
    file : str
        The notebook as messages name it, e.g. ``notebooks/panel.ipynb``.
    kind : str
        ``code``, ``markdown`` or ``raw``.
    number : int or None
        Place among the code cells that are not empty, from 1: the number in brackets that Jupyter
        prints beside the cell. None for every other cell.
    id : str
        The cell's id; empty in notebooks older than nbformat 4.5.
    source : str
        The whole source, option lines included.
    outputs : tuple of dict
        The outputs as nbformat 4 describes them, texts joined into one string.
    execution_count : int or None
        The count that was kept with the cell.
    metadata : dict
        The cell's metadata.
    """

    file: str
    kind: str
    number: int | None
    id: str
    source: str
    outputs: tuple[dict, ...] = ()
    execution_count: int | None = None
    metadata: dict = field(default_factory=dict)

    @property
    def where(self) -> str:
        """File and cell, as messages begin."""
        return f"{self.file}, cell [{self.number}]" if self.number else self.file

    @property
    def option_lines(self) -> list[str]:
        """The leading ``#|`` lines, as written."""
        lines = []
        for line in self.source.splitlines():
            if not line.startswith("#|"):
                break
            lines.append(line)
        return lines

    @property
    def code(self) -> str:
        """The source without its option lines."""
        return "\n".join(self.source.splitlines()[len(self.option_lines) :]).strip("\n")

    @cached_property
    def options(self) -> dict:
        """What the leading ``#|`` lines say, read as YAML, as Quarto does.

        Raises
        ------
        ReportError
            If the lines are not a YAML mapping, or the label is not a plain word.
        """
        if self.kind != "code" or not self.option_lines:
            return {}
        text = "\n".join(line[2:].removeprefix(" ") for line in self.option_lines)
        options = load_yaml(text, self.where)  # option lines lead: their number is the cell's
        if not isinstance(options, dict):
            raise ReportError(f"{self.where}: expected `#| name: value` lines, found {text!r}")
        label = options.get("label")
        if label is not None and not (isinstance(label, str) and label.strip()):
            raise ReportError(f"{self.where}: label {label!r}: expected a word such as fig-panel")
        return options

    @property
    def label(self) -> str | None:
        """The label that chapters embed the cell's output by."""
        return self.options.get("label")

    @property
    def bundles(self) -> list[dict]:
        """MIME bundles of the displayed outputs, in order; published values are not among them."""
        return [data for data in _displayed(self.outputs) if VALUES not in data]

    @property
    def error(self) -> dict | None:
        """The error output, where the cell failed when it was last run."""
        return next((o for o in self.outputs if o["output_type"] == "error"), None)


@dataclass(frozen=True)
class Notebook:
    """A notebook with its kept outputs; read one with `read`, all with `read_all`."""

    path: Path
    cells: tuple[Cell, ...]
    metadata: dict = field(repr=False)

    @property
    def stem(self) -> str:
        """The name that the prose uses: the file's name without its ending."""
        return self.path.stem

    @property
    def file(self) -> str:
        """The notebook as messages name it."""
        return _name(self.path)

    @property
    def code_cells(self) -> tuple[Cell, ...]:
        """The code cells that are not empty, in order."""
        return tuple(cell for cell in self.cells if cell.number)

    @cached_property
    def labelled(self) -> dict[str, Cell]:
        """The labelled cells by label, in order.

        Raises
        ------
        ReportError
            If two cells bear the same label.
        """
        return unique_labels([self])

    def output_of(self, label: str) -> dict:
        """The MIME bundle that the cell labelled `label` displays.

        Parameters
        ----------
        label : str
            A label such as ``fig-panel``.

        Returns
        -------
        dict
            MIME type to content: a string, or decoded JSON for JSON types.

        Raises
        ------
        ReportError
            If there is no such label, if the cell displays nothing or more than one output, or
            if a cell of the notebook failed when it was last run.
        """
        if label not in self.labelled:
            near = difflib.get_close_matches(label, self.labelled, n=1)
            hint = f"did you mean {near[0]}?" if near else f"labels: {_listed(self.labelled)}"
            raise ReportError(f"{self.file}: no cell is labelled {label} ({hint})")
        self.check()
        cell = self.labelled[label]
        bundles = cell.bundles
        if not bundles:
            raise ReportError(f"{cell.where}: {label} has no output; execute the notebook")
        if any(output["output_type"] == "stream" for output in cell.outputs):
            raise ReportError(
                f"{cell.where}: {label} also prints text, which no chapter would show; "
                "print it in a cell of its own"
            )
        if len(bundles) > 1:
            raise ReportError(
                f"{cell.where}: {label} displays {len(bundles)} outputs; expected exactly one"
            )
        return bundles[0]

    @cached_property
    def values(self) -> dict:
        """The values published for the prose, by name.

        Raises
        ------
        ReportError
            If a name is published twice or is no identifier, or if a value is not text, a whole
            number or a mapping of these.
        """
        self.check()
        merged: dict = {}
        published: dict[str, Cell] = {}
        for cell in self.code_cells:
            for data in _displayed(cell.outputs):
                for name, value in _values_in(data, cell).items():
                    if name in published:
                        raise ReportError(
                            f"{cell.where}: the value {name} was already published by cell "
                            f"[{published[name].number}]"
                        )
                    published[name] = cell
                    merged[name] = value
        return merged

    @property
    def recorded(self) -> dict:
        """What `render.execute` recorded: `inputs`, `code` and `outputs` with their hashes."""
        report = self.metadata.get("report")
        return report if isinstance(report, dict) else {}

    @property
    def inputs(self) -> dict[str, str]:
        """The files that the last execution read: path from the project's root to SHA-256."""
        return dict(self.recorded.get("inputs", {}))

    @property
    def code_hash(self) -> str:
        """SHA-256 of the sources of all code cells."""
        return _hash([cell.source for cell in self.cells if cell.kind == "code"])

    @property
    def outputs_hash(self) -> str:
        """SHA-256 of the outputs of all code cells and of the order in which they were run."""
        return _hash([[cell.execution_count, cell.outputs] for cell in self.code_cells])

    def check(self) -> None:
        """Raise a `ReportError` if a kept output is an error."""
        for cell in self.code_cells:
            if cell.error:
                raise ReportError(
                    f"{cell.where}: its kept output is an error "
                    f"({cell.error.get('ename')}: {cell.error.get('evalue')}); "
                    "mend the cell and execute the notebook"
                )


def read(path: Path) -> Notebook:
    """Read a notebook as it is kept.

    Parameters
    ----------
    path : Path
        An ``.ipynb`` file in nbformat 4.

    Returns
    -------
    Notebook

    Raises
    ------
    ReportError
        If the file is missing, is not JSON, or is not a notebook in nbformat 4.
    """
    return parse(path, read_json(path))


def read_json(path: Path) -> dict:
    """The content of a notebook file as JSON gives it, checked to be a notebook in nbformat 4."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReportError(f"{_name(path)}: there is no such notebook") from None
    except json.JSONDecodeError as error:
        raise ReportError(f"{_name(path)}:{error.lineno}: not JSON ({error.msg})") from None
    except UnicodeDecodeError:
        raise ReportError(f"{_name(path)}: not UTF-8 text") from None
    if not isinstance(content, dict) or content.get("nbformat") != 4:
        raise ReportError(f"{_name(path)}: expected a Jupyter notebook in nbformat 4")
    return content


def parse(path: Path, content: dict) -> Notebook:
    """Make a `Notebook` of the JSON content of the file at `path`."""
    cells = []
    number = 0
    try:
        for cell in content["cells"]:
            source = _text(cell["source"])
            runs = cell["cell_type"] == "code" and bool(source.strip())
            number += runs
            cells.append(
                Cell(
                    file=_name(path),
                    kind=cell["cell_type"],
                    number=number if runs else None,
                    id=cell.get("id", ""),
                    source=source,
                    outputs=tuple(_output(output) for output in cell.get("outputs", [])),
                    execution_count=cell.get("execution_count"),
                    metadata=cell.get("metadata", {}),
                )
            )
        return Notebook(path, tuple(cells), content.get("metadata", {}))
    except (KeyError, TypeError, AttributeError) as error:
        raise ReportError(
            f"{_name(path)}: not a notebook in nbformat 4 ({type(error).__name__}: {error})"
        ) from None


def read_all(folder: Path) -> dict[str, Notebook]:
    """Read the notebooks of a folder, for use by the chapters.

    Parameters
    ----------
    folder : Path
        The folder that holds the ``.ipynb`` files.

    Returns
    -------
    dict of str to Notebook
        By stem, in alphabetical order.

    Raises
    ------
    ReportError
        If a notebook cannot be read, a kept output is an error, or a label occurs twice.
    """
    notebooks = {path.stem: read(path) for path in sorted(folder.glob("*.ipynb"))}
    for notebook in notebooks.values():
        notebook.check()
    unique_labels(notebooks.values())
    return notebooks


def unique_labels(notebooks: Iterable[Notebook]) -> dict[str, Cell]:
    """The labelled cells of several notebooks by label.

    Labels name figures and tables in the whole book, so that one label in two places would send
    every cross-reference to one of them.

    Raises
    ------
    ReportError
        If a label occurs twice.
    """
    found: dict[str, Cell] = {}
    for notebook in notebooks:
        for cell in notebook.code_cells:
            if cell.label is None:
                continue
            if cell.label in found:
                raise ReportError(
                    f"{cell.where}: the label {cell.label} is already used in "
                    f"{found[cell.label].where}"
                )
            found[cell.label] = cell
    return found


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}" if path.parent.name else path.name


def _text(value: str | list[str]) -> str:
    """One string of what nbformat keeps as a string or as a list of lines."""
    return value if isinstance(value, str) else "".join(value)


def _is_json(mime: str) -> bool:
    return mime == "application/json" or mime.endswith("+json")


def _output(output: dict) -> dict:
    joined = dict(output)
    if "text" in joined:
        joined["text"] = _text(joined["text"])
    if "data" in joined:
        joined["data"] = {
            mime: content if _is_json(mime) else _text(content)
            for mime, content in joined["data"].items()
        }
    return joined


def _displayed(outputs: Iterable[dict]) -> list[dict]:
    return [o["data"] for o in outputs if o["output_type"] in ("display_data", "execute_result")]


def _values_in(data: dict, cell: Cell) -> dict:
    values = data.get(VALUES, {})
    if not isinstance(values, dict):
        raise ReportError(f"{cell.where}: expected published values by name, found {values!r}")
    for name, value in values.items():
        if not name.isidentifier():
            raise ReportError(f"{cell.where}: the value's name {name!r} is not an identifier")
        _check_value(name, value, cell)
    return values


def _check_value(name: str, value: object, cell: Cell) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _check_value(f"{name}.{key}", inner, cell)
    elif isinstance(value, bool) or not isinstance(value, str | int):
        # A float would leave it to the renderer how many digits the reader sees.
        raise ReportError(
            f"{cell.where}: the value {name} is {value!r}; expected text, a whole number or a "
            "mapping of these"
        )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _hash(content: object) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
