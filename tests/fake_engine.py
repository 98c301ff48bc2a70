# SPDX-License-Identifier: Apache-2.0
"""A scripted engine: a real process that speaks ``contract.messages`` with canned data, for what the real engine does too rarely.

    python tests/fake_engine.py [--wrong-version] [--locked PATH] [--die] [--die-once FILE] [--silent] [--failing N] [--conversations N] [--bare]
                                [--library NAME] [--index-steps N] [--index-holds] [--slow SECONDS] [--words WORD,WORD]

What a question holds decides what happens: "crash" dies in the middle of the answer, "garbage" sends lines that are no
messages, "broken" a reply that cannot be decoded, "fail" an error, "nothing" finds nothing, "near" and "far" find near misses, "many" 212 hits, "forever" streams until it is
stopped, "flood" sends thousands of tokens, "long" answers with 20,000 characters, "loading" loads a model until it is stopped,
"reading" reads until it is stopped, "growing" stands still in the middle of its answer, "thinking" thinks first, "partly" has a verdict of
each kind, "unproven" writes what nothing supports, "follow" is made to stand alone, "cut" runs out and "loop" repeats itself; "宾馆" or
"accommodation" is found by meaning and may be answered; "供应商" or "supplier" is answered by rows of tables; "early" comes before all
files are read; anything else gets a cited answer, quoted when ``llm`` is empty. With a model
the quotes come before it, as from the real engine.
"""

# ruff: noqa: E402, C901 - a script that finds the package first, and one long list of answers
from __future__ import annotations

import argparse
import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import msgspec

from desktop_app.analysis import language
from desktop_app.analysis.matching import TermMatcher
from desktop_app.answering import extractive
from desktop_app.answering.sentence_scores import ScoredSentence
from desktop_app.answering.texts import fixed_texts
from desktop_app.contract import messages as m
from desktop_app.contract.answer import PARTLY, SUPPORTED, UNSUPPORTED, Answer, AnswerPart, Checks, Citation
from desktop_app.contract.conversation import ConversationHead, ConversationHit, Turn
from desktop_app.contract.document import Locator, Piece
from desktop_app.contract.exclude_rules import DEFAULT_PATTERNS
from desktop_app.contract.index_run import Forecast, IndexProgress
from desktop_app.contract.ledger import EVERYWHERE, LedgerRow, NamedPath, Scope, Source
from desktop_app.contract.model_entry import ModelEntry
from desktop_app.contract.passage import ANSWER, NONE, PERHAPS, Passage, SearchResult
from desktop_app.contract.reports.duplicate_report import DuplicateFile, DuplicateGroup, DuplicateReport
from desktop_app.contract.search_page import Facet, Facets, FolderCount, KeptSearch, NamedFile
from desktop_app.foundation import hardware
from desktop_app.ipc.pipes import LineWriter, protect_stdout
from desktop_app.models import recommended
from tests import table_passages

FOLDER = "/资料/办公室"
LEAVE = "员工申请年休假，须提前三个工作日在 OA 系统填写《休假申请单》，由部门经理审批后方可休假。"
UNREAD = f"{FOLDER}/人事/员工手册（征求意见稿）.docx"
INTERN = "实习生的请假按附件二执行，连续请假超过五个工作日的，须由人力资源部审批。"
TRAVEL = "Hotel costs are refunded up to 450 yuan a night in tier-one cities, and up to 320 yuan elsewhere."
_FOUND = (
    Passage(
        1,
        1,
        f"{FOLDER}/人事/员工手册.pdf",
        LEAVE + "未经批准擅自离岗的，按旷工处理。",
        Locator(page=12, chars=(0, 60)),
        0.93,
        ("第三章 考勤与休假",),
        (Piece(0, 58, Locator(page=12, chars=(0, 58))),),
        ("休假", "申请"),
        {"lexical": 1, "dense": 3},
    ),
    Passage(
        2,
        2,
        f"{FOLDER}/人事/附件二 实习生管理办法（2025 年修订版，含补充说明与审批流程示意图）.docx",
        INTERN,
        Locator(headings=("附件二", "第三条 请假")),
        0.81,
        ("附件二",),
        (),
        ("请假",),
        {"lexical": 2},
    ),
    Passage(
        3,
        3,
        f"{FOLDER}/travel/Travel rules.docx",
        TRAVEL,
        Locator(headings=("Hotels",), lines=(14, 16)),
        0.74,
        ("Hotels",),
        (),
        ("hotel", "costs"),
        {"dense": 1},
    ),
    Passage(
        4,
        4,
        f"{FOLDER}/财务/报销明细 2025.xlsx",
        "住宿 | 上海 | 450 | 王芳\n住宿 | 苏州 | 320 | 李雷",
        Locator(sheet="差旅", cells="B2:E3"),
        0.62,
        ("差旅",),
        (),
        ("住宿",),
        {"lexical": 4, "dense": 5},
    ),
    Passage(
        5,
        5,
        f"{FOLDER}/人事/员工手册.pdf",
        "婚假为十天，产假按国家规定执行。" * 4,
        Locator(page=13),
        0.44,
        ("第三章 考勤与休假",),
        (),
        ("假",),
        {"lexical": 6},
    ),
)
PASSAGES = tuple(
    replace(
        passage,
        marks=TermMatcher(passage.terms).marks(passage.text),
        certainty=ANSWER if passage.score >= 0.5 else PERHAPS,
        language=language.language(passage.text),
        hit=True,
    )
    for passage in _FOUND
)
_SECRET = Locator(headings=("第三章", "租赁价格"), chars=(880, 917), hidden="text")
_PRICE = "内部说明：最低可接受租金为每月一万八千元，押金可降至一个月。"
HIDDEN = Passage(
    77, 1, f"{FOLDER}/合同/办公室租赁合同.docx", _PRICE, _SECRET, 0.62, ("第三章", "租赁价格"), terms=("押金",),
    marks=TermMatcher(("押金",)).marks(_PRICE), certainty=PERHAPS, language="zh", hit=True,
)  # fmt: skip
"""Found only where hidden text is searched too."""
FACETS = Facets(
    (Facet("word", 2), Facet("pdf", 1), Facet("spreadsheet", 1)),
    (Facet(f"{FOLDER}/人事", 2), Facet(f"{FOLDER}/travel", 1), Facet(f"{FOLDER}/财务", 1)),
    (Facet("2025", 3), Facet("2024", 1)),
    (Facet("zh", 3), Facet("en", 1)),
)
NAMED = (
    NamedFile(f"{FOLDER}/人事/员工手册.pdf", "indexed", 1_763_000_000.0, 912_000, 1),
    NamedFile("/资料/王芳/下载/员工手册 扫描件（加密）.pdf", "failed", 1_700_000_000.0, 4_810_000),
)
_MEANT = ("宾馆", "accommodation")
READY = 0.62  # of the vectors, while a question is answered by meaning


def meant() -> tuple[Passage, ...]:
    """What is found by meaning alone: an English sentence in the middle of a passage, and a table row."""
    rules = "Receipts are handed in within fifteen days after the trip. " + TRAVEL + " Breakfast is not refunded."
    start = rules.index(TRAVEL)
    texts = {3: (rules, (start, start + len(TRAVEL))), 4: (PASSAGES[3].text, (0, PASSAGES[3].text.index("\n")))}
    return tuple(
        replace(passage, rank=rank, text=texts[passage.chunk_id][0], best=texts[passage.chunk_id][1], certainty=PERHAPS,
                score=0.44, terms=(), marks=(), arms={"dense": rank}, by_meaning=True)
        for rank, passage in enumerate(PASSAGES[2:4], start=1)
    )  # fmt: skip


def may_answer(question: str) -> Answer:
    sent = meant()
    chosen = [ScoredSentence(one, *one.best, 1.0) for one in sent if one.best is not None]
    text, parts, citations = extractive.write(chosen, fixed_texts.may_answer(question))
    return Answer(
        question, text, False, "extractive", parts, citations, sent=sent, checks=Checks(len(parts)), certainty=PERHAPS,
        timings={"search": 0.03, "total": 0.3}, searched_files=1912, total_files=1950, meaning=READY,
    )  # fmt: skip


HITS = [
    ConversationHit(
        3, 1, "请假流程", "员工申请年休假，须提前三个工作日在 OA 系统填写《休假申请单》", ((4, 7),), 1_763_000_000.0
    ),
    ConversationHit(2, 2, "Travel rules", "What is the limit for hotels?", ((22, 28),), 1_762_800_000.0),
]
_DAY = 1_760_000_000.0
DUPLICATES = DuplicateReport(
    (
        DuplicateGroup(
            "exact",
            (
                DuplicateFile(f"{FOLDER}/财务/报销明细 2025.xlsx", _DAY, 48_200, 1.0, True),
                DuplicateFile("/资料/王芳/下载/报销明细 2025 (1).xlsx", _DAY - 86_400, 48_200, 1.0, False),
            ),
        ),
        DuplicateGroup(
            "near",
            (
                DuplicateFile(f"{FOLDER}/人事/员工手册.pdf", _DAY, 912_000, 1.0, True),
                DuplicateFile(f"{FOLDER}/人事/旧/员工手册-旧版.pdf", _DAY - 9_000_000, 890_000, 0.962, False),
                DuplicateFile(
                    f"{FOLDER}/人事/旧/2019 年以前的归档资料/员工手册（征求意见稿，含修订批注与部门反馈汇总）.docx",
                    _DAY - 40_000_000, 640_000, 0.871, False,
                ),
            ),
        ),
    ),
    1950,
    1.2,
)  # fmt: skip


def answer(question: str, llm: str) -> Answer:
    one = f"{LEAVE}[1]"
    two = f"**实习生**另见附件二：{INTERN}[2]" if llm else f"{INTERN}[2]"
    three = "通常一天之内就会批复。"
    four = f"For business travel, {TRAVEL[0].lower() + TRAVEL[1:]}[3][4]"
    text = f"{one}\n\n- {two}\n- {three}\n\n{four}" if llm else f"{one}\n\n{two}"
    parts = []
    for sentence, numbers, why in ((one, (1,), ""), (two, (2,), ""), (three, (), "no_citation"), (four, (3, 4), "")):
        at = text.find(sentence)
        if at >= 0:
            parts.append(AnswerPart(at, at + len(sentence), numbers, UNSUPPORTED if why else SUPPORTED, why))
    citations = []
    for passage in PASSAGES[: 4 if llm else 2]:
        quote = passage.text.split("未经")[0].split("\n")[0]
        citations.append(Citation(passage.rank, passage.chunk_id, passage.path, passage.locator, quote, 0, len(quote)))
    return Answer(
        question=question, text=text, found=True, mode="llm" if llm else "extractive", parts=tuple(parts), citations=tuple(citations),
        sent=PASSAGES, checks=Checks(sum(not part.why for part in parts), sum(bool(part.why) for part in parts)),
        timings={"search": 0.03, "first_token": 0.4, "total": 1.6},
        searched_files=1912, total_files=1950, certainty=ANSWER, model=llm, said=text if llm else "",
        quoted=answer(question, "") if llm else None,
    )  # fmt: skip


THOUGHT = "The person asks how to apply for leave. The handbook, p. 12, names the OA form and three working days. " * 6
STANDS_ALONE = "实习生请假需要谁审批？"
DOUBTED = "年休假每年二十天，由总经理直接批准，不需要填写任何表格。"


def varied(question: str, llm: str, asked: str = "") -> Answer:
    """What a question with one of the words of the module's docstring is answered; ``asked``: what it is called in the answer."""
    full = answer(asked or question, llm)
    if "long" in question:
        full = _replaced(full, long_text())
    if "early" in question:
        full = replace(full, searched_files=1484, unread_files=466)
    if "follow" in question:
        quoted = replace(full.quoted, searched_as=STANDS_ALONE, follows=True) if full.quoted else None
        full = replace(full, searched_as=STANDS_ALONE, follows=True, dropped_turns=3, quoted=quoted)
    if not llm:
        return full
    if "partly" in question:
        parts = [
            replace(part, verdict=PARTLY, why="number_differs", missing=("450",)) if part.citations == (3, 4) else part
            for part in full.parts
        ]
        full = replace(full, parts=tuple(parts), checks=Checks(2, 1, partly=1, corrected=1))
    if "thinking" in question:
        full = replace(full, thought=THOUGHT)
    if "unproven" in question:
        quotes = answer(asked or question, "")
        full = replace(quotes, model=llm, written=DOUBTED, said=DOUBTED, thought=full.thought)
    if "cut" in question:
        full = replace(full, finish="length")
    if "loop" in question:
        full = replace(full, finish="loop")
    return full


def long_text(length: int = 20_000) -> str:
    """Many paragraphs, lists, headings, a table and code, with a citation in each."""
    blocks = [
        "## 差旅与休假\n\n",
        f"{LEAVE}[1] {TRAVEL}[3]\n\n",
        f"1. {INTERN}[2]\n2. {TRAVEL}[3]\n3. 报销须在返回后十个工作日内提交，附发票原件与行程单[4]。\n\n",
        "| 城市 | 标准（元） | 依据 |\n|---|---:|---|\n| 上海 | 450 | 差旅表 [4] |\n| 苏州 | 320 | 差旅表 [4] |\n\n",
        "> 未经批准擅自离岗的，按旷工处理。[1]\n\n",
        "```\n报销单号 = 部门代码 + 年月 + 流水号\n```\n\n",
    ]
    text = ""
    while len(text) < length:
        text += blocks[len(text) % len(blocks)] if text else "".join(blocks)
        text += f"{LEAVE}[1]{INTERN}[2]\n\n"
    return text


def file_chunks(passage: Passage) -> list[m.ContextChunk]:
    """The text of the file that ``passage`` stands in."""
    trail = list(passage.trail)
    before = "第三章 考勤与休假。本章适用于全体正式员工。" * 3
    after = "加班须事先申请，经批准的加班可以调休。" * 5
    return [
        m.ContextChunk(100, before, passage.locator, trail, []),
        m.ContextChunk(passage.chunk_id, passage.text, passage.locator, trail, list(passage.pieces)),
        m.ContextChunk(101, after, passage.locator, trail, []),
    ]


class Engine:
    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.out = LineWriter(protect_stdout())
        self.cancelled: set[int] = set()
        self.changed = threading.Condition()
        self.words = options.words.split(",") if options.words else []
        self.paused = False
        self.searches = [] if options.bare else [
            KeptSearch(1, "付款期限", Scope((f"{FOLDER}/合同",), ("word", "pdf")), "newest", "合同付款条款", 1_762_000_000.0),
            KeptSearch(2, "hotel costs", Scope(languages=("en",)), "best", "Travel limits", 1_761_000_000.0),
            KeptSearch(3, "试用期 工资", EVERYWHERE, "best", "", 1_763_000_000.0),
            KeptSearch(4, "HT-2023-0417", Scope(exact=True), "best", "", 1_762_900_000.0),
        ]  # fmt: skip
        self.dismissed: set[str] = set()
        self.unlocked: set[str] = set()  # by the password "secret"
        self.status = m.Status(
            embedding="ready", embedding_name="all-MiniLM-L6-v2", embedding_languages="en", llm="ready",
            llm_path="/模型/Qwen2.5-7B-Instruct-Q4_K_M.gguf", llm_memory=4_400_000_000,
        )  # fmt: skip
        self.sources = [] if options.bare else [
            Source(f"{FOLDER}/合同", "folder", True, {"indexed": 312}),
            Source(f"{FOLDER}/人事", "folder", True, {"indexed": 1170, "partial": 14, "failed": 3, "pending": 466}, 17),
            Source("/media/移动硬盘/2019 年以前的归档资料与历史合同扫描件", "folder", False, {"offline": 88}),
        ]  # fmt: skip
        self.heads = [] if options.bare else [
            ConversationHead(3, "请假流程", 1_763_000_000.0, 2),
            ConversationHead(2, "Travel rules", 1_762_800_000.0, 1),
            ConversationHead(1, "去年第四季度供应商合同里关于付款期限与违约责任的约定有哪些不同", 1_760_000_000.0, 5),
        ]  # fmt: skip
        while len(self.heads) < options.conversations:
            number = len(self.heads) + 1
            self.heads.append(ConversationHead(number, f"合同 {number}", 1_760_000_000.0 - number * 3_600, 1))

    def run(self) -> None:
        msgspec.json.decode(sys.stdin.buffer.readline(), type=m.Initialize)
        if self.options.silent:
            sys.stdin.buffer.read()
            return
        protocol = m.PROTOCOL + 7 if self.options.wrong_version else m.PROTOCOL
        self.out.write(m.Initialized(protocol))
        if self.options.locked and (self.options.locked.startswith("/资料") or Path(self.options.locked).exists()):
            self.out.write(m.ErrorReply(id=0, code="library_locked", data={"path": self.options.locked}))
            sys.exit(3)
        if self.options.die or (self.options.die_once and not Path(self.options.die_once).exists()):
            if self.options.die_once:
                Path(self.options.die_once).touch()
            os._exit(9)
        self.out.write(self.status)
        for line in sys.stdin.buffer:
            request = m.request_decoder.decode(line)
            threading.Thread(target=self.answer_one, args=(request,), daemon=True).start()

    def answer_one(self, request: m.AnyRequest) -> None:
        try:
            self._answer_one(request)
        except BrokenPipeError:
            os._exit(0)

    def _answer_one(self, request: m.AnyRequest) -> None:
        match request:
            case m.Overview():
                counts: dict[str, int] = {}
                for source in self.sources:
                    for state, number in source.counts.items():
                        counts[state] = counts.get(state, 0) + number
                needing = counts.get("failed", 0) + counts.get("partial", 0) - len(self.dismissed)
                self.out.write(
                    m.OverviewResult(
                        request.id,
                        self.options.library,
                        self.sources,
                        counts,
                        18_204,
                        "bundled",
                        needing=needing,
                        with_hidden=1,
                    )
                )
            case m.Ask():
                self.ask(request)
            case m.Search():
                self.search(request)
            case m.KeptSearches() | m.KeepSearch() | m.RenameSearch() | m.ForgetSearch():
                self.kept_searches(request)
            case m.Subfolders():
                self.subfolders(request)
            case m.Similar():
                like = tuple(passage for passage in PASSAGES if passage.chunk_id != request.chunk_id)
                self.out.write(m.SearchDone(request.id, SearchResult(request.text, like, 1912, 1950, hits=4, hit_files=4)))
            case m.Duplicates():
                self.out.write(m.Progress(request.id, 940, 1950))
                self.out.write(m.DuplicatesResult(request.id, DUPLICATES))
            case m.Index():
                self.index(request)
            case m.Files():
                self.files(request)
            case m.FindNames():
                self.names(request)
            case m.Dismiss():
                (self.dismissed.update if request.dismissed else self.dismissed.difference_update)(request.paths)
                self.out.write(m.Done(request.id))
            case m.Rules():
                patterns = [
                    *DEFAULT_PATTERNS,
                    "!重要.log",
                    "草稿/",
                ]
                self.out.write(m.RulesResult(request.id, patterns, True, 200))
            case m.SetRules():
                bad = next((pattern for pattern in request.patterns if pattern == "!"), "")
                self.out.write(m.ErrorReply(request.id, "pattern_invalid", {"pattern": bad}) if bad else m.Done(request.id))
            case m.Pause():
                with self.changed:
                    self.paused = request.paused
                    self.changed.notify_all()
                self.out.write(m.Done(request.id))
            case m.Cancel():
                with self.changed:
                    self.cancelled.add(request.target)
                    self.changed.notify_all()
            case m.AddSources():
                self.add(request)
            case m.MeasureModel():
                self.out.write(m.ModelMeasured(request.id, 96.0, 11.4))
            case m.ImportModel():
                self.out.write(m.Progress(request.id, 300_000_000, 1_100_000_000))
                if "copying" in request.path:
                    self._until_cancelled(request.id)
                    self.out.write(m.ErrorReply(request.id, m.CANCELLED))
                else:
                    self.out.write(m.ModelImported(request.id, f"{request.folder}/{Path(request.path).name}"))
            case m.RemoveSource():
                self.sources = [source for source in self.sources if source.path != request.path]
                self.out.write(m.Done(request.id))
            case m.Context():
                self.context(request)
            case m.FileHeadings():
                headings = [m.FileHeading("第三章 考勤与休假", 0, "heading", 0, 0), m.FileHeading("加班", 1, "heading", 2, 0)]
                self.out.write(m.FileHeadingsResult(request.id, request.path, headings))
            case m.FindInFile():
                self.find_in_file(request)
            case m.Models():
                self.models(request)
            case m.Conversations():
                self.out.write(m.ConversationsResult(request.id, self.heads))
            case m.OpenConversation():
                head = next((head for head in self.heads if head.id == request.conversation), None)
                if head is None:
                    self.out.write(m.ErrorReply(request.id, "conversation_unknown"))
                else:
                    answers = [answer("怎么请假？", "x"), answer("What is the limit for hotels?", "")]
                    self.out.write(
                        m.ConversationResult(request.id, head, [Turn(n, one.question, one) for n, one in enumerate(answers, 1)])
                    )
            case m.RenameConversation():
                self.heads = [replace(h, title=request.title) if h.id == request.conversation else h for h in self.heads]
                self.out.write(m.Done(request.id))
            case m.PinConversation():
                heads = [replace(h, pinned=request.pinned) if h.id == request.conversation else h for h in self.heads]
                self.heads = sorted(heads, key=lambda head: (-head.pinned, -head.updated))
                self.out.write(m.Done(request.id))
            case m.SearchConversations():
                found = HITS if request.text in "年休假 hotel" else []
                self.out.write(m.ConversationsFound(request.id, request.text, found))
            case m.DeleteConversation():
                self.heads = [head for head in self.heads if head.id != request.conversation]
                self.out.write(m.Done(request.id))
            case m.Doctor():
                self.out.write(m.DoctorResult(request.id, {"hardware": {"cores": 2}}))
            case m.WarmUp():
                for step in range(5):
                    self.out.write(m.ModelLoading(request.id, request.llm, step / 4))
                self.out.write(m.Done(request.id))
            case _:
                self.out.write(m.Done(request.id))

    def add(self, request: m.AddSources) -> None:
        models = [
            ModelEntry(
                path, Path(path).stem, "llm", 1_117_320_736, 1_700_000_000, "yes", "qwen2", 1_540_000_000, "Q4_K_M", 8_192, True
            )
            for path in request.paths
            if path.endswith(".gguf")
        ]
        added = [path for path in request.paths if not path.endswith(".gguf")]
        self.sources += [Source(path, "folder" if Path(path).is_dir() else "file", True, {"pending": 12}) for path in added]
        self.out.write(m.SourcesAdded(request.id, added, models))

    def ask(self, request: m.Ask) -> None:
        word = self.words.pop(0) if self.words else ""
        question = f"{word} {request.question}"
        if "fail" in question:
            self.out.write(m.ErrorReply(request.id, "llm_crashed", {"path": request.llm or "模型.gguf", "detail": "signal 11"}))
            return
        if "nothing" in question:
            self.out.write(m.PassagesFound(request.id, []))
            nothing = Answer(
                question,
                "",
                False,
                "llm" if request.llm else "extractive",
                nearest=tuple(replace(passage, certainty=NONE) for passage in PASSAGES[:3]),
                searched_files=1912,
                total_files=1950,
            )
            if "early" in question:
                nothing = replace(nothing, searched_files=1484, unread_files=466)
            if not self.sources:
                nothing = replace(nothing, nearest=(), searched_files=0, total_files=0)
            self.out.write(m.Began(request.id, request.conversation or 7, request.turn or 1))
            self.out.write(m.Answered(request.id, nothing, request.conversation or 7, request.turn or 1))
            return
        if any(word in question for word in _MEANT):
            self.out.write(m.PassagesFound(request.id, list(meant())))
            done = may_answer(question)
            if request.llm:  # which says that it does not know
                self.out.write(m.Token(request.id, fixed_texts.not_found(question)))
                done = replace(done, mode="llm", refused=True)
            self.out.write(m.Answered(request.id, done, request.conversation or 7))
            return
        if any(word in question for word in table_passages.WORDS):
            self.out.write(m.Answered(request.id, table_passages.answer(question, FOLDER), request.conversation or 7))
            return
        if "broken" in question:
            self.out._stream.write(msgspec.json.encode({"type": "answered", "id": request.id, "answer": 7}) + b"\n")
            return
        if "garbage" in question:
            self.out._stream.write(b'ggml_backend: a stray print\n\xff\xfe\x00\n{"type": "tok\n\n[1,2]\n')
        full = varied(question, request.llm, request.question)
        quotes = full.quoted or full
        if request.llm:
            self.out.write(m.Began(request.id, request.conversation or 7, request.turn or 1))
            self.out.write(m.Quoted(request.id, quotes))
        if "loading" in question:
            for step in range(4):
                self.out.write(m.ModelLoading(request.id, "/模型/Qwen2.5-7B-Instruct-Q4_K_M.gguf", step / 8))
            self._until_cancelled(request.id)
            self.out.write(m.ErrorReply(request.id, m.CANCELLED))
            return
        self.out.write(m.PassagesFound(request.id, list(PASSAGES)))
        if "waiting" in question:
            self._until_cancelled(request.id)
            self.out.write(m.ErrorReply(request.id, m.CANCELLED))
            return
        if request.llm:
            for done in (0, 512, 1240):
                self.out.write(m.Reading(request.id, done, 2000, (2000 - done) / 253))
            if "reading" in question:
                self._until_cancelled(request.id)
                self.out.write(
                    m.Answered(request.id, replace(quotes, model=request.llm, stopped=True), request.conversation or 7)
                )
                return
            for piece in _pieces(full.thought, 40):
                self.out.write(m.Token(request.id, piece, thought=True))
        if "unproven" in question:
            for piece in _pieces(full.written, 3):
                self.out.write(m.Token(request.id, piece))
            self.out.write(m.Answered(request.id, full, request.conversation or 7))
            return
        for number, piece in enumerate(_pieces(full.text, 3)):
            if request.id in self.cancelled:
                done = _replaced(full, full.text[: number * 3], stopped=True)
                self.out.write(m.Answered(request.id, done, 7))
                return
            self.out.write(m.Token(request.id, piece))
            if "crash" in question and number == 4:
                os._exit(9)
            if ("forever" in question and number == 20) or ("growing" in question and number == 34):
                self._until_cancelled(request.id)
            if self.options.slow:
                time.sleep(self.options.slow)
        if "flood" in question:
            for _ in range(5_000):
                self.out.write(m.Token(request.id, "请假 "))
        self.out.write(m.Answered(request.id, full, request.conversation or 7))

    def _until_cancelled(self, identity: int) -> None:
        with self.changed:
            self.changed.wait_for(lambda: identity in self.cancelled)

    def search(self, request: m.Search) -> None:
        if "fail" in request.question:
            self.out.write(m.ErrorReply(request.id, "library_empty"))
            return
        if any(word in request.question for word in _MEANT):
            found = tuple(replace(passage, hit=True) for passage in meant())
            result = SearchResult(request.question, found, 1912, 1950, PERHAPS, READY, 2, 2)
        elif any(word in request.question for word in table_passages.WORDS):
            result = SearchResult(request.question, table_passages.passages(FOLDER), 1912, 1950, ANSWER, None, 3, 3)
        elif "nothing" in request.question:
            result = SearchResult(request.question, (), 1912, 1950)
        elif "everywhere" in request.question:
            result = SearchResult(request.question, PASSAGES, 1912, 1950, ANSWER, None, 5_212, 4, stems=request.scope.exact)
        elif "far" in request.question:  # nothing but near misses
            found = tuple(replace(passage, hit=False) for passage in PASSAGES)
            result = SearchResult(request.question, found, 1912, 1950)
        elif "near" in request.question:
            found = tuple(replace(passage, hit=passage.rank <= 2) for passage in PASSAGES)
            result = SearchResult(request.question, found, 1912, 1950, ANSWER, hits=2, hit_files=2)
        else:
            named = NAMED if "手册" in request.question else ()
            found, count = PASSAGES, 5
            if "many" in request.question:
                found, count = tuple(replace(PASSAGES[n % 5], chunk_id=n + 1, rank=n + 1) for n in range(request.top)), 212
            if request.scope.hidden:
                found, count = (HIDDEN, *found), count + 1
            result = SearchResult(request.question, found, 1912, 1950, ANSWER, None, count, 4, FACETS, named)
        self.out.write(m.SearchDone(request.id, result))

    def kept_searches(self, request: m.EngineRequest) -> None:
        match request:
            case m.KeepSearch():
                same = next((one for one in self.searches if (one.query, one.scope) == (request.query, request.scope)), None)
                number = same.id if same else max((one.id for one in self.searches), default=0) + 1
                name = request.name or (same.name if same else "")
                self.searches = [one for one in self.searches if one is not same]
                kept = KeptSearch(number, request.query, request.scope, request.order, name, 1_763_000_000.0 + number)
                self.searches.insert(0, kept)
            case m.RenameSearch():
                self.searches = [replace(o, name=request.name) if o.id == request.search else o for o in self.searches]
            case m.ForgetSearch():
                self.searches = [o for o in self.searches if (o.name if request.search == 0 else o.id != request.search)]
        self.searches.sort(key=lambda one: (not one.name, one.name))
        self.out.write(m.KeptSearchesResult(request.id, self.searches))

    def subfolders(self, request: m.Subfolders) -> None:
        below = {
            "": [(source.path, sum(source.counts.values())) for source in self.sources],
            f"{FOLDER}/人事": [(f"{FOLDER}/人事/2024", 410), (f"{FOLDER}/人事/旧", 760)],
            f"{FOLDER}/人事/旧": [(f"{FOLDER}/人事/旧/2019 年以前的归档资料", 320)],
        }
        folders = [FolderCount(path, count) for path, count in below.get(request.folder, [])]
        self.out.write(m.SubfoldersResult(request.id, request.folder, folders))

    def index(self, request: m.Index) -> None:
        steps = self.options.index_steps
        self.out.write(msgspec.structs.replace(self.status, indexing="running"))
        self.out.write(m.RunProgress(request.id, IndexProgress("scanning", FOLDER)))
        for step in range(steps):
            with self.changed:
                self.changed.wait_for(lambda: not self.paused or request.id in self.cancelled)
            if request.id in self.cancelled:
                self.out.write(m.ErrorReply(request.id, m.CANCELLED))
                return
            self.out.write(
                m.RunProgress(
                    request.id,
                    IndexProgress(
                        "reading",
                        f"{FOLDER}/财务/报销制度 {step}.docx",
                        step,
                        steps,
                        step * 12,
                        step * 0.3,
                        (steps - step) * 0.3,
                        {"indexed": step},
                    ),
                )
            )
        if self.options.index_holds:
            basis = "guessed" if self.options.guessing else "running"
            self.out.write(
                m.RunForecast(
                    request.id,
                    Forecast(
                        basis,
                        1950,
                        4_000_000_000,
                        41_000,
                        12,
                        760.0,
                        900.0,
                        1080.0,
                        340_000_000,
                        200_000_000,
                        900_000_000,
                        self.options.disk_free,
                        6_000_000_000,
                        *((180.0, 200.0, 240.0) if self.options.words_first else ()),
                    ),
                )
            )
            if self.options.gentle:
                self.out.write(msgspec.structs.replace(self.status, indexing="running", gentle=self.options.gentle))
            self.out.write(
                m.RunProgress(
                    request.id,
                    IndexProgress(
                        "embedding" if self.options.preparing else "reading",
                        self.options.preparing or f"{FOLDER}/财务/报销制度.docx",
                        1204,
                        1950,
                        9000,
                        700.0,
                        372.0,
                        {"indexed": 1190, "failed": 3},
                        stalled=self.options.stalled,
                        doing="preparing" if self.options.preparing else "reading",
                    ),
                )
            )
            if self.options.words_first:
                self.out.write(m.RunProgress(request.id, _WORDS_FIRST[self.options.words_first]))
            self._until_cancelled(request.id)
            self.out.write(m.ErrorReply(request.id, m.CANCELLED))
            return
        self.unlocked.update(path for path in request.run.retry if "secret" in request.run.passwords_for(path))
        self.out.write(msgspec.structs.replace(self.status, indexing="idle"))
        self.out.write(
            m.IndexResult(
                request.id,
                {"indexed": steps, "unchanged": 0, "partial": 0, "skipped": 0, "failed": 0, "removed": 0},
                steps * 12,
                3.0,
            )
        )

    def names(self, request: m.FindNames) -> None:
        """Folders and files that have every typed part in their path."""
        if not self.sources:
            self.out.write(m.NamesFound(request.id, request.text, []))
            return
        named = [NamedPath(f"{FOLDER}/人事", "folder", "", 1653), NamedPath(f"{FOLDER}/人事/旧", "folder", "", 14)]
        named.append(NamedPath(f"{FOLDER}/人事/Interns guide 2025.docx", "file", "indexed", 1))
        named += [
            NamedPath(path, "file", "indexed", 1)
            for path in dict.fromkeys(passage.path for passage in PASSAGES)
            if any(path.startswith(source.path) for source in self.sources)
        ]
        named.append(NamedPath(UNREAD, "file", "pending", 1))
        parts = request.text.casefold().split()
        found = [one for one in named if all(part in one.path.removeprefix("/资料").casefold() for part in parts)]
        self.out.write(m.NamesFound(request.id, request.text, found[: request.limit]))

    def files(self, request: m.Files) -> None:
        reasons = ("password", "damaged", "no_text", "timed_out")
        rows = [
            LedgerRow(
                f"{FOLDER}/人事/扫描件 {number:05d} 关于印发《员工考勤管理办法》的通知.pdf",
                "failed",
                reasons[number % 4],
                "",
                0,
                3,
                120_000,
            )
            for number in range(self.options.failing)
        ]
        rows += [LedgerRow(f"{FOLDER}/合同/合同 {number}.docx", "indexed", "", "", 14, 3, 90_000) for number in range(40)]
        rows += [
            LedgerRow(f"{FOLDER}/人事/通讯录 {number}.txt", "partial", "encoding_unsure", "GB18030", 2, None, 4_000)
            for number in range(14)
        ]
        rows.append(
            LedgerRow(
                f"{FOLDER}/合同/租赁台账.xlsx", "indexed", "", "", 64, 3, 48_000, hidden={"row": 9, "sheet": 2, "column": 1}
            )
        )
        query = request.query
        rows = [replace(row, dismissed=row.path in self.dismissed) for row in rows]
        rows = [replace(row, state="indexed", reason="") if row.path in self.unlocked else row for row in rows]
        rows = [row for row in rows if query.dismissed in (None, row.dismissed)]
        if query.below == UNREAD:
            rows = [LedgerRow(UNREAD, "pending")]
        rows = [row for row in rows if row.hidden or not query.hidden]
        rows = [row for row in rows if not query.states or row.state in query.states]
        rows = [row for row in rows if row.path.startswith(query.below)]
        rows = [row for row in rows if all(word in row.path.lower() or row.reason in reasons for word, reasons in query.words)]
        key = {"path": lambda row: row.path, "state": lambda row: row.state, "reason": lambda row: row.reason}[query.order]
        rows.sort(key=key, reverse=query.descending)
        self.out.write(m.FilesResult(request.id, rows[query.offset : query.offset + query.limit], len(rows)))

    def context(self, request: m.Context) -> None:
        """A file of three chunks, of which the passage is the second; of a file that is really there, the text that was asked about."""
        if Path(request.path).is_file():
            chunks = [m.ContextChunk(request.chunk_id, request.text, Locator(), [], [])] if request.text else []
            self.out.write(m.ContextResult(request.id, request.path, request.chunk_id, chunks, True, False, 0, len(chunks)))
            return
        passage = next((one for one in (*meant(), *PASSAGES, HIDDEN) if one.chunk_id == request.chunk_id), None) or next(
            (one for one in PASSAGES if one.path == request.path), PASSAGES[0]
        )
        chunks = file_chunks(passage)
        self.out.write(m.ContextResult(request.id, passage.path, passage.chunk_id, chunks, False, False, 0, len(chunks)))

    def find_in_file(self, request: m.FindInFile) -> None:
        passage = next(one for one in PASSAGES if one.path == request.path)
        found = [
            m.FoundInFile(number, match.start(), match.end())
            for number, chunk in enumerate(file_chunks(passage))
            for match in re.finditer(re.escape(request.words), chunk.text, re.IGNORECASE)
        ]
        self.out.write(m.FindInFileResult(request.id, request.path, request.words, found))

    def models(self, request: m.Models) -> None:
        if request.folder and "缺" in request.folder:
            self.out.write(m.ErrorReply(request.id, "model_folder_missing", {"path": request.folder}))
            return
        entries = [ModelEntry("bundled", "all-MiniLM-L6-v2", "embedding", 90_900_000, 180_000_000, dimension=384, context=256)]
        if request.folder:
            entries += [
                ModelEntry(f"{request.folder}/Qwen2.5-7B-Instruct-Q4_K_M.gguf", "Qwen2.5 7B Instruct", "llm", 4_680_000_000, 5_600_000_000,
                           "tight", "qwen2", 7_615_616_512, "Q4_K_M", 32_768, True),
                ModelEntry(f"{request.folder}/Qwen2.5-1.5B-Instruct-Q8_0.gguf", "Qwen2.5 1.5B Instruct", "llm", 1_890_000_000, 2_300_000_000,
                           "yes", "qwen2", 1_543_714_304, "Q8_0", 32_768, True, reads=182.4, writes=22.1),
                ModelEntry(f"{request.folder}/DeepSeek-V3-Q4_K_M.gguf", "DeepSeek V3", "llm", 404_000_000_000, 430_000_000_000, "no",
                           "deepseek2", 671_000_000_000, "Q4_K_M", 163_840, True),
                ModelEntry(f"{request.folder}/坏的.gguf", "坏的", "llm", 1_000, 0, "no", problem="gguf_truncated",
                           data={"path": "坏的.gguf", "expected": "4680000000", "found": "1000"}),
                ModelEntry(f"{request.folder}/bge-small-zh-v1.5", "bge-small-zh-v1.5", "embedding", 95_800_000, 200_000_000,
                           dimension=512, context=512),
            ]  # fmt: skip
        machine = replace(hardware.detect(), memory_total=16_700_000_000, memory_available=9_000_000_000)
        rates = {"bundled": 210.0, f"{request.folder}/bge-small-zh-v1.5": 96.0}
        judged = recommended.judged(entries, machine)
        self.out.write(m.ModelsResult(request.id, request.folder, entries, rates=rates, recommended=judged))


_WORDS_FIRST = {
    "reading": IndexProgress(
        "reading", f"{FOLDER}/财务/报销制度.docx", 1204, 1950, 9000, 130.0, 770.0, words_left=75.0, meaning_left=770.0
    ),
    "vectors": IndexProgress("vectors", "", 23_100, 41_000, 41_000, 520.0, 380.0, meaning_left=380.0),
}


def _replaced(full: Answer, text: str, *, stopped: bool = False) -> Answer:
    import dataclasses

    return dataclasses.replace(full, text=text, parts=(), stopped=stopped, checks=Checks())


def _pieces(text: str, size: int) -> Iterator[str]:
    for start in range(0, len(text), size):
        yield text[start : start + size]


def command(*arguments: str) -> list[str]:
    """The command line that starts this engine, for ``EngineClient(command=...)``."""
    return [sys.executable, "-X", "utf8", str(Path(__file__).resolve()), *arguments]


def main() -> None:
    parser = argparse.ArgumentParser()
    for flag in ("--wrong-version", "--die", "--silent", "--bare", "--index-holds"):
        parser.add_argument(flag, action="store_true")
    parser.add_argument("--locked", default="")
    parser.add_argument("--guessing", action="store_true", help="the forecast has seen no sample yet")
    parser.add_argument("--gentle", default="", help="why indexing goes gently")
    parser.add_argument("--stalled", type=float, default=0.0, help="seconds without progress")
    parser.add_argument("--preparing", default="", help="an embedding model that is prepared instead of files read")
    parser.add_argument("--words-first", default="", choices=["", *_WORDS_FIRST], help="where a run is that makes vectors last")
    parser.add_argument("--disk-free", type=int, default=80_000_000_000)
    parser.add_argument("--die-once", default="")
    parser.add_argument("--library", default="/资料/Office")
    parser.add_argument("--failing", type=int, default=3)
    parser.add_argument("--conversations", type=int, default=0)
    parser.add_argument("--index-steps", type=int, default=40)
    parser.add_argument("--words", default="", help="a word for each question, as if it held it: ,reading")
    parser.add_argument("--slow", type=float, default=0.0, help="seconds between tokens, for watching it")
    Engine(parser.parse_args()).run()


if __name__ == "__main__":
    main()
