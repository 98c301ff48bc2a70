# SPDX-License-Identifier: Apache-2.0
"""Packs the Debian package.

Files alone, no maintainer scripts: dpkg's own triggers take up the desktop entry, the icons and the MIME type. It depends on glibc and
the C++ library only, because the rest is brought. xz, which the dpkg of every age reads.
"""

from __future__ import annotations

import email.utils
import gzip
import hashlib
import os
import shutil
import subprocess
import time
from pathlib import Path

from building import glibc, linux_files
from building.recipe import ROOT, Build, BuildError

_CONTROL = """Package: inkstone
Version: {version}
Section: text
Priority: optional
Architecture: amd64
Maintainer: {maintainer}
Installed-Size: {kilobytes}
Depends: libc6 (>= 2.{glibc}), libstdc++6 (>= {gcc})
Recommends: fonts-noto-cjk | fonts-wqy-microhei | fonts-wqy-zenhei, xdg-utils
Description: ask your own documents, offline, and see every answer at its page
 Answers questions from your own documents, in Chinese or English, quotes
 them, and opens the page with the sentence marked. Reads PDF, OFD, Word,
 Excel, PowerPoint, WPS, OpenDocument, mail, scans and pictures.
 .
 Everything runs on this PC: no account, no server, no network. Python, the
 embedding models and the models of text recognition are in the package.
"""
_COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Inkstone
Comment: The packages below /opt/inkstone/packages and /opt/inkstone/runtime, with
 their licences and texts, are listed in
 /opt/inkstone/share/inkstone/THIRD_PARTY_NOTICES.md and
 /opt/inkstone/runtime/share/doc.

Files: *
Copyright: {year}, the Inkstone contributors
License: Apache-2.0
 On Debian systems the text of this licence is in
 /usr/share/common-licenses/Apache-2.0.
"""
_CHANGES = """inkstone ({version}) unstable; urgency=medium

  * What is new in this version: "What is new" in the help of Inkstone, or
    /opt/inkstone/program/desktop_app/resources/CHANGELOG.md.

 -- {maintainer}  {date}
"""


def pack(build: Build) -> None:
    """The step. Raises ``BuildError``."""
    if shutil.which("dpkg-deb") is None:
        raise BuildError("dpkg-deb is missing, which packs the .deb: install the package dpkg.")
    root = build.work / "deb"
    shutil.rmtree(root, ignore_errors=True)
    linux_files.lay_out(build, root)
    maintainer = commit_author()
    papers = root / "usr" / "share" / "doc" / "inkstone"
    papers.mkdir(parents=True)
    (papers / "copyright").write_text(_COPYRIGHT.format(year=time.gmtime(build.epoch).tm_year), encoding="utf-8")
    date = email.utils.formatdate(build.epoch)
    changes = _CHANGES.format(version=build.version, maintainer=maintainer, date=date)
    (papers / "changelog.gz").write_bytes(gzip.compress(changes.encode("utf-8"), 9, mtime=0))
    size = linux_files.settle(root, build.epoch)
    control = root / "DEBIAN"
    control.mkdir()
    minor, _ = glibc.needed(build.tree)
    gcc = glibc.gcc_with(glibc.needed_cxx(build.tree))
    text = _CONTROL.format(version=build.version, maintainer=maintainer, kilobytes=size // 1024, glibc=minor, gcc=gcc)
    (control / "control").write_text(text, encoding="utf-8")
    (control / "md5sums").write_text(_sums(root), encoding="utf-8")
    linux_files.settle(control, build.epoch)
    build.out.mkdir(parents=True, exist_ok=True)
    made = build.out / f"{build.name}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z6", "--threads-max=2", "--build", str(root), str(made)]
    done = subprocess.run(
        command, env={**os.environ, "SOURCE_DATE_EPOCH": str(build.epoch)}, capture_output=True, text=True, check=False
    )
    shutil.rmtree(root)
    if done.returncode:
        raise BuildError(f"{made} was not made: {done.stderr.strip()}")
    print(f"   {made.name}: {made.stat().st_size / 1e6:.0f} MB, installed {size / 1e6:.0f} MB")


def commit_author() -> str:
    """Who stands for the package: the author of the commit that is built, or Debian's own variables for that."""
    name, address = os.environ.get("DEBFULLNAME"), os.environ.get("DEBEMAIL")
    if name and address:
        return f"{name} <{address}>"
    done = subprocess.run(
        ["git", "-C", str(ROOT), "log", "-1", "--format=%an <%ae>"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BuildError("A .deb names its maintainer: build in a git checkout, or set DEBFULLNAME and DEBEMAIL.")
    return done.stdout.strip()


def _sums(root: Path) -> str:
    """What ``dpkg --verify`` looks at; MD5 is the form it has."""
    lines = []
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if path.is_file() and not path.is_symlink() and name.parts[0] != "DEBIAN":
            with path.open("rb") as content:
                lines.append(f"{hashlib.file_digest(content, 'md5').hexdigest()}  {name.as_posix()}\n")
    return "".join(lines)
