"""What is said in passing, taken out of a letter before its values are looked for: a word that only begins, a reason without a day, that all else stays. Pure.

«对了，…», «因下雨，…», «学校临时有安排，…», «…，其他不变»: blanks stand in their place, so that everything else stays where it was.
"""

from __future__ import annotations

from functools import lru_cache

from bot.base import expressions as re
from bot.statements.wording.beside import STAY, TROUBLE, is_beside

CLAUSE = re.compile(r"[^，,。；;！!？?：:\n“”「」《》（）()]+(?=[，,。；;！!\n]|$)")
WHY = re.compile(
    r"\s*(?:主要(?:是)?)?(?:原因(?:就)?是|因为?|由于|鉴于|考虑到|怕|免得)(?!.*(?:[改换调推移挪延提由\d]|月|号))"
)
STAYS = re.compile(rf"\s*(?:{STAY})[了的吧哈哦]*\s*")
CAME_BETWEEN = re.compile(
    rf"(?!.*(?:人员|人选|联系人|人数|电话|手机|号码|邮箱|单位|名称|内容|类型|对象)).*(?:{TROUBLE})\s*"
)
# Only where more follows in the same clause.
BEGINS = re.compile(
    r"(?:(?<=[，,。；;！!：:\n])|^)[ \t\u3000]{0,9}(?:(?:哦|啊|噢)?对了|就是说|嗯+|哈喽|是这样的?|另外(?![的一两附有])|然后|再就是|那么|辛苦老师|麻烦老师)[，,、]?(?=[^\s，,。；;！!])(?![^。；;！!\n]{0,120}(?:[?？]|吗))",
    re.MULTILINE,
)


@lru_cache(maxsize=64)
def without_asides(text: str) -> str:
    """*text*, as long as it was, with blanks for what says nothing."""
    text = BEGINS.sub(lambda match: " " * len(match.group()), text)
    return CLAUSE.sub(lambda match: " " * len(match.group()) if is_aside(match.group()) else match.group(), text)


def is_aside(clause: str) -> bool:
    if STAYS.fullmatch(clause):
        return True
    return is_beside(clause) and bool(WHY.match(clause) or CAME_BETWEEN.fullmatch(clause))
