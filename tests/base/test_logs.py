"""The log as text is Chinese, for whoever reads or passes it on; as JSON it has the names that stand in the code."""

from __future__ import annotations

import json
import logging
import re
import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.base.logs import JsonLines, TextLines

ROOT = Path(__file__).parents[2]
EVENT = re.compile(r'(?:\blog|getLogger\("bot"\))\.(?:info|warning|error|exception|critical)\(\s*"([^"]*)"')
KEYS = re.compile(r'extra\s*=\s*(?:\w+\s*\|\s*)?\{([^}]*)\}|told = \{("channel[^}]*)\}')


def test_what_the_code_says_has_its_words() -> None:
    said = tomllib.loads((ROOT / "bot" / "base" / "log_words.toml").read_text(encoding="utf-8"))
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py")]
    events = {event for text in texts for event in EVENT.findall(text)} | {"folder of also_read does not exist"}
    keys = {key for text in texts for found in KEYS.findall(text) for key in re.findall(r'"(\w+)":', "".join(found))}
    assert not events - set(said["event"]), "say it in bot/base/log_words.toml"
    assert not keys - set(said["key"]), "say it in bot/base/log_words.toml"
    assert not set(said["event"]) - events, "nobody says it any more"


def test_a_line_for_people_and_one_for_programs() -> None:
    record = logging.LogRecord("bot.x", logging.WARNING, "x.py", 1, "mail refused for good", (), None)
    record.__dict__.update(outbox=3, reason="550 no such user zhang.san@example.com, 13900000003")
    record.created = 1693000000.5
    told = TextLines(ZoneInfo("Asia/Shanghai")).format(record)
    assert told == (
        "2023-08-26T05:46:40.500+08:00 注意 收件方拒收一封信 发件=3 原因=550 no such user z***@example.com, 139****03"
    )
    program = json.loads(JsonLines(ZoneInfo("Asia/Shanghai")).format(record))
    assert (program["level"], program["event"], program["outbox"]) == ("warning", "mail refused for good", 3)
