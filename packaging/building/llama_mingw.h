// SPDX-License-Identifier: Apache-2.0
// What llama.cpp uses of processthreadsapi.h and mingw-w64 10 does not have; llama.cmake includes it there.
typedef struct {
    unsigned long Version;
    unsigned long ControlMask;
    unsigned long StateMask;
} THREAD_POWER_THROTTLING_STATE;
#define THREAD_POWER_THROTTLING_CURRENT_VERSION 1
#define THREAD_POWER_THROTTLING_EXECUTION_SPEED 1
