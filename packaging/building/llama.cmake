# SPDX-License-Identifier: Apache-2.0
# The libraries of llama.cpp alone, in place of all that llama-cpp-python builds.
#
# CMake includes this file at the end of llama-cpp-python's project() (CMAKE_PROJECT_llama_cpp_INCLUDE); with LLAMA_BUILD=OFF and
# LLAVA_BUILD=OFF nothing else of that project is built. Left out: llama.cpp's common library, which no Python file calls, and mtmd, for
# pictures and sound.

set(BUILD_SHARED_LIBS ON)
set(LLAMA_BUILD_COMMON OFF)
set(LLAMA_ALL_WARNINGS OFF)
set(GGML_CCACHE OFF)
# Else the number of the commit around this folder, which may be any, stands in the libraries.
set(LLAMA_BUILD_NUMBER 0)
set(LLAMA_BUILD_COMMIT unknown)
# One file a library: a wheel knows no links, and would hold each library three times.
set(CMAKE_PLATFORM_NO_VERSIONED_SONAME ON)
set(CMAKE_BUILD_WITH_INSTALL_RPATH ON)
set(CMAKE_INSTALL_RPATH "$ORIGIN")
if(APPLE)
    set(CMAKE_INSTALL_RPATH "@loader_path")
    set(GGML_METAL_EMBED_LIBRARY ON)
endif()

if(NOT MSVC)
    # No paths of this machine in messages, so that two builds give the same files.
    add_compile_options("-ffile-prefix-map=${CMAKE_CURRENT_SOURCE_DIR}/vendor/=" "-ffile-prefix-map=${CMAKE_BINARY_DIR}=build")
endif()
if(MINGW)
    # libgcc, libstdc++, winpthreads and libgomp are linked in, because no PC has them. Nothing of them is exported, as ld would do with
    # libgcc_eh. No time of the link in the head of the files.
    set(CMAKE_FIND_LIBRARY_SUFFIXES .a)  # CMake links OpenMP by its path
    add_link_options(-static -s -Wl,--no-insert-timestamp,--exclude-libs,ALL)
    # The headers of mingw-w64 10 (Debian 12) have SetThreadInformation, but not the type that it is called with.
    include(CheckTypeSize)
    set(CMAKE_EXTRA_INCLUDE_FILES windows.h)
    check_type_size(THREAD_POWER_THROTTLING_STATE THROTTLING LANGUAGE C)
    unset(CMAKE_EXTRA_INCLUDE_FILES)
    if(NOT HAVE_THROTTLING)
        add_compile_options("$<$<COMPILE_LANGUAGE:C>:SHELL:-include ${CMAKE_CURRENT_LIST_DIR}/llama_mingw.h>")
    endif()
endif()

# Without its own rules of what to build and install: headers, and files for other CMake projects.
add_subdirectory(vendor/llama.cpp EXCLUDE_FROM_ALL)

set_property(TARGET llama ggml PROPERTY PUBLIC_HEADER)
set(libraries llama)
get_property(candidates DIRECTORY vendor/llama.cpp/ggml/src PROPERTY BUILDSYSTEM_TARGETS)
foreach(target IN LISTS candidates)
    get_target_property(type ${target} TYPE)
    if(type MATCHES "SHARED_LIBRARY|MODULE_LIBRARY")
        list(APPEND libraries ${target})
    endif()
endforeach()
add_custom_target(libraries ALL DEPENDS ${libraries})
install(TARGETS ${libraries} LIBRARY DESTINATION llama_cpp/lib RUNTIME DESTINATION llama_cpp/lib)
