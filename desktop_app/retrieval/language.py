"""Which language a question is in, as far as it matters: may the embedding model be trusted with it?

An embedding model that does not know a language destroys fusion: measured on 1,002 Chinese questions, equal-weight fusion with an
English model drops R@1 from 0.976 (lexical alone) to 0.527. So the dense arm only speaks for languages its model knows.
"""

from __future__ import annotations

import re

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af\u1100-\u11ff]")),
    ("zh", re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
)
_WORD = re.compile(r"[^\W\d_]+")
# Short words that give a language written in Latin letters away.
_ENGLISH = frozenset(
    "a an and are at be by can did do does for from had has have how i if in is it many much must my not of on or our should that the "
    "their there this to was we were what when where which who whose why will with you your".split()
)
_NOT_ENGLISH = frozenset(
    "al als au auf aux avec che com como con da dans das de dei del dem den der des di die do dos du ein eine el en es est et het hoe "
    "il la las le les los mit na nel o os ou para pour por qual que quel quelle quem qui sind sont sur um und van von wann war warum "
    "was wat welche welcher welches wer werden wie wird wo zu zum zur à".split()
)


def language(question: str) -> str:
    """A language code, or "xx" for a language in Latin letters that is not English."""
    for code, pattern in _SCRIPTS:
        if pattern.search(question):
            return code
    words = [word.lower() for word in _WORD.findall(question)]
    english = sum(word in _ENGLISH for word in words)
    other = sum(word in _NOT_ENGLISH for word in words) + sum(not word.isascii() for word in words)
    return "en" if english >= other else "xx"


def understands(languages: tuple[str, ...], question: str) -> bool:
    """Whether a model that knows ``languages`` (("*",): all) can be trusted with a question."""
    return "*" in languages or language(question) in languages
