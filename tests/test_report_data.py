"""Reading the data package: types, lookup, and what is said of data that does not fit."""

import json

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report.data import DataError, csv_text, descriptor, find_package, read, resources

FIELDS = [
    {"name": "topic", "type": "string", "constraints": {"required": True}},
    {"name": "median", "type": "string"},
    {"name": "n", "type": "integer", "constraints": {"required": True}},
    {"name": "rank", "type": "integer"},
    {"name": "share", "type": "number"},
    {"name": "kept", "type": "boolean"},
    {"name": "held", "type": "date"},
]
HEADER = "topic,median,n,rank,share,kept,held\n"


@pytest.fixture
def package(tmp_path):
    """A function that writes a data package with one resource and gives its descriptor's path."""

    def write(text, fields=FIELDS, name="ratings"):
        folder = tmp_path / "data"
        folder.mkdir(exist_ok=True)
        (folder / "ratings.csv").write_text(text, encoding="utf-8", newline="")
        path = folder / "datapackage.json"
        resource = {"name": name, "path": "ratings.csv", "schema": {"fields": fields}}
        path.write_text(json.dumps({"resources": [resource]}), encoding="utf-8")
        return path

    return write


def test_types_follow_the_schema(package):
    frame = read(
        "ratings",
        package(HEADER + "Ethics,2.0,86,1,0.5,true,2021-09-07\n" + '"Role, clarity",,85,,,,\n'),
    )
    assert list(frame.columns) == [field["name"] for field in FIELDS]
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
        "topic": "str",
        "median": "str",
        "n": "int64",
        "rank": "Int64",
        "share": "float64",
        "kept": "boolean",
        "held": "str",
    }
    assert frame.iloc[0].tolist() == ["Ethics", "2.0", 86, 1, 0.5, True, "2021-09-07"]
    assert frame.loc[1, ["topic", "median", "held"]].tolist() == ["Role, clarity", "", ""]
    assert frame.loc[1, ["rank", "share", "kept"]].isna().all()


def test_texts_that_look_like_missing_values_stay_texts(package):
    frame = read("ratings", package(HEADER + "NA,null,1,,,,\nnan,None,2,,,,\n"))
    assert frame["topic"].tolist() == ["NA", "nan"]
    assert frame["median"].tolist() == ["null", "None"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
            st.integers(-(10**9), 10**9),
        ),
        max_size=5,
    )
)
def test_what_csv_text_writes_is_read_back(package, rows):
    expected = pd.DataFrame(rows, columns=["topic", "n"]).astype({"topic": "str", "n": "int64"})
    fields = [FIELDS[0], FIELDS[2]]
    frame = read("ratings", package(csv_text(expected), fields))
    pd.testing.assert_frame_equal(frame, expected)


def test_every_problem_is_listed_with_row_column_and_value(package):
    text = HEADER + ",3,86.0,x,inf,yes,2021-9-7\n" + "Ethics,3,,1,0.5,true,20210907\n"
    with pytest.raises(DataError) as error:
        read("ratings", package(text))
    assert sorted(str(error.value).splitlines()) == sorted(
        [
            "data/ratings.csv: row 2, column topic: empty; a text was expected",
            "data/ratings.csv: row 2, column n: '86.0'; a whole number was expected",
            "data/ratings.csv: row 3, column n: empty; a whole number was expected",
            "data/ratings.csv: row 2, column rank: 'x'; a whole number was expected",
            "data/ratings.csv: row 2, column share: 'inf'; a number was expected",
            "data/ratings.csv: row 2, column kept: 'yes'; true or false was expected",
            "data/ratings.csv: row 2, column held: '2021-9-7'; "
            "a date such as 2021-09-07 was expected",
            "data/ratings.csv: row 3, column held: '20210907'; "
            "a date such as 2021-09-07 was expected",
        ]
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("topic,n\n", r"row 1: the header is topic, n; the schema expects topic, median, n"),
        ("", r"row 1: the header is empty"),
        (HEADER + "Ethics,3\n", r"row 2: 2 values; 7 were expected"),
        (HEADER + 'Ethics,"3" x,1,,,,\n', r"data/ratings\.csv: not CSV"),
    ],
)
def test_files_that_do_not_fit(package, text, message):
    with pytest.raises(DataError, match=message):
        read("ratings", package(text))


def test_unknown_resource_names_the_known_ones(package):
    with pytest.raises(DataError, match=r"no resource is named 'x'.*expected: ratings"):
        read("x", package(HEADER))


def test_absent_file_unknown_type_and_other_encoding(package):
    path = package(HEADER, [*FIELDS[:6], {"name": "held", "type": "geopoint"}])
    with pytest.raises(DataError, match="column held: type 'geopoint'"):
        read("ratings", path)
    (path.parent / "ratings.csv").write_bytes(b"topic\n\xe9\n")
    with pytest.raises(DataError, match="not UTF-8"):
        read("ratings", path)
    (path.parent / "ratings.csv").unlink()
    with pytest.raises(DataError, match="absent"):
        read("ratings", path)


def test_descriptor_that_is_no_json_or_has_no_schema(package):
    path = package(HEADER, [])
    with pytest.raises(DataError, match="needs one path and a schema"):
        read("ratings", path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match="a JSON descriptor was expected"):
        resources(path)


def test_package_is_found_from_a_folder_below(package, tmp_path, monkeypatch):
    path = package(HEADER + "Ethics,3,1,,,,\n")
    below = tmp_path / "notebooks" / "deep"
    below.mkdir(parents=True)
    assert find_package(below) == path
    monkeypatch.chdir(below)
    assert read("ratings")["topic"].tolist() == ["Ethics"]
    assert resources() == ["ratings"]
    assert descriptor("ratings")["path"] == "ratings.csv"


def test_no_package_anywhere(tmp_path):
    with pytest.raises(DataError, match="no data package"):
        find_package(tmp_path)


def test_csv_text_keeps_named_indexes_and_rounds_noise():
    frame = pd.DataFrame({"share": [0.1 + 0.2]}, index=pd.Index(["A"], name="site"))
    assert csv_text(frame) == "site,share\nA,0.3\n"
    assert csv_text(frame.reset_index(drop=True)) == "share\n0.3\n"
    assert csv_text(pd.DataFrame({"n": [1, 2]}).iloc[[1]]) == "n\n2\n"


def test_csv_text_refuses_what_is_no_flat_frame():
    with pytest.raises(TypeError, match=r"list; a pandas\.DataFrame was expected"):
        csv_text([1])
    wide = pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")]))
    with pytest.raises(ValueError, match="several levels"):
        csv_text(wide)
