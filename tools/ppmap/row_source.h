// SPDX-License-Identifier: MIT
// The rows of one process that a request asks for.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "ppmap/process_head.h"
#include "ppmap/request.h"
#include "ppmap/row_filler.h"

namespace pageloupe::ppmap {

class RowSource {
 public:
  // `needs` is what the columns to be shown are made of; range, filter and order add their own.
  // `maps`: its text, where it was begun to be read already. `filler` says of each row what is in no map.
  // A process without memory has no rows; its files are not opened, which some kernels refuse.
  [[nodiscard]] static Result<RowSource> open(const OpenProcess& process, const Request& request,
                                              SourceSet needs, std::optional<TextStream> maps = {},
                                              std::unique_ptr<RowFiller> filler = {});

  // The columns that filter and order look at.
  [[nodiscard]] static std::vector<const Column*> deciding_columns(const Request& request);

  // Goes to the next mapping within range and filter; false at the end.
  [[nodiscard]] Result<bool> next();
  // The mapping that next() went to, valid until it is called again.
  [[nodiscard]] const VmaRow& row() const { return sorted_ ? *sorted_row_ : map_row(); }

  // There is no mapping at all, whatever range and filter say: it has no memory, or none any more.
  [[nodiscard]] bool empty() const { return empty_; }

  // The known columns, and those of keys that only this kernel has.
  [[nodiscard]] const VmaFieldTable& table() const { return *table_; }

 private:
  RowSource() = default;

  [[nodiscard]] const VmaRow& map_row() const { return past_ ? past_row_ : map_->row(); }
  [[nodiscard]] VmaRow& map_row() { return past_ ? past_row_ : map_->row(); }
  [[nodiscard]] Result<bool> next_of_past();
  [[nodiscard]] static Result<RowSource> open_past(RowSource source, const OpenProcess& process);

  // The next of the map's own order, within range and filter.
  [[nodiscard]] Result<bool> next_of_map();
  [[nodiscard]] Result<bool> step();
  [[nodiscard]] Result<bool> take(VmaRow& row);
  [[nodiscard]] bool matches(const VmaRow& row) const;
  void read_all();

  std::optional<ProcessMap> map_{};
  // In its place: the rows of a recording, and where in them next() is.
  const RecordedMap* past_ = nullptr;
  std::map<std::uint64_t, VmaRow>::const_iterator past_at_{};
  VmaRow past_row_{};
  bool whole_paths_ = false;
  bool empty_ = true;
  std::optional<SortKey> sort_{};
  // All rows in the order asked for, and where next() is.
  struct Sorted {
    std::vector<VmaRow> rows{};
    std::vector<std::pair<Value, const VmaRow*>> order{};
    std::size_t given = 0;
    Result<bool> end = false;  // the failure that ended the reading
  };
  std::unique_ptr<Sorted> sorted_{};
  const VmaRow* sorted_row_ = nullptr;
  AddressRange range_{};
  FieldSpan<VmaRow> fields_{};
  std::optional<Filter> filter_{};
  bool filter_needs_filler_ = false;
  std::unique_ptr<RowFiller> filler_{};
  std::unique_ptr<VmaFieldTable> table_;
  std::optional<bool> first_{};  // what the first next() said: it is called early, to know the unknown keys
};

}  // namespace pageloupe::ppmap
