// SPDX-License-Identifier: MIT
// Where in its mappings the pages of a process are, for pictures: a resident share alone does not say whether
// it is the beginning of a heap that is in use, or every other page of it.
#pragma once

#include <vector>

#include "base/error.h"
#include "proc/pagemap_scan.h"
#include "proc/procfs.h"
#include "sample/address_layout.h"

namespace pageloupe {

// For each of at most `parts` equal parts of each mapping the share of its pages that are present; neighbours
// of one share are one range. Mappings are ascending, and so is the result. Reads PID/pagemap in pieces;
// holes are skipped. Errors: gone, denied, unsupported, blocked (with a Guard), io.
[[nodiscard]] Result<std::vector<HeatRange>> read_page_heat(const PidDir& dir,
                                                            std::vector<AddressRange> mappings,
                                                            Bytes page_size, std::size_t parts);

}  // namespace pageloupe
