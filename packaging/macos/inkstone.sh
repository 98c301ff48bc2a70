#!/bin/sh
# Inkstone's command line, by the Python that came with it.
here=$0
while [ -L "$here" ]; do # links of the user's own, as in /usr/local/bin
    target=$(readlink "$here")
    case $target in /*) here=$target ;; *) here=$(dirname "$here")/$target ;; esac
done
root=$(cd "$(dirname "$here")/.." && pwd) || exit 3
unset PYTHONEXECUTABLE __PYVENV_LAUNCHER__
exec "$root/runtime/bin/python3.11" -I -B -X utf8 -m desktop_app "$@"
