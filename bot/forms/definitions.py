"""Form definitions as data: what a form's labels are, which kind of value stands beside each, what is required.

The packaged files in ``bot/forms/packaged/`` describe the notice's forms; further files given by the admin
replace those of the same ``name`` or add to them. Nothing here looks at a document.
"""

from __future__ import annotations

import pickle
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Self

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.base.config.messages import describe
from bot.base.config.toml_text import Place, read_with_places, where
from bot.base.errors import ConfigError
from bot.base.replacing import replace
from bot.base.text import squeeze
from bot.forms.model import Kind
from bot.forms.problem_texts import ProblemTexts
from bot.forms.values.tick_marks import Choice

ValueKind = Literal[
    "text", "longtext", "unit", "person", "phone", "mobile", "email", "date", "daterange", "count", "choice",
    "code", "id_card", "money", "yes_no",
]  # fmt: skip
PACKAGED = Path(__file__).parent / "packaged"
PACKAGED_NAMES = ("registration", "summary", "report")
PACKAGED_CAMPAIGN = "2023年泉州市全国科普日"  # whose forms the packaged files describe


class Part(BaseModel):
    """A table of a definition file: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ChoiceSpec(Part):
    label: str = Field(min_length=1)
    synonyms: tuple[str, ...] = ()
    noted: bool = False


class FieldSpec(Part):
    """One value of a form (docs/forms.md). ``outside`` fields are printed outside of the table; ``inline`` are phrases that stand
    for the label inside a sentence; ``fallback`` are labels that count where no other names the field; ``unless`` names a field that makes this one dispensable; ``wanted`` asks for
    it with a warning only; ``words`` are printed where ``label`` says more («姓名» below «第一作者»), ``section`` tells fields of the same words
    apart; ``hint`` is printed in the value's place; ``under`` stands above the value's column, where several columns of values stand behind one label; ``across``: its
    options stand above the columns, and one of these is ticked; ``of``: the field of an opinion in whose cell this one, its signature (a person)
    or its date, stands; ``given``: a column whose words the form prints in each row, which is an entry only where another one is filled;
    ``begun``: these words, where it leaves some of the rows to whoever fills it."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")
    label: str = Field(min_length=1)
    words: str = ""
    section: str = ""
    hint: str = ""
    under: str = ""
    across: bool = False
    of: str = ""
    given: bool = False
    begun: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    inline: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()
    kind: ValueKind = "text"
    required: bool = False
    wanted: bool = False
    unless: str = ""
    outside: bool = False
    example: str = ""
    choices: tuple[ChoiceSpec, ...] = ()
    start: str = ""
    end: str = ""
    joint: str = "、"
    min: int | None = None
    max: int | None = None
    local_digits: int = 0

    @model_validator(mode="after")
    def fits_its_kind(self) -> Self:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError('kind = "choice" 与 choices 必须同时出现')
        if self.kind == "daterange" and not (self.start and self.end):
            raise ValueError('kind = "daterange" 需要 start 和 end（起止日期的键名）')
        return self

    @property
    def options(self) -> tuple[Choice, ...]:
        return tuple(Choice(choice.label, choice.synonyms, choice.noted) for choice in self.choices)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.label, *((self.words,) if self.words else ()), *self.synonyms)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that this field fills: its own, and start and end of a time."""
        return (self.key, self.start, self.end) if self.kind == "daterange" else (self.key,)


class GroupSpec(Part):
    """A label that stands for several fields at once («参与人数», «联系人及电话»).

    ``printed``: the official form itself has this label (and not only some people's copies).
    """

    printed: bool = False
    label: str = Field(min_length=1)
    synonyms: tuple[str, ...] = ()
    keys: tuple[str, ...] = Field(min_length=2)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.label, *self.synonyms)


class TableSpec(Part):
    """A table for entries on a form with fields (the members of a team, the lines of a budget). ``anchor``: the column that every entry has,
    the first one where it is not given."""

    label: str = "明细"
    anchor: str = ""
    column: tuple[FieldSpec, ...] = Field(min_length=2)

    @property
    def main(self) -> str:
        return self.anchor or self.column[0].key


class FormDefinition(Part):
    """One form. ``layout``: ``fields`` (a label beside each value), ``rows`` (a header row above), ``prose``; ``called``: in full, where it is asked
    for (else as ``label``); ``lines``: whole lines as they are printed, with ``{key}`` where a value is to stand («…，性别{sex}，…»); ``annex`` is printed above the title («附件2»)."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_\-]{0,60}$")
    kind: Kind
    layout: Literal["fields", "rows", "prose"]
    label: str = Field(min_length=1)
    called: str = ""
    title: str = ""
    annex: str = ""
    titles: tuple[str, ...] = ()
    not_titles: tuple[str, ...] = ()
    other_titles: tuple[str, ...] = ()
    anchor: str = ""
    blank: str = ""
    anchor_times: int = Field(1, ge=1)
    strict: bool = True
    printed: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    min_labels: int = Field(4, ge=1)
    min_typed: int = Field(6, ge=1)
    footers: tuple[str, ...] = ()
    closings: tuple[str, ...] = ()
    blank_phrases: tuple[str, ...] = ()
    side_columns: tuple[str, ...] = ()
    number_labels: tuple[str, ...] = ()
    skip_rows: tuple[str, ...] = ()
    example_rows: tuple[str, ...] = ()
    ditto: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    own_marks: tuple[str, ...] = ()
    other_labels: tuple[str, ...] = ()
    unit_suffixes: tuple[str, ...] = ()
    min_length: int = 0
    field: tuple[FieldSpec, ...] = ()
    column: tuple[FieldSpec, ...] = ()
    table: tuple[TableSpec, ...] = ()
    group: tuple[GroupSpec, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def columns_of_tables(cls, data: Any) -> Any:
        """The columns of all tables stand in ``column`` as well: whoever asks for an entry's values need not know which table it is of."""
        if isinstance(data, dict) and data.get("table"):
            if data.get("column"):
                raise ValueError('[[table]] 与 [[column]] 不能同时出现；layout = "rows" 用 [[column]]')
            columns = [one for table in data["table"] for one in table.get("column", ())]
            return {**data, "column": columns}
        return data

    @field_validator("kind")
    @classmethod
    def is_a_form(cls, kind: Kind) -> Kind:
        if kind is Kind.UNRECOGNISED:
            raise ValueError("kind 应为 registration、summary 或 report")
        return kind

    @model_validator(mode="after")
    def is_whole(self) -> Self:
        main = self.column if self.layout == "rows" else self.field
        if self.layout != "prose" and not main:
            raise ValueError('没有任何栏目；layout = "fields" 需要 [[field]]，"rows" 需要 [[column]]')
        if self.table and self.layout != "fields":
            raise ValueError('[[table]] 只用于 layout = "fields"')
        if self.layout != "prose" and self.anchor not in {spec.key for spec in main}:
            raise ValueError(f'anchor = "{self.anchor}" 不是任何一栏的 key')
        for specs in (self.field, self.column):
            keys = [key for spec in specs for key in spec.keys]
            twice = sorted({key for key in keys if keys.count(key) > 1})
            if twice:
                raise ValueError(f"key 重复：{'、'.join(twice)}")
        self.check_names(self.field)
        for columns in [table.column for table in self.table] or [self.column]:
            self.check_names(columns)
        known = {spec.key for spec in (*self.field, *self.column)}
        strange = [key for group in self.group for key in group.keys if key not in known]
        strange += [spec.unless for spec in (*self.field, *self.column) if spec.unless and spec.unless not in known]
        strange += [spec.of for spec in self.field if spec.of and spec.of not in known]
        strange += [key for line in self.lines for key in re.findall(r"\{(\w*)\}", line) if key not in known]
        if strange:
            raise ValueError(f"group、unless、of 或 lines 指向不存在的 key：{'、'.join(strange)}")
        return self

    def check_names(self, specs: Iterable[FieldSpec]) -> None:
        owner: dict[str, str] = {}
        for spec in specs:
            for name in (spec.label, *spec.synonyms):
                other = owner.setdefault(squeeze(name), spec.key)
                if other != spec.key:
                    raise ValueError(f"标签“{name}”同时属于 {other} 和 {spec.key}")

    def spec(self, key: str) -> FieldSpec | None:
        """The field or column that fills *key* (also as start or end of a time)."""
        for specs in (self.field, self.column):
            for spec in specs:  # asked for with each value
                if spec.key == key or (spec.kind == "daterange" and key in (spec.start, spec.end)):
                    return spec
        return None

    def outside(self, kind: str) -> FieldSpec | None:
        """The field of this *kind* that stands outside of the table: whose it is, of what day."""
        return next((spec for spec in self.field if spec.outside and spec.kind == kind), None)

    def labels(self) -> dict[str, str]:
        return {key: spec.label for spec in (*self.field, *self.column) for key in spec.keys}


class Former(Struct, frozen=True):
    """A form of another campaign, which is no longer taken; it is known by its title."""

    title: str
    campaign: str


class Definitions(Struct, frozen=True):
    """Every known form, and how problems are said."""

    forms: tuple[FormDefinition, ...]
    problems: ProblemTexts
    former: tuple[Former, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        """Sent to the reading process with every call: the same definitions are the same objects there, with all that is kept for them."""
        if PACKED.get(id(self), (None, b""))[0] is not self:
            PACKED.clear()
            PACKED[id(self)] = self, pickle.dumps((self.forms, self.problems, self.former), pickle.HIGHEST_PROTOCOL)
        return unpacked, (PACKED[id(self)][1],)

    def form(self, name: str) -> FormDefinition | None:
        return next((form for form in self.forms if form.name == name), None)

    def with_layout(self, layout: str) -> tuple[FormDefinition, ...]:
        return tuple(form for form in self.forms if form.layout == layout)

    def of_kind(self, kind: Kind) -> FormDefinition | None:
        """The form of this kind that is in use: the office's own before the packaged one."""
        found = [form for form in self.forms if form.kind is kind]
        return next((form for form in found if form.name not in PACKAGED_NAMES), next(iter(found), None))

    def called(self, kind: Kind) -> str:
        """How a form of *kind* is called in full; empty for what is none."""
        form = self.of_kind(kind)
        return (form.called or form.label) if form else ""

    def with_levels(self, levels: Mapping[str, str]) -> Definitions:
        """These definitions with other levels: ``{"missing.email": "off", "not_in_summary": "error", …}``.

        Keys are ``code``, ``code.field``, ``code.reason``, ``form.code`` or ``form.code.field``; the most exact
        one counts. ConfigError names what is not known.
        """
        names = {form.name for form in self.forms}
        keys = {key for form in self.forms for spec in (*form.field, *form.column) for key in spec.keys}
        return replace(self, problems=self.problems.with_levels(levels, names, keys))


PACKED: dict[int, tuple[Definitions, bytes]] = {}  # what was sent last


@lru_cache(maxsize=4)
def unpacked(data: bytes) -> Definitions:
    """Definitions that ``pickle`` packed."""
    return Definitions(*pickle.loads(data))


def load_definitions(paths: Iterable[Path | str] | None = None, campaign: str = PACKAGED_CAMPAIGN) -> Definitions:
    """The packaged definitions, with those in *paths* (files or folders of ``.toml``) instead or in addition.

    A file with the ``name`` of a packaged form replaces it; a file of problem texts (tables named by code) overrides
    single texts. ``{campaign}`` in a title is *campaign*. ConfigError lists every finding of every file.
    """
    forms = {form.name: form for form in packaged_forms()}
    texts = packaged_texts()
    findings: list[str] = []
    for path in expand(paths or ()):
        try:
            data, places = read_with_places(path)
        except ConfigError as error:
            findings.append(str(error))
            continue
        try:
            if "name" in data or "field" in data or "column" in data:
                form = parse_form(data, path.name, places)
                forms[form.name] = form
            else:
                texts = texts.updated(data, path.name)
        except ConfigError as error:
            findings.append(str(error))
    if findings:
        raise ConfigError("\n".join(findings))
    titled = (form.model_copy(update={"title": form.title.replace("{campaign}", campaign)}) for form in forms.values())
    return Definitions(tuple(titled), texts)


def expand(paths: Iterable[Path | str]) -> list[Path]:
    found: list[Path] = []
    for path in map(Path, paths):
        found += sorted(path.glob("*.toml")) if path.is_dir() else [path]
    return found


@lru_cache(maxsize=1)
def packaged_forms() -> tuple[FormDefinition, ...]:
    files = [f"{name}.toml" for name in PACKAGED_NAMES]
    return tuple(parse_form(tomllib.loads((PACKAGED / n).read_text(encoding="utf-8")), n) for n in files)


@lru_cache(maxsize=1)
def packaged_texts() -> ProblemTexts:
    name = "problems.toml"
    return ProblemTexts().updated(tomllib.loads((PACKAGED / name).read_text(encoding="utf-8")), name)


def parse_form(
    data: Mapping[str, Any], source: str, places: Mapping[tuple[str, ...], Place] | None = None
) -> FormDefinition:
    """One definition from parsed TOML; ConfigError with one line per finding. *places*: where its keys stand in the file."""
    try:
        return FormDefinition.model_validate(data)
    except ValidationError as error:
        raise ConfigError("\n".join(explain(finding, source, places or {}) for finding in error.errors())) from error


def explain(finding: Any, source: str, places: Mapping[tuple[str, ...], Place]) -> str:
    location = tuple(map(str, finding["loc"]))
    place = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in finding["loc"])
    if finding["type"] == "value_error":
        what, instead = re.sub(r"^Value error, ", "", str(finding["msg"])), ""
    elif finding["type"] == "string_pattern_mismatch":
        what, instead = "写法不对", "只能用小写字母、数字和下划线，以字母开头"
    else:
        context = finding.get("ctx", {})
        what, instead = describe(
            finding["type"], str(finding["msg"]), context, [*location], FormDefinition, "docs/forms.md"
        )
    told = "; ".join(filter(None, (f"{what}{where(places, location)}", instead)))
    return f"{source}: [{place or '整个文件'}] {told}"
