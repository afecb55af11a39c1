// SPDX-License-Identifier: MIT
// What the inference sees of a machine: how long a load, or a jump, takes when it goes round a given cycle of
// pages. Nothing behind this interface decides anything, so that a simulated TLB can stand in for a real one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/error.h"
#include "base/units.h"

namespace pageloupe {

// How virtual pages lie over physical lines.
enum class Layout : std::uint8_t {
  base,         // pages of the base size that all map a small shared object
  huge_2m,      // the same with 2 MiB pages
  huge_1g,      // the same with 1 GiB pages
  granule,      // base-size steps through regions that the kernel backs with 2 MiB pages
  granule_cut,  // one such region whose last base page is split off: contiguous memory, base-size entries
  code,         // executable pages of the base size over a small shared object
};

// A stop of the cycle: `line` names a physical cache line, `page` the virtual page it is reached through.
struct Access {
  std::uint32_t page = 0;
  std::uint32_t line = 0;
};

// How much one order is measured.
struct Effort {
  unsigned warm = 3;    // untimed laps
  unsigned chunks = 4;  // timed pieces of whole laps; the least accepted one counts
  unsigned settle = 1;  // untimed laps before each piece, where a piece is many laps
};

// What a layout offers once it is open.
struct LayoutFacts {
  Bytes page_size{};
  std::uint32_t pages = 0;     // pages 0..pages-1 may all be used in one cycle
  std::uint64_t span = 0;      // page numbers below this may be used, some hundreds at a time
  std::uint32_t lines = 0;     // line ids below this
  std::uint32_t region = 0;    // granule: base pages per region
  std::uint32_t borrowed = 0;  // translations that the chase itself needs besides its pages
  std::string_view note = {};  // what is weaker than usual, in words; a literal
};

struct SourceStatistics {
  std::uint64_t chunks = 0;
  std::uint64_t rejected = 0;
  std::uint64_t calibrations = 0;
  double ticks_per_cycle = 0;     // the least seen lately; 0 before the first calibration
  double ticks_per_ns = 0;        // 0 where there is no steady clock to compare with
  int cpu = -1;                   // where the chase runs; -1 if it could not be pinned
  bool cpu_changed = false;       // it was found on another CPU than that
  std::optional<double> steal{};  // share of the run that the hypervisor gave to others; nothing if unknown

  [[nodiscard]] double rejected_share() const {
    return chunks == 0 ? 0.0 : static_cast<double>(rejected) / static_cast<double>(chunks);
  }
};

// Every error of the probe carries its reason in words in Error::field; see not_measured().
class LatencySource {
 public:
  LatencySource() = default;
  LatencySource(const LatencySource&) = delete;
  LatencySource& operator=(const LatencySource&) = delete;
  virtual ~LatencySource() = default;

  // Lays the pages out, or says why this machine or kernel does not allow it. Opening twice is no error.
  virtual Result<LayoutFacts> open(Layout layout) = 0;
  // Gives the layout's memory back.
  virtual void close(Layout layout) = 0;
  // Core cycles per access going round `cycle` in its order again and again. A line stands in a cycle once,
  // except in Layout::code, where a cycle may pass a line several times.
  virtual Result<double> chase(Layout layout, std::span<const Access> cycle, Effort effort) = 0;
  // The same over the same physical lines packed as densely as they lie, so that it needs few translations.
  virtual Result<double> dense(Layout layout, std::span<const std::uint32_t> lines, Effort effort) = 0;
  [[nodiscard]] virtual SourceStatistics statistics() const = 0;
};

}  // namespace pageloupe
