"""Names for the package's files and folders that every system, archive program and Chinese code page can hold."""

from __future__ import annotations

import re
import unicodedata

from bot.store.files.raw import DEVICES, safe_name

LONGEST = 40  # characters: Windows allows 260 for a whole path


def file_name(text: str, default: str, longest: int = LONGEST) -> str:
    """*text* as one short file or folder name: no path, no device name, no picture characters; suffix kept."""
    known = "".join(letter if is_known(letter) else "_" for letter in unicodedata.normalize("NFC", text))
    flat = re.sub(r"\s+", " ", safe_name(known.replace("\n", " "), default)).strip(" .") or default
    stem, dot, suffix = flat.rpartition(".")
    if not dot or len(suffix) > 8 or not suffix.isalnum():
        stem, suffix = flat, ""
    stem = stem[:longest].strip(" .") or default
    name = f"{stem}.{suffix}" if suffix else stem
    return f"_{name}" if DEVICES.fullmatch(name) else name


def is_known(letter: str) -> bool:
    """In GBK, which older Windows programs are bound to, or a rarer Chinese character, which names must keep."""
    try:
        letter.encode("gbk")
    except UnicodeEncodeError:
        return unicodedata.name(letter, "").startswith("CJK UNIFIED IDEOGRAPH")
    return True


class Names:
    """Gives each file of a folder its own name: a second «申报表.docx» becomes «申报表(2).docx», whatever the case of letters."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def free(self, path: str) -> str:
        """*path* (with ``/``) or the next free name beside it."""
        folder, slash, name = path.rpartition("/")
        stem, dot, suffix = name.rpartition(".")
        if not dot:
            stem, suffix = name, ""
        for number in range(1, 100_000):
            tried = name if number == 1 else f"{stem}({number}){dot}{suffix}"
            whole = f"{folder}{slash}{tried}"
            if whole.casefold() not in self.taken:
                break
        self.taken.add(whole.casefold())
        return whole
