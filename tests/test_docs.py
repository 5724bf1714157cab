"""What is written for readers is true and whole."""

from __future__ import annotations

import ast
import re
import runpy
from argparse import ArgumentParser, _SubParsersAction
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from khuevan.directory.public import Role
from khuevan.steering.facts import WORDS
from khuevan.steering.rules import MOVES


ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGES = sorted(ROOT.glob("*.md")) + sorted(
    page for page in DOCS.rglob("*.md") if "_build" not in page.parts
)
SOURCES = [
    path
    for path in sorted((ROOT / "src").rglob("*.py"))
    if not {"tests", "migrations"} & set(path.parts)
]
KIND = re.compile(r"[a-z]+\.[a-z][a-z0-9]*(_[a-z0-9]+)+")


def _trees():
    for path in SOURCES:
        yield path, ast.parse(path.read_text())


def _strings(node):
    return [
        n.value
        for n in ast.walk(node)
        if isinstance(n, ast.Constant) and isinstance(n.value, str)
    ]


def _calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            function = node.func
            yield getattr(function, "attr", getattr(function, "id", "")), node.args[0]


# ------------------------------------------------------------------- settings


def _variables():
    """Return every environment variable the platform reads."""
    read = {"get", "_flag", "getenv"}
    built = []
    for _path, tree in _trees():
        for function, first in _calls(tree):
            if function not in read:
                continue
            if isinstance(first, ast.JoinedStr) and "KHUEVAN_" in ast.unparse(first):
                built.append(ast.unparse(first))
                continue
            for name in _strings(first):
                if re.fullmatch(r"(KHUEVAN_[A-Z0-9_]*|DATABASE_URL)", name):
                    yield name
    # The one name that is put together: a new one has to be unfolded here, too.
    assert built == ["f'KHUEVAN_{channel.upper()}_GATEWAY'"]
    yield from ("KHUEVAN_SMS_GATEWAY", "KHUEVAN_ZALO_GATEWAY")


@pytest.mark.parametrize("name", sorted(set(_variables())))
def test_every_setting_is_documented(name):
    assert f"| `{name}` |" in (REFERENCE / "settings.md").read_text()


def test_no_setting_is_documented_that_nobody_reads():
    told = set(
        re.findall(
            r"^\| `([A-Z_]+)` \|", (REFERENCE / "settings.md").read_text(), re.MULTILINE
        )
    )
    assert told - set(_variables()) == set()


# ------------------------------------------------------------------- commands


def _own_commands():
    return sorted(
        name for name, app in get_commands().items() if str(app).startswith("khuevan.")
    )


def _verbs(command):
    parser = load_command_class(get_commands()[command], command).create_parser(
        "khuevan", command
    )
    assert isinstance(parser, ArgumentParser)
    for action in parser._actions:
        if isinstance(action, _SubParsersAction) or (
            action.choices and not action.option_strings
        ):
            yield from action.choices


@pytest.mark.parametrize("command", _own_commands())
def test_every_command_and_its_verbs_are_documented(command):
    page = (REFERENCE / "commands.md").read_text()
    wanted = [f"khuevan {command} {verb}" for verb in _verbs(command)]
    assert [c for c in wanted or [f"khuevan {command}"] if f"`{c}" not in page] == []


def test_no_command_is_documented_that_is_not_there():
    page = (REFERENCE / "commands.md").read_text()
    told = set(re.findall(r"^\| `khuevan (\w+)", page, re.MULTILINE))
    assert told - set(get_commands()) == set()


def test_the_makefile_has_every_target_the_readers_are_told():
    targets = set(
        re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    )
    for page in PAGES:
        # In code only: prose may make things, too.
        code = " ".join(re.findall(r"`[^`]+`", page.read_text()))
        told = set(re.findall(r"\bmake ([a-z]+)", code))
        assert told <= targets, page


# ---------------------------------------------------------------------- facts


def _kinds():
    """Return every kind of fact recorded anywhere, whichever way its name is built."""
    yield from WORDS
    for path, tree in _trees():
        app = path.relative_to(ROOT / "src/khuevan").parts[0]
        for function, first in _calls(tree):
            if function == "record":
                yield from filter(KIND.fullmatch, _strings(first))
            if function == "record_task":
                yield from (f"{app}.{verb}" for verb in _strings(first))
        if "actions" in path.parts or path.name == "actions.py":
            named = (s for s in _strings(tree) if KIND.fullmatch(s))
            yield from (s for s in named if s.startswith(f"{app}."))


def test_every_kind_of_fact_is_documented():
    page = (REFERENCE / "facts.md").read_text()
    assert [kind for kind in sorted(set(_kinds())) if f"| `{kind}`" not in page] == []


def test_every_fact_about_steering_has_its_words():
    """A timeline that shows a bare code has lost its reader."""
    assert {k for k in _kinds() if k.startswith("steering.")} - set(WORDS) == set()


# ---------------------------------------------------------------------- roles


def test_every_role_and_every_right_is_documented():
    page = (REFERENCE / "roles.md").read_text()
    rights = [
        node.name
        for path, tree in _trees()
        if path.name == "access.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("may_")
    ]
    assert rights
    wanted = [f"`{name}`" for name in (*rights, *(role.value for role in Role))]
    assert [name for name in wanted if name not in page] == []


# ------------------------------------------------------------ states of a task


def test_the_picture_of_states_shows_every_move():
    drawn = runpy.run_path(str(DOCS / "draw_states.py"))
    edges = {(a, b) for a, targets in MOVES.items() for b in targets}
    assert set(drawn["CAUSES"]) == edges
    assert drawn["PICTURE"].read_text() == drawn["picture"]()
    text = drawn["PAGE"].read_text()
    assert drawn["page"](text) == text
    assert drawn["table"]() in text


# ---------------------------------------------------------- pages among themselves


def _targets(page):
    """Return what a page links to or shows, addresses of the internet left out."""
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:|#", target):
            yield target.partition("#")[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_relative_link_and_picture_is_there(page):
    missing = [t for t in _targets(page) if not (page.parent / t).exists()]
    assert missing == []


def test_every_picture_is_used_and_light():
    used = {(p.parent / t).resolve() for p in PAGES for t in _targets(p)}
    for picture in (DOCS / "_static").iterdir():
        assert picture.resolve() in used
        assert picture.stat().st_size < 150_000


def test_every_page_of_the_handbook_can_be_reached():
    listed = set()
    for page in DOCS.rglob("index.md"):
        for block in re.findall(
            r"```\{toctree\}\n(.*?)```", page.read_text(), re.DOTALL
        ):
            names = [
                line.strip()
                for line in block.splitlines()
                if line.strip() and not line.startswith(":")
            ]
            listed |= {(page.parent / f"{name}.md").resolve() for name in names}
    pages = {p.resolve() for p in PAGES if DOCS in p.parents}
    assert pages - listed == {(DOCS / "index.md").resolve()}


# ------------------------------------------------------------------- decisions


DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))


def test_decisions_are_numbered_without_gaps():
    numbers = [int(page.name[:4]) for page in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=lambda p: p.stem)
def test_every_decision_has_its_three_parts(page):
    text = page.read_text()
    assert text.startswith(f"# {int(page.name[:4])}. ")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [
        "Context",
        "Decision",
        "Consequences",
    ]


def test_what_the_linter_says_names_a_decision():
    """`pyproject.toml` sends people to decisions by number: those must be there."""
    told = re.findall(r"\(decision (\d+)\)", (ROOT / "pyproject.toml").read_text())
    assert {int(number) for number in told} <= {int(p.name[:4]) for p in DECISIONS}
