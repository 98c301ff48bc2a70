#!/bin/sh
# Sign and notarise what is named by the last argument: the bundle before it is packed, then the disk image. Give it to the build as
#
#     INKSTONE_SIGN="packaging/macos/sign.sh 'Developer ID Application: NAME (TEAM)' KEYCHAIN-PROFILE"
#
# KEYCHAIN-PROFILE is what `xcrun notarytool store-credentials` keeps. Not tried: written by the tools' manuals.
set -eu
identity=$1 profile=$2 what=$3
here=$(cd "$(dirname "$0")" && pwd)
sign() {
    codesign --force --timestamp --options runtime --entitlements "$here/entitlements.plist" --sign "$identity" "$@"
}
case $what in
*.app)
    # The libraries of the packages first, from the inside outwards: their own signatures are of other people or none.
    find "$what/Contents/Resources" -type f \( -name '*.so' -o -name '*.dylib' -o -perm -u+x \) | while IFS= read -r file; do
        if file -b "$file" | grep -q Mach-O; then sign "$file"; fi
    done
    find "$what/Contents/Resources" -type d -name '*.framework' -prune | while IFS= read -r folder; do sign "$folder"; done
    sign "$what"
    ;;
*)
    codesign --force --timestamp --sign "$identity" "$what"
    xcrun notarytool submit "$what" --keychain-profile "$profile" --wait
    xcrun stapler staple "$what"
    ;;
esac
