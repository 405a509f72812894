"""Fixtures that several test files share."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import render_support


@pytest.fixture(scope="session")
def write_notebook() -> Callable[..., Path]:
    """Write a notebook that was never executed: a title, then a code cell for each source."""

    def write(path: Path, *sources: str) -> Path:
        code = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
        title = {"cell_type": "markdown", "metadata": {}, "source": "# A title"}
        cells = [title] + [code | {"source": source} for source in sources]
        content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def small_book(tmp_path_factory) -> Path:
    """The small book of `render_support`, not rendered; tests read it and write nothing there."""
    return render_support.write_book(tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="session")
def small_site(tmp_path_factory) -> render_support.Site:
    """The small book as the wheels-only renderer makes it."""
    return render_support.rendered(render_support.write_book(tmp_path_factory.mktemp("site")))


@pytest.fixture(scope="session")
def report_site(tmp_path_factory) -> render_support.Site:
    """This report from its kept outputs, as the wheels-only renderer makes it from a copy."""
    return render_support.rendered(render_support.copy_report(tmp_path_factory.mktemp("report")))


@pytest.fixture(scope="session", params=["small_site", "report_site"])
def site(request) -> render_support.Site:
    """The small book and this report, one after the other."""
    return request.getfixturevalue(request.param)
