"""Take the network away from this process: on Linux the kernel refuses every new socket, whatever a query managed to ask for."""

import ctypes
import platform
import struct
import sys

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_ALLOW = 0x7FFF0000
_ERRNO_EACCES = 0x00050000 | 13
# System call number of socket(2) and the AUDIT_ARCH constant, from the kernel's own tables (asm/unistd.h, linux/audit.h).
_ARCHITECTURES = {"x86_64": (41, 0xC000003E), "aarch64": (198, 0xC00000B7)}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def forbid_sockets() -> bool:
    """Install a seccomp filter that fails socket(2) with EACCES in this thread and those it starts; False where that is not possible."""
    known = _ARCHITECTURES.get(platform.machine())
    if not sys.platform.startswith("linux") or known is None:
        return False
    number, architecture = known
    instructions = (
        (0x20, 0, 0, 4),  # load seccomp_data.arch
        (0x15, 0, 2, architecture),  # another architecture: deny
        (0x20, 0, 0, 0),  # load seccomp_data.nr
        (0x15, 0, 1, number),  # not socket(2): allow
        (0x06, 0, 0, _ERRNO_EACCES),
        (0x06, 0, 0, _ALLOW),
    )
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(instructions), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = (ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, None, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program), 0, 0) == 0)
