# SPDX-License-Identifier: Apache-2.0
"""The sample office indexed and asked three questions, in the terminal.

What ``inkstone`` does where there is no display to open a window on.
"""

from __future__ import annotations

from desktop_app.answering.asked import Asked
from desktop_app.answering.listener import Listener
from desktop_app.cli import answer_output, index_command
from desktop_app.contract.index_run import WHOLE_LIBRARY
from desktop_app.contract.passage import NONE
from desktop_app.engine.engine import Engine
from desktop_app.foundation import paths, translation
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.translation import tr


def main() -> int:
    """Run it; returns 0 when every question was answered, 1 otherwise."""
    samples = paths.sample_office()
    engine = Engine(paths.home() / "libraries" / "sample")
    try:
        print(tr("Reading the sample office “{path}”…", path=samples), flush=True)
        engine.add_sources([str(samples)])
        done = engine.index(WHOLE_LIBRARY, Cancellation())
        print(index_command.index_report(done))
        found = 0
        questions = paths.sample_questions(translation.current())
        listener = Listener()
        for question in questions:
            answer, _ = engine.ask(Asked(question), llm="", listener=listener, loading=lambda _f: None, cancel=Cancellation())
            print(f"\n» {question}\n{answer_output.answer_text(answer, streamed=False)}", flush=True)
            found += answer.certainty != NONE
    finally:
        engine.close()
    return 0 if found == len(questions) else 1
