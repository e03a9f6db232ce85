"""What a whole clause says of the form without any label: «活动推迟到…», «把“大讲堂”改成“嘉年华”», «由…主办». Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.base import expressions as re
from bot.base.text import is_blank, similarity
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.forms.model import Value
from bot.forms.values.numerals import counted_value
from bot.statements.values.clause.said import FieldWords
from bot.statements.values.context import Addressed, Context, own_unit
from bot.statements.values.free import unit_parts
from bot.statements.values.shapes import choices_in
from bot.statements.wording.joints import ASK, CHANGE, MOVED_VAGUELY, SLIP, without_tail
from bot.statements.wording.words import COURTESY


def outright(sentence: str, context: Context) -> list[FieldWords]:
    """What a clause says in a way of its own, whatever labels stand in it."""
    definition = context.definition
    return (
        called_anew(sentence, definition)
        or misprinted(sentence, definition)
        or as_another(sentence, context)
        or by_role(sentence, context)
        or chosen(sentence, definition)
    )


CALLED_ANEW = re.compile(
    r"(?:^|[，,])[^，,“]{0,16}?(?:我(?:们)?|本)(?:单位|[局校馆院会所中心镇村社园站司厂])(?:的?名称|名字)?[^，,“「]{0,16}?(?:(?:更名|改名|改称)(?:为|成|叫|作)?|(?:更改|变更|调整|(?<=名称)改)(?:登记)?(?:为|成|叫|作))[“「]?(?P<new>[^“”「」，,。；;]{4,40})[”」]?$"
)


def called_anew(sentence: str, definition: FormDefinition) -> list[FieldWords]:
    """«我单位自9月1日起更名为“石狮市数字服务中心”»: the reporting unit."""
    match = CALLED_ANEW.search(without_tail(sentence.strip()))
    unit = next((spec for spec in definition.field if spec.kind == "unit" and spec.outside), None)
    is_unit = match and unit and OF_UNIT.search(match["new"]) and "活动" not in match.group()[: -len(match["new"]) - 1]
    return [FieldWords(unit.key, f"“{match['new']}”", old="?")] if match and unit and is_unit else []


SAME_AS = re.compile(
    rf"^(?P<named>\S{{2,8}}?)?的?[:：]?{ASK}(?:{CHANGE}|是|为|写|填)?(?:同|和|与|跟|如|按|照)(?P<other>\S{{2,8}}?)(?:单位)?(?:一样|相同|一致|一个样|同一个|填写?|写)?$"
)


def as_another(sentence: str, context: Context) -> list[FieldWords]:
    """«承办单位同主办», «主办单位和承办单位一样»: what the other unit's field holds, if its writer says so once more."""
    match = SAME_AS.match(without_tail(sentence.strip()))
    units = {
        name: spec.key
        for spec in context.definition.field
        if spec.kind == "unit"
        for name in (*spec.names, spec.label[:2])
    }
    if not match or match["other"] not in units:
        return []
    asked = {key for key, _ in asked_of_kind("unit", context)} - {units[match["other"]]}
    key = units.get(match["named"], "") if match["named"] else next(iter(asked)) if len(asked) == 1 else ""
    value = context.form.fields.get(units[match["other"]], Value(None)).value
    return [FieldWords(key, str(value), sure=False)] if key and value else []


def misprinted(sentence: str, definition: FormDefinition) -> list[FieldWords]:
    """«活动名称“走进古厝”的“厝”被打成了“错”»: the name as it is meant."""
    match = MISPRINTED.search(sentence)
    if match and match["right"] in match["name"] and match["wrong"] not in match["name"]:
        return [FieldWords(definition.anchor, match["name"], old="?")]
    return taken_for_another(sentence, definition)


def taken_for_another(sentence: str, definition: FormDefinition) -> list[FieldWords]:
    """«主办单位“…监测中心”写成“…检测中心”了»: what is named first is meant, in the field that the clause names."""
    match = TAKEN_FOR.search(sentence)
    shared = set(match["right"]) & set(match["wrong"]) if match else set()
    if not match or 2 * len(shared) <= len(set(match["wrong"])):
        return []
    told = [
        spec.key
        for spec in definition.field
        if spec.kind in {"text", "unit"} and any(name in BETWEEN_MARKS.sub("", sentence) for name in spec.names)
    ]
    target = told[0] if len(told) == 1 else definition.anchor if re.search("名称|名字|标题|题目", sentence) else ""
    return [FieldWords(target, f"“{match['right']}”", old="?")] if target else []


BETWEEN_MARKS = re.compile(r"[“「《][^“”「」《》]{1,40}[”」》]")
TAKEN_FOR = re.compile(
    r"[“「《](?P<right>[^“”「」《》]{2,40})[”」》](?:四个字|几个字)?(?:被|给|让)?(?:我们?|您|你们?|打字员|他们|系统|不小心|误|错|都)*(?:打|写|印|输|填|录|登|报|抄)(?:错)?[成为作了]*[“「《](?P<wrong>[^“”「」《》]{2,40})[”」》]"
)

MISPRINTED = re.compile(
    r"(?:名称|名字|标题|题目)[里中]?[“「《](?P<name>[^“”「」《》]{3,40})[”」》][里中]?的?[“「](?P<right>[^“”「」]{1,4})[”」]字?(?:被|给|我们|都|误|错)*(?:打|写|印|输|填)[成为作]了?[“「](?P<wrong>[^“”「」]{1,4})[”」]"
)


def renamed(sentence: str, definition: FormDefinition) -> list[FieldWords]:
    """«“兰色海洋”科普行应为“蓝色海洋”科普行»: two names alike, the second instead of the first."""
    match = RENAMED.match(without_tail(sentence.strip()))
    if not match or any(choice.label in match["new"] for spec in definition.field for choice in spec.choices):
        return []
    if OF_UNIT.search(match["new"].strip("”」》")):
        return []  # of which of the units
    is_alike = similarity(match["old"], match["new"]) >= 0.5
    return [FieldWords(definition.anchor, match["new"], old=match["old"])] if is_alike else []


OF_UNIT = re.compile(r"(?:局|所|馆|院|学|园|会|协|社|公司|中心|政府|街道|社区|科|处|站|队|校|村委|居委)$")
RENAMED = re.compile(
    rf"^[^“「《，,]{{0,12}}?(?:把|将)?(?P<old>[“「《][^“”「」《》]{{2,40}}[”」》][^，,“”]{{0,16}}?)[，,]?{ASK}(?:误作[“「《][^“”「」《》]{{2,40}}[”」》])?[，,]?(?:{CHANGE}|应[为是]|改[成为]|[更改]名[为叫]|改叫)(?P<new>[“「《][^“”「」《》]{{2,40}}[”」》][^，,。“”]{{0,16}})$"
)


ROLE = re.compile(
    r"(?:^|[、，,])(?:(?:[市县区镇局校院]里|上级|上面)(?:要求|决定|明确|定)了?|统一|现|请|应[该当]?|实际上?|其实|今年|[这本此]次|本届|活动|仍然?|还(?!是?在)|依[旧然]|继续|都|也)*(?:改由|改为|由|是|为)?(?P<unit>(?:(?![主承]办)[^，,由为]){2,60}?)(?:牵头|负责|独家|独立|单独|转为|改为|[改转]做|担任|作为|仍然?|只|才|是|来)*(?P<jointly>(?:一起|共同|联合|携手|合作|来)*)(?P<role>[主承]办|(?<=共同|联合|合作)举办|合办)(?:的|单位)*(?=$|[、，,。])"
)


# «活动主办这块有变化：由…»
HEADED = re.compile(r"^[^，,。；;:：\d]{2,16}(?:变化|变动|调整|更正|改动|修改|变更|如下|情况|说明)[:：]\s*")


def by_role(sentence: str, context: Context) -> list[FieldWords]:
    """«由晋江市教育局主办、市青少年宫承办», «我中心承办»; who holds it together is asked for as its host."""
    plain = without_tail(HEADED.sub("", sentence.strip()))
    found = list(ROLE.finditer(plain))
    if not found or "".join(match.group() for match in found) != plain:
        return []
    keys = {spec.label[:2]: spec.key for spec in context.definition.field if spec.kind == "unit"}
    if keys.get("主办") in {key for key, _ in asked_of_kind("unit", context)}:
        keys |= dict.fromkeys(("举办", "合办"), keys["主办"])
    return [
        FieldWords(keys[match["role"]], "、".join(units), prose=True, sure=is_sure)
        for match in found
        if match["role"] in keys
        for units in [[own_unit(one, context) or one for one in unit_parts(match["unit"])]]
        for is_sure in [
            not any(re.match(r"[我本贵该]", one) for one in units)
            and (len(units) > 1 or not (match["jointly"] or match["role"] in {"举办", "合办"}))
        ]
    ]


PLEASE = r"(?:请|麻烦|帮忙|帮我们?|再|另外?|还|并|且|把|将|应|要|需|也|同时|主要|活动)*"
NOT = r"(?:而)?(?:不是|并非|不应?该?是)"
PUT_IN = r"(?:增加|添加|新增|增选|补选|补勾|加勾|[加补勾选]上|加选|加|[漏少][勾选填写]了?|忘(?:记)?[勾选]了?|还有|还要[勾选]|也要[勾选])(?:一项|一个)?"
TAKEN_OUT = r"(?:去掉|删[去掉除]|取消(?:勾选)?|划掉|减去|不要|不[勾选]|[多误错][勾选填]了?)"
SWAPPED = rf"(?:{CHANGE}|改[成为]|换[成为]|应该?[为是]|应改[为成])"
SOME = r"(＃(?:[、和及与]?＃)*)"
# ＃ stands for a choice.
CHOSEN = tuple(
    (
        how,
        re.compile(
            rf"^{PLEASE}(?:＠的?(?:里面?|中|一?栏|那栏|这栏|内)?的?)?[，,]?{PLEASE}(?:{pattern})(?:一下|了|吧|[上选]|一项)*$"
        ),
    )
    for how, pattern in (
        (
            "swap",
            rf"{NOT}{SOME}[，,]?(?:而)?(?:应该?)?[是为]{SOME}|{SOME}(?:这[一]?[项个])?[，,]?{PLEASE}{SWAPPED}{SOME}",
        ),
        ("back", rf"(?:{SWAPPED}|是|[:：]){SOME}[，,]{NOT}{SOME}"),
        (
            "add",
            rf"{PUT_IN}{SOME}|{SOME}(?:也|还|都)*(?:要|应|需要?)?(?:{PUT_IN}|没[勾选填]上?|忘(?:记)?[勾选]|漏(?:掉|[勾选填])?)",
        ),
        (
            "set",
            rf"只(?:保?留|需要?|要|剩)(?:下|了)*{SOME}|除了?{SOME}(?:之?外|以外)?[，,]?(?:还|也)(?:有|要|应|加上?|包括|[勾选])+{SOME}",
        ),
        ("remove", rf"{TAKEN_OUT}{SOME}|{SOME}(?:也|还|都|是)*(?:要|应|需要?)?{TAKEN_OUT}"),
    )
)


def chosen(sentence: str, definition: FormDefinition) -> list[FieldWords]:
    """«增加科普表演», «去掉现场咨询», «展览展示改成科普表演», «不是展览展示，是科普表演»: the other choices stay."""
    plain = without_tail(sentence.strip())
    for spec in (one for one in definition.field if one.choices):
        masked, labels = masked_choices(plain, spec)
        for how, pattern in CHOSEN if labels else ():
            if match := pattern.match(masked):
                sizes = [group.count("＃") for group in match.groups() if group]
                first, second = "、".join(labels[: sizes[0]]), "、".join(labels[sizes[0] :])
                if how in {"swap", "back"}:
                    old, new = (first, second) if how == "swap" else (second, first)
                    return [FieldWords(spec.key, new, "swap", old, prose=True)]
                old = "?" if how == "set" else ""
                return [FieldWords(spec.key, "、".join(labels), how, old=old, prose=True)]
    return []


def masked_choices(text: str, spec: FieldSpec) -> tuple[str, list[str]]:
    """*text* with ＃ for each of the choices and ＠ for the field's name; and the choices as they are printed."""
    printed = {
        name: choice.label for choice in spec.choices if not choice.noted for name in (choice.label, *choice.synonyms)
    }
    if not any(name in text for name in printed):
        return text, []
    named = re.sub(
        "|".join(sorted(map(re.escape, (*spec.names, *PARTS_OF_NAMES)), key=len, reverse=True)), "＠", text, count=1
    )
    pattern = re.compile(
        "|".join(f'[“"「]?{re.escape(name)}[”"」]?' for name in sorted(printed, key=len, reverse=True))
    )
    labels = [printed[match.group().strip('“”"「」')] for match in pattern.finditer(named)]
    return pattern.sub("＃", named), labels


PARTS_OF_NAMES = ("类型", "对象")  # as letters call them


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


# «下下周六上午», «9月中旬».
DAY_TO_COME = re.compile(
    r"^(?:就|那|是|在|定在|改到|大概|估计)*(?:(?:[这本]个?|下{1,2}个?)?(?:周|星期|礼拜)[一二三四五六日天末]|[明后]天|[这本下]个?(?:周|月)(?:[底初中])?|(?:\d{1,2}月)?[上中下]旬)(?:[上下]午|早上|晚上|\d{1,2}点半?|的|吧|[左右]+)*$"
)
MORE_OR_LESS = re.compile(
    r"^(?:预计|大概|大约|约|估计|差不多|可能|应该|有|在|来|能来)*(?!0)[\d一二三四五六七八九十百千两]{1,6}(?:到|至|[-—–~～]+)[\d一二三四五六七八九十百千两]{1,6}[余多来]?(?:号人|人次?|名|个人?)?(?:左右|上下|之间|吧)*$"
)


def left_open(plain: str, context: Context) -> tuple[str, int] | None:
    """«18号到22号», «下下周六» for the time that was asked for, «三百到五百人» for the number: which exactly, is not said."""
    for kind, patterns in (("daterange", (DAYS_ALONE, DAY_TO_COME)), ("count", (MORE_OR_LESS,))):
        asked = asked_of_kind(kind, context)
        if len(asked) == 1 and any(one.match(plain.strip(" ，,。")) for one in patterns):
            return asked[0]
    return None


def moved_later(said: Sequence[str], told: Collection[str], context: Context) -> Addressed | None:
    """«活动延期举行，具体时间另行报告»: the time changes, to what is not known yet."""
    times = [spec.key for spec in context.definition.field if spec.kind == "daterange"]
    if len(times) != 1 or times[0] in told or context.form.rows:
        return None
    return next((Addressed(times[0], "", -1, one) for one in said if MOVED_VAGUELY.search(one)), None)


def the_choice(text: str, spec: FieldSpec) -> str | None:
    """The choices that *text* names, or counts («第一个和第三个»), where hardly a word stands beside them."""
    text = SLIPPED.sub("", REMARK.sub("", text))
    if NOT_CHOSEN.search(text):
        return None
    numbers = [counted_value(match[1]) or 0 for match in NTH.finditer(text)]
    found = next(iter(choices_in(text, spec)), None)
    if numbers and not found and all(1 <= one <= len(spec.choices) for one in numbers):
        value, rest = "、".join(spec.choices[one - 1].label for one in numbers), NTH.sub("", text)
    elif found:
        noted = {choice.label for choice in spec.choices if choice.noted}
        labels = found[2].split("、")
        is_noted = any(one.partition("（")[0] in noted and "（" in one for one in labels)
        value = "、".join(one for one in labels if not (is_noted and one in noted))
        rest = text[: found[0]] + text[found[1] :]
    else:
        masked, labels = masked_choices(text, spec)
        value, rest = "、".join(dict.fromkeys(labels)), masked.replace("＃", "")
    rest = re.sub("|".join(sorted(map(re.escape, spec.names), key=len, reverse=True)), "", rest)
    return value if value and is_blank(re.sub(r"[\W＠]", "", BESIDE_CHOICES.sub("", COURTESY.sub("", rest)))) else None


# «活动对象当时忘记勾了，勾“青少年”就可以（没有“幼儿”这一项呀）»
REMARK = re.compile(r"[（(][^（）()]*(?:没|不)[^（）()]*[）)]")
SLIPPED = re.compile(rf"(?:当时|之前|上次|刚才|我们?|不小心)*(?:{SLIP})(?=[，,])")
NTH = re.compile(r"第([一二三四五六1-6])[个项]?")
NOT_CHOSEN = re.compile(r"不|除|去掉|取消|删|没|未|还是|改|换|加|漏|原|多勾")
BESIDE_CHOICES = re.compile(
    r"主要|就|只|是|为主?|面向|针对|对着|以|也|有|部分|一些|少量|少数|还|和|及|跟|与|[一两三四几][个项样种类]|[几这那]个|都|全部?|勾选?|选择?|打[上了]?勾|填写?|写|上|了|吧|的|朋友|们|群体|人群|群众|我们?|这次|本次|活动|这边|请|麻烦|帮忙?|一下|等|类|算|属于|应[该当]?|另外|其中|类型|对象|注明|框|栏|那|这|里|可以|要|您|给|学生|[这那]?样|就?行|tick"
)
