"""The kept outputs of every notebook: up to date, reproducible, and free of what must not show.

nbval executes each notebook again and compares every output with the kept one, nothing sanitised
and nothing ignored. It compares text, CSV, HTML, SVG and published values character by character,
but no PNG or JPEG; so these must not occur. The second half of this file shows that each of the
checks can fail, on a notebook of its own.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from render import execute, kept

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])


# The checks ---------------------------------------------------------------------------------------


COLOUR = re.compile(r"#x1B\[[\d;]*m")  # as a JUnit file writes it


def nbval_failures(path: Path) -> dict[int, str]:
    """Execute the notebook again with nbval, strictly; what differs, by code cell from 1."""
    cells = [cell for cell in kept.read(path).cells if cell.kind == "code"]
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        environment = execute.kernel_environment(scratch)
        environment.pop("PYTEST_ADDOPTS", None)
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        (scratch / "pytest.ini").write_text("[pytest]\n")
        command = [sys.executable, "-m", "pytest", "-p", "nbval.plugin", "--nbval"]
        # The kernel of this very Python, whatever kernels the user has.
        command += ["--nbval-current-env", "--nbval-cell-timeout=600"]
        command += ["-c", str(scratch / "pytest.ini"), f"--rootdir={path.parent}", "--noconftest"]
        command += ["-p", "no:cacheprovider", "--color=no", f"--junitxml={scratch / 'result.xml'}"]
        run = subprocess.run(
            [*command, str(path)], env=environment, cwd=path.parent, capture_output=True, text=True
        )
        assert run.returncode in (0, 1), f"nbval did not run:\n{run.stdout}{run.stderr}"
        results = ElementTree.parse(scratch / "result.xml").iter("testcase")
        failures, compared = {}, 0
        for result in results:
            compared += 1
            number = int(result.attrib["name"].removeprefix("Cell ")) + 1
            for problem in result:
                if problem.tag in ("failure", "error", "skipped"):
                    text = problem.text or problem.attrib.get("message", "")
                    failures[number] = COLOUR.sub("", text)[:3000]
    assert compared == len(cells), f"nbval compared {compared} of {len(cells)} code cells"
    return failures


ABSOLUTE_PATH = re.compile(
    r"""(?<![\w/.:+%<)-]) (?: /(?:[\w.@-]+/)+[\w.@-]+ | ~/[\w.-]+ )   # /home/name, ~/name
        | \b[A-Za-z]:\\+\w | \bfile:/ | ipykernel_\d+""",
    re.VERBOSE,
)
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}")
EMBEDDED_BYTES = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s]+")
NBVAL_MARK = re.compile(
    r"#\s*(NBVAL_|PYTEST_VALIDATE_)|^(nbval-|raises-exception$|skip-execution$)", re.MULTILINE
)
EXPECTED = {"fig-": {"image/svg+xml", "text/csv"}, "tbl-": {"text/html", "text/csv"}}
OPTIONS = {"fig-": ("fig-cap", "fig-alt"), "tbl-": ("tbl-cap",)}


def complaints(notebook: kept.Notebook) -> list[str]:
    """What is wrong with kept outputs and what nbval does not see, by Jupyter's cell number."""
    found = []

    def complain(cell: kept.Cell, what: str) -> None:
        found.append(f"[{cell.number}] {what}")

    for cell in notebook.code_cells:
        if cell.execution_count != cell.number:
            complain(cell, f"was executed as number {cell.execution_count}")
        if cell.error:
            complain(cell, f"failed: {cell.error['ename']}")
        if any(NBVAL_MARK.search(text) for text in (cell.source, *cell.metadata.get("tags", []))):
            complain(cell, "tells nbval not to compare it")
        for output in cell.outputs:
            if output.get("name") == "stderr":
                complain(cell, "wrote to stderr")
            for mime in output.get("data", {}):
                if mime.startswith("image/") and mime != "image/svg+xml":
                    complain(cell, f"displays {mime}, which nbval does not compare")
            text = EMBEDDED_BYTES.sub("", "\n".join(_texts(output)))
            for pattern, what in ((ABSOLUTE_PATH, "an absolute path"), (ADDRESS, "an address")):
                if match := pattern.search(text):
                    complain(cell, f"shows {what}: {match[0]}")
        kind = (cell.label or "")[:4]
        if cell.label and kind not in EXPECTED:
            complain(cell, f"the label {cell.label} begins neither with fig- nor with tbl-")
        elif cell.label:
            types = set().union(*cell.bundles)
            if missing := EXPECTED[kind].difference(types):
                complain(cell, f"{cell.label} has no {' and no '.join(sorted(missing))}")
            for option in OPTIONS[kind]:
                if not str(cell.options.get(option) or "").strip():
                    complain(cell, f"{cell.label} has no {option}")
    return found


def _texts(content: object) -> list[str]:
    """All strings in an output, however deep."""
    if isinstance(content, str):
        return [content]
    if isinstance(content, dict):
        return [text for inner in content.items() for part in inner for text in _texts(part)]
    return [text for part in content for text in _texts(part)] if isinstance(content, list) else []


# Every notebook of the report ---------------------------------------------------------------------


@pytest.fixture(scope="session")
def rerun(request):
    """nbval over the notebooks whose tests were selected: once each, two at a time."""
    selected = [
        item.callspec.params["path"]
        for item in request.session.items
        if getattr(item, "originalname", "") == test_executing_again_gives_what_is_kept.__name__
    ]
    if "PYTEST_XDIST_WORKER" in os.environ:  # the tests themselves run side by side
        yield nbval_failures
        return
    with ThreadPoolExecutor(2) as pool:
        runs = {path: pool.submit(nbval_failures, path) for path in selected}
        yield lambda path: runs[path].result()


def test_there_are_notebooks_and_their_labels_are_unique():
    assert NOTEBOOKS
    assert list(kept.read_all(ROOT / "notebooks")) == [path.stem for path in NOTEBOOKS]


@each_notebook
def test_kept_outputs_are_not_older_than_their_inputs(path):
    assert execute.stale(path, ROOT) == []


@each_notebook
def test_kept_outputs_show_nothing_that_must_not_show(path):
    assert complaints(kept.read(path)) == []


@each_notebook
def test_a_notebook_opens_with_its_title_and_its_question(path):
    first = kept.read(path).cells[0]
    assert first.kind == "markdown"
    title, *rest = first.source.strip().splitlines()
    assert re.match(r"# \w", title)
    assert "?" in title + "".join(rest)


@each_notebook
def test_published_values_can_be_read(path):
    assert isinstance(kept.read(path).values, dict)


@each_notebook
def test_executing_again_gives_what_is_kept(path, rerun):
    failures = rerun(path)
    assert not failures, "\n".join(f"code cell {n}: {text}" for n, text in failures.items())


# The checks can fail ------------------------------------------------------------------------------

DISPLAY = "from IPython.display import display\n"
CELLS = {
    "number": "print(2 + 2)",
    "values": 'display({"application/vnd.report.values+json": {"n": 12}}, raw=True)',
    "figure": (
        "#| label: fig-line\n#| fig-cap: A line\n#| fig-alt: A line from 0 to 1\n"
        'svg = "<svg><text>Share (%)</text><path d=\\"M 0 0 L 1.0 1\\"/></svg>"\n'
        'display({"image/svg+xml": svg, "text/csv": "x,y\\n0,0\\n"}, raw=True)'
    ),
    "axis": 'display({"image/svg+xml": svg}, raw=True)',
    "csv": 'display({"text/csv": "x,y\\n0,0\\n"}, raw=True)',
    "table": (
        "#| label: tbl-x\n#| tbl-cap: A table\n"
        'display({"text/html": "<table></table>", "text/csv": "x\\n"}, raw=True)'
    ),
    "removed": "print('kept')",
    "bitmap": 'display({"image/png": "AAAA", "text/plain": "bitmap"}, raw=True)',
    "control": "print('unaltered')",
}
NUMBERS = {name: number for number, name in enumerate(CELLS, start=2)}


@pytest.fixture(scope="module")
def sample(tmp_path_factory, write_notebook):
    """A project with one executed notebook that has a cell for each alteration."""
    root = tmp_path_factory.mktemp("sample")
    (root / "requirements.txt").write_text("nothing==1.0\n")
    path = write_notebook(root / "notebooks/sample.ipynb", DISPLAY, *CELLS.values())
    assert execute.main([], root) == 0
    return path


@pytest.fixture
def copied(sample, tmp_path):
    return Path(shutil.copytree(sample.parents[1], tmp_path / "copy")) / "notebooks/sample.ipynb"


def alter(path, name, change):
    """Apply `change` to the named cell as it stands in the file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content["cells"][NUMBERS[name]])  # cell 0 is the title
    path.write_text(json.dumps(content), encoding="utf-8")


def replace(mime, old, new):
    def change(cell):
        data = cell["outputs"][0]["data"]
        before = "".join(data[mime])
        assert before.count(old) == 1
        data[mime] = before.replace(old, new)

    return change


ALTERED = {
    "number": lambda cell: cell["outputs"][0].update(text="5\n"),
    "values": lambda cell: cell["outputs"][0]["data"].update({kept.VALUES: {"n": 13}}),
    "figure": replace("image/svg+xml", "L 1.0 1", "L 1.1 1"),
    "axis": replace("image/svg+xml", "Share (%)", "Share"),
    "csv": replace("text/csv", "0,0", "0,1"),
    "table": replace("text/html", "<table>", "<table >"),
    "removed": lambda cell: cell.update(outputs=[]),
    "bitmap": replace("image/png", "AAAA", "BBBB"),
}


def test_nbval_finds_every_altered_output_but_no_bitmap(sample, copied, tmp_path):
    for name, change in ALTERED.items():
        alter(copied, name, change)
    without_cell = Path(shutil.copy(sample, tmp_path / "without.ipynb"))
    content = json.loads(without_cell.read_text(encoding="utf-8"))
    del content["cells"][NUMBERS["figure"]]  # the next cell shows its figure again
    without_cell.write_text(json.dumps(content), encoding="utf-8")

    with ThreadPoolExecutor(2) as pool:
        failures, removed, none = pool.map(nbval_failures, (copied, without_cell, sample))
    assert none == {}
    assert set(failures) == {NUMBERS[name] for name in ALTERED if name != "bitmap"}
    assert all("Cell outputs differ" in text for text in failures.values())
    assert "mismatch 'image/svg+xml'" in failures[NUMBERS["figure"]]
    assert set(removed) == {NUMBERS["figure"]}
    assert "NameError" in removed[NUMBERS["figure"]]


@pytest.mark.parametrize("name", ALTERED)
def test_every_altered_output_counts_as_out_of_date(copied, name):
    alter(copied, name, ALTERED[name])
    assert execute.stale(copied) == ["its kept outputs were changed"]


def test_the_sample_gives_no_complaint_but_its_bitmap(sample):
    assert complaints(kept.read(sample)) == [
        f"[{NUMBERS['bitmap']}] displays image/png, which nbval does not compare"
    ]
    assert execute.stale(sample) == []


def test_a_changed_label_is_found(copied):
    def change(cell):
        cell["source"] = "".join(cell["source"]).replace("fig-line", "fig-lines")

    alter(copied, "figure", change)
    assert execute.stale(copied) == ["its code changed"]
    with pytest.raises(kept.ReportError, match=r"no cell is labelled fig-line \(did you mean"):
        kept.read(copied).output_of("fig-line")


def test_a_removed_cell_is_found(copied):
    content = json.loads(copied.read_text(encoding="utf-8"))
    del content["cells"][NUMBERS["control"]]
    copied.write_text(json.dumps(content), encoding="utf-8")
    assert execute.stale(copied) == ["its code changed"]


def show(text):
    return lambda cell: cell["outputs"][0].update(text=text)


def drop_option(name):
    def change(cell):
        lines = "".join(cell["source"]).splitlines(keepends=True)
        cell["source"] = "".join(line for line in lines if not line.startswith(f"#| {name}:"))

    return change


ERROR = {"output_type": "error", "ename": "ValueError", "evalue": "x", "traceback": []}
PLAIN = {"output_type": "display_data", "data": {"text/plain": "Figure"}, "metadata": {}}


@pytest.mark.parametrize(
    ("name", "change", "complaint"),
    [
        ("control", show("read /home/someone/data.csv"), "an absolute path: /home/someone/data"),
        ("control", show("('/tmp/x/y.py')"), "an absolute path: /tmp/x/y.py"),
        ("control", show("C:\\Users\\someone"), "an absolute path: C:\\U"),
        ("control", show("at ipykernel_123"), "an absolute path: ipykernel_123"),
        ("control", show("<GT object at 0x7f2b1c>"), "an address: 0x7f2b1c"),
        ("figure", replace("text/csv", "x,y", "x,/opt/a/b"), "an absolute path: /opt/a/b"),
        ("control", lambda c: c["outputs"][0].update(name="stderr"), "wrote to stderr"),
        ("control", lambda c: c.update(outputs=[ERROR]), "failed: ValueError"),
        ("control", lambda c: c.update(execution_count=None), "executed as number None"),
        ("control", lambda c: c.update(execution_count=4), "executed as number 4"),
        ("control", lambda c: c.update(source="# NBVAL_IGNORE_OUTPUT\n1"), "not to compare"),
        ("control", lambda c: c["metadata"].update(tags=["nbval-skip"]), "not to compare"),
        ("control", lambda c: c.update(source="#| label: x\n1"), "neither with fig- nor"),
        ("figure", lambda c: c.update(outputs=[]), "no image/svg+xml and no text/csv"),
        ("figure", lambda c: c.update(outputs=[PLAIN]), "no image/svg+xml and no text/csv"),
        ("table", lambda c: c["outputs"][0]["data"].pop("text/csv"), "tbl-x has no text/csv"),
        ("figure", drop_option("fig-alt"), "fig-line has no fig-alt"),
        ("table", drop_option("tbl-cap"), "tbl-x has no tbl-cap"),
    ],
)
def test_complaints_name_what_must_not_show(copied, name, change, complaint):
    alter(copied, "bitmap", lambda cell: cell.update(outputs=[PLAIN]))
    alter(copied, name, change)
    (found,) = complaints(kept.read(copied))
    assert found.startswith(f"[{NUMBERS[name]}] ")
    assert complaint in found


@pytest.mark.parametrize(
    "text",
    [
        "mean and/or median, 3/4, 1/2/3, n/a",
        '<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>',
        "</defs></svg>",
        "data/delphi/ratings.csv and ../notebooks/panel.ipynb",
        'href="data:image/png;base64,iVBO/Rw0/KGgo+/AAA/NS="',
        "https://doi.org/10.1371/journal.pone.0000000",
    ],
)
def test_ordinary_text_is_no_absolute_path(copied, text):
    alter(copied, "bitmap", lambda cell: cell.update(outputs=[PLAIN]))
    alter(copied, "control", show(text))
    assert complaints(kept.read(copied)) == []
