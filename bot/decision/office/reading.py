"""What a coordinator writes of things that wait for him -> acts, one a line: «答复：…», «17 办结», «退回 KP2023-0007 原因». Pure.

An act may name what it is about before or behind its word, by number or reference; what follows an answer in further lines belongs to it.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from msgspec import Struct

from bot.base import expressions as re
from bot.base.replacing import replace
from bot.decision.words.requests import OF_VERSION, POLITE_TAIL, REF, VERSIONED, refs_in
from bot.statements.wording.signature import SignedText
from bot.statements.wording.words import is_courtesy

MOST_ACTS = 50  # in one mail


class Deed(StrEnum):
    """What a coordinator can do about a thing."""

    ANSWER = "answered"
    CORRECT = "corrected"
    NIL = "nil"
    CLOSE = "done"
    APPROVE = "accepted"
    RETURN = "rejected"
    UNIT = "unit"
    UNDO = "undone"
    WITHDRAW = "withdrawn"
    MERGE = "merged"
    LIST = "listed"
    UNLIST = "unlisted"
    REMIND = "reminded"
    SEND_AGAIN = "sent_again"
    STOP = "stopped"
    READ_AGAIN = "read_again"
    DIGEST = "digest_sent"


# What the program is told to do beside the forms: done where it is told, and noted as an act.
ORDERS = frozenset({Deed.REMIND, Deed.SEND_AGAIN, Deed.STOP, Deed.READ_AGAIN, Deed.DIGEST})
NAMES = {
    Deed.ANSWER: "答复",
    Deed.CORRECT: "更正",
    Deed.NIL: "零报告",
    Deed.CLOSE: "办结",
    Deed.APPROVE: "通过",
    Deed.RETURN: "退回",
    Deed.UNIT: "单位",
    Deed.UNDO: "撤销",
    Deed.WITHDRAW: "撤回",
    Deed.MERGE: "合并",
    Deed.LIST: "名册添加",
    Deed.UNLIST: "名册去掉",
    Deed.REMIND: "提醒",
    Deed.SEND_AGAIN: "补发",
    Deed.STOP: "不再重试",
    Deed.READ_AGAIN: "重新处理",
    Deed.DIGEST: "发汇总",
}


class Act(Struct, frozen=True):
    """One thing to do. It is about ``numbers`` of items, or ``refs`` (``versions`` where one is named), or what belongs to the unit ``about``; about
    what the answered notice tells where all are empty. ``text`` is the answer, the reason, the values or the unit's name; ``written`` the line.
    ``about`` of what is undone is its key. ``seen`` (of an act at the desk) is the ``stamp`` of what the page showed: what has changed since is not acted upon.
    ``lost`` are lines below it that belong to no act; ``is_all``: it is about everything that the notice tells."""

    deed: Deed
    numbers: tuple[int, ...] = ()
    refs: tuple[str, ...] = ()
    versions: tuple[tuple[str, int], ...] = ()
    about: str = ""
    text: str = ""
    written: str = ""
    seen: str = ""
    lost: str = ""
    is_all: bool = False

    @property
    def is_bare(self) -> bool:
        return not (self.numbers or self.refs or self.about)


SEP = r"[\s,，、:：;；.．。的]*"
NUMBER = r"(?:第|事项|编号|序号)?\s*[【\[（(#＃]?\s*(\d{1,6})\s*[】\]）)]?\s*(?:项|号|件|条)?"
NUMBERS = re.compile(
    rf"{NUMBER}(?:\s*[、,，和及/]\s*{NUMBER})*(?=[\s、,，:：.．。）)】\]]|[^\d\-—年月日时点人个份％%]|$)"
)
REFS = re.compile(
    rf"(?:受理号)?[\s:：]*[【\[（(]?(?:受理号)?\s*{REF}{OF_VERSION}[】\]）)]?(?:[\s,，、;；/和及与]*{REF}{OF_VERSION})*"
)
LEAD = re.compile(r"^(?:\s|[·•*—>＞]|请(?!各|贵|你|您)|麻烦|烦请|帮忙|把|将|对|关于)+")
# «以上都办结», «全部办结»
ALL = re.compile(
    r"^(?:(?:以上|上述|这|所有|全部|其余|剩下|其他)(?:[几两二三四五六七八九十\d]{1,3}[件项个条])?的?(?:事项|来信|待办|问题)?[，,\s]*(?:全部?|都|均|一并)?|(?:全部?|都|均|一并))(?=已?(?:可以?)?(?:办结|办完|处理完|办理完|已办|已处理|结案|无需|不用))"
)
# «麻烦回她：…», «跟他说，…»
TOLD_TO = r"(?:回复?|答复|告诉|告知|转告|跟|和)(?:她|他|TA|对方|他们|她们|[\u4e00-\u9fff]{1,3}(?:老师|同志|主任|科长|[站馆校局会]长))(?:说|讲|一声|一下)*"
WORDS: tuple[tuple[Deed, re.Pattern[str]], ...] = (
    (Deed.ANSWER, re.compile(rf"{TOLD_TO}(?=[:：])")),
    (Deed.ANSWER, re.compile(r"(?:答复|答覆|回复|回覆|答)(?:如下|内容|意见|单位|对方|来信单位|来信人)?")),
    (Deed.NIL, re.compile(r"(?:记为|登记为|为|报|按)?零(?:报告|申报|上报)(?:单位)?")),
    (Deed.CLOSE, re.compile(r"已?办结|办理?完毕|处理?完毕|已办理?|已处理|结案|无需答复|不用(?:答复|回复)")),
    (Deed.RETURN, re.compile(r"(?:予以|均|都)?(?:退回|驳回|不予?通过|不予?采用|不同意)(?:撤回|撤销)?")),
    (Deed.APPROVE, re.compile(r"(?:审核|予以|均|都|可以|准予|同意)?(?:通过|采用|采纳|同意|认可)(?:撤回|撤销)?")),
    (Deed.WITHDRAW, re.compile(r"(?:撤回|撤销)(?:登记|活动)?(?=[\s:：]*[Kk][Pp])")),
    (Deed.MERGE, re.compile(r"合并(?:重复)?(?:登记)?(?=[\s:：到入至为]|[Kk][Pp])")),
    (Deed.CORRECT, re.compile(r"更正|订正|改正|修改|更改|变更")),
    (Deed.UNIT, re.compile(r"(?:填报|报送|申报)?单位(?:名称)?(?:应?(?:为|是)|改为|更正为)?(?=[\s:：])")),
)
IN_OWN_WORDS = re.compile(rf"^(?:\s|请|麻烦|烦请|帮[忙我])*{TOLD_TO}[:：，,\s]*")
CLOSED = re.compile(r"\W*(?:此件|本件|该件|已)?办结\W*")
CLOSED_BEHIND = re.compile(r"([。！!；;.\s])\s*(?:此件|本件|该件|已)?办结[。.!！\s]*$")
# «答复：…», and where somebody forgot the colon «答复 …»
SAYS_WHAT = re.compile(r"\s*[:：]\s*|\s+(?=[^\s\d][^:：]{5,}$)|[，,]\s*(?=[^:：]{6,}$)")
REASON = re.compile(r"^[\s,，:：;；。]*(?:(?:退回)?(?:原因|理由)\s*(?:是|为)?)?[\s:：,，;；。]*")
VALUE_WORD = re.compile(r"(?:更正|更改|修改|变更|改|调整)(?:为|成|到)|应[为是]")
LABELLED = re.compile(r"^[^\d\s:：][^:：\n]{0,19}[:：]\s*\S")


def read_acts(letter: SignedText, known: Collection[int]) -> tuple[Act, ...]:
    """The acts in a coordinator's *letter*, none where its first words (but for a greeting) are none. *known* are the numbers of items that there are: in
    the lines of an answer any other number only counts its paragraphs."""
    acts: list[Act] = []
    for line in (filled_in(one) for one in letter.body if one.strip()):
        act = act_in(line)
        last = acts[-1] if acts else None
        if last and last.deed is Deed.ANSWER and CLOSED.fullmatch(line):
            continue  # an answer closes what it answers
        if act is not None and (last is None or is_next(act, last, known)):
            acts.append(act)
        elif last is not None:
            acts[-1] = going_on(last, line)
        elif not is_courtesy(line):
            return ()
    if acts and "\n" in acts[0].text and IN_OWN_WORDS.match(acts[0].written):
        return ()  # of several lines in his own words, which are for the unit nobody can tell
    if acts and acts[-1].deed is Deed.ANSWER:
        # The office's own name and telephone below its answer are for whoever reads it.
        acts[-1] = replace(acts[-1], text="\n".join([acts[-1].text, *letter.signature]).strip())
    return tuple(acts[:MOST_ACTS])


def filled_in(line: str) -> str:
    """What a notice prints in ‹› is to be replaced; whoever copied it as it stands said nothing there."""
    return re.sub(r"[‹›]", "", re.sub(r"‹(?:要答复的话|原因|单位全称|栏目|内容)›", "", line)).strip()


def is_next(act: Act, last: Act, known: Collection[int]) -> bool:
    """Whether a line begins another act, and is none of the text of an answer before it."""
    if last.deed is not Deed.ANSWER or act.is_all:
        return True
    return bool(act.refs) or (bool(act.numbers) and set(act.numbers) <= set(known))


def going_on(last: Act, line: str) -> Act:
    """*last* with a further line, where that belongs to it; thanks behind a command do not."""
    takes = last.deed in {Deed.ANSWER, Deed.CORRECT} or (last.deed in {Deed.RETURN, Deed.NIL} and not is_courtesy(line))
    if takes:
        return replace(last, text=f"{last.text}\n{line}".strip())
    return last if is_courtesy(line) else replace(last, lost=f"{last.lost}\n{line}".strip())


def act_in(line: str) -> Act | None:
    """The act that a line is, or begins."""
    plain = LEAD.sub("", narrow(line))
    all_of_it = ALL.match(plain)
    if all_of_it:
        plain = plain[all_of_it.end() :]
    numbers, refs, rest = targets_in(plain)
    deed, behind = word_in(rest)
    if deed is None:
        return said_at_the_end(plain, line) or changed_in(refs, rest, line)
    act = Act(deed, numbers, refs, versions_in(plain[: len(plain) - len(behind)]), written=line, is_all=bool(all_of_it))
    named = bool(numbers or refs)
    if deed is Deed.ANSWER:
        return answer_of(act, behind, is_named=named)
    if deed is Deed.MERGE:
        both = refs_in(plain)
        return replace(act, refs=both) if both else None
    if not named:
        numbers, refs, further = targets_in(behind)
        if deed is Deed.UNIT or (deed is Deed.CORRECT and numbers and not says_value(further)):
            numbers, refs, further = (), (), behind
        act = replace(act, numbers=numbers, refs=refs, versions=versions_in(plain[: len(plain) - len(further)]))
        behind = further
    text = re.sub(r"^[\s,，、:：;；。.]+", "", behind).strip()
    if deed in {Deed.CLOSE, Deed.APPROVE}:
        return act if not POLITE_TAIL.sub("", text).strip(" 。.！!") else None
    if deed is Deed.RETURN:
        if behind.startswith(("的", "后")):  # «退回的表请……»
            return None
        return replace(act, text=REASON.sub("", behind.strip()).strip())
    if deed is Deed.CORRECT and act.is_bare and text and not says_value(text):
        return None
    if deed is Deed.UNIT and not text:
        return None
    return replace(act, text=text)


def answer_of(act: Act, behind: str, *, is_named: bool) -> Act | None:
    """«答复：…», «17 答复 …», «答复 KP2023-0007：…», «答复晋江市科协：…»; without colon or target the word is only a word."""
    if match := SAYS_WHAT.match(behind):
        return replace(act, text=unclosed(behind[match.end() :]))
    if is_named:
        return replace(act, text=unclosed(behind.strip(" ,，、。"))) if behind.strip() else act
    head, colon, text = re.split(r"([:：])", behind, maxsplit=1) if re.search(r"[:：]", behind[:80]) else ("", "", "")
    if not colon:
        return None
    numbers, refs, rest = targets_in(head.strip())
    if (numbers or refs) and not rest.strip(" ,，、的"):
        return replace(act, numbers=numbers, refs=refs, text=text.strip())
    about = head.strip(' ,，、的来信“”"')
    is_unit = 2 <= len(about) <= 30 and not re.search(r"[\d,，。;；?？]", about) and written_once(act.written, behind)
    return replace(act, about=about, text=text.strip()) if is_unit else None


def unclosed(text: str) -> str:
    """An answer without the «办结» behind it, which is no word for its reader."""
    return CLOSED_BEHIND.sub(r"\1", text.strip()).strip()


def written_once(line: str, behind: str) -> bool:
    """The word of the act stands at the very beginning of its line."""
    return len(line) - len(behind) <= 8


def said_at_the_end(plain: str, line: str) -> Act | None:
    """«晋江市科协 零报告», «惠安县科协报零报告»."""
    match = re.fullmatch(
        r"(?P<unit>[^,，。:：;；?？\d]{2,60}?)[\s,，:：]*(?:今年)?(?:为|报|按|记为|登记为)?零(?:报告|申报|上报)[。.!！\s]*",
        plain,
    )
    return Act(Deed.NIL, text=match["unit"].strip(), written=line) if match else None


def changed_in(refs: tuple[str, ...], rest: str, line: str) -> Act | None:
    """«KP2023-0007 联系电话改为0595-…», «KP2023-0007 联系电话：0595-…»: a reference and a value are a correction."""
    text = rest.strip()
    if refs and says_value(text):
        return Act(Deed.CORRECT, refs=refs, text=text, written=line)
    return None


def says_value(text: str) -> bool:
    """Whether *text* names a field and its value."""
    return bool(VALUE_WORD.search(text) or LABELLED.match(text.strip()))


def targets_in(text: str) -> tuple[tuple[int, ...], tuple[str, ...], str]:
    """Numbers of items and references at the beginning of *text*, and what follows them."""
    numbers: tuple[int, ...] = ()
    refs: tuple[str, ...] = ()
    for _ in range(2):
        text = re.sub(rf"^{SEP}", "", text) if numbers or refs else text.lstrip()
        if not refs and (match := REFS.match(text)):
            refs, text = refs_in(match[0]), text[match.end() :]
        elif not numbers and not refs and (match := NUMBERS.match(text)):
            numbers, text = tuple(dict.fromkeys(map(int, re.findall(r"\d+", match[0])))), text[match.end() :]
    return numbers, refs, text


def word_in(text: str) -> tuple[Deed | None, str]:
    """The word of an act at the beginning of *text*, and what follows it."""
    text = re.sub(rf"^{SEP}", "", text)
    for deed, pattern in WORDS:
        if match := pattern.match(text):
            return deed, text[match.end() :]
    return None, text


def versions_in(text: str) -> tuple[tuple[str, int], ...]:
    return tuple((ref.upper(), int(number)) for ref, number in VERSIONED.findall(text))


def narrow(text: str) -> str:
    """Digits and Latin letters typed with a Chinese input method."""
    return re.sub(r"[０-９Ａ-Ｚａ-ｚ－]", lambda match: chr(ord(match[0]) - 0xFEE0), text)
