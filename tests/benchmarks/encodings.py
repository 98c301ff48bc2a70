# SPDX-License-Identifier: Apache-2.0
"""Encoding detection on 200 short texts, beside two libraries.

python -m tests.benchmarks encodings

Texts of 10 to 300 bytes (some longer) as they lie in offices: names, rows of tables, mails, logs, sentences; of the sample office, of
../shared/data where it is there, and written here. "right" is the very text, "misled" a wrong one that claims to be sure:
chardetng-py by ``guess_assess``, Inkstone by ``Decoded.sure``; charset-normalizer claims nothing. "contest" leaves out UTF-8, UTF-16
and marks, which Inkstone recognises before any statistics.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from desktop_app.documents.text import encodings

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data" / "retrieval"
COUNT = 200

CHINESE = (
    "张伟",
    "2025年度预算.xlsx",
    "编号,名称,数量,单价\n1,密封圈,200,2.40\n2,电缆,35,18.00\n",
    "李娜 <lina@example.com>",
    "[2025-03-04 08:15:22] 错误：连接超时，正在重试（第3次）",
    "您好，附件是上周会议纪要，请查收。如有修改意见请于周五前回复，谢谢！",
    "质保期为十八个月，自验收合格之日起计算。",
    "收件人：王芳\n主题：关于办公室搬迁的通知\n\n各位同事：\n办公室将于下周一搬至三楼。",
    "部门\t姓名\t电话\n财务部\t刘洋\t8021\n",
    "同意。",
)
TRADITIONAL = (
    "陳怡君",
    "採購合約.docx",
    "品名,數量,單價\n螺絲,500,0.8\n電纜,20,35\n",
    "您好，附件為本月報價單，請查收。",
    "會議時間改為星期三下午兩點，地點不變。",
    "[2025-03-04 08:15] 警告：磁碟空間不足",
    "保固期間為十八個月，自驗收合格之日起算。",
    "寄件者：林志明\n主旨：專案進度報告",
)
JAPANESE = (
    "田中太郎",
    "見積書.pdf",
    "品名,数量,単価\nケーブル,20,350\nネジ,500,8\n",
    "お世話になっております。先日の打ち合わせの議事録をお送りします。",
    "会議は水曜日の午後二時に変更になりました。",
    "[2025-03-04 08:15] エラー：接続がタイムアウトしました",
    "保証期間は検収の日から十八か月とする。",
    "件名：事務所移転のお知らせ",
)
KOREAN = (
    "김민수",
    "견적서.pdf",
    "품명,수량,단가\n케이블,20,350\n나사,500,8\n",
    "안녕하세요. 지난주 회의록을 보내 드리니 확인 부탁드립니다.",
    "회의는 수요일 오후 두 시로 변경되었습니다.",
    "[2025-03-04 08:15] 오류: 연결 시간이 초과되었습니다",
    "보증 기간은 검수일로부터 십팔 개월로 한다.",
    "제목: 사무실 이전 안내",
)
RUSSIAN = (
    "Иванов Пётр",
    "Смета 2025.xlsx",
    "наименование;кол-во;цена\nкабель;20;350\nвинт;500;8\n",
    "Добрый день! Направляю протокол совещания, просьба ознакомиться до пятницы.",
    "Совещание перенесено на среду, 14:00.",
    "[2025-03-04 08:15] Ошибка: превышено время ожидания",
    "Гарантийный срок составляет восемнадцать месяцев со дня приёмки.",
    "Тема: переезд офиса",
)
WESTERN = (
    "Jürgen Müller",
    "Devis été.pdf",
    "désignation;quantité;prix\ncâble;20;3,50\nvis;500;0,08\n",
    "Bonjour, veuillez trouver ci-joint le compte rendu de la réunion.",
    "Die Gewährleistungsfrist beträgt achtzehn Monate ab Übergabe.",
    "[2025-03-04 08:15] Fehler: Zeitüberschreitung beim Öffnen",
    "El período de garantía será de dieciocho meses.",
    "Sköld, Åsa; Björk, Örjan",
    "A reunião foi transferida para quarta-feira às 14h. Até lá, não há alteração.",
    "Il costo sarà più alto, perché la qualità è migliore.",
)
CENTRAL = (
    "Łukasz Wiśniewski",
    "Příloha č. 3.pdf",
    "nazwa;ilość;cena\nwąż;20;3,50\nśruba;500;0,08\n",
    "Dzień dobry, w załączeniu przesyłam protokół ze spotkania.",
    "Záruční doba činí osmnáct měsíců ode dne převzetí.",
    "[2025-03-04 08:15] Błąd: przekroczono limit czasu połączenia",
    "A jótállási idő tizennyolc hónap, az átvétel napjától számítva.",
    "Předmět: stěhování kanceláře",
    "Kovács Ágnes; Szőke Gergő",
    "Garancijski rok je osemnajst mesecev od dneva prevzema, če ni drugače določeno.",
)
GREEK = (
    "Η εγγύηση ισχύει για δεκαοκτώ μήνες από την παραλαβή.",
    "Θέμα: μετακόμιση του γραφείου",
    "είδος;ποσότητα;τιμή\nκαλώδιο;20;3,50\n",
    "Γιώργος Παπαδόπουλος",
)
MIXED = (CHINESE[5], CHINESE[2], JAPANESE[3], KOREAN[3], RUSSIAN[3], WESTERN[3], CENTRAL[4], GREEK[0])
UTF16 = (CHINESE[6], CHINESE[8], "Name,Amount\nSmith,200\n", WESTERN[4])

Case = tuple[str, bytes, str]
Answer = tuple[str, bool]


def main() -> None:
    made = cases()
    longest = max(len(data) for _, data, _ in made)
    print(f"{len(made)} texts, {min(len(data) for _, data, _ in made)} to {longest} bytes")
    results = {name: run(made, decode) for name, decode in DETECTORS.items()}
    print(f"{'':18}{'texts':>6}" + "".join(f"{name:>20}" for name in results))
    groups = list(dict.fromkeys(group for group, _, _ in made))
    contest = [group for group in groups if not group.startswith("UTF")]
    for name, chosen in [*((group, [group]) for group in groups), ("contest", contest), ("all", groups)]:
        numbers = [number for number, (group, _, _) in enumerate(made) if group in chosen]
        row = ""
        for _, answers in results.values():
            right = sum(answers[number][0] == made[number][2] for number in numbers)
            misled = sum(answers[number][0] != made[number][2] and answers[number][1] for number in numbers)
            row += f"{right:>11} ({misled:>2} misled)"
        print(f"{name:18}{len(numbers):>6}{row}")
    print(f"{'ms a text':18}{'':6}" + "".join(f"{seconds / len(made) * 1e3:>20.2f}" for seconds, _ in results.values()))


def run(made: list[Case], decode: Callable[[bytes], Answer]) -> tuple[float, list[Answer]]:
    decode("Größe".encode("cp1252"))  # imports and tables
    started = time.perf_counter()
    answers = [decode(data) for _, data, _ in made]
    return time.perf_counter() - started, answers


def cases() -> list[Case]:
    choose = random.Random(200)
    found: list[Case] = []
    for group, codecs, texts in (
        ("GB18030", ("gb18030",), (*CHINESE, *pieces(choose, office("zh"), 23), *pieces(choose, passages("zh"), 22))),
        ("Big5", ("cp950",), (*TRADITIONAL, *traditional(pieces(choose, passages("zh"), 12)))),
        ("Shift-JIS", ("cp932",), JAPANESE),
        ("EUC-JP", ("euc_jp",), JAPANESE),
        ("EUC-KR", ("cp949",), KOREAN),
        ("Cyrillic", ("cp1251", "koi8_r", "iso8859_5"), RUSSIAN),
        ("Western", ("cp1252", "iso8859_15"), WESTERN),
        ("Western", ("cp1252",), pieces(choose, [text for text in passages("de") if not text.isascii()], 8)),
        ("Central European", ("cp1250", "iso8859_2"), CENTRAL),
        ("Greek", ("iso8859_7",), GREEK),
        ("UTF-8", ("utf_8", "utf_8_sig"), MIXED),
        ("UTF-16", ("utf_16_le", "utf_16_be", "utf_16"), UTF16),
    ):
        for codec in codecs:
            for text in texts:
                data = encoded(text, codec)
                if data is not None and not (codec not in ("utf_16_le", "utf_16_be") and data.isascii()):
                    found.append((group, data, text))
    return found[:COUNT]


def encoded(text: str, codec: str) -> bytes | None:
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        return None


def office(language: str) -> list[str]:
    """Lines of the sample office that have Chinese in them."""
    files = sorted((ROOT / "packaging" / "samples").rglob("*.*"))
    lines = [line.strip() for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if (language == "zh") == any("一" <= character <= "龥" for character in line)]


def passages(language: str) -> list[str]:
    """Paragraphs of Wikipedia, where the shared data is there."""
    file = SHARED / f"{language}.passages.jsonl"
    if not file.exists():
        return []
    return [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]


def pieces(choose: random.Random, texts: list[str], count: int) -> list[str]:
    """Cut out of texts at random, from five characters to 150."""
    found: list[str] = []
    while texts and len(found) < count:
        text = choose.choice(texts).replace("\r", " ").replace("\n", " ")
        size = choose.choice((5, 10, 20, 40, 80, 150))
        start = choose.randrange(max(1, len(text) - size))
        piece = text[start : start + size]
        if not piece.isascii():
            found.append(piece)
    return found


def traditional(texts: list[str]) -> list[str]:
    from opencc import OpenCC

    return [OpenCC("s2t").convert(text) for text in texts]


# ---- the three, each bytes -> (text, whether it claims to be sure) -----------------------------------------------------------


def inkstone(data: bytes) -> Answer:
    decoded = encodings.decode(data)
    return decoded.text, decoded.sure


def chardetng(data: bytes) -> Answer:
    from chardetng_py import EncodingDetector

    detector = EncodingDetector()
    detector.feed(data, last=True)
    name, sure = detector.guess_assess(tld=None, allow_utf8=True)
    return as_browsers_do(data, name), sure


def charset_normalizer(data: bytes) -> Answer:
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    return ("", False) if best is None else (str(best), False)


@lru_cache
def codec_of(name: str) -> str:
    """Browsers read the smaller sets as the larger ones that Windows writes under their names."""
    wider = {"gbk": "gb18030", "shift_jis": "cp932", "euc-kr": "cp949", "big5": "cp950", "iso-8859-8-i": "iso8859_8"}
    return wider.get(name.lower(), name)


def as_browsers_do(data: bytes, name: str) -> str:
    return data.decode(codec_of(name), errors="replace")


DETECTORS: dict[str, Callable[[bytes], Answer]] = {
    "Inkstone": inkstone,
    "chardetng-py": chardetng,
    "charset-normalizer": charset_normalizer,
}


if __name__ == "__main__":
    main()
