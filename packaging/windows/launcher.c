// SPDX-License-Identifier: Apache-2.0
// Starts Inkstone: loads the Python that lies in the folder "runtime" beside it, by its whole path, and runs desktop_app with all arguments.
//
// Compiled twice: Inkstone.exe (WINDOW) opens no console, Inkstone.com is the same for a console, which waits for it. A shell finds the
// .com first when "inkstone" is typed.
//
// Which modules Python finds is said by runtime\python311._pth, which also keeps it from PYTHONHOME, PYTHONPATH, the registry and the
// packages of the user. Libraries are looked for in the system's folder and in ours, never in the current folder or along PATH.

#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0A00
#endif
#include <windows.h>
#include <wchar.h>

enum { OLDEST_BUILD = 17763, ENVIRONMENT = 3, LONGEST = 32768 };

int _dowildcard = 0;  // "*" in a question is not a pattern of files

static wchar_t root[LONGEST];  // the folder of the program, with "\" at its end

static BOOL usable(DWORD which) {
    HANDLE handle = GetStdHandle(which);
    return handle != NULL && handle != INVALID_HANDLE_VALUE && GetFileType(handle) != FILE_TYPE_UNKNOWN;
}

// Before Python is there: to the console or whoever reads our errors, else in a window; a child role has nobody who would close one.
static int tell(BOOL role, const wchar_t *english, const wchar_t *chinese, const wchar_t *detail) {
    static wchar_t text[LONGEST + 1024];
    BOOL in_chinese = PRIMARYLANGID(GetUserDefaultUILanguage()) == LANG_CHINESE;
    _snwprintf(text, LONGEST + 1023, in_chinese ? chinese : english, detail);
    if (usable(STD_ERROR_HANDLE)) {
        HANDLE error = GetStdHandle(STD_ERROR_HANDLE);
        DWORD mode, done;
        wcsncat(text, L"\r\n", 2);
        if (GetConsoleMode(error, &mode)) {
            WriteConsoleW(error, text, (DWORD)wcslen(text), &done, NULL);
        } else {
            static char bytes[4 * LONGEST];
            int length = WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, sizeof bytes, NULL, NULL);
            if (length > 1) WriteFile(error, bytes, (DWORD)length - 1, &done, NULL);
        }
    } else if (!role) {
        MessageBoxW(NULL, text, L"Inkstone", MB_OK | MB_ICONERROR | MB_SETFOREGROUND);
    }
    return ENVIRONMENT;
}

static DWORD windows_build(void) {
    // GetVersionEx says what the manifest allows; this says what there is.
    RTL_OSVERSIONINFOW version = {.dwOSVersionInfoSize = sizeof version};
    LONG(WINAPI * ask)(RTL_OSVERSIONINFOW *) =
        (LONG(WINAPI *)(RTL_OSVERSIONINFOW *))(void *)GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "RtlGetVersion");
    return ask != NULL && ask(&version) == 0 ? version.dwBuildNumber : 0;
}

static BOOL too_old(DWORD build, wchar_t *number) {
    _snwprintf(number, 16, L"%lu", build);
    return build < OLDEST_BUILD;
}

static const wchar_t *below_root(const wchar_t *name) {
    static wchar_t path[LONGEST + 64];
    _snwprintf(path, LONGEST + 63, L"%ls%ls", root, name);
    return path;
}

static const wchar_t *missing(void) {
    static const wchar_t *const needed[] = {L"runtime\\python311.dll", L"runtime\\python311.zip", L"runtime\\python311._pth",
                                            L"runtime\\vcruntime140.dll", L"packages", L"program\\desktop_app"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (GetFileAttributesW(below_root(needed[i])) == INVALID_FILE_ATTRIBUTES) return below_root(needed[i]);
    return NULL;
}

#ifdef WINDOW
// Typed in a console, with arguments: let Inkstone.com do it there. FALSE where there is no console.
static BOOL done_in_console(DWORD *status) {
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION child;
    if (usable(STD_OUTPUT_HANDLE) || !AttachConsole(ATTACH_PARENT_PROCESS)) return FALSE;
    if (!CreateProcessW(below_root(L"Inkstone.com"), GetCommandLineW(), NULL, NULL, TRUE, 0, NULL, NULL, &start, &child)) return FALSE;
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, status);
    return TRUE;
}
#endif

int wmain(int count, wchar_t **given) {
    static wchar_t *arguments[4096];
    static wchar_t itself[LONGEST];
    static wchar_t *const options[] = {L"-I", L"-B", L"-X", L"utf8", L"-m", L"desktop_app"};
    const int first = sizeof options / sizeof *options + 1;
    BOOL role = count > 1 && wcscmp(given[1], L"--role") == 0;
    wchar_t number[16];
    int (*run)(int, wchar_t **);
    HMODULE python;

    SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32 | LOAD_LIBRARY_SEARCH_USER_DIRS);
    SetDllDirectoryW(L"");
    if (too_old(windows_build(), number))
        return tell(role, L"Inkstone needs Windows 10, version 1809, or newer. This PC has an older Windows (build %ls).",
                    L"Inkstone 需要 Windows 10 1809 或更新版本。这台电脑的 Windows 版本过低（内部版本 %ls）。", number);
    if (!__builtin_cpu_supports("sse4.2"))
        return tell(role, L"The processor of this PC is too old for Inkstone: it does not know the instructions called SSE4.2.",
                    L"这台电脑的处理器过旧，不支持 SSE4.2 指令，无法运行 Inkstone。", L"");
    DWORD length = GetModuleFileNameW(NULL, itself, LONGEST);
    if (length == 0 || length >= LONGEST || count > 4096 - first - 1) return ENVIRONMENT;
    wcscpy(root, itself);
    wcsrchr(root, L'\\')[1] = 0;
    if (missing() != NULL)
        return tell(role,
                    L"A file of Inkstone is missing:\n%ls\n\nIf you opened Inkstone inside a zip file, unpack all of it first. Otherwise install "
                    L"Inkstone again; your documents and libraries stay as they are.",
                    L"缺少 Inkstone 的文件：\n%ls\n\n如果您是在压缩包里直接打开的，请先解压全部文件；否则请重新安装 Inkstone，您的文档和资料库不受影响。",
                    missing());
#ifdef WINDOW
    DWORD status;
    if (count > 1 && !role && done_in_console(&status)) return (int)status;
#endif
    AddDllDirectory(below_root(L"runtime"));  // for python3.dll and the C++ library, which packages ask for by name
    python = LoadLibraryExW(below_root(L"runtime\\python311.dll"), NULL, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32);
    run = python != NULL ? (int (*)(int, wchar_t **))(void *)GetProcAddress(python, "Py_Main") : NULL;
    if (run == NULL)
        return tell(role, L"A file of Inkstone is damaged or kept from loading:\n%ls\n\nInstall Inkstone again; your documents and libraries stay as they are.",
                    L"Inkstone 的文件已损坏，或被阻止加载：\n%ls\n\n请重新安装 Inkstone，您的文档和资料库不受影响。",
                    below_root(L"runtime\\python311.dll"));
    arguments[0] = itself;
    for (int i = 1; i < first; i++) arguments[i] = options[i - 1];
    for (int i = 1; i < count; i++) arguments[first + i - 1] = given[i];
    return run(first + count - 1, arguments);
}
