"""One GGUF, loaded and run by llama.cpp: the only file that imports llama_cpp. It lives in the model process.
(``llama_cpp_embedding`` runs embedding models with the library it hands out.)

llama.cpp's C functions are called directly rather than through ``llama_cpp.Llama``, which has no loading progress, cannot stop
inside a prompt, prints its errors instead of handing them over, and keeps a batch x vocabulary array of its own.

Life of a generation: messages -> the file's own chat template -> tokens -> the longest beginning that is still in the KV cache from
the last question is kept (a follow-up re-reads only what is new; where two words are equally likely, a kept prompt and one read
again may choose differently, because sums in another order round differently) -> the rest in batches of 512 -> greedy choice, token by token,
until the model ends its turn, the limit, a circle (``repetition``), or a cancel.

Cancel is asked between tokens and, through llama.cpp's abort callback, between the nodes of a graph, hence also in the middle of a
long prompt. The same callback is the proof of life behind the no-progress time-out. It costs one Python call a node: 3,200 against
3,600 tokens/s on tiny-reader (6 layers), 35 microseconds a token, so below 1% from 200 tokens/s down. Only the CPU asks it; on a GPU
a batch runs to its end first.

Untrusted text: words of a document that spell a control token ("<|im_end|>") would otherwise end the turn or start a new one; they
are broken up before the template sees them. The template itself is the file's code and runs in Jinja's sandbox.
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

from desktop_app.contract.model_process import BuildInfo, ChatMessage
from desktop_app.foundation import hardware
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import EnvironmentProblem, InternalProblem
from desktop_app.models.base import Loading
from desktop_app.models.fit import BATCH
from desktop_app.models.repetition import WINDOW, is_looping
from desktop_app.models.stream_text import StreamText

log = logging.getLogger(__name__)

ALL_LAYERS = 999
ABORTED = 2  # llama_decode's answer when the abort callback said so
_WARNING, _ERROR, _CONTINUED = 3, 4, 5  # ggml_log_level, as llama-cpp-python 0.3.36 has it from ggml.h
_ZERO_WIDTH_SPACE = "\u200b"
_PLAIN_USER, _PLAIN_ASSISTANT = "User", "Assistant"

_lines: deque[str] = deque(maxlen=40)
"""llama.cpp's last warnings and errors."""


def forget_lines() -> None:
    _lines.clear()


def _log_line(level: int, text: bytes, _data: object) -> None:
    line = text.decode("utf-8", "replace").rstrip()
    if level in (_WARNING, _ERROR) and line:
        _lines.append(line)
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - the engine keeps the end of this stream for a crash


@dataclass(frozen=True, slots=True)
class Generation:
    """How the last generation went. ``finish``: "stop", "length", "loop" or "cancelled"; ``reused`` prompt tokens were still cached."""

    finish: str
    prompt_tokens: int
    reused: int
    tokens: int


def library() -> Any:
    """llama_cpp, with its log in our hands. Raises ``EnvironmentProblem("llm_library_missing")``.

    Threads that wait for each other between two operations spin by default, and starve when something else wants the cores, as
    indexing does. Here they sleep. Measured with a 350-million-parameter Q4_K_M model on 2 cores, tokens/s: beside other work 27 to
    35 instead of 1 to 32, mostly below 15; on a quiet machine 65 to 75, where spinning once reached 118. The price is some
    milliseconds a token and matters less the larger the model. OpenMP reads this once, when it is loaded.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        import llama_cpp
    except (ImportError, OSError, RuntimeError) as error:  # RuntimeError: its own word for a library that does not load
        raise EnvironmentProblem("llm_library_missing", detail=f"{type(error).__name__}: {error}") from error
    if "log" not in _kept:
        _kept["log"] = llama_cpp.llama_log_callback(_log_line)
        llama_cpp.llama_log_set(_kept["log"], None)
        llama_cpp.llama_backend_init()
    return llama_cpp


_kept: dict[str, Any] = {}
"""C callbacks must outlive every call of the library."""


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
    return llama.llama_model_load_from_file(os.fsencode(_openable(path)), parameters)


def load_problem(code: str, path: str) -> EnvironmentProblem:
    """With llama.cpp's own last words."""
    return EnvironmentProblem(code, path=path, detail="\n".join(list(_lines)[-3:]) or "llama.cpp gave no reason")


def tokenize(llama: Any, vocab: Any, text: str, *, around: bool, special: bool) -> list[int]:
    """Tokens of ``text``. ``around``: with the special tokens that the model wants around it; ``special``: control tokens spelled in
    the text are taken as such."""
    data = text.encode("utf-8", "replace")
    size = len(data) + 8
    for _ in range(2):
        array = (llama.llama_token * size)()
        count = llama.llama_tokenize(vocab, data, len(data), array, size, around, special)
        if count >= 0:
            return list(array[:count])
        size = -count
    raise InternalProblem("internal", detail="llama_tokenize does not settle on a size")


class LlamaCppModel:
    """A loaded model; implements ``base.LanguageModel``. Not thread-safe, but ``count_tokens`` may run beside ``generate``."""

    def __init__(
        self,
        path: str,
        *,
        context: int,
        gpu: bool = True,
        on_progress: Loading | None = None,
        cancel: Cancellation | None = None,
    ) -> None:
        """Load. Raises ``EnvironmentProblem`` llm_load_failed or llm_library_missing, ``Cancelled`` when stopped on the way."""
        self._llama = llama = library()
        self._path = path
        self._model: Any = None
        self._ctx: Any = None
        self._sampler: Any = None
        self._cancel = cancel or Cancellation()
        self._alive: Callable[[], None] = lambda: None
        self._cached: list[int] = []
        self._abort = llama.ggml_abort_callback(self._asked_to_abort)
        self.last = Generation("", 0, 0, 0)
        forget_lines()
        self.gpu = gpu and bool(llama.llama_supports_gpu_offload())
        opened = self._open(context, ALL_LAYERS if self.gpu else 0, on_progress)
        if not opened and self.gpu:
            self._cancel.check()
            log.warning("the model does not load on the GPU; trying the CPU")
            self.gpu = False
            opened = self._open(context, 0, on_progress)
        if not opened:
            self._cancel.check()
            raise load_problem("llm_load_failed", path)
        self._vocab = llama.llama_model_get_vocab(self._model)
        self._sampler = llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params())
        llama.llama_sampler_chain_add(self._sampler, llama.llama_sampler_init_greedy())
        self._format, self._stops = self._formatter()

    def _open(self, context: int, layers: int, on_progress: Loading | None) -> bool:
        llama = self._llama

        self._model = load_weights(self._path, layers, on_progress, self._cancel)
        if self._model is None:
            return False
        if llama.llama_model_has_encoder(self._model) or not llama.llama_model_has_decoder(self._model):
            _lines.append("this architecture does not continue a text (encoder)")
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
        if self._sampler is not None:
            llama.llama_sampler_free(self._sampler)
        if self._ctx is not None:
            llama.llama_free(self._ctx)
        if self._model is not None:
            llama.llama_model_free(self._model)
        self._sampler = self._ctx = self._model = None

    @property
    def path(self) -> str:
        return self._path

    @property
    def context(self) -> int:
        return int(self._llama.llama_n_ctx(self._ctx))

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        return [len(self._tokens(text, special=False)) for text in texts]

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
        alive: Callable[[], None] = lambda: None,
    ) -> Iterator[str]:
        """As ``base.LanguageModel.generate``. ``alive`` is called often, from inside the computation: proof that it goes on."""
        self._cancel, self._alive = cancel, alive
        tokens, thinking = self._prompt(messages)
        room = self.context - len(tokens)
        if room <= 0:
            raise InternalProblem("internal", detail=f"a prompt of {len(tokens)} tokens is too long for {self.context}")
        text = StreamText(stops=self._stops, thinking=thinking)
        made: list[int] = []
        finish = "cancelled"
        reused = self._reuse(tokens)
        if self._evaluate(tokens[reused:]):
            limit = min(max_tokens, room)
            finish = "length"
            while len(made) < limit:
                token = self._llama.llama_sampler_sample(self._sampler, self._ctx, -1)
                if self._llama.llama_vocab_is_eog(self._vocab, token):
                    finish = "stop"
                    break
                made.append(token)
                piece = text.feed(self._bytes(token))
                if piece:
                    yield piece
                if text.stopped:
                    finish = "stop"
                    break
                if is_looping(made[-WINDOW:]):
                    finish = "loop"
                    break
                if cancel.cancelled or (len(made) < limit and not self._evaluate([token])):
                    finish = "cancelled"
                    break
        rest = text.end() if finish != "cancelled" else ""
        self.last = Generation(finish, len(tokens), reused, len(made))
        if rest:
            yield rest

    def _asked_to_abort(self, _data: object) -> bool:
        self._alive()
        return self._cancel.cancelled

    def _reuse(self, tokens: list[int]) -> int:
        """Drop from the cache what this prompt does not begin with; how many tokens need not be evaluated again."""
        same = 0
        for old, new in zip(self._cached, tokens[:-1], strict=False):  # the last one is evaluated in any case, for its logits
            if old != new:
                break
            same += 1
        memory = self._llama.llama_get_memory(self._ctx)
        if not self._llama.llama_memory_seq_rm(memory, 0, same, -1):  # recurrent models cannot forget a part
            self._llama.llama_memory_clear(memory, True)
            same = 0
        del self._cached[same:]
        return same

    def _evaluate(self, tokens: list[int]) -> bool:
        """Run the model over ``tokens``; False when cancelled on the way."""
        for start in range(0, len(tokens), BATCH):
            if self._cancel.cancelled:
                return False
            part = tokens[start : start + BATCH]
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

    def _tokens(self, text: str, *, special: bool) -> list[int]:
        return tokenize(self._llama, self._vocab, text, around=False, special=special)

    def _bytes(self, token: int) -> bytes:
        size = 256
        for _ in range(2):
            buffer = ctypes.create_string_buffer(size)
            count = self._llama.llama_token_to_piece(self._vocab, token, buffer, size, 0, False)
            if count >= 0:
                return buffer.raw[:count]
            size = -count
        return b""

    def _text_of(self, token: int) -> str:
        return (
            bytes(self._llama.llama_vocab_get_text(self._vocab, token) or b"").decode("utf-8", "replace") if token >= 0 else ""
        )

    def _prompt(self, messages: Sequence[ChatMessage]) -> tuple[list[int], bool]:
        """Tokens of the conversation, and whether the template has opened a thought at its end."""
        harmless = [{"role": message.role, "content": self._harmless(message.content)} for message in messages]
        prompt = self._format(harmless)
        tokens = self._tokens(prompt, special=True)
        first = self._llama.llama_vocab_bos(self._vocab)
        # As llama.cpp's server does it: the file says whether a prompt begins with BOS, and a template may have put it already.
        if self._llama.llama_vocab_get_add_bos(self._vocab) and tokens[:1] != [first]:
            tokens.insert(0, first)
        return tokens, prompt.rstrip().endswith("<think>")

    def _harmless(self, content: str) -> str:
        """``content`` with every spelled-out control token broken up, so that it reads as plain text."""
        for _ in range(4):  # breaking one may join another; four rounds are plenty, and the loop ends at the first clean one
            control = {
                token for token in self._tokens(content, special=True) if self._llama.llama_vocab_is_control(self._vocab, token)
            }
            spelled = [text for text in map(self._text_of, control) if len(text) > 1 and text in content]
            if not spelled:
                break
            for text in spelled:
                content = content.replace(text, text[0] + _ZERO_WIDTH_SPACE + text[1:])
        return content

    def _formatter(self) -> tuple[Callable[[list[dict[str, str]]], str], tuple[str, ...]]:
        """Messages to prompt, and the texts that end an answer."""
        template = self._llama.llama_model_chat_template(self._model, None)
        if not template:
            return _plain, (f"\n{_PLAIN_USER}:",)
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        try:
            jinja = Jinja2ChatFormatter(
                template=template.decode("utf-8", "replace"),
                eos_token=self._text_of(self._llama.llama_vocab_eos(self._vocab)),
                bos_token=self._text_of(self._llama.llama_vocab_bos(self._vocab)),
            )
        except Exception as error:  # noqa: BLE001 - the template is the file's own code: anything may come
            log.warning("the chat template cannot be read (%s); a plain one is used", type(error).__name__)
            return _plain, (f"\n{_PLAIN_USER}:",)

        def render(messages: list[dict[str, str]]) -> str:
            # ``enable_thinking``: Qwen3 and its kin answer at once when told so; other templates ignore it.
            return str(jinja(messages=messages, enable_thinking=False).prompt)

        def format_(messages: list[dict[str, str]]) -> str:
            try:
                return render(messages)
            except Exception:  # noqa: BLE001 - Gemma's template raises on a system message
                return render(_system_in_first_question(messages))

        try:
            format_([{"role": "system", "content": "a"}, {"role": "user", "content": "b"}])
        except Exception as error:  # noqa: BLE001 - see above
            log.warning("the chat template fails (%s); a plain one is used", type(error).__name__)
            return _plain, (f"\n{_PLAIN_USER}:",)
        return format_, ()


def _plain(messages: list[dict[str, str]]) -> str:
    """The fallback for a file without a template: the system text, then "User: ..." and "Assistant: ..." lines."""
    lines = []
    for message in messages:
        speaker = {"user": f"{_PLAIN_USER}: ", "assistant": f"{_PLAIN_ASSISTANT}: "}.get(message["role"], "")
        lines.append(speaker + message["content"])
    return "\n\n".join([*lines, f"{_PLAIN_ASSISTANT}:"])


def _system_in_first_question(messages: list[dict[str, str]]) -> list[dict[str, str]]:
    system = "\n\n".join(message["content"] for message in messages if message["role"] == "system")
    rest = [dict(message) for message in messages if message["role"] != "system"]
    if system and rest:
        rest[0]["content"] = f"{system}\n\n{rest[0]['content']}"
    return rest


def _openable(path: str) -> str:
    """The path as llama.cpp can open it.

    Some Windows builds open files by the ANSI code page and fail on Chinese names (lmstudio-bug-tracker#2231, llama.cpp#18571); the
    short 8.3 name, where the disk keeps one, is plain ASCII.
    """
    if sys.platform == "win32" and not path.isascii():
        buffer = ctypes.create_unicode_buffer(32_768)
        if ctypes.windll.kernel32.GetShortPathNameW(path, buffer, len(buffer)):
            return buffer.value
    return path
