"""Executing notebooks and reading what they keep, on small projects of the tests' own."""

import compileall
import copy
import io
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import nbclient
import nbformat
import pytest

from render import execute, kept
from render.errors import ReportError

ROOT = Path(__file__).resolve().parents[1]

SHOW = """\
from IPython.display import display
from tool.reading import total
display({"image/svg+xml": f"<svg>{total()}</svg>",
         "text/csv": f"total\\n{total()}\\n"}, raw=True)"""
PUBLISH = """\
display({"application/vnd.report.values+json": {"total": total(), "parts": {"a": "1 of 2"}},
         "text/plain": "published"}, raw=True)"""
OTHER_WAYS_TO_READ = """\
import os, pathlib
os.close(os.open("../data/second.csv", os.O_RDONLY))
pathlib.Path("../data/written.txt").write_text(str(os.getpid()))
pathlib.Path("../data/written.txt").read_text()
pathlib.Path("../.hidden/settings").read_text()
print(len(open(os.__file__).read()) > 0, os.path.exists("../data/absent.csv"))"""
SEEN = """\
import os
print(sorted(get_ipython().user_ns), get_ipython().execution_count, In, Out)
print(sorted(name for name in os.sys.modules if "render" in name.split(".")))"""
SETTINGS = """\
import locale, matplotlib, shutil, time
print(os.environ["PYTHONHASHSEED"], time.tzname, locale.setlocale(locale.LC_ALL, ""))
print({"b", "a", "c", "d"}, shutil.get_terminal_size().columns, os.environ.get("LANGUAGE"))
print(matplotlib.rcParams["lines.linewidth"], matplotlib.get_backend())"""


@pytest.fixture(scope="session")
def executed(tmp_path_factory, write_notebook):
    """A project whose three notebooks were executed once; tests copy it before they change it."""
    root = tmp_path_factory.mktemp("executed")
    files = {
        "requirements.txt": "nothing==1.0\n",
        "data/first.csv": "number\n1\n2\n",
        "data/second.csv": "number\n3\n",
        "data/unread.csv": "number\n4\n",
        ".hidden/settings": "x\n",
        "notebooks/tool/__init__.py": "",
        "notebooks/tool/reading.py": (
            "import csv\nfrom pathlib import Path\n\n\n"
            "def total():\n"
            "    file = Path(__file__).resolve().parents[2] / 'data' / 'first.csv'\n"
            "    with file.open(newline='') as rows:\n"
            "        return sum(int(row['number']) for row in csv.DictReader(rows))\n"
        ),
        "notebooks/tool/unused.py": "",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    notebooks = root / "notebooks"
    write_notebook(notebooks / "shows.ipynb", f"#| label: fig-total\n{SHOW}", "", PUBLISH)
    write_notebook(notebooks / "reads.ipynb", OTHER_WAYS_TO_READ)
    write_notebook(notebooks / "looks.ipynb", "1 + 1", SEEN, SETTINGS)
    assert execute.main([], root) == 0
    return root


@pytest.fixture
def project(executed, tmp_path):
    """A copy of the executed project."""
    return Path(shutil.copytree(executed, tmp_path / "project"))


def contents(root):
    return {path.name: path.read_bytes() for path in (root / "notebooks").iterdir() if path.suffix}


def change_cell(path, change, number=1):
    """Change code cell `number` (from 1, empty ones included) in the file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    change([cell for cell in content["cells"] if cell["cell_type"] == "code"][number - 1])
    path.write_text(json.dumps(content), encoding="utf-8")


# Recording and staleness --------------------------------------------------------------------------


def test_inputs_are_what_was_read_below_the_project(executed):
    shows = kept.read(executed / "notebooks/shows.ipynb")
    assert set(shows.inputs) == {
        "data/first.csv",
        "notebooks/tool/__init__.py",
        "notebooks/tool/reading.py",
        "requirements.txt",
    }
    reads = kept.read(executed / "notebooks/reads.ipynb")
    assert set(reads.inputs) == {"data/second.csv", "requirements.txt"}


def test_an_environment_below_the_project_is_no_input(tmp_path, monkeypatch):
    files = [tmp_path / "env/lib/package.py", tmp_path / "data/first.csv"]
    for file in files:
        file.parent.mkdir(parents=True)
        file.write_text("")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "env"))
    assert set(execute._inputs(map(str, files), tmp_path)) == {"data/first.csv"}


def test_an_executed_notebook_is_up_to_date(executed):
    for path in (executed / "notebooks").glob("*.ipynb"):
        assert execute.stale(path) == []


def append(name):
    def change(root):
        with (root / name).open("a", encoding="utf-8") as file:
            file.write("\n")

    return change


def edit_code(root):
    change_cell(root / "notebooks/shows.ipynb", lambda cell: cell.update(source="2"), 3)


def edit_output(root):
    def change(cell):
        cell["outputs"][0]["data"]["text/csv"] = "total\n4\n"

    change_cell(root / "notebooks/shows.ipynb", change)


def forget(root):
    path = root / "notebooks/shows.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["metadata"]["report"]
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        (append("data/first.csv"), ["data/first.csv changed"]),
        (append("notebooks/tool/reading.py"), ["notebooks/tool/reading.py changed"]),
        (append("requirements.txt"), ["requirements.txt changed"]),
        (lambda root: (root / "data/first.csv").unlink(), ["data/first.csv is gone"]),
        (edit_code, ["its code changed"]),
        (edit_output, ["its kept outputs were changed"]),
        (forget, ["it was never executed"]),
        (append("data/unread.csv"), []),
        (append("notebooks/tool/unused.py"), []),
        (lambda root: os.utime(root / "data/first.csv"), []),
    ],
)
def test_stale_says_why(project, change, reasons):
    change(project)
    assert execute.stale(project / "notebooks/shows.ipynb") == reasons


def test_prose_of_a_notebook_is_no_reason_to_execute_it(project):
    path = project / "notebooks/shows.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["cells"][0]["source"] = "# Another title"
    path.write_text(json.dumps(content, indent=4), encoding="utf-8")
    assert execute.stale(path) == []


def test_requirements_that_came_later_are_a_reason(project):
    path = project / "notebooks/shows.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["metadata"]["report"]["inputs"]["requirements.txt"]
    path.write_text(json.dumps(content), encoding="utf-8")
    assert execute.stale(path) == ["requirements.txt is new"]


# What executing leaves behind ---------------------------------------------------------------------


def test_nothing_is_done_when_nothing_changed(executed, capsys):
    paths = sorted((executed / "notebooks").glob("*.ipynb"))
    before = [path.stat().st_mtime_ns for path in paths]
    assert execute.main([], executed) == 0
    assert capsys.readouterr().out == "notebooks: nothing to do (3 are up to date)\n"
    assert execute.main(["looks"], executed) == 0
    assert capsys.readouterr().out == "notebooks: nothing to do (1 is up to date)\n"
    assert [path.stat().st_mtime_ns for path in paths] == before


def test_finding_nothing_to_do_loads_no_jupyter(executed):
    script = (
        "import sys\nfrom pathlib import Path\nfrom render.execute import main\n"
        f"assert main([], Path({str(executed)!r})) == 0\n"
        "slow = {'nbclient', 'nbformat', 'jupyter_client', 'rich', 'asyncio'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines()[-1] == "[]"


def test_same_bytes_in_another_place_order_and_environment(executed, project, monkeypatch):
    profile = project.parent / "ipython/profile_default/startup"
    profile.mkdir(parents=True)
    (profile / "personal.py").write_text("mine = 1\n")
    style = project.parent / "matplotlibrc"
    style.write_text("lines.linewidth: 9\n")
    for name, value in {
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Kolkata",
        "LANG": "no_such_locale",
        "LC_NUMERIC": "de_DE.UTF-8",
        "LANGUAGE": "de",
        "COLUMNS": "33",
        "MATPLOTLIBRC": str(style),
        "IPYTHONDIR": str(project.parent / "ipython"),
    }.items():
        monkeypatch.setenv(name, value)
    for path in (project / "notebooks").glob("*.ipynb"):
        change_cell(path, lambda cell: cell.update(outputs=[]))
        path.chmod(0o640)
    compileall.compile_dir(project / "notebooks/tool", quiet=1)  # sources need not be opened then
    assert execute.main(["shows", "notebooks/reads.ipynb", "looks.ipynb"], project) == 0
    assert contents(project) == contents(executed)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (project / "notebooks").glob("*.ipynb")}
    assert modes == {0o640}


def test_a_notebook_that_came_out_the_same_is_not_rewritten(project):
    path = project / "notebooks/reads.ipynb"
    before = path.stat().st_mtime_ns
    (outcome,) = execute.update(project, ["reads"], everything=True)
    assert outcome.cells == 1 and outcome.seconds > 0
    assert path.stat().st_mtime_ns == before
    kernel = int((project / "data/written.txt").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(kernel, 0)


def test_the_file_is_normalised(executed):
    text = (executed / "notebooks/shows.ipynb").read_text(encoding="utf-8")
    content = json.loads(text)
    assert text == json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    nbformat.validate(content)
    assert content["metadata"].keys() == {"kernelspec", "language_info", "report"}
    assert content["metadata"]["kernelspec"] == {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }
    assert content["metadata"]["language_info"] == {"name": "python"}
    assert [cell["id"] for cell in content["cells"]] == ["cell-1", "fig-total", "cell-3", "cell-4"]
    assert [cell["metadata"] for cell in content["cells"]] == [{}] * 4
    assert [cell.get("execution_count") for cell in content["cells"]] == [None, 1, None, 2]


def test_normalised_keeps_ids_and_drops_what_editors_leave():
    code = {"cell_type": "code", "outputs": [], "execution_count": 9}
    cells = [
        code | {"id": "cell-2", "source": ["a\n", "b"], "metadata": {"execution": {"x": 1}}},
        code | {"id": "not valid", "source": "c", "metadata": {"tags": ["keep"]}},
        code | {"id": "cell-2", "source": "#| label: fig-c", "metadata": {"scrolled": True}},
    ]
    content = {"cells": cells, "metadata": {"widgets": {}, "authors": ["A"]}, "nbformat_minor": 2}
    before = copy.deepcopy(content)
    result = execute.normalised(content)
    assert [cell["id"] for cell in result["cells"]] == ["cell-2", "cell-2-2", "fig-c"]
    assert [cell["metadata"] for cell in result["cells"]] == [{}, {"tags": ["keep"]}, {}]
    assert result["cells"][0]["source"] == "a\nb"
    assert result["metadata"] == {"authors": ["A"]} | execute.METADATA
    assert (result["nbformat"], result["nbformat_minor"]) == (4, 5)
    assert content == before


def test_what_records_the_inputs_cannot_be_seen(executed, tmp_path, monkeypatch):
    path = executed / "notebooks/looks.ipynb"
    plain = nbformat.read(path, as_version=4)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    for name, value in execute.kernel_environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    nbclient.NotebookClient(
        plain, record_timing=False, resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    recorded = kept.read(path)
    assert len(recorded.code_cells) == 3
    assert "'1 + 1'" in recorded.code_cells[1].outputs[0]["text"]
    for cell, same in zip(recorded.cells, plain.cells, strict=True):
        assert list(cell.outputs) == same.get("outputs", [])
        assert cell.execution_count == same.get("execution_count")


# What goes wrong ----------------------------------------------------------------------------------


def test_a_failing_cell_leaves_its_notebook_alone_and_keeps_the_others(
    project, write_notebook, capsys
):
    notebooks = project / "notebooks"
    (notebooks / "tool/failing.py").write_text("def fail(x):\n    raise ValueError(f'{x}: bad')\n")
    (notebooks / "tool/broken.py").write_text("a = 1\n\nb = = 2\n")
    inside = "\n\nfrom tool import failing\n\nfailing.fail(\n    3)"
    failing = {
        "fails.ipynb": write_notebook(notebooks / "fails.ipynb", "print(1)", "", inside),
        "syntax.ipynb": write_notebook(notebooks / "syntax.ipynb", "a = 1\nb = = 2"),
        "imports.ipynb": write_notebook(notebooks / "imports.ipynb", "from tool import broken"),
        "dies.ipynb": write_notebook(notebooks / "dies.ipynb", "import os\nos._exit(1)"),
    }
    write_notebook(notebooks / "works.ipynb", "print(1)")
    before = {name: path.read_bytes() for name, path in failing.items()}
    names = ["dies", "fails", "imports", "syntax", "works", "looks"]

    assert execute.main(names, project) == 2
    output = capsys.readouterr()
    assert output.err == (
        "notebooks/dies.ipynb, cell [1]: the kernel died while the cell ran (out of memory?); "
        "the notebook was left as it was\n\n"
        "notebooks/fails.ipynb, cell [2], line 5: the cell failed; the notebook was left as it "
        "was\n    failing.fail(\nValueError: 3: bad\n"
        "(raised in notebooks/tool/failing.py, line 2)\n\n"
        "notebooks/imports.ipynb, cell [1], line 1: the cell failed; the notebook was left as it "
        "was\n    from tool import broken\nSyntaxError: invalid syntax (broken.py, line 3)\n\n"
        "notebooks/syntax.ipynb, cell [1], line 2: the cell failed; the notebook was left as it "
        "was\n    b = = 2\nSyntaxError: invalid syntax\n"
    )
    lines = output.out.splitlines()
    assert lines[0] == "notebooks: executing 5 of 6"
    shown = sorted(re.sub(r"\d+\.\d", "T", line) for line in lines[1:])
    assert shown == [
        "  dies: failed after T s",
        "  fails: failed after T s",
        "  imports: failed after T s",
        "  syntax: failed after T s",
        "  works: 1 cell, T s (it was never executed)",
    ]
    assert {name: path.read_bytes() for name, path in failing.items()} == before
    assert execute.stale(notebooks / "works.ipynb") == []
    assert [path.name for path in notebooks.iterdir() if path.name.startswith(".")] == []


def test_what_changes_while_the_notebook_runs_is_not_overwritten(project, write_notebook, capsys):
    notebooks = project / "notebooks"
    saved = write_notebook(
        notebooks / "saved.ipynb", "file = open('saved.ipynb', 'a')\nfile.write(' ')\nfile.close()"
    )
    moving = write_notebook(
        notebooks / "moving.ipynb",
        "import os\nopen('../data/second.csv').read()\nos.utime('../data/second.csv')",
    )
    before = {path: path.read_bytes() for path in (saved, moving)}
    assert execute.main(["saved", "moving"], project) == 2
    errors = capsys.readouterr().err
    assert "saved.ipynb: the notebook was saved by someone else while it ran" in errors
    assert "moving.ipynb: data/second.csv changed while the notebook ran" in errors
    assert saved.read_bytes() == before[saved] + b" "
    assert moving.read_bytes() == before[moving]


def test_stopping_leaves_nothing_behind(project, write_notebook):
    path = write_notebook(
        project / "notebooks/waits.ipynb", "1", "open('../begun', 'w').close()\nwhile True: pass"
    )
    before = path.read_bytes()
    script = (
        "import sys\nfrom pathlib import Path\nfrom render.execute import main\n"
        f"sys.exit(main(['waits'], Path({str(project)!r})))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(project)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        deadline = time.monotonic() + 60
        while not (project / "begun").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        output, errors = run.communicate(timeout=60)
    assert output == "notebooks: executing 1 of 1\n"
    assert errors == "stopped; no notebook was left half written\n"
    assert run.returncode == 130
    assert path.read_bytes() == before
    assert [file.name for file in project.iterdir() if file.name.startswith("kernel-")] == []


def test_mistakes_before_anything_runs(tmp_path, executed, write_notebook, capsys):
    def message(*arguments, root):
        assert execute.main(list(arguments), root) == 2
        return capsys.readouterr().err

    assert message(root=tmp_path) == "notebooks/: there is no notebook\n"
    assert message("no-such", root=executed) == (
        "no-such: no such notebook; there are looks, reads, shows\n"
    )
    broken = tmp_path / "notebooks/broken.ipynb"
    broken.parent.mkdir()
    for text, expected in {
        '{\n"cells": [}': "notebooks/broken.ipynb:2: not JSON (Expecting value)\n",
        "[]": "notebooks/broken.ipynb: expected a Jupyter notebook in nbformat 4\n",
        '{"nbformat": 4}': "notebooks/broken.ipynb: not a notebook in nbformat 4 (KeyError: "
        "'cells')\n",
    }.items():
        broken.write_text(text)
        assert message(root=tmp_path) == expected


def test_progress_on_a_terminal_is_one_line_for_each_notebook():
    from rich.console import Console

    console = Console(file=io.StringIO(), force_terminal=True, width=100, color_system=None)
    reasons = {"first": "its code changed", "second": "data/[x].csv changed"}
    with execute.Progress(reasons).shown(console) as progress:
        progress.start("first", 3)
        progress.cell("first", 2)
        progress.bars.refresh()
        progress.done("first", execute.Outcome(Path("first.ipynb"), 1.0, 3))
        progress.start("second", 5)
        progress.done("second", execute.Outcome(Path("second.ipynb"), 1.0, 5, "broken"))
    shown = console.file.getvalue()
    assert re.search(r"first .* cell 2 of 3 .*\(its code changed\)", shown)
    first, second = shown.replace("\x1b[?25h", "").rstrip("\n").split("\n")[-2:]
    assert re.search(r"first .* 3 cells ", first)
    assert re.search(r"second .* failed .*\(data/\[x\]\.csv changed\)", second)


# Reading what is kept -----------------------------------------------------------------------------


def test_reading_outputs_and_values(executed):
    notebook = kept.read_all(executed / "notebooks")["shows"]
    assert list(notebook.labelled) == ["fig-total"]
    assert notebook.output_of("fig-total") == {
        "image/svg+xml": "<svg>3</svg>",
        "text/csv": "total\n3\n",
    }
    assert notebook.values == {"total": 3, "parts": {"a": "1 of 2"}}
    assert notebook.labelled["fig-total"].code == SHOW
    assert [cell.number for cell in notebook.cells] == [None, 1, None, 2]


def test_options_are_the_leading_lines_as_yaml(write_notebook, tmp_path):
    source = '#| label: fig-a\n#| fig-cap: "One: two"\n#| classes:\n#|   - plain\nx = 1\n#| no: 1'
    (cell,) = kept.read(write_notebook(tmp_path / "a.ipynb", source)).code_cells
    assert cell.options == {"label": "fig-a", "fig-cap": "One: two", "classes": ["plain"]}
    assert cell.code == "x = 1\n#| no: 1"


def bundle(**data):
    names = {"csv": "text/csv", "values": kept.VALUES}
    return {
        "output_type": "display_data",
        "metadata": {},
        "data": {names[name]: content for name, content in data.items()},
    }


def mistake(write_notebook, folder, read, *cells):
    """The message of reading a notebook whose cells are (source, outputs)."""
    path = write_notebook(folder / "notebooks/a.ipynb", *(source for source, _ in cells))
    for number, (_, outputs) in enumerate(cells, start=1):
        change_cell(path, lambda cell, outputs=outputs: cell.update(outputs=outputs), number)
    with pytest.raises(ReportError) as caught:
        read(kept.read(path))
    return str(caught.value)


ERROR = {"output_type": "error", "ename": "ValueError", "evalue": "bad", "traceback": []}


@pytest.mark.parametrize(
    ("cells", "read", "message"),
    [
        (
            [("#| label: fig-one", [bundle(csv="a")])],
            lambda n: n.output_of("fig-on"),
            "notebooks/a.ipynb: no cell is labelled fig-on (did you mean fig-one?)",
        ),
        (
            [("#| label: fig-one", [bundle(csv="a")])],
            lambda n: n.output_of("tbl-x"),
            "notebooks/a.ipynb: no cell is labelled tbl-x (labels: fig-one)",
        ),
        (
            [("1", []), ("#| label: fig-one", [bundle(values={"n": 1})])],
            lambda n: n.output_of("fig-one"),
            "notebooks/a.ipynb, cell [2]: fig-one has no output; execute the notebook",
        ),
        (
            [("#| label: fig-one", [bundle(csv="a"), bundle(csv="b")])],
            lambda n: n.output_of("fig-one"),
            "notebooks/a.ipynb, cell [1]: fig-one displays 2 outputs; expected exactly one",
        ),
        (
            [("#| label: fig-one", [bundle(csv="a")]), ("#| label: fig-one", [])],
            lambda n: n.labelled,
            "notebooks/a.ipynb, cell [2]: the label fig-one is already used in notebooks/a.ipynb, "
            "cell [1]",
        ),
        (
            [("#| label: fig-one", [bundle(csv="a")]), ("1", [ERROR])],
            lambda n: n.output_of("fig-one"),
            "notebooks/a.ipynb, cell [2]: its kept output is an error (ValueError: bad); mend the "
            "cell and execute the notebook",
        ),
        (
            [("1", [bundle(values={"n": 1})]), ("2", [bundle(values={"n": 1})])],
            lambda n: n.values,
            "notebooks/a.ipynb, cell [2]: the value n was already published by cell [1]",
        ),
        (
            [("1", [bundle(values={"n": {"share": 0.5}})])],
            lambda n: n.values,
            "notebooks/a.ipynb, cell [1]: the value n.share is 0.5; expected text, a whole number "
            "or a mapping of these",
        ),
        (
            [("1", [bundle(values={"n": True})])],
            lambda n: n.values,
            "notebooks/a.ipynb, cell [1]: the value n is True; expected text, a whole number "
            "or a mapping of these",
        ),
        (
            [("1", [bundle(values={"n-1": 1})])],
            lambda n: n.values,
            "notebooks/a.ipynb, cell [1]: the value's name 'n-1' is not an identifier",
        ),
        (
            [("#| label", [])],
            lambda n: n.labelled,
            "notebooks/a.ipynb, cell [1]: expected `#| name: value` lines, found 'label'",
        ),
    ],
)
def test_mistakes_in_what_is_kept(write_notebook, tmp_path, cells, read, message):
    assert mistake(write_notebook, tmp_path, read, *cells) == message


def test_option_lines_that_are_no_yaml(write_notebook, tmp_path):
    cell = ("#| label: fig-a\n#| fig-cap: One: two", [])
    message = mistake(write_notebook, tmp_path, lambda n: n.labelled, cell)
    assert message.startswith("notebooks/a.ipynb, cell [1]:2: mapping values are not allowed")


def test_labels_are_unique_over_notebooks(write_notebook, tmp_path):
    for name in ("a", "b"):
        write_notebook(tmp_path / f"notebooks/{name}.ipynb", "1", "#| label: tbl-x\n1")
    with pytest.raises(ReportError) as caught:
        kept.read_all(tmp_path / "notebooks")
    assert str(caught.value) == (
        "notebooks/b.ipynb, cell [2]: the label tbl-x is already used in notebooks/a.ipynb, "
        "cell [2]"
    )


def test_a_kept_error_is_found_wherever_it_stands(write_notebook, tmp_path):
    path = write_notebook(tmp_path / "notebooks/a.ipynb", "1", "2")
    change_cell(path, lambda cell: cell.update(outputs=[ERROR]), 2)
    with pytest.raises(ReportError, match=r"a\.ipynb, cell \[2\]: its kept output is an error"):
        kept.read_all(tmp_path / "notebooks")
