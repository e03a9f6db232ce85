"""Mailboxes in From, To, Reply-To: names with encoded words, groups, comments, missing brackets."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from bot.base import expressions as re
from bot.base.domains import comparable
from bot.message.mime.encoded_words import clean, decode_words, unescape_entities
from bot.message.model import Address

MAX_ADDRESSES = 500
_EMAIL = re.compile(
    r"[^\s@<>\"(),;:\[\]\\\u3000-\u303f\uff00-\uff65\u4e00-\u9fff]{1,120}@[^\s@<>\"(),;:\\/\u3000-\u303f\uff00-\uff65]{1,200}"
)
# The whole of a header: an address whose local part is no ASCII either (RFC 6531).
_FOREIGN = re.compile(r"[^\s@<>\"(),;:\[\]\\]{1,120}@[^\s@<>\"(),;:\\/]{1,200}\.[^\s@<>\"(),;:\\/.]{2,60}")
_WORD = re.compile(r"=\?[^?\s]*\?[bBqQ]\?[^?]*\?=")
# What is said, not addressed: quoted strings, comments, encoded words.
_SAID = re.compile(rf'"(?:\\.|[^"\\])*"|\([^()]*\)|{_WORD.pattern}')


@lru_cache(maxsize=256)  # one header is asked for several times
def addresses(value: str) -> tuple[Address, ...]:
    """The mailboxes of one header value in order, group names left out. A piece without an address is kept where it is the only one."""
    found: list[Address] = []
    loose = ""
    for piece in _pieces(unescape_entities(value)):
        one = _mailbox(piece)
        if one.email:
            name = f"{loose}, {one.name}".strip(", ") if loose else one.name  # an unquoted comma in the name
            found.append(Address(one.email, name))
            loose = ""
        elif one.name:
            loose = f"{loose}, {one.name}".strip(", ")
        if len(found) >= MAX_ADDRESSES:
            break
    if not found and loose:
        return (Address("", loose),)
    return tuple(found)


def emails_in(text: str) -> tuple[str, ...]:
    """Every e-mail address written in *text*, lower case, each once."""
    return tuple(dict.fromkeys(address for match in _EMAIL.finditer(text) if (address := _valid(match.group()))))


def _pieces(value: str) -> Iterator[str]:
    """*value* cut at commas and semicolons outside of quotes, comments, brackets and encoded words; «group:» dropped."""
    piece: list[str] = []
    quoted = angle = False
    comment = 0
    place = 0
    last_quote, last_round, last_angle = value.rfind('"'), value.rfind(")"), value.rfind(">")
    while place < len(value):
        character = value[place]
        word = _WORD.match(value, place) if character == "=" else None
        if word:
            piece.append(word.group())
            place = word.end()
            continue
        if character == "\\" and (quoted or comment):
            piece.append(value[place : place + 2])
            place += 2
            continue
        if character == '"' and not comment and (quoted or place < last_quote):
            quoted = not quoted
        elif not quoted:
            if character == "(" and (comment or place < last_round):
                comment += 1
            elif character == ")" and comment:
                comment -= 1
            elif not comment:
                if character == "<" and place < last_angle:
                    angle = True
                elif character == ">":
                    angle = False
                elif character in ",;" and not angle:
                    yield "".join(piece)
                    piece = []
                    place += 1
                    continue
                elif character == ":" and not angle and "@" not in piece and not _is_scheme(piece):
                    piece = []
                    place += 1
                    continue
        piece.append(character)
        place += 1
    yield "".join(piece)


def _is_scheme(piece: list[str]) -> bool:
    return len(piece) < 20 and "".join(piece).strip(" <").lower() == "mailto"


def _mailbox(piece: str) -> Address:
    piece = piece.strip()
    if not piece:
        return Address("")
    angled = re.search(r"<([^<>]*)>?[^<>]*$", piece)
    inside = angled.group(1) if angled else ""
    before = piece[: angled.start()] if angled else piece
    email = _valid(_route_free(decode_words(inside))) if inside.strip() else ""
    if email:
        name = _name(before.rstrip("< "))
        if not name and angled:
            name = _comment(piece[angled.end(1) :])
        return Address(email, "" if name.lower() == email else name)
    # Some programs quote or encode the whole «name <address>»: what is said counts where no address stands beside it.
    beside = _SAID.sub(" ", piece)
    plain = beside if "@" in beside else decode_words(piece)
    match = _EMAIL.search(plain) or _FOREIGN.fullmatch(plain.strip())
    # «boss@example.com@evil.example», «"boss@example.com"@evil.example»: the whole is an address, none that can be used.
    if match is None or not _valid(match.group()) or re.match(r'[\s"\\>]*@', plain[match.end() :]):
        return Address("", _name(before) or _name(inside))
    plain = decode_words(piece)
    found = match.group()
    at = plain.find(found)
    at = at if at >= 0 else match.start()
    rest = plain[:at] + " " + plain[at + len(found) :]
    return Address(_valid(found), _comment(rest) or _name(re.sub(r"[<>]|mailto:", " ", rest)))


def _route_free(text: str) -> str:
    """«@relay:user@domain» and «mailto:user@domain» are «user@domain»."""
    text = re.sub(r"^\s*mailto:", "", text.strip(), flags=re.IGNORECASE).partition("?")[0]
    return text.rpartition(":")[2] if text.startswith("@") else text


def _valid(text: str) -> str:
    text = re.sub(r"\s+", "", text).strip("\"'.<>" if "@[" in text else "\"'.<>[]").lower()
    local, mark, domain = text.rpartition("@")
    local = local.strip('"')
    if (
        not mark
        or not local
        or not domain
        or "@" in local
        or len(text) > 254
        or re.search(r"[\x00-\x20\x7f()<>,;:\\\"]", text)
    ):
        return ""
    return f"{local}@{comparable(domain.strip('.'))}"


def _name(text: str) -> str:
    whole = re.fullmatch(r'\s*"((?:\\.|[^"\\])*)"\s*', text)
    if whole and "=?" not in text:
        return clean(re.sub(r"\\(.)", r"\1", whole.group(1)))
    text = re.sub(r"\\(.)", r"\1", text.strip())
    if '"' in text:
        text = text.replace('"', " " if re.search(r'\S"\S', text) else "")
    decoded = unescape_entities(decode_words(text)).strip()
    decoded = re.sub(r" ?\( ?\) ?", " ", re.sub(r"\s+", " ", decoded))
    return decoded.strip(" \"'“”<>").strip()


def _comment(text: str) -> str:
    match = re.search(r"\(([^()]*)\)", text)
    return _name(match.group(1)) if match else ""
