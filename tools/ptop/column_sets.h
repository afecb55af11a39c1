// SPDX-License-Identifier: MIT
// The ready-made sets of columns, each with its own order, and the columns of one as they are shown.
#pragma once

#include <array>
#include <deque>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "field/process_fields.h"

namespace pageloupe::ptop {

struct ColumnSet {
  std::string_view name{};  // of --set, and in the settings
  std::string_view help{};
  std::string_view columns{};  // as -o takes them
  std::string_view sort{};     // '-' before it: descending
};

// `command` stands for the name of the program or its whole command line, as the key c has it.
inline constexpr std::string_view kCommandColumn = "command";

inline constexpr auto kColumnSets = std::to_array<ColumnSet>({
    {"main", "what top shows",
     "pid,user:8,priority=PR,ni,vsz:7=VIRT,rss:6=RES,shr:6=SHR,state=S,cpu=%CPU,pmem=%MEM,TIME+,command",
     "-cpu"},
    {"memory", "where the memory is: proportional, private, swapped, reserved and never touched",
     "pid,user:8,vsz=VIRT,rss=RES,pss,uss,swap,untouched=UNTOUCHED,rss_growth=GROWTH,command", "-rss"},
    {"growth", "who grows: in the interval, since the mark, per second, and its trend",
     "pid,user:8,vsz=VIRT,vsz_gained,rss=RES,rss_growth,rss_gained,rss_slope,rss_peak_seen,rss_trend,command",
     "-rss_gained"},
    {"faults", "page faults and context switches",
     "pid,user:8,rss=RES,min_flt_rate=MINFLT/s,maj_flt_rate=MAJFLT/"
     "s,min_flt,maj_flt,vcsw_rate,ivcsw_rate,state=S,"
     "cpu=%CPU,command",
     "-min_flt_rate"},
    {"tlb", "what address translation costs: page tables, huge pages, TLB entries needed, dTLB misses",
     "pid,user:8,rss:6=RES,pte,thp:5,tlb_entries:6=NEED,tlb_l1:5=L1%,tlb_l2:5=L2%,dtlb_load_misses:7=dTLBM/s,"
     "dtlb_load_misses_pki,command",
     "-rss"},
    {"threads", "threads, CPUs and switches",
     "pid,tid,user:8,nlwp,psr,cls,priority=PR,ni,state=S,cpu=%CPU,utime,systime,vcsw_rate,ivcsw_rate,command",
     "-cpu"},
    {"io", "what is read and written",
     "pid,user:8,read_rate,write_rate,read,written,rchar,wchar,fds,state=S,cpu=%CPU,command", "-cpu"},
});

// The index of a set by its name.
[[nodiscard]] std::optional<std::size_t> find_column_set(std::string_view name);

// A column as it is shown.
struct ShownColumn {
  const Field<ProcessRow>* field = nullptr;
  Column column{};  // with the width and look that are wanted here
  std::string header{};
  bool is_command = false;  // takes the rest of the line, and bears the tree
};

struct ColumnChoice {
  bool whole_command = false;  // the arguments, not the name
  bool threads = false;        // PID stands for the thread's
  int pid_digits = 5;
};

// The columns of a list as -o takes it. Errors: a message that names the column that is none.
[[nodiscard]] std::expected<std::vector<ShownColumn>, std::string> resolve_columns(
    const std::string& list, const ColumnChoice& choice);

// The field that one sorts by: a name as in resolve_columns. Errors: the same.
[[nodiscard]] std::expected<const Field<ProcessRow>*, std::string> resolve_sort(std::string_view name,
                                                                                const ColumnChoice& choice);

// The files that columns need besides stat, statm and the owner, which are read of every process.
[[nodiscard]] SourceSet costly_files(const Column& column);

}  // namespace pageloupe::ptop
