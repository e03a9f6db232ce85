"""What stands around a value and leaves it open: another clause of its sentence, a question or a condition about the wish, a slip that its writer puts right. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.base import expressions as re

PUT_OFF = re.compile(r"(?:先|暂时?|现在|目前)(?:不|别)(?:用|要|急着)?(?:改|变|动|更)|(?:先|暂时?)(?:按|照)(?:原|以前)")
UNCERTAIN = re.compile(
    r"(?<!时候)(?<!当时)(?<!那时)(?<!之前)(?:不确定|没定|未定|说不准|不好说|待定|没批(?!下来|那么)|拿不准|不固定)"
)
WISHED = re.compile(
    r"(?:想|希望|打算|考虑|申请|请求)(?:要|能够?|可以|将|把|是否|就?[改换调变推提挪移])|(?:^|[^模虚比])拟[将把改换调]"
)
# «…，不知是否还来得及», «…？能改吗»: of a wish anything that is asked or left to somebody.
LEFT_TO_US = re.compile(
    r"不知|是否|能否|可否|能不能|可不可以|行不行|来不来得及|来得及吗|能[改换调][^，,。；;]{0,4}[吗么]|[可行好以]吗|妥否|当否|方便(?:吗|的话|就)|请[^，,。；;]{0,4}(?:批示|指示|批准|审批)|能[改换调]就[改换调]|[?？]|吗\s*$|[您你](?:看|定|决定)"
)
# «如果不行就按原来的», whatever stands before it.
FALLS_BACK = re.compile(
    r"(?<![计结打预估清])(?:还是)?算了(?=[，,。！!；;～~\s还就吧不先]|$)(?![，,\s]*(?:一共|总共|大概|是)?\d)|还是不[改换变]了|还是(?:[改换退]回|回到|恢复)|(?:如果?|若是?|要是|倘若|万一|实在|[，,。；;！!？?\s]|^)(?:还|也|时间|场地|领导|你们|您)*(?:不行|不可以|不(?:能|让|好|给)(?:改|换|调|变)?|来不及|不(?:太)?方便|不允许|不同意|[改换调]不了|没法[改换调])了?(?:的话)?\s*[，,]?\s*(?:那|就|则|也|还|便|维持|仍)"
)
# «有同志提出顺延至9月24日，经研究未予采纳», «…，待领导批示后另函告知», but no reason behind: «…，因为原来的场地没批下来».
REJECTED = re.compile(
    r"[，,](?![^，,。；;]*(?:因|由于|原))[^，,。；;]{0,12}(?:未(?:予|获|被|能|经)?(?:采纳|通过|批准|同意|准许|成行)|没(?:有|被)?(?:采纳|通过|批准|同意|准|批(?!评))|不予(?:采纳|批准|考虑)|(?:被|给)?否(?:决|掉|了)|(?:待|俟|[尚还]需|还要|等)[^，,。；;]{0,10}(?:批示|批准|批复|审批|同意|点头|拍板|签字)|(?:是否|要不要|用不用|需不需要)[^，,。；;]{0,4}(?:改|调|换|变))"
)
# «…，如果还能改的话», in the same sentence.
IF_ALLOWED = re.compile(
    r"(?:如果?|若是?|要是|倘若)(?:(?:还|仍|现在)(?:能|可以|来得及)|(?:贵部|领导|你们|您)?不(?:允许|可以|行|能|同意|批准))"
)
# «…，ok？», «…，怎么样»: a question that speaks of nothing else asks about what stands before it.
BARE_QUESTION = re.compile(
    r"^(?:老师|领导)?[您你]们?(?:看看|看下|看着办|定|决定|斟酌|觉得|认为|看|说)(?:一下|吧|呢|怎么样|如何|先?怎么[填写报登][^，,。；;]{0,4})?[?？]?$|^(?:请问|想问一?下?|老师|领导|这样|[这那]边|那|您|你|们|看|觉得|不知道?|是否|是不是|还|现在|也|都|就|时间上|[，,\s])*"
    r"(?:(?:可不可以|行不行|能不能|来不来得及|好不好|中不中|成不成|要不要得)[改换调]?|(?:能否|可否|(?:妥否|当否)(?=[?？])|怎么样|怎样|如何|何如|行不|好不|可以不|中不|成不)"
    r"|(?:可以|可行|能?行|好|成|中|妥|合适|来得及|方便|允许|没问题|能[改换调]|o\.?k\.?)(?:了)?(?:吗|么|不|吧|呢|没)+|(?:可以|可行|能?行|好|成|中|妥|合适|来得及|方便|o\.?k\.?|看|觉得)?(?:呢)?(?=[?？]))[?？啊呀哈\s]*$",
    re.IGNORECASE,
)
SORRY = r"(?:哎呀?|啊|呃|哦|噢|对了|抱歉|不好意思|sorry|上面|上一?[行句条]|前面|刚[才刚]|我|又|[，,、…~～。！!\s])*"
SLIPPED = re.compile(
    rf"^{SORRY}(?P<slip>[\u4e00-\u9fff]?(?:字)?(?:[打写说输敲](?:错|多|漏|少)(?:了|字|一?个字|别字)*|多打|错别?字|有错字?|手误|笔误|口误|错了|(?:不对[，,\s]*)+|不是(?=[，,\s:：])|不(?=[，,\s])|更正(?=[:：为]|一下)))?了?[\s，,：:。！!]*(?P<meant>(?![了的呢啊哦吧哈呀])[^\n，,。！!；;：:]{{1,20}})",
    re.IGNORECASE,
)
SPELLED = re.compile(r"(?P<spelled>[\u4e00-\u9fff])[\u4e00-\u9fff]?的(?P=spelled)$|位(?:数字?)?(?:应该?)?是?\d$")
SPOKEN_OF = re.compile(rf"^{SORRY}[“\"]?[\u4e00-\u9fff][”\"]?字[打写输敲][错多漏少]")
LAST_DIGIT = re.compile(r"^(?:最后|末|尾)(?:一位|位|数|号)*(?:数字?)?(?:应该?)?[是为](?P<digit>\d+)")
DESCRIBED = re.compile(
    r"^(?:是|就是)?[“\"]?[\u4e00-\u9fff]{1,5}[”\"]?的[“\"]?(?P<sign>[\u4e00-\u9fff])[”\"]?字?(?=[，,。；;！!\s]|$)"
)
STARRED = re.compile(r"^\s*[*＊]\s*\S")
END = re.compile(r"[。！!？?\n；;]")


def stands_in_doubt(words: str, stretch: str, text: str) -> bool:
    """Whether another clause of the sentence of *words* in *stretch*, that was cut off for what it is, leaves it open."""
    if words not in stretch:
        return False
    at = text.find(stretch)
    before = END.split(text[: max(at, 0)])[-1]
    behind = END.split(text[at + len(stretch) :])[0]
    first, last = END.search(stretch), max((one.start() for one in END.finditer(stretch)), default=-1)
    is_first, is_last = first is None or stretch.find(words) < first.start(), stretch.rfind(words) + len(words) > last
    return bool((is_first and UNCERTAIN.search(before)) or (is_last and UNCERTAIN.search(behind)))


def is_put_off(words: str, text: str) -> bool:
    """«地点可能要换到体育馆，等通知，先不改»: whoever says so wants nothing changed now."""
    at = text.find(words)
    end = END.search(text, max(at, 0))
    return bool(PUT_OFF.search(text[max(at, 0) : end.start() if end else len(text)]))


# Of the letter as a whole: «尚未拍板，您先放着», below which somebody's proposals may stand; «我们这场什么都没变», whatever others changed.
UNDECIDED = re.compile(
    r"(?:[尚还]未|还?没有?)[^，,。；;]{0,4}(?:拍板|定案)|先(?:给我|帮我)?[放搁]着(?!不)|(?<![^。；;！!\n，,])(?![^，,。；;]{0,8}(?:其[他它余]|别的|剩|以外|之外))[^，,。；;]{0,8}(?:(?:什么|啥)(?!的)|任何|一切)[^，,。；;]{0,4}(?:没有?|未|不|无|照)(?:[改变]|动|旧)"
)


def undecided_in(text: str) -> list[str]:
    """The sentences of *text* that leave something open."""
    return [one for one in END.split(text) if UNDECIDED.search(one)]


def is_undecided(words: str, undecided: Sequence[str]) -> bool:
    """Whether one of the *undecided* sentences leaves all open, or is that of *words*; «18号还是19号还没定案» is said of a day only."""
    return any(words in one or not re.search(r"\d", one) for one in undecided)


# «人数先写了100», «时间写的9月18日，如果馆里有事能改到17日吗»: so it stands, and may not stay.
FOR_NOW = re.compile(
    r"先(?:随便|大概)?(?:填|写|报|按|算)(?:的|了)?|没(?:有)?统计|可以(?=组织|安排|来|派|提供|出)|(?:能|可)(?:否|以|不能|不可以)?(?:再)?[改换调]|[改换调][到成至][^。；;！!\n]*[吗?？]"
)


def is_for_now(words: str, text: str) -> bool:
    """Whether the sentence of *words* in *text* says that they are no more than a guess, or asks for something else."""
    at = max(text.find(words), 0)
    begin = max((match.end() for match in END.finditer(text, 0, at)), default=0)
    end = END.search(text, at + len(words))
    return bool(FOR_NOW.search(text[begin : end.end() if end else len(text)]))


# «…，这个打不通», «…，场地那天有人用了», «…，她请假了», «…。我再跟校长核一下»: of the value just said; «怪不得打不通» is of what stood before.
SAID_OF_IT = re.compile(
    r"^(?!\s*(?:因为?|由于|怪不得|难怪))(?:\s*(?:但是?|不过|可是|只是)?(?:[这那](?:个|是|天|号码|位)(?!.*(?:[多大好近新对]|方便|合适|熟|[室科处办]的))|[她他它](?!的|[会能]|也|(?:联系|办公)?(?:电话|手机|号码|座机|邮箱)))|.*(?:那天(?:有|没|不(?!变|动)|已)|订不到|打不通(?!就是|的话|时)|没空)"
    r"|\s*(?:我们?|等我?|还要?)?再(?!.*(?:时间|地点|电话|人数|内容|名称|单位|邮箱|对象|类型))[^，,]{0,8}(?:核(?:实|对)?|确认|问|商量?)(?:一?下|清楚)?$)"
)
# «…改成林美云。更正一下，是…», «…二楼，哦二楼在装修，是三楼»: whoever says it has just seen that it is not so.
STOPS = r"(?:等等|等一?下|慢着|且慢|不对(?!的|称|[，,\s]*的))"
PUTS_RIGHT = re.compile(
    rf"\W*(?:(?:更正|纠正|订正)(?:一?下)?(?:[，,:：]|$)|(?:哦|噢|啊|哎呀?|诶|喔)+[，,]?(?!好|对了|还有|另|谢|这样|就|顺便|收|那个|对(?!不))[^，,。；;]|{STOPS}+\W*(?:[，,]|$))"
)
# «改成300人。抱歉，写错了，等我明天再报», but no reason behind: «…。之前写错了».
WRONG_AND_LATER = re.compile(
    rf"{SORRY}(?:[写打填说报弄搞算看]错了?|不对)[，,](?=[^。！!？?]*(?:等|明天|回头|稍后|晚点|改天|过[一两几]天))[^。！!？?]*再[^，,。]{{0,4}}(?:[报发说告回补定给])"
)
# «…填300人。——等一下，刚核了，应该是212人», «300不算»: behind the value.
STOPPED_BEHIND = re.compile(rf"[人名位个]?[。！!，,\s]*[—–…~～\s]*{STOPS}+\W*(?:[，,。！!]|$)")
NOT_COUNTED = r"[人名位个日号]?的?(?:那个|这个)?(?:就|都|也|则|便)?(?:不算(?!上|错|[多少大小太])|不作数|作废)"
COUNTED_OUT = re.compile(NOT_COUNTED)
# «时间是9月23日没错，那天是补班后的周六».
ASSERTED = re.compile(r"没错|无误|正确|对的|确实|没有?写错|没有?问题|确认")


# «改到9月22日。刚问了场馆，22日被占，只能23日»: of the day itself, further down.
DAY_OUT = re.compile(
    r"(?<!\d)(\d{1,2})[日号](?:那天|当天|[上下]午)?[^，,。；;\d]{0,8}?(?:被[占借订]|占了|有会|不行|冲突|没空|排满|[约订]满|用不了|不能用|撞)"
)
# «…，去年要修房子，搬走以后这个号就停掉了», in the sentence of a number.
OUT_OF_USE = re.compile(
    r"[，,][^，,。；;\d]*(?:[这那]个?|此)(?:号码?|电话|手机|座机)(?:就|也|都|已经?|早就?|现在|后来)*(?:停|不用|没用|作废|注销|打不通|取消|拆)"
)
# «前面两个数都作废», in a sentence further down.
BEFORE_OUT = re.compile(
    r"(?:[前上]面|以上|刚才)(?:说|写|报)?的?(?:[那这几一两二三四五\d]个?)?(?:数字?|号码?|日子|日期|时间|人数|名字)(?:[都全均也]*(?:作废|不算|不作数|不要))"
)
# «22981100，机关总机，转6012», «推迟到9月20日。活动持续一周»: more of the value that stands before it.
EXTENDED = re.compile(r"(?:[，,。\s]*[^，,。；;\d]{0,8}[，,。\s]+)?再?(?:转|分机)(?:号码?)?[:：]?\s*\d{2,5}(?!\d)")
LASTS = re.compile(
    r"^(?:活动|展览|展期|会期|一?共|总共|将|要|会)*(?:共|为期|历时|持续|延续|展出)(?:约|大约)?[一二两三四五六七八九十几\d]+(?:天|日|个?(?:周|星期|月))$"
)
SEVERAL = re.compile(r"[-—–~～至到和、及转]|天")


def denies(clause: str) -> bool:
    """Whether *clause* says of the value before it that it will not do, or is not settled."""
    return bool(SAID_OF_IT.search(clause.strip(" ，,。！!；;")))


def is_not_counted(value: str, text: str) -> bool:
    """Whether *text* says of *value* that it is none: «300不算»."""
    if not COUNTED_OUT.search(text):
        return False  # before an expression is made for each value
    return bool(re.search(rf"(?<![\w.@]){re.escape(value.rstrip('人名位个'))}{NOT_COUNTED}", text))


def is_taken_back(words: str, value: str, text: str) -> bool:
    """Whether what follows *words* in *text* asks about them, falls back on what stood before, or puts right a slip in the *value*."""
    at = text.find(words)
    if at < 0:
        return False
    value = value if len(value) > 1 else words  # a letter that was spelt stands twice
    told = words.rfind(value) if value else -1
    before, behind = END.split(text[:at])[-1], text[at + len(words) :]
    inside = re.split(r"[，,]|\s{2,}", words[told + len(value) :])[1:] if told >= 0 else []
    if any(BARE_QUESTION.match(one.strip(" 。！!；;")) for one in inside):
        return True
    # The rest of the sentence, and the first clauses of the next.
    rest, *following = re.findall(r"[^。！!？?\n；;]*[。！!？?\n；;]*", behind)[:2] or [""]
    clauses = [one for one in re.split(r"[，,]|\s{2,}", rest.strip()) if one.strip()]
    ahead = re.split(r"[，,]", following[0].strip())[0] if following else ""
    ahead = "" if re.match(r"另|还有|顺便|再", ahead) else ahead
    if any(BARE_QUESTION.match(one.strip(" 。！!；;")) for one in [*clauses[:1], *clauses[-1:], ahead] if one.strip()):
        return True
    if any(denies(one) and not ASSERTED.search(words + one) for one in [*clauses[:1], ahead]):
        return True
    if any(PUTS_RIGHT.match(one.strip()) for one in [*clauses[:1], ahead]) or any(
        map(WRONG_AND_LATER.match, following)
    ):
        return True
    if re.search(r"\d{7}", value) and OUT_OF_USE.search(rest):
        return True
    if (day := re.search(r"\d{1,2}(?=[日号])", value)) and any(one[1] == day[0] for one in DAY_OUT.finditer(behind)):
        return True
    after = (words[told + len(value) :] if told >= 0 else "") + behind
    if value and is_not_counted(value, f"{rest}{''.join(following)}"):
        return True
    if is_put_right_below(value, behind) or BEFORE_OUT.search(behind[len(rest) :]):
        return True
    goes_on = EXTENDED.match(behind) or any(LASTS.match(one.strip(" 。！!；;")) for one in [*clauses[:1], ahead])
    if goes_on and re.search(r"\d", value) and not SEVERAL.search(value):
        return True
    if REJECTED.search(rest) or IF_ALLOWED.search(rest) or FALLS_BACK.search(f"{rest}{''.join(following)}"):
        return True
    if WISHED.search(before + words) and LEFT_TO_US.search(f"{rest}{ahead}"):
        return True
    return puts_right(after, value)


# «P.S. …，那就20号下午，以P.S.为准»
POSTSCRIPT = re.compile(
    r"(?:^|\n)[ \t\u3000]*(?:(?:P\.?\s?)+S\b\.?|又及|附言|补记|再启)(?P<said>[^\n]*)", re.IGNORECASE
)
RIGHTED = re.compile(r"为准|那就|才想起|才(?:看到|发现|得知|知道)|还是(?=[改放定在用按])|[改换]|更正|不对|应[为该是]")
SORTS = tuple(
    re.compile(one)
    for one in (r"\d{1,2}[日号]|\d月|(?:周|星期|礼拜)[一二三四五六日天]|\d[点:：]", r"\d{7,}|@", r"\d\s*[人名位]")
)


def is_put_right_below(value: str, behind: str) -> bool:
    """Whether a postscript in *behind* puts right something of the sort of *value*: a day, a number, a count, or a name."""
    for one in POSTSCRIPT.finditer(behind):
        told = [bool(sort.search(one["said"])) for sort in SORTS]
        mine = [bool(sort.search(value)) for sort in SORTS]
        is_same = any(a and b for a, b in zip(told, mine, strict=True)) or not (any(told) or any(mine))
        if is_same and value not in one["said"] and RIGHTED.search(one["said"]):
            return True
    return False


# «9月16日……哦不对，我看成隔壁那场的了，是9月17日»
NOT_SO = re.compile(r"[…~～\s，,。.]*(?:哦|噢|啊|呃|诶|哎呀?)[，,…\s]*(?:不对|不是|错了|说错|看错|写错)")


def puts_right(behind: str, value: str) -> bool:
    """«地点是老年大雪一楼⏎打错字了  老年大学»: what follows the slip is of the same characters, or spells one of them."""
    behind = behind.lstrip(" 。！!，,；;”」》")
    if NOT_SO.match(behind):
        return True
    if STARRED.match(behind):
        return bool(set(re.sub(r"\W", "", behind.strip().split("\n")[0])) & set(value))
    if SPOKEN_OF.match(behind.strip()):
        return True
    if (last := LAST_DIGIT.match(behind.strip())) and value.endswith(last["digit"]):
        return False  # «…0007，最后一位是7» says it once more
    if (sign := DESCRIBED.match(behind.strip())) and sign["sign"] in value:
        return False  # «…“走进”，进步的进» says how it is written
    match = SLIPPED.match(behind.strip())
    if not match or not (match["slip"] or SPELLED.search(match["meant"])):
        return False
    return bool(set(re.sub(r"[\W是应为该]", "", f"{match['slip'] or ''}{match['meant']}")) & set(value)) or bool(
        SPELLED.search(match["meant"]) or re.fullmatch(r"[应该为是]*(?:\d+[号日人]?|[\u4e00-\u9fff])", match["meant"])
    )
