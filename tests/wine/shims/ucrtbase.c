// SPDX-License-Identifier: Apache-2.0
// For Wine 8 alone: of a lock that another process holds, its C library says "error 0", where Windows' says EACCES.
#include <windows.h>

int locking_with_errno(int file, int mode, long bytes) {
    HMODULE real = LoadLibraryA("ucrtbasw.dll");
    int (*locking)(int, int, long) = (int (*)(int, int, long))(void *)GetProcAddress(real, "_locking");
    int *(*error)(void) = (int *(*)(void))(void *)GetProcAddress(real, "_errno");
    int status = locking(file, mode, bytes);
    if (status == -1 && *error() == 0) *error() = 13;
    return status;
}
