# SPDX-License-Identifier: MIT
# Run by cpack on what it has installed for the Debian packages, before it packs that: compressed pages, zsh's folder,
# copyright and changelog of each package.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()

if(CPACK_PAGELOUPE_EPOCH)
  set(ENV{SOURCE_DATE_EPOCH} ${CPACK_PAGELOUPE_EPOCH})
endif()
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(version ${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})

function(compress)
  execute_process(COMMAND gzip -9n ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(add_documents root package)
  set(folder ${root}/share/doc/${package})
  file(REMOVE ${folder}/LICENSE)  # is in copyright
  file(MAKE_DIRECTORY ${folder})
  file(COPY_FILE ${CPACK_PAGELOUPE_COPYRIGHT} ${folder}/copyright)
  file(WRITE ${folder}/changelog.Debian "pageloupe (${version}) unstable; urgency=medium

  * Version ${CPACK_PACKAGE_VERSION}.

 -- ${CPACK_DEBIAN_PACKAGE_MAINTAINER}  ${date}
")
  compress(${folder}/changelog.Debian)
endfunction()

set(tools ${CPACK_TEMPORARY_DIRECTORY}/tools/usr)
file(GLOB pages ${tools}/share/man/man1/*.1 ${tools}/share/man/man7/*.7)
compress(${pages})
if(EXISTS ${tools}/share/zsh/site-functions)
  # What packages have; site-functions is the administrator's.
  file(RENAME ${tools}/share/zsh/site-functions ${tools}/share/zsh/vendor-completions)
endif()
add_documents(${tools} pageloupe)

set(dev ${CPACK_TEMPORARY_DIRECTORY}/dev/usr)
file(GLOB_RECURSE archives ${dev}/lib/*.a)
execute_process(COMMAND ${CPACK_PAGELOUPE_STRIP} --strip-debug --remove-section=.comment --remove-section=.note
  --enable-deterministic-archives ${archives} COMMAND_ERROR_IS_FATAL ANY)
add_documents(${dev} libpageloupe-dev)
