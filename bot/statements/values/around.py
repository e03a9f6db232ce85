"""What stands around the values of an answer: whether they are all that a person says, or what a program says of itself. Pure.

A platform that took a mail in writes labels and values, too («平台已收到您的消息。联系电话：…»). A value counts only where every other word of
the letter is one that people write when they answer us.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.base.text import is_blank, squeeze
from bot.statements.values.clauses import OTHERS_STAY, REASON, SLIP, STAYS, WRONG, filling, without_tail
from bot.statements.values.context import Context, Statement
from bot.statements.values.lines import NUMBERED, SENTENCE, plain_lines
from bot.statements.wording.automatic import (
    AWAY,
    CHANGE,
    CLAUSES,
    INFO,
    OF_YOURS,
    OWN_MATTER,
    REQUEST,
    STRONG,
    is_question,
)
from bot.statements.wording.words import COURTESY, LETTERS, TOPIC, kind_of, letter_of, says_attached

LONGEST = 20_000  # characters of an answer that are looked at
LABEL = re.compile(r"^[\W_]*(?P<label>[^\d\W][^：:，,。]{0,15})[:：]")
RECEIVED = re.compile(r"收到|收悉|收讫|签收|已阅|已收|受理|转达|转告|送达|登记|提交|成功")
# «收到», «来信收悉», «收到您的通知»: of what we wrote, by nobody else than the writer.
RECEIVED_HERE = re.compile(
    r"^(?:我们?|我单位|本单位|我[校局馆院会镇])?(?:(?:刚|刚刚|今天|昨天)?(?:收到|看到|接到)了?|已(?:经)?(?:收到|收悉|看到|阅|知悉)了?|来[信函电]?收悉)"
    r"(?:(?:您|你|贵[单会办部局]\S?)们?的?)?(?:(?:来信|来函|邮件|通知|回信|回复|答复|提醒|反馈|意见|修改意见|[补更]正通知|要求)了?)?$"
    r"|^(?:贵[单会办部局]\S?)?的?(?:来信|来函|邮件|通知|回信|回复|答复|提醒|反馈|资料|材料|意见|修改意见|[补更]正通知)(?:我们?|我单位)?(?:已经?|均|都)?(?:收悉|收到|收讫|看到|阅|收|知悉)了?$"
)
# A mail that «has been received» from «you» is what programs say of it; people take up what we said in it.
YOUR_MAIL = re.compile(
    r"(?:已|已经|成功)[^，。]{0,3}收[到悉讫](?:您|你)|(?:您|你)们?的?\S{0,8}(?:收[到悉讫]|已收|已阅)"
)
OF_ME = re.compile(r"我|咱|本(?:人|单位|次|校|局|会|镇|街道|社区)|活动|申报|填表")
CIRCUMSTANCE = re.compile(
    r"^(?:答|回复|回答|答复|更正|补充|补正|现|说明)$|刚(?:才|刚)?(?:看|定|问|确)|定[了好下]|确[定认](?:了|好|过|下来)|核[实对](?:了|过|后|好)?|沟通|协调|商[量议定]|讨论|疏忽|大意|看错|不小心|忘|遗漏|漏|当时|之前|上次|手机上?回复|外地|路上|代[为她他其]?(?:回?复|答)|领导|老师|麻烦|辛苦|帮"
)
HEADED = re.compile(
    rf"(?:{TOPIC}|我|活动|申报|所缺|缺|需要|要求|信息|内容|情况|如下|以下)[^：:]{{0,12}}[:：]?$|^(?:具体|详细)?(?:信息|内容|情况|资料)?(?:如下|见下)$"
)
QUOTATION = str.maketrans("", "", '“”「」『』《》"')
OF_AN_OFFICE = re.compile(r"^本(?!人|单位|次|校|局|会|镇|街道|社区|周|月|年|表)")
ANNOUNCED = re.compile(r"如下|以下|见下|[:：]$")
ASKED_TO = re.compile(r"^(?:现|请|麻烦|烦请|劳烦|特此|需要?|予以|以下|按|把|将|帮|我|有|申请|关于)|如下|一下|下列")


@dataclass(frozen=True, slots=True)
class Around:
    """``foreign``: words that nothing explains. ``is_plain``: beside the values nothing stands but greetings, thanks, questions and words
    of change. ``changes``: it says of all its values that they change something («现更正如下»)."""

    foreign: tuple[str, ...] = ()
    is_plain: bool = True
    changes: bool = False


def around(text: str, said: Sequence[Statement], context: Context) -> Around:
    """What *text* says beside the values of *said*."""
    values = [bare(piece.text) for one in said for piece in one.pieces if not is_blank(piece.text)]
    quoted = "\n".join(context.messages)
    foreign: list[str] = []
    is_plain, changes = True, False
    for line in plain_lines(letter_of(text[:LONGEST]).body):
        if any(message in squeeze(line) for message in context.messages):
            continue
        for clause in clauses_of(line):
            if holds_value(clause, values) or (len(squeeze(clause)) > 2 and squeeze(clause) in quoted):
                continue
            if CHANGE.search(clause) and ASKED_TO.search(clause) and not OF_YOURS.search(clause):
                changes = True
            elif is_question(clause) or is_polite(clause):
                is_plain = is_plain and not RECEIVED.search(clause)
            elif is_explained(clause, context):
                is_plain = is_plain and bool(CHANGE.search(clause) or names_field(clause, context))
            else:
                foreign.append(clause)
    return Around(tuple(foreign), is_plain and not foreign, changes and not foreign)


def is_changed_by(statement: Statement) -> bool:
    """Whether the sentences of its own values say that something changes («改为», «应为», «推迟到»)."""
    if any(piece.how != "set" or piece.old for piece in statement.pieces):
        return True
    for sentence in SENTENCE.split(statement.written):
        for piece in statement.pieces:
            if is_blank(piece.text) or squeeze(piece.text) not in squeeze(sentence):
                continue
            around_it = sentence.replace(piece.text, " ")
            if any(CHANGE.search(one) and not YOUR_MAIL.search(one) for one in clauses_of(around_it)):
                return True
    return False


def clauses_of(line: str) -> Iterator[str]:
    for one in CLAUSES.split(line):
        match = NUMBERED.match(one or "")
        clause = (match["rest"] if match else one or "").strip(" \t\u3000>＞“”\"'（）()")
        if not is_blank(clause) and LETTERS.sub("", clause):
            yield clause


def holds_value(clause: str, values: Sequence[str]) -> bool:
    plain = bare(clause)
    return any((len(value) > 1 and value in plain) or (len(plain) > 1 and plain in value) for value in values)


def bare(text: str) -> str:
    return squeeze(text).translate(QUOTATION)


def names_field(clause: str, context: Context) -> bool:
    """Whether it is about a field of the form: its label with nothing before it that would make it another's («咨询电话»)."""
    plain = squeeze(clause)
    match = context.index.pattern.search(plain)
    if not match:
        return False
    label = LABEL.match(clause)
    return label is None or filling(plain[: match.start()], lambda word: False)


def is_polite(clause: str) -> bool:
    """Greetings and thanks to the last letter, or who writes and when."""
    rest = COURTESY.sub("", without_tail(clause))
    return len(LETTERS.sub("", rest)) <= 1 or kind_of(clause) in {"unit", "person", "day", "sent_from", "mixed"}


def is_explained(clause: str, context: Context) -> bool:
    """Whether people who answer us write so."""
    if RECEIVED_HERE.match(clause) or RECEIVED_HERE.match(COURTESY.sub("", clause).strip(" ：:")):
        return not YOUR_MAIL.search(clause)
    if (
        STRONG.search(clause)
        or OF_AN_OFFICE.search(clause)
        or YOUR_MAIL.search(clause)
        or (RECEIVED.search(clause) and not OF_ME.search(clause))
    ):
        return False
    if names_field(clause, context):
        return True
    if LABEL.match(clause) or INFO.match(clause):
        return bool(HEADED.search(clause)) and not re.search(r"[:：]\s*\S", clause)
    return bool(
        filling(clause, lambda word: False)
        or REASON.match(f"{clause}，")
        or OTHERS_STAY.search(clause)
        or re.search(rf"{STAYS}$|{SLIP}$|{WRONG}$", clause)
        or says_attached(clause)
        or CHANGE.search(clause)
        or OWN_MATTER.search(clause)
        or REQUEST.search(clause)
        or CIRCUMSTANCE.search(clause)
        or AWAY.search(clause)
        or (ANNOUNCED.search(clause) and HEADED.search(clause))
        or (OF_ME.search(clause) and not OF_YOURS.search(clause))
    )
