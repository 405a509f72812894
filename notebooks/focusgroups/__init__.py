"""Evidence from focus groups: printed segment references, code matrices, transcripts, sites.

Data frames in, data frames out; nothing here belongs to one study. An evidence table has one row
per reference that a text cites to a segment of a transcript, with the columns

``first_segment``, ``last_segment``
    Whole numbers from 1; equal when one segment is cited.
``role``
    "quotation" when the reference labels quoted words, "paraphrase" when it supports a paraphrase.
a document column and a code column
    The transcript that is cited, and the theme or subtheme that the reference stands under; their
    names are passed as `document` and `code`.

Counts are counts of what a text cites. They say nothing about how many people said something.
"""

from focusgroups.matrix import code_matrix, crosstab
from focusgroups.segments import (
    EvidenceError,
    Reference,
    check_evidence,
    distinct_segments,
    expand,
    overlaps,
    parse_reference,
    parse_references,
)
from focusgroups.sites import check_sites, participants_summary
from focusgroups.transcripts import co_citation, coverage, positions, repeated

__all__ = [
    "EvidenceError",
    "Reference",
    "check_evidence",
    "check_sites",
    "co_citation",
    "code_matrix",
    "coverage",
    "crosstab",
    "distinct_segments",
    "expand",
    "overlaps",
    "parse_reference",
    "parse_references",
    "participants_summary",
    "positions",
    "repeated",
]
