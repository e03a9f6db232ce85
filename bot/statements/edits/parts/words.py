"""Edits of a part of what stands in a field: words taken for others, left out, put before or behind, two fields the wrong way round. Pure.

A stretch of the sentence that stands in exactly one field of the form is what is spoken of, quoted or not; the verb says what becomes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from bot.base import expressions as re
from bot.statements.edits.named import labels_in, stands
from bot.statements.edits.parts.wholes import exchanged, renamed
from bot.statements.plain import characters
from bot.statements.values.context import EXACT, Addressed, Context, Edit
from bot.statements.wording.joints import without_tail
from bot.statements.wording.signature import UNIT_ENDS

KINDS = {"text", "unit", "person", "longtext"}
QUOTED = re.compile(r"[“\"「『《‘](?P<inner>[^“”\"「」『』《》‘’]{1,80})[”\"」』》’]")
NUMBERS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8}
SIZED = re.compile(r"(?<=[\u4e00-\u9fff])[这那]?(?P<size>[一二两三四五六七八])个?字")
ONE_SIGN = re.compile(
    r"(?P<word>(?:(?![是为])[\u4e00-\u9fff]){1,5}?)的[“「]?(?P<sign>[\u4e00-\u9fff])[”」]?(?=字|[，,。；;、\s！!）)]|$|不是|写|打|错|应|改)"
)
INTO = r"(?:改|换|规范|更正|修改|修正|替换|统一|变更|调整|更换|写)(?:成|为|作|到|叫|称)|更名为|改名为|改称|挂牌(?:为|成)?|(?:整合|重组|合并|并入)(?:为|成|到)|应(?:该|当)?(?:是|为|叫|作|改为|改成|写)|(?:要|得|就|该|请)?改?叫(?:做|作)?|正确的?(?:写法|说法)?(?:应该?)?(?:是|为)|实际(?:上)?(?:是|为)|(?<!不)(?<!而)(?:才|而)?是(?!不是)|→|➜|[-=]+>|改(?=◇)|换(?=◇)"
FORWARD = re.compile(rf"◇(?P<old>\d+)◇[^◇。]{{0,30}}?(?:{INTO})[^◇，,。；;]{{0,6}}◇(?P<new>\d+)◇")
BACKWARD = re.compile(
    r"◇(?P<new>\d+)◇[^◇。；;]{0,10}?(?:[写打印填录敲登抄报弄输误]错?(?:成|为|作)了?|误[写打印填录]?(?:成|为|作)?)[^◇，,。；;]{0,3}◇(?P<old>\d+)◇|◇(?P<right>\d+)◇(?:字|二字|两个字)?[，,]?(?:而)?不是[^◇，,。；;]{0,4}◇(?P<wrong>\d+)◇"
)
BARE_NEW = re.compile(
    r"◇(?P<old>\d+)◇[^◇。，,]{0,16}?[，,]?(?:请|麻烦|帮忙?|应|要|统一|一并|再|都|就)*(?:改|换|规范|更正|修改|替换|统一)(?:成|为|作)(?P<new>[^◇，,。；;！!（(]{1,30})"
)
# «我们是“第二中学”，您那里是“第二小学”»
OURS_AND_YOURS = re.compile(
    r"(?:我[们校局馆院]|本[校局馆院单]|正确|实际|底稿|原表|表上)[^◇，,。；;]{0,10}(?:是|为|写|填|报)[^◇，,。；;]{0,3}◇(?P<new>\d+)◇[^◇。；;]{0,6}(?:[您你]们?|贵|回执|登记|系统|显示)[^◇，,。；;]{0,12}(?:是|为|成|写)[^◇，,。；;]{0,3}◇(?P<old>\d+)◇"
)
# «“研究所”漏了个“研”字»
LACKED = re.compile(
    r"◇(?P<whole>\d+)◇[^◇，,。；;]{0,8}?(?:漏|少|缺|掉)(?:了|掉|打|写|填|输|印|个|一|那|的)*◇(?P<part>\d+)◇"
)
TAKE = r"去掉|去除|删(?:掉|去|除|了|一下|减)?|拿掉|拿下|不用[写要]|不必写|不写|省掉|省去|划掉|划去|抹掉|撤掉|剔除|不要了?|多余|是?多(?:打|写|出来|输|了)的?|重复"
REMOVED = re.compile(rf"◇(?P<gone>\d+)◇(?P<of>[^◇，,。；;]{{0,10}})[^◇。；;]{{0,24}}?(?:{TAKE})")
REMOVES = re.compile(
    r"(?:多(?:打|写|输|出|填|印)?了|去掉|去除|删(?:掉|去|除)|拿掉|划掉|抹掉|剔除)(?:最?[后前末]面?的?|一?个|那个|那?[句段]|字|里面?的)*◇(?P<gone>\d+)◇"
)
SMALL = re.compile(r"^[”\"」]?(?:[这那]?[一二两三四五六七八几\d]?个?(?:字|词|字样|句|句话|项|条|段|部分|内容)|[这那])")
FRONT = r"(?:最?前[面头边]?|开头|句首|最前)(?:再|请|要|应该?|还|麻烦)*(?:[加补添]上?|增加|漏了?|少了?|缺了?|冠(?:以|上)?)(?:了|上|个|一个|[写打]了?|字样)*[:：]?"
BEHIND = r"(?:之?后[面头边]?|末尾|最后|结尾|句末|后)(?:再|请|要|应该?|还|麻烦|需)*(?:[加补添]上?|增加|补充|漏了?|少了?|缺了?|接上?)(?:了|上|个|一个|一?[句段条项]|[写打]了?|如下)*[:：]?"
ADDS = re.compile(rf"(?P<front>{FRONT})|(?P<behind>{BEHIND})")
MORE = re.compile(
    r"(?:[里中]|那[一]?栏|一栏|部分)?(?:再|请|要|应该?|还|麻烦|需|帮忙)*(?:补充|补|加|添|增加|追加)(?:上|了|进去?)?一?(?P<what>[句段条项])(?:话|内容)?[:：，,]?\s*(?:(?:增加|补充|添加|加上?|写上?|就是|即)[:：]?(?=◇))?"
)
LACKS = re.compile(
    r"(?:漏|少|缺)(?:了|掉|打|写|填|输|印)*(?:在)?◇(?P<anchor>\d+)◇(?:[一两二]个?)?字?(?P<side>前面?|后面?|之[前后])(?:面|边)?的?(?:那?[一两二三四五六]?个?)◇(?P<new>\d+)◇"
)
# «“科技”之后还有“股份”二字», «“金淘”后面应有“中心”»
BESIDE = re.compile(
    r"◇(?P<anchor>\d+)◇[^◇，,。；;删去多]{0,4}(?P<side>之?后|后面|之?前|前面)[^◇，,。；;删去多不]{0,8}(?:有|是|加|补|漏|少|缺|接)[^◇，,。；;不]{0,6}◇(?P<new>\d+)◇"
)
SIGNS = {
    "引号": "“”\"「」『』", "双引号": "“”\"", "书名号": "《》", "括号": "（）()", "空格": " \u3000", "空白": " \u3000", "句号": "。", "感叹号": "！!", "顿号": "、", "逗号": "，,",
    "间隔号": "·", "破折号": "—",
}  # fmt: skip
SIGN = re.compile(
    rf"(?P<before>多(?:了|打|出|写|敲|输)*|多余的?|去掉|去除|删(?:掉|去|除)?|拿掉|不要)?(?:了|一|两|那|这|个|对|处|的|里面?|中间?|最?[前后]面?)*(?P<sign>{'|'.join(SIGNS)})(?:请|都|也|是|就|要|应|帮忙?)*(?P<behind>多余|多(?:打|出|写)|去掉|去除|删|拿掉|不要|不用)?"
)
ITEM_END = "；;。\n"


class Island(Struct, frozen=True):
    """A stretch of the sentence between quotation marks, or one sign of writing that it describes («馨香的馨»)."""

    begin: int
    end: int
    text: str


def edits_in(text: str, context: Context) -> list[Edit]:
    if OF_OTHER_PERSON.search(text):
        return []
    return exchanged(text, context) or renamed(text, context) or within(text, context)


OF_OTHER_PERSON = re.compile(r"(?:讲师|专家|嘉宾|主持人|评委|志愿者)的?(?:名字|姓名)")


def within(text: str, context: Context) -> list[Edit]:
    islands = list(islands_in(text, context))
    if not islands:
        return added(text, [], text, context) or without_signs(text, context) or unmarked(text, context)
    masked = text
    for i in range(len(islands) - 1, -1, -1):
        one = islands[i]
        mark = f"◇{i}◇"
        masked = masked[: one.begin] + mark + masked[one.end :]
    return (
        replacing(text, masked, islands, context)
        or added(text, islands, masked, context)
        or removing(text, masked, islands, context)
    )


def islands_in(text: str, context: Context) -> Iterator[Island]:
    """Quoted stretches but labels and the whole name, stretches whose size is told («大集两个字»), and described signs, in order."""
    quoted = list(QUOTED.finditer(text))
    labels = {text[one.begin : one.end] for one in labels_in(text, context)} if quoted else set()
    title = characters(stands(context.definition.anchor, context))
    found = [
        Island(match.start(), match.end(), match["inner"])
        for match in quoted
        if match["inner"] not in labels and squeezed(match["inner"]) not in {squeezed(title), ""}
    ]
    for match in SIZED.finditer(text):
        begin = match.start() - NUMBERS[match["size"]]
        word = text[max(begin, 0) : match.start()]
        if all(match.start() < one.begin or one.end < begin for one in found) and holding(word, text, context):
            found.append(Island(begin, match.start(), word))
    for match in ONE_SIGN.finditer(text):
        if match["sign"] in match["word"] and all(
            match.end() <= one.begin or one.end <= match.start() for one in found
        ):
            found.append(Island(match.start(), match.end(), match["sign"]))
    return iter(sorted(found, key=lambda one: one.begin))


def squeezed(text: str) -> str:
    return re.sub(r"[\s“”\"「」『』《》]", "", text)


def holding(word: str, text: str, context: Context) -> tuple[str, int] | None:
    """The one field in which *word* stands, and where; of those that the sentence names, if it names any."""
    places = [
        (spec.key, at)
        for spec in context.definition.field
        if spec.kind in KINDS
        and (at := characters(stands(spec.key, context)).find(word)) >= 0
        and characters(stands(spec.key, context)).count(word) == 1
    ]
    named = [key for one in labels_in(text, context) for key in one.keys]
    own = [one for one in places if one[0] in named]
    chosen = own if any((spec := context.definition.spec(key)) and spec.kind in KINDS for key in named) else places
    return chosen[0] if len(chosen) == 1 else None


def replacing(text: str, masked: str, islands: Sequence[Island], context: Context) -> list[Edit]:
    if match := LACKED.search(masked):
        whole, part = islands[int(match["whole"])], islands[int(match["part"])]
        is_there = holding(whole.text, text, context) is not None
        for wrong in (
            set()
            if is_there
            else {
                whole.text[:i] + whole.text[i + len(part.text) :]
                for i in range(len(whole.text))
                if whole.text.startswith(part.text, i)
            }
        ):
            if found := replaced(text, Island(whole.begin, whole.end, wrong), whole.text, part, context):
                return found
    if match := OURS_AND_YOURS.search(masked):
        new, old = islands[int(match["new"])], islands[int(match["old"])]
        if found := replaced(text, old, new.text, new, context):
            return found
    if match := BACKWARD.search(masked):
        new, old = islands[int(match["new"] or match["right"])], islands[int(match["old"] or match["wrong"])]
        if found := replaced(text, old, new.text, new, context):
            return found
    for match in FORWARD.finditer(masked):
        old, new = islands[int(match["old"])], islands[int(match["new"])]
        if found := replaced(text, old, new.text, new, context):
            return found
    if (match := BARE_NEW.search(masked)) is not None:
        new_text = without_tail(match["new"].strip()).strip()
        old = islands[int(match["old"])]
        if new_text and not re.search(r"[的了吧吗呢]$|一[样致]", new_text):
            return replaced(text, old, new_text, old, context)
    return []


def replaced(text: str, old: Island, new: str, other: Island, context: Context) -> list[Edit]:
    place = holding(old.text, text, context)
    if place is None or old.text == new or is_of_other(text, old, new, place[0], context):
        return []
    key, at = place
    stood = stands(key, context)
    size = len(old.text)
    if squeezed(new) == squeezed(stood[:at] + stood[at + size :]):
        new = ""  # «“考后”两字去掉，现在就叫“心情加油站”»: what is left
    elif at and new.startswith(characters(stood)[:at]):
        at, size = 0, at + size  # «“第二小学”» for «“国光第二中学”»
    is_whole = size == len(stood) and size > 1
    if is_whole and (key not in named_keys(text, context) or key == context.definition.anchor):
        return []  # all that stands there, and no part of it
    begin, end = min(old.begin, other.begin), max(old.end, other.end)
    is_apt = is_alike(old.text, new) or bool(SIZED.search(text)) or key in named_keys(text, context)
    # «“三十块”» for «“科普展板二十块”»: perhaps only of its end.
    is_less = len(old.text) >= 2 * len(new) and (
        (len(new) == 1 and new in old.text) or (len(old.text) > 4 and new not in old.text)
    )
    return [edit(key, stood[at : at + size], new, begin, end, old.begin, text, sure=is_apt and not is_less)]


def is_of_other(text: str, old: Island, new: str, key: str, context: Context) -> bool:
    """Whether another field is named before *new* is said: «“三减三健”进村 公众参与人数写300多了 改成180人»."""
    end = text.find(new, old.end)
    return end > 0 and any(key not in one.keys for one in labels_in(text[old.end : end], context))


def without_signs(text: str, context: Context) -> list[Edit]:
    """«名称里多了个空格», «名称那对引号不要了»: all of a sign that stands there at most twice."""
    match = SIGN.search(text)
    named = labels_in(text, context) if match and (match["before"] or match["behind"]) else []
    keys = {key for one in named for key in one.keys if (spec := context.definition.spec(key)) and spec.kind in KINDS}
    if match is None or len(keys) != 1:
        return []
    key = keys.pop()
    stood = stands(key, context)
    places = [i for i, one in enumerate(stood) if one in SIGNS[match["sign"]]]
    if not 1 <= len(places) <= 2:
        return []
    first, last = places[0], places[-1] + 1
    left = "".join(one for i, one in enumerate(stood) if first <= i < last and i not in places)
    old, new = widened(stood, first, last, left)
    begin = min(one.begin for one in named)
    is_one = len(places) == 1 or match["sign"] in {"引号", "双引号", "书名号", "括号"}
    return [edit(key, old, new, begin, match.end(), begin, text, sure=is_one)]


UNMARKED = re.compile(
    r"(?P<old>[^，,。；;！!“”\s]{2,24}?)(?:请|要|统一|都)*(?:(?:更?改|换)(?:成|为|作)?|应(?:该|当)?(?:改为|[为是])|(?:规范|统一|更正|修改|写)(?:为|成))(?:一?下[，,、]?(?:请|就|要)*(?:更?改|换)(?:成|为|到)?)?(?P<new>[^，,。；;！!“”\s]{1,24})"
)


def unmarked(text: str, context: Context) -> list[Edit]:
    """«内容里1000份改100份»: of the field that is named, what stands before the verb."""
    return next((found for match in UNMARKED.finditer(text) if (found := of_unmarked(match, text, context))), [])


def of_unmarked(match: re.Match[str], text: str, context: Context) -> list[Edit]:
    named = labels_in(text[: match.start("new")], context)
    keys = named[-1].keys if named else ()
    kinds = {context.definition.anchor, *(spec.key for spec in context.definition.field if spec.kind == "longtext")}
    if len(keys) != 1 or keys[0] not in kinds:
        return []
    stood, said = characters(stands(keys[0], context)), match["old"]
    size = next((size for size in range(len(said), 1, -1) if stood.count(said[-size:]) == 1), 0)
    new = without_tail(match["new"]).strip()
    if not size or not new or said[-size:] == stood or re.search(r"[的了吧吗呢]$|一[样致]|^[一个下过掉]", new):
        return []
    old = said[-size:]
    begin = match.end("old") - size
    at = stood.index(old)
    own = stands(keys[0], context)[at : at + size]
    sure = is_alike(old, new) and not re.search(r"\d$", stood[:at] if old[0].isdigit() else "")
    return [edit(keys[0], own, new, begin, match.end(), begin, text, sure=sure)]


def named_keys(text: str, context: Context) -> set[str]:
    return {key for one in labels_in(text, context) for key in one.keys}


def is_alike(old: str, new: str) -> bool:
    is_count = re.search(r"\d", new) and not re.search(r"\d", old)  # «“三减三健” … 改成180人»
    return bool(set(old) & set(new)) or (len(old) == len(new) and not is_count)


def edit(key: str, old: str, new: str, begin: int, end: int, at: int, text: str, *, sure: bool = True) -> Edit:
    return Edit(Addressed(key, new, -1, text, EXACT, old=old), begin, end, at, sure)


def removing(text: str, masked: str, islands: Sequence[Island], context: Context) -> list[Edit]:
    match = REMOVES.search(masked) or REMOVED.search(masked)
    if match is None:
        return []
    one = islands[int(match["gone"])]
    if any(one.text == choice.label for spec in context.definition.field for choice in spec.choices):
        return []
    place = holding(one.text, text, context)
    if place is None or is_of_other(text, one, match.group()[-1], place[0], context):
        return []
    key, at = place
    spec, stood = context.definition.spec(key), stands(key, context)
    is_small = bool(SMALL.match(text[one.end :])) or "多" in match.group() or len(one.text) <= 2
    if spec is None or (key not in named_keys(text, context) and not is_small):
        return []
    first, last, is_whole = (
        item_at(stood, at, at + len(one.text)) if spec.kind == "longtext" else (at, at + len(one.text), True)
    )
    if (first, last) == (0, len(stood)):
        return []
    if first > 0 and last < len(stood) and stood[first - 1] in "、，," and stood[last] in "、，,。；;":
        first -= 1  # with the sign that parted it from what stands before
    while first and last < len(stood) and stood[first - 1] + stood[last] in EMPTY:
        first, last = first - 1, last + 1
    begin = masked_begin = one.begin
    old, new = widened(stood, first, last)
    end = one.end + max(len(match.group()) - match.group().rfind("◇") - 1, 0)
    is_wished = "可以" in match.group() and not re.match(r"了", text[end:])
    sure = (is_whole or is_small) and not is_wished
    return [edit(key, old, new, begin, end, masked_begin, text, sure=sure)]


EMPTY = {"（）", "()", "“”", "《》", "【】"}


def item_at(stood: str, first: int, last: int) -> tuple[int, int, bool]:
    """The stretch to be taken out where *first* to *last* is to go, with the sign that parts it from the rest; and whether that is a whole item
    of the text. An item that only begins with a verb more («开展…») goes as a whole, but that is not certain."""
    begin = max((stood.rfind(one, 0, first) + 1 for one in ITEM_END), default=0)
    ends = [at for one in ITEM_END if (at := stood.find(one, last)) >= 0]
    end = min(ends, default=len(stood))
    lead, rest = stood[begin:first], stood[last:end]
    if rest or (lead and not re.fullmatch(r"[\u4e00-\u9fff]{2}|\d+[.、．]?", lead)):
        return first, last, not lead or stood[first - 1] in "，,、" or last - first <= 4
    if end == len(stood) - 1 and begin:
        return begin - 1, end, not lead  # the last one: its full stop stays
    return begin, min(end + 1, len(stood)), not lead


def widened(stood: str, first: int, last: int, new: str = "") -> tuple[str, str]:
    """The words from *first* to *last* with so many before them that they stand once in *stood*, and *new* in their place."""
    begin = first
    while begin and stood.count(stood[begin:last]) > 1:
        begin -= 1
    while stood.count(stood[begin:last]) > 1 and last < len(stood):
        new += stood[last]
        last += 1
    return stood[begin:last], stood[begin:first] + new


def added(text: str, islands: Sequence[Island], masked: str, context: Context) -> list[Edit]:
    """«名称前面加“2023年”», «“科普”后面漏了“活动”二字», «内容最后补一句：…»."""
    if (between := LACKS.search(masked) or BESIDE.search(masked)) is not None:
        one, new = islands[int(between["anchor"])], islands[int(between["new"])].text
        place = holding(one.text, text, context)
        put = new + one.text if "前" in between["side"] else one.text + new
        return [edit(place[0], one.text, put, one.begin, len(text), one.begin, text)] if place else []
    match = ADDS.search(masked) or MORE.search(masked)
    if match is None:
        return []
    before, behind = masked[: match.start()], masked[match.end() :]
    mark = re.match(r"[“「\s]*◇(\d+)◇", behind)
    new = islands[int(mark[1])].text if mark else ""
    anchor = re.search(r"◇(\d+)◇[^◇，,。；;]{0,4}$", before)
    named = labels_in(before, context)
    keys = [
        key
        for key in (named[-1].keys if named else ())
        if (spec := context.definition.spec(key)) and spec.kind in KINDS
    ]
    is_long = len(keys) == 1 and (spec := context.definition.spec(keys[0])) is not None and spec.kind == "longtext"
    is_said = bool(
        re.search(r"[:：]\s*$", match.group()) or re.search(r"一?[句段条项](?:话|内容)?[:：，,]?\s*$", match.group())
    )
    if not new and is_long and is_said and not islands:
        new = PLACED_AT.sub("", behind.strip(" ：:，,"))
    if not new:
        return []
    is_front = "front" in match.groupdict() and bool(match["front"])
    if anchor and (place := holding(islands[int(anchor[1])].text, text, context)):
        key, at = place
        word = stands(key, context)[at : at + len(islands[int(anchor[1])].text)]
        begin = islands[int(anchor[1])].begin
        return [edit(key, word, new + word if is_front else word + new, begin, len(text), begin, text)]
    if len(keys) != 1 or not stands(keys[0], context) or new in stands(keys[0], context):
        return []
    if (match.re is MORE and not is_long) or (not is_front and is_another_unit(new, keys[0], context)):
        return []
    begin = named[-1].begin
    old, put = joined_to(stands(keys[0], context), new, is_front=is_front, is_long=bool(is_long))
    return [edit(keys[0], old, put, begin, len(text), begin, text)]


# «…加一条，放在最后：…»
PLACED_AT = re.compile(r"^(?:请|就|也)*(?:放|加|写|接|排)?在?(?:最后|末尾|后面|结尾|末)[面边头]?[:：，,\s]+")


def is_another_unit(new: str, key: str, context: Context) -> bool:
    """Whether *new* is a whole unit beside the one that stands there, and not a piece of its name."""
    spec = context.definition.spec(key)
    is_whole = len(new) > 5 and re.search(rf"(?:{UNIT_ENDS})$", new) and not OFFICE_ENDS.search(new)
    return bool(spec and spec.kind == "unit" and is_whole)


OFFICE_ENDS = re.compile(r"(?:部|科|处|室|委员会|分会|学院)$")  # may be of the unit itself


def joined_to(stood: str, new: str, *, is_front: bool, is_long: bool) -> tuple[str, str]:
    if is_front:
        old, _ = widened(stood, 0, 1)
        return (stood, new + stood) if stood.count(old) > 1 else (old, new + old)
    if is_long:
        stop = "" if re.search(r"[。；;！!，,、\n]\s*$", stood) else "。"
        ending = "。" if re.search(r"。\s*$", stood) and not re.search(r"[。！!]$", new) else ""
        return stood, f"{stood}{stop}{new}{ending}"
    return stood, stood + new
