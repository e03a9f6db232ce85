"""What the office would else not hear of: files that cannot be opened, and a mailbox that is not read."""

from __future__ import annotations

import io
from email import message_from_bytes, policy
from email.message import EmailMessage

import openpyxl

from tests.flow import samples
from tests.flow.office import Office, text_of


def digest(office: Office, now: str) -> EmailMessage:
    done = office.run("digest", "--out", str(office.path / "out"), now=now)
    assert done.returncode == 0, done.stderr
    found = message_from_bytes((office.path / "out" / "digest.eml").read_bytes(), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_digest_names_who_wrote_in_vain_and_when_nobody_read(office: Office) -> None:
    units = '[[unit]]\nname = "石狮市科协"\nemails = ["ss@example.com"]\n[[unit]]\nname = "惠安县科协"\nemails = ["ha@example.com"]\n'
    office.configure(more=units)
    broken = b"PK\x03\x04" + bytes(range(256)) * 20
    office.deliver(samples.mail(sender="ss@example.com", text="见附件", files={"申报表.docx": broken}))
    office.once()
    (item,) = office.view("SELECT reason FROM review WHERE done_at IS NULL")
    assert item == {"reason": "unreadable"}
    states = {row["unit"]: row["state"] for row in office.view("SELECT unit, state FROM v_units")}
    assert states == {"石狮市科协": "wrote", "惠安县科协": "missing"}
    told = text_of(digest(office, "2023-08-25T12:10+08:00"))
    (line,) = (line for line in told.splitlines() if line.strip().startswith("石狮市科协"))
    assert "来过信，文件打不开" in line and "未能收信" not in told
    office.imap_port = 1
    office.configure(more=units)
    office.once(now="2023-08-26T09:00+08:00", expect=4)
    mail = digest(office, "2023-08-26T09:10+08:00")
    first = text_of(mail).splitlines()[0]
    assert first.startswith("自8月25日12:00起未能收信：") and "数字截至当时" in first
    assert "自8月25日12:00起未能收信" in str(mail["Subject"])
    (book,) = (one.get_content() for one in mail.iter_attachments() if str(one.get_filename()).endswith(".xlsx"))
    for sheet in openpyxl.load_workbook(io.BytesIO(book)):
        said = str(sheet["A1"].value)
        assert said.startswith("自8月25日12:00起未能收信") and "截至当时" in said, sheet.title
    (line,) = (row for row in openpyxl.load_workbook(io.BytesIO(book))["缺报单位"].values if "石狮市科协" in row)
    assert line[1] == "石狮市科协"


def test_an_office_system_sends_for_people(office: Office) -> None:
    """Forms from a newspaper's address and through a list are confirmed, a question above «请勿回复» is shown; nobody@ is not written to."""
    form = {"申报表.docx": samples.registration()}
    other = {"申报表.docx": samples.registration(unit="惠安县科协", name="银龄科普")}
    third = {"申报表.docx": samples.registration(unit="南安市科协", name="智慧农业")}
    bulk = {"Precedence": "bulk", "List-Id": "<oa.example.gov.cn>", "Auto-Submitted": "auto-generated"}
    question = "我们学校想参加科普日活动，需要填哪张表。\n\n（本邮件由校办公系统自动发送，请勿回复本邮件）"
    office.deliver(
        samples.mail(sender="news@kepubao.example.cn", subject="一", files=form),
        samples.mail(sender="office@oa.example.gov.cn", subject="二", files=other, headers=bulk),
        samples.mail(sender="noreply@oa.example.org", subject="三", files=third, headers=bulk),
        samples.mail(sender="h@school.example.edu.cn", subject="咨询", text=question),
    )
    office.once()
    assert len(office.view("SELECT * FROM v_activities")) == 3
    to = {str(mail["To"]) for mail in office.sent}
    assert {"news@kepubao.example.cn", "office@oa.example.gov.cn"} <= to and "noreply@oa.example.org" not in to
    shown = {
        row["from_addr"]: row["detail"]
        for row in office.view("SELECT from_addr, detail FROM review r JOIN mail m ON m.id = r.mail")
    }
    assert len(shown) == 4 and "需要填哪张表" in shown["h@school.example.edu.cn"]
