# SPDX-License-Identifier: Apache-2.0
"""Packs the RPM, with the same files as the .deb.

``packaging/linux/inkstone.spec`` describes it; rpmbuild only packs, it neither strips nor compiles nor looks for dependencies.
"""

from __future__ import annotations

import os
import shutil
import subprocess

from building import linux_files
from building.recipe import Build, BuildError


def pack(build: Build) -> None:
    """The step. Raises ``BuildError``."""
    if shutil.which("rpmbuild") is None:
        raise BuildError("rpmbuild is missing, which packs the .rpm: install the package rpm (or rpm-build).")
    place = build.work / "rpm"
    shutil.rmtree(place, ignore_errors=True)
    root = place / "root"
    linux_files.lay_out(build, root)
    papers = root / "usr" / "share" / "doc" / "inkstone"
    papers.mkdir(parents=True)
    shutil.copyfile(build.tree / "LICENSE", papers / "LICENSE")
    linux_files.settle(root, build.epoch)
    spec = place / "inkstone.spec"
    spec.write_text(linux_files.text_of(build, "inkstone.spec"), encoding="utf-8")
    command = ["rpmbuild", "-bb", "--target", "x86_64", "--buildroot", str(root), "--define", f"_topdir {place}"]
    done = subprocess.run(
        [*command, str(spec)],
        env={**os.environ, "SOURCE_DATE_EPOCH": str(build.epoch), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    made = sorted((place / "RPMS").rglob("*.rpm"))
    if done.returncode or not made:
        raise BuildError(f"rpmbuild failed: {done.stderr.strip()[-2000:]}")
    build.out.mkdir(parents=True, exist_ok=True)
    target = build.out / f"{build.name}.rpm"
    shutil.move(made[0], target)
    shutil.rmtree(place)
    print(f"   {target.name}: {target.stat().st_size / 1e6:.0f} MB")
