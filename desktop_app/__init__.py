"""Inkstone (砚): ask your own documents, offline, and see every answer at its page.

The floors of the house, top to bottom; imports only go down, and rooms on one floor do not import each other
(``tests/test_floors.py``):

    roof  __main__  app  cli        roles and front doors
    9     ui                        widgets (the only QtWidgets importer)
    8     bridge                    QtCore: the engine's client
    7     engine                    the Engine, the stdio server with its lanes, sentences for people
    6     answering                 question -> passages -> prompt -> model -> checked, cited answer
    5     indexing   retrieval      fill a library | search it
    4     library                   on disk: catalogue (SQLite) and vectors (Chroma)
    3     documents  embedding  models
    2     modelfiles                GGUF and model folders
    1     analysis   contract       what is known of text | frozen data that crosses a pipe or a floor, and the messages
    0     foundation                settings, paths, errors, offline guard, logging, cancellation
"""

__version__ = "0.1.0"
