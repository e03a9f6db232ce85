"""What a page showed of the things that an act is about, and whether that still stands: of two who decide the same, the second is told of the
first, and nothing is done twice. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from bot.decision.facts import Case, Known, OpenItem, PastAct
from bot.decision.office.reading import NAMES, Act, Deed

# Decisions of an item that are no act of today's: of commands of earlier versions, of units, of what came later.
FURTHER = {
    "accept": "通过",
    "assign": "改单位",
    "reject": "不采用",
    "withdrawn": "撤回",
    "confirmed": "来信单位确认",
    "refused": "来信单位不要改",
    "superseded": "已有新的来信",
}
DECISIONS = {**FURTHER, **{str(deed): name for deed, name in NAMES.items()}}


def stamp(numbers: Sequence[int], refs: Sequence[str], known: Known) -> str:
    """Equal as long as nothing of these items and forms has changed that a person decides upon."""
    items = sorted((one.id, one.is_closed, str(one.status), one.ref) for one in known.items if one.id in numbers)
    wanted = sorted({*refs, *(ref for *_, ref in items if ref)})
    forms = [(one.ref, one.id, one.version, str(one.status), one.unit) for ref in wanted if (one := known.ref(ref))]
    held = sorted(one.id for one in known.held if one.ref in wanted)
    return hashlib.sha256(json.dumps([items, forms, held]).encode()).hexdigest()[:16]


def outdated(act: Act, case: Case) -> str:
    """Why an act at the desk is not carried out: what its page showed has changed; empty where it stands, or nothing was shown."""
    known = case.known
    # The page of a form does not show the other one into which it is merged.
    shown = act.refs[:1] if act.deed is Deed.MERGE else act.refs
    if not act.seen or act.seen == stamp(act.numbers, shown, known):
        return ""
    closed = [one for one in known.items if one.id in act.numbers and one.is_closed]
    if closed:
        return f"{'；'.join(closed_words(one) for one in closed)}，没有再办。"
    refs = dict.fromkeys((*shown, *(one.ref for one in known.items if one.id in act.numbers and one.ref)))
    now = "，".join(f"{one.ref} 现为第{one.version}版（{one.unit}）" for ref in refs if (one := known.ref(ref)))
    last = known.last_acts[0] if known.last_acts else None
    who = f"最近一次办理：{past_words(last)}" if last else "可能另有来信"
    return f"打开页面之后已有变动{f'，{now}' if now else ''}，没有办理。{who}。请看过现在的情况再办。"


def closed_words(item: OpenItem) -> str:
    """«事项 17 已经办结（通过，wang@…，8月25日 09:12）»."""
    told = filter(None, (DECISIONS.get(item.decision, ""), item.closed_by, moment(item.closed_at)))
    return f"事项 {item.id} 已经办结（{'，'.join(told)}）"


def past_words(past: PastAct) -> str:
    return f"{past.by}，{moment(past.at)}，{' '.join(past.told)}".rstrip("。")


def moment(at: str) -> str:
    """«8月25日 09:12»."""
    if not at:
        return ""
    when = datetime.fromisoformat(at)
    return f"{when.month}月{when.day}日 {when:%H:%M}"
