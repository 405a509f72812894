"""What was made before from the very same input: kept by the hash of that input.

A chapter that did not change is not read or written again. A key holds everything that a result
depends on, so that an entry is never out of date, only no longer asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path


@cache
def _maker() -> str:
    """What every kept text depends on besides its key: the code that made it, and the theme."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc"):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


class Cache:
    """Texts by the hash of what they were made from.

    Parameters
    ----------
    folder : Path or None
        Where they are kept; None keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.used: set[str] = set()

    def many(self, keys: Sequence[str], make: Callable[[list[int]], Sequence[str]]) -> list[str]:
        """The texts for several keys; those that are missing are made together.

        Parameters
        ----------
        keys : sequence of str
            Everything that each text depends on, of any length.
        make : callable
            Gives the texts for a list of positions in `keys`, in that order.
        """
        names = [
            hashlib.sha256(f"{_maker()}\0{key}".encode("utf-8", "surrogatepass")).hexdigest()
            for key in keys
        ]
        self.used.update(names)
        found = [self._read(name) for name in names]
        missing = [position for position, text in enumerate(found) if text is None]
        if missing:
            for position, text in zip(missing, make(missing), strict=True):
                found[position] = text
                self._write(names[position], text)
        return found

    def one(self, key: str, make: Callable[[], str]) -> str:
        """The text for one key."""
        return self.many([key], lambda _: [make()])[0]

    def forget_unused(self) -> None:
        """Delete what was not asked for since this cache was opened."""
        if self.folder is not None and self.folder.is_dir():
            for path in self.folder.iterdir():
                if path.name not in self.used:
                    path.unlink()

    def _read(self, name: str) -> str | None:
        if self.folder is None:
            return None
        try:
            return (self.folder / name).read_bytes().decode()
        except FileNotFoundError:
            return None

    def _write(self, name: str, text: str) -> None:
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = self.folder / f".{name}"
        partial.write_bytes(text.encode())
        partial.replace(self.folder / name)  # at once, so that a stopped run leaves no half of it
