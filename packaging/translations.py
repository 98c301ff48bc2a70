# SPDX-License-Identifier: Apache-2.0
"""Collect the texts of the program into the .po files and compile them.

    python packaging/translations.py        (``make translations``)

Run it after a text was added or changed in the source, and again after its translation was written into the ``.po``. It prints what has no
translation yet, and what is marked "fuzzy" because it got plural forms: look at it and take the mark out. Calls are found in the syntax tree, because Babel's own extractor misses those inside f-strings under Python 3.11 (5 of
859). A comment ``# Translators: …`` in the line above a call goes with its text.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "desktop_app"
TRANSLATIONS = ROOT / "resources" / "translations"
FORMS = {"tr": 1, "tr_noop": 1, "trn": 2}  # how many literals each function takes
COMMENT = "# Translators:"


def calls(source: str) -> list[ast.Call]:
    """The calls of the functions that take texts, in the order of the source."""
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    return sorted((call for call in found if call.func.id in FORMS), key=lambda call: (call.lineno, call.col_offset))


def literals(call: ast.Call) -> tuple[str, ...]:
    """The texts of a call. Raises ``ValueError`` where one is not a literal."""
    texts = [node.value for node in call.args[: FORMS[call.func.id]] if isinstance(node, ast.Constant)]
    if len(texts) != FORMS[call.func.id] or not all(isinstance(text, str) for text in texts):
        raise ValueError(f"line {call.lineno}: a text must be a literal, so that it can be collected")
    return tuple(texts)


def collected() -> Catalog:
    """Every text of the program, with the files it stands in."""
    catalog = Catalog()
    for file in sorted(PACKAGE.rglob("*.py")):
        source = file.read_text(encoding="utf-8")
        lines = source.splitlines()
        for call in calls(source):
            above = lines[call.lineno - 2].strip()
            notes = [above.removeprefix(COMMENT).strip()] if above.startswith(COMMENT) else []
            texts = literals(call)
            # Without line numbers, which every edit changes.
            where = [(file.relative_to(ROOT).as_posix(), None)]
            catalog.add(texts if len(texts) > 1 else texts[0], locations=where, auto_comments=notes)
    return catalog


def main() -> int:
    """Returns 1 where a text has no translation."""
    missing = 0
    texts = collected()
    for file in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po")):
        with file.open("rb") as stream:
            catalog = read_po(stream, locale=file.parts[-3])
        catalog.update(texts, no_fuzzy_matching=True, update_creation_date=False)
        for message in catalog:
            message.flags.discard("python-format")  # Babel takes "{percent}% ready" for a placeholder "% r"
        with file.open("wb") as stream:
            write_po(stream, catalog, width=0, ignore_obsolete=True)
        with file.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, catalog)
        for message in catalog:
            if message.id and (message.fuzzy or not message.string or not all(message.string)):
                print(f"{file.parts[-3]}: {'fuzzy' if message.fuzzy else 'no translation'}: {message.id!r}")
                missing += 1
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
