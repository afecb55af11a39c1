// SPDX-License-Identifier: MIT
// Which processes are shown: the rules of ps.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proc/procfs.h"
#include "sample/process.h"
#include "sample/source.h"

namespace pageloupe::pstat {

// Who asks: the process that runs, for what "own" means.
struct Self {
  std::uint32_t euid = 0;
  std::int32_t tty_nr = 0;  // as in stat; 0 for no terminal
};

// Of this process, its terminal read from self/stat; no terminal where that cannot be read.
[[nodiscard]] Self current_self(const ProcFs& procfs);

// The choices without a list. Where none is made and no list is given: own user, own terminal.
struct SimpleChoice {
  bool everything = false;      // -e, -A, BSD ax
  bool others_on_ttys = false;  // -a: all with a terminal, save session leaders
  bool all_users = false;       // BSD a: all with a terminal, of any user
  bool without_tty = false;     // BSD x: also without a terminal, of the own user
  bool bsd = false;      // some option was BSD's: own user on any terminal, where nothing else is chosen
  bool running = false;  // BSD r: of those chosen only the ones in state R or D
  bool negated = false;  // -N: all but those chosen
};

// The choices by list; a process that is in any of them is chosen.
struct SelectionLists {
  std::vector<Pid> pids{};        // -p, p, bare PIDs
  std::vector<Pid> quick_pids{};  // -q: alone, and in this order
  std::vector<Pid> ppids{};
  std::vector<std::int32_t> groups{};             // process groups: -123
  std::vector<std::int32_t> sessions{};           // -s, +123, -g with numbers
  std::vector<std::int32_t> ttys{};               // device numbers as in stat; 0 for those without
  std::vector<std::uint32_t> effective_users{};   // -u, BSD U
  std::vector<std::uint32_t> real_users{};        // -U
  std::vector<std::uint32_t> effective_groups{};  // --group, -g with names
  std::vector<std::uint32_t> real_groups{};       // -G
  std::vector<std::string> commands{};            // -C
  bool own_tty = false;                           // BSD T and t

  [[nodiscard]] bool empty() const;
};

class Selection {
 public:
  Selection() = default;
  Selection(SimpleChoice simple, SelectionLists lists) : simple_(simple), lists_(std::move(lists)) {}

  // The kernel files that wants() looks at.
  [[nodiscard]] SourceSet needs() const;

  // The PIDs, where only PIDs were named: nothing has to be listed then. Ascending and each once, or those of
  // -q as they were given, repetitions too. They exist or do not; wants() still has to be asked (BSD r).
  [[nodiscard]] std::optional<std::vector<Pid>> named_pids() const;

  // True when the rows keep the order of named_pids(): -q.
  [[nodiscard]] bool keeps_order() const { return !lists_.quick_pids.empty(); }

  // Whether the process is shown. Threads are judged by their process: pass that. A process whose file could
  // not be read is in no list that depends on it.
  [[nodiscard]] bool wants(const Process& process, const Self& self) const;

  [[nodiscard]] const SimpleChoice& simple() const { return simple_; }
  [[nodiscard]] const SelectionLists& lists() const { return lists_; }

 private:
  [[nodiscard]] bool by_rule(const Process& process, const Self& self) const;
  [[nodiscard]] bool by_list(const Process& process, const Self& self) const;
  [[nodiscard]] bool uses_rule() const;

  SimpleChoice simple_{};
  SelectionLists lists_{};
};

}  // namespace pageloupe::pstat
