# SPDX-License-Identifier: Apache-2.0
"""The set-up program for Windows, made by NSIS out of the tree.

``packaging/windows/setup.nsi`` is the program; this hands it the list of files, in a fixed order and with one time, so that two builds give
the same bytes. Files are compressed one by one (LZMA): in one piece NSIS would unpack the whole tree into the temporary folder first.
``INKSTONE_SIGN`` signs the uninstaller and the set-up program (``windows_sign.py``).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from building import launcher_windows
from building.program import write_form
from building.recipe import ROOT, Build, BuildError
from building.windows_sign import sign
from building.windows_zip import tree_files

SCRIPT = ROOT / "packaging" / "windows" / "setup.nsi"
MARKS = ("Inkstone.com", "Inkstone.exe", "installed.toml")
CLUSTER = 4096
SPARE_MEGABYTES = 64
"""Asked for beside the size of the tree, for what Windows itself writes meanwhile."""


def pack(build: Build) -> None:
    """Write ``Inkstone-<version>-windows[-light]-setup.exe`` into ``out``."""
    if shutil.which("makensis") is None:
        raise BuildError("makensis is missing, which makes the set-up program: install NSIS 3 (apt-get install -y nsis).")
    work = build.work / "setup"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    files = tree_files(build)
    write_form(build, "setup")
    listed = work / "files.nsh"
    listed.write_text(file_list(build, files), encoding="utf-8")
    check = compile_check(work)
    drawn = work / "inkstone.ico"
    launcher_windows.icon(drawn)
    for path in (*(build.tree / name for name in files), check):
        os.utime(path, (build.epoch, build.epoch))
    out = build.out / f"{build.name}-setup.exe"
    build.out.mkdir(parents=True, exist_ok=True)
    out.unlink(missing_ok=True)
    defines = {
        "VERSION": build.version,
        "FILES": listed,
        "ENTRIES": "|".join(entries(files)),
        "ENDINGS": "|".join(endings()),
        "LONGEST": len(r"\~new") + max(len(name) for name in files) + 1,
        "KILOBYTES": disk_bytes(build, files) // 1024,
        "MEGABYTES": disk_bytes(build, files) // 1048576 + SPARE_MEGABYTES,
        "PC_CHECK": check,
        "ICON": drawn,
        "STUB": work / "stub.exe",
        "REWORD": f'"{sys.executable}" -m building.windows_stub',
        "OUT": out,
    }
    if os.environ.get("INKSTONE_SIGN"):
        defines["SIGN"] = f'"{sys.executable}" -m building.windows_sign'  # which reads the command itself: it may hold quotes
    search = os.pathsep.join([str(ROOT / "packaging"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": search, "SOURCE_DATE_EPOCH": str(build.epoch), "LC_ALL": "C.UTF-8"}
    command = ["makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", *(f"-D{name}={value}" for name, value in defines.items())]
    done = subprocess.run([*command, str(SCRIPT)], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"makensis made no set-up program:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    sign(out)
    print(f"   {out.name}: {out.stat().st_size / 1e6:.0f} MB, {len(files)} files", file=sys.stderr)


def file_list(build: Build, files: list[str]) -> str:
    """The NSIS instructions that unpack the tree into ``$INSTDIR\\~new``."""
    lines = []
    folder = None
    for name in files:
        above, _, plain = name.rpartition("/")
        if above != folder:
            folder = above
            lines.append(f'SetOutPath "$INSTDIR\\~new{_nsis(chr(92) + above.replace("/", chr(92)) if above else "")}"')
        lines.append(f'File "/oname={_nsis(plain)}" "{_nsis(str(build.tree / name))}"')
    return "\n".join(lines) + "\n"


def _nsis(text: str) -> str:
    return text.replace("$", "$$")


def entries(files: list[str]) -> list[str]:
    """The names at the top of the installed folder; last those by which the set-up knows an Inkstone (``setup/ours.nsh``)."""
    names = {"Uninstall.exe", *(name.partition("/")[0] for name in files)}
    return sorted(names, key=lambda name: (name in MARKS, name))


def endings() -> list[str]:
    """The endings of all kinds of files that the program reads, sorted."""
    sys.path.insert(0, str(ROOT))
    from desktop_app.contract.file_kinds import FILE_KINDS

    return sorted(ending for kind in FILE_KINDS.values() for ending in kind)


def disk_bytes(build: Build, files: list[str]) -> int:
    """What the files take on a disk that gives whole clusters."""
    return sum(-(-(build.tree / name).stat().st_size // CLUSTER) * CLUSTER for name in files)


def compile_check(work: Path) -> Path:
    """The little program that looks at the processor."""
    made = work / "pc_check.exe"
    shutil.copyfile(SCRIPT.with_name("pc_check.c"), work / "pc_check.c")
    launcher_windows.run(
        work, launcher_windows.tool("gcc"), "-Os", "-s", "-Wl,--no-insert-timestamp", "pc_check.c", "-o", made.name
    )
    sign(made)
    return made
