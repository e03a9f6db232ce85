"""How each problem is said to the sender, and how grave it is: texts and levels as data."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from bot.base.errors import ConfigError
from bot.base.problems import Code, Problem, Severity
from bot.base.replacing import replace

PLACEHOLDERS = {"form", "label", "written", "example", "starts", "ends", "year", "other", "choices"}
MOST_WRITTEN = 40  # characters
LEVELS = ("error", "warning", "off")
Key = tuple[str, str, str]


class Said(Struct, frozen=True):
    """What fills the placeholders of a text."""

    form: str = ""
    label: str = ""
    written: str = ""
    example: str = ""
    starts: str = ""
    ends: str = ""
    year: str = ""
    other: str = ""
    choices: str = ""


class ProblemTexts(Struct, frozen=True):
    """Texts and severities by (code, ``field`` | ``reason`` | empty, name), and the admin's levels on top."""

    texts: Mapping[Key, str] = field(default_factory=dict)
    severities: Mapping[Key, str] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)

    def updated(self, data: Mapping[str, Any], source: str) -> ProblemTexts:
        """These texts with those of a parsed TOML file on top; ConfigError with every finding."""
        texts, severities = dict(self.texts), dict(self.severities)
        findings: list[str] = []
        for code, table in data.items():
            if code not in set(Code) or not isinstance(table, dict):
                findings.append(f"{source}: [{code}] 不是问题代码; 可用：{'、'.join(Code)}")
                continue
            entries: list[tuple[Key, Any]] = [((code, "", ""), {k: table[k] for k in table if k not in SCOPES})]
            for scope in SCOPES:
                entries += [((code, scope, name), entry) for name, entry in dict(table.get(scope, {})).items()]
            for key, entry in entries:
                findings += [f"{source}: [{'.'.join(filter(None, key))}] {said}" for said in check(entry)]
                if isinstance(entry, dict) and isinstance(entry.get("text"), str):
                    texts[key] = entry["text"]
                if isinstance(entry, dict) and entry.get("severity") in LEVELS:
                    severities[key] = entry["severity"]
        if findings:
            raise ConfigError("\n".join(findings))
        return replace(self, texts=texts, severities=severities)

    def with_levels(self, levels: Mapping[str, str], forms: set[str], fields: set[str]) -> ProblemTexts:
        reasons = {name for _, scope, name in self.texts if scope == "reason"}
        findings = []
        for key, level in levels.items():
            parts = key.split(".")
            if parts[0] in forms:
                parts = parts[1:]
            known = parts and parts[0] in set(Code) and (len(parts) == 1 or parts[1] in fields | reasons)
            if not known or len(parts) > 2:
                findings.append(
                    f"[forms.levels] {key}: 不认识; 写成 “代码”“代码.栏目”或“表.代码.栏目”，如 missing.email"
                )
            if level not in LEVELS:
                findings.append(f"[forms.levels] {key}: “{level}”不能用; 可用 error、warning、off")
        if findings:
            raise ConfigError("\n".join(findings))
        return replace(self, levels={**self.levels, **levels})

    def problem(
        self,
        code: Code,
        said: Said,
        *,
        key: str = "",
        reason: str = "",
        form: str = "",
        place: str = "",
    ) -> Problem | None:
        """The problem in words; None where the admin switched it off."""
        severity = self.severity(code, key, reason, form)
        if severity == "off":
            return None
        text = self.look_up(self.texts, code, key, reason) or "{form}“{label}”有误，请核对。"
        values = {name: getattr(said, name) for name in PLACEHOLDERS}
        values["written"] = shorten(said.written)
        return Problem(
            code, Severity(severity), text.format(**values), field=key, value=said.written[:500], place=place
        )

    def severity(self, code: str, key: str, reason: str, form: str) -> str:
        tails = [part for part in (key, reason) if part]
        exact = [f"{form}.{code}.{tail}" for tail in tails] + [f"{code}.{tail}" for tail in tails]
        for name in (*exact, f"{form}.{code}"):
            if name in self.levels:
                return self.levels[name]
        own = self.look_up(self.severities, code, "", reason, general=False)
        if own:
            return own
        return self.levels.get(code) or self.look_up(self.severities, code, key, "") or "error"

    @staticmethod
    def look_up(table: Mapping[Key, str], code: str, key: str, reason: str, *, general: bool = True) -> str:
        names = [(code, "reason", reason), (code, "field", key)]
        for name in names:
            if name[2] and name in table:
                return table[name]
        return table.get((code, "", ""), "") if general else ""


SCOPES = ("field", "reason")


def check(entry: Any) -> list[str]:
    """What is wrong with one table of texts."""
    if not isinstance(entry, dict):
        return ["应为一个表，含 text 和 severity"]
    findings = [f"不认识的键 {name}; 可用 text、severity" for name in entry if name not in {"text", "severity"}]
    if "severity" in entry and entry["severity"] not in LEVELS:
        findings.append(f"severity = “{entry['severity']}” 不能用; 可用 error、warning、off")
    text = entry.get("text", "")
    if not isinstance(text, str):
        return [*findings, "text 应为文字"]
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return [*findings, "text 里的花括号不成对"]
    findings += [f"text 里的 {{{name}}} 不认识; 可用 {sorted(PLACEHOLDERS)}" for name in names - PLACEHOLDERS]
    return findings


def shorten(written: str) -> str:
    """What was written, on one line, for a sentence."""
    line = re.sub(r"\s+", " ", written).strip()
    return line if len(line) <= MOST_WRITTEN else line[: MOST_WRITTEN - 1] + "…"
