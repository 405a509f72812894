"""What the README, CONTRIBUTING.md and the workflows name is there, and is all there is to name."""

import re
from pathlib import Path

import pytest
import yaml

from render import markup

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"

# What `make` leaves behind, and what others write for themselves: named, but not kept.
MADE = ("_site", ".venv", "_variables.yml")
CODE_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"(?:[\w.-]+/)+[\w.*-]*|[\w-]+\.(?:md|yml|txt|qmd|toml|py)")
MAKE = re.compile(r"\bmake(?:[ \t]+[A-Z]+=\S+)*[ \t]+([\w./-]+)")

# Majors of the actions that exist and that were looked at; another one is a decision.
ACTIONS = {
    "actions/checkout": "v4",
    "actions/setup-python": "v5",
    "actions/configure-pages": "v5",
    "actions/upload-pages-artifact": "v3",
    "actions/deploy-pages": "v4",
    "quarto-dev/quarto-actions/setup": "v2",
}


def make_targets():
    """The names that `make` accepts, the file that stands for the environment among them."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return {*re.findall(r"^([a-z]+):", text, re.MULTILINE), ".venv/.ready"}


def is_there(path):
    """Whether a path below the project exists, or is one that `make` makes."""
    if path.startswith(MADE):
        return True
    return any(ROOT.glob(path)) if "*" in path else (ROOT / path).exists()


def named_in(text):
    """The `make` targets and the project's paths that a Markdown text names, outside its links.

    Code blocks and inline code are searched; a path with a part in capitals stands for many
    (`NAME.ipynb`), and one that begins with ../ is seen from another folder.
    """
    blocks = CODE_BLOCK.findall(text)
    spans = CODE.findall(CODE_BLOCK.sub("", text))
    targets = {target for code in blocks + spans for target in MAKE.findall(code)}
    paths = {
        span
        for span in spans
        if PATH.fullmatch(span)
        and not span.startswith("../")
        and not re.search(r"\b[A-Z]{4,}\.(?!md)", span)
    }
    return targets, paths


def jobs():
    """Every job of every workflow: file, name of the job, and the job."""
    for path in WORKFLOWS:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, job in content["jobs"].items():
            yield path.name, name, job


def steps():
    for file, name, job in jobs():
        for step in job["steps"]:
            yield f"{file}, {name}", step


@pytest.mark.parametrize("path", [README, CONTRIBUTING], ids=lambda path: path.name)
def test_every_target_and_file_that_a_document_names_exists(path):
    targets, paths = named_in(path.read_text(encoding="utf-8"))
    assert targets and paths
    assert targets - make_targets() == set()
    # CONTRIBUTING.md names workflows and data files by their place in a folder that it names.
    folders = ["", ".github/workflows/"]
    missing = {p for p in paths if not any(is_there(folder + p) for folder in folders)}
    assert missing == set()


@pytest.mark.parametrize("path", [README, CONTRIBUTING], ids=lambda path: path.name)
def test_every_link_of_a_document_leads_to_a_file(path):
    prose = CODE.sub("", CODE_BLOCK.sub("", path.read_text(encoding="utf-8")))
    links = [link for link in LINK.findall(prose) if "://" not in link]
    assert links
    assert [link for link in links if not is_there(link)] == []


def test_the_readme_gives_the_two_commands_before_any_other_code():
    text = README.read_text(encoding="utf-8")
    first = CODE_BLOCK.search(text)
    lines = first[0].splitlines()
    assert lines[0] == "```bash"
    assert [line.partition("#")[0].strip() for line in lines[1:-1]] == ["make site", "make test"]
    assert CODE.search(text[: first.start()]) is None


def test_the_readme_names_every_folder_of_the_project():
    text = README.read_text(encoding="utf-8")
    folders = {row.strip("/") for row in re.findall(r"^\| `([^`]+/)` \|", text, re.MULTILINE)}
    below = {f"notebooks/{path.parent.name}" for path in ROOT.glob("notebooks/*/__init__.py")}
    assert folders == {"data", "notebooks", "chapters", "render", "tests", *below}


def small_markup():
    """The section of CONTRIBUTING.md that lists the small markup, and the code spans in it."""
    text = CONTRIBUTING.read_text(encoding="utf-8")
    section = re.search(r"^## Chapters: the small markup$(.*?)^## ", text, re.M | re.S)[1]
    return section, CODE.findall(section)


@pytest.mark.parametrize("name", [*markup.DIV_CLASSES, *markup.STATUS_CLASSES])
def test_the_list_of_the_small_markup_has_every_class(name):
    _, spans = small_markup()
    assert any(re.search(rf"\.{re.escape(name)}\b", span) for span in spans)


@pytest.mark.parametrize("name", markup.DIV_ATTRIBUTES)
def test_the_list_of_the_small_markup_has_every_attribute(name):
    _, spans = small_markup()
    assert any(span.startswith(f'{name}="') for span in spans)


def test_the_list_of_the_small_markup_has_no_class_that_is_refused():
    section, spans = small_markup()
    rows = re.findall(r"^\| (.*?) \|", section, re.MULTILINE)
    blocks = {name for row in rows for name in re.findall(r"`\.([\w-]+)`", row)}
    assert blocks == set(markup.DIV_CLASSES)
    marks = {name for span in spans for name in re.findall(r"^\[…\]\{\.(\w+)\}$", span)}
    assert marks == set(markup.STATUS_CLASSES)


def test_the_list_of_the_small_markup_has_the_languages_and_the_formats():
    section, spans = small_markup()
    listed = re.search(r"\*\*Code blocks\.\*\*.*?one of (.*?)\. Nothing", section, re.DOTALL)[1]
    assert tuple(CODE.findall(listed)) == markup.CODE_LANGUAGES
    formats = [span[13:-1] for span in spans if span.startswith('when-format="')]
    assert tuple(formats) == markup.FORMATS


def test_there_are_three_workflows():
    assert [path.name for path in WORKFLOWS] == ["site.yml", "test.yml", "weekly.yml"]


def test_workflows_use_known_actions():
    used = [step["uses"].partition("@")[::2] for _, step in steps() if "uses" in step]
    assert used
    assert [action for action in used if ACTIONS.get(action[0]) != action[1]] == []


def test_every_target_and_file_that_a_workflow_names_exists():
    named = 0
    for where, step in steps():
        command = step.get("run", "")
        for target in MAKE.findall(command):
            named += 1
            assert target in make_targets(), f"{where}: make {target}"
        for path in [*PATH.findall(command), *filter(None, [step.get("with", {}).get("path")])]:
            named += 1
            assert is_there(path), f"{where}: {path}"
    assert named > 5


def test_workflows_render_with_the_version_of_quarto_that_the_project_pins():
    pinned = re.search(
        r"^quarto-cli==(\S+)$", (ROOT / "requirements-quarto.txt").read_text(), re.MULTILINE
    )[1]
    versions = [step["with"]["version"] for _, step in steps() if "quarto" in step.get("uses", "")]
    assert set(versions) == {pinned}


def test_workflows_may_do_no_more_than_they_need():
    for path in WORKFLOWS:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert content["permissions"] == {"contents": "read"}, path.name
    more = {(file, name): job["permissions"] for file, name, job in jobs() if "permissions" in job}
    assert more == {("site.yml", "deploy"): {"pages": "write", "id-token": "write"}}


def test_the_tests_run_on_every_version_of_python_that_is_promised():
    matrices = {
        (file, name): job["strategy"]["matrix"]["python"]
        for file, name, job in jobs()
        if "strategy" in job
    }
    assert matrices == {
        ("test.yml", "wheels"): ["3.11", "3.12", "3.13"],
        ("weekly.yml", "reproduce"): ["3.11", "3.12", "3.13"],
    }


def test_benchmarks_are_no_tests():
    files = {path.name for path in (ROOT / "tests/benchmarks").glob("*.py")}
    assert {name for name in files if re.match(r"test_|.*_test\.py$", name)} == set()
    assert any(name.startswith("bench_") for name in files)
    assert "python_files=bench_*.py" in (ROOT / "Makefile").read_text(encoding="utf-8")
