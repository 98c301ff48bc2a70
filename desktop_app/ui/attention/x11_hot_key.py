# SPDX-License-Identifier: Apache-2.0
"""One key of the whole X11 desktop, grabbed through libxcb.

A connection of its own, because Qt's is read by Qt, and a filter of ours would see every event of the window in Python. libxcb and not
libX11, whose handler ends the process when another program has the key already. Both libraries are needed by Qt's X11 plugin anyway.
Wayland lets no program listen for keys; there, and on other systems, a shortcut of the desktop that starts Inkstone does the same, because
a second start shows the window.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, Structure, c_char_p, c_int, c_uint, c_uint8, c_uint16, c_uint32, c_void_p

from PySide6.QtCore import QObject, QSocketNotifier, Signal
from PySide6.QtGui import QGuiApplication

_MODIFIERS = {"Shift": 1, "Ctrl": 4, "Alt": 8}
_LOCKS = (0, 2, 16, 18)  # Caps Lock and Num Lock count as modifiers of a grab
_KEYSYMS = {"Space": 0x20}
_KEY_PRESS = 2


class _Iterator(Structure):
    _fields_ = (("data", POINTER(c_uint32)), ("rem", c_int), ("index", c_int))


class _Cookie(Structure):
    _fields_ = (("sequence", c_uint),)


def offered() -> bool:
    """Whether this desktop lets a key be grabbed in this way."""
    return QGuiApplication.platformName() == "xcb"


class X11HotKey(QObject):
    """``pressed``: the key, wherever the keyboard is."""

    pressed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._connection: int | None = None
        self._notifier: QSocketNotifier | None = None

    def grab(self, keys: str) -> bool:
        """Listen for ``keys`` ("Ctrl+Alt+I"). False where another program has them, or the display does not answer."""
        self.release()
        xcb = self._xcb = ctypes.CDLL("libxcb.so.1")
        symbols = ctypes.CDLL("libxcb-keysyms.so.1")
        xcb.xcb_connect.restype, xcb.xcb_connect.argtypes = c_void_p, (c_char_p, c_void_p)
        connection = xcb.xcb_connect(None, None)
        self._connection = connection
        xcb.xcb_connection_has_error.argtypes = (c_void_p,)
        if xcb.xcb_connection_has_error(connection):
            self.release()
            return False
        root = self._root()
        *modifiers, key = keys.split("+")
        mask = sum(_MODIFIERS[modifier] for modifier in modifiers)
        code = self._code(symbols, _KEYSYMS.get(key, ord(key.lower()) if len(key) == 1 else 0))
        if not code or not all(self._grabbed(root, mask | locks, code) for locks in _LOCKS):
            self.release()
            return False
        xcb.xcb_get_file_descriptor.argtypes = (c_void_p,)
        self._notifier = QSocketNotifier(xcb.xcb_get_file_descriptor(connection), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        return True

    def release(self) -> None:
        """Listen no more."""
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier.deleteLater()
            self._notifier = None
        if self._connection is not None:
            self._xcb.xcb_disconnect.argtypes = (c_void_p,)
            self._xcb.xcb_disconnect(self._connection)
            self._connection = None

    def _root(self) -> int:
        xcb = self._xcb
        xcb.xcb_get_setup.restype, xcb.xcb_get_setup.argtypes = c_void_p, (c_void_p,)
        xcb.xcb_setup_roots_iterator.restype, xcb.xcb_setup_roots_iterator.argtypes = _Iterator, (c_void_p,)
        return int(xcb.xcb_setup_roots_iterator(xcb.xcb_get_setup(self._connection)).data[0])

    def _code(self, symbols: ctypes.CDLL, keysym: int) -> int:
        """The key of the keyboard that types ``keysym``; 0 where there is none."""
        symbols.xcb_key_symbols_alloc.restype, symbols.xcb_key_symbols_alloc.argtypes = c_void_p, (c_void_p,)
        symbols.xcb_key_symbols_get_keycode.restype = POINTER(c_uint8)
        symbols.xcb_key_symbols_get_keycode.argtypes = (c_void_p, c_uint32)
        symbols.xcb_key_symbols_free.argtypes = (c_void_p,)
        table = symbols.xcb_key_symbols_alloc(self._connection)
        codes = symbols.xcb_key_symbols_get_keycode(table, keysym)
        code = int(codes[0]) if codes else 0
        _free(codes)
        symbols.xcb_key_symbols_free(table)
        return code

    def _grabbed(self, root: int, modifiers: int, code: int) -> bool:
        xcb = self._xcb
        xcb.xcb_grab_key_checked.restype = _Cookie
        xcb.xcb_grab_key_checked.argtypes = (c_void_p, c_uint8, c_uint32, c_uint16, c_uint8, c_uint8, c_uint8)
        xcb.xcb_request_check.restype, xcb.xcb_request_check.argtypes = c_void_p, (c_void_p, _Cookie)
        cookie = xcb.xcb_grab_key_checked(self._connection, 1, root, modifiers, code, 1, 1)
        error = xcb.xcb_request_check(self._connection, cookie)
        _free(error)
        return not error

    def _read(self) -> None:
        xcb = self._xcb
        xcb.xcb_poll_for_event.restype, xcb.xcb_poll_for_event.argtypes = POINTER(c_uint8), (c_void_p,)
        while event := xcb.xcb_poll_for_event(self._connection):
            kind = event[0] & 0x7F
            _free(event)
            if kind == _KEY_PRESS:
                self.pressed.emit()
        if xcb.xcb_connection_has_error(self._connection):  # the display has gone; its end would be told again and again
            self.release()


def _free(memory: object) -> None:
    """Give back what libxcb has allocated; nothing where it gave nothing."""
    libc = ctypes.CDLL(None)
    libc.free.argtypes = (c_void_p,)
    libc.free(ctypes.cast(memory, c_void_p) if memory else None)  # type: ignore[arg-type]
