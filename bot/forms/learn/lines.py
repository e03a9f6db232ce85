"""A line of a blank form: the title, labels with a place behind them, a question, a sentence with gaps, or words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.base.replacing import replace
from bot.base.text import is_blank, squeeze
from bot.forms.learn.inside import DAY_PLACE, LONE_DAY, day_of
from bot.forms.learn.model import Found, Sketch
from bot.forms.learn.printed import (
    BOX,
    GAP_BEFORE_UNIT,
    LONGEST_LABEL,
    QUESTION_END,
    clean,
    is_value_place,
    labelled_pieces,
    lettered_options,
    options_in,
    question_in,
)
from bot.forms.learn.sentences import Slot, parts_of, sentence_in, without

TITLE = re.compile(
    r"[\u4e00-\u9fff]{2,}(?:表|书|单|函|册|卡|卷|回执|名单|台账|一览|登记簿|证明|档案|协议|合同|清单|目录)(?:[（(][^）)]*[）)])?$"
)
PERIOD = re.compile(
    r"(?:20)?(?:[ \u3000]{2,}|[_＿]+)(?P<unit>学?年度?|季度|月份?|学期|届|期)|(?<=年)第?[ \u3000_＿]+(?P<behind>季度|月份?|学期|期)"
)
BARE_PERIOD = re.compile(r"[(（]?(?:20[\d_]{0,2})?_*年?度?第?_*(?:学?年度?|季度|月份?|学期|届|期)[)）]?")
LONGEST_NOTE = LONGEST_HEADING = 24
ADDRESSED = re.compile(r"(?:各|尊敬的).{1,12}[：:]|[^：:\s]{3,}(?:协会|科协|委员会|学会|局|厅|政府|办公室|委)[：:]")
SHORT_TITLE = 4  # «推荐表», whose matter the line above tells
ANSWERED = re.compile(  # «1.您的文化程度是（  ）», with lettered options below
    r"^\s*(?:[(（]?\d{1,2}[)）]?[.、．]?\s*)?(?P<words>[^（(_＿□]{3,44}?)\s*(?P<note>[（(][^（）()]{1,8}[)）])?\s*[:：]?\s*[（(][\s_＿]*[)）]\s*(?:[（(][^（）()]{1,8}[)）])?\s*[。.?？:：]?\s*$"
)
DATED_BESIDE = re.compile("(?:签[字名]|单位|学校|公司|人)$")
LETTERED = re.compile(r"\s*[A-H][.、．)）]\s*\S")
HEADING = re.compile(r"^(?:[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.．]?|第[一二三四五]部分)")
NUMBERED_HEADING = re.compile(
    r"^(?:[(（]?[一二三四五六七八九十\d]{1,3}(?:[)）]|[、.．])|[A-Z]\d{0,2}[.、．]|第[一二三四五]部分)[^。；:：_]+$"
)
CLAUSE = re.compile(
    r"\s*(?:(?P<number>第[一二三四五六七八九十\d]{1,3}条)|[(（]?[一二三四五六七八九十\d]{1,3}[)）]?[、.．]?\s*(?P<head>[\u4e00-\u9fff]{2,8})[。：:])"
)
PERIODS = {"年": "年度", "月": "月份"}


def is_title(text: str) -> bool:
    name = squeeze(text)
    # «四、自评表» heads a part of a form.
    is_other = re.match(r"附件|请|注|[一二三四五六七八九十]{1,3}[、.．]", name)
    return 4 <= len(name) <= 60 and bool(TITLE.search(name)) and not is_other and ":" not in name


def read_line(line: str, sketch: Sketch, *, framed: bool) -> None:
    """The title, labels with a place behind them («填报单位：____  填报日期：  年 月 日»), a question, a sentence with gaps, or words."""
    into = sketch.outside if framed else sketch.inner
    asked, sketch.asked = sketch.asked, ""
    lone, sketch.lone = sketch.lone, sketch.lone if is_blank(line) else None
    if is_below(line, asked, lone, into, sketch, framed=framed):
        return
    if is_blank(line) and not options_in(line):
        sketch.leaves(line)
        if asked and re.search("[_＿]{4}", line):
            into.append(Found(asked, "____", outside=framed, is_long=True))
            sketch.texts = [text for text in sketch.texts if clean(HEADING.sub("", text)) != asked]
        elif not line.strip():
            sketch.asked = asked
        return
    if reads_head(line, sketch):
        return
    if (answered := ANSWERED.match(line)) is not None:
        sketch.asked, sketch.by_letter = clean(answered["words"]), True
        sketch.says(line)
        return
    line, is_whole = read_sentence(line, into, sketch, framed=framed)
    if is_whole:
        return
    question, options = question_in(line)
    if options or question:
        if options:
            into.append(Found(question, options, outside=framed))
        else:
            sketch.asked, sketch.by_letter = question, False
            sketch.says(line)
        return
    signers = next((row for row in reversed(sketch.rows) if len(set(row)) == len(row)), ())
    if reads_days(line, signers, into, sketch, framed=framed):
        return
    if NUMBERED_HEADING.match(line.strip()) and len(squeeze(line)) <= LONGEST_LABEL + LONGEST_NOTE:
        # Lines to write on may stand below it.
        sketch.asked, sketch.by_letter = clean(HEADING.sub("", line.strip())), False
    pieces = labelled_pieces(line, colon_only=False)
    open_ones = [piece for piece in pieces if is_value_place(piece.printed)]
    before = line[: max(line.find(pieces[0].label), 0)].strip() if pieces else ""
    if before.endswith(("。", "；", "！")):
        sketch.says(before)  # «我已阅读并同意须知。  签名：»
    if not sketch.labels and ADDRESSED.fullmatch(line.strip()):
        pieces = open_ones = []  # «清河市科学技术协会：», below the title
    if not open_ones or len(open_ones) < len(pieces):
        # A label that has its value printed is the office's own («联系人：王老师»).
        sketch.says(line)
    # «甲方：____ 电话：____», «乙方：____ 电话：____»; where both are stamped below is nothing new.
    is_known = bool(open_ones) and any(one.label == open_ones[0].label for one in (*sketch.inner, *sketch.outside))
    # «姓名：____ 性别：____», and the same line once more for the next one.
    row = tuple(piece.label for piece in open_ones)
    times = 1 + sketch.rows.count(row) if len(row) > 1 else 1
    sketch.rows.append(row)
    into += [
        Found(
            piece.label if times == 1 else f"{piece.label}（{times}）",
            piece.printed,
            words="" if times == 1 else piece.label,
            outside=framed,
            starred=piece.starred,
            below=bool(sketch.tables),
            before=whose(row, i, signers) if len(set(row)) < len(row) or not (is_known or i == 0) else "",
        )
        for i, piece in enumerate(open_ones)
    ]
    into += day_beside(into)
    sketch.lone = into[-1] if len(pieces) == len(open_ones) == 1 and re.search(r"[：:]\s*$", line) else None


def day_beside(into: Sequence[Found]) -> list[Found]:
    """«单位（盖章）：____      年  月  日»: the place of the day behind whoever signs or stamps."""
    last = into[-1] if into else None
    if last is None or not (DATED_BESIDE.search(last.label) and LONE_DAY.fullmatch(last.printed)):
        return []
    frame, last.printed = last.printed, ""
    return [replace(day_of(into[-1:], ""), outside=last.outside, below=last.below)] if frame.strip() else []


def whose(row: Sequence[str], i: int, above: Sequence[str]) -> str:
    """Of whom the label is: the first of its line; of one that comes twice the nearest that does not («教练员1：  电话：  教练员2：  电话：»), or the one above it
    («电话：  电话：» below «甲方：  乙方：»)."""
    if row.count(row[i]) == 1:
        return row[0] if i else ""
    if len(set(row)) == 1:
        return above[i] if len(above) == len(row) else ""
    own = [label for label in row[:i] if row.count(label) == 1]
    return own[-1] if own else "" if row[0] == row[i] else row[0]


def reads_days(line: str, signers: Sequence[str], into: list[Found], sketch: Sketch, *, framed: bool) -> bool:
    """The place of a date and nothing else; of several side by side below *signers* («____年__月__日      ____年__月__日» below «甲方：____      乙方：____»)
    each is that of the label above it."""
    days = list(DAY_PLACE.finditer(line))
    if len(days) == len(signers) > 1 and is_blank(DAY_PLACE.sub("", line)):
        sketch.lines.append((*(part for one in signers for part in ("", f"{one}日期")), ""))
        into += [Found(f"{one}日期", "年月日", outside=framed, below=bool(sketch.tables)) for one in signers]
        return True
    if not LONE_DAY.fullmatch(line) or sketch.is_dated:
        return False
    taken = any(one.label == "日期" for one in (*sketch.inner, *sketch.outside))
    sketch.is_dated, label = True, "落款日期" if taken else "日期"
    sketch.lines.append(("", label, ""))
    into.append(Found(label, line.strip(), outside=framed, below=bool(sketch.tables)))
    return True


def is_below(line: str, asked: str, lone: Found | None, into: list[Found], sketch: Sketch, *, framed: bool) -> bool:
    """Options below their question, or below a label («6．现有设备（可多选）：»)."""
    is_box = BOX.match(line.strip())
    if asked and (is_box or lettered_options(line) or (sketch.by_letter and LETTERED.match(line))):
        add_options(asked, line, into, sketch, framed=framed)
        return True
    if lone is None or not is_box or not options_in(f"{lone.printed}\n{line}"):
        return False
    lone.printed, lone.is_long, sketch.lone = f"{lone.printed}\n{line}".strip(), False, lone
    return True


def read_sentence(line: str, into: list[Found], sketch: Sketch, *, framed: bool) -> tuple[str, bool]:
    """The gaps of a sentence; what is printed around them, and whether that is all."""
    gaps = sentence_in(line)
    if not gaps:
        return line, False
    clause = CLAUSE.match(line)
    in_sentences = {label for parts in sketch.lines for label in parts[1::2]}
    known = {one.label for one in (*sketch.inner, *sketch.outside)}
    if clause and clause["number"]:
        gaps = [replace(gap, label=f"{clause['number']}{gap.label}") if gap.label in known else gap for gap in gaps]
    else:
        head = clause["head"] if clause else ""
        worded = {gap.label for gap in gaps if not options_in(gap.printed)}
        gaps = [told_from(gap, head) if gap.label in known - (in_sentences & worded) else gap for gap in gaps]
    sketch.lines.append(parts_of(line, gaps))
    before = ["", *(gap.label for gap in gaps)]
    into += [Found(gap.label, gap.printed, outside=framed, before=one) for gap, one in zip(gaps, before, strict=False)]
    line = without(line, gaps)
    return line, not options_in(line)


def counted_in(text: str, sketch: Sketch) -> list[Found]:
    """«共计    台（件）», «自    月  日至    月  日在        公示，结果：□无异议 □有异议» in a cell of its own."""
    gaps = sentence_in(text) if "\n" not in text else []
    if len(gaps) == 1 and not GAP_BEFORE_UNIT.search(text):
        return []
    if gaps:
        sketch.lines.append(parts_of(text, gaps))
    return [Found(gap.label, gap.printed) for gap in gaps]


def reads_head(line: str, sketch: Sketch) -> bool:
    """The title, or «（    年度）» below it."""
    if is_title(line):
        if not sketch.title or (not sketch.labels and len(line) > len(sketch.title)):
            read_title(line, sketch)
        return True
    name = squeeze(line)
    if len(name) <= SHORT_TITLE and TITLE.fullmatch(name) and not (sketch.title or sketch.labels - len(sketch.outside)):
        # «东屿市优秀科技工作者» over «推   荐   表».
        above = squeeze(sketch.texts[-1]) if sketch.texts else ""
        is_name = len(above) <= LONGEST_HEADING and not re.search(r"[\d:，。；()]$|^附|[:，。；]", above)
        sketch.title = (above if is_name else "") + name
        return True
    if is_period(line):
        read_period(line, sketch)
        return True
    return False


def is_period(line: str) -> bool:
    """«（    年度）», and nothing else."""
    return bool(PERIOD.search(line)) and bool(BARE_PERIOD.fullmatch(squeeze(line)))


def told_from(gap: Slot, head: str) -> Slot:
    """«四、报酬。甲方□不支付 □支付…»: who is named above is not what is chosen here."""
    options = "/".join(one.label for one in options_in(gap.printed))
    return replace(
        gap, label=f"{head}（{gap.label}）" if head else f"{gap.label}（{options}）" if options else gap.label
    )


def read_title(line: str, sketch: Sketch) -> None:
    """The title; the gaps in it for the time that the form is about («工作台账（   年第   季度）») are fields."""
    gaps = read_period(line, sketch)
    if gaps:
        bare = (
            re.sub(r"[（(][^（）()]*[）)]", "", line)
            if re.search("[（(]", line[: gaps[0].start()])
            else PERIOD.sub("", line)
        )
        line = bare if len(squeeze(bare)) > 3 else line
    sketch.title = re.sub(r"\s+", "", line.strip())


def read_period(line: str, sketch: Sketch) -> list[re.Match[str]]:
    """The gaps in a line for the time that the form is about."""
    gaps = list(PERIOD.finditer(line))
    parts: list[str] = []
    at = 0
    for gap in gaps:
        unit = gap["unit"] or gap["behind"]
        start = gap.start() + gap[0].startswith("第")
        parts += [line[at:start], PERIODS.get(unit, unit)]
        at = gap.end() - len(unit)
        sketch.outside.append(Found(parts[-1], outside=True))
    if parts:
        sketch.lines.append((*parts, line[at:]))
    return gaps


def add_options(asked: str, line: str, into: list[Found], sketch: Sketch, *, framed: bool) -> None:
    """A further line of options below their question."""
    if into and into[-1].label == asked:
        into[-1].printed += f"\n{line}"
    else:
        into.append(Found(asked, line, outside=framed))
        sketch.texts = [
            text
            for text in sketch.texts
            if squeeze(clean(QUESTION_END.sub("", text))) != squeeze(QUESTION_END.sub("", asked))
        ]
    sketch.asked = asked
