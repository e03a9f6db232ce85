"""What holds for every page, found by following the links from the first one: hostile words run nothing, fetch nothing and break nothing;
nobody is shut out by a small screen or a screen reader."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.desk.conftest import READER, Client, Open, Serve, Served
from tests.desk.morning import HARM
from tests.flow.office import Office
from tests.flow.samples import GOOD, mail, registration, summary

EACH = 3  # pages of one kind that are looked at
# What axe looks for at a desk, and of it what may be otherwise on a small dark screen.
RULES = {"resultTypes": ["violations"]}
RULES_OF_A_SCREEN = {
    **RULES,
    "runOnly": {"type": "rule", "values": ["color-contrast", "target-size", "scrollable-region-focusable"]},
}
FORM = re.compile(r'href="/activity/([^"/?]+)"')
TAG = re.compile(r"<(?:script|style|img|iframe|link|a|form|button|div)\b[^>]*", re.IGNORECASE)

# Words in the colour of what they stand on. axe passes them over: it takes them for hidden on purpose.
INVISIBLE = """() => [...document.querySelectorAll("header [type=search], main summary, main button, main a, main p, main td, main dd, main label")].filter(one => {
  if (!one.innerText.trim() && one.tagName !== "INPUT") return false;
  const clear = colour => colour === "transparent" || colour === "rgba(0, 0, 0, 0)";
  let ground = one;
  while (ground.parentElement && clear(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
  return getComputedStyle(one).color === getComputedStyle(ground).backgroundColor;
}).map(one => one.innerText)"""


def kind_of(path: str) -> str:
    """A page's kind: its address without the numbers, names and questions in it."""
    return re.sub(r"/(?:[^/]*\d|[^/]*%)[^/]*", "/…", urlsplit(path).path)


def pages_from(client: Client, each: int = EACH) -> dict[str, str]:
    """Address -> HTML of every page that links lead to."""
    found: dict[str, str] = {}
    kinds: Counter[str] = Counter()
    nav = {*re.findall(r'<a href="(/[a-z]*)"', client.get("/").text.split("<main")[0]), "/search"}
    left = [*sorted(nav), "/search?q=harm", "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"]
    while left:
        path = left.pop(0)
        if path in found or kinds[kind_of(path)] >= each:
            continue
        answer = client.get(path)
        assert answer.status_code == 200, path
        if "attachment" in answer.headers.get("content-disposition", ""):
            assert answer.headers["x-content-type-options"] == "nosniff"
            continue
        if not answer.headers["content-type"].startswith("text/html"):
            assert re.match(r"image/(png|jpeg)$", answer.headers["content-type"]), path
            continue
        found[path] = answer.text
        kinds[kind_of(path)] += 1
        for link in re.findall(r'(?:href|src)="([^"#]+)', answer.text):
            target = urlsplit(urljoin(client.url + path, link.replace("&amp;", "&")))
            inside = f"{client.url}".endswith(target.netloc)
            if inside and f"/{target.path.split('/')[1]}" in nav and not target.path.startswith("/static/"):
                left.append(target.path + (f"?{target.query}" if target.query else ""))
    return found


def harmful() -> bytes:
    """A mail of which everything that its writer chooses means harm."""
    fields = dict.fromkeys(GOOD, HARM) | {"unit": f"德化县{HARM}", "types": "", "audience": ""}
    names = HARM.replace("/", "")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"{names}/{names}.docx", registration(**fields))
    found = mail(
        sender=f'"{HARM.replace(chr(34), "")}" <more@harm.example.com>',
        subject=HARM,
        text=f"{HARM}\n联系电话：{HARM}\n请问{HARM}可以吗？",
        files={f"{names}.zip": out.getvalue(), f"{names}.xlsx": summary([(HARM, HARM, HARM, HARM)], unit=HARM)},
        message_id="<harm@harm.example.com>",
    )
    return found


def test_hostile_words_stay_words(desk_office: Office, serve: Serve) -> None:
    """Of mails, forms, tables and file names, of the roster, the deadlines and the campaign, and of a coordinator himself."""
    config, name = desk_office.path / "config.toml", f"""'''{HARM}'''"""
    text = config.read_text(encoding="utf-8").replace('name = "工作总结"', f"name = {name}")
    text = text.replace('name = "2023年泉州市全国科普日"', f"name = {name}")
    unit = f"[[unit]]\nname = {name}\ngroup = {name}\ncontact = {name}\nphones = [{name}]\naliases = [{name}]\n"
    config.write_text(f'{text}\n{unit}emails = ["roster@harm.example.com"]\n', encoding="utf-8")
    desk_office.deliver(harmful())
    desk_office.run("once")
    assert desk_office.view("SELECT 1 FROM submission WHERE from_addr = 'more@harm.example.com'")
    served = serve(desk_office)
    client = served.client()
    assert HARM not in client.post("/units/names", {"unit": HARM, "value": HARM, "do": "add"}, page="/todo").text
    (item,) = desk_office.view("SELECT max(id) AS id FROM review WHERE done_at IS NULL")
    act = {"item": str(item["id"]), "deed": "answered", "text": HARM}
    assert HARM not in client.post("/todo", {**act, "do": "preview"}, page="/todo").text
    client.post("/todo", {**act, "do": "send"}, page="/todo")
    for one in (client, served.client(READER)):
        stay_words(one)


def stay_words(client: Client) -> None:
    pages = pages_from(client)
    assert any("harm.example.com" in text for text in pages.values()), "the hostile mail is shown somewhere"
    for path, text in pages.items():
        assert HARM not in text, path
        assert "<script>document" not in text, path
        policy = client.get(path).headers["content-security-policy"]
        is_frame = policy.endswith(
            "sandbox"
        )  # a letter of ours as it was sent: with its own looks, and nothing runs in it
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in (policy.replace("style-src 'unsafe-inline'", "") if is_frame else policy), path
        for tag in TAG.findall(text):
            assert not re.search(r"\son\w+\s*=", tag), (path, tag)
            assert is_frame or not re.search(r"\sstyle\s*=", tag), (path, tag)
            assert "javascript:" not in tag.lower(), (path, tag)
            assert not re.search(r"""=\s*["']?(?:https?:)?//harm""", tag), (path, tag)


def test_every_reference_that_is_a_link_leads_to_its_form(shown: Served) -> None:
    client = shown.visitor()
    ids = [row["id"] for row in shown.office.view("SELECT id FROM v_messages")]
    found = {
        ref for page in ("/todo", *(f"/mails/{one}" for one in ids)) for ref in FORM.findall(client.get(page).text)
    }
    assert len(found) > EACH
    assert {ref: client.get(f"/activity/{ref}").status_code for ref in found} == dict.fromkeys(found, 200)


def test_nothing_runs_nothing_is_fetched_and_everybody_can_read_it(shown: Served, look: Open) -> None:
    mail, letter, ref = (
        shown.office.view(f"SELECT max({key}) AS found FROM {table} WHERE {column} LIKE 'harm@%'")[0]["found"]
        for key, table, column in (
            ("id", "v_messages", "from_addr"),
            ("id", "v_outbox", "to_addr"),
            ("ref", "submission", "from_addr"),
        )
    )
    harmful = (f"/mails/{mail}", f"/outbox/{letter}", f"/outbox/{letter}/page", f"/activity/{ref}?field=venue")
    paths = dict.fromkeys([*pages_from(shown.visitor(), each=1), *harmful, "/activities?view=print", "/search?q=harm"])
    wide, narrow = look("/"), look("/", width=375, dark=True)
    asked: list[str] = []
    for page in (wide, narrow):
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
    axe = Axe()
    for path in paths:
        for page in (wide, narrow):
            answer = page.goto(path)
            assert page.title() != "ran", path
            if answer is not None and answer.headers["content-security-policy"].endswith("sandbox"):
                continue  # a letter of ours in its frame: no script runs there, not even axe's, which would wait for ever
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            found = axe.run(page, options=RULES if page is wide else RULES_OF_A_SCREEN).response["violations"]
            serious = [
                (one["id"], [node["target"] for node in one["nodes"]][:3])
                for one in found
                if one["impact"] in {"serious", "critical"}
            ]
            assert not serious, (path, serious)
            invisible = page.evaluate(INVISIBLE)
            assert not invisible, (path, invisible)
        over = narrow.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0 or "view=print" in path, f"{path} is {over} px too wide for a phone"
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {urlsplit(shown.url).netloc}
