# SPDX-License-Identifier: Apache-2.0
"""One language GGUF, loaded and run by llama.cpp in this process.

The only file that imports llama_cpp; ``llama_cpp_embedding`` runs embedding models with the library it hands out.

llama.cpp's C functions are called directly rather than through ``llama_cpp.Llama``, which has no loading progress, cannot stop
inside a prompt, prints its errors instead of handing them over, and keeps a batch x vocabulary array of its own.

Life of a generation: messages -> the file's own chat template -> tokens -> the longest beginning that is still in the KV cache from
the last question is kept (a follow-up re-reads only what is new; where two words are equally likely, a kept prompt and one read
again may choose differently, because sums in another order round differently) -> the rest in batches of up to 512 -> the likeliest token, or
one drawn by the temperature, again and again, until the model ends its turn, the limit, a circle (``repetition``), or a cancel.

Cancel is asked between tokens and, through llama.cpp's abort callback, between the nodes of a graph, hence also in the middle of a
long prompt. The same callback is the sign of life behind the no-progress time-out, and by the nodes it has seen it knows how much of a
batch is read: a batch of 512 takes seconds on a slow PC, and smaller ones cost speed (Qwen2.5 0.5B Q4 on 2 cores, tokens/s: 160 in
batches of 512, 157 of 128, 152 of 64, 123 of 32). Only where one would take long are they smaller, so that a node stays short. It costs one Python call a node: 3,200 against
3,600 tokens/s on tiny-reader (6 layers), 35 microseconds a token, so below 1% from 200 tokens/s down. Only the CPU asks it; on a GPU
a batch runs to its end first.

A chat template is the file's code and runs in Jinja's sandbox.
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from desktop_app.contract.model_process import BuildInfo, ChatMessage
from desktop_app.foundation import hardware
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem, UsageProblem
from desktop_app.models.fit import BATCH
from desktop_app.models.language_model import GREEDY, Loading, Reading, Sampling, Written
from desktop_app.models.llama.chat_template import ChatTemplate, Render, chat_template, continued, unfinished_thought
from desktop_app.models.llama.grammar import Grammar
from desktop_app.models.llama.llama_cpp_vocabulary import Vocabulary
from desktop_app.models.llama.load_reasons import ENCODER, load_reason
from desktop_app.models.llama.repetition import WINDOW, EndlessWord, is_looping
from desktop_app.models.llama.stream_text import ANALYSIS, MARKS, SPELLED, StreamText, closed_by, opened_by

log = logging.getLogger(__name__)

ALL_LAYERS = 999
_FOREIGN = "GGML_BACKEND_PATH"  # llama.cpp loads the library named there too: anybody's code
ABORTED = 2  # llama_decode's answer when the abort callback said so
_WARNING, _ERROR, _CONTINUED = 3, 4, 5  # ggml_log_level, as llama-cpp-python 0.3.36 has it from ggml.h
# What is drawn from where the temperature is above 0, as llama.cpp's own programs have it.
_TOP_K, _TOP_P, _MIN_P = 40, 0.95, 0.05
_LEAST_BATCH = 64  # tokens
# A node, at which a cancel is seen, is at most a hundredth of a batch in models of 20 layers and more.
_LONGEST_BATCH = 10.0  # seconds
_SILENT = 16  # tokens of which none is text: the file's vocabulary or weights are broken

_lines: deque[str] = deque(maxlen=40)
"""llama.cpp's last warnings and errors."""


def forget_lines() -> None:
    """Begin to keep llama.cpp's warnings anew, before a load."""
    _lines.clear()


def _log_line(level: int, text: bytes, _data: object) -> None:
    line = text.decode("utf-8", "replace").rstrip()
    if level in (_WARNING, _ERROR) and line:
        _lines.append(line)
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - the engine keeps the end of this stream for a crash


@dataclass(frozen=True, slots=True)
class Generation:
    """How the last generation went. ``finish``: "stop", "length", "loop" or "cancelled"; ``in_thought``: in the middle of a thought.
    ``reused`` prompt tokens were still cached, the others were read in ``read_seconds``; ``tokens`` were written in ``write_seconds``."""

    finish: str
    prompt_tokens: int
    reused: int
    tokens: int
    in_thought: bool = False
    read_seconds: float = 0.0
    write_seconds: float = 0.0


def _nothing(*_: object) -> None:
    pass


def library() -> Any:
    """llama_cpp, with its log in our hands. Raises ``EnvironmentProblem`` llm_library_missing or llm_processor.

    Threads that wait for each other between two operations spin by default, and starve when something else wants the cores, as
    indexing does. Here they sleep. Measured with a 350-million-parameter Q4_K_M model on 2 cores, tokens/s: beside other work 27 to
    35 instead of 1 to 32, mostly below 15; on a quiet machine 65 to 75, where spinning once reached 118. The price is some
    milliseconds a token and matters less the larger the model. OpenMP reads this once, when it is loaded.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        import llama_cpp
        from llama_cpp._ggml import libggml
    except (ImportError, OSError, RuntimeError) as error:  # RuntimeError: its own word for a library that does not load
        raise EnvironmentProblem("llm_library_missing", detail=f"{type(error).__name__}: {error}") from error
    if "log" not in _kept:
        _kept["log"] = llama_cpp.llama_log_callback(_log_line)
        llama_cpp.llama_log_set(_kept["log"], None)
    if not libggml.ggml_backend_dev_count():
        take_cpu_library(libggml, Path(llama_cpp.__file__).parent / "lib")
    if "begun" not in _kept:  # after it: llama.cpp, where nothing is loaded, loads what lies in the current folder
        llama_cpp.llama_backend_init()
        _kept["begun"] = True
    return llama_cpp


def take_cpu_library(libggml: Any, folder: Path) -> None:
    """Let llama.cpp load the best library for this processor: an installed program has one for each kind, a clone's is linked in.

    Raises ``EnvironmentProblem`` llm_processor when none runs here, llm_library_missing when there is none.
    """
    os.environ.pop(_FOREIGN, None)
    if sys.platform == "win32":  # where the libraries' C library copied the variables when it was loaded
        ctypes.cdll.msvcrt._putenv(f"{_FOREIGN}=".encode())
    libggml.ggml_backend_load_all_from_path(os.fsencode(folder))  # UTF-8 on every system, as llama.cpp wants it
    if libggml.ggml_backend_dev_count():
        return
    if not any(folder.glob("*ggml-cpu*")):
        raise EnvironmentProblem("llm_library_missing", detail="ggml-cpu")
    raise EnvironmentProblem("llm_processor")


_kept: dict[str, Any] = {}
"""What is done once. C callbacks must outlive every call of the library."""


def build_info() -> BuildInfo:
    """What the library was built with, for ``doctor`` and for the sentence after a crash."""
    llama = library()
    system = llama.llama_print_system_info().decode("utf-8", "replace")
    on = [part.split("=")[0].strip() for part in system.replace("CPU :", "|").split("|") if part.strip().endswith("= 1")]
    return BuildInfo(
        version=llama.__version__, features=on, gpu=bool(llama.llama_supports_gpu_offload()), system=system.strip()
    )


def physical_cores() -> int:
    """Threads for generating: one a core, as llama.cpp's own programs choose; two on one core wait for the same memory."""
    return max(1, min(psutil.cpu_count(logical=False) or hardware.cores(), hardware.cores()))


def load_weights(path: str, layers: int, on_progress: Loading | None, cancel: Cancellation) -> Any:
    """llama.cpp's model with ``layers`` of it on the GPU; None when it does not load or ``cancel`` was set."""
    llama = library()

    def progress(fraction: float, _data: object) -> bool:
        if on_progress is not None:
            on_progress(fraction)
        return not cancel.cancelled

    callback = llama.llama_progress_callback(progress)
    parameters = llama.llama_model_default_params()
    parameters.n_gpu_layers = layers
    parameters.progress_callback = callback
    return llama.llama_model_load_from_file(os.fsencode(path), parameters)


def load_problem(code: str, path: str) -> EnvironmentProblem:
    """With llama.cpp's own last words."""
    return EnvironmentProblem(code, path=path, detail="\n".join(list(_lines)[-3:]) or "llama.cpp gave no reason")


class LlamaCppModel:
    """A loaded model; implements ``language_model.LanguageModel``. Not thread-safe, but ``count_tokens`` may run beside ``generate``."""

    def __init__(
        self,
        path: str,
        *,
        context: int,
        gpu: bool = True,
        on_progress: Loading | None = None,
        cancel: Cancellation | None = None,
        alive: Callable[[], None] = _nothing,
    ) -> None:
        """Load. ``alive`` is called from inside the first pass. Raises ``EnvironmentProblem``: a code of ``load_reasons``, llm_crashed or
        llm_library_missing; ``Cancelled`` when stopped on the way."""
        self._llama = llama = library()
        self._path = path
        self._model: Any = None
        self._ctx: Any = None
        self._sampler: Any = None
        self._grammar: Grammar | None = None
        self._cancel = cancel or Cancellation()
        self._alive = alive
        self._reading: Reading = _nothing
        self._cached: list[int] = []
        self._nodes = self._graph = 0  # of the graph that is computed: those done, and all that a batch has
        self._at_once = _LEAST_BATCH  # prompt tokens in a batch, by the pace of the last one
        self._batch = (0, 0, 0)  # of a prompt: tokens read before it, its own, and those of the whole
        self._abort = llama.ggml_abort_callback(self._asked_to_abort)
        self.last = Generation("", 0, 0, 0)
        forget_lines()
        self.gpu = gpu and bool(llama.llama_supports_gpu_offload())
        opened = self._open(context, ALL_LAYERS if self.gpu else 0, on_progress)
        if not opened and self.gpu:
            self._cancel.check()
            log.warning("the model does not load on the GPU; trying the CPU")
            forget_lines()
            self.gpu = False
            opened = self._open(context, 0, on_progress)
        if not opened:
            self._cancel.check()
            raise load_reason(path, list(_lines))
        self._vocabulary = Vocabulary(llama, llama.llama_model_get_vocab(self._model), SPELLED)
        template = bytes(llama.llama_model_chat_template(self._model, None) or b"").decode("utf-8", "replace")
        self._template: ChatTemplate = chat_template(template, self._compiled)
        spelled = self._vocabulary.spelled
        own = [mark for mark, closer in MARKS.items() if mark in spelled or closer in spelled]
        named = [mark for mark, closer in MARKS.items() if mark in template or closer in template]
        self._marked = bool(own)
        self._hold = self._template.thinks  # until an answer has come without a thought: then it answers at once
        self._thought_mark = [*named, *own, *MARKS][0]
        self._first_pass()

    def _open(self, context: int, layers: int, on_progress: Loading | None) -> bool:
        llama = self._llama

        self._model = load_weights(self._path, layers, on_progress, self._cancel)
        if self._model is None:
            return False
        if llama.llama_model_has_encoder(self._model) or not llama.llama_model_has_decoder(self._model):
            _lines.append(ENCODER)
            self.close()
            return False
        settings = llama.llama_context_default_params()
        settings.n_ctx = context
        settings.n_batch = settings.n_ubatch = min(BATCH, context)
        settings.n_threads = physical_cores()
        settings.n_threads_batch = hardware.cores()
        # A sliding-window cache (Gemma) that forgets cannot keep the beginning of the last prompt.
        settings.swa_full = True
        self._ctx = llama.llama_init_from_model(self._model, settings)
        if self._ctx is None:
            self.close()
            return False
        llama.llama_set_abort_callback(self._ctx, self._abort, None)
        return True

    def close(self) -> None:
        """Free everything; harmless when repeated."""
        llama = self._llama
        self._free_samplers()
        if self._ctx is not None:
            llama.llama_free(self._ctx)
        if self._model is not None:
            llama.llama_model_free(self._model)
        self._ctx = self._model = None

    @property
    def path(self) -> str:
        """The loaded file."""
        return self._path

    @property
    def context(self) -> int:
        """The context window in tokens, as llama.cpp rounded it."""
        return int(self._llama.llama_n_ctx(self._ctx))

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """Tokens of each text, special ones excluded."""
        return [len(self._vocabulary.tokens(text, special=False)) for text in texts]

    def count_prompt(self, messages: Sequence[ChatMessage], /) -> int:
        """Tokens of a whole conversation as it would be sent, template and special tokens included."""
        return len(self._prompt(messages)[0])

    def generate(
        self,
        messages: Sequence[ChatMessage],
        /,
        *,
        max_tokens: int,
        cancel: Cancellation,
        sampling: Sampling = GREEDY,
        reading: Reading | None = None,
        alive: Callable[[], None] = _nothing,
    ) -> Iterator[Written]:
        """As ``LanguageModel.generate``. ``alive`` is called often, from inside the computation: a sign of life; ``reading``
        just as often while the prompt is read."""
        self._cancel, self._alive = cancel, alive
        tokens, text = self._prompt(messages, sampling.stops)
        room = self.context - len(tokens)
        if room <= 0:
            raise UsageProblem("question_too_long", needed=len(tokens), available=self.context)
        self._draw_with(sampling)
        made: list[int] = []
        finish = "cancelled"
        reused = self._reuse(tokens[:-1])  # the last one is evaluated in any case, for its logits
        began = time.perf_counter()
        read = self._read(tokens[reused:], reading or _nothing)
        write_began = time.perf_counter()
        if read:
            finish = yield from self._write(made, text, min(max_tokens, room))
        ended = time.perf_counter()
        in_thought = text.in_thought
        rest = text.end(complete=finish == "stop") if finish != "cancelled" else []
        in_thought = in_thought and all(piece.thought for piece in rest)  # what looked like a thought may be the answer
        if finish == "stop":
            self._hold = self._template.thinks and text.thought
        self.last = Generation(
            finish, len(tokens), reused, len(made), in_thought, write_began - began, ended - write_began
        )  # fmt: skip
        if not text.spoke and finish != "cancelled" and len(made) >= _SILENT:
            raise EnvironmentProblem("llm_silent", path=self._path)
        yield from rest

    def _write(self, made: list[int], text: StreamText, limit: int) -> Generator[Written, None, str]:
        """Token by token into ``made``; returns how it ended."""
        word = EndlessWord()
        while len(made) < limit:
            token = self._llama.llama_sampler_sample(self._sampler, self._ctx, -1)
            if self._grammar is not None:
                token = self._grammar.token(token, self._ctx)
            if self._vocabulary.ends(token):
                return "stop"
            made.append(token)
            endless = False
            for piece in text.feed(self._vocabulary.bytes_of(token)):
                endless = word.grows(piece.text) or endless
                yield piece
            if text.stopped:
                return "stop"
            if endless or is_looping(made[-WINDOW:]):
                return "loop"
            if self._cancel.cancelled or (len(made) < limit and not self._evaluate([token])):
                return "cancelled"
        return "length"

    def warm(
        self, messages: Sequence[ChatMessage], /, *, cancel: Cancellation, alive: Callable[[], None] = _nothing
    ) -> tuple[int, float]:
        """As ``LanguageModel.warm``; how many tokens were read, in how many seconds."""
        self._cancel, self._alive = cancel, alive
        # What is the same whatever is asked next, found by asking two things.
        one, other = (self._prompt([*messages, ChatMessage("user", asked)])[0] for asked in ("a", "问"))
        same = one[: _common(one, other)]
        if len(same) >= self.context:
            return 0, 0.0
        reused = self._reuse(same)
        began = time.perf_counter()
        self._read(same[reused:], _nothing)
        return len(same) - reused, time.perf_counter() - began

    def _asked_to_abort(self, _data: object) -> bool:
        self._alive()
        self._nodes += 1
        before, batch, total = self._batch
        if total:
            self._reading(before + batch * min(self._nodes, self._graph) // max(1, self._graph), total)
        return self._cancel.cancelled

    def _draw_with(self, sampling: Sampling) -> None:
        llama = self._llama
        self._free_samplers()
        if sampling.grammar:
            self._grammar = Grammar(llama, llama.llama_model_get_vocab(self._model), sampling.grammar)
        self._sampler = llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params())
        if sampling.temperature <= 0:
            steps = [llama.llama_sampler_init_greedy()]
        else:
            steps = [
                llama.llama_sampler_init_top_k(_TOP_K),
                llama.llama_sampler_init_top_p(_TOP_P, 1),
                llama.llama_sampler_init_min_p(_MIN_P, 1),
                llama.llama_sampler_init_temp(sampling.temperature),
                llama.llama_sampler_init_dist(sampling.seed & 0xFFFFFFFF),
            ]
        for step in steps:
            llama.llama_sampler_chain_add(self._sampler, step)

    def _free_samplers(self) -> None:
        if self._sampler is not None:
            self._llama.llama_sampler_free(self._sampler)
        if self._grammar is not None:
            self._grammar.close()
        self._sampler = self._grammar = None

    def _first_pass(self) -> None:
        """One token through the whole model: its weights come into memory, and it is known how many nodes a graph has. A file that
        llama.cpp cannot compute with shows it here rather than in a question."""
        if not self._evaluate([max(0, self._vocabulary.bos)]):
            self.close()
            raise Cancelled
        self._graph = self._nodes
        self._reuse([])

    def _reuse(self, tokens: list[int]) -> int:
        """Drop from the cache what this prompt does not begin with; how many tokens need not be evaluated again."""
        same = _common(self._cached, tokens)
        memory = self._llama.llama_get_memory(self._ctx)
        if not self._llama.llama_memory_seq_rm(memory, 0, same, -1):  # recurrent models cannot forget a part
            self._llama.llama_memory_clear(memory, True)
            same = 0
        del self._cached[same:]
        return same

    def _read(self, tokens: list[int], reading: Reading) -> bool:
        """Run the model over a prompt; False when cancelled on the way."""
        self._reading = reading
        reading(0, len(tokens))
        try:
            start = 0
            while start < len(tokens):
                part = tokens[start : start + self._at_once]
                self._batch = (start, len(part), len(tokens))
                began = time.perf_counter()
                if not self._evaluate(part):
                    return False
                start += len(part)
                if len(part) >= _LEAST_BATCH:
                    affordable = int(len(part) / (time.perf_counter() - began) * _LONGEST_BATCH)
                    self._at_once = max(_LEAST_BATCH, min(BATCH, affordable))
        finally:
            self._batch = (0, 0, 0)
        reading(len(tokens), len(tokens))
        return True

    def _evaluate(self, part: list[int]) -> bool:
        """Run the model over at most ``BATCH`` tokens; False when cancelled on the way."""
        if self._cancel.cancelled:
            return False
        self._nodes = 0
        array = (self._llama.llama_token * len(part))(*part)
        result = self._llama.llama_decode(self._ctx, self._llama.llama_batch_get_one(array, len(part)))
        if result == ABORTED:
            return False
        if result != 0:
            self._cached.clear()
            self._llama.llama_memory_clear(self._llama.llama_get_memory(self._ctx), True)
            detail = "\n".join([f"llama_decode: {result}", *list(_lines)[-2:]])
            raise EnvironmentProblem("llm_crashed", path=self._path, detail=detail)
        self._cached.extend(part)
        return True

    # ---- text and tokens --------------------------------------------------------------------------------------------

    def _prompt(self, messages: Sequence[ChatMessage], stops: Sequence[str] = ()) -> tuple[list[int], StreamText]:
        """Tokens of the conversation, and what reads the answer to it. A last message of the assistant is its beginning."""
        template = self._template
        said = messages[-1].content if messages and messages[-1].role == "assistant" else None
        before = messages if said is None else messages[:-1]
        prompt = template.render([{"role": one.role, "content": self._vocabulary.harmless(one.content)} for one in before])
        opened, settled = opened_by(prompt), closed_by(prompt)
        if said is not None:
            mark, body = unfinished_thought(said)
            thought = self._thought_mark if mark else ""
            prompt = continued(prompt, self._vocabulary.harmless(body), thought=thought, harmony=template.harmony)
            opened, settled = (opened or (ANALYSIS if template.harmony else thought)) if mark else "", True
        tokens = self._vocabulary.prompt(prompt)
        text = StreamText(
            stops=(*template.stops, *stops), opened=opened, hold=self._hold, marked=self._marked, settled=settled
        )  # fmt: skip
        return tokens, text

    def _compiled(self, template: str) -> Render:
        """A chat template as llama-cpp-python runs it, in Jinja's sandbox."""
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        jinja = Jinja2ChatFormatter(
            template=template,
            eos_token=self._vocabulary.text_of(self._vocabulary.eos),
            bos_token=self._vocabulary.text_of(self._vocabulary.bos),
        )
        # Qwen3 and its kin answer at once when told so, gpt-oss soon; other templates ignore it.
        return lambda messages: str(jinja(messages=messages, enable_thinking=False, reasoning_effort="low").prompt)


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens at the beginning are the same."""
    same = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        same += 1
    return same
