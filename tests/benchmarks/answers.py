# SPDX-License-Identifier: Apache-2.0
"""Written answers and their proof: rightness, citations, marks, and the seconds to the first quote and the first word.

python -m tests.benchmarks answers        real models of ../shared/models/get-real-models; office questions of ../shared/data/office

The sample office's 22 answerable and 6 unanswerable questions, and the 40 plain questions of the office set. Temperature 0. Beside it the
same model on the same passages with a plain prompt written by hand. Wanted with Qwen 0.5B: of the right answers 0.95 with a citation whose
quote holds the answer, 0.85 marked supported; of the wrong ones that stand in no passage sent 0.90 marked; unanswerable ones shown as an answer
at most 1 of 6; no sentence of the prompt in an answer; as many right as with the plain prompt. First quote 0.3 s (p95), first word 8 s on 2
idle cores.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import unicodedata
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app.analysis import numerals, words
from desktop_app.analysis.matching import IndexTerms, TermMatcher
from desktop_app.analysis.sentences import sentences
from desktop_app.answering.asked import Asked
from desktop_app.answering.listener import Listener
from desktop_app.answering.texts.fixed_texts import language_of
from desktop_app.contract.answer import SUPPORTED, UNSUPPORTED, Answer
from desktop_app.contract.index_run import IndexRequest
from desktop_app.contract.model_process import ChatMessage
from desktop_app.contract.passage import Passage
from desktop_app.engine.engine import Engine
from desktop_app.foundation import paths
from desktop_app.foundation.cancellation import Cancellation
from tests.benchmarks.figures import percentile
from tests.benchmarks.office_meaning import OFFICE
from tests.benchmarks.real_models import real_models

_NEARLY = {"zh": 0.6, "en": 0.8}  # of the words; Chinese ones overlap
_SAMPLE_QUESTIONS = Path(__file__).resolve().parents[1] / "sample_questions.jsonl"
_PLAIN = {
    "zh": "请根据下面的资料回答问题。\n\n{passages}\n\n问题：{question}",
    "en": "Answer the question using the text below.\n\n{passages}\n\nQuestion: {question}",
}


@dataclass(frozen=True, slots=True)
class Given:
    """What came of a question: ``said`` by the model, with ``sent`` before it; ``plain``: said to the prompt written by hand."""

    question: dict[str, Any]
    answer: Answer
    sent: Sequence[Passage]
    plain: str

    @property
    def said(self) -> str:
        return self.answer.said.strip()


def main() -> None:
    sample = _lines(_SAMPLE_QUESTIONS)
    sets = [("sample office", paths.resources() / "samples", sample)]
    with tempfile.TemporaryDirectory() as folder:
        if (OFFICE / "meaning.questions.jsonl").is_file():
            files = Path(folder) / "office"
            files.mkdir()
            for passage in _lines(OFFICE / "meaning.passages.jsonl"):
                (files / f"{passage['id']}.txt").write_text(passage["text"], encoding="utf-8")
            plain = [one for one in _lines(OFFICE / "meaning.questions.jsonl") if one["kind"] == "plain"]
            sets.append(("plain office questions", files, plain))
        else:
            print("skipped: no office questions in ../shared/data/office")
        for name, source, questions in sets:
            with closing(Engine(Path(folder) / name)) as engine:
                engine.add_sources([str(source)])
                engine.index(IndexRequest((str(source),)), Cancellation())
                for model in real_models():
                    print(f"{name}, {model.name}, {len(questions)} questions")
                    _report([_given(engine, one, str(model)) for one in questions])


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _given(engine: Engine, question: dict[str, Any], model: str) -> Given:
    sent: list[Passage] = []
    asked = Asked(question["question"])
    cancel = Cancellation()
    listener = Listener(passages=sent.extend)
    answer, _ = engine.ask(asked, llm=model, listener=listener, loading=lambda _part: None, cancel=cancel)
    plain = ""
    if sent:
        by_hand = _PLAIN[language_of(asked.question)].format(
            passages="\n\n".join(passage.whole for passage in sent), question=asked.question
        )
        loaded = engine.llm.load(model, lambda _part: None, cancel)
        plain = "".join(one.text for one in loaded.generate([ChatMessage("user", by_hand)], max_tokens=300, cancel=cancel))
    return Given(question, answer, sent, plain)


def right(text: str, question: dict[str, Any]) -> bool:
    """Whether ``text`` holds the labelled answer: letter for letter, all its figures by their value, or nearly all of its words."""
    for label in (question["answer"], *question.get("also", ())):
        figures, terms = numerals.stated(label), words.question_terms(label)
        held = TermMatcher(terms).held(IndexTerms(text))
        if _bare(label) in _bare(text) or (figures and figures <= numerals.stated(text)):
            return True
        if not figures and len(terms) > 2 and len(held) >= _NEARLY[language_of(label)] * len(terms):
            return True
    return False


def _bare(text: str) -> str:
    return re.sub(r"[\s,，、*]", "", unicodedata.normalize("NFKC", text).casefold())


def _stands_nowhere(given: Given) -> bool:
    """Whether a sentence or a figure of what was said stands in no passage that was sent, nor in the question."""
    seen = " ".join(
        [given.question["question"], *(" ".join((passage.whole, *passage.trail, passage.path)) for passage in given.sent)]
    )
    if numerals.stated(given.said) - numerals.known(seen):
        return True
    return any(_bare(given.said[start:end]).strip("。.!?！？") not in _bare(seen) for start, end in sentences(given.said))


def _marked(answer: Answer) -> bool:
    return bool(answer.written) or answer.refused or any(part.verdict == UNSUPPORTED for part in answer.parts)


def _proof(given: Given) -> tuple[bool, bool]:
    """Whether a citation's quote holds the answer, and whether the sentence that says it is marked supported."""
    answer, question = given.answer, given.question
    cited = any(right(citation.quote, question) for citation in answer.citations)
    if answer.written:
        return cited, False
    told = [part for part in answer.parts if right(answer.text[part.start : part.end], question)]
    return cited, any(part.verdict == SUPPORTED for part in told)


def _report(all_given: Sequence[Given]) -> None:
    asked = [one for one in all_given if one.question["answer"] is not None]
    good = [one for one in asked if right(one.said, one.question)]
    wrong = [one for one in asked if one.said and one not in good]
    proofs = [_proof(one) for one in good]
    print(f"  right {len(good)} of {len(asked)}; with a plain prompt {sum(right(one.plain, one.question) for one in asked)}")
    if good:
        cited, supported = (sum(one[at] for one in proofs) / len(good) for at in (0, 1))
        print(f"  of the right ones: cited by a quote that holds the answer {cited:.2f}, marked supported {supported:.2f}")
    nowhere = [one for one in wrong if _stands_nowhere(one)]
    if nowhere:
        print(
            f"  wrong and standing in no passage: {len(nowhere)}, marked {sum(_marked(one.answer) for one in nowhere) / len(nowhere):.2f}"
        )
    for one in wrong:
        kind = "no passage says it" if one in nowhere else "a passage says it"
        marked = "marked" if _marked(one.answer) else "NOT MARKED"
        print(f"    wrong, {kind}, {marked}: {one.question['question']} -> {' '.join(one.said.split())[:120]}")
    for one, (cited, supported) in zip(good, proofs, strict=True):
        if not (cited and supported):
            whys = (
                ", ".join(f"{part.why} {' '.join(part.missing)}" for part in one.answer.parts if part.why)
                or one.answer.written[:60]
            )
            print(f"    right, cited {cited}, supported {supported}: {' '.join(one.said.split())[:100]} ({whys})")
    absent = [one for one in all_given if one.question["answer"] is None]
    if absent:
        shown = [one for one in absent if one.answer.found]
        print(f"  unanswerable shown as an answer: {len(shown)} of {len(absent)}")
        for one in absent:
            print(
                f"    {one.answer.certainty}, {'quotes alone' if _marked(one.answer) else 'shown'}: {' '.join(one.said.split())[:120]}"
            )
    echoes = [one for one in all_given if any(sentence in _bare(one.answer.text) for sentence in _prompt_sentences())]
    print(f"  answers with a sentence of the prompt: {len(echoes)}")
    quoted = [one.answer.timings["quoted"] for one in all_given]
    words = [one.answer.timings["first_token"] for one in all_given if "first_token" in one.answer.timings]
    read = [one.answer.tokens.get("prompt", 0) for one in all_given if one.answer.tokens]
    print(f"  first quote: median {percentile(quoted, 0.5):.3f} s, p95 {percentile(quoted, 0.95):.3f} s", end="")
    if words:
        print(f"; first word: median {percentile(words, 0.5):.1f} s, p95 {percentile(words, 0.95):.1f} s", end="")
        print(f"; prompt tokens: median {percentile(read, 0.5):.0f}, p95 {percentile(read, 0.95):.0f}", end="")
    print()


def _prompt_sentences() -> list[str]:
    texts = [file.read_text(encoding="utf-8") for file in (paths.resources() / "prompts").glob("*.txt")]
    found = [_bare(text[start:end]) for text in texts for start, end in sentences(text)]
    return [sentence for sentence in found if len(sentence) > 6 and "{" not in sentence]


if __name__ == "__main__":
    os.environ.setdefault("INKSTONE_HOME", tempfile.mkdtemp())
    main()
