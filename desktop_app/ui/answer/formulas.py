# SPDX-License-Identifier: Apache-2.0
"""Writes simple LaTeX formulas as plain letters.

Some are raised or lowered; what letters cannot say gives None.

Language models write formulas in LaTeX. A typesetter for all of it is larger than this program; fractions, powers, indices, roots, sums,
Greek and the usual signs cover what office questions bring. A formula with anything else (a matrix, a power in a power) is shown as its
source, which says more than half a formula.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop_app.analysis.script import CJK


@dataclass(frozen=True, slots=True)
class Letters:
    """``rise``: 1 raised, -1 lowered. ``slanted``: a variable."""

    text: str
    rise: int = 0
    slanted: bool = False


def letters(source: str) -> list[Letters] | None:
    """The formula ``source``, without its dollars or brackets; None when it holds anything that is not known here."""
    try:
        reader = _Reader(_tokens(source))
        read = reader.group("")
    except _UnknownError:
        return None
    return _joined(read) if any(one.text.strip() for one in read) else None


_SIGNS = {
    "times": " × ", "cdot": " · ", "div": " ÷ ", "pm": " ± ", "mp": " ∓ ", "ast": " ∗ ", "circ": "∘", "bullet": "•", "oplus": " ⊕ ", "otimes": " ⊗ ",
    "le": " ≤ ", "leq": " ≤ ", "leqslant": " ≤ ", "ge": " ≥ ", "geq": " ≥ ", "geqslant": " ≥ ", "ne": " ≠ ", "neq": " ≠ ", "ll": " ≪ ", "gg": " ≫ ",
    "approx": " ≈ ", "equiv": " ≡ ", "sim": " ∼ ", "simeq": " ≃ ", "cong": " ≅ ", "propto": " ∝ ", "to": " → ", "rightarrow": " → ", "leftarrow": " ← ",
    "leftrightarrow": " ↔ ", "Rightarrow": " ⇒ ", "Leftarrow": " ⇐ ", "Leftrightarrow": " ⇔ ", "implies": " ⇒ ", "iff": " ⇔ ", "mapsto": " ↦ ",
    "longrightarrow": " ⟶ ", "uparrow": "↑", "downarrow": "↓", "infty": "∞", "partial": "∂", "nabla": "∇", "in": " ∈ ", "notin": " ∉ ", "ni": " ∋ ",
    "subset": " ⊂ ", "subseteq": " ⊆ ", "supset": " ⊃ ", "supseteq": " ⊇ ", "cup": " ∪ ", "cap": " ∩ ", "setminus": " ∖ ", "emptyset": "∅", "varnothing": "∅",
    "forall": "∀", "exists": "∃", "neg": "¬", "lnot": "¬", "land": " ∧ ", "wedge": " ∧ ", "lor": " ∨ ", "vee": " ∨ ", "therefore": "∴ ", "because": "∵ ",
    "ldots": "…", "dots": "…", "cdots": "⋯", "vdots": "⋮", "prime": "′", "degree": "°", "angle": "∠", "triangle": "△", "perp": " ⊥ ", "parallel": " ∥ ",
    "mid": " ∣ ", "vert": "|", "Vert": "‖", "lvert": "|", "rvert": "|", "langle": "⟨", "rangle": "⟩", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉",
    "lbrace": "{", "rbrace": "}", "backslash": "\\", "hbar": "ℏ", "ell": "ℓ", "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ", "colon": ": ", "checkmark": "✓",
    "sum": "∑", "prod": "∏", "int": "∫", "iint": "∬", "oint": "∮", "pounds": "£", "euro": "€", "yen": "¥",
    "%": "%", "$": "$", "#": "#", "&": "&", "_": "_", "{": "{", "}": "}", "|": "‖",
    ",": "\u2009", ":": " ", ";": " ", ">": " ", " ": " ", "!": "", "quad": "  ", "qquad": "    ", "displaystyle": "", "textstyle": "", "limits": "", "nolimits": "",
    "left": "", "right": "", "big": "", "Big": "", "bigg": "", "Bigg": "", "bigl": "", "bigr": "", "Bigl": "", "Bigr": "",
}  # fmt: skip
_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "varpi": "ϖ", "rho": "ρ", "varrho": "ϱ", "sigma": "σ",
    "varsigma": "ς", "tau": "τ", "upsilon": "υ", "phi": "ϕ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
_NAMES = frozenset(
    "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln lg exp lim max min sup inf det dim ker gcd deg arg mod Pr".split()
)
_LARGE = frozenset("sum prod int iint oint lim max min sup inf log".split())  # stand apart from what follows their indices
_WORDS = frozenset("text textrm textbf textit operatorname mbox".split())
_FACES = frozenset("mathrm mathbf mathsf mathtt mathit boldsymbol boxed".split())
_ACCENTS = {"bar": "\u0304", "overline": "\u0304", "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "vec": "\u20d7", "dot": "\u0307",
            "ddot": "\u0308"}  # fmt: skip
_BOARD = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))
_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}
_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|\s+|.", re.DOTALL)
_DEEPEST = 30  # things in things
_TEXT_COMMAND = re.compile(r"\\(?:text|textrm|textbf|mathrm|mbox|operatorname)\s*\{[^{}]*\}")
_CJK = re.compile(f"[{CJK}]")


class _UnknownError(Exception):
    """The formula holds something that is not known here."""


def _tokens(source: str) -> list[str]:
    """Commands, runs of white space, single characters. Words of Chinese stand in ``\\text{…}`` only: else it is no formula."""
    if _CJK.search(_TEXT_COMMAND.sub("", source)):
        raise _UnknownError
    return _TOKEN.findall(source)


class _Reader:
    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def group(self, end: str) -> list[Letters]:
        """Everything up to the closing ``end`` ("" for the end of the formula)."""
        result: list[Letters] = []
        large = False  # a sum or a limit whose indices are being read
        while self._at < len(self._tokens):
            sign = self._next()
            if sign == end:
                return result
            if sign in ("^", "_"):
                result += _moved(self._argument(), 1 if sign == "^" else -1)
                continue
            if large and result[-1].rise and not sign.isspace():
                result.append(Letters("\u2009"))
                large = False
            large = sign[1:] in _LARGE if sign.startswith("\\") else large and sign.isspace()
            result += self._one(sign)
        if end:
            raise _UnknownError
        return result

    def _next(self) -> str:
        if self._at == len(self._tokens):
            raise _UnknownError
        sign = self._tokens[self._at]
        self._at += 1
        return sign

    def _skip_space(self) -> None:
        while self._at < len(self._tokens) and self._tokens[self._at].isspace():
            self._at += 1

    def _one(self, sign: str) -> list[Letters]:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _UnknownError
        read = self._thing(sign)
        self._depth -= 1
        return read

    def _thing(self, sign: str) -> list[Letters]:
        if sign == "{":
            return self.group("}")
        if sign in ("}", "&", "~", "#", "%"):
            if sign == "~":
                return [Letters(" ")]
            raise _UnknownError
        if sign.startswith("\\"):
            return self._command(sign[1:])
        if sign.isspace():
            return []  # LaTeX sets its own spaces
        if sign in "=<>":
            return [Letters(f" {sign} ")]
        if sign in "+-":
            return [Letters(f" {sign.replace('-', '−')} " if self._between() else sign.replace("-", "−"))]
        if sign == "'":
            return [Letters("′")]
        if sign == ",":
            return [Letters(", " if self._spaced() else ",")]
        return [Letters(sign, slanted=sign.isalpha())]

    def _between(self) -> bool:
        """Whether the sign just read stands between two things; else it is the sign of what follows."""
        before = [sign for sign in self._tokens[: self._at - 1] if not sign.isspace()]
        return (
            bool(before) and before[-1] not in ("(", "[", "{", "=", "<", ">", ",", "^", "_", "+", "-") and before[-1][0] != "\\"
        )

    def _spaced(self) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at].isspace()

    def _argument(self) -> list[Letters]:
        self._skip_space()
        sign = self._next()
        if sign in ("^", "_"):
            raise _UnknownError
        return self._one(sign)

    def _command(self, name: str) -> list[Letters]:
        if name in _GREEK:
            return [Letters(_GREEK[name], slanted=name[0].islower())]
        if name in _NAMES:
            return [Letters(name), *([] if self._bracket_follows() else [Letters("\u2009")])]
        if name in ("left", "right") and self._at < len(self._tokens) and self._tokens[self._at] == ".":
            self._at += 1  # an invisible bracket
            return []
        if name in _SIGNS:
            return [Letters(_SIGNS[name])]
        if name in _WORDS:
            return self._words()
        return self._with_argument(name)

    def _with_argument(self, name: str) -> list[Letters]:
        if name in ("frac", "dfrac", "tfrac"):
            over, under = _bracketed(self._argument()), _bracketed(self._argument())
            # The short stroke runs into brackets and slanted letters.
            figures = all(one.text.isdigit() for one in (*over, *under))
            return [*over, Letters("⁄" if figures else "/"), *under]
        if name == "sqrt":
            degree = "".join(one.text for one in self._optional())
            if degree not in _ROOTS:
                raise _UnknownError
            return [Letters(_ROOTS[degree]), *_bracketed(self._argument())]
        if name in _FACES:
            return [replace(one, slanted=False) for one in self._argument()]
        if name in _ACCENTS or name == "mathbb":
            inside = self._argument()
            letter = inside[0].text if len(inside) == 1 and not inside[0].rise else ""
            if len(letter) != 1 or (name == "mathbb" and letter not in _BOARD):
                raise _UnknownError
            return [Letters(_BOARD[letter]) if name == "mathbb" else replace(inside[0], text=letter + _ACCENTS[name])]
        raise _UnknownError

    def _bracket_follows(self) -> bool:
        rest = [sign for sign in self._tokens[self._at : self._at + 2] if not sign.isspace()]
        return bool(rest) and rest[0] in ("(", "[", "^", "_", "}", "\\left")

    def _optional(self) -> list[Letters]:
        """An argument in square brackets."""
        self._skip_space()
        if self._at < len(self._tokens) and self._tokens[self._at] == "[":
            self._at += 1
            return self.group("]")
        return []

    def _words(self) -> list[Letters]:
        """What stands upright: words, with their spaces."""
        self._skip_space()
        if self._next() != "{":
            raise _UnknownError
        words = ""
        while (sign := self._next()) != "}":
            if sign == "{" or (sign.startswith("\\") and sign[1:] not in _SIGNS):
                raise _UnknownError
            words += _SIGNS[sign[1:]] if sign.startswith("\\") else sign
        return [Letters(words)]


def _moved(inside: list[Letters], rise: int) -> list[Letters]:
    if any(one.rise for one in inside):
        raise _UnknownError  # a power in a power
    if [one.text for one in inside] == ["∘"] and rise > 0:
        return [Letters("°")]
    if [one.text for one in inside] == ["′"] and rise > 0:
        return [Letters("′")]
    # Raised letters stand closely.
    return [
        replace(one, text=one.text if len(one.text.split()) > 1 else one.text.strip(" ") or one.text, rise=rise)
        for one in inside
    ]


def _bracketed(inside: list[Letters]) -> list[Letters]:
    """A numerator, denominator or radicand; in brackets when it is more than one thing."""
    text = "".join(one.text for one in inside if not one.rise).strip()
    if not text:
        raise _UnknownError
    one_thing = len(text) == 1 or text.isdigit() or text.isalpha() or re.fullmatch(r"\d+[.,]\d+%?", text)
    single = one_thing and not (text.isalpha() and len(text) > 1 and all(one.slanted for one in inside))
    return inside if single or (text[0], text[-1]) == ("(", ")") else [Letters("("), *inside, Letters(")")]


def _joined(read: list[Letters]) -> list[Letters]:
    """Neighbours that look alike in one piece, single spaces between them."""
    result: list[Letters] = []
    for one in read:
        text = one.text
        if result and result[-1].text.endswith(" "):
            text = text.lstrip(" ") if text.strip() else text
        if not text:
            continue
        if result and (result[-1].rise, result[-1].slanted) == (one.rise, one.slanted):
            result[-1] = replace(result[-1], text=result[-1].text + text)
        else:
            result.append(replace(one, text=text))
    if result:
        result[0] = replace(result[0], text=result[0].text.lstrip(" "))
        result[-1] = replace(result[-1], text=result[-1].text.rstrip(" "))
    return [one for one in result if one.text]


_RAISED = dict(zip("0123456789+−=()nix", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱˣ", strict=True))
_LOWERED = dict(zip("0123456789+−=()aeijknx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢⱼₖₙₓ", strict=True))


def in_a_line(text: str, rise: int) -> str:
    """Raised or lowered text where letters can only stand on the line: Unicode's own small figures, else "^(…)" or "_(…)"."""
    if not rise:
        return text
    small = _RAISED if rise > 0 else _LOWERED
    if all(letter in small for letter in text):
        return "".join(small[letter] for letter in text)
    mark = "^" if rise > 0 else "_"
    return f"{mark}{text}" if len(text) == 1 else f"{mark}({text})"
