# SPDX-License-Identifier: MIT
# `cpack`: an archive of all that is installed, and two packages for Debian, pageloupe and libpageloupe-dev.
set(PAGELOUPE_MAINTAINER "pageloupe authors <pageloupe@pageloupe.invalid>" CACHE STRING "of the Debian packages: NAME <ADDRESS>")
set(PAGELOUPE_DEBIAN_REVISION 1 CACHE STRING "of the Debian packages, behind the version")

set(CPACK_PACKAGE_NAME pageloupe)
set(CPACK_PACKAGE_VENDOR "the pageloupe authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGE_FILE_NAME pageloupe-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL tools dev)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
  WORLD_EXECUTE)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${PAGELOUPE_MAINTAINER}")
set(CPACK_DEBIAN_PACKAGE_RELEASE ${PAGELOUPE_DEBIAN_REVISION})
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)

set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME pageloupe)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SUGGESTS "jq, zstd")
set(CPACK_DEBIAN_TOOLS_DESCRIPTION "ppmap shows the map of a process: what is reserved and touched, shared and
private, and what each mapping is for. pstat lists processes and threads by
any column, in trees, groups and streams, with what is shared counted once.
ptop is the live monitor. tlbprobe measures the translation lookaside buffers
of the machine. What may not be read is never shown as 0.")
configure_file(scripts/packaging/debian/preinst.in ${PROJECT_BINARY_DIR}/debian/preinst @ONLY)
set(CPACK_DEBIAN_TOOLS_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/debian/preinst)
set(CPACK_DEBIAN_TOOLS_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
# px has /usr/bin/ptop as a file of its own.
if(PAGELOUPE_PTOP_NAME STREQUAL "ptop")
  set(CPACK_DEBIAN_TOOLS_PACKAGE_CONFLICTS px)
endif()

set(CPACK_DEBIAN_DEV_PACKAGE_NAME libpageloupe-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS libc6-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SUGGESTS "cmake, pkgconf")
set(CPACK_DEBIAN_DEV_DESCRIPTION "Headers and static library of what ppmap, pstat, ptop and tlbprobe are made
of: readers of /proc, samplers of processes and maps, tables of columns,
counters, and the measurement of TLBs. For C++23.")

# What a Debian package has otherwise than what is installed by hand.
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/scripts/packaging/debian/layout.cmake)
set(CPACK_PAGELOUPE_STRIP ${CMAKE_STRIP})
set(CPACK_PAGELOUPE_COPYRIGHT ${PROJECT_SOURCE_DIR}/scripts/packaging/debian/copyright)

# The date of what is packaged, so that one commit makes one package.
set(CPACK_PAGELOUPE_EPOCH $ENV{SOURCE_DATE_EPOCH})
find_package(Git QUIET)
if(NOT CPACK_PAGELOUPE_EPOCH AND GIT_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} -c safe.directory=* log -1 --format=%ct WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    OUTPUT_VARIABLE CPACK_PAGELOUPE_EPOCH OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
include(CPack)
