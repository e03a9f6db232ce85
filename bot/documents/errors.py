"""Why one file could not be read; each leaf becomes the problem of that one document, never the end of a mail."""

from __future__ import annotations

from bot.base.errors import BotError, ServerUnavailable
from bot.base.problems import Code, Severity

# What helps where nothing else is known, by format; a picture is not opened in Word.
ADVICE = {
    "docx": "请用 Word、WPS 重新打开并另存后再发一次；也可以导出为 PDF 发来",
    "pdf": "请重新导出 PDF 后再发一次，或直接发送原来的 Word、Excel 文件",
    "ofd": "请导出为 PDF 后再发一次，或直接发送原来的 Word、Excel 文件",
    "image": "请把图片另存为 JPG 后再发一次；也可以直接发送 Word、Excel 文件",
    **dict.fromkeys(("zip", "rar", "7z"), "请重新压缩后再发一次，或把其中的文件逐个作为附件发送"),
    **dict.fromkeys(("eml", "msg", "tnef"), "请把其中的表格直接作为附件发送"),
    **dict.fromkeys(("html", "text"), "请把内容填入 Word、Excel 表格后发送"),
}


NOT_READ_TO_THE_END = "这个文件较大或较复杂，程序没有读完"
STAFF_WILL_READ_IT = "工作人员会打开查看，不必重新发送"


class ReaderError(BotError):
    """A reader gave up on one file.

    ``code`` is the problem's code; ``finding`` and ``advice`` (Chinese) are what the sender gets; empty advice is that of the
    file's format. Only an error of severity «error» is for the sender to put right. The text given to the
    constructor is the technical reason, for the log and the coordinator.
    """

    code: Code = Code.UNREADABLE
    advice: str = ""
    finding: str = "这个文件打不开，可能已损坏或格式不受支持"
    severity: Severity = Severity.ERROR

    def told(self, form: str) -> str:
        """What the sender reads of a file of the format *form*: finding and advice, without the file's name."""
        return f"{self.finding}。{self.advice or ADVICE.get(form, ADVICE['docx'])}。"


class Encrypted(ReaderError):
    """The file asks for a password and none of the candidates fits."""

    code = Code.ENCRYPTED
    finding = "这个文件设有密码，无法打开"
    advice = "请取消密码后重新发送，或在邮件正文中写明「密码：……」"


class Damaged(ReaderError):
    """The bytes are broken, cut off, empty or of a format that no reader opens."""

    code = Code.UNREADABLE


class TooLarge(ReaderError):
    """The file, or what it unpacks to, is over a limit of size or number."""

    code = Code.TOO_LARGE
    finding = "这个文件太大，超出可处理的范围"
    advice = "请只发送表格本身，图片、视频等材料请另行提供"


class OutOfTime(TooLarge):
    """All parts of one mail together took longer than their limit: what was not read by then is left out. No fault of the sender's."""

    finding = NOT_READ_TO_THE_END
    advice = STAFF_WILL_READ_IT
    severity = Severity.WARNING


class Unsafe(ReaderError):
    """Opening it would harm: a decompression bomb, nested too deep, entities, an endless structure."""

    code = Code.UNSAFE
    finding = "这个文件的内部结构异常，出于安全考虑没有打开"
    advice = "请把表格直接作为附件发送，不要多层压缩"


class NothingOpens(Damaged):
    """No reader takes this kind of file."""

    finding = "这种格式的文件无法识别"
    advice = "请发送 Word（.docx/.doc）、Excel（.xlsx/.xls）、WPS 或 PDF 文件"


class ReadersUnavailable(ServerUnavailable):
    """The cluster that reads cannot be used for now: no file's and no mail's fault; all wait."""


class WorkerError(ReaderError):
    """The guarded worker did not bring a result."""

    code = Code.UNSAFE
    finding = "打开这个文件时出现异常，没有读出内容"


class WorkerCrashed(WorkerError):
    """The worker process ended while it worked on this call."""

    remedy = "保留该文件并检查对应的读取程序；其他文件不受影响"


class WorkerKilled(WorkerCrashed):
    """Something outside ended the worker: most often the system, which was short of memory. Says nothing against the file."""

    remedy = "检查本机内存是否够用、是否有人结束了进程"


class WorkerTimeout(WorkerError):
    """The call ran longer than its limit and was killed."""

    code = Code.TOO_LARGE
    finding = NOT_READ_TO_THE_END
    advice = STAFF_WILL_READ_IT
    severity = Severity.WARNING
    remedy = "文件过大或结构异常；可适当调大 [limits] seconds 后再读一次"


class WorkerOutOfMemory(WorkerError):
    """The call wanted more memory than its limit."""

    finding = "这个文件展开后太大，没有读出内容"
    remedy = "文件过大或结构异常；可适当调大 [limits] memory 后再读一次"
