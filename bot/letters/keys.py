"""The keys under which letters are queued. One key is one letter: what is made again after a kill has the same key, and stands in the queue once.

The texts are kept in databases and journals of earlier versions and must not change.
"""

from __future__ import annotations

from datetime import datetime


def answer_key(mail: str, salt: str, number: int) -> str:
    """The *number*-th letter that a mail causes; *mail* is the hash of its bytes, *salt* tells a second answer from the first."""
    return f"answer:{mail}:{salt}:{number}"


def asked_key(mail: str, salt: str) -> str:
    """What a mail asks for, made after the commit."""
    return f"answer:{mail}:{salt}:asked"


def told_key(at: datetime, to: str) -> str:
    """What waits for a person, told to a coordinator."""
    return f"told:{at.isoformat()}:{to}"


def alarm_key(at: datetime, to: str) -> str:
    """What cannot wait."""
    return f"alarm:{at.isoformat()}:{to}"


def admin_key(at: datetime, to: str) -> str:
    """What only the admin hears."""
    return f"admin:{at.isoformat()}:{to}"


def digest_key(occasion: str, to: str) -> str:
    """*occasion* is the slot's key."""
    return f"digest:{occasion}:{to}"


def digest_now_key(deadline: str, now: datetime, to: str) -> str:
    """A digest that somebody asked for at the command line."""
    return digest_key(f"{deadline}|now|{now.isoformat()}", to)


def reminder_key(slot: str, to: str) -> str:
    return f"reminder:{slot}:{to}"
