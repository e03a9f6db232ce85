"""How long to wait before the next attempt."""

from __future__ import annotations

from datetime import timedelta
from random import Random

FIRST = timedelta(seconds=5)
LONGEST = timedelta(minutes=15)
# Each wrong login counts at the provider: «too much fail authentication» locks the account for hours.
AFTER_LOGIN_REFUSED = timedelta(minutes=15)
LONGEST_AFTER_LOGIN_REFUSED = timedelta(hours=2)


def delay(attempt: int, rng: Random, needs_person: bool = False) -> timedelta:
    """Pause after the *attempt*-th failure in a row (from 1): doubles from 5 s up to 15 min, spread by ±25 %.

    Where *needs_person* (login refused, certificate, folder) trying soon is useless and may lock the account:
    15 min at least, up to 2 h. The spread keeps many bots of one office from knocking at the same second.
    """
    first, longest = (AFTER_LOGIN_REFUSED, LONGEST_AFTER_LOGIN_REFUSED) if needs_person else (FIRST, LONGEST)
    doublings = min(max(attempt, 1) - 1, 20)
    pause = min(first * 2.0**doublings, longest)
    return pause * rng.uniform(1.0 if needs_person else 0.75, 1.25)
