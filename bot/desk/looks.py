"""Page templates: always escaped, never the office's own (those are for letters), missing names are errors."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.base.clean import one_line, some_lines
from bot.base.clock import day_words
from bot.decision import states
from bot.letters.templates import Compiled, packaged_templates, printable

COMPILED = Compiled()
# How a state looks (``m.tag``).
TONES = {
    **dict.fromkeys(("accepted", "reported", "nil", "sent"), "good"),
    **dict.fromkeys(("needs_correction", "held", "wrote", "queued", "sending", "no_form", "pending"), "warn"),
    **dict.fromkeys(("missing", "failed", "gave_up", "bounced", "rejected", "withdrawn"), "bad"),
}


def environment(zone: ZoneInfo) -> Environment:
    looks = Environment(
        loader=FileSystemLoader(packaged_templates() / "desk", encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printable,
        bytecode_cache=COMPILED,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    looks.filters |= {
        "line": one_line,
        "lines": some_lines,
        "day": day_words,
        "moment": lambda moment: short_moment(moment, zone),
        "outcome": states.outcome_label,
        "status": states.status_label,
        "kind": states.kind_label,
        "reason": states.reason_label,
        "said": states.said_label,
        "sending": states.sending_label,
        "letter": states.letter_label,
        "unit_state": states.unit_label,
        "listed": states.listed_label,
        "pair": lambda value: (value, value),
        "tone": lambda code: TONES.get(code, ""),
    }
    return looks


def short_moment(moment: datetime | str | None, zone: ZoneInfo) -> str:
    """«8月25日 10:00»; of an ISO text, too, as the store keeps them."""
    if not moment:
        return ""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    local = at.astimezone(zone) if at.tzinfo else at
    return f"{local.month}月{local.day}日 {local.hour}:{local.minute:02d}"
