"""One activity under two names: what a county's clerk makes of the name that the unit wrote. Pure.

Asked only of activities of one unit, on the same days at the same place, so that much may differ; but what tells two activities of one
afternoon apart (上午场 and 下午场, 讲座一 and 讲座二, an exhibition and a contest) keeps them two.
"""

from __future__ import annotations

from bot.base import expressions as re
from bot.base.text import squeeze, stands_within

LEAST = 4  # characters of a name that is a part of another
YEAR = re.compile(r"20\d\d年?度?")
COMMON = re.compile(r"全国科普日|科普|系列|主题|专题|活动")
# Of these one stands for another activity where all else is equal.
ORDER = re.compile(r"[\da-z一二三四五六七八九十甲乙丙丁上下大中小男女初高老少东西南北春夏秋冬日夜早晚]")
KINDS = frozenset("展赛课营秀节会演讲坛剧操诊")  # an exhibition is no contest, however like the rest of its name
NUMERALS = str.maketrans("一二三四五六七八九", "123456789")


def place_key(venue: str) -> str:
    """A venue for comparing: without blanks, marks and the way of writing a numeral."""
    return re.sub(r"[\W_]+", "", squeeze(venue)).translate(NUMERALS)


def are_one_place(one: str, other: str) -> bool:
    """Of two ``place_key``s: both told, and one may say more than the other."""
    return len(one) > 1 and len(other) > 1 and (one in other or other in one)


def closeness(one: str, other: str) -> float:
    """How near two ``pair_key``s are, 0 (two activities) to 1: one wrong character, or one name with more words than the other."""
    a, b = (YEAR.sub("", name) for name in (one, other))
    if not a or not b or (a != b and ORDER.sub("", a) == ORDER.sub("", b)):
        return 0.0
    if a == b:
        return 1.0
    near = max(nearness(a, b), nearness(core(a), core(b)))
    return near if near else 0.0


def core(name: str) -> str:
    """The name without the words that each of these names may have or not."""
    return COMMON.sub("", name)


def nearness(a: str, b: str) -> float:
    short, long = sorted((a, b), key=len)
    if len(short) < LEAST:
        return 0.0
    if len(short) == len(long):
        wrong = [(x, y) for x, y in zip(short, long, strict=True) if x != y]
        is_slip = len(wrong) == 1 and not KINDS.issuperset(wrong[0])
        return 1 - 1 / len(long) if is_slip or not wrong else 0.0
    return len(short) / len(long) if stands_within(short, long) else 0.0
