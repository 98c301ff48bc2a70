# SPDX-License-Identifier: Apache-2.0
"""What the styles of a web page say of its text: seen or hidden.

Of CSS only what takes text out of sight: display, visibility, opacity, sizes of nothing, places off the page, and the colour of what is
behind it; by attributes, inline styles and the ``<style>`` rules of classes, identifiers, elements and what is inside them. No library
here does the cascade on a stream of tags, and building a tree of a page of 100 MB takes a gigabyte.

What cannot be known is seen. A rule with a selector that is not understood, or for some screens only, may hold or not: it hides nothing,
and what it says of an element that it may be for is not known of that element. Text may have any colour behind it where style sheets lie
elsewhere, and where it, or what it is in, is moved over something else. Both the rules and the work of matching them are bounded,
because a page may hold 100,000 of each; beyond that no rule counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from desktop_app.documents.text.colours import BLACK, WHITE, Colour, alike

Declared = dict[str, str]
Saying = tuple[tuple[str, str | None], ...]
"""Attributes of an element that say something of how it looks."""

_MOST_RULES = 2_000  # that say something of visibility; of the real pages at hand the largest has 69
_MOST_STEPS = 300_000  # comparisons of rules with elements: about half a second; the real pages at hand take up to 832
_NO_CLASSES = frozenset[str]()
_MOST_KNOWN = 10_000  # elements that look alike, each remembered once
_NEAR = 100  # elements around one that a rule is looked for in
_SAYING = frozenset("style hidden color text bgcolor background".split())  # attributes, beside those that rules ask for
_PROPERTIES = frozenset(
    "display visibility color background background-color background-image font font-size opacity position left top right"
    " text-indent height max-height min-height overflow padding padding-top padding-bottom padding-block".split()
)
_ROOM = (
    "min-height",
    "padding",
    "padding-top",
    "padding-bottom",
    "padding-block",
)  # what is open where a height of nothing is given
# What puts text over something else, or gives its letters another colour.
_OVER = frozenset("z-index text-shadow -webkit-text-fill-color -webkit-text-stroke mix-blend-mode box-shadow".split())
_MARGINS = frozenset("margin margin-top margin-left margin-right margin-bottom".split())
_READ = _PROPERTIES | _OVER | _MARGINS
_NOT_KNOWN = "?"  # the value of a property that a rule may set or not
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_CONDITION = re.compile(r"(?<!\\)(?:\[[^\[\]]*\]|:{1,2}[\w-]+)")  # of a selector: an attribute or a state
_CONDITIONAL = ("@media", "@supports", "@layer", "@container", "@scope")
_COMPOUND = re.compile(r"([a-zA-Z][\w-]*|\*)?((?:[.#](?:[\w\u0080-\uffff-]|\\.)+)*)")
_LENGTH = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+))\s*([a-z%]*)")
_FONT_SIZE = re.compile(r"(?:^|\s)((?:\d+\.?\d*|\.\d+)(?:px|pt|em|rem|%|mm|cm|in|pc)?)\s*(?:/|\s)")
_ALPHA = re.compile(
    r"rgba?\(\s*([\d.%]+)\s*[,\s]\s*([\d.%]+)\s*[,\s]\s*([\d.%]+)\s*(?:[,/]\s*([\d.%]+)\s*)?\)|hsla\(.*,\s*([\d.%]+)\s*\)"
)
_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "rem": 16.0, "": 1.0}
_TINY = 3.0  # pixels: text of one or two pixels is what marketing mails hide their preview in
_FAR = -500.0  # pixels left of or above the page


@dataclass(frozen=True, slots=True)
class PageLook:
    """How the text of an element looks, as it is handed down. ``gone``: a reason of ``HIDDEN`` that nothing inside can undo;
    ``behind`` is None where a picture, or nobody knows what, lies below the text."""

    gone: str = ""
    unseen: bool = False
    colour: Colour | None = BLACK
    behind: Colour | None = WHITE
    size: float = 16.0

    def hidden(self) -> str:
        """Why the text is not seen, as in ``Locator``; "" where it is."""
        if self.gone or self.unseen:
            return self.gone or "text"
        if self.size < _TINY:
            return "tiny"
        return "invisible" if alike(self.colour, self.behind) else ""


@dataclass(frozen=True, slots=True)
class Element:
    """An element that is open; ``look`` is that of its text, ``hidden`` why that is not seen, as in ``Locator``."""

    tag: str
    identity: str = ""
    classes: frozenset[str] = frozenset()
    look: PageLook = PageLook()
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class _Compound:
    tag: str
    identity: str
    classes: frozenset[str]

    def fits(self, element: Element) -> bool:
        return (
            (not self.tag or self.tag == element.tag)
            and (not self.identity or self.identity == element.identity)
            and self.classes <= element.classes
        )


@dataclass(frozen=True, slots=True)
class _Rule:
    """``around``: from the innermost out, (whether it must be the parent, compound)."""

    rank: tuple[bool, int, int, int, int]
    last: _Compound
    around: tuple[tuple[bool, _Compound], ...]
    declared: Declared
    important: frozenset[str]


class PageStyles:
    """The rules of one page. ``elsewhere``: it has style sheets that are not read."""

    def __init__(self, sheets: Sequence[str] = (), *, elsewhere: bool = False) -> None:
        self.start = PageLook(behind=None if elsewhere else WHITE)
        self._by_key: dict[str, list[_Rule]] = {}
        self._count = 0
        self._steps = _MOST_STEPS
        self._looks: dict[PageLook, PageLook] = {}
        self._known: dict[tuple[str, Saying, frozenset[str], int], Element] = {}
        self._class_values: dict[str | None, frozenset[str]] = {}
        self._saying = set(_SAYING)
        self._classes: set[str] = set()  # that rules ask for
        self._of_rules: dict[tuple[str, str, frozenset[str]], tuple[Declared, Declared]] = {}
        if not all(map(self._add, sheets)):
            self._drop_rules()

    def opened(self, tag: str, attributes: Sequence[tuple[str, str | None]], around: Sequence[Element]) -> Element:
        """An element that opens inside those of ``around``, the outermost first."""
        outer = around[-1].look if around else self.start
        classes = _NO_CLASSES
        saying: Saying = ()
        if attributes:
            saying = tuple([pair for pair in attributes if pair[0] in self._saying])
            if self._classes:
                classes = self._asked_for(next((value for name, value in attributes if name == "class"), None))
        key = tag, saying, classes, id(outer)  # looks are kept, so that each has a number of its own
        known = self._known.get(key)
        if known is None:
            known, lasting = self._made(tag, saying, classes, outer, around)
            if lasting:
                if len(self._known) >= _MOST_KNOWN:
                    self._known.clear()
                self._known[key] = known
        return known

    def _asked_for(self, value: str | None) -> frozenset[str]:
        """The classes of an element that rules ask for."""
        known = self._class_values.get(value)
        if known is None:
            known = frozenset(self._classes.intersection((value or "")[:4_000].split()[:20]))
            if len(self._class_values) < _MOST_KNOWN:
                self._class_values[value] = known
        return known

    def _made(
        self, tag: str, saying: Saying, classes: frozenset[str], outer: PageLook, around: Sequence[Element]
    ) -> tuple[Element, bool]:
        """The element, and whether any other like it would look the same."""
        attributes = {name: (value or "")[:4_000] for name, value in saying}
        identity = attributes.get("id", "")
        declared = _hints(tag, attributes)
        by_rules, important, lasting = self._by_rules(Element(tag, identity, classes), around)
        if self._steps < 0:
            if self._by_key:
                self._drop_rules()
            look = outer if outer.behind is None else replace(outer, behind=None)
            by_rules, important, outer = {}, {}, self._looks.setdefault(look, look)
        declared.update(by_rules)
        declared.update(_declared_inline(attributes.get("style", "")))
        declared.update(important)
        if declared:
            look = _look(outer, declared)
            outer = self._looks.setdefault(look, look)
        return Element(tag, identity, classes, outer, outer.hidden()), lasting

    # ---- rules ------------------------------------------------------------------------------------------------------

    def _by_rules(self, element: Element, around: Sequence[Element]) -> tuple[Declared, Declared, bool]:
        """What rules say of an element, what of it is important, and whether they would say the same of any other like it."""
        key = element.tag, element.identity, element.classes
        known = self._of_rules.get(key)
        if known is not None:
            return *known, True
        rules, lasting = self._matching(element, around)
        declared: Declared = {}
        important: Declared = {}
        for rule in rules:
            declared.update(rule.declared)
            important.update({name: rule.declared[name] for name in rule.important})
        if lasting and len(self._of_rules) < _MOST_KNOWN:
            self._of_rules[key] = declared, important
        return declared, important, lasting

    def _drop_rules(self) -> None:
        self._by_key.clear()
        self._known.clear()
        self._of_rules.clear()
        self._looks[self.start] = self.start
        self.start = PageLook(behind=None)

    def _add(self, sheet: str) -> bool:
        """Take the rules of a sheet; whether all of them are understood and not too many."""
        found = _of_visibility(sheet)
        for selectors, declared, important, is_certain in found or ():
            for selector in _IN_BRACKETS.sub("", _IN_BRACKETS.sub("", selectors)).split(","):
                rule = self._rule(selector, declared, important) if is_certain else None
                rule = rule or self._uncertain_rule(selector, declared, important)
                if rule is not None:
                    last = rule.last
                    key = f"#{last.identity}" if last.identity else f".{min(last.classes)}" if last.classes else last.tag
                    self._by_key.setdefault(key, []).append(rule)
                    for one in (last, *(around for _, around in rule.around)):
                        self._classes |= one.classes
                        self._saying |= {"id"} if one.identity else set()
                    self._count += 1
                if self._count > _MOST_RULES:
                    return False
        return found is not None

    def _uncertain_rule(self, selector: str, declared: Declared, important: frozenset[str]) -> _Rule | None:
        """A rule that may hold for every element like the last of its selector, and hides none."""
        not_known = {
            name: _NOT_KNOWN
            for name, value in declared.items()
            if value not in ("none", "hidden", "collapse", "0") or name.startswith("background")
        }
        found = _COMPOUND.fullmatch(re.split(r"[\s>+~]+", _CONDITION.sub("", selector.strip()))[-1])
        last = _Compound("", "", frozenset()) if found is None else _compound(found)
        return _Rule((True, 0, 0, 0, self._count), last, (), not_known, important & set(not_known)) if not_known else None

    def _rule(self, selector: str, declared: Declared, important: frozenset[str]) -> _Rule | None:
        compounds: list[tuple[bool, _Compound]] = []
        child = False
        for word in selector.replace(">", " > ").split():
            if word == ">":
                child = True
                continue
            found = _COMPOUND.fullmatch(word)
            if found is None:
                return None
            compounds.append((child, _compound(found)))
            child = False
        if not compounds or len(compounds) > 8:
            return None
        rank = (
            False,
            sum(bool(one.identity) for _, one in compounds),
            sum(len(one.classes) for _, one in compounds),
            sum(bool(one.tag) for _, one in compounds),
            self._count,
        )
        backwards = compounds[::-1]
        # Whether one must be the parent is told with the one inside it.
        around = tuple((inside[0], outside[1]) for inside, outside in pairwise(backwards))
        return _Rule(rank, backwards[0][1], around, declared, important)

    def _matching(self, element: Element, around: Sequence[Element]) -> tuple[list[_Rule], bool]:
        """The rules for an element, the weightiest last, and whether what is around it had no say in that."""
        if not self._by_key:
            return [], True
        keys = [element.tag, "", *(f".{one}" for one in element.classes)]
        if element.identity:
            keys.append(f"#{element.identity}")
        rules = [rule for key in keys for rule in self._by_key.get(key, ())]
        self._steps -= len(rules)
        if self._steps < 0:
            return [], False
        fitting = [rule for rule in rules if rule.last.fits(element)]
        self._steps -= 2 * len(fitting)
        found = [rule for rule in fitting if self._is_inside(rule.around, around)]
        return sorted(found, key=lambda rule: rule.rank), not any(rule.around for rule in fitting)

    def _is_inside(self, wanted: Sequence[tuple[bool, _Compound]], around: Sequence[Element]) -> bool:
        place, end = len(around) - 1, max(-1, len(around) - 1 - _NEAR)
        for parent, compound in wanted:
            while place > end and not compound.fits(around[place]):
                self._steps -= 1
                if parent or self._steps < 0:
                    return False
                place -= 1
            if place <= end:
                return False
            place -= 1
        return True


@lru_cache(maxsize=512)
def _declared_inline(style: str) -> Declared:
    return _declarations(style)[0]


def _compound(found: re.Match[str]) -> _Compound:
    marks = [re.sub(r"\\(.)", r"\1", mark) for mark in re.findall(r"[.#](?:\\.|[^.#\\])+", found[2])]
    classes = frozenset(mark[1:] for mark in marks if mark[0] == ".")
    identity = next((mark[1:] for mark in marks if mark[0] == "#"), "")
    return _Compound((found[1] or "").lower().replace("*", ""), identity, classes)


@lru_cache(maxsize=8)
def _of_visibility(sheet: str) -> list[tuple[str, Declared, frozenset[str], bool]] | None:
    """(selectors, declarations, which are important, whether it holds on any screen) of what says something of visibility; None where
    rules stand inside rules, or are too many. The chapters of a book share a sheet."""
    found = list[tuple[str, Declared, frozenset[str], bool]]()
    for selectors, body, is_certain in _blocks(_COMMENT.sub(" ", sheet)):
        if "{" in body or len(found) > _MOST_RULES:
            return None
        declared, important = _declarations(body)
        if declared:
            found.append((selectors, declared, important, is_certain))
    return found


def _blocks(text: str) -> Iterator[tuple[str, str, bool]]:
    """(selectors, declarations, whether they hold on any screen) of a style sheet."""
    position = 0
    around: list[bool] = []  # whether each block of rules that is open holds on any screen
    while True:
        brace = text.find("{", position)
        if brace < 0:
            return
        head = text[position:brace]
        while around and "}" in head:  # the end of a block of rules
            head = head.partition("}")[2]
            around.pop()
        head = head.rpartition(";")[2].rpartition("}")[2].strip()
        if head.startswith("@"):
            kind, _, condition = head.lower().partition(" ")
            if kind.partition("(")[0] in _CONDITIONAL:
                is_certain = kind == "@media" and condition.strip() in ("all", "screen", "only screen")
                around.append(is_certain and (not around or around[-1]))
                position = brace + 1
            else:
                position = _behind(text, brace)
            continue
        end = text.find("}", brace)
        if end < 0:
            return
        yield head, text[brace + 1 : end], not around or around[-1]
        position = end + 1


def _behind(text: str, brace: int) -> int:
    """The position behind the block that opens at ``brace``."""
    depth = 0
    for mark in re.compile(r"[{}]").finditer(text, brace):
        depth += 1 if mark[0] == "{" else -1
        if depth == 0:
            return mark.end()
    return len(text)


def _declarations(body: str) -> tuple[Declared, frozenset[str]]:
    """What a block says of visibility, and which of it is important."""
    declared: Declared = {}
    important: set[str] = set()
    for one in body.split(";"):
        name, colon, value = one.partition(":")
        name, value = name.strip().lower(), value.strip().lower()[:200]
        if not colon or name not in _READ or (name in important and "!important" not in value):
            continue
        if "!important" in value:
            value = value.partition("!important")[0].strip()
            important.add(name)
        declared[name] = value
    return declared, frozenset(important)


def _hints(tag: str, attributes: Mapping[str, str]) -> Declared:
    """What the page says without styles."""
    declared: Declared = {}
    if "hidden" in attributes:
        declared["display"] = "none"
    if tag == "a":
        declared["color"] = "#0000ee"
    colour = attributes.get("color" if tag == "font" else "text" if tag == "body" else "", "")
    if colour:
        declared["color"] = colour.lower()
    if "bgcolor" in attributes:
        declared["background-color"] = attributes["bgcolor"].lower()
    if attributes.get("background"):
        declared["background-image"] = "url"
    return declared


# ---- values ---------------------------------------------------------------------------------------------------------------


def _look(outer: PageLook, declared: Declared) -> PageLook:
    gone = outer.gone or _gone(declared, outer.size)
    visibility = declared.get("visibility", "")
    unseen = visibility in ("hidden", "collapse") if visibility and visibility != "inherit" else outer.unseen
    behind = _background(declared, None if _is_over(declared) else outer.behind)
    return PageLook(gone, unseen, _text_colour(declared.get("color", ""), outer, behind), behind, _size(declared, outer.size))


def _is_over(declared: Declared) -> bool:
    """Whether the text may lie over something else than what it is in, or have another colour than it says."""
    return (
        declared.get("position", "static") not in ("static", "initial")
        or any(declared.get(name, "none") != "none" for name in _OVER)
        or any("-" in declared.get(name, "") or declared.get(name) == _NOT_KNOWN for name in _MARGINS)
    )


def _gone(declared: Declared, size: float) -> str:
    if declared.get("display") == "none":
        return "text"
    if _pixels(declared.get("opacity", "1"), 1.0) == 0:
        return "invisible"
    is_flat = any(_pixels(declared.get(name, ""), size, 100.0) == 0 for name in ("height", "max-height"))
    if (
        is_flat
        and declared.get("overflow") in ("hidden", "clip")
        and not any(_pixels(declared.get(name, "0"), size, 100.0) for name in _ROOM)
    ):
        return "text"
    moved = [declared.get("text-indent", "")]
    if declared.get("position") in ("absolute", "fixed"):
        moved += [declared.get(side, "") for side in ("left", "top", "right")]
    return "off_page" if any(_pixels(one, size, 0.0) <= _FAR for one in moved) else ""


def _pixels(value: str, size: float, other: float = 1.0) -> float:
    """A length in pixels, a plain number as it is; ``other`` for what is neither, and for shares of something else."""
    found = _LENGTH.fullmatch(value)
    if found is None or found[2] == "%":
        return other
    factor = size if found[2] in ("em", "ex", "ch") else _PIXELS.get(found[2])
    return other if factor is None else float(found[1]) * factor


def _size(declared: Declared, outer: float) -> float:
    """The size of the letters in pixels."""
    value = declared.get("font-size", "")
    if not value:
        shorthand = _FONT_SIZE.search(declared.get("font", ""))
        value = shorthand[1] if shorthand else ""
        if not shorthand:
            value = declared.get("font", "")
    if value in ("", "inherit", "unset"):
        return outer
    found = _LENGTH.fullmatch(value)
    if found is None:
        return 16.0
    number = float(found[1])
    if number < 0:
        return outer
    if found[2] in ("em", "%"):
        return min(number * outer / (100 if found[2] == "%" else 1), 1_000.0)
    factor = _PIXELS.get(found[2])
    return 16.0 if factor is None else min(number * factor, 1_000.0)


def _text_colour(value: str, outer: PageLook, behind: Colour | None) -> Colour | None:
    if not value or value in ("inherit", "unset", "currentcolor"):
        return outer.colour
    if value == "initial":
        return BLACK
    return behind if _is_clear(value) else _colour(value)


def _background(declared: Declared, outer: Colour | None) -> Colour | None:
    """What is behind the text; None where a value is not one colour, or where two are given and which one holds is not known."""
    values = {declared.get(name, "none") for name in ("background", "background-color", "background-image")}
    values = {
        value for value in values if value and value not in ("none", "inherit", "initial", "unset") and not _is_clear(value)
    }
    if not values:
        return outer
    found = set[Colour | None]()
    for value in values:
        known = [colour for colour in map(_colour, [value] if "(" in value else value.split()) if colour is not None]
        found.add(known[0] if known else None)
    return found.pop() if len(found) == 1 else None


def _is_clear(value: str) -> bool:
    if value == "transparent":
        return True
    found = _ALPHA.fullmatch(value)
    share = "" if found is None else found[4] or found[5] or ""
    return bool(share) and share.strip("0.%") == ""


@lru_cache(maxsize=1_024)
def _colour(value: str) -> Colour | None:
    """The colour that CSS calls so; None for one that is not known or half transparent."""
    from PIL import ImageColor

    found = _ALPHA.fullmatch(value)
    if found is not None and found[1] is not None:
        if found[4] and found[4] not in ("1", "1.0", "100%"):
            return None
        value = f"rgb({found[1]},{found[2]},{found[3]})"
    try:
        colour = ImageColor.getrgb(value if not re.fullmatch("[0-9a-f]{6}", value) else f"#{value}")
    except ValueError:
        return None
    return (colour[0], colour[1], colour[2]) if len(colour) == 3 or colour[3] == 255 else None
