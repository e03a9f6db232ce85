"""Who may change what stands (docs/decisions/003, 009): at once, after a «确认» from the address on record, or only by a person. Pure."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from bot.base.replacing import replace
from bot.decision.facts import Case, KnownSubmission, Read
from bot.decision.rules import Rules
from bot.decision.words.requests import is_authentic
from bot.forms.model import Form
from bot.forms.units.roster import Roster
from bot.message.mime.addresses import addresses
from bot.message.model import AuthResults
from bot.message.origin.robots import takes_answers

NOBODY_TOLD = "没有可通知的邮箱，请另行告知报送单位"


class Standing(StrEnum):
    """What a sender's word about a stored form is worth."""

    FREE = "free"
    ASK = "ask"
    HELD = "held"


def standing(before: KnownSubmission, case: Case, *, in_words: bool) -> Standing:
    """The table of promise 4. *in_words*: a value, a withdrawal or a unit's name without a file.

    A mail's From can be forged and a reference guessed. What counts is that the receiving server vouches for an address on record, or that
    the mail shows that its writer got our letter. Where a server never says anything of anybody, a file is taken from an address on record.
    """
    read, known = case.read, case.known
    if speaks_for_office(case):
        return Standing.FREE
    if not addresses_of(before, case.rules.roster):
        # A coordinator handed it on and nobody knows the unit's address: whoever is proven may send its form.
        is_free = not in_words and not failed_check(read) and (is_proven(case) or not known.server_writes)
        return Standing.FREE if is_free and read.message.is_from_one else Standing.HELD
    if not is_on_record(case, before):
        return Standing.HELD
    if before.ref in known.tokens or is_proven(case):
        return Standing.FREE
    if failed_check(read):
        return Standing.HELD
    return Standing.ASK if in_words or known.server_writes else Standing.FREE


def why_not(before: KnownSubmission, case: Case, *, in_words: bool) -> str:
    """For a person: why *before* is not replaced or withdrawn at once; empty where it is."""
    read = case.read
    found = standing(before, case, in_words=in_words)
    if found is Standing.FREE:
        return ""
    if found is Standing.ASK:
        return f"收信服务器没有证明来信确由 {read.sender} 发出，已请该邮箱回复“确认”；也可由工作人员核实"
    if not is_on_record(case, before):
        return (
            f"{before.ref} 原由 {before.from_addr or '工作人员'} 报送，此次来自 {read.sender or '未写明的地址'}，请核实"
        )
    return f"发件地址 {read.sender} 未通过发信验证，请核实"


def is_only_admitted(before: KnownSubmission, case: Case) -> bool:
    """Whether the sender is on record for *before* only because a person took what came from him once: the roster does not name him, and the form first
    came from another. Such a colleague may put values right; whether all of it goes is not his to say."""
    sender = case.read.sender
    is_first = before.first_addr in ("", sender)
    return not (is_first or speaks_for_office(case) or is_listed(sender, before.unit, case.rules))


def addresses_of(before: KnownSubmission, roster: Roster) -> frozenset[str]:
    """The addresses on record for a form: whence its current version came, and the roster's for its unit."""
    match = roster.match(before.unit)
    return frozenset({before.from_addr, *(match.unit.emails if match is not None else ())} - {""})


def hearers(before: KnownSubmission, case: Case, unit: str) -> frozenset[str]:
    """Who hears of what becomes of *before*: the addresses on record (those of the *unit* whose it becomes, too) at which somebody reads letters."""
    rules = case.rules
    theirs = addresses_of(before, rules.roster)
    if unit and unit != before.unit:
        theirs |= addresses_of(replace(before, unit=unit), rules.roster)
    return frozenset(one for one in theirs - {*rules.own, *rules.never_answer} if takes_answers(one))


def unit_at(address: str, unit: str, rules: Rules) -> str:
    """Whom a letter to *address* greets: the unit that the roster names for it, be the letter of another's forms; else *unit*."""
    listed = [match.unit.name for match in rules.roster.by_sender(address) if match.certain]
    return listed[0] if len(listed) == 1 else unit


def told_whom(before: KnownSubmission, case: Case, unit: str = "") -> str:
    """For the coordinator who did it, as the end of a sentence."""
    heard = hearers(before, case, unit) - {case.read.sender}
    return "已通知报送单位" if heard else NOBODY_TOLD


def judged_to(version: KnownSubmission, roster: Roster) -> str:
    """Who is told what a person decided of *version*: whoever sent it, else its unit; empty where nobody reads letters."""
    return next(
        (one for one in (version.from_addr, *sorted(addresses_of(version, roster))) if one and takes_answers(one)), ""
    )


def is_on_record(case: Case, before: KnownSubmission) -> bool:
    """Of several senders, or of one that stands in another field than From, nobody knows which is meant."""
    return case.read.message.is_from_one and case.read.sender in addresses_of(before, case.rules.roster)


def is_proven(case: Case) -> bool:
    return is_authentic(case.read.message, case.rules.trusted_servers)


def speaks_for_office(case: Case) -> bool:
    """Whether a coordinator wrote it, proven as for commands, or did it at the desk: a unit's mail that he hands on counts as the unit's."""
    message = case.read.message
    if case.read.at_desk:
        return True
    proven = not case.rules.require_auth or is_proven(case)
    return message.is_from_one and case.read.sender in case.rules.coordinators and proven


def address_of_origin(case: Case, form: Form, unit: str, before: KnownSubmission | None) -> str:
    """The address that is on record for a form from now on. Of what a coordinator hands on it is never his own: the one that was, else the
    one from which he forwards it (the mail's heading, or the header of the mail that he attached), else the roster's; empty where none is known."""
    read, rules = case.read, case.rules
    if read.sender not in rules.coordinators or is_listed(read.sender, unit, rules):
        return read.sender
    if before is not None:
        return before.from_addr
    document = next((one for one in read.documents if one.path == form.path), None)
    inner = [one.email for one in addresses(document.inner_sender)] if document is not None else []
    ours = {"", read.sender, *rules.coordinators, *rules.own}
    writer = next((one for one in (*inner, read.message.forwarded_from.email) if one not in ours), "")
    match = rules.roster.match(unit) if unit else None
    return writer or next(iter(match.unit.emails if match is not None and match.certain else ()), "")


def failed_check(read: Read) -> bool:
    """Whether the receiving server found the sender's address to be another's: DMARC says so, or SPF speaks of some other domain and
    no check for this one. Where a domain publishes nothing, nothing is known."""
    auth = read.message.auth
    return auth.dmarc == "fail" or (not auth.from_domain and auth.spf in {"pass", "fail", "softfail"})


def is_listed(sender: str, unit: str, rules: Rules) -> bool:
    """Whether the roster names this address for the unit."""
    match = rules.roster.match(unit)
    return match is not None and sender in match.unit.emails


def shows_results(auth: AuthResults, trusted: Collection[str]) -> bool:
    """Whether the receiving server wrote results into this mail, whatever they are."""
    server = auth.authserv_id.rstrip(".")
    return auth.by_receiver or (auth.counts and any(server == one or server.endswith("." + one) for one in trusted))
