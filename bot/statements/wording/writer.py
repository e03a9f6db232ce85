"""Who writes and who is addressed, in lines that no table of units and names tells: by where they stand and by what does not stand in them. Pure.

Only for a line that closes a letter which has said something, or opens one: «社区工作者 小黄», «永春县仙夹镇龙水村农家书屋 郭», «各科室负责人、市科协普及部：». A verb, a
mark of a sentence or a digit that is no number to call makes it a line that says something.
"""

from __future__ import annotations

from bot.base import expressions as re
from bot.statements.wording.signature import (
    CLOSING_WORD,
    DAY,
    LATIN,
    NAMED_POST,
    OFFICE,
    PERSON,
    PLACE,
    POST,
    REACH,
    REMARK,
    SHORT_DAY,
    SURNAME,
    UNIT_ALONE,
    UNIT_ENDS,
    WRITER,
    kind_of,
)

LONGEST = 36  # characters
SAYS = re.compile(
    r"[。！!？?，,；;：:“”《》]|改|报(?!社)|发(?!展)|写|填|确认|提交|举|申|附(?![小中属近])|修|要|不|没|请|谢|收|因|已|在|是|可以|时间|地点|联系|电话|名称|内容|对象|取消|撤|同意|无|给|我|您|你|看|做|办(?!公|事处|$)|到|去|来|定|有|为|换|用"
)
NICKNAME = re.compile(r"^[\u4e00-\u9fff]{0,6}[小老阿][\u4e00-\u9fff]{1,2}$")
STAFF = re.compile(r"^[\u4e00-\u9fff]{0,10}(?:工作人员|工作者|志愿者|值班员|社工|科员|干部|辅导员|讲解员)$")
LOCAL = re.compile(
    r"^(?:泉州|鲤城|丰泽|洛江|泉港|石狮|晋江|南安|惠安|安溪|永春|德化|台商|福建|某)|^[\u4e00-\u9fff]{2,3}[市县区镇乡村]|(?:书屋|营地|农场|林场|果园|渔港|基地|之家|企业|公司|材料|监督所|小学|幼儿[园圆])$"
)
FULL_NAME = re.compile(r"^[\u4e00-\u9fff]{2,4}$")
ADDRESSEE = rf"(?:尊敬的|敬爱的|亲爱的|全体|各位?)*(?:[^\W\d_]{{2,24}}?(?:{UNIT_ENDS})|[^\W\d_]{{0,20}}(?:同志|同仁|负责人|先生|女士|老师|领导|社区|科室|学校|各单位|工作人员))"
ADDRESSED = re.compile(
    rf"^[\s\u3000]*(?:敬启者|{ADDRESSEE}(?:[、，,\s和及]{{1,2}}{ADDRESSEE}){{0,4}}(?:们|台鉴|钧鉴|惠鉴|大鉴|收|启)?)\s*[:：]\s*$"
)


def is_writer(line: str) -> bool:
    """Whether a line below what a letter says shows nothing but its writer."""
    if kind_of(line):
        return True
    plain = REMARK.sub(" ", REACH.sub(" ", line)).strip(" \t\u3000\xa0|｜*·—-–")
    tokens = [one for one in re.split(r"[\s\u3000|｜/·、]+", plain) if one]
    tokens = [one for one in tokens if not DAY.match(one) and not SHORT_DAY.match(one) and one != "即日"]
    if len(tokens) > 1 and CLOSING_WORD.fullmatch(tokens[-1]):
        tokens.pop()
    if not tokens or len(plain) > LONGEST or any(SAYS.search(one) for one in tokens):
        return not tokens and bool(plain)
    if len(tokens) == 1:
        return bool(LOCAL.search(tokens[0])) and len(tokens[0]) >= 4 and not re.search(r"\d", tokens[0])
    first, last = tokens[0], tokens[-1]
    is_named = is_person(last) or (LOCAL.search(first) and FULL_NAME.match(last)) or OFFICE.match(last)
    return bool(is_named) and all(is_part(one) for one in tokens[:-1])


def is_person(token: str) -> bool:
    return any(one.match(token) for one in (WRITER, PERSON, NAMED_POST, SURNAME, NICKNAME, STAFF, POST, LATIN))


def is_part(token: str) -> bool:
    """Whether *token* may be a unit, an office or a post before a name."""
    is_told = UNIT_ALONE.match(token) or OFFICE.match(token) or PLACE.match(token) or LOCAL.search(token)
    return bool(is_told or is_person(token))


def addressed(line: str) -> bool:
    """Whether *line*, the first of a letter, only says whom it addresses."""
    return bool(ADDRESSED.match(line))
