"""Runs a command as a user would, and watches how much memory it takes."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

MEGABYTE = 1e6
SAMPLE_EVERY = 0.01  # seconds


def run(command: Sequence[str], folder: Path) -> str:
    """Run a command to its end; its output, or an error that holds it.

    Parameters
    ----------
    command : sequence of str
        Program and arguments.
    folder : Path
        Working directory.

    Returns
    -------
    str
        Standard output and standard error, together.

    Raises
    ------
    RuntimeError
        If the exit status is not 0: a failed run must not count as a fast one.
    """
    __tracebackhide__ = True
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit status {done.returncode}\n{done.stdout}")
    return done.stdout


def environment() -> dict[str, str]:
    """The environment of a run: without what pytest adds, and with a fixed time for the PDF."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONPATH" and not name.startswith("PYTEST_")
    }
    return inherited | {"SOURCE_DATE_EPOCH": "1700000000"}


def peak_memory(command: Sequence[str], folder: Path) -> float:
    """Largest memory that a command and all its descendants had at one time.

    Parameters
    ----------
    command : sequence of str
        Program and arguments.
    folder : Path
        Working directory.

    Returns
    -------
    float
        Megabytes, sampled every 10 ms: the sum over processes of the proportional set size, in
        which shared pages count once, or where the system does not tell it, of the resident set
        size.

    Raises
    ------
    RuntimeError
        If the exit status is not 0.
    """
    process = psutil.Popen(
        command,
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    ended = threading.Event()
    largest = 0.0

    def watch() -> None:
        nonlocal largest
        while not ended.is_set():
            largest = max(largest, _sum(process))
            time.sleep(SAMPLE_EVERY)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        status = process.wait()
    finally:
        ended.set()
        watcher.join()
    if status:
        raise RuntimeError(f"{' '.join(command)}: exit status {status}")
    return largest / MEGABYTE


def _sum(process: psutil.Process) -> float:
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    return float(sum(_size(member) for member in family))


def _size(process: psutil.Process) -> int:
    try:
        memory = process.memory_full_info()
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return 0  # it ended between being listed and being asked
    return getattr(memory, "pss", memory.rss)


def seconds(value: float) -> str:
    """A duration for the table: three significant digits, in milliseconds below a tenth."""
    return f"{1000 * value:.3g} ms" if value < 0.1 else f"{value:.3g} s"


def times(value: float, other: float) -> str:
    """How many times one duration is another."""
    return f"{value / other:.1f} times"
