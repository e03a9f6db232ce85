"""The example configuration is valid as it stands, and its due moments are aware and in order."""

from pathlib import Path

from bot.config import load_settings

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def test_example_is_valid() -> None:
    settings = load_settings(EXAMPLE)
    moments = [moment for _, moment in settings.due_moments()]
    assert moments == sorted(moments) and all(moment.tzinfo for moment in moments)
    assert settings.smtp.username == settings.mailbox.username
    assert settings.store.path == EXAMPLE.parent / "data"
