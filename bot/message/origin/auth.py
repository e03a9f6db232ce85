"""What the receiving server found out about the sender: its own Authentication-Results (RFC 8601), never one that the sender wrote.

A sender can write such a field, too, under any server's name; only its place tells. The receiving server puts its fields above what it
was given, so its results stand above the Received line with which it took the mail in (the border). Two mail houses write theirs
elsewhere, after a mark that no sender can know or cause: see ``_coremail`` and ``_qq``. All else below the border is the sender's word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from bot.base.domains import comparable
from bot.message.mime.fields import Field, Fields, as_text
from bot.message.model import AuthResults

_RESULT = re.compile(r"^\s*([a-z][a-z0-9-]*)(?:/\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
# Which domain a method vouches for; of the first that is named, all values must agree.
_PROPERTIES = {
    "spf": ("smtp.mailfrom", "smtp.mail", "smtp.envelope-from"),
    "dkim": ("header.d", "header.i"),
    "dmarc": ("header.from",),
}
_BY = re.compile(r"(?:^|\s)by\s", re.IGNORECASE)
# A hand-over inside the receiving server: LMTP is not spoken across a border.
_INSIDE = re.compile(r"\s*from\s+\S+\s+(?:\([^()]*\)\s+)?by\s+\S+\s+(?:\([^()]*\)\s+)?with\s+LMTPS?A?\s", re.IGNORECASE)
_COREMAIL_HOP = re.compile(r"\sby\s+(\S+)\s+\(Coremail\)\s+with\s+\S+\s+id\s+([\w.+/=-]{16,})\s*;")
_COREMAIL_WEBMAIL = re.compile(
    r"from (\S+)\$(\S+) +\( +\[[\da-fA-F.:]+\] +\) +by (ajax-webmail-[\w-]+) +\(Coremail\) *; +\w{3}, [\w :+]+ \(CST\)"
)
_QQ_HOP = re.compile(r"\sby\s+\S+\.qq\.com\s+\(NewMX\)\s+with\s", re.IGNORECASE)


class _Report(Struct, frozen=True):
    """``text`` of one or several fields' results; ``counts`` where the receiving server may have written it, ``proven`` where it must have."""

    text: str = ""
    counts: bool = False
    proven: bool = False


def auth_results(fields: Fields, from_email: str) -> AuthResults:
    """Results for *from_email*. ``from_domain`` is its domain where a passed check speaks for just that domain, else empty.

    Unless ``by_receiver`` is true, whether ``authserv_id`` is a server that we trust is for the caller to decide. Results that only the
    sender may have written are told (a failure is no less one), but vouch for nobody.
    """
    border = border_of(fields.items)
    webmail = _webmail_sender(fields.items, border)
    if webmail and webmail[0] == from_email:
        return AuthResults(webmail[1], from_domain=from_email.rpartition("@")[2], by_receiver=True, counts=True)
    report = _report(fields, border)
    text = _without_comments(report.text)
    head, _, rest = text.partition(";")
    words = head.split()
    authserv = words[0].lower() if words and "=" not in words[0] else ""
    sections = rest.split(";") if authserv else text.split(";")
    results: dict[str, str] = {}
    domain = from_email.rpartition("@")[2]
    aligned = False
    for section in sections[:50]:
        match = _RESULT.match(section)
        if match is None:
            continue
        method, result = match.group(1).lower(), match.group(2).lower()
        if method in _PROPERTIES:
            # One good DKIM signature is enough among several.
            if results.get(method) != "pass":
                results[method] = result
            aligned = aligned or (result == "pass" and _speaks_for(method, section, domain))
    spf = results.get("spf", "")
    if not spf:
        # Below the border an earlier relay wrote it, of another hop.
        above = (one.value for one in fields.items[:border] if one.name == "received-spf")
        spf = _received_spf(next(above, ""))
    return AuthResults(
        authserv,
        spf,
        results.get("dkim", ""),
        results.get("dmarc", ""),
        domain if aligned and report.counts else "",
        report.proven,
        report.counts and bool(report.text),
    )


def _report(fields: Fields, border: int) -> _Report:
    items = fields.items
    received = items[border].value if border < len(items) else ""
    # A greeting may hold a whole second «by host with …»: then nothing in the line is certain.
    own = (_coremail(items, received) or _qq(items, border, received)) if len(_BY.findall(received)) == 1 else ""
    if own:
        return _Report(own, counts=True, proven=True)
    above = [one.value for one in items[:border] if one.name == "authentication-results"]
    if not above:
        return _Report(fields.first("authentication-results"))
    if border == len(items):  # nothing shows where the sender's own fields begin
        return _Report(above[0], counts=True)
    name, _, _ = above[0].partition(";")
    rest = [one.partition(";")[2] for one in above if one.partition(";")[0].split()[:1] == name.split()[:1]]
    return _Report("; ".join([name, *rest]) if len(rest) > 1 else above[0], counts=True)


def border_of(items: Sequence[Field]) -> int:
    """The place of the Received line with which the receiving server took the mail in; the number of fields where there is none."""
    for place, one in enumerate(items):
        if one.name == "received" and (not _INSIDE.match(one.value) or len(_BY.findall(one.value)) > 1):
            return place
    return len(items)


def _coremail(items: Sequence[Field], received: str) -> str:
    """What NetEase (126, 163) and other Coremail servers found, behind X-CM-TRANSID, which repeats the id of the Received line; no
    sender can know it beforehand.
    """
    # QUIRK(Coremail): results stand at the very end of the header, under a bare name such as ``mx19``. RFC 8601 §2.5, §4.1
    hop = _COREMAIL_HOP.search(received)
    places = [place for place, one in enumerate(items) if one.name == "x-cm-transid"]
    if hop is None or not places or items[places[-1]].value != hop.group(2):
        return ""
    found = next((one for one in items[places[-1] :] if one.name == "authentication-results"), None)
    if found is None:
        return ""
    # QUIRK(Coremail): lines are cut at column 70, in the middle of words, without a blank of their own. RFC 5322 §2.2.3
    text = as_text(re.sub(rb"\r?\n\t", b"", found.folded).strip())
    return text if text.partition(";")[0].strip() == hop.group(1) else ""


def _qq(items: Sequence[Field], border: int, received: str) -> str:
    """What QQ and Tencent's company mail found; written for every mail."""
    # QUIRK(QQ): results stand below their own Received line, among X-QQ fields. RFC 8601 §4.1
    if not _QQ_HOP.search(received):
        return ""
    found = next((one for one in items[border + 1 :] if not one.name.startswith("x-qq-")), None)
    text = found.value if found and found.name == "authentication-results" else ""
    return text if re.match(r"\s*(?:[\w-]+\.)*qq\.com\s*;", text, re.IGNORECASE) else ""


def _webmail_sender(items: Sequence[Field], border: int) -> tuple[str, str] | None:
    """(address, server) of a mail written in NetEase's webmail to a mailbox in the same house: nothing is checked, the user is logged in."""
    match = _COREMAIL_WEBMAIL.fullmatch(" ".join(items[border].value.split())) if border < len(items) else None
    return (f"{match.group(1)}@{match.group(2)}".lower(), match.group(3)) if match else None


def _speaks_for(method: str, section: str, domain: str) -> bool:
    """Whether the check was about just *domain*: which domains belong together only DMARC knows (``gov.cn`` is everybody's)."""
    if not domain:
        return False
    named: dict[str, set[str]] = {}
    for word in re.sub(r"\s*=\s*", "=", section).split():
        key, mark, value = word.partition("=")
        if mark:
            named.setdefault(key.lower(), set()).add(comparable(value.strip('"<>').rpartition("@")[2].strip(".")))
    told = next((named[key] for key in _PROPERTIES[method] if key in named), None)
    return told == {domain} or (told is None and method == "dmarc")  # DMARC speaks for the domain of From by definition


def _received_spf(value: str) -> str:
    match = re.match(r"\s*(pass|fail|softfail|neutral|none|temperror|permerror|error|unknown)\b", value, re.IGNORECASE)
    return match.group(1).lower() if match else ""


def _without_comments(text: str) -> str:
    """*text* without comments, quoted strings as plain words: what a sender can put into either must not look like a result."""
    kept: list[str] = []
    quoted, depth, is_quoted, place = "", 0, False, 0
    while place < len(text):
        letter = text[place]
        if letter == "\\" and (is_quoted or depth):
            quoted += "_" if is_quoted else ""
            place += 1
        elif is_quoted:
            is_quoted = letter != '"'
            if is_quoted:
                quoted += letter
            else:
                # A local part in quotes may hold anything, another address included.
                is_word = re.fullmatch(r"[^\s;=(),\"]*", quoted) and text[place + 1 : place + 2] != "@"
                kept.append(quoted if is_word else "_")
        elif letter == "(":
            depth += 1
        elif depth:
            depth -= letter == ")"
            kept.append(" " if not depth else "")
        elif letter == '"':
            is_quoted, quoted = True, ""
        else:
            kept.append(letter)
        place += 1
    return "".join(kept)
