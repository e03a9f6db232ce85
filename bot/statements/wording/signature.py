"""Who writes: the signature at the end of a letter, told by what each of its lines is made of. Pure.

A line of a signature is nothing but units, offices, posts, names, telephones, addresses and days, in any order; one other word makes it a line that says
something.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from bot.base import expressions as re
from bot.base.replacing import replace
from bot.forms.values.unit_names import UNIT_LETTER
from bot.statements.wording.words import (
    ATTACHED,
    NO_LETTERS,
    SAYS_CHANGE,
    SHORT_THANKS,
    SURNAMES,
    THANKS,
    TITLE,
    is_courtesy,
)

LONGEST_SIGNATURE = 14  # lines that are not blank
LONGEST_LINE = 80  # characters of a line of a signature

CLOSED = re.compile(r"[！!。~～；;]+\s*|(?<=[）)])\s{2,}")
RULE = re.compile(r"^\s*(?:[-—–_=*~·…─━﹣－]\s*){2,}$")
FORWARDED = re.compile(r"^-{3,}.{0,16}(?:转发|回复|原始?邮件|Forwarded|Original).{0,16}-{0,20}$")
SENT_FROM = re.compile(
    r"^\s*(?:(?:发自|来自|Sent from|从我的|发送自|Get Outlook).{0,30}|从.{1,12}(?:邮箱|手机|客户端)发[来出送])$",
    re.IGNORECASE,
)
# «本邮件及其附件仅供收件人使用，如误收请删除»: what companies put below every letter.
DISCLAIMER = re.compile(
    r"^[（(【]?(?:本|此|该)(?:电子)?(?:邮件|信息)[^。]{0,12}(?:仅供|保密|机密|指定收件人|专属|含有)|^.{0,30}请考虑环境|^[（(]?如(?:果您)?误收.{0,40}删除"
)
CONTACT = (
    r"(?:联系人|联络人|经办人|发件人|填报人|姓名|联系电话|联系方式|办公电话|固定电话|移动电话|手机号码|手机号|手机|座机|值班电话|电话|传真|电子邮箱|电子邮件|邮箱地址|邮箱|信箱|"
    r"通讯地址|联系地址|单位地址|办公地址|地址|邮政编码|邮编|微信号?|公众号|网址|网站|联系(?=[:：])|单位名称|单位|部门|科室|职务|职位|QQ|E-?mail|Tel(?:ephone)?|Mob(?:ile)?|Phone|Fax|Add(?:ress)?|Web|Cell|[TMFEPA](?=\s*[:：]))"
)
CONTACT_LINE = re.compile(
    rf"^[\W_]*{CONTACT}(?:\s*[/／、]\s*{CONTACT}|同号)?[.．]?\s*(?:[:：]|(?=\+?\d)|\s)\s*\S", re.IGNORECASE
)
CONTACT_INSIDE = re.compile(rf"\s+{CONTACT}[.．]?\s*[:：]\s*\S", re.IGNORECASE)
OFFICE_NUMBER = re.compile(
    r"^(?:[\u4e00-\u9fff]{1,6}[办室科处部股][:：]?\s*)?(?:0\d{2,3}[-—－\s]?)?\d{7,8}(?:\s*[（(][\u4e00-\u9fff]{1,4}[)）])?$"
)
BARE_CONTACT = re.compile(r"^[\W_]*(?:\+?\d[\d\-()（）\s/、+]{5,40}|[\w.+\-]+[@＠][\w.\-]+|(?:https?://|www\.)\S+)$")
DAY = re.compile(r"^\s*(?:20\d\d|二[〇○零０0]..)\s*[年./\-].{1,12}$")
SHORT_DAY = re.compile(r"^(?:\d{1,2}月\d{1,2}[日号]|[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}[日号])$")
# Alternatives of an expression.
UNIT_ENDS = (
    "协会|科协|学会|联合会|促进会|研究会|基金会|总会|商会|联谊会|总工会|管委会|局|委|委员会|馆|学校|中学"
    "|小学|大学|学院|幼儿园|医院|卫生院|中心|公司|集团|政府|办事处|办公室|街道|镇|乡|社区|居委会|村委会"
    "|站|研究所|研究院|团委|工会|部|科|处|基地|法院|检察院|支队|大队|中队|银行|体协|农技协|报社"
    "|电视台|开发区|保护区|风景区|园区|名胜区|村|关工委|妇联|文联|侨联|残联|社科联|网信办|党校|红十字会|慈善会|附小"
    "|附中|实小|一中|二中|三中|科技社|合作社|出版社|旅行社|气象台|天文台|电厂|水厂|水库|工作室|俱乐部|剧团|供销社|少年宫"
    "|组委会|文化宫|植物园|动物园|书店|茶厂|农场|联盟|服务队|志愿队"
)
UNIT_NAME = rf"{UNIT_LETTER}{{2,28}}(?:{UNIT_ENDS})"
UNIT = re.compile(rf"^{UNIT_NAME}(?:[（(](?:盖章|公章|章|代章|筹)[）)])?(?=$|[\s,，、|｜/])")
UNIT_ALONE = re.compile(rf"^(?:{UNIT_LETTER}|[×ＸX*＊]){{1,28}}(?:{UNIT_ENDS})$")
OFFICE = re.compile(
    rf"^(?:{UNIT_LETTER}|[×ＸX]){{0,12}}(?:办公室|秘书处|总经办|董秘办|[\u4e00-\u9fff]办|科|室|部|股|处|组|所|队|团|站|社|中心|委|会|校区|分校|厂|分局|分会|编辑部|[村社街镇乡校园院]|大楼|科协)$"
)
NO_UNIT = re.compile(
    r"^(?:[主承协]办|填报)(?:单位|方)?(?:就|也|都|请|先)*[写填用是为改报]|^(?:参观|走进|前往|组织|由|请|在|到|去|是|我|关于|举办|开展|地点|改|就)|改为|应为"
)
PERSON = re.compile(
    rf"^(?!谢谢|感谢|祝|方便|成功|平安|安好|万分|马上|高兴|明天|时间|程序|于是|常见|任何|单位|方案|安排|金额|全部|全天)(?:[{SURNAMES}]|欧阳|上官|司马|诸葛|司徒)[\u4e00-\u9fff]{{1,2}}(?:\s*{TITLE})?$"
)
WRITER = re.compile(rf"{PERSON.pattern}|^[小老阿][\u4e00-\u9fff]$|^[\u4e00-\u9fff]?[{SURNAMES}]{TITLE}$")
NAMED_POST = re.compile(
    rf"^(?:副?{TITLE}|实习生|[\u4e00-\u9fff]{{0,8}}秘书长|[\u4e00-\u9fff]{{0,6}}(?:秘书|文书|专干|干事))[小老]?[{SURNAMES}][\u4e00-\u9fff]{{0,2}}$"
)
POST = re.compile(
    rf"^[\u4e00-\u9fff]{{0,12}}(?:副?{TITLE}|干事|科员|教师|专干|负责人|秘书|文书|村官|辅导员|实习生|联络员|书记|参谋|会计|讲解员|班主任|志愿者|经办|经办人|文员|文秘|内勤)$"
)  # «科普部副部长»
LATIN = re.compile(r"^[A-Za-z][A-Za-z.\-]{1,20}$")
# «Lin Yaohui», «EHS Department»: who writes in English, in lines of their own.
ENGLISH_UNIT = re.compile(
    r"^[A-Z][\w&.,'\- ]{1,50}\b(?:Department|Dept|Office|Division|Cent(?:er|re)|Team|Group|School|College|University|Company|Inc|Ltd|LLC|Hospital|Museum|Library|Association|Institute|Bureau|China)\.?$",
    re.ASCII,
)
ENGLISH_PERSON = re.compile(
    r"^(?:(?:Ms|Mr|Mrs|Dr)\.? )?(?!Best|Kind|Warm|Thank|Dear|Hello|Hi\b|Please|Yours|With|Good|Many|Looking|Out\b|Sent|Automatic|Auto)[A-Z][a-z]{1,12}(?:[ -][A-Z][a-z]{1,14}){1,2}(?: \([A-Z][a-z]+\))?$"
)
# «陈 22353361», «张»: a surname, below its unit.
SURNAME = re.compile(rf"^[{SURNAMES}](?:\s*(?:1\d{{10}}|(?:0\d{{2,3}}-?)?\d{{7,8}}))?$")
ADDRESS = re.compile(
    r"^[\u4e00-\u9fffA-Za-z\d·\-－（）()]{2,40}?(?:路|街|巷|大道|大街|弄|里|号|楼|层|室|大厦|花园|城|镇|区|市|省|县)(?:\d{1,5}[号室楼层栋#]?(?:之[一二三\d])?)*(?:[\d一二三四五六七八九十]{1,3}[楼层])?$"
)
REMARK = re.compile(r"[（(\[【][^（）()\[\]【】]{1,20}[）)\]】]")
STAMP = re.compile(r"[（(](?:盖章|公章|章|代章|印章|加盖公章)[）)]")
CLOSING_WORD = re.compile(r"(?:敬上|谨上|谨启|敬启|启|呈|拜上|上|敬呈|代|字|手机端?|同号|微信同号)$")
REACH = re.compile(
    rf"(?:{CONTACT}|办公|办|传)?(?:[/／]{CONTACT})?\s*[:：.．]?\s*(?:(?:\+?86[\s-]*)?(?:\d[\d\-—－()（）转\s]{{5,24}}\d|\d{{6,13}})(?:[/、]\d{{4,12}})?|[\w.+\-]+[@＠][\w.\-]+|(?:https?://|www\.)[^\s，。；]{{1,80}})",
    re.IGNORECASE | re.ASCII,
)
REACHED = re.compile(r"\d{7,}|\d{3,4}-\d{7}|[@＠]")
WAITS = re.compile(rf"[:：]\s*$|^\s*[>＞]|^\W*\d{{1,2}}\W.*[“？?]|^\W*{CONTACT}\W*$")
# Whom a letter addresses, and what somebody says behind his number.
SPEAKS = re.compile(
    rf"{TITLE}\s*[:：]$|[，,。；][^，,。；]{{0,20}}(?:我(?![局校馆院会])|请|您|再|了)(?!.*[局校馆院会]$)"
)
# A line that is no bare value, and one that begins with a label.
WRITES = re.compile(
    r"我[们单局校馆院]|请|您|[吗呢么嘛]|[\u4e00-\u9fff]不[行够办成可好]|没有?$|报告$|^\W*无\W*$|稿|[Kk][Pp]\d{4}|附件|报送|尤其|收到|确认"
)
OF_FORM = re.compile(r"^\s*(?:主办|承办|协办|填报|单位|指导|活动)")
OF_PART_TAKERS = re.compile(r"^(?:\d{1,2}[.、．]\s*)?(?:主办|承办|协办|填报)(?:单位|方)?(?:是|为|[\s\u3000:：])")
ENDS = re.compile(r"[。！!？?…~～；;)）\]】”\"]\s*$")
FAX = re.compile(r"^\W*(?:传真|Fax|邮编|邮政编码|网址)", re.IGNORECASE)
CLOSES = re.compile(
    r"^\s*(?:特此|专此|此致|敬礼|(?:以上)?(?:妥否|当否|可否)|请(?:予)?(?:批示|审核|支持)|盼复|.{0,6}为[盼荷])[^，,。\d]{0,8}[。！!]?\s*$"
)
TOKENS = re.compile(r"[\s\u3000\xa0,，、|｜/／·•;；:：]+")
PARTS = ("unit", "person", "contact", "day")


class SignedText(Struct, frozen=True):
    """What a mail says (``body``) and its signature; ``is_named`` where the signature shows a name, a unit or a rule above it."""

    body: tuple[str, ...]
    signature: tuple[str, ...] = ()
    is_named: bool = False


@lru_cache(maxsize=4)  # A letter is read against each of its forms.
def signed_text(text: str) -> SignedText:
    """The lines of *text* with the signature apart.

    A signature stands at the end: below a rule, below thanks or a closing, or (without either) it shows who writes it in two ways (unit or name, and
    telephone or day), or stands apart from a letter that has said something. Everything else stays in the body, so that no answer is lost.
    """
    lines = [part for line in text.splitlines() for part in parted(line)]
    if sum(bool(IN_FRAME.match(line.strip())) for line in lines) > 1:
        return SignedText(tuple(lines))  # answers written into our own letter
    end = len(lines)
    while end > 0 and (not lines[end - 1].strip() or LISTS_ATTACHED.match(lines[end - 1])):
        end -= 1
    if any(line.strip() for line in lines[end:]):
        above = signed_text("\n".join(lines[:end]))
        return replace(above, body=(*above.body, *lines[end:])) if above.signature else SignedText(tuple(lines))
    ruled = below_rule(lines)
    if ruled is not None:
        return SignedText(tuple(lines[:ruled]), tuple(lines[ruled + 1 :]), is_named=True)
    top = len(lines)
    while top > 0 and (not lines[top - 1].strip() or kind_of(lines[top - 1])):
        top -= 1
    written = [line for line in lines[top:] if line.strip()]
    if not written or len(written) > LONGEST_SIGNATURE:
        return SignedText(tuple(lines))
    kinds = [kind_of(line) for line in lines[top:]]
    named = bool({"unit", "person", "sent_from"} & set(kinds))
    if is_closing(lines[:top]):
        return SignedText(tuple(lines[:top]), tuple(written), is_named=named)
    first = next((i for i, kind in enumerate(kinds) if kind in {"unit", "person", "sent_from"}), None)
    if first is None and len(written) > 1 and not lines[top - 1].strip() and any(FAX.match(one) for one in written):
        return SignedText(tuple(lines[:top]), tuple(written), is_named=True)
    if first is None:
        return SignedText(tuple(lines))
    is_two_ways = len(set(kinds[first:]) - {"", "mixed"}) >= 2 or is_card(lines[top + first], lines[: top + first])
    if kinds[first] != "sent_from" and not is_two_ways and not is_apart(lines, top + first):
        return SignedText(tuple(lines))
    return SignedText(
        tuple(lines[: top + first]), tuple(line for line in lines[top + first :] if line.strip()), is_named=True
    )


IN_FRAME = re.compile(r"^【[^【】]{2,60}】$")
# «附件：….docx», below the signature of an official letter.
LISTS_ATTACHED = re.compile(
    r"^\s*附(?:件|表)?\s*[\d一二三四五]?\s*[:：.、]|^\s*\d{1,2}[.、].{2,60}\.(?:docx?|xlsx?|pdf|jpe?g|png|zip|rar|wps|et)\s*$|^\s*[（(]共[^（()）]{1,6}[)）]\s*$",
    re.IGNORECASE,
)
# «座机 0595-…，场地写…一楼。» is what is said.
SAYS = re.compile(r"[填写改换]|应[为该是]|场地|地点|时间|。$")


def parted(line: str) -> list[str]:
    """«收到，谢谢！晋江市科协 庄晓东 电话：…» is thanks and a signature in one line, and «….晋江市科协0595-…» what was said and a signature."""
    # What could be a signature is short: no other mark is looked at.
    for closed in CLOSED.finditer(line, max(0, len(line) - 2 * LONGEST_LINE)):
        if closed.end() >= len(line):
            break
        head, rest = line[: closed.end()], line[closed.end() :]
        if SAYS.search(rest):
            continue
        if kind_of(rest) and THANKS.search(head) and is_courtesy(head):
            return [head, rest]
        if kind_of(rest) == "unit" and REACHED.search(rest) and not TOKENS.search(rest[:4]):
            return [head, rest]
        if closed.group()[-1].isspace() and kind_of(rest) in {"unit", "person"}:
            return [head, rest]
    return [line]


def below_rule(lines: Sequence[str]) -> int | None:
    """Where a rule stands with nothing but a signature below it; «--» alone is the standard's mark (RFC 3676, 4.3)."""
    below: list[str] = []
    for place in range(len(lines) - 1, -1, -1):
        line = lines[place]
        if RULE.match(line) and not below:
            continue  # the lower edge of a signature
        if RULE.match(line) and (
            line.strip() == "--" or (below and all(kind_of(one) or is_courtesy(one) for one in below))
        ):
            return place
        below += [line] if line.strip() and not RULE.match(line) else []
        if len(below) > LONGEST_SIGNATURE:
            return None
    return None


def is_card(line: str, above: Sequence[str]) -> bool:
    """«陈主任 手机：…» below what the letter says: name and number in one line. Below a label or a question it is the answer to that."""
    said = [one for one in above if one.strip()]
    return bool(REACHED.search(line)) and any(not is_courtesy(one) for one in said) and not WAITS.search(said[-1])


def is_apart(lines: Sequence[str], first: int) -> bool:
    """Whether the signature from line *first* on is set apart from a letter that has said something: by a blank line, by its indent, by the end of a
    sentence above it. Below a label or a question it is the answer to that, below bare values the last of them."""
    above = [line for line in lines[:first] if line.strip()]
    is_writer = kind_of(lines[first]) == "person" and len(TOKENS.split(lines[first].strip())) > 1
    if above and is_writer and not re.search(r"[:：]\s*$", above[-1]):
        return any(len(NO_LETTERS.sub("", line)) > 3 and not is_courtesy(line) for line in above)
    if above and kind_of(lines[first]) == "unit" and WRITES.search(above[-1]) and not OF_FORM.match(lines[first]):
        return True
    if not any(len(NO_LETTERS.sub("", line)) >= 3 and not is_courtesy(line) for line in above) or WAITS.search(
        above[-1]
    ):
        return False
    own = lines[first]
    is_marked = re.match(r"\s*[—–]", own) or any(DAY.match(one) or SHORT_DAY.match(one) for one in TOKENS.split(own))
    if is_marked and kind_of(own) == "unit":
        return True
    indent = len(own) - len(own.lstrip()) - (len(above[-1]) - len(above[-1].lstrip()))
    return not lines[first - 1].strip() or indent >= 4 or bool(ENDS.search(above[-1])) or len(above[-1]) >= 24


def is_closing(lines: Sequence[str]) -> bool:
    above = next((line for line in reversed(lines) if line.strip()), "")
    return bool(THANKS.search(above) and is_courtesy(above)) or bool(CLOSES.match(above))


@lru_cache(maxsize=1024)
def kind_of(line: str) -> str:
    """``unit``, ``person``, ``contact``, ``day``, ``sent_from``, ``mixed`` for a line as signatures have them, else empty."""
    plain = re.sub(r"\s{0,9}[【】]+\s{0,9}", " ", line).strip(" \t\u3000\xa0|｜*·—-–")
    plain = re.sub(r"^[（(]([^（）()]{4,60})[）)]$", r"\1", plain)
    if not plain or len(plain) > LONGEST_LINE or SAYS_CHANGE.search(plain):
        return ""
    if SENT_FROM.match(plain) or DISCLAIMER.match(plain):
        return "sent_from"
    if SPEAKS.search(plain) or OF_PART_TAKERS.match(plain):
        return ""
    if CONTACT_LINE.match(plain) or BARE_CONTACT.match(plain):
        return "contact"
    if DAY.match(plain):
        return "day"
    if RULE.match(plain) or FORWARDED.match(line.strip()):
        return "mixed"
    if re.fullmatch(r"\d{5,6}", plain) or OFFICE_NUMBER.match(plain):
        return "contact"
    unit = UNIT.match(plain)
    if unit and not NO_UNIT.search(plain):
        rest = plain[unit.end() :].strip(" \t\u3000,，、|｜/")
        if not rest or PERSON.match(rest) or kind_of(rest):
            return "unit"
    head = re.split(r"[\s\u3000,，|｜/]+", plain, maxsplit=1)
    if PERSON.match(plain) or (WRITER.match(head[0]) and len(head) == 2 and kind_of(head[1])):
        return "person"
    if ENGLISH_PERSON.match(plain):
        return "person"
    if ENGLISH_UNIT.match(plain):
        return "unit"
    if POST.match(plain) or SURNAME.match(plain) or re.fullmatch(r"[A-Z][a-z]{2,12}", plain):
        return "mixed"
    inside = CONTACT_INSIDE.search(plain)
    if inside and inside.start() and (kind := kind_of(plain[: inside.start()])):
        return kind
    return kind_of_parts(plain)


def kind_of_parts(line: str) -> str:
    """What a line of several parts shows, where every part of it is one of a signature: «晋江市人民法院 研究室 小颜», «安溪县科协小廖 1385…»."""
    if NO_UNIT.search(line) or re.search(r"[。！!？?；;]", line.rstrip("。")):
        return ""
    is_reached = bool(REACH.search(line))
    plain = re.sub(r"(?:微信|手机|电话)?同号", " ", STAMP.sub(" ", line))
    inner = re.sub(r"^[（(](.{4,60})[）)]$", r"\1", plain)
    plain = REMARK.sub(" ", REACH.sub(" ", inner))
    plain = re.sub(rf"(?:^|(?<=[\s，,])){CONTACT}\s*[:：]?(?=\s|$)", " ", plain, flags=re.IGNORECASE)
    found = ["contact"] if is_reached else []
    tokens = [one for one in TOKENS.split(plain) if NO_LETTERS.sub("", one)]
    if sum(bool(LATIN.match(one)) for one in tokens) > min(2, len(tokens) - 1):
        return ""
    for i, token in enumerate(tokens):
        kind = kind_of_token(token, tokens[:i], has_more=is_reached or len(tokens) > 1)
        if not kind:
            return ""
        found.append(kind)
    return next((kind for kind in PARTS if kind in found), "mixed" if found else "")


def kind_of_token(token: str, before: Sequence[str], *, has_more: bool) -> str:
    """What one part of a line is. *has_more*: others stand beside it, so that an office or a surname alone is one."""
    token = CLOSING_WORD.sub("", token) if CLOSING_WORD.search(token) and len(token) > 3 else token
    if DAY.match(token) or SHORT_DAY.match(token):
        return "day"
    if PERSON.match(token) or WRITER.match(token):
        return "person"
    if NAMED_POST.match(token):
        return "person"
    if UNIT_ALONE.match(token):
        return "unit"
    if re.fullmatch(r"宣教|宣传|办公|科普|行政|综合|教研", token) and has_more:
        return "unit"
    if POST.match(token) or (before and CLOSING_WORD.fullmatch(token)):
        return "mixed"
    if not has_more:
        is_named = PLACED.match(token) or not token.endswith(("会", "队", "组", "园", "院"))
        return "unit" if len(token) >= 6 and OFFICE.match(token) and is_named else ""
    if before and (len(token) == 1 and token in SURNAMES):
        return "person"
    if OFFICE.match(token) or re.fullmatch(UNIT_ENDS, token) or PLACED_IN.match(token):
        return "unit"
    return kind_of_glued(token) or (
        "mixed" if ADDRESS.match(token) or LATIN.match(token) or re.fullmatch(r"\d{3,6}", token) else ""
    )


def kind_of_glued(token: str) -> str:
    """«安溪县科协小廖», «石狮科协阿萍»: a unit and its writer without a blank."""
    match = re.match(rf"^(?P<unit>{UNIT_NAME})(?P<name>[小老阿]?[\u4e00-\u9fff]{{1,4}})$", token)
    if match and (WRITER.match(match["name"]) or NAMED_POST.match(match["name"]) or match["name"] in SURNAMES):
        return "person"
    return (
        "mixed"
        if re.match(r"^[\u4e00-\u9fff]{2,3}$", token) and token[0] not in "请麻谢" and PLACE.match(token)
        else ""
    )


PLACED = re.compile(r"^[\u4e00-\u9fff]{2,3}[市县区]")
PLACED_IN = re.compile(
    r"^(?:泉州|鲤城|丰泽|洛江|泉港|石狮|晋江|南安|惠安|安溪|永春|德化)[\u4e00-\u9fff]{2}$"
)  # «晋江深沪»
PLACE = re.compile(
    r"^(?:泉州|鲤城|丰泽|洛江|泉港|石狮|晋江|南安|惠安|安溪|永春|德化|金门|台商|厦门|福州|漳州|莆田|福建|中国)[市县区省]?$"
)


CLAUSES = re.compile(r"[，,。；;！!～~\s]+")


def is_mere_thanks(letter: SignedText, *, is_asked: bool = False) -> bool:
    """The whole mail is courtesy and a signature: there is nothing to do. Where something *is_asked*, a number without a name below
    the thanks may be the answer, and so may each clause beside them: «科普宣传、互动体验，谢谢»."""
    if is_asked and not letter.is_named and letter.signature:
        return False
    lines = [line for line in letter.body if line.strip()]
    total = len(NO_LETTERS.sub("", "".join(lines)))
    said = [one for line in lines for one in (CLAUSES.split(line) if is_asked else (line,)) if one.strip()]
    return bool(lines) and total <= 2 * SHORT_THANKS and all(is_courtesy(one) for one in said)


def says_attached(letter: SignedText) -> bool:
    """The mail speaks of a file that it brings, or of one that was changed."""
    return bool(ATTACHED.search("\n".join(letter.body)))
