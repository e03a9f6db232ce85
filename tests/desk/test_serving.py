"""Where the desk is served, to whom, and beside what: as a program of its own, within «run», behind TLS and a proxy."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from bot.base.errors import ConfigError
from bot.base.settings import load_settings
from bot.cli.main import cli
from bot.desk.entry.passwords import is_right
from tests.desk.conftest import COORDINATOR, PASSWORD, Client, Serve
from tests.desk.waiting import ended, started, until
from tests.flow.office import Office
from tests.flow.samples import mail, registration
from tests.servers.certificates import make_certificate


def with_desk(office: Office, *lines: str) -> None:
    config = office.path / "config.toml"
    text = config.read_text(encoding="utf-8").replace("[desk]\n", "\n".join(("[desk]", *lines, "")))
    config.write_text(text, encoding="utf-8")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        (['host = "0.0.0.0"'], "host"),
        (['host = "192.168.1.5"'], "host"),
        (['host = "::"'], "host"),
        (['host = "kepu"'], "host"),
        (['host = "0.0.0.0"', 'tls_cert = "a.pem"'], "tls_key"),
        (['host = "0.0.0.0"', 'tls_cert = "a.pem"', 'tls_key = "a.key"'], "url"),
        (['host = "0.0.0.0"', 'proxy = ["10.0.0.5"]'], "url"),
        (['host = "0.0.0.0"', 'proxy = ["10.0.0.5"]', 'url = "http://desk.example.gov.cn"'], "url"),
        (['url = "https://desk.example.gov.cn/?x=1"'], "url"),
        (["port = 70000"], "port"),
        (['readonly = ["a@example.com"]'], "readonly"),
    ],
)
def test_nothing_is_open_to_the_network_in_clear_text(desk_office: Office, lines: list[str], key: str) -> None:
    with_desk(desk_office, *lines)
    with pytest.raises(ConfigError) as told:
        load_settings(desk_office.path / "config.toml")
    assert f"[desk] {key}" in str(told.value)


@pytest.mark.parametrize("line", ['"nobody@example.com" = "{kept}"', f'"second@example.gov.cn" = "{PASSWORD}"'])
def test_a_password_of_nobody_or_in_clear_is_an_error(desk_office: Office, line: str) -> None:
    config = desk_office.path / "config.toml"
    text = config.read_text(encoding="utf-8")
    found = re.search(r"scrypt[^\"]+", text)
    assert found
    head, end = text.split("[desk.passwords]\n")
    config.write_text(f"{head}[desk.passwords]\n{line.format(kept=found[0])}\n{end}", encoding="utf-8")
    with pytest.raises(ConfigError) as told:
        load_settings(config)
    assert "[desk] passwords" in str(told.value)
    assert PASSWORD not in str(told.value)


def test_behind_tls_cookies_go_no_other_way(desk_office: Office, serve: Serve, tmp_path: Path) -> None:
    made = make_certificate(tmp_path)
    with_desk(desk_office, f'tls_cert = "{made.cert}"', f'tls_key = "{made.key}"')
    url = serve(desk_office).url.replace("http://", "https://").replace("127.0.0.1", "localhost")
    client = Client(url)
    client.session.verify = str(made.cert)
    answer = client.post("/login", {"address": COORDINATOR, "password": PASSWORD}, page="/login")
    assert "Secure" in answer.headers["set-cookie"]
    assert "max-age" in answer.headers["strict-transport-security"]
    assert client.get("/").status_code == 200


def test_a_proxy_is_the_only_one_served(desk_office: Office, serve: Serve) -> None:
    with_desk(desk_office, 'proxy = ["198.51.100.1"]', 'url = "https://desk.example.gov.cn"')
    stranger = Client(serve(desk_office).url)
    for pretended in ({}, {"X-Forwarded-For": "198.51.100.1"}):
        headers = {"Host": "desk.example.gov.cn", **pretended}
        assert stranger.get("/login", headers=headers).status_code == 421


def test_behind_a_proxy_tries_are_counted_by_who_is_behind_it(desk_office: Office, serve: Serve) -> None:
    with_desk(desk_office, 'proxy = ["127.0.0.1"]', 'url = "https://desk.example.gov.cn"')
    url = serve(desk_office).url
    for real in ("198.51.100.7", "198.51.100.8"):
        headers = {"Host": "desk.example.gov.cn", "X-Forwarded-For": f"203.0.113.9, {real}"}
        shown = requests.get(f"{url}/login", headers=headers, timeout=20)
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', shown.text)
        assert found
        headers |= {"Cookie": f"desk={shown.cookies['desk']}", "Origin": "https://desk.example.gov.cn"}
        sent = {"csrf": found[1], "address": COORDINATOR, "password": "x"}
        assert requests.post(f"{url}/login", sent, headers=headers, timeout=20).status_code == 401
    assert [row["ip"] for row in desk_office.view("SELECT ip FROM desk_log")] == ["198.51.100.7", "198.51.100.8"]


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/login", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


def test_the_desk_within_run_and_another_beside_it(desk_office: Office) -> None:
    """Both on one store, while mail comes in; stopped together with the daemon."""
    port, other = free_port(), free_port()
    with_desk(desk_office, "enabled = true", f"port = {port}")
    with started(desk_office, "run") as run, started(desk_office, "desk", "--port", str(other)) as desk:
        assert until(lambda: answers(f"http://127.0.0.1:{port}") and answers(f"http://127.0.0.1:{other}"))
        for one in (port, other):
            client = Client(f"http://127.0.0.1:{one}")
            assert (
                client.post("/login", {"address": COORDINATOR, "password": PASSWORD}, page="/login").headers["location"]
                == "/"
            )
        count = "SELECT count(*) AS n FROM v_messages WHERE outcome IS NOT NULL"
        before = desk_office.view(count)[0]["n"]
        desk_office.deliver(
            mail(sender="late@shishi.example.com", files={"申报表.docx": registration(name="灯塔故事会")})
        )
        assert until(lambda: desk_office.view(count)[0]["n"] > before)
        assert client.get("/").status_code == 200
        moved = free_port()
        config = desk_office.path / "config.toml"
        config.write_text(config.read_text("utf-8").replace(f"port = {port}\n", f"port = {moved}\n"), encoding="utf-8")
        assert until(lambda: answers(f"http://127.0.0.1:{moved}")), "a changed configuration is taken up, the desk too"
        assert not answers(f"http://127.0.0.1:{port}")
        assert until(lambda: answers(f"http://127.0.0.1:{other}")) and client.get("/").status_code == 200
        assert (ended(run), ended(desk)) == (0, 0)
        assert not answers(f"http://127.0.0.1:{moved}")


def test_mail_goes_on_where_the_desk_cannot_be_served(desk_office: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with_desk(desk_office, "enabled = true", f"port = {taken.getsockname()[1]}")
        with started(desk_office, "run") as run:
            count = "SELECT count(*) AS n FROM v_messages WHERE outcome IS NOT NULL"
            before = desk_office.view(count)[0]["n"]
            desk_office.deliver(
                mail(sender="more@shishi.example.com", files={"申报表.docx": registration(name="观星夜")})
            )
            assert until(lambda: desk_office.view(count)[0]["n"] > before)
            assert ended(run) == 0
            assert "工作台暂不可用" in (desk_office.path / "said").read_text("utf-8")


def test_a_desk_alone_says_why_it_cannot_begin(desk_office: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = desk_office.run("desk", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "处理办法" in done.stdout + done.stderr
    done = desk_office.run("desk", "--host", "0.0.0.0")
    assert done.returncode == 2
    assert "[desk] host" in done.stdout + done.stderr


@pytest.mark.parametrize("words", [(), ("boss@example.gov.cn",)])
def test_a_password_for_the_configuration(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(cli, ["desk", "password", *words], input="a long pass word\na long pass word\n")
    assert done.exit_code == 0
    kept = re.search(r'= "(scrypt[^"]+)"', done.output)
    assert kept
    assert is_right("a long pass word", kept[1])
    assert not is_right("a long pass work", kept[1])
    assert "a long pass" not in done.output
    assert all(word in done.output for word in words)


def test_a_short_password_is_refused() -> None:
    assert CliRunner().invoke(cli, ["desk", "password"], input="short\nshort\n").exit_code == 2
