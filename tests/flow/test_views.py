"""The views that coordinators' queries rely on, column by column as the interface names them."""

from __future__ import annotations

from tests.flow import samples
from tests.flow.office import Office
from tests.flow.test_conversation import VOUCHED, first_form

VIEWS = {
    "v_reviews": "id reason ref unit from_addr words created_at closed_at closed_by act",
    "v_fields": "ref key label value place confidence",
}


def test_what_a_person_decides_stands_with_the_senders_words(office: Office) -> None:
    ref = first_form(office)
    for view, columns in VIEWS.items():
        found = [row["name"] for row in office.view(f"SELECT name FROM pragma_table_info('{view}')")]
        assert found == columns.split()
    files = {"申报表.docx": samples.registration(venue="别处")}
    office.deliver(samples.mail(sender="other@example.org", subject="代报", text="地点换了，请以此为准", files=files))
    office.once()
    (item,) = office.view("SELECT * FROM v_reviews")
    assert (item["ref"], item["from_addr"], item["act"], item["closed_by"]) == (ref, "other@example.org", None, None)
    assert "地点换了，请以此为准" in item["words"]
    places = "SELECT value FROM v_fields WHERE ref = ? AND label LIKE '%活动地点%'"
    (before,) = office.view(places, ref)
    text = f"通过 {ref}"
    office.deliver(samples.mail(sender="boss@example.gov.cn", subject="a", text=text, headers=VOUCHED))
    office.once()
    (item,) = office.view("SELECT * FROM v_reviews")
    assert (item["act"], item["closed_by"]) == ("accepted", "boss@example.gov.cn") and item["closed_at"]
    (after,) = office.view(places, ref)
    assert "别处" not in before["value"] and "别处" in after["value"]


def test_a_unit_that_wrote_and_has_nothing_is_not_a_unit_that_never_wrote(office: Office) -> None:
    office.configure(more='[[unit]]\nname = "某某县气象局"')
    ref = first_form(office)
    office.deliver(
        samples.mail(subject="Re: 申报", text=f"撤回 {ref}", headers=office.thread("unit@jinjiang.example.com"))
    )
    office.once()
    states = {row["unit"]: row["state"] for row in office.view("SELECT unit, state FROM v_units")}
    assert states.pop("某某县气象局") == "missing" and list(states.values()) == ["wrote"]


def test_a_unit_that_only_wrote_has_a_last_mail(office: Office) -> None:
    """Also where it has no form: it has nothing to report, or asked something."""
    office.configure(
        more='[[unit]]\nname = "某某县气象局"\nemails = ["a@example.org"]\n[[unit]]\nname = "某某县地震局"\nemails = ["b@example.org"]\n'
        '[[unit]]\nname = "某某县林业局"\n'
    )
    office.deliver(samples.mail(sender="a@example.org", subject="零报告", text="我局本次无活动，零报告。"))
    office.deliver(
        samples.mail(sender="b@example.org", subject="咨询", text="请问截止到几号？"), when="2023-08-25T11:00+08:00"
    )
    office.once()
    told = {row["unit"]: (row["state"], row["last_received_at"]) for row in office.view("SELECT * FROM v_units")}
    assert told == {
        "某某县气象局": ("nil", "2023-08-25T10:00:00+08:00"),
        "某某县地震局": ("wrote", "2023-08-25T11:00:00+08:00"),
        "某某县林业局": ("missing", None),
    }
