"""A PDF file with the pages of an OFD file, written so that both are read in one way: letters that know their Unicode, paths, pictures."""

from __future__ import annotations

import io
import re
import zlib

from msgspec import Struct, field
from PIL import Image

_NAME = re.compile(r"[^A-Za-z0-9+.-]+")
_FIRST_FREE, _FREE = 0xD800, 0x800  # numbers that are no letters
_MOST_PIXELS = 80_000_000


def width_of(letter: str) -> float:
    """Of the letter's size."""
    return 0.5 if letter.isascii() else 1.0


class Font(Struct):
    """``codes``: the letters that were written in it, each with its number in the PDF: its Unicode, another one where that is too large."""

    name: str
    number: int
    codes: dict[str, int] = field(default_factory=dict)

    def code(self, letter: str) -> str:
        own = ord(letter)
        return f"{self.codes.setdefault(letter, own if own <= 0xFFFF else _FIRST_FREE + len(self.codes) % _FREE):04X}"


class PdfFile:
    def __init__(self) -> None:
        self._objects: list[bytes] = [b"", b""]  # the catalogue and the list of pages, known at the end
        self._pages: list[int] = []
        self._fonts: dict[str, Font] = {}
        self._pictures: dict[str, int | None] = {}
        self._states: dict[tuple[float, float], int] = {}

    def font(self, name: str) -> Font:
        plain = _NAME.sub("", name) or "SimSun"
        if plain not in self._fonts:
            self._fonts[plain] = Font(plain, self._add(b""))
        return self._fonts[plain]

    def state(self, fill: float, stroke: float) -> int:
        key = round(fill, 2), round(stroke, 2)
        if key not in self._states:
            self._states[key] = self._add(f"<</Type/ExtGState/ca {key[0]}/CA {key[1]}>>".encode())
        return self._states[key]

    def picture(self, place: str, data: bytes | None) -> int | None:
        """The number of the picture at *place*; None where it cannot be decoded."""
        if place not in self._pictures:
            self._pictures[place] = self._add_picture(data) if data else None
        return self._pictures[place]

    def _add_picture(self, data: bytes) -> int | None:
        try:
            with Image.open(io.BytesIO(data)) as opened:
                image: Image.Image = opened
                if image.width * image.height > _MOST_PIXELS:
                    return None
                size = f"/Width {image.width}/Height {image.height}/BitsPerComponent 8"
                if opened.format == "JPEG" and image.mode in ("L", "RGB"):
                    space = "/DeviceGray" if image.mode == "L" else "/DeviceRGB"
                    return self._stream(data, f"/Type/XObject/Subtype/Image{size}/ColorSpace{space}/Filter/DCTDecode")
                mask = ""
                if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
                    image = image.convert("RGBA")
                    alpha = self._stream(
                        zlib.compress(image.getchannel("A").tobytes()),
                        f"/Type/XObject/Subtype/Image{size}/ColorSpace/DeviceGray/Filter/FlateDecode",
                    )
                    mask = f"/SMask {alpha} 0 R"
                pixels = zlib.compress(image.convert("RGB").tobytes())
                return self._stream(
                    pixels, f"/Type/XObject/Subtype/Image{size}/ColorSpace/DeviceRGB/Filter/FlateDecode{mask}"
                )
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return None

    def add_page(self, width: float, height: float, content: str) -> None:
        """Points; *content* names fonts, pictures and states by ``/F``, ``/P`` and ``/G`` with their numbers."""
        stream = self._stream(zlib.compress(content.encode("ascii")), "/Filter/FlateDecode")
        self._pages.append(
            self._add(
                f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width:.3f} {height:.3f}]/Contents {stream} 0 R/Resources {{}} 0 R>>".encode()
            )
        )

    def done(self) -> bytes:
        resources = self._add(self._resources())
        for page in self._pages:
            self._objects[page - 1] = self._objects[page - 1].replace(b"{}", str(resources).encode())
        kids = " ".join(f"{page} 0 R" for page in self._pages)
        self._objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
        self._objects[1] = f"<</Type/Pages/Count {len(self._pages)}/Kids[{kids}]>>".encode()
        out, places = bytearray(b"%PDF-1.7\n"), []
        for number, body in enumerate(self._objects, 1):
            places.append(len(out))
            out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, start)
        return bytes(out)

    def _resources(self) -> bytes:
        for font in self._fonts.values():
            self._write_font(font)
        fonts = "".join(f"/F{font.number} {font.number} 0 R" for font in self._fonts.values())
        pictures = "".join(f"/P{number} {number} 0 R" for number in self._pictures.values() if number)
        states = "".join(f"/G{number} {number} 0 R" for number in self._states.values())
        return f"<</Font<<{fonts}>>/XObject<<{pictures}>>/ExtGState<<{states}>>>>".encode()

    def _write_font(self, font: Font) -> None:
        pairs = [f"<{code:04X}><{letter.encode('utf-16-be').hex()}>" for letter, code in font.codes.items()]
        blocks = "".join(
            f"{len(some)} beginbfchar\n{' '.join(some)}\nendbfchar\n"
            for some in (pairs[at : at + 100] for at in range(0, len(pairs), 100))
        )
        to_unicode = self._stream(
            (
                "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
                f"1 begincodespacerange <0000><FFFF> endcodespacerange\n{blocks}endcmap end end"
            ).encode(),
            "",
        )
        describes = self._add(
            f"<</Type/FontDescriptor/FontName/{font.name}/Flags 4/FontBBox[0 -140 1000 860]/ItalicAngle 0/Ascent 860/Descent -140"
            "/CapHeight 700/StemV 80>>".encode()
        )
        inner = self._add(
            f"<</Type/Font/Subtype/CIDFontType0/BaseFont/{font.name}/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 5>>"
            f"/FontDescriptor {describes} 0 R/DW 1000/W[1 95 500]>>".encode()
        )
        self._objects[font.number - 1] = (
            f"<</Type/Font/Subtype/Type0/BaseFont/{font.name}/Encoding/UniGB-UCS2-H/DescendantFonts[{inner} 0 R]"
            f"/ToUnicode {to_unicode} 0 R>>"
        ).encode()

    def _stream(self, data: bytes, entries: str) -> int:
        return self._add(f"<<{entries}/Length {len(data)}>>stream\n".encode() + data + b"\nendstream")

    def _add(self, body: bytes) -> int:
        self._objects.append(body)
        return len(self._objects)
