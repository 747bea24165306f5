"""The wall around a child, put up just before it becomes an engine or reads what strangers made:
no new privileges, landlock (files), seccomp (system calls), resource limits. Only the standard
library, as the launcher runs it alone. Each step returns "" or says what is not in force."""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
import sysconfig

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_libc = ctypes.CDLL(None, use_errno=True)
_SYS = {"x86_64": 0, "aarch64": 1}.get(platform.machine())

# name: (x86-64, aarch64); None where the architecture has no such call.
_NUMBERS: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "stat": (4, None),
    "fstat": (5, 80),
    "lstat": (6, None),
    "poll": (7, 73),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "ioctl": (16, 29),
    "pread64": (17, 67),
    "readv": (19, 65),
    "writev": (20, 66),
    "access": (21, None),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "mincore": (27, 232),
    "madvise": (28, 233),
    "nanosleep": (35, 101),
    "getpid": (39, 172),
    "clone": (56, 220),
    "execve": (59, 221),
    "exit": (60, 93),
    "uname": (63, 160),
    "fcntl": (72, 25),
    "getcwd": (79, 17),
    "readlink": (89, None),
    "gettimeofday": (96, 169),
    "getrlimit": (97, 163),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "getuid": (102, 174),
    "getgid": (104, 176),
    "geteuid": (107, 175),
    "getegid": (108, 177),
    "sigaltstack": (131, 132),
    "prctl": (157, 167),
    "arch_prctl": (158, None),
    "gettid": (186, 178),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "set_tid_address": (218, 96),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "epoll_wait": (232, None),
    "epoll_ctl": (233, 21),
    "tgkill": (234, 131),
    "openat": (257, 56),
    "newfstatat": (262, 79),
    "readlinkat": (267, 78),
    "set_robust_list": (273, 99),
    "get_robust_list": (274, 100),
    "epoll_pwait": (281, 22),
    "eventfd2": (290, 19),
    "epoll_create1": (291, 20),
    "dup3": (292, 24),
    "pipe2": (293, 59),
    "prlimit64": (302, 261),
    "getrandom": (318, 278),
    "membarrier": (324, 283),
    "statx": (332, 291),
    "rseq": (334, 293),
    "clone3": (435, 435),
    "faccessat2": (439, 439),
}
_ARCH = (0xC000003E, 0xC00000B7)
_LOAD, _JEQ, _JSET, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _KILL, _EPERM, _ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
_CLONE_THREAD = 0x00010000


def _instruction(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value & 0xFFFFFFFF)


def _arg_is_one_of(place: int, values: tuple[int, ...]) -> list[bytes]:
    """Allow when the low half of argument `place` is listed, else EPERM."""
    out = [_instruction(_LOAD, 16 + 8 * place)]
    for left, value in zip(range(len(values), 0, -1), values, strict=True):
        out.append(_instruction(_JEQ, value, left, 0))
    return [*out, _instruction(_RETURN, _EPERM), _instruction(_RETURN, _ALLOW)]


def _arg_equals(place: int, value: int) -> list[bytes]:
    """Allow when all 64 bits of argument `place` are `value`, else EPERM."""
    return [
        _instruction(_LOAD, 16 + 8 * place),
        _instruction(_JEQ, value, 0, 3),
        _instruction(_LOAD, 20 + 8 * place),
        _instruction(_JEQ, value >> 32, 0, 1),
        _instruction(_RETURN, _ALLOW),
        _instruction(_RETURN, _EPERM),
    ]


def _checks(program_address: int) -> dict[str, list[bytes]]:
    """What a listed call must satisfy besides being listed."""
    return {
        # The program given by the launcher and no other; landlock allows no other file either.
        "execve": _arg_equals(0, program_address),
        # Threads, never processes.
        "clone": [
            _instruction(_LOAD, 16),
            _instruction(_JSET, _CLONE_THREAD, 0, 1),
            _instruction(_RETURN, _ALLOW),
            _instruction(_RETURN, _EPERM),
        ],
        "clone3": [_instruction(_RETURN, _ENOSYS)],  # its flags are in memory: make libc use clone
        "tgkill": _arg_is_one_of(0, (os.getpid(),)),
        "prctl": _arg_is_one_of(0, (15, 16, 0x53564D41)),  # names of threads and of memory areas
        "prlimit64": _arg_equals(2, 0),  # read only
        "ioctl": _arg_is_one_of(1, (0x5401, 0x5421, 0x5450, 0x5451)),
        "fcntl": _arg_is_one_of(1, (1, 2, 3, 4, 1030)),
    }


_FOR_PYTHON: dict[str, tuple[int | None, int | None]] = {
    "dup": (32, 23),
    "getdents64": (217, 61),  # modules are looked up by listing folders
    "fadvise64": (221, 223),
}


def seccomp_program(program_address: int, more: dict[str, tuple[int | None, int | None]]) -> bytes:
    """The filter: an allow-list, of `more` too; everything else answers EPERM."""
    assert _SYS is not None
    out = [_instruction(_LOAD, 4), _instruction(_JEQ, _ARCH[_SYS], 1, 0), _instruction(_RETURN, _KILL)]
    out.append(_instruction(_LOAD, 0))
    checks = _checks(program_address)
    for name, numbers in {**_NUMBERS, **more}.items():
        number = numbers[_SYS]
        if number is None:
            continue
        body = checks.get(name) or [_instruction(_RETURN, _ALLOW)]
        out += [_instruction(_JEQ, number, 0, len(body)), *body]
        if len(body) > 1:
            continue
    out.append(_instruction(_RETURN, _EPERM))
    return b"".join(out)


def enter_seccomp(program_address: int = 0, *, for_python: bool = False) -> str:
    """No system calls but those of the list. `program_address`: where the path of the one program lies
    that may still be started; 0: none may."""
    if not sys.platform.startswith("linux") or _SYS is None:
        return "seccomp: not on this platform"
    program = seccomp_program(program_address, _FOR_PYTHON if for_python else {})
    holder = ctypes.create_string_buffer(program, len(program))
    descriptor = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(holder))
    buffer = ctypes.create_string_buffer(descriptor, len(descriptor))
    if _libc.prctl(22, 2, ctypes.byref(buffer), 0, 0):  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
        return f"seccomp: {os.strerror(ctypes.get_errno())}"
    return ""


_CREATE_RULESET, _ADD_RULE, _RESTRICT = 444, 445, 446
_EXECUTE, _READ_FILE, _READ_DIR = 1, 4, 8
_FS_BITS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}


def landlock_version() -> int:
    """The kernel's landlock version, 0 without it."""
    if not sys.platform.startswith("linux"):
        return 0
    return max(0, int(_libc.syscall(_CREATE_RULESET, None, 0, 1)))


def enter_landlock(readable: list[str], executable: list[str]) -> str:
    """Let the process read and execute the given files (or what is below the given folders) only.
    Newer kernels also cut off TCP, signals and abstract sockets."""
    version = landlock_version()
    if not version:
        return "landlock: not in this kernel"
    fields = [(1 << _FS_BITS.get(version, 16)) - 1]
    if version >= 4:
        fields.append(3)
    if version >= 6:
        fields.append(3)
    attributes = struct.pack(f"{len(fields)}Q", *fields)
    ruleset = _libc.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        return f"landlock: {os.strerror(ctypes.get_errno())}"
    for path, access in [(p, _READ_FILE) for p in readable] + [
        (p, _READ_FILE | _EXECUTE) for p in executable
    ]:
        _allow_path(ruleset, path, access)
    failed = _libc.syscall(_RESTRICT, ruleset, 0)
    os.close(ruleset)
    return f"landlock: {os.strerror(ctypes.get_errno())}" if failed else ""


def _allow_path(ruleset: int, path: str, access: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if os.path.isdir(path):
        access |= _READ_DIR
    rule = struct.pack("=Qi", access, handle)
    _libc.syscall(_ADD_RULE, ruleset, 1, rule, 0)
    os.close(handle)


def enter_limits(data_bytes: int) -> str:
    """No core dumps, no files written, few descriptors; `data_bytes` of private memory, which
    includes what the JavaScript heap does not count (ArrayBuffers). 0: no limit."""
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (most, most))
    if not data_bytes:
        return ""
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (data_bytes, data_bytes))
    except (OSError, ValueError):
        return "memory limit: not on this platform"
    return ""


def enter_process(*, dies_with_parent: bool = True) -> str:
    """Die with the parent (or, to be exact, with its thread that started this process), gain no
    privileges, be no one's debugger's prey."""
    if not sys.platform.startswith("linux"):
        return "no-new-privileges: not on this platform"
    if dies_with_parent:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return "no-new-privileges: refused"
    return ""


def enter_for_python(readable: list[str]) -> list[str]:
    """Shut in this very Python: from here on it reads its own modules and what is `readable`, and
    reaches nothing else. Returns what is not in force."""
    system = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/dev/null"]
    own = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib")]
    zones = ["/usr/share/zoneinfo", "/dev/urandom"]
    # Python is already running: nothing is started any more, so no program is allowed.
    steps = [
        enter_process(),
        enter_landlock([*own, *system, *zones, *readable], []),
        enter_seccomp(for_python=True),
    ]
    return [missing for missing in steps if missing]


def has_filter() -> bool:
    """Whether this architecture has a filter."""
    return _SYS is not None
