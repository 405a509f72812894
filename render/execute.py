"""Executes the notebooks whose code or inputs changed, and keeps their outputs in the files.

``python -m render.execute [--all] [NAME …]``

The inputs of a notebook are recorded while it runs, not declared: every file below the project
that Python opens for reading, and the source of every project module that gets imported. Their
hashes are kept in the notebook's metadata, so that kept outputs older than their inputs show.
What is not seen: files that a C library opens by itself, and files that would be found if they
existed.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from render import kept
from render.errors import ReportError

# nbclient, nbformat and rich are imported where they are used: finding out that there is nothing
# to do must not wait for them.

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "notebooks"
REQUIREMENTS = "requirements.txt"
PARALLEL = 2
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# Left by editors and runners: times, and the state of a view.
VOLATILE_METADATA = ("execution", "ExecuteTime", "papermill", "collapsed", "scrolled", "widgets")


@dataclass(frozen=True)
class Outcome:
    """What came of executing one notebook; `error` is empty where it succeeded."""

    path: Path
    seconds: float
    cells: int
    error: str = ""


# What is up to date -------------------------------------------------------------------------------


def stale(path: Path, root: Path | None = None) -> list[str]:
    """Why the kept outputs of a notebook may not be what its execution would give.

    Parameters
    ----------
    path : Path
        The notebook.
    root : Path, optional
        The project's root, which recorded paths start from; by default the folder above the
        notebook's.

    Returns
    -------
    list of str
        Reasons in plain words; empty where code, inputs and outputs are as they were recorded.

    Raises
    ------
    ReportError
        If the file is not a notebook.
    """
    root = root or path.resolve().parents[1]
    notebook = kept.read(path)
    recorded = notebook.recorded
    if not recorded:
        return ["it was never executed"]
    reasons = []
    if recorded.get("code") != notebook.code_hash:
        reasons.append("its code changed")
    elif recorded.get("outputs") != notebook.outputs_hash:
        reasons.append("its kept outputs were changed")
    for name, digest in notebook.inputs.items():
        found = _hash_of(root / name)
        if found is None:
            reasons.append(f"{name} is gone")
        elif found != digest:
            reasons.append(f"{name} changed")
    if (root / REQUIREMENTS).is_file() and REQUIREMENTS not in notebook.inputs:
        reasons.append(f"{REQUIREMENTS} is new")
    return reasons


@lru_cache(maxsize=4096)
def _hash_of_version(path: str, modified: int, size: int) -> str:
    # Time and size are part of the key only: most inputs are shared by several notebooks.
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _hash_of(path: Path) -> str | None:
    if not path.is_file():
        return None
    status = path.stat()
    return _hash_of_version(str(path), status.st_mtime_ns, status.st_size)


# What the kernel sees -----------------------------------------------------------------------------


def kernel_environment(scratch: Path) -> dict[str, str]:
    """Environment variables under which a notebook gives the same bytes on every machine.

    Parameters
    ----------
    scratch : Path
        An existing folder for what IPython and Jupyter write beside the notebook; each kernel
        gets its own, so that no personal profile or start-up file plays a part.

    Returns
    -------
    dict of str to str
        The variables of this process with locale, time zone, hash seed, number of threads,
        terminal width and plot style settled.
    """
    personal = ("PYTHONSTARTUP", "PYTHONWARNINGS", "LANGUAGE", "LINES", "SOURCE_DATE_EPOCH")
    kept_variables = {
        name: value
        for name, value in os.environ.items()
        if name not in personal and not name.startswith("LC_")
    }
    style = scratch / "matplotlibrc"
    style.touch()  # empty: Matplotlib's own defaults instead of the user's file
    return kept_variables | {
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "LC_ALL": "C",
        "TZ": "UTC",
        "COLUMNS": "80",
        "MPLBACKEND": "agg",
        "MATPLOTLIBRC": str(style),
        "IPYTHONDIR": str(scratch),
        "JUPYTER_RUNTIME_DIR": str(scratch),
        # Sums of floats depend on how a numerical library splits them over threads.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


# The next three functions run inside the kernel, in a namespace of their own and sent as text, so
# they import what they need and hand over plain values. The audit hook cannot be removed again,
# but dies with the kernel; it is asked for its findings by an audit event, which leaves no name
# anywhere that a notebook could see.

EVENT = "render.execute.inputs"


def _start_recording(event: str) -> None:
    import os
    import sys

    opened: set[str] = set()
    written: set[str] = set()

    def hook(name: str, arguments: tuple) -> None:
        if name == "open":
            path, _, flags = arguments
            if isinstance(path, str | bytes | os.PathLike):
                writes = flags & (os.O_WRONLY | os.O_RDWR)
                (written if writes else opened).add(os.path.abspath(os.fsdecode(path)))
        elif name == event:
            arguments[0].update(opened - written)

    sys.addaudithook(hook)


def _recorded_files(event: str, root: str) -> list[str]:
    import os
    import sys

    files: set[str] = set()
    sys.audit(event, files)
    for module in list(sys.modules.values()):
        file = getattr(module, "__dict__", {}).get("__file__")
        if isinstance(file, str):
            files.add(os.path.abspath(file))
    # A file may be reached through a link from outside; a link to the outside stays an input.
    files |= {os.path.realpath(file) for file in files}
    return sorted(f for f in files if f.startswith(root + os.sep) and os.path.isfile(f))


def _failure(root: str) -> tuple[int, str, str]:
    import os
    import sys
    import traceback

    from IPython import get_ipython

    error, line, module = sys.last_value, 0, ""
    for frame, number in traceback.walk_tb(sys.last_traceback):
        if not line and frame.f_globals is get_ipython().user_ns:
            line = number  # the outermost frame of the notebook is the cell that failed
        name = frame.f_code.co_filename.removeprefix(root + os.sep)
        if name != frame.f_code.co_filename and not name.startswith("."):  # as .venv does
            module = f"{name}, line {number}"
    if isinstance(error, SyntaxError):  # without the source text and the caret under it
        text = f"{type(error).__name__}: {error if line else error.msg}"
        line = line or error.lineno or 0
    else:
        text = "".join(traceback.format_exception_only(type(error), error)).rstrip()
    return line, text, module


async def _in_kernel(client, function, *arguments):
    """Call `function` inside the kernel without a trace in outputs, history or names."""
    import inspect

    source = inspect.getsource(function)
    expression = (
        f"(lambda scope: (__import__('builtins').exec({source!r}, scope), "
        f"scope[{function.__name__!r}](*{arguments!r}))[1].__repr__())({{}})"
    )
    reply = await client.kc.execute(
        "", silent=True, store_history=False, user_expressions={"value": expression}, reply=True
    )
    value = reply["content"]["user_expressions"]["value"]
    if value["status"] != "ok":
        raise RuntimeError(f"{function.__name__}: {value['ename']}: {value['evalue']}")
    return ast.literal_eval(ast.literal_eval(value["data"]["text/plain"]))


# Executing ----------------------------------------------------------------------------------------


async def _run_cells(path: Path, root: Path, notebook, advance) -> list[str]:
    """Run the code cells of `notebook` in place, in a fresh kernel; returns the files it read."""
    import asyncio

    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    file = f"{FOLDER}/{path.name}"
    with tempfile.TemporaryDirectory(prefix="kernel-", ignore_cleanup_errors=True) as folder:
        scratch = Path(folder)
        connection = scratch / "kernel.json"
        # Sockets in a folder of our own cannot be taken by another process, as ports can; the
        # system limits the length of their paths.
        sockets = os.name == "posix" and len(str(connection)) < 90
        manager = AsyncKernelManager(
            kernel_name="python3",
            # No folder to search: "python3" is then this interpreter, not one that some kernel
            # specification in the user's home may name.
            kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
            connection_file=str(connection),
            transport="ipc" if sockets else "tcp",
        )
        client = NotebookClient(
            notebook,
            km=manager,
            timeout=None,
            iopub_timeout=60,
            raise_on_iopub_timeout=True,
            record_timing=False,
            coalesce_streams=True,
            force_raise_errors=True,
            skip_cells_with_tag="",
        )
        try:
            try:
                # What the kernel says beside the notebook is heard only if it dies.
                with (scratch / "log").open("wb") as log:
                    await client.async_start_new_kernel(
                        cwd=str(path.parent),
                        env=kernel_environment(scratch),
                        stdout=log,
                        stderr=log,
                    )
                await client.async_start_new_kernel_client()
            except RuntimeError as error:
                raise ReportError(
                    f"{file}: the kernel did not start ({_last_line(scratch / 'log') or error})"
                ) from None
            await _in_kernel(client, _start_recording, EVENT)
            number = 0
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type != "code" or not cell.source.strip():
                    continue
                number += 1
                advance(number)
                try:
                    await client.async_execute_cell(cell, index, execution_count=number)
                except CellExecutionError:
                    failure = await _in_kernel(client, _failure, str(root))
                    raise _cell_error(path, number, cell.source, *failure) from None
                except DeadKernelError:
                    task = asyncio.current_task()
                    if task is not None and task.cancelling():  # nbclient takes it for a death
                        raise asyncio.CancelledError from None
                    why = _last_line(scratch / "log") or "out of memory?"
                    raise ReportError(
                        f"{file}, cell [{number}]: the kernel died while the cell ran ({why}); "
                        "the notebook was left as it was"
                    ) from None
            return await _in_kernel(client, _recorded_files, EVENT, str(root))
        finally:
            if client.kc is not None:
                client.kc.stop_channels()
            if manager.has_kernel:
                await manager.shutdown_kernel(now=True)


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _cell_error(
    path: Path, number: int, source: str, line: int, text: str, module: str
) -> ReportError:
    lines = source.lstrip("\n").splitlines()  # IPython counts without leading empty lines
    line_in_cell = line + len(source.splitlines()) - len(lines)
    where = f"{FOLDER}/{path.name}, cell [{number}]"
    code = ""
    if 1 <= line <= len(lines):
        where += f", line {line_in_cell}"
        code = f"    {lines[line - 1].strip()}\n"
    raised = f"\n(raised in {module})" if module else ""
    return ReportError(
        f"{where}: the cell failed; the notebook was left as it was\n{code}{text}{raised}"
    )


async def _execute(path: Path, root: Path, advance) -> None:
    """Execute one notebook and, only if all of it succeeded, write it back."""
    import nbformat

    before = path.read_bytes()
    content = normalised(kept.read_json(path))
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    try:
        notebook = nbformat.from_dict(content)
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        raise ReportError(f"{FOLDER}/{path.name}: not a valid notebook ({error.message})") from None

    started = time.time()
    files = await _run_cells(path, root, notebook, advance)
    inputs = _inputs(files, root)
    # An input that changed while the notebook ran may have been read before or after.
    changed = [name for name in inputs if started <= (root / name).stat().st_mtime <= time.time()]
    if changed:
        raise ReportError(
            f"{FOLDER}/{path.name}: {', '.join(changed)} changed while the notebook ran, so "
            "nothing was written; execute it again"
        )

    parsed = kept.parse(path, notebook)
    notebook.metadata["report"] = {
        "inputs": inputs,
        "code": parsed.code_hash,
        "outputs": parsed.outputs_hash,
    }
    if path.read_bytes() != before:
        raise ReportError(
            f"{FOLDER}/{path.name}: the notebook was saved by someone else while it ran, so "
            "nothing was written; execute it again"
        )
    _write(path, nbformat.writes(notebook) + "\n")


def _inputs(files: Iterable[str], root: Path) -> dict[str, str]:
    """Hashes of those `files` that belong to the project, and of the requirements, by path."""
    environment = Path(sys.prefix).resolve()
    names = {REQUIREMENTS}
    for file in map(Path, files):
        name = file.relative_to(root)
        hidden = any(part.startswith(".") or part == "__pycache__" for part in name.parts)
        installed = environment.is_relative_to(root) and file.is_relative_to(environment)
        if not hidden and not installed:
            names.add(name.as_posix())
    hashes = {name: _hash_of(root / name) for name in sorted(names)}
    return {name: digest for name, digest in hashes.items() if digest is not None}


def normalised(content: Mapping) -> dict:
    """A notebook without what differs between machines, editors and runs.

    Parameters
    ----------
    content : Mapping
        A notebook in nbformat 4, as JSON gives it.

    Returns
    -------
    dict
        The same in nbformat 4.5: fixed kernel metadata, no times and no state of a view, and an
        id for each cell (existing ones stay; new ones come from the label or the position).
    """
    metadata = {k: v for k, v in content.get("metadata", {}).items() if k not in VOLATILE_METADATA}
    cells = [dict(cell) for cell in content.get("cells", [])]
    taken: set[str] = set()
    for cell in cells:  # of two cells with one id, which copying a cell makes, the first keeps it
        if cell.get("id") in taken or not re.fullmatch(r"[\w-]{1,64}", cell.get("id") or "", re.A):
            cell["id"] = None
        taken.add(cell["id"])
    for position, cell in enumerate(cells, start=1):
        cell["id"] = cell["id"] or _new_id(cell, position, taken)
        taken.add(cell["id"])
        cell["metadata"] = {
            k: v for k, v in cell.get("metadata", {}).items() if k not in VOLATILE_METADATA
        }
        source = cell.get("source", "")
        cell["source"] = source if isinstance(source, str) else "".join(source)
    return {
        "cells": cells,
        "metadata": metadata | METADATA,
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _new_id(cell: Mapping, position: int, taken: set[str]) -> str:
    label = re.search(r"^#\|\s*label:\s*([\w-]{1,60})\s*$", "".join(cell.get("source", "")), re.M)
    wanted = label[1] if label and label[1].isascii() else f"cell-{position}"
    number = 2
    found = wanted
    while found in taken:
        found, number = f"{wanted}-{number}", number + 1
    return found


def _write(path: Path, text: str) -> None:
    """Replace the file in one step, unless it says the same already."""
    encoded = text.encode("utf-8")
    if path.read_bytes() == encoded:
        return
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_bytes(encoded)
        shutil.copymode(path, new)
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)


def execute(paths: Iterable[Path], root: Path, progress: Progress | None = None) -> list[Outcome]:
    """Execute notebooks, each in a fresh kernel and up to two at a time.

    A notebook is written back only if all of its cells succeeded; one that fails does not keep
    the others from running.

    Parameters
    ----------
    paths : iterable of Path
        The notebooks.
    root : Path
        The project's root.
    progress : Progress, optional
        Shows how far they are.

    Returns
    -------
    list of Outcome
        One for each notebook, in the order given.
    """
    import asyncio

    paths, root = list(paths), root.resolve()
    progress = progress or Progress(quiet=True)
    at_once = min(PARALLEL, os.cpu_count() or 1)

    async def one(path: Path, turn: asyncio.Semaphore) -> Outcome:
        async with turn:
            started = time.perf_counter()
            cells = len(kept.read(path).code_cells)
            progress.start(path.stem, cells)
            error = ""
            try:
                await _execute(path, root, lambda number: progress.cell(path.stem, number))
            except ReportError as problem:
                error = str(problem)
            outcome = Outcome(path, time.perf_counter() - started, cells, error)
            progress.done(path.stem, outcome)
            return outcome

    async def everything() -> list[Outcome]:
        turn = asyncio.Semaphore(at_once)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(path, turn)) for path in paths]
        return [task.result() for task in tasks]

    return asyncio.run(everything())


# Command line -------------------------------------------------------------------------------------


class Progress:
    """A line for each notebook: updated in place on a terminal, else printed when it is done."""

    def __init__(self, reasons: Mapping[str, str] | None = None, quiet: bool = False):
        self.reasons = reasons or {}
        self.quiet = quiet
        self.bars = None
        self.tasks: dict[str, int] = {}

    @contextmanager
    def shown(self, console=None) -> Iterator[Progress]:
        """Show the display while the block runs; `console` is where, by default the output."""
        if self.quiet or not (console or sys.stdout.isatty()):
            yield self
            return
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        columns = (
            TextColumn("  {task.description}", markup=False),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[state]}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[reason]}", style="dim", markup=False),
        )
        with Bars(*columns, console=console) as self.bars:
            for name in self.reasons:
                self.tasks[name] = self.bars.add_task(
                    name, total=None, start=False, state="waits", reason=self._reason(name)
                )
            yield self
        self.bars = None

    def start(self, name: str, cells: int) -> None:
        """A kernel is being started for the notebook, which has so many code cells."""
        if self.bars is not None:
            self.bars.start_task(self.tasks[name])
            self.bars.update(self.tasks[name], total=cells, state=f"starts, {_cells(cells)}")

    def cell(self, name: str, number: int) -> None:
        """The notebook's code cell with this number, from 1, begins."""
        if self.bars is not None:
            task = self.tasks[name]
            total = int(self.bars.tasks[task].total or 0)
            self.bars.update(task, completed=number - 1, state=f"cell {number} of {total}")

    def done(self, name: str, outcome: Outcome) -> None:
        """The notebook succeeded or failed."""
        if self.bars is not None:
            task = self.tasks[name]
            if outcome.error:
                self.bars.update(task, state="failed")
                self.bars.stop_task(task)
            else:
                self.bars.update(task, completed=outcome.cells, state=_cells(outcome.cells))
        elif not self.quiet:
            if outcome.error:
                print(f"  {name}: failed after {outcome.seconds:.1f} s", flush=True)
            else:
                done = f"{_cells(outcome.cells)}, {outcome.seconds:.1f} s"
                print(f"  {name}: {done}{self._reason(name)}", flush=True)

    def _reason(self, name: str) -> str:
        reason = self.reasons.get(name)
        return f" ({reason})" if reason else ""


def _cells(count: int) -> str:
    return f"{count} cell" if count == 1 else f"{count} cells"


def _chosen(names: Iterable[str], root: Path) -> list[Path]:
    """The notebooks that the names on the command line mean; all of them where there is none."""
    present = {path.stem: path for path in sorted((root / FOLDER).glob("*.ipynb"))}
    if not present:
        raise ReportError(f"{FOLDER}/: there is no notebook")
    chosen = []
    for name in names:
        stem = PurePosixPath(name.replace("\\", "/")).name.removesuffix(".ipynb")
        if stem not in present:
            raise ReportError(f"{name}: no such notebook; there are {', '.join(present)}")
        chosen.append(present[stem])
    return list(dict.fromkeys(chosen)) or list(present.values())


def update(root: Path, names: Iterable[str] = (), everything: bool = False) -> list[Outcome]:
    """Execute the notebooks that are not up to date, and say so on standard output.

    Parameters
    ----------
    root : Path
        The project's root.
    names : iterable of str, optional
        The notebooks to look at, as stems or paths; by default all.
    everything : bool, default False
        Execute them whether or not they are up to date.

    Returns
    -------
    list of Outcome
        One for each notebook that was executed; empty where there was nothing to do.

    Raises
    ------
    ReportError
        If a name is unknown, or once all have run, if a notebook failed.
    """
    chosen = _chosen(names, root)
    reasons = {path: stale(path, root) or (["asked for"] if everything else []) for path in chosen}
    due = {path: _in_short(why) for path, why in reasons.items() if why}
    fresh = len(chosen) - len(due)
    if not due:
        print(f"notebooks: nothing to do ({fresh} {'is' if fresh == 1 else 'are'} up to date)")
        return []
    print(f"notebooks: executing {len(due)} of {len(chosen)}", flush=True)
    with Progress({path.stem: why for path, why in due.items()}).shown() as progress:
        outcomes = execute(due, root, progress)
    errors = [outcome.error for outcome in outcomes if outcome.error]
    if errors:
        raise ReportError("\n\n".join(errors))
    return outcomes


def _in_short(reasons: list[str], most: int = 2) -> str:
    more = f" and {len(reasons) - most} more" if len(reasons) > most else ""
    return "; ".join(reasons[:most]) + more


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run the command line; returns the exit status (0, or 2 for a mistake to mend)."""
    parser = argparse.ArgumentParser(
        prog="python -m render.execute",
        description="Execute the notebooks whose code or inputs changed, and keep their outputs.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a notebook; by default all")
    parser.add_argument("--all", action="store_true", help="execute them even if up to date")
    options = parser.parse_args(arguments)
    try:
        update(root, options.names, options.all)
    except ReportError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; no notebook was left half written", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
