"""Fixtures that several test files share."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest


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
