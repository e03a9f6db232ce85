"""Parts of a mail that are no files of the sender: signatures, cards, reports, logos, stationery, tracking pixels.

Pure Python on the first bytes of a picture only: this is decided outside of the guarded worker.
"""

from __future__ import annotations

import re

from bot.documents.shared.pictures import picture_size
from bot.message.model import Part

TINY = 3 * 2**10  # bytes: icons, lines and pixels are smaller, a readable photograph is not
SMALL_SIDE = 400  # pixels: a photographed form is larger on both sides
LOGO_SIDE = 200  # the same for a picture that is attached, not shown in the text
_TYPES = frozenset(
    {
        "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "application/pgp-keys", "application/pgp-encrypted",
        "text/calendar", "application/ics", "text/vcard", "text/x-vcard", "text/directory", "text/x-amp-html", "text/watch-html",
        "message/delivery-status", "message/global-delivery-status", "message/disposition-notification", "message/feedback-report",
        "text/rfc822-headers", "message/rfc822-headers", "text/css", "application/x-msmetafile",
    }
)  # fmt: skip
_NAMES = re.compile(
    r"\.(?:p7s|ics|vcf|vcs|asc|sig|mso|wmz|emz|thmx|css)$|^(?:oledata\.mso|smime\.p7s|themedata\.thmx|colorschememapping\.xml|filelist\.xml)$",
    re.IGNORECASE,
)


def is_decoration(part: Part, html: str, new_html: str) -> bool:
    """Whether *part* of a mail whose HTML is *html* (*new_html* without quoted history) is not to be read."""
    if part.content_type in _TYPES or _NAMES.search(part.name):
        return not part.data.startswith(b"-----BEGIN PGP MESSAGE")
    if not part.content_type.startswith("image/") and not re.search(
        r"\.(?:png|jpe?g|gif|bmp|webp)$", part.name, re.IGNORECASE
    ):
        return False
    if len(part.data) <= TINY:
        return True
    width, height = picture_size(part.data)
    shown = f"cid:{part.content_id}".lower() if part.content_id else ""
    if shown and shown in html.lower():
        if shown not in new_html.lower() or _is_stationery(shown, new_html):
            return True
        return bool(width) and (max(width, height) < SMALL_SIDE or min(width, height) < SMALL_SIDE // 3)
    if bool(width) and max(width, height) < (SMALL_SIDE if part.inline else LOGO_SIDE):
        return True
    return (
        bool(re.match(r"(?:logo|signature|签名|二维码|公众号|qrcode)", part.name, re.IGNORECASE))
        and max(width, height) < SMALL_SIDE * 2
    )


def _is_stationery(shown: str, html: str) -> bool:
    """Shown as a background only (信纸), never as a picture."""
    quoted = re.escape(shown)
    behind = re.search(rf"(?:url\(\s*[\"']?(?:&quot;)?|background\s*=\s*[\"']?){quoted}", html, re.IGNORECASE)
    return bool(behind) and not re.search(rf"<img[^>]{{0,2000}}src\s*=\s*[\"']?{quoted}", html, re.IGNORECASE)
