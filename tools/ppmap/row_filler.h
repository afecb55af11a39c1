// SPDX-License-Identifier: MIT
// Says of the rows of a map what is in no map: the pages of a mapping.
#pragma once

#include <memory>

#include "ppmap/numa_facts.h"
#include "ppmap/process_head.h"
#include "ppmap/request.h"
#include "sample/process_map.h"

namespace pageloupe::ppmap {

class RowFiller {
 public:
  RowFiller() = default;
  RowFiller(const RowFiller&) = delete;
  RowFiller& operator=(const RowFiller&) = delete;
  virtual ~RowFiller() = default;

  // Whether the column's value is only known once a row was filled.
  [[nodiscard]] virtual bool gives(const Column& column) const = 0;

  // Errors: gone. What else could not be read is a reason in the row.
  [[nodiscard]] virtual Result<void> fill(VmaRow& row) = 0;
};

// For a row's values in `columns`, of --numa from `numa`; nullptr where maps and smaps say all. It looks at
// what it is given as long as it lives.
[[nodiscard]] std::unique_ptr<RowFiller> make_row_filler(const OpenProcess& process, const ProcFs& procfs,
                                                         const Request& request, const NumaReading& numa,
                                                         std::span<const Column* const> columns);

}  // namespace pageloupe::ppmap
