# SPDX-License-Identifier: Apache-2.0
"""Labels of a passage, and how it is quoted elsewhere.

For the window and the command line.
"""

from __future__ import annotations

import re

from desktop_app.analysis import language
from desktop_app.contract.answer import Answer, Citation
from desktop_app.contract.document import Locator
from desktop_app.contract.passage import Passage
from desktop_app.foundation.translation import tr, tr_noop, translate
from desktop_app.wording.place import names_apart, place

LANGUAGES: dict[str, str] = {
    "zh": tr_noop("Chinese"),
    "en": tr_noop("English"),
    "de": tr_noop("German"),
    "fr": tr_noop("French"),
    "es": tr_noop("Spanish"),
    "it": tr_noop("Italian"),
    "pt": tr_noop("Portuguese"),
    "nl": tr_noop("Dutch"),
    "ja": tr_noop("Japanese"),
    "ko": tr_noop("Korean"),
    "ru": tr_noop("Russian"),
    "ar": tr_noop("Arabic"),
    "el": tr_noop("Greek"),
    "he": tr_noop("Hebrew"),
    "hi": tr_noop("Hindi"),
    "th": tr_noop("Thai"),
}
"""Names of languages by their codes, in English; to be translated."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_LATIN = re.compile("[A-Za-z]")
_FEW = 4  # words in Latin letters that show no language: names, units, codes of a table row
_SHORT = 6  # words in Latin letters whose language is only guessed: "hotel room per night" is taken for Italian


def labels(passage: Passage, question: str) -> list[str]:
    """ "by meaning" and "in English", as far as they are true and worth a word."""
    return [*([tr("by meaning")] if passage.by_meaning else []), *filter(None, [other_language(passage, question)])]


def other_language(passage: Passage, question: str) -> str:
    """ "in English" for a passage in another language than its question, else "". A code or a name asked for by itself belongs to every
    language, and so does a row of figures."""
    name = LANGUAGES.get(passage.language)
    if name is None or passage.language in language.parts(question):
        return ""
    asked, said = question.split(), _WORD.findall(passage.text)
    latin = all(_LATIN.match(word) for word in said)
    unsure = latin and (len(said) < _FEW or (question.isascii() and len(asked) < _SHORT))
    a_name = question.isascii() and len(asked) == 1 and passage.marks
    return "" if unsure or a_name else tr("in {language}", language=translate(name))


def passage_of(answer: Answer, citation: Citation) -> Passage | None:
    """The passage that a citation quotes, where the answer still has it."""
    return next((one for one in (*answer.sent, *answer.nearest) if one.chunk_id == citation.chunk_id), None)


def names_in(answer: Answer) -> dict[str, str]:
    """The names of the files of an answer by their paths, apart from each other and from those of the passages that it was chosen from."""
    looked_at = (passage.path for passage in (*answer.sent, *answer.nearest))
    return names_apart((*(citation.path for citation in answer.citations), *looked_at))


def unfinished(meaning: float | None) -> str:
    """That the search by meaning is still being prepared (``SearchResult.meaning``), "" when it is not."""
    if meaning is None or meaning >= 1:
        return ""
    return tr("Search by meaning is {percent}% ready; results may be incomplete.", percent=int(100 * max(0.0, meaning)))


def source_name(name: str, locator: Locator) -> str:
    """A file by its ``name`` (``names_apart``) and the place of a quote: "Travel.docx, § Hotels"."""
    where = place(locator)
    return tr("{file}, {place}", file=name, place=where) if where else name


def quoted(text: str, name: str, locator: Locator) -> str:
    """A quote as it is copied and dragged out: with its place behind it."""
    return tr("“{quote}” ({source})", quote=text.strip(), source=source_name(name, locator))
