"""The pages with lists: what is looked for is found, filters narrow, hostile words stay words, everything without scripts and on a phone."""

from __future__ import annotations

import io
import re
from urllib.parse import quote

import openpyxl
import pytest

from tests.desk.conftest import Client, Open, Served


def names(client: Client, address: str) -> set[str]:
    """References and names in the table."""
    shown = client.get(address)
    assert shown.status_code == 200, shown.text
    return set(re.findall(r'data-label="活动名称">([^<]*)<', shown.text))


@pytest.fixture
def client(served: Served) -> Client:
    return served.client()


def test_activities_are_found_by_their_words(client: Client) -> None:
    everything = names(client, "/activities")
    assert {"科技馆里的海洋课", "渔港科普集市", "流动科技馆进乡村", "校园天文夜"} <= everything
    for words in ("海洋", "庄晓东", "22000000", "zxd@example", "海洋 展览"):
        assert "科技馆里的海洋课" in names(client, f"/activities?q={quote(words)}"), words
    assert names(client, f"/activities?q={quote('乡村')}") == {"流动科技馆进乡村"}
    assert names(client, f"/activities?q={quote('蔡明')}") == {"渔港科普集市"}
    assert names(client, f"/activities?q={quote('没有这样的话')}") == set()
