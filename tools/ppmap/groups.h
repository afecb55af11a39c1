// SPDX-License-Identifier: MIT
// --by: mappings that have a key in common, summed up.
#pragma once

#include <map>
#include <string>

#include "field/totals.h"
#include "field/vma_fields.h"
#include "render/writer.h"

namespace pageloupe::ppmap {

inline constexpr std::string_view kGroupSums = "size,resident,untouched,pss,uss,dirty,swap";

class Groups {
 public:
  // `key` is the name of a column of text, `sums` names columns that may be summed.
  Groups(std::string_view key, std::string_view sums);

  void add(const VmaRow& row);

  // The key, the number of mappings, the sums, the share of the whole.
  [[nodiscard]] Columns columns() const { return columns_; }

  // Writes a row for each group, ordered by one of the columns.
  void write(Writer& writer, std::size_t order_by, bool descending);
  [[nodiscard]] const Totals& totals() const { return totals_; }
  [[nodiscard]] bool has_vsyscall() const { return has_vsyscall_; }

 private:
  struct Group {
    Totals sums;
    Bytes reserved{};
  };

  const Field<VmaRow>& key_;
  Selection<VmaRow> summed_;
  std::vector<const Column*> columns_;
  std::map<std::string, Group, std::less<>> groups_{};
  Bytes reserved_{};
  Totals totals_;
  std::vector<Value> values_;
  bool has_vsyscall_ = false;
};

}  // namespace pageloupe::ppmap
