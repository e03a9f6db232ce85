"""``[admin]``: who hears that the bot stands still, how soon, and through which other account."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

from bot.base.sections.servers import Smtp
from bot.base.sections.values import Duration, MailAddress, Section, read_address


def read_address_or_nobody(written: object) -> object:
    return "" if written == "" else read_address(written)


class OtherAccount(Smtp):
    """Another mail account to send from: that of the mailbox may be what does not work."""

    address: MailAddress


class AdminSettings(Section):
    """``sign_of_life``: one mail each Monday says that all is well, so that its absence says something."""

    email: Annotated[str, BeforeValidator(read_address_or_nobody)] = ""
    unreadable_after: Duration = timedelta(hours=2)
    sign_of_life: bool = True
    smtp: OtherAccount | None = None
