# SPDX-License-Identifier: Apache-2.0
"""``inkstone doctor --policy`` and ``--verify``, and commands under a policy."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.command import ROOT, Run, inkstone
from desktop_app.foundation import paths

pytestmark = pytest.mark.slow

Policed = Callable[[str], Path]


def test_what_is_in_force_is_told(policed: Policed, home: Path) -> None:
    file = policed(
        "copy = false\nprint = true\nconversation_days = 90\n[fixed]\nocr = 'off'\nwatch = true\n[defaults]\ntheme = 'dark'\n"
    )
    told = inkstone("doctor", "--policy", "--json").one
    assert (told["file"], told["fixed"], told["defaults"]) == (str(file), {"ocr": "off", "watch": True}, {"theme": "dark"})
    assert told["rules"]["copy"] is False
    assert told["rules"]["export"] is True
    assert told["changed"] == ["conversation_days", "copy", "ocr", "theme", "watch"]
    shown = inkstone("doctor", "--policy")
    assert (shown.code, shown.err) == (0, "")
    for line in (str(file), 'ocr = "off"', "copy = false", "conversation_days = 90", 'theme = "dark"'):
        assert line in shown.out
    assert "print" not in shown.out, "as without a policy"
    assert "由管理员" not in shown.out
    assert "固定" in inkstone("doctor", "--policy", LANG="zh_CN.UTF-8").out
    assert not (home / "logs").exists(), "nothing of the user's is touched"


def test_without_a_policy_it_says_so() -> None:
    run = inkstone("doctor", "--policy")
    assert run.code == 0
    assert "policy.toml" in run.out


def test_a_file_is_checked_before_it_is_put_in_force(tmp_path: Path) -> None:
    good, bad = tmp_path / "良.toml", tmp_path / "差.toml"
    good.write_text("copy = false\n", encoding="utf-8")
    bad.write_text("copy = false\n[fixed]\nocr = 'sometimes'\n", encoding="utf-8")
    assert inkstone("doctor", "--policy", good).code == 0
    run = inkstone("doctor", "--policy", bad)
    assert run.code == 2
    assert "Line 3" in run.err
    assert '"auto", "always", "off"' in run.err
    assert "差.toml" in run.err
    assert inkstone("doctor", "--policy", bad, "--json").one["data"]["line"] == "3"
    assert inkstone("doctor", "--policy", tmp_path / "none.toml").code == 2
    assert "第 3 行" in inkstone("doctor", "--policy", bad, LANG="zh_CN.UTF-8").err


def test_with_a_broken_policy_no_command_goes_on(policed: Policed, office: Path) -> None:
    policed("copy = 'no'\n")
    for arguments in (("index", str(office)), ("search", "x"), ("doctor",), ("models",)):
        run = inkstone(*arguments)
        assert run.code == 3
        assert "Line 1 of the policy file" in run.err
    assert inkstone("doctor", "--policy").code == 3
    assert not (paths.home() / "libraries").exists()


def test_commands_cannot_name_what_is_fixed(policed: Policed, office: Path, tmp_path: Path) -> None:
    library = tmp_path / "fixed"
    policed(f"export = false\n[fixed]\nlibrary = '{library}'\nllm = ''\n")
    assert inkstone("index", office, "--embedding", "none").code == 0
    assert (library / "catalogue.sqlite").exists()
    other = inkstone("search", "x", "--library", tmp_path / "other")
    assert (other.code, other.err.count("set by your administrator")) == (2, 1)
    assert not (tmp_path / "other").exists()
    assert inkstone("ask", "年休假几天?", "--llm", tmp_path / "a.gguf").code == 2
    assert inkstone("ask", "年休假几天?", "--llm", "none").code == 0
    backup = inkstone("library", "backup", tmp_path / "a.inkstone")
    assert (backup.code, (tmp_path / "a.inkstone").exists()) == (2, False)
    assert inkstone("library", "move", tmp_path / "moved").code == 2
    assert (library / "catalogue.sqlite").exists()


def test_commands_can_be_switched_off(policed: Policed, office: Path) -> None:
    policed("command_line = false\n")
    for arguments in (("index", str(office)), ("search", "x"), ("ask", "x"), ("files",), ("library", "list")):
        run = inkstone(*arguments)
        assert (run.code, run.out) == (2, "")
        assert "switched off the commands" in run.err
    assert inkstone("doctor", "--policy").code == 0


def test_an_ordinary_user_cannot_get_rid_of_the_policy_of_the_pc(tmp_path: Path, office: Path) -> None:
    """At its real place, in a view of the disk of this test's own, by a user who tries what a user can."""
    policy, upper, work = tmp_path / "policy.toml", tmp_path / "upper", tmp_path / "work"
    policy.write_text("command_line = false\nexport = false\n", encoding="utf-8")
    upper.mkdir()
    upper.chmod(0o755)  # the mode of /etc in that view, whatever the umask
    work.mkdir()
    over = f"mount -t overlay overlay -o lowerdir=/etc,upperdir={upper},workdir={work} /etc"
    put = f"{over} && install -d -m 755 /etc/inkstone && install -m 644 {policy} /etc/inkstone/policy.toml"
    if os.name == "nt" or os.geteuid() != 0 or subprocess.run(["unshare", "-m", "sh", "-c", put], check=False).returncode:
        pytest.skip("needs root, and an overlay over /etc")
    user = 'exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"'
    unreadable = (
        f'test -z "$(find {shlex.quote(str(ROOT / "desktop_app"))} -name __pycache__ -prune -o ! -readable -print 2>&1)"'
    )
    probe = [sys.executable, "-c", "import psutil, desktop_app.cli.command_line"]
    for tried in (["sh", "-c", unreadable], probe):
        if subprocess.run(["sh", "-c", user, "-", *tried], cwd=ROOT, capture_output=True, check=False).returncode:
            pytest.skip("needs a checkout and a Python that other users can read: not below /root, nor made with umask 077")
    home = Path(tempfile.mkdtemp())  # below the test's own folder nobody else gets in
    os.chown(home, 65534, 65534)

    def as_user(*arguments: str | Path) -> Run:
        (home / "mine.toml").write_text("command_line = true\n", encoding="utf-8")
        tried = {"INKSTONE_POLICY": str(home / "mine.toml"), "ProgramData": str(home), "XDG_CONFIG_DIRS": str(home)}
        return inkstone(
            *arguments,
            wrapped=("unshare", "-m", "sh", "-c", f"{put} && {user}", "-"),
            INKSTONE_HOME=str(home / "data"),
            HOME=str(home),
            **tried,
        )

    try:
        told = as_user("doctor", "--policy", "--json")
        assert told.one["file"] == "/etc/inkstone/policy.toml"
        assert told.one["rules"]["command_line"] is False
        (home / "data").mkdir(exist_ok=True)
        os.chown(home / "data", 65534, 65534)
        run = as_user("search", "x")
        assert (run.code, run.out) == (2, "")
        assert "switched off the commands" in run.err
        put = put.replace("-m 644", "-m 666")
        assert as_user("search", "x").code == 3
    finally:
        shutil.rmtree(home)


def test_a_download_is_compared_with_its_list(tmp_path: Path) -> None:
    file = tmp_path / "Inkstone-9-windows-setup.exe"
    file.write_bytes(b"a set-up program")
    assert inkstone("doctor", "--verify", file).code == 1
    digest = hashlib.sha256(b"a set-up program").hexdigest()
    (tmp_path / "SHA256SUMS").write_text(f"{digest}  {file.name}\n{'0' * 64}  other\n", encoding="utf-8")
    run = inkstone("doctor", "--verify", file, "--json")
    assert (run.code, run.one["checksum"], run.one["signature"], run.one["sha256"]) == (0, "equal", "no_key", digest)
    file.write_bytes(b"a set-up programme")
    run = inkstone("doctor", "--verify", file)
    assert run.code == 1
    assert "Do not install it" in run.out
    assert inkstone("doctor", "--verify", tmp_path / "not there").code == 2
