"""Whether pictures can be read here. Light: an installation without the recogniser has no numpy either."""

from __future__ import annotations

from importlib.util import find_spec

from bot.documents.context import ReadContext
from bot.documents.errors import NothingOpens
from bot.documents.model import Blob, Document, Opened
from bot.documents.shared.pictures import picture


class NoRecogniser(NothingOpens):
    """Pictures of text cannot be read: the recogniser is not installed, or switched off."""

    finding = "这是图片，暂时无法识别其中的文字"
    advice = "请发送 Word、Excel 或由 Word 导出的 PDF 文件"


def is_there() -> bool:
    """Whether recogniser and models are installed; loads nothing."""
    return all(find_spec(name) for name in ("rapidocr", "cv2", "numpy"))


def read(blob: Blob, context: ReadContext) -> Opened:
    """The document shown on the picture *blob*, where it can be read."""
    if not context.ocr:
        return Opened(Document(blob.path, blob.name, "image", pictures=(picture(blob.name, blob.data),)))
    if not is_there():
        raise NoRecogniser("rapidocr is not installed")
    from bot.documents.formats.ocr.read import read as read_pixels

    return read_pixels(blob, context)
