"""What is asked for in words: ``requests.json`` has the text, the wish, references, argument; ``wish`` null: this is no request."""

from __future__ import annotations

from typing import Any

import pytest

from bot.decision.words.requests import request_in
from tests.cases import cases


@pytest.mark.parametrize("case", cases(__file__, "requests.json"))
def test_what_is_asked_for(case: dict[str, Any]) -> None:
    found = request_in(case["text"])
    if case["wish"] is None:
        assert found is None
    else:
        assert found
        assert (found.wish, found.refs, found.argument) == (case["wish"], tuple(case["refs"]), case["argument"])
