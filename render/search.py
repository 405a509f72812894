"""The search index of the site, made by pagefind: read in the browser, offline."""

from __future__ import annotations

import subprocess
from pathlib import Path

from render.errors import ReportError


def index(site: Path) -> None:
    """Index the chapters' pages (those with `data-pagefind-body`) below `site`."""
    from pagefind_bin import get_executable

    done = subprocess.run(
        [str(get_executable()), "--site", str(site), "--silent"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ReportError(f"pagefind: {done.stderr.strip() or done.stdout.strip()}")
