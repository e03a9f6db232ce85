"""The content of a PDF page run with what pdfminer leaves out: opacity, clipping, hidden layers, and what is painted over what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pdfminer.layout import LTComponent, LTContainer, LTFigure, LTLine, LTPage, LTRect
from pdfminer.pdfinterp import PDFGraphicState, PDFPageInterpreter
from pdfminer.pdftypes import PDFObjRef, PDFStream, dict_value, resolve1
from pdfminer.utils import apply_matrix_pt, mult_matrix
from pdfplumber.page import PDFPageAggregatorWithMarkedContent

from bot.documents.formats.pdf.values import (
    WHITE,
    Colour,
    brings_colours,
    entry,
    first_colour,
    matrix_of,
    name_of,
    number,
    rgb,
)
from bot.documents.page.grid import Box
from bot.documents.page.tolerances import PAGE

_INVISIBLE_MODE, _CLIP_MODE = 3, 7  # of text (9.3.6 of the PDF reference)
_UNDERLAID = ("Watermark", "Background")  # kinds of marks that are never the form's text
_DEEPEST = 3  # forms within forms for which a mask is looked at
_EVERYWHERE, _NOWHERE = Box(-1e6, -1e6, 1e6, 1e6), Box(1e6, 1e6, -1e6, -1e6)
_OPAQUE, _TRANSPARENT = 0.9, 0.05


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
        self.mask: Box | None = None  # what a soft mask lets through
        self.letters: tuple[Drawn, ...] = ()  # that clip: seen where something is painted through them
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
        self, manager: Any, device: Any, off: frozenset[int] = frozenset(), above: State | None = None, depth: int = 0
    ) -> None:
        super().__init__(manager, device)
        self._off, self._above, self._depth = off, above, depth
        self._marked: list[tuple[bool, str]] = []
        self.graphicstate: Any

    def dup(self) -> Interpreter:
        return Interpreter(self.rsrcmgr, self.device, self._off, self.graphicstate.copy(), self._depth + 1)

    def init_state(self, ctm: Any) -> None:
        super().init_state(ctm)
        self.graphicstate = self._above.copy() if self._above is not None else State()

    def do_gs(self, name: Any) -> None:
        found = resolve1(entry(self.resources, "ExtGState", name))
        if not isinstance(found, dict):
            return
        state = self.graphicstate
        state.fill_alpha = number(found.get("ca"), state.fill_alpha)
        state.stroke_alpha = number(found.get("CA"), state.stroke_alpha)
        mode, mask = resolve1(found.get("BM")), resolve1(found.get("SMask"))
        if mode is not None or mask is not None:
            mode = mode[0] if isinstance(mode, list) and mode else mode
            state.mixes = name_of(mode) not in ("", "Normal", "Compatible") or isinstance(mask, dict)
        if mask is not None:
            state.mask = self._let_through(mask) if isinstance(mask, dict) else None

    def _let_through(self, mask: dict[str, Any]) -> Box | None:
        """The bounds of what a soft mask (11.6.5.2) does not hide; None where that is not known."""
        group = resolve1(mask.get("G"))
        if (
            self._depth > _DEEPEST
            or not isinstance(group, PDFStream)
            or mask.get("BC") is not None
            or name_of(mask.get("TR")) not in ("", "Identity")
        ):
            return None
        device = Device(self.rsrcmgr, 0)
        device.cur_item = LTPage(0, (0.0, 0.0, 0.0, 0.0))
        device.page = _EVERYWHERE
        inner = Interpreter(self.rsrcmgr, device, self._off, None, self._depth + 1)
        matrix = matrix_of(group.get("Matrix"))
        inner.render_contents(dict_value(group.get("Resources", {})), [group], ctm=mult_matrix(matrix, self.ctm))
        by_light = name_of(mask.get("S")) == "Luminosity"
        corners = [
            corner
            for one in device.drawn
            if not one.unseen and not (by_light and one.colour is not None and max(one.colour) <= _TRANSPARENT)
            for corner in ((one.box.x0, one.box.top), (one.box.x1, one.box.bottom))
        ]
        return _bounds(corners) if corners else _NOWHERE

    def do_W_a(self) -> None:
        self.do_W()

    def do_W(self) -> None:
        points = [
            apply_matrix_pt(self.ctm, (float(step[at]), float(step[at + 1])))
            for step in self.curpath
            for at in range(1, len(step) - 1, 2)
        ]
        if points:
            self._clip_to(points)

    def _clip_to(self, points: Sequence[tuple[float, float]]) -> None:
        box, state = _bounds(points), self.graphicstate
        is_box = len(points) <= 6 and all(_at_corner(point, box) for point in points)
        state.clip = box if state.clip is None else common(state.clip, box)
        state.clip_is_box = state.clip_is_box and is_box

    def do_cs(self, name: Any) -> None:
        super().do_cs(name)
        self.graphicstate.ncolor = first_colour(self.graphicstate.ncs)

    def do_CS(self, name: Any) -> None:
        super().do_CS(name)
        self.graphicstate.scolor = first_colour(self.graphicstate.scs)

    def do_Tf(self, fontid: Any, fontsize: Any) -> None:
        super().do_Tf(fontid, fontsize)
        font: Any = self.textstate.font
        if font is not None and type(font).__name__ == "PDFType3Font" and not hasattr(font, "own_colours"):
            font.own_colours = brings_colours(resolve1(entry(self.resources, "Font", fontid)))

    def do_TJ(self, seq: Any) -> None:
        device: Any = self.device
        device.letters = []
        super().do_TJ(seq)
        self.graphicstate.letters += tuple(device.letters)

    def do_sh(self, name: Any) -> None:
        device: Any = self.device
        device.shaded(self.graphicstate)

    def do_BMC(self, tag: Any) -> None:
        super().do_BMC(tag)
        self._mark()

    def do_BDC(self, tag: Any, props: Any) -> None:
        super().do_BDC(tag, props)
        self._mark()
        if name_of(tag) == "Artifact":
            found = props if isinstance(props, dict) else resolve1(entry(self.resources, "Properties", props))
            kinds = [name_of(found.get(key)) for key in ("Subtype", "Type")] if isinstance(found, dict) else []
            self.graphicstate.artifact = next(filter(None, kinds), self.graphicstate.artifact)
        if name_of(tag) == "OC" and self._is_off(entry(self.resources, "Properties", props)):
            self.graphicstate.hidden = True

    def do_EMC(self) -> None:
        super().do_EMC()
        if self._marked:
            self.graphicstate.hidden, self.graphicstate.artifact = self._marked.pop()

    def _mark(self) -> None:
        self._marked.append((self.graphicstate.hidden, self.graphicstate.artifact))

    def do_Do(self, xobjid_arg: Any) -> None:
        found = resolve1(self.xobjmap.get(name_of(xobjid_arg)))
        before = self.graphicstate.hidden
        if found is not None and self._is_off(getattr(found, "attrs", {}).get("OC")):
            self.graphicstate.hidden = True
        self.device.state = state = self.graphicstate  # type: ignore[attr-defined]  # Device below
        clip, is_box = state.clip, state.clip_is_box
        edges = (
            resolve1(found.get("BBox"))
            if isinstance(found, PDFStream) and name_of(found.get("Subtype")) == "Form"
            else None
        )
        if isinstance(edges, list) and len(edges) == 4:
            x0, y0, x1, y1 = (number(edge, 0.0) for edge in edges)
            matrix = mult_matrix(matrix_of(found.get("Matrix")), self.ctm)
            corners = [apply_matrix_pt(matrix, corner) for corner in ((x0, y0), (x0, y1), (x1, y0), (x1, y1))]
            self._clip_to(corners)
        super().do_Do(xobjid_arg)
        state.clip, state.clip_is_box, state.hidden = clip, is_box, before

    def do_EI(self, obj: Any) -> None:
        self.device.state = self.graphicstate  # type: ignore[attr-defined]  # Device below
        super().do_EI(obj)

    def _is_off(self, group: Any) -> bool:
        """A layer, or a membership (8.11.2.2): hidden where all of its layers are (policies beyond that are rare)."""
        if isinstance(group, PDFObjRef) and group.objid in self._off:
            return True
        found = resolve1(group) if self._off else None
        if not isinstance(found, dict) or name_of(found.get("Type")) != "OCMD":
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
        self.letters: list[Drawn] = []  # of the last string, where it only clips

    def begin_page(self, page: Any, ctm: Any) -> None:
        super().begin_page(page, ctm)
        whole = Box(*self.cur_item.bbox)
        x0, y0, x1, y1 = page.cropbox
        shown = common(_bounds([apply_matrix_pt(ctm, (x0, y0)), apply_matrix_pt(ctm, (x1, y1))]), whole)
        self.page = shown if shown.area > PAGE.shown_least * whole.area else whole

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
        unseen = state.hidden or state.artifact in _UNDERLAID or (alpha < _TRANSPARENT and mode != _CLIP_MODE)
        self._note(item, state, colour, is_char=True, unseen=unseen or mode == _INVISIBLE_MODE)
        self.drawn[-1].alpha, self.drawn[-1].aside = alpha, bool(state.artifact)
        if mode == _CLIP_MODE and not self.drawn[-1].unseen:
            self.drawn[-1].unseen = True
            self.letters.append(self.drawn[-1])
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
        elif stroke and wide > PAGE.stroke_thick:
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
        upright = (abs(matrix[1]) + abs(matrix[2]) < PAGE.upright) or (abs(matrix[0]) + abs(matrix[3]) < PAGE.upright)
        state = self.state
        opaque = state.fill_alpha >= _OPAQUE and not state.mixes and not masked and upright
        self._note(item, state, None, covers=opaque, fills=not state.hidden, unseen=state.hidden)

    def shaded(self, state: Any) -> None:
        """A gradient over the clip: a background of no single colour."""
        box = state.clip or self.page
        if self._paints_letters(state, box):
            return
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
        shown = common(common(state.clip or self.page, state.mask or self.page), self.page)
        if is_char:
            unseen = unseen or not shown.holds(_middle(box), PAGE.clip_slack)
        else:
            inside = common(shown, box)
            unseen = unseen or inside.x1 < inside.x0 - 1 or inside.bottom < inside.top - 1
            box = inside if fills else box
            covers = covers and state.clip_is_box
            colour = colour if state.clip_is_box or not fills else None
            if fills and not unseen and self._paints_letters(state, box):
                covers = fills = False
        self.drawn.append(
            Drawn(item, self.cur_item, box, colour, is_char, covers and not unseen, fills and not unseen, unseen)
        )

    def _paints_letters(self, state: Any, box: Box) -> bool:
        """Whether paint over *box* goes only through letters that clip it: then it is they that are seen."""
        for letter in state.letters:
            both = common(letter.box, box)
            if both.x0 < both.x1 and both.top < both.bottom:
                letter.unseen, letter.colour, letter.alpha = False, None, 1.0
        return bool(state.letters)


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
    return min(abs(x - box.x0), abs(x - box.x1)) < PAGE.edge and min(abs(y - box.top), abs(y - box.bottom)) < PAGE.edge


def _is_boxed(item: Any) -> bool:
    """A filled outline that is a rectangle but for rounded corners or rounded numbers."""
    box = Box(*item.bbox)
    near = PAGE.near_corner * min(box.x1 - box.x0, box.bottom - box.top)
    points = list(item.pts)
    corners = [(box.x0, box.top), (box.x0, box.bottom), (box.x1, box.top), (box.x1, box.bottom)]
    at_edge = all(min(x - box.x0, box.x1 - x, y - box.top, box.bottom - y) <= PAGE.edge for x, y in points)
    return (
        len(points) >= 4
        and at_edge
        and all(any(abs(x - cx) + abs(y - cy) <= max(near, PAGE.corner_least) for x, y in points) for cx, cy in corners)
    )
