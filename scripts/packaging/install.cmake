# SPDX-License-Identifier: MIT
# What is installed beside the tools and their pages, in two components: `tools` is what a user needs, `dev` what a
# program needs that links pageloupe::core.
include(CMakePackageConfigHelpers)

set(PAGELOUPE_BASH_DIR "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" CACHE STRING "where bash looks for completions")
set(PAGELOUPE_ZSH_DIR "${CMAKE_INSTALL_DATADIR}/zsh/site-functions" CACHE STRING "where zsh looks for completions")
set(PAGELOUPE_FISH_DIR "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d" CACHE STRING "where fish looks for completions")

# ---- What the tools tell of themselves: completions and schemas ------------------------------------------------------
function(pageloupe_descriptions tool name)
  set(folder ${PROJECT_BINARY_DIR}/share/${tool})
  set(bash ${folder}/${name})
  set(zsh ${folder}/_${name})
  set(fish ${folder}/${name}.fish)
  set(schemas ${folder}/schema)
  set(write_schemas ${PROJECT_SOURCE_DIR}/scripts/packaging/write-schemas)
  file(MAKE_DIRECTORY ${folder})
  add_custom_command(OUTPUT ${bash} ${zsh} ${fish} ${schemas}.stamp
    COMMAND $<TARGET_FILE:${tool}> --describe bash > ${bash}
    COMMAND $<TARGET_FILE:${tool}> --describe zsh > ${zsh}
    COMMAND $<TARGET_FILE:${tool}> --describe fish > ${fish}
    COMMAND ${write_schemas} $<TARGET_FILE:${tool}> ${schemas}
    COMMAND ${CMAKE_COMMAND} -E touch ${schemas}.stamp
    DEPENDS ${tool} ${write_schemas}
    COMMENT "Writing completions and schemas of ${name}" VERBATIM)
  add_custom_target(${tool}_descriptions ALL DEPENDS ${schemas}.stamp)
  install(FILES ${bash} DESTINATION ${PAGELOUPE_BASH_DIR} COMPONENT tools)
  install(FILES ${zsh} DESTINATION ${PAGELOUPE_ZSH_DIR} COMPONENT tools)
  install(FILES ${fish} DESTINATION ${PAGELOUPE_FISH_DIR} COMPONENT tools)
  install(DIRECTORY ${schemas}/ DESTINATION ${CMAKE_INSTALL_DATADIR}/pageloupe/schema COMPONENT tools
    FILES_MATCHING PATTERN "*.json")
endfunction()

foreach(tool ppmap pstat tlbprobe)
  pageloupe_descriptions(${tool} ${tool})
endforeach()
pageloupe_descriptions(ptop ${PAGELOUPE_PTOP_NAME})

install(FILES README.md LICENSE scripts/packaging/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT tools)

# ---- The library: find_package(pageloupe), pageloupe::core; pkg-config pageloupe -------------------------------------
install(TARGETS pageloupe_core EXPORT pageloupe ARCHIVE COMPONENT dev)
install(DIRECTORY ${core_folders} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/pageloupe COMPONENT dev
  FILES_MATCHING PATTERN "*.h")

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/pageloupe)
install(EXPORT pageloupe FILE pageloupeTargets.cmake NAMESPACE pageloupe:: DESTINATION ${package_dir} COMPONENT dev)
configure_package_config_file(scripts/packaging/pageloupeConfig.cmake.in ${PROJECT_BINARY_DIR}/pageloupeConfig.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/pageloupeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/pageloupeConfig.cmake ${PROJECT_BINARY_DIR}/pageloupeConfigVersion.cmake
  DESTINATION ${package_dir} COMPONENT dev)

# Paths from where the file lies, so that what was installed may be moved.
set(pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
set(pc_prefix ${CMAKE_INSTALL_PREFIX})
if(NOT IS_ABSOLUTE "${pc_dir}" AND NOT IS_ABSOLUTE "${CMAKE_INSTALL_INCLUDEDIR}")
  file(RELATIVE_PATH pc_up "/${pc_dir}" "/")
  string(REGEX REPLACE "/$" "" pc_up "${pc_up}")
  set(pc_prefix "\${pcfiledir}/${pc_up}")
endif()
foreach(which INCLUDEDIR LIBDIR)
  set(pc_${which} "${CMAKE_INSTALL_${which}}")
  if(NOT IS_ABSOLUTE "${pc_${which}}")
    set(pc_${which} "\${prefix}/${pc_${which}}")
  endif()
endforeach()
configure_file(scripts/packaging/pageloupe.pc.in ${PROJECT_BINARY_DIR}/pageloupe.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/pageloupe.pc DESTINATION ${pc_dir} COMPONENT dev)
