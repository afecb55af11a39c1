// SPDX-License-Identifier: MIT
// The rows of one process that a request asks for.
#pragma once

#include <optional>

#include "ppmap/request.h"

namespace pageloupe::ppmap {

class RowSource {
 public:
  // `needs` is what the columns to be shown are made of; range, filter and order add their own.
  // `maps`: its text, where it was begun to be read already.
  [[nodiscard]] static Result<RowSource> open(const PidDir& dir, const Request& request, SourceSet needs,
                                              std::optional<TextStream> maps = {});

  // Goes to the next mapping within range and filter; false at the end.
  [[nodiscard]] Result<bool> next();
  // The mapping that next() went to, valid until it is called again.
  [[nodiscard]] const VmaRow& row() const { return map_.row(); }

  // The known columns, and those of keys that only this kernel has.
  [[nodiscard]] const VmaFieldTable& table() const { return *table_; }

 private:
  explicit RowSource(ProcessMap map) : map_(std::move(map)) {}

  [[nodiscard]] Result<bool> step();
  [[nodiscard]] bool wanted(const VmaRow& row) const;

  ProcessMap map_;
  AddressRange range_{};
  std::optional<Filter> filter_{};
  std::unique_ptr<VmaFieldTable> table_;
  std::optional<bool> first_{};  // what the first next() said: it is called early, to know the unknown keys
};

}  // namespace pageloupe::ppmap
