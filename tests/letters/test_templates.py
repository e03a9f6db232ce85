"""Templates that an office edits: fallback, slips with file and line, the sandbox, the blank forms."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document

from bot.base.errors import BotError
from bot.base.settings import Settings
from bot.decision.model import MailKind, Reply
from bot.letters.model import Envelope
from bot.letters.office import office_of
from bot.letters.render import Renderer
from bot.letters.samples import sample_replies
from bot.letters.templates import packaged_templates
from bot.operation.health.preview import write_previews
from tests.letters.conftest import read

REPLY = Reply(MailKind.ANSWER, "withdrawn", "A-1")


def edited(renderer: Renderer, file: str, text: str) -> Path:
    renderer.folder.mkdir(parents=True, exist_ok=True)
    path = renderer.folder / file
    path.write_text(text, encoding="utf-8")
    return path


def test_packaged_templates_have_no_findings(renderer: Renderer) -> None:
    assert renderer.check_templates() == []


def test_own_file_wins_and_the_rest_falls_back(renderer: Renderer, now: datetime) -> None:
    edited(renderer, "withdrawn.txt", "\ufeff撤回了 {{ ref }}")
    rendered = renderer.reply(REPLY, Envelope("a@example.com"), "<m@x>", now)
    text, html = renderer.words("withdrawn", renderer.reply_words(REPLY), now)
    assert text == "撤回了 A-1\n"
    assert "</html>" in html
    assert rendered.raw


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("第一行\n{{ ref }\n", 2, "语法不对（} 的位置不对"),
        ("一\n{% if ref %}\n二", 3, "语法不对（少了 {% endif %}）"),
        ("一\n{{ “晋江” }}", 2, "标点要用半角的"),
        ("一\n{{ ref|upperr }}", 2, "没有过滤器 upperr"),
        ("一\n二\n{{ unknown_name }}\n", 3, "没有的名字（没有 unknown_name）"),
        ("一\n{{ ref.__class__.__mro__ }}\n", 2, "不允许"),
        ("{% for i in range(10) %}\n{{ 1 // 0 }}\n{% endfor %}", 2, "出错"),
        ("一\n{{ items.append(1) }}", 2, ""),
        ("一\n\n{% include 'not_there.txt' %}", 3, "找不到"),
        ("{% for i in range(100000000) %}x{% endfor %}", 1, ""),
    ],
)
def test_slip_names_file_and_line(renderer: Renderer, now: datetime, text: str, line: int, said: str) -> None:
    path = edited(renderer, "withdrawn.txt", text)
    with pytest.raises(BotError) as caught:
        renderer.templates.render(
            "withdrawn", {**renderer.office_words(now), **renderer.reply_words(REPLY), "subject": "", "files": []}
        )
    assert str(path) in str(caught.value)
    assert f"第{line}行" in str(caught.value) or said == "找不到"
    assert said in str(caught.value)
    assert caught.value.remedy
    findings = renderer.check_templates()
    assert any(str(path) in finding for finding in findings)


def test_slip_gives_the_packaged_letter_and_a_log_line(
    renderer: Renderer, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    path = edited(renderer, "withdrawn.html", "{{ nothing }}")
    mail = read(renderer.reply(REPLY, Envelope("a@example.com"), "<m@x>", now))
    assert "撤回" in mail.html
    assert any(str(path) in getattr(record, "reason", "") for record in caplog.records)


@pytest.mark.parametrize("reply", sample_replies(datetime(2031, 8, 28, tzinfo=UTC)), ids=lambda reply: reply.template)
def test_broken_packaged_templates_still_answer(renderer: Renderer, now: datetime, reply: Reply) -> None:
    """An office that edits the packaged files themselves leaves nothing to fall back to but a plain letter."""
    edited(renderer, "_base.txt", "{{ broken")
    renderer.packaged = renderer.templates
    mail = read(renderer.reply(reply, Envelope("a@example.com", "", "报送"), "<m@x>", now))
    for body in (mail.text, mail.html):
        assert "您好" in body
        assert "kepu@example.com" in body
        for item in reply.items:
            assert item.ref in body
            assert all(problem.message in body for problem in item.problems)


def test_slip_in_a_rare_branch_is_found_by_the_check(renderer: Renderer) -> None:
    path = edited(renderer, "held.txt", "{% for item in held %}\n{{ item.titel }}\n{% endfor %}")
    assert [f for f in renderer.check_templates() if str(path) in f and "第2行" in f]


def test_misnamed_and_wrongly_encoded_files_are_found(renderer: Renderer) -> None:
    renderer.folder.mkdir(parents=True)
    (renderer.folder / "confirmaton.html").write_text("x", encoding="utf-8")
    (renderer.folder / "held.txt").write_bytes("您好".encode("gb18030"))
    findings = "\n".join(renderer.check_templates())
    assert "held.txt 不是 UTF-8" in findings
    assert "confirmaton.html 不会用到" in findings


def blank_text(renderer: Renderer, name: str) -> str:
    data = renderer.blank(name).data
    document = Document(io.BytesIO(data))
    return "".join(p.text for p in document.paragraphs)


def test_blank_form_follows_an_own_definition(settings: Settings, tmp_path: Path) -> None:
    """Next year's title in the office's own definition must not come with this year's blank form."""
    source = Path(__file__).parents[2] / "bot" / "forms" / "packaged" / "registration.toml"
    own = tmp_path / "registration.toml"
    own.write_text(source.read_text(encoding="utf-8").replace("{campaign}", "2031年本局"), encoding="utf-8")
    forms = settings.forms.model_copy(update={"definitions": (own,)})
    renderer = Renderer(tmp_path / "templates", office_of(settings.model_copy(update={"forms": forms})))
    assert "2031年本局" in blank_text(renderer, "blank:registration")
    assert renderer.blank("blank:registration").name.startswith("2031年本局")
    assert "2031年某市科普周" in blank_text(renderer, "blank:summary")


def test_own_blank_file_wins(renderer: Renderer) -> None:
    (renderer.folder / "blank").mkdir(parents=True)
    (renderer.folder / "blank" / "summary.docx").write_bytes(b"PK own")
    assert renderer.blank("blank:summary").data == b"PK own"


@pytest.mark.parametrize("name", ["blank:report", "blank:../../etc/passwd", "secret.docx", "blank:"])
def test_only_known_blanks_can_be_attached(renderer: Renderer, name: str) -> None:
    with pytest.raises(BotError):
        renderer.blank(name)


def test_the_preview_shows_every_mail(tmp_path: Path, settings: Settings) -> None:
    """No template is forgotten: what is not previewed is not looked at by ``check`` either."""
    written = {path.name for path in write_previews(settings, tmp_path / "letters")}
    wanted = {path.stem for path in packaged_templates().glob("*.html") if not path.name.startswith("_")}
    assert {name.rpartition("-")[0] for name in written} - {""} == wanted
    page = (tmp_path / "letters" / "index.html").read_text(encoding="utf-8")
    assert all(f'"{name}"' in page for name in written - {"index.html"})
