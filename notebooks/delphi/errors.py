"""The one error that every function of the package raises for input that cannot be right."""

from __future__ import annotations

from collections.abc import Iterable


class DelphiInputError(ValueError):
    """Input that cannot be right: the message names the place, the value and what was expected.

    Parameters
    ----------
    problems : str or iterable of str
        One sentence for each problem. All of them stand in the message, one a line.

    Attributes
    ----------
    problems : tuple of str
        The sentences, in the order in which the problems were found.

    Examples
    --------
    >>> error = DelphiInputError(["n: 0 is not a positive integer", "iqr: 4 is outside the scale"])
    >>> error.problems[1]
    'iqr: 4 is outside the scale'
    """

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))
