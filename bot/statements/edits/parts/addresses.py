"""Edits of parts of an e-mail address: its provider, a sign taken for another, one too many or too few. Pure."""

from __future__ import annotations

from msgspec import Struct

from bot.base import expressions as re
from bot.statements.edits.named import keys_named, stands
from bot.statements.edits.parts.sides import wrong_of
from bot.statements.values.context import Addressed, Context, Edit

SIGNS = {
    "下划线": "_", "下横线": "_", "横线": "-", "横杠": "-", "短横": "-", "中划线": "-", "连字符": "-", "减号": "-", "中横线": "-",
    "小数点": ".", "点号": ".", "英文点": ".", "艾特": "@", "逗号": ",",
}  # fmt: skip
PIECE = re.compile(
    r"(?<![A-Za-z0-9])(?!(?i:e-?mail|mail)(?![a-z.]))[A-Za-z0-9._@\-]+|"
    + "|".join(sorted(SIGNS, key=len, reverse=True))
    + r"|(?<=[个的把将成])点(?=[，,。写打改换是]|$)|(?<=[母])[lo](?=写|打)"
)
PROVIDER = re.compile(
    r"^(?:163|126|qq|sina|139|189|gmail|foxmail|hotmail|outlook|sohu|yeah|aliyun|21cn)$", re.IGNORECASE
)
DOMAIN = re.compile(
    r"@?((?:163|126|qq|sina|139|189|gmail|foxmail|hotmail|outlook|sohu|yeah|aliyun|21cn)(?:\.(?:com|cn|net))+)",
    re.IGNORECASE,
)
CHANGES = re.compile(r"错|应|改|更正|正确|[写打填输印敲抄登录]成|误|换|不是|是[^，,]{0,12}的|才对|→")
OF_NUMBERS = re.compile(r"(?:数字|字母)(?=[A-Za-z0-9])")
LACKS = re.compile(
    r"(?:漏|少|缺|掉)(?:了|掉|打|写|填|输|敲|录|印|抄|一?个|“|字母|数字)*$|(?:[前后]面?|之[前后])(?:还|应该?|要|再|是)*(?:有|加|补)(?:上|了|一?个|“|字母|数字)*$"
)
EXCESS = re.compile(r"多(?:了|打|写|填|输|敲|录|印|抄|出|来|一?个|“|字母|数字)*$")
BESIDE = re.compile(r"[^，,。；;A-Za-z0-9]{0,2}(?:后面|前面|之[前后]|里面?的|中的)")
NEEDLESS = re.compile(r"[”\"」]?(?:号|字符)?(?:是|也|都|应该?|请|要)*(?:多余|多(?:打|写|出|敲)|不要|去掉|去除|删|拿掉)")
FRONT = re.compile(r"前面?|之前")
BACK = re.compile(r"后面?|之后|末尾|最后|结尾|尾巴")


class Piece(Struct, frozen=True):
    begin: int
    end: int
    text: str


def edits_in(text: str, context: Context) -> list[Edit]:
    keys = keys_named(text, context, {"email"}) or open_addresses(context)
    stood = stands(keys[0], context).strip() if len(keys) == 1 else ""
    if re.fullmatch(r"[\w.+\-]+", stood) and (match := END.search(text)):
        piece = Addressed(keys[0], f"{stood}{match.group()}", -1, text, old="?")
        return [Edit(piece, match.start(), match.end(), match.start())]
    if stood.count("@") != 1:
        return []
    pieces = pieces_in(text)
    if any("@" in one.text[1:] for one in pieces):
        return []  # the whole address stands there
    made = surplus(text, pieces, stood) or missing(text, pieces, stood) or replaced(text, pieces, stood)
    if made is None or made == stood or not re.fullmatch(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+", made):
        return []
    begin, end = pieces[0].begin, pieces[-1].end
    return [Edit(Addressed(keys[0], made, -1, text, old="?"), begin, end, begin)]


# «后半截没打进去，是@qq.com»: what is lacking of «baiqi_whz».
END = re.compile(r"(?<![A-Za-z0-9_.+\-])@[A-Za-z0-9\-]+(?:\.[A-Za-z]{2,4}){1,2}(?![A-Za-z0-9_@])")


def open_addresses(context: Context) -> list[str]:
    """The addresses of which our letter said that they are wrong."""
    keys = dict.fromkeys(problem.field for problem, row in context.messages.values() if problem.is_error and row < 0)
    return [key for key in keys if key and (spec := context.definition.spec(key)) and spec.kind == "email"]


def pieces_in(text: str) -> list[Piece]:
    plain = OF_NUMBERS.sub(lambda match: " " * len(match.group()), text)
    return [
        Piece(match.start(), match.end(), "." if match.group() == "点" else SIGNS.get(match.group(), match.group()))
        for match in PIECE.finditer(plain)
    ]


def surplus(text: str, pieces: list[Piece], stood: str) -> str | None:
    """«@前面多了个点», «多打了一个2»."""
    gone = [one for one in pieces if EXCESS.search(text[: one.begin].rstrip()) or NEEDLESS.match(text[one.end :])]
    if len(gone) != 1:
        return None
    at = places_of(text, gone[0], pieces, stood)
    made = {stood[:i] + stood[i + len(gone[0].text) :] for i in at if stood.startswith(gone[0].text, i)}
    return made.pop() if len(made) == 1 else None


def places_of(text: str, one: Piece, pieces: list[Piece], stood: str) -> list[int]:
    """Where in the address *one* may stand, as the words say: before or behind another piece, at the end, or anywhere."""
    others = [other for other in pieces if other is not one and other.end <= one.begin]
    if others and stood.count(others[-1].text) == 1:
        side = text[others[-1].end : one.begin]
        at = stood.index(others[-1].text)
        if FRONT.search(side):
            return [at - len(one.text)]
        if BACK.search(side):
            return [at + len(others[-1].text)]
    if BACK.search(text[max(one.begin - 10, 0) : one.begin]):
        return [len(stood) - len(one.text)]
    return [i for i in range(len(stood)) if stood.startswith(one.text, i)]


def missing(text: str, pieces: list[Piece], stood: str) -> str | None:
    """«com少打了m», «@前面漏了个8»."""
    more = [one for one in pieces if LACKS.search(text[: one.begin].rstrip())]
    if len(more) != 1:
        return None
    new = more[0].text
    others = [other for other in pieces if other is not more[0] and other.end <= more[0].begin]
    if others:
        side, anchor = text[others[-1].end : more[0].begin], others[-1].text
        if stood.count(anchor) == 1:
            at = stood.index(anchor)
            if FRONT.search(side):
                return stood[:at] + new + stood[at:]
            if BACK.search(side):
                return stood[: at + len(anchor)] + new + stood[at + len(anchor) :]
        if anchor.endswith(new) and stood.endswith(anchor[: -len(new)]):
            return stood + new  # «com少了m»
    if BACK.search(text[max(more[0].begin - 10, 0) : more[0].begin]) or re.fullmatch(r"\.(?:com|cn|net)", new):
        return stood + new
    return None


def replaced(text: str, pieces: list[Piece], stood: str) -> str | None:
    """«后缀不是163是qq的», «com写成了con», «下划线应为减号»: the wrong one of the two must stand there."""
    named = list({one.text.lower(): one for one in pieces if not BESIDE.match(text[one.end :])}.values())
    if not CHANGES.search(text):
        return None
    if len(named) == 1 and (match := re.search(r"@([\w\-]+)\.", stood)) and PROVIDER.match(named[0].text):
        is_said = re.search(r"后缀|改[成用为到]|换[成用为到]|应|不是", text)
        return stood.replace(f"@{match[1]}.", f"@{named[0].text.lower()}.") if is_said else None
    if len(named) != 2:
        return None
    wrong = wrong_of(text, (named[0].begin, named[0].end), (named[1].begin, named[1].end))
    if wrong is None:
        return None
    old, new = named[wrong], named[1 - wrong]
    name, _, host = stood.partition("@")
    if (match := DOMAIN.fullmatch(new.text)) and host.lower().startswith(old.text.lower().removeprefix("@")):
        return f"{name}@{match[1].lower()}"  # «打成126啦，其实是163.com»
    if PROVIDER.match(old.text) and PROVIDER.match(new.text):
        return re.sub(rf"@{re.escape(old.text)}\.", f"@{new.text.lower()}.", stood, flags=re.IGNORECASE)
    return stood.replace(old.text, new.text) if stood.count(old.text) == 1 else None
