"""Office files with a password: opened with the candidates from the mail, then read like any other."""

from __future__ import annotations

import io
from collections.abc import Iterator

import msoffcrypto

from bot.documents.context import ReadContext
from bot.documents.errors import Damaged, Encrypted, TooLarge
from bot.documents.model import Blob, Opened
from bot.documents.registry import reader_for
from bot.documents.sniff import sniff_kind

# QUIRK(Excel): «protected» files are encrypted with this and open without asking anybody. [MS-OFFCRYPTO]
_DEFAULT = "VelvetSweatshop"
_MOST_CANDIDATES = 20  # each costs 50-100 ms: the key is hashed 100,000 times
_INSIDE = "decrypted"


def read(blob: Blob, context: ReadContext) -> Opened:
    """The document behind the password. Raises ``Encrypted`` where no candidate fits, ``Damaged`` for broken files."""
    if _INSIDE in context.inside:
        raise Encrypted("still encrypted after decryption")
    data = decrypted(blob.data, context)
    inner = Blob(blob.path, blob.name, data, blob.content_type, blob.depth, blob.inline, blob.inner_sender)
    kind = sniff_kind(data, blob.name)
    return reader_for(kind)(inner, context.within(_INSIDE))


def decrypted(data: bytes, context: ReadContext) -> bytes:
    """The bytes without protection, by the first candidate that fits."""
    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(data))
        if not office.is_encrypted():
            raise Damaged("an encrypted package without encryption")
    except Damaged:
        raise
    except Exception as error:  # msoffcrypto raises whatever a broken file leads it to
        raise Damaged(f"encrypted file: {type(error).__name__}: {error}") from error
    for candidate in _candidates(context):
        out = io.BytesIO()
        try:
            office.load_key(password=candidate)
            office.decrypt(out)
        except Exception:  # wrong passwords and broken files raise alike
            office = msoffcrypto.OfficeFile(io.BytesIO(data))
            continue
        found = out.getvalue()
        if len(found) > 3 * context.limits.max_part:
            raise TooLarge(f"{len(found)} bytes behind the password")
        if sniff_kind(found).format in ("docx", "xlsx", "doc", "xls", "zip"):
            return found
    raise Encrypted("no candidate password fits")


def _candidates(context: ReadContext) -> Iterator[str]:
    yield from dict.fromkeys((*context.passwords[:_MOST_CANDIDATES], _DEFAULT))
