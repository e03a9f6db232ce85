"""Edits of a text by its items, words and letters: an item told by its number, two words the wrong way round, a letter that is spelt. Pure."""

from __future__ import annotations

from bot.base import expressions as re
from bot.forms.values.numerals import counted_value
from bot.statements.edits.named import keys_named, labels_in, stands
from bot.statements.edits.parts.wholes import SWAPPED
from bot.statements.edits.parts.words import ITEM_END, TAKE, edit, holding, islands_in, item_at, widened
from bot.statements.values.context import Context, Edit


def edits_in(text: str, context: Context) -> list[Edit]:
    return item_removed(text, context) or turned_round(text, context) or spelt(text, context)


# «我名字里是山峰的峰，不是先锋的锋»
SPELT = re.compile(
    r"(?P<not>不是|而非|并非)?(?:是|用|为|[改换写]成)?(?P<word>[\u4e00-\u9fff]{1,3})的(?P<letter>[\u4e00-\u9fff])(?=字?(?:[，,。；;！!、（(\s]|$|而?不是))"
)
MARKED = re.compile(r"[“「]([\u4e00-\u9fff])[”」]")


def spelt(text: str, context: Context) -> list[Edit]:
    """A letter of a name that is told by a word with it, where the one is told, too, in whose place it is to stand."""
    found = [match for match in SPELT.finditer(text) if match["letter"] in match["word"]]
    right = {match["letter"] for match in found if not match["not"]}
    wrong = {*(match["letter"] for match in found if match["not"]), *MARKED.findall(text)} - right
    if len(right) != 1 or len(wrong) != 1:
        return []
    (new,), (old,) = right, wrong
    people = keys_named(text, context, {"person"})
    named = people or keys_named(text, context, {"text"})
    specs = [spec for spec in context.definition.field if spec.key in named]
    begin, end = found[0].start(), max(found[-1].end(), text.rfind(old) + 1)
    return [
        edit(spec.key, old, new, begin, end, begin, text) for spec in specs if stands(spec.key, context).count(old) == 1
    ][:1]


# «第3项参观地震馆去不成了，请删掉»
NTH_ITEM = re.compile(
    rf"第(?P<nth>[一二三四五六七八九十\d]{{1,2}})(?:项|条|点|句|部分)[^。；;]{{0,24}}?(?:{TAKE}|取消)"
)


def turned_round(text: str, context: Context) -> list[Edit]:
    """«内容里“上午”“下午”写反了»: each word takes the other's place."""
    islands = list(islands_in(text, context))
    if len(islands) != 2 or not SWAPPED.search(text[islands[1].end :]):
        return []
    places = [holding(one.text, text, context) for one in islands]
    if not places[0] or not places[1] or places[0][0] != places[1][0]:
        return []
    key, stood = places[0][0], stands(places[0][0], context)
    (first, one), (second, other) = sorted(
        ((place[1], island.text) for place, island in zip(places, islands, strict=True) if place)
    )
    if first + len(one) > second:
        return []
    between = stood[first + len(one) : second]
    begin = islands[0].begin
    return [edit(key, f"{one}{between}{other}", f"{other}{between}{one}", begin, len(text), begin, text)]


def item_removed(text: str, context: Context) -> list[Edit]:
    """An item of a long text, told by its number; certain where it is the last, or nothing counts those behind it."""
    match = NTH_ITEM.search(text)
    named = labels_in(text[: match.start()], context) if match else []
    spec = context.definition.spec(named[-1].keys[0]) if named else None
    if match is None or spec is None or spec.kind != "longtext":
        return []
    stood = stands(spec.key, context)
    items = list(re.finditer(rf"[^{ITEM_END}]+", stood))
    number = counted_value(match["nth"]) or 0
    if not len(items) > 1 or not 0 < number <= len(items):
        return []
    first, last, _ = item_at(stood, *items[number - 1].span())
    old, new = widened(stood, first, last)
    sure = number == len(items) or not re.match(r"\s*\d", items[-1].group())
    return [edit(spec.key, old, new, named[-1].begin, match.end(), match.start(), text, sure=sure)]
