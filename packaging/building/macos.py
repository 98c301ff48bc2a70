# SPDX-License-Identifier: Apache-2.0
"""The macOS bundle ``Inkstone.app`` and the disk image that holds it.

Runs on a Mac with Apple Silicon and Xcode's command line tools. It could not be run where it was written: what needs no Mac (the bundle's
layout, Info.plist, the icon) is tested, the rest was written by the tools' manuals, and the first run is expected to find faults.

    Inkstone.app/Contents/
      Info.plist, PkgInfo
      MacOS/Inkstone             the launcher, compiled from packaging/macos/launcher.c
      Resources/Inkstone.icns, en.lproj, zh-Hans.lproj
      Resources/Inkstone/        the tree, as on other systems

Signing: INKSTONE_SIGN is a command of the builder's. It is called with the bundle before that is packed and with the image afterwards, as
its last argument; ``packaging/macos/sign.sh`` is one for a Developer ID with hardened runtime and notarisation. Without it the bundle is
signed ad hoc, which Apple Silicon asks for, and Gatekeeper wants the user's leave at the first start (docs/install/README.md).
"""

from __future__ import annotations

import os
import plistlib
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tarfile
from pathlib import Path

from building import downloads, program
from building.recipe import IDENTIFIER, PYTHON, ROOT, Build, BuildError

PYTHON_ADDRESS = (
    "https://github.com/astral-sh/python-build-standalone/releases/download/20260901/"
    "cpython-3.11.16%2B20260901-aarch64-apple-darwin-install_only.tar.gz"
)
PYTHON_SHA256 = "50424fa409e8ae84b82a3052522f64695b47dff2158b70bb7358e0ebd6c085c9"
# Kinds of an .icns file -> width of the picture; "@2x" kinds are the same pictures for screens of double density.
ICON_KINDS = {
    "icp4": 16,
    "ic11": 32,
    "icp5": 32,
    "ic12": 64,
    "ic07": 128,
    "ic13": 256,
    "ic08": 256,
    "ic14": 512,
    "ic09": 512,
    "ic10": 1024,
}
# Folders that macOS guards: it asks with these words when the program first reads there.
GUARDED = ("DesktopFolder", "DocumentsFolder", "DownloadsFolder", "NetworkVolumes", "RemovableVolumes")
REASONS = {
    "en": "Inkstone reads the folders that you add to it, on this Mac only.",
    "zh-Hans": "Inkstone 只在这台 Mac 上读取您添加的文件夹。",
}
# Of the standalone Python; what all systems can do without is left out by the step "prune".
NOT_SHIPPED = (
    "share",
    "lib/pkgconfig",
    "lib/tcl*",
    "lib/tk*",
    "lib/itcl*",
    "lib/thread*",
    "lib/libtcl*",
    "lib/libtk*",
    "lib/python3.11/config-*",
)


def add_runtime(build: Build) -> None:
    """Python for Apple Silicon, which finds the packages and the program by a .pth file, wherever the folder lies."""
    archive = downloads.file(PYTHON_ADDRESS, PYTHON_SHA256, build.cache)
    for folder in (build.runtime, _unpacked(build)):
        shutil.rmtree(folder, ignore_errors=True)
    with tarfile.open(archive) as content:
        content.extractall(_unpacked(build), filter="data")
    take_runtime(build)


def take_runtime(build: Build) -> None:
    """From the unpacked archive what is shipped; its headers stay there for the launcher. Raises ``BuildError``."""
    python = _unpacked(build) / "python"
    library = python / "lib" / f"python{PYTHON}"
    if not library.is_dir():
        raise BuildError(f"{library} is not there: the archive of Python is laid out in another way than expected.")
    build.tree.mkdir(parents=True, exist_ok=True)
    shutil.copytree(python, build.runtime, symlinks=True, ignore=shutil.ignore_patterns("include"))
    for pattern in NOT_SHIPPED:
        for path in build.runtime.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in (build.runtime / "bin").iterdir():  # pip, idle and links
        if path.name != f"python{PYTHON}":
            path.unlink()
    site = build.runtime / "lib" / f"python{PYTHON}" / "site-packages"
    shutil.rmtree(site, ignore_errors=True)  # pip
    site.mkdir()
    (site / "inkstone.pth").write_text("../../../../packages\n../../../../program\n", encoding="utf-8")


def add_launcher(build: Build) -> None:
    """The start script of the command line, in the tree, and the compiled start of the bundle, beside the tree."""
    script = build.tree / "bin" / "inkstone"
    script.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / "packaging" / "macos" / "inkstone.sh", script)
    script.chmod(0o755)
    _run(
        "cc", "-Os", "-Wall", "-Werror", "-arch", "arm64", f"-mmacosx-version-min={least_version(build)}",
        f"-I{_unpacked(build) / 'python' / 'include' / f'python{PYTHON}'}", str(ROOT / "packaging" / "macos" / "launcher.c"),
        "-o", str(_launcher(build)),
    )  # fmt: skip


def pack(build: Build) -> None:
    """``Inkstone-<version>-macos.dmg`` in ``out``: the bundle, and a link to the folder it is dragged to."""
    folder = build.work / "image"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    bundle = lay_out(build, folder)
    sign = shlex.split(os.environ.get("INKSTONE_SIGN", ""))
    _run(*(sign or ("codesign", "--force", "--sign", "-")), str(bundle))
    (folder / "Applications").symlink_to("/Applications")
    image = build.out / f"{build.name}.dmg"
    build.out.mkdir(parents=True, exist_ok=True)
    _run("hdiutil", "create", "-volname", "Inkstone", "-srcfolder", str(folder), "-format", "ULMO", "-ov", str(image))
    if sign:
        _run(*sign, str(image))


def lay_out(build: Build, folder: Path) -> Path:
    """The bundle around the tree, in ``folder``."""
    contents = folder / "Inkstone.app" / "Contents"
    resources = contents / "Resources"
    program.write_form(build, "app")
    shutil.copytree(build.tree, resources / "Inkstone", symlinks=True)
    (resources / "Inkstone.icns").write_bytes(icon())
    for language, reason in REASONS.items():
        translated = resources / f"{language}.lproj" / "InfoPlist.strings"
        translated.parent.mkdir()
        translated.write_text("".join(f'{key} = "{reason}";\n' for key in _asked_with()), encoding="utf-8")
    (contents / "Info.plist").write_bytes(plistlib.dumps(info(build)))
    (contents / "PkgInfo").write_text("APPL????", encoding="ascii")
    (contents / "MacOS").mkdir()
    shutil.copy(_launcher(build), contents / "MacOS" / "Inkstone")
    return contents.parent


def info(build: Build) -> dict[str, object]:
    """What Info.plist says."""
    return {
        "CFBundleDevelopmentRegion": "en",
        "CFBundleExecutable": "Inkstone",
        "CFBundleIconFile": "Inkstone",
        "CFBundleIdentifier": IDENTIFIER,
        "CFBundleInfoDictionaryVersion": "6.0",
        "CFBundleLocalizations": sorted(REASONS),
        "CFBundleName": "Inkstone",
        "CFBundlePackageType": "APPL",
        "CFBundleShortVersionString": build.version,
        "CFBundleVersion": build.version,
        "LSApplicationCategoryType": "public.app-category.productivity",
        "LSArchitecturePriority": ["arm64"],
        "LSMinimumSystemVersion": least_version(build),
        "LSRequiresNativeExecution": True,
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "Apache License 2.0",
        "NSPrincipalClass": "NSApplication",
        **dict.fromkeys(_asked_with(), REASONS["en"]),
    }


def least_version(build: Build) -> str:
    """The macOS that the newest-minded package asks for, by the tags of its wheel. Raises ``BuildError``."""
    asked = {(11, 0)}  # the first for Apple Silicon
    for wheel in sorted(build.packages.glob("*.dist-info/WHEEL")):
        tags = re.findall(r"^Tag: .*-macosx_(\d+)_(\d+)_(?:arm64|universal2)$", wheel.read_text(encoding="utf-8"), re.MULTILINE)
        if tags:
            asked.add(min((int(major), int(minor)) for major, minor in tags))
    return ".".join(map(str, max(asked)))


def icon() -> bytes:
    """An .icns file: the pictures of all sizes, one after the other."""
    entries = b""
    for kind, size in ICON_KINDS.items():
        picture = (ROOT / "packaging" / "icons" / f"inkstone-{size}.png").read_bytes()
        entries += kind.encode() + struct.pack(">I", 8 + len(picture)) + picture
    return b"icns" + struct.pack(">I", 8 + len(entries)) + entries


def _asked_with() -> list[str]:
    return [f"NS{place}UsageDescription" for place in GUARDED]


def _unpacked(build: Build) -> Path:
    return build.work / "python-macos"


def _launcher(build: Build) -> Path:
    return build.work / "launcher-macos"


def _run(*command: str) -> None:
    if sys.platform != "darwin":
        raise BuildError(f"{command[0]} is a Mac's: build macOS on a Mac.")
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise BuildError(f"{command[0]} cannot be started ({error}). Xcode's tools: xcode-select --install.") from error
    if done.returncode:
        raise BuildError(f"{shlex.join(command)} ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
