"""What the receiving server found out about the sender: its own, topmost Authentication-Results only (RFC 8601)."""

from __future__ import annotations

import re

from bot.message.fields import Fields
from bot.message.model import AuthResults

_RESULT = re.compile(r"^\s*([a-z][a-z0-9-]*)(?:/\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)


def auth_results(fields: Fields, from_email: str) -> AuthResults:
    """Results for *from_email*. ``from_domain`` is its domain where a passed check speaks for just that domain, else empty.

    Whether ``authserv_id`` is the server that we trust is for the caller to decide: a sender can write such a header, too.
    """
    text = _without_comments(fields.first("authentication-results"))
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
        speaks = _speaks_for(method, section, domain)
        if method in ("spf", "dkim", "dmarc"):
            # One good DKIM signature is enough among several.
            if results.get(method) != "pass":
                results[method] = result
            aligned = aligned or (result == "pass" and speaks)
    spf = results.get("spf", "")
    if not spf:
        spf = _received_spf(fields.first("received-spf"))
    return AuthResults(authserv, spf, results.get("dkim", ""), results.get("dmarc", ""), domain if aligned else "")


def _speaks_for(method: str, section: str, domain: str) -> bool:
    if not domain:
        return False
    keys = {
        "spf": r"smtp\.(?:mailfrom|mail|envelope-from)",
        "dkim": r"header\.(?:d|i|from)",
        "dmarc": r"header\.from",
    }.get(method, "")
    named = re.search(rf"{keys}\s*=\s*\"?<?([^\s;\">]+)", section, re.IGNORECASE) if keys else None
    if named is None:
        return method == "dmarc"  # DMARC speaks for the domain of From by definition
    other = named.group(1).rpartition("@")[2].lower().strip(".")
    return (
        bool(other)
        and (domain == other or domain.endswith(f".{other}") or other.endswith(f".{domain}"))
        and "." in other
    )


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
