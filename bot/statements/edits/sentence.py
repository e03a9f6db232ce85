"""The clauses of a sentence that nobody understood by itself, read together as edits of the form as it stands. Pure.

The frames of ``values`` read what holds a value whole. Here words that are not understood may stand between those that are: what was there, what is to
be there, the verb that changes it. In turn a sentence that asks, wishes, plans or hears says is never an edit for certain.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from bot.base import expressions as re
from bot.base.replacing import replace
from bot.forms.definitions import FieldSpec
from bot.forms.labels.index import members
from bot.forms.values.within import is_there
from bot.statements.edits import asked, numbers, people, picked, places, same, stays, times, units
from bot.statements.edits.days import DAYS
from bot.statements.edits.parts import addresses, choices, counts, dates, digits, items, words
from bot.statements.edits.stance import is_open
from bot.statements.values.clause.settled import is_clean
from bot.statements.values.clause.taken_up import TAKES_BACK
from bot.statements.values.context import EXACT, Addressed, Context, Edit, HeardClause
from bot.statements.values.meant import said_value
from bot.statements.values.shapes import SHAPES
from bot.statements.values.values import is_full_name, says_nothing
from bot.statements.wording.joints import CHANGED_AT_ALL

A_DAY = re.compile(rf"[“「]?(?:{DAYS.pattern})[”」]?")
LONGEST = 160  # characters; what is longer is no sentence
READERS = (
    stays.edits_in,
    asked.edits_in,
    times.edits_in,
    places.edits_in,
    people.edits_in,
    units.edits_in,
    numbers.edits_in,
    counts.totals_in,
)
# What these find is said of what stands in the form, whatever its clauses seemed to say each by itself.
FIRST = (
    picked.edits_in,
    same.edits_in,
    words.edits_in,
    items.edits_in,
    counts.edits_in,
    digits.edits_in,
    dates.edits_in,
    addresses.edits_in,
    choices.edits_in,
)


def edited(heard: Sequence[HeardClause], context: Context) -> list[HeardClause]:
    """The clauses of a sentence; those that were not understood for certain with the edits that they say."""
    if context.form.rows or not context.form.fields:
        return list(heard)
    sentence = "".join(one.text for one in heard)
    heard = with_parts([with_house(one, sentence, context) for one in heard], context)
    heard = [with_house(one, sentence, context) for one in heard]
    heard = [replace(one, is_explained=True) if places.gives_reason(one, context) else one for one in heard]
    heard = [replace(one, pieces=(), is_explained=True) if restates(one, context) else one for one in heard]
    done = [is_understood(one, context) and not is_one_end(one, sentence, context) for one in heard]
    told = {piece.target for one, is_done in zip(heard, done, strict=True) if is_done for piece in one.pieces}
    found: list[HeardClause] = []
    for is_done, group in groupby(zip(done, heard, strict=True), itemgetter(0)):
        clauses = [one for _, one in group]
        found += clauses if is_done else with_edits(clauses, told, context)
    return [replace(one, sure=False) if one.sure and moves_one_of(one, sentence, context) else one for one in found]


SESSIONS = re.compile(r"\d[日号]?[^，,。；;\d]{0,10}那一?场")


def moves_one_of(one: HeardClause, sentence: str, context: Context) -> bool:
    """Whether a new day is only that of one of several sessions: «9.17石崎社区那场不动，9.18玉霞社区那场…改到9.24去»."""
    kinds = [spec.kind for piece in one.pieces if (spec := context.definition.spec(piece.target))]
    return "daterange" in kinds and len(SESSIONS.findall(sentence)) > 1


def with_house(one: HeardClause, sentence: str, context: Context) -> HeardClause:
    """What is said of a room, with the house that stands in the form."""
    specs = [context.definition.spec(piece.target) for piece in one.pieces]
    pieces = tuple(
        completed(piece, sentence, spec, context) if spec else piece
        for piece, spec in zip(one.pieces, specs, strict=True)
    )
    return one if pieces == one.pieces else replace(one, pieces=pieces)


# «地点：学校田径场（原体育馆）»
FORMER = re.compile(
    r"\s*[（(](?:原[来先]?|之前|此前|旧)(?:定|报|填|写|登记|地点|时间)?的?(?:是|为|在|[:：])*(?P<was>[^（）()]{2,40})[)）]\s*$"
)


def without_former(piece: Addressed, context: Context) -> Addressed:
    """*piece* without the brackets behind it that only tell what stands in the form."""
    match = FORMER.search(piece.text) if piece.how == "set" else None
    stood = str(context.form.plain(piece.target) or "")
    return replace(piece, text=piece.text[: match.start()], old="?") if match and match["was"] in stood else piece


def completed(piece: Addressed, text: str, spec: FieldSpec, context: Context) -> Addressed:
    piece = without_former(piece, context)
    if spec.kind == "daterange":
        return times.completed(piece, spec, context)
    if spec.kind == "text" and spec.key != context.definition.anchor:
        piece = places.extended(piece, spec, context)
    if spec.kind == "unit":
        return units.completed(piece, text, context)
    if not piece.old and not CHANGED_AT_ALL.search(text):
        return piece
    is_place = spec.kind == "text" and spec.key != context.definition.anchor
    return places.completed(piece, spec, context) if is_place else piece


def restates(one: HeardClause, context: Context) -> bool:
    """Whether a clause only names what stands in the form, by a piece of it: «地点写在祠堂» where «大坪村苏氏祠堂» stands, «我们勾了“科普表演”» of three that are ticked."""
    asked = {problem.field for problem, _ in context.messages.values()}

    def is_piece(piece: Addressed) -> bool:
        spec, stood = context.definition.spec(piece.target), context.form.plain(piece.target)
        if spec is None or piece.target in asked or piece.how != "set" or piece.old:
            return False
        is_told = bool(WRITTEN.search(one.text))
        if isinstance(stood, tuple):
            return is_told and set(piece.text.split("、")) < set(stood)
        name = stood if isinstance(stood, str) and spec.kind in {"text", "unit"} else ""
        if MARKS.search(piece.text) or MARKS.search(name) or piece.text == name:
            return False
        return name.endswith(piece.text) or (is_told and is_there(piece.text, name))

    return bool(one.pieces) and all(map(is_piece, one.pieces)) and not CHANGED_AT_ALL.search(one.text)


WRITTEN = re.compile(r"[写填报登印勾选](?:的|了|着|是|在|成)")
MARKS = re.compile(r"[“”「」《》、，,；;（）()和及与]")  # the writer's own, or of several that stand there


def with_parts(heard: Sequence[HeardClause], context: Context) -> list[HeardClause]:
    """The clauses with what they say of a part of what stands in the form."""
    text = "".join(one.text for one in heard)
    edits = parts_in(text, context)
    if any(TAKES_BACK.match(one.text) for one in heard):
        # «勾科普宣传，不对，是互动体验»: which of the two is meant.
        edits = [one for one in edits if not choices_of(one, context)]
    if not edits:
        return list(heard)
    places = list(placed(heard))
    edits = [
        replace(edit, sure=edit.sure and (edit.is_answer or not is_open(text, own_words(edit, places), context)))
        for edit in edits
    ]
    edits = [one for one in edits if one.sure or not any(is_within(one, other) for other in edits)]
    settled = {piece.target for one in heard if is_understood(one, context) for piece in one.pieces if not one.is_edit}
    edits = [edit for edit in edits if edit.sure or edit.piece.target not in settled]
    fields = {edit.piece.target for edit in edits}

    def leads(one: HeardClause, near: list[Edit]) -> bool:
        rest = [piece for piece in one.pieces if piece.target not in fields and piece.how == "set" and one.sure]
        return bool(near) and not rest

    sure = {edit.piece.target for edit in edits if edit.sure}
    return [without_guess(one, sure) for one in put_in(places, edits, leads)]


def without_guess(one: HeardClause, told: Collection[str]) -> HeardClause:
    """«之前只勾了青少年，后来老年人也来，所以老年人那格也勾上»: what leads up to one of the fields *told* for certain, says nothing of it."""
    is_guess = one.pieces and not (one.sure or one.is_edit) and {piece.target for piece in one.pieces} <= set(told)
    return replace(one, pieces=()) if is_guess else one


def choices_of(edit: Edit, context: Context) -> bool:
    spec = context.definition.spec(edit.piece.target)
    return bool(spec and spec.choices)


def put_in(
    places: Sequence[tuple[HeardClause, int, int]],
    edits: Sequence[Edit],
    leads: Callable[[HeardClause, list[Edit]], bool],
) -> list[HeardClause]:
    """The clauses with the *edits* that each says; what only *leads* up to those that touch it is explained by them."""
    found: list[HeardClause] = []
    for one, begin, end in places:
        own = [edit for edit in edits if begin <= edit.at < end]
        if own:
            pieces = tuple(replace(edit.piece, written=one.text) for edit in own)
            sure, is_answer = all(edit.sure for edit in own), all(edit.is_answer for edit in own)
            found.append(HeardClause(one.text, pieces, sure=sure, is_edit=True, is_answer=is_answer))
        elif leads(one, [edit for edit in edits if edit.begin < end and begin < edit.end]):
            found.append(HeardClause(one.text, is_explained=True))
        else:
            found.append(one)
    return found


def is_within(one: Edit, other: Edit) -> bool:
    """Whether *one* is read from a part of the words of *other*, of another field: «手机后四位打反了，应该是1132» tells no number of people."""
    return one.piece.target != other.piece.target and other.begin < one.begin and one.end <= other.end


def own_words(edit: Edit, places: Sequence[tuple[HeardClause, int, int]]) -> str:
    """The words of *edit*; those that only untick something forbid nothing."""
    words = words_of(edit, places)
    return choices.TAKE.sub("", words) if edit.piece.how in {"remove", "swap"} else words


def parts_in(text: str, context: Context) -> list[Edit]:
    """What *text* says of a part of what stands in the form."""
    if context.form.rows or not context.form.fields or len(text) > LONGEST:
        return []
    return agreeing([one for reader in FIRST for one in reader(text, context)])


def says_edit(text: str, begin: int, end: int, context: Context, *, leads: bool = False) -> bool:
    """Whether the clause from *begin* to *end* of the sentence *text* says for certain what is to be done to the form, or (*leads*) leads up to that."""
    if context.form.rows or not context.form.fields or len(text) > LONGEST:
        return False
    found = agreeing([one for reader in (*FIRST, *READERS) for one in reader(text, context)])
    return any(
        one.sure
        and (begin <= one.at < end or (leads and one.begin < end and begin < one.end))
        and not is_open(
            text, without_value(text[begin:end] if begin <= one.at < end else text[one.begin : one.end], one), context
        )
        for one in found
    )


def is_understood(one: HeardClause, context: Context) -> bool:
    """Whether what the clause says was read. A name without its label may be told in full by the next clause."""
    if not one.pieces or not one.sure or one.unsure:
        return False
    if any(times.contradicts(piece, one.text, context) for piece in one.pieces):
        return is_open(one.text, one.text, context)
    return any(holds(piece, context) and not (one.is_bare and is_free(piece, context)) for piece in one.pieces)


def is_one_end(one: HeardClause, sentence: str, context: Context) -> bool:
    """«即9月15日开展，结束日期还是22日»: the sentence tells the other end of the days as well."""
    return any(times.contradicts(piece, sentence, context) for piece in one.pieces) and not is_open(
        sentence, sentence, context
    )


def is_free(piece: Addressed, context: Context) -> bool:
    spec = context.definition.spec(piece.target)
    return bool(spec and spec.kind in asked.FREE)


def holds(piece: Addressed, context: Context) -> bool:
    """Whether what was read is a value that its field takes."""
    keys = members(piece.target)
    specs = [spec for key in keys or (piece.target,) if (spec := context.definition.spec(key))]
    kinds = {spec.kind for spec in specs}
    if kinds <= set(SHAPES) and len(kinds) == 1 and piece.how == "set":
        return is_clean(piece.text, specs[0])
    spec = None if keys else context.definition.spec(piece.target)
    if spec is not None and spec.key == context.definition.anchor:
        return not (A_DAY.fullmatch(piece.text) or LEADS_TO_NAME.match(piece.text))
    if spec is None or spec.kind not in {"text", "unit", "person"}:
        return True
    value = said_value(piece, spec, piece.text, context.form.plain(spec.key), is_name=False)
    if value is None or says_nothing(value) or (spec.kind == "unit" and piece.how == "remove"):
        return False
    return spec.kind != "person" or is_full_name(value)


# «同意改，叫“一粒米的旅行”»
LEADS_TO_NAME = re.compile(r"[^“「《]{0,12}[改叫写用][^“「《]{0,4}[“「《][^“”「」《》]+[”」》]$")


def with_edits(run: Sequence[HeardClause], told: Collection[str], context: Context) -> list[HeardClause]:
    """*told*: the fields of which the rest of the sentence says for certain what they hold; what else is said of one only leads up to that."""
    text = "".join(one.text for one in run)
    if len(text) > LONGEST or (all(one.is_explained for one in run) and not MOVED.search(text)):
        return list(run)
    edits = [
        one
        for one in agreeing([one for reader in READERS for one in reader(text, context)])
        if one.piece.target not in told
    ]
    places = list(placed(run))
    settled = {edit.piece.target for edit in edits if edit.sure}
    edits = [
        replace(edit, sure=edit.sure and (edit.is_answer or not is_open(text, words_of(edit, places), context)))
        for edit in edits
    ]

    def leads(one: HeardClause, near: list[Edit]) -> bool:
        is_told = bool(one.pieces) and {piece.target for piece in one.pieces} <= settled
        return is_told or any(says_no_more(one, edit) for edit in near)

    return put_in(places, edits, leads)


# «原定17日的讲座提早到16日» tells what stood there, and more.
MOVED = re.compile(
    r"(?:[提推延][前早迟后]|早|晚)了?.{1,3}(?:小时|钟头|分钟|刻钟)|原[定来先].{2,16}(?:提[早前]|推迟|延后?|顺延|改)[到至在]"
)


def says_no_more(one: HeardClause, edit: Edit) -> bool:
    """Whether a clause only leads up to *edit*."""
    return all(piece.target == edit.piece.target for piece in one.pieces)


def placed(run: Sequence[HeardClause]) -> Iterator[tuple[HeardClause, int, int]]:
    begin = 0
    for one in run:
        yield one, begin, begin + len(one.text)
        begin += len(one.text)


def words_of(edit: Edit, places: Sequence[tuple[HeardClause, int, int]]) -> str:
    words = "".join(
        spoken_near(one.text, edit.begin - begin, edit.end - begin)
        for one, begin, end in places
        if edit.begin < end and begin < edit.end
    )
    return without_value(words, edit)


def without_value(words: str, edit: Edit) -> str:
    """*words* without the value; a name may be of letters that else leave something open («蔡婉如», «就叫“火箭说航天”»)."""
    if edit.piece.how == EXACT:
        return BETWEEN_MARKS.sub("“◇”", words)
    value = edit.piece.text.strip("“”") if edit.piece.how == "set" else ""
    return words.replace(value, "◇") if value else words


BETWEEN_MARKS = re.compile(r"[“「《][^“”「」《》]{1,40}[”」》]")
SPOKEN = 60  # characters; a clause that is longer has lost its commas
NEAR = 12


def spoken_near(text: str, begin: int, end: int) -> str:
    """Of a clause that somebody spoke without any comma, only what stands near the edit."""
    return text if len(text) < SPOKEN else text[max(begin - NEAR, 0) : end + NEAR]


def agreeing(edits: Sequence[Edit]) -> list[Edit]:
    """One edit a field, that which answers what was asked for; none where they say different things."""
    answered = {one.piece.target for one in edits if one.is_answer}
    by_field: dict[str, list[Edit]] = {}
    for one in edits:
        if one.is_answer or one.piece.target not in answered:
            by_field.setdefault(one.piece.target, []).append(one)
    return [found[0] for found in by_field.values() if len({one.piece.text for one in found}) == 1]
