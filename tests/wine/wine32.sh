#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Wine with its 32-bit part, which set-up programs need, in a Debian root of its own: runs `wine "$@"` there, or what WINE32_RUN names.
#
# Beside a 64-bit Wine that is used for other things: installing wine32 there would spoil its prefixes ("could not load kernel32.dll").
# Needs root and debootstrap; the root is made once (some two minutes, 1.9 GB). Of this machine it sees /tmp, and its processors (/sys).
set -e
ROOT="${INKSTONE_BUILD_CACHE:-$HOME/.cache/inkstone-build}/wine-root"
if [ ! -e "$ROOT/.ready" ]; then
    [ -d "$ROOT/usr" ] || debootstrap --variant=minbase bookworm "$ROOT" >&2
    apt-config dump Acquire > "$ROOT/etc/apt/apt.conf.d/90as-here"  # the mirror's terms and a proxy, as apt on this PC has them
    [ ! -e /etc/resolv.conf ] || cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
    chroot "$ROOT" dpkg --add-architecture i386
    chroot "$ROOT" apt-get update >&2
    chroot "$ROOT" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends wine wine64 wine32:i386 fonts-noto-cjk >&2
    rm -rf "$ROOT"/var/cache/apt/archives/*.deb
    touch "$ROOT/.ready"
fi
FOLDER=$PWD
START='cd "$FOLDER" 2>/dev/null; exec "${WINE32_RUN:-wine}" "$@"'
export ROOT FOLDER START
exec unshare --mount sh -c '
    for place in /tmp /proc /sys /dev; do mount --rbind $place "$ROOT$place"; done
    exec chroot "$ROOT" sh -c "$START" sh "$@"' sh "$@"
