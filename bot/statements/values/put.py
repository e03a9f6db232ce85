"""Values that are certain are put into a form: all of a passage or nothing of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from msgspec import Struct, field

from bot.base import expressions as re
from bot.base.campaign import Campaign
from bot.base.problems import Code, Problem
from bot.base.replacing import replace
from bot.base.text import is_blank
from bot.forms.checks import problems_of_fields
from bot.forms.definitions import Definitions, FieldSpec, FormDefinition
from bot.forms.entry.draft import Draft
from bot.forms.entry.value import Reading, read_field, split_group
from bot.forms.labels.index import fields_of, members
from bot.forms.model import Fields, Form, Place, Plain, Value
from bot.forms.values.phones import is_mobile
from bot.statements.model import Change
from bot.statements.plain import in_script_of, written
from bot.statements.values.context import CALLED, EXACT, Addressed, Passage, row_of
from bot.statements.values.meant import WHOLE, said_value, with_what_stands
from bot.statements.values.values import has_value, in_its_month, is_value

PLACE = "回信"
FREE = {"text", "unit", "person", "longtext"}  # kinds that keep the characters of their writer


class Put(Struct, frozen=True):
    """One value that is certain, ready to be put in."""

    spec: FieldSpec
    reading: Reading
    text: str
    row: int


class NewContact(Struct, frozen=True):
    """Whom to ask from now on, as the letter's ``words`` say it; no ``name`` where it gives none, or no number beside it; none is needed where only
    the number is another (``is_same_person``)."""

    words: str
    name: str = ""
    reached: tuple[str, ...] = ()
    is_same_person: bool = False
    of_form: str = ""

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
        words = self.of_form or self.words
        pieces = tuple(Addressed(key, text, -1, words, CALLED) for key, text in fields.items())
        return [Passage(words, pieces, sure=bool(self.of_form), is_change=True)]


class State(Struct):
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
            if not self.says_again(put):
                self.put(put, self.shown(statement.written))
        return not left_out

    def says_again(self, one: Put) -> bool:
        """«时间不用动，还是9月21日»: the day that stands there, told without its hours."""
        stands = self.values(one.row).get(one.spec.key, Value(None))
        is_day = one.spec.kind == "daterange" and one.spec.key not in self.asked and not self.tells_new(one)
        return is_day and bool(HOURS.search(str(stands.value or ""))) and not HOURS.search(one.text)

    def is_empty(self, spec: FieldSpec, row: int) -> bool:
        values = self.values(row)
        return all(values.get(key, Value(None)).value is None for key in spec.keys)

    def differs(self, one: Put) -> bool:
        values = self.values(one.row)
        return any(values.get(key, Value(None)).value != value for key, value in one.reading.values.items())

    def tells_new(self, one: Put) -> bool:
        """Whether the value is another than stands there, of a time its days: «9/21» says «2023年9月21日» again."""
        values = self.values(one.row)
        keys = {one.spec.start, one.spec.end} if one.spec.kind == "daterange" else set(one.spec.keys)
        said = {key: value for key, value in one.reading.values.items() if key in keys}
        return any(values.get(key, Value(None)).value != value for key, value in said.items())

    def ready(self, piece: Addressed, definition: FormDefinition, campaign: Campaign) -> list[Put]:
        """The values of one piece (several for a label of several fields), none where any is not certain."""
        parts = {piece.target: piece.text}
        piece = piece if piece.how == EXACT else replace(piece, old=str(self.restored(piece.old)))
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
        """*value* in the characters of its writer, and the script of the form."""
        if not isinstance(value, str):
            return value
        told = "".join(one.value for one in self.fields.values() if isinstance(one.value, str))  # no printed options
        return in_script_of(
            re.sub(r"[^\u4e00-\u9fff]", "", told), "\n".join(map(self.shown, value.split("\n"))), self.letter[1]
        )

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


HOURS = re.compile(r"[点时:：]|[上下中]午|[早晚]|[全半]天")
TOTAL = re.compile(r"一共|总共|共计|合计|总计|共(?=[\d一二两三四五六七八九])|加起来")


# «对象是农民，…，老年人一并勾上»
AS_WELL = re.compile(r"[也还另加再]|一[并起]|同时|其[他它]")


def ticked_together(passages: Sequence[Passage], definition: FormDefinition, taken_back: Set[int]) -> list[Passage]:
    """*passages*, where one after the other ticks something in a field: each with all that is ticked there."""
    found = list(passages)
    for spec in (one for one in definition.field if one.choices):
        own = [
            i
            for i, one in enumerate(passages)
            if one.sure
            and not one.is_change
            and i not in taken_back
            and [(piece.target, piece.how, piece.old) for piece in one.pieces] == [(spec.key, "set", "")]
        ]
        every = [label for i in own for label in re.split("、(?![^（）]*）)", passages[i].pieces[0].text)]
        every = [one for one in dict.fromkeys(every) if not any(other.startswith(f"{one}（") for other in every)]
        is_noted = not any(one.label in every for one in spec.choices if one.noted)
        if is_noted and all(AS_WELL.search(passages[i].written) for i in own[1:]):
            for i in own:
                found[i] = replace(passages[i], pieces=(replace(passages[i].pieces[0], text="、".join(every)),))
    return found


def compared(one: Put) -> object:
    """What is put in, of a time without hours its days: «9月13日（周三）» and «9月13日» are one."""
    days = [one.reading.values.get(key) for key in (one.spec.start, one.spec.end) if key]
    return days if days and not HOURS.search(one.text) else one.reading.values.get(one.spec.key)


HOURS = re.compile(r"[全整]天|[上下中]午|早|晚|[\d一二三四五六七八九十两][点时:：]")
# «就是镇里的文体广场，写“英都镇文体广场”».
SAYS_SO = re.compile(r"(?:写|填|登记|全称|全名)[^“「《，,]{0,6}[“「《]")


# «那就300», «以280为准»: of what was told before it stands.
LAST_WORD = re.compile(r"为准|^那?就\d|最终|最后(?:定|还是|确定)|还是")


def contradicted(
    told: Sequence[tuple[Passage, Sequence[Put]]], definition: FormDefinition, taken_back: Set[int]
) -> set[int]:
    """Which of the passages give one field different values; the last where it has the last word, what says that it changes it, or is the sum of the others, stands. *taken_back*: those
    that the letter itself puts right."""
    given: dict[tuple[str, int], dict[int, object]] = {}
    for i, (passage, puts) in enumerate(told):
        # «加上科普表演，去掉现场咨询»: one goes on from the other.
        for put in puts if i not in taken_back and all(piece.how in WHOLE for piece in passage.pieces) else ():
            given.setdefault((put.spec.key, put.row), {})[i] = compared(put)
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
                    [i for i in [max(values)] if LAST_WORD.search(told[i][0].written)],
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


def phone_field(number: str, definition: FormDefinition, row: int) -> FieldSpec | None:
    """Where the number beside a name belongs: a mobile number to its own field, if the form has one."""
    specs = definition.field if row < 0 else definition.column
    kinds = ("mobile", "phone") if is_mobile(number) else ("phone",)
    return next((spec for kind in kinds for spec in specs if spec.kind == kind), None)


def spec_of(definition: FormDefinition, key: str, row: int) -> FieldSpec | None:
    specs = definition.field if row < 0 else definition.column
    return next((spec for spec in specs if key in spec.keys), None)


def is_about(piece: Addressed, asked: Set[str], definition: FormDefinition) -> bool:
    specs = [spec_of(definition, key, piece.row) for key in fields_of(piece.target)]
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
