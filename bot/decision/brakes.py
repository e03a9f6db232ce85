"""What keeps an answer back, however the writer was recognised. Pure."""

from __future__ import annotations

from bot.decision.facts import Case
from bot.message.origin.robots import takes_answers

# A program that answers our answers, its files attached (the blank forms that we sent, perhaps), is not answered more often than this.
MOST_FRUITLESS = 3

# Nor is whoever writes the same again and again but for digits and days.
MOST_ALIKE = 3

# A day brings a person so many questions; two programs that repeat each other's words know no end.
MOST_LETTERS = 5


def no_answer(case: Case, *, template: str, has_forms: bool = False) -> str:
    """Why no automatic answer may go out; empty where it may. The brakes hold for robots that nobody can recognise, too."""
    read, known, rules = case.read, case.known, case.rules
    address = rules.answer_to(read.message).email
    if read.message.robot:
        return f"自动发出的邮件（{read.message.robot}）"
    if not address:
        return "来信没有可用的回信地址"
    if read.message.program and not takes_answers(address):
        return f"{address} 不收回信（{read.message.program}）"
    if any(address == entry or address.endswith("@" + entry.lstrip("@")) for entry in rules.never_answer):
        return "该地址在不自动回复名单中"
    if known.replies.alike >= MOST_ALIKE and read.sender not in rules.coordinators:
        return f"已 {known.replies.alike} 次答复该地址内容相同的来信"
    if known.replies.total >= rules.max_replies:
        return f"24小时内已自动回复该地址 {known.replies.total} 次"
    if template == "letter" and known.replies.letters >= MOST_LETTERS and read.sender not in rules.coordinators:
        return f"24小时内已 {known.replies.letters} 次告知该地址来信已转工作人员"
    if template == "no_form" and known.replies.no_form >= rules.max_no_form:
        return "24小时内已就无表格来信回复过该地址"
    if template == "command_unheeded" and known.replies.unheeded >= rules.max_no_form:
        return "24小时内已就未执行的指令回复过该地址"
    if template in {"not_understood", "command_unknown"} and known.replies.not_understood >= rules.max_no_form:
        return "24小时内已就未读懂的回信回复过该地址"
    if template == "unchanged" and known.replies.unchanged >= rules.max_unchanged:
        return "24小时内已多次回复“无变化”"
    if template == "correction" and not has_forms and known.answered and known.replies.fruitless >= MOST_FRUITLESS:
        return f"来信答复的是本程序的回信，24小时内已有 {known.replies.fruitless} 封没有可登记的内容"
    return ""
