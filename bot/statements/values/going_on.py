"""What goes on over several lines: a long text, a place whose line broke off. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from bot.base.replacing import replace
from bot.base.text import Squeezed
from bot.statements.edits.named import labels_in
from bot.statements.values.clause.labels import mentions
from bot.statements.values.clause.said import FieldWords, said_of
from bot.statements.values.context import Context, LabelsWaiting, Passage
from bot.statements.values.free import SAYS_OF_UNIT
from bot.statements.values.lines import numbered
from bot.statements.wording.joining import joined
from bot.statements.wording.joints import CALLED
from bot.statements.wording.signature import kind_of
from bot.statements.wording.words import is_courtesy

LONG_ENDS = re.compile(
    r"^\s*(?:另|此外|请(?!专家|来|到)|以上|特此|附[:：件]|妥否|注[:：]|PS|备注|其[他它余]|[（(]?联系)|[?？]\s*$|请问|请教",
    re.IGNORECASE,
)


def goes_on(line: str, text: str, context: Context, *, is_problems: bool) -> bool:
    """Whether *line* is more of *text*, which stands above it. *is_problems*: its number is one of our problems'."""
    if is_courtesy(line) or LONG_ENDS.search(line) or kind_of(line):
        return False
    if is_problems and text and not numbered(text):
        return False
    is_short = len(line) <= 24 and not re.search(r"[。；;！]$", line) and not numbered(line)
    if text.endswith(("。", "！")) and is_short:
        return False  # who writes
    squeezed = Squeezed.of(line)
    found = mentions(squeezed, context.definition, context.index)
    told = joined(squeezed.original[squeezed.end(found[0].end) :]) if found else None
    return not found or (found[0].begin > 3 and not found[0].is_led_up and not (told and told.is_change))


def apart(text: str, context: Context) -> tuple[str, str]:
    """A long text, and what follows it in the same line about another field."""
    for match in re.finditer(r"[。；;]\s*", text):
        behind = text[match.end() :]
        if is_labelled(behind, context):
            return text[: match.start() + 1], behind
    return text, ""


def is_labelled(text: str, context: Context) -> bool:
    """Whether *text* begins with a label and its colon, or the edge of its cell."""
    squeezed = Squeezed.of(text[:40])
    label = context.index.pattern.match(squeezed.text)
    return bool(label and re.match(r" *[:：\t|｜]", text[squeezed.end(label.end(1)) :]))


def long_said(line: str, context: Context) -> tuple[int, FieldWords] | None:
    """Where in *line* a long text is announced, and what is said of it."""
    for match in re.finditer(r"(?:^|[；;。，,])", line[:200]):
        rest = WE_SAID.sub("", line[match.end() :], count=1)
        squeezed = Squeezed.of(rest[:40])
        found = mentions(squeezed, context.definition, context.index)
        if not found or found[0].target not in context.long or not found[0].is_led_up:
            continue
        body = rest[squeezed.end(found[0].end) :]
        if (said := said_of(found[0].target, body, context.definition)) and said.how != "part":
            led = LEAD_IN.search(said.text[:NEAR])
            return match.end(), replace(said, text=said.text[led.end() :]) if led else said
    return None


# «你们说主要活动内容太简单，现补充如下：…»
WE_SAID = re.compile(
    r"\s*(?:(?:老师|您|你们?|贵部|科普部|通知|邮件|来信|信)(?:们|里|中)?)*(?:说|提到|提出|指出|反馈|反映|要求)*(?:的|是)?"
)
NEAR = 120  # characters in which it may be told why the text comes only now
# «…当时空着，是想等讲稿写成。现在可以这样写：», «现请整段换成下面这段：»: what leads up to a text, and is none of it.
LEAD_IN = re.compile(
    r"(?:^|[。，,；;！!\n\s])(?=[^：:，,。]{0,20}(?:写|填|登|录|改|换|补|用|更正|如下))(?:[一那这]?栏|部分|现在?|那|就|请|可以|能|麻烦|烦请|您|帮忙?|我们|先|都|统一|整段|全部?|重新|按照?|照|以|用|改|换|写|填|登记?|补充?|录|上|入|成|为|作|如下|[以如]下|下面|[这下]|样|么|此|[这一]?[个段位家]|几|句|话|的?内容|文字|一下|吧|来|拟|特|兹|更正|修改|调整|替换)+[:：]\s*"
)


# «内容补写如下，若嫌长请酌情删：»
BELOW = re.compile(r"(?:[如以]下|下面)[^。；;：:\n]{0,24}[:：]\s*$")


def led_below(line: str, context: Context) -> tuple[str, LabelsWaiting] | None:
    """Of a *line* that ends with what only leads up to the next: what stands before, and the one field that it names."""
    named = labels_in(line, context) if line.endswith((":", "：")) else []
    keys = {key for one in named for key in one.keys}
    begin = named[-1].end if len(keys) == 1 else len(line)
    led = next((one for one in LEAD_IN.finditer(line[begin:]) if begin + one.end() == len(line)), None)
    led = led or (BELOW.search(line[begin:]) if keys and keys <= context.long else None)
    if led is None:
        return None
    waiting = LabelsWaiting([(keys.pop(), -1)], is_open=True, is_change=bool(re.search("[改换替]|更正", led.group())))
    return line[: begin + led.start()], waiting


def not_broken_off(
    passages: Sequence[Passage], unknown: Collection[str], lines: Sequence[str], context: Context
) -> list[Passage]:
    """The passages; a place or a unit whose line ends with it may go on in the next one, of which nothing was understood: so it does where more
    lines follow; of the last one it is not certain (it may be who writes)."""
    behind = {line.strip(): after.strip(" \u3000，,。；;、") for line, after in pairwise(lines) if line.strip()}
    last = max((i for i, line in enumerate(lines) if line.strip()), default=0)
    inner = {line.strip(" \u3000，,。；;、") for line in lines[:last]}
    found: list[Passage] = []
    for one in passages:
        after = line_below(one, behind, unknown, context)
        if (
            after
            and after in inner
            and CALLED.search(after)
            and not (GOES_ON_ANEW.match(after) or SAYS_OF_UNIT.match(after))
        ):
            *front, piece = one.pieces
            one = replace(one, pieces=(*front, replace(piece, text=f"{piece.text}{after}")), more=(after,))
        found.append(replace(one, sure=one.sure and not (after and not one.more)))
    return found


GOES_ON_ANEW = re.compile(r"还有|和|及|与|另|也|就|在|以及")


def line_below(passage: Passage, behind: Mapping[str, str], unknown: Collection[str], context: Context) -> str:
    """The next line, where a place or a unit may go on in it."""
    piece = passage.pieces[-1] if passage.pieces else None
    spec = context.definition.spec(piece.target) if piece else None
    if piece is None or spec is None or spec.kind not in {"text", "unit"}:
        return ""
    after = next((after for line, after in behind.items() if piece.text and line.endswith(piece.text)), "")
    return after if after in unknown else ""
