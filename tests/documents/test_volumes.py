"""Archives in volumes: joined from several attachments, or the missing one named."""

from __future__ import annotations

import io
import itertools
import random
import struct
import zipfile
from pathlib import Path

import py7zr
import pytest
import rars

from bot.documents.formats.archives.libarchive import is_there
from bot.documents.model import Blob, Document
from bot.documents.open import ReadContext, open_all
from tests.worker import WORKER

NOISE = random.Random(8).randbytes(60_000)
FORM = b"a,b,c\n1,2,3\n"


def cut(data: bytes, size: int = 20_000) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def zipped() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("照片.h264", NOISE)
        archive.writestr("汇总表.csv", FORM)
    return stream.getvalue()


def spanned(size: int = 20_000) -> list[bytes]:
    """As zip -s and WinRAR write them (APPNOTE 8.5): a mark in front, offsets within each volume, numbers of volumes."""
    data = bytearray(b"PK\x07\x08" + zipped())
    end = data.rindex(b"PK\x05\x06")
    start = struct.unpack_from("<I", data, end + 16)[0] + 4
    place = start
    while data[place : place + 4] == b"PK\x01\x02":
        name, extra, comment = struct.unpack_from("<HHH", data, place + 28)
        offset = struct.unpack_from("<I", data, place + 42)[0] + 4
        struct.pack_into("<H", data, place + 34, offset // size)
        struct.pack_into("<I", data, place + 42, offset % size)
        place += 46 + name + extra + comment
    struct.pack_into("<HH", data, end + 4, end // size, start // size)
    struct.pack_into("<I", data, end + 16, start % size)
    return cut(bytes(data), size)


def seven() -> bytes:
    stream = io.BytesIO()
    with py7zr.SevenZipFile(stream, "w") as archive:
        archive.writestr(NOISE, "照片.h264")
        archive.writestr(FORM, "汇总表.csv")
    return stream.getvalue()


def rar_volumes(folder: Path) -> list[bytes]:
    builder = rars.RarBuilder(format="rar50", volume_size=25_000)
    builder.add_bytes(NOISE, "照片.h264")
    builder.add_bytes(FORM, "汇总表.csv")
    return [path.read_bytes() for path in sorted(builder.write_volumes(str(folder / "a.part1.rar")))]


def opened(files: dict[str, bytes]) -> list[Document]:
    return open_all([Blob(name, name, data) for name, data in files.items()], WORKER, ReadContext())


def named(parts: list[bytes], kind: str) -> dict[str, bytes]:
    if kind == "z01":
        names = [f"报送.z{number:02d}" for number in range(1, len(parts))] + ["报送.zip"]
    elif kind == "rar":
        names = [f"报送.part{number}.rar" for number in range(1, len(parts) + 1)]
    else:
        names = [f"报送.{kind}.{number:03d}" for number in range(1, len(parts) + 1)]
    return dict(zip(names, parts, strict=True))


def volumes(kind: str, folder: Path) -> dict[str, bytes]:
    if kind == "rar" and not is_there():
        pytest.skip("libarchive is not installed")
    made = {
        "z01": spanned,
        "zip": lambda: cut(zipped()),
        "7z": lambda: cut(seven()),
        "rar": lambda: rar_volumes(folder),
    }
    return named(made[kind](), kind)


@pytest.mark.parametrize("kind", ["z01", "zip", "7z", "rar"])
def test_volumes_are_joined_whatever_their_order(tmp_path: Path, kind: str) -> None:
    files = volumes(kind, tmp_path)
    assert len(files) > 2
    for order in (list(files), list(reversed(files))):
        found = opened({"说明.txt": b"x", **{name: files[name] for name in order}})
        assert [d.name for d in found] == ["说明.txt", "照片.h264", "汇总表.csv"]
        assert [d.data for d in found[1:]] == [NOISE, FORM] and not any(d.problems for d in found)


@pytest.mark.parametrize(("kind", "missing", "said"), [
    ("z01", 1, "缺少第1个分卷"), ("z01", 2, "缺少第2个分卷"), ("z01", -1, "缺少第"), ("zip", 1, "缺少第1个分卷"), ("zip", 2, "缺少第2个分卷"),
    ("zip", -1, "缺少后面的分卷"), ("7z", 2, "缺少第2个分卷"), ("7z", -1, "缺少后面的分卷"), ("rar", 2, "缺少第2个分卷"), ("rar", -1, "缺少后面的分卷"),
])  # fmt: skip
def test_a_missing_volume_is_named(tmp_path: Path, kind: str, missing: int, said: str) -> None:
    files = list(volumes(kind, tmp_path).items())
    del files[missing - 1 if missing > 0 else missing]
    found = opened(dict(files))
    problems = list(itertools.chain.from_iterable(d.problems for d in found))
    assert len(problems) == 1 and said in problems[0].message and problems[0].code == "unreadable"


def test_a_lone_volume_is_told(tmp_path: Path) -> None:
    for kind in ("z01", "zip", "7z"):
        files = volumes(kind, tmp_path)
        for name in (min(files), max(files)):
            (document,) = opened({name: files[name]})
            assert "分卷" in document.problems[0].message


def test_two_sets_beside_each_other() -> None:
    one, two = named(cut(zipped()), "zip"), {f"另{name}": data for name, data in named(spanned(), "z01").items()}
    found = opened({**one, **two, "报送2.zip": zipped()})
    assert [d.name for d in found].count("汇总表.csv") == 3 and not any(d.problems for d in found)
