// SPDX-License-Identifier: MIT
// -X and -XX: all the kernel gives, in pmap's layout. One reading of smaps gives the widths, the rows and the
// totals.
#pragma once

#include <string>
#include <vector>

#include "ppmap/map_report.h"
#include "ppmap/row_source.h"
#include "render/cell_grid.h"

namespace pageloupe::ppmap {

// The name as pmap's narrow layouts show it: "  [ anon ]", "libc.so.6".
void append_pmap_name(Buffer& buffer, const VmaRow& row, bool show_path, TextStyle style);

class WideReport : public Report {
 public:
  WideReport(const Request& request, Output& output) : request_(request), output_(output) {}

  void begin(const Facts& /*document*/) override {}
  [[nodiscard]] Result<void> show(const OpenProcess& process) override;
  void end(std::span<const Problem> /*problems*/) override { output_.flush(); }

 private:
  // A column of smaps, in pmap's unit: KiB, or the number itself.
  struct Key {
    std::string_view header{};
    SmapsKey key = SmapsKey::count_;  // count_ for a key of a later kernel
    std::size_t unknown = 0;
    std::uint64_t divisor = 1024;
    bool additive = true;
    std::uint64_t total = 0;
  };

  void choose_keys(const VmaRow& first, const VmaFieldTable& table);
  void add_headings();
  void add_row(const VmaRow& row);
  void write_grid();
  void write_totals();

  Request request_;
  Output& output_;
  std::vector<Key> keys_;
  CellGrid grid_;
};

}  // namespace pageloupe::ppmap
