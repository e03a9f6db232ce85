"""What a letter says for form's sake: whom it addresses, what it refers to, what leads up to the rest, and how it closes. Pure.

Only a clause that is nothing else counts: «妥否，请批示», «来函收悉，经研究», «给您添麻烦了». One word more, and it says something.
"""

from __future__ import annotations

import re

from bot.statements.wording.signature import UNIT_NAME, WRITER
from bot.statements.wording.words import NO_LETTERS, SURNAMES, TITLE, WANTS, is_announcement, is_courtesy

LONGEST = 60  # characters of a clause that may still be a formula
OFFICE = r"(?:中国)?(?:福建省)?(?:泉州)?(?:市|区|县)?(?:科学技术协会|科协)?的?(?:科学技术普及部|科普及?部|普及部|科普科|科普日办公室|活动办|活动组委会|组委会|办公室|工作人员)?"
CALLED = rf"(?:[{SURNAMES}][\u4e00-\u9fff]{{0,2}})?{TITLE}们?|[{SURNAMES}](?:科|部|局|处|工|姐|哥|总|主|老|秘)|[小老][{SURNAMES}]|[{SURNAMES}][\u4e00-\u9fff]{{1,2}}|贵[部会办处]|大家|同志们|亲"
HELLO = r"(?:(?:您|你|大家)们?)?(?:上午|下午|早上|晚上|中午|早|周[一-日]|新年|节日)?(?:您|你)?好(?:呀|啊|哦)?|(?:您|你)们?(?=[：:，,])"
SALUTATION = re.compile(
    rf"^[\s\u3000]*(?:报告|尊敬的|敬爱的|亲爱的|各位)?(?=\S)(?P<office>{OFFICE})的?(?:各位|全体)?(?P<called>(?:{CALLED})(?:[、和及，,\s]{{0,2}}(?:{CALLED}))?)?(?P<hello>[，,\s\u3000]{{0,2}}(?:{HELLO}))?"
    r"(?:[：:，,！!。~～、…\s\u3000]+|$)"
)
PIECES = tuple(
    re.compile(piece)
    for piece in (
        r"(?:实在|真是?|非常|很|深感|先)?(?:抱歉|不好意思|对不起|惭愧|歹势)[啊哈了]?",
        r"(?:又|还|真是|实在)?(?:要|得|让)?(?:给|劳|叫|让)?(?:您|你|贵[部会单]位?|各位|老师|领导|大家)?们?的?(?:工作)?(?:白|又|再|多)*(?:添了?(?:不少|这么多|很多)?麻烦|带来了?(?:诸多|很多)?不便|造成了?(?:诸多)?不便|费心|操心|受累|久等)了?[啦哈]?",
        r"(?:不便|不周|不妥|不当|疏漏)之处|(?:由此|因此)?(?:给[^，,。；;\d]{1,10})?(?:带来|造成)了?的?(?:诸多|一些)?(?:不便|麻烦)|深表歉意|致以歉意|(?:敬请|恳请|请|还请|望|还望|万望|多多)(?:您|领导|老师|予以|多)*(?:见谅|谅解|原谅|包涵|海涵|理解|体谅)",
        r"(?:迟复|晚复|迟报|晚报|回复迟|回复晚)(?:为歉|了)?|(?:回复?|报|交)得?(?:太|有点)?(?:晚|迟)了|(?:今天|刚刚?|刚才|现在)?才(?:看到|看见|收到|注意到)(?:您的|贵部的?)?(?:邮件|来信|信)?|拖到现在才?[交报回]?",
        r"有劳(?:您|了|老师)*|劳(?:您)?(?:费神|大驾|烦)了?|(?:麻烦|辛苦|拜托|劳烦)(?:您|你|[\u4e00-\u9fff]?"
        + TITLE
        + r"|大家|各位)*(?:了|啦|哈)*",
        r"(?:以上)?(?:妥否|当否|可否|是否妥当|以上妥否)|(?:敬请|恳请|请|望|烦请|呈请)(?:领导|贵[部会单]位?|老师|予以|予|您)*(?:批示|指示|批复|核示|示|示下|审示|审批|批准为?盼?|批准|审定|鉴核|指导|赐教|多?批评指正|指正|多?指教|斧正|支持|多多支持)",
        r"(?:特此|专此|谨此|此致?|兹此|现)(?:报告|说明|函复|函告|致函|回复|答复|复函|告知|更正|奉告|证明|通知|申请|报备|呈报|函达|致谢)|此[复致报]",
        r"静候佳音|(?:盼|望|候|敬候|静候|期待)(?:您|老师|贵[部会])?(?:的)?(?:早日|尽快|及早|及时)?(?:回|答|批|赐)?复|(?:请)?(?:予以?|给予)?(?:支持|配合|批准|协助|办理|指导)?为[盼荷感谢]",
        r"(?:顺颂|顺祝|敬颂|即颂|此颂|谨祝|敬祝|恭祝|预祝|并祝|遥祝|祝)[^，,。；;？?\d]{0,10}|[时商公夏秋冬春台文教近钧暑][\s\u3000]*[祺安绥祉](?:康健)?|此致|敬礼|敬上|工作(?:顺利|愉快)|(?:节日|周末|国庆|中秋|身体|万事)(?:快乐|愉快|健康|如意)",
        r"(?:敬请|恳请|请|烦请|还请|望|麻烦|劳烦|烦)(?:领导|贵[部会]|老师|您|予以|予|及时|帮忙|帮我们?|一并|给予)*(?:收|查收|收阅|查阅|审收|审核|审阅|审查|登记|登录|录入|备案|备查|存档|知悉|悉知|阅示|核实|核对|核查|查验|更正|更新|修改|改正|处理|办理|过目|关注|阅|把关|查询|查看|重视|看看|看)(?:登录|登记|更新)?(?:一下|下)?[哈啊呀哦]?(?:为盼)?",
        r"(?:贵(?:部|会|办|处|局|单位)|您|你们?|市科协|科普部)?的?(?:[《“][^《》“”]{2,40}[》”]的?)?(?:来函|来信|来件|邮件|信|回信|回复|通知|《[^《》]{2,40}》)(?:我们?|均|已|都|也)*(?:收悉|收到|敬悉|看到|已阅|知悉|拜读|收讫|阅悉|悉)(?:了|啦)?|收到(?:了)?(?:您|贵部|你们?)?的?(?:来信|邮件|回复|通知|意见)?(?:了)?",
        r"(?:现)?经(?:我[局校馆院镇会园])?(?:领导班子|党组|办公会|园务会|校务会|集体|认真|慎重)?(?:会?研究|核实|核对|核查|商量|商议|讨论|请示领导|与相关人员核对)(?:后|决定|同意)?|(?:昨[日天]|今[日天]|刚才|现)?已?(?:与|和|跟)[^，,。\d]{1,10}核[实对](?:过|了)?",
        r"(?:根据|按照?|依照|遵照|依据)(?:您|贵|市|上级|通知|文件|部里|省里?|县里?|区里?|局里?|领导|来[信函]|《)[^，,。；;？?]{0,40}(?:要求|精神|通知|意见|安排|部署|规定|邮件|来信|指出|指示|》|文件|反馈)",
        r"(?:关于|就|针对)[^，,。；;？?]{2,40}(?:事项|事宜|一事|问题|情况)|(?:来函|来信|邮件)(?:中)?(?:指出|提到|所列|说)的?[一二两三四五几\d]*[处个项]?(?:问题|事项|错误)?",
        r"(?:现|这次|一并|再|就|那就|在此|都)?(?:补正|补充|补上|补|更正|修改|回复|答复|说明)(?:一下|了)?(?:以下|下列)?(?:[一二两三四五六几\d]+[个项处点条]|情况|内容|信息)?(?:如下)?|需?要?说明(?:的是|[一二两三几\d]点)?|以下(?:几点|内容)|(?:五|四|三|两|几|[\d]+)[个处项]?问题(?:一并)?(?:回复|更正|说明|答复|补正)(?:如下|您|你)?|(?:现)?(?:已)?(?:按照?|根据)(?:您的|贵部)?(?:要求|通知|意见|来信|回复)[，,]?(?:现)?(?:将)?(?:补正|补充|更正|修改|回复|答复)(?:内容|情况)?如下|与上次相比|(?:回复)?原(?:始)?邮件(?:内容|正文)?|转发的邮件(?:信息)?",
        r"(?:我)?(?:就|都|已经?|直接)?(?:在|写在|填在|回在|标在)(?:下面|原文|您?原?信[上里中]|原邮件|文中|后面|下方)(?:逐条|一一|里|中|上)*(?:回复?|答复?|改|写|填|补充|标注|注明)?(?:好|上)?(?:了|的)?|(?:回复|答复|修改)?(?:内容)?(?:回复)?(?:请)?见(?:红字|下文?|下面|如下文字|以下|下方)|请看(?:下面|下文)?|回复邮件",
        r"另外|另|此外|还有|同时|对了|对啦|再有|最后|顺便(?:说一下|问一下|提一下)?|顺带|那个|嗯|哦|啊|哈|嘿|好的?|好嘞|好滴|收到|是这样的?|情况是这样的?|麻烦问一下",
        r"(?:先|跟|和|向|给|在此)*(?:您|你|老师|贵部)?(?:们)?(?:先)?(?:说|报备|汇报|报告|知会|通报|打个招呼|道个歉)一?[声下]",
        r"(?:请|一律|均|都)?以(?:本|此|这封?)?(?:邮件|来信|信)(?:里的|中的|上的)?为准|怕(?:您|你)?(?:没|未)收到|(?:我[单校局馆院会镇]位?)?(?:高度重视|认真(?:组织|部署|落实|研究)|精心组织|积极响应|及时部署|结合实际)|(?:漏|忘|错)(?:了|记了?)?(?:勾|填|写)(?:了)?|我是新手|第一次填(?:这个?)?表|在吗[?？]?|顺序有点乱|字有点多|[\u4e00-\u9fff]{2,10}[〔\[（(]20\d\d[〕\]）)]\d{1,4}号",
        r"(?:如|若)?(?:还)?有(?:任何|什么|其他)?(?:问题|疑问|事情?|需要|不清楚的?|不妥(?:之处)?|不对的?(?:地方)?)(?:的话)?(?:地方)?(?:，)?(?:请|欢迎|麻烦)?(?:您)?(?:再|随时|及时|尽管)*(?:说|吩咐|联系|打|找|致电|电话联系|与我联系|和我联系|跟我联系|call)(?:我们?|本人)?(?:电话)?(?:联系)?",
        r"以上|如上|敬悉|为盼|为荷|为谢|完毕|就这些|没(?:有)?其他(?:事|问题)?了|其他没了",
    )
)
BRACKETED = re.compile(r"[（(][^（）()\d]{1,16}[）)](?=[:：]?$)")
BETWEEN = re.compile(r"[\s\u3000，,。！!~～、…：:；;]*")
THANKING = re.compile(
    r"^(?:再次|非常|十分|万分|衷心|真的?|也|先)*(?:感谢|谢谢|多谢|感恩|感激)[^，,。；;?？\d:：]{0,26}$"
)
INTRODUCES = re.compile(r"^(?:我|我们|这里|这边|这|本人|俺)(?:这里|这边)?(?:是|叫)(?P<who>[^，,。？?；;：:]{2,30})$")
WHO = re.compile(
    rf"^(?:{UNIT_NAME}|[\u4e00-\u9fff×XＸ]{{2,24}})(?:[^\W\d_]{{0,8}}的[小老]?[\u4e00-\u9fff]{{0,5}}|[小老阿][\u4e00-\u9fff])?$"
)
NOBODY = re.compile(r"改|报|发|写|填|确认|提交|办|举|申|活动(?!中心)|表|附|修|要|不|没|为了|因|退休|多少|什么|哪|谁")
ENDS_AS_UNIT = re.compile(rf"(?:{UNIT_NAME}|[局委馆校院园镇乡村会社部科办]|的)$")


def is_formula(text: str, *, strictly: bool = False) -> bool:
    """Whether a clause, or a sentence, is courtesy, reference or announcement and nothing else. *strictly*: word by word, where it reads as something else, too."""
    plain = BRACKETED.sub("", text).strip(" \t\u3000，,。；;！!~～、.…^_-·")
    if not NO_LETTERS.sub("", plain):
        return True
    if strictly:
        return len(plain) <= LONGEST and is_pieced(plain)
    if is_courtesy(plain) or is_announcement(plain):
        return True
    if len(plain) > LONGEST:
        return False
    if is_pieced(plain) or introduces(plain):
        return True
    return bool(THANKING.match(plain)) and not WANTS.search(plain)


def is_pieced(text: str) -> bool:
    """Whether formulas make up the whole of *text*, the longest that fits each time, so that the cost stays linear."""
    at = 0
    while at < len(text):
        ends = [match.end() for piece in PIECES if (match := piece.match(text, at))]
        if not ends or max(ends) == at:
            return False
        at = BETWEEN.match(text, max(ends)).end()  # type: ignore[union-attr]  # it matches nothing, too
    return True


def introduces(text: str) -> bool:
    """«我是安溪八小教务处的»: who writes, as a signature says it."""
    match = INTRODUCES.match(text)
    if not match:
        return False
    who = match["who"]
    if WRITER.match(who):
        return True
    return bool(
        WHO.match(who)
        and ENDS_AS_UNIT.search(re.sub(r"的[小老]?[\u4e00-\u9fff]{0,5}$", "的", who))
        and not NOBODY.search(who)
    )


def salutation(line: str) -> int:
    """How many characters of *line*, one of a letter's first, address its reader. «王科好，», «市科协科普部：», 0 where none do."""
    match = SALUTATION.match(line[:LONGEST])
    if not match or not (match["office"] or match["called"] or match["hello"]):
        return 0
    if match["office"] in {"市", "区", "县", "泉州", "办公室", "泉州市"} and not match["called"]:
        return 0
    is_end = match.end() == len(line.rstrip()) or match.end() >= len(line)
    if not is_end and not (match["called"] or match["hello"] or line[match.end() - 1] in "：:"):
        return 0
    return match.end()
