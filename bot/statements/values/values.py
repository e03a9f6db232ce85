"""Whether the words of an answer are a value of their field, and nothing more. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from bot.base import expressions as re
from bot.base.campaign import Campaign
from bot.base.text import fold, is_blank, squeeze
from bot.forms.definitions import FieldSpec
from bot.forms.entry.value import Reading
from bot.forms.values.numerals import counted_value
from bot.forms.values.people import EMAIL
from bot.forms.values.phones import PHONE, PHONE_WORDS
from bot.statements.wording.words import SURNAMES, TITLE

NO_VALUE = re.compile(
    # What happened to a place: «文化中心那天被占», «文化中心在装修».
    r"那天[没被有不要在停已另正]|被[人别其]?[\u4e00-\u9fff]{0,4}(?:占|征用|借走|订[走完满])|(?:在|正)(?:装修|维修|修缮|施工|检修|改造|整修)(?:中|呢)?$|停[电水用]$|(?:有别|有其他|没[有]?)的?(?:活动|会议|空|位置?|场地?)$|(?:时间|场地|档期)冲突$|^参[加与][^，,。；;]{0,10}(?:主场|会场|活动|比赛)$|"
    r"^(?:是?(?:对的|正确|没错|无误|不变)|没有?问题|本人|同上|同第?[一二三四五六七八九\d][条点个项处]?$|如上|见附件|附件|附后|见附|已|不|没|请|详见|见邮件|待|未(?![来央])|尚(?=[未无没不待需在]|$)|暂|[，,。、])|[?？]$|[吗呢]$|(?:怎么样|好不好|行不行|可以不|如何)$|哪里|怎么填|如何填|填什么|不知道|不清楚|不确定|待定|待确|未定|再定|还没|尚未"
)
QUOTED = re.compile(r"^[“\"「『](.{1,200})[”\"」』]$", re.DOTALL)
POST = rf"[\u4e00-\u9fff]{{0,10}}(?:{TITLE}|部|科|处|室|股|办|组|站|所|院|系|局|会|馆|校|园|中心|公司|教师|辅导员|干事|干部|专干|负责人|书记|委员|助理|[专职队科办事]员|[长男女])"
PERSON = re.compile(
    rf"^[\u4e00-\u9fff]{{2,4}}(?:\s*{TITLE})?(?:\s*[（(](?:{POST})[）)])?$|^[\u4e00-\u9fff·]{{2,12}}·[\u4e00-\u9fff·]{{1,12}}$|^[\u4e00-\u9fff]{TITLE}$|^[A-Za-z][A-Za-z .]{{1,30}}$"
)
NO_PERSON = re.compile(
    r"^[一二两三四]个|[的了得是不没有无请改换在为和与及或我你他她它们这那单位电话手机人员暂未待定详见附件本同上]"
)
TIME_WORDS = re.compile(
    r"\d|[一二三四五六七八九十]月|[上中下]午|早上|晚上|全天|每天|每日|每周|工作日|周[一二三四五六日末]|星期|礼拜|为期|[一二三四五六七八九十两]+天|顺延|节|共|开始|结束|全年|长期|常年|贯穿|期间|[上中下]旬"
)
TIME_REST = re.compile(
    r"[\d年月日号时点分秒上中下午早晚旬底初半夜周星期礼拜一二三四五六七八九十廿卅两零〇○全天每至到和及与、，,。；;:：.．/\-—–~～()（）\s第届共计为期起止开始结束举行办展进行活动约左右整晨间集主题节国庆秋假双休工作末贯穿期间长年常均各场次雨顺延遇开放]+"
)
INSIDE = re.compile(r"[(\[【][^()\[\]【】]{1,60}[)\]】]")
NOT_VALID = re.compile(r"作废|停用|停机|注销|空号|打不通|不|旧|原|以前|之前")
COUNT_REST = re.compile(
    r"[约大概共计合有近余多来个人次名位左右以上以内预估算公众参与加活动的员数青少年群观市民组织工作志愿者师生家长()（）\s，,。:：+]*"
)


def trimmed_value(text: str) -> str:
    """*text* without blanks and closing punctuation; quotation marks around it stay, they say what the value is."""
    plain = text.strip(" \t\r\n\u3000\xa0\u200b：:")
    plain = re.sub(r"[\s，,；;。、！!~～]+$", "", plain)
    for opening, closing in ("()", "（）", "【】"):
        # Half of a pair: the other half stands around a further label («时间：…（电话：…）»).
        if plain.count(opening) > plain.count(closing):
            plain = plain.rstrip(opening + " ")
        elif plain.count(closing) > plain.count(opening):
            plain = plain.rstrip(closing + " ")
    return plain


def unquoted(text: str) -> str:
    match = QUOTED.match(text)
    return match[1] if match and not re.search(r"[“”]", match[1]) else text


def says_nothing(text: str) -> bool:
    return is_blank(text) or bool(NO_VALUE.search(text))


SHORT_TEXT = 20  # characters; a longer text may begin with «请»


def is_value(spec: FieldSpec, text: str, reading: Reading) -> bool:
    """Whether *text*, read as *reading*, is certainly a value of the field."""
    if says_nothing(text) and not (spec.kind == "longtext" and len(text) > SHORT_TEXT):
        return False
    check = CHECKS.get(spec.kind)
    return has_value(spec, reading) and (check is None or check(spec, text, reading))


def has_value(spec: FieldSpec, reading: Reading) -> bool:
    """A value was read; of a time at least one day (or that it goes on all year), not only words."""
    if spec.kind == "daterange":
        ongoing = any(doubt.reason == "ongoing" for doubt in reading.doubts)
        return ongoing or any(reading.values.get(key) is not None for key in (spec.start, spec.end))
    return reading.values.get(spec.key) is not None


def long_words(spec: FieldSpec, text: str, reading: Reading) -> bool:
    return len(squeeze(text)) >= 2 and not POINTS.match(text)


# «末尾那句“现场发放纪念品”»: some of the words that stand there; «增加“现场免费测视力”»: some more.
POINTS = re.compile(
    r"^(?:请|再|还要?)*(?:增加|补充|添加|加上|补上|插入|删[掉去除]?|去掉)[^，,。；;“”「」]{0,4}[“「]|^(?:[末结]尾|最?[后前]面?|开头|中间|第[一二三四五六七八九十\d]+|[这那]|其中)[^，,。；;“”]{0,4}(?:句|段|行|条|[字词]|部分)"
)


def person_words(spec: FieldSpec, text: str, reading: Reading) -> bool:
    name = str(reading.values.get(spec.key) or "")
    parts = [part for part in re.split(r"[、,，/和及;；]\s*|\s{1,}(?=[\u4e00-\u9fff])", name) if part]
    return bool(parts) and all(is_full_name(part) for part in parts)


def is_name(part: str) -> bool:
    plain = part.strip()
    core = re.sub(rf"[（(].*[）)]$|{TITLE}$", "", plain)
    return bool(PERSON.match(plain)) and (
        not NO_PERSON.search(core)
        or (core[:1] in SURNAMES and len(core) <= 3 and not re.search(r"[的了是不没请改换在为或我你他她它]", core))
    )


def is_full_name(text: str) -> bool:
    """Surname and given name; «小林», «陈老师» name somebody whom only the writer knows."""
    plain = re.sub(rf"(?<=[\u4e00-\u9fff]{{2}}){TITLE}$", "", re.sub(r"[（(].*[）)]$", "", text.strip()))
    return bool(FULL_NAME.match(plain)) and not CALLED_BY_POST.match(plain) and not is_post(text) and is_name(plain)


def is_post(text: str) -> bool:
    """«校长», «办公室主任», «教务处»: whoever that is."""
    plain = re.sub(r"[（(].*[）)]$", "", text.strip())
    match = AT_POST.search(plain)
    before = plain[: match.start()] if match else ""
    return bool(OFFICE.match(plain)) or bool(match and (len(before) < 2 or OF_OFFICE.search(before)))


POSTS = rf"(?:{TITLE}|董事长|总经理|(?:校|馆|园|村|镇|乡|局|科|处|所|站|会|院|社|班|段|队|组|部|秘书|行|厂|店|室|股)长|书记|支书|主席|负责人|经办人|联络员|值班员|[值工][班作]人员|管理员|辅导员|助理|文书|委员|干部|专干)"
AT_POST = re.compile(rf"{POSTS}$")
OF_OFFICE = re.compile(
    rf"^(?![{SURNAMES}])(?:[\u4e00-\u9fff]{{1,6}}[室处科部办组委会站队校馆院园局村镇乡区街县市级班段学务导]|[副总党团工村][\u4e00-\u9fff]{{0,3}}|科普|值班|分管|常务|秘书|德育|行政|[语数英物化]?[理文学语])$"
)
OFFICE = re.compile(
    rf"^(?![{SURNAMES}])[\u4e00-\u9fff]{{1,5}}(?:处|室|科|部|办|组|委|会|站|队|中心)$|^(?:金融办|文明办|文化站|办公室|党政办|林业站)$"
)

CALLED_BY_POST = re.compile(
    rf"^[\u4e00-\u9fff](?:{TITLE}|[\u4e00-\u9fff]长|总|工|医生|教授|书记|同学|同事|师傅|社工|护士|[科局处部校院]|姐|哥|叔|姨)$"
)
FULL_NAME = re.compile(
    r"^(?![老小阿]|[填写报登打印弄搞抄][错漏反重串])[\u4e00-\u9fff]{2,4}$(?<!某)|^[\u4e00-\u9fff]{1,12}·[\u4e00-\u9fff·]{1,12}$|^[A-Za-z][A-Za-z .]{2,30}$"
)


def phone_words(spec: FieldSpec, text: str, reading: Reading) -> bool:
    """Numbers, and at most whose or what kind they are."""
    plain = fold(text)
    # «…（13900000000作废）», «…（备用139…）»: which of them is the number is not certain.
    if any(PHONE.search(inside) for inside in INSIDE.findall(plain)) and PHONE.search(INSIDE.sub(" ", plain)):
        return False
    around = PHONE_WORDS.sub(" ", PHONE.sub(" ", plain))
    if NOT_VALID.search(around):
        return False
    around = re.sub(r"办公室?|值班室?|微信|同号|总机|前台|分机|白天|晚上|固话|备用|另|或|和", " ", around)
    names = re.sub(r"[\s,、;/()\[\]:.。+\-]+", " ", around).split()
    return len(names) <= 3 and all(is_name(name) for name in names)


def email_words(spec: FieldSpec, text: str, reading: Reading) -> bool:
    around = re.sub(r"[\W_]", "", EMAIL.sub("", re.sub(r"\s*@\s*", "@", fold(text))))
    return not around or bool(re.fullmatch(r"[\u4e00-\u9fff]{1,8}", around) and not re.search(r"不|没|或|改", around))


def time_words(spec: FieldSpec, text: str, reading: Reading) -> bool:
    """Days and hours alone: a place, a second thought or an alternative in the same words makes it uncertain."""
    if any(doubt.reason in {"unsure", "vague"} for doubt in reading.doubts) or re.search(r"或|大概|可能|原定", text):
        return False
    bare = re.sub(r"[（(\[【][^）)\]】]{0,40}[）)\]】]", "", fold(text))
    if not is_that_weekday(text, reading):
        return False
    if not all(TIME_WORDS.search(part) for part in re.split(r"[，,;；。]", bare) if part.strip()):
        return False
    return not TIME_REST.sub("", bare)


def is_that_weekday(written: str, reading: Reading) -> bool:
    """«9月20日（星期四）» of a Wednesday: either the day or the weekday is wrong."""
    named = re.findall(r"(?:周|星期|礼拜)([一二三四五六日天])", fold(written))
    start, end = (reading.values.get(key) for key in ("start_date", "end_date"))
    if len(named) != 1 or not isinstance(start, date) or start != end:
        return True
    return start.weekday() == "一二三四五六日".index(named[0].replace("天", "日"))


def count_words(spec: FieldSpec, text: str, reading: Reading) -> bool:
    if MORE_OR_LESS.search(fold(text)):
        return False
    words = re.sub(r"\d[\d,.]*\s*[万千百]?|[〇零一二三四五六七八九十百千万两]+", "", fold(text))
    return bool(COUNT_REST.fullmatch(words))


# «200多人» is said of a number that nobody knows.
MORE_OR_LESS = re.compile(r"[\d百千万十][多几来](?!\d)")


def choice_words(spec: FieldSpec, text: str, reading: Reading) -> bool:
    chosen = reading.values.get(spec.key)
    if isinstance(chosen, tuple) and chosen in {(one.label,) for one in spec.choices if one.noted}:
        return False  # «其他» alone: which others is not said
    return not reading.doubts or all(doubt.reason in {"weak", "deleted"} for doubt in reading.doubts)


def free_words(spec: FieldSpec, text: str, reading: Reading) -> bool:
    """No number of people and no day: those are said of another field; and neither a town alone is a place in it, nor a letter («登记在册»)."""
    said = squeeze(text)
    return len(said) > 1 and not TOWN.fullmatch(said) and not OF_OTHER_KIND.fullmatch(squeeze(fold(text)))


TOWN = re.compile(
    r"(?:泉州市|福建省)?(?:[\u4e00-\u9fff]{2}[市县区]|[\u4e00-\u9fff]{2}[市县区][\u4e00-\u9fff]{1,3}(?:镇|乡|街道)|[\u4e00-\u9fff]{2,3}(?:镇|乡|街道))"
)
OF_OTHER_KIND = re.compile(
    r"(?:大?约|大概|共|预计|有)*(?:\d[\d,.]*[万千百]?|[一二三四五六七八九十百千万两]+)[多余来]?(?:人次|个人|人|名|位)(?:左右|以上|以内|上下)?"
    r"|(?:20\d\d年)?\d{1,2}月\d{1,2}[日号]?(?:[\d年月日号至到、和\-—~～上中下午晚周星期一二三四五六日()]*)"
)

CHECKS = {
    "text": free_words,
    "unit": free_words,
    "longtext": long_words,
    "person": person_words,
    "phone": phone_words,
    "mobile": phone_words,
    "email": email_words,
    "date": time_words,
    "daterange": time_words,
    "count": count_words,
    "choice": choice_words,
}


# «25号星期一»
OF_WEEK = re.compile(
    r"^(?P<day>\d{1,2}|[一二三四五六七八九十廿]{1,3})[日号][（(\s，,]*(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
)


# «九月二十四» as it is spoken, without «号».
SPOKEN_DAY = re.compile(r"(?<=月)([一二三四五六七八九十廿]{1,3})(?![一二三四五六七八九十廿日号旬月整个])")


def in_its_month(text: str, campaign: Campaign) -> str:
    """A day without its month that is told with its weekday, in the one month of the campaign where it is that; a spoken day in full."""
    text = SPOKEN_DAY.sub(r"\1日", text)
    match = OF_WEEK.match(text.strip())
    day = counted_value(match["day"]) if match else None
    if match is None or day is None:
        return text
    weekday = "一二三四五六日".index(match["weekday"].replace("天", "日"))
    span = (campaign.starts + timedelta(days=i) for i in range((campaign.ends - campaign.starts).days + 1))
    fitting = [one for one in span if one.day == day and one.weekday() == weekday]
    return f"{fitting[0].month}月{text.strip()}" if len(fitting) == 1 else text
