"""The parts of the bot as they were in another campaign than the active one: its forms, its period, its deadlines."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.base.config.campaign_file import FILE, read_campaign
from bot.base.errors import ConfigError
from bot.base.replacing import replace
from bot.base.settings import CampaignSettings, Deadline, Settings
from bot.forms.campaigns import definitions_of
from bot.forms.definitions import PACKAGED_CAMPAIGN
from bot.intake.parts import Parts, reading_of
from bot.operation.app import App
from bot.operation.making import renderer_of, rules_of
from bot.store import state
from bot.store.files.journal import Line

log = logging.getLogger(__name__)
PACKAGED = {"name": PACKAGED_CAMPAIGN, "starts": date(2023, 8, 21), "ends": date(2023, 9, 30)}


class Former:
    """Makes and keeps the parts of each campaign that *lines* of the journal tell of."""

    def __init__(self, app: App, lines: Sequence[Line]) -> None:
        self.app = app
        self.told = {line["campaign"]: line["settings"] for line in lines if line.get("settings")}
        self.kept: dict[str, Parts | None] = {app.settings.campaign.key: app.parts}

    def title(self, key: str) -> str:
        parts = self.parts(key)
        return parts.rules.campaign.name if parts else key

    def parts(self, key: str) -> Parts | None:
        """None where the campaign's folder is not there any more, or something is wrong in it."""
        if key not in self.kept:
            try:
                self.kept[key] = self.made(key)
            except (ConfigError, ValidationError) as error:
                log.warning("a former campaign cannot be read", extra={"reason": f"{key}: {error}"})
                self.kept[key] = None
        return self.kept[key]

    def enter(self, key: str, at: datetime) -> Parts:
        """From *at* on the store is of the campaign *key*; returns the parts that its mails are read with, today's where its forms are gone."""
        with self.app.store.transaction() as db:
            state.enter_campaign(db, key, self.title(key), at.isoformat(timespec="seconds"))
        return self.parts(key) or self.app.parts

    def made(self, key: str) -> Parts:
        app = self.app
        settings = former_settings(app.settings, key, self.told.get(key, {}))
        definitions = definitions_of(settings)
        return replace(
            app.parts,
            rules=rules_of(settings, app.roster, definitions),
            letters=renderer_of(settings, definitions),
            reading=reading_of(settings, definitions),
        )


def in_types(deadline: Mapping[str, Any]) -> dict[str, Any]:
    """A deadline as the journal has it, with the types of the configuration."""
    typed = dict(deadline)
    if isinstance(typed.get("due"), str):
        typed["due"] = datetime.fromisoformat(typed["due"])
    if isinstance(typed.get("digest_at"), str):
        typed["digest_at"] = time.fromisoformat(typed["digest_at"])
    return typed


def former_settings(settings: Settings, key: str, told: Mapping[str, Any]) -> Settings:
    """*settings* with another campaign's section and deadlines, as the journal tells them or its folder does."""
    active = settings.campaign
    said = dict(told.get("campaign") or {})
    deadlines = told.get("deadline") or [one.model_dump() for one in settings.deadline]
    folder = Path(said["folder"]) if said.get("folder") else None
    if key != "packaged" and (folder is None or not (folder / FILE).is_file()):
        # Moved together with the others.
        folder = (active.folder or folder or Path()).parent / key
    said = {**said, **{key: date.fromisoformat(said[key]) for key in ("starts", "ends") if key in said}}
    deadlines = [in_types(one) for one in deadlines]
    if folder is not None:
        own = read_campaign(folder)
        deadlines = own.pop("deadline", deadlines)
        said = {**said, **own, "folder": folder}
    base = {**PACKAGED, "area_code": active.area_code, "office": active.office, **said}
    update = {
        "campaign": CampaignSettings.model_validate(base),
        "deadline": tuple(Deadline.model_validate(one) for one in deadlines),
    }
    return settings.model_copy(update=update)
