"""What a unit reads after it corrected a little: what changed and what is still open, not the whole form again."""

from __future__ import annotations

from email.message import EmailMessage

from tests.flow import samples
from tests.flow.office import Office, text_of

UNIT = "unit@jinjiang.example.com"
SECOND = {"name": "海洋科普图片展", "time": "2023年9月20日", "venue": "晋江市图书馆"}


def write(office: Office, day: str, text: str, form: bytes | None = None, name: str = "申报表.docx", *, thread: bool = False) -> EmailMessage:  # fmt: skip
    """The answer to what the unit sends on *day* («25T13:00» of August)."""
    headers = office.thread(UNIT) if thread else {}
    files = {name: form} if form else {}
    office.deliver(
        samples.mail(text=text, files=files, headers=headers, when=f"2023-08-{day}"), when=f"2023-08-{day}+08:00"
    )
    office.once(now=f"2023-08-{day}+08:00")
    return next(one for one in reversed(office.sent) if UNIT in one["To"])


def lines_of(answer: EmailMessage) -> list[str]:
    """What it says above the signature of the office."""
    above = text_of(answer).partition("2023年泉州市全国科普日\n")[0]
    return [line for line in above.splitlines() if line.strip()]


def is_short(answer: EmailMessage) -> bool:
    return len(lines_of(answer)) <= 12 and "下一步" not in text_of(answer) and not list(answer.iter_attachments())


def test_a_small_correction_is_answered_with_what_changed_and_what_is_open(office: Office) -> None:
    first = write(office, "25T10:00", "见附件", samples.registration(phone="12", mobile="", venue=""))
    assert len(list(first.iter_attachments())) == 1 and "活动对象：青少年" in text_of(first)
    # One field in words: the other one is still open.
    words = write(office, "25T11:00", "活动地点：晋江市图书馆三楼", thread=True)
    assert is_short(words) and "活动地点：晋江市图书馆三楼" in text_of(words) and "青少年" not in text_of(words)
    assert "还有1处需要补正：联系电话" in text_of(words) and "“联系电话”填写为“12”" in text_of(words)
    # A new file of the same activity: nothing is open any more.
    file = write(office, "25T12:00", "已改好", samples.registration(mobile="", venue="晋江市图书馆三楼"), thread=True)
    assert is_short(file) and "联系电话：0595-22000000" in text_of(file) and "青少年" not in text_of(file)
    assert "没有需要补正" in text_of(file) and "注册并发布活动" in text_of(file)
    # Another day, another value: what it was is said.
    later = write(office, "26T10:00", "联系电话改为0595-22000001", thread=True)
    assert is_short(later) and "0595-22000001（原为：0595-22000000）" in text_of(later)
    assert "注册并发布" not in text_of(later)
    assert office.view("SELECT version FROM v_submissions WHERE is_current") == [{"version": 4}]


def test_one_row_of_a_table(office: Office) -> None:
    rows = [(f"第{n}场海洋科普讲座", f"9月{n + 10}日", f"第{n}小学礼堂") for n in range(1, 7)]
    write(office, "25T10:00", "见附件", samples.summary(rows), "汇总表.xlsx")
    rows[3] = (*rows[3][:2], "晋江市图书馆")
    answer = write(office, "26T10:00", "更正", samples.summary(rows), "汇总表.xlsx")
    assert is_short(answer) and "4．第4场海洋科普讲座" in text_of(answer) and "晋江市图书馆" in text_of(answer)
    assert "第3场" not in text_of(answer)
    # Another table altogether is shown whole.
    others = [(f"第{n}场天文夜", f"9月{n + 10}日", f"第{n}中学操场") for n in range(1, 6)]
    whole = write(office, "26T11:00", "更正", samples.summary([rows[3], *others]), "汇总表.xlsx")
    assert all(f"第{n}场天文夜" in text_of(whole) for n in range(1, 6))


def test_next_steps_are_told_once_a_day(office: Office) -> None:
    answers = [
        write(office, "25T10:00", "见附件", samples.registration()),
        write(office, "25T11:00", "新增一项活动，见附件", samples.registration(**SECOND)),
        write(
            office,
            "26T10:00",
            "再报一项活动，见附件",
            samples.registration(**SECOND | {"name": "天文夜", "venue": "晋江一中"}),
        ),
    ]
    assert ["下一步" in text_of(one) for one in answers] == [True, False, True]
    assert all("活动对象：青少年" in text_of(one) for one in answers)  # a new activity is shown whole
