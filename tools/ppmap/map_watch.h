// SPDX-License-Identifier: MIT
// The map of one process, read again and again, and compared.
#pragma once

#include <string>

#include "field/map_diff.h"
#include "ppmap/process_head.h"

namespace pageloupe::ppmap {

class MapWatch {
 public:
  // What of each map.
  struct Kept {
    MeasureSet measures{};
    bool whole_paths = false;  // as names for people
  };

  // `process` outlives it.
  MapWatch(const ProcFs& procfs, OpenProcess& process, Kept kept);

  enum class Look : std::uint8_t {
    same_program,
    exec,   // another program has taken the place: the watching begins anew
    ended,  // there is no process any more, or no memory of it
  };

  // Reads the map for the first time. Errors: gone, denied, no_memory, io, malformed.
  [[nodiscard]] Result<void> begin();
  // Reads it again. Errors: denied, io, malformed.
  [[nodiscard]] Result<Look> look();

  // The map when the watching began, or at the last exec; before the last look; and now.
  [[nodiscard]] const MapSnapshot& first() const { return first_; }
  [[nodiscard]] const MapSnapshot& before() const { return before_; }
  [[nodiscard]] const MapSnapshot& now() const { return now_; }

  // How long the last reading took, and how much CPU time of it: most of that the kernel walks the map.
  [[nodiscard]] Nanoseconds reading() const { return reading_; }
  [[nodiscard]] Nanoseconds reading_cpu() const { return reading_cpu_; }
  // The process changed its map meanwhile: not all of what was read is of one moment.
  [[nodiscard]] bool changed_meanwhile() const { return changed_meanwhile_; }
  // What the three maps take here.
  [[nodiscard]] Bytes memory() const { return first_.memory() + before_.memory() + now_.memory(); }

 private:
  // What tells one program of a process from the next: where its parts are in memory, and its file.
  struct Program {
    std::array<Address, 4> places{};
    std::string exe{};
    friend bool operator==(const Program&, const Program&) = default;
  };

  [[nodiscard]] Result<Program> program();
  [[nodiscard]] Result<void> read_map();
  [[nodiscard]] Result<std::uint64_t> map_size();
  [[nodiscard]] bool reopen();
  [[nodiscard]] Result<Look> try_look();

  const ProcFs& procfs_;
  OpenProcess& process_;
  std::string buffer_;
  bool whole_paths_;
  Program program_{};
  MapSnapshot first_;
  MapSnapshot before_;
  MapSnapshot now_;
  Nanoseconds reading_{};
  Nanoseconds reading_cpu_{};
  bool changed_meanwhile_ = false;
};

}  // namespace pageloupe::ppmap
