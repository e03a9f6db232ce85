"""Settings -> the single parts: what opens foreign files, what writes letters, by which rules is decided."""

from __future__ import annotations

from bot.base.domains import comparable_address
from bot.base.settings import Settings
from bot.decision.rules import Rules
from bot.documents.guard import Guard
from bot.forms.definitions import Definitions
from bot.forms.units.roster import Roster
from bot.letters.office import office_of
from bot.letters.questions import load_questions
from bot.letters.render import Renderer

# Mail houses that write Authentication-Results into every mail that comes from outside (docs/decisions/008).
WRITES_RESULTS = (
    *("126.com", "163.com", "yeah.net", "188.com", "qq.com", "foxmail.com"),
    *("gmail.com", "outlook.com", "hotmail.com", "office365.com"),
)


def guard_of(settings: Settings) -> Guard:
    """What foreign files are opened by; its process begins with the first one."""
    return Guard(settings.limits.limits())


def renderer_of(settings: Settings, definitions: Definitions) -> Renderer:
    """What writes the letters of this configuration, with the templates as they are now: a change counts once it was looked at as a whole."""
    renderer = Renderer(settings.replies.templates, office_of(settings, definitions))
    renderer.templates.hold()
    return renderer


def rules_of(settings: Settings, roster: Roster, definitions: Definitions) -> Rules:
    return Rules(
        definitions=definitions,
        roster=roster,
        campaign=settings.campaign.campaign(),
        deadlines=settings.deadlines,
        max_replies=settings.answers_per_sender,
        gather_after=settings.gather_after,
        max_no_form=settings.replies.max_no_form_per_day,
        max_unchanged=settings.replies.max_unchanged_per_day,
        never_answer=tuple(map(comparable_address, settings.replies.never_answer)),
        own=(settings.mailbox.address,),
        coordinators=settings.coordinators.emails,
        require_auth=settings.coordinators.require_auth,
        trusted_servers=trusted_servers(settings),
        server_writes=server_writes(settings),
        questions=load_questions(settings.replies.templates),
    )


def trusted_servers(settings: Settings) -> tuple[str, ...]:
    """Whose Authentication-Results count: those named in the settings, else the mail house of our own mailbox."""
    named = settings.coordinators.trust_authserv
    return tuple(name.lower() for name in named) or (settings.mailbox.address.rpartition("@")[2], settings.mailbox.host)


def server_writes(settings: Settings) -> bool:
    """Whether the mailbox lies with a house that writes results into every mail, or with one that the settings name."""
    names = (settings.mailbox.address.rpartition("@")[2], settings.mailbox.host.lower())
    known = any(name == house or name.endswith("." + house) for name in names for house in WRITES_RESULTS)
    return known or bool(settings.coordinators.trust_authserv)
