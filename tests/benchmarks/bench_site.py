"""How long the report takes to make, as whole processes, and how much memory."""

from __future__ import annotations

import shlex
import shutil
import statistics
import time

import jupyter_book
import pytest
from processes import peak_memory, run, seconds, times

from render import quarto
from render.project import Project

RENDER = ("-m", "render", "site", "--renderer")


def timed(command, folder) -> float:
    """Wall time of one run, in seconds."""
    started = time.perf_counter()
    run(command, folder)
    return time.perf_counter() - started


def median(benchmark) -> float:
    """Median over the rounds, in seconds."""
    return benchmark.stats.stats.median


@pytest.fixture
def without_site(project):
    """Remove the site and what was kept of its rendering; the notebooks' outputs remain."""

    def remove() -> None:
        shutil.rmtree(project / "_site", ignore_errors=True)
        shutil.rmtree(project / ".build/kept", ignore_errors=True)

    return remove


@pytest.mark.benchmark(group="wheels-only renderer")
def bench_whole_book(benchmark, project, python, without_site, row):
    """HTML and PDF from kept outputs, data known to be valid."""
    command = [python, *RENDER, "wheels"]
    benchmark.pedantic(run, (command, project), setup=without_site, rounds=5, warmup_rounds=1)
    without_site()
    peak = peak_memory(command, project)
    pages = len(Project.read(project).chapters)
    benchmark.extra_info |= {"peak_memory_mb": round(peak), "pages": pages}
    row(f"whole book, {pages} pages and PDF", seconds(median(benchmark)), "at most 3 s")
    row("  its peak memory, all processes", f"{peak:.0f} MB", "under 300 MB")


@pytest.mark.benchmark(group="wheels-only renderer")
def bench_fresh_clone(benchmark, project, python, without_site, row):
    """The same when nothing is known yet: data checked too."""

    def forget() -> None:
        without_site()
        shutil.rmtree(project / ".build", ignore_errors=True)

    command = [python, *RENDER, "wheels"]
    benchmark.pedantic(run, (command, project), setup=forget, rounds=3)
    row("  the same with data checked first", seconds(median(benchmark)))


@pytest.mark.benchmark(group="wheels-only renderer")
def bench_changed_chapter(benchmark, project, python, row):
    """A sentence added to one chapter."""
    chapter = project / Project.read(project).chapters[1].path
    before = chapter.read_text(encoding="utf-8")
    changes = iter(range(100))

    def change() -> None:
        text = f"{before}\nThe sentence with the number {next(changes)} is new.\n"
        chapter.write_text(text, encoding="utf-8")

    command = [python, *RENDER, "wheels"]
    try:
        benchmark.pedantic(run, (command, project), setup=change, rounds=5)
    finally:
        chapter.write_text(before, encoding="utf-8")
        run(command, project)
    row("one changed chapter", seconds(median(benchmark)), "at most 1 s")


@pytest.mark.benchmark(group="wheels-only renderer")
def bench_nothing_changed(benchmark, project, python, row):
    """`make site` again: the environment is there, and everything is up to date."""
    environment = project / ".environment"
    interpreter = environment / "bin/python"
    interpreter.parent.mkdir(parents=True)
    interpreter.write_text(f'#!/bin/sh\nexec {shlex.quote(python)} "$@"\n', encoding="utf-8")
    interpreter.chmod(0o755)
    (environment / ".ready").touch()
    command = ["make", "site", f"VENV={environment.name}", "RENDERER=wheels"]
    printed = benchmark.pedantic(run, (command, project), rounds=5, warmup_rounds=1)
    assert "site: up to date" in printed
    row("make site, nothing changed", seconds(median(benchmark)), "under 3 s")


@pytest.mark.benchmark(group="Quarto")
def bench_quarto(benchmark, project, python, without_site, row):
    """With Quarto, all that `make site` does; beside it `quarto render` alone on the same copy."""
    found = quarto.find()
    if found is None:
        row("with Quarto", "not measured", "as Quarto alone", "there is no Quarto 1.9 on PATH")
        pytest.skip("there is no Quarto 1.9 or newer on PATH")
    path, version = found
    alone: list[float] = []
    command = [path, "render", "--no-execute", "--output-dir", "_alone"]

    def alone_first() -> None:
        # In turns, so that a machine that slows down slows both.
        alone.append(timed(command, project))
        without_site()

    ours = [python, *RENDER, "quarto"]
    benchmark.pedantic(run, (ours, project), setup=alone_first, rounds=2)
    peer, value = statistics.median(alone), median(benchmark)
    benchmark.extra_info |= {"quarto": version, "quarto_alone_seconds": peer}
    beside = f"quarto render alone: {seconds(peer)}; {times(value, peer)} as long"
    row(f"with Quarto {version}", seconds(value), "as Quarto alone", beside)


@pytest.mark.benchmark(group="Jupyter Book")
def bench_jupyter_book(benchmark, project, python, without_site, row, tmp_path):
    """What many would use instead, on the same chapters: HTML alone, nothing executed."""
    found, why = jupyter_book.find()
    if not found:
        row("Jupyter Book, HTML alone", "not measured", "", why)
        pytest.skip(why)
    jupyter_book.write(project, tmp_path)
    ours: list[float] = []

    def ours_first() -> None:
        # In turns, so that a machine that slows down slows both.
        without_site()
        ours.append(timed([python, *RENDER, "wheels"], project))
        shutil.rmtree(tmp_path / "_build", ignore_errors=True)

    command = [found, "build", "--quiet", str(tmp_path)]
    benchmark.pedantic(run, (command, tmp_path), setup=ours_first, rounds=3, warmup_rounds=1)
    built = len(list((tmp_path / "_build/html").rglob("*.html")))
    assert built >= len(Project.read(project).chapters), "Jupyter Book left chapters out"
    value, peer = statistics.median(ours), median(benchmark)
    benchmark.extra_info["whole_book_seconds"] = value
    beside = f"wheels only, HTML and PDF: {seconds(value)}; {times(value, peer)} as long"
    row("Jupyter Book, HTML alone", seconds(peer), "", beside)
