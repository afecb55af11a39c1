// SPDX-License-Identifier: MIT
// Where the rows of a list come from: the live system, or a recording.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>

#include "pstat/system_memory.h"
#include "render/writer.h"
#include "sample/process_counters.h"
#include "sample/process_row.h"

namespace pageloupe::pstat {

class ProcessSource {
 public:
  using Visit = std::function<void(const ProcessRow&)>;

  ProcessSource() = default;
  ProcessSource(const ProcessSource&) = delete;
  ProcessSource& operator=(const ProcessSource&) = delete;
  virtual ~ProcessSource() = default;

  // What the document says of the run.
  [[nodiscard]] virtual Facts run_facts() const = 0;

  // The machine at the pass that follows.
  [[nodiscard]] virtual SystemFacts system() = 0;
  [[nodiscard]] virtual SystemMemory memory() = 0;

  // One pass over the chosen processes; a row is valid during its call. Errors: those of listing /proc.
  [[nodiscard]] virtual Result<void> pass(const SystemFacts& system, const Visit& visit) = 0;

  // Goes on to the next pass, waiting so long where there is something to wait for. False where there is
  // none.
  [[nodiscard]] virtual bool next(std::chrono::nanoseconds delay) = 0;

  // Whether a first pass is needed for what is made of two.
  [[nodiscard]] virtual bool has_past() const = 0;

  // Of the last pass: those that were named and are not there; how many were not in the one before, and the
  // other way round.
  [[nodiscard]] virtual std::span<const Pid> missing() const = 0;
  [[nodiscard]] virtual std::uint64_t begun() const = 0;
  [[nodiscard]] virtual std::uint64_t ended() const = 0;

  // The counters of the rows; nullptr where no column needs any, or none can be read.
  [[nodiscard]] virtual const ProcessCounters* counters() const { return nullptr; }
};

}  // namespace pageloupe::pstat
