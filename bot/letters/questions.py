"""The admin's list of questions and answers, ``answers.toml`` beside the templates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.base.config.toml_text import read_toml
from bot.base.errors import ConfigError
from bot.decision.questions import KnownQuestion
from bot.letters.templates import packaged_templates

NAME = "answers.toml"
REMEDY = '每个 [[answer]] 写 ask = ["词1|词2", "词3"]（每项至少有一词出现在问题里）和 text = "答复"；不适用的词写 never = "词4|词5"，要随信附空白表的另写 blank = true'


def load_questions(folder: Path) -> tuple[KnownQuestion, ...]:
    """The list in *folder*, else the packaged one. ``ConfigError`` with file, place and remedy where it cannot be read."""
    path = next((one / NAME for one in (folder, packaged_templates()) if (one / NAME).is_file()), None)
    if path is None:
        return ()
    data = read_toml(path, str(path))
    return tuple(known_question(one, number, path) for number, one in enumerate(data.get("answer", []), 1))


def known_question(one: Any, number: int, path: Path) -> KnownQuestion:
    ask, text = (one.get("ask"), one.get("text")) if isinstance(one, dict) else (None, None)
    if not isinstance(ask, list) or not ask or not all(isinstance(word, str) and word for word in ask) or not text:
        raise ConfigError(f"{path}：第{number}个 [[answer]] 不完整；{REMEDY}")
    blanks = one.get("blank", False)
    if not isinstance(blanks, bool):
        raise ConfigError(f"{path}：第{number}个 [[answer]] 的 blank 应为 true 或 false；{REMEDY}")
    never = one.get("never", "")
    if not isinstance(never, str):
        raise ConfigError(f"{path}：第{number}个 [[answer]] 的 never 应为用 | 分开的词；{REMEDY}")
    return KnownQuestion(
        tuple(tuple(filter(None, word.split("|"))) for word in ask),
        str(text).strip(),
        blanks,
        tuple(filter(None, never.split("|"))),
    )
