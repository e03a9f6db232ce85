"""How providers word, mark and address the files that did not fit into a mail. Judged in ``cloud_links.py``."""

from __future__ import annotations

from bot.base import expressions as re

ENDINGS = (
    "docx?|docm|dotx?|wps|wpt|rtf|odt|xlsx?|xlsm|xlsb|et|ett|csv|ods|pptx?|dps|pdf|ofd|txt|zip|rar|7z|tar|t?gz|iso|jpe?g|png|bmp|gif|tiff?|heic|"
    "webp|mp4|mov|avi|wmv|mkv|flv|m4v|mp3|wav|m4a|eml|msg|psd|ai|cdr|dwg|exe|apk"
)

FILE = re.compile(rf"[^\s/\\:*?\"<>|\n][^/\\:*?\"<>|\t\n]{{0,150}}?\.(?:{ENDINGS})(?![A-Za-z0-9])", re.IGNORECASE)

SIZE = re.compile(
    r"(?<![\w.])(\d{1,4}(?:[.,]\d{1,3})?\s*(?:[KMGT]i?B?|bytes?|B|字节|兆)|\d{1,12}\s*(?:bytes?|字节))(?![A-Za-z0-9])",
    re.IGNORECASE,
)

DAY = r"\d{4}\s{0,4}[-/.年]\s{0,4}\d{1,2}\s{0,4}[-/.月]\s{0,4}\d{1,2}\s{0,4}日?(?:\s{0,4}\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"

EXPIRES = re.compile(
    rf"(?:过期时间|到期时间|有效时间到|有效期至?|有效期限|失效时间|截止时间|保存至|expires?(?:\s{{1,4}}on)?)\s{{0,9}}[:：]?\s{{0,9}}({DAY}|无限期|永久(?:有效)?|\d{{1,9}}\s{{0,4}}天)"
    rf"|({DAY})\s{{0,4}}(?:到期|过期|失效|前有效)|(无限期|永久有效)|(\d{{1,9}}\s{{0,4}}天)(?:后|内)?(?:到期|过期|有效)",
    re.IGNORECASE,
)

STRONG = re.compile(
    r"超大附件|云附件|大附件|文件中转|中转站|网盘附件|邮箱网盘|文件快递|big\s*attachment|large\s*attachment|cloud\s*attachment",
    re.IGNORECASE,
)

WEAK = re.compile(r"有效期|到期|过期|失效|下载|提取码|访问码|提取文件|文件大小|download|expire", re.IGNORECASE)

# Whoever gives a code with a link shares a file, wherever it lies («访问密码» alone opens meetings and surveys as well).
CODE = re.compile(
    r"(?:提取码|提取密码|取件码|取件密码|提货码|分享码|分享密码|下载码|下载密码|文件密码|网盘密码|访问码)(?:是|为)?\s{0,4}[:：=]?\s{0,4}[A-Za-z0-9]{3,12}(?![A-Za-z0-9])"
    r"|[?&]pwd=[A-Za-z0-9]{3,8}(?![A-Za-z0-9])"
)
# Where files lie that did not come with the mail; a «垃圾中转站» is none of these.
STORED = re.compile(
    r"网盘|云盘|网络硬盘|超大附件|云附件|大附件|(?:文件|邮件|邮箱|附件|QQ)中转站|文件中转|文件快[传递]|私有云|群晖|\bNAS\b|\bFTP\b",
    re.IGNORECASE,
)
# «照片下载链接：», «材料请点击下载：», with an address as programs that share files make them.
FETCHED = re.compile(
    r"(?:文件|附件|材料|申报表|汇总表|登记表|表格|总结|资料|照片|图片|视频|压缩包|原图|素材)[^。\n]{0,16}?(?:下载|链接|地址)"
    r"|下载(?:链接|地址)|(?:点击|点此|自行|请)[^。\n]{0,6}下载"
)
SHARED_PATH = re.compile(
    r"^https?://[^/?#]+(?:/[^?#]{0,80})?/(?:s|share|sharing|shared|sharelink|f|d|dl|link|links|file|files|download|dlink|fs|gofile|l)/[\w~-]{4,}(?:[/?#]|$)"
    r"|[?&#](?:share|sharekey|shareid|fid|fileid|file_id|surl|token|code|pickcode)=[\w-]{4,}",
    re.IGNORECASE,
)
# Official pages offer blanks and notices for download; nobody's filled form lies there.
OFFICIAL = re.compile(
    r"^https?://(?:[^/?#@]*\.)?(?:gov\.cn|kepuri\.cn|kepuchina\.cn|people\.com\.cn|xinhuanet\.com|weixin\.qq\.com)(?:[/:?#]|$)",
    re.IGNORECASE,
)
# A page of text or a home page is read, not fetched.
PAGE = re.compile(r"^https?://[^/?#]+/?$|^https?://[^?#]+\.(?:s?html?|aspx?|jsp|php)(?:[?#]|$)", re.IGNORECASE)

# Addresses under which providers keep what did not fit into a mail.
KEPT_BY_PROVIDER = re.compile(
    r"fs\.163\.com/|X-NETEASE-HUGE-ATTACHMENT|(?:^|[/.])mail\.(?:163|126|yeah|188)\.(?:com|net)/(?:large-attachment-download|filehub|.*bigattach)|"
    r"dashi\.163\.com/html/cloud-attachment|edisk\.qiye\.163\.com/|qiye\.163\.com/.*(?:attachment|netdisk|edisk)|"
    r"/cgi-bin/ftnExs_download|mail\.qq\.com/ftn/download|\.ftn\.qq\.com/|mail\.qq\.com/cgi-bin/(?:ftn|exs)|exmail\.qq\.com/.*ftn|"
    r"download\.cloud\.189\.cn/|189\.cn/file/downloadFile|mail\.sina\.(?:com\.cn|cn|com)/filecenter/|filecenter/download\.php|"
    r"(?:mail\.10086\.cn|\.139\.com)/.*(?:attach|file|disk|largefile|download)|(?:icloud|icloud\.com\.cn)\.com/attachment/|cvws\.icloud-content\.com/|"
    r"mail\.sohu\.com/.*(?:bigattach|netdisk)|mail\.aliyun\.com/.*(?:attach|netdisk|download)|qiye\.aliyun\.com/.*(?:attach|netdisk|download)|"
    r"coremail/.*(?:nf|netfolder|largeattach)|/netfolder/|[?&]func=(?:nf|lj):",
    re.IGNORECASE,
)

SHARES: tuple[tuple[str, str], ...] = (
    (r"docs\.qq\.com/(?:doc|sheet|pdf|slide|aio|smartsheet|mind|flowchart|document|desktop|dop-api|s)\b", "腾讯文档"),
    (r"(?:kdocs\.cn|wps\.cn)/(?:l|p|view|office|wo|join|latest|team|folder)\b", "金山文档"),
    (r"(?:pan|yun)\.baidu\.com/(?:s|share|e)\b", "百度网盘"),
    (r"(?:aliyundrive|alipan)\.com/(?:s|t)\b", "阿里云盘"),
    (r"(?:share\.)?weiyun\.com/", "腾讯微云"),
    (r"cloud\.189\.cn/(?:t|web/share)\b|content\.21cn\.com/", "天翼云盘"),
    (r"(?:caiyun|yun)\.139\.com/", "移动云盘"),
    (r"pan\.quark\.cn/s\b", "夸克网盘"),
    (r"pan\.xunlei\.com/s\b", "迅雷云盘"),
    (r"(?:115|anxia)\.com/s\b", "115网盘"),
    (r"123(?:pan|684|865|912|592)\.(?:com|cn)/s\b", "123云盘"),
    (r"lanzou[a-z]?\.com/|lanzou[a-z]\.com/|lanzoux\.com/", "蓝奏云"),
    (r"jianguoyun\.com/p\b", "坚果云"),
    (r"(?:feishu|larksuite|larkoffice)\.(?:cn|com)/(?:file|docx?|docs|sheets|drive|wiki|base)\b", "飞书文档"),
    (r"shimo\.im/(?:docs|sheets|file|folder|presentation)\b", "石墨文档"),
    (r"alidocs\.dingtalk\.com/|space\.dingtalk\.com/|dingpan|qr\.dingtalk\.com/page/yunpan", "钉盘"),
    (r"drive\.weixin\.qq\.com/s|doc\.weixin\.qq\.com/(?:doc|sheet)", "企业微信微盘"),
    (r"1drv\.ms/|onedrive\.live\.com/|sharepoint\.(?:com|cn)/:?[a-z]?:?", "OneDrive"),
    (r"drive\.google\.com/|docs\.google\.com/(?:document|spreadsheets|file)", "Google Drive"),
    (r"dropbox\.com/(?:s|scl|t)\b|wetransfer\.com/downloads|we\.tl/", "网盘"),
    (r"icloud\.com(?:\.cn)?/(?:iclouddrive|pages|numbers)", "iCloud"),
    (r"ctfile\.com/|cowtransfer\.com/|wss\.com?/f|musetransfer\.com/|yunpan\.(?:360\.)?cn/", "网盘"),
)

SHARE_RES = tuple(
    (
        re.compile(
            rf"^https?://(?:[\w-]+\.)*{pattern}"
            if not pattern.startswith("(?:")
            else rf"^https?://(?:[\w-]+\.)*(?:{pattern})",
            re.IGNORECASE,
        ),
        name,
    )
    for pattern, name in SHARES
)

# Adverts for the mail program which stand beside the real link, and the provider's help pages.
ADVERT = re.compile(
    r"^https?://(?:u\.163\.com|(?:www\.)?mail\.163\.com/dashi|dashi\.163\.com/(?!html/cloud)|help\.|service\.mail\.qq\.com|(?:app|m)\.mail|www\.foxmail\.com|mail\.10086\.cn/?$)",
    re.IGNORECASE,
)

MARKED_CLASS = re.compile(
    r"qqmailbgattach|bigattach-mailmaster|bigatt_bt|foxmail_hugeattachment|netease.{0,80}(?:big|cloud)attach",
    re.IGNORECASE,
)

MARKED_ID = re.compile(
    r"divNeteaseBigAttach|divNeteaseSiriusCloudAttach|QQMailBigAttach|FoxmailClientBigAttach|att_container",
    re.IGNORECASE,
)
