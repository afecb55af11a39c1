// SPDX-License-Identifier: MIT
// The processes that a request chooses, held open.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "pstat/arguments.h"

namespace pageloupe::pstat {

struct Member {
  PidDir dir;
  std::string comm{};
};

struct NamedPid {
  Pid pid{};
  Ticks start{};
  std::string comm{};
};

struct ChosenPids {
  std::vector<NamedPid> chosen{};
  std::vector<Pid> missing{};  // named and not there
};

// The same without holding them open: of any number. Errors: those of listing /proc.
[[nodiscard]] Result<ChosenPids> read_chosen(const Request& request, const ProcFs& procfs);

struct ProcessSet {
  std::deque<Member> members{};
  std::vector<Pid> missing{};  // named and not there
};

// Those of the selection, or, with tree_root, that process and its descendants. Ascending; the ended are left
// out. Errors: those of listing /proc.
[[nodiscard]] Result<ProcessSet> open_chosen(const Request& request, const ProcFs& procfs);

// The children of a process, ascending.
[[nodiscard]] Result<std::deque<Member>> open_children(const ProcFs& procfs, Pid parent);

[[nodiscard]] std::vector<const PidDir*> directories(const std::deque<Member>& members);

}  // namespace pageloupe::pstat
