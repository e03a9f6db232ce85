"""Which forms a letter may be about: what it is read against, before anything is decided. Pure."""

from __future__ import annotations

import re

from bot.base.problems import has_errors
from bot.base.replacing import replace
from bot.base.text import name_key
from bot.decision.facts import Case, Known, KnownSubmission, Read
from bot.decision.states import Status
from bot.decision.versions.content import stored_form
from bot.decision.words.requests import refs_in
from bot.forms.definitions import Definitions
from bot.forms.model import Form, Kind
from bot.message.identity import plain_subject
from bot.message.model import Message
from bot.statements.mentions import FormName, by_name, by_reference, forms_named
from bot.statements.model import Answers
from bot.statements.plain import plain
from bot.statements.wording.signature import kind_of

MOST_FORMS = 12  # that a letter is read against


def text_of(message: Message) -> str:
    """What the sender wrote now, with his address where he only points to it; where that is nothing, or only «如题», his own subject, too, and where
    only that says what changes."""
    return THIS_ADDRESS.sub(lambda match: f"{match['label']}{message.sender.email or match['this']}", own_text(message))


# «邮箱就用我现在这个»
THIS_ADDRESS = re.compile(
    r"(?P<label>邮箱(?:地址)?(?:请|就|也|还|填|写|用|改|更新|成|为|是|按|[:：])+)(?P<this>(?:我|本人)?(?:现在|目前|正在|发件|发信|发邮件|来信|写信)?(?:用)?的?这个(?:邮箱|信箱|邮件)?(?:地址)?)(?=[^\w:：]|$|就|吧|了|即可)(?!\W*[\w.+-]+@)"
)


def own_text(message: Message) -> str:
    own = message.subject.strip() if plain_subject(message.subject) == message.subject.strip() else ""
    if not message.new_text.strip():
        return own
    lines = [line for line in message.new_text.splitlines() if line.strip()]
    signature = [line for line in lines if kind_of(line)]
    is_above = own and AS_SUBJECT.match("\n".join(line for line in lines if line not in signature))
    if is_above:
        return "\n".join((own, "", *signature))
    is_only_there = SAYS_CHANGE.search(own) and not NO_ACTIVITY.search(own) and not SAID.search(message.new_text)
    return f"{own}\n{message.new_text}" if is_only_there else message.new_text


AS_SUBJECT = re.compile(
    r"^\W*(?:[\u4e00-\u9fff]{0,4}(?:您好|你好|老师好?|领导好?)\W*)?(?:(?:内容)?(?:如|见|同|详见)(?:题|标题|主题|邮件标题|邮件主题)|RT|rt)(?:所[述示])?\W*(?:(?:谢谢|感谢|盼复|请知悉|请处理|辛苦|麻烦)(?:了|您|老师)*\W*)*$"
)

# «观星夜取消», «推迟到9月20日» above a letter that only explains it …
CHANGES = r"(?:改|推迟|延期|提前|顺延|调整|[换变]更?)(?:到|至|为|成|在)|取消|撤[回销]|作废|停办|零报告|无活动|不(?:再)?(?:举办|开展|参加|办了|报了)|应[为是]"
SAYS_CHANGE = re.compile(CHANGES)
SAID = re.compile(rf"{CHANGES}|\d")
# … and not of something else that people and programs write about.
NO_ACTIVITY = re.compile(r"会议|例会|订阅|订单|快递|预约|日程|面试|[?？]|吗|能否|可否|是否")


def targets(known: Known) -> list[KnownSubmission]:
    """The forms of the mail that is answered, in the order in which its answer listed them; of a letter of its own the sender's one activity."""
    # What a person sent back is put right in words, too.
    found = [one for ref in known.answered if (one := known.ref(ref)) and one.status is not Status.WITHDRAWN]
    only = [one for one in known.mine if one.kind is Kind.REGISTRATION]
    if not known.answered and len(only) == 1:
        found = only
    return found


def related(read: Read, known: Known) -> list[KnownSubmission]:
    """The forms of which a letter without forms may speak: those that it goes on with, and, where it names them, others of its sender or by
    their references."""
    listed = targets(known)
    if any(one.kind is Kind.SUMMARY for one in listed):
        return listed
    named = [
        one for ref in refs_in(text_of(read.message)) if (one := known.ref(ref)) and one.status is not Status.WITHDRAWN
    ]
    mine = sorted((*known.mine, *known.colleagues), key=lambda one: -one.id)
    others = list(
        {one.id: one for one in (*named, *mine) if one.kind is Kind.REGISTRATION and one not in listed}.values()
    )
    return [*listed, *sorted(others[: max(0, MOST_FORMS - len(listed))], key=lambda one: one.ref)]


def named_beside(read: Read, known: Known) -> list[KnownSubmission]:
    """Of a mail with forms the sender's other activities that its letter names: «另外“星空夜”的人数改成800»."""
    own = [name_key(form.title) for form in read.submissions()] if known.others else []
    forms = [one for one in known.others if one.name_key not in own][:MOST_FORMS]
    if not forms:
        return []
    text, names = plain(text_of(read.message)), [FormName("", form.title) for form in read.submissions()]
    names += [FormName(one.ref, one.title, False, unit=one.unit) for one in forms]
    named = frozenset().union(*(one.forms for one in (*by_reference(text, names), *by_name(text, names))))
    return [one for number, one in enumerate(forms, len(own)) if number in named]


def names_of(read: Read, known: Known) -> list[FormName]:
    """What the forms are called of which the letter may speak; none where that can only be those that came with it."""
    if own := read.submissions():
        others = [FormName(one.ref, one.title, False, unit=one.unit) for one in named_beside(read, known)]
        return [*(FormName("", form.title) for form in own), *others] if others else []
    forms = related(read, known)
    listed = {one.id for one in targets(known)}
    names = [
        FormName(one.ref, one.title, one.id in listed, one.kind is Kind.SUMMARY, one.unit, has_errors(one.problems))
        for one in forms
    ]
    if listed or not (above := forms_named(read.message.subject, names)):
        return names
    return [replace(one, is_listed=number in above) for number, one in enumerate(names)]


def forms_about(read: Read, known: Known, definitions: Definitions) -> list[Form]:
    """The forms against which the letter is read: those that came with it, and those of which it may speak beside them or without any."""
    return [*read.submissions(), *(stored_form(one, definitions) for one in spoken_of_stored(read, known))]


def spoken_of_stored(read: Read, known: Known) -> list[KnownSubmission]:
    return named_beside(read, known) if read.submissions() else related(read, known)


def versions_about(read: Read, known: Known) -> tuple[int, ...]:
    """What must be the same when the letter is decided as when it was read."""
    return tuple(one.id for one in spoken_of_stored(read, known))


def heard_by_form(case: Case) -> list[tuple[KnownSubmission, Answers]]:
    """Each stored form of which the letter may speak, with what it says of it."""
    answers = case.read.letter.answers[len(case.read.submissions()) :]
    return list(zip(spoken_of_stored(case.read, case.known), answers, strict=False))
