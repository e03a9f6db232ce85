"""Text that Office files can hold."""

from __future__ import annotations

import re

from bot.base.clean import clean

# XML 1.0, section 2.2: what no document may contain, not even escaped.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def xml_text(text: str) -> str:
    """*text* without invisible and forbidden characters."""
    return NOT_XML.sub("", clean(text))
