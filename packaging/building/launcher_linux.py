# SPDX-License-Identifier: Apache-2.0
"""Writes the start script of Linux, and the file that says what is installed.

``bin/inkstone`` finds the folder it lies in (a link to it may lie anywhere), looks whether this PC will do, and starts our Python apart
from any other (-I). What Qt or the loader would take from another program's variables is taken out. A PC that will not do is told in
Chinese or English, on the terminal, or in a window where it was started without one.
"""

from __future__ import annotations

from building import glibc
from building.recipe import OLDER_GLIBC, PYTHON, Build, BuildError

_SCRIPT = r"""#!/bin/sh
# Starts Inkstone from the folder above this file, wherever that lies.

say() {
    case "${LANGUAGE:-${LC_ALL:-${LC_MESSAGES:-$LANG}}}" in
        zh*) text=$1 ;;
        *) text=$2 ;;
    esac
    printf '%s\n' "$text" >&2
    if ! [ -t 2 ] && [ -n "$DISPLAY$WAYLAND_DISPLAY" ]; then
        zenity --error --title=Inkstone --text="$text" 2>/dev/null ||
            kdialog --title Inkstone --error "$text" 2>/dev/null ||
            xmessage -center "$text" 2>/dev/null
    fi
    exit 3
}

if ! [ -e /lib64/ld-linux-x86-64.so.2 ]; then
    say "Inkstone 需要 64 位（x86-64）的 Linux 系统和 glibc，这台电脑的系统不符合。" \
        "Inkstone needs 64-bit Linux (x86-64) with glibc; this PC's system is another one."
fi
version=$(getconf GNU_LIBC_VERSION 2>/dev/null)
version=${version#glibc 2.}
version=${version%%.*}
case $version in
    *[!0-9]* | '') ;;
    *)
        if [ "$version" -lt @GLIBC@ ]; then
            say "Inkstone 需要 glibc 2.@GLIBC@ 或更新的版本（Debian @DEBIAN@ 及以上），这台电脑上是 2.$version。@OTHER_ZH@" \
                "Inkstone needs glibc 2.@GLIBC@ or newer (Debian @DEBIAN@ and later); this PC has 2.$version.@OTHER@"
        fi
        ;;
esac
while read -r name value; do
    case $name in
        flags)
            case " $value " in
                *' sse4_2 '*) ;;
                *)
                    say "Inkstone 需要带 SSE4.2 指令的处理器（2009 年以后的电脑大多具备），这台电脑没有。" \
                        "Inkstone needs a processor with SSE4.2 (most PCs since 2009); this one has none."
                    ;;
            esac
            break
            ;;
    esac
done </proc/cpuinfo

root=$(readlink -f -- "$0") || exit 3
root=${root%/bin/*}
if ! [ -e "$root/runtime/bin/python@PYTHON@" ]; then
    say "$root 里的 Inkstone 不完整，文件可能没有全部解压。请检查下载的文件，再解压或安装一次。" \
        "The Inkstone in $root is not complete; perhaps not all of it was unpacked. Check the downloaded file, then unpack or install it again."
fi
# Of another Python, or another Qt: ours would not start, or run foreign code.
unset PYTHONEXECUTABLE __PYVENV_LAUNCHER__ LD_LIBRARY_PATH QT_PLUGIN_PATH QT_QPA_PLATFORM_PLUGIN_PATH
exec "$root/runtime/bin/python@PYTHON@" -I -m desktop_app "$@"
"""


_OTHER = (
    f"glibc 2.{OLDER_GLIBC} 及以上的系统请使用文件名中带 linux-older 的安装文件。",
    f" From glibc 2.{OLDER_GLIBC} on, take the file with linux-older in its name.",
)


def script(glibc_minor: int) -> str:
    """The text of ``bin/inkstone`` for a tree that needs glibc 2.``glibc_minor``."""
    other_zh, other = _OTHER if glibc_minor > OLDER_GLIBC else ("", "")
    filled = {
        "@GLIBC@": str(glibc_minor),
        "@DEBIAN@": str(glibc.debian_with(glibc_minor)),
        "@PYTHON@": PYTHON,
        "@OTHER_ZH@": other_zh,
        "@OTHER@": other,
    }
    text = _SCRIPT
    for name, value in filled.items():
        text = text.replace(name, value)
    return text


def add(build: Build) -> None:
    """Raises ``BuildError`` where the tree has no Python yet."""
    if not (build.runtime / "bin" / f"python{PYTHON}").is_file():
        raise BuildError(f"{build.runtime} has no Python: take the step runtime first.")
    minor, _ = glibc.needed(build.tree)
    starter = build.tree / "bin" / "inkstone"
    starter.parent.mkdir(parents=True, exist_ok=True)
    starter.write_text(script(minor), encoding="utf-8")
    starter.chmod(0o755)
