# SPDX-License-Identifier: Apache-2.0
"""Messages to prompt by a model file's chat template.

A plain one is used where it has none that works. The template engine is handed in.

A template is code of the file. It may be missing, not be Jinja, or refuse what it does not know (Gemma's raises on a system message, which
then goes into the first question). What is left over is asked with "User:" and "Assistant:", and a stop text ends the answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from desktop_app.models.llama.stream_text import ANALYSIS, FINAL, MARKS, names_thoughts, opened_by

log = logging.getLogger(__name__)

Messages = list[dict[str, str]]
Render = Callable[[Messages], str]

_USER, _ASSISTANT = "User", "Assistant"


@dataclass(frozen=True, slots=True)
class ChatTemplate:
    """``stops`` end an answer. ``thinks``: the template speaks of thoughts; ``harmony``: of channels. ``plain``: it is not the file's own."""

    render: Render
    stops: tuple[str, ...] = ()
    thinks: bool = False
    harmony: bool = False
    plain: bool = False


def chat_template(text: str, make: Callable[[str], Render]) -> ChatTemplate:
    """The template ``text`` of a file ("" for none); ``make`` compiles it."""
    plain = ChatTemplate(_plain, (f"\n{_USER}:",), plain=True)
    if not text:
        return plain
    try:
        compiled = make(text)

        def own(messages: Messages) -> str:
            try:
                return compiled(messages)
            except Exception:  # noqa: BLE001 - Gemma's template raises on a system message
                return compiled(_system_in_first_question(messages))

        own([{"role": "system", "content": "a"}, {"role": "user", "content": "b"}])
    except Exception as error:  # noqa: BLE001 - the template is the file's own code: anything may come
        log.warning("the chat template fails (%s); a plain one is used", type(error).__name__)
        return plain

    def render(messages: Messages) -> str:
        try:
            return own(messages)
        except Exception as error:  # noqa: BLE001 - see above
            log.warning("the chat template fails on this conversation (%s); it is sent in plain form", type(error).__name__)
            return _plain(messages)

    return ChatTemplate(render, thinks=names_thoughts(text), harmony="<|channel|>" in text)


def unfinished_thought(content: str) -> tuple[str, str]:
    """The opening mark and the rest of an answer that ran out in its thought; ("", ``content``) for another one."""
    start = content.lstrip()
    for mark, closer in MARKS.items():
        if start.startswith(mark) and closer not in start:
            return mark, start[len(mark) :]
    return "", content


def continued(prompt: str, content: str, *, thought: str, harmony: bool) -> str:
    """``prompt``, which ends where the assistant speaks, and the beginning of what it says. ``thought``: the model's mark, where
    ``content`` is an unfinished thought."""
    opened = opened_by(prompt)
    if thought:
        return prompt + ("" if opened else ANALYSIS if harmony else thought) + content
    if opened in MARKS:
        prompt += f"\n{MARKS[opened]}\n\n"
    return prompt + (FINAL if harmony else "") + content


def _plain(messages: Messages) -> str:
    """The system text, then "User: ..." and "Assistant: ..." lines."""
    lines = []
    for message in messages:
        speaker = {"user": f"{_USER}: ", "assistant": f"{_ASSISTANT}: "}.get(message["role"], "")
        lines.append(speaker + message["content"])
    return "\n\n".join([*lines, f"{_ASSISTANT}:"])


def _system_in_first_question(messages: Messages) -> Messages:
    system = "\n\n".join(message["content"] for message in messages if message["role"] == "system")
    rest = [dict(message) for message in messages if message["role"] != "system"]
    if system and rest:
        rest[0]["content"] = f"{system}\n\n{rest[0]['content']}"
    return rest
