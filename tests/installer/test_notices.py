# SPDX-License-Identifier: Apache-2.0
"""Notices and the bill of materials say what is in the tree, and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from building import notices, sbom
from building.recipe import ROOT, Build, BuildError

from desktop_app.ui.pages.licence_notices import notices_in
from installer.made_trees import build_in, put


def add_package(build: Build, name: str, version: str, licence: str, text: str = "") -> None:
    folder = f"packages/{name.replace('-', '_')}-{version}.dist-info"
    put(
        build, f"{folder}/METADATA", f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nLicense-Expression: {licence}\n"
    )
    if text:
        put(build, f"{folder}/licenses/LICENSE", text)


@pytest.fixture
def build(tmp_path: Path) -> Build:
    made = build_in(tmp_path, "windows")
    add_package(made, "lxml", "6.1.3", "BSD-3-Clause", "Copyright of lxml")
    add_package(made, "PySide6_Essentials", "6.12.0", "LGPL-3.0-only OR GPL-2.0-only")
    put(made, "packages/PySide6/__init__.py")
    put(made, "packages/shapely.libs/geos-1.dll")
    put(made, "runtime/LICENSE.txt", "PSF LICENSE AGREEMENT")
    (made.runtime / "python311.dll").write_bytes(b"x\x00" + "3.11.9".encode("utf-16-le") + b"\x00\x00")
    return made


def test_the_notices_name_what_is_there_with_its_texts(build: Build) -> None:
    notices.add(build)
    page = (build.share / "THIRD_PARTY_NOTICES.md").read_text(encoding="utf-8")
    found = {one.name: one for one in notices_in(page)}  # as the window reads them
    assert found["lxml"].text == "Copyright of lxml"
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in found["pyside6-essentials"].text
    assert (found["python"].version, found["python"].licence) == ("3.11.9", "PSF-2.0")
    assert {"Qt", "GEOS"} <= found.keys()
    assert found.keys().isdisjoint({"FFmpeg", "llama.cpp and ggml", "all-MiniLM-L6-v2, weights and vocabulary"})


def test_what_the_set_up_program_is_made_of_is_named(build: Build) -> None:
    put(build, "Inkstone.exe")
    scripts = [ROOT / "packaging" / "windows" / "setup.nsi", *(ROOT / "packaging" / "windows" / "setup").glob("*.nsh")]
    used = {
        plugin for script in scripts for plugin in re.findall(r"^\s*(\w+)::", script.read_text(encoding="utf-8"), re.MULTILINE)
    }
    (told,) = (one for one in notices.inside(build) if one.what.startswith("NSIS"))
    assert used
    assert all(plugin in told.what for plugin in used)
    assert "CPL-1.0" in told.licence
    assert told.what in [one["name"] for one in sbom.bill(build)["components"]]


def test_a_licence_that_does_not_go_with_ours_ends_the_build(build: Build) -> None:
    add_package(build, "greedy", "1.0", "GPL-3.0-only")
    with pytest.raises(BuildError, match=r"greedy 1\.0: GPL-3\.0-only"):
        notices.add(build)


def test_debian_s_packages_are_named_with_the_licence_of_the_whole(tmp_path: Path) -> None:
    build = build_in(tmp_path)
    text = "Files: *\nCopyright: 1995, Somebody\n and others\nLicense: Zlib\n\nFiles: tests/*\nLicense: GPL-2+\n"
    put(build, "runtime/share/doc/zlib1g/copyright", text)
    (found,) = notices.runtime(build)
    assert (found.name, found.licence, found.texts) == ("zlib1g", "Zlib", (text.strip(),))
    assert found.version
    component = sbom.bill(build)["components"][-1]
    assert component["purl"].startswith("pkg:deb/debian/zlib1g@")
    assert re.fullmatch("[0-9a-f]{64}", component["hashes"][0]["content"])


def test_the_bill_has_what_cyclonedx_asks_for(build: Build) -> None:
    sbom.add(build)
    bill = json.loads((build.tree / "SBOM.cdx.json").read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    assert bill["metadata"]["timestamp"] == "2001-09-09T01:46:40Z"
    components = bill["components"]
    references = [one["bom-ref"] for one in components]
    assert len(set(references)) == len(references) > 0
    assert all(one["type"] in {"library", "machine-learning-model"} and one["name"] for one in components)
    assert all(set(licence) in ({"expression"}, {"license"}) for one in components for licence in one.get("licenses", ()))
    assert bill["dependencies"] == [{"ref": "inkstone", "dependsOn": references}]
    lxml = next(one for one in components if one["name"] == "lxml")
    assert lxml["purl"] == "pkg:pypi/lxml@6.1.3"
    assert re.fullmatch("[0-9a-f]{64}", lxml["hashes"][0]["content"])


def test_the_bill_follows_from_the_content(build: Build) -> None:
    first = sbom.bill(build)
    assert sbom.bill(build) == first
    add_package(build, "msgspec", "0.22.0", "BSD-3-Clause")
    assert sbom.bill(build)["serialNumber"] != first["serialNumber"]
