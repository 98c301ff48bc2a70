# SPDX-License-Identifier: Apache-2.0
"""The Windows set-up program under Wine: install, update, repair, uninstall, bad input.

Heavy: ``.venv/bin/python -m pytest -m heavy tests/wine/test_setup.py`` (some ten minutes). Needs NSIS, mingw-w64 and a Wine with its 32-bit
part; INKSTONE_WINE names another command than ``wine``, as tests/wine/wine32.sh. The program in it is a stand-in of a few files.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from building import windows_setup
from building.recipe import Build, BuildError

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(600)]

COMPILER = "x86_64-w64-mingw32-gcc"
ODD = "家 用户　名😀"
# Stands for Inkstone.exe and Inkstone.com: "wait" runs on until the file END is there, "hold FILE" keeps a file open, "doctor --policy FILE" takes any but "bad".
PROGRAM = r"""
#include <io.h>
#include <stdio.h>
#include <windows.h>
static void wait_for_end(void)
{
    puts("waiting");
    fflush(stdout);
    for (int tenth = 0; tenth < 6000 && _waccess(_wgetenv(L"END"), 0); tenth++) Sleep(100);
}
int wmain(int count, wchar_t **words)
{
    if (count > 1 && !wcscmp(words[1], L"wait")) wait_for_end();
    if (count > 2 && !wcscmp(words[1], L"hold")) {
        if (CreateFileW(words[2], GENERIC_READ, FILE_SHARE_READ, 0, OPEN_EXISTING, 0, 0) == INVALID_HANDLE_VALUE) return 9;
        wait_for_end();
    }
    if (count > 3 && !wcscmp(words[1], L"doctor")) {
        char text[99] = ""; FILE *file = _wfopen(words[3], L"rb");
        if (!file) return 3;
        fread(text, 1, 98, file);
        if (strstr(text, "bad")) { puts("line 1: bad is no setting"); return 2; }
    }
    return 0;
}
"""
# Stands for icacls, of which Wine has only the name: notes what it is to do and what lies in the folder then; fails where FILE.fail is for the word FILE.
ICACLS = r"""
#include <io.h>
#include <stdio.h>
#include <windows.h>
int wmain(int count, wchar_t **words)
{
    wchar_t path[400]; WIN32_FIND_DATAW found; int inside = 0;
    swprintf(path, 400, L"%ls\\*", words[1]);
    HANDLE search = FindFirstFileW(path, &found);
    if (search != INVALID_HANDLE_VALUE) do inside += wcscmp(found.cFileName, L".") && wcscmp(found.cFileName, L".."); while (FindNextFileW(search, &found));
    FILE *notes = _wfopen(L"C:\\icacls.txt", L"a");
    fwprintf(notes, L"%ls %ls %d\n", words[1], words[2], inside);
    fclose(notes);
    swprintf(path, 400, L"C:\\fail%ls", wcschr(words[2], L'/') + 1);
    return !_waccess(path, 0);
}
"""
# Runs the command line of the variable LINE as it stands and prints the whole exit code; Wine itself gives the lowest 8 bits.
RUNNER = r"""
#include <stdio.h>
#include <windows.h>
int wmain(void)
{
    STARTUPINFOW start = { sizeof start }; PROCESS_INFORMATION made; DWORD code;
    GetStartupInfoW(&start);
    wchar_t line[2000];
    GetEnvironmentVariableW(L"LINE", line, 2000);
    if (!CreateProcessW(0, line, 0, 0, TRUE, 0, 0, 0, &start, &made)) { printf("code not started %lu\n", GetLastError()); return 1; }
    WaitForSingleObject(made.hProcess, INFINITE);
    GetExitCodeProcess(made.hProcess, &code);
    printf("code %lu\n", code);
    return 0;
}
"""


def compiled(source: str, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    flags = ["-municode", "-Os", "-s", "-Wl,--no-insert-timestamp"]
    subprocess.run([COMPILER, *flags, "-x", "c", "-", "-o", str(path)], input=source.encode(), check=True)
    return path


def quoted(word: str) -> str:
    """As an administrator writes it: what is for NSIS itself, up to the end of the line, goes without quotes."""
    return word if word.startswith(("/D=", "_?=")) else subprocess.list2cmdline([word])


@dataclass
class Pc:
    """A Wine prefix: a PC with one user."""

    prefix: Path
    wine: str
    runner: Path
    arch: str = "win64"

    @property
    def environment(self) -> dict[str, str]:
        home = self.prefix.parent / "home"  # else Wine's Desktop is the real one
        home.mkdir(exist_ok=True)
        return {
            **{key: value for key, value in os.environ.items() if key in ("PATH", "INKSTONE_BUILD_CACHE")},
            "INKSTONE_BUILD_CACHE": os.environ.get("INKSTONE_BUILD_CACHE", str(Path.home() / ".cache" / "inkstone-build")),
            "HOME": str(home),
            "USER": "user",
            "WINEPREFIX": str(self.prefix),
            "WINEARCH": self.arch,
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=",
            "LC_ALL": "C.UTF-8",
        }

    def command(self, *words: str, line: str = "") -> subprocess.CompletedProcess[str]:
        """Output goes through files: Wine's own processes, which stay as long as any program runs, would keep pipes open."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            environment = {**self.environment, "LINE": line}
            code = subprocess.run(
                [self.wine, *words], env=environment, stdout=out, stderr=err, timeout=900, check=False
            ).returncode
            texts = []
            for stream in (out, err):
                stream.seek(0)
                texts.append(stream.read().decode("utf-8", "replace").replace("\r\n", "\n"))
        return subprocess.CompletedProcess(words, code, *texts)

    def run(self, program: Path, *words: str) -> tuple[int, str]:
        """Exit code and what was said."""
        line = " ".join([subprocess.list2cmdline([self.windows(program)]), *(quoted(word) for word in words)])
        done = self.command(str(self.runner), line=line)
        codes = [line for line in done.stdout.splitlines() if line.startswith("code ")]
        assert codes, done.stdout + done.stderr
        return int(codes[-1].removeprefix("code ")), done.stderr

    @contextlib.contextmanager
    def running(self, program: Path, *words: str) -> Iterator[None]:
        """A program that runs on meanwhile."""
        end = self.prefix.parent / "end"
        end.unlink(missing_ok=True)
        environment = {**self.environment, "END": self.windows(end)}
        command = [self.wine, str(program), *words]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as started:
            assert started.stdout is not None
            assert started.stdout.readline().strip() == "waiting"
            try:
                yield
            finally:
                end.touch()

    def windows(self, path: Path) -> str:
        return "Z:" + str(path).replace("/", "\\")

    @property
    def user(self) -> Path:
        return next(path for path in (self.prefix / "drive_c" / "users").iterdir() if path.name != "Public")

    @property
    def local(self) -> Path:
        return self.user / "AppData" / "Local"

    def registry(self, key: str) -> dict[str, str]:
        """Everything below a key, as ``key|name``; the name of a key's own value is "@"."""
        file = self.prefix.parent / "exported.reg"
        file.unlink(missing_ok=True)
        self.command("reg", "export", key, self.windows(file), "/y", "/reg:64")
        found: dict[str, str] = {}
        at = ""
        for line in file.read_text(encoding="utf-16").splitlines() if file.exists() else ():
            if line.startswith("["):
                at = line.strip("[]")
                found[at] = ""
            elif "=" in line and line[0] in '@"':
                name, value = re.fullmatch(r'(@|"(?:[^"\\]|\\.)*")=(.*)', line).groups()
                found[f"{at}|{name.strip(chr(34))}"] = re.sub(r"\\(.)", r"\1", value.removeprefix('"').removesuffix('"'))
        return found


@pytest.fixture(scope="session")
def wine() -> str:
    command = os.environ.get("INKSTONE_WINE", "wine")
    for tool in (command, "makensis", COMPILER):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    return command


def new_pc(wine: str, place: Path, arch: str = "win64") -> Pc:
    runner = compiled(RUNNER, place / "runner.exe")
    compiled(PROGRAM, place / "holder.exe")
    pc = Pc(place / "prefix", wine, runner, arch)
    done = pc.command("wineboot", "-i")
    if not (pc.prefix / "drive_c" / "windows" / ("syswow64" if arch == "win64" else "system32") / "kernel32.dll").is_file():
        pytest.skip(f"{wine} has no 32-bit part, which set-up programs need (tests/wine/wine32.sh): {done.stderr[-200:]}")
    pc.command("winecfg", "-v", "win10")
    return pc


@pytest.fixture(scope="module")
def shared_pc(wine: str, tmp_path_factory: pytest.TempPathFactory) -> Pc:
    return new_pc(wine, tmp_path_factory.mktemp("pc"))


@pytest.fixture
def pc(shared_pc: Pc) -> Iterator[Pc]:
    """As it was before: nothing installed."""
    yield shared_pc
    for uninstaller in list((shared_pc.prefix / "drive_c").rglob("Uninstall.exe")):
        shared_pc.run(
            uninstaller, "/S", "_?=C:\\" + str(uninstaller.parent.relative_to(shared_pc.prefix / "drive_c")).replace("/", "\\")
        )
        shutil.rmtree(uninstaller.parent, ignore_errors=True)
    shutil.rmtree(shared_pc.local / "Inkstone", ignore_errors=True)


def stand_in(place: Path, version: str) -> Build:
    build = Build("windows", False, version, 1_700_000_000, place, place / "dist", place / "cache")
    for name, text in {
        "installed.toml": f'form = "setup"\nversion = "{version}"\nlight = false\n',
        "LICENSE": "licence",
        f"program/desktop_app/only_in_{version}.py": "",
        "program/desktop_app/resources/samples/办公室 Sample Office/员工手册.txt": "休假",
        "runtime/data.bin": "x" * 3_000_000,
        f"only-in-{version}.txt": version,
    }.items():
        path = build.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    compiled(PROGRAM, build.tree / "Inkstone.exe")
    shutil.copyfile(build.tree / "Inkstone.exe", build.tree / "Inkstone.com")
    return build


Made = Callable[[str], Path]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, wine: str) -> Made:
    """The set-up program of a version, made once."""
    known: dict[str, Path] = {}

    def make(version: str) -> Path:
        if version not in known:
            build = stand_in(tmp_path_factory.mktemp("build") / version, version)
            windows_setup.pack(build)
            known[version] = build.out / f"{build.name}-setup.exe"
        return known[version]

    return make


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def files_of(version: str) -> set[str]:
    return {
        *("Inkstone.com", "Inkstone.exe", "LICENSE", "Uninstall.exe", "installed.toml", "runtime/data.bin"),
        *(f"only-in-{version}.txt", f"program/desktop_app/only_in_{version}.py"),
        "program/desktop_app/resources/samples/办公室 Sample Office/员工手册.txt",
    }


def test_a_silent_installation_for_one_user(pc: Pc, made: Made) -> None:
    folder = pc.prefix / "drive_c" / ODD / "Inkstone"
    code, said = pc.run(made("1.0.0"), "/S", "/LANG=zh", r"/LIBRARY=D:\资料 库", rf"/D=C:\{ODD}\Inkstone")
    assert (code, said) == (0, "")
    assert names(folder) == files_of("1.0.0") | {"defaults.toml"}
    assert (folder / "defaults.toml").read_text(encoding="utf-8") == 'library = "D:\\\\资料 库"\nlanguage = "zh_CN"\n'
    assert (folder / "Inkstone.exe").stat().st_mtime == 1_700_000_000
    uninstall = pc.registry(r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Inkstone")
    values = {key.rpartition("|")[2]: value for key, value in uninstall.items() if "|" in key}
    assert values["DisplayName"] == "Inkstone"
    assert values["DisplayVersion"] == "1.0.0"
    assert values["QuietUninstallString"] == rf'"C:\{ODD}\Inkstone\Uninstall.exe" /S'
    assert int(values["EstimatedSize"].removeprefix("dword:"), 16) > 2900
    classes = pc.registry(r"HKCU\Software\Classes")
    commands = {value for key, value in classes.items() if r"\command|" in key and "Inkstone" in key}
    assert commands == {rf'"C:\{ODD}\Inkstone\Inkstone.exe" --add "%1"'}
    assert "用 Inkstone 提问" in classes.values()
    assert r"HKEY_CURRENT_USER\Software\Classes\.docx\OpenWithList\Inkstone.exe" in classes
    assert [key for key in classes if r"\.docx|" in key] == []  # no default taken over
    assert list(pc.user.rglob("Start Menu/Programs/Inkstone.lnk"))
    assert pc.registry(r"HKLM\Software\Inkstone") == {}


def test_an_update_keeps_what_is_the_users(pc: Pc, made: Made) -> None:
    pc.run(made("1.0.0"), "/S", "/SHORTCUTS=none", "/CONTEXTMENU=0", r"/LIBRARY=D:\a")
    folder = pc.local / "Programs" / "Inkstone"
    library = pc.local / "Inkstone" / "libraries" / "default" / "catalogue.sqlite"
    library.parent.mkdir(parents=True)
    library.write_text("mine")
    (folder / "my notes.txt").write_text("mine")
    assert pc.run(made("1.1.0"), "/S") == (0, "")
    assert names(folder) == files_of("1.1.0") | {"my notes.txt", "defaults.toml"}
    assert (folder / "defaults.toml").read_text() == 'library = "D:\\\\a"\n'
    assert library.read_text() == "mine"
    assert list(pc.user.rglob("Inkstone.lnk")) == []
    assert not any(r"Directory\shell\Inkstone" in key for key in pc.registry(r"HKCU\Software\Classes"))
    code, said = pc.run(made("1.0.0"), "/S")
    assert code == 1638
    assert "Inkstone 1.1.0 is installed, which is newer than 1.0.0" in said
    assert names(folder) == files_of("1.1.0") | {"my notes.txt", "defaults.toml"}


def test_repair_puts_files_in_order(pc: Pc, made: Made) -> None:
    pc.run(made("1.0.0"), "/S")
    folder = pc.local / "Programs" / "Inkstone"
    (folder / "Inkstone.com").unlink()
    (folder / "LICENSE").write_text("damaged")
    (folder / "runtime" / "stray.dll").write_text("planted")
    assert pc.run(made("1.0.0"), "/S") == (0, "")
    assert names(folder) == files_of("1.0.0")
    assert (folder / "LICENSE").read_text() == "licence"


def test_uninstalling_leaves_libraries_and_nothing_else(pc: Pc, made: Made) -> None:
    before = names(pc.user)
    pc.run(made("1.0.0"), "/S", r"/LIBRARY=D:\a")
    home = pc.local / "Inkstone"
    for name in (
        "libraries/default/catalogue.sqlite",
        "settings.toml",
        "libraries.toml",
        "logs/inkstone.log",
        "graphs/a/b.bin",
        "scales/a.json",
        "measured.json",
        "embedding-choices.json",
        "embedding-known.json",
    ):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("x")
    folder = pc.local / "Programs" / "Inkstone"
    code, said = pc.run(folder / "Uninstall.exe", "/S", rf"_?=C:\users\{pc.user.name}\AppData\Local\Programs\Inkstone")
    assert (code, said) == (0, "")
    assert not folder.exists() or names(folder) == {"Uninstall.exe"}  # on Windows it cannot remove itself where it runs
    shutil.rmtree(folder, ignore_errors=True)
    left = names(pc.user) - before
    assert {name.partition("Local/Inkstone/")[2] for name in left} - {""} == {
        *("libraries/default/catalogue.sqlite", "settings.toml", "libraries.toml"),
    }
    assert [key for key in pc.registry(r"HKCU\Software") if "Inkstone" in key] == []


def test_uninstalling_by_its_own_removes_the_folder(pc: Pc, made: Made) -> None:
    pc.run(made("1.0.0"), "/S")
    folder = pc.local / "Programs" / "Inkstone"
    pc.run(folder / "Uninstall.exe", "/S")
    pc.command("cmd", "/c", "for /l %i in (1,1,100) do @if exist %LOCALAPPDATA%\\Programs\\Inkstone ping -n 2 127.0.0.1 >nul")
    assert not folder.exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["/WRONG"], "“/WRONG” is not known"),
        (["/LANG=fr"], "“/LANG=fr” is not known or has no such value"),
        (["/SHORTCUTS=tray"], "/SHORTCUTS=tray"),
        (["/CONTEXTMENU=2"], "/CONTEXTMENU=2"),
        (["/LIBRARY="], "“/LIBRARY=” has no value"),
        (["/LIBRARY=here"], "needs a whole path"),
        ([r"/LIBRARY=D:\a|b"], "needs a whole path"),
        (["/ALLUSERS", "/CURRENTUSER"], "/ALLUSERS /CURRENTUSER"),
        ([r"/MODELS=C:\nowhere"], "is not there"),
        ([r"/POLICY=C:\nowhere.toml"], "is not there"),
        (["/POLICY=win.ini", "/ALLUSERS"], "Give the whole path of a file"),
        ([r"/POLICY=C:\windows\*.ini", "/ALLUSERS"], "Give the whole path of a file"),
        ([r"/POLICY=C:\windows", "/ALLUSERS"], "Give the whole path of a file"),
        (["/POLICY=C:\\windows\\win.ini"], "together with /ALLUSERS"),
        (['/D="C:\\In quotes"'], "have no quotes"),
        (["/D=folder"], "not a whole path"),
        (["/LANG=zh", "/WRONG"], "无法识别参数“/WRONG”"),
    ],
)
def test_a_wrong_switch_is_said(pc: Pc, made: Made, words: list[str], sentence: str) -> None:
    code, said = pc.run(made("1.0.0"), "/S", *words)
    assert code == 1639
    assert sentence in said
    assert not (pc.local / "Programs" / "Inkstone").exists()
    assert sentence in (next(pc.prefix.rglob("Inkstone-setup.log"))).read_text(encoding="utf-8")


def test_the_switches_are_shown(pc: Pc, made: Made) -> None:
    code, said = pc.run(made("1.0.0"), "/S", "/?")
    assert code == 0
    assert "/LIBRARY=folder" in said


def test_a_folder_that_cannot_be_written(pc: Pc, made: Made) -> None:
    code, said = pc.run(made("1.0.0"), "/S", r"/D=Z:\proc\Inkstone")
    assert code == 5
    assert r"You may not write to Z:\proc\Inkstone" in said


def test_a_folder_of_others(pc: Pc, made: Made) -> None:
    folder = pc.prefix / "drive_c" / "Tools"
    (folder / "runtime").mkdir(parents=True)
    (folder / "runtime" / "theirs.txt").write_text("theirs")
    code, said = pc.run(made("1.0.0"), "/S", r"/D=C:\Tools")
    assert code == 1603
    assert "holds other files" in said
    assert names(folder) == {"runtime/theirs.txt"}


def test_another_folder_than_the_installed_one(pc: Pc, made: Made) -> None:
    pc.run(made("1.0.0"), "/S")
    code, said = pc.run(made("1.1.0"), "/S", r"/D=C:\Elsewhere")
    assert code == 1638
    assert "uninstall it first" in said
    assert not (pc.prefix / "drive_c" / "Elsewhere").exists()


def test_no_space(pc: Pc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows_setup, "SPARE_MEGABYTES", 1_000_000_000)
    build = stand_in(tmp_path, "1.0.0")
    windows_setup.pack(build)
    code, said = pc.run(build.out / f"{build.name}-setup.exe", "/S", r"/D=C:\Made\for\Inkstone")
    assert code == 112
    assert "10000000" in said
    assert not (pc.prefix / "drive_c" / "Made").exists()
    assert not (pc.local / "Programs" / "Inkstone").exists()


def test_an_old_processor(pc: Pc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = compiled("int wmain(void) { return 1; }", tmp_path / "old.exe")
    monkeypatch.setattr(windows_setup, "compile_check", lambda work: old)
    build = stand_in(tmp_path / "build", "1.0.0")
    windows_setup.pack(build)
    code, said = pc.run(build.out / f"{build.name}-setup.exe", "/S")
    assert code == 1633
    assert "SSE4.2" in said


def test_an_old_windows(pc: Pc, made: Made) -> None:
    pc.command("winecfg", "-v", "win81")
    code, said = pc.run(made("1.0.0"), "/S")
    pc.command("winecfg", "-v", "win10")
    assert code == 1150
    assert "Windows 10 version 1809" in said


def test_a_32_bit_pc(wine: str, made: Made, tmp_path: Path) -> None:
    pc = new_pc(wine, tmp_path, "win32")
    done = pc.command(str(made("1.0.0")), "/S")
    assert done.returncode == 1633 & 255
    assert "64-bit Windows" in done.stderr


def test_a_damaged_file_changes_nothing(pc: Pc, made: Made, tmp_path: Path) -> None:
    data = bytearray(made("1.0.0").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "setup.exe").write_bytes(data)
    assert pc.run(tmp_path / "setup.exe", "/S")[0] == 2
    (tmp_path / "half.exe").write_bytes(made("1.0.0").read_bytes()[:-1000])
    assert pc.run(tmp_path / "half.exe", "/S")[0] == 2
    assert not (pc.local / "Programs" / "Inkstone").exists()


def test_a_running_inkstone_stops_the_update(pc: Pc, made: Made) -> None:
    made("1.1.0")
    pc.run(made("1.0.0"), "/S")
    folder = pc.local / "Programs" / "Inkstone"
    with pc.running(folder / "Inkstone.exe", "wait"):
        code, said = pc.run(made("1.1.0"), "/S")
        assert code == 1618
        assert "Inkstone.exe is in use" in said
        assert names(folder) == files_of("1.0.0")
        code, said = pc.run(folder / "Uninstall.exe", "/S", rf"_?=C:\users\{pc.user.name}\AppData\Local\Programs\Inkstone")
        assert code == 1618
        assert names(folder) == files_of("1.0.0")
    assert pc.run(made("1.1.0"), "/S") == (0, "")


def test_an_update_waits_until_inkstone_is_closed(pc: Pc, made: Made) -> None:
    made("1.1.0")
    pc.run(made("1.0.0"), "/S")
    folder = pc.local / "Programs" / "Inkstone"
    with contextlib.ExitStack() as closing:
        closing.enter_context(pc.running(folder / "Inkstone.exe", "wait"))
        with subprocess.Popen([pc.wine, str(made("1.1.0")), "/S"], env=pc.environment) as update:
            pc.command("cmd", "/c", "ping -n 4 127.0.0.1 >nul")
            assert update.poll() is None
            assert names(folder) == files_of("1.0.0")
            closing.close()
            assert update.wait(120) == 0
    assert names(folder) == files_of("1.1.0")


def test_a_file_in_use_takes_the_update_back(pc: Pc, made: Made) -> None:
    made("1.1.0")
    pc.run(made("1.0.0"), "/S")
    folder = pc.local / "Programs" / "Inkstone"
    with pc.running(pc.runner.parent / "holder.exe", "hold", pc.windows(folder / "installed.toml")):
        code, said = pc.run(made("1.1.0"), "/S")
    assert code == 1618
    assert "installed.toml cannot be replaced" in said
    assert names(folder) == files_of("1.0.0")
    assert pc.run(made("1.1.0"), "/S") == (0, "")
    assert names(folder) == files_of("1.1.0")


def test_a_first_installation_on_a_disk_that_fills_up_leaves_nothing(
    wine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], check=False).returncode
    ):
        pytest.skip("no small disk can be mounted here")
    try:
        pc = new_pc(wine, tmp_path / "pc")
        monkeypatch.setattr(windows_setup, "SPARE_MEGABYTES", -1000)  # so that the check before lets it begin
        build = stand_in(tmp_path / "build", "1.0.0")
        windows_setup.pack(build)
        code, said = pc.run(build.out / f"{build.name}-setup.exe", "/S", "/D=" + pc.windows(disk / "made" / "Inkstone"))
        assert code == 1603
        assert "the disk is full" in said
        assert list(disk.iterdir()) == []
    finally:
        pc.command("wineboot", "-k")
        subprocess.run(["umount", "-l", str(disk)], check=False)


def test_a_set_up_that_was_broken_off_is_put_right(pc: Pc, made: Made) -> None:
    pc.run(made("1.0.0"), "/S")
    folder = pc.local / "Programs" / "Inkstone"
    (folder / "~old").mkdir()
    (folder / "Inkstone.exe").rename(folder / "~old" / "Inkstone.exe")
    (folder / "program").rename(folder / "~old" / "program")
    (folder / "~new" / "program").mkdir(parents=True)
    (folder / "~new" / "program" / "half.py").write_text("")
    assert pc.run(made("1.1.0"), "/S") == (0, "")
    assert names(folder) == files_of("1.1.0")


def broken_off(pc: Pc, setup: Path) -> Path:
    """A first installation whose PC was switched off while the new entries were being moved to their place."""
    assert pc.run(setup, "/S") == (0, "")
    pc.command("reg", "delete", r"HKCU\Software\Inkstone", "/f")
    folder = pc.local / "Programs" / "Inkstone"
    (folder / "~new").mkdir()
    (folder / "~old").mkdir()
    for name in ("Inkstone.com", "Inkstone.exe", "Uninstall.exe", "installed.toml", "runtime"):
        (folder / name).rename(folder / "~new" / name)
    return folder


@contextlib.contextmanager
def no_room_for_the_old(pc: Pc, folder: Path) -> Iterator[None]:
    """~gone cannot be deleted, so that the last move of a set-up fails."""
    held = folder / "~gone" / "held"
    held.parent.mkdir()
    held.write_text("")
    with pc.running(pc.runner.parent / "holder.exe", "hold", pc.windows(held)):
        yield
    held.unlink()
    held.parent.rmdir()


def test_a_first_set_up_that_was_broken_off_is_put_right(pc: Pc, made: Made) -> None:
    folder = broken_off(pc, made("1.0.0"))
    assert pc.run(made("1.0.0"), "/S") == (0, "")
    assert names(folder) == files_of("1.0.0")


def test_a_set_up_that_was_broken_off_and_fails_again_leaves_nothing(pc: Pc, made: Made) -> None:
    folder = broken_off(pc, made("1.0.0"))
    with no_room_for_the_old(pc, folder):
        assert pc.run(made("1.0.0"), "/S")[0] == 1603
    assert names(folder) == set()


def test_an_update_that_fails_at_its_end_leaves_nothing_of_the_new(pc: Pc, made: Made) -> None:
    made("1.1.0")
    pc.run(made("1.0.0"), "/S")
    folder = pc.local / "Programs" / "Inkstone"
    with no_room_for_the_old(pc, folder):
        code, said = pc.run(made("1.1.0"), "/S")
    assert code == 1603
    assert "What was there before is in its place again" in said
    assert names(folder) == files_of("1.0.0")


def test_uninstalling_where_no_inkstone_is_removes_nothing(pc: Pc, made: Made) -> None:
    pc.run(made("1.0.0"), "/S")
    work = pc.prefix / "drive_c" / "Work"
    (work / "program").mkdir(parents=True)
    (work / "program" / "mine.txt").write_text("mine")
    (work / "LICENSE").write_text("mine")
    shutil.copyfile(pc.local / "Programs" / "Inkstone" / "Uninstall.exe", work / "Uninstall.exe")
    code, said = pc.run(work / "Uninstall.exe", "/S", r"_?=C:\Work")
    assert code == 1605
    assert r"There is no Inkstone in C:\Work" in said
    assert names(work) == {"LICENSE", "Uninstall.exe", "program/mine.txt"}
    assert pc.registry(r"HKCU\Software\Inkstone") != {}


def test_uninstalling_another_inkstone_keeps_what_is_registered(pc: Pc, made: Made) -> None:
    pc.run(made("1.0.0"), "/S")
    folder = pc.local / "Programs" / "Inkstone"
    copy = pc.prefix / "drive_c" / "Copy"
    shutil.copytree(folder, copy)
    assert pc.run(copy / "Uninstall.exe", "/S", r"_?=C:\Copy") == (0, "")
    assert not copy.exists() or names(copy) == {"Uninstall.exe"}
    assert names(folder) == files_of("1.0.0")
    assert pc.registry(r"HKCU\Software\Inkstone") != {}


def test_uninstalling_again_where_it_was_broken_off(pc: Pc, made: Made) -> None:
    pc.run(made("1.0.0"), "/S")
    folder = pc.local / "Programs" / "Inkstone"
    for name in ("runtime", "program"):
        shutil.rmtree(folder / name)
    (folder / "Inkstone.com").unlink()
    code, said = pc.run(folder / "Uninstall.exe", "/S", rf"_?=C:\users\{pc.user.name}\AppData\Local\Programs\Inkstone")
    assert (code, said) == (0, "")
    assert not folder.exists() or names(folder) == {"Uninstall.exe"}
    assert pc.registry(r"HKCU\Software\Inkstone") == {}


def test_a_registered_folder_that_others_use_now_is_left_alone(pc: Pc, made: Made) -> None:
    pc.run(made("1.0.0"), "/S", r"/D=C:\Given")
    given = pc.prefix / "drive_c" / "Given"
    shutil.rmtree(given)
    (given / "program").mkdir(parents=True)
    (given / "program" / "mine.txt").write_text("mine")
    assert pc.run(made("1.0.0"), "/S") == (0, "")
    assert names(given) == {"program/mine.txt"}
    assert names(pc.local / "Programs" / "Inkstone") == files_of("1.0.0")


def test_for_all_users_with_a_policy(pc: Pc, made: Made, tmp_path: Path) -> None:
    folder = pc.prefix / "drive_c" / "Program Files" / "Inkstone"
    data = pc.prefix / "drive_c" / "ProgramData" / "Inkstone"
    (tmp_path / "bad.toml").write_text("bad = 1\n")
    (tmp_path / "good.toml").write_text("# ok\n")
    code, said = pc.run(made("1.0.0"), "/S", "/ALLUSERS", "/POLICY=" + pc.windows(tmp_path / "bad.toml"))
    assert code == 13
    assert "line 1: bad is no setting" in said
    assert not folder.exists()
    assert not data.exists()
    assert pc.run(made("1.0.0"), "/S", "/ALLUSERS", "/POLICY=" + pc.windows(tmp_path / "good.toml")) == (0, "")
    assert names(folder) == files_of("1.0.0")
    assert (data / "policy.toml").read_text() == "# ok\n"
    assert pc.registry(r"HKCU\Software\Inkstone") == {}
    code, said = pc.run(made("1.1.0"), "/S")
    assert code == 1638
    assert "for all users already" in said
    assert pc.run(made("1.1.0"), "/S", "/ALLUSERS") == (0, "")
    code, said = pc.run(folder / "Uninstall.exe", "/S", r"_?=C:\Program Files\Inkstone")
    assert code == 0
    assert not folder.exists() or names(folder) == {"Uninstall.exe"}
    assert pc.registry(r"HKLM\Software\Inkstone") == {}
    assert (data / "policy.toml").exists()  # the administrator's


@pytest.fixture
def icacls(pc: Pc) -> Iterator[Callable[[], list[str]]]:
    """A stand-in in the place of Wine's; what it was told, once."""
    drive = pc.prefix / "drive_c"
    place = drive / "windows" / "syswow64" / "icacls.exe"
    kept = place.read_bytes()
    notes = drive / "icacls.txt"
    place.unlink()
    compiled(ICACLS, place)

    def told() -> list[str]:
        lines = notes.read_text().splitlines() if notes.exists() else []
        notes.unlink(missing_ok=True)
        return lines

    yield told
    place.write_bytes(kept)
    for path in (notes, *drive.glob("fail*")):
        path.unlink(missing_ok=True)
    shutil.rmtree(drive / "ProgramData" / "Inkstone", ignore_errors=True)


PROTECTED = ["/setowner", "/reset", "/inheritance:r"]


def test_the_folder_of_the_policy_is_taken_from_who_made_it(
    pc: Pc, made: Made, tmp_path: Path, icacls: Callable[[], list[str]]
) -> None:
    data = pc.prefix / "drive_c" / "ProgramData" / "Inkstone"
    data.mkdir(parents=True, exist_ok=True)
    (data / "policy.new").write_text("planted")
    (tmp_path / "good.toml").write_text("# ok\n")
    policy = "/POLICY=" + pc.windows(tmp_path / "good.toml")
    assert pc.run(made("1.0.0"), "/S", "/ALLUSERS", policy) == (0, "")
    told = [line.removeprefix(r"C:\ProgramData\Inkstone").rsplit(" ", 1)[0].strip() for line in icacls()]
    assert told == [*PROTECTED, r"\policy.new /setowner"]
    assert names(data) == {"policy.toml"}
    assert (data / "policy.toml").read_text() == "# ok\n"


@pytest.mark.parametrize("word", ["setowner", "reset", "inheritance:r"])
def test_a_folder_of_the_policy_that_cannot_be_protected(
    pc: Pc, made: Made, tmp_path: Path, icacls: Callable[[], list[str]], word: str
) -> None:
    (pc.prefix / "drive_c" / f"fail{word}").write_text("")
    (tmp_path / "good.toml").write_text("# ok\n")
    code, said = pc.run(made("1.0.0"), "/S", "/ALLUSERS", "/POLICY=" + pc.windows(tmp_path / "good.toml"))
    assert code == 5
    assert "closed to ordinary users" in said
    assert not (pc.prefix / "drive_c" / "Program Files" / "Inkstone").exists()
    assert not (pc.prefix / "drive_c" / "ProgramData" / "Inkstone" / "policy.toml").exists()


def test_a_link_in_the_place_of_the_policy_is_refused(
    pc: Pc, made: Made, tmp_path: Path, icacls: Callable[[], list[str]]
) -> None:
    data = pc.prefix / "drive_c" / "ProgramData" / "Inkstone"
    (tmp_path / "elsewhere").mkdir()
    data.symlink_to(tmp_path / "elsewhere")
    try:
        (tmp_path / "good.toml").write_text("# ok\n")
        code, said = pc.run(made("1.0.0"), "/S", "/ALLUSERS", "/POLICY=" + pc.windows(tmp_path / "good.toml"))
    finally:
        data.unlink()
    assert code == 5
    assert "is a link" in said
    assert icacls() == []
    assert names(tmp_path / "elsewhere") == set()


def test_a_policy_in_use_takes_the_update_back(pc: Pc, made: Made, tmp_path: Path) -> None:
    made("1.1.0")
    data = pc.prefix / "drive_c" / "ProgramData" / "Inkstone"
    for name in ("old", "new"):
        (tmp_path / f"{name}.toml").write_text(f"# {name}\n")
    policy = "/POLICY=" + pc.windows(tmp_path / "old.toml")
    assert pc.run(made("1.0.0"), "/S", "/ALLUSERS", policy) == (0, "")
    with pc.running(pc.runner.parent / "holder.exe", "hold", pc.windows(data / "policy.toml")):
        code, said = pc.run(made("1.1.0"), "/S", "/ALLUSERS", "/POLICY=" + pc.windows(tmp_path / "new.toml"))
    assert code == 5
    assert "policy.toml could not be written" in said
    assert names(pc.prefix / "drive_c" / "Program Files" / "Inkstone") == files_of("1.0.0")
    assert names(data) == {"policy.toml"}
    assert (data / "policy.toml").read_text() == "# old\n"
    shutil.rmtree(data)


@pytest.mark.parametrize("folder", ["Everybody", "Program Files X", "Program Files/../Outside"])
def test_a_folder_for_all_users_is_taken_from_who_made_it(
    pc: Pc, made: Made, icacls: Callable[[], list[str]], folder: str
) -> None:
    place = pc.prefix / "drive_c" / folder.rpartition("/")[2]
    place.mkdir()
    windows = f"C:\\{place.name}"
    assert pc.run(made("1.0.0"), "/S", "/ALLUSERS", "/D=C:\\" + folder.replace("/", "\\")) == (0, "")
    assert icacls() == [f"{windows} {word} 0" for word in PROTECTED]  # before the first file
    assert names(place) == files_of("1.0.0")
    assert pc.run(made("1.1.0"), "/S", "/ALLUSERS") == (0, "")
    assert [line.rsplit(" ", 1)[0] for line in icacls()] == [f"{windows} {word}" for word in PROTECTED]
    assert names(place) == files_of("1.1.0")


def test_a_folder_for_all_users_with_planted_files_is_refused(pc: Pc, made: Made, icacls: Callable[[], list[str]]) -> None:
    place = pc.prefix / "drive_c" / "Planted"
    place.mkdir()
    for name in ("installed.toml", "Inkstone.exe", "version.dll"):
        (place / name).write_text("planted")
    code, said = pc.run(made("1.0.0"), "/S", "/ALLUSERS", r"/D=C:\Planted")
    assert code == 1603
    assert "holds other files" in said
    assert names(place) == {"installed.toml", "Inkstone.exe", "version.dll"}
    assert icacls() == []


def test_a_folder_for_all_users_that_cannot_be_protected_is_removed(
    pc: Pc, made: Made, icacls: Callable[[], list[str]]
) -> None:
    (pc.prefix / "drive_c" / "failreset").write_text("")
    code, said = pc.run(made("1.0.0"), "/S", "/ALLUSERS", r"/D=C:\Made\Inkstone")
    assert code == 5
    assert "closed to ordinary users" in said
    assert not (pc.prefix / "drive_c" / "Made").exists()
    assert pc.registry(r"HKLM\Software\Inkstone") == {}


def test_a_set_up_for_all_users_that_was_broken_off_goes_on(pc: Pc, made: Made, icacls: Callable[[], list[str]]) -> None:
    assert pc.run(made("1.0.0"), "/S", "/ALLUSERS", r"/D=C:\Everybody") == (0, "")
    folder = pc.prefix / "drive_c" / "Everybody"
    pc.command("reg", "delete", r"HKLM\Software\Inkstone", "/v", "Folder", "/f", "/reg:64")
    kept = names(folder)
    (folder / "~new").mkdir()
    for path in [path for path in folder.iterdir() if path.name != "~new"]:
        path.rename(folder / "~new" / path.name)
    assert pc.run(made("1.0.0"), "/S", "/ALLUSERS", r"/D=C:\Everybody") == (0, "")
    assert names(folder) == kept


def test_two_builds_are_the_same(tmp_path: Path) -> None:
    hashes = []
    for place in ("one", "two"):
        build = stand_in(tmp_path / place, "1.0.0")
        for path in build.tree.rglob("*.com"):
            os.utime(path, None)
        windows_setup.pack(build)
        hashes.append(hashlib.sha256((build.out / f"{build.name}-setup.exe").read_bytes()).hexdigest())
    assert hashes[0] == hashes[1]


def test_a_signing_command_may_hold_quotes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wine: str) -> None:
    monkeypatch.setenv("INKSTONE_SIGN", f"""sh -c 'echo "$0" >> "{tmp_path}/signed by us"'""")
    build = stand_in(tmp_path / "build", "1.0.0")
    windows_setup.pack(build)
    signed = (tmp_path / "signed by us").read_text().splitlines()
    assert [Path(line).name for line in signed[::2]] == ["pc_check.exe", f"{build.name}-setup.exe"]
    assert len(signed) == 3  # the second is the uninstaller, in a file that NSIS names


def test_a_signing_command_that_fails_ends_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wine: str) -> None:
    monkeypatch.setattr(
        windows_setup, "compile_check", lambda work: compiled("int wmain(void) { return 0; }", work / "pc_check.exe")
    )
    monkeypatch.setenv("INKSTONE_SIGN", "echo no certificate; false")
    with pytest.raises(BuildError, match="no certificate"):
        windows_setup.pack(stand_in(tmp_path / "build", "1.0.0"))
