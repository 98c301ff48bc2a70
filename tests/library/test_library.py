# SPDX-License-Identifier: Apache-2.0
"""The library as a whole: one process at a time, refusals that change nothing, repair without embedding again, a full disk."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.library import dense
from desktop_app.library import library as library_module
from desktop_app.library.library import Library
from desktop_app.library.stores import schema
from library.making import MODEL, found_texts, store, unit_vector

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "我的 资料库"


def fill(library: Library, files: int = 3, chunks: int = 4) -> None:
    for file in range(files):
        store(library.catalogue, f"/资料/第{file}份.txt", *(f"第{file}份第{n}段" for n in range(chunks)), model=MODEL)


def nearest(library: Library, text: str) -> str:
    assert library.vectors is not None
    chunk = library.catalogue.chunks.get(library.vectors.search(unit_vector(text).tolist(), 1)[0][0])
    assert chunk is not None
    return chunk.text


def vector_count(library: Library) -> int:
    assert library.vectors is not None
    return library.vectors.count()


def chroma(folder: Path) -> Path:
    """The one vector index in a library's folder."""
    (found,) = folder.glob("chroma*")
    return found


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


# ---- opening --------------------------------------------------------------------------------------------------------


def test_everything_is_there_again(folder: Path) -> None:
    with closing(Library(folder)) as library:
        assert library.embedding == ""
        library.attach_vectors(MODEL)
        library.put_embedding("bundled", fingerprint=MODEL, dimension=16)
        fill(library)
        library.flush_vectors()
        library.conversations.begin(0, "问题")
    with closing(Library(folder)) as library:
        assert (library.embedding, library.embedding_fingerprint) == ("bundled", MODEL)
        library.attach_vectors(MODEL)
        assert vector_count(library) == library.catalogue.chunks.count() == 12
        assert nearest(library, "第2份第3段") == "第2份第3段"
        assert len(library.conversations.heads()) == 1


SECOND = """
import sys
from pathlib import Path
from desktop_app.foundation.errors import Problem
from desktop_app.library.library import Library
try:
    Library(Path(sys.argv[1])).close()
    print("opened")
except Problem as problem:
    print(problem.code, problem.data["path"])
"""


def second(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", SECOND, str(folder)], capture_output=True, encoding="utf-8", check=True, cwd=ROOT
    )
    return done.stdout.strip()


def test_a_second_process_is_told_that_it_is_locked(folder: Path) -> None:
    with closing(Library(folder)):
        assert second(folder) == f"library_locked {folder}"
        with pytest.raises(EnvironmentProblem, match="library_locked"):
            Library(folder)
    assert second(folder) == "opened"


def newer_folder(folder: Path) -> None:
    file = folder / "library.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("format = 1", "format = 99"), encoding="utf-8")


def newer(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        connection = sqlite3.connect(folder / name)
        connection.execute(f"PRAGMA user_version = {schema.FORMAT + 98}")
        connection.close()

    return change


@pytest.mark.parametrize(
    "change", [newer_folder, newer("catalogue.sqlite"), newer("conversations.sqlite")], ids=["folder", "catalogue", "chats"]
)
def test_a_newer_format_is_refused_with_nothing_changed(folder: Path, change: Callable[[Path], None]) -> None:
    with closing(Library(folder)) as library:
        library.put_embedding("bundled", fingerprint=MODEL, dimension=16)
        fill(library)
    change(folder)
    before = snapshot(folder)
    with pytest.raises(EnvironmentProblem) as caught:
        Library(folder)
    assert caught.value.code == "library_newer"
    assert int(caught.value.data["found"]) > int(caught.value.data["known"])
    assert snapshot(folder) == before
    assert second(folder).startswith("library_newer")  # and its lock is free


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("library.toml", b"format = "),
        ("library.toml", b"\xff\xfe\x00"),
        ("library.toml", 'format = "第一"'.encode()),
        ("library.toml", b"format = [1]"),
        ("catalogue.sqlite", "这不是数据库".encode() * 400),
    ],
)
def test_a_damaged_file_is_named(folder: Path, name: str, content: bytes) -> None:
    with closing(Library(folder)) as library:
        library.put_embedding("none", fingerprint="", dimension=0)
    (folder / name).write_bytes(content)
    before = snapshot(folder)
    with pytest.raises(EnvironmentProblem) as caught:
        Library(folder)
    assert (caught.value.code, caught.value.data["path"]) == ("library_damaged", str(folder))
    assert snapshot(folder) == before
    assert second(folder).startswith("library_damaged")


def test_damaged_conversations_are_set_aside_and_the_documents_open(folder: Path) -> None:
    content = "这不是数据库".encode() * 400
    for number in (1, 2):
        with closing(Library(folder)) as library:
            library.conversations.begin(0, "问题")
        (folder / "conversations.sqlite").write_bytes(content)
        with closing(Library(folder)) as library:
            assert library.set_aside == f"conversations.damaged-{number}.sqlite"
            assert library.conversations.heads() == []
        assert (folder / library.set_aside).read_bytes() == content
    with closing(Library(folder)) as library:
        assert library.set_aside == ""


def test_damage_inside_the_catalogue_is_told_wherever_it_shows(folder: Path) -> None:
    with closing(Library(folder)) as library:
        fill(library, files=100, chunks=10)
        statements = library.catalogue.database.connection().execute("SELECT sql FROM sqlite_master").fetchall()
    file = folder / "catalogue.sqlite"
    data = bytearray(file.read_bytes())
    schema = "\n".join(sql or "" for (sql,) in statements).encode()
    for start in range(12288, len(data), 4096):  # before them: what the library says of itself
        page = data[start : start + 4096]
        if b"CREATE " not in page and bytes(page[4:44]) not in schema:  # the list of tables stays whole
            data[start : start + 4096] = bytes(255 - byte for byte in page)
    file.write_bytes(bytes(data))
    with closing(Library(folder)) as library:
        catalogue = library.catalogue
        for use in (
            catalogue.files.page,
            catalogue.files.counts,
            lambda: list(catalogue.files.records("/资料")),
            lambda: catalogue.chunks.by_ids(list(range(900))),
            lambda: catalogue.lookup.search(["第0"], 5),
            lambda: store(catalogue, "/资料/新.txt", "新的"),
        ):
            with pytest.raises(EnvironmentProblem) as caught:
                use()
            assert (caught.value.code, caught.value.data["path"]) == ("library_damaged", str(folder))


def test_a_folder_that_is_a_file_is_refused(folder: Path) -> None:
    folder.write_text("不是文件夹", encoding="utf-8")
    with pytest.raises(EnvironmentProblem, match="library_read_only"):
        Library(folder)


def test_library_toml_says_what_it_was_made_with(folder: Path) -> None:
    with closing(Library(folder)) as library:
        library.put_embedding("bundled", fingerprint=MODEL, dimension=16, languages=("en", "zh"))
        assert library.embedding_languages == ("en", "zh")
    stored = tomllib.loads((folder / "library.toml").read_text(encoding="utf-8"))
    assert stored == {
        "name": folder.name,
        "format": library_module.FORMAT,
        "embedding": "bundled",
        "embedding_fingerprint": MODEL,
        "dimension": 16,
        "embedding_languages": "en,zh",
        "next_embedding": "",
    }


# ---- repair ---------------------------------------------------------------------------------------------------------


def remove_chroma(folder: Path) -> None:
    shutil.rmtree(chroma(folder))


def scramble_chroma(folder: Path) -> None:
    (chroma(folder) / "chroma.sqlite3").write_bytes(b"\x00\xff" * 9_000)


def remove_some_vectors(folder: Path) -> None:
    from desktop_app.library.vectors import VectorIndex

    with closing(VectorIndex(chroma(folder))) as index:
        index.delete([1, 2, 3])


def add_foreign_vectors(folder: Path) -> None:
    from desktop_app.library.vectors import VectorIndex

    with closing(VectorIndex(chroma(folder))) as index:
        index.upsert([(900 + n, unit_vector(f"外来 {n}").astype("<f2").tobytes()) for n in range(5)])


@pytest.mark.parametrize(
    "damage", [remove_chroma, scramble_chroma, remove_some_vectors, add_foreign_vectors], ids=lambda damage: damage.__name__
)
def test_vectors_are_built_again_without_the_model(folder: Path, damage: Callable[[Path], None]) -> None:
    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        fill(library)
        library.flush_vectors()
    damage(folder)
    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        assert vector_count(library) == 12
        for text in ("第0份第0段", "第1份第2段", "第2份第3段"):
            assert nearest(library, text) == text


def test_what_chroma_was_not_told_is_told_on_opening(folder: Path) -> None:
    """As after a kill between the catalogue's transaction and Chroma's."""
    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        fill(library)
        library.flush_vectors()
        store(library.catalogue, "/资料/第0份.txt", "换过的内容", model=MODEL)
        library.catalogue.files.remove([record.id for record in library.catalogue.files.records("/资料/第1份.txt")])
    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        assert vector_count(library) == library.catalogue.chunks.count() == 5
        assert nearest(library, "换过的内容") == "换过的内容"


def test_told_twice_is_told_once(folder: Path) -> None:
    """As after a kill between Chroma's write and the clearing of the outbox."""
    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        fill(library)
        assert library.vectors is not None
        library.vectors.upsert(library.catalogue.outbox.next(MODEL, 100)[0])
        library.flush_vectors()
        assert vector_count(library) == 12


def test_what_chroma_could_not_take_is_told_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chroma is told first, then the outbox is cleared: the other way round, a write that fails would lose its vectors."""
    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        fill(library)
        assert library.vectors is not None

        def refuse(_vectors: object) -> None:
            raise OSError("no room")

        with monkeypatch.context() as patch:
            patch.setattr(library.vectors, "upsert", refuse)
            with pytest.raises(OSError, match="no room"):
                library.flush_vectors()
        library.flush_vectors()
        assert vector_count(library) == 12


def test_another_model_starts_another_index_and_back(folder: Path) -> None:
    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        fill(library)
        library.flush_vectors()
        library.attach_vectors("另一个模型")
        assert vector_count(library) == 0
        assert found_texts(library.catalogue, "第2份") != []
        library.attach_vectors(MODEL)
        assert vector_count(library) == 12
        library.detach_vectors()
        library.flush_vectors()
        assert library.vectors is None


def test_more_than_one_block(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense, "_BLOCK", 5)
    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        fill(library, files=6)
        library.flush_vectors()
        assert vector_count(library) == 24
        library.catalogue.files.remove([record.id for record in library.catalogue.files.records("/资料")])
        library.flush_vectors()
        assert vector_count(library) == 0


def replaced(library: Library, rounds: int) -> None:
    """Every file's text exchanged for another one, again and again."""
    for turn in range(rounds):
        for file in range(3):
            store(library.catalogue, f"/资料/第{file}份.txt", *(f"第{turn}轮第{file}份第{n}段" for n in range(4)), model=MODEL)
        library.flush_vectors()
    library.catalogue.vectors.drop_orphaned()


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tidying up is worth it for a few chunks."""
    monkeypatch.setattr(dense, "_DEAD_AT_LEAST", 5)
    monkeypatch.setattr(dense, "_BLOCK", 5)


@pytest.mark.usefixtures("eager")
def test_an_index_of_mostly_dead_vectors_is_built_anew(folder: Path) -> None:
    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        replaced(library, 1)
        assert (library.sizes().chroma_dead, library.tidy(lambda: None)) == (0.0, False)
        replaced(library, 3)
        assert library.sizes().chroma_dead == 0.75
        before = chroma(folder)
        assert library.tidy(lambda: None)
        assert chroma(folder) != before
        assert (library.sizes().chroma_dead, library.tidy(lambda: None)) == (0.0, False)
        assert nearest(library, "第2轮第1份第3段") == "第2轮第1份第3段"
        replaced(library, 1)
        assert library.sizes().chroma_dead == 0.5
    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        assert vector_count(library) == 12
        assert library.sizes().chroma_dead == 0.5  # known again after opening


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("step", [1, 2, 3])
def test_tidying_up_can_be_stopped_between_any_two_steps(folder: Path, step: int) -> None:
    steps: list[int] = []

    def stop() -> None:
        steps.append(1)
        if len(steps) == step:
            raise InterruptedError

    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        replaced(library, 4)
        with pytest.raises(InterruptedError):
            library.tidy(stop)
        assert len(list(folder.glob("chroma*"))) == 1
        assert nearest(library, "第3轮第1份第3段") == "第3轮第1份第3段"
        assert library.tidy(lambda: None)
        assert vector_count(library) == 12


def test_what_a_kill_left_beside_the_index_is_deleted(folder: Path) -> None:
    """Killed while another index was built, or between the switch and the deleting of the old one."""
    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        fill(library)
        library.flush_vectors()
        kept = chroma(folder)
    for name in ("chroma", "chroma-0123abcd.7", "chroma-0123abcd.9"):
        (folder / name).mkdir()
        (folder / f"{name}.busy").touch()
    (folder / "chroma-mine").mkdir()  # not ours
    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        assert sorted(path.name for path in folder.glob("chroma*")) == sorted([kept.name, "chroma-mine"])
        assert vector_count(library) == 12


def test_the_old_index_serves_until_it_is_retired(folder: Path) -> None:
    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        fill(library)
        library.flush_vectors()
        old = library.vectors_of(MODEL)
        assert old is not None
        library.switch_vectors(library.build_vectors("另一个模型", lambda _done, _total: None), embedding="/另一个")
        assert library.vectors_of(MODEL) is old
        assert library.nearest(MODEL, unit_vector("第1份第2段"), 1) is not None
        library.retire_vectors()
        assert library.vectors_of(MODEL) is None
        assert library.nearest(MODEL, unit_vector("第1份第2段"), 1) is None  # asked for before, searched after
        assert (library.embedding, vector_count(library)) == ("/另一个", 0)


# ---- disks ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB; only root may mount one."""
    place = tmp_path / "小 磁盘"
    place.mkdir()
    if sys.platform != "linux":
        pytest.skip("mounts are made on Linux only")
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("mounting is not permitted here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)  # Chroma lets go of its files a moment after it is closed


def eat(place: Path) -> Path:
    """A file that takes the whole rest of the disk."""
    ballast = place / "占满"
    with ballast.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while True:
            stream.write(b"\x00" * 4096)
    return ballast


def write_on_and_on(library: Library) -> None:
    for turn in range(2_000):
        store(library.catalogue, f"/资料/大{turn}.txt", f"第{turn}次：" + "很长的内容" * 4_000, model=MODEL)


def test_a_full_disk_while_writing_loses_nothing(small_disk: Path) -> None:
    folder = small_disk / "资料库"
    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        fill(library)
        library.flush_vectors()
        ballast = eat(small_disk)
        with pytest.raises(EnvironmentProblem) as caught:
            write_on_and_on(library)
        assert (caught.value.code, caught.value.data["path"]) == ("disk_full", str(folder))
        kept = library.catalogue.chunks.count()
        assert nearest(library, "第1份第2段") == "第1份第2段"
        ballast.unlink()
        store(library.catalogue, "/资料/之后.txt", "腾出空间之后", model=MODEL)
        library.flush_vectors()
    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        assert vector_count(library) == library.catalogue.chunks.count() == kept + 1
        assert found_texts(library.catalogue, "腾出空间") == ["腾出空间之后"]


def test_a_full_disk_while_chroma_writes_loses_nothing(small_disk: Path) -> None:
    folder = small_disk / "资料库"
    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        fill(library, files=40)
        ballast = eat(small_disk)
        with pytest.raises(EnvironmentProblem) as caught:
            library.flush_vectors()
        assert (caught.value.code, caught.value.data["path"]) == ("disk_full", str(folder))
        ballast.unlink()
        library.flush_vectors()
        assert vector_count(library) == 160
    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        assert vector_count(library) == 160
        assert nearest(library, "第39份第3段") == "第39份第3段"


def test_opening_on_a_full_disk_says_so(small_disk: Path) -> None:
    folder = small_disk / "资料库"
    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        fill(library)
        library.flush_vectors()
    shutil.rmtree(chroma(folder))
    ballast = eat(small_disk)
    with pytest.raises(EnvironmentProblem, match="disk_full"), closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
    with pytest.raises(EnvironmentProblem, match="disk_full"):
        Library(small_disk / "新的 资料库")
    ballast.unlink()
    with closing(Library(folder)) as library:
        library.attach_vectors(MODEL)
        assert vector_count(library) == 12


def test_a_read_only_disk_says_so(small_disk: Path) -> None:
    folder = small_disk / "资料库"
    with closing(Library(folder)) as library:
        fill(library)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    before = snapshot(folder)
    with pytest.raises(EnvironmentProblem) as caught:
        Library(folder)
    assert (caught.value.code, caught.value.data["path"]) == ("library_read_only", str(folder))
    assert snapshot(folder) == before
