"""What in a mail is only courtesy or only an announcement: none of it says anything about a form. Pure.

The words here are those of letters; a form's own labels come from its definition.
"""

from __future__ import annotations

from functools import lru_cache

from bot.base import expressions as re
from bot.base.text import fold

# By what somebody is reached.
REACH = re.compile(
    r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)|(?:0\d{2,3}[-—－\s]?)?\d{7,8}(?:转\d{2,5})?|[\w.+-]{1,64}@[\w.-]{1,100}",
    re.ASCII,
)
SHORT_THANKS = 24  # letters and digits of a line that may still be mere courtesy

TITLE = r"(?:老师|领导|主任|科长|部长|主席|局长|馆长|处长|同志|先生|女士|小姐|经理|校长|院长|秘书长|理事长|会长|社长|书记|干事)"
ENGLISH = (
    r"\b(?i:dear(?: (?:all|sirs?(?: or madam)?|madam|colleagues?|team|friends?))?|(?:hi|hello)(?: (?:all|there|everyone))?|(?:many |warm )?thanks?(?: (?:you|a lot|so much|very much|again|in advance|and))*"
    r"|(?:(?:best|kind|warm) )*(?:regards|wishes)|best(?=\W*$)|yours(?: (?:sincerely|faithfully|truly))?|sincerely(?: yours)?|cheers|(?:well )?noted|received|got it|have a (?:nice|good|great) (?:day|weekend)|fyi|pls|tks|thx)\b"
)
COURTESY = re.compile(
    rf"{ENGLISH}|尊敬的(?:[\u4e00-\u9fff]{{0,12}}{TITLE}们?(?:您?好)?[:：])?|各位|您好|你好|[\u4e00-\u9fff]{{0,2}}{TITLE}们?(?:您?好)?|(?:早上|上午|中午|下午|晚上)好"
    r"|感恩|再次|(?:非常|十分|万分|多|很|衷心)?(?:感谢|谢谢|多谢|谢了|谢)+(?:您|你|贵单位|贵会|大家)?们?的?(?:提醒|指正|回复|答复|支持|帮助|指导|审核|配合|反馈|告知|关心|理解)?"
    r"|(?:您|你)?辛苦(?:您|你|大家)?(?:了|啦)?|收到|已(?:收到|阅|悉|知悉|知晓|了解)|知道了?|明白了?|了解了?|好滴|(?<![说约定商讲排谈])好的|好嘞|嗯+|OK|ok|没问题"
    r"|(?:您|你|贵单位|贵会)?的?(?:来信|来函|来件|邮件|信件|回信|回复)(?:已经?|均|都)?(?:收悉|收到|收讫|看到|阅|收)了?|收悉"
    r"|(?:贵(?:单位|会|部|处)|您|你们?|市?科协)(?:寄|发|送|配送|下发|赠送?|配)来?的[^，,。；;？?吗没]{1,20}?(?:已|都|均|今天|刚刚?)*(?:经)?(?:收到|收悉|收讫|到)了?(?![吗没])|^[^，,。；;：:？?吗没\d]{2,16}(?:已经?|今天|都|均|刚刚?)+(?:收到|收讫|到)了?(?=[，,！!。]\s*(?:非常|十分)?[谢感])"
    r"|已转(?:发|达|告|交|呈)?给?(?:相关|有关|各|分管)?(?:科室|部门|单位|同事|领导|老师|人员)"
    r"|此致|敬礼|祝好|祝您?.{0,10}|顺祝.{0,8}|顺颂.{0,6}|商祺|工作(?:顺利|愉快)|.{0,2}(?:快乐|愉快)"
    r"|抱歉|不好意思|对不起|(?:给您)?添麻烦了?|麻烦(?:您|你)?(?:了|啦)?|打扰了?"
    r"|请(?:您|予以|及时)?(?:查收|知悉|核对|审核|审阅|审定|核实|更正|修改|更新|备案|见谅|谅解|指正)(?:一下)?|特此(?:更正|说明|告知|回复|函复)|为盼|以上"
)
NO_LETTERS = re.compile(r"[\W_]+")
GRACE = re.compile(
    r"谢|收到|好的|好滴|知悉|知道了|明白|了解|辛苦|OK|ok|嗯|没问题|敬礼|此致|祝|顺颂|抱歉|不好意思|对不起"
)
# Who is sorry may tell what for: «孩子们都病倒了，真是抱歉».
SORRY = re.compile(r"抱歉|不好意思|对不起")
SHORT_SORRY = 10  # letters beside it: «让您久等了»
THANKS = re.compile(
    r"谢|收到|好的|好滴|知悉|知道了|明白了|辛苦|敬礼|此致|祝|顺颂|商祺|OK|ok|没问题|(?i:thank|thx|regards|\bbest\W*$|sincerely|cheers)|会按时|请(?:查收|知悉|核对|审核|审阅|核实)"
)
# Whoever writes one of these wants more than to be polite.
WANTS = re.compile(
    r"[?？]|吗|请问|请教|怎么|如何|什么|哪|是否|能否|可否|几[时点号]|改|换|错|撤|勾|选|取消|推迟|延|提前(?!祝|[感致]?谢)|补|增|加上|去掉|删|附件|附上|收一下|重新|重发|重报|不办|不举办|漏|应为|应是|应该|有误|为准"
    r"|定[在于为]|安排在|调[到整]|挪|放[在到]|变[更动为成]|修|填|写|印|拿掉|划掉|其余|其[他它]|照旧|不变|[少多][了打写填]|这就|马上|立即|尽快|去(?=核|查|问|改|确)|不对|不是|作罢|泡汤|黄了|算了|[办搞做]不|不[搞做再]|不参加|误发|无视|忽略|退订|别再|不[想愿]|未|没|无法|不能|需要|作废|盼复|红字|下面|下方|见下|告知|回电|来电|请[^，,。]{0,8}(?:告诉|联系|回复|指示|提供|发|给|帮)"
)
# Digits, days and the labels of a form: whoever writes one of these says something.
TELLS = re.compile(
    r"\d|[〇零一二三四五六七八九十]{1,6}\s{0,9}(?:月|日|号|点|时(?!间)|人|场)|[:：]\s*\S|[周礼][一二三四五六日天](?![\u4e00-\u9fff]?[愉快])|星期|礼拜|[上中下]午|晚上|明天|后天|[上下本]周|月[底初]|[上中下]旬"
    r"|时间|地点|地址|名称|电话|手机|号码|邮箱|联系人|人数|内容|类型|对象|工作人员|[主承]办(?:单位|方)?|名字|(?:更正|调整|变更)为|应该?[是为]"
)
ATTACHED = re.compile(
    r"见附件|附件|附上|随信|随邮件|请(?:您|予以)?(?:查收|查看|审收)|重新(?:发送|发|报送|报|提交|上传|填写|填报)|重发|重报|已(?:经)?(?:按.{0,12})?(?:修改|更正|补充|补正|改好|完善|更新|改正|补齐|填好|盖章)|改好了|修改好|补好了|表格?已"
)
TOPIC = r"(?:补正|更正|修改|补充|答复|回复|更新|变更|调整)(?:后?的?(?:内容|信息|说明|情况|事项|部分|结果))?"
ANNOUNCES = re.compile(
    rf"^.{{0,40}}(?:如下|以下(?:内容|信息|几[处点项])?|{TOPIC}(?:如下|为)?\s*[:：])\s*[:：。，,]?$|^(?:现|以下是?|一下)?.{{0,10}}(?<![要需想有没]){TOPIC}$"
)
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺"
    "顾毛郝龚邵万钱严覃武戴莫孔向汤庄颜施洪柯连卓骆涂翁温詹康尤俞柳殷童倪甘祁翟樊俎简欧阮兰章葛岑梅盛蓝纪季鲍华包左齐司单牛穆关娄裴伍游辛耿池巫易丘饶桂官危粘凌聂缪滕佘阙邬"
)
# Verbs that put something else in the place of what stood; a direction («为», «到») lands on it.
CHANGE_VERBS = r"(?:更?改|修改|更正|变更|调整|修正|换|更换|更新|订正|纠正|变|[上下]?调(?!解|研)|缩减|压缩|压减|扩大|缩小|[减扩缩降涨增](?:少|加)?|延期|延后|推迟|推后|提前|顺延|改期|[挪移搬迁转腾](?:移)?)"
# Adverbs that say nothing of what is changed, and to what: «只好跟着换成…».
THEREFORE = r"跟着|随之|只好|只能|只得|不得不|得(?=[从由把将改换调挪移搬])|于是|一律|一概|干脆|索性|正式|顺势"
SAYS_CHANGE = re.compile(r"改为|改成|改到|换成|换为|更正为|更改为|变更为|应为|应是|调整为|修改为|改至")


# «市科技馆一楼大厅谢谢»: thanks behind a place or a unit that was asked for.
NAMED_FIRST = re.compile(
    r"(?:馆|厅|楼|室|广场|公园|[中小大]学|学校|学院|校区|操场|基地|大厦|站|街道|礼堂|店|协会|医院|公司|局|宫|中心|幼儿园|村|社区|镇|[\u4e00-\u9fff]{2}科协)[吧哦哈]?[，,。！!\s]*(?:谢|感谢|辛苦|麻烦)"
)


@lru_cache(
    maxsize=1024
)  # The same clauses are asked about again and again, in a letter that repeats itself a thousand times.
def is_courtesy(text: str) -> bool:
    """Thanks, greetings, «收到», and nothing that asks for more."""
    if NAMED_FIRST.search(text):
        return False
    rest = COURTESY.sub("", text)
    if re.search(r"[?？]", rest) or TELLS.search(fold(rest)):
        return False
    if len(left := NO_LETTERS.sub("", rest)) <= 1:
        return left not in {"无", "否", "是"}
    if SORRY.search(text) and not GRACE.search(SORRY.sub("", text)) and len(left) > SHORT_SORRY:
        return False
    return bool(GRACE.search(text)) and not WANTS.search(text) and len(NO_LETTERS.sub("", text)) <= SHORT_THANKS


def is_announcement(line: str) -> bool:
    """«现补正如下：» — what follows says it, not this line."""
    return bool(ANNOUNCES.match(line.strip())) and not re.search(r"\d", line) and not SAYS_CHANGE.search(line)


# «我校搬到新校区了»: the house moves, and nothing that is held in it.
HOUSE_MOVES = re.compile(
    r"(?:[大中小]学|学校|校|医院|[局馆院园厂社站所]|中心|公司|单位)(?:已经?|都|整体|刚|去年|今年)*[搬迁]"
    r"|(?:我们|咱们?|大家)(?:已经?|都|整体|刚|去年|今年)*[搬迁][^，,。；;]{0,6}(?:办公|新址)"
)


TABLE_HEAD = re.compile(
    r"(?:(?:[更修订]正|[修更]改|变更|调整|改)(?:之?前|以前)|原(?!因)[^\t|｜]{0,6}|错误?(?:内容)?|误)(?:\s*[\t|｜]\s*|[ \u3000]{2,})(?:(?:[更修订]正|[修更]改|变更|调整|改)(?:之?后|以后)|(?:现|新|正确?)[^\t|｜]{0,6}|(?:[更修]正|[修更]改|变更|调整|改|应)为)\s*[|｜]?\s*$"
)


# «订正栏⇥订正后内容», «栏目⇥内容», «编号⇥活动名称⇥变更项⇥变更后»
TWO_COLUMNS = re.compile(
    r"^[|｜\s]*(?:(?:序号|(?:受理|登记)?编?号|表号|(?:活动|项目)(?:名称)?|单位(?:名称)?)(?:\s*[\t|｜]\s*|[ \u3000]{2,}))*(?:[更修订]正|[修更]改|变更|调整|改动|填[写报])?的?(?:栏目?|项目?|内容|字段|名称)(?:\s*[\t|｜]\s*|[ \u3000]{2,})(?:(?:(?:[更修订]正|[修更]改|变更|调整|改)(?:之?后|以后|为)|新|正确|填[写报]|补充|具体)的?(?:内容|情况)?|内容|[填数]值)[|｜\s]*$"
)


def columns_of(line: str) -> int:
    """How many columns a table has of which *line* is the head; 0 where it is none."""
    return 3 if TABLE_HEAD.search(line) else 2 if TWO_COLUMNS.search(line) else 0
