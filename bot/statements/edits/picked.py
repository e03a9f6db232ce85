"""Which options an answer picks, by their names as people shorten them: «展览要、咨询要，别的不勾», «勾宣传和老人这俩», «老人。». Pure.

Only for a field that was asked for, and for certain only where all of the sentence is options and words of ticking.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.base import expressions as re
from bot.forms.definitions import FieldSpec
from bot.statements.edits.asked import asked_in, clause_begin, leaves_open
from bot.statements.values.clause.whole import BESIDE_CHOICES
from bot.statements.values.context import Addressed, Context, Edit
from bot.statements.values.shapes import NOTED_SO, PARTED
from bot.statements.wording.words import COURTESY, NO_LETTERS

HALF = 2  # letters of a word: «展览展示» are two of them
NOT = r"(?:不(?:要|用|再|必)?(?:[勾选填写打算管动含搞]|了)*|别[勾选填]|空着?|没有?|去掉|取消|删掉?)"
# What only says of the others that they stay empty.
REST_EMPTY = re.compile(
    rf"(?:其[他它余]|别的|剩下|余下|另外)[^，,。；;]{{0,6}}(?:都|全|均|就|也)*{NOT}(?:了|的|就行|即可|吧|着|上|\W)*$"
)
# «改成宣传和咨询两项»
LED = re.compile(r"^[\d\W]*(?:请|就|都|也|麻烦|我们|那|应该?)*(?:更?改|换|调整?)[成为到]")
DENIED = re.compile(rf"^[”\"」]?(?:[这那]?[一两个项类])*(?:就|都|也|先)*{NOT}")
ONLY = re.compile(r"^[\d\W]*(?:就|那|请|都|麻烦|我们)*(?:只|仅)[勾选打]")
# «对象的话，…», «别无他项», «你替我打：…»
AS_FOR = re.compile(r"^(?:类型|对象|形式|人群|受众)的话|别无(?=他|其他)|请?[您你](?:替|帮)我们?[打点](?=[:：勾上])")
CLAUSE = re.compile(r"[^，,。；;！!]+[，,。；;！!]*")
LABELLED = re.compile(r"(?:类型|对象|形式|人群|受众)[^，,。；;]{0,4}[:：]")
GROUP = re.compile(r"[^，,。；;！!、\s]+")
BESIDE = re.compile(
    rf"{BESIDE_CHOICES.pattern}|要|需要?|打个?[勾钩√]|√|留|保留|即可|好了|就好|那[俩两]|[俩两][个样项种]?|二者|仅|老师|您好|你好|回复|答复?|[类项种型]|受众|即|(?:[那这一]个?)?(?:方?[格框])|足矣|足够|故|所以|(?:请?[您你])?(?:替|帮)我们?[打点]"
)


def edits_in(text: str, context: Context) -> list[Edit]:
    specs = [spec for spec in asked_in(context) if spec.choices]
    every = {spec.key: names_of(spec) for spec in specs}
    return [
        edit
        for spec in specs
        if (edit := picked(text, spec, [name for key, names in every.items() if key != spec.key for name in names]))
    ]


def picked(text: str, spec: FieldSpec, others: Sequence[str] = ()) -> Edit | None:
    """What *text* picks of the options of *spec*. *others*: options of another field, which may stand beside them.

    A clause with options says nothing else; beside other clauses it is not certain where any of them leaves something open."""
    names = names_of(spec)
    pattern = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))
    chosen: list[str] = []
    is_beside = False
    told = noted_in(text, spec)
    clauses = CLAUSE.findall(told[1] if told else text)
    last = max((i for i, one in enumerate(clauses) if pattern.search(one)), default=0)
    # «干部会来几个，这个就不勾了，只勾农民»: whatever was said of the others before.
    lead = "".join(clauses[:last]) if last and ONLY.match(clauses[last]) else ""
    for clause in clauses[last:] if lead else clauses:
        bare = LED.sub("", REST_EMPTY.sub("", clause.strip(" ，,。；;！!")))
        bare = re.sub(rf"[\u4e00-\u9fff]{{1,6}}?(?<!不)(?:算|归|属于?)[到在作]?[“「]?(?={pattern.pattern})", "", bare)
        if any(one.noted and one.label in bare for one in spec.choices):
            return None  # what is noted is said in a way of its own
        found, rest = picks(bare, pattern)
        for one in others:
            rest = rest.replace(one, "")
        is_said = not NO_LETTERS.sub("", COURTESY.sub("", BESIDE.sub("", rest)))
        if not is_said and pattern.search(bare):
            return None
        if not is_said and LABELLED.search(bare):
            return None  # «对象：社区居民，主要是老年人»
        is_beside = is_beside or not is_said
        chosen += [names[one] for one in found]
    noted = [one.label for one in spec.choices if one.noted] if told else []
    first = pattern.search(text) or (re.compile("|".join(map(re.escape, noted))).search(text) if noted else None)
    chosen += [told[0]] if told else []
    if first is None or not chosen or ((is_beside or lead) and leaves_open(AS_FOR.sub("", pattern.sub("", text)))):
        return None
    value = "、".join(dict.fromkeys(chosen))
    is_beside = is_beside or bool(lead)
    first = pattern.search(text, len(lead)) or first
    begin = clause_begin(text, first.start()) if is_beside else 0
    end = text.rfind(max(names, key=text.rfind)) if is_beside else len(text)
    return Edit(Addressed(spec.key, value, -1, text), begin, end, first.start(), is_answer=True)


def noted_in(text: str, spec: FieldSpec) -> tuple[str, str] | None:
    """«还有“其他”，其他里注明：学生家长»: the option with what is noted beside it, and *text* without it."""
    label = next((one.label for one in spec.choices if one.noted), "")
    match = NOTE.search(text) if label else None
    named = re.findall(r"类型|对象", text[: match.start()]) if match else []
    is_others = bool(named) and not any(named[-1] in name for name in spec.names)
    if match is None or is_others or re.search(NOT, match["said"]):
        return None
    return f"{label}（{match['said']}）", f"{text[: match.start()]}{text[match.end() :]}"


NOTE = re.compile(rf"(?:还有|再|另外|以及|和|及|加上?|[勾选]上?|一个)*{NOTED_SO}")


def picks(clause: str, pattern: re.Pattern[str]) -> tuple[list[str], str]:
    """The options that *clause* wants, and what else stands in it: «A、B要», «A不要»."""
    wanted: list[str] = []
    held: list[str] = []  # of which is not said yet whether they are wanted
    rest = ""
    for group in GROUP.findall(clause):
        found = list(pattern.finditer(group))
        after = group[found[-1].end() :] if found else group
        is_denied = bool(found) and bool(DENIED.search(after))
        rest += (pattern.sub("", group[: found[-1].end()]) if found else "") + (
            DENIED.sub("", after) if is_denied else after
        )
        held = [] if is_denied else [*held, *(one.group() for one in found)]
        if after and not is_denied:
            wanted, held = [*wanted, *held], []
    return [*wanted, *held], rest


def names_of(spec: FieldSpec) -> dict[str, str]:
    """What people call each option: as it is printed, and by a word of it that no other has."""
    found = {
        name: one.label
        for one in spec.choices
        if not one.noted
        for name in (*PARTED.split(one.label), one.label, *one.synonyms)
    }
    halves = [(half, one.label) for one in spec.choices if not one.noted for half in halves_of(one.label)]
    for half, label in halves:
        if sum(half in one.label for one in spec.choices) <= 1 and [one for one, _ in halves].count(half) == 1:
            found.setdefault(half, label)
    return found


def halves_of(label: str) -> list[str]:
    """«展览», «展示» of 展览展示; «老人» of 老年人."""
    if len(label) == 2 * HALF:
        return [label[:HALF], label[HALF:]]
    return [label[0] + label[-1], label[:HALF]] if label.endswith("人") and len(label) == HALF + 1 else []
