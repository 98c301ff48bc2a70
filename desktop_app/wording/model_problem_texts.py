# SPDX-License-Identifier: Apache-2.0
"""Texts about models: why one cannot be used, notes, speed."""

from __future__ import annotations

from desktop_app.foundation.translation import tr, tr_noop, translate


def note(code: str, dimension: int) -> str:
    """What to know of a model (``ModelEntry.notes``), "" for an unknown code; ``dimension`` is the length of an embedding model's vectors."""
    return translate(_NOTES.get(code, "")).format(count=f"{dimension:,}")


def speed(reads: float, writes: float) -> str:
    """How fast a language model reads and writes, both in tokens a second, 0 where not measured; "" where neither was."""
    if reads and writes:
        return tr("reads {reads}, writes {writes} tokens/s", reads=_figure(reads), writes=_figure(writes))
    if reads:
        return tr("reads {reads} tokens/s", reads=_figure(reads))
    return tr("writes {writes} tokens/s", writes=_figure(writes)) if writes else ""


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


# code -> (what happened, what to do); a part of ``problem_texts.PROBLEMS``
MODEL_PROBLEMS: dict[str, tuple[str, str]] = {
    "embedding_missing": (
        tr_noop("The embedding model “{path}” was not found."),
        tr_noop("Choose another one, or use the bundled model."),
    ),
    "embedding_not_a_model": (
        tr_noop("“{path}” is not an embedding model."),
        tr_noop("Choose a folder that holds config.json, a tokenizer, and model.safetensors or model.onnx."),
    ),
    "embedding_pickled": (
        tr_noop("The embedding model “{path}” has only pickled weights, which can run foreign code; it was not loaded."),
        tr_noop("Use a version with model.safetensors."),
    ),
    "embedding_remote_code": (
        tr_noop("The embedding model “{path}” brings program code of its own, which is never run; it was not loaded."),
        tr_noop("Choose a model made of standard sentence-transformers modules."),
    ),
    "embedding_truncated": (
        tr_noop("The embedding model “{path}” is cut off ({found} of {expected} bytes)."),
        tr_noop("Copy or download it again."),
    ),
    "embedding_unsupported": (
        tr_noop("“{path}” is not a model that Inkstone can compare meanings with ({detail})."),
        tr_noop("Choose an embedding model for text; models that rank, classify or look at pictures have other names."),
    ),
    "embedding_is_llm": (
        tr_noop("“{path}” is a language model: it writes, but does not compare meanings."),
        tr_noop("Choose it for writing the answers, and an embedding model here."),
    ),
    "embedding_no_tokenizer": (
        tr_noop("The embedding model “{path}” has no tokenizer, without which it cannot read text."),
        tr_noop("Copy its tokenizer.json or vocab.txt into the folder as well."),
    ),
    "embedding_no_dimension": (
        tr_noop("The embedding model “{path}” does not say how long its vectors are."),
        tr_noop("Its config.json is incomplete: copy or download the model again."),
    ),
    "embedding_vocabulary": (
        tr_noop("In the embedding model “{path}” the tokenizer knows {tokens} words, but the weights only {rows}."),
        tr_noop("The files of two models were mixed: copy or download it again."),
    ),
    "embedding_cut": (
        tr_noop("The vectors of “{path}” have {dimension} numbers; {asked} of them cannot be kept."),
        tr_noop("Choose a smaller number after the @, or none."),
    ),
    "embedding_does_not_fit": (
        tr_noop("The embedding model “{path}” needs about {needed}; this PC has {available}."),
        tr_noop("Choose a smaller one, or use the bundled model."),
    ),
    "embedding_crashed": (
        tr_noop("The embedding model “{path}” ended unexpectedly ({detail})."),
        tr_noop("What was indexed is kept and search by words works. Try again, or choose another embedding model."),
    ),
    "embedding_stalled": (
        tr_noop("The embedding model “{path}” gave no sign of life for {seconds} seconds and was stopped."),
        tr_noop("What was indexed is kept and search by words works. Try again, or choose a smaller embedding model."),
    ),
    "embedding_memory": (
        tr_noop(
            "There is not enough free memory to prepare “{path}” while the present embedding model answers: {needed} are needed, {available} are free."
        ),
        tr_noop("Close other programs and start reading again; until then the present model stays in use."),
    ),
    "embedding_architecture": (
        tr_noop("Inkstone cannot run embedding models of the kind of “{path}” ({detail})."),
        tr_noop(
            "Choose one of BERT's kind (BGE, E5, GTE, M3E, text2vec, MiniLM, MPNet), or this one as a GGUF file or with a file onnx/model.onnx."
        ),
    ),
    "embedding_failed": (
        tr_noop("The embedding model “{path}” could not be loaded ({detail})."),
        tr_noop("Search by words still works. Choose another model, or use the bundled one."),
    ),
    "reranker_missing": (tr_noop("The reranker “{path}” was not found."), tr_noop("Choose another one, or none.")),
    "reranker_not_a_model": (
        tr_noop("“{path}” is not a reranker."),
        tr_noop("Choose a cross-encoder folder with config.json, tokenizer.json and model.safetensors, or none."),
    ),
    "reranker_pickled": (
        tr_noop("The reranker “{path}” has only pickled weights, which can run foreign code; it was not loaded."),
        tr_noop("Use a version with model.safetensors."),
    ),
    "reranker_remote_code": (
        tr_noop("The reranker “{path}” brings program code of its own, which is never run; it was not loaded."),
        tr_noop("Choose another one, or none."),
    ),
    "reranker_architecture": (
        tr_noop("Inkstone cannot run rerankers of the kind of “{path}” ({detail})."),
        tr_noop("Choose one of BERT's or XLM-RoBERTa's kind, such as BGE's rerankers, or none."),
    ),
    "reranker_failed": (
        tr_noop("The reranker “{path}” could not be loaded ({detail})."),
        tr_noop("Choose another one, or none."),
    ),
    "checker_not_a_model": (
        tr_noop("“{path}” is not a complete checking model."),
        tr_noop("It needs config.json, tokenizer.json, and model.safetensors or model.onnx."),
    ),
    "checker_pickled": (
        tr_noop("The checking model “{path}” has only pickled weights, which can run foreign code; it was not loaded."),
        tr_noop("Use a version with model.safetensors or model.onnx."),
    ),
    "checker_remote_code": (
        tr_noop("The checking model “{path}” brings program code of its own, which is never run; it was not loaded."),
        tr_noop("Written answers are checked by the program itself."),
    ),
    "checker_architecture": (
        tr_noop("Inkstone cannot run checking models of the kind of “{path}” ({detail})."),
        tr_noop("Choose one with a file model.onnx, or one of BERT's kind."),
    ),
    "checker_failed": (
        tr_noop("The checking model “{path}” could not be loaded ({detail})."),
        tr_noop("Written answers are checked by the program itself."),
    ),
    "gguf_missing": (
        tr_noop("The model file “{path}” was not found."),
        tr_noop("Choose another one, or go on without a model."),
    ),
    "gguf_not": (tr_noop("“{path}” is not a GGUF file."), tr_noop("Choose a model in GGUF form.")),
    "gguf_truncated": (
        tr_noop("The model file “{path}” is cut off ({found} of {expected} bytes)."),
        tr_noop("Copy or download it again."),
    ),
    "gguf_version": (
        tr_noop("“{path}” has GGUF version {version}, which is not supported."),
        tr_noop("Use a newer conversion of the model."),
    ),
    "gguf_damaged": (
        tr_noop("The model file “{path}” is damaged: what it says about itself makes no sense."),
        tr_noop("Copy or download it again."),
    ),
    "gguf_part_missing": (
        tr_noop("“{path}” belongs to a model in several files, of which “{part}” is missing."),
        tr_noop("Put all of them into one folder, with the names they came with."),
    ),
    "gguf_projector": (
        tr_noop("“{path}” is the part of a model that looks at pictures (mmproj); it does not write."),
        tr_noop("Choose the model that it came with."),
    ),
    "gguf_adapter": (
        tr_noop("“{path}” is an adapter (LoRA), which only changes another model."),
        tr_noop("Choose a whole model, for example one that it was merged into."),
    ),
    "gguf_no_weights": (
        tr_noop("“{path}” holds a vocabulary only, without the weights of a model."),
        tr_noop("Choose a whole model."),
    ),
    "gguf_no_tokenizer": (
        tr_noop("The model file “{path}” has no vocabulary, without which it cannot read text."),
        tr_noop("Use another conversion of the model, or choose another one."),
    ),
    "gguf_other_kind": (
        tr_noop("“{path}” is a model of another kind ({architecture}): it does not write answers."),
        tr_noop("Choose an instruction model for the answers."),
    ),
    "llm_is_encoder": (
        tr_noop("“{path}” is an encoder: it reads text, but does not continue it."),
        tr_noop("Choose an instruction model for the answers."),
    ),
    "llm_is_embedding": (
        tr_noop("“{path}” is an embedding model: it compares meanings, but does not write."),
        tr_noop("Choose it for comparing meanings, and an instruction model for the answers."),
    ),
    "llm_does_not_fit": (
        tr_noop("The language model “{path}” needs about {needed}; this PC has {available}."),
        tr_noop("Choose a smaller model or a stronger quantisation, or answer without a model."),
    ),
    "llm_load_failed": (
        tr_noop("The language model “{path}” could not be loaded ({detail})."),
        tr_noop("Choose another model, or answer without one."),
    ),
    "llm_architecture": (
        tr_noop("The language model “{path}” is of a kind that the llama.cpp of this Inkstone does not know ({architecture})."),
        tr_noop("Choose another model, or a newer Inkstone."),
    ),
    "llm_weights": (
        tr_noop("The language model “{path}” lacks weights, or has them in another shape than its kind needs ({detail})."),
        tr_noop("Copy or download it again, or use another conversion of it."),
    ),
    "llm_number_format": (
        tr_noop(
            "The weights of the language model “{path}” are kept in a way that this llama.cpp does not know (type {detail})."
        ),
        tr_noop("Choose another quantisation of the model, or a newer Inkstone."),
    ),
    "llm_tokenizer": (
        tr_noop("llama.cpp cannot read the vocabulary of the language model “{path}” ({detail})."),
        tr_noop("Use another conversion of the model, or choose another one."),
    ),
    "llm_no_memory": (
        tr_noop("There was not enough free memory to load the language model “{path}”."),
        tr_noop("Close other programs and ask again, or choose a smaller model."),
    ),
    "llm_crashed": (
        tr_noop("The language model “{path}” ended unexpectedly ({detail})."),
        tr_noop("Ask again to start it afresh; if it happens again, choose a smaller or another model."),
    ),
    "llm_stalled": (
        tr_noop("The language model “{path}” gave no sign of life for {seconds} seconds and was stopped."),
        tr_noop("Ask again, or choose a smaller model."),
    ),
    "llm_silent": (
        tr_noop("The language model “{path}” wrote nothing that can be read."),
        tr_noop("Its file is damaged or not meant for answers: copy or download it again, or choose another model."),
    ),
    "llm_library_missing": (
        tr_noop("llama.cpp, which runs language models, is not installed ({detail})."),
        tr_noop("Run the set-up again; answers without a model still work."),
    ),
    "llm_processor": (
        tr_noop("The processor of this PC is too old for llama.cpp, which runs answer models: it lacks SSE4.2."),
        tr_noop("Use Inkstone without an answer model, which quotes your documents; or use another PC."),
    ),
}

_NOTES: dict[str, str] = {
    "no_template": tr_noop("It has no chat template: it is asked in a plain form, and its answers may suffer from it."),
    "mean_pooling": tr_noop("Its files do not say how its vectors are made: the mean over all words is taken."),
    "family_pooling": tr_noop("Its files do not say how its vectors are made: what its family does is taken."),
    "family_prompts": tr_noop("Its files hold no prompts for questions and passages: those of its family are used."),
    "without_avx2": tr_noop("This PC’s processor has no AVX2: answer models run, but more slowly than on newer PCs."),
    "dimension_cut": tr_noop("Its vectors are made to be shortened: the first {count} numbers are kept."),
    "dimension_cut_untrained": tr_noop(
        "The first {count} numbers of its vectors are kept, which it was not trained for: results may be worse."
    ),
}
