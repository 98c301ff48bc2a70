# SPDX-License-Identifier: Apache-2.0
"""Sentences for problems and ledger reasons: what happened and what to do.

Tables of source texts by code, filled and translated when one is shown, for the window and the command line. Names and details in them are
written by others and are made harmless first. ``tests/wording/test_problem_texts.py`` holds the tables against those of the codes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop_app.analysis.script import glue
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr, tr_noop, translate
from desktop_app.wording.model_problem_texts import MODEL_PROBLEMS
from desktop_app.wording.policy_texts import POLICY_PROBLEMS

_LONGEST = 600  # characters of a path or detail inside a sentence
_LONGEST_WORDS = 80  # characters of an answer inside a sentence


@dataclass(frozen=True, slots=True)
class Sentence:
    """``what`` happened, and to which thing; ``todo`` is what to do about it, "" where nothing can be done."""

    what: str
    todo: str = ""

    def __str__(self) -> str:
        return f"{self.what}{glue(self.what, self.todo)}{self.todo}"


def sentence(problem: Problem) -> Sentence:
    """The sentence for a problem, in the language in force; one for "internal" where the code is unknown."""
    code = problem.code if problem.code in PROBLEMS else "internal"
    what, todo = PROBLEMS[code]
    if code == "question_too_long" and "needed" in problem.data:
        what, todo = _TOO_LONG_FOR_MODEL
    data = _Data({**problem.data, **_EXAMPLES.get(code, {})})
    return Sentence(translate(what).format_map(data), translate(todo).format_map(data))


def reason(code: str) -> Sentence:
    """The sentence for a ledger reason (``contract.document.REASONS``); an empty or unknown code gives an empty sentence."""
    what, todo = REASONS.get(code, ("", ""))
    return Sentence(translate(what), translate(todo))


def state(code: str) -> str:
    """A ledger state (``contract.ledger.STATES``) in a word or two; an unknown code as it is."""
    return translate(STATES[code]) if code in STATES else code


def unsupported(code: str, missing: Sequence[str] = ()) -> str:
    """Why a sentence of an answer is not supported (``AnswerPart.why``), naming its words that no source has (``AnswerPart.missing``); ""
    for an unknown code."""
    text, unnamed = UNSUPPORTED.get(code, ("", ""))
    named = tr(", ").join(f"“{shown_name(words, _LONGEST_WORDS)}”" for words in missing)
    return translate(text).format(what=named or translate(unnamed))


def cut_off(finish: str) -> str:
    """Why a written answer was cut off (``Answer.finish``); "" where it came to its end or was stopped by its reader."""
    return translate(_CUT_OFF.get(finish, ""))


class _Data(dict[str, str]):
    """The data of a problem, made fit to be shown. A missing field is shown as "?": a sentence with a gap is better than none."""

    def __init__(self, data: Mapping[str, str]) -> None:
        # A detail may be an error of several lines; in a path every blank counts.
        flat = {name: value if name == "path" else " ".join(value.split()) for name, value in data.items()}
        super().__init__({name: shown_name(value, _LONGEST) for name, value in flat.items()})

    def __missing__(self, name: str) -> str:
        return "?"


# code -> (what happened, what to do)
PROBLEMS: dict[str, tuple[str, str]] = {
    **MODEL_PROBLEMS,
    **POLICY_PROBLEMS,
    "path_missing": (tr_noop("“{path}” does not exist."), tr_noop("Check the name, or connect the disk it lies on.")),
    "path_unsupported": (tr_noop("“{path}” is neither a file nor a folder."), tr_noop("Choose a folder or a document.")),
    "path_is_model": (
        tr_noop("“{path}” is a model, not a document."),
        tr_noop("Choose it under “Models”, or name it with --llm."),
    ),
    "path_not_text": (
        tr_noop("The name “{path}” is not written in the encoding of this system (UTF-8)."),
        tr_noop("Rename it first."),
    ),
    "folder_unreadable": (
        tr_noop("The folder “{path}” may not be read."),
        tr_noop("Ask its owner for permission, or choose another folder."),
    ),
    "folder_empty": (
        tr_noop("There is no file in the folder “{path}”."),
        tr_noop("Put documents in it, or choose another folder."),
    ),
    "question_empty": (tr_noop("The question is empty."), tr_noop("Write what you want to know.")),
    # Of a search, in characters; of a language model, in tokens: _TOO_LONG_FOR_MODEL.
    "question_too_long": (
        tr_noop("The question has {length} characters; at most {limit} are possible."),
        tr_noop("Shorten it, or put the text into a document."),
    ),
    "batch_unreadable": (
        tr_noop("The question file “{path}” cannot be read."),
        tr_noop("Check the name; it must be a UTF-8 text file."),
    ),
    "batch_line": (tr_noop("Line {line} of “{path}” is not a question."), tr_noop("Each line must look like {example}.")),
    "chat_line": (
        tr_noop("This line is not a question."),
        tr_noop("Write the question as it is, or as {example}, on one line."),
    ),
    "chat_not_utf8": (tr_noop("This line is not text in UTF-8."), tr_noop("Write it in that encoding.")),
    "passwords_unreadable": (
        tr_noop("The password file “{path}” cannot be read."),
        tr_noop("Check the name; it must be a UTF-8 text file with one password on each line."),
    ),
    "pattern_invalid": (tr_noop("“{pattern}” is no pattern of file names."), tr_noop("Write it like *.log, drafts/ or /old/.")),
    "eval_line": (
        tr_noop("Line {line} of “{path}” is no question with its file or passage."),
        tr_noop("Each line must look like {example} or {other}."),
    ),
    "eval_empty": (
        tr_noop("There is no question in “{path}”."),
        tr_noop("Write a line for each question, with the file that answers it."),
    ),
    "eval_unmatched": (
        tr_noop("No question of “{path}” names a file or passage of this library."),
        tr_noop("Check the names, or the --library."),
    ),
    "eval_nothing_to_compare": (
        tr_noop("“none” is no embedding model to compare."),
        tr_noop("Searching for words alone is measured beside every model."),
    ),
    "source_unknown": (tr_noop("“{path}” is not in this library."), ""),
    "library_empty": (tr_noop("This library holds no documents yet."), tr_noop("Add a folder first.")),
    "model_folder_missing": (
        tr_noop("The model folder “{path}” does not exist."),
        tr_noop("Choose a folder that holds GGUF files."),
    ),
    "model_folder_empty": (
        tr_noop("There is no model in the folder “{path}”."),
        tr_noop(
            "Put a GGUF model or the folder of an embedding model there; until then answers quote your documents directly."
        ),
    ),
    "no_models": (
        tr_noop("No model was found: no folder is chosen, and the caches of other programs on this PC hold none."),
        tr_noop("Name a folder that holds GGUF files or embedding models, or choose one in the window."),
    ),
    "conversation_unknown": (tr_noop("This conversation no longer exists."), ""),
    "home_read_only": (
        tr_noop("Inkstone cannot write to its own folder “{path}”."),
        tr_noop("Make the folder writable, or set INKSTONE_HOME to another one."),
    ),
    "folder_of_others": (
        tr_noop("Other users of this PC can write to the folder “{path}”, and Inkstone cannot close it to them."),
        tr_noop(
            "Choose a folder of your own, as the library or with INKSTONE_HOME for everything; or close it yourself: chmod 700."
        ),
    ),
    "disk_full": (
        tr_noop("The disk that holds “{path}” is full."),
        tr_noop("Free some space and start again; everything indexed so far is kept."),
    ),
    "disk_failing": (
        tr_noop("The disk that holds “{path}” does not answer properly ({detail})."),
        tr_noop("Check its cable or connection, then start again; everything indexed so far is kept."),
    ),
    "disk_short": (
        tr_noop("What is left to read needs about {needed}, and the disk with “{path}” has {free} free."),
        tr_noop("Free some space or leave folders out, then go on; what was read is kept."),
    ),
    "library_locked": (
        tr_noop("This library is already open in another window or command."),
        tr_noop("All in “{path}” is as it was. Close the other one or wait for it to end, then try again."),
    ),
    "window_hangs": (
        tr_noop("Inkstone is already open, but its window does not answer."),
        tr_noop("End it with the system's task manager, then start Inkstone again; everything indexed so far is kept."),
    ),
    "tray_missing": (
        tr_noop("This desktop has no tray for icons."),
        tr_noop("Inkstone goes on without one; closing the window ends it."),
    ),
    "hot_key_taken": (
        tr_noop("{keys} is already used by another program."),
        tr_noop("Choose another key in the settings."),
    ),
    "hot_key_unsupported": (
        tr_noop("This desktop lets no program listen for a key everywhere."),
        tr_noop("Let a shortcut of the desktop start Inkstone: a second start shows the window."),
    ),
    "library_newer": (
        tr_noop("The library “{path}” was made by a newer Inkstone (format {found}; this one knows {known})."),
        tr_noop("Update Inkstone, or choose another library; nothing in it was changed."),
    ),
    "library_damaged": (
        tr_noop("The library “{path}” is damaged ({detail})."),
        tr_noop("Your documents are not affected. Check and repair it under “Libraries”, or with “inkstone library repair”."),
    ),
    "library_read_only": (
        tr_noop("Inkstone cannot write to “{path}”."),
        tr_noop("Make it writable, or choose another library folder."),
    ),
    "tables_gone": (
        tr_noop("A table of this answer was read again, or is no longer in the library."),
        tr_noop("Ask the question again."),
    ),
    "form_unfit": (
        tr_noop("This cannot be computed over this table."),
        tr_noop("Choose another column or another figure."),
    ),
    "library_missing": (
        tr_noop("There is no library in “{path}”."),
        tr_noop("Choose the folder that holds the files catalogue.sqlite and library.toml."),
    ),
    "folder_not_empty": (
        tr_noop("The folder “{path}” is not empty."),
        tr_noop("Choose an empty folder or a new name; nothing is written over what is there."),
    ),
    "folder_inside": (tr_noop("“{path}” lies inside the library itself."), tr_noop("Choose a folder outside of it.")),
    "path_too_long": (
        tr_noop("The path “{path}” is too long."),
        tr_noop("Choose a shorter name, or a place with a shorter path."),
    ),
    "file_exists": (tr_noop("There is a file “{path}” already."), tr_noop("Choose another name, or remove it first.")),
    "backup_unreadable": (
        tr_noop("“{path}” is no whole backup of a library."),
        tr_noop("Choose another backup, or copy this one again; nothing was restored."),
    ),
    "backup_newer": (
        tr_noop("The backup “{path}” was made by a newer Inkstone (format {found}; this one knows {known})."),
        tr_noop("Update Inkstone to restore it."),
    ),
    "copy_differs": (
        tr_noop("The copy of “{path}” is not the same as the original."),
        tr_noop("The library stays where it was. Check the disk it was to be moved to."),
    ),
    "conversations_damaged": (
        tr_noop("The kept conversations were damaged and could not be opened; the documents are not affected."),
        tr_noop("The damaged file was kept as “{path}”; new conversations go into a new one."),
    ),
    "component_missing": (tr_noop("A part of Inkstone is missing: {name} ({detail})."), tr_noop("Run the set-up again.")),
    "default_model_missing": (
        tr_noop("The embedding model that comes with Inkstone, {name}, is missing or damaged ({detail})."),
        tr_noop("Search by words still works. Run the set-up again; it fetches the model anew."),
    ),
    "engine_stopped": (
        tr_noop("The background service has stopped."),
        tr_noop("Start it again; everything indexed so far is kept."),
    ),
    "engine_version": (
        tr_noop("Two versions of Inkstone are mixed (protocol {found}, expected {known})."),
        tr_noop("Close all its windows and install it again."),
    ),
    "no_display": (
        tr_noop("There is no display to open a window on ({detail})."),
        tr_noop("Use the command line: inkstone index, inkstone ask."),
    ),
    "export_failed": (
        tr_noop("“{path}” could not be written ({detail})."),
        tr_noop("If it is open in another program, close it there; otherwise choose another folder or name."),
    ),
    "view_password": (tr_noop("“{path}” is protected by a password."), tr_noop("Enter the password to see it.")),
    "view_damaged": (
        tr_noop("“{path}” cannot be shown; it seems damaged."),
        tr_noop("Open it in its own program and save it again."),
    ),
    "view_too_big": (
        tr_noop("“{path}” is too large to be shown safely."),
        tr_noop("Open it in its own program."),
    ),
    "view_unreadable": (
        tr_noop("“{path}” cannot be opened now."),
        tr_noop("See whether it was moved, and whether you may read it."),
    ),
    "print_failed": (
        tr_noop("“{path}” could not be printed: the printer takes nothing now."),
        tr_noop("Look at the printer, or choose another one."),
    ),
    "view_component_missing": (
        tr_noop("The part of Inkstone that shows “{path}” is missing or does not load."),
        tr_noop("Run the set-up of Inkstone again; your libraries stay as they are."),
    ),
    "view_stalled": (
        tr_noop("Drawing “{path}” took too long and was given up."),
        tr_noop("Try again, or open it in its own program."),
    ),
    "view_crashed": (
        tr_noop("The part of Inkstone that shows files broke down on “{path}”, twice."),
        tr_noop("Open it in its own program."),
    ),
    "internal": (
        tr_noop("Something went wrong inside Inkstone ({detail})."),
        tr_noop("Try again; the log folder holds the details."),
    ),
    "message_malformed": (
        tr_noop("Two parts of Inkstone misunderstood each other ({detail})."),
        tr_noop("Start Inkstone again."),
    ),
}
_TOO_LONG_FOR_MODEL = (
    tr_noop(
        "The question is too long for the language model: with its instructions it needs {needed} tokens, and the model takes {available} at once."
    ),
    tr_noop("Shorten it, put the text into a document, or choose a model with a larger context."),
)
# Parts of texts that are the same in every language.
_EXAMPLES: dict[str, dict[str, str]] = {
    "batch_line": {"example": '{"question": "…"}'},
    "chat_line": {"example": '{"question": "…"}'},
    "eval_line": {"example": '{"question": "…", "path": "….pdf"}', "other": '{"question": "…", "passage": "…"}'},
}

# reason -> (what is the matter with the file, what to do)
REASONS: dict[str, tuple[str, str]] = {
    "password": (
        tr_noop("It is protected by a password."),
        tr_noop("Enter the password in the list of files, or name a --password-file."),
    ),
    "damaged": (tr_noop("It is damaged or not what its name says."), tr_noop("Open it in its own program and save it again.")),
    "no_text": (
        tr_noop("No text was found in it."),
        tr_noop("If it is a scan, turn text recognition on, or scan it again more sharply."),
    ),
    "empty": (tr_noop("It is empty."), ""),
    "unknown_format": (tr_noop("This format is not read."), tr_noop("If it holds text, save it as PDF, Word or plain text.")),
    "too_big": (
        tr_noop("It is too big, or unpacks to too much, to be read safely."),
        tr_noop("Split it, or unpack it and add the folder."),
    ),
    "given_up": (
        tr_noop("You chose not to wait for it while it was being read."),
        tr_noop("Try again when the PC has time for it."),
    ),
    "timed_out": (
        tr_noop("Reading it made no progress for too long."),
        tr_noop("Try again, or save it again in its own program."),
    ),
    "crashed": (tr_noop("The reader broke down on it."), tr_noop("Save it again in its own program, then try again.")),
    "component_missing": (
        tr_noop("The part of Inkstone that reads it is missing or does not load."),
        tr_noop("Run the set-up of Inkstone again, then try again; your libraries stay as they are."),
    ),
    "unreadable": (
        tr_noop("The system did not allow it to be opened."),
        tr_noop("Close it in other programs or ask for permission, then try again."),
    ),
    "partly_read": (tr_noop("Only a part of it could be read."), tr_noop("The remark says which part is missing and why.")),
    "encoding_unsure": (
        tr_noop("Its text encoding is not certain; some characters may be wrong."),
        tr_noop("Save it as UTF-8."),
    ),
    "hidden": (tr_noop("It is a hidden or system file."), ""),
    "temporary": (tr_noop("It is a temporary file of another program."), ""),
    "excluded": (
        tr_noop("It is left out by a rule of this library."),
        tr_noop("Change the rules under “What is read” to read it."),
    ),
    "not_allowed": (tr_noop("Your administrator does not allow its folder or its format to be read."), ""),
    "being_written": (
        tr_noop("Another program was writing to it while it was read."),
        tr_noop("It is read again by itself once that has ended."),
    ),
    "offline": (
        tr_noop("Its folder cannot be reached now; what was indexed is kept."),
        tr_noop("Connect the disk or the network."),
    ),
}

STATES: dict[str, str] = {
    "indexed": tr_noop("searchable"),
    "partial": tr_noop("partly searchable"),
    "words": tr_noop("findable by words"),
    "skipped": tr_noop("left out"),
    "failed": tr_noop("not readable"),
    "offline": tr_noop("not connected"),
    "pending": tr_noop("waiting"),
}

_CUT_OFF: dict[str, str] = {
    "length": tr_noop("Cut off: the answer reached its longest length."),
    "thought": tr_noop("The model ran out of room while it was thinking."),
    "loop": tr_noop("The model repeated itself and was stopped."),
}

# doubt -> (text, what stands for {what} where no word is named)
UNSUPPORTED: dict[str, tuple[str, str]] = {
    "not_in_passage": (tr_noop("None of the passages says this."), ""),
    "number_differs": (tr_noop("{what} does not stand in the source."), tr_noop("A number")),
    "date_differs": (tr_noop("{what} does not stand in the source."), tr_noop("A date or a time")),
    "name_differs": (tr_noop("{what} does not stand in the source."), tr_noop("A name")),
    "unit_differs": (tr_noop("The source has another unit than {what}."), tr_noop("this sentence")),
    "says_opposite": (tr_noop("The source says the opposite of {what}."), tr_noop("this sentence")),
    "words_differ": (tr_noop("The source has other words in place of {what}."), tr_noop("these")),
    "says_more": (tr_noop("{what} stands in none of the passages."), tr_noop("A part of this sentence")),
    "of_another": (tr_noop("In the source, {what} belongs to something else."), tr_noop("what this sentence says")),
    "checker_doubts": (tr_noop("The checking model finds no support for this in the source."), ""),
    "no_citation": (tr_noop("This sentence names no passage."), ""),  # of conversations that version 0.1 kept
}
