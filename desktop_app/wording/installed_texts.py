# SPDX-License-Identifier: Apache-2.0
"""Texts about how Inkstone was installed, and where its own data lie."""

from __future__ import annotations

from pathlib import Path

from desktop_app.foundation.installed import Installation
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr, tr_noop, translate

_FORMS: dict[str, str] = {
    "setup": tr_noop("set-up program"),
    "portable": tr_noop("portable folder"),
    "package": tr_noop("package of the system"),
    "app": tr_noop("app"),
    "source": tr_noop("source code"),
}


def form(code: str) -> str:
    """What a form of installation is called; an unknown one as it is."""
    return translate(_FORMS.get(code, shown_name(code)))


def installed_in(here: Installation | None, program: Path) -> str:
    """For whom and where; ``program`` is the folder of a checkout."""
    if here is None:
        return tr("Started from its source code in {folder}.", folder=shown_name(str(program)))
    folder = shown_name(str(here.root))
    if here.form == "portable":
        return tr("Portable: the whole program lies in {folder}.", folder=folder)
    if here.for_all_users:
        return tr("Installed for all users of this PC in {folder}.", folder=folder)
    if here.form == "setup":
        return tr("Installed for you in {folder}.", folder=folder)
    return tr("Installed in {folder}.", folder=folder)


def data_in(here: Installation | None, home: Path) -> str:
    """Where settings, logs and new libraries are kept."""
    folder = shown_name(str(home))
    if here is not None and here.portable_home == home:
        return tr("Settings, logs and new libraries are kept beside it in {folder}, and travel with it.", folder=folder)
    return tr("Your settings and logs are kept in {folder}, and libraries too where no other place was chosen.", folder=folder)
