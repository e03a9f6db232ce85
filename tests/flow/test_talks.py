"""Conversations of several mails through real servers, each answer read as the unit's clerk reads it, and one test for each thing that a letter can say."""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.flow import samples
from tests.flow.office import Office, text_of
from tests.flow.test_notices import notices
from tests.flow.test_office import OTHER, ROSTER, UNIT, Day, to

FORGED = {
    "Authentication-Results": "mx.example.com; spf=fail smtp.mailfrom=x.example; dmarc=fail header.from=jinjiang.example.com"
}
OF_UNIT = {
    "Authentication-Results": "mx.example.com; spf=pass smtp.mailfrom=jinjiang.example.com; dmarc=pass header.from=jinjiang.example.com"
}
FORGED_OTHER = {"Authentication-Results": "mx.example.com; spf=fail smtp.mailfrom=x.example; dmarc=fail"}
VOUCHED_OTHER = {"Authentication-Results": "mx.example.com; dmarc=pass header.from=example.com"}
STRANGER = "someone@elsewhere.example"
SHISHI = {"unit": "石狮市科学技术协会", "host": "石狮市科学技术协会", "name": "银龄科普", "venue": "石狮市文化馆"}
PICTURES = {"name": "海洋科普图片展", "venue": "晋江市图书馆", "time": "2023年9月20日"}
DRAFT = "附件为申报表初稿，待领导审定后再正式报送。"


class Talk(Day):
    """``write``: what somebody sends, in the thread of the newest letter to him where there is one, and what he is answered (None: nothing)."""

    def write(
        self,
        text: str,
        form: bytes | dict[str, bytes] | None = None,
        sender: str = UNIT,
        *,
        fresh: bool = False,
        headers: dict[str, str] | None = None,
    ) -> str | None:
        files = form if isinstance(form, dict) else {"申报表.docx": form} if form else {}
        head = dict(headers or {})
        letters = [one for one in self.office.sent if sender in str(one["To"])]
        if letters and not fresh:
            head["In-Reply-To"] = str(letters[-1]["Message-ID"])
        subject = f"回复：{letters[-1]['Subject']}" if letters and not fresh else "报送"
        sent = self.step(self.letter(sender, text, subject, files=files, headers=head))
        mine = [one for one in sent if sender in str(one["To"])]
        assert len(mine) < 2, "one mail, one answer"
        return body_of(mine[0]) if mine else None

    def activity(self, what: str = "*") -> list[dict[str, object]]:
        return self.office.view(f"SELECT {what} FROM v_activities ORDER BY ref")

    def state(self, unit: str = "晋江市科学技术协会") -> str:
        return str(self.office.view("SELECT state FROM v_units WHERE unit = ?", unit)[0]["state"])

    def waits(self) -> list[dict[str, object]]:
        """What waits for a person."""
        return self.office.view("SELECT * FROM v_reviews WHERE closed_at IS NULL ORDER BY id")

    def outcome(self) -> str:
        return str(self.office.view("SELECT outcome FROM v_messages ORDER BY id DESC LIMIT 1")[0]["outcome"])


def body_of(mail: EmailMessage) -> str:
    """What a letter says above the signature of the office."""
    return text_of(mail).partition("\n2023年泉州市全国科普日")[0]


def greets(answer: str | None, unit: str = "晋江市科学技术协会") -> bool:
    return answer is not None and answer.startswith(f"{unit}：\n您好！\n")


@pytest.fixture
def talk(office: Office) -> Talk:
    office.configure(coordinators="", more=ROSTER)
    return Talk(office)


def test_eight_mails_of_one_unit(talk: Talk) -> None:
    told = talk.write(
        "您好，附件为申报表和汇总表，请查收。", samples.registration(phone="12", mobile="", venue="", public="")
    )
    assert "来信说附有汇总表，我们没有收到" in str(told)
    assert greets(told) and "有3处需要补正：联系电话、活动地点、预计公众参与活动人数" in str(told)
    told = talk.write("已核对，确认无误")
    assert greets(told) and "还有3处需要补正：联系电话、活动地点、预计公众参与活动人数" in str(told), (
        "nobody is left in the belief"
    )
    told = talk.write(
        "王老师好，电话写错了，是0595-22000001，活动地点定在晋江市科技馆一楼大厅，预计参加活动的群众500人左右。麻烦了，谢谢！"
    )
    assert greets(told) and "更正已登记，没有需要补正" in str(told) and len(str(told).splitlines()) < 16
    (row,) = talk.activity()
    assert (row["phone"], row["venue"], row["expected_public"]) == ("0595-22000001", "晋江市科技馆一楼大厅", 500)
    told = talk.write("时间可能要改到9月20日")
    assert "您是否要把“活动时间”由“2023年9月17日至18日”改为“9月20日”？" in str(told)
    assert talk.activity("start_date") == [{"start_date": "2023-09-17"}]
    told = talk.write("确认")
    assert greets(told) and "9月20日" in str(told) and "已按贵单位的确认生效" in str(told)
    assert talk.activity("start_date, phone") == [{"start_date": "2023-09-20", "phone": "0595-22000001"}]
    assert talk.waits() == []
    talk.hour()
    assert talk.write("确认，麻烦了") is None and talk.waits() == [], "nothing waits for it any more"
    told = talk.write("请问活动当天需要我们自己准备展板吗？")
    assert greets(told) and "自己准备展板吗？”已转工作人员，会尽快答复您。" in str(told)
    sent = talk.boss("答复 展板由我们统一提供，届时请安排人员领取。\n办结")
    assert "展板由我们统一提供" in text_of(to(sent, UNIT)) and talk.waits() == []
    assert "办结" not in text_of(to(sent, UNIT)), "a word for us is none for the unit"
    assert talk.write("好的，谢谢老师！") is None
    told = talk.write(
        "接通知，因台风“海葵”影响，9月20日的活动不搞了，请把我们的报名取消。", fresh=True, headers=OF_UNIT
    )
    assert greets(told) and "已按来信撤回以下登记" in str(told) and "科技馆里的海洋课" in str(told)
    assert talk.activity() == [] and talk.waits() == []


def test_two_units_three_forms_a_forged_mail_and_a_robot(talk: Talk) -> None:
    both = {"一.docx": samples.registration(), "二.docx": samples.registration(**PICTURES, phone="", mobile="")}
    told = talk.write("两份申报表见附件，请查收。", both)
    assert "有1处需要补正：联系电话" in str(told) and "【已登记，无需补正】" in str(told)
    assert greets(talk.write("附件为申报表", samples.registration(**SHISHI), OTHER), "石狮市科学技术协会")
    told = talk.write("“海洋科普图片展”的联系电话：0595-22000002")
    assert greets(told) and "0595-22000002" in str(told)
    assert talk.activity("phone") == [{"phone": f"0595-2200000{n}"} for n in (0, 2, 0)]
    robot = "贵单位来信已收悉，我们将尽快处理。工作时间：周一至周五8:30-17:30，电话0595-22009999。"
    assert talk.write(robot, headers={"Auto-Submitted": "auto-replied"}) is None
    assert len(talk.activity()) == 3 and talk.waits() == []
    told = talk.write("活动取消，请撤回 KP2023-0001", fresh=True, headers=FORGED)
    # The real clerk reads what somebody else asked for in his name, and that nothing was done.
    assert "撤回 KP2023-0001 的申请已收到" in str(told) and "原登记继续有效" in str(told)
    assert len(talk.activity()) == 3 and [one["reason"] for one in talk.waits()] == ["withdrawal"]
    told = talk.write("您好，我们的活动全部取消，请撤回。", fresh=True, headers=FORGED)
    assert "原登记继续有效。如不是贵单位所发，请回信告知。" in str(told) and "写明是哪一项" not in str(told)
    told = talk.write("刚收到来信，撤回那封不是我们发的，请千万不要撤！")
    assert "没有办理撤回，原登记继续有效" in str(told) and "不是我们发的" in str(told) and len(talk.activity()) == 3
    assert [one["reason"] for one in talk.waits()] == ["withdrawal", "words"], "what was asked is answered"
    # The thread is about another form: its name tells which is meant.
    told = talk.write("图片展那场老师病了，办不成，撤了；海洋课照常，可别一块儿撤了啊。")
    assert "已按来信撤回以下登记" in str(told) and "KP2023-0002" in str(told) and "KP2023-0001" not in str(told)
    assert [row["ref"] for row in talk.activity()] == ["KP2023-0001", "KP2023-0003"]
    told = talk.write("请问我们现在登记了几项？", fresh=True)
    assert "KP2023-0001　“科技馆里的海洋课”：已登记" in str(told) and "“海洋科普图片展”：已撤回" in str(told)


@pytest.mark.parametrize("words", ["海洋科普图片展取消了，不再举办。", "“图片展”取消，请予撤回"])
def test_cancelled_by_name_in_a_letter_of_its_own(talk: Talk, words: str) -> None:
    talk.write("见附件", {"一.docx": samples.registration(), "二.docx": samples.registration(**PICTURES)})
    told = talk.write(words, fresh=True, headers={"References": "<nothing@c.example.com>"})
    if told is not None and "暂未办理" in told:  # nobody vouches for this mail: it is asked, and of the right form
        pytest.fail(told)
    assert "海洋科普图片展" in str(told) and "海洋课" not in str(told)


def test_which_of_several_is_asked_with_their_names(talk: Talk) -> None:
    talk.write("见附件", {"一.docx": samples.registration(), "二.docx": samples.registration(**PICTURES)})
    assert "受理号" not in str(talk.write("请问展板由谁准备？", fresh=True)), (
        "a letter about neither goes under neither"
    )
    assert "受理号" not in str(talk.office.sent[-1]["Subject"]), "what is answered to it is about neither"
    told = talk.write("这个不办了。", headers=OF_UNIT)
    assert greets(told) and "科技馆里的海洋课" in str(told) and "海洋科普图片展" in str(told)
    assert "“撤回 KP2023-0001”" in str(told) and len(talk.activity()) == 2
    told = talk.write("是“图片展”那一项。")
    assert greets(told) and "已按来信撤回以下登记" in str(told) and "海洋科普图片展" in str(told)
    assert talk.activity("ref") == [{"ref": "KP2023-0001"}] and [one["reason"] for one in talk.waits()] == ["words"]


def test_an_old_file_sent_again_puts_nothing_back(talk: Talk) -> None:
    first = samples.registration(public="")
    talk.write("申报表见附件", first)
    told = talk.write("您那边如果回过信我没收到，能不能再发一遍？", fresh=True, headers=OF_UNIT)
    assert "已收到，还有1处待补正：预计公众参与活动人数" in str(told)
    assert "登记如下" not in str(talk.write("没收到你们的回信，需要我们再发一次吗？"))
    talk.write("补好了，地点也换了", samples.registration(venue="晋江市图书馆"))
    told = talk.write("怕您没收到，再发一次。", first, fresh=True, headers=OF_UNIT)
    assert "请回复“确认”" in str(told) and "可能是发错了文件" in str(told) and "无法证明" not in str(told)
    assert talk.activity("venue, expected_public") == [{"venue": "晋江市图书馆", "expected_public": 500}]
    told = talk.write("附件拿错了，早上那个别用。还是以图书馆那份为准。")
    assert "该项改动未予办理，原登记内容继续有效" in str(told) and "没有收到附件" not in str(told)
    new = samples.registration(name="深海来客", venue="晋江市图书馆")
    told = talk.write("附件整张替换原来那张，不是新增的。", new, fresh=True, headers=OF_UNIT)
    assert "按对“科技馆里的海洋课”（KP2023-0001）的修改登记" in str(told)
    talk.write("另报一项，见附件。", samples.registration(**PICTURES), fresh=True, headers=OF_UNIT)
    assert talk.activity("activity_name") == [{"activity_name": "深海来客"}, {"activity_name": PICTURES["name"]}]


def test_of_three_forms_the_one_that_is_named_in_part_is_withdrawn(talk: Talk) -> None:
    names = ("校园植物认知徒步", "趣味化学实验秀", "走进显微世界")
    forms = {
        f"{n}.docx": samples.registration(name=name, venue=f"实验楼{n}号", phone="12" if n == 2 else "0595-22000000")
        for n, name in enumerate(names)
    }
    told = str(talk.write("三份申报表见附件", forms))
    assert told.count("其余栏目按所报表格登记") == 2 and told.count("主办单位") == 1, (
        "whole is only what is to be put right"
    )
    talk.write("“趣味化学实验秀”的预计公众参与活动人数改为200人。")
    told = talk.write("皮影戏取消了，请撤回。")
    assert "暂未办理" in str(told) and len(talk.activity()) == 3, (
        "none of them is called so, whatever thread it stands in"
    )
    told = talk.write("两场的时间对调：植物徒步那场20日，显微那场17日。")
    assert "已转工作人员" in str(told) and len({row["start_date"] for row in talk.activity("start_date")}) == 1
    told = talk.write("趣味化学实验秀下雨的话移到室内体育馆，备选。“趣味化学实验秀”的组织工作人员改为15人。")
    assert "您是否要" not in str(told), "nobody wants that now"
    told = talk.write("接学校通知，校区封闭施工，植物徒步取消，另外两项不受影响", headers=OF_UNIT)
    assert "已按来信撤回以下登记" in str(told) and "转工作人员" not in str(told)
    assert [row["activity_name"] for row in talk.activity("activity_name")] == list(names[1:])


def test_a_withdrawn_form_takes_its_row_along(talk: Talk) -> None:
    rows = [
        ("科技馆里的海洋课", "2023年9月17日至18日", "晋江市科技馆一楼大厅"),
        (PICTURES["name"], PICTURES["time"], PICTURES["venue"]),
    ]
    files = {
        "一.docx": samples.registration(),
        "二.docx": samples.registration(**PICTURES),
        "汇总表.xlsx": samples.summary(rows),
    }
    talk.write("申报表和汇总表见附件", files)
    told = talk.write("海洋科普图片展因图书馆检修，今年办不了了，这一项麻烦撤掉。")
    assert "已按来信撤回以下登记" in str(told) and "（KP2023-0003）中的这项活动也不再计入" in str(told)
    assert "转工作人员" not in str(told) and talk.waits() == [], "why it is withdrawn is no question"
    assert talk.activity("activity_name") == [{"activity_name": "科技馆里的海洋课"}]
    (unit,) = talk.office.view("SELECT summary_rows, state FROM v_units WHERE registrations = 1")
    assert unit == {"summary_rows": 1, "state": "reported"}
    new = samples.registration(name="走近深海", venue="晋江市青少年宫")
    told = talk.write("撤下海洋课那份，新的见附件。", new, headers=OF_UNIT)
    assert "已按来信撤回“科技馆里的海洋课”（KP2023-0001）" in str(told)
    assert talk.activity("activity_name") == [{"activity_name": "走近深海"}] and talk.waits() == []
    meeting = "会议邀请：海洋科普筹备会\n时间：2023年8月29日15:00\n地点：行政楼五楼会议室\n请准时参加。"
    assert talk.write(meeting, fresh=True, headers=OF_UNIT) is None, "nobody waits for an answer"
    assert talk.activity("venue") == [{"venue": "晋江市青少年宫"}] and len(talk.waits()) == 1
    talk.write("图片展还是要办，重新报一份。", samples.registration(**PICTURES), headers=OF_UNIT)
    assert talk.activity("in_summary") == [{"in_summary": 1}, {"in_summary": 0}], "its row counts again"
    table = samples.summary([rows[0], ("走近深海", "2023年9月17日至18日", "晋江市青少年宫")])
    told = talk.write("新的汇总表见附件", {"汇总表.xlsx": table}, headers=OF_UNIT)
    assert "新的汇总表不再列有“海洋科普图片展”，其申报表（KP2023-0002）仍在登记中" in str(told)


def test_a_draft_waits_for_its_unit(talk: Talk) -> None:
    told = talk.write(DRAFT, samples.registration())
    assert greets(told) and "作为初稿留存，暂未正式登记" in str(told) and "正文写“正式报送”" in str(told)
    assert "因无法证明" not in str(told) and "确认" not in str(told)
    assert talk.activity() == [] and talk.state() == "wrote"
    assert [one["reason"] for one in talk.waits()] == ["draft"]
    talk.hour()
    told = talk.write("请问收到了吗？", fresh=True)
    assert "已收到初稿，尚未正式报送" in str(told)
    out = talk.office.path / "digest"
    assert talk.office.run("digest", "--out", str(out), now="2023-08-25T13:00+08:00").returncode == 0
    assert "科技馆里的海洋课" not in (out / "digest.html").read_text(encoding="utf-8").partition("需要人工")[0]
    draft_letter = next(one for one in talk.office.sent if "初稿留存" in text_of(one))
    told = talk.write("领导同意了，正式报送", headers={"In-Reply-To": str(draft_letter["Message-ID"])}, fresh=True)
    assert greets(told) and "所报材料已登记" in str(told) and "下一步" in str(told)
    assert talk.activity("ref, status") == [{"ref": "KP2023-0001", "status": "accepted"}]
    assert talk.state() == "reported" and talk.waits() == []
    told = talk.write("定稿见附件。", samples.registration(venue="晋江市科技馆二楼"))
    assert "更正已登记" in str(told)
    assert talk.activity("ref, venue") == [{"ref": "KP2023-0001", "venue": "晋江市科技馆二楼"}]


@pytest.mark.parametrize("words", ["正式报送", "老师好，领导已审定，请以初稿为准。请问还需要盖章吗？"])
def test_a_draft_is_made_final_in_a_letter_of_its_own(talk: Talk, words: str) -> None:
    talk.write("见附件", samples.registration(**PICTURES))
    talk.write(DRAFT, samples.registration(), fresh=True)
    told = talk.write(words, fresh=True)
    assert "确认 KP2023-0002 第1版" in str(told) and len(talk.activity()) == 1, "nobody vouches for this mail"
    told = talk.write(words, fresh=True, headers=OF_UNIT)
    assert greets(told) and "所报材料已登记" in str(told)
    assert talk.activity("ref, status")[-1] == {"ref": "KP2023-0002", "status": "accepted"}


def test_a_draft_is_withdrawn(talk: Talk) -> None:
    talk.write("见附件", samples.registration(**PICTURES))
    talk.write(DRAFT, samples.registration(), fresh=True)
    told = talk.write("刚才的初稿作废。", fresh=True, headers=OF_UNIT)
    assert "已按来信撤回以下登记" in str(told) and "海洋课" in str(told) and "图片展" not in str(told)
    assert talk.activity("ref") == [{"ref": "KP2023-0001"}] and talk.waits() == []
    assert "暂未" not in str(talk.write("请问收到了吗？", fresh=True, headers=OF_UNIT)), "it is gone"


def test_the_final_version_takes_the_drafts_place(talk: Talk) -> None:
    talk.write(DRAFT, samples.registration(phone="12", mobile=""))
    talk.write(DRAFT, samples.registration(phone="13", mobile=""))
    final = samples.registration(time="2023年9月21日上午")
    told = talk.write("正式报送，申报表见附件。", final, fresh=True, headers=OF_UNIT)
    assert greets(told) and "所报材料已登记" in str(told) and "KP2023-0001" in str(told)
    assert talk.activity("ref, status") == [{"ref": "KP2023-0001", "status": "accepted"}]
    assert talk.waits() == []


def test_a_strangers_form_takes_no_drafts_place(talk: Talk) -> None:
    talk.write(DRAFT, samples.registration())
    talk.write("申报表见附件", samples.registration(), STRANGER)
    assert talk.activity("ref") == [{"ref": "KP2023-0002"}]


def test_a_coordinator_takes_a_draft(talk: Talk) -> None:
    talk.write(DRAFT, samples.registration())
    notice = text_of(notices(talk.office)[-1])
    assert (
        "作为正式报送登记" in notice and "只有初稿" in notice and "零报告" not in notice and "原登记有效" not in notice
    )
    sent = talk.boss("通过")
    assert "审核通过，已登记" in text_of(to(sent, UNIT)) and talk.state() == "reported" and talk.waits() == []


def test_a_nil_report(talk: Talk) -> None:
    told = talk.write("您好，我单位今年科普日不举办活动。谢谢！")
    assert greets(told) and "已收到并记录" in str(told) and len(str(told).splitlines()) < 6
    assert not list(talk.office.sent[-1].iter_attachments()) and "转工作人员" not in str(told)
    assert (talk.state(), talk.outcome(), talk.waits()) == ("nil", "letter", [])
    told = talk.write("我单位今年无活动，零报告。", sender=OTHER, fresh=True, headers=FORGED_OTHER)
    assert "没有通过发信验证" not in str(told) and "已转工作人员" in str(told) and "无需再报送" not in str(told)
    assert talk.state("石狮市科学技术协会") == "wrote"
    for sender in (STRANGER, OTHER):
        if sender == OTHER:
            talk.write("见附件", samples.registration(**SHISHI), OTHER)
        told = talk.write("我单位今年无活动，零报告。", sender=sender, fresh=True)
        assert "已转工作人员" in str(told) and "无需再报送" not in str(told)
    assert [one["from_addr"] for one in talk.waits()] == [OTHER, STRANGER, OTHER]
    assert talk.state("石狮市科学技术协会") == "reported"


def test_who_reported_nothing_is_not_reminded(office: Office) -> None:
    office.configure(more=ROSTER)
    path, due = office.path / "config.toml", "due = 2023-08-30T23:59:59"
    written = path.read_text(encoding="utf-8").replace(due, f"{due}\nremind_days_before = [2]")
    path.write_text(written, encoding="utf-8")
    office.once(now="2023-08-22T10:00+08:00")
    Talk(office).write("我单位今年科普日不举办活动。谢谢！")
    office.once(now="2023-08-28T09:01+08:00")
    reminded = office.view("SELECT to_addr FROM v_outbox WHERE kind = 'reminder'")
    assert reminded == [{"to_addr": OTHER}]


def test_what_stands_is_told_to_addresses_on_record_only(talk: Talk) -> None:
    talk.write("见附件", samples.registration())
    told = talk.write("请问我们的申报表收到了吗？", fresh=True)
    assert greets(told) and "KP2023-0001　“科技馆里的海洋课”：已登记" in str(told) and talk.waits() == []
    told = talk.write("请问晋江市科协的申报表收到了吗？KP2023-0001", sender=STRANGER)
    assert "海洋课" not in str(told) and "已登记" not in str(told) and "已转工作人员" in str(told)
    assert [one["from_addr"] for one in talk.waits()] == [STRANGER]


def test_a_question_of_the_list_is_answered_and_shown(talk: Talk) -> None:
    talk.write("见附件", samples.registration())
    told = talk.write("请问申报表需要盖章吗？")
    assert greets(told) and "不要求盖章" in str(told) and "会尽快答复" not in str(told)
    assert "需要盖章吗" in str(talk.waits()[0]["words"])
    assert "盖章" not in str(talk.write("拍到孩子正脸的照片上传，要不要家长签字？")), "it is none about our forms"
    for words in ("请把我们报过的申报表发一份，我们核对一下。", "那汇总表我要重发一份吗？还是你们删掉那一行？"):
        assert "随本邮件附上" not in str(talk.write(words))
    told = talk.write("请问空白的申报表在哪里下载？")
    names = [one.get_filename() for one in talk.office.sent[-1].iter_attachments()]
    assert "随本邮件附上" in str(told) and any("申报表" in str(name) for name in names), "what it says is there"


@pytest.mark.parametrize(
    ("written", "said", "remedy"),
    [
        ("[[answer]]\nask = [", "第2行第8列", "半角引号"),
        ('[[answer]]\nask = ["盖章"]\n', "第1个 [[answer]] 不完整", 'text = "答复"'),
    ],
)
def test_a_broken_list_is_named_with_its_remedy(office: Office, written: str, said: str, remedy: str) -> None:
    folder = office.path / "words"
    folder.mkdir()
    (folder / "answers.toml").write_text(written, encoding="utf-8")
    office.configure(more=f'[replies]\ntemplates = "{folder}"')
    done = office.run("check")
    assert done.returncode == 2 and said in done.stdout + done.stderr
    assert str(folder / "answers.toml") in done.stdout + done.stderr and remedy in done.stdout + done.stderr


def test_counts_corrections_and_words_beside_a_form(talk: Talk) -> None:
    told = talk.write(
        "附件为我单位申报表，共3项，请查收。联系电话印错了，应为0595-22000009，请以邮件为准。", samples.registration()
    )
    assert "来信说有3项（份），我们收到的是申报表1份" in str(told)
    assert "“联系电话”已按来信更正为“0595-22000009”（表中为“0595-22000000”）" in str(told)
    assert talk.activity("phone") == [{"phone": "0595-22000009"}] and talk.waits() == []
    # What is said of an activity that did not come is said of no other.
    text = "“海洋科普图片展”的表见附件。另外“科技馆里的海洋课”的参加人数改成800。"
    told = talk.write(text, samples.registration(**PICTURES, public="300"))
    assert "预计公众参与活动人数：800（原为：500）" in str(told) and "海洋科普图片展" in str(told)
    assert talk.activity("expected_public") == [{"expected_public": 800}, {"expected_public": 300}]
    told = talk.write("改好的表见附件，联系电话用我手机13900000000就行。", samples.registration(**PICTURES, phone="12"))
    assert "联系电话用我手机13900000000就行" in str(told) or talk.activity("phone")[1] == {"phone": "13900000000"}
    told = talk.write("“科技馆里的海洋课”的参加人数改成900。“海洋科普图片展”取消，请撤回。")
    assert "已按来信撤回“海洋科普图片展”（KP2023-0002）" in str(told)
    assert talk.activity("expected_public") == [{"expected_public": 900}]
    told = talk.write("这是我的新邮箱，旧的不用了，以后请发这个。")
    assert "撤回" not in str(told) and len(talk.activity()) == 1, "an address is no activity"


@pytest.mark.parametrize("mark", ["", "> "])
def test_answers_typed_into_our_letter(talk: Talk, mark: str) -> None:
    talk.write("见附件", samples.registration(phone="12", mobile="", venue="", public=""))
    quoted = text_of(talk.office.sent[-1])
    for label, answer in {
        "联系电话": " 0595-22000003",
        "活动地点": "【答：晋江市图书馆】",
        "预计公众": "\n300",
    }.items():
        line = next(one for one in quoted.splitlines() if label in one and "．" in one)
        quoted = quoted.replace(line, f"{line}{answer}")
    head = "\n\n---- 回复的原邮件 ----\n发件人：kepu@example.com\n发送日期：2023年8月25日\n收件人：unit@jinjiang.example.com\n主题：请补正\n\n"
    told = talk.write(
        "已在原信中逐条回复，请查收。" + head + "".join(f"{mark}{line}\n" for line in quoted.splitlines())
    )
    assert greets(told) and "更正已登记" in str(told) and "转工作人员" not in str(told)
    row = talk.activity("phone, venue, expected_public")
    assert row == [{"phone": "0595-22000003", "venue": "晋江市图书馆", "expected_public": 300}] and talk.waits() == []


def test_a_proposal_beside_a_change_and_after_others(talk: Talk) -> None:
    talk.write("见附件", samples.registration())
    told = talk.write("时间可能要改到9月20日，活动地点改为晋江市图书馆")
    assert "晋江市图书馆（原为：晋江市科技馆一楼大厅）" in str(told) and "您是否要把“活动时间”" in str(told)
    asked = talk.office.sent[-1]
    talk.write("联系电话改为0595-22000007")
    told = talk.write("确认", fresh=True, headers={"In-Reply-To": str(asked["Message-ID"])})
    assert "已按贵单位的确认生效" in str(told)
    row = talk.activity("start_date, venue, phone")
    assert row == [{"start_date": "2023-09-20", "venue": "晋江市图书馆", "phone": "0595-22000007"}]
    assert talk.waits() == []
    acts = talk.office.view("SELECT act, closed_by FROM v_reviews WHERE reason = 'unconfirmed'")
    assert acts == [{"act": "confirmed", "closed_by": UNIT}], "also where what stood had moved on"


def test_a_later_word_settles_what_was_proposed(talk: Talk) -> None:
    talk.write("见附件", samples.registration())
    talk.write("时间可能要改到9月20日")
    talk.write("活动时间改为9月19日上午")
    assert talk.waits() == []
    talk.write("确认")
    assert talk.activity("start_date") == [{"start_date": "2023-09-19"}]


def test_a_strangers_proposal_is_for_a_person(talk: Talk) -> None:
    talk.write("见附件", samples.registration())
    told = talk.write("KP2023-0001 的时间可能要改到9月20日", sender=STRANGER)
    assert "是否要把" not in str(told) and "9月17日" not in str(told)
    assert [(one["from_addr"], one["reason"]) for one in talk.waits()] == [(STRANGER, "held")]
    talk.write("确认", sender=STRANGER)
    assert talk.activity("start_date") == [{"start_date": "2023-09-17"}]


def test_words_beside_a_proposal_outlive_its_confirmation(talk: Talk) -> None:
    talk.write("见附件", samples.registration())
    told = talk.write("来的人怕是没有那么多，您按一百八登吧。另请问展板由谁提供？")
    assert "是否要把“预计公众参与活动人数”" in str(told) and "展板由谁提供" in str(told)
    notice = notices(talk.office)[-1]
    assert str(notice["Subject"]).startswith("【转办】1件待处理") and "\n  通过　" in text_of(notice), "one letter"
    talk.write("确认")
    assert [one["reason"] for one in talk.waits()] == ["words"] and "展板由谁提供" in str(talk.waits()[0]["words"])
    assert talk.activity("expected_public") == [{"expected_public": 180}]


def test_after_many_changes_in_a_day_a_person_looks_and_the_unit_hears_so(talk: Talk) -> None:
    talk.write("见附件", samples.registration())
    for day in (19, 20, 21):
        assert "更正已登记" in str(talk.write(f"活动时间改为9月{day}日"))
    told = talk.write("活动地点改为晋江市图书馆")
    assert greets(told) and "已转工作人员核对" in str(told)
    assert talk.activity("venue") == [{"venue": samples.GOOD["venue"]}] and len(talk.waits()) == 1
    assert talk.write("活动地点改为晋江市文化馆") is None and len(talk.waits()) == 2


def test_of_which_of_several_forms_a_letter_speaks(talk: Talk) -> None:
    """By reference, by name, by its place in our list; in doubt its writer is asked, and his answer is heard."""
    talk.write("见附件", {"一.docx": samples.registration(), "二.docx": samples.registration(**PICTURES)})
    told = talk.write("KP2023-0001 的地点改为晋江市少年宫，KP2023-0002 的时间推迟到9月21日。")
    assert "更正已登记" in str(told) and "转工作人员" not in str(told)
    talk.write("第二项活动的联系电话应为0595-22000005。")
    talk.write("“科技馆里的海洋课”的预计公众参与活动人数改为600人。", fresh=True, headers=OF_UNIT)
    columns = "venue, start_date, phone, expected_public"
    after = [tuple(row.values()) for row in talk.activity(columns)]
    assert after == [
        ("晋江市少年宫", "2023-09-17", "0595-22000000", 600),
        ("晋江市图书馆", "2023-09-21", "0595-22000005", 500),
    ]
    told = talk.write("我们的活动地点改为晋江市图书馆三楼。", fresh=True, headers=OF_UNIT)
    assert greets(told) and "没有写明是哪一项活动" in str(told) and "会尽快答复" not in str(told)
    assert "KP2023-0001　“科技馆里的海洋课”" in str(told) and "“KP2023-0002 活动地点：……”" in str(told)
    assert [tuple(row.values()) for row in talk.activity(columns)] == after
    told = talk.write("KP2023-0002 活动地点：晋江市图书馆三楼", headers=OF_UNIT)
    assert "更正已登记" in str(told)
    assert talk.activity("venue") == [{"venue": "晋江市少年宫"}, {"venue": "晋江市图书馆三楼"}]


def test_another_contact_is_proposed_for_all_that_stands(talk: Talk) -> None:
    talk.write("见附件", {"一.docx": samples.registration(), "二.docx": samples.registration(**PICTURES)})
    told = talk.write("老师好，我调走了，以后请找李老师，手机13900000002。", fresh=True)
    assert "KP2023-0001“科技馆里的海洋课”、KP2023-0002“海洋科普图片展”的“联系人”由“庄晓东”改为“李老师”" in str(told)
    assert "“移动电话”由“13900000000”改为“13900000002”？" in str(told) and "转工作人员" in str(told)
    assert {row["contact_person"] for row in talk.activity("contact_person")} == {"庄晓东"}
    told = talk.write("确认")
    assert "已按贵单位的确认生效" in str(told)
    assert talk.activity("contact_person, mobile") == [{"contact_person": "李老师", "mobile": "13900000002"}] * 2
    assert [one["reason"] for one in talk.waits()] == ["words"], "the roster's contact is a coordinator's"
    told = talk.write("“海洋科普图片展”的活动地点改为晋江市文化馆。", sender="li@jinjiang.example.com", headers=OF_UNIT)
    assert "由工作人员核实后登记" in str(told) and "晋江市图书馆" not in str(told), (
        "a colleague's word waits for a person"
    )
    assert talk.waits()[-1]["reason"] == "held" and talk.waits()[-1]["ref"] == "KP2023-0002"


def test_what_is_vague_and_not_proven_is_proposed_to_the_address_on_record(talk: Talk) -> None:
    talk.write("见附件", samples.registration())
    told = talk.write("时间可能要改到9月20日", fresh=True)
    assert "您是否要把“活动时间”由“2023年9月17日至18日”改为“9月20日”？" in str(told)
    assert talk.activity("start_date") == [{"start_date": "2023-09-17"}]
    assert "已按贵单位的确认生效" in str(talk.write("确认"))
    assert talk.activity("start_date") == [{"start_date": "2023-09-20"}] and talk.waits() == []
    talk.write("时间可能要改到9月21日")
    told = talk.write("这不是我们发的，请不要改！")
    assert greets(told) and "未予办理，原登记内容继续有效" in str(told) and "转工作人员" in str(told)
    assert [one["reason"] for one in talk.waits()] == ["words"]
    assert talk.write("确认") is None and talk.activity("start_date") == [{"start_date": "2023-09-20"}]


def test_another_contact_never_changes_half(talk: Talk) -> None:
    talk.write("见附件", samples.registration())
    told = talk.write("今后我单位科普工作联系人变更为李丽，电话0595-22000010。")
    assert greets(told) and talk.waits()
    row = talk.activity("contact_person, phone")
    assert row == [{"contact_person": "庄晓东", "phone": "0595-22000000"}]
    assert "是否要把“联系电话”" not in str(told) or "李丽" in str(told).partition("是否要把")[2]


def test_for_others_the_unit_of_the_form_counts(talk: Talk) -> None:
    told = talk.write("代石狮市科协报送，附件为其申报表。", samples.registration(**SHISHI))
    assert greets(told) and "填报单位：石狮市科学技术协会" in str(told) and "转工作人员" not in str(told)
    assert talk.activity("unit") == [{"unit": "石狮市科学技术协会"}] and talk.state() != "reported"
    # The roster's address of that unit has the form, too, whoever sent it.
    told = talk.write("银龄科普的活动地点改为石狮市图书馆。", sender=OTHER, headers=VOUCHED_OTHER)
    assert greets(told, "石狮市科学技术协会") and "更正已登记" in str(told)
    assert "石狮市图书馆" in text_of(to(talk.office.sent[-2:], UNIT)), "who sent it is told"


def test_a_county_speaks_of_its_units_forms(talk: Talk) -> None:
    school = {
        "unit": "晋江市蓝溪中学",
        "host": "晋江市蓝溪中学",
        "name": "几何课",
        "venue": "蓝溪中学礼堂",
        "mobile": "139",
    }
    forms = {"一.docx": samples.registration(), "二.docx": samples.registration(**school)}
    told = talk.write("现将我会及蓝溪中学申报表共2份报上。", forms)
    assert greets(told) and "有1处需要补正：移动电话" in str(told) and "只需改一两处的，回信写明即可" in str(told)
    told = talk.write("蓝溪中学的移动电话：13959800051")
    assert greets(told) and "13959800051（原为：139）" in str(told) and "转工作人员" not in str(told)
    assert talk.activity("mobile") == [{"mobile": "13900000000"}, {"mobile": "13959800051"}]
    told = talk.write("接学校电话，活动取消一项，请予撤销。", fresh=True, headers=OF_UNIT)
    assert greets(told) and "KP2023-0001　科技馆里的海洋课\nKP2023-0002　几何课" in str(told)
    told = talk.write("是蓝溪中学那份。")
    assert greets(told) and "已按来信撤回以下登记" in str(told) and "几何课" in str(told)
    assert talk.activity("ref") == [{"ref": "KP2023-0001"}] and talk.waits() == []


def test_a_harried_unit_whose_other_activity_stays(talk: Talk) -> None:
    both = {"一.docx": samples.registration(), "二.docx": samples.registration(**PICTURES | {"time": "2023年10月20日"})}
    assert "有1处需要补正：活动时间" in str(talk.write("两份申报表见附件，请查收。", both))
    told = talk.write(
        "图片展我们提前到9月20日上午办，表改好了附上，以这份为准，原来那张作废。另一个不动。",
        samples.registration(**PICTURES | {"time": "2023年9月20日上午"}),
    )
    assert greets(told) and "2023年9月20日上午（原为：2023年10月20日）" in str(told) and "按来信更正" not in str(told)
    assert [row["ref"] for row in talk.activity()] == ["KP2023-0001", "KP2023-0002"]
    told = talk.write("章盖好了，照片附上，请看看清不清楚。", {"盖章.jpg": samples.picture()})
    assert "附件“盖章.jpg”已收到。" in str(told) and "没有收到附件" not in str(told) and talk.waits() != []
    talk.write("见附件", {"成绩.docx": samples.other()}, fresh=True, headers=OF_UNIT)
    told = talk.write("晕，又发错了，请忽略上一封，当没收到哈。")
    assert "请忽略上一封" in str(told) and "撤回" not in str(told)
    told = talk.write("请问我们一共报上了几项？石狮那份收到没有？", headers=OF_UNIT)
    assert (
        "科技馆里的海洋课”：已登记" in str(told)
        and "海洋科普图片展”：已登记" in str(told)
        and "已转工作人员" in str(told)
    )


def test_a_county_says_that_one_of_its_schools_has_nothing(office: Office) -> None:
    county, school = "晋江市科学技术协会", "晋江市蓝溪中学"
    office.configure(coordinators="", more=f'{ROSTER}[[unit]]\nname = "{school}"\nemails = ["lx@school.example.cn"]\n')
    talk = Talk(office)
    theirs = {"unit": "晋江市实验小学", "host": "晋江市实验小学"}
    assert greets(talk.write("现转报实验小学申报表1份。", samples.registration(**theirs)), county)
    talk.hour()
    told = talk.write("另蓝溪中学因校舍重建，今年不举办活动，按零报告处理。", headers=OF_UNIT)
    assert greets(told, county) and "已转工作人员" in str(told) and talk.state(school) == "missing"
    assert "零报告 ‹单位全称›" in text_of(notices(office)[-1])
    told = body_of(to(talk.boss(f"零报告 {school}"), UNIT))
    assert greets(told, county) and f"{school}此次没有活动，已按零报告登记" in told
    assert talk.waits() == [] and talk.state(school) == "nil"
    talk.hour()
    talk.write("请问纸质表什么时候交？", headers=OF_UNIT)
    assert greets(body_of(to(talk.boss("答复：不用交纸质表。"), UNIT)), county)


def test_another_units_activity_is_not_ones_own(talk: Talk) -> None:
    talk.write("见附件", samples.registration())
    told = talk.write("接学校电话，该校活动取消一项，请予撤销。", fresh=True, headers=OF_UNIT)
    assert greets(told) and "暂未办理" in str(told) and len(talk.activity()) == 1
    assert [one["ref"] for one in talk.waits() if one["reason"] == "withdrawal"] != [], "a person sees it"


def test_a_forgotten_file(talk: Talk) -> None:
    talk.write("见附件", samples.registration())
    told = talk.write("申报表已改好，详见附件。")
    assert greets(told) and "没有收到附件" in str(told) and "转工作人员" not in str(told)
    assert talk.outcome() == "letter" and talk.waits() == []


def test_the_wrong_file_and_then_the_right_one(talk: Talk) -> None:
    talk.write("报名材料在附件，请查收", {"单位简介.docx": samples.other()})
    assert [one["reason"] for one in talk.waits()] == ["no_form"]
    both = {
        "一.docx": samples.registration(phone="12", mobile=""),
        "二.docx": samples.registration(**PICTURES | {"venue": ""}),
    }
    told = talk.write("啊不好意思发错附件了，这两份才是", both)
    assert "有2处需要补正" in str(told) and "转工作人员" not in str(told) and talk.waits() == []
    told = talk.write("“科技馆里的海洋课”的联系电话：0595-22000003")
    assert "没有需要补正" not in str(told), "another form is not right yet"
    assert "另有“海洋科普图片展”（KP2023-0003）还有1处需要补正：活动地点" in str(told)


def test_what_a_letter_says_is_shown_by_read(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "来信.eml"
    path.write_bytes(samples.mail(text="活动时间改为9月20日上午。请问需要盖章吗？"))
    done = office.run("read", str(path), "--json")
    (letter,) = json.loads(done.stdout)["letters"]
    assert set(letter) == {"path", "statements"} and letter["path"] == str(path)
    said = [(one["kind"], one["field"], one["words"]) for one in letter["statements"]]
    assert said[-1][:2] == ("question", None) and "盖章" in said[-1][2]
    assert any(kind == "change" and field == "activity_time" for kind, field, _ in said)
    assert all(set(one) == {"kind", "words", "field", "value", "certain"} for one in letter["statements"])
