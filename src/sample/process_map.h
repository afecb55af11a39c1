// SPDX-License-Identifier: MIT
// The mappings of a live or captured process, one after the other, each with its kind.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "proc/procfs.h"
#include "proc/smaps.h"
#include "sample/thp_policy.h"
#include "sample/vma_kind.h"

namespace pageloupe {

struct NumaUse;
struct PageUse;

// One mapping as a getter sees it.
struct VmaRow {
  VmaRecord record{};
  Identity identity{};
  std::string label{};     // in place of the kernel's name where that says less: "libc.so.6 [bss]"
  bool has_usage = false;  // smaps was read: `record.usage` says what it holds
  // `record.usage` is from the page table, which knows some keys only.
  bool of_page_table = false;
  Errc without_usage = Errc::not_sampled;  // why there is none
  ThpPolicy thp{};                         // of the machine and the process, where the plan asked for it
  std::shared_ptr<const PageUse> pages{};  // where a PageMeter was asked
  std::shared_ptr<const NumaUse> numa{};   // where numa_maps was read
};

struct MapPlan {
  bool usage = false;  // smaps in place of maps: walks the page tables of the process, 8 ms a GiB
  bool stacks = true;  // look for the threads' stack pointers: one file a thread
  // The first thread, whose stack the kernel names; where not given, the one that the directory is of.
  std::optional<Pid> leader{};
  bool whole_paths = false;        // labels have the whole path, and files a label of it
  std::optional<ThpPolicy> thp{};  // of the machine; reads status too, for the process's own
};

class ProcessMap {
 public:
  // Opens the map and reads what the kinds need beforehand: exe, and the threads where there are several; the
  // whole of maps and limits where some thread's stack pointer is not known.
  // Errors: gone, denied, io.
  // `maps`: its text, where it was begun to be read already and the plan asks for no more.
  [[nodiscard]] static Result<ProcessMap> open(const PidDir& dir, MapPlan plan,
                                               std::optional<TextStream> maps = {});

  // Goes to the next mapping; false at the end. A process without memory has no mappings.
  // Errors: gone, denied, io, malformed.
  [[nodiscard]] Result<bool> next();

  // The mapping that next() went to, valid until it is called again.
  [[nodiscard]] const VmaRow& row() const { return rows_[current_]; }
  // The same, to say of it what is in no map.
  [[nodiscard]] VmaRow& row() { return rows_[current_]; }

  // Keys of smaps that this program does not know, complete once the first mapping was read.
  [[nodiscard]] std::vector<SmapsReader::UnknownKey> unknown_keys() const;

 private:
  ProcessMap(std::variant<MapsReader, SmapsReader> reader, MapContext context, const MapPlan& plan)
      : reader_(std::move(reader)),
        classifier_(std::move(context)),
        has_usage_(plan.usage),
        thp_(plan.thp.value_or(ThpPolicy{})),
        whole_paths_(plan.whole_paths) {}

  [[nodiscard]] static std::vector<Address> guess_stacks(const PidDir& dir, const MapContext& context,
                                                         std::size_t threads);
  [[nodiscard]] Result<bool> read_ahead();
  void label(VmaRow& row) const;
  [[nodiscard]] VmaRow& ahead() { return rows_[1 - current_]; }

  std::variant<MapsReader, SmapsReader> reader_;
  VmaClassifier classifier_;
  bool has_usage_;
  ThpPolicy thp_;
  bool whole_paths_;
  bool started_ = false;
  bool have_ahead_ = false;
  std::optional<Error> error_{};
  std::array<VmaRow, 2> rows_{};  // the current one and the one that follows it, in turn
  std::size_t current_ = 0;
};

}  // namespace pageloupe
