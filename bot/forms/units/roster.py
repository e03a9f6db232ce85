"""Which units are expected to report, and which of them a form or a mail is from.

Matching is pure and cautious: a name that fits two units equally is no match, a unit that belongs to a county
(晋江市第一中学) is never taken for the county's own office, and whoever takes a guess is told that it is one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from bot.base.domains import comparable_address
from bot.base.replacing import replace
from bot.base.text import squeeze
from bot.forms.units.file import FREE_MAIL, RosterUnit, read_roster_file, units_of_settings, whole_or_error
from bot.forms.units.index import Ground, Index, Match
from bot.forms.units.names import PROVINCES, is_no_name, places_in, several

if TYPE_CHECKING:  # the worker knows nothing of the settings
    from bot.base.settings import Settings

__all__ = ["FREE_MAIL", "Added", "Ground", "Match", "Roster", "RosterUnit", "load_roster"]

MOST_GROWN = 4  # remembered rosters with additions: the one of now, and those of a preview or an undo beside it
MOST_COUNTIES = 10_000  # remembered: figures ask for the same units' again and again
MOST_NAMED = 4096
LONGEST_NAME = 200  # characters; what is longer in a form's field is text


class Added(NamedTuple):
    """A further name (``alias``) or ``address`` of a unit, beside those of the file."""

    unit: str
    kind: str
    value: str


@dataclass(frozen=True)
class Roster:
    """The units in the order of the file. ``home`` is the place of the office itself (泉州): «市教育局» is its 教育局. ``added`` is what was added to
    the units of ``base``, None where nothing was."""

    units: tuple[RosterUnit, ...] = ()
    home: str = ""
    added: tuple[Added, ...] = ()
    base: Roster | None = field(default=None, repr=False, compare=False)
    index: Index = field(init=False, repr=False, compare=False)
    counties: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    named: dict[str, list[Match]] = field(default_factory=dict, init=False, repr=False, compare=False)
    grown: dict[tuple[Added, ...], Roster] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", Index.of(self.units, self.home))

    def grow(self, unit: RosterUnit) -> None:
        """One more, of whom nobody else who holds this roster need know."""
        self.index.add(unit)
        self.named.clear()

    def unit(self, name: str) -> RosterUnit | None:
        """The unit of exactly this canonical name."""
        return next((unit for unit in self.units if unit.name == name), None)

    def with_added(self, added: tuple[Added, ...]) -> Roster:
        """The roster of the file with just these additions. Made once for each set of them: an index over thousands of units takes its time."""
        base = self.base or self
        if not added:
            return base
        if (known := base.grown.get(added)) is None:
            # What the file has given to another unit since is that unit's.
            free = [one for one in added if all(unit.name == one.unit for unit in base.owners(one.kind, one.value))]
            units = tuple(with_more(unit, [one for one in free if one.unit == unit.name]) for unit in base.units)
            if len(base.grown) >= MOST_GROWN:
                base.grown.clear()
            known = base.grown[added] = Roster(units, base.home, added, base)
        return known

    def owners(self, kind: str, value: str) -> list[RosterUnit]:
        """Whose name or address this certainly is."""
        if kind == "address":
            return self.index.addresses.get(comparable_address(value), [])
        return [match.unit for match in self.by_name(value) if match.certain]

    def groups(self) -> tuple[str, ...]:
        """Group names in the order of the roster; units without a group come under the empty name."""
        return tuple(dict.fromkeys(unit.group for unit in self.units))

    def match(self, name: str, sender: str = "") -> Match | None:
        """The unit meant by *name* as written on the form (may be empty) in a mail from *sender* (an address).

        The name counts first, then the aliases, the sender's address and its domain (never that of a free-mail house).
        A name of another unit than the roster's gives None whoever sent it: a county may send for its schools.
        """
        if len(name) > LONGEST_NAME:
            return None
        by_name = self.by_name(name)
        if len(by_name) == 1 and by_name[0].certain:
            return by_name[0]
        by_sender = self.by_sender(sender)
        fitting = [match for match in by_sender if any(match.unit is found.unit for found in by_name)]
        if len(fitting) == 1:
            return Match(fitting[0].unit, fitting[0].ground, True)
        if len(by_name) == 1:
            return by_name[0]
        if len(by_sender) != 1:
            return None
        silent = is_no_name(name) or not re.search(r"[\u3400-\u9fff]", name)
        if silent or self.index.could_mean(name, by_sender[0].unit):
            return Match(by_sender[0].unit, by_sender[0].ground, silent and by_sender[0].ground == "address")
        return None

    def by_name(self, name: str) -> list[Match]:
        """The units that *name* may mean: one, or several that it fits equally, or none."""
        if (known := self.named.get(name)) is None:  # asked a dozen times for each form
            if len(self.named) >= MOST_NAMED:
                self.named.clear()
            known = self.named[name] = self.meant_by(name)
        return known

    def meant_by(self, name: str) -> list[Match]:
        if is_no_name(name):
            return []
        whole = self.index.find(name)
        parts = several(name)
        if whole or len(parts) < 2:
            return whole
        # Several units in one cell: the roster's only one among them is a guess, two of them are no match.
        found = {match.unit.name: match for part in parts if not is_no_name(part) for match in self.index.find(part)}
        return [Match(match.unit, match.ground, False) for match in found.values()]

    def by_sender(self, sender: str) -> list[Match]:
        """The units whose address or (only where no address fits) whose domain *sender* has."""
        address = sender.strip().strip("<>").lower()
        if found := self.index.addresses.get(address):
            return [Match(unit, "address", True) for unit in found]
        domain = address.rpartition("@")[2]
        while domain.count(".") >= 1 and domain not in FREE_MAIL:
            if found := self.index.domains.get(domain):
                return [Match(unit, "domain", False) for unit in found]
            domain = domain.partition(".")[2]
        return []

    def county(self, name: str) -> str:
        """The county or district (the roster's unit names say which) that a unit of any *name* belongs to, with its level
        («晋江市»); empty where it belongs to the city as a whole or nobody knows."""
        if len(name) > LONGEST_NAME:
            return ""
        if (known := self.counties.get(name)) is None:
            if len(self.counties) >= MOST_COUNTIES:
                self.counties.clear()
            known = self.counties[name] = self.index.county(name)
        return known


def with_more(unit: RosterUnit, added: list[Added]) -> RosterUnit:
    if not added:
        return unit
    aliases, emails = (tuple(one.value for one in added if one.kind == kind) for kind in ("alias", "address"))
    return replace(
        unit,
        aliases=tuple(dict.fromkeys((*unit.aliases, *aliases))),
        emails=tuple(dict.fromkeys((*unit.emails, *emails))),
    )


def home_of(settings: Settings) -> str:
    """The place in the campaign's or the office's name: «2023年泉州市全国科普日» is held by 泉州."""
    for text in (settings.campaign.office, settings.campaign.name):
        rest = re.sub(r"^\W*(\d{2,4}|[〇零一二三四五六七八九]{4})\s*年度?", "", squeeze(text))
        if places := [place for place in places_in(rest) if place not in PROVINCES]:
            return places[-1]
    return ""


@lru_cache(maxsize=4)
def built(units: tuple[RosterUnit, ...], home: str) -> Roster:
    return Roster(units, home)


def load_roster(settings: Settings) -> Roster:
    """The roster of ``[roster] file`` and the ``[[unit]]`` tables; a table with a name of the file replaces that row.

    ConfigError lists every finding of file and tables, each with its cell or number.
    """
    from_file, findings = read_roster_file(settings.roster.file) if settings.roster.file else ((), [])
    units = whole_or_error(from_file, units_of_settings(settings), findings)
    return built(units, home_of(settings))
