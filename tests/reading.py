"""Files and letters read without the guarded worker."""

from __future__ import annotations

from dataclasses import replace

from bot.decision.facts import Case
from bot.decision.words.about import forms_about, text_of, versions_about
from bot.documents.context import ReadContext
from bot.documents.model import Blob, Opened
from bot.documents.registry import reader_for
from bot.documents.sniff import sniff_kind
from bot.statements.read import read_letter


def read(blob: Blob, context: ReadContext) -> Opened:
    """What the reader gives, its errors as they are."""
    return reader_for(sniff_kind(blob.data, blob.name))(blob, context)


def heard(case: Case) -> Case:
    """*case* with its letter read, as the story has it before it decides."""
    read, rules = case.read, case.rules
    about = forms_about(read, case.known, rules.definitions)
    confirms = any(not one.is_done for one in case.known.waiting)
    beside = bool(read.submissions())
    letter = read_letter(text_of(read.message), about, rules.definitions, rules.campaign, confirms, beside)
    return replace(case, read=replace(read, letter=letter, about=versions_about(read, case.known)))
