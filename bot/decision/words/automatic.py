"""Mails that nobody wrote, or perhaps nobody: they change nothing, are not answered, and where it is not certain a person sees them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.base.problems import Problem, has_errors
from bot.base.replacing import replace
from bot.decision.brakes import no_answer
from bot.decision.facts import Case, Read
from bot.decision.model import Decision, Reply, ReviewItem
from bot.decision.states import Outcome, ReviewReason
from bot.decision.versions.standing import Standing, standing
from bot.decision.words.about import targets, text_of
from bot.decision.words.changes import names_value
from bot.decision.words.granting import unit_reply
from bot.decision.words.passed_on import for_person, shortened, told_of
from bot.message.identity import plain_subject
from bot.message.origin.robots import BOUNCE, CALENDAR, NOTICE, OWN, RECALL, RECEIPT, REPORT, VACATION
from bot.statements.model import Said

# Kinds of robots' mails in which no person can have written a word.
WORDLESS = (OWN, BOUNCE, REPORT, RECEIPT, CALENDAR)
# Robots by their subject or text, without any mark in the header.
IN_WORDS_ONLY = (f"{VACATION}：主题", f"{VACATION}：正文")
INVITES = re.compile(
    r"^[【\[(（]?(?:会议|参会|参加会议|日程|视频会议|腾讯会议|钉钉会议|飞书会议|例会|培训|座谈会?)(?:的|更新|预约|改期)?(?:邀请|通知|提醒|函|安排)|^(?:已更新的?|更新|取消)?(?:的?会议)?邀请函?[:：]|邀请您?(?:参加|出席)?[^，,。；;]{0,12}会议|^(?:Invitation|Updated invitation|Accepted|Declined|Canceled(?: event)?)\b",
    re.IGNORECASE,
)
# What somebody sent, wrote or asked, of which a program's notice tells; what else programs tell of themselves all day is no news.
BRINGS = re.compile(
    r"分享|共享|传真|扫描|隔离|拦截|检测|撤回|待签|签署|公文|来文|加密|留言|表单|答卷|数据|登记|申报|汇总表|科普日|未收到|未投递|发件人|\b(?:shared?|fax|scan(?:ned)?|quarantined?|held|recall|encrypted|form|submission)\b",
    re.IGNORECASE,
)
MOST_QUOTED = 80  # characters of a letter that its answer repeats


def nobodys_answer(case: Case, problems: Sequence[tuple[str, Problem]]) -> Decision | None:
    """What becomes of a letter that reads as a program's; None for a person's.

    One that formulas explain wholly needs nobody, unless it names a value that is asked for: then a person looks, as where anything else
    stands in it. «来信收悉，活动地点：…» is a person's. Who may well be one is told that a person looks.
    """
    read, reading = case.read, case.read.letter.automatic
    text = text_of(read.message)
    if (
        has_errors(problem for _, problem in problems)
        or not reading.is_automatic
        or (reading.rest and not reading.is_strong)
    ):
        return None
    has_file = any(not document.is_body and document.format != "image" for document in read.documents)
    ref = next((ref for ref in case.known.answered if case.known.ref(ref)), "")
    of_form = names_value(case, of_the_form=reading.is_strong, by_own_label=reading.is_decisive)
    # What nobody's letter called forth may be somebody's who writes as briefly as a program.
    is_answer = ref or case.known.thread or plain_subject(read.message.subject) != read.message.subject.strip()
    if reading.is_whole and is_answer and not has_file and not of_form:
        outcome = Outcome.IGNORED if reading.is_strong and not read.letter.is_thanks else Outcome.LETTER
        return Decision(outcome, f"acknowledgement: {reading.sign}", ref=ref)
    reply = None if reading.is_strong else passed_on(case, text)
    refusal = no_answer(case, template=reply.template) if reply else ""
    done = "" if reply and not refusal else "，也未回信"
    detail = f"像是自动回复，未改动登记{done}，请人工查看：{for_person([text])}"
    return Decision(
        Outcome.LETTER,
        refusal or f"reads like an acknowledgement: {reading.sign}",
        reply=None if refusal else reply,
        ref=ref,
        reviews=(ReviewItem(ReviewReason.WORDS, detail, ref=ref),),
    )


def passed_on(case: Case, text: str) -> Reply | None:
    """Who may well be a person is told that a person reads it; None for whoever may not hear of these forms."""
    mine = [one for one in targets(case.known) if standing(one, case, in_words=True) is not Standing.HELD]
    if not mine:
        return None
    reply = unit_reply(mine[0].ref, mine[0].unit, told_of([shortened(text, MOST_QUOTED)]))
    return replace(reply, template="letter")


def is_meant_for_others(case: Case) -> bool:
    """Whether the letter does not go on with one of ours and is a program's to many, or tells of a meeting: a list's «地点改为清源山», an
    invitation's «时间：…» are said of nobody's form, and nobody waits for an answer."""
    message = case.read.message
    if message.program and not case.known.tokens:
        return True
    first = next((line for line in message.new_text.splitlines() if line.strip()), "")
    own = message.subject.strip() if plain_subject(message.subject) == message.subject.strip() else ""
    return not case.known.answered and any(map(INVITES.search, (own, first.strip())))


def robots_mail(case: Case) -> Decision:
    """A robot's mail without forms. Where it is known by a mark alone and a person's question stands in it, somebody looks at it; where
    only its words give it away, also what it says of a value, a change or a form."""
    read = case.read
    robot, letter = read.message.robot, read.letter
    reading = letter.automatic
    is_persons = not reading.sign and letter.is_letter and letter.asks
    if robot.startswith((NOTICE, RECALL)):
        is_persons = not read.message.program or bool(BRINGS.search(f"{read.message.subject}\n{text_of(read.message)}"))
    if robot.startswith(IN_WORDS_ONLY):
        is_persons = is_persons or reading.is_human or (not reading.sign and letter.changes)
        # Whom to call meanwhile is no answer to what we asked.
        is_wholly = all(one.kind is Said.ROBOT for one in letter.statements)
        is_persons = is_persons or names_value(case, of_the_form=True, reach=not is_wholly)
    if robot.startswith(WORDLESS) or not is_persons:
        return Decision(Outcome.IGNORED, robot)
    ref = next((ref for ref in case.known.answered if case.known.ref(ref)), "")
    detail = f"来信像是自动发送的（{robot}），没有回信，请人工查看：{for_person([text_of(read.message) or read.message.subject])}"
    return Decision(Outcome.LETTER, robot, ref=ref, reviews=(ReviewItem(ReviewReason.WORDS, detail, ref=ref),))


def programs_mail(read: Read) -> Decision | None:
    """A mail without forms that a program sent to us unasked and that no person wrote, as far as can be told; None for a letter."""
    message = read.message
    if not message.program or read.letter.is_letter:
        return None
    return Decision(Outcome.IGNORED, message.program)
