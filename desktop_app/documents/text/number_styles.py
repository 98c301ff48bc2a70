# SPDX-License-Identifier: Apache-2.0
"""Numbers as lists and pages count them: 3, iii, c, 三, 叁, ③, 丙.

The styles bear the names that Word gives them (ST_NumberFormat); the binary format numbers the same styles in the same order. What is
not known here is counted in figures, as Word does where a font lacks the signs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

_MOST = 99_999  # no list is longer; letters of a damaged number would fill the memory
# Styles by their number in binary files.
BY_CODE = (
    "decimal upperRoman lowerRoman upperLetter lowerLetter ordinal cardinalText ordinalText hex chicago ideographDigital "
    "japaneseCounting aiueo iroha decimalFullWidth decimalHalfWidth japaneseLegal japaneseDigitalTenThousand "
    "decimalEnclosedCircle decimalFullWidth2 aiueoFullWidth irohaFullWidth decimalZero bullet ganada chosung "
    "decimalEnclosedFullstop decimalEnclosedParen decimalEnclosedCircleChinese ideographEnclosedCircle ideographTraditional "
    "ideographZodiac ideographZodiacTraditional taiwaneseCounting ideographLegalTraditional taiwaneseCountingThousand "
    "taiwaneseDigital chineseCounting chineseLegalSimplified chineseCountingThousand decimal koreanDigital koreanCounting "
    "koreanLegal koreanDigital2 hebrew1 arabicAlpha hebrew2 arabicAbjad hindiVowels hindiConsonants hindiNumbers hindiCounting "
    "thaiLetters thaiNumbers thaiCounting vietnameseCounting numberInDash russianLower russianUpper"
).split()
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen"
).split()
_TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_LATIN, _RUSSIAN = "abcdefghijklmnopqrstuvwxyz", "абвгдежзиклмнопрстуфхцчшщыэюя"
_GANADA, _CHOSUNG = "가나다라마바사아자차카타파하", "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"
_AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
_HEBREW, _ARABIC, _ABJAD = (
    "אבגדהוזחטיכלמנסעפצקרשת",
    "أبتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ",
)
_THAI = "กขคงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"


def number_text(value: int, style: str) -> str:
    """``value`` in a style of ST_NumberFormat; "" for "none" and "bullet"."""
    if style in ("none", "bullet"):
        return ""
    if not 0 <= value <= _MOST:
        return str(value)
    return _STYLES[style](value) if style in _STYLES else str(value)


def zero_padded(pattern: str) -> Callable[[int], str] | None:
    """How "001, 002, 003, ..." counts, None for any other pattern."""
    first = pattern.partition(",")[0].strip()
    return (lambda value: str(value).zfill(len(first))) if first.isdigit() and first.startswith("0") else None


def _roman(value: int) -> str:
    if value > 9_999:
        return str(value)
    letters = ""
    for worth, sign in _ROMAN:
        count, value = divmod(value, worth)
        letters += sign * count
    return letters


def _repeated(letters: str) -> Callable[[int], str]:
    """a to z, aa to zz, aaa …: Word repeats a letter."""
    return lambda value: letters[(value - 1) % len(letters)] * min(30, 1 + (value - 1) // len(letters)) if value else "0"


def _listed(signs: Sequence[str]) -> Callable[[int], str]:
    """One sign a number, in figures beyond the last."""
    return lambda value: signs[value - 1] if 0 < value <= len(signs) else str(value)


def _digits(signs: str) -> Callable[[int], str]:
    return lambda value: "".join(signs[int(digit)] for digit in str(value))


def _han(digits: str, units: str, *, teens: bool = False, dense: bool = False) -> Callable[[int], str]:
    """Counting with 十, 百, 千 and 万. ``teens``: 十一 for 一十一; ``dense``: no one before 十, 百 and 千, and no zero for a gap."""

    def below_myriad(value: int) -> str:
        text, gap = "", False
        for power, unit in ((1000, units[2]), (100, units[1]), (10, units[0]), (1, "")):
            digit, value = divmod(value, power)
            if digit:
                text += digits[0] if gap and not dense else ""
                text += ("" if digit == 1 and unit and dense else digits[digit]) + unit
            gap = not digit and bool(text)
        return text

    def counted(value: int) -> str:
        if not value:
            return digits[0]
        myriads, rest = divmod(value, 10_000)
        text = below_myriad(rest)
        if myriads:
            return below_myriad(myriads) + units[3] + (digits[0] if 0 < rest < 1_000 and not dense else "") + text
        return text[1:] if teens and 10 <= value < 20 else text

    return counted


def _english(value: int) -> str:
    if value < 20:
        return _ONES[value]
    if value < 100:
        ten, one = divmod(value, 10)
        return _TENS[ten] + (f"-{_ONES[one]}" if one else "")
    for worth, name in ((1_000, "thousand"), (100, "hundred")):
        if value >= worth:
            count, rest = divmod(value, worth)
            return f"{_english(count)} {name}" + (f" {_english(rest)}" if rest else "")
    return str(value)


def _english_ordinal(value: int) -> str:
    words = _english(value)
    before, mark, last = words.rpartition("-") if "-" in words.rpartition(" ")[2] else words.rpartition(" ")
    last = _ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return before + mark + last


def _ordinal(value: int) -> str:
    last = "th" if value // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{last}"


def _from(first: str, count: int) -> list[str]:
    return [chr(ord(first) + number) for number in range(count)]


_THOUSANDS = _han("零一二三四五六七八九", "十百千万", teens=True)
_JAPANESE = _han("〇一二三四五六七八九", "十百千万", dense=True)
_KOREAN = _han("영일이삼사오육칠팔구", "십백천만", dense=True)
_CIRCLED = [*_from("①", 20), *_from("㉑", 15), *_from("㊱", 15)]
_FULL_WIDTH = _digits("０１２３４５６７８９")
_STYLES: dict[str, Callable[[int], str]] = {
    "upperRoman": lambda value: _roman(value).upper(),
    "lowerRoman": _roman,
    "upperLetter": _repeated(_LATIN.upper()),
    "lowerLetter": _repeated(_LATIN),
    "ordinal": _ordinal,
    "cardinalText": lambda value: _english(value).capitalize(),
    "ordinalText": lambda value: _english_ordinal(value).capitalize(),
    "hex": lambda value: f"{value:X}",
    "chicago": _repeated("*†‡§"),
    "ideographDigital": _digits("〇一二三四五六七八九"),
    "japaneseDigitalTenThousand": _digits("〇一二三四五六七八九"),
    "japaneseCounting": _JAPANESE,
    "japaneseLegal": _han("〇壱弐参四伍六七八九", "拾百千萬"),
    "aiueo": _repeated(_AIUEO),
    "aiueoFullWidth": _repeated(_AIUEO),
    "iroha": _repeated(_IROHA),
    "irohaFullWidth": _repeated(_IROHA),
    "decimalFullWidth": _FULL_WIDTH,
    "decimalFullWidth2": _FULL_WIDTH,
    "decimalZero": lambda value: f"{value:02d}",
    "decimalEnclosedCircle": _listed(_CIRCLED),
    "decimalEnclosedCircleChinese": _listed(_CIRCLED),
    "decimalEnclosedFullstop": _listed(_from("⒈", 20)),
    "decimalEnclosedParen": _listed(_from("⑴", 20)),
    "ganada": _repeated(_GANADA),
    "chosung": _repeated(_CHOSUNG),
    "ideographEnclosedCircle": _listed(_from("㊀", 10)),
    "ideographTraditional": _listed(_STEMS),
    "ideographZodiac": _listed(_BRANCHES),
    "ideographZodiacTraditional": _listed([_STEMS[n % 10] + _BRANCHES[n % 12] for n in range(60)]),
    "taiwaneseCounting": _THOUSANDS,
    "taiwaneseCountingThousand": _THOUSANDS,
    "taiwaneseDigital": _digits("○一二三四五六七八九"),
    "chineseCounting": _THOUSANDS,
    "chineseCountingThousand": _THOUSANDS,
    "chineseLegalSimplified": _han("零壹贰叁肆伍陆柒捌玖", "拾佰仟万"),
    "ideographLegalTraditional": _han("零壹貳參肆伍陸柒捌玖", "拾佰仟萬"),
    "koreanDigital": _digits("영일이삼사오육칠팔구"),
    "koreanDigital2": _digits("零一二三四五六七八九"),
    "koreanCounting": _KOREAN,
    "koreanLegal": _KOREAN,
    "hebrew1": _listed(_HEBREW),
    "hebrew2": _listed(_HEBREW),
    "arabicAlpha": _listed(_ARABIC),
    "arabicAbjad": _listed(_ABJAD),
    "thaiLetters": _listed(_THAI),
    "thaiNumbers": _digits("๐๑๒๓๔๕๖๗๘๙"),
    "hindiNumbers": _digits("०१२३४५६७८९"),
    "numberInDash": lambda value: f"- {value} -",
    "russianLower": _repeated(_RUSSIAN),
    "russianUpper": _repeated(_RUSSIAN.upper()),
}
