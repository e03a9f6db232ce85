"""Campaigns as folders of data: made from blank forms, tried, listed."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from bot.base.campaign import Campaign
from bot.base.config.campaign_file import BLANKS, FILE, FORMS, read_campaign
from bot.base.errors import BotError, ConfigError
from bot.documents.guard import Guard
from bot.documents.model import Document
from bot.forms.campaigns import forms_in, titled
from bot.forms.definitions import Definitions, FormDefinition, load_definitions, packaged_forms, parse_form
from bot.forms.learn.learn import NothingToLearn, learn_all
from bot.forms.learn.sample import Trial, try_on
from bot.operation.offline import open_blank

DOUBTFUL = "请核对："


class Made(Struct, frozen=True):
    """One definition that was written: its file, its label, how many guesses are to be looked at, and what a trial on the blank lost."""

    path: Path
    form: FormDefinition
    doubts: int
    trial: Trial | None = None


def new_campaign(root: Path, name: str, blanks: Sequence[Path], starts: date, ends: date) -> tuple[Path, list[Made]]:
    """``root/name`` with everything that the campaign needs; BotError where it is there already, or where a blank holds no form."""
    folder = root / folder_name(name)
    if folder.exists():
        raise BotError(f"{folder} 已经有了", "换一个名称，或先移走这个文件夹")
    learnt = [(blank, learn_blank(blank)) for blank in blanks]
    (folder / FORMS).mkdir(parents=True)
    (folder / BLANKS).mkdir()
    made: list[Made] = []
    taken = names_beside(root)
    kinds: set[str] = set()
    for blank, (document, texts) in learnt:
        (folder / BLANKS / blank.name).write_bytes(blank.read_bytes())
        for text in texts:
            stem = f"{tomllib.loads(text)['kind']}_{starts.year}"
            form_name = next(n for n in (stem, *(f"{stem}_{i}" for i in range(2, 1000))) if n not in taken)
            taken.add(form_name)
            text = re.sub(
                r'^name = ".*"$',
                f'name = "{form_name}"\nblank = {json.dumps(blank.name, ensure_ascii=False)}',
                text,
                count=1,
                flags=re.M,
            )
            path = folder / FORMS / f"{form_name}.toml"
            path.write_text(text, encoding="utf-8")
            form = parse_form(tomllib.loads(text), path.name)
            kinds.add(form.kind.value)
            made.append(Made(path, form, text.count(DOUBTFUL), tried(document, form, Campaign(name, starts, ends))))
    (folder / FILE).write_text(campaign_text(name, starts, ends, sorted(kinds)), encoding="utf-8")
    return folder, made


def folder_name(name: str) -> str:
    kept = re.sub(r'[\\/:*?"<>|\s]+', "", name).strip(".")
    if not kept:
        raise BotError(f"“{name}”不能作名称", "用文字和数字，如 2024年青少年科普讲解大赛")
    return kept[:60]


def names_beside(root: Path) -> set[str]:
    """The names of definitions of the other campaigns: stored forms know theirs by it."""
    return {path.stem for path in root.glob(f"*/{FORMS}/*.toml")} | {form.name for form in packaged_forms()}


def learn_blank(blank: Path) -> tuple[Document, list[str]]:
    """The document of the blank form, and the definitions of the forms in it."""
    document = open_form(blank)
    try:
        return document, learn_all(document)
    except NothingToLearn as error:
        raise BotError(str(error), NothingToLearn.remedy) from error


def open_form(blank: Path) -> Document:
    """Forms are printed: pixels are not read."""
    with Guard() as guard:
        return open_blank(blank, guard, ocr=False)


def campaign_text(name: str, starts: date, ends: date, kinds: Sequence[str]) -> str:
    collected = json.dumps(kinds)
    return (
        '# 一次活动的数据：在 config.toml 的 [campaign] 写 folder = "campaigns/…" 即启用；改回去即回到以前的活动。各键见 docs/forms.md。\n'
        f"name = {json.dumps(name, ensure_ascii=False)}\n"
        f"starts = {starts.isoformat()}   # 请核对：活动期从哪天起，到哪天止\n"
        f"ends = {ends.isoformat()}\n"
        'website = ""                 # 答复中请单位登记活动的网站，没有则空\n'
        "reports = false              # 是否收活动总结\n\n"
        "[[deadline]]\n"
        'name = "报送"\n'
        f"due = {ends.isoformat()}T23:59:59   # 请核对：截止时间\n"
        f"collects = {collected}\n"
    )


def tried(document: Document, form: FormDefinition, campaign: Campaign) -> Trial:
    """The definition tried on its blank, by itself: other forms in use may look like it."""
    form = form.model_copy(update={"title": titled(form, campaign.name)})
    return try_on(document, form, Definitions((form,), load_definitions().problems), campaign)


def check_campaign(folder: Path) -> list[Made]:
    """Each form of the campaign tried on its blank. ConfigError where something is written wrong."""
    campaign = campaign_of(folder)
    made = []
    for form in forms_in(folder):
        path = folder / FORMS / f"{form.name}.toml"
        text = path.read_text("utf-8") if path.is_file() else ""
        trial = tried(open_form(Path(form.blank)), form, campaign) if form.blank else None
        made.append(Made(path, form, text.count(DOUBTFUL), trial))
    return made


def campaign_of(folder: Path) -> Campaign:
    data = read_campaign(folder)
    name, starts, ends = data.get("name"), data.get("starts"), data.get("ends")
    if not isinstance(name, str) or not isinstance(starts, date) or not isinstance(ends, date) or ends < starts:
        raise ConfigError(
            f'{FILE}: [name、starts、ends] 没有写全或前后颠倒; 写成 name = "…"，starts = 2024-04-01，ends = 2024-06-30'
        )
    return Campaign(name, starts, ends)


def campaigns_in(root: Path) -> list[tuple[Path, dict[str, object], int]]:
    """Every campaign below *root* with what its file says and how many forms it has."""
    found = []
    for path in sorted(root.glob(f"*/{FILE}")):
        try:
            data = read_campaign(path.parent)
        except ConfigError as error:
            data = {"name": str(error)}
        found.append((path.parent, data, len(list((path.parent / FORMS).glob("*.toml")))))
    return found
