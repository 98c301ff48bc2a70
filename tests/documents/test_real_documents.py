# SPDX-License-Identifier: Apache-2.0
"""Files that nobody on this project wrote: every one ends with text or a reason, through the real reader processes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from desktop_app.contract.document import REASONS, Document, UnreadableDocument
from desktop_app.documents.process import registry
from desktop_app.documents.process.pool import ReaderPool
from desktop_app.documents.text.splitting import estimate_tokens, split
from desktop_app.foundation.cancellation import Cancellation

# What a look at each file showed to be true.
EXPECTED = {
    "testEXCEL_protected_passtika.xlsx": "password",
    "libreoffice-writer-password.pdf": "password",
    "moby.zip": "unknown_format",  # packed by methods of 1990 that nothing unpacks today
    "gbk.zip": "empty",
    "testEXCEL_95.xls": "no_text",
    "pictures.ppt": "no_text",
}
# The table is printed by pytest -s.
LEAST_SHARE = 0.8


@pytest.mark.slow
def test_every_file_ends_with_text_or_a_reason(shared: Path) -> None:
    paths = sorted(path for path in (shared / "data/documents").rglob("*") if path.is_file())
    pool = ReaderPool(2)

    def read(path: Path) -> Document | UnreadableDocument:
        try:
            return pool.read(str(path), Cancellation())
        except UnreadableDocument as error:
            return error

    try:
        with ThreadPoolExecutor(3) as threads:
            results = dict(zip(paths, threads.map(read, paths), strict=True))
    finally:
        pool.close()
    for path, result in results.items():
        if isinstance(result, UnreadableDocument):
            assert result.reason in REASONS, path.name
            assert result.reason not in ("crashed", "timed_out", "unreadable"), (path.name, result)
            assert registry.readable(path) or result.reason in ("unknown_format", "password"), (path.name, result)
        else:
            chunks = split(result, count_tokens=estimate_tokens, max_tokens=200)
            assert max(estimate_tokens([chunk.text for chunk in chunks])) <= 200
            assert "".join("".join(chunk.text.split()) for chunk in chunks) == "".join(
                "".join(segment.text.split()) for segment in result.segments
            )
    reasons = {path.name: result.reason for path, result in results.items() if isinstance(result, UnreadableDocument)}
    for name, reason in EXPECTED.items():
        if any(path.name == name for path in paths):
            assert reasons.get(name) == reason, name
    for path, result in results.items():
        print(f"{path.name:44} {outcome(result)}")
    read_share = sum(isinstance(result, Document) for result in results.values()) / len(results)
    print(f"{len(results)} files, {read_share:.1%} gave text")
    assert read_share >= LEAST_SHARE


def outcome(result: Document | UnreadableDocument) -> str:
    if isinstance(result, UnreadableDocument):
        return f"no text: {result.reason} {result.detail}"
    return f"{len(result.segments)} segments {result.partial} {result.detail}"
