# SPDX-License-Identifier: MIT
# Compiles the program for the kernel and generates what loads it. Both are C.
enable_language(C)
set(bpf_source ${PROJECT_SOURCE_DIR}/src/bpf/task_iterator.bpf.c)
set(bpf_object ${PROJECT_BINARY_DIR}/bpf/task_iterator.bpf.o)
set(bpf_loader ${PROJECT_BINARY_DIR}/bpf/task_iterator.lskel.h)
set(bpf_includes -I${PAGELOUPE_LIBBPF_INCLUDE})
if(CMAKE_LIBRARY_ARCHITECTURE)
  list(APPEND bpf_includes -I/usr/include/${CMAKE_LIBRARY_ARCHITECTURE})
endif()
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/bpf)
add_custom_command(OUTPUT ${bpf_loader}
  COMMAND ${PAGELOUPE_CLANG} -target bpf -g -O2 -Wall -Werror
          -ffile-prefix-map=${PROJECT_SOURCE_DIR}/= -fdebug-compilation-dir=. ${bpf_includes} -c ${bpf_source} -o ${bpf_object}
  COMMAND ${PAGELOUPE_BPFTOOL} gen skeleton -L ${bpf_object} name task_iterator > ${bpf_loader}
  DEPENDS ${bpf_source} ${PROJECT_SOURCE_DIR}/src/bpf/task_record.h
  COMMENT "Compiling the iterator over processes for the kernel" VERBATIM)
target_sources(pageloupe_core PRIVATE ${PROJECT_SOURCE_DIR}/src/bpf/task_loader.c ${bpf_loader})
set_source_files_properties(${PROJECT_SOURCE_DIR}/src/bpf/task_loader.c PROPERTIES
  INCLUDE_DIRECTORIES "${PROJECT_BINARY_DIR}/bpf;${PAGELOUPE_LIBBPF_INCLUDE}"
  SKIP_PRECOMPILE_HEADERS ON
  # Generated code, and libbpf's header, as they are.
  COMPILE_OPTIONS "-w")
set_source_files_properties(${PROJECT_SOURCE_DIR}/src/bpf/task_scan.cpp PROPERTIES COMPILE_DEFINITIONS PAGELOUPE_BPF)
