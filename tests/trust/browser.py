"""Pages in a real browser: what runs in them and what they ask the network for."""

from __future__ import annotations

import html
import http.server
import re
import shutil
import subprocess
import threading
from collections.abc import Mapping

from msgspec import Struct

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
# In front of each page, as a page of ours would stand in a mail program that runs scripts: the attacks call it.
TRAP = "<script>window.zqx = () => parent.run(location.pathname); window.onerror = () => parent.run(location.pathname)</script>"
OUTER = """<!doctype html><meta charset="utf-8"><body><pre id="found"></pre><script>
const found = new Set(); window.run = path => { found.add(path); show() };
function show() { document.getElementById("found").textContent = [...found].sort().join(" ") }
function over() {
  for (const frame of document.getElementsByTagName("iframe"))
    for (const one of frame.contentDocument.querySelectorAll("*")) {
      one.dispatchEvent(new MouseEvent("mouseover"));
      if (!/^https?:/.test(one.href || "")) one.dispatchEvent(new MouseEvent("click"));
    }
}
</script>FRAMES<script>window.onload = () => { over(); show() }</script>"""


class Seen(Struct, frozen=True):
    """``ran``: names of the pages in which something ran; ``asked``: every address that was asked for."""

    ran: frozenset[str]
    asked: frozenset[str]


def look_at(pages: Mapping[str, str]) -> Seen:
    """Show all *pages* (HTML by a plain name) side by side; move the mouse over everything, click all but links into the web."""
    asked: set[str] = set()
    frames = "".join(f'<iframe src="/page/{html.escape(name)}"></iframe>' for name in pages)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.add(self.path)
            name = self.path.removeprefix("/page/")
            body = OUTER.replace("FRAMES", frames) if self.path == "/" else TRAP + pages[name] if name in pages else ""
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode("utf-8", "replace"))

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"127.0.0.1:{server.server_address[1]}"
        # Names that are no address of ours lead back to the server, which notes them.
        command = [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-features=NetworkTimeServiceQuerying",
            f"--host-resolver-rules=MAP * {address}",
        ]
        command += ["--virtual-time-budget=10000", "--dump-dom", f"http://{address}/"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        server.shutdown()
    shown = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert shown, done.stdout[:500] + done.stderr[:500]
    ran = frozenset(path.removeprefix("/page/") for path in shown[1].split())
    return Seen(ran, frozenset(asked - {"/", "/favicon.ico"} - {f"/page/{name}" for name in pages}))
