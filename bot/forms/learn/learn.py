"""A blank form of any office -> a first definition of it as TOML, for an admin to look over.

What is printed is seen in ``sketch``; what a label that the packaged definitions know stands for is taken from there, so that the figures and
views find it; else it is guessed, and the guess says how sure it is. A learnt definition never sends a form back for what it only guesses
(``strict = false``), and asks for what the form itself marks as required.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from bot.base.errors import BotError
from bot.base.replacing import replace
from bot.base.text import squeeze
from bot.documents.model import Document
from bot.forms.definitions import FormDefinition, packaged_forms, parse_form
from bot.forms.learn.crossed import TOTAL
from bot.forms.learn.guesses import MEASURES, SUBJECT, Guesser, Learned, with_measures
from bot.forms.learn.model import Found, Sketch
from bot.forms.learn.printed import NUMBERS, counted_phrases, options_in
from bot.forms.learn.sketch import sketches_of

INHERITED = (
    "not_titles", "other_titles", "footers", "closings", "blank_phrases", "number_labels", "skip_rows", "example_rows", "ditto", "own_marks",
    "unit_suffixes", "side_columns",
)  # fmt: skip
OF_TABLES = {"number_labels", "skip_rows", "ditto"}  # what tells the rows of a table apart
MOST_BESIDE = 5  # fields in cells beside a table for entries that leave it a table
LEAST_COLUMNS = 3
MOST_FIELDS = 150
LONGEST_HEADING = 24
NOTICE_SHARE = 0.7  # of what a packaged form requires; a form that has so much is of its kind
WHOSE = r"单位|学校|机构|部门|日期|时间|联系|电话|手机|邮箱|负责人|填[报表]|领队|教练|审核|地区"
WHEN = re.compile("time|period|activity_time|.*date")  # keys: an entry may come without
# What a form is about, the surest first.
SUBJECTS = (
    r"(?:作品|项目|活动|课题|课程|讲座|论文|成果|展品|节目|剧目|比赛|论坛|实验|基地|社团|队伍|团队|场馆|题目|案例).{0,3}(?:名称|题目|标题|主题)$|题目$|^名称$",
    r"(?:队|团队|队伍|社团|品)名$",
    r"(?<!单位)(?<!学校)(?<!机构)(?<!公司)(?<!企业)(?<!银行)名称$",
    r"^(?!联系|填|经办|负责|领队|指导|法).{0,6}姓名$|^姓名(?![、及和])",
    r"(?:单位|学校|机构|企业|公司)(?:名称)?$",
)


class NothingToLearn(BotError):
    """The document holds no table or list of labels that looks like a form."""

    remedy = "请用未填写的空白表（.docx 或 .xlsx）；表中每个栏目名旁边应留有空格"


class Lesson(Struct):
    """One definition in the making. ``groups`` are labels over sentences of several counts."""

    base: FormDefinition
    sketch: Sketch
    fields: list[Learned]
    tables: list[tuple[str, list[Learned]]]
    groups: list[tuple[str, list[str]]]
    anchor: str
    anchor_times: int = 1

    @property
    def is_rows(self) -> bool:
        return self.base.layout == "rows"

    @property
    def inner(self) -> list[Learned]:
        return self.tables[0][1] if self.is_rows else [one for one in self.fields if not (one.outside or one.of)]


def learn(document: Document) -> str:
    """The TOML text of a definition of the form in *document* that has the most labels; ``NothingToLearn`` where there is none."""
    return learn_all(document)[0]


def learn_all(document: Document) -> list[str]:
    """One definition for each form in *document* («附件1 报名表», «附件2 汇总表»), the one with the most labels first."""
    sketches = sorted(sketches_of(document), key=lambda sketch: -sketch.labels)
    if not sketches:
        raise NothingToLearn(f"{document.name}：没有认出表格栏目")
    taken: Counter[str] = Counter()
    texts = []
    for sketch in sketches:
        lesson = lesson_of(sketch)
        taken[lesson.base.kind.value] += 1
        n = taken[lesson.base.kind.value]
        name = f"learned_{lesson.base.kind.value}" + (f"_{n}" if n > 1 else "")
        text = "\n".join(lines(lesson, name)) + "\n"
        parse_form(tomllib.loads(text), document.name)
        texts.append(text)
    return texts


def lesson_of(sketch: Sketch) -> Lesson:
    is_rows = is_list(sketch)
    if is_rows:
        # What is summed up below a list is no entry.
        sketch.outside += [replace(one, outside=True) for one in sketch.inner]
        sketch.inner = []
    base = next(form for form in packaged_forms() if form.layout == ("rows" if is_rows else "fields"))
    # The party to a contract is named above it; where it is stamped is the same place once more.
    parties = {one.label for one in sketch.outside if re.fullmatch("[甲乙丙丁]方", one.label)}
    sketch.inner = [one for one in sketch.inner if one.label not in parties]
    inner = Counter(squeeze(one.label) for one in sketch.inner)
    once = [one for one in sketch.outside if inner[squeeze(one.label)] != 1]
    in_tables = [column.label for table in sketch.tables for column in table.columns]
    found = told_apart([*once, *sketch.inner][:MOST_FIELDS], () if is_rows else in_tables)
    columns = [with_measures(told_apart(table.columns)) for table in sketch.tables]
    if not any(not one.outside for one in found) and not is_rows:
        found = [replace(one, outside=False) for one in found]
    plain = [one for one in found if not one.under]
    about = columns[0] if is_rows else [one for one in plain if not one.outside] or plain or found
    # On a cover stands what the form is about; below it persons and units come first.
    named = [] if is_rows else [one for one in plain if re.search(SUBJECTS[0], squeeze(one.label))]
    subject = subject_of(about if any(one in about for one in named) else [*named, *about], plain)
    guesser = Guesser(packaged_forms(), base, subject.label)
    every = (*found, *(column for table in columns for column in table))
    guesser.reserve([*(one.label for one in every), *(one.words for one in every if one.words), *sketch.others])
    fields: list[Learned] = []
    groups: list[tuple[str, list[str]]] = []
    for one in found:
        phrases = counted_phrases(one.printed)
        if len(phrases) > 1 and not is_rows:
            counted = [learned for phrase in phrases if (learned := guesser.counted(phrase.words))]
            fields += counted
            groups.append((one.label, [learned.key for learned in counted]))
        elif (learned := guesser.field(one)) is not None:
            own = [field for field in fields if not field.of]
            whose = [field.key for field in own if field.outside == one.outside and field.label.endswith(one.of)]
            fields.append(replace(learned, of=whose[-1] if one.of and whose else ""))
            fields += listed(fields[-1], one.printed)
    fields = with_unit(fields)
    tables: list[tuple[str, list[Learned]]] = []
    for entries, table in zip(sketch.tables, columns, strict=True):
        guesser.next_table()
        tables.append((entries.label, [learned for one in table if (learned := guesser.field(one)) is not None]))
    times = sum(squeeze(one.label) == squeeze(subject.label) for one in (*sketch.outside, *sketch.inner))
    lesson = Lesson(base, sketch, fields, tables, groups, guesser.anchor, max(1, times))
    return required_as_the_notice(lesson)


def listed(one: Learned, printed: str) -> list[Learned]:
    """«最急需的三个工种：①    ②    ③»: each of these is a value."""
    numbers = len(re.findall(r"[\d①-⑨]", printed)) if NUMBERS.fullmatch(printed) and not one.of else 0
    return [
        Learned(f"{one.key}_no{n}", f"{one.label}（{n}）", "text", outside=one.outside, of=one.key)
        for n in range(1, numbers + 1)
    ]


def with_unit(fields: list[Learned]) -> list[Learned]:
    """Whose the form is, where no label is a known one for it: the first unit that it asks for («依托单位»)."""
    units = [one for one in fields if one.kind == "unit" and one.key != SUBJECT]
    if not units or any(one.key == "reporting_unit" for one in fields):
        return fields
    own = units[0].key
    fields = [replace(one, of="reporting_unit") if one.of == own else one for one in fields]
    return [replace(one, key="reporting_unit") if one.key == own else one for one in fields]


def is_list(sketch: Sketch) -> bool:
    """Its entries are all that it asks for, but for whose it is, when, and by whom."""
    if any(column.is_given for table in sketch.tables for column in table.columns) and (sketch.inner or sketch.outside):
        return False
    about = [one for one in sketch.outside if not re.search(WHOSE, one.label)]
    if len(about) > MOST_BESIDE and len(about) > len(sketch.tables[0].columns if sketch.tables else ()):
        return False  # a list of questions with a table among them
    beside = [one for one in sketch.inner if not (one.under and TOTAL.fullmatch(one.words))]
    if len(sketch.tables) != 1 or len(sketch.tables[0].columns) < LEAST_COLUMNS or len(beside) > MOST_BESIDE:
        return False
    return all(one.below or re.search(WHOSE, one.label) for one in beside)


def told_apart(found: Sequence[Found], beside: Iterable[str] = ()) -> list[Found]:
    """Labels of the same words get the words of their section, or of the label before them, in front; a mere repetition is left out."""
    times = Counter(map(squeeze, (*(one.label for one in found), *dict.fromkeys(beside))))
    kept: dict[str, Found] = {}
    for one in found:
        if times[squeeze(one.label)] > 1:
            ways = (
                one.section + one.label if one.section else "",
                one.before + one.label if one.before else "",
                one.label,
            )
            name = next((way for way in ways if way and squeeze(way) not in kept), "")
            section = name.removesuffix(one.label)
            if not name:
                continue
            one = replace(one, label=name, section=section, words=one.label if section else "")
        kept.setdefault(squeeze(one.label), one)
    return list(kept.values())


def subject_of(found: Sequence[Found], every: Sequence[Found] = ()) -> Found:
    """The label that says what the form is about; it may stand around the table (*every*)."""
    found = [one for one in found if one.measure != MEASURES]
    for one, pattern in ((one, pattern) for labels in (found, every) for pattern in SUBJECTS for one in labels):
        if re.search(pattern, squeeze(one.words or one.label)) or re.search(pattern, squeeze(one.label)):
            return one
    plain = [one for one in found if not options_in(one.printed)]
    return (plain or found)[0]


def required_as_the_notice(lesson: Lesson) -> Lesson:
    """What the packaged form requires is required here only where this is a form of its kind; else it is asked for with a warning."""
    of_form = {spec.key for spec in lesson.base.field if spec.required}
    of_entries = {spec.key for spec in lesson.base.column if spec.required}
    wanted = of_form | of_entries
    have = {one.key for one in (*lesson.fields, *(one for _, table in lesson.tables for one in table)) if one.known}
    is_kind = len(wanted & have) >= NOTICE_SHARE * len(wanted)

    def asked(one: Learned, wanted: set[str]) -> Learned:
        is_wanted = one.known and one.key in wanted
        return replace(
            one, required=one.starred or (is_kind and is_wanted), wanted=is_wanted and not is_kind, local=is_kind
        )

    lesson.fields = [asked(one, of_form) for one in lesson.fields]
    lesson.tables = [(label, [asked(one, of_entries or of_form) for one in table]) for label, table in lesson.tables]
    return lesson


# -- TOML --------------------------------------------------------------------------------------------------


def lines(lesson: Lesson, name: str) -> Iterator[str]:
    base, sketch = lesson.base, lesson.sketch
    # «家长科学课堂报名»: where no line is called a form, the first one says what this is.
    first = next(iter(sketch.texts), "")
    is_called = (
        not sketch.title
        and bool(re.search("报名|登记|申请|申报|预约|反馈|统计|推荐|情况$", first))
        and len(first) <= LONGEST_HEADING
    )
    sketch.title = first if is_called and not re.search("[:：，。_]", first) else sketch.title
    word = title_word(sketch.title) or (sketch.title if is_called else "") or base.label
    n = len(lesson.inner)
    yield "# 由空白表生成的初稿，请核对：每栏的 kind（内容种类）、required（是否必填），并补上别的叫法 synonyms。写有“请核对”的是没有把握的。"
    yield "# 各键的意思见 docs/forms.md。"
    yield f"name = {quoted(name)}"
    yield f"kind = {quoted(base.kind.value)}"
    yield f"layout = {quoted(base.layout)}"
    yield f"label = {quoted(word)}"
    yield f"title = {quoted(sketch.title)}" + ("" if sketch.title else "   # 请核对：没有认出标题")
    yield f"titles = {quoted([word])}"
    yield f"anchor = {quoted(lesson.anchor)}"
    if lesson.anchor_times > 1:
        yield f"anchor_times = {lesson.anchor_times}   # 这一栏的名称在一张表上印了几次"
    yield "strict = false   # 内容有疑问只提示，不退回；核对无误后可改为 true"
    yield f"min_labels = {max(2, min(base.min_labels, (n + 1) // 2))}"
    yield f"min_typed = {max(3, min(base.min_typed, n - 1))}"
    of_tables = next(form for form in packaged_forms() if form.layout == "rows") if lesson.tables else base
    for key in INHERITED:
        told: list[str] = [*getattr(base, key), *(getattr(of_tables, key) if key in OF_TABLES else ())]
        value = [one for one in dict.fromkeys(told) if not (key.endswith("titles") and one in sketch.title)]
        if key == "example_rows":
            value = [*value, *sketch.samples]
        if value:
            yield f"{key} = {quoted(value)}"
    yield f"other_labels = {quoted(others_of(lesson))}"
    if sketch.texts:
        yield f"printed = {quoted(sketch.texts)}   # 表上印好的话，不是填写的内容"
    told = templates(lesson)
    if told:
        yield f"lines = {quoted(told)}   # 句子里留空的，{{}} 里是填写的栏目"
    for one in lesson.fields:
        yield from ("", "[[field]]", *field_lines(one))
    for label, table in lesson.tables:
        if not lesson.is_rows:
            yield from ("", "[[table]]", f"label = {quoted(label or '明细')}")
            given = [one for one in table if one.given]
            # The words of a part are the same in several rows.
            main = given[1:] or [one for one in table if not (one.given or WHEN.match(one.key))][:1] or given
            yield from [f"anchor = {quoted(one.key)}" for one in main[-1:] if one is not table[0] or one.given]
        for one in table:
            yield from ("", "[[column]]" if lesson.is_rows else "[[table.column]]", *field_lines(one))
    for label, keys in lesson.groups:
        if len(keys) > 1:
            yield from ("", "[[group]]", f"label = {quoted(label)}", f"keys = {quoted(keys)}", "printed = true")


def templates(lesson: Lesson) -> list[str]:
    """The sentences with gaps, each gap with the key of its field."""
    found: list[str] = []
    used: set[str] = set()
    for *parts, end in lesson.sketch.lines:
        line = ""
        for words, label in zip(parts[::2], parts[1::2], strict=True):
            own = [
                one for one in lesson.fields if squeeze(label) in map(squeeze, (one.label, one.words, *one.synonyms))
            ]
            one = next((o for o in own if o.key not in used), None)
            if one is None:
                break
            used.add(one.key)
            line += f"{words}{{{one.key}}}"
        else:
            found.append((line + end).strip())
    return found


def others_of(lesson: Lesson) -> list[str]:
    """What looks like a label and is none of this form's: of the packaged ones, and of the blank's own without a value."""
    every = [*lesson.fields, *(one for _, table in lesson.tables for one in table)]
    own = {squeeze(name) for one in every for name in (one.label, one.words, *one.synonyms)}
    own |= {squeeze(label) for label, _ in lesson.groups}
    found = dict.fromkeys([*lesson.base.other_labels, *lesson.sketch.others, "照片"])
    return [label for label in found if squeeze(label) not in own]


def field_lines(one: Learned) -> Iterator[str]:
    yield from (f"key = {quoted(one.key)}", f"label = {quoted(one.label)}")
    if one.words:
        yield f"words = {quoted(one.words)}   # 表上印的字；section 是它左边或上面的栏目，用来区分同名的栏目"
    if one.of:
        yield f"of = {quoted(one.of)}   # 写在这一栏的格子里"
    flags = (
        (one.given, "given = true   # 表上每行印好的"),
        (one.across, "across = true   # 各选项在上面的表头，一栏一个，在格子里打勾"),
    )
    yield from (line for is_so, line in flags if is_so)
    if one.begun:
        yield f"begun = {quoted(one.begun)}   # 印好的；写了别的，就是填写的一行"
    if one.under:
        yield f"under = {quoted(one.under)}   # 它上面的表头：一行有几个填写处"
    if one.section:
        yield f"section = {quoted(one.section)}"
    if one.synonyms:
        yield f"synonyms = {quoted(list(one.synonyms))}"
    yield f"kind = {quoted(one.kind)}" + (f"   # 请核对：{one.doubt}" if one.doubt else "")
    if one.required:
        yield "required = true"
    if one.wanted:
        yield "wanted = true"
    if one.outside:
        yield "outside = true"
    if one.hint:
        yield f"hint = {quoted(one.hint)}"
    if one.kind == "daterange":
        yield f"start = {quoted(one.start)}"
        yield f"end = {quoted(one.end)}"
    if one.kind in {"phone", "mobile"} and one.local:
        yield "local_digits = 8"
    if one.choices:
        yield "choices = ["
        for choice in one.choices:
            also = f", synonyms = {quoted(choice.synonyms)}" if choice.synonyms else ""
            yield f"    {{ label = {quoted(choice.label)}{also}{', noted = true' if choice.noted else ''} }},"
        yield "]"


def title_word(title: str) -> str:
    match = re.search(
        r"([\u4e00-\u9fff]{2}(?:表|书|单|函|册|卡|卷|台账|证明|档案|协议|合同)|[\u4e00-\u9fff]{2}(?:回执|名单|清单)|(?:[年季月]|情况|统计)报表|一览)(?:[（(][^）)]*[）)])?$",
        title,
    )
    return match[1] if match else ""


def quoted(value: str | Sequence[str]) -> str:
    """A TOML string or list: JSON's escapes are TOML's."""
    return json.dumps(value if isinstance(value, str) else list(value), ensure_ascii=False)
