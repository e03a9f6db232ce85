"""A real Dovecot on loopback ports, with its own directory, configuration, users and throw-away certificate.

Runs as the current user; started by root it runs as ``nobody``, because Dovecot refuses root's mail.
"""

from __future__ import annotations

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from imapclient import IMAPClient

from tests.servers.certificates import Certificate, make_certificate

PASSWORD = "right-code"
# What 126.com advertises: no IDLE, no MOVE, no ENABLE, no NAMESPACE.
NETEASE_CAPABILITY = "IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS XAPPLEPUSHSERVICE UIDPLUS X-CM-EXT-1"

CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
auth_username_chars =
auth_cache_size = 0
mail_location = maildir:~/Maildir
mail_max_userip_connections = 200
first_valid_uid = 1
last_valid_uid = 0
default_process_limit = 400
default_vsz_limit = 512M
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
imap_hibernate_timeout = 0
{settings}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {base}/users/%u
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={base}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  prefix =
{mailboxes}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  service_count = 0
  client_limit = 300
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service imap {{
  service_count = 100
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def executable() -> str | None:
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


class Dovecot:
    """``port``: plain (and STARTTLS), ``tls_port``: TLS with ``certificate``. Users are made by ``add_user``."""

    def __init__(
        self,
        capability: str = "",
        special_use: Mapping[str, str] | None = None,
        settings: str = "",
        certificate: Certificate | None = None,
    ) -> None:
        """*capability*: ``imap_capability``; *special_use*: folder name -> flag such as ``\\Sent``; *settings*: further lines."""
        self.base = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
        self.base.chmod(0o755)
        self.certificate = certificate or make_certificate(self.base)
        # Copied, because the directory of a test may be closed to the user that Dovecot runs as.
        cert, key = (
            (shutil.copy(path, self.base) for path in (self.certificate.cert, self.certificate.key))
            if certificate
            else (self.certificate.cert, self.certificate.key)
        )
        self.port, self.tls_port = free_port(), free_port()
        self.identity = run_as()
        user, group = self.identity
        mailboxes = "\n".join(
            f'  mailbox "{name}" {{\n    special_use = {flag}\n  }}' for name, flag in (special_use or {}).items()
        )
        if capability:
            settings += f"\nprotocol imap {{\n  imap_capability = {capability}\n}}"
        (self.base / "users").mkdir()
        self.passwords: dict[str, str] = {}
        (self.base / "mail").mkdir()
        config = self.base / "dovecot.conf"
        config.write_text(
            CONFIG.format(
                base=self.base,
                cert=cert,
                key=key,
                user=user,
                group=group,
                settings=settings,
                mailboxes=mailboxes,
                port=self.port,
                tls_port=self.tls_port,
            ),
            encoding="utf-8",
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = executable()
        assert program, "dovecot is not installed: apt-get install dovecot-imapd"
        user, group = self.identity
        if os.getuid() == 0:
            for path in (self.base, *self.base.rglob("*")):
                shutil.chown(path, user, group)
        self.process = subprocess.Popen(
            [program, "-F", "-c", str(self.base / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=(self.base / "stderr").open("wb"),
            user=user if os.getuid() == 0 else None,
            group=group if os.getuid() == 0 else None,
            extra_groups=[] if os.getuid() == 0 else None,
            start_new_session=True,
        )
        for _ in range(200):
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                imaplib.IMAP4("127.0.0.1", self.port, timeout=2).shutdown()
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"dovecot did not start: {self.log()}")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(10)
        shutil.rmtree(self.base, ignore_errors=True)

    def log(self) -> str:
        parts = [(self.base / name) for name in ("stderr", "dovecot.log")]
        return "\n".join(path.read_text(errors="replace") for path in parts if path.exists())

    def add_user(self, name: str, password: str = PASSWORD) -> str:
        """Make *name*, or change its password (Dovecot sees a change from the next second on); returns the name."""
        self.passwords[name] = password
        # A file for each: Dovecot looks at most once a second whether one has changed.
        # Dovecot lower-cases the name for %u.
        (self.base / "users" / name.lower()).write_text(f"{name.lower()}:{{PLAIN}}{password}\n")
        return name

    @contextlib.contextmanager
    def client(self, user: str) -> Iterator[IMAPClient]:
        """A logged-in imapclient, to prepare and to look."""
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=20)
        # Else each APPEND waits for a delayed acknowledgement.
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            client.login(user, self.passwords[user])
            yield client
        finally:
            with contextlib.suppress(Exception):
                client.logout()

    def deliver(
        self,
        user: str,
        *mails: bytes,
        folder: str = "INBOX",
        when: datetime | None = None,
        flags: tuple[bytes, ...] = (),
    ) -> list[int]:
        """Put mails into *folder* (made where it is missing); their UIDs."""
        with self.client(user) as client:
            if folder != "INBOX" and not client.folder_exists(folder):
                client.create_folder(folder)
            for mail in mails:
                client.append(folder, mail, flags, when)
            client.select_folder(folder, readonly=True)
            uids: list[int] = client.search("ALL")
            return uids[len(uids) - len(mails) :]

    def maildir(self, user: str, folder: str = "INBOX") -> Path:
        root = self.base / "mail" / user.lower() / "Maildir"
        return root if folder == "INBOX" else root / f".{folder}"


def run_as() -> tuple[str, str]:
    """User and group that Dovecot runs as."""
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
    entry = pwd.getpwnam("nobody")
    return entry.pw_name, grp.getgrgid(entry.pw_gid).gr_name
