"""What a notebook keeps: one bundle per output, no warning beside it, the same bytes anywhere."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import report
from nbclient import NotebookClient

NOTEBOOKS = Path(report.__file__).parents[1]

CELL = """
import pandas as pd
from report import STATUS, new_figure, publish, show_figure, show_table, status_key, table, tidy

frame = pd.DataFrame({"topic": ["Ethics", "Größe ●"], "share": [0.25, 1 / 3]})
figure, axes = new_figure(height=50)
axes.barh(frame["topic"], frame["share"], **STATUS["reconstructed"].area())
axes.set_title("Two topics ●")
status_key(axes, ["reconstructed"])
tidy(axes)
"""


def test_outputs_of_a_notebook():
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(CELL + "show_figure(figure, data=frame)"),
            nbformat.v4.new_code_cell("show_table(table(frame, stub='topic'), data=frame)"),
            nbformat.v4.new_code_cell("publish(n=len(frame), first='Ethics')"),
        ]
    )
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    outputs = [[dict(output) for output in cell["outputs"]] for cell in notebook["cells"]]
    assert [[output["output_type"] for output in cell] for cell in outputs] == [
        ["display_data"],
        ["display_data"],
        ["display_data"],
    ]
    assert [set(cell[0]["data"]) for cell in outputs] == [
        {"image/svg+xml", "text/csv", "text/plain"},
        {"text/html", "text/csv", "text/plain"},
        {"application/vnd.report.values+json", "text/plain"},
    ]
    assert outputs[2][0]["data"]["application/vnd.report.values+json"] == {
        "n": 2,
        "first": "Ethics",
    }
    for cell in outputs:
        for text in map(str, cell[0]["data"].values()):
            assert "0x" not in text and str(NOTEBOOKS) not in text


SCRIPT = (
    CELL
    + """
from report import figure_bundle, table_bundle
bundles = figure_bundle(figure, frame), table_bundle(table(frame, stub="topic"))
print(ascii([sorted(bundle.items()) for bundle in bundles]))
"""
)


@pytest.mark.parametrize("other", [{"PYTHONHASHSEED": "2", "TZ": "Asia/Kolkata", "LC_ALL": "C"}])
def test_bytes_do_not_depend_on_hash_order_time_zone_or_locale(other, tmp_path):
    digests = set()
    for settings in ({"PYTHONHASHSEED": "1"}, other):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONPATH": str(NOTEBOOKS), "MPLBACKEND": "agg", **settings},
            cwd=tmp_path,
            capture_output=True,
            check=True,
        )
        assert done.stderr == b""
        assert b"svg" in done.stdout
        digests.add(hashlib.sha256(done.stdout).hexdigest())
    assert len(digests) == 1


def test_reading_data_imports_no_plotting_library():
    code = (
        "import sys, report; report.read; assert not {'matplotlib', 'seaborn'} & set(sys.modules)"
    )
    subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(NOTEBOOKS)}, check=True
    )


def test_every_name_that_the_package_offers_exists():
    assert report.__dir__() == report.__all__
    for name in report.__all__:
        assert getattr(report, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = report.nothing
