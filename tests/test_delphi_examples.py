"""The examples in the docstrings run, every public function has one, and what is imported."""

import ast
import doctest
import importlib
import inspect
import pkgutil
import sys

import delphi
import pytest

MODULES = sorted(module.name for module in pkgutil.iter_modules(delphi.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    module = importlib.import_module(f"delphi.{name}")
    results = doctest.testmod(module)
    assert results.failed == 0
    assert results.attempted > 0 or name.startswith("_")


@pytest.mark.parametrize("name", sorted(delphi.__all__))
def test_public_functions_are_documented(name):
    thing = getattr(delphi, name)
    if not inspect.isfunction(thing):
        return
    for section in ("Parameters", "Returns", "Raises", "Examples"):
        # Python 3.13 takes the indentation out of docstrings, earlier ones keep it.
        assert f"{section}\n---" in inspect.getdoc(thing), f"{name} has no section {section}"


@pytest.mark.parametrize("name", MODULES)
def test_nothing_but_numpy_and_pandas_is_imported(name):
    tree = ast.parse(inspect.getsource(importlib.import_module(f"delphi.{name}")))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            imported.add(node.module.split(".")[0])
    assert imported <= sys.stdlib_module_names | {"numpy", "pandas"}
