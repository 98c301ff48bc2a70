# SPDX-License-Identifier: Apache-2.0
"""The protocol of the model process, in the words of ``ipc.message``.

    engine                                             model process
    Load / Warm / Generate / Count / Describe     ->   or LoadEmbedder / Embed / Count, in a process that makes vectors
                                                  <-   any number of Progress, Piece
                                                  <-   Loaded, Warmed, Generated, Counted, Described, EmbedderLoaded or Embedded

Progress counts per cent of a load, and prompt tokens of a generation that were not in the cache; without figures it comes at most once a
second from inside the computation: a prompt of some minutes on a slow PC has not stalled.

Loading, generating and embedding wait for each other in order; counting and cancelling are answered at once, also in the middle of a
generation.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from desktop_app.ipc.message import Cancel, ErrorReply, PartialReply, Progress, Reply, Request


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """``role``: "system", "user" or "assistant"."""

    role: str
    content: str


class BuildInfo(msgspec.Struct, frozen=True):
    """What llama.cpp was built with. ``features``: those switched on ("AVX2", "FMA", ...); ``gpu``: it can use one; ``system``: its own
    line."""

    version: str
    features: list[str]
    gpu: bool
    system: str


class Load(Request, frozen=True):
    """``context`` in tokens; ``gpu``: use one when the library can."""

    path: str
    context: int
    gpu: bool = True


class Generate(Request, frozen=True):
    """A last message of the assistant is continued. ``temperature`` 0 takes the likeliest token. ``stops``: texts that end the answer and
    are not part of it. ``grammar``: GBNF that the answer keeps to, "" for none."""

    messages: list[ChatMessage]
    max_tokens: int
    temperature: float = 0.0
    seed: int = 0
    stops: list[str] = []
    grammar: str = ""


class Warm(Request, frozen=True):
    """Read the beginning that the next prompts share, so that it is in the KV cache. -> Warmed"""

    messages: list[ChatMessage]


class Count(Request, frozen=True):
    """Tokens of each text; with ``messages`` also those of the whole prompt they make."""

    texts: list[str] = []
    messages: list[ChatMessage] = []


class LoadEmbedder(Request, frozen=True):
    """``pooling``: "mean", "cls" or "last"; ``width``: the longest text in tokens, special ones included."""

    path: str
    pooling: str
    width: int
    gpu: bool = True


class Embed(Request, frozen=True):
    """Make a vector of each text. -> Embedded"""

    texts: list[str]


class Describe(Request, frozen=True):
    """Say what llama.cpp was built with."""


class TextPiece(PartialReply, frozen=True):
    """``thought``: of what the model writes for itself before it answers. ``retracts``: ``text`` is all that came as the answer so far, and
    was a thought; the answer begins anew."""

    text: str
    thought: bool = False
    retracts: bool = False


class Warmed(Reply, frozen=True):
    """``tokens`` were read in ``seconds``."""

    tokens: int
    seconds: float


class Loaded(Reply, frozen=True):
    """``context`` as llama.cpp rounded it; ``gpu``: layers run there."""

    context: int
    gpu: bool
    build: BuildInfo


class Generated(Reply, frozen=True):
    """``finish``: "stop", "length", "loop" or "cancelled"; ``in_thought``: that came in the middle of a thought. ``reused`` of the prompt's
    tokens were still in the cache; the others were read in ``read_seconds``; ``tokens`` were written in ``write_seconds``."""

    finish: str
    prompt_tokens: int
    reused: int
    tokens: int
    in_thought: bool = False
    read_seconds: float = 0.0
    write_seconds: float = 0.0


class Counted(Reply, frozen=True):
    """Tokens: ``counts`` a text, ``prompt`` of the whole conversation."""

    counts: list[int]
    prompt: int = 0


class EmbedderLoaded(Reply, frozen=True):
    """``width`` as the model allows it; ``special``: tokens that are put around every text."""

    dimension: int
    width: int
    special: int
    gpu: bool
    build: BuildInfo


class Embedded(Reply, frozen=True):
    """A vector a text, in order: float32, little-endian, not normalised."""

    vectors: list[bytes]


class Described(Reply, frozen=True):
    """The end of ``Describe``."""

    build: BuildInfo


AnyRequest = Load | Warm | Generate | Count | LoadEmbedder | Embed | Describe | Cancel
request_decoder: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)
AnyReply = Progress | TextPiece | Loaded | Warmed | Generated | Counted | EmbedderLoaded | Embedded | Described | ErrorReply
reply_decoder: msgspec.json.Decoder[AnyReply] = msgspec.json.Decoder(AnyReply)
