# SPDX-License-Identifier: Apache-2.0
"""Try the .deb and the portable archive in a bare Debian, as root.

    python packaging/try_linux.py dist/Inkstone-0.1.0-linux.deb dist/Inkstone-0.1.0-linux-portable.tar.zst [--debian bullseye] [--picture FILE.png]

The root comes from ``debootstrap --variant=minbase``, of Debian 12 where no other is named (kept in ``~/.cache/inkstone-build``): no Python, no compiler, no network, no display, no
fonts. An older package is installed first, a library made with it, then the package to try over it. An ordinary user asks what
``building/smoke.py`` asks, from a folder that user cannot write, with a foreign PYTHONHOME, every socket watched by strace; then the window is
shown on an X display from outside the root, the package is purged and the root compared with what it was. The archive is asked from a
read-only folder too, and must keep its data beside it where it may.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from building import smoke
from building.recipe import BuildError

USER = 1000
TOOLS = ("debootstrap", "dpkg-deb", "unshare", "chroot", "mount", "strace", "tar", "zstd")
_FORBIDDEN = ("python3", "python", "gcc", "cc", "ip")
_NOT_LISTED = ("home", "proc", "sys", "dev", "tmp", "run")
_RECORDS = ("var/lib/dpkg/", "var/log/", "var/cache/")
_FAMILY = re.compile(r"\bsocket\((AF_\w+)")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Try the Linux installers in a bare Debian, as root.")
    parser.add_argument("deb", type=Path)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--debian", default="bookworm", help="name of the Debian (bookworm; bullseye for the older installers)")
    parser.add_argument(
        "--picture", type=Path, help="where the picture of the window is put (needs Xvfb, xdotool, ImageMagick and locales)"
    )
    chosen = parser.parse_args(arguments)
    why = unusable()
    if why:
        print(why, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="inkstone-bare-") as place:
        try:
            with bare_root(Path(place) / "root", chosen.debian) as root:
                try_package(root, chosen.deb.resolve(), chosen.picture and chosen.picture.resolve())
                try_archive(root, chosen.archive.resolve())
        except BuildError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


def unusable() -> str:
    """Why the trial cannot run here; empty where it can."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        return f"{', '.join(missing)} missing, which the trial in a bare root needs."
    return "" if os.geteuid() == 0 else "A bare root can be made and entered by root only."


@contextlib.contextmanager
def bare_root(root: Path, debian: str = "bookworm") -> Iterator[Path]:
    """A root with an ordinary user, /proc and /sys, removed afterwards."""
    caches = Path(os.environ.get("INKSTONE_BUILD_CACHE") or Path.home() / ".cache" / "inkstone-build")
    cache = caches / f"{debian}-minbase"
    if not (cache / "complete").exists():
        shutil.rmtree(cache, ignore_errors=True)
        cache.mkdir(parents=True)
        _run("debootstrap", "--variant=minbase", debian, str(cache / "root"))
        (cache / "complete").touch()
    _run("cp", "-a", str(cache / "root"), str(root))
    with (root / "etc" / "passwd").open("a", encoding="utf-8") as users:
        users.write(f"anna:x:{USER}:{USER}::/home/anna:/bin/sh\n")
    (root / "home" / "anna").mkdir()
    os.chown(root / "home" / "anna", USER, USER)
    for kind, place in (("proc", root / "proc"), ("sysfs", root / "sys")):
        _run("mount", "-t", kind, "-o", "ro", kind, str(place))
    try:
        yield root
    finally:
        for name in ("proc", "sys"):
            _run("umount", "--lazy", str(root / name))


def inside(root: Path, *command: str, user: int = USER) -> list[str]:
    """The command line that runs ``command`` in the root, without a network."""
    return ["unshare", "--net", shutil.which("chroot") or "chroot", f"--userspec={user}:{user}", str(root), *command]


def try_package(root: Path, deb: Path, picture: Path | None) -> None:
    """Upgrade, ask, show, remove. Raises ``BuildError``."""
    found = [name for name in _FORBIDDEN if _succeeds(inside(root, "sh", "-c", f"command -v {name}"))]
    if found:
        raise BuildError(f"The root is not bare: it has {', '.join(found)}.")
    before = _listing(root)
    _install_an_older_one(root, deb)
    library = _make_a_library(root)
    _install(root, deb)
    if (root / "opt" / "inkstone" / "of-the-older-one").exists():
        raise BuildError("The upgrade left a file of the older version.")
    _say("upgraded over an older package")
    said = _as_anna(root, "/usr/bin/inkstone", "search", "质保期", "--json")
    if "十八个月" not in said:
        raise BuildError(f"The library of the older version no longer answers: {said[:2000]}")
    _say("the library of the older version answers")
    _ask_everything(root, Path("/usr/bin/inkstone"), root / "opt" / "inkstone")
    if picture is not None:
        show(root, "/usr/bin/inkstone", picture)
    _run(*inside(root, "dpkg", "--purge", "inkstone", user=0))
    left = sorted(_listing(root) - before)
    if left:
        raise BuildError(f"The removed package left {', '.join(left[:10])}.")
    if not library.is_dir():
        raise BuildError("The removal took the library with it.")
    _say("purged: no file of ours is left, the library is")


def try_archive(root: Path, archive: Path) -> None:
    """Ask the archive from a folder of root's, and from one of the user's. Raises ``BuildError``."""
    personal = root / "home" / "anna" / ".local" / "share" / "Inkstone"
    shutil.rmtree(personal, ignore_errors=True)  # the package's, whose window and library were there
    shared = root / "srv" / "只读 文件夹"
    shared.mkdir()
    _run("tar", "--zstd", "-xf", str(archive), "-C", str(shared))
    starter = "/srv/只读 文件夹/Inkstone/start"
    _ask_everything(root, Path(starter), shared / "Inkstone")
    done = subprocess.run(inside(root, starter, "doctor"), env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode != 3 or "cannot write" not in done.stderr:
        raise BuildError(
            f"From a read-only folder and without INKSTONE_HOME, a sentence is wanted: {done.stderr or done.stdout}"
        )
    _say(f"read-only and no INKSTONE_HOME: {done.stderr.strip()}")
    own = root / "home" / "anna" / "便携"
    shutil.move(shared, own)
    _run("chown", "-R", f"{USER}:{USER}", str(own))
    _as_anna(root, "/home/anna/便携/Inkstone/start", "doctor")
    if not (own / "Inkstone" / "data").is_dir():
        raise BuildError("The portable program does not keep its data beside it.")
    if personal.exists():
        raise BuildError("The portable program writes elsewhere than beside it.")
    _say("portable: data lie beside the program")


def _ask_everything(root: Path, starter: Path, folder: Path) -> None:
    place = root / "home" / "anna" / "试用 一"
    (place / smoke.HOME).mkdir(parents=True)
    log = root.parent / "sockets.log"
    log.unlink(missing_ok=True)  # every command adds to it
    model = place / smoke.GGUF.name
    if smoke.GGUF.is_file():
        shutil.copyfile(smoke.GGUF, model)
        os.environ["INKSTONE_SMOKE_GGUF"] = str(model)
    version = re.search(r'(?m)^version = "(.+)"$', (folder / "installed.toml").read_text(encoding="utf-8"))
    assert version is not None
    traced = ("strace", "-f", "-A", "-I2", "--seccomp-bpf", "-qq", "-e", "trace=socket", "-o", str(log))
    environment = {"HOME": "/home/anna", "PATH": "/usr/bin:/bin"}
    runner = smoke.Runner((*traced, *inside(root, str(starter))), environment, lambda path: f"/{path.relative_to(root)}")
    _run("chown", "-R", f"{USER}:{USER}", str(place))
    smoke.try_program(runner, folder / "program", place, version[1])
    families = Counter(_FAMILY.findall(log.read_text(encoding="utf-8", errors="replace")))
    if families["AF_INET"] or families["AF_INET6"]:
        raise BuildError(f"Internet sockets were opened: {dict(families)}")
    _say(f"{starter}: 0 internet sockets; others: {dict(families) or 'none'}")
    shutil.rmtree(place)


def _install_an_older_one(root: Path, deb: Path) -> None:
    """The same package as 0.0.1, with a file that the new one has not."""
    work = root.parent / "older"
    _run("dpkg-deb", "--raw-extract", str(deb), str(work))
    control = work / "DEBIAN" / "control"
    control.write_text(re.sub(r"(?m)^Version: .*$", "Version: 0.0.1", control.read_text(encoding="utf-8")), encoding="utf-8")
    (work / "opt" / "inkstone" / "of-the-older-one").write_text("", encoding="utf-8")
    older = root.parent / "older.deb"
    _run("dpkg-deb", "--root-owner-group", "-Znone", "--build", str(work), str(older))
    shutil.rmtree(work)
    _install(root, older)
    older.unlink()


def _install(root: Path, deb: Path) -> None:
    inner = root / "tmp" / "inkstone.deb"
    shutil.copyfile(deb, inner)
    _run(*inside(root, "dpkg", "--install", "/tmp/inkstone.deb", user=0))
    inner.unlink()


def _make_a_library(root: Path) -> Path:
    office = "/opt/inkstone/program/desktop_app/resources/samples/办公室 Sample Office/财务"
    _as_anna(root, "/usr/bin/inkstone", "index", office, "--json")
    return root / "home" / "anna" / ".local" / "share" / "Inkstone" / "libraries" / "default"


def show(root: Path, starter: str, picture: Path) -> None:
    """Show the window on an X display of this machine, and take its picture. Raises ``BuildError``."""
    missing = [tool for tool in ("Xvfb", "import", "xdotool", "localedef") if shutil.which(tool) is None]
    if missing:
        raise BuildError(f"{', '.join(missing)} missing, which the picture needs.")
    chinese = root / "usr" / "lib" / "locale" / "zh_CN.utf8"  # as the person's system has it; a bare root has none
    _run("localedef", "--no-archive", "-i", "zh_CN", "-f", "UTF-8", str(chinese))
    read, told = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(told), "-screen", "0", "1400x900x24", "-nolisten", "tcp", "-ac"],
        pass_fds=(told,), stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(told)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    sockets, fonts = root / "tmp" / ".X11-unix", root / "usr" / "share" / "fonts"
    for folder in (sockets, fonts):
        folder.mkdir(exist_ok=True)
    _run("mount", "--bind", "/tmp/.X11-unix", str(sockets))
    _run("mount", "--bind", "/usr/share/fonts", str(fonts))  # as on a desktop; a bare root has none
    display = {**_environment(), "DISPLAY": f":{number}", "LANG": "zh_CN.UTF-8"}
    window = subprocess.Popen(inside(root, starter), env=display, stderr=subprocess.PIPE, text=True)
    try:
        searched = ["xdotool", "search", "--sync", "--onlyvisible", "--class", "inkstone"]
        found = subprocess.run(
            searched, env={**os.environ, "DISPLAY": f":{number}"}, capture_output=True, timeout=120, check=False
        )
        if found.returncode or window.poll() is not None:
            raise BuildError("No window came on the X display.")
        time.sleep(10)  # for the engine to start and the library to be listed; only the picture depends on it
        picture.parent.mkdir(parents=True, exist_ok=True)
        _run("import", "-display", f":{number}", "-window", "root", str(picture))
    finally:
        window.terminate()
        window.wait()
        server.terminate()
        server.wait()
        for folder in (sockets, fonts):
            _run("umount", "--lazy", str(folder))
            folder.rmdir()
        shutil.rmtree(chinese)
    said = window.stderr.read().strip() if window.stderr else ""
    if said:
        raise BuildError(f"The window on X11 told something odd: {said[-2000:]}")
    _say(f"window on X11: {picture}")


def _environment() -> dict[str, str]:
    return {"HOME": "/home/anna", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


def _as_anna(root: Path, *command: str) -> str:
    done = subprocess.run(inside(root, *command), env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"{' '.join(command)} ended with {done.returncode}: {(done.stderr or done.stdout)[-2000:]}")
    return done.stdout


def _listing(root: Path) -> set[str]:
    """Names below the root but those of users, of the running system and of dpkg's own records."""
    names = set()
    for folder in root.iterdir():
        if folder.name not in _NOT_LISTED:
            names |= {path.relative_to(root).as_posix() for path in (folder, *folder.rglob("*"))}
    return {name for name in names if not f"{name}/".startswith(_RECORDS)}


def _succeeds(command: Sequence[str]) -> bool:
    return subprocess.run(command, env=_environment(), capture_output=True, check=False).returncode == 0


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(
            f"{' '.join(command[:6])} … ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-2000:]}"
        )


def _say(what: str) -> None:
    print(f"   {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
