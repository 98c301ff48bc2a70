# SPDX-License-Identifier: Apache-2.0
"""What is said of models: why one cannot be used, what to know of one that can, how fast one is. Translated here, used by ``sentences``."""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.foundation.translation import tr
from desktop_app.wording.problem_text import Data, Sentence


def note(code: str, dimension: int) -> str:
    """What a person should know of a model (``ModelEntry.notes``); ``dimension``: how long the vectors of an embedding model are."""
    make = _NOTES.get(code)
    return make(f"{dimension:,}") if make else ""


def speed(reads: float, writes: float) -> str:
    """How fast a language model reads and writes, in tokens a second; "" where it was not measured yet."""
    if reads and writes:
        return tr("reads {reads}, writes {writes} tokens/s", reads=_figure(reads), writes=_figure(writes))
    if reads:
        return tr("reads {reads} tokens/s", reads=_figure(reads))
    return tr("writes {writes} tokens/s", writes=_figure(writes)) if writes else ""


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


MODEL_PROBLEMS: dict[str, Callable[[Data], Sentence]] = {
    "embedding_missing": lambda d: Sentence(
        tr("The embedding model “{path}” was not found.", path=d["path"]), tr("Choose another one, or use the bundled model.")
    ),
    "embedding_not_a_model": lambda d: Sentence(
        tr("“{path}” is not an embedding model.", path=d["path"]),
        tr("Choose a folder that holds config.json, a tokenizer and model.safetensors."),
    ),
    "embedding_pickled": lambda d: Sentence(
        tr(
            "The embedding model “{path}” has only pickled weights, which can run foreign code; it was not loaded.",
            path=d["path"],
        ),
        tr("Use a version with model.safetensors."),
    ),
    "embedding_remote_code": lambda d: Sentence(
        tr(
            "The embedding model “{path}” brings program code of its own, which is never run; it was not loaded.",
            path=d["path"],
        ),
        tr("Choose a model made of standard sentence-transformers modules."),
    ),
    "embedding_truncated": lambda d: Sentence(
        tr(
            "The embedding model “{path}” is cut off ({found} of {expected} bytes).",
            path=d["path"],
            found=d["found"],
            expected=d["expected"],
        ),
        tr("Copy or download it again."),
    ),
    "embedding_unsupported": lambda d: Sentence(
        tr("“{path}” is not a model that Inkstone can compare meanings with ({detail}).", path=d["path"], detail=d["detail"]),
        tr("Choose an embedding model for text; models that rank, classify or look at pictures have other names."),
    ),
    "embedding_is_llm": lambda d: Sentence(
        tr("“{path}” is a language model: it writes, but does not compare meanings.", path=d["path"]),
        tr("Choose it for writing the answers, and an embedding model here."),
    ),
    "embedding_no_tokenizer": lambda d: Sentence(
        tr("The embedding model “{path}” has no tokenizer, without which it cannot read text.", path=d["path"]),
        tr("Copy its tokenizer.json or vocab.txt into the folder as well."),
    ),
    "embedding_no_dimension": lambda d: Sentence(
        tr("The embedding model “{path}” does not say how long its vectors are.", path=d["path"]),
        tr("Its config.json is incomplete: copy or download the model again."),
    ),
    "embedding_vocabulary": lambda d: Sentence(
        tr(
            "In the embedding model “{path}” the tokenizer knows {tokens} words, but the weights only {rows}.",
            path=d["path"],
            tokens=d["tokens"],
            rows=d["rows"],
        ),
        tr("The files of two models were mixed: copy or download it again."),
    ),
    "embedding_cut": lambda d: Sentence(
        tr(
            "The vectors of “{path}” have {dimension} numbers; {asked} of them cannot be kept.",
            path=d["path"],
            dimension=d["dimension"],
            asked=d["asked"],
        ),
        tr("Choose a smaller number after the @, or none."),
    ),
    "embedding_does_not_fit": lambda d: Sentence(
        tr(
            "The embedding model “{path}” needs about {needed}; this PC has {available}.",
            path=d["path"],
            needed=d["needed"],
            available=d["available"],
        ),
        tr("Choose a smaller one, or use the bundled model."),
    ),
    "embedding_crashed": lambda d: Sentence(
        tr("The embedding model “{path}” ended unexpectedly ({detail}).", path=d["path"], detail=d["detail"]),
        tr("What was indexed is kept and search by words works. Try again, or choose another embedding model."),
    ),
    "embedding_stalled": lambda d: Sentence(
        tr(
            "The embedding model “{path}” gave no sign of life for {seconds} seconds and was stopped.",
            path=d["path"],
            seconds=d["seconds"],
        ),
        tr("What was indexed is kept and search by words works. Try again, or choose a smaller embedding model."),
    ),
    "embedding_memory": lambda d: Sentence(
        tr(
            "There is not enough free memory to prepare “{path}” while the present embedding model answers: {needed} are needed, "
            "{available} are free.",
            path=d["path"],
            needed=d["needed"],
            available=d["available"],
        ),
        tr("Close other programs and start reading again; until then the present model stays in use."),
    ),
    "embedding_failed": lambda d: Sentence(
        tr("The embedding model “{path}” could not be loaded: {detail}", path=d["path"], detail=d["detail"]),
        tr("Search by words still works. Choose another model, or use the bundled one."),
    ),
    "reranker_missing": lambda d: Sentence(
        tr("The reranker “{path}” was not found.", path=d["path"]), tr("Choose another one, or none.")
    ),
    "reranker_not_a_model": lambda d: Sentence(
        tr("“{path}” is not a reranker.", path=d["path"]),
        tr("Choose a cross-encoder folder with config.json, tokenizer.json and model.safetensors, or none."),
    ),
    "reranker_pickled": lambda d: Sentence(
        tr("The reranker “{path}” has only pickled weights, which can run foreign code; it was not loaded.", path=d["path"]),
        tr("Use a version with model.safetensors."),
    ),
    "reranker_remote_code": lambda d: Sentence(
        tr("The reranker “{path}” brings program code of its own, which is never run; it was not loaded.", path=d["path"]),
        tr("Choose another one, or none."),
    ),
    "reranker_failed": lambda d: Sentence(
        tr("The reranker “{path}” could not be loaded: {detail}", path=d["path"], detail=d["detail"]),
        tr("Choose another one, or none."),
    ),
    "checker_not_a_model": lambda d: Sentence(
        tr("“{path}” is not a complete checking model.", path=d["path"]),
        tr("It needs config.json, tokenizer.json, and model.safetensors or model.onnx."),
    ),
    "checker_pickled": lambda d: Sentence(
        tr(
            "The checking model “{path}” has only pickled weights, which can run foreign code; it was not loaded.",
            path=d["path"],
        ),
        tr("Use a version with model.safetensors or model.onnx."),
    ),
    "checker_remote_code": lambda d: Sentence(
        tr(
            "The checking model “{path}” brings program code of its own, which is never run; it was not loaded.", path=d["path"]
        ),
        tr("Written answers are checked by the program itself."),
    ),
    "checker_failed": lambda d: Sentence(
        tr("The checking model “{path}” could not be loaded: {detail}", path=d["path"], detail=d["detail"]),
        tr("Written answers are checked by the program itself."),
    ),
    "gguf_missing": lambda d: Sentence(
        tr("The model file “{path}” was not found.", path=d["path"]), tr("Choose another one, or go on without a model.")
    ),
    "gguf_not": lambda d: Sentence(tr("“{path}” is not a GGUF file.", path=d["path"]), tr("Choose a model in GGUF form.")),
    "gguf_truncated": lambda d: Sentence(
        tr(
            "The model file “{path}” is cut off ({found} of {expected} bytes).",
            path=d["path"],
            found=d["found"],
            expected=d["expected"],
        ),
        tr("Copy or download it again."),
    ),
    "gguf_version": lambda d: Sentence(
        tr("“{path}” has GGUF version {version}, which is not supported.", path=d["path"], version=d["version"]),
        tr("Use a newer conversion of the model."),
    ),
    "gguf_damaged": lambda d: Sentence(
        tr("The model file “{path}” is damaged: what it says about itself makes no sense.", path=d["path"]),
        tr("Copy or download it again."),
    ),
    "gguf_part_missing": lambda d: Sentence(
        tr("“{path}” belongs to a model in several files, of which “{part}” is missing.", path=d["path"], part=d["part"]),
        tr("Put all of them into one folder, with the names they came with."),
    ),
    "gguf_projector": lambda d: Sentence(
        tr("“{path}” is the part of a model that looks at pictures (mmproj); it does not write.", path=d["path"]),
        tr("Choose the model that it came with."),
    ),
    "gguf_adapter": lambda d: Sentence(
        tr("“{path}” is an adapter (LoRA), which only changes another model.", path=d["path"]),
        tr("Choose a whole model, for example one that it was merged into."),
    ),
    "gguf_no_weights": lambda d: Sentence(
        tr("“{path}” holds a vocabulary only, without the weights of a model.", path=d["path"]), tr("Choose a whole model.")
    ),
    "gguf_no_tokenizer": lambda d: Sentence(
        tr("The model file “{path}” has no vocabulary, without which it cannot read text.", path=d["path"]),
        tr("Use another conversion of the model, or choose another one."),
    ),
    "gguf_other_kind": lambda d: Sentence(
        tr(
            "“{path}” is a model of another kind ({architecture}): it does not write answers.",
            path=d["path"],
            architecture=d["architecture"],
        ),
        tr("Choose an instruction model for the answers."),
    ),
    "llm_is_encoder": lambda d: Sentence(
        tr("“{path}” is an encoder: it reads text, but does not continue it.", path=d["path"]),
        tr("Choose an instruction model for the answers."),
    ),
    "llm_is_embedding": lambda d: Sentence(
        tr("“{path}” is an embedding model: it compares meanings, but does not write.", path=d["path"]),
        tr("Choose it for comparing meanings, and an instruction model for the answers."),
    ),
    "llm_does_not_fit": lambda d: Sentence(
        tr(
            "The language model “{path}” needs about {needed}; this PC has {available}.",
            path=d["path"],
            needed=d["needed"],
            available=d["available"],
        ),
        tr("Choose a smaller model or a stronger quantisation, or answer without a model."),
    ),
    "llm_load_failed": lambda d: Sentence(
        tr("The language model “{path}” could not be loaded: {detail}", path=d["path"], detail=d["detail"]),
        tr("Choose another model, or answer without one."),
    ),
    "llm_architecture": lambda d: Sentence(
        tr(
            "The language model “{path}” is of a kind that the llama.cpp of this Inkstone does not know ({architecture}).",
            path=d["path"],
            architecture=d["architecture"],
        ),
        tr("Choose another model, or a newer Inkstone."),
    ),
    "llm_weights": lambda d: Sentence(
        tr(
            "The language model “{path}” lacks weights, or has them in another shape than its kind needs ({detail}).",
            path=d["path"],
            detail=d["detail"],
        ),
        tr("Copy or download it again, or use another conversion of it."),
    ),
    "llm_number_format": lambda d: Sentence(
        tr(
            "The weights of the language model “{path}” are kept in a way that this llama.cpp does not know (type {detail}).",
            path=d["path"],
            detail=d["detail"],
        ),
        tr("Choose another quantisation of the model, or a newer Inkstone."),
    ),
    "llm_tokenizer": lambda d: Sentence(
        tr(
            "llama.cpp cannot read the vocabulary of the language model “{path}” ({detail}).",
            path=d["path"],
            detail=d["detail"],
        ),
        tr("Use another conversion of the model, or choose another one."),
    ),
    "llm_no_memory": lambda d: Sentence(
        tr("There was not enough free memory to load the language model “{path}”.", path=d["path"]),
        tr("Close other programs and ask again, or choose a smaller model."),
    ),
    "llm_crashed": lambda d: Sentence(
        tr("The language model “{path}” ended unexpectedly ({detail}).", path=d["path"], detail=d["detail"]),
        tr("Ask again to start it afresh; if it happens again, choose a smaller or another model."),
    ),
    "llm_stalled": lambda d: Sentence(
        tr(
            "The language model “{path}” gave no sign of life for {seconds} seconds and was stopped.",
            path=d["path"],
            seconds=d["seconds"],
        ),
        tr("Ask again, or choose a smaller model."),
    ),
    "llm_silent": lambda d: Sentence(
        tr("The language model “{path}” wrote nothing that can be read.", path=d["path"]),
        tr("Its file is damaged or not meant for answers: copy or download it again, or choose another model."),
    ),
    "llm_library_missing": lambda d: Sentence(
        tr("llama.cpp, which runs language models, is not installed ({detail}).", detail=d["detail"]),
        tr("Run the set-up again; answers without a model still work."),
    ),
}

_NOTES: dict[str, Callable[[str], str]] = {
    "no_template": lambda _: tr("It has no chat template: it is asked in a plain form, and its answers may suffer from it."),
    "mean_pooling": lambda _: tr("Its files do not say how its vectors are made: the mean over all words is taken."),
    "family_pooling": lambda _: tr("Its files do not say how its vectors are made: what its family does is taken."),
    "family_prompts": lambda _: tr("Its files hold no prompts for questions and passages: those of its family are used."),
    "dimension_cut": lambda n: tr("Its vectors are made to be shortened: the first {count} numbers are kept.", count=n),
    "dimension_cut_untrained": lambda n: tr(
        "The first {count} numbers of its vectors are kept, which it was not trained for: results may be worse.", count=n
    ),
}
