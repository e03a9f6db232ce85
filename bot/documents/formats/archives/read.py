"""Archives opened in place, whatever their format: what comes out, what is said of the members that cannot be had."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec

from bot.base.problems import Problem, Severity
from bot.documents.context import ReadContext
from bot.documents.errors import Damaged, Encrypted, NothingOpens, ReaderError
from bot.documents.formats.archives import libarchive as archives_libarchive
from bot.documents.formats.archives.basket import Basket, Failed
from bot.documents.model import Blob, Document, Opened

MAX_SAID = 10  # problems of single members

Unpack = Callable[
    [bytes, Basket, Sequence[str]], None
]  # the archive's bytes, what takes its files, candidate passwords


class NothingInside(Damaged):
    """A whole archive without any file in it."""

    finding = "这个压缩包里没有文件"
    advice = "请检查后重新压缩，或把表格直接作为附件发送"


class NoProgram(NothingOpens):
    """A kind of archive that needs a package which is not installed."""

    finding = "这种压缩包暂时无法打开"
    advice = "请改用 .zip 格式压缩，或把表格直接作为附件发送"


def read_archive(blob: Blob, context: ReadContext, form: str, unpack: Unpack) -> Opened:
    """The files that *unpack* takes out of *blob* as children; a document of *form* with problems where some cannot be taken out.

    Raises ``Encrypted``, ``Damaged``, ``TooLarge`` or ``Unsafe`` where nothing of the archive can be used.
    """
    basket = Basket(context.limits)
    try:
        unpack(blob.data, basket, context.passwords)
    except ImportError as error:
        raise NoProgram(f"{form}: {error}") from error
    if basket.children:
        return Opened(_report(blob, form, basket.failed), tuple(basket.children))
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
