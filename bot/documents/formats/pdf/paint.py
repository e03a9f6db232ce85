"""The content of a PDF page run with what pdfminer leaves out: opacity, clipping, hidden layers, and what is painted over what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pdfminer.layout import LTComponent, LTContainer, LTFigure, LTLine, LTRect
from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdfinterp import PDFGraphicState, PDFPageInterpreter
from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import apply_matrix_pt
from pdfplumber.page import PDFPageAggregatorWithMarkedContent

from bot.documents.page.grid import Box

Colour = tuple[float, float, float]
_INVISIBLE_MODE = 3  # of text (9.3.6 of the PDF reference)
_UNDERLAID = ("Watermark", "Background")  # kinds of marks that are never the form's text
_OPAQUE, _TRANSPARENT = 0.9, 0.05
_THICK = 3.0  # points: a stroke of this width is an area
WHITE: Colour = (1.0, 1.0, 1.0)


@dataclass(slots=True)
class Drawn:
    """One thing on the page, in the order of drawing. ``box`` in layout coordinates: y grows upwards, so ``top`` is below ``bottom``.

    ``colour`` None is unknown; ``covers``: nothing below shows through the whole box; ``fills``: a background of some kind;
    ``alpha`` (of text): how much of its colour is seen; ``aside``: marked as the page's, not the text's (headers, watermarks).
    """

    item: LTComponent
    holder: LTContainer[Any]
    box: Box
    colour: Colour | None = None
    is_char: bool = False
    covers: bool = False
    fills: bool = False
    unseen: bool = False
    alpha: float = 1.0
    aside: bool = False


class State(PDFGraphicState):
    """Graphics state with opacity (fill, stroke), whether a blend mode or soft mask mixes, and the clip's bounding box."""

    def __init__(self) -> None:
        super().__init__()
        self.fill_alpha = self.stroke_alpha = 1.0
        self.mixes = False
        self.clip: Box | None = None
        self.clip_is_box = True
        self.hidden = False
        self.artifact = ""  # what marks that are no part of the text are (14.8.2.2): «Pagination», «Watermark»

    def copy(self) -> State:
        other = State()
        other.__dict__.update(self.__dict__)
        return other


class Interpreter(PDFPageInterpreter):
    """Forms inherit the state in which they are drawn; ``gs``, ``W``, ``cs`` and optional content take effect.

    *off* are the object ids of layers that are switched off.
    """

    def __init__(
        self, manager: Any, device: Any, off: frozenset[int] = frozenset(), above: State | None = None
    ) -> None:
        super().__init__(manager, device)
        self._off, self._above = off, above
        self._marked: list[tuple[bool, str]] = []
        self.graphicstate: Any

    def dup(self) -> Interpreter:
        return Interpreter(self.rsrcmgr, self.device, self._off, self.graphicstate.copy())

    def init_state(self, ctm: Any) -> None:
        super().init_state(ctm)
        self.graphicstate = self._above.copy() if self._above is not None else State()

    def do_gs(self, name: Any) -> None:
        found = _entry(self.resources, "ExtGState", name)
        found = resolve1(found)
        if not isinstance(found, dict):
            return
        state = self.graphicstate
        state.fill_alpha = _number(found.get("ca"), state.fill_alpha)
        state.stroke_alpha = _number(found.get("CA"), state.stroke_alpha)
        mode, mask = resolve1(found.get("BM")), resolve1(found.get("SMask"))
        if mode is not None or mask is not None:
            mode = mode[0] if isinstance(mode, list) and mode else mode
            state.mixes = _name(mode) not in ("", "Normal", "Compatible") or isinstance(mask, dict)

    def do_W(self) -> None:
        self._clip()

    def do_W_a(self) -> None:
        self._clip()

    def _clip(self) -> None:
        points = [
            apply_matrix_pt(self.ctm, (float(step[at]), float(step[at + 1])))
            for step in self.curpath
            for at in range(1, len(step) - 1, 2)
        ]
        if not points:
            return
        box, state = _bounds(points), self.graphicstate
        is_box = len(self.curpath) <= 6 and all(_at_corner(point, box) for point in points)
        state.clip = box if state.clip is None else common(state.clip, box)
        state.clip_is_box = state.clip_is_box and is_box

    def do_cs(self, name: Any) -> None:
        super().do_cs(name)
        self.graphicstate.ncolor = _first_colour(self.graphicstate.ncs)

    def do_CS(self, name: Any) -> None:
        super().do_CS(name)
        self.graphicstate.scolor = _first_colour(self.graphicstate.scs)

    def do_Tf(self, fontid: Any, fontsize: Any) -> None:
        super().do_Tf(fontid, fontsize)
        font: Any = self.textstate.font
        if font is not None and type(font).__name__ == "PDFType3Font" and not hasattr(font, "own_colours"):
            font.own_colours = _brings_colours(resolve1(_entry(self.resources, "Font", fontid)))

    def do_sh(self, name: Any) -> None:
        device: Any = self.device
        device.shaded(self.graphicstate)

    def do_BMC(self, tag: Any) -> None:
        super().do_BMC(tag)
        self._mark()

    def do_BDC(self, tag: Any, props: Any) -> None:
        super().do_BDC(tag, props)
        self._mark()
        if _name(tag) == "Artifact":
            found = props if isinstance(props, dict) else resolve1(_entry(self.resources, "Properties", props))
            kinds = [_name(found.get(key)) for key in ("Subtype", "Type")] if isinstance(found, dict) else []
            self.graphicstate.artifact = next(filter(None, kinds), self.graphicstate.artifact)
        if _name(tag) == "OC" and self._is_off(_entry(self.resources, "Properties", props)):
            self.graphicstate.hidden = True

    def do_EMC(self) -> None:
        super().do_EMC()
        if self._marked:
            self.graphicstate.hidden, self.graphicstate.artifact = self._marked.pop()

    def _mark(self) -> None:
        self._marked.append((self.graphicstate.hidden, self.graphicstate.artifact))

    def do_Do(self, xobjid_arg: Any) -> None:
        found = resolve1(self.xobjmap.get(_name(xobjid_arg)))
        before = self.graphicstate.hidden
        if found is not None and self._is_off(getattr(found, "attrs", {}).get("OC")):
            self.graphicstate.hidden = True
        self.device.state = self.graphicstate  # type: ignore[attr-defined]  # Device below
        super().do_Do(xobjid_arg)
        self.graphicstate.hidden = before

    def do_EI(self, obj: Any) -> None:
        self.device.state = self.graphicstate  # type: ignore[attr-defined]  # Device below
        super().do_EI(obj)

    def _is_off(self, group: Any) -> bool:
        """A layer, or a membership (8.11.2.2): hidden where all of its layers are (policies beyond that are rare)."""
        if isinstance(group, PDFObjRef) and group.objid in self._off:
            return True
        found = resolve1(group) if self._off else None
        if not isinstance(found, dict) or _name(found.get("Type")) != "OCMD":
            return False
        groups = found.get("OCGs")
        groups = groups if isinstance(groups, PDFObjRef) and groups.objid in self._off else resolve1(groups)
        listed = groups if isinstance(groups, list) else [groups]
        return bool(listed) and all(isinstance(one, PDFObjRef) and one.objid in self._off for one in listed)


class Device(PDFPageAggregatorWithMarkedContent):
    """Notes each thing with what it covers; the layout itself stays pdfminer's."""

    def __init__(self, manager: Any, pageno: int) -> None:
        super().__init__(manager, pageno=pageno, laparams=None)
        self.drawn: list[Drawn] = []
        self.page = Box(0.0, 0.0, 0.0, 0.0)
        self.state: Any = State()
        self._mode = 0

    def begin_page(self, page: Any, ctm: Any) -> None:
        super().begin_page(page, ctm)
        whole = Box(*self.cur_item.bbox)
        x0, y0, x1, y1 = page.cropbox
        shown = common(_bounds([apply_matrix_pt(ctm, (x0, y0)), apply_matrix_pt(ctm, (x1, y1))]), whole)
        self.page = shown if shown.area > 0.01 * whole.area else whole

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        self._mode = textstate.render
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(self, matrix: Any, font: Any, *args: Any, **kwargs: Any) -> float:
        advance = super().render_char(matrix, font, *args, **kwargs)
        item: Any = self.cur_item._objs[-1]
        state, mode = item.graphicstate, self._mode
        own_colours = getattr(font, "own_colours", None)
        if own_colours is not None:
            mode = 0  # no mode hides the drawn glyphs of a Type 3 font
        fill = None if own_colours else rgb(state.ncolor, state.ncs)
        stroke = rgb(state.scolor, state.scs)
        fills, strokes = mode in (0, 2, 4, 6), mode in (1, 2, 5, 6)
        alpha = max(state.fill_alpha if fills else 0.0, state.stroke_alpha if strokes else 0.0)
        colour = fill if not strokes else stroke if not fills or fill == WHITE else fill
        unseen = mode == _INVISIBLE_MODE or state.hidden or (alpha < _TRANSPARENT and mode != 7)
        self._note(item, state, colour, is_char=True, unseen=unseen or state.artifact in _UNDERLAID)
        self.drawn[-1].alpha, self.drawn[-1].aside = alpha, bool(state.artifact)
        return advance

    def paint_path(self, gstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]) -> None:
        count = len(self.cur_item._objs)
        noted = len(self.drawn)
        super().paint_path(gstate, stroke, fill, evenodd, path)
        if len(self.drawn) > noted:  # it was called again for each part of the path
            for part in self.drawn[noted:]:
                part.covers = False
            return
        for item in self.cur_item._objs[count:]:
            self._note_path(item, gstate, stroke=stroke, fill=fill)

    def _note_path(self, item: Any, state: Any, *, stroke: bool, fill: bool) -> None:
        wide = state.linewidth * abs(self.ctm[0] * self.ctm[3] - self.ctm[1] * self.ctm[2]) ** 0.5
        if fill:
            colour, alpha = rgb(item.non_stroking_color, state.ncs), state.fill_alpha
            solid = (isinstance(item, LTRect) or _is_boxed(item)) and state.ncs.name != "Pattern"  # it may have gaps
        elif stroke and wide > _THICK:
            colour, alpha, solid = rgb(item.stroking_color, state.scs), state.stroke_alpha, isinstance(item, LTLine)
        else:
            self._note(item, state, rgb(item.stroking_color, state.scs), unseen=state.hidden)
            return
        box = Box(*item.bbox)
        if not fill:
            across = box.x1 - box.x0 >= box.bottom - box.top
            box = _grown(box, 0.0, wide / 2) if across else _grown(box, wide / 2, 0.0)
            solid = solid and min(item.width, item.height) < 1.0
        opaque = alpha >= _OPAQUE and not state.mixes
        unseen = state.hidden or alpha < _TRANSPARENT
        self._note(
            item, state, colour if opaque else None, box, covers=solid and opaque, fills=not unseen, unseen=unseen
        )

    def render_image(self, name: str, stream: Any) -> None:
        super().render_image(name, stream)
        item, figure = self.cur_item._objs[-1], self.cur_item
        masked = any(stream.get(key) for key in ("SMask", "Mask", "ImageMask", "IM", "SMaskInData"))
        matrix = figure.matrix if isinstance(figure, LTFigure) else (1, 0, 0, 1, 0, 0)
        upright = (abs(matrix[1]) + abs(matrix[2]) < 0.01) or (abs(matrix[0]) + abs(matrix[3]) < 0.01)
        state = self.state
        opaque = state.fill_alpha >= _OPAQUE and not state.mixes and not masked and upright
        self._note(item, state, None, covers=opaque, fills=not state.hidden, unseen=state.hidden)

    def shaded(self, state: Any) -> None:
        """A gradient over the clip: a background of no single colour."""
        box = state.clip or self.page
        self.drawn.append(Drawn(LTComponent((0, 0, 0, 0)), self.cur_item, box, fills=not state.hidden))

    def _note(
        self,
        item: Any,
        state: Any,
        colour: Colour | None,
        box: Box | None = None,
        *,
        is_char: bool = False,
        covers: bool = False,
        fills: bool = False,
        unseen: bool = False,
    ) -> None:
        box = box or Box(*item.bbox)
        shown = self.page if state.clip is None else common(state.clip, self.page)
        if is_char:
            unseen = unseen or not shown.holds(_middle(box), 1.0)
        else:
            inside = common(shown, box)
            unseen = unseen or inside.x1 < inside.x0 - 1 or inside.bottom < inside.top - 1
            box = inside if fills else box
            covers = covers and state.clip_is_box
            colour = colour if state.clip_is_box or not fills else None
        self.drawn.append(
            Drawn(item, self.cur_item, box, colour, is_char, covers and not unseen, fills and not unseen, unseen)
        )


def rgb(values: Any, space: PDFColorSpace | None) -> Colour | None:
    """A colour of any device space as red, green, blue from 0 to 1; None where only the output device knows it."""
    numbers = values if isinstance(values, tuple | list) else (values,)
    if not numbers or not all(isinstance(value, int | float) for value in numbers):
        return None
    name = space.name if space is not None else ""
    if name in ("Separation", "DeviceN"):
        return WHITE if max(numbers) <= 0.03 else None  # no ink at all
    if name in ("Indexed", "Pattern", "Lab"):
        return None
    if len(numbers) == 1:
        return (numbers[0],) * 3
    if len(numbers) == 3:
        return (numbers[0], numbers[1], numbers[2])
    if len(numbers) == 4:
        cyan, magenta, yellow, black = numbers
        return ((1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black))
    return None


def _first_colour(space: PDFColorSpace) -> Any:
    """What a colour space begins with (8.6.5.6): black where it is certain."""
    if space.name in ("DeviceGray", "CalGray", "DeviceRGB", "CalRGB"):
        return 0.0 if space.ncomponents == 1 else (0.0, 0.0, 0.0)
    return (0.0, 0.0, 0.0, 1.0) if space.name == "DeviceCMYK" else None


def _brings_colours(font: Any) -> bool:
    """Whether the glyphs of a Type 3 font paint in colours of their own (``d0``) rather than the text's (``d1``, 9.6.5)."""
    procedures = resolve1(font.get("CharProcs")) if isinstance(font, dict) else None
    for glyph in list(procedures.values())[:3] if isinstance(procedures, dict) else ():
        stream = resolve1(glyph)
        if not isinstance(stream, PDFStream) or not re.match(rb"\s*(?:[-+.\d]+\s+){6}d1\b", stream.get_data()[:200]):
            return True
    return not procedures


def _entry(resources: Any, kind: str, name: Any) -> Any:
    found = resolve1(resolve1(resources).get(kind)) if isinstance(resolve1(resources), dict) else None
    return found.get(_name(name)) if isinstance(found, dict) else None


def _name(value: Any) -> str:
    value = resolve1(value)
    if isinstance(value, PSLiteral):
        return value.name if isinstance(value.name, str) else value.name.decode("latin-1")
    return value if isinstance(value, str) else ""


def _number(value: Any, default: float) -> float:
    value = resolve1(value)
    return float(value) if isinstance(value, int | float) else default


def _bounds(points: Sequence[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def common(one: Box, other: Box) -> Box:
    """Where both are; its edges cross where they do not meet."""
    return Box(max(one.x0, other.x0), max(one.top, other.top), min(one.x1, other.x1), min(one.bottom, other.bottom))


def _grown(box: Box, dx: float, dy: float) -> Box:
    return Box(box.x0 - dx, box.top - dy, box.x1 + dx, box.bottom + dy)


def _middle(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.top + box.bottom) / 2


def _at_corner(point: tuple[float, float], box: Box) -> bool:
    x, y = point
    return min(abs(x - box.x0), abs(x - box.x1)) < 0.5 and min(abs(y - box.top), abs(y - box.bottom)) < 0.5


def _is_boxed(item: Any) -> bool:
    """A filled outline that is a rectangle but for rounded corners or rounded numbers."""
    box = Box(*item.bbox)
    near = 0.25 * min(box.x1 - box.x0, box.bottom - box.top)
    points = list(item.pts)
    corners = [(box.x0, box.top), (box.x0, box.bottom), (box.x1, box.top), (box.x1, box.bottom)]
    at_edge = all(min(x - box.x0, box.x1 - x, y - box.top, box.bottom - y) <= 0.5 for x, y in points)
    return (
        len(points) >= 4
        and at_edge
        and all(any(abs(x - cx) + abs(y - cy) <= max(near, 0.5) for x, y in points) for cx, cy in corners)
    )
