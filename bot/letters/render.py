"""Reply -> finished mail: words from the templates, bytes from ``mime``. Nothing here looks at a clock, network or database."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import getaddresses
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from bot.base.clean import one_line
from bot.base.errors import BotError
from bot.base.problems import Code, Problem
from bot.base.replacing import replace
from bot.decision.model import Item, ItemState, MailKind, NextStep, Reply
from bot.decision.words.check_code import coded
from bot.forms.definitions import Definitions, FormDefinition, load_definitions
from bot.forms.model import Kind
from bot.letters.mime import Head, mail_bytes
from bot.letters.model import Attachment, Envelope, Rendered
from bot.letters.office import Office
from bot.letters.plain import plain_letter
from bot.letters.samples import sample_replies
from bot.letters.strips import strip_id, strips_in
from bot.letters.subject import reply_subject
from bot.letters.templates import TemplateProblem, Templates, packaged_templates
from bot.letters.whole_list import whole_list
from bot.message.model import CloudLink

log = logging.getLogger(__name__)

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ROBOT_KINDS = {MailKind.DIGEST, MailKind.REMINDER}
TAKEN = {ItemState.NEW, ItemState.UPDATED}
NOT_A_FORM = "附件"
PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".heic", ".webp", ".tif", ".tiff")

# What only some letters say.
UNSAID: Mapping[str, Any] = {
    **dict.fromkeys(("title", "open_beside", "answer", "written"), ""),
    **dict.fromkeys(("paragraphs", "table"), ()),
    **dict.fromkeys(("is_passed_on", "stands", "is_known", "confirmed", "is_repeated"), False),
    "what": "修改",
}


class Renderer:
    """Makes every mail that the bot sends.

    *templates* is the folder that the admin may edit; what it lacks comes from the packaged one.
    """

    def __init__(self, templates: Path, office: Office) -> None:
        self.office = office
        self.folder = templates
        words: dict[str, Callable[..., str]] = {
            "kind": self.kind_label,
            "called": self.called,
            "field": self.label,
            "cid": strip_id,
        }
        self.templates = Templates(templates, office.zone, words)
        self.packaged = Templates(packaged_templates(), office.zone, words)

    @property
    def definitions(self) -> Definitions:
        return self.office.definitions

    def kind_label(self, kind: Kind) -> str:
        """How a form of this kind is called in a letter."""
        definition = self.definitions.of_kind(kind) if kind is not Kind.UNRECOGNISED else None
        return definition.label if definition else NOT_A_FORM

    def called(self, item: Item) -> str:
        """How *item*'s own form is called: a campaign may have several of one kind."""
        definition = self.definitions.form(item.definition)
        return definition.label if definition else self.kind_label(item.kind)

    def as_called(self, step: NextStep) -> NextStep:
        """For a template: with the names of what is collected."""
        return replace(step, collects=tuple(self.definitions.called(Kind(kind)) for kind in step.collects))

    def label(self, key: str) -> str:
        """The label printed on the form for a field's key; empty for an unknown key."""
        specs = (form.spec(key) for form in self.definitions.forms)
        return next((spec.label for spec in specs if spec), "")

    def reply(self, reply: Reply, envelope: Envelope, message_id: str, now: datetime, code: str = "") -> Rendered:
        """The answer to one mail; *code* is the check code of its reference.

        It never fails for a template: one that cannot be used gives way to the packaged one, and that to a plain letter.
        """
        blanks = tuple(self.blank(name) for name in dict.fromkeys(reply.attach))
        whole = whole_list(reply.items)
        attachments = (*blanks, whole) if whole else blanks
        subject = reply_subject(envelope.their_subject, coded(reply.ref, code), is_answer=envelope.is_answer)
        context = {**self.office_words(now), **self.reply_words(reply), "files": [item.name for item in blanks]}
        try:
            text, html = self.render(self.template_of(reply), context | {"subject": subject})
        except TemplateProblem:
            text, html = plain_letter(context, self.called)
        head = Head(
            from_email=self.office.mailbox,
            from_name=self.office.sender_name,
            to=((envelope.to_name, envelope.to_email),),
            subject=subject,
            message_id=message_id,
            date=self.local(now),
            in_reply_to=envelope.in_reply_to,
            references=envelope.references,
            auto_submitted="" if reply.by_person else "auto-replied",
        )
        raw = mail_bytes(head, text, html, (*attachments, *strips_in(reply.items, html)))
        return Rendered(reply.kind, envelope.to_email, subject, envelope.in_reply_to, message_id, raw)

    def mail(
        self,
        kind: MailKind,
        template: str,
        to: str,
        subject: str,
        context: Mapping[str, Any],
        attachments: Sequence[Attachment],
        message_id: str,
        now: datetime,
        *,
        to_name: str = "",
        in_reply_to: str = "",
        references: tuple[str, ...] = (),
        from_email: str = "",
    ) -> Rendered:
        """A mail that answers nobody (digest, reminder, notice). *to* is one address, or several with commas.

        *from_email*: where it is not sent from the mailbox. Attachments with a ``content_id`` are shown where the HTML says ``cid:…``. TemplateProblem where neither the admin's nor the
        packaged template can be used.
        """
        line = one_line(subject, 120)
        text, html = self.render(template, {**self.office_words(now), "subject": line, **context})
        pairs = tuple((to_name or name, email) for name, email in getaddresses([to]))
        head = Head(
            from_email=from_email or self.office.mailbox,
            from_name=self.office.sender_name,
            to=pairs or ((to_name, to),),
            subject=line,
            message_id=message_id,
            date=self.local(now),
            in_reply_to=in_reply_to,
            references=references,
            auto_submitted="auto-generated" if kind in ROBOT_KINDS else "auto-replied",
        )
        return Rendered(kind, to, line, in_reply_to, message_id, mail_bytes(head, text, html, attachments))

    def words(self, template: str, context: Mapping[str, Any], now: datetime) -> tuple[str, str]:
        """Text and HTML alone, for writing a digest to disk."""
        return self.render(template, {**self.office_words(now), "subject": "", **context})

    def render(self, template: str, context: Mapping[str, Any]) -> tuple[str, str]:
        """Text and HTML; where the admin's template cannot be used, the packaged one's. TemplateProblem where neither can."""
        try:
            return self.templates.render(template, context)
        except TemplateProblem as problem:
            log.error("template cannot be used", extra={"template": template, "reason": str(problem)})
            if self.packaged.folders == self.templates.folders:
                raise
        return self.packaged.render(template, context)

    def check_templates(self, further: Iterable[tuple[str, Mapping[str, Any]]] = ()) -> list[str]:
        """What is wrong with the templates, one line each with its remedy; empty where all can be used.

        Each is compiled, and each reply template rendered with full and with empty data, so that a slip in a rare branch shows.
        *further* are pairs of template and context for mails that answer nobody (digest, reminder).
        """
        findings: list[str] = []
        for file in sorted(self.templates.names()):
            if problem := self.templates.syntax_problem(file):
                findings.append(str(problem))
        if not findings:
            findings += self.dry_run(further)
        for file in sorted(path.name for path in self.folder.glob("*.*") if path.suffix in {".txt", ".html"}):
            if not (packaged_templates() / file).is_file() and not file.startswith(("command_", "_")):
                findings.append(f"模板 {self.folder / file} 不会用到。处理办法：检查文件名的拼写，或移走此文件")
        return list(dict.fromkeys(findings))

    def dry_run(self, further: Iterable[tuple[str, Mapping[str, Any]]]) -> list[str]:
        findings = []
        for template, words in self.sample_runs(further):
            try:
                self.templates.render(template, words)
            except BotError as error:
                findings.append(str(error))
        return findings

    def sample_runs(self, further: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Every template that a reply uses with all that it may say, each full and empty, then *further* ones."""
        now = datetime(2023, 8, 28, 9, 0, tzinfo=self.office.zone)
        replies = [(self.template_of(reply), self.reply_words(reply)) for reply in sample_replies(now)]
        for template, words in [*replies, *further]:
            yield template, {**self.office_words(now), "subject": "", "files": [], **words}

    def forms_called(self) -> str:
        """«申报表、汇总表或活动总结»: what is taken."""
        called = list(dict.fromkeys(form.label for form in self.definitions.forms))
        return "或".join(filter(None, ("、".join(called[:-1]), called[-1])))

    def both_called(self) -> tuple[str, str] | None:
        """The form for one activity and the table of all, where both are asked for."""
        one, table = (self.definitions.of_kind(kind) for kind in (Kind.REGISTRATION, Kind.SUMMARY))
        return (one.label, table.label) if one and table else None

    def template_of(self, reply: Reply) -> str:
        """``command_help`` falls back to ``command`` where it has no template of its own."""
        if reply.template.startswith("command_") and not self.templates.has(f"{reply.template}.html"):
            return "command"
        return reply.template

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.office.zone)

    def office_words(self, now: datetime) -> dict[str, Any]:
        """What every mail may say of the office, from the settings."""
        office = self.office
        return {
            "campaign": office.campaign,
            "office": office.name,
            "contacts": office.contacts,
            "phone": office.phone,
            "mailbox": office.mailbox,
            "website": office.campaign.website,
            "website_name": office.campaign.website_name,
            "forms_called": self.forms_called(),
            "both_called": self.both_called(),
            "now": self.local(now),
        }

    def reply_words(self, reply: Reply) -> dict[str, Any]:
        """The reply's parts, sorted the way a letter needs them."""
        items = tuple(map(by_labels, reply.items))
        told = {problem.message for item in items for problem in item.problems}
        in_person = [item for item in items if item.state is ItemState.HELD]
        waiting = [item for item in items if item.state is ItemState.WAITING]
        wrong = [item for item in items if any(problem.is_error for problem in item.problems) and item not in waiting]
        good = [item for item in items if item not in wrong and item not in in_person and item not in waiting]
        return {
            **UNSAID,
            **reply.context,
            **self.days_told(reply, items, kinds_of(wrong)),
            "reply": reply,
            "ref": reply.ref,
            "unit": reply.unit,
            "items": items,
            "wrong": wrong,
            "held": in_person,
            "waiting": waiting,
            "good": [item for item in good if item.kind is not Kind.UNRECOGNISED],
            "other": [item for item in good if item.kind is Kind.UNRECOGNISED],
            "links": untold_links(reply),
            "pictures": event_pictures(reply),
            "unread": [name for name in reply.not_understood if name not in event_pictures(reply)],
            "loose": [
                problem for problem in reply.problems if problem.message not in told and not is_link(problem, reply)
            ],
            "number_wrong": sum(problem.is_error for item in wrong for problem in item.problems),
            # The first sentence says it; where only some came late, each of these says it, too.
            "is_partly_late": len({item.is_late for item in items if item.ref and item not in waiting}) > 1,
            "lacking": self.lacking(wrong),
            "number_noted": sum(not problem.is_error for item in good for problem in item.problems),
            "sent_kinds": [self.kind_label(kind) for kind in kinds_of(items)],
            "is_registered": any(
                item.kind in {Kind.REGISTRATION, Kind.SUMMARY} and item.state in TAKEN for item in items
            ),
        }

    def days_told(self, reply: Reply, items: Sequence[Item], wrong: Sequence[Kind]) -> dict[str, Any]:
        """What is due when, and what came late. *wrong*: the kinds that must be corrected."""
        steps = [step for step in reply.next_steps if step.days_left >= 0 and not step.is_past]
        late = [item for item in items if item.is_late and item.ref]
        dues = steps_for(reply.next_steps, wrong)
        missed = [step for step in dues if step not in steps]
        late_for = [step for step in steps_for(reply.next_steps, kinds_of(late)) if step not in steps]
        # A correction is due when its own kind is, and where that day is past, soon; of an unknown file nobody knows the kind.
        fix_by = [step for step in (dues if wrong else steps) if step in steps]
        return {
            "steps": [self.as_called(step) for step in steps],
            "fix_by": self.as_called(fix_by[0]) if fix_by else None,
            "fix_missed": self.as_called(missed[-1]) if missed else None,
            "late": self.as_called(late_for[-1]) if late_for else None,
            "is_late": bool(late),
        }

    def lacking(self, wrong: Sequence[Item]) -> list[str]:
        """The labels of the fields that must be put right, each once, in the order of the problems."""
        found = (self.label(problem.field) for item in wrong for problem in item.problems if problem.is_error)
        return list(dict.fromkeys(label for label in found if label))

    def blank(self, name: str) -> Attachment:
        """``blank:registration`` -> the form's file: the admin's own, else the packaged one, else drawn from the definition."""
        prefix, _, form = name.partition(":")
        definition = self.definitions.form(form)
        if prefix != "blank" or definition is None or definition.layout == "prose":
            raise BotError(f"回信要附的文件 {name} 不存在", "检查表单定义 [forms] definitions")
        if definition.blank:
            own = Path(definition.blank)
            kind = DOCX if own.suffix == ".docx" else guess_type(own.name)[0] or "application/octet-stream"
            return Attachment(own.name, kind, own.read_bytes())
        return Attachment(f"{definition.title or definition.label}.docx", DOCX, self.blank_bytes(definition))

    def blank_bytes(self, definition: FormDefinition) -> bytes:
        packaged = packaged_templates() / "blank" / f"{definition.name}.docx"
        original = packaged.read_bytes() if packaged.is_file() else b""
        own = self.folder / "blank" / f"{definition.name}.docx"
        if own.is_file() and (data := own.read_bytes()) != original:
            return data
        if original and definition == load_definitions().form(definition.name):
            return original
        from bot.letters.blank_forms import blank_form

        return blank_form(definition)


def by_labels(item: Item) -> Item:
    """*item* as a letter tells of it: in a form the label says where a value stands, only in a long table nobody would find it."""
    return item if item.table else replace(item, problems=tuple(replace(one, place="") for one in item.problems))


def event_pictures(reply: Reply) -> list[str]:
    """Pictures that came beside a work summary: they belong to it, though no form is in them."""
    has_report = any(item.kind is Kind.REPORT for item in reply.items)
    return [name for name in reply.not_understood if has_report and name.lower().endswith(PICTURES)]


def is_link(problem: Problem, reply: Reply) -> bool:
    """Whether the list of links says already what *problem* says."""
    return problem.code is Code.CLOUD_LINK and bool(untold_links(reply))


def untold_links(reply: Reply) -> list[CloudLink]:
    """Links that no problem of an item names."""
    told = "".join(p.message for item in reply.items for p in item.problems if p.code is Code.CLOUD_LINK)
    return [link for link in reply.links if not told or (link.name and link.name not in told)]


def steps_for(steps: Iterable[NextStep], kinds: Sequence[Kind]) -> list[NextStep]:
    """The deadlines at which one of these kinds is due."""
    return [step for step in steps if any(kind in step.collects for kind in kinds)]


def kinds_of(items: Iterable[Item]) -> list[Kind]:
    """The kinds of forms in the mail, each once."""
    return list(dict.fromkeys(item.kind for item in items if item.kind is not Kind.UNRECOGNISED))
