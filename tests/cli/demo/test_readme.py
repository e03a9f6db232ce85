"""What the READMEs name exists: commands with their options, files, pictures, configuration keys."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest

from bot.cli.main import cli

ROOT = Path(__file__).parents[3]
TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.en.md")}


@pytest.mark.parametrize("name", TEXTS)
def test_commands_and_their_options_exist(name: str) -> None:
    named = re.findall(r"run_bot\.py ([a-z]+)([^`\n，。]*)", TEXTS[name])
    assert len(named) >= 2
    for command, rest in named:
        found = cli.commands.get(command)
        if isinstance(found, click.Group):
            found = found.commands.get(next(iter(rest.split()), ""), found)
        assert isinstance(found, click.Command), f"{command}{rest}"
        known = {option for parameter in found.params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known, command


def test_english_table_of_commands_is_true() -> None:
    table = TEXTS["README.en.md"].partition("## Daily commands")[2].partition("##")[0]
    named = set(re.findall(r"`([a-z]+)", table))
    assert named - {"eml"} <= set(cli.commands)


@pytest.mark.parametrize("name", TEXTS)
def test_linked_files_exist(name: str) -> None:
    links = re.findall(r"\]\(([^)]+)\)", TEXTS[name])
    assert links
    assert all((ROOT / link).is_file() for link in links)


@pytest.mark.parametrize("name", TEXTS)
def test_make_targets_exist(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:^|`)make ([a-z]+)", TEXTS[name], re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_configuration_keys_are_in_the_example() -> None:
    example = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    data = tomllib.loads(example)
    for section in re.findall(r"`\[+([a-z]+)\]+`", TEXTS["README.md"]):
        assert section in data or f"[{section}]" in example, section
