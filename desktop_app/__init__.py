"""Inkstone (砚): ask your own documents, offline, and see every answer at its page.

The floors of the house, top to bottom; imports only go down, and rooms on one floor do not import each other:

    roof  __main__  app  cli        roles and front doors
    7     ui                        widgets (the only QtWidgets importer)
    6     bridge                    QtCore: the engine's client
    5     engine                    messages, the Engine, the stdio server, sentences for people
    4     answering                 question -> passages -> prompt -> model -> checked, cited answer
    3     indexing   retrieval      fill a library | search it
    2     library                   on disk: catalogue (SQLite) and vectors (Chroma)
    1     documents  embedding  models
    0     foundation                settings, paths, errors, offline guard, logging, cancellation
"""

__version__ = "0.1.0"
