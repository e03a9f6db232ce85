"""A campaign as a folder of data: what its ``campaign.toml`` says counts before ``[campaign]`` and ``[[deadline]]`` of the settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.base.config import toml_text
from bot.base.errors import ConfigError

FILE = "campaign.toml"
FORMS, BLANKS = "forms", "blanks"


def read_campaign(folder: Path) -> dict[str, Any]:
    """The parsed file; ConfigError where it is not there or is no TOML."""
    try:
        raw = (folder / FILE).read_bytes()
    except OSError as error:
        raise ConfigError(
            f"config.toml: [campaign] folder: {folder} 里没有 {FILE}; 执行 campaign new 名称 空白表… 生成，或改正路径"
        ) from error
    return toml_text.parse(raw, FILE)


def add_campaign(data: dict[str, Any], base: Path) -> None:
    """Put what the chosen campaign says into the parsed settings *data*; *base* is the folder of the settings file."""
    section = data.get("campaign")
    if not isinstance(section, dict):
        return
    named = section.get("folder")
    if not isinstance(named, str) or not named:
        return
    folder = base / Path(named).expanduser()
    own = read_campaign(folder)
    deadlines = own.pop("deadline", None)
    # What the settings say of another campaign does not hold for this one.
    kept = {key: value for key, value in section.items() if key in {"area_code", "office"}}
    data["campaign"] = {"folder": str(folder), **kept, **own}
    if deadlines is not None:
        data["deadline"] = deadlines
