# SPDX-License-Identifier: Apache-2.0
"""Write MANIFEST.toml: every part of the tree with its size, and what was left out and why.

The last step that changes the tree: it also gives all files the time of the commit, so that packers need not.
"""

from __future__ import annotations

import os
import tomllib
from collections import Counter
from pathlib import Path

from building import prune
from building.recipe import ROOT, Build

NAME = "MANIFEST.toml"
_IN_DETAIL = ("packages", "share", "runtime")


def add(build: Build) -> None:
    """The step; prints the parts over ten megabytes."""
    parts = sizes(build.tree)
    (build.tree / NAME).write_text(text(build, parts), encoding="utf-8", newline="\n")
    set_times(build.tree, build.epoch)
    for part, (files, size) in parts.items():
        if size >= 10_000_000:
            print(f"   {size / 1e6:7.1f} MB {files:6d} files  {part}")
    files, size = (sum(one[number] for one in parts.values()) for number in (0, 1))
    print(f"   {size / 1e6:7.1f} MB {files:6d} files  together")


def sizes(tree: Path) -> dict[str, tuple[int, int]]:
    """Part -> number of files, bytes; the largest first. A part is a folder of the tree, of packages and models each one."""
    files: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for path in sorted(tree.rglob("*")):
        if path.is_file() and path != tree / NAME:
            part = _part(path.relative_to(tree))
            files[part] += 1
            size[part] += path.lstat().st_size
    return {part: (files[part], size[part]) for part in sorted(size, key=lambda part: (-size[part], part))}


def _part(inside: Path) -> str:
    parts = inside.parts
    if len(parts) == 1:
        return "papers and starters"
    if parts[0] == "packages":
        # "numpy.libs" holds libraries of numpy, and "numpy-2.4.6.dist-info" its papers.
        name = parts[1].removesuffix(".libs").removesuffix(".dist-info")
        return f"packages/{name.split('-')[0] if parts[1].endswith('.dist-info') else name}"
    return "/".join(parts[: (4 if parts[0] == "share" else 2) if parts[0] in _IN_DETAIL else 1][: len(parts) - 1])


def text(build: Build, parts: dict[str, tuple[int, int]]) -> str:
    """The manifest in TOML."""
    lines = [
        "# What is in this folder, and what was left out; sizes in bytes.",
        f'version = "{build.version}"',
        f'system = "{build.system}"',
        f"light = {str(build.light).lower()}",
        f"made_from_commit_of = {build.epoch}  # seconds since 1970",
        f"files = {sum(files for files, _ in parts.values())}",
        f"size = {sum(size for _, size in parts.values())}",
        "",
    ]
    for part, (files, size) in parts.items():
        lines += ["[[part]]", f"name = {_quoted(part)}", f"files = {files}", f"size = {size}", ""]
    for one in prune.removed(build):
        lines += ["[[removed]]", f"glob = {_quoted(one.glob)}", f"why = {_quoted(one.why)}"]
        lines += [f"files = {one.files}", f"size = {one.size}", ""]
    left_out = tomllib.loads((ROOT / "packaging" / "locks" / "left_out.toml").read_text(encoding="utf-8"))
    for name, why in left_out.items():
        lines += ["[[left_out]]", f"package = {_quoted(name)}", f"why = {_quoted(why)}", ""]
    return "\n".join(lines)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def set_times(tree: Path, epoch: int) -> None:
    """Give everything in the tree one time."""
    for path in (*sorted(tree.rglob("*"), reverse=True), tree):
        os.utime(path, (epoch, epoch))
