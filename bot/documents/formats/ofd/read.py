"""OFD (GB/T 33190-2016), the national format of China's offices: its pages are drawn anew as those of a PDF and read like them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.base.replacing import replace
from bot.documents.context import ReadContext
from bot.documents.errors import Damaged, Encrypted
from bot.documents.formats.ofd.drawing import Drawing
from bot.documents.formats.ofd.package import Package, Part, Resources, child, children, numbers, words
from bot.documents.formats.ofd.sheet import PdfFile
from bot.documents.formats.pdf.read import read as read_pdf
from bot.documents.model import Blob, Opened
from bot.documents.shared.office_zip import read_zip
from bot.documents.shared.xml import Element

_POINTS = 72 / 25.4  # to a millimetre
_A4 = (0.0, 0.0, 210.0, 297.0)
_MOST_ATTACHMENTS = 50
_ORDER = {"Background": 0, "Body": 1, "Foreground": 2}
_LETTER = 7.0  # millimetres; larger ones are no value
_CHINESE = re.compile(
    rb"\x0c([\x06-\x7f])((?:[\xe4-\xe9][\x80-\xbf]{2}){2})"
)  # a UTF8String of ASN.1 that begins in Chinese


def read(blob: Blob, context: ReadContext) -> Opened:
    """The document in *blob*, its attached files; its signatures are named. Raises ``Damaged``, ``Encrypted``, ``TooLarge`` or ``Unsafe``."""
    package = Package(read_zip(blob.data, context.limits))
    if package.data("Encryptions.xml") is not None:
        raise Encrypted("ofd: encrypted by GM/T 0099")
    root, pdf = package.root(), PdfFile()
    bodies = [
        (body, document)
        for body in children(root.root, "DocBody")
        if (document := package.part(root.place, words(body, "DocRoot"))) is not None
    ]
    pages = 0
    for _, document in bodies:
        for width, height, content in _pages(package, document, pdf, context.limits.max_pages + 1 - pages):
            pdf.add_page(width * _POINTS, height * _POINTS, content)
            pages += 1
    if not pages:
        raise Damaged("ofd without pages")
    opened = read_pdf(replace(blob, data=pdf.done()), context)
    if opened.document is None:
        return opened
    title = next((found for body, _ in bodies if (found := words(body, "DocInfo", "Title"))), "")[:200]
    notes = tuple(f"文件带有电子签章：{name}" for body, _ in bodies for name in _signatures(package, root, body))
    attached = tuple(one for _, document in bodies for one in _attachments(package, document))
    return Opened(replace(opened.document, format="ofd", title=title, notes=notes), attached[:_MOST_ATTACHMENTS])


def _pages(package: Package, document: Part, pdf: PdfFile, most: int) -> Iterator[tuple[float, float, str]]:
    """Width and height in millimetres, and the content of each page."""
    common = child(document.root, "CommonData")
    resources = Resources()
    for place in children(common, "PublicRes", "DocumentRes"):
        package.take(resources, document.place, words(place))
    templates = {one.get("ID", ""): one for one in children(common, "TemplatePage")}
    notes = _annotations(package, document)
    for page in list(children(child(document.root, "Pages"), "Page"))[: max(most, 0)]:
        part = package.part(document.place, page.get("BaseLoc") or "")
        if part is None:
            raise Damaged(f"ofd: page {page.get('ID')} is missing")
        for place in children(part.root, "PageRes"):
            package.take(resources, part.place, words(place))
        x, y, width, height = (
            _box(part.root, child(part.root, "Area")) or _box(common, child(common, "PageArea")) or _A4
        )
        drawing = Drawing(package, resources, pdf)
        operators = [f"{_POINTS:.6f} 0 0 {-_POINTS:.6f} {-x * _POINTS:.4f} {(height + y) * _POINTS:.4f} cm"]
        for layer in _layers(package, document, part, templates):
            operators += drawing.objects(layer, layer.get("DrawParam"))
        for annotation in notes.get(page.get("ID") or "", ()):
            operators += _appearance(drawing, annotation)
        yield width, height, "\n".join(operators)


def _box(holder: Element | None, area: Element | None) -> tuple[float, float, float, float] | None:
    found = numbers(words(area, "PhysicalBox"))
    if holder is None or len(found) != 4 or min(found[2:]) <= 0:
        return None
    x, y, width, height = found
    return x, y, width, height


def _layers(package: Package, document: Part, page: Part, templates: dict[str, Element]) -> list[Element]:
    """The layers of the page and of its templates, from the lowest to the uppermost (7.7)."""
    found: list[tuple[int, Element]] = []
    for use in children(page.root, "Template"):
        template = templates.get(use.get("TemplateID") or "")
        part = package.part(document.place, template.get("BaseLoc") or "") if template is not None else None
        if part is not None and template is not None:
            order = use.get("ZOrder") or template.get("ZOrder") or "Background"
            above = 10 if order == "Foreground" else -10
            found += [(_ORDER.get(layer.get("Type") or "Body", 1) + above, layer) for layer in _own_layers(part.root)]
    found += [(_ORDER.get(layer.get("Type") or "Body", 1), layer) for layer in _own_layers(page.root)]
    return [layer for _, layer in sorted(found, key=lambda one: one[0])]


def _own_layers(page: Element) -> Iterator[Element]:
    return children(child(page, "Content"), "Layer")


def _annotations(package: Package, document: Part) -> dict[str, list[Element]]:
    """What was put onto the pages later, by the number of the page."""
    found: dict[str, list[Element]] = {}
    listed = package.part(document.place, words(document.root, "Annotations"))
    for page in children(listed.root, "Page") if listed is not None else ():
        part = package.part(listed.place, words(page, "FileLoc")) if listed is not None else None
        own = list(children(part.root, "Annot")) if part is not None else []
        found.setdefault(page.get("PageID") or "", []).extend(own)
    return found


def _appearance(drawing: Drawing, annotation: Element) -> Iterator[str]:
    if annotation.get("Type") == "Link" or _is_laid_over(annotation) or annotation.get("Visible", "true") == "false":
        return
    for shown in children(annotation, "Appearance"):
        boundary = numbers(shown.get("Boundary"))
        if len(boundary) == 4:
            yield f"q 1 0 0 1 {boundary[0]:.4f} {boundary[1]:.4f} cm"
            yield from drawing.objects(shown)
            yield "Q"


def _is_laid_over(annotation: Element) -> bool:
    """A watermark that is turned, large, or lets the page shine through: viewers call words so, too, that were only typed onto the page."""
    drawn = list(annotation.iter()) if annotation.get("Type") == "Watermark" else []
    sizes = [size for one in drawn for size in numbers(one.get("Size"))]
    return any(one.get("Alpha") or one.get("CTM") for one in drawn) or max(sizes, default=0.0) > _LETTER


def _attachments(package: Package, document: Part) -> Iterator[Blob]:
    listed = package.part(document.place, words(document.root, "Attachments"))
    for one in children(listed.root, "Attachment") if listed is not None else ():
        assert listed is not None
        place = package.resolved(listed.place, words(one, "FileLoc"))
        data = package.data(place)
        if data is not None:
            ending = place.rpartition("/")[2]
            name = one.get("Name") or ending
            yield Blob("", name if "." in name else f"{name}.{ending.rpartition('.')[2]}", data)


def _signatures(package: Package, root: Part, body: Element) -> Iterator[str]:
    """Whose seal it is, as far as the seal says so, and when it was put there."""
    listed = package.part(root.place, words(body, "Signatures"))
    for one in children(listed.root, "Signature") if listed is not None else ():
        part = package.part(listed.place, one.get("BaseLoc") or "") if listed is not None else None
        if part is None:
            continue
        info = child(part.root, "SignedInfo")
        places = (words(info, "Seal", "BaseLoc"), words(part.root, "SignedValue"))
        seals = (package.data(package.resolved(part.place, place)) for place in places if place)
        name = next((found for seal in seals if seal and (found := _seal_name(seal))), "") or _provider(info)
        when = words(info, "SignatureDateTime")[:10]
        yield f"{name or '未注明名称'}（{when}）" if when else name or "未注明名称"


def _provider(info: Element | None) -> str:
    provider = child(info, "Provider")
    return (provider.get("Company") or provider.get("ProviderName") or "") if provider is not None else ""


def _seal_name(seal: bytes) -> str:
    """The first Chinese text in the seal's data (GB/T 38540): its name."""
    for found in _CHINESE.finditer(seal):
        text = seal[found.start() + 2 : found.start() + 2 + found.group(1)[0]]
        try:
            return text.decode("utf-8")
        except UnicodeDecodeError:
            continue
    return ""
