"""Rich Text Format, as Word, WPS, LibreOffice and report generators write it (often under the name .doc)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.base.limits import Limits
from bot.documents.context import ReadContext
from bot.documents.errors import Damaged, TooLarge
from bot.documents.formats.rtf.colours import ColourTable
from bot.documents.formats.rtf.fonts import WORDS as FONT_WORDS
from bot.documents.formats.rtf.fonts import Fonts
from bot.documents.formats.rtf.state import Form, State, from_hex
from bot.documents.formats.rtf.story import RowDefinition, RtfStory
from bot.documents.formats.rtf.tokens import CLOSE, OPEN, SIGN, TEXT, Token, tokens
from bot.documents.formats.rtf.words import (
    COLOUR_WORDS,
    DESTINATIONS,
    LAYOUT_WORDS,
    READ,
    ROW_WORDS,
    SIGNS,
    SKIPPED,
    STORIES,
    STYLE_WORDS,
    TEXTS,
)
from bot.documents.model import Blob, Block, Document, Opened, Picture, not_blank
from bot.documents.shared.ole_objects import embedded_files, object_data
from bot.documents.shared.pictures import MAX_PICTURES, picture, scans_of

_DEEPEST = 1000
_PICTURE_BYTES = 60 * 2**20


def read(blob: Blob, context: ReadContext) -> Opened:
    """The document in *blob*. Raises ``Damaged`` or ``TooLarge``."""
    start = blob.data.find(b"{\\rtf")
    if start < 0:
        raise Damaged("no RTF header")
    reader = _Reader(context.limits)
    reader.run(blob.data[start:])
    blocks = tuple(reader.blocks())
    pictures = tuple(reader.pictures)
    document = Document(
        path=blob.path,
        name=blob.name,
        format="rtf",
        blocks=blocks,
        pictures=pictures,
        links=tuple(dict.fromkeys(reader.links)),
        title=reader.title.strip()[:200],
    )
    return Opened(document, (*reader.embedded, *scans_of(blocks, pictures)))


class _Reader:
    """Interprets the tokens. Groups push a state; some destinations open a story of their own."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._state = State()
        self._stack: list[tuple[State, RtfStory | None, str]] = []
        self._story = RtfStory(limits)
        self._stories: list[RtfStory] = [self._story]
        self._fonts = Fonts()
        self._raw = bytearray()
        self._raw_font = -1
        self._to_skip = 0
        self._high = 0  # first half of a surrogate pair
        self._hex: list[bytes] = []
        self._hex_size = 0
        self._form: Form | None = None
        self._entry: list[str] = []
        self._star = False
        self._opened = False  # the token before was the group's beginning
        self._colours = ColourTable()
        self._style_names: dict[int, str] = {}
        self._above: list[Block] = []
        self._below: list[Block] = []
        self._notes: list[Block] = []
        self.pictures: list[Picture] = []
        self.embedded: list[Blob] = []
        self.links: list[str] = []
        self.title = ""

    def run(self, data: bytes) -> None:
        for token in tokens(data):
            if token.kind == TEXT:
                self._opened = False
                self._text(token)
                continue
            self._flush()
            opened, self._opened = self._opened, token.kind == OPEN
            if token.kind == OPEN:
                self._open()
            elif token.kind == CLOSE:
                if not self._stack:
                    break
                self._close()
                if not self._stack:
                    break
            elif token.kind == SIGN:
                self._sign(token.word, opened)
            else:
                self._word(token)
        self._flush()
        if len(self._stack) > 1 and not data.rstrip(b"\x00 \r\n\t").endswith(b"}"):
            raise Damaged("RTF is cut off")
        while self._stack:
            self._close()

    def blocks(self) -> Iterator[Block]:
        yield from not_blank(self._above)
        yield from self._story.finish()
        yield from not_blank(self._notes)
        yield from not_blank(self._below)

    # groups

    def _open(self) -> None:
        if len(self._stack) >= _DEEPEST:
            raise Damaged("groups nested too deep")
        self._star = False
        self._to_skip = 0
        self._stack.append((self._state, None, ""))
        self._state = self._state.copy()

    def _close(self) -> None:
        self._star = False
        self._to_skip = 0
        place = self._state.place
        outer, story, kind = self._stack.pop()
        if place == "pict" and outer.place != "pict":
            self._end_picture()
        elif place == "objdata" and outer.place != "objdata":
            self._end_object()
        elif place == "formfield" and outer.place != "formfield" and self._form is not None:
            self._story.fields.show_form(self._form.shown())
            self._form = None
        elif place == "ffl" and outer.place != "ffl" and self._form is not None:
            self._form.entries.append("".join(self._entry))
            self._entry = []
        elif place == "fldinst" and outer.place != "fldinst":
            self._end_instruction()
        if story is not None:
            self._end_story(story, kind)
        if kind == "field":
            self._story.field_mark("end", outer.gone)
        self._state = outer

    def _end_instruction(self) -> None:
        fields = self._story.fields
        match = re.match(r'\s*HYPERLINK\s+"([^"]{4,2000})"', fields.current_instruction, re.IGNORECASE)
        if match and len(self.links) < 500:
            self.links.append(match.group(1))
        self._story.field_mark("separate", self._state.gone)

    def _end_story(self, outer: RtfStory, kind: str) -> None:
        blocks = self._stories.pop().finish()
        self._story = outer
        if kind == "header":
            self._above.extend(block for block in blocks if block not in self._above)
        elif kind == "footer":
            self._below.extend(block for block in blocks if block not in self._below)
        elif kind == "note":
            self._notes.extend(blocks)
        else:
            outer.boxes.extend(blocks)

    # text

    def _text(self, token: Token) -> None:
        data = token.data
        if self._to_skip:
            skipped = min(self._to_skip, len(data))
            self._to_skip -= skipped
            data = data[skipped:]
        place = self._state.place
        if not data or place == "skip":
            return
        if place in ("pict", "objdata"):
            if token.word != "'":
                self._hex.append(data)
                self._hex_size += len(data)
                if self._hex_size > 2 * _PICTURE_BYTES:
                    raise TooLarge("embedded data")
            return
        if self._raw and self._raw_font != self._state.font:
            self._flush()
        self._raw_font = self._state.font
        self._raw += data

    def _flush(self) -> None:
        if not self._raw:
            return
        raw, self._raw = bytes(self._raw), bytearray()
        is_name = self._state.place == "fonttbl"
        self._put(self._fonts.name_in(raw) if is_name else self._fonts.text_in(raw, self._raw_font))

    def _put(self, text: str) -> None:
        """Text to where it belongs: font name, list number, form entry, title, or the story."""
        if not text:
            return
        place = self._state.place
        if place == "fonttbl":
            self._fonts.name(text)
        elif place == "stylesheet":
            self._style_names[self._state.style] = (self._style_names.get(self._state.style, "") + text)[:200]
        elif place == "listtext":
            if not self._state.gone:
                self._story.label(text)
        elif place == "ffl":
            self._entry.append(text)
        elif place == "title":
            self.title += text if len(self.title) < 1000 else ""
        elif place == "colortbl":
            self._colours.text(text)
        elif place in ("body", "fldinst") and not self._state.gone and not self._is_unseen():
            self._story.text(text)

    def _is_unseen(self) -> bool:
        state = self._state
        if not state.ink:
            return False
        ground = state.paper or state.paragraph_paper or self._story.shade(self._depth())
        in_box = any(kind == "box" for _, _, kind in self._stack)
        return self._colours.is_unseen(state.ink, ground, in_box=in_box)

    def _sign(self, sign: str, opened: bool) -> None:
        if sign == "*":
            # QUIRK(old exporters): stands before a style within a group, too, where it hides nothing. RTF 1.9.1, «Destinations»
            self._star = opened
        elif sign in SIGNS and self._state.place not in ("skip", "pict", "objdata"):
            self._put(SIGNS[sign])
        elif sign in "\\{}" and self._state.place not in ("skip", "pict", "objdata"):
            if self._to_skip:
                self._to_skip -= 1
            else:
                self._put(sign)

    # control words

    def _word(self, token: Token) -> None:
        name, number, state = token.word, token.number, self._state
        star, self._star = self._star and not (name in STYLE_WORDS and state.place == "body"), False
        if name == "u":
            self._unicode(number or 0)
            return
        self._to_skip = 0
        if name == "bin":
            if state.place == "pict":
                self._hex.append(token.data.hex().encode())
            return
        if state.place == "skip":
            if name == "ud" and star:
                state.place = "body"
            return
        if name in STORIES and state.place in ("body", "skip", "shape"):
            self._begin_story(STORIES[name])
        elif name in DESTINATIONS:
            self._destination(name)
        elif name in SKIPPED or (star and name not in READ):
            state.place = "title" if name == "title" else "info" if name == "info" else "skip"
        elif state.place == "info":
            state.place = "title" if name == "title" else state.place
        elif state.place == "formfield":
            self._form_word(name, number)
        elif name in TEXTS:
            self._put(TEXTS[name])
        else:
            self._property(name, number)

    def _unicode(self, number: int) -> None:
        self._to_skip = self._state.fallback
        if self._state.place in ("skip", "pict", "objdata"):
            return
        code = number & 0xFFFF if -0x10000 < number < 0x10000 else number
        if 0xD800 <= code < 0xDC00:
            self._high = code
            return
        if 0xDC00 <= code < 0xE000:
            if not self._high:
                return
            code = 0x10000 + ((self._high - 0xD800) << 10) + code - 0xDC00
        self._high = 0
        if 0 < code < 0x110000:
            self._put(self._fonts.character(code, self._state.font))

    def _begin_story(self, kind: str) -> None:
        if len(self._stories) > 30 or not self._stack:
            self._state.place = "skip"
            return
        outer, _, _ = self._stack[-1]
        self._stack[-1] = (outer, self._story, kind)
        self._story = RtfStory(self._limits)
        self._stories.append(self._story)
        self._state.place, self._state.in_table, self._state.depth = "body", False, 0

    def _destination(self, name: str) -> None:
        state = self._state
        if name in ("field",):
            if state.place == "body" or state.place == "fldinst":
                outer, story, _ = self._stack[-1] if self._stack else (state, None, "")
                if self._stack:
                    self._stack[-1] = (outer, story, "field")
                    self._story.field_mark("begin")
        elif name == "fldinst":
            state.place = "fldinst"
        elif name == "fldrslt":
            state.place = "body"
        elif name == "formfield":
            state.place, self._form = "formfield", Form()
        elif name in ("pict", "objdata"):
            if state.place != "skip":
                state.place, self._hex, self._hex_size = name, [], 0
        elif name in ("pntext", "listtext"):
            state.place = "listtext"
        elif name in ("shp", "shpinst", "do", "pn"):
            state.place = "skip" if name == "pn" else "shape"
        elif name == "fonttbl":
            state.place = "fonttbl"
        elif name in ("stylesheet", "colortbl"):
            state.place = name
        elif name == "ffl":
            state.place, self._entry = "ffl", []
        elif name == "result":
            state.place = "body"

    def _form_word(self, name: str, number: int | None) -> None:
        if self._form is not None and name in ("fftype", "ffres", "ffdefres"):
            setattr(self._form, {"fftype": "kind", "ffres": "result", "ffdefres": "default"}[name], number or 0)
        elif name in ("ffname", "ffentrymcr", "ffexitmcr", "ffhelptext", "ffstattext", "ffformat", "ffdeftext"):
            self._state.place = "skip"

    def _property(self, name: str, number: int | None) -> None:
        """A word that changes fonts, colours, the layout of the story, or what holds inside the group."""
        state = self._state
        if name in FONT_WORDS:
            self._fonts.word(name, number, in_table=state.place == "fonttbl")
            if name == "deff":
                state.font = self._fonts.default
        elif name == "f" and state.place == "fonttbl":
            self._fonts.begin(number or 0)
        elif name in COLOUR_WORDS and state.place == "colortbl":
            self._colours.word(name, number)
        elif name in LAYOUT_WORDS:
            self._layout(name)
        elif name in ROW_WORDS:
            definition = self._story.rows.get(self._row_depth())
            if definition is not None:
                definition.word(name, number)
        elif name == "plain":
            state.plain(self._fonts.default)
        else:
            state.word(name, number)

    def _layout(self, name: str) -> None:
        """The end of a paragraph, cell or row, or the beginning of a row's definition."""
        match name:
            case "par" | "sect":
                if self._state.place == "body":
                    self._story.paragraph(self._depth(), self._is_heading())
            case "cell" | "nestcell":
                self._story.cell(1 if name == "cell" else max(2, self._depth()))
            case "row" | "nestrow":
                self._story.row(1 if name == "row" else max(2, self._depth()))
            case "trowd":
                self._story.rows[self._row_depth()] = RowDefinition()

    def _depth(self) -> int:
        return self._state.depth or int(self._state.in_table)

    def _is_heading(self) -> bool:
        name = self._style_names.get(self._state.style, "") if self._state.style else ""
        return self._state.outline < 9 or bool(re.match(r"\s*(?:heading \d|标题|title;)", name, re.IGNORECASE))

    def _row_depth(self) -> int:
        """A row definition is for the depth in force; the outermost one may stand before its first paragraph."""
        return max(1, self._state.depth)

    def _end_picture(self) -> None:
        data, self._hex = from_hex(self._hex), []
        if len(data) > 20 and len(self.pictures) < MAX_PICTURES:
            self.pictures.append(picture(f"图片{len(self.pictures) + 1}", data))

    def _end_object(self) -> None:
        data, self._hex = object_data(from_hex(self._hex)), []
        if data and len(self.embedded) < self._limits.max_files:
            self.embedded.extend(embedded_files("object.bin", data))
