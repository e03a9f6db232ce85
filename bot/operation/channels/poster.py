"""Hands what is queued for group robots over to them, beside the work on mails: a robot that does not answer holds up nothing."""

from __future__ import annotations

import logging
import queue
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from email.message import Message
from typing import IO, Any
from urllib.parse import urlsplit

from bot.base.clock import Clock
from bot.base.errors import ConfigError, ServerUnavailable
from bot.base.sections.values import LOOPBACK
from bot.base.settings import Channel
from bot.operation.channels.payloads import refusal, request_of
from bot.store import posts
from bot.store.database import Store
from bot.store.posts import Post

log = logging.getLogger(__name__)

MOST_ANSWER = 64 * 2**10  # bytes
PATIENCE = 15.0  # seconds that the end of a command waits for what is under way
REMOVED = "配置中已没有这个渠道"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """An address that sends elsewhere is not the robot's, and would learn what is told."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


class Poster:
    """*channels* as configured. Only ``run`` and ``close`` touch the store, in the thread that calls them."""

    def __init__(self, store: Store, channels: Sequence[Channel], clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.channels = {one.name: one for one in channels}
        self.under_way: dict[int, Post] = {}
        self.done: queue.Queue[tuple[int, str]] = queue.Queue()

    def run(self) -> None:
        """Note what came of what was handed over, and hand over what is due now."""
        self.note()
        for post in posts.due(self.store.db, self.clock()):
            if post.id in self.under_way:
                continue
            channel = self.channels.get(post.channel)
            if channel is None:
                posts.mark(self.store.db, post, REMOVED, self.clock())
                continue
            self.under_way[post.id] = post
            threading.Thread(target=self.work, args=(post, channel), daemon=True).start()

    def work(self, post: Post, channel: Channel) -> None:
        try:
            fault = hand_over(channel, post)
        except Exception as error:  # whatever it is, the row must not stay under way for ever
            fault = f"没有送达（{type(error).__name__}）"
        self.done.put((post.id, fault))

    def note(self, patience: float = 0.0) -> None:
        """*patience*: how long to wait for what is under way (seconds)."""
        until = time.monotonic() + patience
        while self.under_way:
            left = until - time.monotonic()
            try:
                identity, fault = self.done.get(block=left > 0, timeout=left if left > 0 else None)
            except queue.Empty:
                return
            post = self.under_way.pop(identity)
            posts.mark(self.store.db, post, fault, self.clock())
            told = {"channel": post.channel, "post": identity}
            if fault:
                log.warning("group robot not reached", extra=told | {"reason": fault})
            else:
                log.info("group robot told", extra=told)

    def close(self) -> None:
        self.note(PATIENCE)


def hand_over(channel: Channel, post: Post) -> str:
    """Why it was not taken (without the address, which is a secret), empty where it was."""
    try:
        url, body = request_of(channel.kind, channel.url(), channel.secret(), post.told, time.time())
    except ConfigError as error:
        return str(error)
    head = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "intake-bot"}
    request = urllib.request.Request(url, body, head, method="POST")
    try:
        with opener_for(url).open(request, timeout=channel.timeout.total_seconds()) as answer:
            return refusal(channel.kind, answer.read(MOST_ANSWER))
    except urllib.error.HTTPError as error:
        return f"对方应答 HTTP {error.code}"
    except urllib.error.URLError as error:
        return f"连接不上（{type(error.reason).__name__}）"
    except (OSError, ValueError) as error:
        return f"连接中断（{type(error).__name__}）"


def opener_for(url: str) -> urllib.request.OpenerDirector:
    """Through the office's proxy where one is set, but for this machine itself."""
    handlers: list[Any] = [NoRedirect(), urllib.request.HTTPSHandler(context=ssl.create_default_context())]
    if urlsplit(url).hostname in LOOPBACK:
        handlers.append(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener(*handlers)


def look_at(channel: Channel) -> None:
    """``ServerUnavailable`` where nothing answers at the robot's address; behind a proxy only the address itself is looked at."""
    parts = urlsplit(channel.url())
    host, is_tls = parts.hostname or "", parts.scheme == "https"
    if parts.scheme in urllib.request.getproxies() and host not in LOOPBACK:
        return
    try:
        with socket.create_connection(
            (host, parts.port or (443 if is_tls else 80)), channel.timeout.total_seconds()
        ) as line:
            if is_tls:
                ssl.create_default_context().wrap_socket(line, server_hostname=host).close()
    except (OSError, ValueError) as error:
        raise ServerUnavailable(
            f"{channel.url_env} 中的机器人地址连接不上（{type(error).__name__}）",
            "检查地址是否完整、本机能否访问该网站",
        ) from error
