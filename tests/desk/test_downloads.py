"""Foreign bytes leave the desk as files to be saved, whatever is asked for and however."""

from __future__ import annotations

import requests

from tests.desk.conftest import Client, Served


def originals(served: Served) -> list[str]:
    """Addresses of everything that strangers sent and that can be had."""
    files = served.office.view("SELECT mail, count(*) AS n FROM saved_file GROUP BY mail")
    mails = served.office.view("SELECT id FROM v_messages")
    return [
        *(f"/mails/{row['id']}/original" for row in mails),
        *(f"/mails/{row['mail']}/files/{number}" for row in files for number in range(1, row["n"] + 1)),
    ]


def assert_only_to_be_saved(answer: requests.Response) -> None:
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-type"].split(";")[0] not in {"text/html", "image/svg+xml", "application/pdf"}
    assert "sandbox" in answer.headers["content-security-policy"]


def test_whatever_was_sent_is_only_to_be_saved(shown: Served) -> None:
    client = shown.visitor()
    paths = originals(shown)
    assert len(paths) > 8
    for path in paths:
        assert_only_to_be_saved(client.get(path))
        assert_only_to_be_saved(client.get(path, headers={"Accept": "text/html", "Sec-Fetch-Dest": "iframe"}))
        whole = client.get(path).content
        part = client.get(path, headers={"Range": "bytes=0-9", "If-Range": "x"})
        assert (part.status_code, part.content) == (200, whole), "no piece is served as something else"
        assert client.get(f"{path}?type=text/html&download=0").headers["content-disposition"].startswith("attachment;")


def test_a_name_that_a_stranger_gave_leads_nowhere(shown: Served) -> None:
    client = shown.visitor()
    for path in originals(shown):
        name = client.get(path).headers["content-disposition"]
        assert not name.partition("''")[2].startswith(".")
        assert not set(name) & set("\r\n<>\\")
        assert "/" not in name.partition("''")[2]


def test_no_way_leads_to_other_files(shown: Served) -> None:
    client = shown.visitor()
    config = (shown.office.path / "config.toml").read_bytes()
    tricks = (
        "..%2f..%2fconfig.toml",
        "%2e%2e/%2e%2e/config.toml",
        "0",
        "-1",
        "9999999999999999999999",
        "1%00",
        "１",
        "1e3",
    )
    for trick in tricks:
        for path in (
            f"/mails/{trick}/original",
            f"/mails/1/files/{trick}",
            f"/outbox/{trick}/original",
            f"/static/{trick}",
        ):
            answer = client.get(path)
            assert answer.status_code in {400, 404}, path
            assert config[:40] not in answer.content


def test_a_stranger_downloads_nothing(shown: Served) -> None:
    stranger = Client(shown.url)
    for path in originals(shown):
        assert stranger.get(path).headers["location"].startswith("/login")
