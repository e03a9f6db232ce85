"""The SQL of the digests, and its rows as they come. Nothing here counts; what is counted is counted in ``figures``."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

ACTIVITIES = """
SELECT ref, unit, activity_name, host_unit, undertaking_unit, activity_time, start_date, end_date, venue, contact_person, phone, mobile, email,
  activity_types, expected_public, staff_count, content, has_registration, in_summary, status, is_late
FROM v_activities ORDER BY unit, start_date IS NULL, start_date, activity_name, ref"""

# Current versions that count, as the views count them.
LIVE = """
SELECT s.id, s.ref, s.kind, s.unit, s.title, s.name_key, s.status, s.is_late, s.received_at, s.from_addr, s.content, s.version, s.source_path,
  (SELECT min(v.received_at) FROM submission v WHERE v.ref = s.ref AND v.status NOT IN ('rejected')) AS first_at,
  CASE WHEN s.status = 'needs_correction' THEN (SELECT min(v.received_at) FROM submission v WHERE v.ref = s.ref AND v.status = 'needs_correction'
    AND v.version > coalesce((SELECT max(a.version) FROM submission a WHERE a.ref = s.ref AND a.status = 'accepted'), 0)) END AS open_since,
  first.sent_at, first.taken_at
FROM submission s LEFT JOIN mail first ON s.is_late AND first.id = (SELECT v.mail FROM submission v
    WHERE v.ref = s.ref AND v.status NOT IN ('rejected') ORDER BY v.received_at, v.id LIMIT 1)
WHERE s.is_current AND s.status NOT IN ('withdrawn', 'rejected') ORDER BY s.unit, s.ref"""

PROBLEMS = """
SELECT p.submission, p.message FROM problem p JOIN submission s ON s.id = p.submission
WHERE s.is_current AND s.status = 'needs_correction' AND p.severity = 'error' ORDER BY p.id"""

UNITS = "SELECT unit, registrations, summary_rows, reports, last_received_at, state FROM v_units"
NIL = "SELECT n.unit, n.at FROM nil_report n JOIN v_units u USING (unit) WHERE u.state = 'nil'"

REVIEWS = """
SELECT r.id, r.mail, r.reason, r.detail, r.words, r.path, r.created_at, m.from_addr, m.subject, m.received_at,
  coalesce(s.unit, nullif(f.unit, ''), m.unit) AS unit, CASE s.status WHEN 'held' THEN s.ref || ' 第' || s.version || '版' ELSE coalesce(s.ref, m.ref, '') END AS ref, coalesce(f.file, '') AS file
FROM review r JOIN mail m ON m.id = r.mail LEFT JOIN submission s ON s.id = r.submission
  LEFT JOIN saved_file f ON f.mail = r.mail AND f.path = r.path
WHERE r.done_at IS NULL ORDER BY r.id"""

# The last mail that somebody wrote of each of these units (names as JSON), with what was wrong with its files. Looked up unit by unit: a walk over all
# mails takes longer than all other figures.
WROTE = """
WITH last AS MATERIALIZED (SELECT value AS unit, (SELECT m.id FROM mail m WHERE m.unit = value AND m.unit != ''
    AND m.outcome NOT IN ('ignored', 'command') ORDER BY m.received_at DESC LIMIT 1) AS mail FROM json_each(?))
SELECT last.unit, m.outcome,
  (SELECT group_concat(DISTINCT p.code) FROM problem p WHERE p.mail = m.id AND p.submission IS NULL AND p.severity = 'error') AS codes
FROM last JOIN mail m ON m.id = last.mail"""

WITHDRAWN = "SELECT DISTINCT unit FROM submission WHERE is_current AND status = 'withdrawn'"
CORRECTIONS = "SELECT ref, count(*) AS n FROM submission WHERE status = 'needs_correction' GROUP BY ref"
UNSENT = "SELECT to_addr, subject, last_error FROM outbox WHERE status = 'gave_up' AND NOT stopped ORDER BY id"

SAVED_FILES = """
SELECT f.mail, f.path, f.sha256, f.file, f.unit, m.received_at, m.from_addr, m.subject
FROM saved_file f JOIN mail m ON m.id = f.mail ORDER BY f.mail, f.path"""

# Which forms came out of which file of which mail (a report's pictures lie in the mail of its version).
SOURCES = """
SELECT s.mail, s.source_path, s.unit, s.title, s.kind, s.ref, s.version, s.is_current, s.status FROM submission s ORDER BY s.id"""

# When each address last wrote; robots' answers do not count.
LAST_WRITTEN = "SELECT from_addr AS who, max(received_at) AS at FROM mail WHERE from_addr != '' AND outcome != 'ignored' GROUP BY from_addr"
BOUNCED = "SELECT DISTINCT to_addr FROM outbox WHERE bounced"


def rows(connection: sqlite3.Connection, sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """The answer as dictionaries, whatever the connection's row factory is."""
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
