# SPDX-License-Identifier: Apache-2.0
"""Build the installers of one system, from pinned parts, and try them.

    python packaging/build.py windows|linux|macos [--light] [--older] [--out dist] [--only STEP]...

Each step stands in a file of its own in ``building/``; the tree they make is described in ``building/recipe.py``. What is made on the way
lies in ``build/installers``, downloads by their hash in ``~/.cache/inkstone-build`` (or INKSTONE_BUILD_CACHE).
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from pathlib import Path

from building.recipe import ROOT, BuildError, Step, plan

# Step -> systems it belongs to (all when empty) and where it stands, as module:function.
STEPS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("runtime", ("windows",), "building.runtime_windows:add"),
    ("runtime", ("linux",), "building.runtime_linux:add"),
    ("runtime", ("macos",), "building.macos:add_runtime"),
    ("older", ("linux",), "building.older_python:add"),
    ("packages", (), "building.wheels:add"),
    ("llama", (), "building.llama:add"),
    ("program", (), "building.program:add"),
    ("models", (), "building.models:add"),
    ("launcher", ("windows",), "building.launcher_windows:add"),
    ("launcher", ("linux",), "building.launcher_linux:add"),
    ("launcher", ("macos",), "building.macos:add_launcher"),
    ("publisher", (), "building.signature:add_key"),
    ("prune", (), "building.prune:prune"),
    ("sign", ("windows",), "building.windows_sign:sign_tree"),
    ("notices", (), "building.notices:add"),
    ("sbom", (), "building.sbom:add"),
    ("bytecode", (), "building.bytecode:add"),
    ("manifest", (), "building.manifest:add"),
    ("smoke", (), "building.smoke:try_tree"),
    ("zip", ("windows",), "building.windows_zip:pack"),
    ("setup", ("windows",), "building.windows_setup:pack"),
    ("deb", ("linux",), "building.debian:pack"),
    ("rpm", ("linux",), "building.rpm:pack"),
    ("archive", ("linux",), "building.linux_archive:pack"),
    ("dmg", ("macos",), "building.macos:pack"),
    ("checksums", (), "building.checksums:add"),
    ("signature", (), "building.signature:sign"),
)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Build the installers of one system.")
    parser.add_argument("system", choices=("windows", "linux", "macos"))
    parser.add_argument("--light", action="store_true", help="with the light embedding model only")
    parser.add_argument("--older", action="store_true", help="of Linux: for glibc 2.28 and newer, with an older Qt")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where the installers are put (dist)")
    parser.add_argument(
        "--only", action="append", default=[], metavar="STEP", help="take this step alone, on the tree that is there"
    )
    chosen = parser.parse_args(arguments)
    if chosen.older and chosen.system != "linux":
        parser.error("--older is a variant of linux alone.")
    build = plan(chosen.system, light=chosen.light, out=chosen.out.resolve(), older=chosen.older)
    for name, systems, place in STEPS:
        if (systems and build.system not in systems) or (chosen.only and name not in chosen.only):
            continue
        begun = time.monotonic()
        print(f"== {name}", flush=True)
        try:
            _function(place)(build)
        except BuildError as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 1
        print(f"   {time.monotonic() - begun:.0f} s", flush=True)
    return 0


def _function(place: str) -> Step:
    module, function = place.split(":")
    step: Step = getattr(importlib.import_module(module), function)
    return step


if __name__ == "__main__":
    sys.exit(main())
