"""A digest as a finished mail: figures and pictures into the template, the workbook as attachment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from bot.decision.model import MailKind
from bot.digest.model import Chart, Figures
from bot.digest.slots import Slot
from bot.forms.model import Kind
from bot.letters.model import Attachment, Envelope, Rendered
from bot.letters.render import Renderer
from bot.letters.whole_list import XLSX

# Lines of each list in the mail (webmails cut what is longer than some 100 kB); the workbook has them all.
SHOWN = 25
SHOWN_MISSING = 60


class Drawn(Struct, frozen=True):
    """The costly parts of a digest, made once for all coordinators."""

    charts: Sequence[Chart]
    workbook: bytes = b""


def digest_mail(
    figures: Figures, drawn: Drawn, renderer: Renderer, slot: Slot | None, now: datetime, to: Envelope, message_id: str
) -> Rendered:
    """The digest for one coordinator (*to*), in the thread of the mail that asked for it, if one did. *slot* is None out of turn.

    BotError where the template cannot be used.
    """
    name = workbook_name(figures, renderer.office.campaign.name)
    files = [Attachment(name, XLSX, drawn.workbook)] if drawn.workbook else []
    inline = [Attachment(f"{chart.cid}.png", "image/png", chart.png, chart.cid) for chart in drawn.charts]
    context = digest_words(figures, drawn.charts, slot, [file.name for file in files])
    return renderer.mail(
        MailKind.DIGEST,
        "digest",
        to.to_email,
        subject_of(figures, slot),
        context,
        [*inline, *files],
        message_id,
        now,
        in_reply_to=to.in_reply_to,
        references=to.references,
    )


def workbook_name(figures: Figures, campaign: str) -> str:
    return f"{campaign}{figures.deadline}汇总{figures.now:%Y%m%d}.xlsx"


def digest_words(figures: Figures, charts: Sequence[Chart], slot: Slot | None, files: Sequence[str]) -> dict[str, Any]:
    """What the template ``digest`` may say."""
    return {
        "f": figures,
        "registration": Kind.REGISTRATION,
        "summary": Kind.SUMMARY,
        "charts": charts,
        "slot": slot,
        "files": list(files),
        "todo": todo(figures),
        "weeks": [(week_words(monday), count) for monday, count in figures.by_week],
        "limit": SHOWN,
        "limit_missing": SHOWN_MISSING,
    }


def todo(figures: Figures) -> list[tuple[str, int]]:
    """What waits for somebody, with its number; nothing that is zero."""
    counted = (
        ("人工处理", len(figures.reviews)),
        ("待单位补正", len(figures.open_forms)),
        ("逾期", len(figures.late)),
        ("两表不一致", len(figures.not_in_summary) + len(figures.not_registered)),
        ("疑似重复", sum(one.is_likely for one in figures.duplicates)),
        ("材料不齐", len(figures.incomplete)),
        ("回信未发出", len(figures.unsent)),
    )
    return [(label, count) for label, count in counted if count]


def week_words(monday: Any) -> str:
    return f"{monday.month}月{monday.day}日起一周" if monday else "时间未定"


def subject_of(figures: Figures, slot: Slot | None) -> str:
    """What the coordinator must know, in the inbox's list already."""
    left = figures.days_left
    when = f"还有{left}天" if left > 0 else "今天截止" if left == 0 else "已截止"
    final = "最终汇总" if slot and slot.is_final else "汇总"
    what = f"已报{figures.units_words}，{len(figures.activities)}项活动"
    when = f"{when}（{figures.unread.partition('：')[0]}）" if figures.unread else when
    return f"【{final}】{figures.deadline}：{what}，{when}"
