#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compiles Debian's Python and what it is linked to by the "cc" on the PATH; older_python.py calls it.
#
# In the folder where it is started: source/<name> of each package; include and lib, headers and libraries of zlib, bzip2 and libffi, which are
# taken from Debian as they are; unpacked, with patchelf. It leaves made/bin, made/lib and made/lib-dynload. No path of this machine and no time gets into them.
set -eu

jobs=$1
here=$(pwd)
export CFLAGS="-O2 -g0 -ffile-prefix-map=$here=."
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -S Timestamp -l source/python3.11/debian/changelog) # Python tells when it was made
export SOURCE_DATE_EPOCH
mkdir -p made/bin made/lib made/lib-dynload

# Three files; its configure script would need autoconf, and its CMake files do not define XML_DTD as Debian's patches want it.
: >include/expat_config.h
cc $CFLAGS -fPIC -shared -fvisibility=hidden -fno-strict-aliasing -Iinclude -DNDEBUG -DXML_ENABLE_VISIBILITY=1 -DXML_DTD=1 -DXML_NS=1 \
    -DXML_GE=1 -DXML_CONTEXT_BYTES=1024 -DBYTEORDER=1234 -DHAVE_GETRANDOM -Wl,-soname,libexpat.so.1 -o lib/libexpat.so.1 \
    source/expat/expat/lib/xmlparse.c source/expat/expat/lib/xmlrole.c source/expat/expat/lib/xmltok.c
ln -sf libexpat.so.1 lib/libexpat.so
cp source/expat/expat/lib/expat.h source/expat/expat/lib/expat_external.h include

(
    cd source/xz-utils
    ./configure --quiet --disable-static --disable-nls --disable-doc --disable-scripts --disable-xz --disable-xzdec --disable-lzmadec \
        --disable-lzmainfo
    make -s -j"$jobs" -C src/liblzma
)
cp source/xz-utils/src/liblzma/.libs/liblzma.so.5 lib/
ln -sf liblzma.so.5 lib/liblzma.so
cp -r source/xz-utils/src/liblzma/api/lzma source/xz-utils/src/liblzma/api/lzma.h include

# Debian's flags. The tools that put its source together into one file run here and are not carried.
(
    cd source/sqlite3
    ./configure --disable-tcl --disable-readline >/dev/null
    make -s sqlite3.c >/dev/null
    flags=$(grep -o -e '-DSQLITE_[A-Z0-9_=]*' debian/rules | grep -v UPDATE_DELETE_LIMIT)  # which the tools would have to be built with too
    # shellcheck disable=SC2086
    cc $CFLAGS -fPIC -shared $flags -DSQLITE_ENABLE_FTS4 -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_MATH_FUNCTIONS \
        -Wl,-soname,libsqlite3.so.0 -o libsqlite3.so.0 sqlite3.c -lm -lpthread -ldl
)
cp source/sqlite3/libsqlite3.so.0 lib/
ln -sf libsqlite3.so.0 lib/libsqlite3.so
cp source/sqlite3/sqlite3.h include

(
    cd source/libpng1.6
    cmake -S . -B b -DCMAKE_BUILD_TYPE=Release -DPNG_STATIC=OFF -DPNG_TESTS=OFF -DPNG_EXECUTABLES=OFF -DZLIB_INCLUDE_DIR="$here/include" \
        -DZLIB_LIBRARY="$here/lib/libz.so" >/dev/null
    cmake --build b --parallel "$jobs" >/dev/null
)
cp source/libpng1.6/b/libpng16.so.16 made/lib/

# Debian's choice. For Python's own modules ssl and hashlib; Inkstone opens no connection.
(
    cd source/openssl
    ./Configure linux-x86_64 --prefix=/usr --openssldir=/usr/lib/ssl --libdir=lib shared no-tests no-idea no-mdc2 no-rc5 no-ssl3 \
        no-ssl3-method no-zlib no-capieng no-rdrand enable-rfc3779 enable-ec_nistp_64_gcc_128 >/dev/null
    make -s -j"$jobs" build_generated libcrypto.so libssl.so
)
for name in libcrypto libssl; do
    cp "source/openssl/$name.so.3" lib/
    ln -sf "$name.so.3" "lib/$name.so"
done
cp -r source/openssl/include/openssl include

# Without its tests, its installer of packages and the modules whose libraries are not carried. As if it were compiled for another machine, and
# without the folders that setup.py adds on Debian: else headers of this machine's glibc are found.
(
    cd source/python3.11
    sed -i 's/^        self.add_multiarch_paths()$//' setup.py
    export CFLAGS="-O3 -g0 -Wno-date-time -ffile-prefix-map=$here=." # SOURCE_DATE_EPOCH says which time
    export LD_LIBRARY_PATH="$here/lib" _PYTHON_HOST_PLATFORM=linux-x86_64 PKG_CONFIG=false LIBEXPAT_CFLAGS=-DPy_BUILD_CORE_MODULE
    ./configure --quiet --prefix=/usr --without-ensurepip --enable-loadable-sqlite-extensions --with-computed-gotos --with-system-expat \
        --disable-test-modules --with-openssl="$here" --with-ssl-default-suites=openssl CPPFLAGS="-I$here/include" LDFLAGS="-L$here/lib" \
        LIBFFI_INCLUDEDIR="$here/include"
    make -s -j"$jobs"
)
# _uuid, _crypt, dbm, curses and readline are not among them.
for name in _asyncio _bz2 _ctypes _decimal _elementtree _hashlib _json _lzma _multiprocessing _posixshmem _socket _sqlite3 _ssl math pyexpat zlib; do
    [ -e "source/python3.11/build/lib.linux-x86_64-3.11/$name.cpython-311-x86_64-linux-gnu.so" ] || { echo "The module $name was not built." && exit 1; }
done
cp source/python3.11/python made/bin/python3.11
cp source/python3.11/build/lib.linux-x86_64-3.11/*.so made/lib-dynload/
for name in libexpat.so.1 liblzma.so.5 libsqlite3.so.0 libcrypto.so.3 libssl.so.3; do
    cp "lib/$name" made/lib/
done
strip --strip-unneeded made/bin/* made/lib/* made/lib-dynload/*
# DT_RPATH, as runtime_linux.py gives Debian's Python.
unpacked/usr/bin/patchelf --force-rpath --set-rpath '$ORIGIN/../lib' made/bin/python3.11
