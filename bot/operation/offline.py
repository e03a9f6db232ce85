"""Reading files without a database or a mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from bot.base.campaign import Campaign
from bot.base.errors import BotError, cause
from bot.base.limits import Limits
from bot.base.replacing import replace
from bot.base.settings import load_settings
from bot.documents.context import ReadContext
from bot.documents.guard import Guard
from bot.documents.model import Document
from bot.documents.open import read_file
from bot.forms.campaigns import definitions_of
from bot.forms.definitions import PACKAGED_CAMPAIGN, load_definitions
from bot.forms.learn.learn import learn
from bot.forms.model import Form
from bot.intake.parts import Reading, reading_of
from bot.intake.understand import read_paths
from bot.statements.model import Letter

# Where no configuration says otherwise: the notice's own campaign.
DEFAULT_CAMPAIGN = Campaign(PACKAGED_CAMPAIGN, date(2023, 8, 21), date(2023, 9, 30))


Unreadable = list[tuple[Path, str]]


class Offline(Struct, frozen=True):
    """What files hold: their forms, what each mail's letter says (by the mail's path), and what cannot be opened with the reason."""

    forms: list[Form]
    letters: list[tuple[str, Letter]]
    unreadable: Unreadable


def read_offline(paths: Sequence[Path], config: Path | None, mailbox: str) -> Offline:
    """What *paths* hold by the rules of *config* (None: the packaged ones), of one *mailbox* where it has several."""
    if config is None:
        return read_by(paths, packaged_rules())
    settings = load_settings(config, mailbox)
    return read_by(paths, reading_of(settings, definitions_of(settings)))


def read_with(paths: Sequence[Path], definitions: Sequence[Path]) -> Offline:
    """The same by these definition files beside the packaged ones."""
    return read_by(paths, replace(packaged_rules(), definitions=load_definitions(definitions)))


def packaged_rules() -> Reading:
    return Reading(load_definitions(), DEFAULT_CAMPAIGN, Limits())


def read_by(paths: Sequence[Path], rules: Reading) -> Offline:
    unreadable: Unreadable = []
    readable: list[Path] = []
    for path in paths:
        try:
            with path.open("rb"):
                readable.append(path)
        except OSError as error:
            unreadable.append((path, cause(error)))
    with Guard(rules.limits) as guard:
        _, forms, letters = read_paths(readable, guard, rules)
    return Offline(forms, letters, unreadable)


def learn_form(blank: Path) -> str:
    """A first definition (TOML text) of the form in *blank*. BotError where it cannot be opened or holds no form."""
    with Guard() as guard:
        return guard.run(learn, open_blank(blank, guard))


def open_blank(blank: Path, guard: Guard, *, ocr: bool = True) -> Document:
    """The first document in the file. BotError where it cannot be opened or holds none."""
    try:
        documents = read_file(blank, guard, ReadContext(guard.limits, ocr=ocr))
    except OSError as error:
        raise BotError(f"{blank} 打不开（{cause(error)}）", "检查路径和权限") from error
    if not documents:
        raise BotError(f"{blank} 中没有可读的内容", "换一份空白表的 .docx 或 .xlsx 文件")
    return documents[0]
