"""``demo --desk``: what came of the story, looked at as a coordinator does."""

from __future__ import annotations

import threading
from collections.abc import Callable

from bot.base.clock import Clock
from bot.base.settings import Settings
from bot.cli.demo.mails import COORDINATOR
from bot.desk.serve import serving
from bot.store.desk import links
from bot.store.files.marker import open_store


def look_at(settings: Settings, clock: Clock, stop: threading.Event, say: Callable[[str], None]) -> None:
    """Serve the desk until *stop*; what is told first is a link that logs in, as a coordinator would have it by mail."""
    with serving(settings, clock):
        with open_store(settings) as store, store.transaction() as db:
            token = links.make(db, COORDINATOR, clock())
        say(f"\n工作台：在浏览器中打开 {settings.desk.address}/login/{token} ，按“登录”；看完按 Ctrl+C 结束")
        stop.wait()
