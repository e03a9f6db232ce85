"""Words of a letter on their way to a person, and what their writer is told of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.base.clean import one_line
from bot.message.model import Message
from bot.statements.model import Said, Statement
from bot.statements.which_form import sentence_begin
from bot.statements.wording.words import NO_LETTERS, TELLS, WANTS

MOST_SHOWN = 300  # characters of words in a person's list
SHOWN_LINE = 80  # characters of one sentence in an answer
MOST_NOTED = 5  # sentences
SHORTEST = 4  # characters that are repeated without what leads up to them: «进乡村的不动»
MOST_LISTED = 10  # forms that an answer lists
LONGEST_POINTER = 120  # characters
# «回复见红字», «直接写在下面了»
POINTS_BELOW = re.compile(
    r"[红蓝绿]字|[红蓝绿]色|标[了]?[红蓝黄]|(?:写|填|答|回复?|改|标|注|补充?)[好了]?在[^，,。；;]{0,6}(?:下|原文|原邮件|原信|来信|文中|后面|旁边|括号|里面|各[项条])|见(?:下[文方面]?|原文|原邮件|文中|括号)|(?:如|在)下[：:，,。]?$"
)
# A wish, or something open or amiss.
WISHES = re.compile(
    r"希望|想|能|可以|要|求|盼|愿|还|暂|等|若|如|待|协调|商量|迟|晚|没|不(?![动变好])|难|急|缺|借|领|派|投诉|意见|建议|报[送过了]|上报"
)
SEEN = "来信已转工作人员阅看。"
REST_SEEN = "来信的其余内容也已转工作人员阅看。"
MOST_QUOTED = 3  # sentences of a letter of which nothing is settled; more are all of it
INNER = str.maketrans("“”", "‘’")  # quotation marks within a quotation


def words_for_person(message: Message) -> str:
    """What a person reads of the letter: what was written now; where that only points into the quotation of a letter that is not ours, and what was
    typed there cannot be told apart, all of it."""
    new = message.new_text.strip()
    is_below = len(new) <= LONGEST_POINTER and POINTS_BELOW.search(new)
    return message.text.strip() if is_below and len(message.text) > len(message.new_text) else new


def quoted(words: Sequence[str]) -> str:
    """The sentences in quotation marks, as an answer repeats them."""
    shown = "".join(f"“{shortened(one, SHOWN_LINE).translate(INNER)}”" for one in words[:MOST_NOTED])
    return shown + ("等" if len(words) > MOST_NOTED else "")


def for_person(words: Iterable[str]) -> str:
    """The words as the list of a person shows them."""
    return one_line(" ".join(words), MOST_SHOWN) or "（没有正文）"


def shortened(text: str, most: int) -> str:
    """The beginning, to where something ends: no number is cut in two."""
    plain = " ".join(text.split())
    if len(plain) <= most:
        return plain
    ends = [match.start() for match in re.finditer(r"[，,。；;！!？?、\s]", plain[:most]) if match.start() > most // 2]
    return plain[: ends[-1] if ends else most - 1] + "…"


def joined(statements: Sequence[Statement], text: str) -> list[str]:
    """The words of *statements* of the letter *text*; what follows one another in it stands as one."""
    found: list[tuple[int, int]] = []
    for one in sorted(statements, key=lambda one: one.begin):
        begin, end = one.begin, one.begin + len(one.words)
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif found and not NO_LETTERS.sub("", text[found[-1][1] : begin]) and "\n" not in text[found[-1][1] : begin]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    found = [(begin if end - begin >= SHORTEST else sentence_begin(text, begin), end) for begin, end in found]
    return list(dict.fromkeys((text[begin:end] + closing(text[end : end + 2])).strip() for begin, end in found))


def closing(behind: str) -> str:
    """The marks that close a sentence whose words end before them."""
    return behind[: len(behind) - len(behind.lstrip("。！？!?…"))]


def is_remark(one: Statement) -> bool:
    """Whether the words hold nothing that wants an answer: no digit, label, day, question, change or wish. «初一到高三都参加»"""
    asks = WANTS.search(one.words) or TELLS.search(one.words) or WISHES.search(one.words)
    return one.kind is Said.OTHER and not asks


def is_aside(one: Statement, said: Sequence[Statement], text: str) -> bool:
    """Whether the words only lead up to a change that was taken, or stand beside it in its sentence and ask for nothing: «20号会场冲突，往后挪两天»."""
    is_said = one.kind is Said.OTHER or (one.kind is Said.CHANGE and one.value is None)
    if not is_said or ASKS.search(one.words):
        return False
    taken = [other for other in said if other.taken and other.field]
    *before, last = re.split(r"(?<=[。！!；;])|\n", one.words.strip("。！!；;\n"))
    begin = sentence_begin(text, one.begin + one.words.rindex(last))
    is_beside = any(sentence_begin(text, other.begin) == begin for other in taken)
    return bool(taken) and all(map(ANNOUNCES.fullmatch, before if is_beside else [*before, last]))


ASKS = re.compile(
    r"[?？]|吗|请|[能可]否|希望|麻烦|[帮盼求]|是否|怎么|如何|尽快|另|可以|待|再[定说]|明[天日]|后天|[稍随]后|回头|下周|过[几两]天|[报发]给|给[您你]"
)
ANNOUNCES = re.compile(r"(?:还是|又|再|现在|这次)*(?:得|要|需要?|想)?(?:改|更正|调整|变更?)动?(?:一?下)?了?\W*")


def told_of_all(statements: Sequence[Statement], text: str) -> str:
    """What the writer is told of a letter of which nothing is settled: who asks for nothing is promised no answer."""
    if all(map(is_remark, statements)):
        return SEEN
    words = joined(statements, text)
    return told_of(words) if len(words) <= MOST_QUOTED else "来信已转工作人员，会尽快答复您。"


def told_of_rest(statements: Sequence[Statement], text: str, said: Sequence[Statement]) -> str:
    """The same beside what was settled of what the letter *said*: what wants an answer is repeated, mere remarks are not."""
    wanting = [one for one in statements if not is_remark(one) and not is_aside(one, said, text)]
    return told_of(joined(wanting, text)) if wanting else REST_SEEN


def told_of(words: Sequence[str]) -> str:
    """The one sentence that tells the writer that a person of the office reads his words."""
    return f"来信中的{quoted(words)}已转工作人员，会尽快答复您。"
