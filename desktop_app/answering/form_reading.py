# SPDX-License-Identifier: Apache-2.0
"""A question of figures read by the language model, as a form.

The prompt begins with what is the same for every question, so that it stays in the model's cache; a grammar keeps the answer to the columns and
values of the tables (``tables/form_choices``). A model that is slow, faulty or dies costs the second reading and nothing else.
"""

from __future__ import annotations

import functools
import logging
import time

from desktop_app.answering.listener import Listener
from desktop_app.answering.texts.fixed_texts import language_of
from desktop_app.contract.model_process import ChatMessage
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import Problem
from desktop_app.models.language_model import LanguageModel, Sampling
from desktop_app.tables.form_choices import FormChoices

log = logging.getLogger(__name__)

_LONGEST = 160  # tokens of a form; one with three conditions has 80
_SECONDS = 30.0
_ORDER = {
    "zh": "把问题写成一行JSON，在表格中计算。where：问题提到的条件，没有就不写。each：按哪一列分组。show：最大或最小的那一行的哪一列是答案。只写问题说到的内容。",
    "en": "Write the question as one line of JSON to compute over a table. where: conditions that the question names, else left out. each: the column to "
    "group by. show: the column that names the row with the max or min. Say nothing that the question does not.",
}
_EXAMPLES = {
    "zh": (
        (
            "表1 采购单 2025: 供应商: 大华/明远; 状态: 已付/未付; 货款 (money); 到货日期 (date)\n问题：明远还没付的货款总共多少？",
            '{"table":1,"measure":"sum","column":"货款","where":[["供应商","=","明远"],["状态","=","未付"]]}',
        ),
        (
            "表1 培训记录: 学员: 王一/赵二; 课时 (number)\n问题：课时超过8的有多少条？",
            '{"table":1,"measure":"count","where":[["课时",">",8]]}',
        ),
        (
            "表1 车队: 车牌: A1/B2; 车型: 货车/轿车; 里程 (number)\n问题：哪种车型的里程加起来最多？",
            '{"table":1,"measure":"sum","column":"里程","each":"车型","pick":"max"}',
        ),
    ),
    "en": (
        (
            "Table 1 purchases 2025: Supplier: Dahl/Meyer; Status: paid/open; Price (money)\nQuestion: What is the price of the open ones from Meyer in all?",
            '{"table":1,"measure":"sum","column":"Price","where":[["Supplier","=","Meyer"],["Status","=","open"]]}',
        ),
        (
            "Table 1 training: Student: Ann/Bob; Hours (number)\nQuestion: How many entries have more than 8 hours?",
            '{"table":1,"measure":"count","where":[["Hours",">",8]]}',
        ),
        (
            "Table 1 fleet: Plate: A1/B2; Kind: truck/van; Mileage (number)\nQuestion: Which kind has the largest mileage in all?",
            '{"table":1,"measure":"sum","column":"Mileage","each":"Kind","pick":"max"}',
        ),
    ),
}


@functools.cache
def beginning(language: str) -> tuple[ChatMessage, ...]:
    """What every prompt in a language ("zh" or "en") begins with."""
    said = [ChatMessage("system", _ORDER[language])]
    for question, form in _EXAMPLES[language]:
        said += [ChatMessage("user", question), ChatMessage("assistant", form)]
    return tuple(said)


def prompt_of(question: str, choices: FormChoices) -> list[ChatMessage]:
    """The whole prompt: the beginning, then the tables, then the question."""
    language = language_of(question)
    asks = "问题：" if language == "zh" else "Question: "
    return [*beginning(language), ChatMessage("user", f"{choices.described(language)}\n{asks}{question}")]


def written_form(
    question: str,
    choices: FormChoices,
    model: LanguageModel,
    listener: Listener,
    cancel: Cancellation,
    seconds: float = _SECONDS,
) -> str:
    """The form as the model writes it, "" where it fails, is stopped, or takes longer than ``seconds``."""
    prompt = prompt_of(question, choices)
    pace = model.speed.reads
    if pace and model.count_tokens([prompt[-1].content])[0] > pace * seconds:
        return ""
    began, own = time.perf_counter(), Cancellation()

    def look() -> None:
        if cancel.cancelled or time.perf_counter() - began > seconds:
            own.cancel()

    def reading(done: int, total: int) -> None:
        look()
        taken = time.perf_counter() - began
        listener.reading(done, total, (total - done) * taken / done if done else -1.0)

    text = ""
    try:
        for piece in model.generate(
            prompt,
            max_tokens=_LONGEST,
            cancel=own,
            sampling=Sampling(grammar=choices.grammar),
            reading=reading,
        ):
            text += "" if piece.thought else piece.text
            look()
    except Problem:
        log.warning("the language model read no form", exc_info=True)
        return ""
    return "" if own.cancelled else text
