# SPDX-License-Identifier: Apache-2.0
"""Closes what Inkstone writes to the other users of this PC.

The home folder and libraries hold texts of documents, questions and answers. Each process takes every right of others from what it
makes (``begin``, before anything is made); a folder made by an older version, or by hand, is closed when it is opened (``keep``).

On Windows a folder below the user's profile is closed already. One elsewhere on a disk of the PC takes over the rights of what it lies
in, and on a data disk all users may read; it gets an access list of its own, once. Not so on a share, a removable disk, or beside a
portable program, whose next PC would not know the user; nor where somebody has given the folder rights of its own.
"""

from __future__ import annotations

import logging
import os
import stat
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from desktop_app.foundation import installed
from desktop_app.foundation.errors import EnvironmentProblem

log = logging.getLogger(__name__)

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_FIXED_DISK = 3  # GetDriveTypeW: DRIVE_FIXED, which an external disk is too
_CABLES = (4, 7, 12)  # STORAGE_BUS_TYPE: FireWire, USB, memory card
_FILE, _ACCESS_LIST, _INHERITS_NOT, _PROTECTED = 1, 0x4, 0x8000_0000, 0x1000  # as in Windows' headers accctrl.h and winnt.h
_WAITS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4)  # seconds


def begin() -> None:
    """Files of this process, and of those it starts, are for this user alone."""
    if sys.platform != "win32":
        os.umask(_OTHERS)


def keep(folder: Path, contents: Iterable[str] = (), *, shared: bool = False) -> None:
    """Close ``folder`` to others, and what of ours it holds: ``contents`` are patterns as of ``Path.glob``. ``shared``: the folder
    holds other things, too, and who may read those is not ours to say; then it stays as it is.

    Raises ``EnvironmentProblem("folder_of_others")`` where others may write to it and that cannot be changed: it is another user's, a
    common one such as /tmp, or on a disk without rights. Where they may only read, and that cannot be changed, it is left at that.
    """
    if sys.platform == "win32":
        if not shared:
            _keep_on_windows(folder.resolve())
        return
    folder = folder.resolve()  # a link to a folder of ours has the rights of that folder
    status = folder.stat()
    ours = status.st_uid == os.geteuid() and not status.st_mode & stat.S_ISVTX
    if ours:
        for path in (*(() if shared else (folder,)), *(path for pattern in contents for path in folder.glob(pattern))):
            _close(path)
    if folder.stat().st_mode & _OTHERS_WRITE:
        raise EnvironmentProblem("folder_of_others", path=folder)


def _close(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
        if mode & _OTHERS and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & ~_OTHERS)
    except OSError as error:  # it has gone meanwhile, or the disk knows no rights
        log.info("%s stays open to others: %s", path, error)


def access_list(user: str) -> str:
    """What only this user (a SID), the system and administrators may use, with all that is put into it: in Windows' notation (SDDL)."""
    return "D:P" + "".join(f"(A;OICI;FA;;;{who})" for who in (user, "SY", "BA"))


def _keep_on_windows(folder: Path) -> None:
    import ctypes

    here = installed.installation()
    if (here is not None and here.form == "portable") or folder.is_relative_to(Path.home().resolve()):
        return
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    if kernel.GetDriveTypeW(folder.anchor) != _FIXED_DISK or _bus(folder.drive) in _CABLES:
        return
    try:
        _close_on_windows(folder)
    except OSError as error:  # a disk that knows no rights, or a folder of somebody else
        log.info("%s stays open to others: %s", folder, error)


def _bus(drive: str) -> int:
    """What a drive such as ``D:`` is connected by (STORAGE_BUS_TYPE); 0 where Windows does not tell."""
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    share_all, existing, ask = 0x7, 3, 0x2D1400  # IOCTL_STORAGE_QUERY_PROPERTY; opening for no access needs no rights
    handle = kernel.CreateFileW(f"\\\\.\\{drive}", 0, share_all, None, existing, 0, None)
    if handle == -1:
        return 0
    told, size = ctypes.create_string_buffer(1024), ctypes.c_ulong()
    device, found = ctypes.c_void_p(handle), ctypes.byref(size)
    done = kernel.DeviceIoControl(device, ask, bytes(12), 12, told, len(told), found, None)
    kernel.CloseHandle(device)
    return int.from_bytes(told.raw[28:32], "little") if done else 0


def _close_on_windows(folder: Path) -> None:
    """Raises ``OSError``."""
    import ctypes

    advapi, kernel = ctypes.windll.advapi32, ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    held, wanted, rights = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
    try:
        name = ctypes.c_wchar_p(str(folder))
        _raise(advapi.GetNamedSecurityInfoW(name, _FILE, _ACCESS_LIST, None, None, None, None, ctypes.byref(held)))
        control, revision, given, default = ctypes.c_ushort(), ctypes.c_ulong(), ctypes.c_int(), ctypes.c_int()
        _check(advapi.GetSecurityDescriptorControl(held, ctypes.byref(control), ctypes.byref(revision)))
        if control.value & _PROTECTED:
            return
        text = ctypes.c_wchar_p(access_list(_own_sid()))
        _check(advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW(text, 1, ctypes.byref(wanted), None))
        found = (ctypes.byref(given), ctypes.byref(rights), ctypes.byref(default))
        _check(advapi.GetSecurityDescriptorDacl(wanted, *found))
        _raise(
            advapi.SetNamedSecurityInfoW(name, _FILE, ctypes.c_ulong(_ACCESS_LIST | _INHERITS_NOT), None, None, rights, None)
        )
    finally:
        kernel.LocalFree(held)
        kernel.LocalFree(wanted)


def _own_sid() -> str:
    """Raises ``OSError``."""
    import ctypes

    advapi, kernel = ctypes.windll.advapi32, ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    token, told, size, text = ctypes.c_void_p(), ctypes.create_string_buffer(256), ctypes.c_ulong(), ctypes.c_wchar_p()
    this_process, query, user = ctypes.c_void_p(-1), 0x8, 1
    _check(advapi.OpenProcessToken(this_process, query, ctypes.byref(token)))
    try:
        _check(advapi.GetTokenInformation(token, user, told, len(told), ctypes.byref(size)))
        _check(advapi.ConvertSidToStringSidW(ctypes.c_void_p.from_buffer(told), ctypes.byref(text)))
        return text.value or ""
    finally:
        kernel.LocalFree(text)
        kernel.CloseHandle(token)


def _check(done: int) -> None:
    import ctypes

    if not done:
        _raise(ctypes.windll.kernel32.GetLastError())  # type: ignore[attr-defined,unused-ignore]


def _raise(code: int) -> None:
    if code:
        raise OSError(code, f"Windows error {code}")


def opener(path: str, flags: int) -> int:
    """For ``open``: a file for this user alone, also where it exists already or another program's process runs this."""
    descriptor = os.open(path, flags, stat.S_IRUSR | stat.S_IWUSR)
    if sys.platform != "win32":
        os.fchmod(descriptor, stat.S_IRUSR | stat.S_IWUSR)
    return descriptor


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whole, for this user alone: under another name first, so that it is never half there. Raises ``OSError``."""
    making = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with open(making, "wb", opener=opener) as stream:
            stream.write(data)
        replace(making, path)
    except OSError:
        making.unlink(missing_ok=True)
        raise


def replace(source: Path, target: Path) -> None:
    """``os.replace`` of what this process has made. On Windows a virus scanner or a search index opens a new file for a moment, and
    nothing can be renamed meanwhile: then it is tried again, for a second. Raises ``OSError``."""
    for wait in (*_WAITS, None):
        try:
            os.replace(source, target)
        except PermissionError:
            if sys.platform == "win32" and wait is not None:
                time.sleep(wait)
            else:
                raise
        else:
            return
