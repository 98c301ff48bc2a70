# SPDX-License-Identifier: Apache-2.0
"""Paths of the home folder, libraries, logs and resources.

``INKSTONE_HOME`` moves all per-user data, ``INKSTONE_PREPARED`` what the set-up made; all other paths are handed in by callers.
"""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path

from desktop_app.foundation import installed, private
from desktop_app.foundation.errors import EnvironmentProblem

_PACKAGE = Path(__file__).resolve().parents[1]
# What a home holds, and may be open to others where an older version made it. Libraries are closed when they are opened.
_CONTENTS = (
    *("settings.toml", "measured.json", "embedding-choices.json", "logs", "logs/*"),
    *("graphs", "graphs/*", "graphs/*/*", "graphs/*/*/*", "libraries"),
)


def home() -> Path:
    """The folder of all per-user data, created on first use.

    Raises ``EnvironmentProblem``: "home_read_only" where it cannot be created or written, "folder_of_others" where others may write to
    it as well.
    """
    chosen = os.environ.get("INKSTONE_HOME")
    path = Path(chosen).expanduser() if chosen else _system_home()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentProblem("home_read_only", path=path) from error
    if not os.access(path, os.W_OK):
        raise EnvironmentProblem("home_read_only", path=path)
    _keep(path)
    return path


@functools.cache
def _keep(path: Path) -> None:
    """Once a process and path: whoever asks for a place below asks for the home."""
    private.keep(path, _CONTENTS)


def _system_home() -> Path:
    here = installed.installation()
    if here is not None and here.portable_home is not None:
        return here.portable_home
    from platformdirs import user_data_path

    return user_data_path("Inkstone", appauthor=False)


def program() -> Path:
    """The folder that holds the whole program: of an installed one what the installer laid out, else the checkout."""
    here = installed.installation()
    return here.root if here is not None else _PACKAGE.parent


def settings_file() -> Path:
    """File of ``foundation.settings``; may not exist yet. Raises ``EnvironmentProblem``: home_read_only, folder_of_others."""
    return home() / "settings.toml"


def same(one: str, other: str) -> bool:
    """Whether two paths as text name one place; links are not followed, and the disk is not looked at."""
    return os.path.normcase(os.path.normpath(one)) == os.path.normcase(os.path.normpath(other))


def default_library() -> Path:
    """The library that is used where no other one is chosen."""
    return home() / "libraries" / "default"


def logs() -> Path:
    """Folder of the log files; may not exist yet."""
    return home() / "logs"


def graphs() -> Path:
    """Embedding models converted for this PC; derived data, made again when lost."""
    return home() / "graphs"


def prepared() -> Path:
    """What the set-up converted and measured on this PC for all its users (``packaging/prepare_embedding.py``); may be absent."""
    chosen = os.environ.get("INKSTONE_PREPARED")
    if chosen:
        return Path(chosen)
    here = installed.installation()
    return (here.root if here is not None else Path(sys.prefix)) / "share" / "inkstone"


def notices() -> Path:
    """Licences of all packages that are installed with the program, as the set-up wrote them; may be absent."""
    return prepared() / "THIRD_PARTY_NOTICES.md"


def paper(name: str) -> Path:
    """LICENSE or CHANGELOG.md: among the resources where the program is installed, beside its package in a checkout."""
    inside = resources() / name
    return inside if inside.is_file() else _PACKAGE.parent / name


def sample_office() -> Path:
    """The sample documents that come with the program."""
    return resources() / "samples" / "办公室 Sample Office"


def sample_questions(language: str) -> list[str]:
    """Questions that the sample office answers, in the order to offer them; mostly in ``language``, one in another."""
    import json

    questions: dict[str, list[str]] = json.loads((resources() / "samples" / "questions.json").read_text(encoding="utf-8"))
    return questions.get(language, questions["en"])


def resources() -> Path:
    """The program's own files: beside the package in a checkout, inside it when installed as a wheel."""
    inside = _PACKAGE / "resources"
    return inside if inside.is_dir() else _PACKAGE.parent / "resources"
