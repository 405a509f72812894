"""The Delphi data: the counts of a second reading, and every cell against the paper."""

import csv
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAPER = ROOT.parent / "shared" / "sources" / "delphi-jmir-mental-2021-e25528.jats.xml"

GROUPS = ["total", "psw", "manager", "researcher", "high", "middle", "low"]


def rows(name: str) -> list[dict[str, str]]:
    with open(ROOT / "data" / "delphi" / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# Counts. The numbers were counted in the paper, not in the files.


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("topics", 20),
        ("topic_names", 30),
        ("groups", 7),
        ("ratings", 280),
        ("panel", 69),
        ("countries", 21),
        ("rounds", 3),
        ("review", 13),
        ("review_sources", 7),
        ("review_countries", 14),
        ("scales", 8),
        ("consensus", 2),
    ],
)
def test_rows_of_each_file(name, count):
    assert len(rows(name)) == count


def test_every_topic_is_rated_by_every_group_on_both_scales():
    topics = {row["topic_id"] for row in rows("topics")}
    rated = Counter((row["scale"], row["topic_id"], row["group"]) for row in rows("ratings"))
    expected = {
        (scale, topic, group)
        for scale in ("importance", "delivery")
        for topic in topics
        for group in GROUPS
    }
    assert set(rated) == expected
    assert set(rated.values()) == {1}


@pytest.mark.parametrize(
    ("scale", "group", "strong", "moderate", "none"),
    [
        ("importance", "total", 5, 14, 1),
        ("importance", "psw", 4, 12, 4),
        ("importance", "manager", 5, 15, 0),
        ("importance", "researcher", 4, 15, 1),
        ("importance", "high", 5, 13, 2),
        ("importance", "middle", 4, 16, 0),
        ("importance", "low", 4, 10, 6),
        ("delivery", "total", 0, 9, 11),
        ("delivery", "psw", 0, 12, 8),
        ("delivery", "manager", 0, 12, 8),
        ("delivery", "researcher", 0, 17, 3),
        ("delivery", "high", 0, 10, 10),
        ("delivery", "middle", 2, 17, 1),
        ("delivery", "low", 3, 10, 7),
    ],
)
def test_consensus_levels_by_group(scale, group, strong, moderate, none):
    levels = Counter(
        row["consensus"]
        for row in rows("ratings")
        if (row["scale"], row["group"]) == (scale, group)
    )
    assert (levels["strong"], levels["moderate"], levels["none"]) == (strong, moderate, none)


def test_topics():
    topics = rows("topics")
    assert [int(row["list_order"]) for row in topics] == list(range(1, 21))
    kinds = [row["kind"] for row in topics]
    assert kinds == ["universal"] * 18 + ["context-specific"] * 2
    assert {row["topic_id"] for row in topics if row["kind"] == "context-specific"} == {
        "role-specific-skills",
        "work-skills",
    }
    assert {row["topic_id"] for row in topics if row["origin"] == "new after round 1"} == {
        "supervision",
        "career-development",
        "role-specific-skills",
    }


def test_short_names_of_topics_fit_a_figure_and_tell_the_topics_apart():
    names = [row["short_name"] for row in rows("topics")]
    assert all(0 < len(name) <= 24 for name in names)
    assert len({name.lower() for name in names}) == 20


def test_five_topics_of_strong_consensus_are_the_ones_that_the_text_names():
    strong = {
        row["topic_id"]
        for row in rows("ratings")
        if (row["scale"], row["group"], row["consensus"]) == ("importance", "total", "strong")
    }
    assert strong == {
        "lived-experience",
        "ethics",
        "well-being",
        "recovery-focus",
        "communication",
    }


def test_tables_are_ordered_by_the_median_of_the_whole_panel():
    for scale in ("importance", "delivery"):
        total = [row for row in rows("ratings") if (row["scale"], row["group"]) == (scale, "total")]
        assert [int(row["printed_order"]) for row in total] == list(range(1, 21))
        medians = [float(row["median"]) for row in total]
        assert medians == sorted(medians, reverse=True)


def test_groups():
    groups = {row["group"]: row for row in rows("groups")}
    assert {name: int(row["n"]) for name, row in groups.items()} == {
        "total": 82,
        "psw": 36,
        "manager": 24,
        "researcher": 22,
        "high": 71,
        "middle": 4,
        "low": 7,
    }
    assert [row["percent"] for row in groups.values()] == ["100", "44", "29", "27", "86", "5", "9"]


def test_roles_of_the_panel_in_round_3_are_the_groups_of_the_ratings():
    groups = {row["label"]: row["n"] for row in rows("groups") if row["partition"] == "role"}
    panel = {
        row["category"]: row["count"]
        for row in rows("panel")
        if (row["characteristic"], row["round"]) == ("Role", "3")
    }
    assert panel == groups


# Blocks of Table 1 with the sum of their rows in each round, as printed. Three blocks leave
# participants out: ages in rounds 1 and 3, years of experience in all rounds.
BLOCKS = {
    "Age (years)": (5, 109, 89, 81),
    "Gender": (3, 110, 89, 82),
    "Role": (3, 110, 89, 82),
    "Years of experience in role": (5, 108, 87, 80),
    "Professional qualification": (2, 110, 89, 82),
    "Lived experience of mental health problems": (2, 110, 89, 82),
    "Experience of web-based PSW training": (1, 25, 21, 21),
    "Experience of web-based training on any topic": (1, 88, 73, 67),
}


@pytest.mark.parametrize("characteristic", BLOCKS)
def test_blocks_of_table_1(characteristic):
    block = [row for row in rows("panel") if row["characteristic"] == characteristic]
    sums = [sum(int(r["count"]) for r in block if r["round"] == n) for n in ("1", "2", "3")]
    assert (len(block) / 3, *sums) == BLOCKS[characteristic]


def test_table_1_prints_one_mean():
    means = [row for row in rows("panel") if row["statistic"] == "mean"]
    assert {row["characteristic"] for row in means} == {"Experience of initial PSW training"}
    assert [(row["mean"], row["sd"]) for row in means] == [
        ("6.4", "2.9"),
        ("6.4", "3.0"),
        ("6.3", "3.14"),
    ]
    blocks = {row["characteristic"] for row in rows("panel")}
    assert blocks == {*BLOCKS, "Experience of initial PSW training"}


def test_countries():
    countries = rows("countries")
    assert Counter(row["income"] for row in countries) == {"high": 14, "middle": 5, "low": 2}
    participants = Counter()
    for row in countries:
        participants[row["income"]] += int(row["participants"])
    assert participants == {"high": 94, "middle": 9, "low": 7}
    assert participants.total() == 110


def test_rounds():
    rounds = rows("rounds")
    assert [row["completed"] for row in rounds] == ["110", "89", "82"]
    assert [row["percent"] for row in rounds] == ["", "80.9", "74.5"]
    assert [row["topics"] for row in rounds] == ["18", "20", "20"]
    assert [row["screen_pages"] for row in rounds] == ["8", "4", "4"]
    last = rounds[2]
    assert (last["completed_previous_round"], last["percent_previous"]) == ("76", "93")
    assert (rounds[0]["began"], last["ended"]) == ("2019-11", "2020-07")


def test_review():
    review = {row["item"]: row["value"] for row in rows("review")}
    numbers = {
        "manuals": "32",
        "countries": "14",
        "topics-extracted": "502",
        "objectives-extracted": "348",
        "themes": "18",
        "preliminary-topics": "18",
        "information-sources": "7",
        "searched": "2019-04",
    }
    assert {item: review[item] for item in numbers} == numbers
    assert int(review["countries"]) == len(rows("review_countries"))
    assert int(review["information-sources"]) == len(rows("review_sources"))


def test_scales_and_consensus():
    values = Counter((row["scale"], row["wording"]) for row in rows("scales"))
    assert values == {("importance", "as printed"): 4, ("delivery", "own words"): 4}
    thresholds = {row["level"]: row["threshold_percent"] for row in rows("consensus")}
    assert thresholds == {"strong": "80", "moderate": "50"}


# Against the paper, where it stands beside the project. It is no part of the project.

beside_the_paper = pytest.mark.skipif(
    not PAPER.is_file(), reason="the paper's XML file does not stand beside the project"
)


@pytest.fixture(scope="module")
def paper() -> ElementTree.Element:
    return ElementTree.parse(PAPER).getroot()


def text_of(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def table_rows(paper: ElementTree.Element, number: int) -> list[list[ElementTree.Element]]:
    table = paper.find(f".//table-wrap[@id='table{number}']")
    return [list(row) for row in table.find(".//tbody").iter("tr")]


def note_letter(cell: ElementTree.Element) -> str:
    note = cell.find("sup")
    return "" if note is None else note.text


@beside_the_paper
@pytest.mark.parametrize(("scale", "number"), [("importance", 2), ("delivery", 3)])
def test_every_rating_is_the_cell_that_the_paper_prints(paper, scale, number):
    names = {
        row["name"]: row["topic_id"]
        for row in rows("topic_names")
        if f"Table {number}" in row["source"].split("; ")
    }
    labels = {row["group"]: row["label"] for row in rows("groups")}
    foot = paper.find(f".//table-wrap[@id='table{number}']/table-wrap-foot")
    notes = {fn.find(".//sup").text: text_of(fn)[1:] for fn in foot.iter("fn")}
    assert notes["c"].startswith("Strong") and notes["d"].startswith("Moderate")

    head, *body = table_rows(paper, number)
    printed = {}
    for order, (name, *cells) in enumerate(body, 1):
        topic = name.text.removesuffix(", median (IQR)")
        for group, population, cell in zip(GROUPS, head[1:], cells, strict=True):
            median, iqr = cell.text.strip().removesuffix(")").split(" (")
            letter = note_letter(cell)
            printed[names[topic], group] = {
                "scale": scale,
                "topic_id": names[topic],
                "group": group,
                "n": text_of(population).split(" ")[0],
                "median": median,
                "iqr": iqr,
                "consensus": {"c": "strong", "d": "moderate", "": "none"}[letter],
                "printed_order": str(order),
                "printed": f"{median} ({iqr}) {letter}".strip(),
                "source": f"Table {number}, row {topic}, column {labels[group]}",
            }
    ours = {(r["topic_id"], r["group"]): r for r in rows("ratings") if r["scale"] == scale}
    assert len(printed) == 140
    assert ours == printed


@beside_the_paper
@pytest.mark.parametrize("number", [2, 3])
def test_groups_are_the_head_of_the_tables(paper, number):
    thead = list(paper.find(f".//table-wrap[@id='table{number}']").find(".//thead").iter("tr"))
    names = [text_of(cell) for cell in thead[0]][1:2]
    for cell in list(thead[1])[2:]:
        names.append(cell.text.strip())
    population = [text_of(cell) for cell in table_rows(paper, number)[0][1:]]
    groups = rows("groups")
    assert [row["label"] for row in groups] == names
    assert [f"{row['n']} ({row['percent']})" for row in groups] == population


@beside_the_paper
def test_every_cell_of_table_1(paper):
    printed = []
    characteristic = unit = ""
    for cells in table_rows(paper, 1):
        if len(cells) == 1:
            characteristic, unit = text_of(cells[0]).rsplit(", ", 1)
            continue
        category = (cells[1].text or "").strip()
        for number, cell in enumerate(cells[2:], 1):
            first, second = text_of(cell).removesuffix(")").split(" (")
            counted = unit == "n (%)"
            printed.append(
                {
                    "characteristic": characteristic,
                    "category": category,
                    "round": str(number),
                    "statistic": "count" if counted else "mean",
                    "count": first if counted else "",
                    "percent": second if counted else "",
                    "mean": "" if counted else first,
                    "sd": "" if counted else second,
                    "printed": text_of(cell),
                    "source": f"Table 1, row {characteristic}, {category}, column Round {number}",
                }
            )
    assert len(printed) == 69
    assert rows("panel") == printed


@beside_the_paper
def test_topics_are_the_ones_of_the_textbox_in_its_order(paper):
    box = paper.find(".//boxed-text")
    headings = ["Topics always needing coverage", "Context-specific topics"]
    assert [text_of(p) for p in box.findall("p")] == headings
    printed = [
        (text_of(item.find("p")), f"Textbox 1, {heading}, item {number}")
        for heading, listing in zip(headings, box.findall("list"), strict=True)
        for number, item in enumerate(listing.findall("list-item"), 1)
    ]
    assert [(row["topic"], row["source"].split("; ")[0]) for row in rows("topics")] == printed


# Locators

LISTS = {"list of inclusion criteria": 0, "list of exclusion criteria": 1, "list of sources": 2}


def section(parent: ElementTree.Element, title: str) -> ElementTree.Element:
    found = [sec for sec in parent.iter("sec") if text_of(sec.find("title")) == title]
    assert found, f"no heading {title}"
    return found[0]


def passage(paper: ElementTree.Element, locator: str) -> str:
    """The text that a locator points at: a paragraph, an item of a list, a table, a box."""
    first, *steps = locator.split(", ")
    if found := re.fullmatch(r"Table (\d)", first):
        return text_of(paper.find(f".//table-wrap[@id='table{found[1]}']"))
    if first == "Textbox 1":
        return text_of(paper.find(".//boxed-text"))
    if first == "Abstract":
        (title,) = steps
        return text_of(section(paper.find(".//abstract"), title))
    place = section(paper.find("body"), first)
    *titles, last = steps
    listing = None
    for title in titles:
        if title in LISTS:
            listing = place.findall("list")[LISTS[title]]
        else:
            place = section(place, title)
    kind, number = last.split(" ")
    assert kind == ("paragraph" if listing is None else "item")
    blocks = place.findall("p") if listing is None else listing.findall("list-item")
    return text_of(blocks[int(number) - 1])


def locators(row: dict[str, str]) -> list[str]:
    return row["source"].split("; ")


@beside_the_paper
def test_every_name_of_a_topic_stands_where_its_source_says(paper):
    for row in rows("topic_names"):
        for locator in locators(row):
            assert row["name"] in passage(paper, locator), (row["name"], locator)


@beside_the_paper
def test_no_name_of_a_topic_is_left_out(paper):
    """Every occurrence of a name, in any capitals, is spelt as one of the listed names."""
    listed = {row["name"] for row in rows("topic_names")}
    text = text_of(paper.find(".//abstract")) + text_of(paper.find("body"))
    for name in {row["name"].lower() for row in rows("topic_names")} - {"ethics", "communication"}:
        spelt = {found[0] for found in re.finditer(re.escape(name), text, re.IGNORECASE)}
        assert spelt and all(any(word in known for known in listed) for word in spelt)


@beside_the_paper
def test_countries_stand_in_their_paragraph(paper):
    for row in rows("countries"):
        place = f"{row['country']}: n={row['participants']}"
        assert place in passage(paper, row["source"])
    text = passage(paper, rows("countries")[0]["source"])
    assert len(re.findall(r"n=\d+", text)) == 21
    order = [text.index(f"{row['country']}: n=") for row in rows("countries")]
    borders = [text.index(word) for word in ("higher-income", "middle-income", "lower-income")]
    levels = ["high", "middle", "low"]
    for row, position in zip(rows("countries"), order, strict=True):
        assert row["income"] == levels[sum(position > border for border in borders) - 1]
    for row in rows("review_countries"):
        assert row["country"] in passage(paper, row["source"])


WORDS = {"2019-04": "April 2019", "7": "seven"}
FIGURES = {"screen_pages": {"8": "eight", "4": "four"}, "topics": {"18": "18", "20": "20"}}


@beside_the_paper
def test_review_and_rounds_stand_where_their_source_says(paper):
    for row in rows("review"):
        assert WORDS.get(row["value"], row["value"]) in passage(paper, row["source"]), row
    for row in rows("review_sources"):
        text = passage(paper, row["source"]).replace("Medicine’s", "Medicine")
        if row["source_number"] != "5":  # the paper names it by a reference alone
            assert all(name in text for name in row["names"].split("; ")), row
    for row in rows("rounds"):
        text = " ".join(passage(paper, locator) for locator in locators(row))
        for column in ("percent", "completed_previous_round", "percent_previous", "platform"):
            assert row[column] in text, (row["round"], column)
        for column, figures in FIGURES.items():
            assert figures[row[column]] in text, (row["round"], column)
        if row["round"] != "1":  # of round 1 the paper says that all completed it
            assert f"Of {row['base']} participants, a total of {row['completed']}" in text
    for row in rows("consensus"):
        assert f"{row['threshold_percent']}%" in passage(paper, row["source"])
    for row in rows("scales"):
        text = passage(paper, row["source"])
        assert f"“{row['value']}=" in text
        assert row["wording"] == "own words" or f"“{row['value']}={row['label']}" in text


@beside_the_paper
def test_every_locator_leads_somewhere(paper):
    for path in sorted((ROOT / "data" / "delphi").glob("*.csv")):
        for row in rows(path.stem):
            for locator in locators(row):
                if " and Table 3" not in locator:  # both tables are compared cell by cell above
                    assert passage(paper, locator), (path.name, locator)


@beside_the_paper
@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("topics", ["short_name", "definition", "history"]),
        ("review", ["description"]),
        ("review_sources", ["kind"]),
        ("consensus", ["rule"]),
    ],
)
def test_our_own_words_are_not_the_papers(paper, name, columns):
    """No five words in a row are the paper's."""

    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))
        return {tuple(words[start : start + 5]) for start in range(len(words) - 4)}

    theirs = runs(text_of(paper))
    for row in rows(name):
        for column in columns:
            assert not runs(row[column]) & theirs, row[column]
