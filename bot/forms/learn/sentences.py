"""Sentences with gaps on a blank form («甲方将位于____（地址）的____借给乙方，面积约    平方米。»): where the gaps are, and what the words around call each.

A gap is a line to write on, blanks between words, the frame of a date, or options among words («乙方□已 □未投保»).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from bot.base.replacing import replace
from bot.base.text import is_blank
from bot.forms.learn.printed import (
    BOX,
    COUNTED,
    boxes_behind,
    clean,
    is_label,
    labels_only,
    lettered_options,
    options_in,
)

B = r"[ \t\u3000\xa0_＿]"
FRAME = rf"(?:20\d{{0,2}})?{B}*年{B}*月{B}*日(?:{B}*[上下]{B}*午|{B}+午)?(?:{B}+时(?:{B}+分)?)?"
MONTHS = rf"{B}*[_＿ ]{{2,}}年{B}*[_＿ ]{{2,}}月(?!日)"
SHORT = rf"{B}*[_＿ ]{{2,}}月{B}*[_＿ ]{{2,}}日"  # behind «至» it has the year of the day before it
GAP = re.compile(
    rf"(?P<frame>(?:{FRAME}|{SHORT}){B}*[至到]{SHORT}|{MONTHS}\s*[至到]\s*{MONTHS}|{FRAME}|{SHORT}(?:{B}+时(?:{B}+分)?)?|{MONTHS}|{B}+时{B}+分|[_＿]+\s*[:：]\s*[_＿]+)|[_＿]{{2,}}(?: ?[_＿]+)*|(?<=[第为按])[（(]{B}+[)）]|(?P<blanks>[ \u3000\xa0]{{3,}}|(?<=[共约计])[ \u3000\xa0]{{2}}(?=[年月天人个名次场元]))"
)
OPTION = rf"(?:{BOX.pattern})"
NESTED = re.compile(rf"(?<=[（(])[^（）()]*{OPTION}[^（）()]*{OPTION}[^（）()]*(?=[)）])")
# «属于（小型 / 微型）企业», «所填内容（属实/不属实），»: one is kept or ticked, and it is no note of what stands before it.
SLASHED = re.compile(
    r"(?<=[\u4e00-\u9fff])[（(]\s*(?P<one>[\u4e00-\u9fff]{1,6})\s*/\s*(?:(?P<not>[不未没无非](?P=one))|[\u4e00-\u9fff]{2,6})(?:\s*/\s*[\u4e00-\u9fff]{2,6})*\s*[)）](?(not)(?=[\u4e00-\u9fff，,。])|(?![为是])(?=[\u4e00-\u9fff]))"
)
YEAR = re.compile(r"20\d\d年度?")
RUN = re.compile(rf"{OPTION}\s*[^\s，,。；;：:_＿（）()]+(?:\s*{OPTION}\s*[^\s，,。；;：:_＿（）()]+)+")
LABEL_FOLLOWS = re.compile(
    r"[*＊★]?(?:[\u4e00-\u9fffA-Za-z、/ \u3000]{2,14}(?:[（(][^（）()]{1,16}[)）])?|[\u4e00-\u9fff][（(][^（）()]{1,8}[)）])\s*[*＊★]?\s*[:：]"
)
NOTE = re.compile(r"\s*[（(]([^（）()_＿]{1,12}?)[)）]")
TELLS_HOW = re.compile(r"填|盖|签|章|选|请|如|注|写|单位：|可")  # a note that is no name of the gap
AFTER_WORDS = re.compile(r"[\u4e00-\u9fff：:（(¥￥)）〕\]\-—《“\"]$")
PUNCTUATION = r"[，,。；;、:：！!？?\s（(《“”\"]|(?<=[）)])(?=[\u4e00-\u9fff]{2})"
PARTY = r"本(?:协议|合同)|甲乙双方|双方"
LEADING = re.compile(
    rf"^(?:{PARTY})(?=[\u4e00-\u9fff]{{2}})|^(?:其中|并派|并|共计?|约|拟|止)(?=[\u4e00-\u9fff\d]{2})|^等?[人名个](?=[\u4e00-\u9fff]{3})"
)
TRAILING = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:为|约|是|(?<!理)由|自|共|(?<![预合总小])计|达|有|派|在|从|的|与|和)$")
FUNCTION_WORDS = frozenset(["", "等", "共", "约", "计", "共计", "总计"])
FROM = frozenset(["自", "从", "于", "由"])
UNTIL = re.compile(r"起?[至到]|[—–~-]+")
UNIT_BEHIND = re.compile(rf"\s*({COUNTED.pattern})(?=[\s，,。；;、（）()止]|$)")
UNIT_FIRST = re.compile(
    rf"^(?!本|项目|个人|年度|年级|月份|日期|课[时题]|件数|份数|人数|次数)(?:{COUNTED.pattern})(?=[\u4e00-\u9fff]{{2}})"
)
WORDED = re.compile(r"\s*[（(]?(?!盖|签|章|公章)[\u4e00-\u9fff]")  # words that go on behind the gap
NUMBERED_CLAUSE = re.compile(r"\s*[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.．]?\s*([\u4e00-\u9fff]{2,8})。")
LONGEST_BEHIND = 8  # characters of a line with a gap that has no words before it
SPEAKER = re.compile(r"(?<=[\u4e00-\u9fff]{4})[，,；;](?:本人|我方?|我们|[本我]单位|本公司|家长)\s*$")
LAST_ASKED = re.compile(r"[，,；;]\s*[\u4e00-\u9fff]{2,8}[:：]$")
LEAST_WORDS = 4  # printed characters of a line with a single gap
LONGEST_INDENT = 5
LONGEST_NAME = 4  # characters of a name that says little without that of its cell


class Slot(Struct, frozen=True):
    """A gap in a line; ``printed`` is what it is: its frame, its options, or in what it is counted."""

    start: int
    end: int
    label: str = ""
    printed: str = ""


def sentence_in(line: str, owner: str = "") -> list[Slot]:
    """The gaps of a line, each named; empty where it is no sentence but labels with their places. *owner*: the label in whose cell it stands, which
    names a gap at the beginning."""
    gaps = gaps_of(line)
    if not gaps or lettered_options(line) or (options_in(line) and not any(is_own(line, one, gaps) for one in gaps)):
        return []
    if (BOX.search(line) and labels_only(line)) or all(
        follows_colon(line, gap, following) for gap, following in zip(gaps, [*gaps[1:], None], strict=True)
    ):
        return []
    if len(re.sub(r"[\W_]", "", f"{owner}{line}")) < LEAST_WORDS or (is_one_place(line) and not options_in(line)):
        return []
    return named(line, gaps, owner)


def is_one_place(line: str) -> bool:
    """«使用时间：____月____日____时至____时», «约    人»: the place of one value."""
    printed = re.sub(r"^[^:：_＿]{0,16}[:：]|[（(][^（）()_＿]*[)）]\s*$", "", line)
    return bool(
        re.fullmatch(
            r"(?:20)?(?:[\s_＿()（）—~～,，。./\-自从起止至到年月日时分秒约共第个场元名份张字￥¥万仟佰拾角整]|[上下]?午|星期|周|万元|人次?|平方米)*",
            printed,
        )
    )


def is_own(line: str, gap: Slot, gaps: Sequence[Slot]) -> bool:
    """Not only the place for a note behind an option («□其他____»)."""
    option = re.search(rf"{OPTION}[^，,。；;□]*$", line[: gap.start])
    beside = [
        one
        for one in gaps
        if option and option.start() < one.start and not re.search("[）)]", line[option.end() : one.start])
    ]
    is_in_brackets = option is not None and "（" in option[0]
    # «□节假日　　每月可服务    小时»: behind the last option
    is_behind = option is not None and re.search(r"\S[ \u3000]{2,}[\u4e00-\u9fff]{2,10}\s*$", option[0])
    if option is None or is_behind or options_in(gap.printed):
        return True
    return (bool(gap.printed) and not is_in_brackets) or (is_in_brackets and len(beside) > 1)


def gaps_of(line: str) -> list[Slot]:
    nested = [nested_in(one) for one in NESTED.finditer(line)]
    taken = [*nested, *([] if nested else runs_of(line)), *map(slashed_in, SLASHED.finditer(line))]
    found = list(taken)
    words = [word for word in re.split(r"[ \u3000\xa0]{3,}", line.strip()) if word]
    if len(words) > 2 and all(len(word) < 2 for word in words):
        return []  # «登   记   表»
    for gap in GAP.finditer(line):
        start, end = gap.span()
        is_free = not any(start < one.end and one.start < end for one in taken)
        if is_free and (not gap["blanks"] or is_gap_of_blanks(line, start, end)):
            found.append(Slot(start, end, printed=gap[0].strip() if gap["frame"] else ""))
    if options_in(line):
        boxes = [box.span() for box in BOX.finditer(line)]  # «有意见（    ）  无意见（    ）»
        found = [one for one in found if one in taken or not any(a < one.end and one.start < b for a, b in boxes)]
    found.sort(key=lambda one: one.start)
    return [*found, *gap_behind(line, found)]


def nested_in(hit: re.Match[str]) -> Slot:
    """The options in brackets behind an option («□是（____只，□已办证 □未办证）»)."""
    first = re.search(OPTION, hit[0])
    start = hit.start() + (first.start() if first else 0)
    return Slot(start, hit.end(), printed=hit.string[start : hit.end()])


def slashed_in(hit: re.Match[str]) -> Slot:
    return Slot(*hit.span(), printed=" ".join(f"□{one.strip()}" for one in hit[0].strip("（()）").split("/")))


def gap_behind(line: str, gaps: Sequence[Slot]) -> list[Slot]:
    """«第一    第二    第三»: words like those before the gaps, with nothing behind them."""
    rest = line[gaps[-1].end :].strip() if gaps else ""
    last = line[gaps[-2].end if len(gaps) > 1 else 0 : gaps[-1].start].strip() if gaps else ""
    is_like = (
        bool(rest) and len(rest) == len(last) and rest[0] == last[0] and bool(is_label(rest) or YEAR.fullmatch(rest))
    )
    is_asked = re.search(r"[，,；;]\s*[\u4e00-\u9fff]{2,10}[:：]$", rest)  # «…汇出展位费____元，汇款人名称：»
    return [Slot(len(line), len(line))] if is_like or is_asked else []


def runs_of(line: str) -> Iterator[Slot]:
    """Options in the middle of a sentence; the last one is as long as the others, what follows goes on with the sentence."""
    runs = [] if boxes_behind(line) else list(RUN.finditer(line))
    for run in runs:
        before = line[: run.start()].rstrip()
        options = [one.strip() for one in re.split(OPTION, run[0])[1:]]
        # «□良好 □有特殊情况（请注明：____）»: up to the note
        is_noted = line[run.end() :].startswith(("（", "("))
        end = run.end() - (0 if is_noted else max(0, len(options[-1]) - length_of_last(options)))
        rest = line[end:]
        is_amid = bool(re.search(r"[\u4e00-\u9fff，,]$", before)) and bool(re.search(r"[\u4e00-\u9fff]", rest))
        is_one = len(runs) == 1 and not (GAP.search(rest) or GAP.search(before))
        # «我□同意 □不同意公开照片。», «在____公示，结果：□无异议 □有异议»
        is_pair = len(options) == 2 and length_of_pair(options) > 0
        is_last = (
            not is_one
            and not rest.strip("。.；; ")
            and bool(LAST_ASKED.search(before) or (is_pair and before.endswith("，")))
        ) or (is_pair and not is_one and not rest.strip("。.；; ") and bool(re.search(r"[\u4e00-\u9fff]$", before)))
        if (is_last or (is_amid and (is_pair or not is_one))) and not re.search("[:：]", rest[:1]):
            yield Slot(run.start(), end, printed=line[run.start() : end])


def length_of_last(options: Sequence[str]) -> int:
    """As long as the others; «□不支付 □支付乙方…», «□支付 □不支付乙方…»: the same word with and without its «not»."""
    is_whole = re.match("其[他它]", options[-1])
    return length_of_pair(options) or (len(options[-1]) if is_whole else max(map(len, options[:-1])))


def length_of_pair(options: Sequence[str]) -> int:
    last = options[-1]
    for one in options[:-1]:
        bare = re.sub("^[不未没无非]", "", one)
        if bare != one and last.startswith(bare):
            return len(bare)
        # «□自愿参加 □不参加本次活动»
        ends = [one[i:] for i in range(max(1, len(one) - 1)) if re.match(f"[不未没无非]{re.escape(one[i:])}", last)]
        if ends:
            return len(ends[0]) + 1
    return 0


OWN_NUMBER = re.compile(r"^\s*[\u4e00-\u9fff]{2,6}\s*[:：]?\s*(?:0\d{2,3}-?)?\d{7,11}\s*$")
MEASURED_ITEM = re.compile(rf"{B}{{2}}(?:{COUNTED.pattern})$")
NEXT_ITEM = re.compile(rf"[\u4e00-\u9fff]{{2,8}}{B}{{2,}}(?:{COUNTED.pattern})")
BEHIND_OPTION = re.compile(rf"{OPTION}\s*[^\s□☐○，,。；;：:_＿（）()]{{1,12}}$")


def is_gap_of_blanks(line: str, start: int, end: int) -> bool:
    """Between words, and no space between two labels, behind an option («□周末   每周约____小时») or around what is printed."""
    before, after = line[:start], line[end:]
    if OWN_NUMBER.search(after):
        return False  # «科普中心制表   电话 0591-80000009»
    if MEASURED_ITEM.search(before) and NEXT_ITEM.match(after):
        return False  # «射灯    盏   洽谈桌    张»
    if BEHIND_OPTION.search(before) and GAP.search(after) and re.match(r"[\u4e00-\u9fff]{2}", after):
        return False
    if not before.strip():
        note = NOTE.match(after)
        if re.match(rf"{UNIT_BEHIND.pattern}\s*[，,]", after):
            return True  # «    米，年更换   次»
        is_worded = bool(
            re.match(r"[\u4e00-\u9fff](?![^，,。]{0,10}[章签：:])[^，,。]*(?:[ \u3000_＿]{3}|[（(]).*[，,].*。", after)
        )
        return end - start > LONGEST_INDENT and (is_worded or (note is not None and names(note[1])))
    has_colon = before.endswith((":", "："))
    if before.endswith(("，", "、")) and UNIT_BEHIND.match(after):
        return True  # «常住    户，    人»
    if not AFTER_WORDS.search(before) or (
        LABEL_FOLLOWS.match(after) and not has_colon and not re.search("[第约为共由自按派至]$", before)
    ):
        return False
    is_in_brackets = bool(re.search(r"[（(][^（）()]*$", before)) and after.startswith(("）", ")"))
    return not re.match(OPTION, after) and (bool(after.strip("）)")) or has_colon or is_in_brackets)


def named(line: str, gaps: Sequence[Slot], owner: str) -> list[Slot]:
    found: list[Slot] = []
    at = 0
    spent = ""  # words that name the gap before them
    match = re.match(r"([^:：_＿□☐○]{2,30}?)(?:[（(][^（）()]*[)）])?[:：]", line) or NUMBERED_CLAUSE.match(line)
    head = clean(match[1]) if match and not re.search(r"\s{3}", match[1]) else ""
    for i, gap in enumerate(gaps):
        stop = gaps[i + 1].start if i + 1 < len(gaps) else len(line)
        before, behind = line[at : gap.start], line[gap.end : stop]
        is_choice = bool(options_in(gap.printed))
        option = re.search(
            rf"{OPTION}\s*([^\s□☐○（(：:]{{1,12}})(?:[（(]{'[^（）()]*' if is_choice else ''})?$", line[: gap.start]
        )
        label = ""
        if option and gap.printed and not (is_choice and re.search("[，,。；]", option[1])):
            label = f"{owner or head}（{option[1]}）"
        elif owner and not found and is_blank(before):
            label = owner
        elif (
            found and UNTIL.fullmatch(before.strip()) and (is_dated(found[-1], gap) or behind.strip().startswith("止"))
        ):
            # «自____年__月__日起至____年__月__日止»
            label = re.sub("起$", "", found[-1].label) + "止"
            found[-1] = replace(found[-1], label=re.sub("起?$", "起", found[-1].label))
        else:
            if is_choice and (whose := SPEAKER.search(before)):
                before = before[: whose.start()]  # «主办方使用其影像，本人□同意 □不同意。»
            label, spent = name_of(before, behind, spent, [one.label for one in found], owner or head)
            label = label or (
                "".join(one.label for one in options_in(gap.printed))[:LONGEST_BEHIND]
                if is_choice
                else "日期"
                if gap.printed
                else ""
            )
        label = "日期" if gap.printed and re.match("[于自从由]…", label) else label
        if not label:
            continue
        if not owner and head and re.fullmatch("第[一二三四五六\\d]", label):
            label = f"{head}（{label}）"
        if owner and (len(label) <= LONGEST_NAME or is_choice) and not label.startswith(owner):
            label = f"{owner}（{label}）"
        unit = UNIT_BEHIND.match(behind)
        found.append(replace(gap, label=label, printed=gap.printed or (unit[1] if unit else "")))
        at = gap.end
    return found


def is_dated(one: Slot, other: Slot) -> bool:
    """«自____年__月__日至____年__月__日», and not «于____年__月__日到____村»."""
    return bool(one.printed and other.printed)


def names(note: str) -> bool:
    return is_label(note) and not TELLS_HOW.search(note) and "/" not in note


def name_of(before: str, behind: str, spent: str, used: Sequence[str], head: str) -> tuple[str, str]:
    """By the note behind it («____（场地名称）»), the words before it, else those behind it («____社区»), which are given back as well."""
    note = NOTE.match(behind)
    if note and names(note[1]):
        return note[1].strip(), ""
    before = re.sub(r"(?<=[\u4e00-\u9fff])\s*[:：]?\s*[￥¥]\s*$", "", before)
    told = re.sub(r"^\s*[（(][^（）()]*[)）]", "", before) if used else before
    bare = re.sub(r"[（(][^（）()]*[)）](?=[约共计]?$)", "", told.strip().lstrip("）)").rstrip(":：（(").strip())
    words = clean(re.split(PUNCTUATION, bare)[-1])
    words = re.sub(OPTION, "", words)
    label = TRAILING.sub("", LEADING.sub("", words))
    label = UNIT_FIRST.sub("", label) if used and told.strip().startswith(words) else label
    following = clean(re.split(r"[，,。；;、:：\s（(）)]", behind.strip().lstrip("》”"))[0])[:LONGEST_BEHIND]
    is_usable = bool(following) and not following.startswith(("的", "之"))
    if spent and words == spent and is_usable:
        return (f"{head}（{following}）" if head else f"{words}…{following}"), following
    if YEAR.fullmatch(label) and not following.startswith("月"):
        return label, ""  # «2021年    2022年    2023年    »
    if is_label(label) and label not in used and not (following and re.search("[在按第各]$", words)):
        return label, ""
    if label == "第" and head:
        return f"{head}（{following}）", following
    if label in FROM and head and head not in used:
        return head, ""  # «二、服务期限。自____年__月__日至…»
    if label in FUNCTION_WORDS and re.match("[人名]", following):
        return "人数", following
    if label and following and re.search(r"[\u4e00-\u9fff]", label):
        is_measured = COUNTED.fullmatch(following) and len(label) > 2
        return (label if is_measured else f"{words}…{following}"), following
    if not following or (used and re.match(r"\s*[（(]", before) and not NOTE.fullmatch(before.rstrip())):
        named_so = bool(label) and bool(used or head) and not re.fullmatch(r"[A-Za-z\d\-—]+", label)
        return (f"{used[-1] if used else head}（{label}）" if named_so else "" if used else head), ""
    return (f"{head}（{following}）" if head and head != following else following), following


def follows_colon(line: str, gap: Slot, following: Slot | None) -> bool:
    """«联系人：____»: a label as any other, with nothing behind its place that belongs to the value."""
    behind = line[gap.end : following.start if following else len(line)]
    if following and re.match(r"\s*[，,；;]", behind):
        return False  # «联系人：____，手机：____»
    is_worded = (
        bool(WORDED.match(behind))
        and not behind.startswith(("  ", "\u3000"))
        and not UNIT_BEHIND.match(behind)
        and not LABEL_FOLLOWS.match(behind)
    )
    return bool(re.search(r"[:：]\s*(?:[（(][^（）()]{0,20}[)）])?\s*[（(]?$", line[: gap.start])) and not is_worded


def parts_of(line: str, slots: Sequence[Slot]) -> tuple[str, ...]:
    """What is printed between the gaps, and the label of each, in turn."""
    found: list[str] = []
    at = 0
    for slot in slots:
        found += [line[at : slot.start], slot.label]
        at = slot.end
    return (*found, line[at:])


def without(line: str, slots: Sequence[Slot]) -> str:
    """What is printed around the gaps."""
    return "".join(parts_of(line, slots)[::2])
