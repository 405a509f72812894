"""The commands as the Makefile runs them: what they print, what they write, and how they end."""

import json
import re
import shutil
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
import render_support as support

from render import __main__ as command
from render import kept, serve, site
from render.errors import ReportError

CHAPTER = "chapters/notes.qmd"
SITE = ("site", "--renderer", "wheels")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The small book after its first `make site`; tests copy it."""
    root = support.write_book(tmp_path_factory.mktemp("built"))
    done = support.run(root, *SITE)
    assert done.returncode == 0, done.stderr
    return root, done


@pytest.fixture
def project(built, tmp_path):
    return Path(shutil.copytree(built[0], tmp_path / "project"))


def refused(done):
    """The message of a command that ended with status 2, without a traceback."""
    assert done.returncode == 2
    assert "Traceback" not in done.stdout + done.stderr
    return done.stderr


# make site ----------------------------------------------------------------------------------------


def test_the_first_run_says_what_it_did_and_where_to_look(built):
    root, done = built
    assert re.fullmatch(
        r"data: valid\n"
        r"notebooks: nothing to do \(2 are up to date\)\n"
        r"renderer: the wheels-only renderer \(pandoc and Typst\), as asked\n"
        r"site: 5 pages and a PDF\n"
        r"done in [\d.]+ s\n"
        r"look at _site/index\.html and _site/tides\.pdf\n"
        r"or run `make serve` \(the search needs it\)\n",
        done.stdout,
    )
    assert done.stderr == ""
    assert (root / "_site/index.html").is_file()
    assert (root / "_site/tides.pdf").read_bytes().startswith(b"%PDF")


def test_it_writes_nothing_beside_the_site_but_what_git_ignores(built):
    assert {path.name for path in built[0].iterdir()} == {
        "_quarto.yml",
        "index.qmd",
        "chapters",
        "data",
        "notebooks",
        "render",
        "_site",
        "_variables.yml",
        ".build",
    }
    assert {path.name for path in (built[0] / ".build").iterdir()} == {"state.json", "kept"}


def test_the_variables_are_written_for_quarto(built):
    text = (built[0] / "_variables.yml").read_text(encoding="utf-8")
    assert text.startswith("# Generated")
    assert "levels:\n  harbours: two\n  mean:\n    high: '4.12'\n" in text


def test_a_second_run_writes_nothing(project):
    before = support.snapshot(project)
    done = support.run(project, *SITE)
    assert done.returncode == 0
    assert "data: unchanged, valid\n" in done.stdout
    assert "site: up to date\n" in done.stdout
    assert support.snapshot(project) == before


def test_a_changed_chapter_is_rendered_again(project):
    path = project / CHAPTER
    path.write_text(path.read_text(encoding="utf-8").replace("The method", "The new method"))
    done = support.run(project, *SITE)
    assert "site: 5 pages and a PDF" in done.stdout
    assert "The new method" in (project / "_site/chapters/notes.html").read_text("utf-8")
    assert "The new method" in support.Site(project, project / "_site").pdf_text
    assert "site: up to date" in support.run(project, *SITE).stdout


@pytest.mark.parametrize("gone", ["_site/tides.pdf", "_site/chapters/notes.html", ".build"])
def test_what_is_missing_is_made_again(gone, project, monkeypatch, capsys):
    path = project / gone
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    monkeypatch.chdir(project)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", support.WHEN)
    assert command.main([*SITE]) == 0
    assert "site: 5 pages and a PDF" in capsys.readouterr().out
    assert path.exists()


def test_the_pdf_carries_the_time_that_was_given(project, monkeypatch, capsys):
    assert support.Site(project, project / "_site").pdf.metadata.creation_date.year == 2023
    monkeypatch.chdir(project)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert command.main([*SITE]) == 0
    assert "site: 5 pages" in capsys.readouterr().out
    assert support.Site(project, project / "_site").pdf.metadata.creation_date.year == 1970


def test_without_git_and_without_a_time_the_pdf_carries_none(project, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    assert site.timestamp(project) == 0


# Mistakes -----------------------------------------------------------------------------------------


def with_text(project, name, old, new):
    path = project / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (CHAPTER, "alone", "<b>alone</b>", r"chapters/notes\.qmd:7: raw HTML '<b>'.*"),
        (CHAPTER, "@fig-harbours", "@fig-none", r"chapters/notes\.qmd:7: @fig-none refers to.*"),
        (CHAPTER, "@reed2004gauges", "@reed", r"chapters/notes\.qmd:3: @reed has no entry.*"),
        ("_quarto.yml", "title:", "title: [", r"_quarto\.yml:\d+: .*"),
        ("_quarto.yml", "- chapters/notes", "- chapters/no", r"_quarto\.yml: chapter .* exist"),
    ],
)
def test_a_mistake_is_one_message_and_leaves_the_old_site_whole(name, old, new, message, project):
    with_text(project, name, old, new)
    before = support.snapshot(project / "_site")
    assert re.fullmatch(f"{message}\n", refused(support.run(project, *SITE)))
    assert support.snapshot(project / "_site") == before
    assert {path.name for path in (project / ".build").iterdir()} == {"state.json", "kept"}


def test_bad_data_stops_before_anything_else(project):
    path = project / "data/tides/levels.csv"
    path.write_text("day,harbour,metres\n1,West,high\nx,East,3.90\n", encoding="utf-8")
    with_text(project, CHAPTER, "alone", "<b>alone</b>")  # a second mistake, seen later
    before = support.snapshot(project)
    done = support.run(project, *SITE)
    assert refused(done).splitlines() == [
        "data/tides/levels.csv, row 2, column metres: 'high' — expected a number, or nothing",
        "data/tides/levels.csv, row 3, column day: 'x' — expected a whole number, or nothing",
    ]
    assert done.stdout == ""
    assert support.snapshot(project) == before


def test_mended_data_are_checked_again(project, monkeypatch, capsys):
    path = project / "data/tides/levels.csv"
    good = path.read_bytes()
    path.write_bytes(good.replace(b"3.90", b"low"))
    monkeypatch.chdir(project)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", support.WHEN)
    assert command.main([*SITE]) == 2
    path.write_bytes(good)
    assert command.main([*SITE]) == 0
    assert "site: up to date" in capsys.readouterr().out


def test_a_folder_without_a_book_is_named(tmp_path):
    message = refused(support.run(tmp_path, *SITE))
    assert message.startswith("_quarto.yml: not found in")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("arguments", [[], ["sight"], ["site", "--renderer", "word"]])
def test_an_unknown_command_shows_the_usage(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        command.main(arguments)
    assert stop.value.code == 2
    assert "usage: python -m render" in capsys.readouterr().err


# Which renderer -----------------------------------------------------------------------------------


@pytest.fixture
def quarto(tmp_path, monkeypatch):
    """A `quarto` that says this version, first on the path; or none at all."""

    def place(version):
        folder = tmp_path / "programs"
        folder.mkdir()
        if version:
            program = folder / "quarto"
            program.write_text(f"#!/bin/sh\necho {version}\n")
            program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin" if version else str(folder))
        # A Quarto beside the interpreter would be found before.
        monkeypatch.setattr(sys, "executable", str(folder / "python"))

    return place


def choose(root, wanted, monkeypatch):
    (root / "requirements-quarto.txt").write_text("quarto-cli==1.9.38\n")
    installed = []

    def pip(command, **options):
        if "pip" not in command:
            return run(command, **options)
        installed.append(command)
        return subprocess.CompletedProcess(command, 1)

    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", pip)
    return site.choose_renderer(root, wanted), installed


def test_a_new_quarto_is_used(quarto, tmp_path, monkeypatch):
    quarto("1.10.2")
    (kind, path, version, sentence), installed = choose(tmp_path, "auto", monkeypatch)
    assert (kind, version, sentence) == ("quarto", "1.10.2", "renderer: Quarto 1.10.2")
    assert path == str(tmp_path / "programs/quarto")
    assert not installed


@pytest.mark.parametrize("version", ["", "1.8.27", "99", "unknown"])
def test_without_one_the_download_is_tried_once(version, quarto, tmp_path, monkeypatch, capsys):
    quarto(version)
    (kind, _, _, sentence), installed = choose(tmp_path, "auto", monkeypatch)
    assert kind == "wheels"
    assert sentence == (
        "renderer: the wheels-only renderer (pandoc and Typst),"
        " because Quarto is not on PATH and its download is out of reach"
    )
    assert len(installed) == 1
    (kind, _, _, sentence), installed = choose(tmp_path, "auto", monkeypatch)
    assert kind == "wheels"
    assert "was out of reach before" in sentence
    assert not installed
    assert capsys.readouterr().out == "quarto: none on PATH, trying to install it …\n"


def test_a_quarto_that_was_asked_for_and_is_not_there_stops(quarto, tmp_path, monkeypatch):
    quarto("")
    with pytest.raises(site.ReportError, match=r"^there is no Quarto >= 1\.9 on PATH"):
        choose(tmp_path, "quarto", monkeypatch)


def test_a_failing_quarto_shows_its_words_and_leaves_the_old_site(quarto, project, monkeypatch):
    quarto("1.9.38")
    before = support.snapshot(project / "_site")
    with pytest.raises(site.ReportError, match=r"quarto render made no index\.html:\n1\.9\.38"):
        support.rendered(project, "quarto", shutil.which("quarto"), "1.9.38")
    assert support.snapshot(project / "_site") == before
    assert not (project / ".build/site").exists()


# make serve ---------------------------------------------------------------------------------------


def test_the_site_is_shown_on_this_machine_only(built):
    process = subprocess.Popen(
        [sys.executable, "-m", "render", "serve", "--port", "0"],
        cwd=built[0],
        env={**support.environment(), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        said = process.stdout.readline()
        address = re.fullmatch(r"(http://127\.0\.0\.1:(\d+)/) \(stop with Ctrl\+C\)\n", said)
        assert address, said
        with urllib.request.urlopen(f"{address[1]}chapters/levels.html", timeout=10) as answer:
            assert b"Levels of" in answer.read()
        # Another address of this machine is not listened on.
        with socket.socket() as other, pytest.raises(OSError):
            other.settimeout(2)
            other.connect(("127.0.0.2", int(address[2])))
    finally:
        process.terminate()
        process.communicate(timeout=10)


def test_a_port_that_is_taken_is_a_sentence(built):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        message = refused(support.run(built[0], "serve", "--port", str(port)))
    assert message == (
        f"port {port} of 127.0.0.1: Address already in use; choose another: make serve PORT=8001\n"
    )


@pytest.mark.parametrize("port", [65536, -1])
def test_a_port_that_is_none_is_a_sentence(port, built):
    with pytest.raises(serve.ReportError, match=f"^port {port} of .*: expected a number from 0"):
        serve.serve(built[0] / "_site", port)


def test_a_site_that_is_not_there_is_a_sentence(tmp_path):
    root = support.write_book(tmp_path)
    message = refused(support.run(root, "serve"))
    assert message == "_site/index.html: not there yet; run `make site` first\n"


# What a rendering depends on ----------------------------------------------------------------------


def test_the_hash_of_the_inputs_sees_contents_and_names(tmp_path):
    root = support.write_book(tmp_path)
    seen = {site.inputs_hash(root)}
    for change in (
        lambda: (root / "data/tides/levels.csv").write_text("day\n"),
        lambda: (root / "index.qmd").write_text("# Other\n"),
        lambda: (root / "chapters/notes.qmd").rename(root / "chapters/other.qmd"),
        lambda: (root / "notebooks/harbours.ipynb").unlink(),
        lambda: (root / "requirements.txt").write_text("x\n"),
    ):
        change()
        seen.add(site.inputs_hash(root))
    assert len(seen) == 6


def test_the_hash_of_the_inputs_does_not_see_caches(tmp_path):
    root = support.write_book(tmp_path)
    before = site.inputs_hash(root)
    for name in ("notebooks/__pycache__/a.pyc", "notebooks/.ipynb_checkpoints/a.ipynb", "x.txt"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("x")
    assert site.inputs_hash(root) == before


def test_a_state_that_cannot_be_read_is_none(project, monkeypatch, capsys):
    (project / ".build/state.json").write_text("{")
    monkeypatch.chdir(project)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", support.WHEN)
    assert command.main([*SITE]) == 0
    assert "site: 5 pages" in capsys.readouterr().out
    assert json.loads((project / ".build/state.json").read_text())["site"]


@pytest.mark.parametrize("name", ["index.qmd", "_quarto.yml", "chapters/references.bib"])
def test_a_byte_that_is_no_text_names_file_and_line(project, name):
    path = project / name
    lines = path.read_bytes().count(b"\n")
    path.write_bytes(path.read_bytes() + b"% caf\xe9\n")
    message = refused(support.run(project, *SITE))
    place = f"{name if name.endswith(('qmd', 'yml')) else path.name}:{lines + 1}: byte 0xe9"
    assert place in message


def test_a_chapter_that_is_not_listed_is_mentioned(project):
    chapter = project / "chapters/spare.qmd"
    chapter.write_text("# Spare\n", encoding="utf-8")
    (project / "chapters/_draft.qmd").write_text("# Draft\n", encoding="utf-8")
    done = support.run(project, *SITE)
    assert done.returncode == 0
    assert done.stderr == "chapters/spare.qmd: not listed in _quarto.yml, so no part of the book\n"


def test_an_interrupted_run_says_so_in_one_line_and_leaves_the_site(project):
    before = support.snapshot(project / "_site")
    (project / "index.qmd").write_text("# Home {.unnumbered}\n\nNew.\n", encoding="utf-8")
    code = (
        "import sys, render.__main__ as m, render.wheels as w\n"
        "def stop(*a, **k): raise KeyboardInterrupt\n"
        "w.render = stop\n"
        "sys.exit(m.main(['site', '--renderer', 'wheels']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project,
        env=support.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 130
    assert done.stderr.strip() == "interrupted; nothing was left half written"
    assert support.snapshot(project / "_site") == before


def test_a_status_that_the_description_does_not_define_is_an_error(project):
    path = project / "data/datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    package["resources"][0]["schema"]["fields"][0]["status"] = "onw words"
    path.write_text(json.dumps(package), encoding="utf-8")
    message = refused(support.run(project, *SITE))
    assert "onw words" in message and "fieldStatuses" in message


def test_a_labelled_cell_that_also_prints_is_an_error(project):
    path = project / "notebooks/levels.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    cell = next(c for c in content["cells"] if "label: fig-" in "".join(c["source"]))
    cell["outputs"].append({"output_type": "stream", "name": "stdout", "text": "1\n"})
    notebook = kept.parse(path, content)
    label = next(name for name in notebook.labelled if name.startswith("fig-"))
    with pytest.raises(ReportError, match=f"{label} also prints text"):
        notebook.output_of(label)
