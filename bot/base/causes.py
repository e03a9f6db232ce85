"""What the system, the network and SQLite say of themselves in English, in Chinese: why a file, a server or a database cannot be used."""

from __future__ import annotations

import errno
import socket
import sqlite3

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
