/* SPDX-License-Identifier: Apache-2.0
 * Whether the processor can run Inkstone: ends with 0, or with 1 where SSE4.2 is missing.
 * A program of its own because Windows 10 before version 2004 cannot be asked (IsProcessorFeaturePresent), and set-up is 32-bit. */
#include <cpuid.h>

int main(void)
{
    unsigned a, b, c = 0, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_2) ? 0 : 1;
}
