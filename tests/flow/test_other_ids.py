"""Mail houses that put their own Message-ID on what we send: an answer that names it is known for what it answers."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from tests.flow import samples
from tests.flow.office import Office

UNIT = "unit@jinjiang.example.com"
VOUCHED = {"Authentication-Results": "mx.example.com; spf=pass smtp.mailfrom=unit@jinjiang.example.com"}
HOUSES = {
    "QQ keeps ours": ("<tencent_6A1F90@qq.com>", True),
    "a house that keeps nothing": ("<3f2a1c.5e8b.18a3c4d5e6f.Coremail.kepu@126.com>", False),
}


def copy_of(letter: EmailMessage, theirs: str, *, keeps_ours: bool) -> bytes:
    """The copy in the Sent folder, as the house keeps it."""
    ours = str(letter["Message-ID"])
    copy = letter.as_bytes().replace(ours.encode(), theirs.encode(), 1)
    assert ours.encode() not in copy.split(b"\n\n")[0]
    return f"X-OQ-MSGID: {ours}\n".encode() + copy if keeps_ours else copy


@pytest.mark.parametrize(("theirs", "keeps_ours"), HOUSES.values(), ids=HOUSES)
def test_an_answer_names_the_id_of_the_house(office: Office, theirs: str, keeps_ours: bool) -> None:
    office.configure(smtp='save_sent = "never"')
    office.dovecot.deliver(
        office.user, b"Subject: by hand\r\nMessage-ID: <tencent_0@qq.com>\r\n\r\nx", folder="Sent Messages"
    )
    for name, venue in (("海洋科普讲座", ""), ("智慧农业展", "晋江市科技馆")):
        form = {"申报表.docx": samples.registration(name=name, venue=venue)}
        office.deliver(samples.mail(subject=name, files=form, headers=VOUCHED))
        office.once()
    letter = next(one for one in office.sent if "海洋科普讲座" in str(one["Subject"]))
    office.dovecot.deliver(office.user, copy_of(letter, theirs, keeps_ours=keeps_ours), folder="Sent Messages")
    office.deliver(
        samples.mail(subject="答复", text="活动地点：泉州市科技馆三楼", headers={"In-Reply-To": theirs} | VOUCHED)
    )
    office.once()
    found = office.view("SELECT activity_name, venue, status FROM v_activities ORDER BY activity_name")
    assert {one["activity_name"]: one["venue"] for one in found}["海洋科普讲座"] == "泉州市科技馆三楼"
    assert {one["status"] for one in found} == {"accepted"}


def test_an_id_of_a_house_is_no_token(office: Office) -> None:
    """Whoever guesses it from an address of which nobody vouches changes nothing by it."""
    office.configure(smtp='save_sent = "never"')
    office.deliver(samples.mail(files={"申报表.docx": samples.registration(venue="")}))
    office.once()
    (letter,) = office.answers()
    theirs = HOUSES["QQ keeps ours"][0]
    office.dovecot.deliver(office.user, copy_of(letter, theirs, keeps_ours=True), folder="Sent Messages")
    office.deliver(samples.mail(subject="答复", text="活动地点：泉州市科技馆三楼", headers={"In-Reply-To": theirs}))
    office.once()
    assert office.view("SELECT venue FROM v_activities") == [{"venue": None}]
    assert [one["reason"] for one in office.view("SELECT reason FROM review")] == ["unconfirmed"]


def test_a_letter_by_hand_is_not_taken_for_ours(office: Office) -> None:
    office.configure(smtp='save_sent = "never"')
    office.deliver(samples.mail(files={"申报表.docx": samples.registration()}))
    office.once()
    office.dovecot.deliver(
        office.user,
        b"To: unit@jinjiang.example.com\r\nSubject: by hand\r\nMessage-ID: <tencent_0@qq.com>\r\n\r\nx",
        folder="Sent Messages",
    )
    for _ in range(4):
        office.deliver(samples.mail(sender="b@example.com", subject="在吗", text="请问报送邮箱是这个吗？"))
        office.once()
    assert office.view("SELECT message_id FROM outbox_id") == []
    assert {one["looks"] for one in office.view("SELECT looks FROM outbox WHERE to_addr = ?", UNIT)} == {3}, (
        "not for ever"
    )
