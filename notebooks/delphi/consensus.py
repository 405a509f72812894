"""Consensus definitions by the share of the most frequent rating.

The package brings no definition of its own: name, levels, thresholds and source come from the
study. A level is reached when *at least* the threshold share of the group gave the same rating,
and that is decided on integers: with a threshold of 80 in 100, 4 ratings of 5 reach it exactly,
whatever a division in floating point says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from ._checks import exact_fraction
from .errors import DelphiInputError


@dataclass(frozen=True)
class ConsensusDefinition:
    """Levels of consensus, each with the share of the same rating that it takes.

    Parameters
    ----------
    name : str
        What the definition is called.
    levels : sequence of (str, share)
        Label and threshold of each level. A threshold is a share above 0 and up to 1 as a
        Fraction, Decimal, string or float; a float counts as the shortest decimal that it
        prints as, so 0.8 is four fifths. They are kept from the highest threshold to the lowest.
    source : str
        Where the definition comes from: a citation or a place in a paper.
    none_label : str
        The label where no level is reached.

    Raises
    ------
    DelphiInputError
        If there is no level, a threshold is not a share above 0 and up to 1, or two labels or
        two thresholds are the same.

    Examples
    --------
    >>> definition = ConsensusDefinition(
    ...     "same rating", [("moderate", 0.5), ("strong", 0.8)], "an example")
    >>> definition.labels
    ('strong', 'moderate', 'none')
    >>> definition.level(Fraction(4, 5)), definition.level(Fraction(40, 82))
    ('strong', 'none')
    """

    name: str
    levels: tuple[tuple[str, Fraction], ...]
    source: str
    none_label: str = "none"

    def __post_init__(self) -> None:
        levels = tuple(
            (label, _threshold(threshold, f"level {label!r}, threshold"))
            for label, threshold in self.levels
        )
        if not levels:
            raise DelphiInputError(f"consensus definition {self.name!r}: it has no level")
        labels = [label for label, _ in levels] + [self.none_label]
        for label in labels:
            if not isinstance(label, str):
                raise DelphiInputError(
                    f"consensus definition {self.name!r}, label: {label!r} is not a string"
                )
        thresholds = [threshold for _, threshold in levels]
        for kind, values in (("label", labels), ("threshold", thresholds)):
            twice = next((value for value in values if values.count(value) > 1), None)
            if twice is not None:
                raise DelphiInputError(
                    f"consensus definition {self.name!r}: the {kind} {twice!s} stands there twice"
                )
        object.__setattr__(self, "levels", tuple(sorted(levels, key=lambda level: -level[1])))

    @classmethod
    def from_percents(
        cls, name: str, levels: Iterable[tuple[str, object]], source: str, none_label: str = "none"
    ) -> ConsensusDefinition:
        """Make a definition from thresholds in percent.

        Parameters
        ----------
        name : str
            What the definition is called.
        levels : iterable of (str, percent)
            Label and threshold of each level, the threshold in percent, above 0 and up to 100.
        source : str
            Where the definition comes from.
        none_label : str
            The label where no level is reached.

        Returns
        -------
        ConsensusDefinition
            The definition.

        Raises
        ------
        DelphiInputError
            As the class.

        Examples
        --------
        >>> ConsensusDefinition.from_percents("same rating", [("strong", 80)], "an example").levels
        (('strong', Fraction(4, 5)),)
        """
        shares = tuple(
            (label, exact_fraction(percent, f"level {label!r}, threshold in percent") / 100)
            for label, percent in levels
        )
        return cls(name, shares, source, none_label)

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels, from the highest level to none."""
        return (*(label for label, _ in self.levels), self.none_label)

    def check_label(self, label: object) -> str:
        """Return a label of this definition as it is; anything else is an error.

        Parameters
        ----------
        label : object
            What should be a label.

        Returns
        -------
        str
            The label.

        Raises
        ------
        DelphiInputError
            If it is no label of this definition.

        Examples
        --------
        >>> ConsensusDefinition("same rating", [("strong", 0.8)], "an example").check_label("none")
        'none'
        """
        if not isinstance(label, str) or label not in self.labels:
            raise DelphiInputError(
                f"level: {label!r} does not exist in the consensus definition {self.name!r}; "
                f"its levels are {', '.join(self.labels)}"
            )
        return label

    def level(self, modal_share: Fraction | Decimal | int | str) -> str:
        """Say which level a modal share reaches.

        Parameters
        ----------
        modal_share : fractions.Fraction, Decimal, int or str
            The share of the group that gave the most frequent rating, above 0 and up to 1. A
            float is refused: a quotient such as 66 / 82 is not exact, ``Fraction(66, 82)`` is.

        Returns
        -------
        str
            The label of the highest level reached.

        Raises
        ------
        DelphiInputError
            If the share is a float or not above 0 and up to 1.

        Examples
        --------
        >>> definition = ConsensusDefinition("same rating", [("strong", "0.8")], "an example")
        >>> definition.level(Fraction(65, 82)), definition.level(Fraction(66, 82))
        ('none', 'strong')
        """
        if isinstance(modal_share, float):
            raise DelphiInputError(
                f"modal share: {modal_share!r} is a float and so not exact; give a Fraction"
            )
        share = _threshold(modal_share, "modal share")
        return self.labels[self._codes(share.numerator, share.denominator)]

    def classify(self, mode_counts: np.ndarray, n: int | np.ndarray) -> np.ndarray:
        """Say which level each of many groups reaches.

        Parameters
        ----------
        mode_counts : array-like of int, shape (m,)
            How many of the group gave the most frequent rating.
        n : int or array-like of int, shape (m,)
            The size of the group, at least 1.

        Returns
        -------
        numpy.ndarray of object (str), shape (m,)
            The label of the highest level reached.

        Raises
        ------
        DelphiInputError
            If a count or a size is not an integer, or a count is below 1 or above its size.

        Examples
        --------
        >>> definition = ConsensusDefinition(
        ...     "same rating", [("strong", 0.8), ("moderate", 0.5)], "an example")
        >>> definition.classify([4, 3, 2], 5).tolist()
        ['strong', 'moderate', 'none']
        """
        return np.array(self.labels, dtype=object)[self.codes(mode_counts, n)]

    def codes(self, mode_counts: np.ndarray, n: int | np.ndarray) -> np.ndarray:
        """Say which level each of many groups reaches, as a position in `labels`.

        Parameters
        ----------
        mode_counts : array-like of int, shape (m,)
            How many of the group gave the most frequent rating.
        n : int or array-like of int, shape (m,)
            The size of the group, at least 1.

        Returns
        -------
        numpy.ndarray of int64, shape (m,)
            0 for the highest level, ``len(levels)`` where none is reached.

        Raises
        ------
        DelphiInputError
            As `classify`.

        Examples
        --------
        >>> ConsensusDefinition("same rating", [("strong", 0.8)], "an example").codes([4, 3], 5)
        array([0, 1])
        """
        modes, sizes = np.broadcast_arrays(np.asarray(mode_counts), np.asarray(n))
        if modes.size == 0:
            return np.zeros(modes.shape, dtype=np.int64)
        for what, values in (("mode count", modes), ("n", sizes)):
            if not np.issubdtype(values.dtype, np.integer):
                raise DelphiInputError(f"{what}: numbers of type {values.dtype} are not integers")
        wrong = (modes < 1) | (modes > sizes)
        if wrong.any():
            at = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
            raise DelphiInputError(f"mode count: {modes[at]} is not from 1 to n = {sizes[at]}")
        return self._codes(modes.astype(np.int64), sizes.astype(np.int64))

    def _codes(self, mode_counts: int | np.ndarray, n: int | np.ndarray) -> int | np.ndarray:
        """How many levels are missed, counted from the highest."""
        # count / n >= numerator / denominator, multiplied out: all integers.
        return sum(
            (mode_counts * share.denominator < n * share.numerator) * 1 for _, share in self.levels
        )


def _threshold(value: object, what: str) -> Fraction:
    """A share above 0 and up to 1, exactly."""
    share = exact_fraction(value, what)
    if not 0 < share <= 1:
        raise DelphiInputError(f"{what}: {value!s} is not a share above 0 and up to 1")
    return share
