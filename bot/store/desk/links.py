"""Links that log in: signed with the store's secret, good once and for a quarter of an hour.

The signature lets strangers' guesses be refused unread; the row says whose the link is and whether it was used.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlite_utils import Database

from bot.store.desk.entry import ensure_secret, hashed, text

TEMPLATE = "desk_link"  # of the letters that bring a link: whoever reads one gets in, so nobody is shown another's
GOOD_FOR = timedelta(minutes=15)
KEPT = timedelta(days=1)


def make(db: Database, address: str, now: datetime) -> str:
    """The token of a new link for *address*; call inside a transaction."""
    nonce = secrets.token_urlsafe(24)
    db.execute("DELETE FROM desk_link WHERE until < ?", [text(now - KEPT)])
    db.execute(
        "INSERT INTO desk_link VALUES (?, ?, ?, ?, NULL)", [hashed(nonce), address, text(now), text(now + GOOD_FOR)]
    )
    return signer(ensure_secret(db)).dumps(nonce)


def whose(db: Database, token: str, secret: str, now: datetime) -> str:
    """The address whose link this is, as long as it is good; "" for all others. Looking does not use it up."""
    sql = "SELECT address FROM desk_link WHERE nonce = ? AND used_at IS NULL AND until > ?"
    row = db.execute(sql, [hashed(nonce_of(token, secret)), text(now)]).fetchone()
    return str(row[0]) if row else ""


def use(db: Database, token: str, secret: str, now: datetime) -> str:
    """As ``whose``, and it is not good any more; call inside a transaction."""
    address = whose(db, token, secret, now)
    db.execute("UPDATE desk_link SET used_at = ? WHERE nonce = ?", [text(now), hashed(nonce_of(token, secret))])
    return address


def nonce_of(token: str, secret: str) -> str:
    try:
        return str(signer(secret).loads(token))
    except BadSignature:
        return ""


def signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="link")
