"""The report's chapters as a book that Jupyter Book 1 builds, for comparison."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath

import yaml

from render import markup
from render.outputs import Outputs
from render.project import Project

BLOCK_LINE = re.compile(r"^:{3,}.*$", re.MULTILINE)
ATTRIBUTES = re.compile(r"\s*\{[#.][^{}]*\}")


def find() -> tuple[str, str]:
    """Path of `jupyter-book`, and if it is empty, why nothing can be measured."""
    folders = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    path = shutil.which("jupyter-book", path=folders)
    if path is None:
        return "", "jupyter-book is not installed"
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"\d+(?:\.\d+)+", done.stdout)
    if version is None or not version[0].startswith("1."):
        shown = version[0] if version else "unknown"
        return "", f"jupyter-book is version {shown}; 1 needs no download while it builds"
    return path, ""


def write(root: Path, folder: Path) -> None:
    """Write the chapters of the project in `root` into `folder`.

    The text is the same, with values put in; figures are images and tables are HTML, as on the
    report's own pages. Blocks and references that only Quarto knows are left out, which makes
    the other's work a little less.
    """
    project = Project.read(root)
    outputs = Outputs(project)
    (folder / "figures").mkdir()

    def embed(path: str, label: str) -> str:
        output = outputs[label]
        if output.kind == "tbl":
            return f"{output.html}\n\n*{output.caption}*"
        address = f"figures/{label}.svg"
        (folder / address).write_text(output.svg, encoding="utf-8")
        return f"![{output.alt}](/{address})\n\n*{output.caption}*"

    for chapter in project.chapters:
        text = (root / chapter.path).read_text(encoding="utf-8")
        text = markup.read(chapter.path, text, outputs.variable, embed).text
        text = ATTRIBUTES.sub("", BLOCK_LINE.sub("", text))
        target = folder / PurePosixPath(chapter.path).with_suffix(".md")
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")
    first, *others = (str(PurePosixPath(c.path).with_suffix("")) for c in project.chapters)
    contents = {"format": "jb-book", "root": first, "chapters": [{"file": f} for f in others]}
    settings = {"title": project.title, "execute": {"execute_notebooks": "off"}}
    (folder / "_toc.yml").write_text(yaml.safe_dump(contents), encoding="utf-8")
    (folder / "_config.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
