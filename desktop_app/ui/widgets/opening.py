# SPDX-License-Identifier: Apache-2.0
"""Opens a file in its program, or shows it in its folder.

A document goes to its program, anything else is shown in its folder.

To the system, opening a program, a script or a shortcut means running it, and a library holds such files too: they stand in the
ledger, and scripts are read as text. Which endings the system runs cannot be listed: it depends on what is installed. What is a
document can: an ending that is not in the list is never opened, nor is a file without one. ``OpenLine`` asks before a document goes.
"""

from __future__ import annotations

import contextlib
import os
import stat
import subprocess
import sys

from PySide6.QtCore import QDir, QProcess, QUrl
from PySide6.QtGui import QDesktopServices

from desktop_app.foundation import windows_paths
from desktop_app.foundation.policy import policy_in_force
from desktop_app.wording.place import folder_of

# Documents with macros (.docm, .xlsm) are documents: their program asks about the macros, and we ask before that. Left out although
# they hold text: what some system runs on a double click (.js, .py, .vbs, .bat, .chm, .hta, .reg, .url, .jar, .php, .rb ...).
DOCUMENTS = frozenset(
    (
        # text
        ".pdf .ofd .xps .oxps .djvu .epub .mobi .azw3 .fb2 .txt .text .log .md .markdown .mdown .mkd .rst .tex .org .typ .bib .rtf "
        # office
        ".doc .docx .docm .dot .dotx .dotm .wps .wpt .odt .ott .fodt .pages .hwp .hwpx "
        ".xls .xlsx .xlsm .xlsb .xlt .xltx .xltm .et .ett .ods .ots .fods .csv .tsv .dbf .numbers "
        ".ppt .pptx .pptm .pps .ppsx .ppsm .pot .potx .potm .sldx .dps .dpt .odp .otp .fodp .key "
        ".vsd .vsdx .vsdm .odg .mpp .one .enex .xmind .mm .drawio "
        # mail, web, data
        ".eml .emlx .msg .oft .mbox .mbx .mht .mhtml .html .htm .xhtml .xml .opml .rss .atom .xsd .xsl .xslt .wsdl .plist "
        ".json .jsonl .ndjson .geojson .ipynb .yaml .yml .toml .srt .vtt .ass .ics .vcf "
        # pictures, sound, films, drawings
        ".png .jpg .jpeg .tif .tiff .bmp .webp .gif .svg .heic .heif .avif .psd .ai .eps .dwg .dxf .dwf .skp .step .stp .stl "
        ".mp3 .wav .flac .ogg .m4a .aac .wma .amr .mp4 .m4v .mkv .mov .avi .wmv .webm "
        # archives
        ".zip .rar .7z .tar .gz .tgz .bz2 .xz "
        # program text that no system runs by itself
        ".c .h .cc .cpp .hpp .cs .java .kt .scala .go .rs .swift .css .scss .less .sql .proto .ini .cfg .conf .properties"
    ).split()
)


def is_document(path: str) -> bool:
    """Whether ``path``, and what it leads to where it is a link, is a file of a kind that is shown and not run."""
    try:
        place = windows_paths.extended(path)
        if os.path.isdir(place):
            return False  # on macOS a program is a folder
        real = os.path.realpath(place)
        if os.path.lexists(real) and not stat.S_ISREG(os.stat(real).st_mode):
            return False  # a pipe or a device
    except (OSError, ValueError):  # ValueError: a zero byte in the name
        return False
    return all(os.path.splitext(one)[1].lower() in DOCUMENTS for one in (path, real))


def allowed() -> bool:
    """Whether the policy of this PC lets documents be opened in other programs and shown in their folders."""
    return policy_in_force.in_force().allows("open_documents")


def is_refused(path: str) -> bool:
    """Whether Windows hands ``path`` to no other program, for its length or a name in it."""
    return sys.platform == "win32" and (windows_paths.is_long(path) or windows_paths.has_kept_name(path))


def hand_over(path: str) -> bool:
    """Open a document in its program; False where nothing opens it. Only ever a local file, and never one that is not a document."""
    return allowed() and is_document(path) and QDesktopServices.openUrl(QUrl.fromLocalFile(path))


def reveal(path: str) -> bool:
    """Show the file in its folder, selected where the system's file manager can do that; nothing is opened. Where Windows takes no path so
    long or so named, the nearest folder above that it takes."""
    if not allowed():
        return False
    while is_refused(path):
        path = os.path.dirname(path)
    if sys.platform == "win32":
        explorer = os.path.join(os.environ.get("SYSTEMROOT", r"C:\Windows"), "explorer.exe")
        # Quoted by hand, which Qt does only for a name with a space: Explorer takes a comma for the end of a name. No name on Windows
        # holds a quote.
        with contextlib.suppress(OSError):
            subprocess.Popen(f'"{explorer}" /select,"{QDir.toNativeSeparators(path)}"')
            return True
        return False
    if sys.platform == "darwin":
        return QProcess.startDetached("/usr/bin/open", ["-R", path])[0]
    return QDesktopServices.openUrl(QUrl.fromLocalFile(folder_of(path)))


def open_folder(path: str) -> bool:
    """Show what lies in a folder. On macOS a folder with an ending may be a program, which is shown from outside."""
    if sys.platform == "darwin" and os.path.splitext(path.rstrip("/"))[1]:
        return reveal(path)
    if is_refused(path):
        return reveal(path)
    return os.path.isdir(path) and QDesktopServices.openUrl(QUrl.fromLocalFile(path))
