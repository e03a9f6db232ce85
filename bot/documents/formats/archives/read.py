"""Archives opened in place: which format, what comes out, what is said of the members that cannot be had."""

from __future__ import annotations

from importlib.util import find_spec

from bot.base.problems import Problem, Severity
from bot.documents.context import ReadContext
from bot.documents.errors import Damaged, Encrypted, NothingOpens, ReaderError
from bot.documents.formats.archives import libarchive as archives_libarchive
from bot.documents.formats.archives.basket import Basket, Failed
from bot.documents.model import Blob, Document, Opened
from bot.documents.sniff import sniff_kind

MAX_SAID = 10  # problems of single members


class NothingInside(Damaged):
    """A whole archive without any file in it."""

    finding = "这个压缩包里没有文件"
    advice = "请检查后重新压缩，或把表格直接作为附件发送"


class NoProgram(NothingOpens):
    """A kind of archive that needs a package which is not installed."""

    finding = "这种压缩包暂时无法打开"
    advice = "请改用 .zip 格式压缩，或把表格直接作为附件发送"


def read(blob: Blob, context: ReadContext) -> Opened:
    """The files in *blob* as children; a document with problems where some of them, or all, cannot be taken out.

    Raises ``Encrypted``, ``Damaged``, ``TooLarge`` or ``Unsafe`` where nothing of the archive can be used.
    """
    kind = sniff_kind(blob.data, blob.name)
    basket = Basket(context.limits)
    try:
        _unpack(blob, kind.format, kind.variant, basket, context.passwords)
    except ImportError as error:
        raise NoProgram(f"{kind.format}: {error}") from error
    if basket.children:
        return Opened(_report(blob, kind.format, basket.failed), tuple(basket.children))
    raise _whole_error(basket)


def available() -> dict[str, str]:
    """Archive format -> the package that opens it, empty where none is installed; ``libarchive`` is a second reader only."""
    second = "libarchive" if archives_libarchive.is_there() else ""
    return {
        "zip": "zipfile",
        "tar": "tarfile",
        "rar": "rars" if find_spec("rars") else second,
        "7z": "py7zr" if find_spec("py7zr") else second,
        "zip-deflate64": "inflate64" if find_spec("inflate64") else "",
        "zip-aes": "pycryptodomex" if find_spec("Cryptodome") else "",
    }


def _unpack(blob: Blob, form: str, variant: str, basket: Basket, passwords: tuple[str, ...]) -> None:
    if form == "zip":
        from bot.documents.formats.archives import zip as archives_zip

        archives_zip.unpack(blob.data, basket, passwords)
    elif form == "rar":
        from bot.documents.formats.archives import rar as archives_rar

        archives_rar.unpack(blob.data, basket, passwords)
    elif form == "7z":
        from bot.documents.formats.archives import seven_zip as archives_7z

        archives_7z.unpack(blob.data, basket, passwords)
    else:
        from bot.documents.formats.archives import tar as archives_tar

        if variant == "tar":
            archives_tar.unpack_tar(blob.data, basket)
        elif variant in ("gzip", "bzip2", "xz"):
            archives_tar.unpack_packed(blob, variant, basket)
        else:
            raise NothingOpens(f"no archive: {form}/{variant}")


def _whole_error(basket: Basket) -> ReaderError:
    """Why nothing came out: the members' common reason; a password is the one that the sender can do something about."""
    errors = [failed.error for failed in basket.failed]
    return next(
        (error for error in errors if isinstance(error, Encrypted)), errors[0] if errors else NothingInside("empty")
    )


def _report(blob: Blob, form: str, failed: list[Failed]) -> Document | None:
    if not failed:
        return None
    problems = tuple(_problem(blob, item) for item in failed[:MAX_SAID])
    notes = tuple(str(item.error.args[0]) for item in failed[:MAX_SAID])
    return Document(path=blob.path, name=blob.name, format=form, problems=problems, notes=notes)


def _problem(blob: Blob, failed: Failed) -> Problem:
    name = failed.path.rpartition("/")[2]
    where = f"{blob.name} 中的 {name}" if name else blob.name
    message = f"{where}：{failed.error.told('zip')}"
    severity = Severity.ERROR if failed.needed else Severity.WARNING
    return Problem(failed.error.code, severity, message, value=name or blob.name, place=blob.path)
