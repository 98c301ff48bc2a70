// SPDX-License-Identifier: Apache-2.0
//
// Starts Inkstone inside its bundle. A program of our own and not a script, so that macOS takes the process for Inkstone: its name in the
// menu bar, its icon in the Dock. Python is loaded from the bundle by its path, which needs no linking. Children are started by the
// bundle's Python itself (sys.executable).
#include <Python.h>
#include <dlfcn.h>
#include <libgen.h>
#include <limits.h>
#include <mach-o/dyld.h>
#include <stdio.h>
#include <stdlib.h>

static void *library;

static void *function(const char *name) {
    void *found = dlsym(library, name);
    if (found == NULL) {
        fprintf(stderr, "Inkstone: its Python lacks %s. Install Inkstone again.\n", name);
        exit(3);
    }
    return found;
}

int main(int count, char **arguments) {
    char given[PATH_MAX], here[PATH_MAX], path[PATH_MAX + 64];
    uint32_t size = sizeof given;
    if (_NSGetExecutablePath(given, &size) != 0 || realpath(given, here) == NULL) {
        fputs("Inkstone: the path of its own program is too long.\n", stderr);
        return 3;
    }
    snprintf(path, sizeof path, "%s/../Resources/Inkstone/runtime", dirname(here));
    char home[PATH_MAX], place[PATH_MAX + 64];
    if (realpath(path, home) == NULL) {
        fprintf(stderr, "Inkstone: %s is missing. Install Inkstone again.\n", path);
        return 3;
    }
    snprintf(place, sizeof place, "%s/lib/libpython3.11.dylib", home);
    library = dlopen(place, RTLD_NOW | RTLD_GLOBAL);
    if (library == NULL) {
        fprintf(stderr, "Inkstone: %s\n", dlerror());
        return 3;
    }
    __typeof__(&PyPreConfig_InitIsolatedConfig) begin_pre = function("PyPreConfig_InitIsolatedConfig");
    __typeof__(&Py_PreInitialize) pre = function("Py_PreInitialize");
    __typeof__(&PyConfig_InitIsolatedConfig) begin = function("PyConfig_InitIsolatedConfig");
    __typeof__(&PyConfig_SetBytesString) set = function("PyConfig_SetBytesString");
    __typeof__(&PyConfig_SetBytesArgv) set_arguments = function("PyConfig_SetBytesArgv");
    __typeof__(&Py_InitializeFromConfig) initialize = function("Py_InitializeFromConfig");
    __typeof__(&Py_ExitStatusException) give_up = function("Py_ExitStatusException");
    __typeof__(&PyStatus_Exception) failed = function("PyStatus_Exception");
    __typeof__(&Py_RunMain) run = function("Py_RunMain");

    PyPreConfig before;
    begin_pre(&before);
    before.utf8_mode = 1;
    PyStatus status = pre(&before);
    PyConfig config;
    begin(&config);
    config.write_bytecode = 0; // a file that is added to a signed bundle breaks its seal
    config.parse_argv = 0;
    if (!failed(status)) status = set(&config, &config.home, home);
    snprintf(place, sizeof place, "%s/bin/python3.11", home);
    if (!failed(status)) status = set(&config, &config.program_name, place);
    if (!failed(status)) status = set(&config, &config.executable, place);
    if (!failed(status)) status = set(&config, &config.run_module, "desktop_app");
    if (!failed(status)) status = set_arguments(&config, count, arguments);
    if (!failed(status)) status = initialize(&config);
    if (failed(status)) give_up(status);
    return run();
}
