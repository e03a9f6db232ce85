"""The one reading of a letter: its new text -> statements, each with its words. Pure, and made for the worker.

Nothing is left over: what is neither courtesy nor a value nor of a known kind is a statement of its own, for a person.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from msgspec import Struct

from bot.base.campaign import Campaign
from bot.base.replacing import replace
from bot.base.text import squeeze
from bot.forms.definitions import Definitions, FormDefinition
from bot.forms.labels.index import LabelIndex
from bot.forms.model import Form, Kind
from bot.statements.clauses import Plainly, Segment
from bot.statements.edited import with_edits
from bot.statements.edits.same import lent_by
from bot.statements.kinds import Setting, asks_status, hands_over, new_contact, says_confirmed
from bot.statements.mentions import FormName, described
from bot.statements.model import Answers, HeardValue, Letter, Said, Statement
from bot.statements.one_word import asked_specs, with_one_word
from bot.statements.plain import characters, plain, written
from bot.statements.segments import segments_of
from bot.statements.told import holds_one, placed, statements_in
from bot.statements.values.answers import read_answers
from bot.statements.values.context import labels_of, ticks_of
from bot.statements.values.listed import behind_question
from bot.statements.values.purpose import CONTACT_KINDS
from bot.statements.values.put import NewContact
from bot.statements.which_form import ADDS, Spoken, spoken_of
from bot.statements.wording.automatic import CHANGE, is_letter, is_question, read_automatic
from bot.statements.wording.beside import without_asides
from bot.statements.wording.breath import marked
from bot.statements.wording.formulas import ESTEEM, NO_LABELS, salutation
from bot.statements.wording.joints import DOUBTS
from bot.statements.wording.phrases.contacts import OF_FORM
from bot.statements.wording.signature import SignedText, is_mere_thanks, kind_of, says_attached, signed_text
from bot.statements.wording.words import COURTESY, NO_LETTERS, REACH, TELLS, WANTS, columns_of
from bot.statements.wording.writer import is_writer

LONGEST = 20_000  # characters; what is longer is a document
NO_NUMBER = 1000  # of a form that our mail did not list
CUT = "正文过长，其余内容请看来信原件。"
CONFIRMED_BUT = re.compile(
    r"(?:确认|确定|同意)[^。！!；;\n]{0,12}[，,、。；;\s]+(?:但是?|不过|只是|可是|然而)[^，,。；;]{0,12}应该?[为是]"
)


def read_letter(
    text: str,
    about: list[Form],
    definitions: Definitions,
    campaign: Campaign,
    confirms: bool = False,
    beside: bool = False,
    names: Sequence[FormName] = (),
) -> Letter:
    """Runs in the worker. What *text* (a mail's new text) says. *about*: the forms that it may be about (*names*: what they are called), those that
    our mail listed first and in its order, or those that came with it (*beside*); *confirms*: something waits for a «确认»."""
    original = bounded(text)
    told = marked(original, plain(original))
    said = read_marked(told.text, about, definitions, campaign, names, confirms=confirms, beside=beside)
    return told.unmarked(said, original)


def read_marked(
    original: str,
    about: Sequence[Form],
    definitions: Definitions,
    campaign: Campaign,
    names: Sequence[FormName],
    *,
    confirms: bool,
    beside: bool,
) -> Letter:
    """What a letter says that has marks."""
    text = plain(original)  # as long as it was, so that each statement's words stand in the original at its place
    listed = [form for form, name in zip(about, names, strict=True) if name.is_listed] if names else about
    body = signed_text(text)
    is_asked = any(problem.is_error for form in listed for problem in form.problems)
    is_thanks = bool(COURTESY.search(text)) and is_mere_thanks(body, is_asked=is_asked)
    is_thanks = is_thanks and not says_confirmed(text) and not asks_status(text) and not hands_over(text)
    asked, as_sent = questions_in(listed), characters(original)
    automatic = read_automatic("\n".join(words_behind(line, asked) for line in as_sent.split("\n")))
    rest = None if about else original
    spoken = spoken_of(original, described(names, about)) if names else Spoken(original, (original,) * len(about), rest)
    letter = Letter(
        automatic=automatic,
        names_forms=spoken.names,
        is_letter=is_letter(as_sent),
        asks=is_question(as_sent),
        changes=bool(CHANGE.search(as_sent)),
        is_thanks=is_thanks,
        says_attached=says_attached(body),
    )
    is_robots = automatic.is_whole and automatic.is_strong
    words = words_of(body.body)
    thanks = Statement(Said.THANKS, written(words, text, original), begin=text.find(words))
    if is_thanks and not confirms and not is_robots:
        return replace(letter, statements=(thanks,), answers=tuple(map(Answers, about)))
    reading = Reading(about, listed, spoken, definitions, campaign, confirms, beside)
    statements, answers = heard_in_letter(original, text, body, reading)
    if is_robots:
        words = original.strip()
        statements = [Statement(Said.ROBOT, words, begin=original.find(words))]
    if not statements and (is_thanks or (not is_asked and thanks_alone(body.body))):
        statements = [thanks]
    if not statements and NO_LETTERS.sub("", original):
        words = original.strip()  # a number or a name alone: it looks like a signature, and may be an answer
        statements = [Statement(Said.OTHER, words, certain=False, begin=original.find(words))]
    return replace(letter, statements=tuple(statements), answers=tuple(answers))


class Reading(Struct, frozen=True):
    """What a letter is read against. ``listed``: those of the forms with which it goes on."""

    forms: Sequence[Form]
    listed: Sequence[Form]
    spoken: Spoken
    definitions: Definitions
    campaign: Campaign
    confirms: bool
    beside: bool


def heard_in_letter(original: str, text: str, body: SignedText, of: Reading) -> tuple[list[Statement], list[Answers]]:
    """The statements in the order written, and what they change of each form. *text*: *original* in plain characters, *body* its lines."""
    blank = blank_form(of.definitions)
    definition = of.definitions.form((of.forms[0] if of.forms else blank).definition)
    labels = labels_of(definition, columns=definition.layout == "rows") if definition else LabelIndex.of(())
    asked = questions_in(of.listed)
    is_about = of.spoken.names or any(form.title or form.fields for form in of.listed)
    known = Setting(of.confirms, is_about, of.beside, is_of_one=len(of.forms) == 1, choices=ticks_of(definition))
    changed = [] if of.confirms or of.beside else of.forms
    segments = with_edits(segments_of(text, body, labels, known, asked), text, changed, definition)
    if not of.beside:
        segments = with_one_word(segments, asked_specs(of.listed, of.definitions))
    contact = of_form_too(new_contact(said_of_contact(segments)), segments)
    answers: list[Answers] = []
    first = 1
    for form, said in zip(of.forms, of.spoken.of, strict=True):
        is_listed = any(form is one for one in of.listed)
        own = without_others(segments, said)
        values = stretches_of(own)
        left = [one.text for one in own if one.kind in (None, Said.OTHER, Plainly.BELOW)]
        args = (said, form, of.definitions, of.campaign, first if is_listed else NO_NUMBER, values)
        may_say = bool(values or contact or left)
        lent = lent_by(answers, said, text)
        one = read_answers(*args, beside=of.beside, contact=contact, left=left, lent=lent) if may_say else Answers(form)
        answers.append(one)
        first += sum(problem.is_error for problem in form.problems) if is_listed else 0
    if of.confirms and CONFIRMED_BUT.search(text):
        # Something in what waits is called wrong: whether it takes effect else, and whether what stands is meant, is not certain.
        answers = [one.only_proposed(form) for one, form in zip(answers, of.forms, strict=True)]
    heard = merged(answers)
    if of.spoken.rest is not None and (values := stretches_of(without_others(segments, of.spoken.rest))):
        # About no form that is known: only what says that it changes something is meant for one.
        more = read_answers(of.spoken.rest, blank, of.definitions, of.campaign, 1, values, contact=contact)
        heard += [replace(one, certain=one.certain and is_said(one, definition, of)) for one in more.heard]
    told = [one.written for one in heard if one.value is not None]
    segments = [replace(one, kind=None) if holds_one(one, told) else one for one in segments]
    places = placed(heard, without_others(segments, of.spoken.text))
    beside_values = any(one.value is not None for one in heard)
    segments = without_writer(segments, text, heard, of.listed, definition)
    statements = [
        one
        for segment in without_others(segments, of.spoken.text, asides=not beside_values)
        for one in statements_in(segment, places.get(segment.begin, ()), beside_values=beside_values)
    ]
    statements = [one for one in statements if one.kind is not Said.OTHER or not only_leads_on(one.words, asked)]
    texts = [one for one in statements if one.kind in (Said.VALUE, Said.CHANGE) and isinstance(one.value, str)]
    statements = [one for one in statements if not is_end_of_value(one, texts)]
    if (end := end_of_own(text)) is not None:  # below it stands what somebody wrote to the writer
        statements = [replace(one, certain=one.taken) if one.field and one.begin > end else one for one in statements]
    return [replace(one, words=original[one.begin : one.begin + len(one.words)]) for one in statements], answers


def is_end_of_value(one: Statement, texts: Sequence[Statement]) -> bool:
    """Whether *one* is but the second line of a value; *texts*: the statements that give one in words."""
    return one.kind is Said.OTHER and any(
        other.begin < one.begin
        and len(one.words) > 3
        and str(other.value).endswith(one.words)
        and one.words not in other.words
        for other in texts
    )


def end_of_own(text: str) -> int | None:
    """Where the writer's own letter ends and another, that he passes on, begins with its own address: below his unit's name and a blank line."""
    lines = text.split("\n")
    at, written, last = 0, 0, ""
    for i, line in enumerate(lines):
        is_apart = i and not lines[i - 1].strip() and written > 1 and kind_of(last)
        if is_apart and salutation(line) and not kind_of(line):
            return at
        at += len(line) + 1
        if line.strip():
            written, last = written + 1, line
    return None


def without_writer(
    segments: list[Segment],
    text: str,
    heard: Sequence[HeardValue],
    forms: Sequence[Form],
    definition: FormDefinition | None,
) -> list[Segment]:
    """The lines below what a letter says that show a unit or a person are who writes, where no name was asked for that is still to come."""
    told = {one.key for one in heard}
    awaited = {problem.field for form in forms for problem in form.problems if problem.is_error} - told
    specs = [definition.spec(key) for key in awaited if key] if definition else []
    if any(spec and spec.kind in NAMES for spec in specs):
        return segments
    found = list(segments)
    values = [one.written.strip() for one in heard if one.value is not None]
    for number in range(len(found) - 1, 0, -1):
        last = found[number]
        if last.kind is not None and last.kind is not Said.OTHER:
            if isinstance(last.kind, Plainly):
                continue
            break
        at = below(last, text, values)
        if at is None or (awaited and kind_of(last.text[at:]) in REACHED_AT):
            break
        front = [replace(last, text=last.text[:at])] if last.text[:at].strip() else []
        found[number : number + 1] = [*front, Segment(last.begin + at, last.text[at:], Plainly.SIGNATURE)]
        if front:
            break
    return found


def below(last: Segment, text: str, values: Sequence[str]) -> int | None:
    """Where in *last*, the last stretch of a letter, its writer begins; None where it does not end with him."""
    lines = last.text.rstrip().split("\n")
    line = lines[-1] if len(lines) > 1 else last.text.rsplit("。", 1)[-1]
    at = last.text.rfind(line)
    above = text[: last.begin + at]
    if not line.strip() or any(one in line or one.endswith(line.strip()) for one in values if one):
        return None
    if kind_of(line) and values:
        return at
    # A number may be said against the form's.
    is_apart = SET_APART.search(above) and not AWAITS_NAME.search(above.rstrip())
    return at if is_apart and is_writer(line) and not REACH.search(line) else None


REACHED_AT = ("contact", "day")  # perhaps the answer
AWAITS_NAME = re.compile(r"(?:地点|地方|场地|名称|单位|名字)[^，,。；;\n]{0,8}[改换变定错][^，,。；;\n]{0,3}[。！!]?$")
# The end of a sentence in the line above, a blank line, an indent.
SET_APART = re.compile(r"(?:[。！!？?~～…）)”』」]\s*|\n\s*|\n[ \t\u3000]{4,})\n[ \t\u3000]*$|\n[ \t\u3000]{4,}$")
NAMES = {"unit", "text", "person"}


def said_of_contact(segments: Sequence[Segment]) -> str:
    """What the letter says of whom to ask from now on, with the number that follows it in a line of its own."""
    said = [number for number, one in enumerate(segments) if one.kind is Said.CONTACT]
    behind = segments[said[-1] + 1 : said[-1] + 2] if said else []
    more = [one.text for one in behind if one.kind is None and NUMBER_OF_CONTACT.match(one.text)]
    return "\n".join((*(segments[number].text for number in said), *more))


def of_form_too(contact: NewContact | None, segments: Sequence[Segment]) -> NewContact | None:
    """*contact* with the words that say that the form is to name him, too: «登记表上的联系人也请换成她»."""
    for one in segments:
        too = OF_FORM.search(one.text) if one.kind is None else None
        is_meant = too and too["whom"] and not (DOUBTS.search(one.text) or NOT_YET.search(one.text))
        if contact and (contact.name or contact.is_same_person) and too and is_meant:
            contact = replace(contact, of_form=too.group())
    return contact


NOT_YET = re.compile(r"[月日号天周后]起|到时|届时|目前|暂|先不|等[^，,。；;]{0,8}[再后]|之后|下次|明年")
NUMBER_OF_CONTACT = re.compile(
    r"\s*(?:[他她其新]的?)?(?:联系)?(?:电话|手机|号码|方式|邮箱)(?:号码?)?(?:是|为|[:：]|\s)*[\w@.+\- ]{7,40}[。！!，,]?\s*$"
)


def is_said(one: HeardValue, definition: FormDefinition | None, of: Reading) -> bool:
    """Whether a value that is about no form for certain is said of one all the same: it changes something, or of some form of the writer's it
    tells what stands below no letter."""
    spec = definition.spec(one.key) if definition else None
    return one.is_change or bool(of.forms and spec and spec.kind not in CONTACT_KINDS)


def without_others(segments: Sequence[Segment], said: str, *, asides: bool = False) -> list[Segment]:
    """The stretches with *said*, the letter without what is not looked at, where values may stand. *asides*: with what is said in passing."""
    shown = plain(said) if asides else without_asides(plain(said))
    cut = [replace(one, text=shown[one.begin : one.end]) if one.kind is None else one for one in segments]
    return [one for one in cut if one.kind is not None or one.text.strip()]


def stretches_of(segments: Sequence[Segment]) -> list[str]:
    """Where values may stand; lines without anything else between them stay together."""
    found: list[str] = []
    goes_on = False
    for one in segments:
        if one.kind is None and goes_on:
            found[-1] += f"\n{one.text}"
        elif one.kind is None:
            found.append(one.text)
        goes_on = one.kind is None
    return found


def bounded(text: str) -> str:
    """No more words than a person writes. The rest is not lost, its place says where it is."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n{CUT}"


def blank_form(definitions: Definitions) -> Form:
    """The registration form with nothing in it, for a letter that is about no form that is known."""
    names: Sequence[FormDefinition] = [one for one in definitions.forms if one.kind is Kind.REGISTRATION]
    return Form(Kind.REGISTRATION, "", "", definition=names[0].name if names else "")


def merged(answers: Sequence[Answers]) -> list[HeardValue]:
    """Every value once, as the form took it that could."""
    found: dict[tuple[str, str, int], HeardValue] = {}
    for one in answers:
        for heard in one.heard:
            before = found.get((heard.written, heard.key, heard.row))
            if before is None or (heard.certain, heard.is_clear) > (before.certain, before.is_clear):
                found[heard.written, heard.key, heard.row] = heard
    return list(found.values())


def questions_in(forms: Sequence[Form]) -> dict[str, None]:
    """What we asked of the forms, squeezed."""
    return {squeeze(problem.message): None for form in forms for problem in form.problems if problem.message}


def words_behind(line: str, asked: Collection[str]) -> str:
    """*line* without the question of ours that it begins with."""
    found = behind_question(line, asked)
    return line if found is None else found[1]


def only_leads_on(words: str, asked: Collection[str]) -> bool:
    """Whether *words* are an «另外», the head of a table, or a line of our list of problems and nothing more: the answer stands below it."""
    found = behind_question(words, [one.rstrip("。") for one in asked])  # a statement ends before its full stop
    return bool(ADDS.fullmatch(words) or columns_of(words)) or (found is not None and not NO_LETTERS.sub("", found[1]))


def thanks_alone(lines: Sequence[str]) -> bool:
    """Whether a letter that says nothing else thanks, and no line of it wants or tells anything."""
    return any(THANKFUL.search(one) or ESTEEM.search(one) for one in lines) and not any(
        WANTS.search(one) or TELLS.search(NO_LABELS.sub("", one)) for one in lines
    )


THANKFUL = re.compile(r"谢|感激|感恩")


def words_of(lines: Sequence[str]) -> str:
    return "\n".join(lines).strip()
