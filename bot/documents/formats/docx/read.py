"""Word documents (.docx, .docm, .dotx, strict and flat ones) as Word, WPS, Writer and web editors write them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from itertools import starmap

from bot.base.problems import Code, Problem, Severity
from bot.documents.context import ReadContext
from bot.documents.errors import Damaged, ReaderError
from bot.documents.formats.docx.ground import page_ground
from bot.documents.formats.docx.styles import Styles, read_numbering
from bot.documents.formats.docx.text import Found, Story
from bot.documents.model import Blob, Block, Document, Opened, not_blank
from bot.documents.registry import reader_for
from bot.documents.shared.colours import PAPER
from bot.documents.shared.ole_objects import embedded_files
from bot.documents.shared.ooxml import Package, R, W, open_flat, open_zip
from bot.documents.shared.pictures import MAX_PICTURES, picture, scans_of
from bot.documents.shared.xml import Element
from bot.documents.sniff import sniff_kind

_MAX_STORIES = 40
_MAX_COVERED = 20


def read(blob: Blob, context: ReadContext) -> Opened:
    """The document in *blob*; its embedded files and pasted scans are children."""
    return read_package(open_zip(blob.data, context.limits), blob, context)


def read_flat(blob: Blob, context: ReadContext) -> Opened:
    """The same for a package in one XML file."""
    return read_package(open_flat(blob.data), blob, context)


def read_package(package: Package, blob: Blob, context: ReadContext) -> Opened:
    main = _main_part(package)
    root = package.xml(main)
    body = root.find(f"{W}body")
    if body is None:
        raise Damaged("document without a body")
    shared = _Shared(package, main, context)
    shared.ground = page_ground(root)
    # The body comes first: it says which headers are used. They stand above it all the same.
    inner = list(shared.story(main).blocks(body))
    notes = list(shared.notes())
    headers, footers = list(shared.margins(root, "header")), list(shared.margins(root, "footer"))
    blocks = (*headers, *inner, *notes, *footers)
    pictures = tuple(picture(*file) for file in shared.files(shared.found.pictures, MAX_PICTURES))
    objects = shared.files(shared.found.objects, context.limits.max_files)
    document = Document(
        path=blob.path,
        name=blob.name,
        format="docx",
        blocks=blocks,
        pictures=pictures,
        links=tuple(dict.fromkeys(shared.found.links)),
        problems=tuple(map(_covered, shared.found.covered[:_MAX_COVERED])),
        title=package.title(),
    )
    return Opened(
        document, (*(inner for file in objects for inner in embedded_files(*file)), *scans_of(blocks, pictures))
    )


class _Shared:
    """What all stories of one document have in common."""

    def __init__(self, package: Package, main: str, context: ReadContext) -> None:
        self.package, self.main, self.context = package, main, context
        self.found = Found()
        self.ground = PAPER
        self.styles = Styles(package.optional_data(package.related(main, "styles")))
        self.numbering = read_numbering(package.optional_data(package.related(main, "numbering")))

    def story(self, part: str) -> Story:
        return _WithChunks(self, part)

    def files(self, references: Iterable[tuple[str, str]], most: int) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of what the *references* (part, relation id) lead to."""
        return self.package.files(starmap(self.package.target, references), most)

    def margins(self, root: Element, kind: str) -> Iterator[Block]:
        """Headers or footers in the order of their sections, each once, without empty lines."""
        used = dict.fromkeys(item.get(f"{R}id", "") for item in root.iter(f"{W}{kind}Reference"))
        for identity in list(used)[:_MAX_STORIES]:
            part = self.package.target(self.main, identity)
            margin = self.package.optional_xml(part)
            if margin is not None:
                yield from not_blank(self.story(part).blocks(margin))

    def notes(self) -> Iterator[Block]:
        """Footnotes and endnotes that the text refers to, in the order of the notes, without the separator lines."""
        for kind in ("footnote", "endnote"):
            part = self.package.related(self.main, f"{kind}s")
            root = self.package.optional_xml(part)
            for note in root.iterfind(f"{W}{kind}") if root is not None else ():
                if note.get(f"{W}type", "normal") == "normal" and (kind, note.get(f"{W}id")) in self.found.notes:
                    yield from self.story(part).blocks(note)


class _WithChunks(Story):
    """A story which can merge in foreign files; needs the readers of the other formats."""

    def __init__(self, shared: _Shared, part: str) -> None:
        super().__init__(shared.package, part, shared.styles, shared.numbering, shared.found, shared.context.limits)
        self._context = shared.context
        self.ground = shared.ground

    def alternative_chunk(self, relation: str) -> Iterator[Block]:
        target = self.package.target(self.part, relation)
        if not target:
            return
        data = self.package.data(target)
        kind = sniff_kind(data, target)
        if kind.format not in ("docx", "html", "rtf", "text") or "chunk" in self._context.inside:
            return
        chunk = Blob("", posixpath.basename(target), data)
        try:
            opened = reader_for(kind)(chunk, self._context.within("chunk"))
        except ReaderError:
            return
        if opened.document is not None:
            yield from opened.document.blocks


def _main_part(package: Package) -> str:
    for part in (package.related("", "officeDocument"), "word/document.xml", "word/document2.xml"):
        if part and part in package:
            return part
    found = sorted(package.names(r".*/document\.xml\Z"))
    if not found:
        raise Damaged("no main document part")
    return found[0]


def _covered(before: str) -> Problem:
    """A cell of which nothing can be seen, told by what stands before it."""
    label = "".join(before.split())[:20]
    where = f"表格中“{label}”后面的一格" if label else "表格中有一格"
    return Problem(Code.UNREADABLE, Severity.WARNING, f"{where}被图形遮住，未读取。如需报送，请移开图形后重新发送。")
