// SPDX-License-Identifier: Apache-2.0
// For Wine 8 alone, which ends a program that asks for the colour profile of a screen: here none has one.
#include <windows.h>

#define NONE(name) \
    __declspec(dllexport) void *WINAPI name(void) { return 0; }
NONE(OpenColorProfileW)
NONE(CloseColorProfile)
NONE(GetColorProfileFromHandle)
NONE(WcsCreateIccProfile)
