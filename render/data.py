"""Check the data package: every CSV file against its description, all problems at once.

`python -m render.data [datapackage.json]` prints one line per problem and exits with status 2,
or prints one line and exits with status 0. Nothing is ever written.

Types, constraints, keys and row rules are checked by Frictionless. Around it stands what its
reports do not give: line numbers of the file, the text that stands in the cell, what was
expected in words, and checks of whole files (`rowCount`, `sumRules`).
"""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "data" / "datapackage.json"
CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
LONGEST_VALUE = 60  # characters of a cell that a message shows


def _record(required: str, **properties: object) -> dict:
    """JSON Schema of an object with these properties, of which some must be there."""
    return {"type": "object", "required": required.split(), "properties": properties}


# What this module needs of a descriptor (JSON Schema), beside what Frictionless demands of one.
STRING, INTEGER = {"type": "string"}, {"type": "integer"}
NAMES = {"anyOf": [STRING, {"type": "array", "items": STRING}]}
# Frictionless raises a bare TypeError for a bound that it cannot compare with the cells.
BOUNDS = [
    {
        "if": {"properties": {"type": {"const": kind}}},
        "then": {"properties": {"constraints": _record("", minimum=bound, maximum=bound)}},
    }
    for kind, bound in (("integer", INTEGER), ("number", {"type": "number"}))
]
NO_BOUNDS = {
    "if": {"properties": {"type": {"not": {"enum": ["integer", "number"]}}}},
    "then": {"properties": {"constraints": _record("", minimum=False, maximum=False)}},
}
FIELD = {
    **_record(
        "name type",
        name=STRING,
        type=STRING,
        expected=STRING,
        constraints=_record("", pattern={"type": "string", "format": "regex"}),
        bareNumber={"const": True},
        groupChar=False,
    ),
    "allOf": [*BOUNDS, NO_BOUNDS],
}
FOREIGN_KEY = _record(
    "fields reference",
    fields=NAMES,
    reference=_record("resource fields", resource=STRING, fields=NAMES),
)
ROW_RULE = _record("expression message", expression=STRING, message=STRING)
CELL_ELSEWHERE = _record(
    "resource column where",
    resource=STRING,
    column=STRING,
    where={"type": "object", "additionalProperties": STRING},
)
SUM_RULE = _record(
    "column equals message",
    column=STRING,
    groupBy=STRING,
    message=STRING,
    equals={"anyOf": [INTEGER, CELL_ELSEWHERE]},
)
RESOURCE = _record(
    "name path schema",
    name=STRING,
    path={"type": "string", "pattern": r"^[\w.-]+(/[\w.-]+)*$"},
    encoding={"const": "utf-8"},
    rowCount={"type": "integer", "minimum": 0},
    rowRules={"type": "array", "items": ROW_RULE},
    sumRules={"type": "array", "items": SUM_RULE},
    schema=_record(
        "fields",
        fields={"type": "array", "minItems": 1, "items": FIELD},
        primaryKey=NAMES,
        foreignKeys={"type": "array", "items": FOREIGN_KEY},
    ),
)
DESCRIPTOR = _record("resources", resources={"type": "array", "minItems": 1, "items": RESOURCE})

RULE_FUNCTIONS = {"str", "int", "float"}  # those that Frictionless offers to a row rule


@dataclass(frozen=True)
class Problem:
    """One thing in the data that is not as the description says.

    Attributes
    ----------
    file : str
        Path as the project names it, such as ``data/delphi/ratings.csv``.
    row : int or None
        Line of the file, counted from 1 (the header); None if the whole file is meant.
    column : str or None
        Name of the column, or of several, joined by commas.
    value : str or None
        What stands there; None if nothing does.
    expected : str
        What should stand there.
    """

    file: str
    row: int | None
    column: str | None
    value: str | None
    expected: str

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        if self.value is None:
            return f"{place}: expected {self.expected}"
        value = "⏎".join(self.value.splitlines())
        if len(value) > LONGEST_VALUE:
            value = value[: LONGEST_VALUE - 1] + "…"
        return f"{place}: '{value}' — expected {self.expected}"


class _Unreadable(Exception):
    """A file cannot be checked any further; carries the problem that says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True)
class _Table:
    """One CSV file as text, with its part of the descriptor.

    `rows` are lists of cells as long as the header; `lines` gives each row's line in the file.
    Rows of another length are not in it: they are problems already.
    """

    file: str
    resource: dict
    header: list[str]
    rows: list[list[str]]
    lines: list[int]
    problems: list[Problem]

    @cached_property
    def fields(self) -> dict[str, dict]:
        return {field["name"]: field for field in self.resource["schema"]["fields"]}

    def cell(self, index: int, column: str) -> str:
        return self.rows[index][self.header.index(column)]


def validate(package_path: Path | str = PACKAGE) -> list[Problem]:
    """Find everything that is wrong with a data package.

    Parameters
    ----------
    package_path : path
        A Frictionless descriptor (``datapackage.json``); its CSV files lie beside or below it.

    Returns
    -------
    list of Problem
        Files that cannot be read first, then in the order of the descriptor's resources and by
        row; empty if the data are valid. No mistake in the files raises an exception, and
        nothing is written.
    """
    return _check(Path(package_path))[0]


def main(arguments: list[str] | None = None) -> int:
    """Print the problems of a data package, or that it has none; return the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if len(arguments) > 1:
        print("usage: python -m render.data [datapackage.json]", file=sys.stderr)
        return 2
    problems, files, rows = _check(Path(arguments[0]) if arguments else PACKAGE)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return 2
    print(f"data: {files} files, {rows} rows, valid")
    return 0


def _check(package_path: Path) -> tuple[list[Problem], int, int]:
    """Return the problems, the number of files and the number of rows."""
    folder = package_path.resolve().parent
    name = f"{folder.name}/{package_path.name}"
    try:
        descriptor = _read_descriptor(package_path, name)
    except _Unreadable as stop:
        return [stop.problem], 0, 0
    if problems := _descriptor_problems(descriptor, folder, name):
        return problems, 0, 0

    problems: list[Problem] = []
    tables: dict[str, _Table] = {}
    for resource in descriptor["resources"]:
        try:
            table = _read_table(folder, resource, name)
        except _Unreadable as stop:
            problems.append(stop.problem)
        else:
            tables[resource["name"]] = table
    for table in tables.values():
        found = [*table.problems, *_count_problems(table), *_cell_problems(table, tables)]
        problems += sorted(found, key=lambda problem: problem.row or 0)
        problems += _sum_problems(table, tables, found)
    problems += _undescribed_files(descriptor, folder, name)
    return problems, len(tables), sum(len(table.rows) for table in tables.values())


# The descriptor


def _read_text(path: Path, file: str, expected: str) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise _Unreadable(Problem(file, None, None, None, f"{expected}; found none")) from None
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise _Unreadable(Problem(file, None, None, None, f"{expected}; {reason}")) from None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        bad = f"byte 0x{content[error.start]:02x}"
        raise _Unreadable(Problem(file, line, None, bad, "text encoded as UTF-8")) from None
    if control := CONTROL_CHARACTER.search(text):
        line = text.count("\n", 0, control.start()) + 1
        bad = f"character 0x{ord(control[0]):02x}"
        raise _Unreadable(Problem(file, line, None, bad, "text without control characters"))
    if text.startswith("\ufeff"):
        expected = "UTF-8 without a byte order mark at its start"
        raise _Unreadable(Problem(file, 1, None, "byte order mark", expected))
    return text


def _read_descriptor(path: Path, file: str) -> dict:
    text = _read_text(path, file, "the description of the data package")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        found = f"{error.msg} at character {error.colno}"
        raise _Unreadable(Problem(file, error.lineno, None, found, "valid JSON")) from None
    except (RecursionError, ValueError) as error:
        raise _Unreadable(Problem(file, None, None, str(error), "valid JSON")) from None


def _descriptor_problems(descriptor: dict, folder: Path, file: str) -> list[Problem]:
    """What is wrong with the descriptor itself: its form, then what it refers to."""
    import jsonschema
    from frictionless import FrictionlessException, Package

    checker = jsonschema.Draft202012Validator(
        DESCRIPTOR, format_checker=jsonschema.FormatChecker(["regex"])
    )
    errors = sorted(checker.iter_errors(descriptor), key=lambda error: [*map(str, error.path)])
    if errors:
        return [
            Problem(file, None, None, error.json_path.removeprefix("$."), _shortened(error.message))
            for error in errors
        ]
    try:
        Package.from_descriptor(descriptor, basepath=str(folder))
    except FrictionlessException as exception:
        return [
            Problem(file, None, None, None, f"a valid Frictionless package: {error.message}")
            for error in exception.to_errors()
        ]
    return list(_reference_problems(descriptor, file))


def _shortened(message: str) -> str:
    return "a valid description: " + (message if len(message) <= 200 else message[:199] + "…")


def _reference_problems(descriptor: dict, file: str) -> Iterator[Problem]:
    """Names in keys and rules that no resource or column bears."""
    columns = {
        resource["name"]: {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        for resource in descriptor["resources"]
    }

    def check(where: str, resource: str, names: list[str]) -> Iterator[Problem]:
        if resource not in columns:
            yield Problem(file, None, None, where, f"a resource named {resource}")
            return
        for missing in [name for name in names if name not in columns[resource]]:
            yield Problem(file, None, None, where, f"a column {missing} in {resource}")

    statuses = descriptor.get("fieldStatuses", {})
    for resource in descriptor["resources"]:
        name, schema = resource["name"], resource["schema"]
        for field in schema["fields"]:
            status = field.get("status")
            if status is not None and status not in statuses:
                where = f"status of {name}, {field['name']}: {status}"
                yield Problem(file, None, None, where, "one of fieldStatuses of the description")
        yield from check(f"primaryKey of {name}", name, _listed(schema.get("primaryKey", [])))
        for key in schema.get("foreignKeys", []):
            reference = key["reference"]
            where = f"foreignKeys of {name}"
            yield from check(where, name, _listed(key["fields"]))
            yield from check(where, reference["resource"] or name, _listed(reference["fields"]))
        for rule in resource.get("rowRules", []):
            where = f"rowRules of {name}, {rule['expression']}"
            try:
                names = _names_in(rule["expression"])
            except (SyntaxError, ValueError):
                yield Problem(file, None, None, where, "an expression of columns and values")
            else:
                yield from check(where, name, names)
        for rule in resource.get("sumRules", []):
            where = f"sumRules of {name}"
            groups = [rule["groupBy"]] if "groupBy" in rule else []
            yield from check(where, name, [rule["column"], *groups])
            if columns[name].get(rule["column"], "integer") != "integer":
                yield Problem(file, None, None, where, f"{rule['column']} to be of type integer")
            if isinstance(rule["equals"], dict):
                other = rule["equals"]
                yield from check(where, other["resource"], [other["column"], *other["where"]])


def _listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def _names_in(expression: str) -> list[str]:
    """The columns that a row rule speaks of, in the order in which they first occur."""
    nodes = [n for n in ast.walk(ast.parse(expression, mode="eval")) if isinstance(n, ast.Name)]
    nodes.sort(key=lambda node: (node.lineno, node.col_offset))
    return [name for name in dict.fromkeys(n.id for n in nodes) if name not in RULE_FUNCTIONS]


# One file as a table


def _read_table(folder: Path, resource: dict, package_name: str) -> _Table:
    file = f"{folder.name}/{resource['path']}"
    text = _read_text(folder / resource["path"], file, f"a CSV file, as {package_name} lists it")
    described = [field["name"] for field in resource["schema"]["fields"]]
    columns = ", ".join(described)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            records.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        expected = "CSV with commas between cells, and quotes that open and close"
        raise _Unreadable(Problem(file, line, None, str(error), expected)) from None
    if not records or not any(records[0][1]):
        raise _Unreadable(Problem(file, 1, None, None, f"a header row: {columns}"))

    header = records[0][1]
    problems = _header_problems(file, header, described)
    if len(set(header)) < len(header) or not set(header) & set(described):
        raise _Unreadable(problems[0])
    rows, lines = [], []
    for line, cells in records[1:]:
        if len(cells) == len(header):
            rows.append(cells)
            lines.append(line)
        else:
            found = f"{len(cells)} cells" if cells else "an empty line"
            expected = f"{len(header)} cells, one for each column"
            problems.append(Problem(file, line, None, found, expected))
    return _Table(file, resource, header, rows, lines, problems)


def _header_problems(file: str, header: list[str], described: list[str]) -> list[Problem]:
    columns = ", ".join(described)
    if not set(header) & set(described):
        return [Problem(file, 1, None, ",".join(header), f"a header row with commas: {columns}")]
    problems = [
        Problem(file, 1, name, None, f"this column in the header, beside {', '.join(header)}")
        for name in described
        if name not in header
    ]
    for index, name in enumerate(header):
        if name in header[:index]:
            problems.insert(0, Problem(file, 1, name, name, "each column once"))
        elif name not in described:
            problems.append(Problem(file, 1, name, name, f"no columns but these: {columns}"))
    return problems


def _count_problems(table: _Table) -> Iterator[Problem]:
    count = table.resource.get("rowCount")
    found = len(table.rows) + sum(p.row is not None and p.row > 1 for p in table.problems)
    if count is not None and found != count:
        yield Problem(table.file, None, None, f"{found} rows", f"{count} rows")


def _undescribed_files(descriptor: dict, folder: Path, name: str) -> Iterator[Problem]:
    described = {(folder / resource["path"]).resolve() for resource in descriptor["resources"]}
    for path in sorted(folder.rglob("*.csv")):
        if path.resolve() not in described:
            file = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            yield Problem(file, None, None, None, f"{name} to describe this file")


# Cells, keys and row rules: Frictionless


CELL_ERRORS = ("type-error", "constraint-error", "unique-error")
KEY_AND_RULE_ERRORS = ("primary-key", "foreign-key", "row-constraint")
HEADER_ERRORS = ("extra-label", "missing-label")  # said when the header is read


def _cell_problems(table: _Table, tables: dict[str, _Table]) -> list[Problem]:
    """Problems of single cells, of keys, and of rules over the cells of a row."""
    rules = {
        rule["expression"]: rule["message"]
        for rule in table.resource.get("rowRules", [])
        if set(_names_in(rule["expression"])) <= set(table.header)
    }
    errors = _frictionless_errors(table, tables, list(rules))
    wrong = _wrong_cells(table, errors)
    problems = list(wrong.values())
    # A wrong cell comes back as a wrong key and as a broken rule: it is said once.
    for index, columns, expected in _wrong_combinations(table, tables, errors, rules):
        if not any((index, column) in wrong for column in columns):
            value = ", ".join(table.cell(index, column) for column in columns)
            problem = Problem(table.file, table.lines[index], ", ".join(columns), value, expected)
            problems.append(problem)
            if len(columns) == 1:
                wrong[index, columns[0]] = problem
    for error in errors:
        if error.type not in CELL_ERRORS + KEY_AND_RULE_ERRORS + HEADER_ERRORS:
            number = getattr(error, "row_number", None)
            line = None if number is None else table.lines[number - 2]
            expected = "data that Frictionless accepts"
            problems.append(Problem(table.file, line, None, error.message, expected))
    return problems


def _frictionless_errors(table: _Table, tables: dict[str, _Table], formulas: list[str]) -> list:
    from frictionless import Checklist, checks

    checklist = Checklist(checks=[checks.row_constraint(formula=formula) for formula in formulas])
    resource = _frictionless_package(table, tables).get_resource(table.resource["name"])
    return resource.validate(checklist, limit_errors=sys.maxsize).tasks[0].errors


def _wrong_cells(table: _Table, errors: list) -> dict[tuple[int, str], Problem]:
    """Problems of single cells, one for each cell, by index of the row and column."""
    found: dict[tuple[int, str], Problem] = {}

    def add(index: int, column: str, expected: str) -> None:
        value = table.cell(index, column)
        problem = Problem(table.file, table.lines[index], column, value, expected)
        found.setdefault((index, column), problem)

    for error in errors:
        if error.type in CELL_ERRORS:
            index, column = error.row_number - 2, error.field_name
            if error.type == "unique-error":
                expected = "a value of its own" + _same_before(table, index, [column])
            else:
                expected = _expectation(table.fields[column])
            add(index, column, expected)
    for index, row in enumerate(table.rows):
        for column, cell in zip(table.header, row, strict=True):
            if cell != " ".join(cell.split()):
                add(index, column, "single spaces, none at the ends, and no line breaks")
    return found


def _wrong_combinations(
    table: _Table, tables: dict[str, _Table], errors: list, rules: dict[str, str]
) -> Iterator[tuple[int, list[str], str]]:
    """Index of the row, columns and expectation: foreign keys first, short ones before long."""
    primary_key = _listed(table.resource["schema"].get("primaryKey", []))
    foreign = [error for error in errors if error.type == "foreign-key"]
    for error in sorted(foreign, key=lambda error: len(error.field_names)):
        target = tables.get(error.reference_name) or table
        names = ", ".join(error.reference_field_names)
        expected = f"a value that stands in column {names} of {target.file}"
        yield error.row_number - 2, list(error.field_names), expected
    for error in errors:
        index = error.row_number - 2 if error.type in KEY_AND_RULE_ERRORS else -1
        if error.type == "primary-key":
            expected = "a key of its own" + _same_before(table, index, primary_key)
            yield index, primary_key, expected
        elif error.type == "row-constraint":
            broken = next(formula for formula in rules if f'"{formula}"' in error.note)
            yield index, _names_in(broken), rules[broken]


def _same_before(table: _Table, index: int, columns: list[str]) -> str:
    """Name the first row before this one that holds the same text, if there is one."""
    cells = [table.cell(index, column) for column in columns]
    for earlier in range(index):
        if [table.cell(earlier, column) for column in columns] == cells:
            return f"; row {table.lines[earlier]} has the same"
    return ""


def _frictionless_package(table: _Table, tables: dict[str, _Table]):
    """The table and those it refers to, as Frictionless takes them: cells that are read already.

    It gets the cells and not the files, for it would guess the dialect of each file anew. Keys
    that refer to a file or column that cannot be read are left out: that is said elsewhere.
    """
    from frictionless import Package

    schema = {**table.resource["schema"], "fieldsMatch": "equal"}
    keys = []
    for key in schema.get("foreignKeys", []):
        target = tables.get(key["reference"]["resource"] or table.resource["name"])
        if target and set(_listed(key["reference"]["fields"])) <= set(target.header):
            keys.append(key)
    schema["foreignKeys"] = keys
    if not set(_listed(schema.get("primaryKey", []))) <= set(table.header):
        schema.pop("primaryKey", None)
    used = {key["reference"]["resource"] for key in keys} - {"", table.resource["name"]}
    resources = [_inline(table, schema)]
    for name in sorted(used):
        fields = tables[name].resource["schema"]["fields"]
        resources.append(_inline(tables[name], {"fields": fields, "fieldsMatch": "equal"}))
    return Package.from_descriptor({"name": "checked", "resources": resources})


def _inline(table: _Table, schema: dict) -> dict:
    data = [table.header, *table.rows]
    return {"name": table.resource["name"], "data": data, "schema": schema, "format": "inline"}


def _expectation(field: dict) -> str:
    """Say in words what a cell of the field may hold."""
    constraints = field.get("constraints", {})
    low, high = constraints.get("minimum"), constraints.get("maximum")
    kinds = {
        "integer": "a whole number",
        "number": "a number",
        "date": "a date such as 2021-09-07",
        "boolean": "true or false",
        "string": "text",
    }
    if "expected" in field:
        text = field["expected"]
    elif "enum" in constraints:
        text = "one of: " + ", ".join(map(str, constraints["enum"]))
    else:
        text = kinds.get(field["type"], f"a value of type {field['type']}")
        if low is not None and high is not None:
            text += f" from {low} to {high}"
        elif low is not None:
            text += f", {low} or more"
        elif high is not None:
            text += f", {high} or less"
        if "pattern" in constraints:
            text += f" that matches {constraints['pattern']}"
    return text if constraints.get("required") else f"{text}, or nothing"


# Sums over rows


def _sum_problems(
    table: _Table, tables: dict[str, _Table], found: list[Problem]
) -> Iterator[Problem]:
    """Sums that miss their target; only over rows and columns without a problem of their own."""
    wrong = {problem.column for problem in found}
    for rule in table.resource.get("sumRules", []):
        group_by = rule.get("groupBy")
        columns = {rule["column"], group_by} - {None}
        if not columns <= set(table.header) or wrong & {None, *columns}:
            continue
        try:
            target = _sum_target(rule["equals"], tables)
        except LookupError as error:
            yield Problem(table.file, None, rule["column"], None, str(error.args[0]))
            continue
        sums: dict[str, int] = {}
        for index in range(len(table.rows)):
            group = table.cell(index, group_by) if group_by else ""
            sums[group] = sums.get(group, 0) + int(table.cell(index, rule["column"]) or 0)
        for group, total in sums.items():
            if target is not None and total != target:
                where = f"{rule['column']} ({group_by} {group})" if group_by else rule["column"]
                expected = f"a sum of {target}: {rule['message']}"
                yield Problem(table.file, None, where, str(total), expected)


def _sum_target(equals: int | dict, tables: dict[str, _Table]) -> int | None:
    """The number that a sum must reach; None where the file that holds it is not sound."""
    if isinstance(equals, int):
        return equals
    table = tables.get(equals["resource"])
    if table is None or not {equals["column"], *equals["where"]} <= set(table.header):
        return None
    for index in range(len(table.rows)):
        if all(table.cell(index, name) == value for name, value in equals["where"].items()):
            value = table.cell(index, equals["column"])
            return int(value) if value.isdecimal() else None
    row = " and ".join(f"{name} {value}" for name, value in equals["where"].items())
    raise LookupError(f"a row with {row} in {table.file}, for the sum to be compared with")


if __name__ == "__main__":
    sys.exit(main())
