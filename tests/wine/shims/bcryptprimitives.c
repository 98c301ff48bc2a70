// SPDX-License-Identifier: Apache-2.0
// For Wine 8 alone: its own has no such library, which everything written in Rust takes random numbers from.
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *data, SIZE_T length) { return RtlGenRandom(data, (ULONG)length); }
