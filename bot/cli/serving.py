"""``run``: the only mailbox; or several in one process, each a whole bot of its own in a thread of its own, with its own store. What befalls one
does not stop the others."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from pathlib import Path

import click
from msgspec import Struct, field

from bot.base import logs
from bot.base.clock import Clock, in_zone
from bot.base.errors import BotError
from bot.base.settings import Settings, load_every
from bot.cli.options import Options
from bot.operation.daemon import Duty
from bot.operation.health.fresh import Source, stamp_of_file
from bot.operation.health.systemd import ALIVE, READY, STOPPING, Notify, notifier

log = logging.getLogger(__name__)

AGAIN = 60.0  # seconds until a bot that could not go on is begun again, or its configuration is another
LOOK = 1.0  # seconds between two looks at whether a mailbox was added or taken away
Serve = Callable[[Settings, threading.Event, Notify], None]


class SaidByAll:
    """What systemd is told for all: a word once each of them has said it, so that one that hangs is missed."""

    def __init__(self, notify: Notify) -> None:
        self.notify = notify
        self.names: set[str] = set()
        self._heard: dict[str, set[str]] = {}
        self._lock = threading.Lock()

    def say(self, name: str, words: str) -> None:
        with self._lock:
            heard = self._heard.setdefault(words, set())
            heard.add(name)
            if words == STOPPING or not heard >= self.names:
                return
            heard.clear()
            self.notify(words)


class Bot(Struct):
    """``serve`` for one mailbox until its *stop*, begun again where it ends early."""

    settings: Settings
    config: Path
    serve: Serve
    say: Callable[[str], None]
    together: SaidByAll
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    @property
    def name(self) -> str:
        return self.settings.mailbox.name

    def begin(self) -> None:
        self.thread = threading.Thread(target=self.keep_on, name=f"mailbox {self.name}", daemon=True)
        self.thread.start()

    def keep_on(self) -> None:
        logs.of_mailbox.set(self.name)
        told = ""
        while not self.stop.is_set():
            try:
                self.serve(self.settings, self.stop, lambda words: self.together.say(self.name, words))
            except Exception as error:
                # Whatever it is: the others go on, and this one is tried again.
                if str(error) != told:
                    told = str(error)
                    self.say(f"[{self.name}] 不能运行，稍后再试：{told}")
                    log.error("this mailbox is not served for now", extra={"reason": told}, exc_info=error)
                self.together.say(self.name, READY)
                self.wait()

    def wait(self) -> None:
        """Until it is worth another try."""
        until, stamp = time.monotonic() + AGAIN, stamp_of_file(self.config)
        while time.monotonic() < until and stamp == stamp_of_file(self.config) and not self.stop.wait(LOOK):
            self.together.say(self.name, ALIVE)
        with suppress(BotError, OSError):
            every = load_every(self.config)
            self.settings = next((one for one in every if one.mailbox.name == self.name), self.settings)


def serve_all(
    config: Path,
    every: Sequence[Settings],
    stop: threading.Event,
    serve: Serve,
    say: Callable[[str], None],
    notify: Notify,
) -> None:
    """A bot for each of *every* until *stop*. One that is added to *config* meanwhile begins, one that is taken away ends."""
    together = SaidByAll(notify)
    bots: dict[str, Bot] = {}

    def bring_to(every: Sequence[Settings]) -> None:
        wanted = {one.mailbox.name: one for one in every}
        together.names = set(wanted)
        for name in bots.keys() - wanted.keys():
            bots.pop(name).stop.set()  # it ends by itself once the mail in hand is finished
            say(f"[{name}] 不在配置中了，已停止")
        for name in [one for one in wanted if one not in bots]:
            bots[name] = Bot(wanted[name], config, serve, say, together)
            bots[name].begin()

    bring_to(every)
    stamp = stamp_of_file(config)
    while not stop.wait(LOOK):
        if stamp != (stamp := stamp_of_file(config)):
            with suppress(BotError, OSError):  # each of the bots tells of it
                bring_to(load_every(config))
    for bot in bots.values():
        bot.stop.set()
    for bot in bots.values():
        if bot.thread is not None:
            bot.thread.join()
    notify(STOPPING)


def serve(options: Options, stop: threading.Event) -> None:
    """``run``: the only mailbox in this thread, as nothing else is to be done; several beside each other."""
    every = options.every()
    if len(every) == 1:
        serve_one(options, every[0], stop, notifier())
        return
    serve_all(
        options.config,
        every,
        stop,
        lambda settings, ended, notify: serve_one(options, settings, ended, notify, f"[{settings.mailbox.name}] "),
        click.echo,
        notifier(),
    )


def serve_one(options: Options, settings: Settings, stop: threading.Event, notify: Notify, mark: str = "") -> None:
    """One mailbox and its desk until *stop*; *mark* stands before what is said of it, where there are others."""
    clock = options.clock(settings)

    def say(words: str) -> None:
        click.echo(f"{mark}{words}")

    def among_others(path: Path) -> Settings:
        """One that is no longer among them goes on as it is until it is stopped."""
        return next((one for one in load_every(path) if one.mailbox.name == settings.mailbox.name), settings)

    source = Source(options.config, settings, among_others) if mark else Source(options.config, settings)
    with ExitStack() as desk:

        def on_begin(fresh: Settings) -> None:
            logs.set_up(fresh.log.level, fresh.log.format, fresh.schedule.zone)
            desk.close()
            desk.enter_context(desk_beside(fresh, in_zone(clock, fresh.schedule.zone), say))

        Duty(settings, clock, stop, say, source, on_begin, notify).stay()


def desk_beside(settings: Settings, clock: Clock, say: Callable[[str], None]) -> AbstractContextManager[None]:
    """The coordinators' page in a thread, where it is wanted."""
    if not settings.desk.enabled:
        return nullcontext()
    from bot.desk.serve import beside

    return beside(settings, clock, say)
