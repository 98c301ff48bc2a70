# SPDX-License-Identifier: Apache-2.0
"""The diagnosis of a real engine that has read, been asked and failed, without a word or name of the user's."""

from __future__ import annotations

from pathlib import Path

from desktop_app.contract import messages as m
from desktop_app.foundation.logged_problems import recent_problems
from desktop_app.wording.doctor_texts import doctor_report, without_names
from engine.conftest import Start

WORDS = ("zanzibar", "桃花潭", "quixotic", "白鹭洲")


def test_no_word_of_the_user_is_in_it(start: Start, library: Path, tmp_path: Path, home: Path) -> None:
    folder = tmp_path / f"{WORDS[0]} 档案"
    folder.mkdir()
    (folder / f"{WORDS[1]}.txt").write_text(f"{WORDS[2]} 的付款期限为三十日。", encoding="utf-8")
    (folder / f"{WORDS[3]}.pdf").write_bytes(b"%PDF-1.4 broken " + WORDS[2].encode())
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(folder)])
    engine.ask(m.Index)
    engine.ask(m.Search, question=f"{WORDS[2]} {WORDS[1]}")
    engine.ask(m.Ask, question=f"{WORDS[2]} 的付款期限？")
    engine.ask(m.Context, chunk_id=987_654)
    engine.ask(m.RemoveSource, path=f"/{WORDS[0]}/{WORDS[1]}")
    report = engine.ask(m.Doctor).report
    assert WORDS[0] not in str(without_names(report))
    sent = doctor_report(without_names(report)) + "\n".join(recent_problems())
    whole = doctor_report(report)
    assert "/" in whole, "the report for the person at this PC names places"
    for word in (*WORDS, str(tmp_path), str(home)):
        assert word not in sent
    assert report["library"]["files"] == {"indexed": 1, "failed": 1}
    for fact in ("llama.cpp", "passages", "searchable 1", "not readable 1"):
        assert fact in sent
