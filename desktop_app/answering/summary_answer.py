# SPDX-License-Identifier: Apache-2.0
"""Answers with a summary of a file or a folder.

    extractive    for each section the one or two sentences that say what it is about, as they stand there, cited
    written       each longer section by a language model, each of its sentences proven; then all of them joined, proven again

The first is shown at once and stays below the second. Of a section that the model wrote nothing proven about, the quotes are shown. Of a folder each
file is a section, the first twelve at once; "the rest" are the next twelve.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from desktop_app.analysis.folding import fold
from desktop_app.answering import prompt
from desktop_app.answering.asked import Asked
from desktop_app.answering.extractive import unwrapped
from desktop_app.answering.listener import Listener
from desktop_app.answering.proof.citing import cite
from desktop_app.answering.proof.proof import Checker, prove
from desktop_app.answering.texts import form_texts
from desktop_app.answering.texts.fixed_texts import language_of
from desktop_app.answering.texts.orders import is_order
from desktop_app.contract.answer import SUPPORTED, Answer, AnswerPart, Checks, Citation
from desktop_app.contract.ledger import StoredChunk
from desktop_app.contract.passage import ANSWER, Passage
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.library.library import Library
from desktop_app.library.name_search import NameSearch
from desktop_app.models.language_model import LanguageModel, Sampling
from desktop_app.retrieval.retriever import Retriever
from desktop_app.summaries import summary_request, summary_subject, summary_texts
from desktop_app.summaries.central_sentences import Embed, choose
from desktop_app.summaries.common_subjects import common_subjects
from desktop_app.summaries.document_parts import DocumentPart, PartSentence, divide
from desktop_app.summaries.summary_subject import SummarySubject

_FILES_AT_ONCE = 12
_TWO_FROM, _THREE_FROM = 7, 60  # sentences of a part, or of a file in a folder, that are given two, or three
_TWO_UP_TO = 8  # parts, all of which may be given two
_LONG = 2  # times the sentences of the others, from which on a part is given two in any case
_LANGUAGE_OF = 2_000  # characters by which the language of a text is told
_READ_TOKENS = 900  # of a part; Qwen 0.5B reads 150 a second on two cores
_WRITTEN_TOKENS = 120
_MOST_WRITTEN = 2  # sentences of a section; small models go on copying
_FEW_TO_SUM_UP = 2  # sentences of a section that are their own summary
_MARKERS = re.compile(r"\s*\[\d{1,3}\]")
_MARK_OF_ITEM = re.compile(r"^\s*(?:[-*+•#>]+\s+|\d{1,2}[.)、]\s*)+")
_MARKDOWN = re.compile(r"\*\*|`|(?:^[-*+] )|\[([^\]]+)\]\([^)\s]*\)")  # of a source, beside its words
_DECORATION = re.compile(r"[*_`]{1,3}")
_ASKED = {
    "en": "In one sentence: what matters most about “{title}”?",
    "zh": "用一句话概括“{title}”最重要的内容。",
}
_JOINED = {
    "en": "In two sentences: what is “{title}” about?",
    "zh": "用两句话概括“{title}”的内容。",
}


@dataclass(frozen=True, slots=True)
class _Section:
    """A part with the sentences that were chosen of it; ``note``: in their place where it has none."""

    title: str
    part: DocumentPart
    chosen: tuple[PartSentence, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is summarised. ``head`` is said above it, ``tail`` below it, both Markdown."""

    name: str
    head: str
    sections: tuple[_Section, ...]
    tail: str
    language: str
    embed: Embed | None


class Summarizer:
    """Of one library. ``names`` finds files by their names; ``checker`` as of ``Answerer``."""

    def __init__(
        self, library: Library, retriever: Retriever, names: NameSearch, checker: Callable[[], Checker | None]
    ) -> None:
        self._catalogue = library.catalogue
        self._retriever = retriever
        self._names = names
        self._checker = checker

    def quoted(self, asked: Asked, about: Answer) -> tuple[Answer, _Plan] | None:
        """``about`` with the central sentences of what ``asked`` wants a summary of, and what a model may write of it; None where it wants
        none, or names nothing that has text."""
        found = self._subject(asked)
        if found is None:
            return None
        subject, shown, language = found
        plan = self._folder(subject, shown, asked, language) if subject.folder else self._file(subject, asked, language)
        if not any(section.chosen for section in plan.sections):
            return None
        return _Text(about, plan).quoted(), plan

    def written(
        self,
        asked: Asked,
        quoted: Answer,
        plan: _Plan,
        load: Callable[[], LanguageModel],
        listener: Listener,
        cancel: Cancellation,
    ) -> Answer:
        """What the model writes of each section, as far as it is proven, with ``quoted`` below it. Cancelled: what was written so far."""
        try:
            model = load()
        except Cancelled:
            return replace(quoted, stopped=True)
        language, started = plan.language, time.perf_counter()
        text = _Text(replace(quoted, model=model.path, quoted=quoted), plan)
        total = len(plan.sections) + 1
        writer = _Writer(model, asked, plan.embed, self._checker, cancel)
        for done, section in enumerate(plan.sections):
            left = (time.perf_counter() - started) / done * (total - done) if done else -1.0
            listener.summing_up(done, total, left)
            proven = writer.of_section(section, language) if len(section.part.sentences) > _FEW_TO_SUM_UP else None
            if cancel.cancelled:
                break
            text.add(section, proven)
        if not cancel.cancelled and text.has_written:
            listener.summing_up(total - 1, total, -1.0)
            text.put_first(writer.of_all(plan.name, text, language))
        if not text.has_written:
            return replace(quoted, model=model.path, stopped=cancel.cancelled, refused=not cancel.cancelled)
        return text.answer(stopped=cancel.cancelled, said=writer.said, tokens=writer.tokens)

    # ---- what is meant -----------------------------------------------------------------------------------------------

    def _subject(self, asked: Asked) -> tuple[SummarySubject, set[str], str] | None:
        """What is to be summarised, which files of it have been already, and the language of the question."""
        if asked.searched_as or asked.as_typed or asked.scope.exact:
            return None
        question, shown, earlier = asked.question, set[str](), list(asked.earlier)
        while earlier and earlier[-1].mode == "summary" and summary_request.asks_for_the_rest(question):
            last = earlier.pop()
            shown.update(citation.path for citation in last.citations)
            question = last.question
        request = summary_request.read(question)
        if request is None:
            return None
        before = {citation.path for citation in asked.earlier[-1].citations} if asked.earlier and not shown else set[str]()
        subject = summary_subject.find(
            self._catalogue, self._names, request, asked.scope, before.pop() if len(before) == 1 else ""
        )
        language = language_of(fold(asked.question).replace(request.name, " ") or asked.question)
        return (subject, shown, language) if subject is not None else None

    def _file(self, subject: SummarySubject, asked: Asked, language: str) -> _Plan:
        (path,) = subject.files
        chunks = self._catalogue.chunks.of_path(path)
        parts, sections = divide(chunks, hidden=asked.scope.hidden)
        parts = [_without_orders(part) for part in parts]
        embed = self._embed(chunks)
        usual = sum(len(part.sentences) for part in parts) / max(1, len(parts))
        few = len(parts) <= _TWO_UP_TO
        wanted = [1 + (len(one.sentences) >= (_TWO_FROM if few else max(_TWO_FROM, _LONG * usual))) for one in parts]
        titled = any(part.title for part in parts)
        made = list[_Section]()
        for part, chosen in zip(parts, choose(parts, wanted, embed), strict=True):
            title, places = part.title, (part.chunks[0].locator, part.chunks[-1].locator)
            if not title and len(parts) > 1:
                title = summary_texts.part_name(*places, len(made) + 1, language, beginning=titled and not made)
            made.append(_Section(title, part, tuple(chosen), "" if chosen else summary_texts.table_note(part.rows, language)))
        head = summary_texts.head_of_file(path, sections, len(parts), language)
        return _Plan(os.path.basename(path), self._head(subject, head, language), tuple(made), "", language, embed)

    def _folder(self, subject: SummarySubject, shown: set[str], asked: Asked, language: str) -> _Plan:
        left = [path for path in subject.files if path not in shown]
        made, embed = list[_Section](), None
        for path in left[:_FILES_AT_ONCE]:
            chunks = self._catalogue.chunks.of_path(path)
            parts, _ = divide(chunks, hidden=asked.scope.hidden)
            whole = _without_orders(DocumentPart("", tuple(chunks), tuple(one for part in parts for one in part.sentences)))
            whole = replace(whole, rows=tuple(row for part in parts for row in part.rows))
            embed = self._embed(chunks)
            number = 1 + (len(whole.sentences) >= _TWO_FROM) + (len(whole.sentences) >= _THREE_FROM)
            (chosen,) = choose([whole], [number], embed)
            note = "" if chosen else summary_texts.table_note(whole.rows, language)
            made.append(_Section(os.path.relpath(path, subject.folder), whole, tuple(chosen), note))
        headings = {title for section in made for chunk in section.part.chunks for title in chunk.trail}
        names = (os.path.splitext(os.path.basename(path))[0] for path in left[:_FILES_AT_ONCE])
        said = ["\n".join(one.text for one in section.part.sentences) for section in made]
        subjects = common_subjects((*names, *headings), said)
        total = len(subject.files)
        head = summary_texts.head_of_folder(subject.folder, total, len(made), total - len(left), language)
        tail = (
            summary_texts.words_in_common(subjects, language),
            summary_texts.rest_of_folder(len(left) - len(made), language),
        )
        name = os.path.basename(subject.folder.rstrip(os.sep))
        text = "\n\n".join(form_texts.escaped(one) for one in tail if one)
        return _Plan(name, self._head(subject, head, language), tuple(made), text, language, embed)

    @staticmethod
    def _head(subject: SummarySubject, said: str, language: str) -> str:
        others = summary_texts.other_names(subject.folder or subject.files[0], subject.others, language)
        return " ".join(filter(None, (f"**{form_texts.escaped(said)}**", form_texts.escaped(others))))

    def _embed(self, chunks: Sequence[StoredChunk]) -> Embed | None:
        """Vectors by the model that is trusted with the language of a text."""
        text = "\n".join(chunk.text for chunk in chunks[:8])[:_LANGUAGE_OF]
        vectors = self._retriever.sentence_vectors(text)
        return vectors.of if vectors is not None else None


def _without_orders(part: DocumentPart) -> DocumentPart:
    return replace(part, sentences=tuple(one for one in part.sentences if not is_order(one.text)))


# ---- the text of a summary --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A proven sentence without its numbers, with the passages and the ranges that prove it."""

    text: str
    evidence: tuple[Citation, ...]


class _Text:
    """Grows section by section; numbers its citations in the order of the text."""

    def __init__(self, about: Answer, plan: _Plan) -> None:
        self._about, self._plan = about, plan
        self._blocks = list[tuple[str, list[_Sentence], str]]()
        self._first = list[_Sentence]()
        self._chunks = {chunk.id: chunk for section in plan.sections for chunk in section.part.chunks}
        self.has_written = False

    def quoted(self) -> Answer:
        """The whole summary in the documents' own sentences."""
        for section in self._plan.sections:
            self.add(section, None)
        return self.answer(stopped=False)

    def add(self, section: _Section, written: Sequence[_Sentence] | None) -> None:
        """The next section: what was written of it, or its quotes."""
        self.has_written = self.has_written or bool(written)
        self._blocks.append((section.title, list(written or map(_quote, section.chosen)), section.note))

    def put_first(self, sentences: Sequence[_Sentence]) -> None:
        """What is said of all of it together."""
        self._first = list(sentences)

    def sentences(self) -> list[_Sentence]:
        """Everything that is said of the sections."""
        return [one for _, said, _ in self._blocks for one in said]

    def passages(self) -> list[Passage]:
        """The passages that prove it."""
        ids = dict.fromkeys(citation.chunk_id for one in self.sentences() for citation in one.evidence)
        return [passage_of(self._chunks[chunk], rank) for rank, chunk in enumerate(ids, start=1)]

    def answer(self, *, stopped: bool, said: str = "", tokens: dict[str, int] | None = None) -> Answer:
        """What has grown so far."""
        text, parts, citations = self._plan.head, list[AnswerPart](), dict[tuple[int, int, int], Citation]()

        def put(sentence: _Sentence, before: str) -> None:
            nonlocal text
            text += before
            start, numbers = len(text), list[int]()
            for one in sentence.evidence:
                key = (one.chunk_id, one.start, one.end)
                citations.setdefault(key, replace(one, number=len(citations) + 1))
                numbers.append(citations[key].number)
            text += sentence.text + " " + "".join(f"[{number}]" for number in numbers)
            parts.append(AnswerPart(start, len(text), tuple(numbers)))

        for place, sentence in enumerate(self._first):
            put(sentence, " " if place else "\n\n")
        for title, sentences, note in self._blocks:
            text += f"\n\n**{form_texts.plain(title)}**" if title else ""
            for sentence in sentences:
                put(sentence, "\n\n- " if sentence is sentences[0] else "\n- ")
            text += f"\n\n*{form_texts.escaped(note)}*" if note else ""
        if self._plan.tail and not stopped:
            text += f"\n\n{self._plan.tail}"
        ids = dict.fromkeys(one.chunk_id for one in citations.values())
        return replace(
            self._about,
            text=text,
            found=True,
            mode="summary",
            certainty=ANSWER,
            parts=tuple(parts),
            citations=tuple(citations.values()),
            sent=tuple(passage_of(self._chunks[chunk], rank) for rank, chunk in enumerate(ids, start=1)),
            checks=Checks(supported=len(parts)),
            stopped=stopped,
            said=said,
            finish="cancelled" if stopped else "",
            tokens=tokens or {},
        )


def passage_of(chunk: StoredChunk, rank: int) -> Passage:
    """A chunk as a passage that was not searched for."""
    return Passage(
        chunk.id,
        rank,
        chunk.path,
        chunk.text,
        chunk.locator,
        1.0,
        chunk.trail,
        chunk.pieces,
        modified=chunk.modified,
        certainty=ANSWER,
    )


def _quote(sentence: PartSentence) -> _Sentence:
    citation = cite(0, passage_of(sentence.chunk, 1), sentence.start, sentence.end)
    shown = unwrapped(citation.quote)
    if sentence.chunk.path.lower().endswith((".md", ".markdown")):
        shown = _MARKDOWN.sub(r"\1", shown)
    return _Sentence(form_texts.escaped(shown), (citation,))


# ---- what a model writes ----------------------------------------------------------------------------------------------


class _Writer:
    """Asks the model for one section after the other; ``said``: all that it wrote, ``tokens``: summed up."""

    def __init__(
        self,
        model: LanguageModel,
        asked: Asked,
        embed: Embed | None,
        checker: Callable[[], Checker | None],
        cancel: Cancellation,
    ) -> None:
        self._model, self._asked, self._embed, self._cancel = model, asked, embed, cancel
        self._checker = checker
        self.said = ""
        self.tokens: dict[str, int] = {}

    def of_section(self, section: _Section, language: str) -> list[_Sentence]:
        """The proven sentences about a section; as much of it is read as fits, the passages of its central sentences first."""
        sent = self._read(section)
        question = _ASKED[language].format(title=section.title or os.path.basename(sent[0].path))
        return self._proven(self._write(question, sent), sent)

    def of_all(self, name: str, text: _Text, language: str) -> list[_Sentence]:
        """The proven sentences about all sections together, written from what was written of each."""
        said = "\n".join(_MARKERS.sub("", one.text) for one in text.sentences())
        whole = Passage(0, 1, "", said, text.passages()[0].locator, 1.0)
        return self._proven(self._write(_JOINED[language].format(title=name), [whole]), text.passages())

    def _read(self, section: _Section) -> list[Passage]:
        """Passages in reading order."""
        central = list(dict.fromkeys(one.chunk.id for one in section.chosen))
        others = [chunk.id for chunk in section.part.chunks if chunk.id not in central]
        chunks = {chunk.id: chunk for chunk in section.part.chunks}
        order = [*central, *others]
        lengths = self._model.count_tokens([chunks[one].text for one in order])
        taken, used = set[int](), 0
        for one, length in zip(order, lengths, strict=True):
            if not taken or used + length <= min(_READ_TOKENS, self._model.context // 2):
                taken.add(one)
                used += length
        kept = [chunk for chunk in section.part.chunks if chunk.id in taken]
        return [passage_of(chunk, rank) for rank, chunk in enumerate(kept, start=1)]

    def _write(self, question: str, sent: Sequence[Passage]) -> str:
        made = prompt.write(
            question,
            list(reversed(sent)),  # the best one stands last in a prompt; here the order is that of the document
            context=self._model.context,
            reads=float("inf"),
            count_tokens=self._model.count_tokens,
            preset=replace(self._asked.preset, longest=_WRITTEN_TOKENS, passages=0),
        )
        if not made.messages:
            return ""
        sampling = Sampling(self._asked.preset.temperature)
        pieces = self._model.generate(made.messages, max_tokens=made.longest, cancel=self._cancel, sampling=sampling)
        text = ""
        for piece in pieces:
            text = "" if piece.retracts else text if piece.thought else text + piece.text
        last = self._model.last
        if last is not None:
            for name, number in (("prompt", last.prompt_tokens), ("reused", last.reused), ("written", last.tokens)):
                self.tokens[name] = self.tokens.get(name, 0) + number
        self.said = f"{self.said}\n\n{text.strip()}".strip()
        return text.strip()

    def _proven(self, text: str, sent: Sequence[Passage]) -> list[_Sentence]:
        """The sentences of ``text`` that stand in the passages, each once."""
        if not text or self._cancel.cancelled:
            return []
        proof = prove(text, sent, embed=self._embed, checker=self._checker())
        numbered = {citation.number: citation for citation in proof.citations}
        return list(_once(_sentences(proof.text, proof.parts, numbered)))[:_MOST_WRITTEN]


def _sentences(text: str, parts: Sequence[AnswerPart], numbered: dict[int, Citation]) -> Iterator[_Sentence]:
    for part in parts:
        if part.verdict != SUPPORTED or not part.citations:
            continue
        markers = re.compile("|".join(rf"\s*\[{number}\]" for number in part.citations))
        said = _DECORATION.sub("", _MARK_OF_ITEM.sub("", markers.sub("", text[part.start : part.end]))).strip()
        evidence = tuple(numbered[number] for number in part.citations)
        yield _Sentence(said, evidence)


def _once(sentences: Iterator[_Sentence]) -> Iterator[_Sentence]:
    seen = set[str]()
    for one in sentences:
        key = "".join(one.text.split())
        if key and key not in seen:
            seen.add(key)
            yield one
