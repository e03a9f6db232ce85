"""A coordinator's question, answered from the store."""

from __future__ import annotations

from datetime import datetime

from bot.base.scratch import Scratch
from bot.base.text import squeeze
from bot.decision.model import MailKind, Reply
from bot.decision.states import kind_label, status_label
from bot.decision.words.granting import plain_reply
from bot.decision.words.requests import Request, Wish
from bot.digest.plan import Plan
from bot.digest.send import current_figures
from bot.documents.guard import Runner
from bot.letters.model import Attachment, Envelope, Rendered
from bot.letters.render import Renderer
from bot.store.database import Store

HELP = (
    ("工作台", "登录工作台的链接：在浏览器中查看、处理"),
    ("汇总", "最新汇总邮件和工作簿"),
    ("缺报", "尚未报送的单位及联系方式"),
    ("查询 晋江市", "某单位（或活动）的登记情况"),
    ("导出", "上报材料压缩包"),
    ("通过 KP2023-0007", "采用该登记（含待核实的更新）"),
    ("退回 KP2023-0007 原因", "退回该登记并通知单位"),
    ("17 答复：可以改期", "答复转办的第17件，发给来信单位（也可写受理号）"),
    ("17 办结", "不回信，从待办中去掉"),
    ("更正 KP2023-0007 联系电话：0595-22000000", "改登记内容并通知单位"),
    ("合并 KP2023-0008 到 KP2023-0007", "两份是同一活动：前一份并入后一份，通知单位"),
    ("零报告 某某单位", "该单位没有活动，计入已报，不再催报"),
    ("帮助", "本说明"),
)
FOUND = """SELECT ref, kind, unit, title, version, status, is_late, received_at FROM v_submissions
WHERE is_current ORDER BY unit, kind, ref"""
MOST_FOUND = 100
MOST_ATTACHED = 15 * 2**20  # bytes; base64 makes it 20 MB, which every mail house takes


def answer(request: Request, store: Store, plan: Plan, now: datetime) -> Reply:
    """The reply to a question that a table answers (``汇总`` and ``导出`` come as mails of their own)."""
    if request.wish is Wish.MISSING:
        return missing(store, plan, now)
    if request.wish is Wish.QUERY:
        return query(request.argument, store)
    return with_table("指令说明", ("来信正文第一行只写一条指令：",), [("指令", "作用"), *HELP])


def with_table(title: str, paragraphs: tuple[str, ...], table: list[tuple[str, ...]]) -> Reply:
    reply = plain_reply("", title, paragraphs)
    reply.context["table"] = table
    return reply


def missing(store: Store, plan: Plan, now: datetime) -> Reply:
    deadline = plan.nearest_deadline(now)
    if deadline is None:
        return plain_reply("", "缺报单位", ("没有设置截止日期。",))
    found = current_figures(store.connection, plan, deadline, now)
    rows = [
        (
            state.unit.group,
            state.unit.name,
            state.unit.contact,
            "、".join(state.unit.phones),
            "、".join(state.unit.emails),
        )
        for state in found.missing
    ]
    head = f"{deadline.name}：应报 {found.expected} 个单位，已报 {found.reported} 个，缺报 {len(rows)} 个。"
    return with_table("缺报单位", (head,), [("分组", "单位", "联系人", "电话", "邮箱"), *rows] if rows else [])


def query(word: str, store: Store) -> Reply:
    """Every current form whose unit or activity has *word* in its name, or whose reference it is."""
    wanted = squeeze(word)
    rows = [
        row
        for row in store.db.query(FOUND)
        if any(wanted in squeeze(str(row[key])) for key in ("unit", "title", "ref"))
    ]
    table = [
        (
            row["ref"],
            row["unit"],
            kind_label(row["kind"]),
            row["title"],
            f"第{row['version']}版 {status_label(row['status'])}" + ("（逾期）" if row["is_late"] else ""),
            row["received_at"][:16].replace("T", " "),
        )
        for row in rows[:MOST_FOUND]
    ]
    head = f"“{word}”：找到 {len(rows)} 项" + (f"，只列出前 {MOST_FOUND} 项。" if len(rows) > MOST_FOUND else "。")
    return with_table(
        f"查询 {word}", (head,), [("受理号", "单位", "表格", "名称", "状态", "收到时间"), *table] if table else []
    )


def package(
    store: Store,
    plan: Plan,
    renderer: Renderer,
    envelope: Envelope,
    message_id: str,
    now: datetime,
    guard: Runner,
) -> Rendered:
    """The package to pass on as a mail; where it is too large for one, only where it lies."""
    from bot.digest.package.export import export

    with Scratch() as folder:
        *_, packed = export(store, plan, renderer.office, folder, now, guard, as_zip=True)
        data, name = packed.read_bytes(), packed.name
    fits = len(data) <= MOST_ATTACHED
    words = (
        "上报材料见附件。"
        if fits
        else f"上报材料共 {len(data) // 2**20} MB，超出邮件大小，请管理员执行 export --zip 命令取用。"
    )
    subject = f"Re: {envelope.their_subject} 导出材料"
    context = {**renderer.reply_words(plain_reply("", "导出材料", (words,))), "files": [name] if fits else []}
    return renderer.mail(
        MailKind.ANSWER,
        "command",
        envelope.to_email,
        subject,
        context,
        [Attachment(name, "application/zip", data)] if fits else [],
        message_id,
        now,
        to_name=envelope.to_name,
        in_reply_to=envelope.in_reply_to,
        references=envelope.references,
    )
