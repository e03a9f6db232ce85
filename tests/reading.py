"""Files and letters read without the guarded worker."""

from __future__ import annotations

from bot.base.replacing import replace
from bot.decision.facts import Case
from bot.decision.words.about import forms_about, versions_about
from bot.decision.words.hearing import hear, words_of
from bot.documents.context import ReadContext
from bot.documents.model import Blob, Opened
from bot.documents.registry import reader_for
from bot.documents.sniff import sniff_kind


def read(blob: Blob, context: ReadContext) -> Opened:
    """What the reader gives, its errors as they are."""
    return reader_for(sniff_kind(blob.data, blob.name))(blob, context)


def heard(case: Case) -> Case:
    """*case* with its words read, as the story has it before it decides."""
    read, rules = case.read, case.rules
    about = forms_about(read, case.known, rules.definitions)
    words = words_of(read, case.known, from_coordinator=read.sender in rules.coordinators)
    found = hear(words, about, rules.definitions, rules.campaign)
    return replace(case, read=replace(read, heard=found, about=versions_about(read, case.known)))
