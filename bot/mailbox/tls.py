"""TLS with certificate checks for IMAP and SMTP, and what a failed check means."""

from __future__ import annotations

import errno
import socket
import ssl
from pathlib import Path

from bot.base.errors import ConfigError, cause
from bot.mailbox.errors import (
    CertificateRefused,
    ConnectionLost,
    MailboxError,
    NameUnknown,
    NoEncryption,
    Unreachable,
)

# OpenSSL's verify codes (x509_vfy.h), as far as a person can do something particular about them.
VERIFY_REMEDIES = {
    9: ("服务器证书尚未生效", "检查本机的日期和时间是否正确"),
    10: ("服务器证书已过期", "先检查本机的日期和时间；时间无误则请邮件服务器管理员更换证书"),
    18: ("服务器使用自签名证书", "把该服务器的证书文件路径写入 ca_file"),
    19: ("服务器证书由不受信任的机构签发", "把签发机构的 CA 证书文件路径写入 ca_file"),
    20: (
        "服务器证书由不受信任的机构签发",
        "把签发机构的 CA 证书文件路径写入 ca_file；系统缺少根证书时安装 ca-certificates",
    ),
    62: ("服务器证书与 host 不符", "核对 host 是否写对（如 imap.126.com）；如无误，可能有人冒充服务器，请勿继续"),
    64: ("服务器证书与 host 不符", "证书里没有这个 IP 地址；host 请写证书中的域名"),
}
# What OpenSSL says where the other side does not speak TLS, or another one.
NOT_ENCRYPTED = {
    "WRONG_VERSION_NUMBER": "这个端口不是一开始就加密的",
    "UNEXPECTED_EOF_WHILE_READING": "对方断开了连接",
    "UNSUPPORTED_PROTOCOL": "服务器的加密版本太旧",
    "DH_KEY_TOO_SMALL": "服务器的加密强度太低",
}


def client_context(ca_file: Path | None) -> ssl.SSLContext:
    """Checks certificate and host name; *ca_file* (PEM) replaces the system's authorities. ConfigError if unusable."""
    try:
        return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(f"ca_file {ca_file} 不能使用（{reason(error)}）", "写 PEM 格式的 CA 证书文件路径") from error


def reason(error: BaseException) -> str:
    """A short reason without quoting what was sent."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, ssl.SSLError):
        return NOT_ENCRYPTED.get(error.reason or "", error.reason or "TLS")
    return cause(error)


def network_error(error: OSError, server: str, doing: str, connecting: bool) -> MailboxError:
    """The error of this room for what the network answered while *doing* (Chinese) with *server* (host:port)."""
    if isinstance(error, ssl.SSLCertVerificationError):
        unknown = (f"服务器证书未通过检查（{error.verify_message}）", CertificateRefused.remedy)
        what, remedy = VERIFY_REMEDIES.get(error.verify_code, unknown)
        return CertificateRefused(f"{server} {what}", remedy)
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return ConnectionLost(f"{server} 在{doing}时断开连接")
    if isinstance(error, ssl.SSLError):
        if connecting:
            return NoEncryption(f"{server} 不能建立加密连接（{reason(error)}）")
        return ConnectionLost(f"与 {server} 的加密连接在{doing}时中断（{reason(error)}）")
    if isinstance(error, socket.gaierror):
        return NameUnknown(f"找不到服务器 {server}（{reason(error)}）")
    if isinstance(error, TimeoutError):
        what = f"{server} 在{doing}时长时间没有响应"
        return Unreachable(what) if connecting else ConnectionLost(what)
    unreachable = error.errno in (errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL)
    if unreachable or (connecting and not isinstance(error, ConnectionError)):
        return Unreachable(f"连接不上 {server}（{reason(error)}）")
    return ConnectionLost(f"与 {server} 的连接在{doing}时断开（{reason(error)}）")
