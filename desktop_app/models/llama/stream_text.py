# SPDX-License-Identifier: Apache-2.0
"""Token bytes to text for the window, thoughts apart from the answer.

Four things stand between a token and the window:

1. A Chinese character is three bytes and often two or three tokens; bytes wait until the character is whole.
2. Reasoning models think aloud before they answer, between marks of their own (``MARKS``) or in channels (``<|channel|>analysis<|message|>``,
   "harmony"; where a program dropped those marks, "analysisUser asks … assistantfinalIt is …" is left; where the model forgot
   ``<|message|>``, what follows the header is its text). That is a thought, not the answer.
3. Some templates open the thought at the end of the prompt; then only the closing mark comes (``opened``).
4. A model without a chat template does not know when to stop and goes on as the other speaker; a stop text ends it, and nothing of
   it is shown, even when it comes in parts.

A closing mark to which nothing opened, "… so it is 500.</think>It is 500.", ends a thought as well. What came before it may have been
shown by then. So where the template names such marks (``hold``), nothing is shown as the answer until it is known to be one. Where only
the vocabulary has them (``marked``: Qwen3's instruction models have the marks of its reasoning models) waiting would take the streaming
from models that never think; the answer so far is taken back when the mark does come (``Written.retracts``). A mark that is quoted, in
quotation marks or with a space at its side, stays text; so does one in a model that knows none, unless it ends a line or a sentence.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence

from desktop_app.models.language_model import Written

MARKS = {
    "<think>": "</think>",  # DeepSeek R1, Qwen3, GLM, most others
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",  # EXAONE
    "<reasoning>": "</reasoning>",
    "<seed:think>": "</seed:think>",
    "[THINK]": "[/THINK]",  # Magistral
    "<|begin_of_thought|>": "<|end_of_thought|>",  # Sky-T1, OpenThinker
    "<|START_THINKING|>": "<|END_THINKING|>",  # Command A
    "◁think▷": "◁/think▷",  # Kimi
}
ANALYSIS, FINAL = "<|channel|>analysis<|message|>", "<|channel|>final<|message|>"
"""How gpt-oss begins a thought and an answer."""

_WRAPPERS = {  # around the answer that follows a thought
    "<answer>": "</answer>",
    "<|begin_of_solution|>": "<|end_of_solution|>",
    "<|START_RESPONSE|>": "<|END_RESPONSE|>",
}
_CHANNEL, _MESSAGE, _START = "<|channel|>", "<|message|>", "<|start|>"
_MESSAGE_ENDS = ("<|end|>", _START, _CHANNEL, "<|return|>", "<|call|>")
_LONGEST_HEADER = 200  # characters between two marks of harmony
_ROLES, _CHANNELS = ("assistant", "user", "system", "developer"), ("final", "analysis", "commentary")
_HEADER = re.compile(
    r"(?:<\|(?:end|return|call)\|>)?\s{0,4}(?:<\|start\|>)?\s{0,4}"
    rf"(?P<role>{'|'.join(_ROLES)})?\s{{0,4}}(?:<\|channel\|>\s{{0,4}}(?P<channel>{'|'.join(_CHANNELS)})?)?"
)
_HEADER_WORDS = (*_ROLES, *_CHANNELS, *_MESSAGE_ENDS, _MESSAGE)
_BARE, _BARE_FINAL = "analysis", "assistantfinal"
_QUOTING = "`'\"“”‘’「」『』《》<>()（）[]【】 \t"
_ENDING = "\n.。!！?？…:：;；"

SPELLED = (*MARKS, *MARKS.values(), *_WRAPPERS, *_WRAPPERS.values(), _MESSAGE, *_MESSAGE_ENDS)
"""Every mark. A vocabulary may have them as control tokens, whose text llama.cpp drops unless asked for it."""


def opened_by(prompt: str) -> str:
    """The mark of a thought with which ``prompt`` ends, or ""."""
    end = prompt.rstrip()
    return next((mark for mark in (ANALYSIS, *MARKS) if end.endswith(mark)), "")


def closed_by(prompt: str) -> bool:
    """Whether ``prompt`` ends with a thought that is over: the template makes the model not think."""
    return prompt.rstrip().endswith(tuple(MARKS.values()))


def names_thoughts(template: str) -> bool:
    """Whether a chat template speaks of the thoughts of its model."""
    return any(mark in template for mark in (*MARKS, *MARKS.values()))


class StreamText:
    """Feed token bytes in, get text out, thoughts marked. ``stopped`` is set once a stop text came; nothing comes after it.

    ``opened``: the mark of a thought with which the prompt ended. ``hold``, ``marked``: see the module. ``settled``: no thought can come
    that is closed without having been opened.
    """

    def __init__(
        self,
        *,
        stops: Sequence[str] = (),
        opened: str = "",
        hold: bool = False,
        marked: bool = False,
        settled: bool = False,
    ) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._stops = tuple(stop for stop in stops if stop)
        self._held = ""
        self._written: list[Written] = []
        self._final = False
        self._hold = hold and not settled and not opened
        self._marked = marked
        self._settled = settled or bool(opened)
        self._said = ""
        """The answer so far, while it may still turn out to be a thought; held back where ``hold`` says so."""
        self._bare = ""
        """The whole text, where it began like a thought of harmony without marks."""
        self._perhaps_bare = False  # it began with "analysis" as an answer may, too; "assistantfinal" will tell
        self._fresh = bool(opened)  # blanks at the beginning of a thought and of the answer after it are dropped
        self._closers: tuple[str, ...] = ()
        self._step: Callable[[], bool] = self._begin
        if opened:
            self._think(*((MARKS[opened],) if opened in MARKS else _MESSAGE_ENDS))
        self.stopped = False
        self.spoke = self.thought = False
        """Whether anything came at all, and whether a thought did."""

    @property
    def in_thought(self) -> bool:
        """Whether what comes next still belongs to a thought, as far as is known."""
        return self._step in (self._thought, self._header) or bool(self._hold and self._said)

    def feed(self, data: bytes) -> list[Written]:
        """What may be shown now; often nothing."""
        self._held += self._decode(data)
        return self._run(final=False)

    def end(self, *, complete: bool = True) -> list[Written]:
        """What was held back in case a mark or stop text followed. ``complete``: the model ended its turn by itself. Bytes of an
        unfinished character are dropped."""
        written = self._run(final=True)
        if self._bare and complete:
            self._written.append(Written(self._bare))  # "analysis" was the first word of an answer after all
        self._release(thought=not complete)
        return written + self._taken()

    def _run(self, *, final: bool) -> list[Written]:
        self._final = final
        while not self.stopped and self._step():
            pass
        return self._taken()

    def _taken(self) -> list[Written]:
        written, self._written = self._written, []
        self.spoke |= bool(written)
        self.thought |= any(piece.thought for piece in written)
        return written

    # Each step takes what it can from what is held and returns whether the next one may go on; False: more text must come first.

    def _begin(self) -> bool:
        """Whether a thought or the answer opens."""
        start = self._held.lstrip()
        wrappers = _WRAPPERS if self._settled and self._fresh else {}
        if not self._final and any(
            mark.startswith(start) for mark in (*MARKS, *wrappers, _CHANNEL, _START, _BARE, _BARE_FINAL)
        ):
            return False
        for mark, closer in MARKS.items():
            if start.startswith(mark):
                self._held, self._fresh = start[len(mark) :], True
                self._think(closer)
                return True
        for mark, closer in wrappers.items():
            if start.startswith(mark):
                self._held, self._step = start[len(mark) :], self._answer
                self._stops += (closer,)
                return True
        if start.startswith((_CHANNEL, _START)):
            self._held, self._step = start, self._header
        elif start.startswith((_BARE, _BARE_FINAL)):
            return self._begin_bare(start)
        else:
            self._step = self._answer
        return True

    def _begin_bare(self, start: str) -> bool:
        """Behind "analysis" a letter or a line's end makes it a thought, anything else the first word of an answer."""
        if start.startswith(_BARE_FINAL):
            answer = start[len(_BARE_FINAL) :].lstrip()
            if not answer and not self._final:
                return False
            if answer:
                self._held = answer
                self._settle()
            self._step = self._answer
            return True
        after = start[len(_BARE) :]
        if after[:1].isalpha() or after[:1] in ("\n", "\r"):
            self._bare, self._held, self._fresh = _BARE, after, False
            self._think(_BARE_FINAL)
        else:
            self._step, self._perhaps_bare = self._answer, True
        return True

    def _settle(self) -> None:
        """What comes next is known: no thought is closed any more without having been opened, nothing is held back."""
        self._settled, self._fresh, self._hold = True, True, False

    def _think(self, *closers: str) -> None:
        self._step, self._closers = self._thought, closers

    def _thought(self) -> bool:
        if self._fresh:
            self._held = self._held.lstrip()
        before, closer, after = _first(self._held, self._closers)
        if not closer and not self._final:
            before, after = _without_overlap(self._held, self._closers)
        self._held = after
        if before:
            self._fresh = False
            self._written.append(Written(before, thought=True))
        if not closer:
            self._bare += before if self._bare else ""
            return False
        self._settle()
        self._bare = ""
        if closer in _MESSAGE_ENDS:
            self._held, self._step = closer + after, self._header
        else:
            self._step = self._begin
        return True

    def _header(self) -> bool:
        """Between two messages of harmony: who speaks, in which channel."""
        name, mark, after = self._held.partition(_MESSAGE)
        if len(name) > _LONGEST_HEADER + (0 if mark else len(_MESSAGE)) or (self._final and not mark):
            return self._text_without_message()
        if not mark:
            return False
        self._settle()
        self._held = after
        if "final" in name:
            self._step = self._answer
            self._stops += _MESSAGE_ENDS
        else:
            self._think(*_MESSAGE_ENDS)
        return True

    def _text_without_message(self) -> bool:
        """Behind a header that no ``<|message|>`` ends; at the end of all it may be a header that was cut."""
        header = _HEADER.match(self._held)
        assert header is not None, "all of it is optional"
        role, channel = header["role"], header["channel"]
        text = self._held[header.end() :].lstrip()
        if self._final and (
            channel == "commentary" or role not in (None, "assistant") or any(word.startswith(text) for word in _HEADER_WORDS)
        ):
            self._held = ""
            return False
        self._settle()
        self._held = text
        if channel in (None, "final"):
            self._step = self._answer
            self._stops += _MESSAGE_ENDS if self._final else ("<|return|>", "<|call|>")
        else:
            self._think(*_MESSAGE_ENDS)
        return True

    def _answer(self) -> bool:
        if self._fresh:
            self._held = self._held.lstrip()
            self._fresh = not self._held
        closers = () if self._settled else (*MARKS.values(), *([_BARE_FINAL] if self._perhaps_bare else []))
        before, mark, after = _first(self._held, (*self._stops, *closers))
        if not mark:
            self._held = ""
            if not self._final:
                before, self._held = _without_overlap(before, (*self._stops, *closers))
            self._say(before)
            return False
        self._say(before)
        self._held = after
        if mark in self._stops:
            self.stopped, self._held = True, ""
            self._release(thought=False)
        elif mark == _BARE_FINAL:
            self._said_was_thought()
        elif not after.strip():  # what follows decides which it is; a mark after which nothing comes says nothing
            self._held = "" if self._final else mark + after
            return False
        elif self._ends_thought(mark, after[0]):
            self._said_was_thought()
        else:
            self._say(mark)
        return True

    def _said_was_thought(self) -> None:
        if self._said and not self._hold:
            self._written.append(Written(self._said, thought=True, retracts=True))
        self._release(thought=True)
        self._settle()
        self._step = self._begin

    def _ends_thought(self, closer: str, after: str) -> bool:
        """Whether a closing mark to which nothing opened ends a thought, or is a word of the answer."""
        if any(mark in self._said for mark, its in MARKS.items() if its == closer):
            return False
        before = self._said.rstrip(" ")[-1:]
        if before == "" or before in _ENDING:
            return after.isspace() or after not in _QUOTING
        if self._said[-1] in _QUOTING or after in _QUOTING:
            return False
        return self._hold or self._marked

    def _say(self, text: str) -> None:
        if not self._settled:
            self._said += text
        if text and not self._hold:
            self._written.append(Written(text))

    def _release(self, *, thought: bool) -> None:
        """What was held back is known to be a thought, or the answer."""
        if self._hold and self._said:
            self._written.append(Written(self._said, thought))
        self._hold, self._said = False, ""


def _first(text: str, marks: Sequence[str]) -> tuple[str, str, str]:
    """``text`` parted at the mark that comes first; without one the text and two empty ones."""
    found = [(place, -len(mark), mark) for mark in marks if (place := text.find(mark)) >= 0]
    if not found:
        return text, "", ""
    place, _, mark = min(found)
    return text[:place], mark, text[place + len(mark) :]


def _without_overlap(text: str, marks: Sequence[str]) -> tuple[str, str]:
    """``text`` parted before an end that could be the beginning of a mark."""
    keep = max((_overlap(text, mark) for mark in marks), default=0)
    return text[: len(text) - keep], text[len(text) - keep :]


def _overlap(text: str, stop: str) -> int:
    """How many characters at the end of ``text`` could be the beginning of ``stop``."""
    for length in range(min(len(text), len(stop) - 1), 0, -1):
        if text.endswith(stop[:length]):
            return length
    return 0
