"""What is printed on a blank form: labels, places for a value, lists of options, sentences with gaps for numbers."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from bot.base.text import fold, is_blank, squeeze
from bot.forms.entry.signed import ROLE
from bot.forms.labels.index import NOTE
from bot.forms.values.tick_marks import EMPTIES, HINT, HOW_TO_TICK, Choice

BOX = re.compile(rf"[{re.escape(EMPTIES)}]|[\[(（【〔]\s*[\])）】〕]")
GAP = re.compile(
    r"([\u4e00-\u9fff]{2,16})\s*[:：]?\s*[_＿\s\u3000]+(人次|人|名|位|场|次|份|册|件|元|万元|平方米)(?=[\s，,。；;、]|$)"
)
GAP_IN_BRACKETS = re.compile(r"[（(](?=[^）)]*[\s_＿])[^）)]*[)）]")
OPTION_NUMBER = re.compile(r"[A-Za-z\d①-⑩][.、．)）]?")
OPTION_NUMBER_BEHIND = re.compile(r"(?<=[\u4e00-\u9fff）)])[A-Z][.、．)）]$|[①-⑩]$")
NUMBERED = re.compile(
    r"\s*(?P<number>\d[.、．)）]?|[A-H][.、．)）]?|[①-⑧])\s*(?P<label>[\u4e00-\u9fff]{2,10}|(?<=[①-⑧])[^\s①-⑧]{2,10}?)(?=\s|$|[①-⑧])[；;，,]?"
)
GRADE = re.compile(
    r"(?:很|非常|比较|较|不|基本|十分|最)?不?(?:满意|同意|了解|好|赞成|清楚|符合|合格|需要|重要|喜欢|感兴趣|熟悉)|一般|较?差|优秀?|良好?|中|及格|不及格|是|否|有|无|"
    r"(?:周|星期)[一二三四五六日天]|说不清|不知道|没有|每[天日周月年]|几乎每[天周月]|很少|较少|从不|偶尔|有时|经常|总是|已完成|未完成|[A-E]|[特一二三四甲乙丙丁优良][级等]"
)
FRAMED = re.compile(r"\s*【\s*([\u4e00-\u9fff]{1,10})\s*】[\s/／、]*")
ANSWER_PLACE = re.compile(r"[:：]\s*[（(]\s*[)）]$")
ANOTHER = re.compile(
    r"(?:[ \u3000\t]{2,}|\u3000)(?=[\u4e00-\u9fff]{2,8}[：:])|[ \u3000\t]+(?=[（(][\u4e00-\u9fff]{2,6}[ \u3000_＿]{2,}(?:平方米|㎡|万?元|人次?|[个名次场米])[)）])|(?<=\S)[ \u3000\t]+(?=其[他它]\s*[：:])"
    r"|[ \u3000\t]{2,}(?=[\u4e00-\u9fff]{2,10}[ \u3000_＿]*(?:小时|[天次场人元个名])\s*$)"
)  # a label behind the last option
NOTED_BEHIND = re.compile(r"[ \t]?(?:[（(][^（）()]*[)）]\s*[:：]|[:：])[\s_＿]*$")  # «有□（请简述）：»
UNCLOSED = re.compile(r"(?<=[\u4e00-\u9fff])[（(][^（）()]*$")
OPTION_LETTER = re.compile(r"^[A-H][.、．)）](?=[\u4e00-\u9fff])")
NOTE_OF_OPTION = re.compile(r"(?<=[\u4e00-\u9fff])[（(][^（）()]+[）)]$")
# «□有，面积____平方米», its gap told already
MEASURING = re.compile(
    r"[，,；;](?!.*[，,；;]).{1,8}(?:平方米|万?元|人次?|[个名次场年月天台套件间处米]|小时|千米|公里|㎡|[:：])$"
)
PAIR = re.compile(r"\s*([\u4e00-\u9fff]{1,6})\s*[/／]\s*([不未没无]\1)\s*[；;，,。]?\s*")
TO_MARK = re.compile(r"[（(]\s*请?(?:圈选|圈出|划圈|画圈|勾选|[任单多]选|[任选]选?其?一)[^（）()]{0,6}[)）]")
SHORT_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z\d—–-]{1,10}")
OTHERS = ("其他", "其它")
LONGEST_OPTION, LONGEST_NOTED = 20, 48


class Phrase(Struct, frozen=True):
    """The words before a gap that takes a number («预计公众参与活动人数____人»)."""

    words: str
    unit: str


def options_in(text: str) -> tuple[Choice, ...]:
    """The options of a list with empty boxes before or behind each; empty where there is no such list."""
    if kept := one_of(text):
        return kept
    text = HOW_TO_TICK.sub(" ", text)
    boxes = list(BOX.finditer(text))
    if len(boxes) > 1 and all(ANSWER_PLACE.search(text[: box.end()]) for box in boxes):
        return ()  # «1.有无过敏：（    ） 2.有无病史：（    ）»
    if len(boxes) == 1 and text.lstrip().startswith(boxes[0][0]) and boxes[0][0][:1] in "（(":
        rest = text[boxes[0].end() :]
        return numbered_options(rest) or lettered_options(
            rest
        )  # «（    ）A.投影仪  B.音响», with the letter written in front
    if len(boxes) < 2:
        return numbered_options(text) or lettered_options(text) if not boxes else ()
    before = text[: boxes[0].start()].strip(" \t\n\u3000:：")
    if OPTION_NUMBER.fullmatch(before):
        # «A.□种植技术  B.□养殖技术»
        before = ""
    if before and len(before) <= LONGEST_OPTION and not is_blank(DATES.sub("", before)):
        starts = [0, *(box.end() for box in boxes[:-1])]
        pieces = [text[a : box.start()] for a, box in zip(starts, boxes, strict=True)]
        noted_behind = NOTED_BEHIND.match(text, boxes[-1].end())
        pieces[-1] += noted_behind[0] if noted_behind else ""
    else:
        ends = [*(box.start() for box in boxes[1:]), len(text)]
        pieces = [text[box.end() : b] for box, b in zip(boxes, ends, strict=True)]
    found: dict[str, Choice] = {}
    for piece in (ANOTHER.split(piece.lstrip("\n"))[0] for piece in pieces):
        hint = HINT.search(piece) or GAP_IN_BRACKETS.search(piece)
        first, _, rest = piece.strip().partition("\n")
        gap = first if not is_blank(rest.replace("_", "")) else piece
        noted = (hint is not None and hint.start() <= len(first)) or bool(
            re.search(r"[_＿]{2,}|[:：]\s*$|[，,].*[ \u3000]{3,}[\u4e00-\u9fff]", gap)
        )
        printed = re.split(
            r"(?<=[\u4e00-\u9fff])(?:[_＿]{2,}|[ \u3000]{2,}(?=[\u4e00-\u9fff]{1,2}\s*$))",
            piece[: hint.start()] if hint else piece,
        )[0]
        label = re.sub(r"\s+", "", printed.split("\n")[0])
        # «□是（资助部门：    金额：    ）»: what is told beside it has a label of its own.
        noted = noted or bool(UNCLOSED.search(label))
        label = UNCLOSED.sub("", label)
        label = OPTION_NUMBER_BEHIND.sub("", OPTION_LETTER.sub("", label)).strip("_＿:：、，,。；;")
        noted = noted or label in OTHERS  # whoever ticks it says what
        if 0 < len(label) <= LONGEST_NOTED:
            whole = re.sub(r"\s+|[_＿]+", "", piece.split("\n")[0]).strip(":：、，,。；;") if noted else label
            # What is printed behind the option («是（ 元/人）», «是，面积约____平方米») is no note of whoever ticks it.
            own = re.split("[，,；;]", label)[0] if noted or MEASURING.search(label) else label
            names = [name for name in dict.fromkeys((label, whole)) if name != own and len(name) <= LONGEST_NOTED]
            found.setdefault(own, Choice(own, tuple(names), noted))
    shorter = [NOTE_OF_OPTION.sub("", label) for label in found]
    if len(set(shorter)) == len(found):
        found = {own: without_note(choice, own) for own, choice in zip(shorter, found.values(), strict=True)}
    return tuple(found.values()) if len(found) >= 2 and all(len(one) <= LONGEST_OPTION for one in found) else ()


def one_of(text: str) -> tuple[Choice, ...]:
    """«S  M  L（圈选）», «愿意／不愿意；»: words without boxes of which one is to be marked or kept."""
    if pair := PAIR.fullmatch(text):
        return (Choice(pair[1]), Choice(pair[2]))
    how = TO_MARK.search(text) or HOW_TO_TICK.search(text)
    words = re.split(r"[ \t\u3000/／、]+", text[: how.start()].strip()) if how and not text[how.end() :].strip() else []
    is_list = 1 < len(set(words)) == len(words) and all(SHORT_WORD.fullmatch(word) for word in words)
    return tuple(map(Choice, words)) if is_list else ()


def boxes_behind(text: str) -> bool:
    """«是□  否□»: each box directly behind its option."""
    boxes = list(BOX.finditer(text))
    return len(boxes) > 1 and all(
        re.search(r"[\u4e00-\u9fff）)]$", text[: box.start()]) and not text[box.end() :][:1].strip() for box in boxes
    )


def without_note(choice: Choice, own: str) -> Choice:
    """The option by its *own* words, where the form tells in brackets what it means («专业组（科技场馆、科普基地讲解员）»)."""
    names = choice.synonyms if own == choice.label else (choice.label, *choice.synonyms)
    return Choice(own, names, choice.noted)


def lettered_options(text: str) -> tuple[Choice, ...]:
    """«A.电视  B.手机  C.报纸», without boxes: the letter is written somewhere else."""
    pieces = re.split(r"(?:^|(?<=[\s；;，,]))([A-H])\s*[.、．)）]\s*", text.strip())
    letters, words = pieces[1::2], [piece.strip(" \t\u3000\n；;，,。") for piece in pieces[2::2]]
    if pieces[0].strip() or len(letters) < 2 or "".join(letters) != "ABCDEFGH"[: len(letters)]:
        return ()
    is_list = all(0 < len(word) <= LONGEST_OPTION for word in words) and len(set(words)) == len(words)
    names = [bare_option(word) or word for word in words] if is_list else []
    return tuple(Choice(n, (), "_" in fold(w) or n in OTHERS) for n, w in zip(names, words, strict=False))


def bare_option(text: str) -> str:
    """Without its place for a note, and what is told in brackets behind it; «乡镇（街道）科协» is one word."""
    return re.sub(r"[（(][^（）()]*[)）]?$", "", re.split(r"[_＿:：]", text)[0].strip()).strip()


def numbered_options(text: str) -> tuple[Choice, ...]:
    """«1.科技场馆 2.科普基地 3.科技公园», «【是】【否】» or grades, in one line and without boxes."""
    if not FRAMED.sub("", text).strip() and len(framed := FRAMED.findall(text)) > 1:
        return tuple(map(Choice, framed))  # «【是】【否】»
    grades = re.split(r"[ \t\u3000]+|/", text.strip())
    is_pair = len(grades) == 2 and grades[1] == f"不{grades[0]}"
    if (is_pair or len(grades) > 2) and len(set(grades)) == len(grades) and all(map(GRADE.fullmatch, grades)):
        return tuple(map(Choice, grades))  # «优秀  良好  合格  不合格»
    found = {match["label"]: match["number"] for match in NUMBERED.finditer(text)}
    is_all = NUMBERED.sub("", text).strip() == "" and "\n" not in text.strip() and len(found) > 2
    marked = {label: (f"{n[0]}.{label}",) if n[0].isdecimal() else () for label, n in found.items()}
    return tuple(Choice(label, names) for label, names in marked.items()) if is_all else ()


def counted_phrases(text: str) -> tuple[Phrase, ...]:
    """The gaps for numbers in a printed sentence."""
    if len(text) > 400 or options_in(text):
        return ()
    return tuple(Phrase(match[1], match[2]) for match in GAP.finditer(text))


LEAST_LABEL, LONGEST_LABEL = 2, 28
GAP_BEFORE_UNIT = re.compile(  # but «姓   名»
    r"(?<!^[^约共计每第近达满])(?<=\S)(?:[ \u3000]{3,}|[_＿]{2,}\s*)(?:[台件个人名次场套份册页天元项张字本辆幅盏把株瓶袋盒顶]|[学课]时|万元|人次|平方米)(?:[（(][^（）()]{1,4}[)）])?\s*$"
)
ALIKE = re.compile(
    r"(?:^|\s)([\u4e00-\u9fff])[\u4e00-\u9fff][ \u3000]{3,}\1[\u4e00-\u9fff](?:[ \u3000]{2,}|(?<=最.))$"
)  # words with a gap behind each
PICTURE = re.compile(r"照片|相片|免冠|证件照|贴.{0,2}[照相像]")
COUNTED = re.compile(
    r"(?:[百千万亿]?(?:元|人次?|件|册|份|亩)|[处只米块套台辆页张字间座所条门节吨户村幅期集部本种届批组班盏把株头袋瓶盒枚艘顶床双副根棵箱]|课时|学时|公顷|公斤|千克|千瓦|名|个|次|场次?|份|册|件|项|篇|家|支|位|天|年|月|日|岁|小时|分钟|平方米|(?:平方)?公里|㎡|[男是有][/、]?[女否无]|需要?[/、]不需要?)"
)
# What stands in a value's place and leaves it empty.
FILLERS = re.compile(
    r"20\d{0,2}(?=\s*年)|[￥¥]|人民币|[万仟佰拾角整](?=[\s_＿]|$)|约|共(?=[\s_＿])|(?<=[\s_＿])[字张]|自|从|起|止|年|月|日|时|分|[上下]?午|至|到|(?:加?盖|单位)?(?:[公盖签]\s*章|章)|(?:本人|负责人|单位负责人|法定代表人|家长|领导|校长|主要负责人)?(?:亲笔)?(?:签[名字]|手签)|"
    r"秒|万?元|人次?|名|个|次|场|平方米|^\s*[(（]?\d[)）]?[.、．)）](?=[\s_＿]*$)|[(（][^（）()]{0,30}[)）]"
)
YEAR = re.compile(r"(?:19|20)\d\d年?度?|第[一二三四1-4]季度|\d{1,2}月份?|(?:本|上|今|去|前)年度?|本月|本年累计")
DATES = re.compile(r"[自从年月日时分午至到\-—~～]")
NUMBERS = re.compile(r"\s*(?:[(（]?\d[)）.、．][\s_＿]*){2,}|\s*(?:[①-⑨][\s_＿]*){2,}")  # «1.____ 2.____ 3.____»
MEASURED = re.compile(
    r"\s*[_＿]{2,}\s*[\u4e00-\u9fffa-zA-Z㎡%/³²]{0,5}\s*(?:[（(][^（）()]{1,24}[)）])?\s*"
)  # «____千瓦»
OR = re.compile(r"[^/()（）:：]{1,6}(?:/[^/()（）:：]{1,6}){2,}")  # «小学/初中/高中»: one of these is to be kept
NO_LABEL = re.compile(
    r"[。；;!！?？]|[，,](?!.{2})|^.{0,4}[，,]|[，,].*[，,]|(?:请|须|应|如).*[，,]|[，,].*(?:请|须|应|如)|^(?!.*(?:[是能可]否|有无)).*\d{2}(?!\d*[A-Za-z])|年月日$|^(?:附件|附表|注[:：]|第.{1,3}页)|^注$"
)
# «2023年营业收入», «35岁及以下会员»: a number that tells which ones
OF_AGE = re.compile(
    r"(?:20\d\d年度?(?!\d|[上下]?[半月至到底])|\d{2}(?:周?岁|小时)(?:及?以[上下])?)(?=[\u4e00-\u9fff（(]|$)"
)
OPINION = re.compile(r"意见|签[字名章]|盖章|承诺|声明|审[核批]|结论")
STAMPS = re.compile(r"(?:.{0,8}(?:签[名字章]|盖章|公章)|日期|时间|年月日|注|说明)$")
PIECE = re.compile(
    r"(?P<star>[*＊★]?)\s*(?P<label>[省市县区镇乡村院科处](?=[(（][省市县区镇乡街道村社系部所室、/]{1,8}[)）])|[\u4e00-\u9fffA-Za-z][\u4e00-\u9fffA-Za-z\-/、 \u3000]{1,30}?(?:(?<=[\u4e00-\u9fff])[1-9])?)\s*(?P<note>(?:[（(][^（）()]{1,16}[）)])?)\s*"
    r"(?P<star2>[*＊★]?)\s*(?:(?P<colon>[:：])|(?P<line>[_＿]{3,}))"
)


class Labelled(Struct, frozen=True):
    """A label inside of a text and what is printed behind it."""

    label: str
    printed: str = ""
    starred: bool = False


def labelled_pieces(line: str, *, colon_only: bool = True) -> list[Labelled]:
    """«填报单位：____  填报日期： 年 月 日» as its labels; a line to write on stands for the colon unless ``colon_only``."""
    line = IN_WHAT.sub("", line)
    hits = [(hit, *own_words(hit)) for hit in PIECE.finditer(line) if hit["colon"] or not colon_only]
    hits = [
        one
        for one in hits
        if is_label(one[1] + (one[0]["note"] if len(one[1]) == 1 else ""))
        and not re.search(
            r"《\s*$" if options_in(line[one[0].end() :]) else r"(?:[^\s_＿]|^)[,，]\s*$|《\s*$", line[: one[2]]
        )
    ]
    hits = [one for one in hits if not is_measure(line[: one[2]], line[one[0].end() :], one[1])]
    if not boxes_behind(line):
        hits = [
            one for one in hits if not re.search(r"[□☐○]\s*(?:[^\s□☐○]{1,8}[（(])?$", line[: one[2]])
        ]  # of an option
    if not hits and (two := NUMBERED_CLAUSES.match(line)):
        return [Labelled(clean(two["label"]), line[two.end() :].strip())]
    found: list[Labelled] = []
    for (hit, label, _), stop in zip(hits, [*(start for _, _, start in hits[1:]), len(line)], strict=False):
        starred = bool(hit["star"] or hit["star2"]) or "必填" in hit["note"]
        before = OF_PLACE_BEFORE.fullmatch(line[: hit.start("label")]) if not found else None
        label = before[1] + label if before else label
        found.append(
            Labelled(
                clean(label + hit["note"]),
                re.sub(r"(?<=\s)(?:[，,；;]|[(（]?\d{1,2}[)）.、．])$", "", line[hit.end() : stop].strip()).strip(),
                starred,
            )
        )
    return found


# «7.主要困难，按程度由高到低排序：____»
NUMBERED_CLAUSES = re.compile(
    r"\s*[(（]?\d{1,2}[)）]?[.、．]\s*(?P<label>[\u4e00-\u9fff]{2,12}[，,][\u4e00-\u9fffA-Za-z]{2,20})\s*[:：]"
)


def labels_all(printed: str) -> bool:
    """«场地：□好 □差  设备：□完好 □损坏»: lists of options, each with a label of its own."""
    return labels_only(printed, options_in)


def labels_only(line: str, is_place: Callable[[str], object] | None = None) -> bool:
    """«投影：是( )否( )  话筒：____支»: labels one after another, the first with nothing but its place behind it; without *is_place* all of them."""
    pieces = labelled_pieces(line)
    if len(pieces) < 2 or not squeeze(line).startswith(squeeze(pieces[0].label)):
        return False
    return bool(is_place(pieces[0].printed)) if is_place else all(is_value_place(piece.printed) for piece in pieces)


# «项目名称：____  承担单位：____  单位：万元»
IN_WHAT = re.compile(r"(?<=\s)[（(]?(?:金额)?单位\s*[：:]\s*(?:(?:[百千万亿]?元|人次?|[次个件])[、，,/\s]*)+[)）]?\s*$")


def is_measure(before: str, behind: str, label: str) -> bool:
    """«（单位：万元）» tells in what is counted."""
    if label.endswith("单位") and re.match(
        r"\s*(?:(?:[百千万亿]?元|人次?|[次个件])[、，,/\s]*)+(?:\s|[)）]|$)", behind
    ):
        return True
    return before.rstrip().endswith(("（", "(")) and bool(re.match(r"\s*[\u4e00-\u9fff]{1,4}\s*[)）]", behind))


def own_words(hit: re.Match[str]) -> tuple[str, int]:
    """The label and where it begins: words before a blank are the value before («韩老师  联系电话：»), single characters are spaced out («姓 名：»)."""
    label = re.search(r"(?:(?:^|(?<=\s))\S(?:\s+\S(?!\S))*|\S+)$", hit["label"].rstrip())
    words = hit["label"].rstrip() if label is None or len(squeeze(label[0])) < LEAST_LABEL else label[0]
    return words, hit.end("label") - (len(hit["label"]) - hit["label"].rindex(words))


def is_value_place(printed: str) -> bool:
    """Nothing is printed there but a line to write on, options, gaps, a place for stamp and date, or what is counted."""
    if is_blank(printed) or options_in(printed) or counted_phrases(printed):
        return True
    return (
        is_blank(FILLERS.sub("", printed))
        or bool(NUMBERS.fullmatch(printed))
        or bool(MEASURED.fullmatch(printed))
        or bool(OR.fullmatch(squeeze(printed)))
        or bool(COUNTED.fullmatch(squeeze(printed)))
    )


def is_picture(text: str) -> bool:
    """A place for a photo, which holds no words."""
    name = squeeze(text)
    return len(name) <= 30 and bool(PICTURE.search(name)) and not re.search(r"数|链接|地址|编号|序号|张", name)


def note_of(text: str) -> str:
    """The last note in brackets: in what is counted («（万人次）»)."""
    notes = re.findall(r"[（(]([^（）()]{1,6})[）)]", text)
    return notes[-1] if notes else ""


SIGNATURE = re.compile(r"人\s*签\s*[字名]\s*[:：]")
SIGNER = re.compile(rf"[\u4e00-\u9fff]{{0,6}}{ROLE}\s*[:：]")


def signed_with(label: str, printed: str) -> list[str]:
    """What an opinion is signed and dated with, by the words that are printed in its place."""
    if not (OPINION.search(squeeze(label)) or SIGNATURE.search(printed)):
        return []
    who = re.search(r"([\u4e00-\u9fff]{0,6})[（(]?\s*(签\s*[字名])", printed)
    signer = SIGNER.search(printed)
    names = [f"{who[1]}{squeeze(who[2])}"] if who else [clean(signer[0])] if signer else []
    # «□限期整改（  年  月  日前）» is dated by its own words.
    is_dated = bool(re.search(r"(?:年[\s_＿]*|[\s_＿]{2,})月[\s_＿]*日", re.sub(r"[（(][^（）()]*[)）]", "", printed)))
    return names + (["日期"] if is_dated else [])


# «县（市、区）»: what stands in brackets is a part of the label.
OF_PLACE = re.compile(r"(?:所在|所属)?[省市县区镇乡村院科处][(（][省市县区镇乡街道村社系部所室、/]{1,8}[)）]")


OF_PLACE_BEFORE = re.compile(rf"\s*({OF_PLACE.pattern})")  # «县（市、区）科协：»


def is_label(text: str) -> bool:
    if OF_PLACE.fullmatch(re.sub(r"[\s:：*＊★]", "", text)):
        return True
    name = squeeze(re.sub(NOTE, "", squeeze(text))).rstrip(":*").lstrip("*★")
    name = re.sub(r"^其中[:,、]?", "", name)
    if not 2 <= len(name) <= LONGEST_LABEL or NO_LABEL.search(OF_AGE.sub("", name)) or COUNTED.fullmatch(name):
        return False
    if options_in(text) or counted_phrases(text) or is_blank(DATES.sub("", text)) or OR.fullmatch(squeeze(text)):
        return False
    if re.search(r"\S[ \u3000_＿]{2,}\S", text) and (
        is_blank(FILLERS.sub("", text)) or GAP_BEFORE_UNIT.search(text) or ALIKE.search(text)
    ):
        return False  # «约    人», «共计    台（件）», «最低      最高    »
    return (
        ":" not in name
        and bool(re.search(r"[\u4e00-\u9fff]{2}|e-?mail|^(?:qq|isbn|issn|wechat|tel|doi|url|fax)$", name))
        and not re.search(r"[_]{2}", name)
    )


def clean(text: str) -> str:
    """A label without blanks, number, notes in brackets behind it, star and colon."""
    name = re.sub(r"^[A-Z]\d{0,2}[.、．](?=[\u4e00-\u9fff])", "", re.sub(r"\s+", "", text.strip()))
    name = re.sub(r"^(?:[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、．)）]|[*＊★])+", "", name)
    for _ in range(3):
        if OF_PLACE.fullmatch(name.strip(":：*＊★")):
            break
        name = re.sub(
            r"[（(](?!(?:[大小]写|[一二三四五六七八九十]|\d{1,2})[)）])[^（）()]{0,40}[)）]$", "", name
        ).strip(":：*＊★")
    return name


QUESTION_END = re.compile(r"[?？:：]\s*$|[?？]?\s*[（(][^（）()]{1,12}[)）]\s*[:：]?\s*$")
QUESTION = re.compile(
    r"^\s*(?:[(（]?\d{1,2}[)）]?[.、．]?)?\s*(?P<words>[^□☐○_＿]{2,44}?)\s*(?P<end>[?？]?)\s*(?:[(（][^）)]{1,12}[)）])?\s*[:：]?\s*$"
)


def question_in(line: str) -> tuple[str, str]:
    """«4. 每周开设几节？□1节 □2节» as its words and its options; the words alone of one that ends in a question mark. Empty where it is none."""
    box = BOX.search(line)
    options = line[box.start() :] if box and len(options_in(line[box.start() :])) > 1 else ""
    head = line[: box.start()] if box and options else line
    match = QUESTION.match(head)
    if not box and any(options_in(p.printed) or NUMBERS.fullmatch(p.printed) for p in labelled_pieces(line)):
        return "", ""  # «9.授课次数：①1-3次 ②4-6次 ③7次以上», «8.急需的工种：①    ②    ③»
    if boxes_behind(line) and re.search("[:：]", head):
        return "", ""  # «证书：是□ 否□   公示：可以□ 不可以□»
    if match is None or not re.search(r"[\u4e00-\u9fff]{2}", match["words"]):
        return "", ""
    if head.rstrip().endswith((":", "：")) and not match["end"]:
        return "", ""  # a label as any other
    words = clean(match["words"]) + ("？" if match["end"] else "")
    is_numbered = bool(re.match(r"\s*[(（]?\d{1,2}[)）]?[.、．]", line)) and "_" not in line
    return (words, options) if options or match["end"] or is_numbered else ("", "")
