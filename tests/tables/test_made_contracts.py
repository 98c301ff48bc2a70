# SPDX-License-Identifier: Apache-2.0
"""What is known of the made contracts stands in their files, and follows from the sentence named for it.

Dates, lengths and amounts are read from the sentences by code of this file, which shares nothing with the code that wrote them; the lists that
answer the questions over the whole library are made again from the text of all files.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from pathlib import Path
from typing import Any

import docx
import pytest

from tests.tables import made_contracts, made_tables
from tests.tables.contract_wordings import capital, words
from tests.tables.test_made_questions import labelled, text_of

CONTRACTS = labelled("made_contracts.jsonl")
LIBRARY = labelled("made_library_questions.jsonl")
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
HANZI = {digit: str(value % 10) for value, digit in enumerate("〇一二三四五六七八九")}
CAPITAL = {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}
SIGNS = {"CNY": "元|¥|￥|人民币|RMB", "EUR": "€|EUR|euros", "GBP": "£|GBP|pounds", "USD": r"US\$|USD"}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the contracts beside one of the tables."""
    folder = tmp_path_factory.mktemp("library")
    for name, make in (("contracts", made_contracts.make), ("tables", made_tables.make)):
        (folder / name).mkdir()
        make(folder / name)
    return folder


@pytest.fixture(scope="module")
def texts(library: Path) -> dict[str, str]:
    return {path.relative_to(library).as_posix(): text_of(path) for path in sorted(library.glob("*/*"))}


def plain_digits(text: str) -> str:
    """二〇二六年十二月三十一日 as 2026年12月31日."""
    text = re.sub(r"[〇一二三四五六七八九]{4}(?=年)", lambda year: "".join(HANZI[one] for one in year[0]), text)

    def number(found: re.Match[str]) -> str:
        tens, ten, ones = found[0].rpartition("十")
        return str((int(HANZI[tens]) if tens else 1 if ten else 0) * 10 + (int(HANZI[ones]) if ones else 0))

    return re.sub(r"[一二三四五六七八九十]+(?=[月日])", number, text)


def dates(text: str) -> list[dt.date]:
    text = re.sub(r" (?=[年月日\d])(?<=\d )| (?=\d+ [月日])", "", plain_digits(text)) if "年" in text else text
    found = re.findall(r"(\d{4})\s*[-年.]\s*(\d\d?)\s*[-月.]\s*(\d\d?)", text)
    made = [dt.date(*map(int, one)) for one in found]
    for day, month, year in re.findall(r"(\d\d?)(?:st|nd|rd|th)?(?: of)? ([A-Z][a-z]+) (\d{4})", text):
        made.append(dt.date(int(year), MONTHS.index(month[:3].lower()) + 1, int(day)))
    for month, day, year in re.findall(r"([A-Z][a-z]+) (\d\d?), (\d{4})", text):
        made.append(dt.date(int(year), MONTHS.index(month[:3].lower()) + 1, int(day)))
    return made


def years(text: str) -> int:
    months = re.search(r"(\d+) ?(?:个月|months)", text)
    if months:
        return int(months[1]) // 12
    return {"一": 1, "两": 2, "三": 3, "one": 1, "two": 2, "three": 3}[
        re.search(r"(?<=起)(.)年|(one|two|three) year", text).group(0).split()[0].rstrip("年")  # type: ignore[union-attr]
    ]


def capitals(text: str) -> list[int]:
    """The amounts in the characters of Chinese cheques."""
    made = []
    for found in re.findall(f"[{''.join(CAPITAL)}拾佰仟万]+(?=元整)", text):
        whole = part = digit = 0
        for one in found:
            if one in CAPITAL:
                digit = CAPITAL[one]
            elif one == "万":
                whole, part, digit = (part + digit) * 10_000, 0, 0
            else:
                part, digit = part + digit * UNITS[one], 0
        made.append(whole + part + digit)
    return made


def amounts(text: str) -> list[float]:
    factor = {"万": 10_000, " million": 1_000_000, "": 1}
    found = re.findall(r"(\d[\d,]*(?:\.\d+)?)(万| million|)", text)
    return [round(float(number.replace(",", "")) * factor[unit], 2) for number, unit in found] + [
        float(one) for one in capitals(text)
    ]


def test_there_are_forty_contracts_in_three_formats() -> None:
    assert [one.gold() for one in made_contracts.contracts()] == CONTRACTS
    assert len({one["file"] for one in CONTRACTS}) == 40
    assert Counter((one["language"], one["half"]) for one in CONTRACTS) == dict.fromkeys(
        [(language, half) for language in ("zh", "en") for half in ("tune", "keep")], 10
    )
    formats = Counter(one["file"].rpartition(".")[2] for one in CONTRACTS)
    assert formats.keys() == {"docx", "txt", "md"}
    assert min(formats.values()) >= 12


@pytest.mark.parametrize("known", CONTRACTS, ids=lambda known: known["file"])
def test_the_sentences_say_what_is_known(known: dict[str, Any], texts: dict[str, str]) -> None:
    lines = re.sub(r"\n+", "\n", texts[f"contracts/{known['file']}"])
    named = known["sentences"]
    for sentence in (*named["parties"], named["end"], named["amount"]):
        assert sentence in lines
    assert all(any(party in line for line in named["parties"]) for party in known["parties"])
    assert known["amount"] in amounts(named["amount"])
    assert re.search(SIGNS[known["currency"]], named["amount"])
    end, found = dt.date.fromisoformat(known["end"]), dates(named["end"])
    if known["end_computed"]:
        assert len(found) == 1
        assert found[0].replace(year=found[0].year + years(named["end"])) - dt.timedelta(days=1) == end
    else:
        assert end == max(found)
    elsewhere = lines.replace(named["end"], "")
    assert dates(elsewhere), "the date of signing is another one"
    assert end not in dates(elsewhere)


@pytest.mark.parametrize("number", [5, 10, 17, 305, 1_020, 10_001, 97_800, 200_000, 440_400, 909_000, 999_999])
def test_amounts_in_chinese_capitals(number: int) -> None:
    assert capitals(capital(number)) == [number]


def test_amounts_in_english_words() -> None:
    assert words(305) == "three hundred and five"
    assert words(10_001) == "ten thousand and one"
    assert words(97_800) == "ninety-seven thousand eight hundred"


def test_facts_in_tables_of_documents_too(library: Path) -> None:
    paths = [path for path in (library / "contracts").glob("*.docx") if docx.Document(str(path)).tables]
    assert len(paths) >= 3


@pytest.mark.parametrize("asked", LIBRARY, ids=lambda asked: asked["question"][:40])
def test_the_lists_over_the_library_are_exact(asked: dict[str, Any], texts: dict[str, str]) -> None:
    if "says" in asked:
        found = [name for name, text in texts.items() if re.search(asked["says"], text, re.IGNORECASE)]
    else:
        first, last = asked["facts"].get("end", ("", "9"))
        found = [
            f"contracts/{one['file']}"
            for one in CONTRACTS
            if first <= one["end"] <= last
            and asked["facts"].get("party", one["parties"][0]) in one["parties"]
            and asked["facts"].get("currency", one["currency"]) == one["currency"]
            and one["amount"] > asked["facts"].get("more", 0)
        ]
    assert sorted(asked["files"]) == sorted(found)
    assert 1 < len(found) < 25
    assert asked["answer"] == (len(found) if asked["kind"] == "count" else asked["files"])


def test_ten_questions_over_the_library() -> None:
    assert len({one["question"] for one in LIBRARY}) == 10
    assert Counter(one["language"] for one in LIBRARY) == {"zh": 5, "en": 5}
    assert {one["kind"] for one in LIBRARY} == {"list", "count"}
