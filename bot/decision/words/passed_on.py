"""Words of a letter on their way to a person, and what their writer is told of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.base.clean import one_line

MOST_SHOWN = 300  # characters of words in a person's list
SHOWN_LINE = 80  # characters of one sentence in an answer
MOST_NOTED = 5  # sentences
INNER = str.maketrans("“”", "‘’")  # quotation marks within a quotation


def quoted(words: Sequence[str]) -> str:
    """The sentences in quotation marks, as an answer repeats them."""
    shown = "".join(f"“{shortened(one, SHOWN_LINE).translate(INNER)}”" for one in words[:MOST_NOTED])
    return shown + ("等" if len(words) > MOST_NOTED else "")


def for_person(words: Iterable[str]) -> str:
    """The words as the list of a person shows them."""
    return one_line(" ".join(words), MOST_SHOWN) or "（没有正文）"


def shortened(text: str, most: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def told_of(words: Sequence[str]) -> str:
    """The one sentence that tells the writer that a person of the office reads his words."""
    return f"来信中的{quoted(words)}已转工作人员，会尽快答复您。"
