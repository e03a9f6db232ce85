from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.base.settings import Settings
from bot.forms.units.roster import Roster, load_roster

TOP = Path(__file__).parents[3]


def settings_with(**sections: Any) -> Settings:
    return Settings.model_validate(
        {
            "mailbox": {"address": "kepu@example.com", "host": "localhost", "password_env": "X"},
            "smtp": {"host": "localhost", "password_env": "X"},
            "campaign": {"name": "2023年泉州市全国科普日", "starts": date(2023, 8, 21), "ends": date(2023, 9, 30)}
            | sections.pop("campaign", {}),
            **sections,
        }
    )


@pytest.fixture(scope="session")
def quanzhou() -> Roster:
    return load_roster(settings_with(roster={"file": TOP / "units.example.xlsx"}))
