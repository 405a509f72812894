"""The check of the data package: what it accepts, and how it names what is wrong."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.data import PACKAGE, Problem, main, validate

ROOT = Path(__file__).resolve().parent.parent

# A package as small as can be that uses everything a description can say.
DESCRIPTION = {
    "name": "study",
    "resources": [
        {
            "name": "groups",
            "path": "groups.csv",
            "encoding": "utf-8",
            "rowCount": 3,
            "sumRules": [
                {
                    "column": "n",
                    "groupBy": "partition",
                    "equals": {"resource": "rounds", "column": "n", "where": {"round": "1"}},
                    "message": "each partition adds up to everybody",
                }
            ],
            "schema": {
                "fields": [
                    {"name": "group", "type": "string", "constraints": {"required": True}},
                    {
                        "name": "partition",
                        "type": "string",
                        "constraints": {"required": True, "enum": ["total", "role"]},
                    },
                    {
                        "name": "n",
                        "type": "integer",
                        "constraints": {"required": True, "minimum": 1, "maximum": 99},
                    },
                ],
                "primaryKey": "group",
            },
        },
        {
            "name": "rounds",
            "path": "rounds.csv",
            "encoding": "utf-8",
            "schema": {
                "fields": [
                    {"name": "round", "type": "integer", "constraints": {"required": True}},
                    {"name": "n", "type": "integer", "constraints": {"minimum": 1}},
                    {"name": "day", "type": "date", "constraints": {"unique": True}},
                    {"name": "note", "type": "string", "constraints": {"pattern": "[a-z ]+"}},
                ],
                "primaryKey": "round",
            },
        },
        {
            "name": "ratings",
            "path": "below/ratings.csv",
            "encoding": "utf-8",
            "rowRules": [
                {"expression": "low <= high", "message": "low is not above high"},
                {
                    "expression": "not note or note.startswith(group)",
                    "message": "the note opens with the group",
                },
            ],
            "schema": {
                "fields": [
                    {"name": "item", "type": "string", "constraints": {"required": True}},
                    {"name": "group", "type": "string", "constraints": {"required": True}},
                    {"name": "n", "type": "integer", "constraints": {"required": True}},
                    {"name": "low", "type": "number", "constraints": {"required": True}},
                    {"name": "high", "type": "number", "constraints": {"required": True}},
                    {
                        "name": "median",
                        "type": "string",
                        "expected": "a number from 0 to 3 as printed, such as 2.5",
                        "constraints": {"required": True, "pattern": r"^(3|[0-2](\.5)?)$"},
                    },
                    {"name": "note", "type": "string"},
                ],
                "primaryKey": ["item", "group"],
                "foreignKeys": [
                    {"fields": "group", "reference": {"resource": "groups", "fields": "group"}},
                    {
                        "fields": ["group", "n"],
                        "reference": {"resource": "groups", "fields": ["group", "n"]},
                    },
                ],
            },
        },
    ],
}
FILES = {
    "groups.csv": "group,partition,n\nall,total,5\na,role,2\nb,role,3\n",
    "rounds.csv": "round,n,day,note\n1,5,2021-01-31,first round\n2,4,,\n",
    "below/ratings.csv": (
        "item,group,n,low,high,median,note\n"
        'x,all,5,0,3,2.5,"all, really"\n'
        "x,a,2,1,1,1,\n"
        "y,b,3,0,2,0,b\n"
    ),
}


def write_study(folder: Path, description: object = DESCRIPTION, **changed: str | bytes) -> Path:
    """Write the small package; `changed` holds other contents by file name without its suffix."""
    study = folder / "study"
    (study / "below").mkdir(parents=True)
    for name, text in FILES.items():
        content = changed.get(Path(name).stem, text)
        (study / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    text = description if isinstance(description, str) else json.dumps(description)
    (study / "datapackage.json").write_text(text, encoding="utf-8")
    return study / "datapackage.json"


def messages(package: Path) -> list[str]:
    return [str(problem) for problem in validate(package)]


def test_the_data_of_this_report_are_valid():
    assert messages(PACKAGE) == []


def test_a_valid_study_has_no_problems(tmp_path):
    assert messages(write_study(tmp_path)) == []


def test_windows_line_ends_are_valid(tmp_path):
    ratings = FILES["below/ratings.csv"].replace("\n", "\r\n")
    assert messages(write_study(tmp_path, ratings=ratings)) == []


def test_the_order_of_columns_does_not_matter(tmp_path):
    groups = "n,group,partition\n5,all,total\n2,a,role\n3,b,role\n"
    assert messages(write_study(tmp_path, groups=groups)) == []


RATINGS_COLUMNS = "item, group, n, low, high, median, note"


# Each case: the file, what is put for what in it, and the whole of every message.
@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        pytest.param(
            "below/ratings.csv",
            "1,1,1,",
            "1,1,3.5,",
            "study/below/ratings.csv, row 3, column median: '3.5' — expected "
            "a number from 0 to 3 as printed, such as 2.5",
            id="pattern",
        ),
        pytest.param(
            "below/ratings.csv",
            "1,1,1,",
            "1,1,,",
            "study/below/ratings.csv, row 3, column median: '' — expected "
            "a number from 0 to 3 as printed, such as 2.5",
            id="required",
        ),
        pytest.param(
            "below/ratings.csv",
            "x,a,2,1,1,",
            "x,a,2,1,one,",
            "study/below/ratings.csv, row 3, column high: 'one' — expected a number",
            id="number",
        ),
        pytest.param(
            "groups.csv",
            "role,2",
            "rule,2",
            "study/groups.csv, row 3, column partition: 'rule' — expected one of: total, role",
            id="enum",
        ),
        pytest.param(
            "groups.csv",
            "role,2",
            "role,2.0",
            "study/groups.csv, row 3, column n: '2.0' — expected a whole number from 1 to 99\n"
            "study/below/ratings.csv, row 3, column group, n: 'a, 2' — expected a value that "
            "stands in column group, n of study/groups.csv",
            id="integer",
        ),
        pytest.param(
            "rounds.csv",
            "2,4,",
            "2,0,",
            "study/rounds.csv, row 3, column n: '0' — expected a whole number, 1 or more, "
            "or nothing",
            id="minimum",
        ),
        pytest.param(
            "rounds.csv",
            "2021-01-31",
            "31.1.2021",
            "study/rounds.csv, row 2, column day: '31.1.2021' — expected a date such as "
            "2021-09-07, or nothing",
            id="date",
        ),
        pytest.param(
            "rounds.csv",
            "first round",
            "First Round",
            "study/rounds.csv, row 2, column note: 'First Round' — expected text that matches "
            "[a-z ]+, or nothing",
            id="pattern-without-words",
        ),
        pytest.param(
            "rounds.csv",
            "2,4,,",
            "2,4,2021-01-31,",
            "study/rounds.csv, row 3, column day: '2021-01-31' — expected a value of its own; "
            "row 2 has the same",
            id="unique",
        ),
        pytest.param(
            "rounds.csv",
            "2,4,,",
            "1,4,,",
            "study/rounds.csv, row 3, column round: '1' — expected a key of its own; "
            "row 2 has the same",
            id="primary-key",
        ),
        pytest.param(
            "below/ratings.csv",
            "y,b,3,0,2,0,b",
            "x,a,2,0,2,0,",
            "study/below/ratings.csv, row 4, column item, group: 'x, a' — expected a key of its "
            "own; row 3 has the same",
            id="primary-key-of-two",
        ),
        pytest.param(
            "below/ratings.csv",
            "x,a,2",
            "x,c,2",
            "study/below/ratings.csv, row 3, column group: 'c' — expected a value that stands "
            "in column group of study/groups.csv",
            id="foreign-key",
        ),
        pytest.param(
            "below/ratings.csv",
            "x,a,2",
            "x,a,3",
            "study/below/ratings.csv, row 3, column group, n: 'a, 3' — expected a value that "
            "stands in column group, n of study/groups.csv",
            id="foreign-key-of-two",
        ),
        pytest.param(
            "below/ratings.csv",
            "x,a,2,1,1",
            "x,a,2,2,1",
            "study/below/ratings.csv, row 3, column low, high: '2, 1' — expected low is not "
            "above high",
            id="row-rule",
        ),
        pytest.param(
            "below/ratings.csv",
            "2,0,b",
            "2,0,a",
            "study/below/ratings.csv, row 4, column note, group: 'a, b' — expected the note "
            "opens with the group",
            id="row-rule-of-text",
        ),
        pytest.param(
            "groups.csv",
            "b,role,3",
            "b,role,4",
            "study/groups.csv, column n (partition role): '6' — expected a sum of 5: each "
            "partition adds up to everybody\n"
            "study/below/ratings.csv, row 4, column group, n: 'b, 3' — expected a value that "
            "stands in column group, n of study/groups.csv",
            id="sum-rule",
        ),
        pytest.param(
            "rounds.csv",
            "1,5,2021",
            "3,5,2021",
            "study/groups.csv, column n: expected a row with round 1 in study/rounds.csv, for "
            "the sum to be compared with",
            id="sum-rule-without-its-total",
        ),
        pytest.param(
            "groups.csv",
            "b,role,3\n",
            "b,role,2\nc,role,1\n",
            "study/groups.csv: '4 rows' — expected 3 rows\n"
            "study/below/ratings.csv, row 4, column group, n: 'b, 3' — expected a value that "
            "stands in column group, n of study/groups.csv",
            id="row-count",
        ),
        pytest.param(
            "below/ratings.csv",
            '"all, really"',
            "all, really",
            "study/below/ratings.csv, row 2: '8 cells' — expected 7 cells, one for each column",
            id="too-many-cells",
        ),
        pytest.param(
            "below/ratings.csv",
            "x,a,2,1,1,1,",
            "x,a,2",
            "study/below/ratings.csv, row 3: '3 cells' — expected 7 cells, one for each column",
            id="too-few-cells",
        ),
        pytest.param(
            "below/ratings.csv",
            "x,a,2",
            "\nx,a,2",
            "study/below/ratings.csv, row 3: 'an empty line' — expected 7 cells, one for each "
            "column",
            id="empty-line",
        ),
        pytest.param(
            "below/ratings.csv",
            '"all, really"',
            '"all,\nreally"',
            "study/below/ratings.csv, row 2, column note: 'all,⏎really' — expected single "
            "spaces, none at the ends, and no line breaks",
            id="line-break-in-cell",
        ),
        pytest.param(
            "below/ratings.csv",
            "y,b",
            "y ,b",
            "study/below/ratings.csv, row 4, column item: 'y ' — expected single spaces, none "
            "at the ends, and no line breaks",
            id="space-at-end",
        ),
        pytest.param(
            "below/ratings.csv",
            "median",
            "mean",
            "study/below/ratings.csv, row 1, column median: expected this column in the header, "
            "beside item, group, n, low, high, mean, note\n"
            "study/below/ratings.csv, row 1, column mean: 'mean' — expected no columns but "
            f"these: {RATINGS_COLUMNS}",
            id="missing-and-extra-column",
        ),
        pytest.param(
            "below/ratings.csv",
            "low,high",
            "low,low",
            "study/below/ratings.csv, row 1, column low: 'low' — expected each column once",
            id="column-twice",
        ),
        pytest.param(
            "groups.csv",
            "group,partition,n",
            "group;partition;n",
            "study/groups.csv, row 1: 'group;partition;n' — expected a header row with commas: "
            "group, partition, n",
            id="semicolons",
        ),
        pytest.param(
            "below/ratings.csv",
            '"all, really"',
            '"all, really',
            "study/below/ratings.csv, row 2: 'unexpected end of data' — expected CSV with commas "
            "between cells, and quotes that open and close",
            id="open-quote",
        ),
        pytest.param(
            "rounds.csv",
            FILES["rounds.csv"],
            "",
            "study/rounds.csv, row 1: expected a header row: round, n, day, note",
            id="empty-file",
        ),
        pytest.param(
            "rounds.csv",
            "first round",
            "first\0round",
            "study/rounds.csv, row 2: 'character 0x00' — expected text without control characters",
            id="control-character",
        ),
    ],
)
def test_bad_data_are_named(tmp_path, file, old, new, expected):
    assert old in FILES[file]
    package = write_study(tmp_path, **{Path(file).stem: FILES[file].replace(old, new, 1)})
    assert messages(package) == expected.split("\n")


def test_another_encoding_is_named_with_its_line(tmp_path):
    ratings = FILES["below/ratings.csv"].replace("1,1,1,", "1,1,1,é").encode("latin-1")
    assert messages(write_study(tmp_path, ratings=ratings)) == [
        "study/below/ratings.csv, row 3: 'byte 0xe9' — expected text encoded as UTF-8"
    ]


def test_a_byte_order_mark_is_named(tmp_path):
    groups = b"\xef\xbb\xbf" + FILES["groups.csv"].encode()
    assert (
        "study/groups.csv, row 1: 'byte order mark' — expected UTF-8 without a byte order mark "
        "at its start" in messages(write_study(tmp_path, groups=groups))
    )


def test_rows_are_lines_of_the_file_even_after_a_line_break_in_a_cell(tmp_path):
    ratings = FILES["below/ratings.csv"].replace("all, really", "all,\nreally")
    ratings = ratings.replace("y,b,3,0,2,0,b", "y,b,3,0,2,4,b")
    rows = [problem.row for problem in validate(write_study(tmp_path, ratings=ratings))]
    assert rows == [2, 5]
    assert ratings.splitlines()[5 - 1].startswith("y,b")


def test_a_missing_file_is_named_once(tmp_path):
    package = write_study(tmp_path)
    (package.parent / "groups.csv").unlink()
    assert messages(package) == [
        "study/groups.csv: expected a CSV file, as study/datapackage.json lists it; found none"
    ]


def test_a_file_that_nothing_describes_is_named(tmp_path):
    package = write_study(tmp_path)
    (package.parent / "below" / "more.csv").write_text("a\n1\n")
    assert messages(package) == [
        "study/below/more.csv: expected study/datapackage.json to describe this file"
    ]


def test_problems_of_all_files_come_at_once_in_the_order_of_files_and_rows(tmp_path):
    package = write_study(
        tmp_path,
        groups=FILES["groups.csv"].replace("role,3", "role,none").replace("role,2", "roll,2"),
        rounds=FILES["rounds.csv"].replace("2,4", "two,4").encode() + b"\xff",
        ratings=FILES["below/ratings.csv"].replace("2.5", "2,5").replace("b,3,0", "b,3,9"),
    )
    problems = validate(package)
    # The sums are not checked: the file that holds the total cannot be read. Nor is "b, 3".
    assert [(problem.file, problem.row, problem.column) for problem in problems] == [
        ("study/rounds.csv", 4, None),
        ("study/groups.csv", 3, "partition"),
        ("study/groups.csv", 4, "n"),
        ("study/below/ratings.csv", 2, None),
        ("study/below/ratings.csv", 4, "group, n"),
        ("study/below/ratings.csv", 4, "low, high"),
    ]


def test_a_long_value_is_shortened():
    problem = Problem("study/x.csv", 2, "note", "word " * 40, "at most 15 words")
    assert len(str(problem)) < 125
    assert "word…' — expected at most 15 words" in str(problem)


def changed(path: str, value: object) -> dict:
    """The description with one place changed; a path such as ``resources/0/name``."""
    description = json.loads(json.dumps(DESCRIPTION))
    *steps, last = [int(step) if step.isdecimal() else step for step in path.split("/")]
    place = description
    for step in steps:
        place = place[step]
    place[last] = value
    return description


GROUP_KEY = {"fields": "group", "reference": {"resource": "teams", "fields": "group"}}


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        pytest.param(
            '{"name": "study",\n "resources": [}', ", row 2: 'Expecting value at", id="not-json"
        ),
        pytest.param("[]", "is not of type 'object'", id="not-an-object"),
        pytest.param('{"name": "study"}', "'resources' is a required property", id="no-resources"),
        pytest.param(
            changed("resources/0/path", "../groups.csv"), "is not safe", id="outside-the-folder"
        ),
        pytest.param(changed("resources/0/path", None), "'resources[0].path'", id="no-path"),
        pytest.param(
            changed("resources/0/encoding", "latin-1"), "resources[0].encoding", id="encoding"
        ),
        pytest.param(changed("resources/1/name", "groups"), "not unique", id="name-twice"),
        pytest.param(changed("resources/1/schema/fields/2/type", "day"), "day", id="unknown-type"),
        pytest.param(
            changed("resources/0/schema/fields/2/constraints/minimum", "one"),
            "resources[0].schema.fields[2].constraints.minimum",
            id="bound-of-another-type",
        ),
        pytest.param(
            changed("resources/2/schema/fields/5/constraints/pattern", "("),
            "'(' is not a 'regex'",
            id="broken-pattern",
        ),
        pytest.param(
            changed("resources/0/schema/primaryKey", "team"),
            "primary key \"['team']\" does not match the fields",
            id="primary-key-of-no-column",
        ),
        pytest.param(
            changed("resources/2/schema/foreignKeys/0", GROUP_KEY),
            "'foreignKeys of ratings' — expected a resource named teams",
            id="foreign-key-to-no-resource",
        ),
        pytest.param(
            changed("resources/2/rowRules/0/expression", "low <= upper"),
            "expected a column upper in ratings",
            id="rule-of-no-column",
        ),
        pytest.param(
            changed("resources/2/rowRules/0/expression", "low <="),
            "'rowRules of ratings, low <=' — expected an expression",
            id="broken-rule",
        ),
        pytest.param(
            changed("resources/2/rowRules/0/expression", "__import__('os')"),
            "expected a column __import__ in ratings",
            id="rule-that-calls",
        ),
        pytest.param(
            changed("resources/0/sumRules/0/column", "size"),
            "'sumRules of groups' — expected a column size in groups",
            id="sum-of-no-column",
        ),
        pytest.param(
            changed("resources/0/sumRules/0/column", "group"),
            "'sumRules of groups' — expected group to be of type integer",
            id="sum-of-text",
        ),
        pytest.param(
            changed("resources/0/sumRules/0/equals", "five"),
            "resources[0].sumRules[0].equals",
            id="sum-of-words",
        ),
    ],
)
def test_a_bad_description_is_named(tmp_path, description, expected):
    found = messages(write_study(tmp_path, description))
    assert found
    assert all(message.startswith("study/datapackage.json") for message in found)
    assert any(expected in message for message in found), found


def test_a_rule_reaches_no_further_than_the_row(tmp_path):
    """Rules are not Python: what leads out of a row is a broken rule, and nothing runs."""
    rule = "str(low).__class__.__mro__"
    package = write_study(tmp_path, changed("resources/2/rowRules/0/expression", rule))
    assert [problem.expected for problem in validate(package)] == ["low is not above high"] * 3


def test_no_description_at_all(tmp_path):
    folder = tmp_path / "nowhere"
    assert messages(folder / "datapackage.json") == [
        "nowhere/datapackage.json: expected the description of the data package; found none"
    ]


@given(
    st.sampled_from(sorted(FILES)),
    st.integers(0, 200),
    st.integers(0, 3),
    st.binary(max_size=4),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_no_file_raises_an_exception(file, start, removed, inserted):
    content = FILES[file].encode()
    start = min(start, len(content))
    content = content[:start] + inserted + content[start + removed :]
    with tempfile.TemporaryDirectory() as folder:
        package = write_study(Path(folder), **{Path(file).stem: content})
        for problem in validate(package):
            assert "\n" not in str(problem)
            assert problem.file.startswith("study/")
            assert problem.row is None or problem.row >= 1


# The command, on the data of this report


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "render.data", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")


def test_command_says_in_one_line_that_the_data_are_valid():
    result = run()
    assert (result.returncode, result.stderr) == (0, "")
    assert re.fullmatch(r"data: \d+ files, \d+ rows, valid\n", result.stdout)


def test_command_names_all_problems_and_writes_nothing(tmp_path):
    data = tmp_path / "data"
    shutil.copytree(PACKAGE.parent, data)
    ratings = (data / "delphi" / "ratings.csv").read_text(encoding="utf-8")
    (data / "delphi" / "ratings.csv").write_text(
        ratings.replace("ethics,total,82,3,0,", 'ethics,total,82,"3,5",0,', 1), encoding="utf-8"
    )
    (data / "focus-groups" / "themes.csv").unlink()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    result = run(str(data / "datapackage.json"))
    assert result.returncode == 2
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines == [
        "data/focus-groups/themes.csv: expected a CSV file, as data/datapackage.json lists it; "
        "found none",
        "data/delphi/ratings.csv, row 9, column median: '3,5' — expected a number from 0 to 3 "
        "as printed, such as 2.5",
    ]
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert after == before


def test_command_with_two_packages_says_how_to_call_it(capsys):
    assert main(["one.json", "two.json"]) == 2
    assert capsys.readouterr().err.startswith("usage: ")


def test_the_module_loads_without_its_large_libraries():
    code = "import sys, render.data; sys.exit(any(m in sys.modules for m in sys.argv[1:]))"
    command = [sys.executable, "-c", code, "frictionless", "jsonschema", "pandas"]
    assert subprocess.run(command, cwd=ROOT).returncode == 0
