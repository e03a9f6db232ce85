"""The words of ``words.toml``: how the codes of states, kinds and reasons are called for people."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

WORDS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
)


def outcome_label(code: str) -> str:
    """Of what became of a mail; a code without a word is shown itself, as in all of these."""
    return WORDS["outcome"].get(code, code)


def status_label(code: str) -> str:
    """Of where a stored form stands."""
    return WORDS["status"].get(code, code)


def state_label(code: str) -> str:
    """Of what an answer says of one form."""
    return WORDS["state"].get(code, code)


def kind_label(code: str) -> str:
    """Of a kind of form, short, for lists."""
    return WORDS["kind"].get(code, code)


def reason_label(code: str) -> str:
    """Of why something waits for a person."""
    return WORDS["reason"].get(code, WORDS["reason"]["other"])


def said_label(code: str) -> str:
    """Of a kind of statement in a letter."""
    return WORDS["said"].get(code, code)
