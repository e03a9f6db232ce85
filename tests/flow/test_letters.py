"""Letters beside and instead of forms, through real servers: nobody's words vanish."""

from __future__ import annotations

from email.message import EmailMessage

from tests.flow import samples
from tests.flow.office import Office, text_of
from tests.flow.test_conversation import VOUCHED, reply_to, reviews


def test_words_beside_a_form_reach_a_person(office: Office) -> None:
    text = "附件为我校申报表。另请教：遇台风停课，是否还需要重新申报？\n联系电话印错了，应为0595-88700001。"
    office.deliver(samples.mail(text=text, files={"申报表.docx": samples.registration()}))
    office.once()
    assert office.view("SELECT outcome FROM v_messages") == [{"outcome": "accepted"}]
    (told,) = reviews(office)
    answer = text_of(office.sent[0])
    assert "是否还需要重新申报" in told and "是否还需要重新申报？”" in answer and "转工作人员" in answer
    # What the letter corrects of its form is put in, and both are told.
    assert office.view("SELECT phone FROM v_activities") == [{"phone": "0595-88700001"}]
    assert "已按来信更正为“0595-88700001”（表中为“0595-22000000”）" in answer


def test_a_day_said_with_thanks_is_an_answer(office: Office) -> None:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration(time="待定", mobile="", phone="12")}))
    office.once()
    reply_to(office, "时间定在9月20日上午9点，谢谢王老师！")
    assert office.view("SELECT start_date FROM v_activities") == [{"start_date": "2023-09-20"}]
    reply_to(office, "收到，谢谢！\n\n晋江市科协 庄晓东\n联系电话：0595-85660000", 1)
    assert office.view("SELECT phone FROM v_activities") == [{"phone": None}]
    assert len(office.sent) == 2


def test_a_letter_without_forms_is_shown_with_its_words(office: Office) -> None:
    office.deliver(samples.mail(sender="dag@archive.example", subject="说明", text="申报表详见附件，另问何时开会。"))
    office.once()
    assert "另问何时开会" in reviews(office)[0]
    assert "没有收到附件" in text_of(office.sent[0])


def test_our_letter_in_a_plain_blockquote_is_no_form(office: Office) -> None:
    office.deliver(samples.mail(files={"申报表.docx": samples.registration()}))
    office.once()
    ours = office.sent[0].get_body(("html",))
    assert ours is not None
    answer = EmailMessage()
    answer["From"], answer["To"] = "unit@jinjiang.example.com", "kepu@example.com"
    answer["Subject"], answer["Message-ID"] = f"Re: {office.sent[0]['Subject']}", "<thanks@client.example.com>"
    answer.set_content(f"<div>收到，谢谢！</div><blockquote>{ours.get_content()}</blockquote>", subtype="html")
    office.deliver(answer.as_bytes())
    office.once()
    assert office.view("SELECT version FROM v_submissions") == [{"version": 1}]
    assert office.view("SELECT email FROM v_activities") == [{"email": "zxd@example.com"}]
    assert len(office.sent) == 1 and reviews(office) == []


def test_what_a_coordinator_hands_on_is_the_units(office: Office) -> None:
    text = "请登记。\n\n------ 转发邮件 ------\n发件人：李四 <qx@qixiang.example>\n发送时间：2023年8月25日 9:00\n收件人：boss@example.gov.cn\n主题：申报表\n\n附件是申报表。"
    form = samples.registration(unit="泉州市气象局", host="泉州市气象局")
    mail = samples.mail("boss@example.gov.cn", "转发：申报表", text, {"申报表.docx": form}, headers=VOUCHED)
    office.deliver(mail)
    office.once()
    assert office.view("SELECT unit, status FROM v_submissions") == [{"unit": "泉州市气象局", "status": "accepted"}]
    assert {str(one["To"]).split("<")[-1].strip(">") for one in office.sent} == {
        "boss@example.gov.cn",
        "qx@qixiang.example",
    }
    assert all("科技馆里的海洋课" in text_of(one) for one in office.sent)
    # From now on the unit's own address is on record, the coordinator's is not needed again.
    assert office.view("SELECT from_addr FROM submission") == [{"from_addr": "qx@qixiang.example"}]


def test_the_coordinator_is_never_on_record(office: Office) -> None:
    """Handed on as an attached mail or as a bare file, of a unit in the roster and of one that nobody knows: the unit's own form follows."""
    office.configure(more='[[unit]]\nname = "泉州市气象局"\nemails = ["qx@qixiang.example"]')
    units = {
        "泉州市气象局": "qx@qixiang.example",
        "泉州市海洋馆": "hy@haiyang.example",
        "泉州市天文社": "tw@tianwen.example",
    }
    form = {unit: samples.registration(unit=unit, host=unit, name=f"{unit[3:]}开放日") for unit in units}
    attached = samples.mail("hy@haiyang.example", "申报表", files={"申报表.docx": form["泉州市海洋馆"]})
    ask = {"In-Reply-To": "<nothing@x.example>", **VOUCHED}
    office.deliver(
        samples.mail(
            "boss@example.gov.cn",
            "Fw: 申报",
            "",
            {"表.docx": form["泉州市气象局"]},
            message_id="<1@b>",
            headers=VOUCHED,
        ),
        samples.mail(
            "boss@example.gov.cn", "转", "请登记", {"原信.eml": attached}, message_id="<2@b>", headers=VOUCHED
        ),
        samples.mail(
            "boss@example.gov.cn",
            "Fw: 申报",
            "",
            {"表.docx": form["泉州市天文社"]},
            message_id="<3@b>",
            headers=VOUCHED,
        ),
        samples.mail("boss@example.gov.cn", "问", "请问这周的汇总什么时候发？", message_id="<4@b>", headers=ask),
    )
    office.once()
    on_record = {row["unit"]: row["from_addr"] for row in office.view("SELECT unit, from_addr FROM submission")}
    assert on_record == {"泉州市气象局": "qx@qixiang.example", "泉州市海洋馆": "hy@haiyang.example", "泉州市天文社": ""}
    told = {str(one["To"]).split("<")[-1].strip(">") for one in office.sent}
    assert {"qx@qixiang.example", "hy@haiyang.example"} <= told
    assert office.view("SELECT unit FROM mail WHERE subject = '问'") == [{"unit": ""}]
    for unit, address in units.items():
        again = samples.registration(unit=unit, host=unit, name=f"{unit[3:]}开放日", content="另有讲座两场。")
        proof = {"Authentication-Results": f"example.com; dmarc=pass header.from={address.partition('@')[2]}"}
        office.deliver(
            samples.mail(address, "更正", files={"表.docx": again}, message_id=f"<{address}>", headers=proof)
        )
    office.once()
    versions = office.view(
        "SELECT unit, max(version) AS version, max(is_current * version) AS now FROM submission GROUP BY unit"
    )
    assert {row["unit"]: (row["version"], row["now"]) for row in versions} == dict.fromkeys(units, (2, 2))


def test_a_question_of_the_admins_list_is_answered_at_once_and_still_passed_on(office: Office) -> None:
    folder = office.path / "templates"
    folder.mkdir()
    (folder / "answers.toml").write_text('[[answer]]\nask = ["展板"]\n', encoding="utf-8")
    checked = office.run("check")
    assert checked.returncode == 2 and "第1个 [[answer]] 不完整" in checked.stdout, (
        "a broken list is told before it is used"
    )
    (folder / "answers.toml").write_text(
        '[[answer]]\nask = ["展板|展架", "借"]\ntext = "展板请自备。"\n', encoding="utf-8"
    )
    assert office.run("check").returncode == 0
    office.deliver(samples.mail(subject="请问", text="请问展架可以借用吗？"))
    office.once()
    assert "展板请自备。" in text_of(office.sent[0]) and "展架可以借用" in reviews(office)[0]
