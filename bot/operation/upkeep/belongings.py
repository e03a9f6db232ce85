"""What belongs to a store and lies outside of it: the configuration, the roster, the texts and forms that it names. Kept in a backup, put back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.base.errors import cause
from bot.base.settings import Settings
from bot.store.files.durable import make_private, write_durably

FOLDER = "config"
CONFIG = "config.toml"  # in the backup, whatever its name was
ABSOLUTE = "elsewhere"  # what does not lie beside the configuration, by its whole path
MOST = 2**26  # bytes; what is larger is no text, roster or form


def keep(settings: Settings, config: Path, into: Path) -> None:
    """Copy them below *into*. No password file: a backup is carried about."""
    for path, name in files(settings, config.resolve()):
        write_durably(into / FOLDER / name, path.read_bytes())


def files(settings: Settings, config: Path) -> Iterator[tuple[Path, str]]:
    """Each file with its name in the backup."""
    if config.is_file():
        yield config, CONFIG
    named = (settings.roster.file, settings.replies.templates, settings.campaign.folder, *settings.forms.definitions)
    for path in [one.resolve() for one in named if one is not None]:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.stat().st_size <= MOST:
                yield file, name_of(file, config.parent)


def name_of(file: Path, base: Path) -> str:
    return str(file.relative_to(base) if file.is_relative_to(base) else Path(ABSOLUTE, *file.parts[1:]))


def place_of(name: Path, config: Path) -> Path:
    """Where a file of the backup belongs."""
    if name == Path(CONFIG):
        return config
    return Path("/", *name.parts[1:]) if name.parts[0] == ABSOLUTE else config.parent / name


def put_back(source: Path, config: Path, *, overwrite: bool, only_config: bool = False) -> list[str]:
    """Put the files of the backup *source* in their places; returns what was done (Chinese).

    What is there stays unless *overwrite*; then it is kept beside as ``NAME.before-restore-N``. Every place is below the configuration's
    folder, or where the backup's configuration named it.
    """
    config, told = config.resolve(), []
    for file in sorted((source / FOLDER).rglob("*")):
        name = file.relative_to(source / FOLDER)
        if not file.is_file() or (only_config and name != Path(CONFIG)):
            continue
        place, data = place_of(name, config), file.read_bytes()
        if place.exists() and place.read_bytes() == data:
            continue
        if place.exists() and not overwrite:
            told.append(f"{place} 与备份中的不同，保留现有的（备份中的在 {file}；要换用时加 --with-config）")
            continue
        kept = aside(place) if place.exists() else None
        try:
            make_private(place.parent)
            if kept is not None:
                place.rename(kept)
            write_durably(place, data)
        except OSError as error:
            told.append(f"{place} 放不回去（{cause(error)}），请自行从 {file} 复制")
        else:
            told.append(f"已放回 {place}" + (f"（原有的改名为 {kept.name}）" if kept is not None else ""))
    return told


def aside(place: Path) -> Path:
    return next(
        path for n in range(1, 1000) if not (path := place.with_name(f"{place.name}.before-restore-{n}")).exists()
    )
