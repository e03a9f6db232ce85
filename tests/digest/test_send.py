"""Slots through the queue with a real store that is opened anew each time, as after a restart."""

from datetime import datetime, timedelta
from pathlib import Path

from bot.base.settings import Settings
from bot.digest.plan import plan_of
from bot.digest.send import queue_due_digests
from bot.forms.model import Kind
from bot.forms.units.roster import load_roster
from bot.letters.office import office_of
from bot.letters.render import Renderer
from bot.store import state
from bot.store.database import Store
from tests.digest.world import World, world_settings

TEMPLATES = Path(__file__).parents[2] / "templates"


def poll(settings: Settings, now: datetime) -> list[str]:
    """One cycle of a process that was started for it; the subjects of new digests."""
    with Store(settings.store.path) as store:
        if not state.get(store.db, state.STARTED):
            state.put(store.db, state.STARTED, now.isoformat())
        before = {row["id"] for row in store.db.query("SELECT id FROM outbox")}
        queue_due_digests(
            store, plan_of(settings, load_roster(settings)), Renderer(TEMPLATES, office_of(settings)), now
        )
        return [
            row["subject"]
            for row in store.db.query("SELECT id, subject FROM outbox ORDER BY id")
            if row["id"] not in before
        ]


def test_each_slot_once_through_both_deadlines_with_restarts(tmp_path: Path) -> None:
    settings = world_settings(tmp_path)
    now = datetime(2023, 8, 21, 8, tzinfo=settings.schedule.zone)
    found = []
    while now < datetime(2023, 10, 3, tzinfo=settings.schedule.zone):
        found += [f"{now:%m-%d %H} {subject[:4]}" for subject in poll(settings, now)]
        now += timedelta(hours=6)
    days = ["08-23", "08-27", "08-29", "08-30", "08-31", "09-23", "09-27", "09-29", "09-30", "10-01"]
    assert found == [f"{day} 14 {'【最终汇' if day in ('08-31', '10-01') else '【汇总】'}" for day in days]


def test_a_machine_that_was_off_sends_one_digest_and_compares_with_the_last_one(tmp_path: Path) -> None:
    settings = world_settings(tmp_path)
    zone = settings.schedule.zone
    assert len(poll(settings, datetime(2023, 8, 23, 9, tzinfo=zone))) == 1
    with Store(settings.store.path) as store:
        at = datetime(2023, 8, 28, 9, tzinfo=zone)
        World(store).add(
            Kind.REGISTRATION, "华侨大学", "科普展", at, fields={"activity_name": "科普展", "expected_public": 80}
        )
    assert len(poll(settings, datetime(2023, 8, 29, 12, tzinfo=zone))) == 1
    assert poll(settings, datetime(2023, 8, 29, 13, tzinfo=zone)) == []
    assert len(poll(settings, datetime(2023, 8, 30, 9, tzinfo=zone))) == 1
    with Store(settings.store.path) as store:
        raws = [row["raw"] for row in store.db.query("SELECT raw FROM outbox ORDER BY id")]
        assert len({row["message_id"] for row in store.db.query("SELECT message_id FROM outbox")}) == 3
        assert len(list(store.db.query("SELECT * FROM digest_slot"))) == 4, "the slot that was skipped is noted as well"
    from email import message_from_bytes, policy

    texts = [message_from_bytes(raw, policy=policy.default).get_body(("plain",)).get_content() for raw in raws]  # type: ignore[attr-defined]
    assert (
        "较上次汇总（8月23日9:00）：已报单位+1，活动+1，预计公众参与活动人数+80。新报：华侨大学" in texts[1]
        and "错过的1次" in texts[1]
    )
    assert "较上次汇总（8月29日12:00）：没有变化" in texts[2]


def test_a_first_start_after_everything_sends_nothing(tmp_path: Path) -> None:
    settings = world_settings(tmp_path)
    assert poll(settings, datetime(2024, 1, 1, 9, tzinfo=settings.schedule.zone)) == []
