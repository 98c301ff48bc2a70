# SPDX-License-Identifier: Apache-2.0
"""Token bytes become whole characters; thoughts are told apart from the answer; nothing of a stop text is shown."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.models.language_model import Written
from desktop_app.models.llama.stream_text import ANALYSIS, MARKS, SPELLED, StreamText, closed_by, names_thoughts, opened_by


def told(written: Iterable[Written]) -> tuple[str, str]:
    """The thought and the answer that a person ends up with."""
    thought = answer = ""
    for piece in written:
        if piece.retracts:
            assert piece.text == answer
            answer = ""
        if piece.thought:
            thought += piece.text
        else:
            answer += piece.text
    return thought, answer


def stream(parts: Iterable[bytes], *, complete: bool = True, **options: object) -> list[Written]:
    text = StreamText(**options)  # type: ignore[arg-type]
    return [*(piece for part in parts for piece in text.feed(part)), *text.end(complete=complete)]


def read(text: str, *, complete: bool = True, **options: object) -> tuple[str, str]:
    """``text`` byte by byte."""
    return told(stream((bytes([byte]) for byte in text.encode()), complete=complete, **options))


_MARKED = st.lists(
    st.one_of(st.sampled_from(SPELLED), st.sampled_from(["final", "analysis", "assistant", "assistantfinal", "x" * 205, "\n", " ", "。", "`", "\nUser:"]), st.text(max_size=4)),
    max_size=12,
).map("".join)  # fmt: skip


@given(
    _MARKED,
    st.lists(st.integers(0, 200), max_size=20),
    st.sampled_from(["", "<think>", "[THINK]", ANALYSIS]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_any_cut_gives_the_same(text: str, cuts: list[int], opened: str, hold: bool, marked: bool, settled: bool) -> None:
    data = text.encode()
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    options = {"opened": opened, "hold": hold, "marked": marked, "settled": settled, "stops": ("\nUser:",)}
    for complete in (True, False):
        whole = told(stream([data], complete=complete, **options))
        assert told(stream((data[a:b] for a, b in pairwise(edges)), complete=complete, **options)) == whole
        assert read(text, complete=complete, **options) == whole


@given(
    st.text().filter(
        lambda text: not any(mark in text for mark in SPELLED) and not text.lstrip().startswith(("analysis", "assistantfinal"))
    )
)
def test_text_without_marks_comes_out_as_it_is(text: str) -> None:
    for options in ({}, {"hold": True}, {"marked": True}, {"settled": True}):
        assert read(text, **options) == ("", text)


def test_a_character_waits_until_its_last_byte() -> None:
    text = StreamText()
    assert [text.feed(part) for part in (b"\xe7", b"\xa0", b"\x9a")] == [[], [], [Written("砚")]]


def test_bytes_of_an_unfinished_character_are_dropped() -> None:
    assert told(stream(["砚台".encode()[:-1]])) == ("", "砚")


@pytest.mark.parametrize(("mark", "closer"), MARKS.items())
def test_a_thought_between_its_marks(mark: str, closer: str) -> None:
    for hold in (False, True):
        assert read(f"{mark}\n想一想\n{closer}\n\n答案", hold=hold) == ("想一想\n", "答案")
    assert read(f"想一想\n{closer}\n\n答案", opened=mark) == ("想一想\n", "答案")
    assert read(f"{mark}{closer}答案") == ("", "答案")


def test_a_thought_is_streamed_while_it_is_thought() -> None:
    text = StreamText()
    assert [text.feed(part) for part in (b"<thi", b"nk>", b"One", b" two", b"</th", b"ink>", b"\n\n", b"Three")] == [
        *([], [], [Written("One", thought=True)], [Written(" two", thought=True)], [], [], []),
        [Written("Three")],
    ]


def test_a_second_thought_right_after_the_first() -> None:
    assert read("<think>a</think><think>b</think>c") == ("ab", "c")


def test_what_is_around_an_answer_after_a_thought_is_no_part_of_it() -> None:
    assert read("<think>a</think>\n<answer> b </answer>\nc") == ("a", "b ")
    assert read("<|begin_of_thought|>a<|end_of_thought|>\n\n<|begin_of_solution|>\nb<|end_of_solution|>") == ("a", "b")
    assert read("<answer>b</answer>") == ("", "<answer>b</answer>")


def test_a_thought_that_is_cut_is_known_to_be_one() -> None:
    text = StreamText()
    text.feed(b"<think>It could be")
    assert text.in_thought
    assert told(text.end(complete=False)) == ("", "")
    assert read("<think>It could </thi", complete=False) == ("It could </thi", "")
    text = StreamText()
    text.feed(b"<think>a</think>It")
    assert not text.in_thought


# ---- harmony ---------------------------------------------------------------------------------------------------------


def test_the_channels_of_harmony() -> None:
    text = "<|channel|>analysis<|message|>User asks about a deposit.<|end|><|start|>assistant<|channel|>final<|message|>It is 500 euro [1].<|return|>"
    assert read(text) == ("User asks about a deposit.", "It is 500 euro [1].")
    assert read("<|start|>assistant" + text) == ("User asks about a deposit.", "It is 500 euro [1].")
    assert read("User asks.<|end|><|start|>assistant<|channel|>final<|message|>500", opened=ANALYSIS) == ("User asks.", "500")
    assert read("<|channel|>final<|message|>500") == ("", "500")
    assert read("<|channel|>final<|message|>500", hold=True) == ("", "500")


def test_a_call_of_a_tool_is_a_thought() -> None:
    text = "<|channel|>commentary to=functions.find <|constrain|>json<|message|>{}<|call|><|start|>assistant<|channel|>final<|message|>500"
    assert read(text) == ("{}", "500")


def test_harmony_that_is_cut_between_its_messages() -> None:
    text = StreamText()
    text.feed(b"<|channel|>analysis<|message|>User asks.<|end|><|start|>assistant")
    assert text.in_thought


@pytest.mark.parametrize("answer", ["It is 500 pounds.", "It is 500 pounds. " * 20 + "That is all."])
def test_harmony_without_the_mark_before_its_text(answer: str) -> None:
    for header in ("<|start|>assistant ", "<|start|>assistant<|channel|>final ", "<|channel|>final\n"):
        assert read(header + answer) == read(header + answer, hold=True, complete=False) == ("", answer)
        assert read(f"{header}{answer}<|return|>") == ("", answer)
        assert read(header + answer, opened=ANALYSIS) == ("", answer)
    assert read(f"User asks.<|end|>{answer}", opened=ANALYSIS) == ("User asks.", answer)
    assert read(f"<|channel|>analysis {answer}") == (answer, "")
    end = "<|end|><|start|>assistant<|channel|>final<|message|>500"
    assert read(f"<|channel|>analysis {answer}{end}")[1] == "500"


def test_a_header_that_was_cut_is_no_answer() -> None:
    whole = "<|end|><|start|>assistant<|channel|>final<|message|>"
    for end in range(1, len(whole) + 1):
        assert read(f"User asks.{whole[:end]}", opened=ANALYSIS, complete=False)[1] == ""
    for cut in ("<|start|>user", "<|channel|>commentary to=functions.find <|constrain|>json"):
        assert read(cut) == ("", "")


@pytest.mark.parametrize("options", [{}, {"marked": True}, {"hold": True}])
@pytest.mark.parametrize("complete", [True, False])
def test_every_beginning_of_a_thought_whose_marks_were_dropped(options: dict[str, bool], complete: bool) -> None:
    for begin, thought, end in (
        ("analysis", "\nWe need.\n", "assistantfinal\n"),
        ("analysis", "user asks. ", "assistantfinal"),
        ("", "analysis We need.", "assistantfinal"),  # as an answer may begin: it was shown, and is taken back
        ("", "analysis: we need ", "assistantfinal "),
        ("", "", "assistantfinal"),
        ("", "", "assistantfinal\n\n"),
    ):
        assert read(f"{begin}{thought}{end}It is 500.", complete=complete, **options) == (thought, "It is 500.")


def test_harmony_whose_marks_were_dropped() -> None:
    assert read("analysisUser asks about a deposit.assistantfinalIt is 500 euro [1].") == (
        "User asks about a deposit.",
        "It is 500 euro [1].",
    )
    assert read("analysis用户问押金。assistantfinal押金是500欧元 [1]。") == ("用户问押金。", "押金是500欧元 [1]。")
    text = StreamText()
    text.feed(b"analysisUser asks about")
    assert text.in_thought


def test_an_answer_about_an_analysis_is_no_harmony() -> None:
    for text in ("analysis of the contract: 500", "analysis", "analyses", "assistantfinal"):
        assert read(text) == ("", text)
    assert (
        read("analysis报告已提交 [1]。")[1] == "analysis报告已提交 [1]。"
    )  # shown as a thought until its end has shown that it is none


# ---- a closing mark to which nothing opened -----------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"marked": True}, {"hold": True}])
@pytest.mark.parametrize("thought", ["The deposit is asked for.\n", "The deposit is asked for. ", "问的是押金。"])
def test_a_thought_without_its_opening_mark(thought: str, options: dict[str, bool]) -> None:
    assert read(f"{thought}</think>\n\nIt is 500.", **options) == (thought, "It is 500.")


def test_the_answer_so_far_is_taken_back_or_was_never_shown() -> None:
    parts = [b"It is asked.\n", b"</think>", b"\n500"]
    assert stream(parts) == [
        Written("It is asked.\n"),
        Written("It is asked.\n", thought=True, retracts=True),
        Written("500"),
    ]
    assert stream(parts, hold=True) == [Written("It is asked.\n", thought=True), Written("500")]


def test_a_mark_within_a_sentence_counts_where_the_model_has_such_marks() -> None:
    for options in ({"marked": True}, {"hold": True}):
        assert read("想一想</think>答案", **options) == ("想一想", "答案")
    assert read("标签</think>表示结束 [1]。") == ("", "标签</think>表示结束 [1]。")


@pytest.mark.parametrize("options", [{}, {"marked": True}, {"hold": True}, {"settled": True}])
@pytest.mark.parametrize(
    "answer",
    [
        "The tag </think> ends it [1].",
        "Write “</think>” at the end [1].",
        "Use `</think>` there.",
        "Use <think> and </think> there.\n</think> ends it.",
        "标签 </think> 表示结束 [1]。",
    ],
)
def test_a_mark_that_a_document_quotes_stays_text(answer: str, options: dict[str, bool]) -> None:
    assert read(answer, **options) == ("", answer)
    assert read(f"<think>a</think>{answer}") == ("a", answer)


def test_a_closing_mark_that_nothing_follows_is_dropped() -> None:
    assert read("It is 500.\n</think>\n") == ("", "It is 500.\n")
    assert read("</think>\n\nIt is 500.") == ("", "It is 500.")


def test_where_the_template_has_closed_the_thought_none_comes_without_its_opening_mark() -> None:
    assert read("It ends.\n</think>\nSo it says.", settled=True) == ("", "It ends.\n</think>\nSo it says.")
    assert read("<think>a</think>b", settled=True) == ("a", "b")


def test_what_is_held_back_is_the_answer_at_its_end_and_a_thought_where_it_was_cut() -> None:
    assert stream([b"It is ", b"500."], hold=True) == [Written("It is 500.")]
    assert stream([b"It is ", b"50"], hold=True, complete=False) == [Written("It is 50", thought=True)]
    text = StreamText(hold=True)
    text.feed(b"It is")
    assert text.in_thought


# ---- prompts and templates ---------------------------------------------------------------------------------------------


def test_what_a_prompt_ends_with() -> None:
    assert opened_by("<|im_start|>assistant\n<think>\n") == "<think>"
    assert opened_by("[/INST][THINK]") == "[THINK]"
    assert opened_by(f"<|start|>assistant{ANALYSIS}") == ANALYSIS
    assert opened_by("<|im_start|>assistant\n<think>\n\n</think>\n\n") == ""
    assert closed_by("<|im_start|>assistant\n<think>\n\n</think>\n\n")
    assert not closed_by("<|im_start|>assistant\n")
    assert names_thoughts("{{ content.split('</think>')[-1] }}")
    assert not names_thoughts("{{ content }}")


# ---- stop texts ---------------------------------------------------------------------------------------------------------


def test_a_stop_text_ends_the_answer_even_in_parts() -> None:
    text = StreamText(stops=("\nUser:", ""))
    assert [text.feed(part) for part in (b"Yes", b"\nUs", b"er", b": no", b"more")] == [[Written("Yes")], [], [], [], []]
    assert text.stopped
    assert text.end() == []


def test_what_only_looked_like_a_stop_text_is_shown() -> None:
    assert read("Yes\nUsual", stops=("\nUser:",)) == ("", "Yes\nUsual")


def test_a_stop_text_shows_what_was_held_back() -> None:
    assert read("Yes\nUser: no", stops=("\nUser:",), hold=True) == ("", "Yes")
