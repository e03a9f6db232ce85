"""The pages of docs/ are true: every command line can be understood, every snippet of a configuration is valid, what is drawn from the code is of today."""

from __future__ import annotations

import re
import runpy
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from docx import Document

from bot.base.settings import load_every
from bot.cli.main import cli

ROOT = Path(__file__).parents[2]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "README.en.md"]


def snippets(language: str) -> list[tuple[str, str]]:
    return [
        (page.name, text)
        for page in PAGES
        for text in re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
    ]


def command_lines() -> Iterator[tuple[str, list[str]]]:
    """What stands in a block of commands, and in the text between backticks."""
    for name, text in [*snippets("sh"), *((page.name, page.read_text(encoding="utf-8")) for page in PAGES)]:
        for line in re.findall(r"(?:^|`|bin/)(?:science-day-intake|(?:\S*python )?run_bot\.py) ([^`\n#]+)", text, re.M):
            if "…" not in line:
                yield name, shlex.split(line)


LINES = list({(name, tuple(words)) for name, words in command_lines()})


@pytest.mark.parametrize(
    ("page", "words"), sorted(LINES), ids=lambda value: " ".join(value) if isinstance(value, tuple) else value
)
def test_command_lines_are_understood(page: str, words: tuple[str, ...]) -> None:
    """Up to where the command would begin its work."""
    command: click.Command = cli
    context = None
    rest = list(words)
    while isinstance(command, click.Group):
        context = command.make_context("", rest, parent=context)
        rest = [*context._protected_args, *context.args]
        if not rest:
            break
        _, command, rest = command.resolve_command(context, rest)  # type: ignore[assignment]
    else:
        command.make_context("", rest, parent=context)


def test_there_are_command_lines() -> None:
    assert len(LINES) > 40


# The examples of forms.md are definitions of forms; they have a test of their own.
@pytest.mark.parametrize(("page", "text"), [one for one in snippets("toml") if one[0] != "forms.md"])
def test_snippets_of_the_configuration_are_valid(page: str, text: str, tmp_path: Path) -> None:
    data = tomllib.loads(text)
    example = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    several = isinstance(data.get("mailbox"), list)
    for section in data:  # a section of the snippet takes the example's place, but for what the example must have
        if section != "mailbox" or several:
            example = re.sub(rf"(?ms)^\[{section}[\].].*?(?=^\[(?!{section}[\].])|\Z)", "", example)
    if "mailbox" in data and not several:
        assert len(data["mailbox"]) == 1
        example = re.sub(r"(?m)^password_env = .*", text.partition("\n")[2].strip(), example, count=1)
        text = ""
    config = tmp_path / "config.toml"
    config.write_text(f"{example}\n{text}", encoding="utf-8")
    for name in ("desk.pem", "desk.key"):
        (tmp_path / name).touch()
    load_every(config)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert all((page.parent / link).is_file() for link in links)


def test_the_reference_is_of_todays_code() -> None:
    assert runpy.run_path(str(ROOT / "docs/make_reference.py"))["is_current"](), "python docs/make_reference.py"


def test_the_page_for_units_is_the_same_in_both_forms() -> None:
    tools = runpy.run_path(str(ROOT / "docs/make_units.py"))
    text = (ROOT / "docs" / "units.md").read_text(encoding="utf-8")
    assert tools["words_of"](Document(str(ROOT / "docs" / "units.docx"))) == tools["words_of"](tools["build"](text))
