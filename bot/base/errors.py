"""Errors that tell the reader what to do: all of them, with the module in which each stands.

BotError
├── ConfigError                 base/errors
├── ServerUnavailable           base/errors
│   ├── ReadersUnavailable      documents/errors
│   └── MailboxError            mailbox/errors
│       ├── LoginRefused        mailbox/errors
│       ├── NoSecret            mailbox/errors
│       ├── UnsafeLogin         mailbox/errors
│       ├── FolderMissing       mailbox/errors
│       ├── CertificateRefused  mailbox/errors
│       ├── NoEncryption        mailbox/errors
│       ├── NameUnknown         mailbox/errors
│       ├── Unreachable         mailbox/errors
│       ├── ConnectionLost      mailbox/errors
│       │   └── LiteralRefused  mailbox/imap/connection
│       ├── ServerBusy          mailbox/errors
│       ├── NotUnderstood       mailbox/errors
│       ├── SendRefused         mailbox/smtp/sender
│       └── InDoubt             mailbox/smtp/sender
├── ReaderError                 documents/errors
│   ├── Encrypted               documents/errors
│   ├── Damaged                 documents/errors
│   │   ├── NothingOpens        documents/errors
│   │   │   ├── Shortcut        documents/bystanders
│   │   │   ├── OwnerFile       documents/bystanders
│   │   │   ├── NoProgram       documents/formats/archives/read
│   │   │   └── NoRecogniser    documents/formats/ocr/there
│   │   ├── SplitArchive        documents/formats/archives/rar
│   │   ├── NothingInside       documents/formats/archives/read
│   │   ├── MissingVolume       documents/formats/archives/volumes
│   │   └── NotADocument        documents/impostors
│   ├── TooLarge                documents/errors
│   │   └── OutOfTime           documents/errors
│   ├── Unsafe                  documents/errors
│   └── WorkerError             documents/errors
│       ├── WorkerCrashed       documents/errors
│       │   └── WorkerKilled    documents/errors
│       ├── WorkerTimeout       documents/errors
│       └── WorkerOutOfMemory   documents/errors
├── NoChineseFont               digest/workbook/fonts
├── NotTold                     documents/formats/sheets/formulas
├── NothingToLearn              forms/learn/learn
├── PutOff                      intake/story
├── TemplateProblem             letters/templates
├── FilingRefused               mailbox/errors
├── AddressTaken                desk/serve
├── NoDeadline                  operation/digest_now
├── NoSuchReview                operation/review
├── NothingDone                 intake/at_desk
├── ActRefused                  operation/acting
├── Withdrawn                   operation/handing_over
├── RebuildStopped              operation/upkeep/rebuild
├── RestoreRefused              operation/upkeep/backup
├── AlreadyRunning              store/database
├── DatabaseDamaged             store/database
├── DatabaseMissing             store/database
├── DatabaseUnusable            store/database
├── NewerDatabase               store/migrate
├── RestoreUnfinished           store/database
├── StoreLost                   store/database
├── OtherStore                  store/files/marker
├── RawMailLost                 store/files/raw
└── StoreGone                   store/files/marker
"""

from __future__ import annotations

import errno
import socket
import sqlite3


class BotError(Exception):
    """Base of every error that the bot raises on purpose.

    ``remedy`` (Chinese, for the admin) says what to do; ``exit_status`` is what the command line returns.
    """

    remedy: str = ""
    exit_status: int = 1

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        if remedy:
            self.remedy = remedy

    def __str__(self) -> str:
        what = super().__str__()
        return f"{what.rstrip('.。')}。处理办法：{self.remedy}" if self.remedy else what


class ConfigError(BotError):
    """The configuration cannot be used; every message names section, key and what to write instead."""

    exit_status = 2


class ServerUnavailable(BotError):
    """A server cannot be reached or refuses service for now; try again later."""

    exit_status = 4


# What the system, the network and SQLite say in English of why a file, a server or a database cannot be used.
OF_SYSTEM = {
    errno.ENOENT: "没有这个文件",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是一个文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "已经有了",
    errno.ENOTEMPTY: "文件夹不是空的",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EFBIG: "文件超过了允许的大小",
    errno.EROFS: "磁盘是只读的",
    errno.EIO: "磁盘读写出错",
    errno.ESTALE: "网络磁盘断开了",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EMFILE: "打开的文件太多",
    errno.ENOMEM: "内存不足",
    errno.EADDRINUSE: "端口已被占用",
    errno.EADDRNOTAVAIL: "这台电脑没有这个地址",
    errno.ECONNREFUSED: "对方拒绝连接",
    errno.ECONNRESET: "对方断开了连接",
    errno.EPIPE: "连接已断开",
    errno.ETIMEDOUT: "等不到回答",
    errno.ENETUNREACH: "网络不通",
    errno.EHOSTUNREACH: "到不了这台电脑",
}
OF_NAMES = {
    socket.EAI_NONAME: "没有这个名称",
    socket.EAI_NODATA: "没有这个名称",
    socket.EAI_AGAIN: "域名服务器没有回答",
}
OF_SQLITE = {
    "database is locked": "数据库正被别的程序占用",
    "database table is locked": "数据库正被别的程序占用",
    "database or disk is full": "磁盘已满",
    "disk I/O error": "磁盘读写出错",
    "attempt to write a readonly database": "数据库是只读的",
    "unable to open database file": "数据库文件打不开",
    "file is not a database": "不是数据库文件",
    "database disk image is malformed": "数据库文件已损坏",
}


def cause(error: BaseException) -> str:
    """In Chinese where it is one of the usual ones, else in the system's own words; with the file's name where the error knows it only itself."""
    if isinstance(error, socket.gaierror):
        return OF_NAMES.get(error.errno or 0, error.strerror or str(error))
    if isinstance(error, OSError) and error.errno is not None:
        return OF_SYSTEM.get(error.errno, error.strerror or str(error))
    if isinstance(error, sqlite3.Error):
        return OF_SQLITE.get(str(error), str(error))
    return str(error) or type(error).__name__


def cause_and_file(error: BaseException) -> str:
    name = error.filename if isinstance(error, OSError) else None
    return f"{name}：{cause(error)}" if name else cause(error)
