"""Archives that were cut into volumes to fit into a mail: put together from the files that lie side by side, or the missing one named."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from bot.base.replacing import replace
from bot.documents.errors import Damaged, ReaderError
from bot.documents.model import Blob

MOST = 200  # volumes of one archive
_NUMBERED = re.compile(r"^(?P<stem>.+\.(?:zip|7z|rar|tar|tar\.gz|tgz))\.(?P<number>\d{3})$", re.IGNORECASE)
_ZIP = re.compile(r"^(?P<stem>.+)\.z(?P<number>\d{2,3})$", re.IGNORECASE)
_RAR = re.compile(r"^(?P<stem>.+)\.part(?P<number>\d{1,4})\.rar$", re.IGNORECASE)
_OLD_RAR = re.compile(r"^(?P<stem>.+)\.r(?P<number>\d{2,3})$", re.IGNORECASE)
_END = b"PK\x05\x06"


class MissingVolume(Damaged):
    """Not all volumes of an archive came."""

    advice = "请把全部分卷放在一封邮件里重新发送，或不分卷重新压缩"

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.finding = f"这是分卷压缩包，{what}"


class _Set(Struct, frozen=True):
    """The volumes of one archive by number, from 1; ``expected``: how many there are, 0 where nothing says it."""

    name: str
    volumes: Mapping[int, Blob]
    expected: int = 0


def joined(blobs: Iterable[Blob]) -> tuple[list[Blob], list[tuple[Blob, ReaderError]]]:
    """*blobs* of one mail or folder with each set of volumes as one archive at the place of its first, and the sets that lack some."""
    found = list(blobs)
    whole: dict[int, Blob] = {}
    gone: set[int] = set()
    lacking: list[tuple[Blob, ReaderError]] = []
    for one in _sets(found):
        parts = [blob for _, blob in sorted(one.volumes.items())]
        places = sorted(place for place, blob in enumerate(found) if any(blob is part for part in parts))
        gone.update(places)
        first = replace(found[places[0]], name=one.name, path=_beside(found[places[0]], one.name))
        last = max(one.expected, *one.volumes)
        missing = [number for number in range(1, last + 1) if number not in one.volumes]
        if missing:
            lacking.append((first, MissingVolume(f"缺少第{'、'.join(map(str, missing[:10]))}个分卷（共{last}个）")))
        elif not _is_whole(data := b"".join(part.data for part in parts)):
            lacking.append(
                (first, MissingVolume(f"只收到前{last}个分卷，缺少后面的分卷" if last > 1 else "只收到第1个分卷"))
            )
        else:
            whole[places[0]] = replace(first, data=data)
    kept = [whole.get(place, blob) for place, blob in enumerate(found) if place not in gone or place in whole]
    return kept, lacking


def _sets(blobs: Sequence[Blob]) -> list[_Set]:
    groups: dict[tuple[str, str], dict[int, Blob]] = {}
    for blob in blobs:
        for kind, pattern, shift in (("", _NUMBERED, 0), (".zip", _ZIP, 0), (".rar", _RAR, 0), (".r00", _OLD_RAR, 2)):
            match = pattern.match(blob.name)
            if match and 0 < int(match["number"]) + shift <= MOST:
                folder = (blob.path or blob.name)[: -len(blob.name)]
                groups.setdefault((kind, folder + match["stem"].lower()), {}).setdefault(
                    int(match["number"]) + shift, blob
                )
                break
    found: list[_Set] = []
    for blob in blobs:
        stem, dot, ending = blob.name.lower().rpartition(".")
        folder = (blob.path or blob.name)[: -len(blob.name)]
        if dot and ending == "zip":
            volumes = groups.pop((".zip", folder + stem), {})
            number = _last_volume(blob.data)
            if volumes or number > 1:
                number = max(number, *volumes, 1) if number > 1 else max((0, *volumes)) + 1
                found.append(_Set(blob.name, {**volumes, number: blob}, number))
        elif dot and ending == "rar" and (volumes := groups.pop((".r00", folder + stem), {})):
            found.append(_Set(blob.name, {1: blob, **volumes}, max(volumes)))
    for (kind, _), volumes in groups.items():
        first = volumes[min(volumes)]
        match kind:
            case "":
                found.append(_Set(first.name.rpartition(".")[0], volumes))
            case ".rar":
                name = re.sub(r"\.part\d+\.rar$", ".rar", first.name, flags=re.IGNORECASE)
                # A small archive may have been packed with volumes switched on and fit into the first.
                found.append(_Set(name, volumes, 1 if len(volumes) == 1 and 1 in volumes else 0))
            case ".zip":  # the last one is the .zip itself
                found.append(_Set(first.name.rpartition(".")[0] + ".zip", volumes, max(volumes) + 1))
            case _:
                found.append(_Set(first.name.rpartition(".")[0] + ".rar", volumes, max(volumes)))
    return found


def _last_volume(data: bytes) -> int:
    """Which volume, from 1, the end of this zip says it is; 0 where it is no zip. APPNOTE 4.3.16."""
    place = data.rfind(_END, max(0, len(data) - 66_000))
    if place < 0 or place + 8 > len(data):
        return 0
    number = int.from_bytes(data[place + 4 : place + 6], "little")
    return number + 1 if number < MOST else 0


def _is_whole(data: bytes) -> bool:
    """Whether the end of the archive is there, as far as its format tells: a zip ends with its directory, a 7z says where it ends."""
    if data.startswith((b"PK\x03\x04", b"PK\x07\x08")):
        return data.rfind(_END, max(0, len(data) - 66_000)) >= 0
    if data.startswith(b"7z\xbc\xaf\x27\x1c") and len(data) >= 32:
        offset, size = struct.unpack_from("<QQ", data, 12)
        return bool(32 + offset + size <= len(data))
    return True


def _beside(blob: Blob, name: str) -> str:
    return blob.path[: -len(blob.name)] + name if blob.path.endswith(blob.name) else blob.path
