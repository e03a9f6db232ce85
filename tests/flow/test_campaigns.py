"""A campaign as a folder of data: made from the office's blank form, used, and left again, in one store."""

from __future__ import annotations

import docx
import openpyxl

from tests.flow import samples
from tests.flow.office import Office, text_of
from tests.flow.test_other_form import blank, filled

GOOD = {
    "课题名称": "走近人工智能",
    "牵头单位": "石狮市图书馆",
    "负责人": "林小海",
    "办公电话": "0595-22000002",
    "举办日期": "2024年9月19日",
    "举办地址": "石狮市图书馆报告厅",
    "预计人数": "120人",
    "讲座类别": "□线上讲座  ☑现场讲座  □其他",
    "情况说明": "邀请专家讲解人工智能在生活中的应用，现场互动答疑。",
}
NOW = "2024-09-05T12:00+08:00"


def test_a_new_campaign_takes_the_place_of_the_old_one_and_gives_it_back(office: Office) -> None:
    office.deliver(
        samples.mail(sender="a@example.com", subject="申报表", files={"申报表.docx": samples.registration()})
    )
    office.once()
    assert [row["ref"] for row in office.view("SELECT ref FROM v_activities")] == ["KP2023-0001"]

    (office.path / "讲座备案表.docx").write_bytes(blank())
    dates = ("--starts", "2024-09-01", "--ends", "2024-09-30")
    made = office.run("campaign", "new", "2024年科技讲座", str(office.path / "讲座备案表.docx"), *dates)
    assert made.returncode == 0, made.stderr
    assert "都照原样读回" in made.stdout
    path = office.path / "config.toml"
    old = path.read_text("utf-8")
    path.write_text(old.replace("[campaign]", '[campaign]\nfolder = "campaigns/2024年科技讲座"', 1), "utf-8")
    checked = office.run("campaign", "check")
    assert checked.returncode == 0, checked.stdout
    assert "课题名称" in checked.stdout
    listed = office.run("campaign", "list").stdout
    assert "* 2024年科技讲座" in listed

    office.deliver(
        samples.mail(sender="lib@example.com", subject="讲座备案", files={"备案表.docx": filled(**GOOD)}),
        samples.mail(sender="a@example.com", subject="又报一份", files={"申报表.docx": samples.registration()}),
        when="2024-09-05T10:00+08:00",
    )
    office.once(now=NOW)
    rows = office.view("SELECT ref, unit, activity_name, has_registration FROM v_activities")
    assert rows == [
        {"ref": "KP2024-0001", "unit": "石狮市图书馆", "activity_name": "走近人工智能", "has_registration": 1}
    ]
    units = {row["unit"]: row["state"] for row in office.view("SELECT unit, state FROM v_units WHERE expected = 0")}
    assert units == {"石狮市图书馆": "reported"}
    former = office.view("SELECT campaign, ref FROM v_former")
    assert former == [{"campaign": "packaged", "ref": "KP2023-0001"}]
    _, taken, refused = office.sent
    assert "课题名称" in text_of(taken)
    assert "2023年" in text_of(refused)
    assert "请用今年的《2024年科技讲座备案表》" in text_of(refused)
    (attached,) = refused.iter_attachments()
    assert attached.get_filename() == "讲座备案表.docx"
    assert attached.get_content() == (office.path / "讲座备案表.docx").read_bytes()

    exported = office.run("export", "--out", str(office.path / "package"), now=NOW)
    assert exported.returncode == 0, exported.stderr
    [printed] = (office.path / "package/备案表").rglob("*.docx")
    cells = [cell.text for row in docx.Document(printed).tables[0].rows for cell in row.cells]
    assert {"走近人工智能", "0595-22000002", "□线上讲座  ☑现场讲座  □其他"} <= set(cells)
    book = openpyxl.load_workbook(office.path / "package/登记明细.xlsx")
    heads, first = (list(row) for row in list(book["登记明细"].iter_rows(values_only=True))[:2])
    told = dict(zip(heads, first, strict=True))
    assert (told["课题名称"], told["预计人数"], told["讲座类别"]) == ("走近人工智能", 120, "现场讲座")
    assert office.run("digest", "--out", str(office.path / "digest"), now=NOW).returncode == 0
    letter = (office.path / "digest/digest.html").read_text("utf-8")
    assert "备案表1份" in letter and "申报表" not in letter.replace("申报表.docx", "").replace("重点活动项目申报表", "")
    assert "讲座类别" in letter and "预计人数" in letter and "主要活动类型" not in letter

    # Each mail is read with the forms of its time, also by a rebuild and where all is read again.
    seen = [office.view(f"SELECT * FROM {view}") for view in ("v_activities", "v_former", "v_fields", "v_messages")]
    assert office.run("rebuild", now=NOW).returncode == 0
    assert [office.view(f"SELECT * FROM {v}") for v in ("v_activities", "v_former", "v_fields", "v_messages")] == seen
    again = office.run("reprocess", "--all", now=NOW)
    assert again.returncode == 0, again.stderr
    assert [office.view(f"SELECT * FROM {v}") for v in ("v_activities", "v_former", "v_fields")] == seen[:3]

    path.write_text(old, "utf-8")
    assert office.run("status").returncode in (0, 1)
    office.once(now=NOW)
    assert [row["ref"] for row in office.view("SELECT ref FROM v_activities")] == ["KP2023-0001"]
    assert [row["campaign"] for row in office.view("SELECT campaign FROM v_former")] == ["2024年科技讲座"]
