# SPDX-License-Identifier: Apache-2.0
"""The offline seal, in processes of their own: its hook cannot be taken out again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
TRIES = """
import json, os, socket, urllib.request
from desktop_app.foundation import offline
before = dict(os.environ)
offline.seal()
offline.seal()  # a second one adds no second hook: attempts are counted once
def refused(call):
    try:
        call()
    except offline.OfflineError:
        return True
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return False
told = {
    "ipv4": refused(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM)),
    "ipv6": refused(lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)),
    "getaddrinfo": refused(lambda: socket.getaddrinfo("localhost", 80)),
    "gethostbyname": refused(lambda: socket.gethostbyname("localhost")),
    "gethostbyname_ex": refused(lambda: socket.gethostbyname_ex("localhost")),
    "gethostbyaddr": refused(lambda: socket.gethostbyaddr("127.0.0.1")),
    "getnameinfo": refused(lambda: socket.getnameinfo(("127.0.0.1", 80), 0)),
    "connection": refused(lambda: socket.create_connection(("127.0.0.1", 9))),
}
told["count"] = offline.refused_attempts()
try:
    urllib.request.urlopen("http://127.0.0.1:9/")
    told["urlopen"] = False
except OSError as error:
    told["urlopen"] = "offline by construction" in str(error)
if hasattr(socket, "AF_UNIX"):
    one, other = socket.socketpair(socket.AF_UNIX)
    one.sendall("砚".encode())
    told["unix"] = other.recv(9).decode()
told["sealed"] = offline.sealed()
told["environment"] = {name: os.environ.get(name) for name in json.loads(os.environ["ASKED"])}
print(json.dumps(told))
"""
# What a user's environment may have switched on.
TALKATIVE = {
    "LANGSMITH_TRACING": "true",
    "LANGCHAIN_TRACING_V2": "true",
    "LANGSMITH_API_KEY": "lsv2-secret",
    "LANGCHAIN_ENDPOINT": "https://api.smith.langchain.com",
    "HF_HUB_OFFLINE": "0",
    "ANONYMIZED_TELEMETRY": "True",
    "HF_TOKEN": "hf_secret",
    "DBUS_SESSION_BUS_ADDRESS": "tcp:host=192.0.2.7,port=55555",
}


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    environment = {**os.environ, **TALKATIVE, "ASKED": json.dumps(list(TALKATIVE))}
    done = subprocess.run([sys.executable, "-c", TRIES], capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


LOOK_UPS = ["ipv4", "ipv6", "getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getnameinfo", "connection"]


@pytest.mark.parametrize("attempt", LOOK_UPS)
def test_internet_sockets_and_look_ups_are_refused(told: dict[str, Any], attempt: str) -> None:
    assert told[attempt] is True


def test_every_attempt_is_counted_once(told: dict[str, Any]) -> None:
    assert told["count"] == len(LOOK_UPS)


def test_a_library_that_asks_for_a_page_gets_the_refusal(told: dict[str, Any]) -> None:
    assert told["urlopen"] is True


@pytest.mark.skipif(sys.platform == "win32", reason="no local sockets in Python on Windows")
def test_local_sockets_pass(told: dict[str, Any]) -> None:
    assert told["unix"] == "砚"


def test_the_users_own_environment_is_overruled(told: dict[str, Any]) -> None:
    assert told["sealed"] is True
    assert told["environment"] == {
        "LANGSMITH_TRACING": "false",
        "LANGCHAIN_TRACING_V2": "false",
        "LANGSMITH_API_KEY": None,
        "LANGCHAIN_ENDPOINT": None,
        "HF_HUB_OFFLINE": "1",
        "ANONYMIZED_TELEMETRY": "False",
        "HF_TOKEN": None,
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/dev/null",  # of the desktop's bus only a local socket is used
    }


def test_the_front_door_seals_before_anything_else() -> None:
    """With tracing switched on outside, the program's own environment says off by the time a command runs."""
    code = (
        "import sys, os; sys.argv = ['inkstone', '--version']\n"
        "from desktop_app import __main__\n"
        "try: __main__.main()\n"
        "except SystemExit: pass\n"
        "from desktop_app.foundation import offline\n"
        "print(offline.sealed(), os.environ['LANGSMITH_TRACING'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env={**os.environ, **TALKATIVE}
    )
    assert done.stdout.splitlines()[-1] == "True false"


@pytest.mark.needs("openvino")
def test_the_telemetry_of_openvino_cannot_be_imported() -> None:
    """Its package is a dependency of openvino's wheel, which does without it when importing it fails."""
    code = (
        "from desktop_app.foundation import offline; offline.seal()\n"
        "try: import openvino_telemetry\n"
        "except ImportError: print('refused')\n"
        "from openvino.tools.ovc import telemetry_utils\n"
        "print(telemetry_utils.tm.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["refused", "openvino.tools.ovc.telemetry_stub"]
