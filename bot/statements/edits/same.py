"""Edits that give a field what another one holds: «承办单位：同上», «座机那格就抄我的手机», «和联系电话一样», «负责人改成填表人». Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.base import expressions as re
from bot.forms.definitions import FieldSpec
from bot.forms.values.numerals import counted_value
from bot.forms.values.phones import shows_mobile
from bot.statements.edits.named import Named, labels_in, stands
from bot.statements.edits.parts.wholes import JOINED
from bot.statements.model import Answers
from bot.statements.values.context import Addressed, Context, Edit

KINDS = ({"phone", "mobile"}, {"unit"}, {"person"})
# What gives one field what the other holds, before the other's name or behind it.
TAKES = re.compile(
    r"(?:照抄|抄|填|写|用|留|登|同|和|跟|与|按|照|依|就是|也是|即|改[成为用]|换[成为用])(?:成|上|的)?(?:我|咱|上面|前面|下面|表里|表上|本人|他|她|那个|这个|一样的|们)*的?[“「]?$"
)
ALIKE = re.compile(
    r"^[”」]?(?:单位|一栏|那?[栏格项]|号码?|的?那个?号?码?|那[一]?个|[里上]的?)*(?:一样|相同|一致|一个样|一模一样|同一个|是?同一(?:个|家)|填一样|写一样)"
)
ENDS = re.compile(
    r"^[”」]?(?:单位|一栏|那?一?[栏格项]|号码?|的?那个?(?:号码?)?|的?名字|那[一]?[个家]|[里上]的?)*(?:就(?:行|好|可以)|即可|就对|吧|了|哈|好了|填[上写]?|写|上去|为准|代替|这个)*(?=[，,。；;！!\s]|$)"
)
WITH = re.compile(r"(?:同|和|跟|与)(?:上面|前面|下面|我们?|咱们?|那个|的)*$")
ABOVE = re.compile(
    r"(?:^|[:：为是填写号机话人箱点]|单位|也|就|\s)(?:同上|同前|如上)(?:一?[栏条项行])?(?=[，,。；;！!\s]|$)"
)
ALSO = re.compile(r"也(?:[改换填写](?:成|为)|是|填|写|用|就)*(?:这|那|同)一?个(?:号码?|号|人)?(?=[，,。；;！!\s]|$)")


# «同第一条», «跟第2点一样».
AS_LISTED = re.compile(
    r"(?:同|和|跟|与|如|按)(?:上面)?第?(?P<number>[一二三四五六七八九\d])[条点个项处](?:问题)?的?(?:一样|相同|一致)?(?=[，,。；;！!\s]|$)"
)
# «就写我发信落款那个号»: looked for in the signature.
SIGNED = re.compile(
    r"(?:写|填|用|以|按|是|为|就|照|留|同|见)[^，,。；;]{0,8}(?:落款|签名|署名|信末|文末|信尾)[^，,。；;\d@]{0,10}(?=[，,。；;！!\s]|$)"
)
BOTH = re.compile(
    r"(?:两|2)个?(?:电话|号码)(?:号码|栏目?|那?[栏格])*[^，,。；;\d]{0,4}(?:都|均|统一|一律)(?:写|填|是|用|为|登记?|留)(?:成|的是)?\s*(?P<number>[\d\- ]{7,20})"
)


# «联系电话跟移动电话填同一个得了»
ONE_FOR_BOTH = re.compile(
    r"^[^，,。；;]{0,4}(?:都|就|请)*(?:填|写|用|留|登|报)?(?:成|的|上)?(?:同一?个|一样的?|一个(?:号|号码)|相同的?)(?:号码?|号|就[行好]|得了|吧|即可|就可以)*(?=[，,。；;！!\s]|$)"
)


def shared(text: str, named: list[Named], context: Context) -> Iterator[Edit]:
    """Two fields of a kind that are to hold the same: the one that our letter asked for takes what the other holds."""
    for first, second in pairwise(named):
        if not JOINED.fullmatch(text[first.end : second.begin]) or not ONE_FOR_BOTH.match(text[second.end :]):
            continue
        source = [one.keys[0] for one in (first, second) if context.form.plain(one.keys[0])]
        key = target_of(source[0], [], context) if len(source) == 1 else ""
        spec = context.definition.spec(key) if key else None
        if (
            spec
            and spec.kind != "unit"
            and key in (*first.keys, *second.keys)
            and fits(value := str(context.form.plain(source[0])), spec)
        ):
            yield Edit(Addressed(key, value, -1, text), first.begin, second.end, second.begin)


def edits_in(text: str, context: Context) -> list[Edit]:
    named = [one for one in labels_in(text, context) if len(one.keys) == 1]
    return (
        both(text, context)
        or list(shared(text, named, context))
        or list(above(text, named, context))
        or list(taken(text, named, context))
    )


def both(text: str, context: Context) -> list[Edit]:
    """«两个电话都写139…»."""
    match = BOTH.search(text)
    keys = [spec.key for spec in context.definition.field if spec.kind in {"phone", "mobile"}]
    if match is None or len(keys) != 2:
        return []
    pieces = [Addressed(key, match["number"].strip(), -1, text, old="?") for key in keys]
    return [Edit(one, match.start(), match.end(), match.start("number")) for one in pieces]


def above(text: str, named: list[Named], context: Context) -> Iterator[Edit]:
    """«承办单位：同上», «同第一条»: what the letter said of a field of its kind."""
    listed, signed = AS_LISTED.search(text), SIGNED.search(text)
    match = ABOVE.search(text) or ALSO.search(text) or listed or signed
    named = [one for one in named if match and one.begin < match.end()]
    key = named[-1].keys[0] if named else context.about
    spec = context.definition.spec(key) if match and key else None
    if match is None or spec is None:
        return
    begin = min([match.start(), *(one.begin for one in named)])
    if match is signed:
        for one in joined_to(named, text) or [key]:  # «手机、邮箱二项，均以落款为准»
            yield Edit(Addressed(one, match.group(), -1, text), begin, match.end(), match.start(), sure=False)
        return
    problem = context.numbered.get(counted_value(listed["number"]) or 0) if listed and match is listed else None
    kinds = next((one for one in KINDS if spec.kind in one), None)
    before = [
        said
        for other, said in context.told.items()
        if kinds and other != key and (found := context.definition.spec(other)) and found.kind in kinds
        if match is not listed or (problem and problem[0].field == other)
    ]
    if before:
        yield Edit(Addressed(key, before[-1], -1, text), begin, match.end(), match.start())
    elif named and key in context.lent and match is not listed:
        old = "?" if stands(key, context) else ""
        yield Edit(Addressed(key, context.lent[key], -1, text, old=old), begin, match.end(), match.start())


def joined_to(named: Sequence[Named], text: str) -> list[str]:
    """The fields that *text* names last, one joined to the other."""
    found = list(named[-1:])
    for one in reversed(named[:-1]):
        if not JOINED.fullmatch(text[one.end : found[0].begin]):
            break
        found.insert(0, one)
    return [one.keys[0] for one in found]


def lent_by(answers: Sequence[Answers], said: str, text: str) -> dict[str, str]:
    """What the *text* says of other forms, before it says «同上» of one: in *said*, which has blanks for all that is not said of this one."""
    match = ABOVE.search(said) or ALSO.search(said)
    until = match.start() if match else 0
    heard = [one for each in answers for one in each.heard if one.certain and one.row < 0]
    return {
        one.key: str(one.value)
        for one in heard
        if isinstance(one.value, str | int) and -1 < text.find(re.split(r"\s{2,}", one.written)[-1]) < until
    }


# «固定电话学校没装，就填办公手机13900021245好了»: the one stands in the place of the other.
HAS_NONE = re.compile(
    r"(?:没有?(?:装|设|安装|申请|开通|座机|固话|固定电话|电话|$)|不设|拆了|停了)[^，,。；;]{0,6}[，,。；;](?:那|我们?|您|先|请|麻烦|只能|只好)*(?:就|先|请|只能|只好|统一|直接|可以|都)*(?:填|写|用|留|登|报)[成上下]?(?:我|他|她|老师|校长|主任|值班|办公|个人|本人|的|这个)*$"
)
NUMBER_BEHIND = re.compile(
    r"^(?:号码?)?(?:就?是|为|[:：])?\s*(?P<number>1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|[2-8]\d{7})(?!\d)"
)


def taken(text: str, named: list[Named], context: Context) -> Iterator[Edit]:
    for i, source in enumerate(named):
        lead, rest = text[: source.begin], text[source.end :]
        is_alike = bool(WITH.search(lead) and ALIKE.match(rest))
        key = target_of(source.keys[0], named[:i], context)
        number = HAS_NONE.search(lead) and NUMBER_BEHIND.match(rest)
        if number and key in {problem.field for problem, _ in context.messages.values()}:
            at = source.end + number.start("number")
            yield Edit(
                Addressed(key, number["number"], -1, text), source.begin, source.end + number.end(), at, is_answer=True
            )
            continue
        if not is_alike and not (TAKES.search(lead) and ENDS.match(rest)):
            continue
        value = context.told.get(source.keys[0]) or str(context.form.plain(source.keys[0]) or "")
        spec = context.definition.spec(key) if key else None
        if spec is None or not value or not fits(value, spec):
            continue
        stood = stands(key, context)
        is_open = any(problem.field == key for problem, _ in context.messages.values())
        if spec.kind == "unit" and not is_alike and not re.search(r"[同抄照]", lead):
            continue  # «我们自己写承办»
        # Which unit the other field is to hold, the same letter may say further down.
        sure = (spec.kind != "unit" or source.keys[0] in context.told) and (
            is_open or not stood or bool(re.search(r"[改换]|停[机用]|不用|没有?[装了]|拆|注销|打不通", lead))
        )
        begin = min([source.begin, *(one.begin for one in named[:i] if key in one.keys)])
        end = source.end + len(re.split(r"[，,。；;！!]", rest)[0])
        yield Edit(Addressed(key, value, -1, text, old="?" if stood else ""), begin, end, source.begin, sure)


def target_of(source: str, before: list[Named], context: Context) -> str:
    """The field that is to hold what *source* holds: that named last before it, else the only one of its kind that was asked for."""
    spec = context.definition.spec(source)
    kinds = next((one for one in KINDS if spec and spec.kind in one), set())

    def is_of_kind(key: str) -> bool:
        other = context.definition.spec(key)
        return bool(key != source and other and other.kind in kinds and not (spec and spec.outside and other.outside))

    named = [one.keys[0] for one in before if is_of_kind(one.keys[0])]
    asked = dict.fromkeys(
        problem.field for problem, row in context.messages.values() if problem.is_error and row < 0 and problem.field
    )
    open_ones = [key for key in asked if is_of_kind(key)]
    return named[-1] if named else open_ones[0] if len(open_ones) == 1 else ""


def fits(value: str, spec: FieldSpec) -> bool:
    return spec.kind != "mobile" or shows_mobile(value)
