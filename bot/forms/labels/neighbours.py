"""Labels that the definition does not ask for («协办单位», «职务»): they end the value before them and their own value is nobody's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from bot.base.text import is_blank, squeeze, squeezed
from bot.documents.model import Cell
from bot.forms.definitions import FieldSpec, FormDefinition
from bot.forms.labels.index import LEADING_NUMBER, NOTE, Kept, field_index, members

# Kinds whose value is one thing; a content or a list of choices may hold words that look like labels.
SINGLE = {"text", "unit", "person", "phone", "mobile", "email", "date", "daterange", "code", "id_card", "money"}
LONGEST = 10  # characters
LONGEST_PHOTO = 30
PHOTO = re.compile(
    r"(?:(?:请|贴|粘贴|处|近期|本人|正面|半身|[一二三\d]+|[寸张]|小?大?|免冠|彩色?|红底|蓝底|白底|标准|证件|登记|电子版?|[,、])*)(?:照片?|相片?|像)(?:处|粘贴处|另附|附后|见附件)?"
)
PICTURED = frozenset("照相像")  # one of them is in each such name
# How labels of forms end. In a table such a word is a label only where a value of its own can stand beside it.
LABEL_LIKE = re.compile(
    r"[\u4e00-\u9fff]{0,6}(?:单位|部门|科室|机构|职务|职称|职级|电话|传真|邮编|编码|号码|编号|邮箱|网址|时间|日期|地点|地址|名称|负责人|联系人|填报人|填表人|"
    r"主讲人|经办人|审核人|性别|年龄|民族|学历|人数|场次|频次|天数|方式|级别|类别|经费|预算|来源|意见|签名|签字|主题|微信号?|安保人员|保障人员|志愿者)|QQ号?|微信号?"
)
# Parts of one value, not labels of another.
PART = re.compile(r"^(?:开始|起始|结束|截止|终止|上午|下午|晚上|线上|线下|第.)")
# «晋江市科协  协办单位：…»; without a colon only where wide gaps stand on both sides.
INSIDE = re.compile(
    r"(?:(?<=\S)[\s　]+|[,，;；、。]\s*|\t)([\u4e00-\u9fffA-Za-z/（）()]{2,12}?)\s*(?:[:：]|(?=\t|[ 　]{2,}))"
)


@lru_cache(maxsize=4096)
def name_of(text: str) -> str:
    """The label's own words: without number, note in brackets and colon."""
    return BEHIND_NAME.sub("", LETTERED.sub("", LEADING_NUMBER.sub("", squeeze(text))))


WHICH = r"\((?:[一二三四五六七八九十]|\d{1,2})\)"  # «监护人（二）» is not «监护人（一）»
LETTERED = re.compile(r"^[a-z]\d{0,2}[.、](?=[\u4e00-\u9fff])")
BEHIND_NAME = re.compile(rf"[:*]+$|(?!{WHICH}){NOTE}[:*]*$")
JOINED = re.compile(r"[/、及和与]")


def is_other_label(text: str, definition: FormDefinition, *, sure: bool) -> bool:
    """Whether *text* is a label that the definition has no field for. *sure*: only one that it names, or that ends in a colon."""
    if is_photo_place(text):
        return True
    if not 2 <= len(text.strip()) <= 2 * LONGEST or field_index(definition).whole(text):
        return False
    name = name_of(text) or squeeze(text).strip("():")
    if name in squeezed(sections(definition)):
        return False  # it heads labels of this form
    known = squeezed(definition.other_labels)
    if name in known or all(part in known for part in JOINED.split(name)):
        return True
    if not 2 <= len(name) <= LONGEST or PART.match(name) or not LABEL_LIKE.fullmatch(name):
        return False
    return not sure or text.rstrip().endswith(("：", ":"))


@Kept
def sections(definition: FormDefinition) -> tuple[str, ...]:
    """What heads labels: of a sentence with gaps («工作人员 | 专职____人») the gaps are no labels, and its name is one as any other."""
    told = "".join(definition.lines)
    return tuple(spec.section for spec in definition.field if spec.section and f"{{{spec.key}}}" not in told)


@lru_cache(maxsize=4096)
def is_photo_place(text: str) -> bool:
    """«（近期2寸免冠彩色照片）»: where a picture is to be glued on, with no words of anybody's."""
    name = squeeze(text).strip("()")
    return len(name) <= LONGEST_PHOTO and not PICTURED.isdisjoint(name) and bool(PHOTO.fullmatch(name))


def other_labels(
    rows: Mapping[int, Sequence[Cell]], labels: Mapping[int, str], definition: FormDefinition, n_cols: int
) -> set[int]:
    """The cells (by ``id``) that are labels of somebody else's.

    One that only looks so counts where a value has come before it in its row (or has its place there), and where a place for its own is
    left: «主办单位 | 各有关单位» is a value, «主办单位 | 科协 | 主管部门 | 教育局» has two labels.
    """
    found: set[int] = set()
    heads = {cell.col for row in rows.values() for cell in row if id(cell) in labels}
    for number, row in rows.items():
        own = [cell for cell in row if cell.row == number and cell.text.strip()]
        looks_so = [id(cell) in labels or is_other_label(cell.text, definition, sure=False) for cell in own]
        if len(own) > 2 and all(looks_so):
            # A header row, with the values below.
            found |= {id(cell) for cell in own if id(cell) not in labels}
            continue
        before: FieldSpec | None = None
        end, is_first = 0, True
        for i, cell in enumerate(own):
            if id(cell) in labels:
                before, end, is_first = spec_of(labels[id(cell)], definition), cell.col + cell.colspan, False
            elif looks_so[i] and is_other_label(cell.text, definition, sure=True):
                found.add(id(cell))
            elif looks_so[i]:
                has_place = id(own[i + 1]) not in labels if i + 1 < len(own) else cell.col + cell.colspan < n_cols
                is_behind = before is not None and before.kind in {*SINGLE, "count"} and cell.col > end
                if has_place and (is_behind or (is_first and cell.col in heads)):
                    found.add(id(cell))
    return found


def spec_of(target: str, definition: FormDefinition) -> FieldSpec | None:
    """The field of a label, the first of a label that stands for several («参与人数»)."""
    return next((spec for key in (*members(target), target) if (spec := definition.spec(key))), None)


def labels_another(text: str, definition: FormDefinition) -> bool:
    """A cell that holds such a label and its value («协办单位：石狮市教育局»)."""
    head, colon, _ = text[: 2 * LONGEST].replace("：", ":").partition(":")
    return bool(colon) and is_other_label(f"{head}:", definition, sure=True)


def without_neighbours(text: str, spec: FieldSpec, definition: FormDefinition) -> str:
    """*text* up to the first such label behind it, for a field whose value is one thing."""
    if spec.kind not in SINGLE or len(text) > 2000:
        return text
    for match in INSIDE.finditer(text):
        has_colon = match[0].rstrip().endswith(("：", ":"))
        label = f"{match[1]}：" if has_colon else match[1]
        is_part = spec.kind == "text" and match[1].endswith("地址") and spec.key != definition.anchor
        if not is_blank(text[: match.start()]) and not is_part and is_other_label(label, definition, sure=True):
            return text[: match.start()]
    return text
