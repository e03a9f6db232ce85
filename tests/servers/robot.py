"""A group robot on loopback: takes what is posted and answers by script."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Robot:
    """``posts`` are (path, query, body). ``script`` has (status, headers, body) of the next answers; then everything is taken."""

    port: int = 0
    posts: list[tuple[str, dict[str, list[str]], Any]] = field(default_factory=list)
    script: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    silent: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def robot() -> Iterator[Robot]:
    found = Robot()
    released = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if found.silent.is_set():
                released.wait()
                return
            parts = urlsplit(self.path)
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found.posts.append((parts.path, parse_qs(parts.query), body))
            status, head, answer = found.script.pop(0) if found.script else (200, {}, '{"errcode": 0, "code": 0}')
            self.send_response(status)
            for name, value in {"Content-Length": str(len(answer.encode())), **head}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield found
    finally:
        released.set()
        server.shutdown()
        server.server_close()
        thread.join()
