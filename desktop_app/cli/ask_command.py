# SPDX-License-Identifier: Apache-2.0
"""``inkstone ask``: one question, one answer."""

from __future__ import annotations

import argparse
import sys

from desktop_app.cli import option_values
from desktop_app.cli.running import DONE, INCOMPLETE, json_line, open_engine, stopping
from desktop_app.contract.passage import NONE


def run(options: argparse.Namespace) -> int:
    """``inkstone ask``: answer a question with quotes; what a language model writes is shown as it comes."""
    from desktop_app.answering.asked import Asked
    from desktop_app.answering.listener import Listener
    from desktop_app.cli import answer_output
    from desktop_app.contract.preset import Preset

    llm = option_values.llm(options)
    with open_engine(options) as engine, stopping() as cancel:
        shown = answer_output.Streamed(sys.stdout, enabled=bool(llm) and not options.json)
        listener = Listener(token=shown.add)
        answer, _ = engine.ask(
            Asked(
                option_values.text(options.question),
                scope=option_values.scope(options),
                preset=Preset(first_word=options.settings.text("first_word")),
            ),
            llm=llm,
            listener=listener,
            loading=lambda _fraction: None,
            cancel=cancel,
        )
        shown.end()
        if options.json:
            json_line(answer_output.answer_json(answer))
        else:
            print(answer_output.answer_text(answer, streamed=shown.used, out_of_reach=engine.out_of_reach))
    return INCOMPLETE if answer.certainty == NONE else DONE
