"""Fields, form fields and content controls: what they show, as far as it is not plain text."""

from __future__ import annotations

from msgspec import Struct

from bot.documents.formats.docx.styles import child, integer, switch
from bot.documents.shared.ooxml import VAL, W
from bot.documents.shared.symbols import EMPTY, TICKED, field_text
from bot.documents.shared.xml import Element

_TRUE = {"1", "true", "on"}


class _Field(Struct):
    instruction: str = ""
    in_result: bool = False
    result_shown: bool = True
    form_text: str | None = None


class Fields:
    """Open complex fields of one story: instruction text is not shown, results are — unless the code itself says more."""

    def __init__(self) -> None:
        self._open: list[_Field] = []

    @property
    def showing(self) -> bool:
        return not self._open or all(one.in_result and one.result_shown for one in self._open)

    @property
    def in_instruction(self) -> bool:
        return bool(self._open) and not self._open[-1].in_result

    @property
    def current_instruction(self) -> str:
        return self._open[-1].instruction if self._open else ""

    def show_form(self, text: str | None) -> None:
        """The innermost field is a form field that shows *text* (None: its own result)."""
        if self._open and text is not None:
            self._open[-1].form_text = text

    def instruction(self, text: str) -> None:
        if self.in_instruction:
            self._open[-1].instruction += text

    def mark(self, kind: str, form_text: str | None, hidden: bool) -> str:
        """A ``w:fldChar``; gives the text that the field shows by its code, at the place where it ends or turns to its result."""
        if kind == "begin":
            self._open.append(_Field(form_text=form_text))
            return ""
        if not self._open:
            return ""
        top = self._open[-1]
        if kind == "separate" and not top.in_result:
            shown = self._own_text(top)
            top.in_result = True
            top.result_shown = shown is None
        elif kind == "end":
            shown = None if top.in_result else self._own_text(top)
            self._open.pop()
        else:
            return ""
        if shown and self.in_instruction:
            self._open[-1].instruction += shown
            return ""
        visible = all(one.in_result and one.result_shown for one in self._open if one is not top)
        return shown if shown and visible and not hidden else ""

    def simple(self, instruction: str) -> str | None:
        """The text of a ``w:fldSimple`` if its code decides it; None where its content counts."""
        return field_text(instruction) if self.showing else ""

    def end_paragraph(self) -> None:
        """Neither a field code nor a result that its code replaces goes on over a paragraph's end: it was never closed."""
        while self._open and not (self._open[-1].in_result and self._open[-1].result_shown):
            self._open.pop()

    @staticmethod
    def _own_text(one: _Field) -> str | None:
        return one.form_text if one.form_text is not None else field_text(one.instruction)


def form_field_text(mark: Element) -> str | None:
    """What a legacy form field shows: a box by its state, a drop-down by its chosen entry; None for a text field."""
    data = child(mark, "ffData")
    if data is None:
        return None
    box = child(data, "checkBox")
    if box is not None:
        checked = switch(box, "checked")
        return TICKED if (switch(box, "default") if checked is None else checked) else EMPTY
    drop = child(data, "ddList")
    if drop is not None:
        entries = [one.get(VAL, "") for one in drop.iterfind(f"{W}listEntry")]
        chosen = child(drop, "result")
        chosen = child(drop, "default") if chosen is None else chosen
        place = integer(chosen.get(VAL)) if chosen is not None else 0
        return entries[place].strip() if 0 <= place < len(entries) else ""
    return None


def box_of(properties: Element | None) -> str:
    """``☑`` or ``☐`` for a check box control (any vendor's namespace), empty for another control.

    The state decides, not the glyph: Word's default glyph for *ticked* is ``☒``. ``checked`` without a value means true.
    """
    for item in properties if properties is not None else ():
        if not isinstance(item.tag, str) or item.tag.rpartition("}")[2] != "checkbox":
            continue
        for state in item:
            if isinstance(state.tag, str) and state.tag.rpartition("}")[2] == "checked":
                values = [str(text) for name, text in state.attrib.items() if str(name).rpartition("}")[2] == "val"]
                return TICKED if not values or values[0].lower() in _TRUE else EMPTY
        return EMPTY
    return ""
