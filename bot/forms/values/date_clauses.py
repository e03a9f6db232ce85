"""What in an entry does not say when the activity is: another calendar, a date given up, bad weather, a registration."""

from __future__ import annotations

from bot.base import expressions as re

# 农历八月初三, 八月初三, 中秋节（八月十五）: the moon's months are not those of the form.
MOON_DAY = r"(?:初[一二三四五六七八九十]|[一二三四五六七八九十廿卅\d]{1,3})"
MOON = re.compile(
    rf"(?:农历|阴历|旧历|夏历)\s*(?:[\u4e00-\u9fff\d]{{2,4}}年)?\s*闰?(?:[正冬腊]|[一二三四五六七八九十\d]{{1,2}})月(?:\s*{MOON_DAY}[日号]?)?"
    rf"(?:\s*(?:-|~|至|到)+\s*(?:[一二三四五六七八九十\d]{{1,2}}月)?{MOON_DAY}[日号]?)?"
    r"|闰?[正一二三四五六七八九十冬腊]{1,2}月初[一二三四五六七八九十](?![日号])"
    r"|(?<=[中秋重阳端午元宵])节?\s*[(]?\s*[正一二五七八九]月[一二三四五六七八九十]{1,3}(?![日号])"
)
# «原定9月17日，现改为9月20日»: what stands before the change is given up; «（原9月17日）» says so behind it.
CHANGED = re.compile(
    r"(?:改|更改|更正|调整|变更|推迟|延期|延迟|延后|提前|改期|顺延)(?:举办|举行|开展|进行)?(?:为|到|至|在|于|成)(?=[^,;。]{0,6}\d)"
)
FORMER = re.compile(
    r"[(]?\s*(?:原定?|原计划|原时间|原拟|原拟定|原先|原为)\s*(?:于|在|为|时间)?\s*:?\s*(?=\d)[^(),;。]*[)]?"
)
# «（雨天顺延至9月24日）», «如遇雨天改为9月24日»
WEATHER = re.compile(
    r"[(,;。]?\s*(?:如果?|若|倘|遇|逢|因|视|雨|大雨|恶劣)[^(),;。]{0,14}(?:雨|雪|天气|台风|特殊|不可抗|疫情)?[^(),;。]{0,8}"
    r"(?:,\s*则?|则)?(?:顺延|延期|推迟|改期|改为|改到|改至|调整|备选)[^(),;。]*[)]?"
    r"|[(,;]?\s*(?:备用|备选|候补)(?:时间|日期)?\s*:?[^(),;。]*[)]?"
)
# Times of something around the activity, not of the activity.
AROUND = re.compile(
    r"报名|预约|布展|撤展|彩排|筹备|领票|集合|提交|报送|(?:征集|投稿|征稿|申报|作品|材料)[^,;]{0,4}截止|截止[^,;]{0,2}(?:报名|预约|日期|时间)"
)
OWN = re.compile(r"(?:活动|举办|开展|举行|比赛|展览|展出|讲座|演出)(?:时间|日期)\s*:")
CLAUSE = re.compile(r"[^(),;。\n]*[(),;。\n]?")
DAY = re.compile(r"\d\s*[月日号./-]")


def about_the_activity(plain: str) -> str:
    """*plain* (folded) without such clauses; as it is where nothing would be left of its dates."""
    text = MOON.sub(" ", plain)
    for narrowed in (without_weather, without_former, own_clauses):
        shorter = narrowed(text)
        if DAY.search(shorter):
            text = shorter
    return text


def without_weather(text: str) -> str:
    return WEATHER.sub(" ", text)


def without_former(text: str) -> str:
    text = FORMER.sub(" ", text) if DAY.search(FORMER.sub(" ", text)) else text
    last = None
    for match in CHANGED.finditer(text):
        last = match
    return text[last.end() :] if last else text


def own_clauses(text: str) -> str:
    """The clauses that name the activity's own time; else all but those about a registration or the like."""
    clauses: list[str] = []
    for match in CLAUSE.finditer(text):
        # «报名（9月1日-10日）» is one.
        if clauses and clauses[-1].endswith("(") and not DAY.search(clauses[-1]):
            clauses[-1] += match.group()
        elif match.group():
            clauses.append(match.group())
    dated = [clause for clause in clauses if DAY.search(clause)]
    own = [clause for clause in dated if OWN.search(clause)]
    other = [clause for clause in dated if AROUND.search(clause)]
    if not other or len(other) == len(dated):
        return text
    if own:
        return "".join(text[text.index(own[0]) :]) if len(own) == 1 and follows(text, own[0], other) else "".join(own)
    return "".join(clause for clause in clauses if clause not in other)


def follows(text: str, own: str, other: list[str]) -> bool:
    """Nothing about other times stands behind the clause: its list of days may go on."""
    behind = text[text.index(own) + len(own) :]
    return not any(clause in behind for clause in other)
