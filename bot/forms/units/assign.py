"""For which unit a form is taken, and on what grounds; never silent where the form itself does not say it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from bot.forms.model import Form
from bot.forms.units.names import places_in
from bot.forms.units.roster import Roster, RosterUnit


class Ground(StrEnum):
    """Why a form is taken for a unit, most trusted first."""

    FORM = "form"
    ALIAS = "alias"
    MAIL = "mail"
    HOST = "host"
    ADDRESS = "address"
    DOMAIN = "domain"
    EARLIER = "earlier"
    STATED = "stated"
    NONE = "none"


SAID = {
    Ground.FORM: "",
    Ground.STATED: "",
    Ground.ALIAS: "按填报单位“{written}”对应",
    Ground.MAIL: "按同一邮件中的其他表格",
    Ground.HOST: "表中未写填报单位，按主办单位",
    Ground.ADDRESS: "表中未写填报单位，按发件邮箱",
    Ground.DOMAIN: "表中未写填报单位，按发件邮箱的域名",
    Ground.EARLIER: "表中未写填报单位，按该邮箱此前报送的单位",
    Ground.NONE: "未能确定填报单位",
}


class UnitGuess(Struct, frozen=True):
    """``name`` is the roster's canonical name where one matches, else as written; empty where nothing tells."""

    name: str
    ground: Ground
    written: str = ""

    @property
    def said(self) -> str:
        """The grounds in words for the reply; empty where the form names the unit."""
        return SAID[self.ground].format(written=self.written)


def named_in(form: Form) -> str:
    """The unit that the form says it is of; a form that is about nothing but a unit («填报单位» of statistics) says it so."""
    is_unit = re.search(
        r"(?:单位|学校|机构|企业|公司|基地|场馆|协会|学会|社区|代表队)(?:名称)?$", form.labels.get("activity_name", "")
    )
    return form.text("reporting_unit") or (form.text("activity_name") if is_unit else "")


def assign_units(
    forms: Sequence[Form], roster: Roster, sender: str, earlier: Sequence[str], seen: Collection[str] = ()
) -> tuple[UnitGuess, ...]:
    """A unit for each form: what the form says, else another form of the same mail, else the host, else the sender.

    *sender* is the bare address; *earlier* are the units for which this sender reported before, newest first; *seen* all units that
    wrote before: 晋江市科协 and 晋江市科学技术协会 are one, with or without a roster.
    """
    others = roster_of(seen, roster.home) if seen else None
    stated = [from_name(named_in(form), roster, others) for form in forms]
    shared = {guess.name for guess in stated if guess}
    guesses = []
    for form, own in zip(forms, stated, strict=True):
        if own:
            guesses.append(own)
        elif len(shared) == 1:
            guesses.append(UnitGuess(next(iter(shared)), Ground.MAIL))
        else:
            guesses.append(fallback(form, roster, sender, earlier))
    return tuple(guesses)


def from_name(written: str, roster: Roster, seen: Roster | None = None) -> UnitGuess | None:
    """The unit of a written name: the roster's, else one that wrote before under another spelling (*seen*), else as written."""
    if not written:
        return None
    match = roster.match(written)
    if (match is None or not match.certain) and seen is not None:
        match = seen.match(written)
    if match is None or not match.certain:
        return UnitGuess(written, Ground.FORM, written)
    return UnitGuess(match.unit.name, Ground.FORM if match.unit.name == written else Ground.ALIAS, written)


class _Kept:
    """The roster of the last names for each home."""

    rosters: ClassVar[dict[str, tuple[frozenset[str], Roster]]] = {}


def roster_of(names: Collection[str], home: str) -> Roster:
    """*names* as a roster. Units come one by one, and the roster of those before only grows by them: building it anew for each would
    cost more with every unit. A new place in a name is one by which all others are read, and begins anew."""
    there, roster = _Kept.rosters.get(home, (frozenset(), None))
    wanted = frozenset(names)
    fresh = wanted - there
    # Without a home of its own the roster takes the place that most names have.
    if (
        roster is None
        or not there <= wanted
        or (fresh and not home)
        or any(set(places_in(name)) - set(roster.index.stems) for name in fresh)
    ):
        roster = Roster(tuple(RosterUnit(name) for name in sorted(wanted)), home)
    else:
        for name in fresh:
            roster.grow(RosterUnit(name))
    _Kept.rosters[home] = (wanted, roster)
    return roster


def fallback(form: Form, roster: Roster, sender: str, earlier: Sequence[str]) -> UnitGuess:
    host = from_name(form.text("host_unit"), roster)
    if host:
        return UnitGuess(host.name, Ground.HOST, host.written)
    match = roster.match("", sender)
    if match is not None and match.certain:
        return UnitGuess(match.unit.name, Ground.DOMAIN if match.ground == "domain" else Ground.ADDRESS)
    if len(set(earlier)) == 1:
        return UnitGuess(earlier[0], Ground.EARLIER)
    return UnitGuess("", Ground.NONE)
