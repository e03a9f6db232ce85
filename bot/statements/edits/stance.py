"""Whether a sentence means what it says of a form: a question, a condition, a wish, a plan, hearsay do not. Pure."""

from __future__ import annotations

from bot.base import expressions as re
from bot.base.text import name_key
from bot.statements.values.context import Context, unit_of
from bot.statements.values.which_row import is_own_name
from bot.statements.wording.days import ANOTHERS_WISH, GOES_BACK, LEFT_OPEN
from bot.statements.wording.joints import (
    ANOTHERS,
    ASKED_BY_US,
    CASTS_DOUBT,
    HEDGED,
    LONGEST_LEAD,
    OTHERS,
    filling,
    is_harmless,
)

# Wherever in the sentence it stands.
ASKED = re.compile(
    r"[?？]|[吗么]\s*$|请问|是否|能否|可否|能不能|可不可以|行不行|好不好|是不是|要不要|妥否|当否|如果|假如|(?<!主)要是|倘若|若是|万一|要不|最好|可能|建议|[暂先]不|别改|不[用要必]改|再[定说议]|待定|看情况|听说|据[说悉称闻]|作罢|盘算|琢磨|一度|搁置|打消|不(?:用|必)[动管]|没(?:谈|搞|办)成"
)
# In the very words of the edit.
WISHED = re.compile(
    r"想(?!象|到|起|请|麻烦)|希望|打算|考虑|申请|计划|准备|[筹谋]划|若(?!干)|倘|遇|说是|好像|似乎|不一定|未定|[没不](?:能|同意|让|批准?|打算)?[改换变调]"
)


# What is no longer, beside what is: «不是十九号是二十一号».
NO_LONGER = re.compile(
    r"原[来先]?(?:[填写报登]|为)+了?[“「]?[^，,。；;“”]{1,16}[”」]?[，,]|(?:并?不(?:再)?[是在]|(?<!除)而?非)(?!因|由|我(?![，,本自]))[^，,。；;]{1,16}?(?=[，,。！!；;]|[而应改]|就?是|在|$)|(?:不要|不用|别|不再|不能|不可|不得|不该|不应)(?:再)?(?:写|填|用|登记?|留|打|找|联系)[^，,。；;]{1,16}(?=[，,])|不(?:用|要|写|填|找|归|再)+(?:我|[他她]|[小老][\u4e00-\u9fff])(?:本人)?了?(?=[，,])"
)


# «“活动”两个字不要» takes them away, and forbids nothing.
NOT_WANTED = re.compile(r"(?<=[”」字词句项栏也就都])不(?:要|用[写要]|必写|再?[勾选]|[勾选])了?")


# A clause that only says what stays as it is: «@前面不变», «其余两项保留», «日子还是那天».
STAYS = re.compile(
    r"(?:(?<=[，,。；;])|^)(?![^，,。；;]*(?:先|暂|还是不|时间不|就不))[^，,。；;！!\d]{1,14}?(?:都|也|还|就|仍然?|全|依然|一律|继续|均|照样)*(?:不(?:变|动|改|受影响)|没(?:有)?(?:变|动|错)|不用[动管]|照旧|照常|依旧|如旧|保持(?:不变)?|保留|还是(?:那|原来|老)[^，,。；;！!]{1,6})(?:了|的|哈|哦)?(?=[，,。；;！!]|$)"
)

# What only sounds open.
PLAIN = re.compile(
    r"(?<=[，,])(?:隔壁|邻近|附近|别的)[几个]*(?:村|镇|社区|街道|学校|单位)(?:的?(?:人|村民|群众|老乡|学生|居民|老人))?[也都]+要?(?:过?来|参加)(?=[，,。；;！!看听参凑\s]|$)|(?:[上下中]午|晚上|周末|平时|一般)(?:都|基本|经常|一般|就)*没有?人(?:接听?|在)?|(?<=[\u4e00-\u9fff]{2})(?<!我们)(?<!咱们)(?<![天才刚晚近午])听说(?=了|有)|[校馆局院园所站行社镇村]长说了?(?=只算|就?[按写填报]|统一)|(?:名[称字]|[会局校院馆司社学心”」])之后(?=再?[添加列写])|以后(?=就?[问找请由归])|我?想(?=再?[补加添][^，,。；;]{0,6}[:：])|(?<=[到在])隔壁的?|老人家|预想|设想的?(?:好|多|少)|听众|[来人接]听(?!说)|听[课讲]|现场|不好意思|[这那]个?会儿?|前后(?=两)|不可能|(?<!活动)[您你]们?说得(?:对|是)|(?:可能|大概|估计|应该)是[^，,。；;]{0,12}(?:模板|手误|笔误|复制|粘贴|[打看写填抄]错|没改|系统|输入法)[^，,。；;]{0,8}"
)


# «校长说提早半个钟头», beside a request to change it: so it was decided.
DECIDED = re.compile(
    r"(?:我们?|本|咱)?(?:[校馆局院园所站镇村]长|书记|领导|主任|学校|[局馆院校村镇]里|[局馆校]务会|开会)(?:们)?(?:已经?|刚[刚才]?|今天|昨天|昨晚|都|最后|商量|研究)*(?:说|定|决定|同意|通过|拍板)(?:了|好|下来)*[，,]?(?=(?:提|推|改|换|挪|调|延|早|晚|搬|移|放|定|要改))|(?:上级|上面|领导|[局馆校院]里)(?:们)?(?:说|要求|觉得|认为|指出)[^，,。；;吗?？再]{1,16}[，,]"
)
# «校长看了名称不满意，说“科技节”三个字年年用，换成…»: why it changes.
DISLIKED = re.compile(
    r"(?:[校馆局院园所站镇村会]长|书记|领导|主任|上级|上面|[局馆校院]里)(?:们)?[^，,。；;?？]{0,12}(?:[，,]?[^，,。；;?？]{0,12})?(?:不满意|不好听|不合适|不妥|不规范|不贴切|不够|太[大长短俗老旧土]|年年用|用[滥旧老]了|重复|拗口|俗气)[^，,。；;?？]{0,6}[，,]说?(?=[^，,。；;?？建]{0,16}(?:[改换删]|去掉))"
)
REQUEST = re.compile(
    r"(?<!先别)(?<!不要)(?<!不用)(?:请|麻烦|烦请?|劳烦?|協助|协助|辛苦|帮忙?|拜托|有劳|劳驾)[^，,。；;！!？?\n]{0,12}(?:[改换](?!天|日)|更正|更新|调整|同步|变更|修正|删|去掉|拿掉|补|加上|划掉)(?![^，,。；;！!\n]{0,4}[吗?？])"
)


def is_open(sentence: str, own: str, context: Context) -> bool:
    """*own*: the clauses of *sentence* that the edit is made of."""
    sentence, own = (ASKED_BY_US.sub("", without_ours(one, context)) for one in (sentence, own))
    if NEED_NOT.search(sentence):
        named = context.index.targets_named(own)
        sentence = CLAUSE.sub(lambda match: "" if another_stays(match[0], named, context) else match[0], sentence)
    if (final := GOES_BACK.search(own)) and not ASKED.search(own[: final.start()]):
        own = own[final.end("lead") :]
        sentence = sentence[max(sentence.find(own), 0) :]
    sentence, own = behind_reason(sentence, own)
    if THEREFORE.match(own.strip()):
        sentence = own  # whatever was heard or said, this is asked for
    if DISLIKED.search(sentence):
        sentence, own = DISLIKED.sub("", sentence), DISLIKED.sub("", own).removeprefix("说")
    if ASKED_FOR.search(own):
        sentence = CLAUSE.sub(lambda match: match[0] if match[0] in own else HEARSAY.sub("", match[0]), sentence)
    if REQUEST.search(context.letter):
        sentence, own = DECIDED.sub("", sentence), DECIDED.sub("", own)
    sentence = re.sub(r"原[来先]?(?:[填写报登]|为)+了?[“「](?:待定|暂定|未定)[”」]", "", sentence)
    sentence, own = (without_name(PLAIN.sub("", one), context) for one in (sentence, own))
    own = NOT_WANTED.sub("", NO_LONGER.sub("", STAYS.sub("", own))).replace(
        "志愿者", ""
    )  # who is counted, and wishes nothing
    return any(one.search(sentence) for one in (ASKED, ANOTHERS)) or any(
        one.search(own) for one in (WISHED, HEDGED, LEFT_OPEN, CASTS_DOUBT, ANOTHERS_WISH, LED_TO)
    )


def another_stays(clause: str, named: set[str], context: Context) -> bool:
    """«…，主办单位那栏不用改»: another field than those *named* is said to stay as it is."""
    labels = context.index.targets_named(clause) if NEED_NOT.search(clause) else set()
    return bool(labels) and not labels & named


NEED_NOT = re.compile(r"(?:不[用必]|无[需须]|不需要?)[改变动管]|不改(?![为成到])")
THEREFORE = re.compile(r"(?:那就|所以(?:就|[^，,。；;]{0,10}(?:请|麻烦))|因此请?|故(?:请|将|把))(?!不|别|先|暂)")
# «隔壁几个村听说了都要来，对象里请再添上农民»: why it is asked for.
ASKED_FOR = re.compile(r"(?:请|麻烦|烦请|帮忙)[^，,。；;不别先暂]{0,6}(?:[改换添加补勾删]|更正|去掉|登记)")
HEARSAY = re.compile(r"^(?![^，,]*(?:[?？吗]|如果|要是|万一))[^，,]*(?:听[说人]|据[说悉称闻]).*$")
# «…建议把老人家也请来，所以对象那一栏除了青少年，请再加上老年人»
SO = re.compile(r"(?:^|[，,])\s*(?:所以|因此|故)")
PLEASE = re.compile(r"请|麻烦|烦|帮忙")


def behind_reason(sentence: str, own: str) -> tuple[str, str]:
    """Both from «所以…请…» on, where the edit stands behind it: what was heard or said before is but its reason."""
    reason, cut = SO.search(sentence), SO.search(own)
    behind = own[cut.end() :] if cut else own
    lead = behind.partition("◇")[0]
    is_behind = bool(lead) and (cut is None or "◇" in behind)
    rest = sentence[reason.end() :] if reason else ""
    return (rest, behind) if is_behind and lead in rest and PLEASE.search(rest) else (sentence, own)


WE_WROTE = re.compile(r"(?:[您你]们?|贵[部会])(?:那边|那里|给)?(?:登记?|写|录|列|发|印|填)")


def without_ours(text: str, context: Context) -> str:
    """*text* without the clauses that only quote from our letter what stands in the form: «您们登的是“石狮市教育局”»."""
    stood = [
        one
        for spec in context.definition.field
        if isinstance(one := context.form.plain(spec.key), str) and len(one) > 3
    ]

    def quotes(clause: str) -> bool:
        return bool(WE_WROTE.search(clause)) and (any(one in clause for one in stood) or bool(IS_GONE.search(clause)))

    return CLAUSE.sub(lambda match: "" if quotes(match.group()) else match.group(), text)


CLAUSE = re.compile(r"[^，,。；;！!]+(?:[，,]|[。！!]?$)")
IS_GONE = re.compile(r"的(?:那一?[个条])?[^，,。；;]{0,4}(?:去掉|删|不对|错|有误|作废|旧的?|换掉)[了的]?[。！!，,]?$")


def without_name(text: str, context: Context) -> str:
    """*text* without the activity's own name in marks, which may be a question: «“香从哪里来”开放日»."""
    own = name_key(str(context.form.plain(context.definition.anchor) or ""))
    return QUOTED.sub(lambda match: "" if name_key(match["name"]) in own else match.group(), text)


LED_TO = re.compile(
    r"从来?没|从未|忽略|作废|不算|当没|如无|除非|为[什何]|的话|配套|[到成为]过|(?<![跟和给同与])[您你]们?(?:说|讲|通知)|说(?=.{0,6}活动)|除外"
)


# «教育局那边的», «主办单位那边»
OWNED = re.compile(
    r"(?<![我本该])(?:单位|对方|[局馆校会院方])(?:那边|那里)的?$|(?<![我本该])(?<!我们)(?:单位|[局馆校会院方])的$"
)


QUOTED = re.compile(
    r"[“「《](?P<name>[^“”「」《》]{2,40})[”」》](?:[那这](?:边|个|场|项|份|一[场项份])|一项|活动|项目|表里?)*的?"
)


ONLY = re.compile(r"只不过|不过|只是|不光|不仅|不但|不好意思|对不起")


OF_PERSON = re.compile(r"^(?:老师|同志|[科股]长|主任)?的?")  # «曾国华的手机号»


def is_ours(text: str, begin: int, context: Context) -> bool:
    """Whether what stands in its clause before *begin*, where a label or a verb begins, leaves it the writer's own activity."""
    lead = re.split(r"[，,。；;！!]|(?<=[份项场表处条])[:：]", text[:begin])[-1].strip()[-LONGEST_LEAD:]
    lead = ONLY.sub("", without_name(lead, context))
    for spec in context.definition.field:
        if spec.kind == "person" and (name := str(context.form.plain(spec.key) or "")):
            lead = OF_PERSON.sub("", lead.removeprefix(name)) if lead.startswith(name) else lead
    own = lead.removesuffix("的")
    lead = "" if len(own) > 1 and unit_of(context).endswith(own) else lead  # «协会的邮箱»
    if OTHERS.search(lead) or OWNED.search(lead) or CASTS_DOUBT.search(lead):
        return False
    return is_harmless(lead) or filling(lead, lambda word: is_own_name(word, None, context))
