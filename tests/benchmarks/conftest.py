"""What the benchmarks share: a copy of the project to work on, and the table at the end.

`make bench` runs the files named bench_*.py here; `make test` does not, and nothing here is a
test: a slow machine makes no failure. Targets are those that the project set itself.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import processes
import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_COPIED = (".*", "_site", "__pycache__", "tests")
ROWS = pytest.StashKey[list]()


@dataclass(frozen=True)
class Row:
    """A line of the table at the end, all in words."""

    what: str
    figure: str
    target: str
    beside: str


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ROWS] = []


@pytest.fixture
def row(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Add a line to the table at the end."""

    def add(what: str, figure: str, target: str = "", beside: str = "") -> None:
        request.config.stash[ROWS].append(Row(what, figure, target, beside))

    return add


@pytest.hookimpl(trylast=True)  # after the table of pytest-benchmark
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    rows = terminalreporter.config.stash.get(ROWS, [])
    if not rows:
        return
    lines = [Row("", "figure", "target", "beside it, in the same run"), *rows]
    columns = [[getattr(line, name) for line in lines] for name in Row.__annotations__]
    widths = [max(map(len, column)) for column in columns]
    terminalreporter.section("figures (medians) and targets")
    for cells in zip(*columns, strict=True):
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        terminalreporter.write_line("  ".join(padded).rstrip())


@pytest.fixture(scope="session")
def python() -> str:
    """The interpreter that runs the project."""
    return sys.executable


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory, python: str) -> Path:
    """A copy of the project, rendered once: notebooks up to date, modules compiled."""
    root = tmp_path_factory.mktemp("bench") / "project"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*NOT_COPIED))
    processes.run([python, "-m", "render", "site", "--renderer", "wheels"], root)
    return root
