# SPDX-License-Identifier: Apache-2.0
"""Rules for how an English question leans on earlier turns."""

from __future__ import annotations

import re

from desktop_app.analysis import question_words
from desktop_app.analysis.folding import fold
from desktop_app.analysis.leaning.leaning_kinds import ALONE, BARE, POINTS, PUNCTUATION, REPLY, SHIFT, WHICH, WHY

_FEW = 3  # words after "what if" that make no question of its own
_WORDS = 4  # of a fragment
_WHOLE = 3  # words after "what about" that say all by themselves when there are more
_FULL = 7  # words with "too" at the end

YES_OR_NO = re.compile(
    r"(?!yes or no\b)(?:yes|yeah|yep|yup|sure|ok|okay|right|correct|exactly|please(?: do)?|no|nope|not really)(?:,? (?:please|thanks|thank you))?(?:[,.!;:–-]+ *|(?<=yes) |(?<=yeah) |(?<=yep) |$)"
)
JOINING = re.compile(
    r"(?:and|but|so|or|then|also|plus)\b[, ]+(?:then\b[, ]+)?|(?:what|how) about\b|what if\b|(?:the )?same (?:for|with)\b|and\b"
)
_ABOUT = re.compile(r"(?:and |but |so )?(?:(?:what|how) about|what of|(?:the )?same (?:for|with))\b")
_VERB = re.compile(
    r"\b(?:is|are|was|were|am|be|do|does|did|can|could|may|might|must|shall|should|will|would|has|have|had|isn't|aren't|don't|doesn't|can't)\b"
)
ASKING = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b")
_NAME = re.compile(r"(?<=[\w,] )[A-Z][a-z]+")
_BREAK = re.compile(
    r",|;|(?<!have )(?<!has )(?<!need )(?<!needs )(?<!able )(?<!going )(?<!had )(?<!allowed )\bto\b|\b(?:when|if|before|after|once|until|till|unless|while|because|although|and|that|who|which|as soon as)\b"
)
_THEM = re.compile(r"\b(?:it|they|them|he|him|she|itself|themselves)\b")
_THEIR = re.compile(r"\b(?:its|their|theirs|his|her|hers)\b")
_NO_SUBJECT = re.compile(
    r"\b(?:is|was|does|did|will|would|can|could|should|if|makes?|find) it\b(?: \w+){0,3}? (?:to|that|for|allowed|possible|permitted|necessary|required|"
    r"forbidden|ok|okay)\b(?! be\b)|\bit (?:take|takes|cost|costs) to\b"
)
_PLURAL = re.compile(
    r"\b(?!(?:this|his|its|was|is|has|does|business|always|yes)\b)[a-z]{3,}s\b|\b(?:staff|people|everyone|everybody|anyone|each|every)\b"
)
_SOMEBODY = re.compile(
    r"\b(?:employee|manager|tenant|landlord|customer|supplier|visitor|contractor|intern|person|someone|anyone|everyone|driver|guest|worker|colleague|"
    r"member|director|applicant|owner|buyer|seller|patient|student|teacher|user)s?\b"
)
_THAT = re.compile(
    r"(?:^|\b(?:is|are|was|were|do|does|did|can|could|will|would|should|must|about|for|of|in|on|at|after|before|if|why|than|to|by|with|from|and|but|like|until) )"
    r"that\b(?! (?:the|a|an|our|my|your|of)\b)"
)
_THESE = re.compile(
    r"\bthis\b(?! (?:year|month|week|quarter|morning|afternoon|evening|summer|winter|spring|autumn|season|time|century|company|office|building|library|folder)\b)|\b(?:these|those)\b(?! (?:who|that|which|days)\b)"
)
_THERE = re.compile(
    r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )(?<!will )\bthere\b(?! (?:is|are|was|were|be|will|a|an|any)\b)"
)
_ONES = re.compile(
    r"\bones\b|\b(?:which|that|this|other|another|last|next) one\b|\bone$|\bsuch (?:a|an|cases?|things?|claims?)\b"
)
_AS_WELL = re.compile(r"\b(?:too|as well|instead|otherwise|in that case|either)$")
_TWO = re.compile(
    r"(?:which|who|what)(?: one)? of (?:them|these|those|both)\b|\bthe (?:former|latter)(?=$|[,?]| (?:is|are|was|were|do|does|did|has|have|can|must|may)\b)|"
    r"\bthe other(?: one)?$|\bboth$|\bboth of (?:them|these|those)\b|\bthe two$"
)
_OF_TWO = re.compile(r"(?:which|who|what)(?: one)? of (?:the|these|those) (?:two|three|four)\b ?")
_MORE = re.compile(
    r"which (?:one )?(?:is|are|was|were|has|have|costs?|takes?|lasts?|gets?|pays?|comes?|needs?|did|do|does|should|would)\b"
)
_COMPARED = re.compile(r"\b(?:more|less|most|least|fewer|better|best|worse|worst|\w{3,}er|\w{3,}est)\b")
_PREPOSITION = re.compile(
    r"(?:for|in|on|at|by|with|without|from|to|under|over|above|below|after|before|during|until|since|per|of|abroad|within|if)\b"
)
_LIGHT = frozenset(
    "long often far soon late early much many old big more less exactly starting start starts begin begins end ends apply applies approve approves sign signs "
    "pay pays paid cost costs happen happens happened else again still then now so too also even only just please due valid allowed required possible needed "
    "necessary responsible deadline charge who whom when where what why how and but or for from to until by at in on of with about after before under until "
    "since per either both any nobody anybody that this those these any anyone someone anything something time times one day days up out get got take takes need needs say says mean means work works "
    "last lasts expire expires count counts change changes".split()
)
TOKEN = re.compile(r"[^\W_]+(?:[-'./][^\W_]+)*")


def leaning(text: str) -> str:
    """The kind, for a question in English whose quotations were replaced by a name."""
    question = fold(text).replace("’", "'").strip(PUNCTUATION)
    said = TOKEN.findall(question)
    if YES_OR_NO.match(question):
        return REPLY
    opening = JOINING.match(question)
    rest = question[opening.end() :].strip(PUNCTUATION) if opening else question
    if _why(rest):
        return WHY
    if _which_of_them(rest):
        return WHICH
    if _ABOUT.match(question):
        return ALONE if len(named_words(rest)) > _WHOLE and not _points(rest, text) else SHIFT
    if question.startswith("what if") and len(named_words(rest)) > _FEW and not _points(rest, text):
        return ALONE
    asking = ASKING.match(rest) or _VERB.match(rest)
    if opening and not asking:
        return SHIFT
    if _points(rest, text) or (opening and len(named_words(rest)) < 2) or (_AS_WELL.search(rest) and len(said) <= _FULL):
        return POINTS
    if asking:
        return ALONE if named_words(rest) else POINTS
    return _fragment(rest, asked=text.strip().endswith("?"))


def _fragment(rest: str, *, asked: bool) -> str:
    """Of words that begin with none that asks: "For interns?", "Motorcycles?"."""
    said = len(TOKEN.findall(rest))
    if _VERB.search(rest) or said > _WORDS:
        return ALONE
    return SHIFT if asked and _PREPOSITION.match(rest) else BARE


def _why(rest: str) -> bool:
    """ "Why?", "Why more often?", "How come?", "What is the reason?"; not "Why do flights need an approval?"."""
    asked = re.match(r"(?:why|how come|what for|(?:what is|what's) the reason|for what reason)\b", rest)
    if asked is None:
        return False
    left = rest[asked.end() :]
    return (_VERB.search(left) is None and len(TOKEN.findall(left)) <= _WORDS) or not named_words(left)


def _which_of_them(question: str) -> bool:
    of_two = _OF_TWO.match(question)
    if of_two is not None:  # "Which of the two printers …?" names them
        left = question[of_two.end() :]
        return _VERB.match(left) is not None or len(named_words(left)) <= 1
    if _TWO.search(question) is not None:
        return True
    compared = _MORE.match(question) and _COMPARED.search(question) and not re.search(r"\b(?:or|than)\b", question)
    return bool(compared) and len(named_words(_COMPARED.sub(" ", question))) <= 1


def _points(question: str, written: str) -> bool:
    """Whether a pronoun of the question means nothing that the question itself names."""
    if _THESE.search(question) or _THAT.search(question) or _ONES.search(question) or _THERE.search(question):
        return True
    them = _THEM.search(question)
    if them is not None and not _NO_SUBJECT.search(question) and not _meant(question[: them.start()], question[them.end() :]):
        return True
    their = _THEIR.search(question)
    if their is None or _NAME.search(written):
        return False
    before = question[: their.start()]
    verb = _VERB.search(before)
    if verb is not None and len(named_words(before[verb.end() :])) > 1:
        return False  # "does the union receive … for its activities": a subject and what it does
    if re.search(r"\b(?:has|have|with) $", before) and named_words(before):
        return False
    return their[0] == "its" or not (_PLURAL.search(before) or _SOMEBODY.search(before))


def _meant(before: str, after: str) -> bool:
    """Whether a pronoun means what its own question names. What is named in the same clause cannot be meant ("Are contractors
    paid for them?"); in a clause before it may be ("What does a driver do when he is late?", "When did Setanta say it would
    start?")."""
    if _first_clause_named(before):
        return True
    broken = list(_BREAK.finditer(before))
    if broken and named_words(before[: broken[-1].start()]):
        return True
    inverted = re.search(
        r"(?:^|\b(?:is|are|was|were|do|does|did|can|could|may|might|must|shall|should|will|would|has|have|had) )$", before
    )
    clause = re.match(
        r" (?!too\b|as well\b|also\b|on\b|in\b|at\b|for\b|by\b|to\b|with\b|from\b|after\b|before\b|back\b)\w", after
    )
    return inverted is None and clause is not None and bool(named_words(before))


def _first_clause_named(before: str) -> bool:
    """ "When an employee is ill, must he …": a clause that begins the question and names somebody."""
    first = re.match(r"(?:when|if|once|after|before|while)\b(.*?),", before)
    return first is not None and bool(named_words(first[1]))


def named_words(question: str) -> list[str]:
    """The words of a question that name something."""
    cut = TOKEN.findall(question_words.without(question))
    empty = question_words.of(["the", *cut])
    return [word for word in cut if word not in empty and word not in _LIGHT and not _THEM.fullmatch(word)]
