"""Which kind of statement a clause is by its words: a question, a withdrawal, a nil report… Pure.

Values are not told here: what fits no kind may be one, and is looked at against the labels of the form. The words themselves stand in
``wording/phrases/``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from msgspec import Struct

from bot.forms.values.numerals import counted_value
from bot.statements import together
from bot.statements.model import Said
from bot.statements.values.put import NewContact
from bot.statements.wording import covers
from bot.statements.wording.phrases import asking, confirmations, contacts, drafts, papers, promises, withdrawals
from bot.statements.wording.words import REACH

MARKED = re.compile(r"[“\"「『《【][^”\"」』》】\n]{1,80}[”\"」』》】]")
NAMED = re.compile(r"[“\"「『《【](?P<name>[^”\"」』》】\n]{2,60})[”\"」』》】]")
SPACED = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff](?:\s|$))")  # «确 认»
REF = re.compile(r"[Kk][Pp]\d{4}-\d{4,}|(?:(?<=号)|(?<=号[ :：为是]))20\d\d-\d{4}(?!\d)")


class Setting(Struct, frozen=True):
    """What a clause stands in. ``confirms``: something waits for a «确认»; ``is_about``: the letter is about a form that is known;
    ``brings``: forms came with it, or it speaks of something that takes the place of what was sent before; ``has_values``: values stand somewhere in it;
    ``has_rest``: it says of the rest of its one activity (``is_of_one``: it is about one form only) that it goes on; ``sentence``: the sentence around the clause;
    ``choices``: what may be ticked in the form."""

    confirms: bool = False
    is_about: bool = False
    brings: bool = False
    has_values: bool = False
    has_rest: bool = False
    is_of_one: bool = False
    sentence: str = ""
    choices: frozenset[str] = frozenset()


LONGEST_CLAUSE = 400  # characters; what goes on longer is no clause that anybody wrote


@lru_cache(maxsize=1024)  # Who repeats a clause a thousand times is read once.
def kind_of_clause(clause: str, setting: Setting) -> Said | None:
    """The kind of *clause*, None where it may be a value, or is something that has no kind of its own."""
    if len(clause) > LONGEST_CLAUSE:
        return None
    plain = MARKED.sub("“”", clause)
    return next((kind for tells in TELLING if (kind := tells(plain, setting))), None)


def is_cover(clause: str) -> bool:
    """Whether all of *clause* hands something over, or says how many activities are registered with it."""
    if is_for_others(clause):
        return False
    is_handed = covers.hands_over(clause) and not papers.NOT_COVER.search(clause)
    return is_handed or bool(papers.REGISTERS.match(clause))


def says_confirmed(text: str) -> bool:
    """«登记信息核对无误，谢谢», «领导已同意，请按正式报送登记，谢谢»."""
    if any(confirmations.FOUND_RIGHT.search(one) and confirmations.RIGHT.search(one) for one in text.splitlines()):
        return True
    clauses = [one.strip() for one in CLAUSES.split(text)]
    if any(confirmations.ALL_RIGHT.match(one) for one in clauses) and confirmations.RIGHT.search(text):
        return True
    return any(of_draft(one, Setting(sentence=one)) is Said.CONFIRM for one in clauses)


def asks_status(text: str) -> bool:
    """«收到麻烦回个邮件» is more than thanks."""
    return any(is_status(one) for one in CLAUSES.split(text))


def hands_over(text: str) -> bool:
    """«请查收», «表格发给您了，谢谢» are more than thanks."""
    return any(covers.hands_over(one) or covers.is_handing(one) for one in CLAUSES.split(text))


def asks(clause: str) -> bool:
    """Whether *clause* asks something of us."""
    return bool(asking.ASKS.search(clause)) and not asking.NOT_ASKED.search(clause)


def wonders(clause: str, sentence: str) -> bool:
    """Whether *clause* tells a choice that somebody thinks over, as it says or what follows it in *sentence*."""
    if asking.ASKS_US.search(clause):
        return False
    _, found, behind = sentence.partition(clause)
    is_behind = found and re.search(asking.CHOICE, clause) and asking.THOUGHT_BEHIND.match(behind)
    return bool(is_behind or asking.THOUGHT_OVER.search(clause))


def is_status(clause: str, sentence: str = "") -> bool:
    if asking.NOT_STATUS.search(clause):
        return False
    if asking.REACHED.search(clause) and asking.SENT_IN.search(sentence) and not together.GOT_THERE.but.search(clause):
        return True
    return bool(asking.STATUS.search(clause)) or together.GOT_THERE.said_in(clause)


CLAUSES = re.compile(r"[，,。；;！!\n]")


def is_for_others(clause: str) -> bool:
    """Whether the papers that come are of another unit than the writer's."""
    return not papers.WORK_OF_FORM.search(clause) and bool(
        papers.FOR_OTHERS.search(clause) or papers.OF_UNITS.search(clause)
    )


def confirming(clause: str, setting: Setting) -> Said | None:
    """Where something waits for a «确认»: that, or its refusal, which is for a person."""
    if not setting.confirms:
        return None
    clause = SPACED.sub("", clause)
    if confirmations.REFUSES.search(clause):
        return Said.OTHER
    if confirmations.CONFIRMS.search(clause) and not re.search(r"[?？]|吗|什么", clause):
        return Said.CONFIRM
    return None


def found_right(clause: str, setting: Setting) -> Said | None:
    """«登记内容核对无误», of what we sent."""
    if confirmations.FOUND_RIGHT.search(clause) and confirmations.RIGHT.search(setting.sentence or clause):
        return Said.CONFIRM
    sentence = setting.sentence or clause
    is_looked_at = (
        confirmations.LOOKED.search(sentence) and confirmations.NONE_WRONG.search(clause) and setting.is_about
    )
    if is_looked_at and not confirmations.NOT_ALL_RIGHT.search(sentence):
        return Said.CONFIRM
    is_right = confirmations.ALL_RIGHT.match(clause) and confirmations.RIGHT.search(setting.sentence or clause)
    return Said.CONFIRM if is_right and setting.is_about else None


def of_draft(clause: str, setting: Setting) -> Said | None:
    """A draft, or what is to become of one that was sent: it is no longer wanted, or it counts."""
    if drafts.DRAFT_GONE.search(clause) and not withdrawals.NOT_WITHDRAWN.search(clause):
        return Said.REPLACES if setting.brings else Said.WITHDRAWAL
    if drafts.DRAFT_FINAL.search(clause) and not drafts.NOT_FINAL.search(clause):
        return Said.CONFIRM
    is_of_paper = setting.brings or not setting.sentence or drafts.A_PAPER.search(setting.sentence)
    if drafts.DRAFT.search(clause) and not drafts.NOT_DRAFT.search(clause):
        if not is_of_paper:
            return None if asks(clause) else Said.OTHER  # «校长的建议，还没拍板，等定了再正式函告»
        is_asked = drafts.ASKS_OF_DRAFT.search(clause) and not drafts.SAYS_DRAFT.search(clause)
        return Said.QUESTION if is_asked else Said.DRAFT
    if drafts.NOT_SIGNED.search(clause) and drafts.LOOKED_AT_FIRST.search(setting.sentence):
        return Said.DRAFT
    # «初稿还要修改，请先不要登记» withdraws nothing that stands.
    return Said.DRAFT if drafts.NOT_YET.search(clause) and drafts.DRAFT.search(setting.sentence) else None


def taken_back(clause: str, setting: Setting) -> Said | None:
    """A withdrawal; «今年不办了», without an activity that is named, is a nil report, «前一份作废» beside a new one replaces it."""
    of_it = withdrawals.OF_THE_REST.sub("", setting.sentence or clause)
    if withdrawals.SENT_WRONGLY.search(of_it) and withdrawals.NO_FORM_OF_OURS.search(of_it):
        return Said.OTHER
    if "撤" not in clause and (withdrawals.OF_WORDS.search(of_it) or is_unticked(clause, setting)):
        return None
    if (
        withdrawals.THREATENS.search(clause)
        or withdrawals.NOT_WITHDRAWN.search(clause)
        or withdrawals.YEARS_BEFORE.search(clause)
        or withdrawals.GOES_ON.search(of_it)
    ):
        return None
    if "撤" not in clause and withdrawals.HELD_LATER.search(of_it):
        return None
    if is_of_a_part(clause, setting):
        return None
    is_void = withdrawals.VOID.fullmatch(clause) and withdrawals.SENT_PAPER.search(of_it)
    if is_void or withdrawals.FORMER.search(clause) or together.DISCARDED.said_in(clause):
        return Said.REPLACES if setting.brings else Said.WITHDRAWAL
    if withdrawals.WITHDRAWS.search(clause):
        return Said.WITHDRAWAL
    if withdrawals.NOT_HELD.search(clause):
        sentence = setting.sentence or clause
        is_one = (
            withdrawals.ONE_ACTIVITY.search(clause)
            or NAMED.search(sentence)
            or not withdrawals.THIS_YEAR.search(sentence)
        )
        return Said.WITHDRAWAL if is_one else Said.NIL_REPORT
    return None


def is_of_a_part(clause: str, setting: Setting) -> bool:
    """Whether only a part of an activity is dropped: «节目里的无人机表演取消», «西村那场不办了，其他两场如期». Nothing is withdrawn for that."""
    sentence = MARKED.sub("“”", setting.sentence)
    if withdrawals.ONLY_PART.search(sentence):
        return True
    if setting.is_of_one and withdrawals.ONE_OF_ITS.search(clause):
        return True
    told = sentence if withdrawals.LEFT_BARE.match(clause) and not withdrawals.REASON.search(sentence) else clause
    if withdrawals.OF_WHOLE.search(told) or "“”" in told:
        return False
    return bool(withdrawals.A_PART.search(told)) or setting.has_rest


def is_unticked(clause: str, setting: Setting) -> bool:
    """«互动体验不搞了» of one of the form's ticks, and not of an activity."""
    return any(
        one in clause
        and re.search(
            rf"{re.escape(one)}[”」]?(?:[这那][一]?[项块个])?[，,]?(?:我们|就|也|都|不|没|取消|去掉|拿掉|撤|删|请)(?!.*活动)",
            clause,
        )
        for one in setting.choices
    )


def is_forgotten(clause: str) -> bool:
    if papers.NOT_FORGOT.search(clause):
        return False
    return bool(papers.FORGOT.search(clause)) or together.FORGOTTEN.said_in(clause)


def is_nil(text: str) -> bool:
    if withdrawals.THREATENS.search(text) or withdrawals.YEARS_BEFORE.search(text):
        return False
    if withdrawals.NIL_ALONE.search(text):
        return True
    return bool(
        withdrawals.NIL.search(text) and withdrawals.NIL_ABOUT.search(text) and not withdrawals.NOT_NIL.search(text)
    )


def nil_report(clause: str, setting: Setting) -> Said | None:
    """«学生这次不参加了，少了一百二十人» is said of the numbers in a form."""
    return (
        Said.NIL_REPORT
        if is_nil(clause)
        and not withdrawals.A_PART.search(clause)
        and not withdrawals.OF_WORDS.search(setting.sentence)
        else None
    )


def is_for_person(clause: str) -> bool:
    """A promise, something open, a trouble: no value, and nothing that is done by itself."""
    return bool(
        (promises.PROMISE.search(clause) and not promises.NOT_PROMISED.search(clause))
        or promises.TROUBLE.search(clause)
        or (promises.REFERS.search(clause) and not REACH.search(clause))
        or withdrawals.STAYS.search(clause)
    )


def is_contact_change(clause: str, setting: Setting) -> bool:
    """Who is to be asked from now on. Where a form is spoken of, its contact person is a value of it unless it is said of the unit's work."""
    if (
        papers.WORK_OF_FORM.search(clause)
        or contacts.OF_THE_PAPER.search(clause)
        or (contacts.CONTACT_OF_ACTIVITY.search(clause) and not contacts.FROM_NOW.search(setting.sentence))
    ):
        return False
    if contacts.SEND_TO.search(clause) and contacts.FROM_NOW.search(setting.sentence or clause):
        return True
    if contacts.FROM_THEN.search(setting.sentence) and contacts.CALLS.search(clause) and REACH.search(clause):
        return True
    if contacts.CONTACT_OF_UNIT.search(clause) and not contacts.OF_ACTIVITY.search(clause):
        return True
    if (
        setting.is_about
        and contacts.CONTACT_OF_FORM.search(setting.sentence)
        and not contacts.FROM_NOW.search(setting.sentence)
    ):
        return False
    if contacts.CONTACT.search(clause) and contacts.OF_CONTACT.search(clause):
        return True
    return not setting.is_about and bool(contacts.CONTACT_CHANGES.search(clause)) and "表" not in clause


def calls_another(clause: str, setting: Setting) -> bool:
    """«我这阵子手机不接，有事打副会长苏老师 138…»: whoever is away names somebody with a number."""
    return bool(
        contacts.CALL_SOMEBODY.search(clause)
        and REACH.search(setting.sentence or clause)
        and contacts.AWAY.search(setting.sentence or clause)
    )


def when(kind: Said, tells: Callable[[str], object]) -> Callable[[str, Setting], Said | None]:
    return lambda clause, setting: kind if tells(clause) else None


# What tells a clause's kind, the first that does: a question goes before whatever is asked about.
TELLING: tuple[Callable[[str, Setting], Said | None], ...] = (
    confirming,
    lambda one, setting: Said.STATUS_QUESTION if is_status(one, setting.sentence) else None,
    of_draft,
    when(Said.COVER, is_cover),
    lambda one, setting: Said.OTHER if wonders(one, setting.sentence) else None,
    when(Said.QUESTION, asks),
    found_right,
    taken_back,
    when(Said.FORGOTTEN_ATTACHMENT, is_forgotten),
    nil_report,
    lambda one, setting: Said.CONTACT if calls_another(one, setting) else None,
    when(Said.OTHER, is_for_person),
    when(Said.FOR_OTHERS, is_for_others),
    when(
        Said.REPLACES,
        lambda one: (
            papers.ANEW_FORM.search(one)
            or (
                (papers.REPLACES.search(one) or together.NEWER.said_in(one))
                and not papers.HANDS_OVER.search(one)
                and not papers.REPLACES_VALUE.search(one)
            )
        ),
    ),
    lambda one, setting: Said.CONTACT if is_contact_change(one, setting) else None,
    when(Said.COVER, lambda one: papers.COVER.search(one) and not papers.NOT_COVER.search(one)),
)


def announced(words: str) -> int | None:
    """How many forms a cover letter announces, None where it gives no number: «6项（申报表6份、汇总表1份）» are 6."""
    if papers.IN_ONE.search(words):
        return 1
    clauses = re.split(r"[，,。；;！!]", papers.NOT_COUNTED.sub("", MARKED.sub("", words)))
    plain = "，".join(one for one in clauses if papers.TOLD_NOW.match(one) or not papers.TOLD_BEFORE.search(one))
    for pattern in papers.COUNTS:
        if match := pattern.search(plain):
            return counted_value(match["number"].translate(papers.FORMAL))
    return None


def value_of(kind: Said, words: str) -> str | int | None:
    """What a statement of *kind* names beside itself: a cover its count, a withdrawal its activity, whoever writes for another that unit."""
    if kind is Said.COVER:
        return announced(words)
    if kind in (Said.WITHDRAWAL, Said.CONFIRM):
        if ref := REF.search(words):
            return f"KP{ref.group().upper().removeprefix('KP')}"
        return named_activity(words) if kind is Said.WITHDRAWAL else None
    if kind is Said.CONTACT:
        return reached_at(words)
    if kind is Said.FOR_OTHERS:
        return named_unit(words)
    return unit_of_nil(words) if kind is Said.NIL_REPORT else None


def named_activity(words: str) -> str | None:
    """The activity that a withdrawal names, in marks or without."""
    found = (pattern.search(words) for pattern in (NAMED, *withdrawals.UNMARKED_NAMES))
    return next((match["name"] for match in found if match and not OURS.fullmatch(match["name"])), None)


OURS = re.compile(r"(?:我|咱|本|贵)(?:们|单位|[局校馆院会镇])?(?:单位|这边)?的?")


def new_contact(words: str) -> NewContact | None:
    """Whom a letter names for the future in *words*, where they are any; without the name where it names several, or no number follows it."""
    if not words.strip():
        return None
    named = contacts_in(words)
    if not named and contacts.THIS_ADDRESS.search(words) and not REACH.search(words):
        return None  # what is meant stands elsewhere in the letter
    numbers = tuple(one.group() for one in REACH.finditer(words))
    if len(numbers) == 1 and not contacts.ANOTHER_PERSON.search(words):
        return NewContact(words.strip(), "", numbers, is_same_person=True)
    is_one = len({one["name"] for one in named}) == 1
    reached = tuple(one.group() for one in REACH.finditer(words, named[-1].end())) if is_one else ()
    return NewContact(words.strip(), named[-1]["name"] if reached else "", reached)


def contacts_in(words: str) -> list[re.Match[str]]:
    """Where somebody is named whom to ask from now on: «原由张三负责» speaks of before."""
    found = contacts.NEW_CONTACT.finditer(words)
    return [one for one in found if not contacts.FORMER_CONTACT.search(words[: one.start()])]


def reached_at(words: str) -> str | None:
    """The new contact: name and number as they are said."""
    named = [one["name"] for one in contacts_in(words)[:1]]
    return " ".join((*named, *(one.group() for one in REACH.finditer(words)))) or None


def named_unit(words: str) -> str | None:
    """The unit for which somebody writes, None where none is named."""
    for pattern in papers.FOR_WHOM:
        if match := pattern.search(words):
            return match["unit"]
    return None


def unit_of_nil(words: str) -> str | None:
    """The units, not the writer's own, that report nothing."""
    match = withdrawals.NIL_UNIT.search(words)
    return match["unit"] if match and not withdrawals.OWN.search(match["unit"]) else None
