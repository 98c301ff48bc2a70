# SPDX-License-Identifier: Apache-2.0
"""What it takes to make a model's graph: built from its numbers, and traced by torch, in turns.

    python -m tests.benchmarks conversion_cost

The light model, the default one as a plain folder, and one of bge-base's size with random weights. Each conversion is a process of its
own: seconds of processor time, imports included, and the most memory it had. Needs the extra ``torch``. Wanted: less of both.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from desktop_app.embedding.backends import default_model, light_model
from desktop_app.modelfiles.safetensors import write_safetensors

TURNS = 3
_CONVERT = """
import resource, sys
from pathlib import Path
from desktop_app.foundation import offline
offline.seal()
from desktop_app.embedding.backends.{module} import convert
from desktop_app.modelfiles.embedding_folder import inspect
convert(inspect(Path(sys.argv[1])))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""
_WAYS = {"built": "conversion", "traced": "traced_conversion"}


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="inkstone-") as place:
        os.environ["INKSTONE_HOME"] = place
        models = {"all-MiniLM-L6-v2": light_model.folder()}
        if default_model.is_there():
            models["multilingual-e5-small"] = default_model.plain_folder(default_model.folder())
        models["as large as bge-base"] = _large(Path(place) / "bge-base")
        print(f"{'model':<24}{'way':<8}{'CPU s':>8}{'memory':>10}")
        for name, folder in models.items():
            runs: dict[str, list[tuple[float, float]]] = {way: [] for way in _WAYS}
            for _ in range(TURNS):
                for way, module in _WAYS.items():
                    runs[way].append(_measured(folder, module))
            for way, taken in runs.items():
                seconds, memory = (statistics.median(one) for one in zip(*taken, strict=True))
                print(f"{name:<24}{way:<8}{seconds:>8.1f}{memory / 1e6:>7.0f} MB", flush=True)


def _measured(folder: Path, module: str) -> tuple[float, float]:
    """Seconds of processor time and bytes of memory of one conversion."""
    import resource

    home = tempfile.mkdtemp(prefix="inkstone-home-")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        done = subprocess.run(
            [sys.executable, "-c", _CONVERT.format(module=module), str(folder)],
            env={**os.environ, "INKSTONE_HOME": home},
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        shutil.rmtree(home, ignore_errors=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, float(done.stdout.split()[-1])


def _large(folder: Path) -> Path:
    """A BERT of 12 layers and 768 numbers with random weights, and the light model's words."""
    folder.mkdir()
    source = light_model.folder()
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(source / name, folder / name)
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    wide, inner = 768, 3072
    config |= {"hidden_size": wide, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": inner}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (config["vocab_size"], wide),
        "embeddings.position_embeddings.weight": (config["max_position_embeddings"], wide),
        "embeddings.token_type_embeddings.weight": (2, wide),
        "embeddings.LayerNorm.weight": (wide,),
        "embeddings.LayerNorm.bias": (wide,),
        "pooler.dense.weight": (wide, wide),
        "pooler.dense.bias": (wide,),
    }
    for number in range(12):
        layer = f"encoder.layer.{number}"
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            shapes |= {f"{layer}.{part}.weight": (wide, wide), f"{layer}.{part}.bias": (wide,)}
        shapes |= {f"{layer}.intermediate.dense.weight": (inner, wide), f"{layer}.intermediate.dense.bias": (inner,)}
        shapes |= {f"{layer}.output.dense.weight": (wide, inner), f"{layer}.output.dense.bias": (wide,)}
        for norm in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes |= {f"{layer}.{norm}.weight": (wide,), f"{layer}.{norm}.bias": (wide,)}
    numbers = np.random.default_rng(1)
    write_safetensors(
        folder / "model.safetensors",
        {name: numbers.normal(scale=0.04, size=shape).astype(np.float32) for name, shape in shapes.items()},
    )
    return folder


if __name__ == "__main__":
    main()
