"""What the reading for certain leaves over, read once more by types, to be proposed: as a careful clerk who is not quite sure would ask. Pure.

A piece of the shape that only one unanswered field has is its answer, where no other piece has that shape; and the one new value of a clause that says that
something changes is what its field is to hold. Never what was once, what is another's, a condition, a wish or a denial; where two readings are possible, none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import groupby, islice
from operator import attrgetter

from msgspec import Struct

from bot.base import expressions as re
from bot.forms.definitions import FieldSpec
from bot.forms.values.numerals import numeral_value
from bot.forms.values.phones import shows_mobile
from bot.forms.values.within import of_own, whole_place
from bot.statements.edits.asked import COUNTS, FREE, asked_in, named_in
from bot.statements.edits.days import days_in
from bot.statements.edits.named import NEAR, labels_in, stands
from bot.statements.edits.parts.counts import THINGS
from bot.statements.edits.sites import is_place, new_site
from bot.statements.edits.stance import is_open
from bot.statements.values.clause.counting import TOTAL, the_value
from bot.statements.values.context import Addressed, Context, Passage, unit_of
from bot.statements.values.free import free_value
from bot.statements.values.lines import BULLET, CIRCLED, numbered
from bot.statements.values.shapes import SHAPES, bare, choices_in, is_free
from bot.statements.values.values import is_full_name
from bot.statements.wording.joints import ANOTHERS, NAMED_UNIT, OTHERS, without_tail
from bot.statements.wording.phrases.promises import PROMISE
from bot.statements.wording.signature import kind_of, signed_text
from bot.statements.wording.words import SURNAMES

LONGEST = 160  # characters of a sentence
MOST = 120  # clauses, or lines; what is longer is no answer
SENTENCE = re.compile(r"[^。；;！!？?\n]+[。；;！!？?]?")
MARKED = re.compile(r"[“「《（(][^“”「」《》（）()\n]*[”」》）)]")
# A blank beside a dash or a colon joins a label to its value.
CLAUSE = re.compile(r"(?:[^，,\s]|(?<=[：:—\-–])\s+|\s+(?=[：:—\-–]))+(?:[，,]|\s+|$)")
# That something is another than it was.
CHANGES = re.compile(
    r"改(?![革良造善编])|换|挪|搬|移(?!动)|调(?!研|查)|减|增(?!强)|[添加]到|更正|变更|应[为作是]|应该?是|[写填报弄搞打看]?[反串混]了|写反|颠倒|[写填打印报]错|[多少漏错][写填打]|笔误|由.+[到至为]|不是.+是|才[对是]|实际|现[定为]|定下|[按照].+[登算写填报]|改叫"
)
# What was once, or is told of others.
ONCE = re.compile(
    r"去年|往年|前年|上一?[次届回]|当年|那年|以往|曾经?|最早|当初|起初|之前(?!写错)|群里|网站|听说|据说|(?<!\d)(?:19|20(?!23))\d\d年"
)
SINCE = re.compile(r"今年|这次|本次|现在?")
END = re.compile(r"[。；;！!？?\n]")
DROPPED = re.compile(r"不[改换]了|作罢|[毙否]掉?了|没同意|没批|不能[改动换]|当我?没说|忽略")
STAYS = re.compile(r"不变|没变|没动|不动|照旧|不用[改动]")
HEDGED = re.compile(r"[≈约]|大概|估摸|估计|差不多|左右|怕是没")
IN_CASE = re.compile(r"如[遇果有若]|若(?!干)|万一|要是|下雨|雨天")
OF_OTHER_USE = re.compile(
    r"[她他]是?$|有事|紧急|急事|微信|传真|截止|培训|开会|开[展幕]仪式|出差|休假|外出|回复|[打拨](?:给|到)?我?这?个?$"
)


class Piece(Struct, frozen=True):
    """A clause that was left over, in its *sentence*; ``before``: what stands near before it."""

    text: str
    sentence: str
    before: str

    @property
    def words(self) -> str:
        return self.text.strip(" \t\u3000，,、；;。！!：:")


class Offer(Struct, frozen=True):
    """A value that *piece* may give the field ``key``."""

    key: str
    value: str
    piece: Piece
    is_change: bool = False


def offers(
    left: Sequence[str],
    settled: Sequence[str],
    told: Collection[str],
    context: Context,
    holds: Callable[[Addressed], str],
) -> list[Passage]:
    """What *left*, the stretches of a letter, says beside its *settled* words of the fields but those that were *told*. *holds*: what a value
    would make another than it is, empty where it is none of its field."""
    if context.form.rows or not (context.form.fields or context.messages):
        return []
    pieces = list(islice(pieces_in(left, context.letter), MOST))
    pieces = [one for one in pieces if not any(one.words in words for words in settled)]
    asked = [spec for spec in asked_in(context) if spec.key not in told]
    every = [*answers_in(pieces, asked, context), *changes_in(pieces, told, context)]
    found: list[Passage] = []
    for _, group in groupby(sorted(every, key=attrgetter("key")), attrgetter("key")):
        read = [(one, piece, holds(piece)) for one in group if (piece := addressed(one, context))]
        read = [one for one in read if one[2]]
        if read and len({value for _, _, value in read}) == 1:
            one, piece, _ = read[-1]
            found.append(Passage(piece.written, (piece,), sure=False, is_change=one.is_change))
    return sorted(found, key=lambda one: context.letter.find(one.written))


def addressed(one: Offer, context: Context) -> Addressed:
    words = one.piece.words
    old = "?" if one.is_change and context.form.plain(one.key) is not None else ""
    return Addressed(one.key, one.value, -1, words, old=old, prose=True)


def pieces_in(stretches: Sequence[str], letter: str) -> Iterator[Piece]:
    """The clauses of the *stretches*, each with all of its sentence, of which some may have been cut off for what they are."""
    masked = MARKED.sub(lambda marked: "＿" * len(marked.group()), letter)
    ends = [0, *(one.end() for one in END.finditer(masked)), len(letter)]
    at = 0
    for stretch in stretches:
        found = letter.find(stretch, at)
        at = found if found >= 0 else max(letter.find(stretch), 0)
        for match in SENTENCE.finditer(masked, at, at + len(stretch)):
            place = bisect_right(ends, match.start())
            sentence = letter[ends[place - 1] : ends[min(place, len(ends) - 1)]]
            for one in CLAUSE.finditer(match.group()) if len(sentence) <= LONGEST else ():
                first, last = match.start() + one.start(), match.start() + one.end()
                yield Piece(letter[first:last], sentence, letter[max(first - NEAR, 0) : first])


def is_past(words: str, text: str) -> bool:
    """Whether the sentence of *words* in *text* tells them of what was once, or of others, or takes them back."""
    at = max(text.find(words), 0)
    lead = END.split(text[:at])[-1]
    behind = END.split(text[at + len(words) :])[0]
    return bool(ONCE.search(SINCE.split(lead)[-1]) or DROPPED.search(behind))


def is_meant(piece: Piece, value: str, context: Context) -> bool:
    """Whether what *piece* says is said of the writer's own activity as it is to be."""
    clause, sentence = (one.replace(value, "◇") if value else one for one in (piece.text, piece.sentence))
    at = sentence.find(clause)
    lead = SINCE.split(sentence[:at] + clause.partition("◇")[0])[-1]
    behind = sentence[at + len(clause) :]
    if ONCE.search(lead) or DROPPED.search(clause + behind) or STAYS.search(clause) or HEDGED.search(clause):
        return False
    if IN_CASE.search(sentence) or OF_OTHER_USE.search(lead) or PROMISE.search(piece.text):
        return False
    known = " ".join(str(one.value) for one in context.form.fields.values())
    names = [one.group() for one in NAMED_UNIT.finditer(clause)]
    if any(one not in known for one in names) or ANOTHERS.search(sentence):
        return False
    return not is_open(sentence, clause, context)


def in_turn(context: Context) -> list[tuple[str, Addressed]]:
    """The lines that answer one by one all that was asked, in its order, as they are written below each of our questions."""
    specs = [context.definition.spec(problem.field) for problem, row in context.numbered.values() if row < 0]
    lines = [line for line in context.letter.splitlines() if line.strip()][: MOST if len(specs) > 1 else 0]
    below = set(signed_text(context.letter).signature) if lines else set()
    found: list[list[tuple[str, Addressed]]] = []
    for at in range(max(len(lines) - len(specs) + 1, 0)):
        window = lines[at : at + len(specs)]
        if below & set(window) and not all(map(ANSWERS.match, window)):
            continue  # perhaps who writes
        told: list[tuple[str, Addressed]] = []
        for line, spec in zip(window, specs, strict=True):
            if not (value := line_value(line, spec, context) if spec else ""):
                break
            told.append((line, Addressed(spec.key if spec else "", value, -1, line.strip())))
        found += [told] if len(told) == len(specs) else []
    return found[0] if len(found) == 1 else []


ANSWERS = re.compile(r"\s*(?:[—–-]{2}|→|➜|[>＞]|答[:：])")


def line_value(line: str, spec: FieldSpec, context: Context) -> str:
    """What a line that says nothing else answers to the question for *spec*."""
    plain = BULLET.sub("", line).strip(" \t\u3000。—–-")
    is_of_list = numbered(line) or CIRCLED.match(line) or re.search(r"[；;]", plain)
    if len(plain) > LONGEST or is_of_list or labels_in(plain, context) or is_open(plain, plain, context):
        return ""
    if spec.kind == "text" and spec.key != context.definition.anchor:
        is_said = not ITEM.match(plain) and free_value(plain, prose=False, is_unit=False) == plain and is_place(plain)
        return f"“{of_own(plain, unit_of(context)) or plain}”" if is_said else ""
    return value_in(Piece(plain, plain, ""), spec, context)


def answers_in(pieces: Sequence[Piece], asked: Sequence[FieldSpec], context: Context) -> Iterator[Offer]:
    """Each unanswered field with the one piece of its shape, where that is the shape of no other."""
    for piece in pieces:
        fields = {spec.key: value for spec in asked if (value := value_in(piece, spec, context))}
        fields = {key: value for key, value in fields.items() if fits(piece, key, value, fields, context)}
        if len(fields) == 1:
            key, value = next(iter(fields.items()))
            yield Offer(key, value, piece)


def fits(piece: Piece, key: str, value: str, fields: Collection[str], context: Context) -> bool:
    """Whether the field *key* is the one that *piece* speaks of."""
    named = named_by(piece.text, context)
    if named and key not in named:
        return False
    spec = context.definition.spec(key)
    inner = value.strip("“”")
    if spec and spec.kind == "phone" and shows_mobile(value):
        others = [context.definition.spec(other) for other in fields]
        return not any(one and one.kind == "mobile" for one in others) and is_meant(piece, inner, context)
    return is_meant(piece, inner, context) if spec and spec.kind not in FREE else is_said(piece, inner, context)


def is_said(piece: Piece, value: str, context: Context) -> bool:
    """Whether a name is said to be what it is, and no more of it."""
    around = piece.sentence.replace(value, "◇")
    return not (ONCE.search(around) or DROPPED.search(around) or is_open(around, around, context))


def named_by(text: str, context: Context) -> set[str]:
    """The fields of which *text* speaks in its own words."""
    found = {key for one in labels_in(text, context) for key in one.keys}
    for spec in context.definition.field:
        if (spec.kind == "unit" and spec.label[:2] in text) or (
            spec.kind == "count" and COUNTS["staff" in spec.key].search(text)
        ):
            found.add(spec.key)
    return found


def value_in(piece: Piece, spec: FieldSpec, context: Context) -> str:
    """The one value of the field's kind that *piece* gives."""
    text = without_tail(BULLET.sub("", piece.text).strip(" ，,、。—-"))
    text = SPOKEN.sub(lambda match: str(numeral_value(match.group())), text)
    if OTHERS.search(text):
        return ""
    if spec.kind == "daterange":
        days = {one.text for one in days_in(text, None) if one.role not in {"was", "first", "last"}}
        return days.pop() if len(days) == 1 else ""
    if spec.kind == "choice":
        found = [] if TAKEN_OFF.search(piece.text) else [value for _, _, value in choices_in(text, spec)]
        return found[0] if len(found) == 1 else ""
    if spec.kind in SHAPES:
        value = the_value(EXTENSION.sub("", text) if spec.kind == "count" else text, spec) or ""
        is_other = spec.kind == "count" and not is_of_people(piece, text, spec, context)
        is_other = is_other or bool(OF_SIGNS.search(text)) or (spec.kind == "count" and bool(THINGS.search(text)))
        return "" if is_other or (spec.kind == "mobile" and not shows_mobile(value)) else value
    if spec.kind == "person":
        names = {match["name"] for match in NAME.finditer(text) if is_full_name(match["name"])}
        return names.pop() if len(names) == 1 else ""
    if spec.kind == "longtext":
        return text[1:-1] if LONG.fullmatch(text) else ""
    if spec.kind not in FREE:
        return ""
    plain = bare(ITEM.sub("", text))
    if spec.key == context.definition.anchor:
        return "" if OF_PART.search(piece.sentence) else named_in(text, spec, context)[1]
    if is_named_so(plain, spec):
        return f"“{of_own(plain, unit_of(context)) or plain}”"
    return named_in(text, spec, context)[1]


def is_named_so(plain: str, spec: FieldSpec) -> bool:
    """Whether *plain* is a place, or a unit, and nothing more."""
    if spec.kind == "text" and is_place(plain) and not plain.isdecimal() and kind_of(plain) != "unit":
        return free_value(plain, prose=False, is_unit=False) == plain
    return spec.kind == "unit" and is_free(plain, spec, is_name=False)


OF_SIGNS = re.compile(r"[多少漏错](?:打|写|填|输|了)+(?:了)?一?个?[\d零一二三四五六七八九]$|[一两]位")
EXTENSION = re.compile(r"(?:转|分机)(?:号码?)?\s*[:：]?\d+")
OF_PART = re.compile(r"[里中]面?的?[“「]|[前后]面?(?:再|要)?[加添]|[一两三四五\d]个?字|字样")
TAKEN_OFF = re.compile(r"去掉|拿掉|划掉|删|取消|不(?!变)|没|别|除了")
# «按一百八登», «拢共二百六»
SPOKEN = re.compile(r"(?<!第)[一二两三四五六七八九][百千][一二三四五六七八九](?![十百千万年月日号点楼层])")
ITEM = re.compile(r"^(?:[一另][个处项样]|[\u4e00-\u9fff]{2,6})?[是为写填][:：]?\s*")
LONG = re.compile(r"[“「][^“”「」]{20,}[”」]")
NAME = re.compile(
    rf"(?:^|(?<=[叫是找成由为])|(?<=[:：）)\s—-]))(?P<name>[{SURNAMES}][\u4e00-\u9fff]{{1,2}})(?=$|[\s，,、（(]|来?(?:负责|对接|接))"
)


def is_of_people(piece: Piece, text: str, spec: FieldSpec, context: Context) -> bool:
    """Whether the number in *text* counts those whom the field counts, and all of them."""
    is_staff = "staff" in spec.key
    places = "".join(stands(one.key, context) for one in context.definition.field if one.kind == "text")
    if ROOM.search(text) and ROOM.search(places) and not COUNTS[is_staff].search(piece.sentence):
        return False  # «302那天被占了，换成203»
    if COUNTS[not is_staff].search(text) and not COUNTS[is_staff].search(text):
        return False
    others = [one for one in re.split(r"[，,、\s]", piece.sentence.replace(piece.text, "")) if EACH.search(one)]
    stood = stands_as(spec.key, context)
    others = [one for one in others if not (stood and stood in one)]
    return TOTAL.search(text) is not None or not any(COUNTS[is_staff].search(one) for one in others)


ROOM = re.compile(r"(?<!\d)\d{3}(?![\d\s]*[人名位个]|\d)")
EACH = re.compile(r"\d+\s*[个名位人]|[一二两三四五六七八九十百]+[个名位]")


def changes_in(pieces: Sequence[Piece], told: Collection[str], context: Context) -> Iterator[Offer]:
    """What the clauses that say that something changes give the field which they name, or which was named last before them."""
    for piece in pieces:
        if not CHANGES.search(piece.sentence[: piece.sentence.find(piece.text) + len(piece.text)]):
            continue
        found = {spec.key: value for spec in context.definition.field if (value := new_value(piece, spec, context))}
        for key in fields_meant(piece, found, context):
            if key not in told and is_meant(piece, found[key].strip("“”"), context):
                yield Offer(key, found[key], piece, is_change=True)


def new_value(piece: Piece, spec: FieldSpec, context: Context) -> str:
    stood = stands(spec.key, context)
    if spec.kind == "text" and spec.key != context.definition.anchor:
        sites = list(new_site(piece.sentence, stood))
        here = [(site, was) for site, was, _ in sites if site.text in piece.text and not site.text.isdecimal()]
        lead = (
            piece.sentence[: piece.sentence.find(piece.text)] + piece.text.partition(here[0][0].text)[0] if here else ""
        )
        if here and here[0][0].how != "goes" and named_by(lead, context) - {spec.key}:
            return ""  # «主办不是…，是…»
        whole = whole_place(here[0][0].text, stood, unit_of(context), here[0][1]) if here else None
        return f"“{whole}”" if whole and whole != stood else ""
    named = named_by(piece.text, context)
    if spec.kind in {"choice", "longtext"} or (spec.kind in {"date", *FREE} and named != {spec.key}):
        return ""
    value = value_in(piece, spec, context)
    return "" if spec.kind == "phone" and spec.key not in named and shows_mobile(value) else value


def fields_meant(piece: Piece, found: Collection[str], context: Context) -> list[str]:
    """Of the fields that what is new could be of, the one that is meant."""
    named = named_by(piece.text, context)
    named = named or {key for key in found if (stood := stands_as(key, context)) and stood in piece.sentence}
    if not named and (len(found) > 1 or is_one_of_several(found, context)):
        lead = piece.sentence[: piece.sentence.find(piece.text)]
        named = named_by(lead, context) & set(found) or named_by(piece.before, context) & set(found)
    meant = [key for key in found if key in named or not named]
    return meant if len(meant) == 1 and not (is_one_of_several(meant, context) and not named) else []


def stands_as(key: str, context: Context) -> str:
    """What stands in the field, in words that a letter may give up: «表里的“300”多写了个零»."""
    stood = context.form.plain(key)
    return str(stood) if isinstance(stood, str | int) and len(str(stood)) > 1 else ""


def is_one_of_several(keys: Collection[str], context: Context) -> bool:
    """Whether the form has another field of the kind."""
    kinds = [one.kind for one in context.definition.field]
    specs = [context.definition.spec(key) for key in keys]
    return any(spec and spec.kind in {"count", "unit", "text"} and kinds.count(spec.kind) > 1 for spec in specs)
