# SPDX-License-Identifier: Apache-2.0
"""Conversations: kept from the asking on, in order, found by their words, and gone without a trace when deleted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from desktop_app.contract.answer import UNSUPPORTED, Answer, AnswerPart
from desktop_app.contract.conversation import DONE, FAILED, INTERRUPTED, RUNNING, STOPPED, Turn
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.passage import ANSWER, NONE, PERHAPS
from desktop_app.contract.preset import DEFAULT, Preset
from desktop_app.foundation.errors import EnvironmentProblem, UsageProblem
from desktop_app.library import conversation_words
from desktop_app.library.conversation_schema import FORMAT
from desktop_app.library.conversation_store import ConversationStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "conversations.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[ConversationStore]:
    with closing(ConversationStore(path)) as opened:
        yield opened


def said(question: str, text: str, **facts: object) -> Answer:
    return Answer(question, text, True, "extractive", certainty=ANSWER, **facts)  # type: ignore[arg-type]


def ask(store: ConversationStore, question: str, text: str = "答", conversation: int = 0) -> tuple[int, int]:
    conversation, turn = store.begin(conversation, question)
    store.finish(turn, DONE, said(question, text))
    return conversation, turn


# ---- a question, from the asking to its end ---------------------------------------------------------------------------


def test_turns_stay_in_order(store: ConversationStore) -> None:
    first, one = ask(store, "  怎么\n请假？ ", "一")
    other, _ = ask(store, "Travel rules?", "二")
    assert ask(store, "还要附件吗？", "三", first) == (first, one + 2)
    kept = store.read(first)
    assert (kept.head.title, kept.head.turns, kept.before) == ("怎么 请假？", 2, 0)
    assert [turn.question for turn in kept.turns] == ["  怎么\n请假？ ", "还要附件吗？"]
    assert [turn.answer.text for turn in kept.turns if turn.answer] == ["一", "三"]
    assert [head.id for head in store.heads()] == [first, other]  # the one spoken in last comes first


def test_a_question_is_kept_before_it_is_answered(path: Path) -> None:
    store = ConversationStore(path)
    conversation, turn = store.begin(0, "怎么请假？")
    assert store.read(conversation).turns == (Turn(turn, "怎么请假？", None, RUNNING),)
    assert store.heads()[0].running
    store.close()  # the program ends before it is answered
    with closing(ConversationStore(path)) as store:
        assert store.read(conversation).turns == (Turn(turn, "怎么请假？", None, INTERRUPTED),)
        assert not store.heads()[0].running


@pytest.mark.parametrize("state", [DONE, STOPPED, FAILED])
def test_how_it_ended_is_kept(path: Path, state: str) -> None:
    store = ConversationStore(path)
    conversation, turn = store.begin(0, "怎么请假？")
    answer = said("怎么请假？", "提前三天。", problem="llm_crashed", problem_data={"path": "小.gguf"})
    store.finish(turn, state, answer)
    store.close()
    with closing(ConversationStore(path)) as store:
        assert store.read(conversation).turns == (Turn(turn, "怎么请假？", answer, state),)


def test_stopped_before_a_word_has_no_answer(store: ConversationStore) -> None:
    conversation, turn = store.begin(0, "怎么请假？")
    store.finish(turn, STOPPED, None)
    assert store.read(conversation).turns == (Turn(turn, "怎么请假？", None, STOPPED),)


def test_asked_again_keeps_the_earlier_answers_with_their_questions(path: Path) -> None:
    store = ConversationStore(path)
    conversation, turn = ask(store, "怎么请假？", "一")
    for question, text in (("实习生怎么请假？", "二"), ("实习生怎么请病假？", "三")):
        assert store.begin_again(conversation, turn, question)
        assert store.read(conversation).turns[0].answer is None
        store.finish(turn, DONE, said(question, text))
    (kept,) = store.read(conversation).turns
    assert (kept.question, kept.answer.text if kept.answer else "") == ("实习生怎么请病假？", "三")
    assert [(answer.question, answer.text) for answer in kept.earlier] == [("怎么请假？", "一"), ("实习生怎么请假？", "二")]
    assert not store.begin_again(conversation + 1, turn, "x")  # of another conversation
    assert not store.begin_again(conversation, turn + 1, "x")
    store.begin_again(conversation, turn, "第四次")
    store.close()
    with closing(ConversationStore(path)) as store:
        (kept,) = store.read(conversation).turns
        assert (kept.question, kept.answer, kept.state, len(kept.earlier)) == ("第四次", None, INTERRUPTED, 3)


def test_another_models_answer_stands_beside(path: Path) -> None:
    store = ConversationStore(path)
    conversation, turn = ask(store, "怎么请假？", "一")
    assert store.begin_more(conversation, turn) == said("怎么请假？", "一")
    assert store.read(conversation).turns[0].state == RUNNING
    store.finish_beside(turn, said("怎么请假？", "二"))
    (kept,) = store.read(conversation).turns
    assert (kept.answer, kept.beside, kept.earlier, kept.state) == (
        said("怎么请假？", "一"),
        (said("怎么请假？", "二"),),
        (),
        DONE,
    )
    store.begin_more(conversation, turn)
    store.close()  # cut off: what was there is there
    with closing(ConversationStore(path)) as store:
        assert store.read(conversation).turns[0] == kept
        assert store.begin_more(conversation, turn + 1) is None


def test_an_answer_that_goes_on_takes_the_place_of_its_beginning(store: ConversationStore) -> None:
    conversation, turn = ask(store, "怎么请假？", "一")
    assert store.begin_more(conversation, turn) is not None
    store.finish(turn, DONE, said("怎么请假？", "一二"))
    (kept,) = store.read(conversation).turns
    assert (kept.answer, kept.earlier) == (said("怎么请假？", "一二"), ())
    store.begin_more(conversation, turn)
    store.leave(turn)
    assert store.read(conversation).turns == (kept,)


def test_answers_before_a_turn(store: ConversationStore) -> None:
    conversation, _ = ask(store, "一", "1")
    stopped = store.begin(conversation, "二")[1]
    store.finish(stopped, STOPPED, None)
    _, third = ask(store, "三", "3", conversation)
    ask(store, "别的", "0")
    _, last = store.begin(conversation, "四")
    assert [answer.text for answer in store.answers_before(last, 9)] == ["1", "3"]
    assert [answer.text for answer in store.answers_before(last, 1)] == ["3"]
    assert [answer.text for answer in store.answers_before(third, 9)] == ["1"]


def test_where_and_how_it_asks_is_kept_and_follows_the_last_turn(store: ConversationStore) -> None:
    scope, preset = Scope(("/a",), since=5.0), Preset("法律", 0.3, 900, 4, "用条款编号回答。", "quick")
    made, turn = store.begin(0, "一", scope, preset)
    assert (store.read(made).scope, store.read(made).preset) == (scope, preset)
    store.begin_again(made, turn, "二")
    assert (store.read(made).scope, store.read(made).preset) == (EVERYWHERE, DEFAULT)
    store.set_preset(made, preset)
    assert store.read(made).preset == preset


def test_a_late_answer_goes_to_no_other_question(store: ConversationStore) -> None:
    made, turn = store.begin(0, "一")
    store.delete(made)
    other, following = store.begin(made, "二")  # deleted meanwhile: a new one
    store.finish(turn, DONE, said("一", "太晚"))
    store.finish_beside(turn, said("一", "太晚"))
    assert other != made
    assert following != turn
    assert store.read(other).turns == (Turn(following, "二", None, RUNNING),)
    assert store.search("太晚") == []


# ---- lists, pages, search ---------------------------------------------------------------------------------------------


def test_a_title_is_short(store: ConversationStore) -> None:
    made, _ = ask(store, "很长的问题" * 100)
    assert len(store.read(made).head.title) == 60


def test_pinned_ones_come_first(store: ConversationStore) -> None:
    old, newer, newest = (ask(store, question)[0] for question in "一二三")
    store.pin(old, pinned=True)
    assert [(head.id, head.pinned) for head in store.heads()] == [(old, True), (newest, False), (newer, False)]
    store.pin(old, pinned=False)
    assert [head.id for head in store.heads()] == [newest, newer, old]


def test_a_long_conversation_is_read_in_pages(store: ConversationStore) -> None:
    conversation, first = ask(store, "0")
    for number in range(1, 50):
        ask(store, str(number), conversation=conversation)

    def questions(**page: int) -> tuple[int, list[int]]:
        kept = store.read(conversation, **page)
        return kept.before, [int(turn.question) for turn in kept.turns]

    assert questions() == (0, list(range(50)))
    assert questions(last=20) == (30, list(range(30, 50)))
    assert questions(last=20, before=first + 30) == (10, list(range(10, 30)))
    assert questions(last=20, before=first + 10) == (0, list(range(10)))
    assert questions(last=20, since=first + 5) == (5, list(range(5, 50)))
    assert questions(last=20, since=first + 45) == (30, list(range(30, 50)))


@pytest.fixture
def talked(store: ConversationStore) -> dict[str, int]:
    asked = {
        "leave": ("怎么请年假？", "员工申请年休假，须提前三个工作日\n在 OA 系统填写《休假申请单》。"),
        "code": ("合同 HT-2026-0317 的质保期有多长？", "质保期为十八个月 [1]。"),
        "warranty": ("How long is the warranty?", "The warranty runs for eighteen months from acceptance [1]."),
        "dog": ("狗可以进办公室吗？", "办公室里不允许带宠物。"),
    }
    return {name: ask(store, question, answer)[1] for name, (question, answer) in asked.items()}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("质保", ["code"]),
        ("质保期", ["code"]),
        ("質保期", ["code"]),
        ("年休假", ["leave"]),
        ("狗", ["dog"]),
        ("warranty", ["warranty"]),
        ("warranties", ["warranty"]),
        ("accept", ["warranty"]),
        ("WARRANTY acceptance", ["warranty"]),
        ("warranty rocket", []),
        ("HT-2026-0317", ["code"]),
        ("0317", ["code"]),
        ("办公室，宠物", ["dog"]),
        ("办公室", ["dog"]),
        ("公办", []),
        ('"NEAR( OR *', []),
        ("", []),
        ("？！", []),
    ],
)  # fmt: skip
def test_conversations_are_found_by_their_words(
    store: ConversationStore, talked: dict[str, int], text: str, found: list[str]
) -> None:
    names = {turn: name for name, turn in talked.items()}
    assert [names[hit.turn] for hit in store.search(text)] == found


def test_a_hit_shows_where_it_stands(store: ConversationStore) -> None:
    conversation, turn = ask(
        store, "怎么休假？", "无关的话。" * 40 + "员工申请年休假，\n须提前三个工作日。" + "其余不变。" * 40
    )
    (hit,) = store.search("年休假 工作日")
    assert (hit.conversation, hit.turn, hit.title) == (conversation, turn, "怎么休假？")
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["年休假", "工作日"]
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")
    assert "\n" not in hit.snippet
    (hit,) = store.search("提前")
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["提前"]


def test_the_beginning_of_a_word_is_marked_while_one_types(store: ConversationStore, talked: dict[str, int]) -> None:
    (hit,) = store.search("long warr")
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["long", "warranty"]


def test_what_is_asked_now_is_found_and_what_was_asked_before_is_not(store: ConversationStore, talked: dict[str, int]) -> None:
    hit = store.search("质保期")[0]
    store.begin_again(hit.conversation, hit.turn, "保修多久？")
    assert store.search("质保期") == []
    assert store.search("保修")[0].turn == hit.turn
    store.finish(hit.turn, DONE, said("保修多久？", "两年。"))
    assert store.search("两年")[0].turn == hit.turn
    store.begin_more(hit.conversation, hit.turn)
    store.finish_beside(hit.turn, said("保修多久？", "twenty-four months"))
    assert store.search("twenty")[0].turn == hit.turn


# ---- changes of the person --------------------------------------------------------------------------------------------


def test_renamed(store: ConversationStore) -> None:
    made, _ = ask(store, "一")
    store.rename(made, "  差旅 ✈ ")
    assert store.heads()[0].title == "差旅 ✈"


def test_what_is_gone_cannot_be_changed(store: ConversationStore) -> None:
    made, _ = ask(store, "一")
    store.delete(made)
    store.delete(99)  # nobody minds
    for change in (
        lambda: store.read(made),
        lambda: store.rename(made, "二"),
        lambda: store.pin(made, pinned=True),
        lambda: store.set_preset(made, DEFAULT),
    ):
        with pytest.raises(UsageProblem, match="conversation_unknown"):
            change()


def in_files(path: Path) -> bytes:
    """What is in the file, its log and whatever else lies beside it."""
    return b"".join(file.read_bytes() for file in path.parent.glob("conversations*"))


def test_nothing_of_a_deleted_one_stays_in_the_files(path: Path) -> None:
    store = ConversationStore(path)
    keep, _ = ask(store, "Who keeps the keys?", "Miriam keeps them.")
    made, turn = ask(store, "What is zqxvermilion?", "朱砂印泥 zqxvermilion " * 300)
    store.begin_again(made, turn, "zqxvermilion again?")
    store.finish(turn, DONE, said("zqxvermilion again?", "朱砂印泥"))
    store.begin_more(made, turn)
    store.finish_beside(turn, said("zqxvermilion again?", "zqxvermilion 朱砂"))
    assert [hit.conversation for hit in store.search("zqxvermilion")] == [made]
    store.delete(made)
    assert store.search("zqxvermilion") == store.search("朱砂") == []
    assert [hit.conversation for hit in store.search("miriam")] == [keep]
    left = in_files(path)
    for words in ("zqxvermilion", "朱砂", "印泥"):
        assert words.encode() not in left
    assert b"Miriam" in left
    store.close()


@pytest.mark.parametrize("how", ["write", "close"])
def test_what_another_connection_was_reading_when_it_was_deleted_goes_later(path: Path, how: str) -> None:
    store = ConversationStore(path)
    keep, _ = ask(store, "Who keeps the keys?")
    made, _ = ask(store, "What is zqxvermilion?", "zqxvermilion " * 300)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        assert other.execute("SELECT count(*) FROM turns").fetchone() == (2,)
        store.delete(made)
        store.rename(keep, "Keys")
        assert b"zqxvermilion" in in_files(path)
        other.execute("COMMIT")
        if how == "write":
            store.rename(keep, "The keys")
            assert b"zqxvermilion" not in in_files(path)
        store.close()
        assert b"zqxvermilion" not in in_files(path)


def test_what_a_killed_run_left_of_a_deleted_one_goes_with_the_first_write(path: Path) -> None:
    store = ConversationStore(path)
    keep, _ = ask(store, "Who keeps the keys?")
    made, _ = ask(store, "What is zqxvermilion?", "zqxvermilion " * 300)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM turns").fetchone()
        store.delete(made)
        killed = path.parent / "killed" / path.name
        killed.parent.mkdir()
        for ending in ("", "-wal"):
            killed.with_name(path.name + ending).write_bytes(path.with_name(path.name + ending).read_bytes())
    store.close()
    assert b"zqxvermilion" in in_files(killed)
    with closing(ConversationStore(killed)) as store:
        store.rename(keep, "Keys")
        assert b"zqxvermilion" not in in_files(killed)


@pytest.mark.parametrize("damaged", [b"{", b"[]", b"\xff\xfe", b'{"below":["\xff"],"name":"\xff"}'])
def test_what_is_damaged_in_one_hides_nothing_else_of_it(store: ConversationStore, path: Path, damaged: bytes) -> None:
    made, turn = ask(store, "怎么请假？", "提前三天。")
    store.begin_again(made, turn, "怎么请病假？")
    store.finish(turn, DONE, said("怎么请病假？", "当天。"))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE conversations SET scope = ?, preset = ?", (damaged, damaged))
        connection.execute("UPDATE other_answers SET answer = ?", (damaged,))
    kept = store.read(made)
    assert (kept.scope, kept.preset) == (EVERYWHERE, DEFAULT)
    (read,) = kept.turns
    assert (read.answer, read.earlier) == (said("怎么请病假？", "当天。"), ())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE turns SET answer = ?", (damaged,))
    assert [(turn.question, turn.answer) for turn in store.read(made).turns] == [("怎么请病假？", None)]
    assert [hit.turn for hit in store.search("病假")] == [turn]


# ---- the file ---------------------------------------------------------------------------------------------------------

_FORMAT_1 = """
CREATE TABLE conversations (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, updated REAL NOT NULL);
CREATE TABLE turns (id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, answer BLOB NOT NULL);
CREATE INDEX turns_by_conversation ON turns (conversation, id);
INSERT INTO conversations (id, title, updated) VALUES (1, '请假', 5.0);
PRAGMA user_version = 1;
"""
_FORMAT_2 = _FORMAT_1.replace("REAL NOT NULL)", "REAL NOT NULL, scope BLOB NOT NULL DEFAULT x'')").replace("= 1;", "= 2;")


def stored(**fields: object) -> bytes:
    return msgspec.json.encode({"question": "怎么请假？", "text": "须提前申请 [1]", "mode": "extractive", **fields})


@pytest.mark.parametrize("script", [_FORMAT_1, _FORMAT_2], ids=["format 1", "format 2"])
def test_an_older_file_is_brought_up_without_loss(path: Path, script: str) -> None:
    answers = [
        stored(found=True),
        stored(found=False),
        stored(found=False, certainty=PERHAPS, meaning=0.5, stopped=True),
        stored(found=True, mode="llm", parts=[{"start": 0, "end": 4, "citations": [], "why": "no_citation"}]),
        b"no answer at all",
    ]
    with closing(sqlite3.connect(path)) as older:
        older.executescript(script)
        older.executemany("INSERT INTO turns (conversation, answer) VALUES (1, ?)", [(answer,) for answer in answers])
        if script is _FORMAT_2:
            older.execute("UPDATE conversations SET scope = ?", (b'{"below":["/a"]}',))
        older.commit()
    for _ in range(2):  # migrated, and opened again
        with closing(ConversationStore(path)) as store:
            kept = store.read(1)
            assert (kept.head.title, kept.head.updated, kept.head.turns) == ("请假", 5.0, 5)
            assert kept.scope == (Scope(("/a",)) if script is _FORMAT_2 else EVERYWHERE)
            assert [turn.question for turn in kept.turns] == ["怎么请假？"] * 4 + [""]
            assert [turn.state for turn in kept.turns] == [DONE, DONE, STOPPED, DONE, DONE]
            read = [turn.answer for turn in kept.turns[:4] if turn.answer]
            assert [answer.certainty for answer in read] == [ANSWER, NONE, PERHAPS, ANSWER]
            assert [answer.meaning for answer in read] == [None, None, 0.5, None]
            assert read[3].parts == (AnswerPart(0, 4, (), UNSUPPORTED, "no_citation"),)
            assert kept.turns[4].answer is None
            assert [hit.turn for hit in store.search("提前申请")] == [4, 3, 2, 1]
    with closing(ConversationStore(path)) as store:
        assert store.begin(1, "又")[1] == 6
    with closing(sqlite3.connect(path)) as raw:
        assert [bytes(row[0]) for row in raw.execute("SELECT answer FROM turns ORDER BY id LIMIT 5")] == answers


def test_a_migration_that_is_cut_off_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(path)) as older:
        older.executescript(_FORMAT_2)
        older.execute("INSERT INTO turns (conversation, answer) VALUES (1, ?)", (stored(found=True),))
        older.commit()
    with monkeypatch.context() as broken:
        broken.setattr(conversation_words, "put", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ConversationStore(path)
    with closing(ConversationStore(path)) as store:
        assert [turn.question for turn in store.read(1).turns] == ["怎么请假？"]


def test_kept_over_openings(path: Path) -> None:
    store = ConversationStore(path)
    made, _ = ask(store, "一", "答案")
    before = store.read(made)
    store.close()
    with closing(ConversationStore(path)) as store:
        assert store.read(made) == replace(before)


def test_a_newer_file_is_refused(path: Path) -> None:
    ConversationStore(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(EnvironmentProblem, match="library_newer"):
        ConversationStore(path)
    assert path.read_bytes() == before
