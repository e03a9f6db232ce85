"""Values that are certain are put into a form: all of a passage or nothing of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace

from bot.base import expressions as re
from bot.base.campaign import Campaign
from bot.base.problems import Code, Problem
from bot.base.text import is_blank, squeeze
from bot.forms.checks import problems_of_fields
from bot.forms.definitions import Definitions, FieldSpec, FormDefinition
from bot.forms.entry.draft import Draft
from bot.forms.entry.value import Reading, read_field, split_group
from bot.forms.labels.index import members
from bot.forms.model import Fields, Form, Place, Plain, Value
from bot.forms.values.phones import is_mobile
from bot.statements.model import Change
from bot.statements.plain import written
from bot.statements.values.context import CALLED, EXACT, Addressed, Passage, row_of
from bot.statements.values.free import MARKED, free_value
from bot.statements.values.values import POST, has_value, in_its_month, is_post, is_value, says_nothing, unquoted
from bot.statements.wording.remarks import CLOSER, is_sentence, without_remarks
from bot.statements.wording.words import SURNAMES, TITLE

PLACE = "回信"
FREE = {"text", "unit", "person", "longtext"}  # kinds that keep the characters of their writer
# «吴俊杰老师» is called so, and the form asks for the name.
TITLED = re.compile(
    rf"(?<=^[{SURNAMES}][\u4e00-\u9fff]{{2}}){TITLE}$|(?<=^[\u4e00-\u9fff]{2})(?:老师|同志|先生|女士|小姐)$|(?<=^[\u4e00-\u9fff]{3})(?:老师|同志|先生|女士|小姐)$"
)

# «教导处的黄毅斌主任».
OF_OFFICE = re.compile(
    rf"^(?:我们?|本)?[\u4e00-\u9fff]{{0,6}}(?:处|科|室|部|股|办|组|中心)的?(?=[{SURNAMES}][\u4e00-\u9fff]{{1,2}}(?:{TITLE}|同志)$)"
)
# «小李（李佳佳）»
NICKNAMED = re.compile(r"^[小老阿](?P<surname>[\u4e00-\u9fff])\s*[（(](?P<name>(?P=surname)[\u4e00-\u9fff]{1,2})[)）]$")
AS_POST = re.compile(r"^(?:具体|实际)?的?(?:经办人|负责人|对接人|联系人|联络人)(?:员)?[:：]?(?=[\u4e00-\u9fff]{2,4}$)")
# «换成我，庄志明»
MYSELF = re.compile(r"^(?:(?:我|本人)(?:本人|自己|了|来)*(?:[，,、\s（(]|叫|是)+)+(?=[\u4e00-\u9fff]{2,4}[）)]?$)")
NOT_IN_USE = re.compile(r"[（(](?:已经?|现已|早就?)?(?:停用|停机|作废|不用|旧|空号|传真)(?:号码?)?了?[)）]\s*$")
# «蔡永福（文化站站长）»
WITH_POST = re.compile(
    rf"(?<=^[\u4e00-\u9fff]{{2}})\s*[（(](?:{POST}|[副协襄]理|专员|社工)[）)]$|(?<=^[\u4e00-\u9fff]{{3}})\s*[（(](?:{POST}|[副协襄]理|专员|社工)[）)]$"
)
SPACED = re.compile(r"^[\u4e00-\u9fff](?:\s+[\u4e00-\u9fff]){1,3}$")  # «苏 丽 娜»


@dataclass(frozen=True, slots=True)
class Put:
    """One value that is certain, ready to be put in."""

    spec: FieldSpec
    reading: Reading
    text: str
    row: int


@dataclass(frozen=True, slots=True)
class NewContact:
    """Whom to ask from now on, as the letter's ``words`` say it; no ``name`` where it gives none, or no number beside it; none is needed where only
    the number is another (``is_same_person``)."""

    words: str
    name: str = ""
    reached: tuple[str, ...] = ()
    is_same_person: bool = False

    def passages(self, definition: FormDefinition) -> list[Passage]:
        """Name and numbers for the fields of a form, all or none."""
        person = next((spec.key for spec in definition.field if spec.kind == "person"), "")
        email = next((spec.key for spec in definition.field if spec.kind == "email"), "")
        fields = {} if self.is_same_person else {person: self.name}
        for one in self.reached:
            phone = phone_field(re.sub(r"\D", "", one), definition, -1)
            fields[email if "@" in one else phone.key if phone else ""] = one
        is_told = len(fields) == len(self.reached) + (not self.is_same_person) and all(fields.values())
        if not is_told or "" in fields or definition.layout == "rows":
            return []
        pieces = tuple(Addressed(key, text, -1, self.words, CALLED) for key, text in fields.items())
        return [Passage(self.words, pieces, sure=False, is_change=True)]


@dataclass(slots=True)
class State:
    """The values while answers are put in, and the doubts that the new ones left. ``letter``: its plain characters, and those of its writer."""

    fields: dict[str, Value]
    rows: list[dict[str, Value]]
    asked: Set[str] = frozenset()
    letter: tuple[str, str] = ("", "")
    changes: list[Change] = field(default_factory=list)
    doubts: dict[int, Draft] = field(default_factory=dict)

    def apply(
        self,
        statement: Passage,
        definition: FormDefinition,
        campaign: Campaign,
        *,
        only_open: bool,
    ) -> bool:
        """Put in all that the statement says; False, and nothing is changed, where any of it is not certain.

        *only_open*: it may only change fields with an open problem and empty ones; False as well where it would have changed another.
        """
        ready: list[Put] = []
        left_out = False
        for piece in statement.pieces:
            found = self.ready(piece, definition, campaign)
            if found and only_open and not is_about(piece, self.asked, definition):
                left_out = left_out or any(self.differs(put) and not self.is_empty(put.spec, put.row) for put in found)
                found = [put for put in found if self.is_empty(put.spec, put.row)]
                if not found:
                    continue
            if not found:
                # A signature's line that fits nothing is no question to the sender.
                return piece.only_asked
            ready += found
        told = {put.spec.key for put in ready}
        for put in list(ready):
            spare = put.reading.spare.get("phone", "") if put.spec.kind == "person" else ""
            target = phone_field(spare, definition, put.row) if spare else None
            if target is None or any(other.reading.values.get(other.spec.key) == spare for other in ready):
                continue
            if target.key in told:
                return False  # two numbers for one field: which of them counts is not certain
            if only_open and target.key not in self.asked and not self.is_empty(target, put.row):
                left_out = left_out or self.values(put.row).get(target.key, Value(None)).value != spare
                continue
            ready.append(Put(target, read_field(target, spare, campaign), spare, put.row))
        for put in ready:
            self.put(put, self.shown(statement.written))
        return not left_out

    def is_empty(self, spec: FieldSpec, row: int) -> bool:
        values = self.values(row)
        return all(values.get(key, Value(None)).value is None for key in spec.keys)

    def differs(self, one: Put) -> bool:
        values = self.values(one.row)
        return any(values.get(key, Value(None)).value != value for key, value in one.reading.values.items())

    def ready(self, piece: Addressed, definition: FormDefinition, campaign: Campaign) -> list[Put]:
        """The values of one piece (several for a label of several fields), none where any is not certain."""
        parts = {piece.target: piece.text}
        piece = piece if piece.how == EXACT else replace(piece, old=self.shown(piece.old))
        if members(piece.target):
            parts = split_group(definition, members(piece.target), piece.text)
        found: list[Put] = []
        for key, part in parts.items():
            spec = spec_of(definition, key, piece.row)
            if spec is None or (is_blank(part) and not (piece.how == EXACT and piece.old)):
                continue
            before = self.values(piece.row).get(spec.key, Value(None)).value
            text = said_value(piece, spec, part, before, is_name=key == definition.anchor)
            if text is None:
                return []
            text = in_its_month(text, campaign) if "date" in spec.kind else text
            reading = read_field(spec, text, campaign, definition.blank_phrases)
            if not (has_value(spec, reading) if piece.how == CALLED else is_value(spec, text, reading)):
                return []
            if spec.kind in FREE:
                reading = replace(reading, values={name: self.restored(one) for name, one in reading.values.items()})
                text = str(self.restored(text))
            changed = with_what_stands(spec, piece.how, reading, before, piece.old)
            if changed is None:
                return []
            found.append(Put(spec, changed, text, piece.row))
        return found

    def restored(self, value: Plain) -> Plain:
        """*value* in the characters of its writer."""
        return "\n".join(map(self.shown, value.split("\n"))) if isinstance(value, str) else value

    def shown(self, words: str) -> str:
        return written(words, *self.letter)

    def values(self, row: int) -> dict[str, Value]:
        return self.fields if row < 0 else self.rows[row]

    def put(self, one: Put, words: str) -> None:
        values = self.values(one.row)
        draft = self.doubts.setdefault(one.row, Draft())
        draft.doubts = [pair for pair in draft.doubts if pair[0] not in one.spec.keys]
        draft.doubts += [(doubt.key or one.spec.key, doubt) for doubt in one.reading.doubts]
        for key, value in one.reading.values.items():
            before = values.get(key, Value(None))
            values[key] = Value(value, one.text.strip(), (Place(PLACE).part(words),))
            if before.value != value:
                self.changes.append(Change(key, one.spec.label, before, values[key], one.row))


WHOLE = {"set", "part", CALLED}  # how: what is said is all that the field holds then
TOTAL = re.compile(r"一共|总共|共计|合计|总计|共(?=[\d一二两三四五六七八九])|加起来")


# «就是镇里的文体广场，写“英都镇文体广场”».
SAYS_SO = re.compile(r"(?:写|填|登记|全称|全名)[^“「《，,]{0,6}[“「《]")


def contradicted(told: Sequence[tuple[Passage, Sequence[Put]]], definition: FormDefinition) -> set[int]:
    """Which of the passages give one field different values; what says that it changes it, or is the sum of the others, stands."""
    given: dict[tuple[str, int], dict[int, object]] = {}
    for i, (passage, puts) in enumerate(told):
        # «加上科普表演，去掉现场咨询»: one goes on from the other.
        for put in puts if all(piece.how in WHOLE for piece in passage.pieces) else ():
            given.setdefault((put.spec.key, put.row), {})[i] = put.reading.values.get(put.spec.key)
            spare = put.reading.spare.get("phone", "") if put.spec.kind == "person" else ""
            target = phone_field(spare, definition, put.row) if spare else None
            if target:
                given.setdefault((target.key, put.row), {})[i] = spare
    # «勾青少年，“其他”也勾上»: what is ticked is one value, all of it or nothing.
    half = {one.target for passage, puts in told if not puts for one in passage.pieces if one.how != "remove"}
    half = {key for key in half if (spec := definition.spec(key)) and spec.choices}
    wrong = {i for i, (_, puts) in enumerate(told) if any(put.spec.key in half for put in puts)}
    for values in given.values():
        if len(set(map(str, values.values()))) < 2:
            continue
        first = next(
            (
                chosen
                for chosen in (
                    [i for i in values if told[i][0].is_change or any(one.old for one in told[i][0].pieces)],
                    [i for i in values if TOTAL.search(told[i][0].written)],
                    [i for i in values if SAYS_SO.search(told[i][0].written)],
                )
                if chosen
            ),
            [],
        )
        is_one = len({str(values[i]) for i in first}) == 1
        wrong |= set(values) - set(first) if is_one else set(values)
    return wrong


CALLED_SO = re.compile(
    r"^[^“「《”」》]{1,14}(?:叫做?|改[为成叫]|写[成为]?|[应定]为|就是)(?P<name>[“「][^“”「」]{2,60}[”」])$"
)


def said_value(piece: Addressed, spec: FieldSpec, text: str, before: Plain, *, is_name: bool) -> str | None:
    """What *piece* says the field holds, in the words to be read; None where that is not certain."""
    stood = str(before or "")
    if piece.how == EXACT:
        text = without_remarks(text, spec.kind) if spec.kind == "longtext" else text
        return text if not piece.old else stood.replace(piece.old, text) if stood.count(piece.old) == 1 else None
    if spec.kind == "person":
        text = NICKNAMED.sub(r"\g<name>", text.strip())
        text = re.sub(r"(?:担任|负责|对接)(?:(?:这次|本次|该|此)?(?:活动|工作|联系))?$", "", text.strip())
        text = OF_OFFICE.sub("", MYSELF.sub("", AS_POST.sub("", text)))
        text = text if is_post(text) else TITLED.sub("", text)
        text = re.sub(r"\s", "", text) if SPACED.match(text) else text
        text = WITH_POST.sub("", text)
    if spec.kind in {"phone", "mobile"} and NOT_IN_USE.search(text):
        return None
    if MARKED.match(text.strip()) is None:
        text = without_remarks(text, spec.kind)
        if spec.kind in {"person", "longtext"} and is_sentence(text, spec.kind):
            return None
    text = CLOSER.sub("", text)
    if spec.kind in {"text", "unit"} and (called := CALLED_SO.match(text.strip())):
        text = called["name"]  # «同意改，叫“一粒米的旅行”»
    if piece.how == "part":
        text = unquoted(text)
    elif spec.kind in {"text", "unit"} and not (MARKED.match(text.strip()) is None and says_nothing(text)):
        told = free_value(text, prose=piece.prose, is_unit=spec.kind == "unit", is_name=is_name)
        if told is None:
            return None
        text = told
    else:
        text = unquoted(text)
    old = unquoted(piece.old.strip())
    if piece.how == "part":
        return stood.replace(old, text) if old and stood.count(old) == 1 else None
    tail = squeeze(old)
    if spec.kind in {"text", "unit"} and MARKED.match(piece.old.strip()) and stood != old and stood.count(old) == 1:
        return stood.replace(old, text)  # «地点“一楼”更正为“二楼”»
    if is_perhaps_part(text, stood, spec, is_name=is_name, is_marked=bool(MARKED.match(piece.text.strip()))):
        return None
    if tail and spec.kind == "text" and squeeze(stood).endswith(tail) and 2 * len(tail) < len(squeeze(stood)):
        return None  # «地点由报告厅改为一楼大厅»: perhaps only that part of the place
    return text


STOREY = re.compile(r"^(?:[一二三四五六七八九十\d]{1,3}[楼层]|室[内外]|大厅|门口)")


ANY_UNIT = re.compile(
    r"(?:第?[一二三四五六七八九十]+)?(?:[大中小]学|幼儿园|学[院校]|医院|社区|街道|公司|中心|协会|学会|委员会|研究所|[村镇乡县区市]|[局馆校会院所])"
)


def is_perhaps_part(text: str, stood: str, spec: FieldSpec, *, is_name: bool, is_marked: bool) -> bool:
    """«名称“科谱”应是“科普”», «地点改到三楼», «主办单位也更正为中学»: what is so much shorter than what stood there may be meant for a part of it."""
    if spec.kind not in {"text", "unit"} or len(squeeze(text)) * 2 > len(squeeze(stood)):
        return False
    if spec.kind == "unit":
        return len(squeeze(text)) <= 2 or bool(ANY_UNIT.fullmatch(squeeze(text)))
    return bool(STOREY.match(text)) or ((is_name or is_marked) and len(squeeze(text)) <= 4)


def with_what_stands(spec: FieldSpec, how: str, reading: Reading, before: Plain, old: str = "") -> Reading | None:
    """The reading with what stands already, for «加上展览展示», «去掉现场咨询»; None where that makes no sense."""
    if how == "set" and not old and spec.kind == "choice":
        return Reading({spec.key: with_note(reading.values.get(spec.key), before, spec)}, reading.doubts)
    if how in WHOLE or how == EXACT:
        return reading
    said = reading.values.get(spec.key)
    if spec.kind == "choice" and isinstance(said, tuple):
        there = before if isinstance(before, tuple) else ()
        if how == "add" and old:
            stood = tuple(old.split("、"))  # «原来只勾了青少年»
            there = () if there and set(there) != set(stood) else stood
        if not there:
            return None  # to what it is added is not known
        left = tuple(one for one in there if one not in said)
        if how == "remove":
            return Reading({spec.key: left}) if left and set(said) <= set(there) else None
        gone = set(old.split("、")) if how == "swap" else set()
        if not gone <= set(there):
            return None
        chosen = {*there, *said} - gone
        order = [choice.label for choice in spec.choices]
        ranked = sorted(chosen, key=lambda one: next((i for i, label in enumerate(order) if one.startswith(label)), 99))
        return Reading({spec.key: tuple(ranked)})
    if spec.kind == "unit" and isinstance(said, str) and how == "add":
        said = AND.sub("、", re.sub(r"^[一两二三][家个](?:单位)?(?=[\u4e00-\u9fff]{4})", "", said))
        return None if not before else reading if said in str(before) else Reading({spec.key: f"{before}、{said}"})
    return None


def with_note(said: Plain, before: Plain, spec: FieldSpec) -> Plain:
    """«其他：义诊» says which others, where they stand ticked beside the rest."""
    noted = tuple(choice.label for choice in spec.choices if choice.noted)
    if not (isinstance(said, tuple) and isinstance(before, tuple) and noted):
        return said
    is_note = len(said) == 1 and said[0].startswith(noted) and said[0] not in noted
    others = tuple(one for one in before if not one.startswith(noted))
    return (*others, *said) if is_note and others and len(others) < len(before) else said


AND = re.compile(r"(?<=[局会馆校院心司室部社处])(?:和|与|及|以及)(?=[\u4e00-\u9fff]{3})")


def phone_field(number: str, definition: FormDefinition, row: int) -> FieldSpec | None:
    """Where the number beside a name belongs: a mobile number to its own field, if the form has one."""
    specs = definition.field if row < 0 else definition.column
    kinds = ("mobile", "phone") if is_mobile(number) else ("phone",)
    return next((spec for kind in kinds for spec in specs if spec.kind == kind), None)


def spec_of(definition: FormDefinition, key: str, row: int) -> FieldSpec | None:
    specs = definition.field if row < 0 else definition.column
    return next((spec for spec in specs if key in spec.keys), None)


def is_about(piece: Addressed, asked: Set[str], definition: FormDefinition) -> bool:
    specs = [spec_of(definition, key, piece.row) for key in members(piece.target) or (piece.target,)]
    return any(spec and asked & {spec.key, *spec.keys} for spec in specs)


def judged(
    form: Form, state: State, definition: FormDefinition, definitions: Definitions, campaign: Campaign
) -> Iterator[Problem]:
    """The problems that stay, in their order, and those of the changed fields behind them."""
    blank = any(problem.code is Code.BLANK_FORM for problem in form.problems)
    changed = {(row, spec.key) for row, spec in touched(state, definition, form)}
    if blank:
        changed |= {(-1, spec.key) for spec in definition.field}
    for problem in form.problems:
        if problem.code is not Code.BLANK_FORM and (row_of(problem, form), problem.field) not in changed:
            yield problem
    for row in sorted({row for row, _ in changed}):
        specs = definition.field if row < 0 else definition.column
        fields: Fields = state.fields if row < 0 else state.rows[row]
        draft = Draft(fields=dict(fields), doubts=state.doubts.get(row, Draft()).doubts)
        names = [spec for spec in specs if (row, spec.key) in changed]
        called = definition.label if row < 0 else f"{definition.label}第{row + 1}行"
        yield from problems_of_fields(draft, definition, names, definitions, campaign, called)


def touched(state: State, definition: FormDefinition, form: Form) -> Iterator[tuple[int, FieldSpec]]:
    """The fields that changed, and those that they make dispensable; what somebody wrote there stays wrong."""
    wrong = {(row_of(one, form), one.field) for one in form.problems if one.code is not Code.MISSING}
    for change in state.changes:
        for spec in definition.field if change.row < 0 else definition.column:
            if change.key in spec.keys or (change.key == spec.unless and (change.row, spec.key) not in wrong):
                yield change.row, spec
