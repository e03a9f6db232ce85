"""Archives of every kind that units send, whole, damaged, locked and hostile."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable

import py7zr
import pytest
import pyzipper
import rars

from bot.base.limits import Limits
from bot.base.problems import Code, Severity
from bot.documents.context import ReadContext
from bot.documents.errors import Damaged, Encrypted, ReaderError, TooLarge, Unsafe
from bot.documents.formats.archives.names import member_name
from bot.documents.formats.archives.read import available
from bot.documents.model import Blob, Opened
from tests.documents.archives_rar_writer import rar4, rar5
from tests.reading import read

FORM = "2023年泉州市全国科普日重点活动项目申报表".encode() * 40
TABLE = bytes(range(256)) * 20
FILES = {"申报材料/晋江市申报表.doc": FORM, "汇总表.xls": TABLE}


def opened(
    data: bytes, name: str = "报送.zip", passwords: tuple[str, ...] = (), limits: Limits | None = None
) -> Opened:
    return read(Blob(name, name, data), ReadContext(limits=limits or Limits(), passwords=passwords))


def files(data: bytes, name: str = "报送.zip", **options: object) -> dict[str, bytes]:
    return {child.path: child.data for child in opened(data, name, **options).children}  # type: ignore[arg-type]


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def raw_zip(members: list[tuple[bytes, bytes]], *, flags: int = 0, extra: bytes = b"", method: int = 8) -> bytes:
    """A zip whose names are the given bytes, as Windows programs write them."""
    out, directory = b"", b""
    for name, content in members:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packer.compress(content) + packer.flush() if method == 8 else content
        sums = struct.pack("<III", zlib.crc32(content), len(packed), len(content))
        common = struct.pack("<HHHHH", 20, flags, method, 0, 0x5700) + sums + struct.pack("<HH", len(name), len(extra))
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, len(out))
        directory += name + extra
        out += b"PK\x03\x04" + common + name + extra + packed
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, len(members), len(members), len(directory), len(out), 0)
    return out + directory + end


def seven(members: dict[str, bytes], **options: object) -> bytes:
    buffer = io.BytesIO()
    with py7zr.SevenZipFile(buffer, "w", **options) as archive:  # type: ignore[arg-type]
        for name, content in members.items():
            archive.writestr(content, name)
    return buffer.getvalue()


def rarred(members: dict[str, bytes], kind: str, **options: object) -> bytes:
    builder = rars.RarBuilder(format=kind, **options)
    for name, content in members.items():
        builder.add_bytes(content, name)
    return bytes(builder.to_bytes())


def tarred(members: dict[str, bytes], mode: str = "w", **options: object) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, **options) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def locked_zip(password: bytes, encryption: int | None = pyzipper.WZ_AES) -> bytes:
    buffer = io.BytesIO()
    with pyzipper.AESZipFile(buffer, "w", compression=pyzipper.ZIP_DEFLATED, encryption=encryption) as archive:
        archive.setpassword(password)
        for name, content in FILES.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def old_locked_zip(password: bytes, content: bytes) -> bytes:
    """ZipCrypto, which no package writes any more: APPNOTE 6.1 the other way round."""

    def table(number: int) -> int:
        return zlib.crc32(bytes([number]), 0xFFFFFFFF) ^ 0xFFFFFFFF

    keys = [0x12345678, 0x23456789, 0x34567890]

    def roll(byte: int) -> None:
        keys[0] = keys[0] >> 8 ^ table((keys[0] ^ byte) & 0xFF)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = keys[2] >> 8 ^ table((keys[2] ^ keys[1] >> 24) & 0xFF)

    for byte in password:
        roll(byte)
    locked = bytearray()
    for byte in b"0123456789a" + bytes([zlib.crc32(content) >> 24]) + content:
        mix = keys[2] | 2
        locked.append(byte ^ (mix * (mix ^ 1) >> 8 & 0xFF))
        roll(byte)
    data = bytearray(raw_zip([("申报表.doc".encode("gbk"), bytes(locked))], flags=1, method=0))
    sums = struct.pack("<III", zlib.crc32(content), len(locked), len(content))
    start = data.index(b"PK\x01\x02")
    data[14:26] = sums
    data[start + 16 : start + 28] = sums
    return bytes(data)


WHOLE: dict[str, Callable[[], bytes]] = {
    "deflate.zip": lambda: zipped(FILES),
    "stored.zip": lambda: zipped(FILES, zipfile.ZIP_STORED),
    "bzip2.zip": lambda: zipped(FILES, zipfile.ZIP_BZIP2),
    "lzma.zip": lambda: zipped(FILES, zipfile.ZIP_LZMA),
    "gbk.zip": lambda: raw_zip([(n.encode("gbk"), c) for n, c in FILES.items()]),
    "utf8_without_flag.zip": lambda: raw_zip([(n.encode(), c) for n, c in FILES.items()]),
    "gbk_with_utf8_flag.zip": lambda: raw_zip([(n.encode("gbk"), c) for n, c in FILES.items()], flags=0x800),
    "backslashes.zip": lambda: raw_zip([(n.replace("/", "\\").encode("gbk"), c) for n, c in FILES.items()]),
    "plain.7z": lambda: seven(FILES),
    "bzip2.7z": lambda: seven(FILES, filters=[{"id": py7zr.FILTER_BZIP2}]),
    "deflate.7z": lambda: seven(FILES, filters=[{"id": py7zr.FILTER_DEFLATE}]),
    "stored.rar4.rar": lambda: rar4([(n.replace("/", "\\").encode("gbk"), c) for n, c in FILES.items()]),
    "stored.rar5.rar": lambda: rar5(list(FILES.items())),
    "packed.rar4.rar": lambda: rarred(FILES, "rar40"),
    "packed.rar5.rar": lambda: rarred(FILES, "rar50"),
    "packed.rar7.rar": lambda: rarred(FILES, "rar70"),
    "solid.rar5.rar": lambda: rarred(FILES, "rar50", solid=True),
    "plain.tar": lambda: tarred(FILES),
    "gbk.tar": lambda: tarred(FILES, format=tarfile.GNU_FORMAT, encoding="gbk"),
    "pack.tar.gz": lambda: tarred(FILES, "w:gz"),
    "pack.tgz": lambda: tarred(FILES, "w:gz"),
    "pack.tar.bz2": lambda: tarred(FILES, "w:bz2"),
    "pack.tar.xz": lambda: tarred(FILES, "w:xz"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_every_kind_gives_its_files_with_their_names(name: str) -> None:
    assert files(WHOLE[name](), name) == FILES


@pytest.mark.parametrize(
    ("name", "data", "inner"),
    [
        ("申报表.doc.gz", gzip.compress(FORM, mtime=0), "申报表.doc"),
        ("申报表.doc.bz2", bz2.compress(FORM), "申报表.doc"),
        ("申报表.doc.xz", lzma.compress(FORM), "申报表.doc"),
        ("a.gz", gzip.compress(FORM[:99], mtime=0) + gzip.compress(FORM[99:], mtime=0), "a"),
    ],
)
def test_a_single_packed_file_is_the_one_child(name: str, data: bytes, inner: str) -> None:
    assert files(data, name) == {inner: FORM}


def test_gzip_keeps_the_name_it_was_given() -> None:
    buffer = io.BytesIO()
    with gzip.GzipFile("x", "wb", fileobj=buffer) as stream:
        stream.write(FORM)
    data = buffer.getvalue()
    named = data[:3] + b"\x08" + data[4:10] + "申报表.doc".encode("gbk") + b"\0" + data[data.index(b"x\0") + 2 :]
    assert files(named, "attachment.bin") == {"申报表.doc": FORM}


@pytest.mark.parametrize(
    ("raw", "options", "expected"),
    [
        ("附件1.doc".encode("gb18030"), {}, "附件1.doc"),
        ("㙍镕.doc".encode("gb18030"), {}, "㙍镕.doc"),
        ("附件一.doc".encode(), {}, "附件一.doc"),
        (b"form.doc", {}, "form.doc"),
        ("Résumé.doc".encode("cp437"), {}, "Résumé.doc"),
        ("附件.doc".encode("gbk"), {"says_utf8": True}, "附件.doc"),
        (
            b"????.doc",
            {"extra": struct.pack("<HHBI", 0x7075, 5 + 15, 1, zlib.crc32(b"????.doc")) + "申报表.xls".encode()[:15]},
            "申报表.xls",
        ),
        (b"a.doc", {"extra": struct.pack("<HHBI", 0x7075, 5 + 5, 1, 1) + b"b.doc"}, "a.doc"),
        (b"\xff\xff", {}, None),
    ],
)
def test_names(raw: bytes, options: dict[str, object], expected: str | None) -> None:
    name = member_name(raw, **options)  # type: ignore[arg-type]
    assert name if expected is None else name == expected


LOCKED: dict[str, Callable[[], bytes]] = {
    "aes.zip": lambda: locked_zip(b"kepu2023"),
    "plain.7z": lambda: seven(FILES, password="kepu2023"),
    "headers.7z": lambda: seven(FILES, password="kepu2023", header_encryption=True),
    "old.rar": lambda: rarred(FILES, "rar40", password="kepu2023"),
    "new.rar": lambda: rarred(FILES, "rar50", password="kepu2023"),
    "headers.rar": lambda: rarred(FILES, "rar50", password="kepu2023", encrypt_headers=True),
}


@pytest.mark.parametrize("name", LOCKED)
def test_passwords_of_the_mail_are_tried(name: str) -> None:
    data = LOCKED[name]()
    assert files(data, name, passwords=("123456", "kepu2023")) == FILES
    for candidates in ((), ("123456",)):
        with pytest.raises(Encrypted):
            opened(data, name, passwords=candidates)


@pytest.mark.parametrize("password", ["123456", "科普2023"])
def test_old_zip_passwords(password: str) -> None:
    data = old_locked_zip(password.encode("gb18030"), FORM)
    assert files(data, passwords=("wrong", "wrong2", password)) == {"申报表.doc": FORM}
    with pytest.raises(Encrypted):
        opened(data, passwords=("654321",))


def test_one_locked_member_does_not_cost_the_others() -> None:
    buffer = io.BytesIO(zipped({"汇总表.xls": TABLE}))
    with pyzipper.AESZipFile(buffer, "a", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"secret")
        archive.writestr("申报表.doc", FORM)
    result = opened(buffer.getvalue())
    assert [child.name for child in result.children] == ["汇总表.xls"]
    assert result.document is not None
    assert [(p.code, p.value) for p in result.document.problems] == [(Code.ENCRYPTED, "申报表.doc")]


def test_members_are_found_without_the_directory() -> None:
    data = zipped(FILES)
    assert files(data[: data.index(b"PK\x01\x02")]) == FILES


def test_streamed_members_are_found_without_the_directory() -> None:
    class Pipe(io.RawIOBase):
        """Not seekable, so that sizes stand behind the data only."""

        def __init__(self) -> None:
            self.out = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: object, /) -> int:
            self.out += data  # type: ignore[operator]
            return len(data)  # type: ignore[arg-type]

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for name, content in FILES.items():
            archive.writestr(name, content)
    data = bytes(pipe.out)
    assert files(data) == FILES
    assert files(data[: data.index(b"PK\x01\x02")]) == FILES


def test_a_cut_off_zip_keeps_what_is_whole() -> None:
    data = zipped(FILES)
    result = opened(data[: data.index(b"PK\x01\x02") - 100])
    assert {child.path: child.data for child in result.children} == {"申报材料/晋江市申报表.doc": FORM}
    assert result.document is not None
    assert [problem.code for problem in result.document.problems] == [Code.UNREADABLE]


def test_a_wrong_checksum_costs_that_member_only() -> None:
    data = bytearray(zipped(FILES, zipfile.ZIP_STORED))
    place = data.index(TABLE)
    data[place] ^= 0xFF
    result = opened(bytes(data))
    assert [child.path for child in result.children] == ["申报材料/晋江市申报表.doc"]
    assert result.document is not None and result.document.problems[0].value == "汇总表.xls"


@pytest.mark.parametrize(
    "make", [seven, lambda members: rarred(members, "rar50"), lambda members: tarred(members, "w:gz")]
)
def test_cut_off_archives_say_so(make: Callable[[dict[str, bytes]], bytes]) -> None:
    noise = {"a.bin": bytes(zlib.crc32(bytes([n % 256, n // 256])) & 0xFF for n in range(60_000))}
    data = make(noise)
    with pytest.raises(Damaged):
        opened(data[: len(data) // 2], "a")


JUNK = [
    "__MACOSX/._申报表.doc",
    ".DS_Store",
    "材料/.DS_Store",
    "Thumbs.db",
    "~$申报表.doc",
    ".~lock.汇总表.xlsx#",
    "材料/._a.doc",
    "desktop.ini",
]


def test_what_systems_leave_behind_is_left_out() -> None:
    assert files(zipped({**dict.fromkeys(JUNK, b"x"), **FILES, "空文件夹/": b""})) == FILES
    with pytest.raises(Damaged, match="empty"):
        opened(zipped(dict.fromkeys(JUNK, b"x")))


def test_links_are_left_out() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, kind in (("passwd", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE), ("pipe", tarfile.FIFOTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("../../etc/申报表.doc")
        info.size = len(FORM)
        archive.addfile(info, io.BytesIO(FORM))
    assert list(files(buffer.getvalue(), "a.tar").values()) == [FORM]
    link = zipfile.ZipInfo("link")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    buffer = io.BytesIO(zipped(FILES))
    with zipfile.ZipFile(buffer, "a") as archive_zip:
        archive_zip.writestr(link, "/etc/passwd")
    assert files(buffer.getvalue()) == FILES
    builder = rars.RarBuilder(format="rar50")
    builder.add_bytes(FORM, "申报表.doc")
    builder.add_unix_symlink("passwd", "/etc/passwd")
    assert files(bytes(builder.to_bytes()), "a.rar") == {"申报表.doc": FORM}


@pytest.mark.parametrize(
    "make",
    [
        zipped,
        lambda members: zipped(members, zipfile.ZIP_BZIP2),
        lambda members: zipped(members)[: -22 - 46 - 5],
        seven,
        lambda members: rarred(members, "rar50"),
        lambda members: tarred(members, "w:gz"),
        lambda members: gzip.compress(members["0"]),
    ],
)
def test_bombs(make: Callable[[dict[str, bytes]], bytes]) -> None:
    with pytest.raises(Unsafe):
        opened(make({"0": b"\0" * 20_000_000}), "a")


def test_a_lying_size_does_not_help_a_bomb() -> None:
    data = bytearray(zipped({"0": b"\0" * 20_000_000}))
    start = data.index(b"PK\x01\x02")
    data[start + 24 : start + 28] = data[22:26] = struct.pack("<I", 1000)
    with pytest.raises(ReaderError):
        opened(bytes(data))


def test_overlapping_members() -> None:
    data = zipped({"1": b"a" * 1000, "2": b"b" * 1000})
    first, second = data.index(b"PK\x01\x02"), data.rindex(b"PK\x01\x02")
    twice = data[:second] + data[first : first + 42] + data[first + 42 : first + 46] + data[second + 46 :]
    with pytest.raises(Unsafe, match="overlap"):
        opened(twice)


def test_limits_of_size_and_number() -> None:
    small = Limits(max_part=5000, max_total=12_000, max_files=3)
    many = {f"{n}.doc": bytes([n]) * 100 for n in range(5)}
    result = opened(zipped(many), limits=small)
    assert len(result.children) == 3
    assert result.document is not None and result.document.problems[0].code is Code.TOO_LARGE
    noise = bytes(zlib.crc32(bytes([n % 256, n // 256])) & 0xFF for n in range(6000))
    for data in (
        zipped({"a": noise, **FILES}),
        seven({"a": noise}),
        rarred({"a": noise}, "rar50"),
        tarred({"a": noise}),
    ):
        try:
            result = opened(data, "a", limits=Limits(max_part=5500))
            assert result.document is not None and result.document.problems[0].code is Code.TOO_LARGE
        except TooLarge:
            pass
    film = opened(zipped({"现场.mp4": noise, "申报表.doc": FORM}), limits=Limits(max_part=5500)).document
    assert film is not None and film.problems[0].severity is Severity.WARNING


def test_one_volume_of_several() -> None:
    data = rarred({"照片.jpg": TABLE * 3}, "rar50")
    head = data.index(b"Rar!")
    assert files(data[head:], "a.rar")
    part = rar4([("申报表.doc".encode("gbk"), FORM)])
    split = bytearray(part)
    place = 7 + 13 + 3
    split[place] |= 2  # the member goes on in the next volume
    length = struct.unpack_from("<H", split, 7 + 13 + 5)[0]
    split[20:22] = struct.pack("<H", zlib.crc32(bytes(split[22 : 20 + length])) & 0xFFFF)
    with pytest.raises(Damaged) as caught:
        opened(bytes(split), "a.part1.rar")
    assert "分卷" in caught.value.finding


def test_what_opens_which_format() -> None:
    assert all(available()[kind] for kind in ("zip", "rar", "7z", "tar"))
