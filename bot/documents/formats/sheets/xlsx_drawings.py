"""What lies over the cells of an .xlsx sheet: check boxes with their state, and text boxes."""

from __future__ import annotations

from msgspec import Struct, field

from bot.documents.formats.sheets.looks import S, clean
from bot.documents.shared.ooxml import MC, R_ID, VML, XDR, A, Package
from bot.documents.shared.symbols import EMPTY, TICKED
from bot.documents.shared.xml import Element, inner_text

_VML_EXCEL = "{urn:schemas-microsoft-com:office:excel}"
_MOST = 500


class Drawn(Struct):
    """``marks`` are (row, column, «☑ label») of check boxes and radio buttons; ``texts`` those of text boxes in sheet order."""

    marks: list[tuple[int, int, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


class _Placed(Struct, frozen=True):
    place: tuple[int, int, int, int]  # row, column, offset in the column, offset in the row
    text: str
    ticked: bool | None  # None: no check box


def drawn_on(package: Package, sheet_part: str) -> Drawn:
    """Check boxes and texts drawn on a sheet; nothing where there is no drawing."""
    relations = package.relations(sheet_part)
    if not any(one.kind in ("drawing", "vmlDrawing", "ctrlProp") for one in relations.values()):
        return Drawn()
    states: dict[str, bool] = {}
    found: list[_Placed] = []
    labels: dict[str, str] = {}
    for one in relations.values():
        if one.external or one.target not in package:
            continue
        if one.kind == "vmlDrawing":
            found.extend(_vml_boxes(package.optional_xml(one.target)))
        elif one.kind == "drawing":
            root = package.optional_xml(one.target)
            if root is not None:
                found.extend(_text_boxes(root))
                labels.update(_control_labels(root))
    if not any(shape.ticked is not None for shape in found):
        states = _control_states(package, sheet_part)
        found.extend(_controls(package, sheet_part, states, labels))
    drawn = Drawn()
    for shape in sorted(found[:_MOST], key=lambda item: item.place):
        if shape.ticked is None:
            drawn.texts.append(shape.text)
        else:
            drawn.marks.append((shape.place[0], shape.place[1], f"{TICKED if shape.ticked else EMPTY}{shape.text}"))
    return drawn


def _vml_boxes(root: Element | None) -> list[_Placed]:
    """Form controls as Excel always writes them for older programs: anchor, state and label together."""
    found: list[_Placed] = []
    for shape in root.iter(f"{VML}shape") if root is not None else ():
        data = shape.find(f"{_VML_EXCEL}ClientData")
        if data is None or data.get("ObjectType") not in ("Checkbox", "Radio"):
            continue
        anchor = [
            int(part) if part.strip().isdigit() else 0
            for part in (data.findtext(f"{_VML_EXCEL}Anchor") or "").split(",")
        ]
        if len(anchor) != 8:
            continue
        box = shape.find(f"{VML}textbox")
        text = clean(inner_text(box)).strip() if box is not None else ""
        ticked = (data.findtext(f"{_VML_EXCEL}Checked") or "0").strip() == "1"
        found.append(_Placed((anchor[2], anchor[0], anchor[1], anchor[3]), " ".join(text.split()), ticked))
    return found


def _text_boxes(root: Element) -> list[_Placed]:
    found: list[_Placed] = []
    for anchor in root:
        if not isinstance(anchor.tag, str) or anchor.tag.startswith(MC):
            continue
        for shape in anchor.iter(f"{XDR}sp"):
            text = _shape_text(shape)
            if text:
                found.append(_Placed(_anchor(anchor.find(f"{XDR}from")), text, None))
    return found


def _shape_text(shape: Element) -> str:
    body = shape.find(f"{XDR}txBody")
    if body is None:
        return ""
    lines = ["".join(text.text or "" for text in line.iter(f"{A}t")) for line in body.iterfind(f"{A}p")]
    return clean("\n".join(lines)).strip()


def _anchor(start: Element | None) -> tuple[int, int, int, int]:
    values = []
    for name in ("row", "col", "colOff", "rowOff"):
        text = (start.findtext(f"{XDR}{name}") or start.findtext(f"{S}{name}") or "0") if start is not None else "0"
        values.append(int(text) if text.lstrip("-").isdigit() and len(text) < 15 else 0)
    return max(values[0], 0), max(values[1], 0), values[2], values[3]


def _control_labels(root: Element) -> dict[str, str]:
    """Shape id -> label, from the drawing's twin of each form control (``mc:Choice Requires="a14"``)."""
    labels: dict[str, str] = {}
    for shape in root.iter(f"{XDR}sp"):
        identity = shape.find(f"{XDR}nvSpPr/{XDR}cNvPr")
        if identity is not None:
            labels[identity.get("id", "")] = _shape_text(shape)
    return labels


def _control_states(package: Package, sheet_part: str) -> dict[str, bool]:
    states: dict[str, bool] = {}
    for identity, one in package.relations(sheet_part).items():
        root = package.optional_xml(one.target) if one.kind == "ctrlProp" and not one.external else None
        if root is not None and root.get("objectType") in ("CheckBox", "Radio"):
            states[identity] = root.get("checked", "Unchecked") == "Checked"
    return states


def _controls(package: Package, sheet_part: str, states: dict[str, bool], labels: dict[str, str]) -> list[_Placed]:
    root = package.optional_xml(sheet_part) if states else None
    found: dict[str, _Placed] = {}
    for control in root.iter(f"{S}control") if root is not None else ():
        identity = control.get(R_ID, "")
        start = control.find(f".//{S}from")
        if identity in states and (identity not in found or start is not None):
            label = labels.get(control.get("shapeId", ""), "")
            found[identity] = _Placed(_anchor(start), label, states[identity])
    return list(found.values())
