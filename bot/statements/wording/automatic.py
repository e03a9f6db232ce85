"""Whether a letter reads as a program's: acknowledgement, absence, menu, ticket, challenge. Pure; at most ``LONGEST`` characters are looked at.

Each clause is sorted. What a person alone writes (a question of his own, a change, a request, a word about his form) makes the letter a
person's, whatever else it says; what no formula explains is handed back, so that a person of the office sees it. Below: the same of single
clauses around values that a letter names.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from bot.base import expressions as re
from bot.statements.model import Automatic
from bot.statements.wording.signature import BARE_CONTACT, CONTACT, DAY, RULE, kind_of
from bot.statements.wording.words import SURNAMES, TITLE, is_courtesy
from bot.statements.wording.writer import is_writer

LONGEST = 3000  # what is longer is a letter
MOST_CLAUSES = 120
TWICE = 2
SHOWN = 24  # characters
MENU = "菜单"  # the sign of a list to choose from

# «刚才是自动回复», «这不是自动回复», «由同事代为回复»: who says so writes himself.
SPOKEN_OF = re.compile(
    r"(?:(?<!是)不是|并非|刚才|刚刚|之前|先前|早[上些]|上午|昨[天晚]|前天|[上前那][一]?[封条个次]|忽略|别[看理管]|不[要用必](?:看|理会?|管)|误发)[^，。]{0,14}自动(?:回复|答复|应答)"
    r"|(?:经常|老是?|总是?|一直|常常|动不动就?)(?:被|给)?退信|自动(?:回复|答复|应答)[^，。]{0,8}(?:设着|开着|没关|忘了?关|忽略|不算|误|别管|不用[管理])|(?:earlier|previous|ignore|sorry for|not an?)[^.]{0,20}auto",
    re.IGNORECASE,
)
# What programs say of a mail that came in; people who answer a correction do not.
PROMISE = (
    r"(?<!请)(?<!请您)(?<!麻烦)(?<!望)(?:尽快|及时|稍后|稍候|按顺序|逐一|第一时间|认真|妥善|尽速|儘速|予以|再|节后|恢复\S{0,4}后|会在|将在|将于|会于|内)[^，。：:]{0,16}"
    r"(?:处理|處理|回复|回覆|答复|联系(?!我)|查看|查阅|阅读|办理|审阅|送审|反馈|通知)(?!如下|[:：])|(?:工作日|小时|天|日|个月)(?:之?内)[^，。]{0,16}(?:回复|答复|处理|联系|办理|审阅|办结|反馈|通知)"
    r"|专人[^，。]{0,10}(?:处理|联系|跟进|负责)|(?:客服|专员|工作人员|编辑|记者)[^，。]{0,12}(?:联系|回复|处理|跟进)"
)
ITEM = r"(?:来信|來信|来件|来函|来稿|來函|信件|邮件|郵件|留言|诉求|稿件|投稿|作品|简历|信息|表单|答卷|问卷|工单|服务请求|咨询|意见|建议|反映的?(?:事项|问题|情况)|线索|材料|申请|请求|问题)"
STRONG = re.compile(
    rf"{PROMISE}|将[^，。：:]{{0,36}}(?:联系|回复|通知|答复)您"
    r"|受理编?号(?!\s*[:：]?\s*[Kk][Pp]\d)|(?:办理|办件|查询|流水|登记|稿件|投稿|服务|隔离|案件|排队|工单|回执|受理单|业务|来信|信件|诉求)(?:密码|编号|单号|号码?|码)|(?:查询|办理|处理|审核|办件)(?:进度|结果|状态)|序号\s*[:：]?\s*\d|编号(?:为|是)"
    rf"|{ITEM}[^，。]{{0,24}}(?:已|正在|被|已经|成功|等待)[^，。]{{0,10}}(?:受理|进入|登记|转(?:[交办至给送相]|值班)|转发|分派|送达|送审|提交|审核|处理|投递|创建|解决|关闭|阅读|拦截|隔离|检测|记录(?!表))"
    r"|^(?:已|正在)(?:成功)?(?:受理|登记|转办|提交成功)|^(?:投稿|提交|操作|报名|预约)成功|正在审核|(?:已|系统)自动登记|提交成功|审核中|送审|审稿|三审|用稿|一稿多投|自行处理|来稿较多|恕不|如被采用"
    r"|请(?:您)?(?:耐心|稍等|继续)?(?:等待|等候|留意)(?!.{0,6}我)|耐心等|(?:保持|请保)[^，。]{0,6}电话畅通|敬请(?:期待|留意|等待)|请?勿(?:重复提交|回复|直接回复|泄露)"
    r"|(?:办公|工作|上班|咨询|开放|开馆|闭馆|营业|门诊|接待|服务|审核|值班|对外)时间\s*(?:[:：为是]|\d|上午|周|工作日)|节假日顺延|闭馆|(?:客服|服务|咨询|新闻|监督|投诉|便民|预约|订票)(?:服务)?(?:热线|电话|专线)|24小时(?:内|服务|开放)|(?<!\d)123(?:45|66|20|15)(?!\d)"
    r"|尊敬的(?:来信人|来件人|群众|客户|用户|作者|读者|纳税人|市民|网友|会员|考生|顾客)|市民朋友|亲爱的(?:读者|用户|作者|会员|朋友|同学)"
    r"|(?:智能|在线)(?:客服|助手|问答)|欢迎联系|转人工|(?:我是|由)[^，。]{0,6}机器人|机器人(?:客服|助手|小\S)|人工(?:服务|客服)|回复[“\"「]?(?:数字|人工|以下|字母|\d)|输入(?:数字|字母|序号)|请选择|(?:很)?高兴为您服务|欢迎(?:您)?(?:咨询|来到|关注|使用|致电)|(?:关注|微信)[^，。]{0,20}公众号|您(?:可以|是否想问|想咨询)\s*[:：]|描述您的(?:问题|需求)|以下(?:哪类|数字|选项|服务)"
    r"|验证(?:链接|码|身份)|完成验证|白名单|拦截|反垃圾|待审核区|版主|未发现病毒|安全检测|安全网关|(?:邮件|附件|网关)[^，。]{0,12}隔离|确认您是真人|点击(?:以下|下方|此处|这里|链接|本链接)"
    r"|邮箱(?:容量|空间|已满|已?停用|不常(?:查看|使用)|系统管理员)|容量已|(?:无法|暂时无法|成功)投递|投递(?:至|时间)|已被(?:收件人)?(?:阅读|查看|打开)|阅读时间|撤回(?:了邮件|成功|失败)|追加内容|工单|自动放行|提供技术支持|服务(?:进行)?评价|已设置[^，。]{0,4}(?:忙碌|休假|勿扰|离开)"
    r"|(?:您|你)(?:发送|寄出|发)?的(?:邮件|来信|信件)[^，。]{0,4}被?退回?|退信(?:原因|代码|通知)|(?:等待|进入|正在)(?:管理员|系统|人工|后台)*(?:审核|审批)|审核通过后|投递给|请?勿修改|如非(?:垃圾|本人|您)|收件人(?:邮件)?地址|以便系统|预计\d+个?(?:工作日|小时|天)|(?:邮箱|号码|手机号)(?:已)?不再使用"
    r"|尾号\d{3,4}|(?:还款|账单)日|对账单|(?:来[信件函稿]|邮件)(?:的?(?:主题|标题))?(?:须|应当?|务必|请)(?:为|注明|写明|标明|包含)|不予(?:归档|受理|回复|处理|采用)|办理时限|设置于|小编收到|每一封来信|严格保密|择优选登|不作回复|账号由[^，。]{1,12}代管|排队\s?\d|\bresponses? may (?:take|be delayed)|volume of e-?mails?|请勿催|(?:逢|见|有|来)信必[复回]|(?:归来?|回来?|返)[^，。]{0,3}[即再后必当][^，。]{0,3}复(?!印)|电子(?:普通|专用)?发票|短信转发|未打卡|未(?:提交|填写)(?:日报|周报|月报)|(?:邮件|邮箱)系统[^，。]{0,24}(?:升级|维护|迁移)|(?:本刊|您收到此邮件是因为)"
    r"|mailing list|members-only list"
    r"|成功送达|已送达|对方可能(?:不会|无法)|您的(?:验证码|答卷|账号)"
    r"|自动(?:回复|答复|应答)|系统(?:自动)?(?:发送|发出|生成|邮件)"
    r"|(?:message|e-?mail|request|enquiry|inquiry|submission|feedback|letter) has been (?:received|logged|registered|forwarded|created)|expected (?:response|reply)|not change the subject|received your (?:inquiry|enquiry|request|application|submission)|(?:case|ticket|reference) number|be in touch|within \d+ (?:business |working )?(?:days?|hours?)|we (?:typically|usually|normally|aim to) (?:reply|respond)|one-time confirmation|to have it delivered|reply to this message|sent automatically"
    r"|get back to you|reply (?:to (?:you|your)|as soon)|has been received and|your (?:request|ticket|case|submission)\b|ticket id|support (?:staff|team)|representative|virtual assistant|choose an option|talk to a person|opening hours"
    r"|office hours|reference number|acknowledge(?:s|ment)? (?:the )?receipt|\bI(?:'m| am|'ll be| will be)\b[^.?]{0,30}\b(?:off|away|out|travell?ing|hiking|offline|abroad)\b[^.?]{0,40}\b(?:until|till|through|back)\b|being held|moderator|verification process|junk mail|spam filter|out of (?:the )?office|on (?:annual |sick |maternity |parental )?(?:leave|vacation|holiday)|limited access to (?:my )?e-?mail|for urgent matters?|additional comments",
    re.IGNORECASE,
)
# What only a program says of the letter in which it stands, or of one that it could not deliver: all else in it belongs to that, unless a person shows.
DECISIVE = re.compile(
    r"^(?:您|你)(?:投递|发送|发出|寄出)?的(?:邮件|信件|消息)[^，。]{0,16}(?:接收|打开|签收|读取|送达(?!了?吗)|退回|延迟(?:送达|投递)|拦截|隔离)|[（(【]\W?(?:本邮件)?(?:系统|邮件)?自动(?:发送|回复|发出)[）)】]|this is an automated"
    r"|有\d+条(?:新的?)?(?:待办|消息|公文)|(?:登[录陆]|进入)\S{0,6}(?:OA|系统|平台|客户端)[^，。]{0,4}(?:处理|查看|办理|查阅)|加密网关|取件码|(?:需|请)?收件人(?:先|须|需|要)*(?:登[录陆]|验证)后|(?:opened|created) (?:a )?(?:case|ticket)\b|\b(?:case|ticket) ?#\d|收件箱已满"
    r"|(?:此|本|这|该)(?:信|邮件|回复|封|是|为|系)[^，。]{0,10}自动(?:回复|答复|应答)|由(?:邮件|邮箱)?系统自动(?:回复|答复|应答)|^\W{0,3}自动(?:回复|答复)\W|^\W{0,3}(?:来自[^，。]{1,12}的)?自动(?:回复|答复)$"
    r"|^(?:很抱歉|抱歉)?(?:您|你)(?:发送|发出|寄出|发往[^，。]{1,40})?的?(?:邮件|信件)[^，。]{0,12}(?:未能|无法|不能|没有)[^，。]{0,6}(?:投递|送达|递送|传递)|(?:退信|(?:投递|送达|发送)失败)的?(?:通知|原因|报告)|邮件系统.{0,8}(?:退回|退信)|(?:尚未|未能|无法)(?:送达|投递)[^，。]{0,4}收件人|无人值守|仅用于发送(?:通知|验证码)|不(?:接收|处理|查收)(?:来信|回信|邮件|回复)|如非(?:您)?本人操作|(?:想要|要求|希望|尝试)撤回(?:该|此|这封)?邮件|我是(?:您的)?(?:智能|AI|人工智能)[^，。]{0,6}|发件人验证|验证后[^，。]{0,12}投递|mail delivery (?:sub)?system|undeliver(?:ed|able)|delivery (?:has )?failed|(?:could|can)(?: ?not|n't) be delivered|mailbox (?:is )?full|returned to sender|delivery status notification"
    r"|(?:此|本|该)(?:通知|消息|短信|提醒|回执)由[^，。]{0,12}(?:系统|平台|网关|服务器)|^发往[^，。]{0,40}的邮件[^，。]{0,4}(?:未能|无法)|未能投递成功|不再重试|错误码|暂存于[^，。]{0,6}服务器|(?:收件人|对方)[^，。]{0,24}(?:查收|打开|阅读)(?:了)?(?:您的|此|该)?(?:邮件)?$|未发现病毒|邮件(?:安全)?网关|来自外部(?:发件人|邮箱)?$|谨慎点击(?:链接|附件)|邮箱(?:空间)?(?:已使用|容量|将满|已满)|验证码(?:是|为|[:：])|未接来电|电子发票|发票号码|(?:请|欢迎)?(?:对|为)[^，。]{0,10}(?:服务|事项)[^，。]{0,20}评[分价]|已(?:成功)?(?:加入|订阅)[^，。]{0,16}(?:列表|群组|频道|推送)"
    r"|(?:接受|拒绝|谢绝|婉拒)了(?:您|你)?的?[^，。]{0,30}邀请|greylist|awaits? moderator|until the list moderator|temporarily deferred|no (?:further )?action is (?:required|needed)|commented on [A-Z]{2,}-\d|status changed from|(?:was|is) sent by \S+ (?:jira|bot)|(?:这里是|我是)[^，。]{0,6}(?:智能|AI|机器人)(?:客服|助[手理])|可以这样问我"
    r"|^(?:您|你)的(?:来信|邮件|诉求|留言)[^，。]{0,20}工作日内|out of (?:the )?office|automatic reply|auto(?:matic|mated)?[ -]?(?:reply|response|responder)|(?:do|please) not reply to this|limited access to (?:my )?e-?mail|no longer (?:work|with|employed|monitored)|not monitored|(?:此|本|该)邮件[^，。]{0,24}自动转发|wird nicht (?:mehr )?(?:gelesen|überwacht)|challenge[- ]response|verify (?:that )?you(?:'re| are)|to deliver your message|on (?:annual|sick|maternity|parental) leave",
    re.IGNORECASE,
)
# Words of the sender himself beside a bounce that he tells of: «我上次的邮件被退信了».
BY_HIMSELF = re.compile(
    r"我(?!局|馆|院|行|校|镇|们?单位|司|公司|会|中心|台|们[将会]|已?换|已?不再|的?新|可能)|再(?:发|报|寄)|(?<!无需)(?<!不必)(?<!请勿)重新(?:发|报|寄)|重发"
)
# What somebody tells of a ticket, or of somebody else.
TELLS_OF = re.compile(r"上次|上回|之前|至今|没有?回[音复应]|[他她](?!们)|你们|老师|领导|麻烦")
# «我局将按职责分工转相关科室办理».
HANDLED = re.compile(
    r"^(?:我[局会馆院校台办中]\S{0,3}|我们|将|已|会|并)(?=.*(?:转|交|由|按))[^，。]{0,24}(?:科室|部门|处室|单位|业务|职责|程序|规定)[^，。]{0,10}(?:办理|处理|核处|研处|阅处|答复|跟进)"
)
# Who is away, and what that means for the mail: either alone is everyday, both together are an absence.
AWAY = re.compile(
    r"出差|休假|年假|产假|病假|婚假|陪产假|请假|公休|培训|外出|开会|会议中|开车|驾驶|国外|出国|不在(?!表|附)|放假|党校|学习|离职|调离|调动|退休|停止办公|停用|非工作时间|下班|因公|因病|忙碌|假期|节假日|下乡|驻村|挂职|值班|门诊|手术|布展|[暑寒][假期]|访学|巡演|离线|免打扰|[方未]归"
)
AWAY_MEANS = re.compile(
    r"(?:不能|无法|不便|可能|未能|没法|不会|难以)[^，。]{0,10}(?:查看|回复|处理|查收|阅读|接听|答复|及时)|(?:每[周天日]|隔日|不?定期)[^，。]{0,4}(?:处理|查看|查收|回复)|下次上线|(?:基本|一般|平时|很少|不常|不太)不?(?:看|查|上|开)(?:邮箱|邮件|信箱)|(?:查收|[看收回查])[^，。]{0,6}不(?:太|大|够)?(?:便|方便|及时)|等我[^，。]{0,6}回(?:来|单位|去)[以之]?[后再]*(?:处理|回复|答复|联系|查看|看|办)|(?:急事|紧急|有事|急件|急需|要事|加急|工作事宜|相关工作|如需)[^。]{0,16}(?:联[系络]|洽|致电|请[拨电]|拨打|电话|短信|找)"
    r"|(?:回来|返回|返[岗校]|回国|返泉|回单位|恢复上班|上班|开学|恢复办公|节后|假期结束|结束)[^，。]{0,6}(?:后|再|以后|时)?[^，。]{0,6}(?:回复|联系|处理|回您|答复|查收|查看)|^[^，。]{0,14}(?:恢复上班|正式上班|返岗|返回|回国|回来)$|恢复上班|恢复办公|正式上班|\d日(?:返回|回国|返岗|返泉)|由[^，。]{1,16}(?:接替|代为|代理|负责处理|临时负责)"
    r"|(?:稍后|晚点|回头)(?:再)?(?:回复|联系|回您|给您)|邮件请(?:发|转)|请将邮件|不便之处|带来[^，。]{0,4}不便|(?:请|可)(?:直接)?(?:联系|与\S{1,4}联系)(?!我)|(?:请|可)(?:直接)?(?:致电|短信)|期间",
)
# What else it means, in a letter that a program is known to have written.
ANSWERS_LATE = re.compile(
    r"(?:回复|答复|处理|查看|查收|回信)[^，。我您]{0,4}不(?:够|太|是很)?及时$|(?:回复|答复)[^，。我您]{0,3}(?:较|稍|偏)?(?:慢|迟|晚)$"
)
# «科普日相关工作请与林老师联系»: whose work it is meanwhile.
DEPUTY = re.compile(
    r"[^，。]{0,14}(?:工作|事宜|事务|业务|事项|活动|材料|报送)(?:有关问题)?(?:请|可|暂?由|均?由|转由|交由)[^，。]{1,16}(?:联系|接洽|对接|负责|办理|接手|处理)"
)
# An acknowledgement that people write as well.
WEAK = re.compile(
    rf"(?:您的?|你的?|贵单位的?|我们?|本人|此)?{ITEM}[^，。]{{0,14}}(?:收悉|收到|收訖|已阅|已收|收訖)|(?:收到|收悉)(?:您|你|贵单位)的?{ITEM}|感谢(?:您|你)?的?(?:来信|来稿|投稿|来函|来電|来电|联系|关注|填写|反馈|留言|關注|來信)|登记$"
    r"|感谢(?:您)?(?:对|关注)[^，。]{1,20}|thank(?:s| you) for (?:your|contacting|the) ?\w*|(?:have |we )?received your (?:message|e-?mail|mail|letter)",
    re.IGNORECASE,
)
# A question that a program asks everybody, a condition that holds for everybody.
ASKS_ALL = re.compile(
    r"(?:请问)?(?:您|你)(?:想|需要|要)(?:咨询|问|办理|了解)[^？?]{0,60}[？?]?|请问有什么(?:可以|能)[^？?]{0,12}[？?]?|(?:有|任何)(?:任何)?(?:疑问|问题|需要)[?？]|是否想问"
)
CONDITION = re.compile(
    r"^(?:如|若|如果|倘若|假如)(?:您|你|有|需|确|仍|未|合适|遇|本人)|^(?:如有|如需|若有|若需)|if you|如不?合适"
)
QUESTION = re.compile(
    r"[?？]|吗$|吗[，。]?|呢$|请问|能不能|可不可以|可否|能否|是不是|要不要|怎么|如何|怎样|什么时候|哪[里儿个张种些天]|多少|为什么|which|what|how (?:do|can|many)|could you|can we|do we"
)
CHANGE = re.compile(
    r"改为|改成|改到|改在|改至|改由|改期|应为|应是|应该是|更正|更改|修改|变更|换成|换为|换到|调整为|推迟|延期|延后|提前[到至]|取消(?!关注|订阅)|撤回|撤销|补充|补报|补填|补上|马上补|重新(?:报|发|盖|填)|重发|重报|漏[了填写报]|填[漏错]|写错|填错|打错|印错|有误|为准|增加|去掉|删去|作废|不变|(?<!规)定[为在]"
    r"|\bshould (?:be|read)|\bplease (?:change|correct|withdraw|cancel|update|replace|use)\b|\b(?:changed|corrected|postponed|moved) to\b|\bwithdraw our\b|\bour (?:form|registration|venue|activity)\b",
    re.IGNORECASE,
)
# Of the sender's own form or of what he is about to do; a request to us.
OWN_MATTER = re.compile(
    r"申报表|汇总表|登记表|报名表|总结|公章|盖章|签字|盖好|报送|申报|补报|上报|(?:我|本)(?:们|单位|校|局|会|馆|院|镇|公司|街道|社区|中心)?的?(?:活动|材料|表)|科普日|领导|志愿者|展板|场地|校长(?!室|信箱|热线|办公|[将会])|局长(?!信箱|热线|[将会])"
    r"|(?:下午|上午|明天|后天|今天|晚上|周[一二三四五六日天]|下周|\d[日号])[^，。]{0,8}(?:发|报|交|补|寄|送|给)(?:您|你|来|过来|给|去)?|(?:发|寄|报|交)(?:给?您|过来|过去)|核实|附件|纸质|原件|活动(?:地点|时间|名称|内容|对象|类型)"
)
# «等我问下负责的老师再回复您»
OF_SELF = re.compile(
    r"(?:发|寄|传|报)给(?:您|你)的|给(?:您|你)(?:发|寄|传)的|(?<!请)(?<!耐心)(?:等|让|容)我(?!们?(?:局|馆|院|中心|台|会|办|单位|[将会]))|我(?:们)?(?:先|再|去|要)*问(?:一?下|问|过|清)|[等跟和向](?:我们)?(?:校长|主任|领导|局长|园长|馆长|村长|书记)"
)
REQUEST = re.compile(
    r"麻烦|烦请|劳烦|拜托|辛苦老师|请(?:您|你|老师|贵\S{0,2})?(?:帮|把|将(?!邮件)|给我|再|改|核|查|登记|更|修|重|发|告知|通知我|打电话|与我|联系我|回电|确认(?!您))|(?:与|跟|和)我联系|回电|告诉(?:我|您)|由我"
)
INFO = re.compile(
    rf"^[\W_]*(?:我[馆院行校镇局]|本[馆院行校镇局]|办公|单位|公司|编辑部|招生|咨询|预约|挂号|新闻|客服|值班|联络|技术支持|办公室|服务|主题|状态|处理人|期间|当前|目前)*(?:{CONTACT}|地点|地址|热线|时间|[^，。]{{0,6}}电话|技术支持|建议解决方案|[^，。]{{0,4}}时间|状态|主题|处理人|网站|来源)\s*(?:[:：]|(?=\+?\d)|\s)",
    re.IGNORECASE,
)
TIMES = re.compile(
    r"^(?:周|星期|上午|下午|工作日|每[天周日]|节假日|[\d\s:：\-—–至到~～.、年月日号()（）时分天个期一二三四五六日+])+(?:上午|下午|周|星期|[\d\s:：\-—–至到~～.、年月日号()（）时分])*$|^https?://\S+$"
)
MENU_LINE = re.compile(
    r"^\s*(?:(?:回复|按)\s?\d\s*[:：]\s*\S|[【\[(（]?\s*(?:\d{1,2}|[A-Ha-h])\s*[】\])）.、．:：]|\d{1,2}\s)\s*\S"
)
SENDERS_END = re.compile(
    r"(?:局|委|会|馆|院|社|部|中心|办公室|编辑部|医院|大学|学校|中学|小学|公司|街道|政府|台|科|处|热线|网关|管理员|邮箱|信箱|气象台)$"
)
SENDER = re.compile(r"^\W*[\u4e00-\u9fff]{0,20}(?:局长|校长|馆长|院长|市长|县长|区长|主任|书记)信箱$")
# «您好，我是小科，很高兴为您服务»
SERVES = re.compile(r"高兴为您服务|为您服务[！!。]|智能(?:客服|助手)")
# What it offers to be asked: a question without anybody of whom it is asked.
OFFERED = re.compile(r"(?:.{0,6}可以这样问我[:：])?(?:(?!我|咱|本|表|申报|登记)[^，。])*[?？]$")
SCANNED = re.compile(r"未发现病毒|谨慎点击(?:链接|附件)|病毒扫描|网关(?:自动)?(?:扫描|检测)")
# Who sends to hundreds says how to get no more, or what all his wares cost; a system that it tells.
SENT_TO_MANY = re.compile(
    r"(?:此|本|该)(?:通知|消息|短信|提醒|回执)由[^，。]{0,12}(?:系统|平台|网关|服务器)|退订(?:请|点|回|发)|回复?\s?[TN]D?\s?退订|全场\s?[\d.]+\s?折|(?:\d+\s*元/[平米天张个套㎡][\s\S]{0,20}?){2}"
)
NICKNAME = re.compile(r"^我是(?:您的)?[小阿][\u4e00-\u9fff]{1,2}$")
# Titles of the data that a program repeats of the mail that it answers.
REPEATED = re.compile(r"^(?:主题|标题|状态|处理人|subject|status|原邮件|来信主题|邮件主题)\s*[:：]", re.IGNORECASE)
# A mail that came back: the lines that tell which it was, and what its sender is advised to do.
RETURNED = re.compile(
    r"退信|(?:投递|送达|发送)失败|(?:邮件|信件)[^，。\n]{0,30}(?:未能|无法|没有|未成功|被)[^，。\n]{0,12}(?:送达|投递|退回|拒收)|拒收[^，。\n]{0,6}(?:邮件|信件)"
)
WHICH_MAIL = re.compile(
    r"^\W*(?:原(?:始)?(?:来信|邮件|信件?)?(?:的)?(?:信息|内容|主题|标题)?|(?:来信|邮件)?(?:主题|标题)|收件人(?:地址)?|发件人(?:地址)?|(?:发送)?(?:时间|日期)|to|from|date|subject)\s*(?:[:：]|\s(?=\S)|$)",
    re.IGNORECASE,
)
ADVISES = re.compile(
    r"^(?:建议|您?可以?|请|或)[^，。]{0,24}(?:收件人|对方|管理员|稍后重试)|^(?:建议|您可以?)(?=.*发送)|^建议[:：]"
)
ADDRESSES = re.compile(r" ?(?:https?://[^\s，。；）)]{1,2000}|[\w.+\-]{1,64}@[\w.\-]{1,200}) ?", re.ASCII)
# What the program says of the form that it got from us; «我们的申报表» is a person's.
OF_YOURS = re.compile(r"您|你")
QUOTED = re.compile(r"[“\"「《【][^”\"」》】]{1,80}[”\"」》】]")
# What stands behind the form's own labels is a value: «活动名称：机器人小助手» is no robot's.
OWN_LABEL = re.compile(
    r"^\W*(?:\d{1,2}\W+)?(?:主要|预计|本次|组织)?(?:活动|主办|承办|协办|填报|公众|工作人员|[^，。：:]{0,4}名称)[^，。：:]{0,8}[:：]"
)
CONTENT = re.compile(r"^\W*(?:\d{1,2}\W+)?(?:主要)?(?:活动)?内容\S{0,6}\s*[:：]", re.MULTILINE)
# «王科», «林老师您好»: whom a program never knows.
ADDRESSED = re.compile(
    rf"^(?:尊敬的)?[小老]?[{SURNAMES}][\u4e00-\u9fff]?(?:{TITLE}|[科部局处工姐哥])(?:[您你]?好)?[：:]?$"
)
LABELLED = re.compile(r"^[\u4e00-\u9fff（）()/\s]{2,12}[:：]")
NEWSLETTER = re.compile(
    r"退订|取消订阅|unsubscribe|不(?:想|愿)再(?:收到|接收)|在浏览器中(?:查看|打开)|版权所有|all rights reserved|view (?:this|it) in (?:your )?browser|优惠|促销|限时|立即(?:购买|抢购|领取|查看|报名)|点击(?:这里|此处|查看|阅读)",
    re.IGNORECASE,
)
PERSONAL = re.compile(
    r"(?:我|本)(?:单位|校|局|馆|院|镇|街道|社区|中心|学会|协会)|我们(?:学校|单位|局|馆|院|镇|社|班|这边)|我(?:想|要|这边|是|叫)|贵(?:单位|会|部|局|办)|老师|请问|请教|咨询一下"
)
# «××中心邮件系统通知：», «【××科技客服】»: the head of what a program sends.
HEADING = re.compile(
    r"^【(?:[^】]{2,20}(?=客服|助手|系统|平台|中心|热线|机器人)|(?=温馨提示|系统通知|系统提醒|重要提示))(?:温馨提示|系统通知|系统提醒|重要提示|客服|助手|系统|平台|中心|热线|机器人)】$|^[^，。:：]{2,20}(?:系统|平台|邮箱|中心)(?:通知|提示|提醒|公告)[:：]?$"
)
HELLO = re.compile(r"^(?:hi|hello|dear|hey)\b.{0,20}$", re.IGNORECASE)
# A mail that «has been received» from «you» is what programs say of it.
TAKEN_IN = re.compile(
    r"(?:已|已经|成功)[^，。]{0,3}收[到悉讫](?:您|你)(?!好)|(?:您|你)(?!好)们?的[^\s，。！!]{0,8}(?:收[到悉讫]|已收|已阅)|(?:平台|系统|本站|邮箱|热线)[^，。]{0,8}(?:收到|受理|登记)"
)
# What offices and machines write of the mail that they took in, and of themselves.
ON_INTAKE = re.compile(
    r"排队|人工热线|咨询人数|收文[编]?号|[承经]办人\s{0,3}[:：]|(?:管理员|客服|投诉|监督)电话|已使用\s{0,3}\d+\s{0,3}[%％]|请及时清理|(?:来[函信件]|来文)[^，。；]{0,6}(?:登记|编号|转)|转[^，。；]{2,10}(?:承办|阅处|处理|办理)"
    r"|智能助[理手]|(?:客服|机器人|助[理手])[^，。；]{0,8}为您|^\s*【(?!补|更|回|答|关|申|修|受|活|重|急|附)[^】]{2,12}】|本(?:馆|院|校|局|中心|站)?(?:信息|联系方式|地址|开放时间)(?:如下|为|是|[:：])",
)
# «您的消息已转达»: said to us, of nothing that the writer does.
TO_US = re.compile(r"(?:您|你)们?的(?!来?信|来函|邮件|通知|表|第|意见|要求|建议|提醒|耐心)")
BY_WRITER = re.compile(r"我|咱|回|逐|请|麻烦|[补改填报发写交加删]|更正|回[复復]|答|错|漏|办|谢")
# What no letter to us is about.
OF_PROGRAMS = re.compile(
    r"系统|平台|小程序|快递|订单|账户|会员|咨询台|服务台|门户|网站|公众号|订阅号|新消息|您有|(?:接收|收到|签收)(?:了)?您的(?!来信|来函|邮件(?:了|$)|回复|通知|提醒)"
)
OF_AN_OFFICE = re.compile(r"^本(?!人|单位|次|校|局|会|镇|街道|社区|周|月|年|表|馆|院|园|村)")
# Whom the letter is addressed to, and that our mail came in.
TO_WHOM = re.compile(
    r"^(?:尊敬的)?[\u4e00-\u9fff]{0,12}(?:科协|科普(?:及)?部|科学技术协会|领导|老师|同志|科长|主任|部长|[\u4e00-\u9fff][科部局处主工]|[小老][\u4e00-\u9fff])(?:下午好|上午好|早上好|[您你]?好)?$|来[信函电]?(?:已)?(?:收悉|敬悉)|(?:关于|就).{2,40}(?:事项|事宜|问题|通知)$"
)
BORDERS = " ，,。；;：:！!"
CLAUSES = re.compile(r"(?<=[？?])|[，,。！!；;\n~～]+|\s{2,}|—{2,}|(?<=[】])(?=\S)|\.\s+")


@lru_cache(maxsize=16)  # asked for the letter, and for each form that it may be about
def read_automatic(text: str) -> Automatic:
    """How *text* (a letter without quotation) reads. A letter too long to be a program's answer gives an empty reading."""
    if not text.strip() or len(text) > LONGEST:
        return Automatic()
    lines = [line.strip() for line in CONTENT.split(text)[0].splitlines() if line.strip()]
    is_menu, is_away = is_menu_of(lines, text), bool(AWAY.search(text))
    if is_menu:
        lines = [line for line in lines if not MENU_LINE.match(line)]
    if is_returned := bool(RETURNED.search(text)):
        lines = [line for line in lines if not WHICH_MAIL.match(line)]
    plain = [ADDRESSES.sub(" ", line) for line in lines]
    clauses = [one.strip() for line in plain for one in CLAUSES.split(line) if one and one.strip()]
    if len(clauses) > MOST_CLAUSES:
        return Automatic()
    if SERVES.search(text):
        clauses = [one for one in clauses if not (NICKNAME.match(one) or OFFERED.fullmatch(one))] or clauses
    if is_returned:
        clauses = [one for one in clauses if not ADVISES.match(one)]
    told = [one for one in clauses if not OWN_LABEL.match(one) and not SPOKEN_OF.search(one)]
    strong = next((one for one in told if STRONG.search(one) or DECISIVE.search(one)), "") or (MENU if is_menu else "")
    if not strong and AWAY_MEANS.search(text) and (away := AWAY.search(text)):
        strong = next(one for one in clauses if away.group() in one)
    strong = strong or (SENT_TO_MANY.search(text) or [""])[0]
    weak = next((one for one in told if WEAK.search(one)), "")
    sign = strong or weak
    if not sign:
        return Automatic()
    is_human = bool(ADDRESSED.match(clauses[0])) or any(is_persons(one, is_away=is_away) for one in clauses)
    is_human = is_human and not SENT_TO_MANY.search(text)
    rest = tuple(one for one in clauses if not is_formulaic(one, is_away=is_away))
    if rest and rest[-1] is clauses[-1] and is_writer(rest[-1]):
        rest = rest[:-1]
    if not is_human and is_decisive(clauses, told, rest):
        return Automatic(sign[:SHOWN], is_strong=True, is_decisive=True)
    return Automatic(sign[:SHOWN], bool(strong), is_human, rest)


def is_decisive(clauses: Sequence[str], told: Sequence[str], rest: Sequence[str]) -> bool:
    """Whether a program says that it writes, or speaks as only programs do more than once, and nothing that is left over has a label of a form or
    tells of the sender himself."""
    is_said = any(DECISIVE.search(one) and not SPOKEN_OF.search(one) for one in clauses)
    often = sum(bool(STRONG.search(one) or ON_INTAKE.search(one)) for one in told)
    if not is_said and (often < TWICE or any(BY_HIMSELF.search(one) or TELLS_OF.search(one) for one in clauses)):
        return False
    return not any(OWN_LABEL.match(one) or BY_HIMSELF.search(one) for one in rest)


def is_menu_of(lines: list[str], text: str) -> bool:
    """Numbered lines to choose from: whoever offers them tells how to choose, or offers at least two without a value of their own."""
    offered = [line for line in lines if MENU_LINE.match(line)]
    return len(offered) >= 2 and bool(
        re.search(
            r"回复(?!\s*[:：如])|请选择|输入|您(?:可以|想|需要)|想问|欢迎|客服|机器人|choose|select|press",
            MENU_LINE.sub("", text),
        )
        and not re.search(r"(?:老师|领导)[，,]?\s*请问|^请问[:：]?$", text, re.MULTILINE)
    )


def is_persons(clause: str, *, is_away: bool) -> bool:
    """A question, a change, a request or a word about the sender's own form, behind what programs say as well."""
    if CONDITION.search(clause) or REPEATED.match(clause) or ASKS_ALL.fullmatch(clause) or SCANNED.search(clause):
        return False
    plain = re.sub(
        r"无需(?:修改|重)\S*|修改(?:邮件)?(?:主题|密码)|(?:想要|要求|希望|尝试)撤回(?:该|此|这封)?邮件|撤回(?:了邮件|成功|失败)|审核结果|处理结果|以[^，。]{1,12}(?:系统|平台|官网|公告)[^，。]{0,6}为准|请[^，。]{0,8}重新投递",
        "",
        ASKS_ALL.sub("", ADDRESSES.sub("", clause)),
    )
    left = AWAY_MEANS.sub("", DEPUTY.sub("", plain)) if is_away else plain
    if QUESTION.search(plain) or CHANGE.search(plain) or OF_SELF.search(left):
        return True
    is_formula = bool(STRONG.search(clause) or WEAK.search(clause))
    if is_formula and OF_YOURS.search(clause):
        return False
    if is_formula:
        return bool(OWN_MATTER.search(QUOTED.sub("", plain)))
    if SENDER.match(clause):
        return False
    return bool(REQUEST.search(left) or (OWN_MATTER.search(left) and not LABELLED.match(left)))


def is_letter(text: str) -> bool:
    """Whether somebody wrote *text* himself, as far as can be told of what came through a program that sends to many."""
    short = text[:LONGEST]
    is_advert = bool(NEWSLETTER.search(text))
    if is_advert and (len(text) > 800 or not PERSONAL.search(short)):
        return False
    return bool(PERSONAL.search(short) or (not is_advert and (is_question(short) or OWN_MATTER.search(short))))


def is_question(text: str) -> bool:
    """A question of the sender's own."""
    return bool(QUESTION.search(ASKS_ALL.sub("", ADDRESSES.sub("", text[:LONGEST]))))


def is_formulaic(clause: str, *, is_away: bool) -> bool:
    """Whether a program's formula, courtesy or the data of an office say it all."""
    if (
        HANDLED.match(clause)
        or ON_INTAKE.search(clause)
        or STRONG.search(clause)
        or DECISIVE.search(clause)
        or WEAK.search(clause)
        or CONDITION.search(clause)
        or ASKS_ALL.search(clause)
    ):
        return True
    if is_away and (AWAY.search(clause) or AWAY_MEANS.search(clause) or ANSWERS_LATE.search(clause)):
        return True
    if (
        is_courtesy(clause)
        or HELLO.match(clause)
        or HEADING.match(clause)
        or RULE.match(clause)
        or DAY.match(clause)
        or TIMES.match(clause)
        or kind_of(clause)
    ):
        return True
    plain = clause.strip("“”\"'【】[]（）() ：:-—")
    return bool(
        INFO.match(plain)
        or BARE_CONTACT.match(plain)
        or len(plain) <= 2
        or (len(plain) <= 24 and SENDERS_END.search(plain))
    )


def tells_of_intake(text: str) -> bool:
    """Whether *text*, which names values, says somewhere that a mail of ours was taken in, as offices and programs do."""
    return bool(TAKEN_IN.search(text) or ON_INTAKE.search(text))


def is_address(clause: str) -> bool:
    """Whether *clause* says only to whom the letter goes or that ours came in."""
    return bool(TO_WHOM.search(clause.strip(BORDERS)))


def is_of_office(clause: str) -> bool:
    """Whether *clause* is what an office writes of itself, or speaks of what only programs do."""
    return bool(OF_AN_OFFICE.search(clause) or OF_PROGRAMS.search(clause))


def is_machines(clause: str) -> bool:
    """Whether a clause above a value, that nothing explains, is what offices and programs write of themselves; it says so."""
    plain = clause.strip(BORDERS)
    if is_courtesy(plain) or is_address(clause):
        return False
    if TO_US.search(plain) and not BY_WRITER.search(plain):
        return True
    return bool(OF_PROGRAMS.search(plain) or STRONG.search(clause) or OF_AN_OFFICE.search(clause) or INFO.match(clause))
