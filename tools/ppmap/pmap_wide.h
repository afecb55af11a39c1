// SPDX-License-Identifier: MIT
// -X and -XX: all the kernel gives, in pmap's layout. One reading of smaps gives the widths, the rows and the
// totals.
#pragma once

#include <string>
#include <vector>

#include "ppmap/map_report.h"
#include "ppmap/number_log.h"
#include "ppmap/row_source.h"
#include "render/output.h"

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

  // The columns that stand before those of the keys.
  enum Leading : std::size_t { kAddress, kPerm, kOffset, kDevice, kInode, kLeadingCount };

  void choose_keys(const VmaRow& first, const VmaFieldTable& table);
  void begin_rows();
  void add_row(const VmaRow& row);
  [[nodiscard]] std::uint64_t flags_number(std::string_view flags);
  [[nodiscard]] std::uint64_t name_number(std::string_view name);
  // Appends a cell; of all columns but the name's.
  void append_number(Buffer& buffer, std::size_t column, std::uint64_t number) const;
  void write_headings();
  void write_rows();
  void write_totals();

  [[nodiscard]] std::size_t flags_column() const { return kLeadingCount + keys_.size(); }
  [[nodiscard]] std::size_t name_column() const { return flags_column() + (request_.everything ? 1 : 0); }

  Request request_;
  Output& output_;
  std::vector<Key> keys_;
  NumberLog rows_;
  std::vector<std::uint64_t> numbers_;  // of the row that is added
  std::vector<std::size_t> widths_;     // of all columns but the name's
  std::vector<std::string> flags_;      // all the different texts of VmFlags
  // All names but repetitions, ready to be written, one behind the other; where they end.
  Buffer names_;
  std::vector<std::size_t> name_ends_;
  std::string last_name_;  // that is not empty
  Buffer cell_;
};

}  // namespace pageloupe::ppmap
