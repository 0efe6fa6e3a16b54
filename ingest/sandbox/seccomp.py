"""
seccomp: system calls that a process, and all it starts, will never be given again.

Source: Linux, "Seccomp BPF" (userspace-api/seccomp_filter.rst); the numbers are those of
asm/unistd_64.h (x86-64) and asm-generic/unistd.h (AArch64).
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass

_SET_SECCOMP, _MODE_FILTER = 22, 2
_KILL, _ALLOW, _FAIL = 0x8000_0000, 0x7FFF_0000, 0x0005_0000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # BPF: ld [k], jeq, jge, ret
_ANY_BIT = 0x45  # jset
_SECOND_ARGUMENT_AT = 24  # its low word, in struct seccomp_data
MFD_NOEXEC_SEAL = 8
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4  # offsets in struct seccomp_data
_X32 = 0x4000_0000


@dataclass(frozen=True, slots=True)
class _Machine:
    """An architecture: AUDIT_ARCH_*, the calls that are denied, and where another ABI begins."""

    audit: int
    denied: tuple[int, ...]
    memfd_create: int
    execve: int
    execveat: int
    others_from: int | None = None


_MACHINES = {
    "x86_64": _Machine(
        audit=0xC000_003E,
        denied=(
            41,  # socket
            *(425, 426, 427),  # io_uring_setup, _enter, _register: make sockets past this filter
            101,  # ptrace
            310,  # process_vm_readv
            311,  # process_vm_writev
            438,  # pidfd_getfd
            304,  # open_by_handle_at
            321,  # bpf
            298,  # perf_event_open
            323,  # userfaultfd
            248,  # add_key
            249,  # request_key
            250,  # keyctl
            165,  # mount
            272,  # unshare
            308,  # setns
            322,  # execveat, which runs what has no name
            *(112, 109),  # setsid, setpgid: nobody leaves the group that goes with the worker
            *(90, 91, 268, 452),  # chmod, fchmod, fchmodat, fchmodat2
            *(92, 93, 94, 260),  # chown, fchown, lchown, fchownat
            *(132, 235, 261, 280),  # utime, utimes, futimesat, utimensat
            *(188, 189, 190, 463),  # setxattr, lsetxattr, fsetxattr, setxattrat
            *(197, 198, 199, 466),  # removexattr, lremovexattr, fremovexattr, removexattrat
        ),
        memfd_create=319,
        execve=59,
        execveat=322,
        others_from=_X32,
    ),
    "aarch64": _Machine(
        audit=0xC000_00B7,
        denied=(
            *(198, 425, 426, 427, 117, 270, 271, 438, 265, 280, 241, 282, 217, 218, 219, 40, 97),
            *(268, 281, 157, 154, 52, 53, 452, 55, 54, 88, 5, 6, 7, 463, 14, 15, 16, 466),
        ),
        memfd_create=279,
        execve=221,
        execveat=281,
    ),
}


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("filter", ctypes.POINTER(_Instruction)))


def deny() -> bool:
    """
    Have socket() of every family fail with EACCES.

    So does what reaches into other processes or into rarely used parts of the kernel, changes modes,
    owners, times or attributes of files, leaves the process group, or runs what lies in memory. A call
    of a foreign architecture kills the process.

    Pipes and what is open already go on working. False where there is no seccomp, or the machine
    is none of those above. PR_SET_NO_NEW_PRIVS has to be set before.
    """
    machine = _machine()
    return machine is not None and _install(_filter(machine))


def deny_programs() -> bool:
    """
    Have execve() and execveat() fail with EACCES in this process and all it starts from now on.

    False where there is no seccomp. PR_SET_NO_NEW_PRIVS has to be set before.
    """
    machine = _machine()
    if machine is None:
        return False
    calls = [(_EQUAL, machine.execve), (_EQUAL, machine.execveat)]
    return _install([*_beginning(machine), *_denying(calls)])


def _machine() -> _Machine | None:
    if not sys.platform.startswith("linux") or sys.maxsize < 2**32:
        return None
    return _MACHINES.get(os.uname().machine)


def _install(instructions: Sequence[_Instruction]) -> bool:
    array = (_Instruction * len(instructions))(*instructions)
    program = _Program(len(instructions), array)
    libc = ctypes.CDLL(None, use_errno=True)
    result: int = libc.prctl(
        _SET_SECCOMP, ctypes.c_ulong(_MODE_FILTER), ctypes.byref(program), *[ctypes.c_ulong(0)] * 2
    )
    return result == 0


def _filter(machine: _Machine) -> Sequence[_Instruction]:
    tests = [(_EQUAL, number) for number in machine.denied]
    if machine.others_from is not None:
        tests.insert(0, (_AT_LEAST, machine.others_from))
    return [
        *_beginning(machine),
        # memory with a descriptor may be had, but none that can be run: Landlock does not see it
        _Instruction(_EQUAL, 0, 4, machine.memfd_create),
        _Instruction(_LOAD, 0, 0, _SECOND_ARGUMENT_AT),
        _Instruction(_ANY_BIT, 0, 1, MFD_NOEXEC_SEAL),
        _Instruction(_RETURN, 0, 0, _ALLOW),
        _Instruction(_RETURN, 0, 0, _FAIL | errno.EACCES),
        *_denying(tests),
    ]


def _beginning(machine: _Machine) -> Sequence[_Instruction]:
    """Kill what calls by another architecture's numbers; then the call's number is at hand."""
    return [
        _Instruction(_LOAD, 0, 0, _ARCHITECTURE_AT),
        _Instruction(_EQUAL, 1, 0, machine.audit),
        _Instruction(_RETURN, 0, 0, _KILL),
        _Instruction(_LOAD, 0, 0, _NUMBER_AT),
    ]


def _denying(tests: Sequence[tuple[int, int]]) -> Sequence[_Instruction]:
    return [
        # a hit jumps over the tests that are left and over the return that allows
        *(
            _Instruction(code, len(tests) - index, 0, number)
            for index, (code, number) in enumerate(tests)
        ),
        _Instruction(_RETURN, 0, 0, _ALLOW),
        _Instruction(_RETURN, 0, 0, _FAIL | errno.EACCES),
    ]


def in_force() -> bool:
    """Whether this process may make no socket: tried, not looked up."""
    try:
        socket.socket(socket.AF_UNIX).close()
    except OSError as error:
        return error.errno == errno.EACCES
    return False
