// SPDX-License-Identifier: Apache-2.0
// For Wine alone, which has no DirectML: kreuzberg imports its first function by number, for graphics cards that are not here.
#include <windows.h>

HRESULT WINAPI DMLCreateDevice1(void) { return E_NOTIMPL; }
