"""What the kernel keeps the worker from, whatever a hostile file made of it: no other files, no network, no other programs or processes.

Landlock (Linux 5.13 and later) lets it read the program and the system's libraries and write into its scratch folder, nothing else: not the
configuration, not the store, not the parent's environment. seccomp forbids the calls that reading a file never needs. Both are asked of
the kernel directly (``man 7 landlock``, ``man 2 seccomp``): the one binding on PyPI for each is a draft or wants a system library. Where the
kernel has neither, limits and the missing environment remain, and ``check`` says so.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import struct
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

FILES, CALLS = "landlock", "seccomp"
_in_force: list[str] = []

# landlock.h; each bit of the file rights came with the version of the interface that stands beside it.
_RIGHTS_OF_VERSION = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF, 5: 0xFFFF}
_WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE, _EXECUTE = 1 << 1, 1 << 2, 1 << 3, 1 << 14, 1
_NO_TCP, _NO_FOREIGN_SIGNALS = 0b11, 0b11
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_PATH_BENEATH = 1
_NO_NEW_PRIVILEGES = 38

# What libraries of the system, time zones and fonts are read from, and what numeric libraries ask about the machine.
_SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64", "/usr/share", "/nix/store",
    "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/etc/mime.types", "/proc/self", "/proc/cpuinfo", "/proc/meminfo",
    "/proc/stat", "/proc/sys/vm", "/sys/devices/system", "/sys/fs/cgroup", "/dev/urandom", "/dev/random", "/dev/zero",
)  # fmt: skip

# Numbers on x86-64 and on ARM64 (asm-generic); -1 where one has no such call.
_FORBIDDEN: dict[str, tuple[int, int]] = {
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, -1), "vfork": (58, -1),
    "socket": (41, 198), "socketpair": (53, 199), "bind": (49, 200), "listen": (50, 201), "accept": (43, 202), "connect": (42, 203),
    "sendto": (44, 206), "sendmsg": (46, 211), "accept4": (288, 242), "sendmmsg": (307, 269),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272), "process_madvise": (440, 440),
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "setpgid": (109, 154), "setsid": (112, 157),
    "chmod": (90, -1), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, -1), "fchown": (93, 55), "lchown": (94, -1), "fchownat": (260, 54),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14), "lremovexattr": (198, 15),
    "unshare": (272, 97), "setns": (308, 268), "chroot": (161, 51), "pivot_root": (155, 41), "mount": (165, 40), "umount2": (166, 39),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432),
    "fspick": (433, 433), "mount_setattr": (442, 442), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "reboot": (169, 142), "syslog": (103, 116), "acct": (163, 89), "quotactl": (179, 60),
    "swapon": (167, 224), "swapoff": (168, 225), "settimeofday": (164, 170), "clock_settime": (227, 112), "adjtimex": (159, 171),
    "sethostname": (170, 161), "setdomainname": (171, 162),
}  # fmt: skip
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_CLONE, _CLONE3 = (56, 220), (435, 435)
_ON_ITSELF = ((62, 129), (234, 131), (302, 261))  # kill, tgkill, prlimit64: the first argument is a process
_CLONE_THREAD = 0x10000
_SECCOMP, _FILTER, _ALL_THREADS = (317, 277), 1, 1
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
# linux/bpf_common.h: load a word, compare, test bits, return.
_LOAD, _EQUAL, _AT_LEAST, _BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCH, _FIRST_ARGUMENT = 0, 4, 16


def close_in(scratch: Path, packages: Sequence[Path]) -> None:
    """Shut this process in for good: threads that it starts are inside as well. *packages*: folders of the program to be read."""
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform != "linux" or libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return
    with contextlib.suppress(OSError):
        _close_files(libc, scratch, readable(packages))
        _in_force.append(FILES)
    with contextlib.suppress(OSError, KeyError):
        _close_calls(libc)
        _in_force.append(CALLS)


def in_force() -> tuple[str, ...]:
    """Which of ``FILES`` and ``CALLS`` hold in this process."""
    return tuple(_in_force)


def readable(packages: Iterable[Path]) -> Iterator[Path]:
    """Every place that reading needs. The checkout itself is none: configuration and store may lie in it."""
    root = Path(__file__).resolve().parents[2]
    found = [*packages, *(Path(place) for place in _SYSTEM), Path(sys.base_prefix, "lib")]
    found += [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    for entry in (Path(entry).resolve() for entry in sys.path if entry):
        if not root.is_relative_to(entry) or entry.name in ("site-packages", "dist-packages"):
            found.append(entry)
    return (place for place in dict.fromkeys(found) if place.exists())


def _close_files(libc: ctypes.CDLL, scratch: Path, places: Iterable[Path]) -> None:
    version = _call(libc, _CREATE_RULESET, None, 0, 1)
    rights = _RIGHTS_OF_VERSION[min(version, max(_RIGHTS_OF_VERSION))]
    attributes = struct.pack("QQQ", rights, _NO_TCP, _NO_FOREIGN_SIGNALS)[
        : 24 if version >= 6 else 16 if version >= 4 else 8
    ]
    ruleset = _call(libc, _CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for place in places:
            _allow(libc, ruleset, place, _READ_FILE | (_READ_DIR if place.is_dir() else 0))
        _allow(libc, ruleset, Path("/dev/null"), (_READ_FILE | _WRITE_FILE | _TRUNCATE) & rights)
        _allow(libc, ruleset, scratch, rights & ~_EXECUTE)
        _call(libc, _RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, place: Path, rights: int) -> None:
    descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC)
    try:
        _call(libc, _ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, descriptor), 0)
    finally:
        os.close(descriptor)


def _close_calls(libc: ctypes.CDLL) -> None:
    column, architecture = _ARCHITECTURES[platform.machine()]
    program = b"".join(_program(column, architecture))
    code = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    _call(libc, _SECCOMP[column], _FILTER, _ALL_THREADS, head)


def _program(column: int, architecture: int) -> Iterator[bytes]:
    """The filter: instruction, how far to jump where the test holds and where not, operand."""

    def step(code: int, operand: int, then: int = 0, otherwise: int = 0) -> bytes:
        return struct.pack("HBBI", code, then, otherwise, operand)

    refused = _ERRNO | errno.EPERM
    yield step(_LOAD, _ARCH)
    yield step(_EQUAL, architecture, 1)
    yield step(_RETURN, _KILL)
    yield step(_LOAD, _NUMBER)
    yield step(_AT_LEAST, 0x40000000, 0, 1)  # the calls of x32, another table on the same processor
    yield step(_RETURN, refused)
    for numbers in _FORBIDDEN.values():
        number = numbers[column]
        if number >= 0:
            yield step(_EQUAL, number, 0, 1)
            yield step(_RETURN, refused)
    # clone3 hides its flags from a filter; without it the C library takes clone.
    yield step(_EQUAL, _CLONE3[column], 0, 1)
    yield step(_RETURN, _ERRNO | errno.ENOSYS)
    yield step(_EQUAL, _CLONE[column], 0, 4)  # threads, no processes
    yield step(_LOAD, _FIRST_ARGUMENT)
    yield step(_BITS, _CLONE_THREAD, 1)
    yield step(_RETURN, refused)
    yield step(_RETURN, _ALLOW)
    for numbers in _ON_ITSELF:
        yield step(_EQUAL, numbers[column], 0, 5)
        yield step(_LOAD, _FIRST_ARGUMENT)
        yield step(_EQUAL, 0, 2)
        yield step(_EQUAL, os.getpid(), 1)
        yield step(_RETURN, refused)
        yield step(_RETURN, _ALLOW)
    yield step(_RETURN, _ALLOW)


def _call(libc: ctypes.CDLL, number: int, *arguments: int | bytes | None) -> int:
    """A system call without a wrapper in the C library; ``OSError`` where the kernel refuses it."""
    plain = [ctypes.c_long(one) if isinstance(one, int) else ctypes.c_char_p(one) for one in arguments]
    result: int = libc.syscall(ctypes.c_long(number), *plain)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
