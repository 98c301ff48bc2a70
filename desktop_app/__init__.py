# SPDX-License-Identifier: Apache-2.0
"""Inkstone (砚): ask your documents offline, and see every quote in place.

The floors of the house, top to bottom; imports only go down, and rooms on one floor do not import each other
(``tests/test_floors.py``):

    roof  __main__  cli             roles and front doors
    10    ui                        widgets (the only QtWidgets importer)
    9     bridge                    QtCore: the engine's client
    8     engine                    the Engine and the stdio server with its lanes
    7     answering                 question -> passages -> prompt -> model -> answer with proof
    6     indexing   retrieval      fill a library | search it
    5     library                   on disk: catalogue (SQLite) and vectors (Chroma)
    4     documents  embedding  models
    3     modelfiles wording        GGUF and model folders | sentences for people: problems, places, sizes, times
    2     contract                  frozen data that crosses a pipe or a floor, and the messages
    1     analysis   ipc            what is known of text | child processes of our own and their pipes
    0     foundation                settings, paths, errors, offline guard, logging, cancellation
"""

__version__ = "0.1.0"
