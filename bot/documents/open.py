"""Blobs in, documents out: the queue that opens parts, containers and what lies in them, one guarded call each."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from bot.base.limits import Limits
from bot.base.problems import Code, Problem, Severity
from bot.base.replacing import replace
from bot.base.text import files_named, pages_named
from bot.documents.bystanders import OwnerFile, is_bystander, is_leftover
from bot.documents.context import ReadContext
from bot.documents.errors import STAFF_WILL_READ_IT, Damaged, OutOfTime, ReaderError, TooLarge, Unsafe, WorkerTimeout
from bot.documents.formats.archives.volumes import joined
from bot.documents.guard import Guard, Runner
from bot.documents.impostors import refuse_impostor
from bot.documents.model import Blob, Document, Opened
from bot.documents.registry import reader_for
from bot.documents.shared.sentinels import cleaned
from bot.documents.sniff import Sniffed, sniff_kind, without_junk

_CONTAINERS = frozenset({"eml", "msg", "tnef", "zip", "rar", "7z"})
# Pages in succession for each of which all time ran out: a file that is made so, and the next would be as heavy.
_HEAVY = 3
_PACKED = frozenset({"tar", "gzip", "bzip2", "xz", "p7m"})
# Control, bidirectional and zero-width format characters: they can hide what a name really is.
_INVISIBLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb]"
)


def open_all(blobs: Iterable[Blob], guard: Runner, context: ReadContext) -> list[Document]:
    """Every readable part of *blobs*, containers opened in place, in the order found.

    Never raises for what a file holds: what cannot be read becomes a document with its problem. Bounds on number, total size,
    time and depth hold for the whole call.
    """
    until = guard.used + context.limits.total_seconds
    pictures = 0.0
    queue = _Queue(context.limits)
    pending = [queue.enter(blob, blob.path or blob.name, blob.depth) for blob in queue.joined(blobs)]
    pending.reverse()
    while pending:
        blob = pending.pop()
        before = guard.used
        enough = context.quick or pictures > context.limits.picture_seconds
        with_this = context if enough == context.quick else replace(context, quick=enough)
        opened = _open_guarded(blob, guard, with_this, until) if before < until else _left_out(blob)
        if opened.document is not None:
            queue.documents.append(_complete(opened.document, blob))
            pictures += guard.used - before if opened.document.ocr else 0.0
        pending.extend(reversed(queue.children(blob, opened.children)))
    return queue.documents if context.quick else _told_of_left_out(queue.documents)


def open_blob(blob: Blob, context: ReadContext) -> Opened:
    """One blob, not its children; runs in the worker. A reader's error becomes a document with that problem."""
    kind = body_kind(blob.name) if blob.is_body else sniff_kind(blob.data, blob.name)
    if not blob.is_body and is_bystander(blob, kind):
        return Opened(Document(blob.path, blob.name, "unknown"))
    try:
        if not blob.is_body and is_leftover(blob.name, blob.data):
            raise OwnerFile("left behind by a program")
        # What a container holds is measured part by part; itself it may be as large as all of them.
        limit = context.limits.max_total if is_container(kind) else context.limits.max_part
        if len(blob.data) > limit:
            raise TooLarge(f"{len(blob.data)} bytes, limit {limit}")
        if kind.variant == "empty":
            raise Damaged("empty file")
        if not blob.is_body:
            blob = replace(blob, data=without_junk(blob.data))
        opened = reader_for(kind)(blob, context)
        if opened.document is not None and opened.document.format in ("html", "text"):
            refuse_impostor(blob, opened.document)
        if opened.document is not None:
            document = replace(opened.document, blocks=tuple(cleaned(opened.document.blocks)))
            opened = replace(opened, document=document)
        return opened
    except ReaderError as error:
        return Opened(problem_document(blob, kind.format, error))
    except MemoryError:
        raise
    except Exception as error:  # any library may fail in any way on a hostile file
        return Opened(problem_document(blob, kind.format, Damaged(f"{type(error).__name__}: {error}")))


def body_kind(name: str) -> Sniffed:
    """A mail's own text is what it was in the mail: text that begins like a mail or a PDF is still text."""
    return Sniffed({".html": "html", ".rtf": "rtf"}.get(PurePosixPath(name).suffix, "text"))


def is_container(kind: Sniffed) -> bool:
    return kind.format in _CONTAINERS or (kind.format == "unknown" and kind.variant in _PACKED)


def is_over_time(error: ReaderError) -> bool:
    return isinstance(error, (OutOfTime, WorkerTimeout))


def problem_document(blob: Blob, form: str, error: ReaderError) -> Document:
    """A document that only says why there is none."""
    message = f"{blob.name}：{error.told(form)}"
    problem = Problem(error.code, error.severity, message, value=blob.name, place=blob.path)
    return Document(
        path=blob.path,
        name=blob.name,
        format=form,
        problems=(problem,),
        notes=(error.args[0],),
        unfinished=is_over_time(error),
    )


def read_file(path: Path, guard: Guard, context: ReadContext) -> list[Document]:
    """Documents of one file on disk; ``OSError`` where it cannot be opened."""
    with path.open("rb") as stream:
        data = stream.read(context.limits.max_total + 1)
    return open_all([Blob(path=str(path), name=path.name, data=data)], guard, context)


def safe_name(name: str) -> str:
    """A bare file name that is safe to show and to store: no folder, control or bidirectional character; never empty."""
    clean = _INVISIBLE.sub("", name).replace("\\", "/").rstrip("/")
    clean = clean.rpartition("/")[2].strip().strip(".") if clean.strip("./ ") else ""
    if len(clean) > 150:
        suffix = PurePosixPath(clean).suffix[:12]
        clean = clean[: 150 - len(suffix)] + suffix
    return clean or "未命名"


def safe_path(path: str) -> str:
    """A member's place inside its container, folders kept, without ``..``, drive letters and leading slashes."""
    steps = [
        step for step in path.replace("\\", "/").split("/") if step.strip(" .") and not re.fullmatch(r"[A-Za-z]:", step)
    ]
    return "/".join(safe_name(step) for step in steps[-10:]) or "未命名"


def _open_guarded(blob: Blob, guard: Runner, context: ReadContext, until: float) -> Opened:
    try:
        opened: Opened = guard.run(open_blob, blob, context, seconds=context.limits.seconds)
    except ReaderError as error:
        opened = Opened(problem_document(blob, sniff_kind(blob.data, blob.name).format, error))
        if is_over_time(error):
            opened = _in_pages(opened, blob, guard, context)
    return _with_pages(opened, blob, guard, context, until)


def _in_pages(opened: Opened, blob: Blob, guard: Runner, context: ReadContext) -> Opened:
    """A file for which as a whole time ran out: nothing is read of it yet, if it has several pages."""
    try:
        pages = guard.run(pages_in, blob, context.passwords, seconds=context.limits.seconds)
    except ReaderError:
        pages = 0
    if pages < 2 or opened.document is None:
        return opened
    numbers = tuple(range(1, min(pages, context.limits.max_pages) + 1))
    return Opened(Document(blob.path, blob.name, opened.document.format, unfinished=True, unread=numbers))


def pages_in(blob: Blob, passwords: tuple[str, ...]) -> int:
    """Of a PDF or TIFF; 0 for what has none. Runs in the worker."""
    kind = sniff_kind(blob.data, blob.name).format
    if kind == "pdf":
        from bot.documents.formats.pdf.read import count_pages

        return count_pages(blob.data, passwords)
    if kind == "image":
        from bot.documents.formats.ocr.images import page_count

        return page_count(blob.data)
    return 0


def _with_pages(opened: Opened, blob: Blob, guard: Runner, context: ReadContext, until: float) -> Opened:
    """With the pages for which time ran out, each tried alone, with its own time, until several in succession are too much even so."""
    if opened.document is None or not opened.document.unread:
        return opened
    found: dict[int, Document | None] = {}
    for number in opened.document.unread:
        if guard.used >= until or list(found.values())[-_HEAVY:] == [None] * _HEAVY:
            break
        found[number] = _page(blob, number, guard, context)
    read = [page for page in found.values() if page is not None]
    unread = tuple(number for number in opened.document.unread if found.get(number) is None)
    blocks = (*opened.document.blocks, *(block for page in read for block in page.blocks))
    document = replace(
        opened.document,
        blocks=blocks,
        ocr=opened.document.ocr or any(page.ocr for page in read),
        problems=(*opened.document.problems, *_not_read(blob, unread)),
        unfinished=bool(unread),
        unread=unread,
    )
    return replace(opened, document=document)


def _page(blob: Blob, number: int, guard: Runner, context: ReadContext) -> Document | None:
    try:
        alone = replace(context, pages=frozenset({number}))
        page = guard.run(open_blob, blob, alone, seconds=context.limits.seconds).document
    except ReaderError:
        return None
    return None if page is None or page.unfinished else page


def _not_read(blob: Blob, pages: Sequence[int]) -> tuple[Problem, ...]:
    if not pages:
        return ()
    message = f"{blob.name}：{pages_named(pages)}程序没有读完。{STAFF_WILL_READ_IT}。"
    return (Problem(Code.TOO_LARGE, Severity.WARNING, message, value=blob.name, place=blob.path),)


def _told_of_left_out(documents: list[Document]) -> list[Document]:
    """What was left out because photos and scans took all their time is told once, at the first of them."""
    left = [i for i, one in enumerate(documents) if one.unfinished and not one.problems and not one.unread]
    if left:
        first = documents[left[0]]
        names = files_named([documents[i].name for i in left])
        message = f"来信的照片、扫描件较多，程序没有读完：{names}未读。{STAFF_WILL_READ_IT}。"
        problem = Problem(Code.TOO_LARGE, Severity.WARNING, message, value=first.name, place=first.path)
        documents[left[0]] = replace(first, problems=(problem,))
    return documents


def _left_out(blob: Blob) -> Opened:
    return Opened(problem_document(blob, sniff_kind(blob.data, blob.name).format, OutOfTime("total_seconds")))


def _complete(document: Document, blob: Blob) -> Document:
    return replace(
        document,
        path=blob.path,
        name=blob.name,
        data=blob.data,
        sha256=hashlib.sha256(blob.data).hexdigest(),
        inner_sender=document.inner_sender or blob.inner_sender,
        is_body=blob.is_body,
        problems=(*blob.problems, *document.problems),
    )


class _Queue:
    """Counts what was taken in and names it; what is over a limit becomes a problem document at once."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.documents: list[Document] = []
        self._files = 0
        self._bytes = 0
        self._taken: set[str] = set()
        self._said: set[Code] = set()

    def enter(self, blob: Blob, path: str, depth: int) -> Blob:
        """*blob* under a path that no other one has."""
        self._files += 1
        self._bytes += len(blob.data)
        unique = self._unique(path)
        return replace(blob, path=unique, name=safe_name(blob.name or unique), depth=depth)

    def children(self, parent: Blob, found: Sequence[Blob]) -> list[Blob]:
        """The children of *parent* that are within the limits; the first one beyond gives a problem document."""
        accepted: list[Blob] = []
        for child in self.joined(found, f"{parent.path}!/"):
            error = self._refusal(parent, child)
            path = f"{parent.path}!/{safe_path(child.path or child.name)}"
            if error is None:
                sender = child.inner_sender or parent.inner_sender
                accepted.append(replace(self.enter(child, path, parent.depth + 1), inner_sender=sender))
            elif error.code not in self._said:
                self._said.add(error.code)
                refused = replace(child, path=path, name=safe_name(child.name))
                self.documents.append(
                    problem_document(refused, sniff_kind(child.data[:65536], child.name).format, error)
                )
        return accepted

    def joined(self, found: Iterable[Blob], below: str = "") -> list[Blob]:
        """*found* with archives in volumes put together; one that is not whole becomes a problem document."""
        whole, lacking = joined(found)
        for blob, error in lacking:
            path = self._unique(f"{below}{safe_path(blob.path or blob.name)}" if below else blob.path or blob.name)
            refused = replace(blob, path=path, name=safe_name(blob.name))
            form = sniff_kind(blob.data[:65536], blob.name).format
            self.documents.append(_complete(problem_document(refused, form, error), refused))
        return whole

    def _refusal(self, parent: Blob, child: Blob) -> ReaderError | None:
        if parent.depth + 1 > self.limits.max_depth:
            return Unsafe(f"nested deeper than {self.limits.max_depth}")
        if self._files >= self.limits.max_files:
            return TooLarge(f"more than {self.limits.max_files} files")
        if self._bytes + len(child.data) > self.limits.max_total:
            return TooLarge(f"more than {self.limits.max_total} bytes in all")
        return None

    def _unique(self, path: str) -> str:
        head, mark, tail = path.rpartition("!/")
        stem, dot, suffix = tail.rpartition(".")
        candidate, number = path, 1
        while candidate in self._taken:
            number += 1
            name = f"{stem} ({number}){dot}{suffix}" if stem else f"{tail} ({number})"
            candidate = f"{head}{mark}{name}"
        self._taken.add(candidate)
        return candidate
