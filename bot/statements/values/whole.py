"""What a whole clause says of the form without any label: «活动推迟到…», «把“大讲堂”改成“嘉年华”», «由…主办». Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from bot.base.text import similarity
from bot.forms.definitions import FormDefinition
from bot.forms.model import Form, Value
from bot.statements.values.context import Addressed, Context
from bot.statements.values.joints import ASK, CALLED, CHANGE, MOVED_VAGUELY, without_tail
from bot.statements.values.said import FieldWords
from bot.statements.values.shapes import shaped


def moved(sentence: str, definition: FormDefinition) -> list[FieldWords]:
    """«活动推迟到9月24日举行» is about the form's one time; «活动定于9月19日下午在市图书馆举行» about its place as well."""
    times = [spec for spec in definition.field if spec.kind == "daterange"]
    places = [spec for spec in definition.field if spec.kind == "text" and spec.key != definition.anchor]
    sentence = re.split(r"[:：](?!\d)", sentence)[-1]
    plain = without_tail(QUOTED_NAME.sub(lambda match: "的" * len(match.group()), sentence.strip()))
    if len(times) != 1 or not (MOVES.search(plain) or HELD.match(plain) or DAY_AND_PLACE.match(plain)):
        return []
    if re.match(r"如果?|若|万一|遇", plain):
        return []
    if match := LATER_BY.search(plain):
        return [FieldWords(times[0].key, match.group(), sure=False, old="?")]
    old = "?" if MOVED.search(plain) else ""
    match = AT_PLACE.search(plain)
    if match and len(places) == 1 and (found := shaped(plain[: match.start()], times[0])) and found.is_clean:
        place = FieldWords(
            places[0].key, match["place"], prose=True, sure=not re.match(r"我们|本", match["place"]), old=old
        )
        return [FieldWords(times[0].key, found.text, old=old), place]
    found = shaped(plain, times[0])
    return [FieldWords(times[0].key, found.text, old=old)] if found and found.is_clean else []


DAY_AND_PLACE = re.compile(
    rf"^(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})\s?[月./][^，,。；;\u4e00-\u9fff]{{0,12}}[^，,。；;我你您]{{0,12}}在[^，,。；;]{{2,40}}(?:{CALLED.pattern})"
)
QUOTED_NAME = re.compile(r"[“「《][^“”「」《》]{1,40}[”」》]")
HELD = re.compile(
    r"^(?:本次|这次|该)?(?:活动|讲座|展览|比赛)(?:时间)?(?:就?是|拟|计划)?(?:在|于)?(?=\d|[一二三四五六七八九十]+月)"
)
MOVED = re.compile(r"推迟|延期|延后|提前|顺延|改期|[更修]?改[到为在至成]|调到|调整[到为至]|挪到")
MOVES = re.compile(rf"{MOVED.pattern}|定[在于]|安排在|放在")
LATER_BY = re.compile(
    r"(?:推迟|延期|延后|提前|顺延)(?:了)?[一二两三四几\d]+个?(?:周|天|星期|礼拜|月)(?![一二三四五六日])"
)
AT_PLACE = re.compile(
    r"(?<=[日号午上天点半\d）)])(?:，|,)?(?:在|于)(?P<place>[^，,。；;]{3,40}?)(?:举行|举办|开展|进行|召开|办)?$"
)


def renamed(sentence: str, definition: FormDefinition) -> list[FieldWords]:
    """«“兰色海洋”科普行应为“蓝色海洋”科普行»: two names alike, the second instead of the first."""
    match = RENAMED.match(without_tail(sentence.strip()))
    if not match or any(choice.label in match["new"] for spec in definition.field for choice in spec.choices):
        return []
    is_alike = similarity(match["old"], match["new"]) >= 0.5
    return [FieldWords(definition.anchor, match["new"], old=match["old"])] if is_alike else []


RENAMED = re.compile(
    rf"^[^“「《，,]{{0,12}}?(?:把|将)?(?P<old>[“「《][^“”「」《》]{{2,40}}[”」》][^，,“”]{{0,16}}?)[，,]?{ASK}(?:误作[“「《][^“”「」《》]{{2,40}}[”」》])?[，,]?(?:{CHANGE}|应[为是]|改[成为])(?P<new>[“「《][^“”「」《》]{{2,40}}[”」》][^，,。“”]{{0,16}})$"
)


def replaced(sentence: str, form: Form, definition: FormDefinition) -> list[FieldWords]:
    """«把“大讲堂”改成“嘉年华”», where one field of the form holds the old words."""
    match = REPLACED.match(without_tail(sentence.strip()))
    texts = [spec for spec in definition.field if spec.kind in {"text", "unit", "person", "longtext"}]
    holding = [
        one.key for one in texts if match and match["old"] in str(form.fields.get(one.key, Value(None)).value or "")
    ]
    return (
        [FieldWords(holding[0], match["new"], "part", match["old"], prose=True)] if match and len(holding) == 1 else []
    )


REPLACED = re.compile(
    rf"^[^“「《，,]{{0,8}}?(?:把|将)?[^“「《，,]{{0,8}}?[“「《](?P<old>[^“「《”」》]{{1,40}})[”」》](?:[这那]?[一二两三四五六七八九十\d]{{0,2}}个?字)?{ASK}(?:{CHANGE}|应[为是]|改[成为])[“「《](?P<new>[^“「《”」》]{{1,40}})[”」》]$"
)


ROLE = re.compile(
    r"(?:^|[、，,])(?:统一|现|请)?(?:改由|改为|由|是|为)?(?P<unit>[^，,、由为]{2,30})(?P<role>主办|承办)(?=$|[、，,。])"
)


def by_role(sentence: str, definition: FormDefinition) -> list[FieldWords]:
    """«由晋江市教育局主办、市青少年宫承办»."""
    plain = without_tail(sentence.strip())
    found = list(ROLE.finditer(plain))
    if not found or "".join(match.group() for match in found) != plain:
        return []
    keys = {spec.label[:2]: spec.key for spec in definition.field if spec.kind == "unit"}
    return [
        FieldWords(keys[match["role"]], match["unit"], prose=True, sure=not re.match(r"[我本贵该]", match["unit"]))
        for match in found
        if match["role"] in keys
    ]


def of_all(sentence: str, definition: FormDefinition) -> list[FieldWords]:
    """«除了科普表演其他都勾»: all the other choices; which they are, the sender is asked."""
    if not re.search(r"除了?|(?:都|全部?)[勾选]", sentence):
        return []
    named = [spec for spec in definition.field if any(one.label in sentence and not one.noted for one in spec.choices)]
    return [FieldWords(named[0].key, sentence, sure=False)] if len(named) == 1 else []


def asked_of_kind(kind: str, context: Context) -> list[tuple[str, int]]:
    """The fields of *kind* with an open problem, each with its row."""
    every = {(problem.field, row): None for problem, row in context.messages.values() if problem.field}
    return [one for one in every if (spec := context.definition.spec(one[0])) and spec.kind == kind]


DAYS_ALONE = re.compile(
    r"^(?:就|那|是|在|定在|改到)*\d{1,2}[号日](?:[-—–~～至到和、]+(?:\d{1,2}[号日])?|[上下]午|早上|晚上|\d{1,2}点半?)*[吧的了啊。]*$"
)


def day_alone(plain: str, context: Context) -> tuple[str, int] | None:
    """«18号到22号» for the time that was asked for: which month, is not said."""
    times = asked_of_kind("daterange", context)
    return times[0] if len(times) == 1 and DAYS_ALONE.match(plain) else None


def moved_later(said: Sequence[str], told: Collection[str], context: Context) -> Addressed | None:
    """«活动延期举行，具体时间另行报告»: the time changes, to what is not known yet."""
    times = [spec.key for spec in context.definition.field if spec.kind == "daterange"]
    if len(times) != 1 or times[0] in told or context.form.rows:
        return None
    return next((Addressed(times[0], "", -1, one) for one in said if MOVED_VAGUELY.search(one)), None)
