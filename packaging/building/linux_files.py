# SPDX-License-Identifier: Apache-2.0
"""Lays out what the .deb and the .rpm put on a Linux system.

    /opt/inkstone                                   the tree
    /usr/bin/inkstone                               a link to its start script
    /usr/share/applications, metainfo, icons        how desktops and software centres show it
    /usr/share/mime/packages                        OFD, which older systems do not know
    /usr/share/kio/servicemenus, nemo/actions       "Ask Inkstone" on a folder; other file managers: "open with"
    /usr/share/man, /usr/share/doc/inkstone

The sources of all but the tree lie in ``packaging/linux``.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import time
from pathlib import Path

from building import glibc
from building.recipe import IDENTIFIER, ROOT, Build, BuildError

SOURCES = ROOT / "packaging" / "linux"
ICONS = ROOT / "packaging" / "icons"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
# Where a text of ``packaging/linux`` goes.
_PLACES = {
    f"{IDENTIFIER}.desktop": f"usr/share/applications/{IDENTIFIER}.desktop",
    f"{IDENTIFIER}.metainfo.xml": f"usr/share/metainfo/{IDENTIFIER}.metainfo.xml",
    "inkstone.xml": "usr/share/mime/packages/inkstone.xml",
    "inkstone-folder.desktop": "usr/share/kio/servicemenus/inkstone.desktop",
    "inkstone.nemo_action": "usr/share/nemo/actions/inkstone.nemo_action",
    "inkstone.1": "usr/share/man/man1/inkstone.1.gz",
    "inkstone.zh_CN.1": "usr/share/man/zh_CN/man1/inkstone.1.gz",
}


def lay_out(build: Build, root: Path) -> None:
    """Make the file system of the package in ``root``, which must not be there. Raises ``BuildError``."""
    copy_tree(build, root / "opt" / "inkstone", "package")
    link = root / "usr" / "bin" / "inkstone"
    link.parent.mkdir(parents=True)
    link.symlink_to("/opt/inkstone/bin/inkstone")  # absolute, as Debian wants links from one top folder to another
    for source, target in _PLACES.items():
        put(root / target, text_of(build, source))
    add_icons(root / "usr" / "share" / "icons" / "hicolor")


def copy_tree(build: Build, place: Path, form: str) -> None:
    """The tree as links to its files, with its own ``installed.toml``. Raises ``BuildError`` where there is no tree."""
    if not (build.tree / "bin" / "inkstone").is_file():
        raise BuildError(f"{build.tree} has no start script: build the tree first (packaging/build.py linux).")
    shutil.copytree(build.tree, place, symlinks=True, copy_function=os.link)
    installed = place / "installed.toml"
    text = re.sub(r'(?m)^form = ".*"$', f'form = "{form}"', installed.read_text(encoding="utf-8"))
    installed.unlink()  # a link to the tree's own
    installed.write_text(text, encoding="utf-8")


def text_of(build: Build, name: str) -> str:
    """A file of ``packaging/linux`` with version, date, glibc and C++ library filled in."""
    text = (SOURCES / name).read_text(encoding="utf-8")
    if "@GLIBC@" in text:  # every compiled file is read for it
        minor, _ = glibc.needed(build.tree)
        text = text.replace("@GLIBC@", str(minor)).replace("@DEBIAN@", str(glibc.debian_with(minor)))
        text = text.replace("@GLIBCXX@", str(glibc.needed_cxx(build.tree)))
    date = time.strftime("%Y-%m-%d", time.gmtime(build.epoch))
    return text.replace("@VERSION@", build.version).replace("@DATE@", date)


def put(file: Path, text: str) -> None:
    """Write a text, packed where its name ends in .gz, without the time that gzip would note."""
    file.parent.mkdir(parents=True, exist_ok=True)
    content = text.encode("utf-8")
    file.write_bytes(gzip.compress(content, 9, mtime=0) if file.suffix == ".gz" else content)


def add_icons(hicolor: Path) -> None:
    """The icon in the sizes of the hicolor theme, and as it is drawn."""
    for size in SIZES:
        put_file(ICONS / f"inkstone-{size}.png", hicolor / f"{size}x{size}" / "apps" / "inkstone.png")
    put_file(ROOT / "resources" / "icons" / "inkstone.svg", hicolor / "scalable" / "apps" / "inkstone.svg")


def put_file(source: Path, target: Path) -> None:
    """Copy a file, its folder made where it is missing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def settle(root: Path, epoch: int) -> int:
    """Give every file below ``root`` the time ``epoch`` and plain rights; returns their size in bytes."""
    size = 0
    for path in sorted(root.rglob("*"), reverse=True):
        if path.is_symlink():
            os.utime(path, (epoch, epoch), follow_symlinks=False)
            continue
        state = path.stat()
        path.chmod(0o755 if path.is_dir() or state.st_mode & 0o111 else 0o644)
        os.utime(path, (epoch, epoch))
        size += 0 if path.is_dir() else state.st_size
    root.chmod(0o755)
    os.utime(root, (epoch, epoch))
    return size
