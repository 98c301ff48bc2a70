# SPDX-License-Identifier: Apache-2.0
"""Answers and conversations as files: Markdown, web page, Word, PDF.

    turns -> contents (plain data, all words in the language in force) -> to_markdown | to_html | to_docx | to_pdf -> a file

Each file stands alone: it names no address and loads nothing. The letters of quotes are those of the source in every format.
"""
