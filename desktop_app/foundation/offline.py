# SPDX-License-Identifier: Apache-2.0
"""Blocks network access by environment variables and a socket guard.

``seal()`` is the first thing each role does, before any heavy import:

1. Environment. Libraries read these at import; later is too late. chromadb sends product telemetry (PostHog), langchain-core
   brings langsmith, which posts every prompt when ``LANGSMITH_TRACING`` is set, huggingface_hub asks the hub for newer files,
   OpenVINO's converter resolves an analytics host, ONNX Runtime uploads events. Each is switched off, also when the user's own
   environment switched it on. OpenVINO's telemetry has no switch, but it does without its package: it cannot be imported.
2. A Python audit hook. It cannot be removed by later code; it refuses internet-family sockets and name look-ups with
   ``OfflineError`` and counts what it refused. Pipes and local (AF_UNIX) sockets pass.

Native code does not pass Python's audit hooks; ``tests/test_offline.py`` therefore repeats the proof under strace.
"""

from __future__ import annotations

import os
import sys
from _socket import AF_INET, AF_INET6  # the plain numbers; ``socket`` itself costs the window 10 ms at start
from typing import Any

_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "TQDM_DISABLE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "CHROMA_TELEMETRY_IMPL": "",
    "OTEL_SDK_DISABLED": "true",
    "LANGSMITH_TRACING": "false",
    "LANGSMITH_TRACING_V2": "false",
    "LANGCHAIN_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    # Since 1.29 ONNX Runtime sends events to Microsoft from native code, where no audit hook sees it; seen under strace.
    "ORT_DISABLE_TELEMETRY": "1",
    "ORT_TELEMETRY_DISABLED": "1",
    "TOKENIZERS_PARALLELISM": "true",  # set, because unset it warns about forks; nothing here forks
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # transformers probes for TensorFlow and Flax and imports them when present.
    "USE_TF": "0",
    "USE_FLAX": "0",
}
_REMOVED = (
    "LANGSMITH_API_KEY",
    "LANGSMITH_ENDPOINT",
    "LANGCHAIN_API_KEY",
    "LANGCHAIN_ENDPOINT",
    "HF_TOKEN",
    "HF_ENDPOINT",
    "CHROMA_SERVER_HOST",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
)
# openvino sends usage through this package, and names its host to the resolver, unless importing it fails.
_NEVER_IMPORTED = ("openvino_telemetry",)
# Where Qt looks for the desktop's message bus (screen readers, the tray): a local socket, unless somebody sends it over the network.
_BUS = "DBUS_SESSION_BUS_ADDRESS"
_INTERNET_FAMILIES = frozenset({int(AF_INET), int(AF_INET6)})
_LOOK_UPS = frozenset(
    {
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.gethostbyaddr",
        "socket.getnameinfo",
    }
)

_refused = 0
_sealed = False


class OfflineError(OSError):
    """A library tried to reach the network. Inkstone never does; the attempt was refused."""


def seal() -> None:
    """Switch the network habits of every library off and refuse internet sockets in this process, for good."""
    global _sealed
    os.environ.update(_ENVIRONMENT)
    for name in _REMOVED:
        os.environ.pop(name, None)
    if "tcp:" in os.environ.get(_BUS, ""):
        os.environ[_BUS] = "unix:path=/dev/null"
    for name in _NEVER_IMPORTED:
        sys.modules[name] = None  # type: ignore[assignment]
    if not _sealed:
        _sealed = True
        # urllib3 tries an IPv6 socket when it is imported, unless Python itself says that there is none.
        for name in ("_socket", "socket"):
            if name in sys.modules:
                sys.modules[name].has_ipv6 = False  # type: ignore[attr-defined]
        sys.addaudithook(_guard)


def sealed() -> bool:
    """Whether ``seal`` was called in this process."""
    return _sealed


def refused_attempts() -> int:
    """How many times something in this process tried to reach the network and was refused."""
    return _refused


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    global _refused
    if not event.startswith("socket."):
        return
    if event in _LOOK_UPS or (event == "socket.__new__" and int(arguments[1]) in _INTERNET_FAMILIES):
        _refused += 1
        raise OfflineError(f"Inkstone is offline by construction: {event} was refused")
