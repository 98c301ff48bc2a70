# SPDX-License-Identifier: Apache-2.0
"""A policy of an administrator: read, checked, and stronger than what a user sets."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.foundation import installed, paths
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.policy import log_retention, policy_file, policy_in_force, policy_limits, policy_owners
from desktop_app.foundation.policy.policy_rules import RULES, Policy
from desktop_app.foundation.settings import SETTINGS

Policed = Callable[[str], Path]


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "policy.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_an_empty_policy_allows_everything(tmp_path: Path) -> None:
    policy = policy_file.read(written(tmp_path, "# nothing\n"))
    for rule in RULES.values():
        assert policy.rules.get(rule.key, rule.default) == rule.default
    assert policy.allows("copy")
    assert not policy.names("formats")
    assert not policy.days("conversation_days")


def test_every_rule_and_setting_can_be_set(tmp_path: Path) -> None:
    examples = {
        "switch": "false",
        "days": "30",
        "folders": "['/srv/a', '/srv/b']",
        "endings": "['.PDF', 'docx']",
        "settings": "['ocr']",
    }
    lines = [f"{rule.key} = {examples[rule.kind]}" for rule in RULES.values()]
    shown = {key: one for key, one in SETTINGS.items() if not one.internal}

    def example(key: str) -> str:
        value = shown[key].default
        if isinstance(value, bool):
            return str(not value).lower()
        return "90" if isinstance(value, int) else repr("/srv/x" if key in policy_file.PATHS else shown[key].choices[-1])

    settings = [f"{key} = {example(key)}" for key in shown]
    policy = policy_file.read(
        written(tmp_path, "\n".join([*lines, "[fixed]", *settings, "[defaults]", *settings]).replace("'", '"'))
    )
    assert set(policy.rules) == set(RULES)
    assert set(policy.fixed) == set(policy.defaults) == set(shown)
    assert policy.names("formats") == ("pdf", "docx")
    assert not policy.allows("print")


@pytest.mark.parametrize(
    ("text", "code", "line", "named"),
    [
        ("copy = false\nexprot = false\n", "policy_unknown", "2", "exprot"),
        ("[fixed]\nocr = 'off'\n\nocrr = 'off'\n", "policy_unknown", "4", "ocrr"),
        ("[fixed]\nwelcomed = true\n", "policy_unknown", "2", "welcomed"),
        ("[fix]\nocr = 'off'\n", "policy_unknown", "1", "fix"),
        ("# a\ncopy = 'no'\n", "policy_value", "2", "copy"),
        ("conversation_days = -1\n", "policy_value", "1", "conversation_days"),
        ("conversation_days = true\n", "policy_value", "1", "conversation_days"),
        ("formats = 'pdf'\n", "policy_value", "1", "formats"),
        ("formats = ['*.pdf']\n", "policy_value", "1", "formats"),
        ("library_places = ['Inkstone']\n", "policy_value", "1", "library_places"),
        ("hidden = ['theme', 'colour']\n", "policy_value", "1", "hidden"),
        ("copy = true\n[defaults]\ntheme = 'pink'\n", "policy_value", "3", "theme"),
        ("copy = true\n[fixed]\ntext_zoom = 1000\n", "policy_value", "3", "text_zoom"),
        ("[fixed]\nlibrary = 'Inkstone'\n", "policy_value", "2", "library"),
        ("fixed = 3\n", "policy_unknown", "1", "fixed"),
    ],
)
def test_an_error_is_told_with_its_line(tmp_path: Path, text: str, code: str, line: str, named: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(Problem) as raised:
        policy_file.read(file)
    assert (raised.value.code, raised.value.data["line"], raised.value.data["key"]) == (code, line, named)
    assert raised.value.data["path"] == str(file)


def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(Problem) as raised:
        policy_file.read(written(tmp_path, "copy = false\nprint = \n"))
    assert raised.value.code == "policy_syntax"
    assert "line 2" in raised.value.data["detail"]
    file = tmp_path / "gbk.toml"
    file.write_bytes("# 策略\n".encode("gb18030"))
    with pytest.raises(Problem) as raised:
        policy_file.read(file)
    assert raised.value.code == "policy_unreadable"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_encodings_of_windows_are_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("document_places = ['/资料']\n", encoding=encoding)
    assert policy_file.read(file).names("document_places") == (os.path.normpath("/资料"),)


def test_a_place_may_hold_the_name_of_the_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the account, whatever the variables of the environment say."""
    for name in ("USER", "LOGNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody else")
    policy = policy_file.read(written(tmp_path, "library_places = ['/srv/{user}']\n[fixed]\nlibrary = '/srv/{user}/a'\n"))
    assert "{" not in policy.names("library_places")[0]
    assert "else" not in policy.names("library_places")[0]
    assert str(policy.fixed["library"]).startswith(policy.names("library_places")[0])


# ---- in force ----


def test_what_is_fixed_cannot_be_changed(policed: Policed) -> None:
    paths.settings_file().write_text('ocr = "always"\ntheme = "dark"\n', encoding="utf-8")
    policed("hidden = ['hot_key']\n[fixed]\nocr = 'off'\n[defaults]\ntheme = 'light'\nlanguage = 'zh_CN'\n")
    settings = policy_in_force.settings()
    assert settings.text("ocr") == "off"
    assert settings.is_fixed("ocr")
    assert settings.text("theme") == "dark", "a default gives way to the user's choice"
    assert settings.text("language") == "zh_CN"
    assert settings.is_hidden("hot_key")
    assert not settings.is_hidden("ocr")
    problem = settings.keep("ocr", "always")
    assert problem is not None
    assert problem.code == "setting_fixed"
    with pytest.raises(Problem):
        settings.put("ocr", "always")
    settings.put("language", "en")
    again = policy_in_force.settings()
    assert (again.text("language"), again.text("ocr")) == ("en", "off")
    assert again.changed() == {"language": "en", "ocr": "off", "theme": "dark"}
    assert 'ocr = "always"' in paths.settings_file().read_text(encoding="utf-8"), "the user's choice is not lost"


def test_the_variable_counts_only_where_the_pc_has_no_policy(policed: Policed, tmp_path: Path, machine: Path) -> None:
    policed("copy = true\n")
    assert policy_in_force.in_force().file == str(tmp_path / "tried.toml")
    machine.write_text("copy = false\n", encoding="utf-8")
    policy_in_force.in_force.cache_clear()
    assert not policy_in_force.in_force().allows("copy")
    assert policy_in_force.in_force().file == str(machine)


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "geteuid"), reason="POSIX rights")
def test_a_policy_that_users_can_write_is_refused(machine: Path) -> None:
    machine.write_text("copy = false\n", encoding="utf-8")
    if os.geteuid() == 0:
        assert not policy_in_force.in_force().allows("copy")
        for place, mode in ((machine, 0o666), (machine, 0o664), (machine.parent, 0o777)):
            before = stat.S_IMODE(place.stat().st_mode)
            place.chmod(mode)
            policy_in_force.in_force.cache_clear()
            with pytest.raises(Problem) as raised:
                policy_in_force.in_force()
            assert raised.value.code == "policy_writable"
            assert raised.value.data["path"] == str(place)
            place.chmod(before)
    else:  # it belongs to this user
        with pytest.raises(Problem) as raised:
            policy_in_force.in_force()
        assert raised.value.code == "policy_writable"


def test_a_policy_that_cannot_be_looked_at_is_not_taken_for_none(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, **_: object) -> os.stat_result:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    with pytest.raises(Problem) as raised:
        policy_in_force.in_force()
    assert raised.value.code == "policy_unreadable"


_SYSTEM = "O:BAG:SYD:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;0x1200a9;;;BU)"


@pytest.mark.parametrize(
    ("descriptor", "writer"),
    [
        (_SYSTEM, ""),
        ("O:SYG:SYD:(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;FR;;;BU)", ""),
        ("O:BAG:SYD:(A;OICIIO;GA;;;CO)(A;;FA;;;BA)", ""),  # for what is made inside alone
        ("O:BAG:SYD:(D;;FA;;;BU)(A;;FR;;;WD)", ""),
        (_SYSTEM.replace("O:BA", "O:S-1-5-21-1-2-3-1001"), "S-1-5-21-1-2-3-1001"),
        ("O:BAG:SYD:(A;;FA;;;BA)(A;;FW;;;BU)", "BU"),
        ("O:BAG:SYD:(A;;0x1301bf;;;AU)", "AU"),
        ("O:BAG:SYD:(A;;CCDCLC;;;WD)", "WD"),
        ("O:BAG:SYD:(A;;WO;;;S-1-5-21-1-2-3-1001)", "S-1-5-21-1-2-3-1001"),
        ("O:BAG:SY", "WD"),
        ("O:BAG:SYD:NO_ACCESS_CONTROL", "WD"),
    ],
)
def test_access_lists_of_windows_are_understood(descriptor: str, writer: str) -> None:
    assert policy_owners.writer_in(descriptor) == writer


def test_users_may_make_other_files_beside_the_policy() -> None:
    """As below ProgramData; they can neither change nor exchange what administrators put there."""
    inherited = (
        "O:BAG:SYD:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIIOID;GA;;;CO)(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLCRPCR;;;BU)"
    )
    assert policy_owners.writer_in(inherited, policy_owners._REPLACES) == ""
    for right in ("DT", "SD", "WD", "WO", "0x1301ff"):
        assert policy_owners.writer_in(f"{inherited}(A;;{right};;;BU)", policy_owners._REPLACES) == "BU"


def test_defaults_of_the_set_up_stand_below_the_policy(
    policed: Policed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "Inkstone"
    root.mkdir()
    (root / "defaults.toml").write_text(
        "language = 'zh_CN'\ntheme = 'dark'\nocr = 'sometimes'\nwelcomed = true\nlibrary = '''/srv/{user}'''\n",
        encoding="utf-16",
    )
    monkeypatch.setattr(installed, "installation", lambda: installed.Installation(root, "setup", "1", light=False))
    policed("[defaults]\ntheme = 'light'\n")
    settings = policy_in_force.settings()
    assert (settings.text("language"), settings.text("theme"), settings.text("ocr")) == ("zh_CN", "light", "auto")
    assert not settings.flag("welcomed")
    assert settings.text("library").startswith("/srv/")
    assert "{" not in settings.text("library")
    settings.put("theme", "dark-contrast")
    assert policy_in_force.settings().text("theme") == "dark-contrast"


# ---- limits ----


def code_of(call: Callable[[], object]) -> str:
    try:
        call()
    except Problem as problem:
        return problem.code
    return ""


def test_places_hold_against_links_and_neighbours(policed: Policed, tmp_path: Path) -> None:
    allowed = tmp_path / "资料 allowed"
    (allowed / "a").mkdir(parents=True)
    other = tmp_path / "资料 allowed too"
    other.mkdir()
    (allowed / "out").symlink_to(other)
    policed(f"document_places = ['{allowed}']\nlibrary_places = ['{allowed}']\nmodel_places = ['{allowed}']\n")
    for check, code in (
        (policy_limits.check_document, "source_not_allowed"),
        (policy_limits.check_library, "library_not_allowed"),
        (policy_limits.check_model, "model_not_allowed"),
    ):
        for place in (allowed, allowed / "a", allowed / "not there yet"):
            assert code_of(lambda check=check, place=place: check(place)) == ""  # type: ignore[misc]
        for place in (other, allowed / "out", allowed / ".." / "资料 allowed too", tmp_path):
            assert code_of(lambda check=check, place=place: check(place)) == code  # type: ignore[misc]
    assert not code_of(lambda: policy_limits.check_document(paths.sample_office()))
    assert not code_of(lambda: policy_limits.check_model(Path(sys.prefix) / "model"))


@pytest.mark.parametrize("form", ["package", "setup", "portable", "app"])
def test_what_a_user_puts_into_a_program_of_his_own_is_not_allowed(
    form: str, policed: Policed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "installation", lambda: installed.Installation(tmp_path, form, "1", light=False))
    monkeypatch.setattr(paths, "sample_office", lambda: tmp_path / "samples")
    policed("document_places = ['/srv/documents']\nmodel_places = ['/srv/models']\n")
    document = code_of(lambda: policy_limits.check_document(tmp_path / "samples" / "a.txt"))
    model = code_of(lambda: policy_limits.check_model(tmp_path / "a.gguf"))
    assert (document, model) == (("", "") if form == "package" else ("source_not_allowed", "model_not_allowed"))


def test_a_fixed_path_holds_for_every_way_to_name_another(policed: Policed, tmp_path: Path) -> None:
    policed(f"[fixed]\nllm = '{tmp_path}/a.gguf'\nlibrary = '{tmp_path}/library'\n")
    assert not code_of(lambda: policy_limits.check_fixed("llm", str(tmp_path / "x" / ".." / "a.gguf")))
    assert code_of(lambda: policy_limits.check_fixed("llm", str(tmp_path / "b.gguf"))) == "setting_fixed"
    assert code_of(lambda: policy_limits.check_fixed("library", str(tmp_path))) == "setting_fixed"
    assert not code_of(lambda: policy_limits.check_fixed("reranker", "/anything"))


def test_old_lines_of_logs_are_forgotten(tmp_path: Path) -> None:
    now = time.time()

    def line(days: int, text: str) -> str:
        return f"{time.strftime('%Y-%m-%d %H:%M:%S', time.localtime(now - days * 86_400))},123 1 INFO a:1: {text}\n"

    log = tmp_path / "engine.log"
    log.write_text(line(9, "old") + "Traceback\n" + line(1, "new") + "more\n", encoding="utf-8")
    (tmp_path / "engine.log.1").write_text(line(30, "old"), encoding="utf-8")
    log_retention.forget_old_lines(tmp_path, 7, now)
    assert log.read_text(encoding="utf-8") == line(1, "new") + "more\n"
    assert (tmp_path / "engine.log.1").read_text(encoding="utf-8") == ""


@pytest.mark.parametrize("kept", ["", "2999-01-01 00:00:00,1 1 INFO a:1: new\n"])
def test_lines_that_come_while_old_ones_are_forgotten_stay(kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "model.log"
    log.write_text("2001-01-01 00:00:00,1 1 INFO a:1: old\n" + kept, encoding="utf-8")
    usual = log_retention._BEGINNING

    class Meanwhile:
        """Another process writes a line after the file was read."""

        def finditer(self, data: bytes) -> object:
            with log.open("a", encoding="utf-8") as other:
                other.write("late\n")
            return usual.finditer(data)

    monkeypatch.setattr(log_retention, "_BEGINNING", Meanwhile())
    log_retention.forget_old_lines(tmp_path, 7, time.time())
    assert log.read_text(encoding="utf-8") == kept + "late\n"


def test_no_policy_is_the_usual_case(machine: Path) -> None:
    assert policy_in_force.in_force() == Policy()


def test_a_variable_does_not_pass_models_off_as_ours(machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0:
        pytest.skip("a policy belongs to root")
    monkeypatch.setattr(installed, "installation", lambda: installed.Installation(tmp_path, "package", "1", light=False))
    monkeypatch.setenv("INKSTONE_PREPARED", str(tmp_path / "mine"))
    machine.write_text("copy = false\n", encoding="utf-8")
    policy_in_force.in_force()
    assert paths.prepared() == tmp_path / "mine"
    policy_in_force.in_force.cache_clear()
    machine.write_text("model_places = ['/srv/models']\n", encoding="utf-8")
    policy_in_force.in_force()
    assert paths.prepared() == tmp_path / "share" / "inkstone"
