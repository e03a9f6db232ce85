"""OFD files made by the standard (GB/T 33190-2016), each with what programs of different makers write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SIZE = 4.2  # millimetres of a letter


def text(
    x: float, y: float, written: str, *, size: float = SIZE, how: str = "steps", more: str = "", inner: str = ""
) -> str:
    """A text object with its upper edge at *y*; *how* says how its letters' places are written."""
    wide = [size if ord(letter) > 0x2000 else size / 2 for letter in written]
    boundary = f"{x} {y} {sum(wide):.3f} {size * 1.2:.3f}"
    delta = " ".join(f"{step:.3f}" for step in wide[:-1])
    place, scaled = f'X="0" Y="{size * 0.88:.3f}"', ""
    if how == "repeats" and len(written) > 1:
        groups: list[list[float]] = []
        for step in wide[:-1]:
            if groups and groups[-1][1] == step:
                groups[-1][0] += 1
            else:
                groups.append([1, step])
        delta = " ".join(f"g {count:.0f} {step:.3f}" if count > 1 else f"{step:.3f}" for count, step in groups)
    elif how == "matrix":  # in hundredths, which the matrix makes millimetres
        delta = " ".join(f"{100 * step:.1f}" for step in wide[:-1])
        place, scaled, size = f'X="0" Y="{size * 88:.1f}"', ' CTM="0.01 0 0 0.01 0 0"', size * 100
    elif how == "none":
        delta = ""
    delta = f' DeltaX="{delta}"' if delta else ""
    return (
        f'<ofd:TextObject ID="1" Boundary="{boundary}" Font="3" Size="{size}"{scaled}{more}>{inner}'
        f"<ofd:TextCode {place}{delta}>{escape(written)}</ofd:TextCode></ofd:TextObject>"
    )


def line(ax: float, ay: float, bx: float, by: float, more: str = "") -> str:
    return (
        f'<ofd:PathObject ID="2" Boundary="{ax} {ay} {max(bx - ax, 0.1)} {max(by - ay, 0.1)}" LineWidth="0.25"{more}>'
        f"<ofd:AbbreviatedData>M 0 0 L {bx - ax} {by - ay}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def area(x: float, y: float, wide: float, high: float, colour: str, more: str = "") -> str:
    return (
        f'<ofd:PathObject ID="4" Boundary="{x} {y} {wide} {high}" Stroke="false" Fill="true"{more}><ofd:FillColor Value="{colour}"/>'
        f"<ofd:AbbreviatedData>M 0 0 L {wide} 0 L {wide} {high} L 0 {high} C</ofd:AbbreviatedData></ofd:PathObject>"
    )


def table(rows: Sequence[Sequence[tuple[str, int]]], *, y: float = 50, high: float = 12, how: str = "steps", xs: Sequence[float] = (25, 53, 105, 133, 185)) -> str:  # fmt: skip
    """A ruled table; a cell is its text and the columns that it covers."""
    out = [line(xs[0], y + high * number, xs[-1], y + high * number) for number in range(len(rows) + 1)]
    for number, row in enumerate(rows):
        top, column = y + high * number, 0
        out.append(line(xs[0], top, xs[0], top + high))
        for written, span in row:
            lines = written.split("\n")
            for i, one in enumerate(lines):
                if one:
                    out.append(text(xs[column] + 2, top + (high - 5.2 * len(lines)) / 2 + 5.2 * i, one, how=how))
            column += span
            out.append(line(xs[column], top, xs[column], top + high))
    return "".join(out)


@dataclass
class Ofd:
    """``pages``: the contents of layers; ``parts``: whatever else lies in the zip."""

    pages: list[str]
    template: str = ""
    parts: dict[str, bytes] = field(default_factory=dict)
    resources: str = ""
    common: str = ""
    document: str = ""
    body: str = ""
    area: str = "0 0 210 297"

    def bytes(self) -> bytes:
        pages = "".join(
            f'<ofd:Page ID="{100 + n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(self.pages))
        )
        template = '<ofd:TemplatePage ID="90" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if self.template else ""
        uses = '<ofd:Template TemplateID="90" ZOrder="Background"/>' if self.template else ""
        files: dict[str, str | bytes] = {
            "OFD.xml": f'<ofd:OFD {NS} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID><ofd:Title>申报表</ofd:Title>'
            f"</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>{self.body}</ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": f"<ofd:Document {NS}><ofd:CommonData><ofd:MaxUnitID>200</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>{self.area}"
            f"</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{template}{self.common}</ofd:CommonData>"
            f"<ofd:Pages>{pages}</ofd:Pages>{self.document}</ofd:Document>",
            "Doc_0/PublicRes.xml": f'<ofd:Res {NS} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="3" FontName="宋体" FamilyName="宋体"/>'
            f'<ofd:Font ID="5" FontName="Wingdings"/></ofd:Fonts>{self.resources}</ofd:Res>',
        }
        for number, content in enumerate(self.pages):
            files[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
                f'<ofd:Page {NS}>{uses}<ofd:Content><ofd:Layer ID="7" Type="Body">{content}</ofd:Layer></ofd:Content></ofd:Page>'
            )
        if self.template:
            files["Doc_0/Tpls/Tpl_0/Content.xml"] = (
                f'<ofd:Page {NS}><ofd:Content><ofd:Layer ID="8">{self.template}</ofd:Layer></ofd:Content></ofd:Page>'
            )
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content_ in {**files, **self.parts}.items():
                archive.writestr(name, content_)
        return out.getvalue()
