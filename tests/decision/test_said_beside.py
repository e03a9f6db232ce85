"""What a letter says beside its forms goes to a person; what only hands them over does not. Pure, no server."""

from __future__ import annotations

import pytest

from bot.decision.words.said_beside import note_beside, replaces_only, said_beside
from bot.forms.model import Form, Kind, Value

COVERS = (
    "您好，附件是我们单位的申报表，请查收。",
    "老师您好！现将我局2023年全国科普日重点活动申报表报送给您，共3项，请审核。如有问题请联系张三 13800000009。",
    "科普部：按照《通知》要求，我校认真组织，现将有关材料报上，请查收。谢谢！",
    "附件为修改后的申报表，请审核。",
    "您好，材料已打包，见压缩包。",
    "怕没收到，再发一次，打扰了。",
    "各位老师好，昨天的邮件没带附件，重发一遍，抱歉。",
    "已按要求修改，请查收，谢谢！",
    "您好，电话已更正，请查收。",
    "王老师好：附件为我校申报表和汇总表（盖章扫描件），请查收。祝工作顺利！",
    "尊敬的领导：\n    您好！\n    根据《关于举办2023年全国科普日活动的通知》精神，我单位高度重视，认真组织，现将我单位拟开展的活动申报表和汇总表报送贵单位，请予备案。\n"
    "    此致\n敬礼！\n晋江市科协\n2023年8月25日",
    "我单位拟于9月17日在晋江市科技馆举办“科普进校园”活动，现将申报表报上。",
    "附件是我们局的科普日活动总结和照片12张，请查收。如需补充请告知。",
    "发过来了，请收一下",
    "老师，表发您了。",
    "本邮件由校办公系统自动发送，请勿回复。",
    "申报表见附件，盼复，谢谢！",
    "",
)
WORDS = {
    "附件是申报表。表盖完章才发现联系电话印错了，应为0595-88700001，请以邮件为准！": "印错了",
    "附件为我校申报表。另请教：如果9月18日遇台风停课，是否还需要重新申报？盼复": "台风",
    "附件是拟报市科协的申报表，请您先审核，确认后我再正式报送。": "确认后",
    "附件请查收，请问是否需要盖章？": "盖章",
    "附件请查收。汇总表稍后补报。": "稍后补报",
    "申报表见附件，活动地点还在协调，暂定科技馆。": "暂定",
    "报送有点迟了，请谅解，申报表见附件": "迟了",
    "附件中人数写多了，实际300人": "写多了",
    "希望能列入市级重点活动": "列入",
    "活动时间改为9月20日，其他见附件": "9月20日",
}


@pytest.mark.parametrize("text", COVERS)
def test_a_cover_letter_needs_no_person(text: str) -> None:
    assert said_beside(text, []).words == ()


@pytest.mark.parametrize(("text", "told"), WORDS.items())
def test_other_words_are_shown_and_told(text: str, told: str) -> None:
    said = said_beside(text, [])
    assert any(told in one for one in said.words)
    assert told in note_beside(said, ["KP2023-0001"])[0]


def test_what_stands_in_the_form_is_settled() -> None:
    form = Form(
        Kind.REGISTRATION, "a.docx", "docx", {"venue": Value("晋江市图书馆三楼"), "phone": Value("0595-22000001")}
    )
    assert said_beside("地点改为晋江市图书馆，电话改为0595-22000001，见附件。", [form]).words == ()
    assert said_beside("地点改为晋江市科技馆，见附件。", [form]).words


def test_in_a_typed_form_only_questions_are_words() -> None:
    text = "活动名称：海洋课\n联系电话：22000000，暂定\n请问需要盖章吗？"
    assert said_beside(text, [], in_body=True).words == ("请问需要盖章吗？",)


def test_a_draft_is_told_how_to_take_it_back() -> None:
    said = said_beside("附件是申报表初稿，请领导审阅", [])
    assert said.is_draft and "撤回 KP2023-0007" in note_beside(said, ["KP2023-0007"])[-1]


def test_a_form_that_replaced_another_settles_such_words() -> None:
    assert replaces_only("前一份作废，以这份为准") and not replaces_only("前一份作废吗？")
