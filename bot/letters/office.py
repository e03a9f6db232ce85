"""What letters, digests and packages say of the office: the part of the settings that they need, made once."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from msgspec import Struct

from bot.base.settings import CampaignSettings, Settings
from bot.forms.campaigns import definitions_of
from bot.forms.definitions import Definitions


class Office(Struct, frozen=True):
    """*name* stands under a letter, *sender_name* beside its address, *contacts* and *phone* are for whoever asks back."""

    campaign: CampaignSettings
    name: str
    sender_name: str
    contacts: tuple[str, ...]
    phone: str
    mailbox: str
    zone: ZoneInfo
    definitions: Definitions

    @property
    def domain(self) -> str:
        """For Message-IDs and the like."""
        return self.mailbox.rpartition("@")[2]


def office_of(settings: Settings, definitions: Definitions | None = None) -> Office:
    """*definitions* where they were loaded already."""
    campaign, display = settings.campaign, settings.mailbox.display_name
    return Office(
        campaign=campaign,
        name=campaign.office or display or campaign.name,
        sender_name=display or campaign.office or campaign.name,
        contacts=settings.coordinators.names,
        phone=settings.coordinators.phone,
        mailbox=settings.mailbox.address,
        zone=settings.schedule.zone,
        definitions=definitions or definitions_of(settings),
    )
