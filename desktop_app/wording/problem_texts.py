# SPDX-License-Identifier: Apache-2.0
"""The one place where problems and ledger reasons become sentences for people: what happened, to which thing, what to do.

Used by the window and by the command line; translated here. ``tests/wording/test_problem_texts.py`` holds it against the code tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop_app.foundation.errors import Problem
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr
from desktop_app.wording.model_problem_texts import MODEL_PROBLEMS
from desktop_app.wording.problem_text import Data, Sentence

_LONGEST_WORDS = 80  # characters of an answer inside a sentence


def sentence(problem: Problem) -> Sentence:
    """The sentence for a problem, in the language in force."""
    make = _PROBLEMS.get(problem.code, _PROBLEMS["internal"])
    return make(Data(problem.data))


def reason(code: str) -> Sentence:
    """The sentence for a ledger reason (``contract.document.REASONS``); an empty code gives an empty sentence."""
    make = _REASONS.get(code)
    return make() if make else Sentence("")


def state(code: str) -> str:
    """A ledger state in a word or two."""
    make = _STATES.get(code)
    return make() if make else code


def unsupported(code: str, missing: Sequence[str] = ()) -> str:
    """Why a sentence of an answer is not supported (``AnswerPart.why``), naming its words that stand nowhere (``AnswerPart.missing``)."""
    make = _UNSUPPORTED.get(code)
    return make(tr(", ").join(f"“{shown_name(words, _LONGEST_WORDS)}”" for words in missing)) if make else ""


def cut_off(finish: str) -> str:
    """Why a written answer did not come to its own end (``Answer.finish``); "" where it did, or the person stopped it."""
    make = _CUT_OFF.get(finish)
    return make() if make else ""


def _question_too_long(d: Data) -> Sentence:
    """For a search, in characters; for a language model, in tokens of its window."""
    if "needed" in d:
        return Sentence(
            tr(
                "The question is too long for the language model: with its instructions it needs {needed} tokens, and the model takes "
                "{available} at once.",
                needed=d["needed"],
                available=d["available"],
            ),
            tr("Shorten it, put the text into a document, or choose a model with a larger context."),
        )
    return Sentence(
        tr("The question has {length} characters; at most {limit} are possible.", length=d["length"], limit=d["limit"]),
        tr("Shorten it, or put the text into a document."),
    )


_PROBLEMS: dict[str, Callable[[Data], Sentence]] = {
    **MODEL_PROBLEMS,
    "path_missing": lambda d: Sentence(
        tr("“{path}” does not exist.", path=d["path"]), tr("Check the name, or connect the disk it lies on.")
    ),
    "path_unsupported": lambda d: Sentence(
        tr("“{path}” is neither a file nor a folder.", path=d["path"]), tr("Choose a folder or a document.")
    ),
    "path_not_text": lambda d: Sentence(
        tr("The name “{path}” is not written in the encoding of this system (UTF-8).", path=d["path"]), tr("Rename it first.")
    ),
    "folder_unreadable": lambda d: Sentence(
        tr("The folder “{path}” may not be read.", path=d["path"]),
        tr("Ask its owner for permission, or choose another folder."),
    ),
    "folder_empty": lambda d: Sentence(
        tr("There is no file in the folder “{path}”.", path=d["path"]), tr("Put documents in it, or choose another folder.")
    ),
    "question_empty": lambda _: Sentence(tr("The question is empty."), tr("Write what you want to know.")),
    "question_too_long": _question_too_long,
    "batch_unreadable": lambda d: Sentence(
        tr("The question file “{path}” cannot be read.", path=d["path"]), tr("Check the name; it must be a UTF-8 text file.")
    ),
    "batch_line": lambda d: Sentence(
        tr("Line {line} of “{path}” is not a question.", line=d["line"], path=d["path"]),
        tr("Each line must look like {example}.", example='{"question": "…"}'),
    ),
    "chat_line": lambda _: Sentence(
        tr("This line is not a question."),
        tr("Write the question as it is, or as {example}, on one line.", example='{"question": "…"}'),
    ),
    "chat_not_utf8": lambda _: Sentence(tr("This line is not text in UTF-8."), tr("Write it in that encoding.")),
    "passwords_unreadable": lambda d: Sentence(
        tr("The password file “{path}” cannot be read.", path=d["path"]),
        tr("Check the name; it must be a UTF-8 text file with one password on each line."),
    ),
    "pattern_invalid": lambda d: Sentence(
        tr("“{pattern}” is no pattern of file names.", pattern=d["pattern"]), tr("Write it like *.log, drafts/ or /old/.")
    ),
    "eval_line": lambda d: Sentence(
        tr("Line {line} of “{path}” is no question with its file or passage.", line=d["line"], path=d["path"]),
        tr(
            "Each line must look like {example} or {other}.",
            example='{"question": "…", "path": "….pdf"}',
            other='{"question": "…", "passage": "…"}',
        ),
    ),
    "eval_empty": lambda d: Sentence(
        tr("There is no question in “{path}”.", path=d["path"]),
        tr("Write a line for each question, with the file that answers it."),
    ),
    "eval_unmatched": lambda d: Sentence(
        tr("No question of “{path}” names a file or passage of this library.", path=d["path"]),
        tr("Check the names, or the --library."),
    ),
    "eval_nothing_to_compare": lambda _: Sentence(
        tr("“none” is no embedding model to compare."), tr("Searching for words alone is measured beside every model.")
    ),
    "source_unknown": lambda d: Sentence(tr("“{path}” is not in this library.", path=d["path"])),
    "library_empty": lambda _: Sentence(tr("This library holds no documents yet."), tr("Add a folder first.")),
    "model_folder_missing": lambda d: Sentence(
        tr("The model folder “{path}” does not exist.", path=d["path"]), tr("Choose a folder that holds GGUF files.")
    ),
    "model_folder_empty": lambda d: Sentence(
        tr("There is no model in the folder “{path}”.", path=d["path"]),
        tr("Put a GGUF model or the folder of an embedding model there; until then answers quote your documents directly."),
    ),
    "no_models": lambda _: Sentence(
        tr("No model was found: no folder is chosen, and the caches of other programs on this PC hold none."),
        tr("Name a folder that holds GGUF files or embedding models, or choose one in the window."),
    ),
    "conversation_unknown": lambda _: Sentence(tr("This conversation no longer exists.")),
    "home_read_only": lambda d: Sentence(
        tr("Inkstone cannot write to its own folder “{path}”.", path=d["path"]),
        tr("Make the folder writable, or set INKSTONE_HOME to another one."),
    ),
    "folder_of_others": lambda d: Sentence(
        tr("Other users of this PC can write to the folder “{path}”, and Inkstone cannot close it to them.", path=d["path"]),
        tr(
            "Choose a folder of your own, as the library or with INKSTONE_HOME for everything; or close it yourself: chmod 700."
        ),
    ),
    "disk_full": lambda d: Sentence(
        tr("The disk that holds “{path}” is full.", path=d["path"]),
        tr("Free some space and start again; everything indexed so far is kept."),
    ),
    "disk_failing": lambda d: Sentence(
        tr("The disk that holds “{path}” does not answer properly ({detail}).", path=d["path"], detail=d["detail"]),
        tr("Check its cable or connection, then start again; everything indexed so far is kept."),
    ),
    "disk_short": lambda d: Sentence(
        tr(
            "What is left to read needs about {needed}, and the disk with “{path}” has {free} free.",
            path=d["path"],
            needed=d["needed"],
            free=d["free"],
        ),
        tr("Free some space or leave folders out, then go on; what was read is kept."),
    ),
    "library_locked": lambda d: Sentence(
        tr("The library “{path}” is in use by another Inkstone.", path=d["path"]),
        tr("Close the other window or wait for the other command to end."),
    ),
    "library_newer": lambda d: Sentence(
        tr(
            "The library “{path}” was made by a newer Inkstone (format {found}; this one knows {known}).",
            path=d["path"],
            found=d["found"],
            known=d["known"],
        ),
        tr("Update Inkstone, or choose another library; nothing in it was changed."),
    ),
    "library_damaged": lambda d: Sentence(
        tr("The library “{path}” is damaged ({detail}).", path=d["path"], detail=d["detail"]),
        tr("Choose another library folder and index again; your documents are not affected."),
    ),
    "library_read_only": lambda d: Sentence(
        tr("Inkstone cannot write to “{path}”.", path=d["path"]), tr("Make it writable, or choose another library folder.")
    ),
    "conversations_damaged": lambda d: Sentence(
        tr("The kept conversations were damaged and could not be opened; the documents are not affected."),
        tr("The damaged file was kept as “{path}”; new conversations go into a new one.", path=d["path"]),
    ),
    "component_missing": lambda d: Sentence(
        tr("A part of Inkstone is missing: {name} ({detail}).", name=d["name"], detail=d["detail"]),
        tr("Run the set-up again."),
    ),
    "default_model_missing": lambda d: Sentence(
        tr(
            "The embedding model that comes with Inkstone, {name}, is missing or damaged ({detail}).",
            name=d["name"],
            detail=d["detail"],
        ),
        tr("Search by words still works. Run the set-up again; it fetches the model anew."),
    ),
    "engine_stopped": lambda d: Sentence(
        tr("The part of Inkstone that reads and searches stopped ({detail}).", detail=d["detail"]),
        tr("Start it again; everything indexed so far is kept."),
    ),
    "engine_version": lambda d: Sentence(
        tr(
            "Two versions of Inkstone are mixed (protocol {found}, expected {known}).",
            found=d["found"],
            known=d["known"],
        ),
        tr("Close all its windows and install it again."),
    ),
    "no_display": lambda d: Sentence(
        tr("There is no display to open a window on ({detail}).", detail=d["detail"]),
        tr("Use the command line: inkstone index, inkstone ask."),
    ),
    "export_failed": lambda d: Sentence(
        tr("“{path}” could not be written ({detail}).", path=d["path"], detail=d["detail"]),
        tr("If it is open in another program, close it there; otherwise choose another folder or name."),
    ),
    "internal": lambda d: Sentence(
        tr("Something went wrong inside Inkstone: {detail}", detail=d["detail"]),
        tr("Try again; the log folder holds the details."),
    ),
    "message_malformed": lambda d: Sentence(
        tr("Two parts of Inkstone misunderstood each other: {detail}", detail=d["detail"]), tr("Start Inkstone again.")
    ),
}

_REASONS: dict[str, Callable[[], Sentence]] = {
    "password": lambda: Sentence(
        tr("It is protected by a password."), tr("Enter the password in the list of files, or name a --password-file.")
    ),
    "damaged": lambda: Sentence(
        tr("It is damaged or not what its name says."), tr("Open it in its own program and save it again.")
    ),
    "no_text": lambda: Sentence(
        tr("No text was found in it."), tr("If it is a scan, turn text recognition on, or scan it again more sharply.")
    ),
    "empty": lambda: Sentence(tr("It is empty.")),
    "unknown_format": lambda: Sentence(
        tr("This format is not read."), tr("If it holds text, save it as PDF, Word or plain text.")
    ),
    "too_big": lambda: Sentence(
        tr("It is too big, or unpacks to too much, to be read safely."), tr("Split it, or unpack it and add the folder.")
    ),
    "given_up": lambda: Sentence(
        tr("You chose not to wait for it while it was being read."), tr("Try again when the PC has time for it.")
    ),
    "timed_out": lambda: Sentence(
        tr("Reading it made no progress for too long."), tr("Try again, or save it again in its own program.")
    ),
    "crashed": lambda: Sentence(tr("The reader broke down on it."), tr("Save it again in its own program, then try again.")),
    "unreadable": lambda: Sentence(
        tr("The system did not allow it to be opened."), tr("Close it in other programs or ask for permission, then try again.")
    ),
    "partly_read": lambda: Sentence(
        tr("Only a part of it could be read."), tr("The remark says which part is missing and why.")
    ),
    "encoding_unsure": lambda: Sentence(
        tr("Its text encoding is not certain; some characters may be wrong."), tr("Save it as UTF-8.")
    ),
    "hidden": lambda: Sentence(tr("It is a hidden or system file.")),
    "temporary": lambda: Sentence(tr("It is a temporary file of another program.")),
    "excluded": lambda: Sentence(
        tr("It is left out by a rule of this library."), tr("Change the rules under “What is read” to read it.")
    ),
    "being_written": lambda: Sentence(
        tr("Another program was writing to it while it was read."), tr("It is read again by itself once that has ended.")
    ),
    "offline": lambda: Sentence(
        tr("Its folder cannot be reached now; what was indexed is kept."), tr("Connect the disk or the network.")
    ),
}

_STATES: dict[str, Callable[[], str]] = {
    "indexed": lambda: tr("searchable"),
    "partial": lambda: tr("partly searchable"),
    "words": lambda: tr("findable by words"),
    "skipped": lambda: tr("left out"),
    "failed": lambda: tr("not readable"),
    "offline": lambda: tr("not connected"),
    "pending": lambda: tr("waiting"),
}

_CUT_OFF: dict[str, Callable[[], str]] = {
    "length": lambda: tr("Cut off: the answer reached its longest length."),
    "thought": lambda: tr("The model ran out of room while it was thinking."),
    "loop": lambda: tr("The model repeated itself and was stopped."),
}

_UNSUPPORTED: dict[str, Callable[[str], str]] = {
    "not_in_passage": lambda _: tr("None of the passages says this."),
    "number_differs": lambda what: tr("{what} does not stand in the source.", what=what or tr("A number")),
    "date_differs": lambda what: tr("{what} does not stand in the source.", what=what or tr("A date or a time")),
    "name_differs": lambda what: tr("{what} does not stand in the source.", what=what or tr("A name")),
    "unit_differs": lambda what: tr("The source has another unit than {what}.", what=what or tr("this sentence")),
    "says_opposite": lambda what: tr("The source says the opposite of {what}.", what=what or tr("this sentence")),
    "words_differ": lambda what: tr("The source has other words in place of {what}.", what=what or tr("these")),
    "says_more": lambda what: tr("{what} stands in none of the passages.", what=what or tr("A part of this sentence")),
    "of_another": lambda what: tr(
        "In the source, {what} belongs to something else.", what=what or tr("what this sentence says")
    ),
    "checker_doubts": lambda _: tr("The checking model finds no support for this in the source."),
    "no_citation": lambda _: tr("This sentence names no passage."),  # of conversations that version 0.1 kept
}
