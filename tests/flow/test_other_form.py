"""Next year's form, of another office: learnt from the blank file, configured, filled, read and answered; no code changed."""

from __future__ import annotations

import io

import docx

from tests.flow import samples
from tests.flow.office import Office, text_of

LABELS = ("课题名称", "牵头单位", "负责人", "办公电话", "举办日期", "举办地址", "预计人数", "讲座类别", "情况说明")


def blank() -> bytes:
    document = docx.Document()
    document.add_paragraph("2024年科技讲座备案表")
    document.add_paragraph("备案单位：")
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for label in LABELS:
        cells = table.add_row().cells
        cells[0].text = label
        cells[1].text = "□线上讲座  □现场讲座  □其他" if label == "讲座类别" else ""
    return saved(document)


def saved(document: docx.document.Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def filled(**values: str) -> bytes:
    document = docx.Document(io.BytesIO(blank()))
    document.paragraphs[1].text = "备案单位：石狮市图书馆"
    for row in document.tables[0].rows:
        label = row.cells[0].text
        if label in values:
            row.cells[1].text = values[label]
    return saved(document)


def test_another_form_is_learnt_and_used(office: Office) -> None:
    (office.path / "blank.docx").write_bytes(blank())
    learnt = office.run("form", "learn", str(office.path / "blank.docx"), "--out", str(office.path / "form.toml"))
    assert learnt.returncode == 0, learnt.stderr
    definition = office.path / "form.toml"
    definition.write_text(definition.read_text("utf-8").replace("strict = false", "strict = true"), "utf-8")
    office.configure(more='[forms]\ndefinitions = ["form.toml"]')
    good = {
        "课题名称": "走近人工智能",
        "牵头单位": "石狮市图书馆",
        "负责人": "林小海",
        "办公电话": "0595-22000002",
        "举办日期": "2023年9月19日",
        "举办地址": "石狮市图书馆报告厅",
        "预计人数": "120人",
        "讲座类别": "□线上讲座  ☑现场讲座  □其他",
        "情况说明": "邀请专家讲解人工智能在生活中的应用，现场互动答疑。",
    }
    office.deliver(
        samples.mail(sender="lib@example.com", subject="讲座备案", files={"备案表.docx": filled(**good)}),
        samples.mail(
            sender="lib2@example.com",
            subject="备案二",
            files={"表.docx": filled(**(good | {"课题名称": "海洋与我们", "办公电话": "12"}))},
        ),
    )
    office.once()
    rows = office.view("SELECT * FROM v_activities ORDER BY ref")
    assert rows[0]["activity_name"] == "走近人工智能" and rows[0]["unit"] == "石狮市图书馆"
    assert rows[0]["start_date"] == "2023-09-19" and rows[0]["phone"] == "0595-22000002"
    first, second = office.sent
    assert "课题名称" in text_of(first) and "走近人工智能" in text_of(first) and "现场讲座" in text_of(first)
    assert "办公电话" in text_of(second) and "“12”" in text_of(second)
    (name,) = [part.get_filename() for part in second.iter_attachments()]
    assert name == "2024年科技讲座备案表.docx"


def test_next_years_blank_forms_bear_next_years_name(office: Office) -> None:
    """With the campaign's name in the settings alone, no form is defined anew."""
    path = office.path / "config.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("2023年泉州市", "2024年泉州市"), encoding="utf-8")
    office.deliver(samples.mail(sender="a@example.com", subject="请问", text="请问申报表在哪里下载？"))
    office.once()
    (answer,) = office.answers()
    forms = {part.get_filename(): part.get_content() for part in answer.iter_attachments()}
    assert set(forms) == {f"2024年泉州市全国科普日重点活动{form}.docx" for form in ("项目申报表", "汇总表")}
    for name, data in forms.items():
        printed = [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs]
        assert str(name).removesuffix(".docx") in printed and not any("2023" in text for text in printed)
