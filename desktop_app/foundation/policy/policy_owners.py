# SPDX-License-Identifier: Apache-2.0
"""Whether only administrators may change a policy file and its folder.

A policy that a user can write binds nobody, or lets one user bind the others: on Windows every user may make a folder in ProgramData.
"""

from __future__ import annotations

import re
import stat
import sys
from pathlib import Path

from desktop_app.foundation.errors import EnvironmentProblem

# Owners and writers that stand for the administrators of a PC, as Windows abbreviates them: administrators, the system, its installer.
_ADMINISTRATORS = frozenset({"BA", "SY", "LA", "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"})
# Rights that change a file, or a folder so far that what lies in it is exchanged. Bits of an access mask, and their two letters.
_WRITES = 0x2 | 0x4 | 0x40 | 0x1_0000 | 0x4_0000 | 0x8_0000 | 0x1000_0000 | 0x4000_0000
_REPLACES = 0x40 | 0x1_0000 | 0x4_0000 | 0x8_0000 | 0x1000_0000 | 0x4000_0000
_LETTERS = {
    "CC": 0x1,
    "DC": 0x2,
    "LC": 0x4,
    "SW": 0x8,
    "RP": 0x10,
    "WP": 0x20,
    "DT": 0x40,
    "LO": 0x80,
    "CR": 0x100,
    "SD": 0x1_0000,
    "RC": 0x2_0000,
    "WD": 0x4_0000,
    "WO": 0x8_0000,
    "GA": 0x1000_0000,
    "GX": 0x2000_0000,
    "GW": 0x4000_0000,
    "GR": 0x8000_0000,
    "FA": 0x1F_01FF,
    "FR": 0x12_0089,
    "FW": 0x12_0116,
    "FX": 0x12_00A0,
}
_ACE = re.compile(r"\((\w+);([^;)]*);([^;)]*);[^;)]*;[^;)]*;([^;)]*)[^)]*\)")


def check(path: Path) -> None:
    """Raises ``EnvironmentProblem("policy_writable")`` where others than administrators may change the file, or put another in its place."""
    if sys.platform == "win32":
        for place, rights in ((path, _WRITES), (path.parent, _REPLACES)):
            if writer_in(_descriptor(place), rights):
                raise EnvironmentProblem("policy_writable", path=place)
        return
    for place in dict.fromkeys((path, path.parent, path.resolve(), path.resolve().parent)):
        status = place.stat()
        if status.st_uid != 0 or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise EnvironmentProblem("policy_writable", path=place)


def writer_in(descriptor: str, rights: int = _WRITES) -> str:
    """Who in a security descriptor (as text: SDDL) may use one of ``rights`` without being an administrator, or owns it; "" for nobody."""
    owner = re.match(r"O:(S-[\d-]+|\w\w)", descriptor)
    if owner is None or owner[1] not in _ADMINISTRATORS:
        return owner[1] if owner else "?"
    if "D:" not in descriptor or "D:NO_ACCESS_CONTROL" in descriptor:
        return "WD"  # no list at all: everybody may do everything
    for kind, flags, granted, who in _ACE.findall(descriptor.split("D:", 1)[1]):
        if kind in ("A", "XA") and "IO" not in flags and who not in _ADMINISTRATORS and _mask(granted) & rights:
            return str(who)
    return ""


def _mask(rights: str) -> int:
    if rights.lower().startswith("0x"):
        return int(rights, 16)
    mask = 0
    for at in range(0, len(rights), 2):
        mask |= _LETTERS.get(rights[at : at + 2], _WRITES)  # letters that are not known may be a right to write
    return mask


def _descriptor(path: Path) -> str:
    """Owner and access list of a file on Windows. Raises ``EnvironmentProblem("policy_unreadable")``."""
    import ctypes

    advapi, kernel = ctypes.windll.advapi32, ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    descriptor, text = ctypes.c_void_p(), ctypes.c_wchar_p()
    owner_and_list = 0x1 | 0x4
    failed = advapi.GetNamedSecurityInfoW(str(path), 1, owner_and_list, None, None, None, None, ctypes.byref(descriptor))
    if failed:
        raise EnvironmentProblem("policy_unreadable", path=path, detail=failed)
    try:
        if not advapi.ConvertSecurityDescriptorToStringSecurityDescriptorW(
            descriptor, 1, owner_and_list, ctypes.byref(text), None
        ):
            raise EnvironmentProblem("policy_unreadable", path=path, detail="SDDL")
        return text.value or ""
    finally:
        kernel.LocalFree(text)
        kernel.LocalFree(descriptor)
