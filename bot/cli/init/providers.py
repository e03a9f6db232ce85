"""The mail houses that ``init`` knows, and what an address's own domain tells of its servers."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from bot.base.replacing import replace
from bot.mailbox.dns import Answers, NoAnswer

Lookup = Callable[[str, Literal["MX", "SRV"]], Answers]
TLS, STARTTLS = "tls", "starttls"
SECURITY_OF = {993: TLS, 465: TLS, 994: TLS, 143: STARTTLS, 587: STARTTLS, 25: STARTTLS}
OWN_CODE = "一般就是邮箱的登录密码；单位邮箱要求“客户端专用密码”或“授权码”的，在网页邮箱的「设置」里生成，并在同一页开启 IMAP 和 SMTP"


class Server(Struct, frozen=True):
    host: str
    port: int

    @property
    def security(self) -> str:
        return SECURITY_OF.get(self.port, TLS)


class Provider(Struct, frozen=True):
    """``is_known`` where the servers need not be asked for; ``code`` says where the authorisation code is found (Chinese)."""

    name: str
    imap: Server
    smtp: Server
    code: str
    is_known: bool = True


class House(Struct, frozen=True):
    """A line of the table: a provider, the domains of its addresses, and the servers of domains that are kept there."""

    provider: Provider
    domains: tuple[str, ...]
    mx: tuple[str, ...]

    def of(self, domain: str) -> Provider:
        def its(server: Server) -> Server:
            return replace(server, host=server.host.format(domain=domain))

        return replace(self.provider, imap=its(self.provider.imap), smtp=its(self.provider.smtp))


def houses() -> tuple[House, ...]:
    table = tomllib.loads(Path(__file__).with_name("providers.toml").read_text(encoding="utf-8"))
    return tuple(house(one) for one in table["provider"])


def house(row: Mapping[str, Any]) -> House:
    imap = Server(row["imap"], row.get("imap_port", 993))
    smtp = Server(row["smtp"], row.get("smtp_port", 465))
    return House(Provider(row["name"], imap, smtp, row["code"]), tuple(row["domains"]), tuple(row.get("mx", ())))


def provider_of(address: str, lookup: Lookup) -> Provider:
    """By the address's domain; else by who receives its mail (MX); else what the domain says of itself (SRV, RFC 6186), or a guess to be asked about."""
    domain = address.rpartition("@")[2].lower()
    known = houses()
    if found := next((one for one in known if domain in one.domains), None):
        return found.of(domain)
    guess = Provider("其他邮箱", Server(f"imap.{domain}", 993), Server(f"smtp.{domain}", 465), OWN_CODE, is_known=False)
    try:
        receivers = [host for _, _, host, _ in lookup(domain, "MX")]
        for one in known:
            if any(host == end or host.endswith("." + end) for host in receivers for end in one.mx):
                return one.of(domain)
        imap = first(lookup(f"_imaps._tcp.{domain}", "SRV")) or first(lookup(f"_imap._tcp.{domain}", "SRV"))
        smtp = first(lookup(f"_submissions._tcp.{domain}", "SRV")) or first(lookup(f"_submission._tcp.{domain}", "SRV"))
    except NoAnswer:
        return guess
    return replace(guess, imap=imap or guess.imap, smtp=smtp or guess.smtp)


def first(answers: Answers) -> Server | None:
    """The server that is to be tried first: lowest priority, highest weight. A target «.» says that there is no such service."""
    order = sorted(answers, key=lambda one: (one[0], -one[1]))
    return next((Server(host, port) for _, _, host, port in order if host), None)
