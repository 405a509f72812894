"""What is kept from one rendering to the next."""

import pytest

from render import cache as cache_module
from render.cache import Cache


def test_only_what_is_missing_is_made_and_all_of_it_at_once(tmp_path):
    calls = []

    def make(positions):
        calls.append(positions)
        return [f"made {position}" for position in positions]

    assert Cache(tmp_path).many(["a", "b"], make) == ["made 0", "made 1"]
    assert Cache(tmp_path).many(["b", "c", "a"], make) == ["made 1", "made 1", "made 0"]
    assert calls == [[0, 1], [1]]


def test_texts_come_back_as_they_were(tmp_path):
    text = "line\r\nline\n\ttab é “quoted”\n"
    Cache(tmp_path).one("key", lambda: text)
    assert Cache(tmp_path).one("key", lambda: "another") == text


def test_what_was_not_asked_for_is_forgotten(tmp_path):
    for key in ("old", "new"):
        Cache(tmp_path).one(key, lambda: "first")
    cache = Cache(tmp_path)
    cache.one("new", lambda: "second")
    cache.forget_unused()
    assert Cache(tmp_path).one("new", lambda: "third") == "first"
    assert Cache(tmp_path).one("old", lambda: "third") == "third"


def test_without_a_folder_nothing_is_kept():
    cache = Cache(None)
    assert cache.one("key", lambda: "first") == "first"
    assert cache.one("key", lambda: "second") == "second"
    cache.forget_unused()


def test_a_failure_keeps_nothing(tmp_path):
    def fail():
        raise ValueError

    cache = Cache(tmp_path / "kept")
    with pytest.raises(ValueError):
        cache.one("key", fail)
    assert Cache(tmp_path / "kept").one("key", lambda: "made") == "made"


def test_another_version_of_the_rendering_code_makes_it_again(tmp_path, monkeypatch):
    Cache(tmp_path).one("key", lambda: "first")
    monkeypatch.setattr(cache_module, "_maker", lambda: "changed code")
    assert Cache(tmp_path).one("key", lambda: "second") == "second"
