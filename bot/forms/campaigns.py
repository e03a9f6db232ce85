"""The forms of a campaign that is a folder of data, and those of the other campaigns beside it, which are no longer taken."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from bot.base.config.campaign_file import BLANKS, FILE, FORMS, read_campaign
from bot.base.config.toml_text import read_with_places
from bot.base.errors import ConfigError
from bot.base.text import squeeze
from bot.documents.model import Document, Paragraph
from bot.forms.definitions import (
    PACKAGED_CAMPAIGN,
    Definitions,
    FormDefinition,
    Former,
    load_definitions,
    packaged_forms,
    parse_form,
)
from bot.forms.labels.places import regions_of

if TYPE_CHECKING:  # the worker knows nothing of the settings
    from bot.base.settings import Settings

LEAST_TITLE = 8  # characters; «报名表» alone tells no year
LOOKED_AT = 12  # lines of a document


def definitions_of(settings: Settings) -> Definitions:
    """The forms in use with the configured levels; to be made once and handed on. With a campaign's folder only its own, and work summaries."""
    campaign = settings.campaign
    loaded = load_definitions(settings.forms.definitions, campaign.name)
    if campaign.folder is not None:
        own = [form.model_copy(update={"title": titled(form, campaign.name)}) for form in forms_in(campaign.folder)]
        packaged = {form.name for form in packaged_forms()}
        rest = [form for form in loaded.forms if form.name not in packaged]
        rest += [form for form in loaded.forms if form.layout == "prose" and form.name in packaged and campaign.reports]
        loaded = Definitions((*own, *rest), loaded.problems, former_of(campaign.folder))
    return loaded.with_levels(settings.forms.levels)


def titled(form: FormDefinition, campaign: str) -> str:
    return form.title.replace("{campaign}", campaign)


def forms_in(folder: Path) -> tuple[FormDefinition, ...]:
    """The definitions in the campaign's folder, each with the path of its blank form. ConfigError with every finding."""
    found: list[FormDefinition] = []
    findings: list[str] = []
    for path in sorted((folder / FORMS).glob("*.toml")):
        try:
            data, places = read_with_places(path)
            form = parse_form(data, path.name, places)
        except ConfigError as error:
            findings.append(str(error))
            continue
        if form.name in {one.name for one in found}:
            findings.append(f"{path.name}: [name] “{form.name}”与另一份定义重名; 改成别的")
        blank = folder / BLANKS / form.blank
        if form.blank and not blank.is_file():
            findings.append(f"{path.name}: [blank] {BLANKS} 里没有 {form.blank}; 放入空白表，或改正文件名")
        found.append(form.model_copy(update={"blank": str(blank) if form.blank else ""}))
    if findings:
        raise ConfigError("\n".join(findings))
    if not found:
        raise ConfigError(f"{folder / FORMS}: 没有表格定义; 执行 campaign new，或放入 form learn 生成的 .toml")
    return tuple(found)


def campaigns_beside(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.parent.glob(f"*/{FILE}") if path.parent.resolve() != folder.resolve())


def former_of(folder: Path) -> tuple[Former, ...]:
    """Titles of the forms of other campaigns: those in the folders beside *folder*, and the packaged one's."""
    own = {squeeze(form.title) for form in forms_in(folder)}
    found: list[Former] = []
    for other in campaigns_beside(folder):
        try:
            name = str(read_campaign(other).get("name", other.name))
            found += [Former(titled(form, name), name) for form in forms_in(other)]
        except ConfigError:
            continue  # another campaign's fault does not stop this one
    found += [Former(titled(form, PACKAGED_CAMPAIGN), PACKAGED_CAMPAIGN) for form in packaged_forms()]
    return tuple(one for one in found if len(squeeze(one.title)) >= LEAST_TITLE and squeeze(one.title) not in own)


def former_in(document: Document, definitions: Definitions) -> Former | None:
    """The form of another campaign whose title stands among the first lines of *document*."""
    if not definitions.former:
        return None
    lines = [squeeze(line) for line in first_lines(document)]
    lines += [one + other for one, other in pairwise(lines)]  # a title of two lines
    return next((one for one in definitions.former if any(squeeze(one.title) in line for line in lines)), None)


def first_lines(document: Document) -> Iterator[str]:
    for region in regions_of(document)[:LOOKED_AT]:
        block = region.block
        if isinstance(block, Paragraph):
            yield from block.text.split("\n")[:LOOKED_AT]
        else:
            yield from (cell.text for cell in block.cells[:LOOKED_AT])
