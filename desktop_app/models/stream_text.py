"""From token bytes to text a person may see, piece by piece: pure, no model needed.

Three things stand between a token and the window:

1. A Chinese character is three bytes and often two or three tokens; bytes wait until the character is whole.
2. Reasoning models think aloud between ``<think>`` and ``</think>``; that is no answer and is held back. Some templates open the
   thought at the end of the prompt, then only the closing tag comes.
3. A model without a chat template does not know when to stop and goes on as the other speaker; a stop text ends it, and nothing of
   it is shown, even when it comes in parts.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence

_OPEN, _CLOSE = "<think>", "</think>"


class StreamText:
    """Feed token bytes in, get visible text out. ``stopped`` is set once a stop text came; nothing is shown after it."""

    def __init__(self, *, stops: Sequence[str] = (), thinking: bool = False) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._stops = tuple(stops)
        self._held = ""
        self._thinking = thinking
        self._began = thinking  # whether it is settled that the answer opens with a thought, or does not
        self._after_thought = False
        self.stopped = False

    def feed(self, data: bytes) -> str:
        """Text that may be shown now; often empty."""
        if self.stopped:
            return ""
        self._held += self._decode(data)
        if not self._began and not self._open_thought():
            return ""
        if self._thinking and not self._close_thought():
            return ""
        if self._after_thought:  # templates put blank lines between thought and answer
            self._held = self._held.lstrip()
            if not self._held:
                return ""
            self._after_thought = False
        return self._until_stop()

    def end(self) -> str:
        """What was held back in case a tag or stop text followed. Bytes of an unfinished character are dropped."""
        if self.stopped or self._thinking:
            return ""
        text, self._held = self._held, ""
        return text

    def _open_thought(self) -> bool:
        """Whether the beginning is settled."""
        start = self._held.lstrip()
        if start.startswith(_OPEN):
            self._thinking = True
            self._held = start[len(_OPEN) :]
        elif _OPEN.startswith(start):  # not enough text yet; also true of an empty start
            return False
        self._began = True
        return True

    def _close_thought(self) -> bool:
        """Whether the thought is over."""
        before, tag, after = self._held.partition(_CLOSE)
        if not tag:
            self._held = before[-len(_CLOSE) :]  # the tag may come in parts; the thought itself need not be kept
            return False
        self._thinking, self._after_thought, self._held = False, True, after
        return True

    def _until_stop(self) -> str:
        for stop in self._stops:
            before, found, _ = self._held.partition(stop)
            if found:
                self.stopped, self._held = True, ""
                return before
        keep = max((_overlap(self._held, stop) for stop in self._stops), default=0)
        cut = len(self._held) - keep
        text, self._held = self._held[:cut], self._held[cut:]
        return text


def _overlap(text: str, stop: str) -> int:
    """How many characters at the end of ``text`` could be the beginning of ``stop``."""
    for length in range(min(len(text), len(stop) - 1), 0, -1):
        if text.endswith(stop[:length]):
            return length
    return 0
