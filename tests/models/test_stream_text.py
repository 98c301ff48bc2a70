"""Token bytes become whole characters; thoughts and stop texts are not shown."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from desktop_app.models.stream_text import StreamText


def shown(parts: list[bytes], **options: object) -> list[str]:
    stream = StreamText(**options)  # type: ignore[arg-type]
    return [*(stream.feed(part) for part in parts), stream.end()]


@given(st.text(), st.lists(st.integers(0, 200), max_size=20))
def test_any_text_in_any_cut_comes_out_whole_and_never_as_half_characters(text: str, cuts: list[int]) -> None:
    data = text.encode()
    if text.lstrip().startswith("<think>"):
        return
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    pieces = shown([data[a:b] for a, b in pairwise(edges)])
    assert "".join(pieces) == text
    assert "\ufffd" not in "".join(pieces) or "\ufffd" in text


def test_a_character_waits_until_its_last_byte() -> None:
    assert shown([b"\xe7", b"\xa0", b"\x9a"]) == ["", "", "砚", ""]


def test_bytes_of_an_unfinished_character_are_dropped() -> None:
    assert "".join(shown(["砚台".encode()[:-1]])) == "砚"


def test_a_thought_is_not_shown() -> None:
    assert "".join(shown([b"<thi", b"nk>", "想一想".encode(), b"</th", b"ink>", b"\n\n", "答案".encode()])) == "答案"


def test_a_thought_opened_by_the_template_is_not_shown() -> None:
    assert "".join(shown(["想".encode(), b"</think>", b"\n", "答案".encode()], thinking=True)) == "答案"


def test_a_thought_that_never_ends_shows_nothing() -> None:
    assert "".join(shown([b"<think>", b"a" * 500])) == ""


def test_a_tag_later_in_the_answer_is_text() -> None:
    assert "".join(shown([b"use <think> tags </think>"])) == "use <think> tags </think>"


def test_a_stop_text_ends_the_answer_even_in_parts() -> None:
    stream = StreamText(stops=("\nUser:",))
    out = [stream.feed(part) for part in (b"Yes", b"\nUs", b"er", b": no", b"more")]
    assert out == ["Yes", "", "", "", ""]
    assert stream.stopped
    assert stream.end() == ""


def test_what_only_looked_like_a_stop_text_is_shown() -> None:
    assert "".join(shown([b"Yes", b"\nUs", b"ual"], stops=("\nUser:",))) == "Yes\nUsual"
