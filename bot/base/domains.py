"""Domains in Chinese: one spelling to compare (Unicode), one for the wire (ASCII, RFC 5890)."""

from __future__ import annotations

import re

_DOTS = re.compile("[.。．｡]")


def comparable(domain: str) -> str:
    """*domain* in small letters, ``xn--`` labels as the characters that they stand for; as it is where they stand for none."""
    labels = []
    for label in _DOTS.split(domain.strip().lower()):
        try:
            shown = label.encode("ascii").decode("idna") if label.startswith("xn--") else label
        except UnicodeError:
            shown = label
        labels.append(shown)
    return ".".join(labels)


def comparable_address(address: str) -> str:
    """A bare address in small letters with its domain comparable."""
    local, at, domain = address.rpartition("@")
    return f"{local.lower()}@{comparable(domain)}" if at else address.lower()


def on_the_wire(address: str) -> str:
    """The address with its domain in ASCII; its local part stays. ``ValueError`` (UnicodeError) where the domain is none."""
    local, at, domain = address.rpartition("@")
    return address if domain.isascii() else f"{local}{at}{domain.encode('idna').decode('ascii')}"
