"""What a sender writes about a form -> the form with the changed values. Pure.

«联系电话：22217957», «1、时间改为9月18日», «1. 22217957» (the number in the list of problems), a line of the quoted list with
the answer behind it. What cannot be told for certain changes nothing and is handed back as not understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set

from bot.base.campaign import Campaign
from bot.base.replacing import replace
from bot.base.text import squeeze
from bot.forms.definitions import Definitions, FormDefinition
from bot.forms.entry.value import split_group
from bot.forms.labels.index import members
from bot.forms.model import Form
from bot.statements.model import Answers, HeardValue
from bot.statements.plain import characters, plain, written
from bot.statements.values.clause.amounts import by_how_many
from bot.statements.values.clause.fitting import is_doubtful, with_note
from bot.statements.values.context import Addressed, Context, Passage, context_of
from bot.statements.values.hear import heard_in
from bot.statements.values.left_over import is_past, offers
from bot.statements.values.listed import as_signed
from bot.statements.values.meant import at_same_hours
from bot.statements.values.purpose import Purpose, is_asked, is_contact, is_of_form, purposes_of
from bot.statements.values.put import (
    NewContact,
    Put,
    State,
    contradicted,
    judged,
    phone_field,
    spec_of,
    ticked_together,
)
from bot.statements.wording.automatic import (
    MENU,
    is_address,
    is_machines,
    is_of_office,
    read_automatic,
    tells_of_intake,
)
from bot.statements.wording.beside import is_beside, without_asides
from bot.statements.wording.doubt import (
    is_for_now,
    is_put_off,
    is_taken_back,
    is_undecided,
    stands_in_doubt,
    undecided_in,
)
from bot.statements.wording.formulas import is_formula
from bot.statements.wording.joints import ANOTHERS, NAMED_UNIT
from bot.statements.wording.phrases.contacts import OF_FORM
from bot.statements.wording.signature import SignedText, kind_of, signed_text
from bot.statements.wording.words import is_courtesy

PERSONAL = {"person", "phone", "mobile"}
# «现更正如下：» says of all that follows that it changes something.
CHANGES_ALL = re.compile(
    r"(?:^|[，,。\n])\s*(?:再|还要?|另外?)?补(?:充|上|报)?(?:下面?)?[一两二三几]个?(?:[项处点])?\s*[:：]|(?:^|[，,。\n])[^，,。；;\n您你]{0,16}(?:更正|修改|变更|更改|调整|改动)[^，,。；;\n您你]{0,10}(?:如下|为以下|以下|下列|[:：]\s*$)|(?:时间|日期|日子)[^，,。；;\n]{0,4}(?:对调|互换|调换)[:：]",
    re.MULTILINE,
)
SPEAKS = re.compile(
    r"^[人正还]?在[\u4e00-\u9fff]{1,5}$|是|逐|说明|对的|人在|看到|才|刚|号码|我|您|你|咱|请|麻烦|[补改填报发写交加删]|更正|回[复復]|答|错|漏|领导|老师|科长|谢|好|[了吧啊哦呢]|没|不|还|再|先|就|都|另|核|歉|经|村里|报告|问题|依次|第|以上|附|如下|办|关于|场次|每[场天次]|合计|共"
)


def read_answers(
    new_text: str,
    form: Form,
    definitions: Definitions,
    campaign: Campaign,
    first: int = 1,
    stretches: Sequence[str] | None = None,
    *,
    beside: bool = False,
    contact: NewContact | None = None,
    left: Sequence[str] = (),
    lent: Mapping[str, str] | None = None,
) -> Answers:
    """Apply what *new_text* says to *form*. *stretches*: where in it values may stand, its whole body where none are given.
    *left*: what of it is to be read once more by types for what the rest does not tell.
    *beside*: the form came with the letter, which changes it only in so many words.
    *contact*: the letter says that somebody else is to be asked from now on; whether for this form, too, is not certain.
    *lent*: what the letter said before of the same fields of another form, for «同上».

    *first* is the number that the form's first error had in the mail (a mail may list several forms' errors one after the
    other). Problems of changed fields are judged anew, all others stay; with a blank form every field is judged.
    """
    definition = definitions.form(form.definition)
    if definition is None:
        return Answers(form, unknown=tuple(line.strip() for line in new_text.splitlines() if line.strip()))
    context = context_of(form, definition, first)
    text, new_text = new_text, without_asides(plain(new_text))
    letter = signed_text(new_text)
    context = replace(context, letter=new_text, lent=lent or {})
    hearing = heard_in(["\n".join(letter.body)] if stretches is None else stretches, context)
    asked = {problem.field for problem in form.problems}
    said = [as_signed(one, letter, definition) for one in hearing.passages]
    unknown = [written(one, new_text, text) for one in hearing.unknown]
    lone = letter.signature if len(letter.signature) == 1 and letter.is_named else ()
    if any(re.search(r"\d{7}", line) for line in lone) and is_open(PERSONAL, context):
        unknown += lone  # the name and number that were asked for, or who writes: a person sees which
    below = [] if letter.is_named else below_thanks(letter.signature, said, context)
    state = State(dict(form.fields), [dict(row) for row in form.rows], asked, (new_text, text))
    reading = read_automatic(characters(text))
    is_strong = reading.is_strong and not (reading.sign == MENU and hearing.is_numbered)
    is_programs = (
        is_strong
        or tells_of_intake(new_text)
        or any(is_machines(one) for one in hearing.ahead)
        or any(is_of_office(one) for one in hearing.explained)
    )
    is_doubted = is_programs or not speaks_to_us(hearing.ahead, [*hearing.unknown, *hearing.explained], context)
    undecided = undecided_in(new_text)
    heard: list[HeardValue] = []
    left_out: list[Passage] = []
    renamed = contact.passages(definition) if contact and not beside else []
    below += renamed if contact and contact.of_form else []
    passages = [by_how_many(one, form, new_text, definition) for one in with_mobile([*said, *below], asked, definition)]
    passages = [with_note(with_area_code(one, new_text, definition), new_text, form, definition) for one in passages]
    passages = [at_same_hours(one, form, definition, text) for one in passages]
    taken_back = {
        i
        for i, passage in enumerate(passages)
        if any(
            is_taken_back(passage.written, one.text, new_text) and not is_first_text(one, passage.written, context)
            for one in passage.pieces
        )
    }
    passages = ticked_together(passages, definition, taken_back)
    purposes = purposes_of(
        passages,
        asked,
        definition,
        changes=bool(CHANGES_ALL.search(new_text)) and not is_doubted,
        is_alone=is_alone(unknown, hearing.explained) and not says_more(letter, stretches) and not beside,
    )
    readings = [[(piece, state.ready(piece, definition, campaign)) for piece in passage.pieces] for passage in passages]
    wrong = contradicted(
        [
            (one, [put for _, puts in told for put in puts] if one.sure or not is_anothers(one.written) else [])
            for one, told in zip(passages, readings, strict=True)
        ],
        definition,
        taken_back,
    )
    of_forms = said_of_forms(passages, new_text)
    for i, (passage, purpose, told) in enumerate(zip(passages, purposes, readings, strict=True)):
        is_clear = (
            passage.sure
            and not is_undecided(passage.written, undecided)
            and not any(stands_in_doubt(passage.written, one, new_text) for one in stretches or ())
            and i not in taken_back
            and i not in wrong
            and not is_doubtful(passage, (put for _, puts in told for put in puts), form.fields, new_text, definition)
            and purpose is not Purpose.UNCLEAR
        )
        # What a program may have written must say that it changes something.
        is_meant = (
            is_clear
            and not (
                contact
                and is_contact(passage, definition)
                and not (i in of_forms or is_asked(passage, asked, definition))
            )
            and (purpose is Purpose.EXPLICIT or passage.is_ours or not is_doubted)
        )
        if beside and purpose is not Purpose.EXPLICIT and not is_asked(passage, asked, definition):
            is_meant = False  # a form says itself what it holds
        if passage.is_told and purpose is Purpose.CONTENT:
            is_meant = False  # so the letter announces the activity, and changes nothing
        only_open = purpose is Purpose.OPEN_ONLY
        is_put = is_meant and state.apply(passage, definition, campaign, only_open=only_open)
        if is_put:  # whatever was said of the same before is superseded
            targets = {(piece.target, piece.row) for piece in passage.pieces}
            left_out = [one for one in left_out if not {(each.target, each.row) for each in one.pieces} <= targets]
        else:
            unknown.append(written(passage.written.strip(), new_text, text))
            may_be_meant = not (
                is_doubted or is_put_off(passage.written, new_text) or is_past(passage.written, new_text)
            )
            left_out += [passage] if may_be_meant and all(puts for _, puts in told) else []
        heard += heard_of(
            passage,
            told,
            definition,
            is_put=is_put,
            is_change=passage.is_change or purpose is Purpose.EXPLICIT,
            is_clear=(is_put and bool(form.fields))
            or (
                is_clear
                and not is_programs
                and is_of_form(passage, passages, definition)
                and not is_for_now(passage.written, new_text)
            ),
        )
    if not (beside or is_strong or is_undecided("\n", undecided)):
        settled = [one.written for one in heard if one.certain]
        told_of = {
            one.key for one in heard if one.value is not None and (one.certain or form.plain(one.key) != one.value)
        }

        def holds(piece: Addressed) -> str:
            puts = state.ready(piece, definition, campaign)
            return str([one.reading.values for one in puts]) if any(map(state.tells_new, puts)) else ""

        for passage in offers(left, settled, told_of, context, holds):
            if is_programs and not passage.is_change:
                continue
            left_out.append(passage)
            told = [(piece, state.ready(piece, definition, campaign)) for piece in passage.pieces]
            heard += heard_of(passage, told, definition, is_put=False, is_change=passage.is_change, is_clear=False)
    heard = [in_the_end(one, heard, state) for one in heard]
    changed = with_changes(form, state, definition, definitions, campaign)
    left_out += [one for one in renamed if one not in below]
    more = State(dict(changed.fields), [dict(row) for row in changed.rows], asked, (new_text, text))
    for passage in left_out:
        more.apply(passage, definition, campaign, only_open=False)
    proposed = with_changes(changed, more, definition, definitions, campaign) if more.changes else None
    return Answers(
        changed,
        tuple(state.changes),
        tuple(unknown),
        tuple(heard),
        tuple(more.changes),
        proposed,
    )


def is_first_text(piece: Addressed, words: str, context: Context) -> bool:
    """Whether *piece* is a long text where none stood, and behind its *words* is only asked whether it will do: «您看这样可以吗？不够的话我再加»."""
    behind = context.letter.partition(words)[2]
    is_empty = context.form.plain(piece.target) is None
    return piece.target in context.long and is_empty and bool(WILL_DO.match(behind))


WILL_DO = re.compile(
    r"[\s。；;！!”」]*(?:[您你]看看?|不知道?)?(?:这样|这么)(?:写|填)?(?:可以|行|够|好|成)了?(?:[吗么]|不)[?？]?\s*(?:不(?:够|行)的话[^，,。；;\n]{0,6}[加补改][。！!]?)?\s*(?=\n|$)"
)
AREA_CODE = r"区号(?:就?是|为|[:：])?\s*(0\d{2,3})(?!\d)"


def with_area_code(passage: Passage, text: str, definition: FormDefinition) -> Passage:
    """*passage* with the area code that *text* tells beside a landline: «22005128（区号0595）», «区号0595，电话22005128»."""
    pieces = []
    for piece in passage.pieces:
        spec, number = definition.spec(piece.target), re.match(r"[2-8]\d{6,7}(?!\d)", piece.text)
        if spec and spec.kind == "phone" and number:
            own = rf"(?<!\d){number.group()}(?!\d)"
            beside = re.search(rf"{own}[\s，,（(]*{AREA_CODE}", text) or re.search(
                rf"{AREA_CODE}[）)，,\s]*[\u4e00-\u9fff]{{0,6}}[:：\s]*{own}", text
            )
            piece = replace(piece, text=f"{beside[1]}-{number.group()}") if beside else piece
        pieces.append(piece)
    return replace(passage, pieces=tuple(pieces))


def said_of_forms(passages: Sequence[Passage], text: str) -> set[int]:
    """Which of the passages change forms in so many words, whatever the letter says of the time to come: «三张表的联系人都改成X，手机Y。今后都找X»."""
    sentences = [one for one in re.split(r"[。；;！!？?\n]", text) if OF_FORMS.search(one) and not LATER.search(one)]
    told = {i for i, one in enumerate(passages) if any(one.written in sentence for sentence in sentences)}
    return told | {i for i, one in enumerate(passages) if OF_FORM.search(one.written)}


OF_FORMS = re.compile(
    r"(?:表[格里中上]*|登记|活动)的?联系人[^，,。；;]{0,6}[改换变]|联系人(?:都|均|统一|一律|全部?)(?:更?[改换]|变更)"
)
LATER = re.compile(r"今后|以后|往后|将来|起由")


def in_the_end(one: HeardValue, heard: Sequence[HeardValue], state: State) -> HeardValue:
    """«多勾了A；漏了B»: what is put in of one field step by step is told as it stands in the end."""
    others = [other for other in heard if (other.key, other.row) == (one.key, one.row) and other.certain]
    if not one.certain or len(others) < 2:
        return one
    return replace(one, value=state.values(one.row)[one.key].value)


def is_anothers(words: str) -> bool:
    """«石洋小学的电话是…» says nothing of the writer's form."""
    return bool(NAMED_UNIT.search(words) or ANOTHERS.search(words))


def with_changes(
    form: Form, state: State, definition: FormDefinition, definitions: Definitions, campaign: Campaign
) -> Form:
    """*form* with the values of *state*, the changed ones judged anew."""
    if not state.changes:
        return form
    problems = tuple(judged(form, state, definition, definitions, campaign))
    anchor = state.fields.get(definition.anchor)
    title = anchor.value if anchor and definition.layout == "fields" and isinstance(anchor.value, str) else form.title
    return replace(form, fields=state.fields, rows=tuple(state.rows), problems=problems, title=title)


def with_mobile(said: Sequence[Passage], asked: Set[str], definition: FormDefinition) -> list[Passage]:
    """«联系人换成陈立群，电话13900000000»: the number said of a person is his mobile number, where the form has a field for it."""
    found: list[Passage] = []
    for i, one in enumerate(said):
        spec = spec_of(definition, one.pieces[0].target, one.pieces[0].row) if len(one.pieces) == 1 else None
        before = [spec_of(definition, piece.target, piece.row) for piece in said[i - 1].pieces] if i else []
        is_his = any(other and other.kind == "person" for other in before) and bool(
            re.search("(?<!联系)(?<!办公)(?<!固定)电话", one.written)
        )
        is_his = is_his or ("联系电话" not in one.written and any(is_mobile_asked(key, definition) for key in asked))
        if spec and spec.kind == "phone" and is_his and spec.key not in asked:
            target = phone_field(re.sub(r"\D", "", one.pieces[0].text), definition, one.pieces[0].row)
            one = replace(one, pieces=(replace(one.pieces[0], target=target.key if target else spec.key),))
        found.append(one)
    return found


def is_mobile_asked(key: str, definition: FormDefinition) -> bool:
    """«补一个：电话139…» answers the question for the mobile number."""
    return any(spec.key == key and spec.kind == "mobile" for spec in definition.field)


def is_alone(unknown: Sequence[str], explained: Sequence[str]) -> bool:
    """Whether the values are all that the letter says, but for questions."""
    return all(re.search(r"[?？]|吗$|请问", one) or kind_of(one) for one in unknown) and not any(
        re.search(r"收悉|情况|信息", one) and not is_beside(one) for one in explained
    )


def says_more(letter: SignedText, stretches: Sequence[str] | None) -> bool:
    """Whether the letter says something that is no value, no question and no courtesy (a withdrawal, a confirmation)."""
    rest = "\n".join(letter.body)
    for one in stretches if stretches is not None else [rest]:
        rest = rest.replace(one, "\n", 1)
    return any(
        not (is_courtesy(one) or is_formula(one, strictly=True)) and not re.search(r"[?？]|吗[。，]?$|请问", one)
        for one in rest.splitlines()
    )


def speaks_to_us(ahead: Sequence[str], beside: Sequence[str], context: Context) -> bool:
    """Whether some clause above the values, or *beside* them, is a person's, where any stands above."""
    told = [one for one in ahead if not is_courtesy(one) and not is_address(one)]
    told += [one for one in beside if told and not is_address(one)]
    return not told or any(SPEAKS.search(one) or context.index.pattern.search(squeeze(one)) for one in told)


def is_open(kinds: Set[str], context: Context) -> bool:
    specs = (context.definition.spec(problem.field) for problem, _ in context.messages.values())
    return any(spec is not None and spec.kind in kinds for spec in specs)


def below_thanks(lines: Sequence[str], said: Sequence[Passage], context: Context) -> list[Passage]:
    """«收到，谢谢！⏎联系电话：…» without any name: an answer where each line is just what was asked for and the letter itself did not
    say it; else somebody's telephone, as below every letter. A signature with a name is no answer at all."""
    told = {piece.target for passage in said for piece in passage.pieces}
    asked = {problem.field for problem, _ in context.messages.values()} - told
    hearing = heard_in(lines, context)
    found = hearing.passages
    pieces = [piece for passage in found for piece in passage.pieces]
    if hearing.unknown or not pieces or not all(piece.target in asked for piece in pieces):
        return []
    return [replace(one, pieces=tuple(replace(piece, only_asked=True) for piece in one.pieces)) for one in found]


def heard_of(
    passage: Passage,
    told: Sequence[tuple[Addressed, Sequence[Put]]],
    definition: FormDefinition,
    *,
    is_put: bool,
    is_change: bool,
    is_clear: bool,
) -> Iterator[HeardValue]:
    for piece, puts in told:
        if not puts:
            group = members(piece.target)
            for key in (split_group(definition, group, piece.text) or group) if group else (piece.target,):
                yield HeardValue(passage.written, key, None, is_change=is_change, row=piece.row)
        for put in puts:
            value = put.reading.values.get(put.spec.key)
            yield HeardValue(passage.written, put.spec.key, value, is_put, is_change, put.row, is_clear)
            spare = put.reading.spare.get("phone", "") if put.spec.kind == "person" else ""
            if spare and (target := phone_field(spare, definition, put.row)):  # the number beside the name
                yield HeardValue(passage.written, target.key, spare, is_put, is_change, put.row, is_clear)
