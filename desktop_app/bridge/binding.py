# SPDX-License-Identifier: Apache-2.0
"""Keeps Python 3.11 alive under PySide6 6.12.

PySide6 6.12.0 was built with headers in which ``Py_RETURN_NONE``, ``Py_RETURN_TRUE``, ``Py_RETURN_FALSE`` and
``Py_RETURN_NOTIMPLEMENTED`` take no reference, which is right from Python 3.12 on, where these four objects are immortal. On
3.11 each void call into Qt takes one reference of ``None`` away and each ``emit()`` one of ``True``; after about 5,600 calls the
interpreter aborts with "none_dealloc: deallocating None". Measured: 300,000 times ``setObjectName`` aborts within a second;
6.11.3 does not.

So Python 3.11 gets what 3.12 has: references enough for the life of the process. ``tests/bridge/test_binding.py`` proves it.
"""

from __future__ import annotations

import ctypes
import sys

_ENOUGH = sys.maxsize // 4  # references; at a million calls a second this lasts for centuries on 64 bits


def keep_singletons() -> None:
    """Make ``None``, ``True``, ``False`` and ``NotImplemented`` last for ever. Nothing to do from Python 3.12 on."""
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return
    for singleton in (None, True, False, NotImplemented):
        # The reference count is the first field of every object in CPython; ``id`` is its address.
        count = ctypes.c_ssize_t.from_address(id(singleton))
        if count.value < _ENOUGH:
            count.value += _ENOUGH
