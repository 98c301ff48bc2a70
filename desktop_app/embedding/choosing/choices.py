# SPDX-License-Identifier: Apache-2.0
"""The measured backends of this machine, and the chosen one a model.

Kept in ``embedding-choices.json`` in the home folder. Valid for one machine only: processor, cores, its features, versions of the
packages that compute, how graphs are made and timed, and the environment variables that change what is used. A home folder on a
stick, or a new version, is measured anew.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import msgspec

from desktop_app.contract.measuring_process import Row
from desktop_app.embedding.backends import graphs
from desktop_app.embedding.seam.embedder import BACKENDS, backends_here
from desktop_app.foundation import hardware, paths, private
from desktop_app.foundation.package_versions import versions

log = logging.getLogger(__name__)

# Two rates this near are equal: repeated measurements of one backend differ by as much.
_EQUAL = 0.95
# Of the fastest one's rate: what was slower than that is slower. A program that takes the cores while a candidate is timed halves its rate.
_NEAR = 0.4
# Of torch's rate counts: its import takes five to eight seconds at every start, and 150 MB. With ``_EQUAL`` it must be a third faster.
_TORCH = 0.8
_NAME = "embedding-choices.json"
_TIMING = "2"  # changes with how backends are timed and chosen. 2: within one measurement, what came near twice
_PACKAGES = ("openvino", "torch", "transformers", "sentence-transformers", "tokenizers")
_ENVIRONMENT = (
    "ONEDNN_MAX_CPU_ISA",
    "DNNL_MAX_CPU_ISA",
    "ONEDNN_DEFAULT_FPMATH_MODE",
    "ATEN_CPU_CAPABILITY",
    "MKL_ENABLE_INSTRUCTIONS",
    "OMP_NUM_THREADS",
    "OV_CPU_MAX_ISA",
)


class Choice(msgspec.Struct, frozen=True):
    """``own``: measured on the user's own texts. ``left``: what was still to be measured when the program ended; until that is done
    ``backend`` is the fastest so far, and not used."""

    backend: str
    rows: tuple[Row, ...]
    own: bool = False
    left: tuple[str, ...] = ()


class _MachineChoices(msgspec.Struct):
    about: dict[str, str]
    models: dict[str, Choice] = {}


class _File(msgspec.Struct):
    format: int = 1
    machines: dict[str, _MachineChoices] = {}


def best(rows: Iterable[Row]) -> str:
    """The fastest backend that agrees with f32, "" when there is none; of equally fast ones the first of ``BACKENDS``. The rows
    are of one measurement: rates of two differ by whatever else the machine did."""
    rates = {row.backend: row.rate * (_TORCH if row.backend.startswith("torch-") else 1.0) for row in rows if row.allowed}
    fastest = max(rates.values(), default=0.0)
    return min((backend for backend, rate in rates.items() if rate >= _EQUAL * fastest), key=BACKENDS.index, default="")


def near(rows: Iterable[Row]) -> set[str]:
    """Of the backends that agree with f32, those that came near the fastest one: any of them may be the fastest."""
    rates = {row.backend: row.rate for row in rows if row.allowed}
    least = _NEAR * max(rates.values(), default=0.0)
    return {backend for backend, rate in rates.items() if rate >= least}


def worth_another_look(choice: Choice) -> list[str]:
    """What to measure once more on a user's own texts: the chosen backend, and those that may be faster after all. Nothing when
    the chosen one is exact. torch in f32 takes seconds to load and is not faster than OpenVINO."""
    if choice.backend.endswith("-f32") and not choice.left:
        return []
    untried = set(backends_here()) - {row.backend for row in choice.rows}
    return sorted({choice.backend} | (near(choice.rows) - {"torch-f32"}) | untried, key=BACKENDS.index)


def merged(older: Sequence[Row], newer: Sequence[Row]) -> tuple[Row, ...]:
    """The rows of a later measurement, and those of an earlier one that it did not repeat, in the order of ``BACKENDS``."""
    rows = {row.backend: row for row in (*older, *newer)}
    return tuple(sorted(rows.values(), key=lambda row: BACKENDS.index(row.backend)))


def load(fingerprint: str) -> Choice | None:
    """What was chosen in this home, or else by the set-up."""
    for file in (_file(), paths.prepared() / _NAME):
        machine = _read(file).machines.get(_machine())
        choice = machine.models.get(fingerprint) if machine else None
        if choice and choice.backend in BACKENDS:
            return choice
    return None


def rate(fingerprint: str, backend: str) -> float:
    """Texts a second of a backend when it was measured on this machine; 0.0 where it was not."""
    choice = load(fingerprint)
    return next((row.rate for row in choice.rows if row.backend == backend), 0.0) if choice else 0.0


def store(fingerprint: str, choice: Choice) -> None:
    """Remember; a disk that takes no more only costs another measurement later."""
    content = _read(_file())
    content.machines.setdefault(_machine(), _MachineChoices(_about())).models[fingerprint] = choice
    try:
        private.replace_file(_file(), msgspec.json.format(msgspec.json.encode(content), indent=1))
    except OSError as error:
        log.warning("the chosen embedding backend is not remembered: %s", error)


def _file() -> Path:
    return paths.home() / _NAME


def _read(file: Path) -> _File:
    try:
        content = msgspec.json.decode(file.read_bytes(), type=_File)
    except FileNotFoundError:
        return _File()
    except (OSError, msgspec.MsgspecError, ValueError) as error:
        log.warning("the chosen embedding backends are not readable: %s", error)
        return _File()
    return content if content.format == 1 else _File()


def _machine() -> str:
    encoded = msgspec.json.encode(sorted(_about().items()))
    return hashlib.blake2b(encoded, digest_size=8).hexdigest()


@cache
def _packages() -> dict[str, str]:
    return versions(_PACKAGES)


def _about() -> dict[str, str]:
    machine = hardware.detect()
    about = {"processor": machine.processor, "cores": str(machine.cores), "features": " ".join(machine.cpu_features)}
    about |= {"graphs": str(graphs.FORMAT), "timing": _TIMING}
    return {**about, **_packages(), **{name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}}
