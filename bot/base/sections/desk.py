"""``[desk]``: where the coordinators' page is served, and who looks only."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, model_validator

from bot.base.sections.values import LOOPBACK, MailAddress, Port, Section

HASH = re.compile(r"scrypt\$\d+\$[0-9a-f]{32}\$[0-9a-f]{64}")


def read_hash(written: object) -> object:
    """A line of ``desk password``: never a password itself."""
    if isinstance(written, str) and HASH.fullmatch(written.strip()):
        return written.strip()
    raise ValueError("desk_password")


def read_url(written: object) -> object:
    """The page's address without a path, as it is typed in the browser; https but for this machine itself."""
    if written == "":
        return ""
    if isinstance(written, str):
        parts = urlsplit(written.strip())
        local = parts.scheme == "http" and parts.hostname in LOOPBACK
        if parts.hostname and (parts.scheme == "https" or local) and parts.path in ("", "/") and not parts.query:
            return f"{parts.scheme}://{parts.netloc}"
    raise ValueError("desk_url")


def read_host(written: object) -> object:
    """The IP address of a machine."""
    if written == "localhost":
        return "127.0.0.1"
    try:
        return str(ip_address(str(written)))
    except ValueError as error:
        raise ValueError("desk_host") from error


PasswordHash = Annotated[str, BeforeValidator(read_hash)]
Listen = Annotated[str, BeforeValidator(read_host)]


class DeskSettings(Section):
    """``url`` stands in the links that are mailed; ``proxy`` are the addresses of the only machines that are served where it is set."""

    enabled: bool = False
    host: Listen = "127.0.0.1"
    port: Port = 8023
    url: Annotated[str, BeforeValidator(read_url)] = ""
    proxy: tuple[Listen, ...] = ()
    tls_cert: Path | None = None
    tls_key: Path | None = None
    read_only: tuple[MailAddress, ...] = ()
    monitors: tuple[Listen, ...] = ()
    passwords: dict[MailAddress, PasswordHash] = Field(default_factory=dict)

    @model_validator(mode="after")
    def nothing_open_to_the_network_in_clear_text(self) -> DeskSettings:
        if bool(self.tls_cert) != bool(self.tls_key):
            raise ValueError("desk_tls")
        if not ip_address(self.host).is_loopback and not self.tls_cert and not self.proxy:
            raise ValueError("desk_open")
        is_nowhere = ip_address(self.host).is_unspecified and not self.url  # what would stand in the mailed links?
        if is_nowhere or (self.proxy and not self.url.startswith("https://")):
            raise ValueError("desk_url")
        return self

    @property
    def is_tls(self) -> bool:
        """Whether the browser's way to the page is encrypted: cookies then go no other."""
        return bool(self.tls_cert) or self.url.startswith("https://")

    @property
    def address(self) -> str:
        """What to type in the browser."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.url or f"{'https' if self.tls_cert else 'http'}://{host}:{self.port}"
