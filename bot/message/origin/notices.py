"""Whether a mail has the shape of a program's notice: it tells of a file, a mailbox or an event, and neither asks the office nor speaks of its writer.

Each trait alone is everyday; a notice has at least ``MARGIN`` more of them than it has traits of a person.
"""

from __future__ import annotations

from bot.base import expressions as re

MARGIN = 2
LONGEST = 3000  # characters of the text

# What a program is called by those who set it up, as the local part of its address or as the name in front of it.
LOCAL = re.compile(
    r"(?:^|[-_.+])(?:notic(?:e|es|er)|notif\w*|remind\w*|shar(?:e|ing)|recall|e?fax\w*|mail-?(?:gw|gate\w*|guard|room|track|safe)|big-?files?|transfer|weekly|daily|digest|toc|mention|approv\w*|alarms?|alerts?|monitor\w*|backup|"
    r"quarantine|reports?|survey|e?-?sign|bill(?:ing)?|invoices?|renew\w*|expir\w*|track\w*|verify|copier\w*|scan(?:ner)?\w*|mfp\w*|printer\w*|vm|voice-?mail|nas|ups|meeting|calendar|rec|secure|spam|atp|system|robot|bot|service-?desk|push|workflow|oa|subscri\w*|marketing|promo\w*|edm|survey|express|quota|gateway)(?:$|[-_.+\d])",
    re.IGNORECASE,
)
NAME = re.compile(
    r"(?:通知|提醒|提示|告警|网关|云盘|网盘|助手|平台|系统|中转站|管家|监控|邮件追踪|团队|公众号|机器人|编辑部|杂志》?社?|客服|信箱|邮箱|语音|传真|速递|快递|快报|周报|日报|审批|云(?:盘|签章|会议|空间|邮|打印)|\S文档|(?:组|筹)委会|回访|检测|缴费|服务号|运维|(?:安全|客服|邮件|邮箱|帮助|用户)中心|管理员|Team|Notifications?|Security|Service|Support|Cloud|Calendar|iR-\S+|MFP\S*|RICOH\S*|Xerox\S*|bizhub\S*|Fax\S*|Bot|Robot|Alerts?|Monitor)[”\"'\s]*$",
    re.IGNORECASE,
)
_NOUN = r"(?:邮件|来信|附件|文件|文档|传真|表单|问卷|答卷|工单|账[号户]|邮箱|信箱|域名|证书|公众号|网站|店铺|快[件递]|包裹|录制|会议|日程|日历|中转站|空间|订单|服务|公文|审批|待办|留言|消息|诉求|事项|发票|图书|单位|备份|任务|套餐|密码|登录|项目|申请|活动|流程)"
_BECAME = r"(?:将[于在被]|即将|应于|已(?!收[到悉]|阅|[按补修改填转])|被|有新|收到|未|暂存|到期|过期|就绪|正在|触发|找到|匹配|不符|异常|失败)"
# Of whom and of what it speaks, and what is to be done: words.
TOLD = (
    # «颜小满 给你分享了文件»: a name that a program put in, with the blank that it needs
    re.compile(
        r"(?<!\S)[\u4e00-\u9fff·]{2,4}(?:（[^）\n]{3,60}）| )(?:将|已(?!提交|报|交|盖|填)|给[您你]|向[您你]|邀请|在|通过|撤回|分享|共享|申请|提交|评论|回复|修改)|^\S.{0,40} (?:has |have |is |was )?(?:shared|invited|mentioned|requested|would like to|commented|sent you|recalled|signed)\b"
        r"|[\d\u4e00-\u9fff]\*\*",
        re.MULTILINE,
    ),
    # «您收到的邮件…将于3天后过期», «收件人 … 未收到您的邮件»: what became of something of yours
    re.compile(
        rf"(?:[您你]的?|贵单位)[^，。！？；\n]{{0,40}}?{_NOUN}[^，。！？；\n]{{0,50}}{_BECAME}|[您你](?:参加|提交|订阅|发布|创建|借阅|购买|保存|申请|预约|上传|关注)的[^，。\n]{{1,40}}{_BECAME}|[您你](?:单位)?(?:有|收到)了?(?:一|\s?\d+\s?)[条份封个件项门]|在[您你]处|(?:等待|待)[您你]|将于[^，。\n]{{1,16}}(?:关闭|失效|到期|下线|停用|过期)|剩余(?:额度|空间|流量|次数)|未收到[您你]的邮件|^(?:收件人|发件人) ?[\w.+-]+@[\w.-]+ ?(?=[^：:，\s\w.@-]|[\u4e00-\u9fff])"
        r"|由[^，。\n]{1,12}(?:发送|推送|生成|提供)\s?(?:$|[·|，。])|系统[已将]?自动(?:关|退|发|取|扣|终)|感谢(?:您)?使用|^©|\byou have (?:an? |\d)|\byou will be notified|\byour \w+ (?:has|will|is|was)\b|^(?:attached image|scanned (?:document|image)|message from \S+|(?:tx|communication) report)$",
        re.MULTILINE | re.IGNORECASE,
    ),
    # where to press
    re.compile(
        r"(?:点击|点此|点按)(?!率)|(?:立即|马上)(?:查看|处理|下载|续费|签署|登录|领取|认证|参与|报名|查收|购买|激活|验证|[更修]改密码)|(?:登录|前往|打开|进入)[^，。；\n]{0,16}(?:查看|处理|签收|续费|下载|阅读|评价|办理|认证|后台)|扫[描码]?[^，。\n]{0,10}二维码|(?:查看|阅读|下载|去)[^，。\n]{0,8}[：:>\s]+https?:"
        r"|^\[?(?:打开|查看|下载|放行|接受|进入|前往|登录|续费)(?!附件)[^，。！：:\n]{1,12}$|^(?:view|open|reply|join|review|accept)(?: [\w-]+){1,3}$|\b(?:click|view|open|release|download)\b[^.\n]{0,30}(?:here|\||https?:)|(?:下载|管理|删除|放行|release|delete|view) \||\] \[",
        re.IGNORECASE | re.MULTILINE,
    ),
    # how to get no more of it
    re.compile(
        r"退订|取消订阅|unsubscribe|(?:关闭|设置|管理)[^，。\n]{0,8}(?:提醒|通知)(?!书|单)|不(?:想|愿)?再(?:收到|接收)",
        re.IGNORECASE,
    ),
)
# What its fields look like.
SHAPED = (
    # «有 1 份新公文»: digits that were put between characters; «3/20 条», «186.4MB», «95%»
    re.compile(
        r"[\u4e00-\u9fff] \d[\d.,:/-]*(?: [\d:]+)? ?(?=[\u4e00-\u9fff])|(?<!\d)\d+\s?/\s?\d+\s?(?:条|个|人|次|[)）])|\d(?:\.\d+)?\s?(?:[KMGT]i?B?\b|%)|(?:共|[：:])\s?\d+\s?[页条]|[（(]\d+\s?[页条][）)]"
    ),
    # the clock of a machine
    re.compile(
        r"(?<!\d)\d{1,2}:\d{2}:\d{2}(?!\d)|\d{4}([-/])\d{1,2}\1\d{1,2}[T ]\d{1,2}:\d{2}|(?:UTC|GMT|CST)[+ )-]|[：:]\s?\d+ ?秒"
    ),
    # until when it waits
    re.compile(
        r"\d\s?(?:天|日|小时|分钟)[之以]?(?:内|后)[^，。\n]{0,12}(?:有效|[过到]期|删除|清除|失效|完成|未|停用)|有效期|逾期|(?:到|过)期|(?:保存|保管期|有效)\s?\d+\s?[天日]|截止(?:时间|日期)?\s?[：:]|缴费截止|expires?\b",
        re.IGNORECASE,
    ),
    # numbers of its books
    re.compile(
        r"(?:编号|单号|户号|会议号|提取码|访问密码|序号|主叫|设备|级别|状态|时长|来源|页数|阈值|错误|CSID|ID|Ref)\s?[:：#]\s?\S|(?:单号|户号|编号|读者)\s?[A-Z\d]{5,}|#\d{3,}|\b(?:Job|Case|Order) No\b|\b[A-Z]{2,4}\d{8,}|\b(?=[a-f]*\d)[a-f\d]{7,40}\b(?<!\d{7})|(?<!\d)(?!1\d{10}(?!\d))\d{9,}"
    ),
    # how it calls to its wares
    re.compile(r"400-?\d{3}-?\d{4}|(?:满|前)\d+[人名元]|[\d.]{1,4}折|诚邀|莅临|厂家|优惠|特价"),
    # what it costs
    re.compile(r"\d\s?元/|[¥￥]\s?\d|\d\.\d\d\s?元"),
)
# What stands behind a label, that is none of our forms', is the data that a program passes on; in quotation marks and addresses, too, nobody speaks.
PASSED_ON = re.compile(
    r"^(?![^：:，。\n]{0,12}(?:老师|领导|同志|科协|部|好|主任|长)[：:]|\W{0,3}(?:\d{1,2}\W)?(?:活动|主办|承办|协办|填报|参与|报送))[^：:，。\n]{1,14}[：:][^\n]*$|[“\"「《【][^”\"」》】\n]{1,80}[”\"」》】]|https?://\S+|[\w.+-]+@[\w.-]+|不是[您你](?:本人)?[?？]",
    re.MULTILINE,
)
PERSONS = (
    # himself and his own
    re.compile(
        r"我(?!刊|行(?!政)|台(?!账)|司|的收件箱|是[^，。\n]{1,8}的[^，。\n]{0,4}(?:管家|助[手理]))|咱|本(?:校|单位|人|会|局)|\b(?:I|I'm|we|we're|our|my|me)\b(?!')"
    ),
    # whom he asks
    re.compile(
        r"(?<!尊敬的)(?:老师|领导|科长|主任|部长|同志|科协)[您你]?们?好|你们|贵(?:会|局|部|办|馆|中心)|^[^，。\n]{0,10}(?:老师|科普部|科长|主任|部长)[：:，,！!]",
        re.MULTILINE,
    ),
    re.compile(
        r"[?？]|吗|请问|\bcould you\b|\bplease (?!do not)(?:use|send|check|register|add|confirm)", re.IGNORECASE
    ),
    re.compile(
        r"麻烦|烦请|劳驾|拜托|帮|妥否|望(?!远|江|海)|辛苦|谢谢|多谢|请(?:[您你]|老师)?(?:查收|审|核(?!对)|予|收[^件到]|批|备案|安排|指[正教导]|告知|回复?(?!到)|给|看)|\bthank",
        re.IGNORECASE,
    ),
    # what he brings
    re.compile(r"^\W{0,3}(?:\d{1,2}\W)?(?:活动|主办|承办|协办|填报|参与|报送)[^：:，。\n]{0,10}[：:]", re.MULTILINE),
    re.compile(r"(?:报送|报上|附上|附后|呈上|上报|补报|发给?[您你]|发送?过来)|附件(?:是|为|里|中是)|见附件$"),
)


def notice_sign(local: str, name: str, subject: str, text: str, *, is_answer: bool) -> str:
    """The words by which *text*, from an address with this *local* part and *name*, is known as a program's notice; empty for a letter.
    What answers a mail, and what has only the looks, must bear a program's name."""
    mail = f"{subject}\n{text}"[:LONGEST]
    told, shaped = ([one for one in (trait.search(mail) for trait in group) if one] for group in (TOLD, SHAPED))
    is_named = bool(LOCAL.search(local) or NAME.search(name.strip()))
    if not is_named and (is_answer or not told):
        return ""
    is_notice = len(told) + len(shaped) + (is_named and bool(told)) >= persons_words(text) + MARGIN
    return (told or shaped)[0].group().strip()[:30] if is_notice else ""


def persons_words(text: str) -> int:
    """How much in *text* only a person writes: of himself, to somebody, a question, a request, what he sends."""
    spoken = PASSED_ON.sub(" ", text[:LONGEST])
    return sum(bool(one.search(spoken)) for one in PERSONS)
