# SPDX-License-Identifier: Apache-2.0
"""The recipe that tutorials and most peers use, as a command: ``python -m tests.benchmarks.seed_recipe FOLDER STORE``.

PyPDFLoader and TextLoader, RecursiveCharacterTextSplitter (1,000 characters, 200 of overlap, as in LangChain's own tutorial),
``HuggingFaceEmbeddings`` with its defaults, ``Chroma.from_documents``. The model is the one Inkstone carries.
"""

from __future__ import annotations

import sys
from pathlib import Path

from desktop_app.foundation import offline

offline.seal()


def main(folder: Path, store: str) -> None:
    from langchain_chroma import Chroma
    from langchain_community.document_loaders import PyPDFLoader, TextLoader
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    from desktop_app.embedding.backends import light_model

    documents = []
    for path in sorted(folder.iterdir()):
        loader = PyPDFLoader(str(path)) if path.suffix == ".pdf" else TextLoader(str(path), encoding="utf-8")
        documents.extend(loader.load())
    chunks = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(documents)
    embeddings = HuggingFaceEmbeddings(model_name=str(light_model.folder()))
    Chroma.from_documents(chunks, embeddings, persist_directory=store)
    print(len(chunks), sum(len(chunk.page_content) for chunk in chunks))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
