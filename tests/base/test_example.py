"""The example configuration is valid as it stands, and its due moments are aware and in order."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.base.clock import days_left
from bot.base.sections.servers import MoveTo
from bot.base.settings import load_settings
from bot.decision.states import Outcome

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def test_example_is_valid() -> None:
    settings = load_settings(EXAMPLE)
    moments = [one.due for one in settings.deadlines]
    assert moments == sorted(moments) and all(moment.tzinfo for moment in moments)
    assert settings.smtp.username == settings.mailbox.username
    assert settings.store.path == EXAMPLE.parent / "data"


def test_what_is_not_named_lies_beside_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the bot was started: another data directory would be a first start."""
    text = EXAMPLE.read_text(encoding="utf-8").replace('path = "data"', "").replace('templates = "templates"', "")
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir("/")
    settings = load_settings(tmp_path / "config.toml")
    assert (settings.store.path, settings.replies.templates) == (tmp_path / "data", tmp_path / "templates")


def test_days_are_the_offices_whatever_zone_is_written() -> None:
    """An answer and a digest of the same morning tell the same number of days."""
    settings = load_settings(EXAMPLE)
    written = settings.deadline[0].model_copy(update={"due": datetime(2023, 8, 31, 17, tzinfo=UTC)})
    (due,) = (one.due for one in settings.model_copy(update={"deadline": (written,)}).deadlines)
    morning = datetime.fromisoformat("2023-08-31T09:00+08:00")
    assert due.isoformat() == "2023-09-01T01:00:00+08:00" and days_left(due, morning) == 1


def test_a_folder_can_be_named_for_every_outcome() -> None:
    assert set(MoveTo.model_fields) == set(Outcome)
