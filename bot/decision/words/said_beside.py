"""What a letter says beside its forms: the sentences that neither are cover and courtesy nor stand in the forms. Pure.

Nobody reads such letters otherwise: each of these sentences is shown to a person, and the sender is told so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.base.clean import one_line
from bot.base.text import fold, squeeze
from bot.forms.model import Form, plain_text
from bot.statements.wording.words import is_announcement, is_courtesy, kind_of, letter_of

LONGEST = 20_000  # characters of a letter that are looked at
MOST = 20  # sentences
SENTENCE = re.compile(r"[^。！!？?；;\n]+[。！!？?；;]*")
HURRIES = re.compile(r"盼复|(?:请|望|期待|恭候)(?:尽快|及时|您)*(?:回复|答复)")  # nothing by itself
ASKS = re.compile(
    r"[?？]|吗(?![\u4e00-\u9fff])|请问|请教|咨询|是否|能否|可否|是不是|需不需要|要不要|能不能|可不可以|行不行|怎么|怎样|如何(?!意)|什么|哪[里些个天家]|几[号点时]|多久|不知道?|不清楚|不确定"
    r"|(?:请|麻烦|烦请|望|恳请)[^，,。]{0,6}(?:回复|告知|答复|明示|指示|回电|告诉|通知我)"
)
CORRECTS = re.compile(
    r"错|有误|应为|应是|应该[是为叫]|改为|改成|改到|改在|更改|更正|变更|换成|换为|调整|印|漏|不对|不是|[少多][打写填印了]|以[^，,。]{1,16}为准|麻烦[^，,。]{0,8}[改补换]|帮[^，,。]{0,6}[改补换]|修改"
    r"|推迟|延期|延后|提前|顺延|改期|取消|撤|作废|替换|不算|去掉|删|增加|减少|补充"
)
TELLS = re.compile(
    r"待定|暂定|未定|待确|尚未|还没|没有|未能|无法|不能|不便|困难|稍后|后续|随后|届时|再报|补报|补发|补交|另行|迟|逾期|晚了|申请|请求|恳请|特殊|务必|不要|暂不|先不|如遇|如果|若(?![干有需])|拒绝|不同意|投诉|意见是"
)
DRAFT = re.compile(
    r"初稿|草稿|草案|送审|征求意见|讨论稿|未定稿|试填|(?:先|预)审|审[定核阅][^，,。]{0,4}后[^，,。]{0,6}(?:再|正式)|确认后[^，,。]{0,6}(?:再|正式)|请[^，,。]{0,4}领导[^，,。]{0,4}审|拟报|待[^，,。]{0,6}(?:审批|批准|签字)[^，,。]{0,4}后|不作为正式"
)
REPLACES = re.compile(r"作废|以[^，,。]{0,8}(?:份|版|件|次|表|邮件)?为准|替换|覆盖")
# «如有不妥请联系我», «已按要求修改»: wishes for guidance and words about the files themselves ask for nothing.
POLITE = re.compile(
    r"(?:如|若|倘)(?:还|仍)?有?(?:任何|其他|什么)?(?:问题|疑问|不妥|不当|不足|错误|遗漏|误|不清|不明|需要|需|修改|变动|补充|缺漏|情况|疏漏)[^。；;？?]{0,40}|有(?:任何|什么)?(?:问题|疑问|不妥)[^，,。]{0,4}[，,]?[^。？?]{0,4}(?:请|可)?[^。？?]{0,6}(?:联系|告知|致电|指出|沟通)[^。？?]{0,20}"
    r"|(?:已经?|均已|按|按照|根据|依照?)[^，,。；;？?]{0,16}(?:修改|更正|补充|调整|完善|改正|补正|改好|补齐|纠正|改)(?:完毕|完成|完整|好|过|了)*"
    r"|(?:修改|更正|补充|完善|调整|变更|更新|补正|订正|改|修订|补)(?:好|完|过|后|版|稿|完整|完善)*的?(?:[申登汇]报?[报记总]表|表格?|材料|文件|附件|版本?|稿件?|总结|内容)"
    r"|(?:重新|再次)(?:填写?|填报|报送|发送?|上报|提交)|请[^，,。]{0,6}(?:批评|给予)?指正|请[^，,。]{0,4}(?:审核|审阅|审查|审定|查收|查阅|核对|核实)"
)
# Words that only hand over what is attached.
COVERS = re.compile(
    r"附件|附上|附后|随信|随函|随邮件|随附|报送|上报|送上|呈[报送]|报上|提交|发送|发[您你给来去过至到上]|收一下|寄|申报|登记表|汇总表|报名表|总结|材料|表格|这是|以下[是为]|电子版|扫描件|盖章|照片|图片|现将|兹将|按照|根据|依据|关于|通知|要求"
    r"|抄[送报]|科普日|备案|收悉|联系|敬请|为我|我[单位局校馆会院县市区镇]|本[单位局校馆会院]|共\s*[\d一二三四五六七八九十]+|一式|查收|指导|支持|关心|重视|压缩包|打包|(?:再|重新?)发|怕(?:您|你们?)?[没未]收到|以防"
)
NOTICES = re.compile(
    r"本邮件|此邮件|该邮件|保密|免责|机密|请勿|勿回复|系统自动|自动发[送出]|confidential|disclaimer|intended|发自|来自我的|签名由|打印(?:本|此)|环保|病毒",
    re.IGNORECASE,
)
SAID_NOW = re.compile(
    r"(?:改为|改成|改到|改在|改至|更正为|更改为|变更为|调整[为到至]|换成|换为|应为|应是|应该[是为叫]|推迟[到至]|延期[到至]|提前[到至])[：:“\"]?\s*([^，,。；;！!？?“”\"]{2,60})"
)


@dataclass(frozen=True, slots=True)
class Beside:
    """Sentences of a letter for a person, in the order written. ``is_draft``: it calls its forms a draft, or sends them for approval."""

    words: tuple[str, ...] = ()
    corrects: bool = False
    is_draft: bool = False


def said_beside(text: str, forms: Sequence[Form], *, in_body: bool = False) -> Beside:
    """What *text* says beside *forms*. *in_body*: a form was read from the text itself, so only its questions count."""
    values = frozenset(told_values(forms))
    found = [one for one in sentences(text[:LONGEST]) if says_more(one, values, only_questions=in_body)][:MOST]
    return Beside(
        tuple(found),
        any(CORRECTS.search(POLITE.sub("", one)) and not ASKS.search(one) for one in found),
        not in_body and any(DRAFT.search(one) for one in found),
    )


def replaces_only(sentence: str) -> bool:
    """«前一份作废，请以此份为准»."""
    return bool(REPLACES.search(sentence)) and not ASKS.search(sentence) and not re.search(r"\d", fold(sentence))


def sentences(text: str) -> Iterable[str]:
    """The sentences of a letter without greeting and signature."""
    for line in letter_of(text).body:
        for match in SENTENCE.finditer(line):
            one = match.group().strip(" \t\u3000，,：:")
            if one and not is_courtesy(HURRIES.sub("", one)) and not is_announcement(one) and not kind_of(one):
                yield one


def says_more(sentence: str, values: frozenset[str], *, only_questions: bool) -> bool:
    rest = HURRIES.sub("", POLITE.sub("", sentence))
    if only_questions:
        return bool(re.search(r"[?？]\s*$|请问|请教", rest))
    if NOTICES.search(rest) and not re.search(r"[?？]", rest):
        return False
    if ASKS.search(rest) or DRAFT.search(rest):
        return True
    if CORRECTS.search(rest) or TELLS.search(rest):
        return not stands_in(rest, values)
    return not is_courtesy(rest) and not COVERS.search(sentence)


def stands_in(sentence: str, values: frozenset[str]) -> bool:
    """«地点改为图书馆» beside a form in which that place stands: settled by the form."""
    said = [squeeze(fold(one)).strip(".:") for one in SAID_NOW.findall(sentence)]
    numbers = re.findall(r"\d[\d-]{5,}\d|[\w.+-]+@[\w.-]+", fold(sentence))
    told = [squeeze(one) for one in (*said, *numbers)]
    return bool(told) and all(any(one in value for value in values) for one in told)


def told_values(forms: Sequence[Form]) -> Iterable[str]:
    for form in forms:
        for fields in (form.fields, *form.rows):
            yield from (squeeze(fold(plain_text(value.value))) for value in fields.values() if value.value is not None)


MOST_SHOWN = 300  # characters of words in a person's list
SHOWN_LINE = 80  # characters of one sentence in an answer
MOST_NOTED = 5  # sentences
INNER = str.maketrans("“”", "‘’")  # quotation marks within a quotation


def quoted(words: Sequence[str]) -> str:
    """The sentences in quotation marks, as an answer repeats them."""
    shown = "".join(f"“{shortened(one, SHOWN_LINE).translate(INNER)}”" for one in words[:MOST_NOTED])
    return shown + ("等" if len(words) > MOST_NOTED else "")


def for_person(words: Iterable[str]) -> str:
    """The words as the list of a person shows them."""
    return one_line(" ".join(words), MOST_SHOWN) or "（没有正文）"


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def note_beside(said: Beside, refs: Sequence[str]) -> tuple[str, ...]:
    """What the sender is told of the words beside the forms *refs*."""
    if not said.words:
        return ()
    notes = [f"来信中写到的{quoted(said.words)}已转工作人员，会尽快答复您。"]
    if said.corrects:
        notes.append(
            "在此之前，登记内容以所附表格为准。如要更正表中内容，也可以直接回信，一行写一处，例如“联系电话：0595-22000000”。"
        )
    if said.is_draft and refs:
        notes.append(
            f"来信似是送审稿或征求意见稿，我们先按正式报送登记。如暂不报送，请回复“撤回 {'、'.join(refs)}”，定稿后再发来即可。"
        )
    return tuple(notes)
