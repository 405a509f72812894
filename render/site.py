"""`make site`: data checked, notebooks executed where needed, pages and PDF rendered."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path, PurePosixPath

from render.cache import Cache
from render.errors import ReportError
from render.outputs import Outputs
from render.project import Project

# What a rendering depends on besides the chapters and notebooks.
INPUTS = ("_quarto.yml", "index.qmd", "requirements.txt", "chapters", "data", "notebooks", "render")
STATE = ".build"


def inputs_hash(root: Path, folders: tuple[str, ...] = INPUTS) -> str:
    """One hash over names and contents of the files that the site is made from."""
    digest = hashlib.sha256()
    for name in folders:
        start = root / name
        paths = [start] if start.is_file() else sorted(p for p in start.rglob("*") if p.is_file())
        for path in paths:
            if "__pycache__" in path.parts or ".ipynb_checkpoints" in path.parts:
                continue
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def timestamp(root: Path) -> int:
    """Seconds since 1970 that outputs carry: SOURCE_DATE_EPOCH, else the last commit's time."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        if not given.isdigit():
            raise ReportError(f"SOURCE_DATE_EPOCH is {given!r}; expected seconds since 1970")
        return int(given)
    done = subprocess.run(
        ["git", "-C", str(root), "log", "-1", "--format=%ct"],
        capture_output=True,
        text=True,
        check=False,
    )
    return int(done.stdout) if done.returncode == 0 and done.stdout.strip() else 0


class _State:
    """What the last run left, kept in a folder that git ignores."""

    def __init__(self, root: Path) -> None:
        self.path = root / STATE / "state.json"
        try:
            self.content = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, json.JSONDecodeError):
            self.content = {}

    def save(self, **values: object) -> None:
        self.content |= values
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_text(json.dumps(self.content, indent=1), encoding="utf-8")


def unlisted_chapters(project: Project) -> list[str]:
    """Chapter files that `_quarto.yml` does not list; `_name` and `.name` are drafts."""
    found = [path.relative_to(project.root).as_posix() for path in project.root.glob("*.qmd")]
    folders = {path.parent for path in map(PurePosixPath, (c.path for c in project.chapters))}
    for folder in sorted(folders - {PurePosixPath(".")}):
        found += [f"{folder}/{path.name}" for path in (project.root / folder).glob("*.qmd")]
    listed = {chapter.path for chapter in project.chapters}
    return sorted(p for p in found if p not in listed and PurePosixPath(p).name[0] not in "_.")


def check_data(root: Path, state: _State) -> None:
    """Validate the data package, unless these very files were valid before."""
    now = inputs_hash(root, ("data", "render/data.py"))
    if state.content.get("valid_data") == now:
        print("data: unchanged, valid")
        return
    from render import data

    problems = data.validate(root / "data" / "datapackage.json")
    if problems:
        raise ReportError("\n".join(str(problem) for problem in problems))
    state.save(valid_data=now)
    print("data: valid")


def choose_renderer(root: Path, wanted: str) -> tuple[str, str, str, str]:
    """The renderer's kind, its path and version, and a sentence that names it."""
    from render import quarto, wheels

    sentence = f"renderer: {wheels.NAME}"
    if wanted == "wheels":
        return "wheels", "", "", f"{sentence}, as asked"
    found = quarto.find()
    why = ""
    if not found:
        why = quarto.install(root, root / STATE / "no-quarto.txt")
        found = quarto.find()
    if found:
        return "quarto", *found, f"renderer: Quarto {found[1]}"
    if wanted == "quarto":
        raise ReportError(f"there is no Quarto >= 1.9 on PATH: {why}")
    return "wheels", "", "", f"{sentence}, because Quarto is not on PATH and {why}"


def build(root: Path, wanted: str = "auto") -> None:
    """Everything from data to `_site`; what is up to date is left as it is."""
    from render import execute

    started = time.monotonic()
    project = Project.read(root)
    state = _State(root)
    for path in unlisted_chapters(project):
        print(f"{path}: not listed in _quarto.yml, so no part of the book", file=sys.stderr)
    check_data(root, state)
    execute.update(root)
    kind, path, version, sentence = choose_renderer(root, wanted)
    print(sentence)
    site = project.output
    now = f"{inputs_hash(root)} {kind} {version} {timestamp(root)}"
    pdf = site / project.pdf_name
    complete = pdf.is_file() and all((site / c.address).is_file() for c in project.chapters)
    if complete and state.content.get("site") == now:
        print("site: up to date")
    else:
        state.save(site=None)
        render(project, kind, path, version)
        state.save(site=now)
        print(f"site: {len(project.chapters)} pages and a PDF")
    print(f"done in {time.monotonic() - started:.1f} s")
    print(f"look at {site.relative_to(root)}/index.html and {pdf.relative_to(root)}")
    print("or run `make serve` (the search needs it)")


def render(project: Project, kind: str, path: str, version: str) -> None:
    """Render the site from kept outputs with one of the two renderers.

    It is rendered beside the old site and then put in its place: a mistake leaves the old one
    whole.
    """
    outputs = Outputs(project)
    (project.root / "_variables.yml").write_text(outputs.variables_file(), encoding="utf-8")
    fresh = project.root / STATE / "site"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        _render_into(fresh, project, outputs, kind, path, version)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    shutil.rmtree(project.output, ignore_errors=True)
    fresh.rename(project.output)


def _render_into(
    fresh: Path, project: Project, outputs: Outputs, kind: str, path: str, version: str
) -> None:
    when = timestamp(project.root)
    kept = Cache(project.root / STATE / "kept")
    if kind == "quarto":
        from render import finish, quarto

        quarto.render(project, path, fresh, when)
        quarto.repair(project, fresh)
        finish.publish_files(project, outputs, fresh, kept)
        finish.finish(project, outputs, fresh, f"Quarto {version}", kept)
    else:
        from render import wheels

        wheels.render(project, outputs, fresh, when, kept)
