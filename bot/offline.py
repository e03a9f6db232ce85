"""Reading files without a database or a mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.config import Settings, load_settings
from bot.documents.guard import Guard
from bot.documents.model import Limits
from bot.forms.definitions import load_definitions
from bot.forms.model import Campaign, Form
from bot.understand import Understanding, read_paths

# Where no configuration says otherwise: the notice's own campaign.
DEFAULT_CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))


def read_offline(paths: Sequence[Path], config: Path | None) -> tuple[list[Form], list[tuple[Path, str]]]:
    """The forms in *paths* by the rules of *config* (None: the packaged ones), and the paths that cannot be opened with the reason."""
    rules = (
        rules_from(load_settings(config)) if config else Understanding(load_definitions(), DEFAULT_CAMPAIGN, Limits())
    )
    unreadable: list[tuple[Path, str]] = []
    readable: list[Path] = []
    for path in paths:
        try:
            with path.open("rb"):
                readable.append(path)
        except OSError as error:
            unreadable.append((path, error.strerror or type(error).__name__))
    with Guard(rules.limits) as guard:
        _, forms = read_paths(readable, guard, rules)
    return [replace(form, index=0) for form in forms], unreadable


def rules_from(settings: Settings) -> Understanding:
    definitions = load_definitions(settings.forms.definitions).with_levels(settings.forms.levels)
    return Understanding(
        definitions, settings.campaign.campaign(), settings.limits.limits(), (settings.mailbox.address,)
    )
