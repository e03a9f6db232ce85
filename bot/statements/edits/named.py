"""Which fields of the form a stretch of text speaks of: by their labels, and as people call them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec import Struct

from bot.base import expressions as re
from bot.forms.labels.index import fields_of
from bot.statements.values.context import Context

NEAR = 80  # characters before a clause in which the field may have been named
# What people call the text fields, and no form does.
CALLED = {
    "name": re.compile(r"(?<!我)(?<!我的)(?<!系人)(?<!人的)(?<![师员长家])名字|标题|题目|活动名"),
    "longtext": re.compile(r"简介|介绍|(?:那|这)段(?:话|文字)"),
    "person": re.compile(r"姓名|我的?名字"),
    "phone": re.compile(r"固话|电话|座机"),
    "mobile": re.compile(r"手机"),
    "email": re.compile(r"邮箱|信箱|电邮|邮件地址|(?<![A-Za-z@.\d])(?i:e-?mail|mail)(?![A-Za-z@.\d])"),
    "date": re.compile(r"(?:表头|落款|填表|制表|盖章)的?(?:日期|时间|日子)"),
    "place": re.compile(r"场地|地方|地址"),
}


OF_UNIT = re.compile(
    r"[我本贵该](?:单位|公司|中心|街道|[会局校馆院站所社镇])的?名[称字]$"
)  # «我会名称» is no activity's


class Named(Struct, frozen=True):
    begin: int
    end: int
    keys: tuple[str, ...]


def labels_in(text: str, context: Context) -> list[Named]:
    """The labels of the form in *text*, in order; one label may stand for several fields («两个电话», «人数»)."""
    found = [
        Named(match.start(1), match.end(1), fields_of(target))
        for match in context.index.pattern.finditer(text)
        if (target := context.index.names[match[1]])
    ]
    found = [one for one in found if not (context.definition.anchor in one.keys and OF_UNIT.search(text[: one.end]))]
    for key, pattern in called(context):
        for match in pattern.finditer(text):
            if all(match.end() <= one.begin or one.end <= match.start() for one in found):
                found.append(Named(match.start(), match.end(), (key,)))
    return sorted(found, key=lambda one: one.begin)


def called(context: Context) -> Iterator[tuple[str, re.Pattern[str]]]:
    definition = context.definition
    yield definition.anchor, CALLED["name"]
    for spec in definition.field:
        if spec.kind in CALLED:
            yield spec.key, CALLED[spec.kind]
        elif spec.kind == "text" and spec.key != definition.anchor:
            yield spec.key, CALLED["place"]


def keys_named(text: str, context: Context, kinds: Collection[str]) -> list[str]:
    """The fields of *kinds* that *text* speaks of, each once."""
    keys = [key for one in labels_in(text, context) for key in one.keys]
    return list(dict.fromkeys(key for key in keys if (spec := context.definition.spec(key)) and spec.kind in kinds))


LAST_YEAR = re.compile(
    r"(?:去年|往年|前年|上一?[次回届])(?!的?(?:一样|相同))(?![^。！!；;\n]*(?:今年|[这本]次|这回|本届))[^。！!；;\n]*$"
)
IS_PAST = re.compile(r"(?:[搞办开做行展]的|[过了])\W*$")


def is_of_other_day(text: str, context: Context) -> bool:
    """Whether a day in *text*, which stands so in the letter, is another field's than when the activity is held, named in it or shortly before:
    «填报日期写成了2022年，…。麻烦改成2023年8月25日», or that of another year: «去年那一届我们是9月26日在码头搞的»."""
    if keys_named(text, context, {"daterange"}):
        return False
    if keys_named(text, context, {"date"}):
        return True
    before = context.letter.partition(text.strip())[0] if text.strip() in context.letter else ""
    if LAST_YEAR.search(before) and IS_PAST.search(text):
        return True
    named = [key for one in labels_in(before[-NEAR:], context) for key in one.keys]
    spec = context.definition.spec(named[-1]) if named else None
    return bool(spec and spec.kind == "date")


def stands(key: str, context: Context) -> str:
    """What the form holds in the field, or what was written there and is none («1385063417»); empty where nothing stands."""
    held = context.form.fields.get(key)
    if held is None:
        return ""
    if isinstance(held.value, str):
        return held.value
    return held.text.strip() if held.value is None and context.definition.spec(key) is not None else ""
