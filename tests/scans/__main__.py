"""Hundreds of scans read and scored by kind: ``python -m tests.scans clean hand --seeds 0-30``; what was not right with ``-v``."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bot.base.campaign import Campaign
from bot.documents.context import ReadContext
from bot.documents.guard import Here
from bot.documents.model import Blob
from bot.documents.open import open_all
from bot.forms.definitions import load_definitions
from bot.forms.model import Form, Kind
from bot.forms.photos import put_together, read_photos
from tests.scans import fonts
from tests.scans.kinds import KINDS, Sent
from tests.scans.scoring import Score, score
from tests.scans.tables import listed, score_table

DEFINITIONS = load_definitions()
CAMPAIGN = Campaign("2023年泉州市全国科普日", date(2023, 8, 21), date(2023, 9, 30))


def read_sent(sent: Sent) -> list[Form]:
    """The forms of *sent*, read as the files of one mail."""
    documents = open_all([Blob(name, name, data) for name, data in sent.files], Here(), ReadContext())
    return put_together(read_photos(documents, DEFINITIONS, CAMPAIGN))


def score_tables(seeds: Sequence[int], *, told: bool) -> None:
    total = Score()
    for seed in seeds:
        said = listed(seed)
        total.add(score_table(said, read_sent(Sent(((said.name, said.data),), ()))))
    for note in total.notes if told else ():
        print(f"  tables {note}")
    shares = ", ".join(f"{total.share(name):4.1f} {name}" for name in ("right", "asked", "wrong", "invented"))
    print(f"tables     {shares} of {total.fields.total()}", flush=True)


def score_sent(sent: Sent, forms: list[Form]) -> Score:
    registrations = [form for form in forms if form.kind is Kind.REGISTRATION]
    total = Score()
    for number, said in enumerate(sent.forms):
        total.add(score(said, registrations[number] if number < len(registrations) else None))
    if len(registrations) > len(sent.forms):
        total.fields["invented"] += len(registrations) - len(sent.forms)
        total.notes.append(f"invented: {len(registrations)} forms of {len(sent.forms)}")
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", default=[])
    parser.add_argument("--seeds", default="0-11")
    parser.add_argument("--keep", type=Path, help="folder for the pictures")
    parser.add_argument("-v", action="store_true")
    given = parser.parse_args()
    first, _, last = given.seeds.partition("-")
    if "tables" in given.kinds:
        given.kinds.remove("tables")
        score_tables(range(int(first), int(last or first) + 1), told=given.v)
        if not given.kinds:
            return
    for kind in given.kinds or [one for one in KINDS if one not in ("hand", "village") or fonts.hands()]:
        total, used, pages = Score(), 0.0, 0
        by_tick: dict[str, Score] = {}
        for seed in range(int(first), int(last or first) + 1):
            sent = KINDS[kind](seed)
            for name, data in sent.files if given.keep else ():
                (given.keep / f"{kind}-{name}").write_bytes(data)
            begun = time.process_time()
            one = score_sent(sent, read_sent(sent))
            used += time.process_time() - begun
            pages += len(sent.files)
            total.add(one)
            by_tick.setdefault(sent.tick, Score()).add(one)
            if given.v:
                for note in one.notes:
                    print(f"  {kind} {seed} [{sent.tick}] {note}", flush=True)
        options = total.options
        print(
            f"{kind:10} {total.share('right'):5.1f} % right, {total.share('asked'):4.1f} asked, {total.share('missing'):4.1f} missing,"
            f" {total.share('wrong'):4.1f} wrong, {total.fields['invented']} invented of {total.fields.total()};"
            f" boxes {100 * options['right'] / max(options.total(), 1):5.1f} % right, {options['wrong']} wrong, {options['asked']} asked;"
            f" {used / max(pages, 1):.1f} s a page",
            flush=True,
        )
        if given.v:
            for tick, one in sorted(by_tick.items()):
                print(f"    {tick:16} {dict(one.options)}")


if __name__ == "__main__":
    main()
