# SPDX-License-Identifier: Apache-2.0
"""Thirty libraries of one file each, a question each: is the sentence that answers quoted first, and is it shown as an answer?

python -m tests.benchmarks small_libraries                files of ../shared/data/cases and of the sample office

A small library is the hardest one for weights by rarity: every word that is there stands everywhere. The question goes through the
engine with the bundled model and without a language model. Wanted: at least 27 answered from the right sentence.
"""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

from desktop_app.answering.asked import Asked
from desktop_app.answering.extractive import choose
from desktop_app.answering.listener import Listener
from desktop_app.answering.sentence_scores import score_sentences
from desktop_app.contract.answer import Answer
from desktop_app.contract.index_run import WHOLE_LIBRARY
from desktop_app.contract.passage import NONE
from desktop_app.engine.engine import Engine
from desktop_app.foundation import paths
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.retrieval.query_terms import search_terms

_CASES = Path(__file__).resolve().parents[3] / "shared" / "data" / "cases"
_OFFICE = paths.resources() / "samples" / "办公室 Sample Office"
_SILENT = Listener()
WANTED = 27
# (file, question, what stands in the sentence that answers)
QUESTIONS: tuple[tuple[Path, str, str], ...] = (
    (_CASES / "D1/filtered.xlsx", "How many bolts are in stock?", "Bolt; Qty: 10"),
    (_CASES / "D2/agreement.docx", "How long is the notice period?", "60 days from receipt"),
    (_CASES / "D3/msa.docx", "What does the second reminder cost?", "second reminder costs 40 francs"),
    (_CASES / "D3/policy.docx", "How long does the warranty last?", "36 months"),
    (_CASES / "D3/租赁合同.docx", "设备租赁合同的租赁期限有多长？", "二十四个月"),
    (_CASES / "D4/purchase.docx", "How much is the storage charge in the agreement of Alpha Ltd?", "12 francs a day"),
    (_CASES / "D6/claim.pdf", "Who is the applicant of the claim?", "Petra Lindqvist"),
    (_CASES / "D7/radicals.txt", "合同金额是多少？", "⾦额为"),
    (_CASES / "D7/radicals.pdf", "这份文件一式几份？", "⼀式两份"),
    (_CASES / "D8/big5.txt", "辦公室的電話分機是多少？", "二三四"),
    (_CASES / "D8/gb18030.txt", "宁波海曙贸易有限公司的付款期限是多少天？", "四十五天"),
    (_CASES / "D8/gbk.csv", "王芳的电话是多少？", "13900002222"),
    (_CASES / "D8/latin1.txt", "Wie hoch ist die Prüfgebühr?", "85 Euro"),
    (_CASES / "D8/utf16le_bom.txt", "仓库在哪里？", "星湖街328号"),
    (_CASES / "D10/plan1900.xlsx", "What is the amount of instalment 2?", "2,469,135.78"),
    (_CASES / "D11/emptyv.xlsx", "How much is the budget for power?", "Power; Dollar: 310"),
    (_CASES / "D12/units.docx", "How many desks were sold in the region East?", "East; Product: Desk"),
    (_CASES / "D13/ruled.pdf", "What does bracket type 40 cost?", "ART-040"),
    (_CASES / "D16/asfile.eml", "Who is the escrow agent?", "Notary Bauer"),
    (_CASES / "D16/chain.eml", "Where is the seat of the arbitration?", "Vilnius"),
    (_CASES / "I2/2025/invoice.pdf", "What is the total of the invoice from Keller Ltd?", "4,871.90"),
    (_CASES / "R1/合同317.docx", "HT-2026-0317的合同总金额是多少？", "21729元"),
    (_CASES / "R2/full.txt", "HT20260317的金额是多少？", "１２３，４５６元"),
    (_CASES / "R3/en.pdf", "How much insurance must the supplier carry?", "two million francs"),
    (_CASES / "R3/ocr.txt", "押金是多少？", "三 千 元"),
    (_CASES / "R3/zh.pdf", "遇到不可抗力，几日内通知对方？", "七日内"),
    (_CASES / "R4/model5.txt", "What does a new windscreen for the Model 5 cost?", "690 euro"),
    (_OFFICE / "人事/Office hours.txt", "Until when does the loading dock take deliveries in the morning?", "11:30"),
    (_OFFICE / "财务/Travel policy.docx", "What may a hotel room cost per night in the capital?", "175"),
    (_OFFICE / "财务/采购合同.docx", "采购合同的质保期有多长？", "十八个月"),
)


def _ask(file: Path, question: str) -> Answer:
    with tempfile.TemporaryDirectory() as folder, closing(Engine(Path(folder) / "library", embedding="bundled")) as engine:
        engine.add_sources([str(file)])
        engine.index(WHOLE_LIBRARY, Cancellation())
        return engine.ask(Asked(question), llm="", listener=_SILENT, loading=lambda _part: None, cancel=Cancellation())[0]


def _would_be_quoted(question: str, answer: Answer) -> list[str]:
    """The sentences of the nearest passages, where nothing was shown as an answer; all words weigh the same."""
    terms = search_terms(question)
    scored = score_sentences(question, terms, dict.fromkeys(terms, 1.0), answer.nearest)
    return [sentence.text for sentence in choose(scored)]


def main() -> None:
    if not _CASES.is_dir():
        print("needs ../shared/data/cases")
        return
    right = shown = both = 0
    for file, question, told in QUESTIONS:
        answer = _ask(file, question)
        quotes = [citation.quote for citation in answer.citations] or _would_be_quoted(question, answer)
        is_right = bool(quotes) and told in quotes[0]
        is_shown = answer.found or answer.certainty != NONE
        right, shown, both = right + is_right, shown + is_shown, both + (is_right and is_shown)
        first = " ".join(quotes[0].split())[:80] if quotes else "-"
        print(
            f"{'right' if is_right else 'WRONG'}  {'shown' if is_shown else 'not shown':9}  {file.name}: {question} -> {first}"
        )
    count = len(QUESTIONS)
    print(f"right sentence first: {right} of {count}; shown as answer or perhaps: {shown}; both: {both} (wanted {WANTED})")
