"""The desk on the network: its own thread beside whatever else runs, ended with it, and never the other way round."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterator

import uvicorn
from starlette.types import ASGIApp

from bot.base.clock import Clock
from bot.base.errors import BotError, cause
from bot.base.logs import in_thread
from bot.base.settings import Settings
from bot.desk.app import build
from bot.desk.desk import desk_of

log = logging.getLogger(__name__)

LEAVE_SECONDS = 5  # for pages that are being shown when the program is to end
LOOK_SECONDS, AGAIN_SECONDS = 1.0, 5.0


class AddressTaken(BotError):
    """Nothing can listen there: another program does, or the machine does not have this address."""

    remedy = "换一个 [desk] port，或停止占用它的程序；host 应是本机的地址"


def listening(settings: Settings) -> socket.socket:
    """A socket on the desk's address, taken before anything is said of it."""
    desk = settings.desk
    family = socket.AF_INET6 if ":" in desk.host else socket.AF_INET
    # The protocol by name: asyncio sends small pages at once (TCP_NODELAY) only where it reads that, else each waits 40 ms.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((desk.host, desk.port))
        found.listen()  # who comes before the first page can be made waits for it
    except OSError as error:
        found.close()
        raise AddressTaken(f"工作台不能使用 {desk.host} 的端口 {desk.port}（{cause(error)}）") from error
    return found


def server_of(app: ASGIApp, settings: Settings) -> uvicorn.Server:
    desk = settings.desk
    return uvicorn.Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="on",
            proxy_headers=False,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=LEAVE_SECONDS,
            timeout_keep_alive=30,
            ssl_certfile=str(desk.tls_cert) if desk.tls_cert else None,
            ssl_keyfile=str(desk.tls_key) if desk.tls_key else None,
        )
    )


@contextlib.contextmanager
def serving(settings: Settings, clock: Clock) -> Iterator[threading.Thread]:
    """The desk, served by the thread until the block ends. What keeps it from beginning is raised here."""
    with listening(settings) as own:
        desk = desk_of(settings, clock)
        server = server_of(build(desk), settings)
        thread = in_thread(server.run, [own], name="desk")
        thread.start()
        try:
            yield thread
        finally:
            server.should_exit = True
            thread.join(2 * LEAVE_SECONDS)
            desk.close()


@contextlib.contextmanager
def beside(settings: Settings, clock: Clock, say: Callable[[str], None]) -> Iterator[None]:
    """The desk beside the daemon. Whatever befalls it is told and tried again; the mails never hear of it."""
    stop = threading.Event()
    thread = in_thread(keep_serving, settings, clock, say, stop, name="desk keeper")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(3 * LEAVE_SECONDS)


def keep_serving(settings: Settings, clock: Clock, say: Callable[[str], None], stop: threading.Event) -> None:
    told = ""
    while not stop.is_set():
        try:
            with serving(settings, clock) as thread:
                say(f"工作台：{settings.desk.address}")
                told = ""
                while not stop.wait(LOOK_SECONDS) and thread.is_alive():
                    pass
        except Exception as error:
            if str(error) != told:
                told = str(error)
                say(f"工作台暂不可用：{error}")
                log.error("desk cannot be served", extra={"reason": told}, exc_info=error)
        stop.wait(AGAIN_SECONDS)
