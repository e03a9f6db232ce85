"""Header and name encodings as Chinese mail programs really write them; each case is built here, byte for byte."""

from __future__ import annotations

import base64
import itertools
import re

import pytest

from bot.message.model import Message
from bot.message.parse import parse_message

RARE = "镕堃喆珺㎡"  # in GBK or GB18030, not in GB 2312
NAME = "2023年晋江市科普日申报表（镕堃）.docx"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def word(text: str, label: str = "gb2312", codec: str = "gb18030") -> str:
    return f"=?{label}?B?{b64(text.encode(codec))}?="


def cut_word(text: str, places: list[int], label: str = "gb2312", codec: str = "gb18030", gap: str = "\r\n ") -> str:
    """Encoded words cut after these numbers of bytes, wherever that falls."""
    data = text.encode(codec)
    edges = [0, *places, len(data)]
    return gap.join(f"=?{label}?B?{b64(data[start:end])}?=" for start, end in itertools.pairwise(edges))


def q_word(text: str, label: str, codec: str) -> str:
    return f"=?{label}?Q?{''.join(f'={byte:02X}' for byte in text.encode(codec))}?="


def subject_of(value: str | bytes) -> str:
    raw = value if isinstance(value, bytes) else value.encode("utf-8")
    return parse_message(b"From: a@example.com\r\nSubject: " + raw + b"\r\n\r\ntext").subject


SUBJECTS: list[tuple[str, str | bytes, str]] = [
    ("gbk_characters_labelled_gb2312", word(RARE), RARE),
    *(
        (f"label_{label}", word(f"申报表{RARE}", label), f"申报表{RARE}")
        for label in (
            "x-gbk",
            "cn-gb",
            "gb2312_charset",
            "GBK_CHARSET",
            "windows-936",
            "gb_2312-80",
            "csgb2312",
            "x-gb18030",
            "unknown-8bit",
            "default",
            "binary",
            "x-unknown",
            "gb_1988-80",
            "ms936",
            "euc-cn",
            "GB18030-2000",
            "cp936",
            "",
            "gb2312*zh-cn",
            "iso-8859-1",
            "us-ascii",
        )
    ),
    ("hz", "=?hz-gb-2312?B?" + b64("申报表".encode("hz")) + "?=", "申报表"),
    ("utf_7", "=?unicode-1-1-utf-7?Q?" + "申报表".encode("utf-7").decode("ascii") + "?=", "申报表"),
    (
        "iso_2022_cn",
        "=?iso-2022-cn?B?"
        + b64(b"\x1b$)A\x0e" + bytes(byte & 0x7F for byte in "申报表".encode("gb2312")) + b"\x0f")
        + "?=",
        "申报表",
    ),
    ("big5", word("活動申報表", "big5", "big5"), "活動申報表"),
    ("utf_8_labelled_gb2312", word("关于报送科普日活动的函", "gb2312", "utf-8"), "关于报送科普日活动的函"),
    ("gbk_labelled_utf_8", word("关于报送科普日活动的函", "utf-8", "gbk"), "关于报送科普日活动的函"),
    ("cut_inside_gbk_character", cut_word("关于泉州科普日活动申报表", [5, 12]), "关于泉州科普日活动申报表"),
    (
        "cut_inside_utf_8_character",
        cut_word("关于泉州科普日活动申报表", [4, 11, 20], "utf-8", "utf-8"),
        "关于泉州科普日活动申报表",
    ),
    ("cut_with_different_gb_labels", cut_word("关于泉州", [5]).replace("gb2312", "GBK", 1), "关于泉州"),
    ("cut_without_blank_between", cut_word("关于泉州", [3], gap=""), "关于泉州"),
    ("cut_by_tab", cut_word("关于泉州科普日", [5], gap="\r\n\t"), "关于泉州科普日"),
    ("base64_text_cut_anywhere", "=?gb2312?B?udjT2sik1t0=?=".replace("udjT2", "udjT2?= =?gb2312?B?"), "关于趣州"),
    ("words_of_two_charsets", f"{word('申报表')} {word('科普日', 'utf-8', 'utf-8')}", "申报表科普日"),
    ("word_then_ascii", f"{word('回复')}: ok", "回复: ok"),
    ("ascii_glued_to_word", f"Fwd:{word('申报表')}(2)", "Fwd:申报表(2)"),
    ("q_encoding", q_word("申报表（镕）", "gb2312", "gbk"), "申报表（镕）"),
    ("q_with_underscores", "=?utf-8?q?a_b=E7=94=B3?=", "a b申"),
    ("q_with_blanks_inside", "=?utf-8?Q?=E7=94=B3 =E6=8A=A5?=", "申 报"),
    ("q_with_question_mark", "=?utf-8?Q?=E7=94=B3=E6=8A=A5?ok?=", "申报?ok"),
    ("lower_case_b", word("申报").replace("?B?", "?b?"), "申报"),
    ("without_padding", word("申报表").replace("=?=", "?="), "申报表"),
    ("without_end", word("申报表格")[:-2], "申报表格"),
    ("without_end_mark", word("申报表格")[:-1], "申报表格"),
    (
        "folded_inside_word",
        f"=?gb2312?B?{b64('关于泉州科普日'.encode('gbk'))[:8]}\r\n {b64('关于泉州科普日'.encode('gbk'))[8:]}?=",
        "关于泉州科普日",
    ),
    ("encoded_twice", word(word("申报表"), "utf-8", "utf-8"), "申报表"),
    ("in_quotes", f'"{word("申报表")}"', '"申报表"'),
    ("raw_gbk", f"关于报送{RARE[:4]}申报表".encode("gbk"), f"关于报送{RARE[:4]}申报表"),
    ("raw_gb18030", f"关于报送{RARE}申报表".encode("gb18030"), f"关于报送{RARE}申报表"),
    ("raw_utf_8", f"关于报送{RARE}申报表".encode(), f"关于报送{RARE}申报表"),
    ("raw_gbk_folded_inside_a_character", "关于".encode("gbk") + b"\r\n " + "申报表".encode("gbk"), "关于 申报表"),
    ("raw_big5", "活動申報表請查收，謝謝".encode("big5"), "活動申報表請查收，謝謝"),
    ("raw_bytes_and_words", "申报".encode("gbk") + b" " + word("表").encode(), "申报 表"),
    ("numeric_entities", "&#30003;&#25253;&#x8868;", "申报表"),
    ("folded_without_indenting", b"=?utf-8?B?55Sz5oql?=\r\n=?utf-8?B?6KGo?=", "申报表"),
    ("nul_inside", b"a\x00b", "ab"),
    ("a_sum_is_no_word", "1+1=?", "1+1=？"),
    ("broken_word_stays_readable", "=?utf-8?X?abc?= 申报", "=？utf-8?X?abc?= 申报"),
    ("emoji", word("科普日🎉", "utf-8", "utf-8"), "科普日🎉"),
    ("surrogates_in_utf_8", "=?utf-8?B?" + b64(b"a\xed\xa0\x80b") + "?=", "ab"),
    ("western_word", "=?iso-8859-1?Q?Fr=F6sche?=", "Frösche"),
    ("western_word_raw_utf_8", "Réponse", "Réponse"),
    ("two_gbk_characters_that_are_valid_utf_8", "联通".encode("gbk"), "联通"),
    ("empty", "", ""),
]


@pytest.mark.parametrize(("written", "expected"), [case[1:] for case in SUBJECTS], ids=[case[0] for case in SUBJECTS])
def test_subject(written: str | bytes, expected: str) -> None:
    assert subject_of(written) == expected


def with_file(disposition: str | bytes, content_type: str | bytes = "application/octet-stream") -> Message:
    def raw(value: str | bytes) -> bytes:
        return value if isinstance(value, bytes) else value.encode("utf-8")

    return parse_message(
        b'From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\n'
        b"Content-Type: "
        + raw(content_type)
        + b"\r\n"
        + (b"Content-Disposition: " + raw(disposition) + b"\r\n" if disposition else b"")
        + b"Content-Transfer-Encoding: base64\r\n\r\nAAECAw==\r\n--b--\r\n"
    )


def percent(text: str, codec: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode(codec))


def cut(text: str, *places: int) -> list[str]:
    edges = [0, *places, len(text)]
    return [text[start:end] for start, end in itertools.pairwise(edges)]


GBK_PERCENT = percent(NAME, "gb18030")
UTF8_PERCENT = percent(NAME, "utf-8")
NAMES: list[tuple[str, str | bytes, str | bytes, str]] = [
    ("word_in_quotes", f'attachment; filename="{word(NAME)}"', "application/octet-stream", NAME),
    ("word_in_quotes_folded", f'attachment; filename="{cut_word(NAME, [8, 20])}"', "application/octet-stream", NAME),
    (
        "word_in_quotes_cut_inside_gbk_character",
        f'attachment; filename="{cut_word(NAME, [7, 19])}"',
        "application/octet-stream",
        NAME,
    ),
    ("word_unquoted", f"attachment; filename={word(NAME)}", "application/octet-stream", NAME),
    ("words_unquoted_folded", f"attachment; filename={cut_word(NAME, [7, 19])}", "application/octet-stream", NAME),
    ("word_unquoted_then_parameter", f"attachment; filename={word(NAME)}; size=4", "application/octet-stream", NAME),
    ("q_word_unquoted", f"attachment; filename={q_word(NAME, 'utf-8', 'utf-8')}", "application/octet-stream", NAME),
    ("unquoted_with_blank", "attachment; filename=2023 nian.docx", "application/octet-stream", "2023 nian.docx"),
    (
        "unquoted_blank_in_both",
        "attachment; filename=2023 nian.docx",
        "application/msword; name=2023 nian.docx; charset=gbk",
        "2023 nian.docx",
    ),
    ("raw_gbk_quoted", b'attachment; filename="' + NAME.encode("gb18030") + b'"', "application/octet-stream", NAME),
    ("raw_gbk_unquoted", b"attachment; filename=" + NAME.encode("gb18030"), "application/octet-stream", NAME),
    ("raw_gbk_in_name_only", "", b'application/octet-stream; name="' + NAME.encode("gb18030") + b'"', NAME),
    ("raw_utf_8", f'attachment; filename="{NAME}"', "application/octet-stream", NAME),
    (
        "raw_gbk_with_backslash_as_second_byte",
        b'attachment; filename="' + "昞乗.doc".encode("gbk") + b'"',
        "application/octet-stream",
        "昞乗.doc",
    ),
    (
        "raw_gbk_beside_raw_utf_8",
        b'attachment; filename="' + NAME.encode("gb18030") + b'"; x="' + "申报".encode() + b'"',
        "application/octet-stream",
        NAME,
    ),
    ("rfc2231_gbk", f"attachment; filename*=gb2312''{GBK_PERCENT}", "application/octet-stream", NAME),
    ("rfc2231_x_gbk", f"attachment; filename*=x-gbk''{GBK_PERCENT}", "application/octet-stream", NAME),
    ("rfc2231_utf_8", f"attachment; filename*=UTF-8''{UTF8_PERCENT}", "application/octet-stream", NAME),
    ("rfc2231_language", f"attachment; filename*=UTF-8'zh-cn'{UTF8_PERCENT}", "application/octet-stream", NAME),
    ("rfc2231_quoted", f"attachment; filename*=\"UTF-8''{UTF8_PERCENT}\"", "application/octet-stream", NAME),
    ("rfc2231_without_charset", f"attachment; filename*={UTF8_PERCENT}", "application/octet-stream", NAME),
    ("rfc2231_without_star", f"attachment; filename=\"UTF-8''{UTF8_PERCENT}\"", "application/octet-stream", NAME),
    (
        "rfc2231_wins_over_bad_plain",
        f"attachment; filename=\"????.docx\"; filename*=UTF-8''{UTF8_PERCENT}",
        "application/octet-stream",
        NAME,
    ),
    ("rfc2231_unknown_charset", f"attachment; filename*=x-unknown''{GBK_PERCENT}", "application/octet-stream", NAME),
    (
        "continuation_gbk_cut_inside_a_character",
        "attachment;\r\n filename*0*=gb2312''{};\r\n filename*1*={};\r\n filename*2*={}".format(
            *cut(GBK_PERCENT, 27, 51)
        ),
        "application/octet-stream",
        NAME,
    ),
    (
        "continuation_cut_inside_a_percent",
        "attachment;\r\n filename*0*=UTF-8''{};\r\n filename*1*={};\r\n filename*2*={}".format(
            *cut(UTF8_PERCENT, 29, 52)
        ),
        "application/octet-stream",
        NAME,
    ),
    (
        "continuation_without_stars",
        "attachment;\r\n filename*0*=UTF-8''{};\r\n filename*1={}".format(*cut(UTF8_PERCENT, 30)),
        "application/octet-stream",
        NAME,
    ),
    (
        "continuation_from_one",
        "attachment;\r\n filename*1*=UTF-8''{};\r\n filename*2*={}".format(*cut(UTF8_PERCENT, 30)),
        "application/octet-stream",
        NAME,
    ),
    (
        "continuation_out_of_order",
        "attachment;\r\n filename*1*={1};\r\n filename*0*=UTF-8''{0}".format(*cut(UTF8_PERCENT, 30)),
        "application/octet-stream",
        NAME,
    ),
    (
        "continuation_plain",
        'attachment; filename*0="2023 nian "; filename*1="biao.docx"',
        "application/octet-stream",
        "2023 nian biao.docx",
    ),
    (
        "continuation_over_ten",
        "attachment; "
        + "; ".join(f"filename*{number}={chr(97 + number)}" for number in range(12))
        + "; filename*12=.doc",
        "application/octet-stream",
        "abcdefghijkl.doc",
    ),
    (
        "continuation_of_words",
        f'attachment; filename*0="{word("申报表", "UTF-8", "utf-8")}"; filename*1=".docx"',
        "application/octet-stream",
        "申报表.docx",
    ),
    ("percent_in_plain_name", f'attachment; filename="{UTF8_PERCENT}"', "application/octet-stream", NAME),
    ("percent_gbk_in_plain_name", f'attachment; filename="{GBK_PERCENT}"', "application/octet-stream", NAME),
    ("a_real_percent_sign", 'attachment; filename="100%25.docx"', "application/octet-stream", "100%25.docx"),
    ("name_only", "", f'application/msword; name="{word(NAME)}"', NAME),
    ("name_only_without_quotes", "attachment", f"application/octet-stream; name={word(NAME)}", NAME),
    (
        "longer_name_has_the_ending",
        "attachment; filename=2023",
        'application/octet-stream; name="2023 nian.docx"',
        "2023 nian.docx",
    ),
    (
        "quotes_inside_quotes",
        'attachment; filename="关于"科普日"的通知.docx"; size=4',
        "application/octet-stream",
        '关于"科普日"的通知.docx',
    ),
    ("escaped_quotes", 'attachment; filename="关于\\"科普日\\".docx"', "application/octet-stream", '关于"科普日".docx'),
    (
        "windows_path",
        'attachment; filename="C:\\报送\\申报表.docx"',
        "application/octet-stream",
        "C:\\报送\\申报表.docx",
    ),
    ("quote_not_closed", 'attachment; filename="申报表.docx', "application/octet-stream", "申报表.docx"),
    ("semicolon_forgotten", 'attachment filename="a.docx"', "application/octet-stream", "a.docx"),
    ("semicolon_forgotten_between", 'attachment; filename="a.docx" size=5', "application/octet-stream", "a.docx"),
    ("semicolon_inside_quotes", 'attachment; filename="a;b.docx"', "application/octet-stream", "a;b.docx"),
    ("upper_case", 'ATTACHMENT; FILENAME="a.docx"', "APPLICATION/MSWORD", "a.docx"),
    ("blanks_around_equals", 'attachment; filename = "a.docx"', "application/octet-stream", "a.docx"),
    ("entities", 'attachment; filename="&#30003;&#25253;&#34920;.docx"', "application/octet-stream", "申报表.docx"),
    ("no_name_word", "attachment", "application/msword", "附件1.doc"),
    (
        "no_name_docx",
        "attachment",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "附件1.docx",
    ),
    ("no_name_picture", "inline", "image/jpeg", "图片1.jpg"),
    ("no_name_unknown", "attachment", "application/octet-stream", "附件1"),
    ("empty_name", 'attachment; filename=""', "application/pdf", "附件1.pdf"),
]


@pytest.mark.parametrize(
    ("disposition", "content_type", "expected"), [case[1:] for case in NAMES], ids=[case[0] for case in NAMES]
)
def test_attachment_name(disposition: str | bytes, content_type: str | bytes, expected: str) -> None:
    message = with_file(disposition, content_type)
    assert [part.name for part in message.parts] == [expected]
    assert message.parts[0].data == b"\x00\x01\x02\x03"
    assert not re.search("[\ufffd\ud800-\udfff\x00]", message.parts[0].name)


BODIES: list[tuple[str, str, bytes, str]] = [
    ("gbk_labelled_gb2312", "text/plain; charset=gb2312", f"联系人：朱{RARE}".encode("gb18030"), f"联系人：朱{RARE}"),
    *(
        (f"label_{label}", f'text/plain; charset="{label}"', f"联系人：朱{RARE}".encode("gb18030"), f"联系人：朱{RARE}")
        for label in (
            "x-gbk",
            "GBK_CHARSET",
            "windows-936",
            "unknown-8bit",
            "binary",
            "x-unknown",
            "gb_1988-80",
            "iso-8859-1",
            "us-ascii",
            "utf-8",
        )
    ),
    ("no_label_gbk", "text/plain", "联系人：朱镕".encode("gbk"), "联系人：朱镕"),
    ("no_label_utf_8", "text/plain", "联系人：朱镕".encode(), "联系人：朱镕"),
    ("no_type_at_all", "", "联系人：朱镕".encode("gbk"), "联系人：朱镕"),
    ("utf_16", "text/plain; charset=utf-16", "联系人：朱镕".encode("utf-16"), "联系人：朱镕"),
    ("big5", "text/plain; charset=big5", "聯絡人：陳大文".encode("big5"), "聯絡人：陳大文"),
    ("hz", "text/plain; charset=hz-gb-2312", "联系人".encode("hz"), "联系人"),
    ("nul_bytes", "text/plain; charset=utf-8", "联\x00系人".encode(), "联系人"),
    ("cut_inside_the_last_character", "text/plain; charset=gb2312", "联系人：朱".encode("gbk")[:-1], "联系人："),
]


@pytest.mark.parametrize(
    ("content_type", "data", "expected"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES]
)
def test_body_charset(content_type: str, data: bytes, expected: str) -> None:
    head = b"From: a@example.com\r\n" + (b"Content-Type: " + content_type.encode() + b"\r\n" if content_type else b"")
    plain = parse_message(head + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + data)
    encoded = parse_message(head + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data))
    assert encoded.text.replace("\ufffd", "") == expected
    if content_type != "text/plain; charset=utf-16":  # UTF-16 cannot stand in a mail unencoded
        assert plain.text.replace("\ufffd", "") == expected


def test_html_says_its_charset_itself() -> None:
    html = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body>朱镕</body></html>'.encode(
        "gbk"
    )
    assert parse_message(b"Content-Type: text/html\r\n\r\n" + html).text == "朱镕"
