// SPDX-License-Identifier: MIT
// Mappings that have a key in common, summed up: by kind, by file, by permissions.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "field/totals.h"
#include "field/vma_fields.h"

namespace pageloupe {

class VmaGroups {
 public:
  // Of these columns, `key` is the name of one of text, `sums` names columns that may be summed.
  VmaGroups(FieldSpan<VmaRow> fields, std::string_view key, std::string_view sums);

  void add(const VmaRow& row);

  // The key, the number of mappings, the sums, the share of the whole.
  [[nodiscard]] std::span<const Column* const> columns() const { return columns_; }

  // A row for each group, ordered by one of the columns. Its texts live as long as the groups.
  [[nodiscard]] std::vector<std::vector<Value>> rows(std::size_t order_by, bool descending) const;
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

}  // namespace pageloupe
