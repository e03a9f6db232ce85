"""Errors that tell the reader what to do: all of them, with the module in which each stands.

BotError
├── ConfigError                 base/errors
├── ServerUnavailable           base/errors
│   ├── ReadersUnavailable      documents/errors
│   └── MailboxError            mailbox/errors
│       ├── LoginRefused        mailbox/errors
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
        return f"{what}。处理办法：{self.remedy}" if self.remedy else what


class ConfigError(BotError):
    """The configuration cannot be used; every message names section, key and what to write instead."""

    exit_status = 2


class ServerUnavailable(BotError):
    """A server cannot be reached or refuses service for now; try again later."""

    exit_status = 4
