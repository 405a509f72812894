"""Citations of literature, resolved once for the whole book."""

import pytest

from render import citations, pandoc
from render.cache import Cache

WORKS = """
@article{north2001, author = {North, Ada}, title = {One}, journal = {Ships}, year = {2001}}
@article{north2001b, author = {North, Ada}, title = {Two}, journal = {Ships}, year = {2001}}
@article{south1999, author = {South, Bo}, title = {Three}, journal = {Ships}, year = {1999}}
"""
TEXT = "See @north2001, then [see @north2001b; -@south1999, p. 3]. Again @north2001.\n"


@pytest.fixture
def works(tmp_path):
    path = tmp_path / "works.bib"
    path.write_text(WORKS, encoding="utf-8")
    return [path]


def cites(text):
    found = []

    class Collect(pandoc.Transformer):
        def visit_Cite(self, node):
            found.append(node)
            return node

    Collect().walk(pandoc.read_markdown([text], Cache(None)))
    return found


def test_works_of_one_year_are_told_apart_over_the_whole_book(works):
    first, both, again = cites(TEXT)
    made = citations.resolve([first, both, again], works, "en-GB", Cache(None))
    assert len(made.resolved) == 2
    assert pandoc.plain_text(made.inlines(first)) == "North (2001a)"
    assert made.inlines(again) == made.inlines(first)
    assert "2001b" in pandoc.plain_text(made.inlines(both))
    assert "1999, 3" in pandoc.plain_text(made.inlines(both))


def test_the_list_of_references_holds_what_is_cited_and_no_more(works):
    (cite,) = cites("See @south1999.")
    made = citations.resolve([cite], works, "en-GB", Cache(None))
    assert made.references["c"][0][0] == citations.REFERENCES
    listed = pandoc.plain_text(made.references["c"][1][0]["c"][1])
    assert "South" in listed and len(made.references["c"][1]) == 1


def test_links_lead_to_the_list_of_references(works):
    (cite,) = cites("See @south1999.")
    made = citations.resolve([cite], works, "en-GB", Cache(None))
    assert "#ref-south1999" in str(made.inlines(cite))
    assert "ref-south1999" in str(made.references)


def test_a_work_without_an_entry_is_named(works):
    with pytest.raises(pandoc.UnknownCitations, match="nobody2020"):
        citations.resolve(cites("See @nobody2020."), works, "en-GB", Cache(None))


def test_nothing_is_resolved_again_while_no_citation_changes(works, tmp_path, monkeypatch):
    kept = Cache(tmp_path / "kept")
    first = citations.resolve(cites(TEXT), works, "en-GB", kept)
    later = cites(f"More words. {TEXT}")
    monkeypatch.setattr(pandoc, "run", lambda *_: pytest.fail("citeproc ran again"))
    assert citations.resolve(later, works, "en-GB", kept) == first
