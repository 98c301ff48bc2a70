# SPDX-License-Identifier: Apache-2.0
"""Write SBOM.cdx.json: the parts of the tree for machines, in CycloneDX 1.6.

Python packages with the hash of the wheel they came from, Debian's with that of their package, and what lies inside of them. Time and serial
number follow from the commit and the content, so that two builds give the same file.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from third_party_notices import Package

from building import notices, wheels
from building.recipe import Build

NAME = "SBOM.cdx.json"


def add(build: Build) -> None:
    """The step."""
    (build.tree / NAME).write_text(json.dumps(bill(build), indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def bill(build: Build) -> dict[str, Any]:
    """The bill of materials."""
    hashes = {pin.name: pin.sha256 for pin in wheels.pins(build)}
    python = [_component(one, f"pkg:pypi/{one.name}@{one.version}", hashes.get(one.name)) for one in notices.packages(build)]
    components = [*python, *_runtime(build), *_inside(build)]
    content = json.dumps(components, sort_keys=True)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, content)}",
        "version": 1,
        "metadata": {
            "timestamp": dt.datetime.fromtimestamp(build.epoch, dt.UTC).isoformat().replace("+00:00", "Z"),
            "component": {
                "type": "application",
                "bom-ref": "inkstone",
                "name": "Inkstone",
                "version": build.version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "properties": [
                    {"name": "inkstone:system", "value": build.system},
                    {"name": "inkstone:light", "value": str(build.light).lower()},
                ],
            },
        },
        "components": components,
        "dependencies": [{"ref": "inkstone", "dependsOn": [one["bom-ref"] for one in components]}],
    }


def _component(package: Package, purl: str, sha256: str | None) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "library", "bom-ref": purl, "name": package.name, "version": package.version, "purl": purl}
    if sha256 is not None:
        made["hashes"] = [{"alg": "SHA-256", "content": sha256}]
    if package.licence:
        made["licenses"] = [{"expression": package.licence}]
    if package.address:
        made["externalReferences"] = [{"type": "website", "url": package.address}]
    return made


def _runtime(build: Build) -> list[dict[str, Any]]:
    """Python, or Debian's packages; those name their licences in Debian's words, which are no SPDX expressions."""
    from building import runtime_linux

    locked = runtime_linux.locked(runtime_linux.lock_file(build)) if build.system == "linux" else []
    # Of a source package the .dsc, which names the hashes of the others.
    pinned = {package.name: package for package in locked if package.group != "source" or package.path.endswith(".dsc")}
    made = []
    for one in notices.runtime(build):
        debian = pinned.get(one.name)
        if debian is None:
            made.append(_component(one, f"pkg:generic/{one.name}@{one.version}", None))
        else:
            purl = f"pkg:deb/debian/{one.name}@{one.version.replace('+', '%2B').replace(':', '%3A')}?arch={'source' if debian.group == 'source' else 'amd64'}"
            made.append({**_component(one, purl, debian.sha256), "licenses": [{"license": {"name": one.licence}}]})
    return made


def _inside(build: Build) -> list[dict[str, Any]]:
    return [
        {
            "type": "machine-learning-model" if "models" in one.globs[0] else "library",
            "bom-ref": f"inside:{one.what}",
            "name": one.what,
            "licenses": [{"license": {"name": one.licence}}],
            "description": one.where,
        }
        for one in notices.inside(build)
    ]
