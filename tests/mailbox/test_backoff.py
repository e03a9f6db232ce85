"""Pauses grow, are spread, and are long where trying again may lock the account."""

from datetime import timedelta
from random import Random

import pytest

from bot.mailbox.backoff import delay


@pytest.mark.parametrize("seed", range(20))
def test_grows_to_a_limit(seed: int) -> None:
    rng = Random(seed)
    pauses = [delay(attempt, rng) for attempt in (1, 3, 6, 12, 1000)]
    assert timedelta(seconds=3.75) <= pauses[0] <= timedelta(seconds=6.25)
    assert pauses[0] < pauses[1] < pauses[2]
    assert all(pause <= timedelta(minutes=18.75) for pause in pauses)


@pytest.mark.parametrize("attempt", [0, 1, 2, 5, 1000])
def test_login_is_not_tried_again_before_a_quarter_of_an_hour(attempt: int) -> None:
    pause = delay(attempt, Random(1), needs_person=True)
    assert timedelta(minutes=15) <= pause <= timedelta(hours=2.5)


def test_bots_of_one_office_do_not_knock_together() -> None:
    assert len({delay(3, Random(seed)) for seed in range(50)}) > 40
