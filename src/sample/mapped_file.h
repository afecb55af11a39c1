// SPDX-License-Identifier: MIT
// The file of a mapping, without opening what reading may disturb.
#pragma once

#include "base/unique_fd.h"
#include "proc/maps.h"
#include "proc/procfs.h"

namespace pageloupe {

// A handle (O_PATH) of the file that is mapped: by map_files, which needs CAP_CHECKPOINT_RESTORE or
// CAP_SYS_ADMIN, and finds deleted files too; else, where `live`, by its path, when device and inode are the
// same there. Errors: not_applicable of memory without a file; denied; unsupported; gone.
[[nodiscard]] Result<UniqueFd> locate_mapped_file(const ProcFs& procfs, Pid pid, const Vma& vma, bool live);

// The same file open for reading. Errors: not_applicable of what is no regular file, denied, io.
[[nodiscard]] Result<UniqueFd> open_regular(const UniqueFd& handle);

}  // namespace pageloupe
