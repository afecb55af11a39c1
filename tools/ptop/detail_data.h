// SPDX-License-Identifier: MIT
// What the screen of one process shows, part by part: each a value, with when it was read and what that cost,
// or the reason for having none.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "field/field.h"
#include "field/headroom.h"
#include "field/row_store.h"
#include "sample/cgroup_memory.h"
#include "sample/process.h"

namespace pageloupe::ptop {

enum class DetailTab : std::uint8_t { map, memory, threads, group, environment, count_ };
inline constexpr auto kDetailTabs = static_cast<std::size_t>(DetailTab::count_);

struct DetailTabInfo {
  DetailTab tab;
  std::string_view name;
};
inline constexpr auto kDetailTabInfos = std::to_array<DetailTabInfo>({
    {DetailTab::map, "Map"},
    {DetailTab::memory, "Memory"},
    {DetailTab::threads, "Threads"},
    {DetailTab::group, "Group"},
    {DetailTab::environment, "Environment"},
});
static_assert(kDetailTabInfos.size() == kDetailTabs);

// Whose details these are, as the table of processes showed it.
struct DetailSubject {
  ProcessId id{};  // of the process, also where a thread was chosen
  std::string user{};
  std::string command{};  // raw
};

// Rows of columns that tables of fields define; texts are kept in the store.
struct DetailTable {
  std::vector<const Column*> columns{};
  RowStore rows{0};
  std::vector<Value> totals{};  // one a column, or none at all

  [[nodiscard]] std::optional<std::size_t> find(std::string_view column) const;
};

struct MapPart {
  DetailTable kinds{};     // the first column is the kind, the second the number of mappings
  DetailTable mappings{};  // ascending by address
  bool with_usage = true;  // smaps was read; else there are sizes only
};

// One process's values of columns of the table of processes.
struct FactsPart {
  DetailTable facts{};                                                        // one row
  Slot<std::vector<Headroom>> headroom = std::unexpected(Errc::not_sampled);  // of the part memory
  CgroupMemory cgroup{};                                                      // of the part group
};

struct ThreadsPart {
  DetailTable threads{};
};

struct EnvironmentPart {
  std::vector<std::string> entries{};  // raw, in the kernel's order
};

template <class T>
struct DetailPart {
  Slot<T> value = std::unexpected(Errc::not_sampled);
  Instant read_at{};
  Nanoseconds cost{};                 // of that reading
  std::optional<Instant> asked_at{};  // a reading is under way since then
};

struct DetailData {
  DetailSubject subject{};
  Instant now{};
  bool ended = false;  // the process is gone: what is shown is the last that was known
  DetailPart<MapPart> map{};
  DetailPart<FactsPart> memory{};
  DetailPart<ThreadsPart> threads{};
  DetailPart<FactsPart> group{};
  DetailPart<EnvironmentPart> environment{};
};

// Calls see(part) for the part of that tab.
template <class Data, class See>
decltype(auto) visit_part(Data& data, DetailTab tab, See see) {
  switch (tab) {
    case DetailTab::map: return see(data.map);
    case DetailTab::memory: return see(data.memory);
    case DetailTab::threads: return see(data.threads);
    case DetailTab::group: return see(data.group);
    case DetailTab::environment:
    case DetailTab::count_: return see(data.environment);
  }
  std::unreachable();
}

// The columns of the parts that are facts, in sections.
struct FactSection {
  std::string_view title;
  std::string_view columns;
};
inline constexpr auto kMemorySections = std::to_array<FactSection>({
    {"Resident",
     "rss,pss,uss,pss_anon,pss_file,pss_shmem,rss_anon,rss_file,rss_shmem,shared_clean,shared_dirty,"
     "private_clean,private_dirty,referenced,lazy_free"},
    {"Reserved and peaks", "vsz,untouched,peak,hwm,data,stk,vm_exe,lib,pte"},
    {"Swapped", "swap,smaps_swap,swap_pss"},
    {"Huge, locked, merged",
     "thp,anon_huge_pages,shmem_pmd_mapped,file_pmd_mapped,hugetlb,lck,locked,pin,ksm,ksm_merged,ksm_profit"},
});
inline constexpr auto kGroupSections = std::to_array<FactSection>({
    {"Control group", "cgroup,container,unit,slice"},
    {"Out of memory", "oom_score,oom_score_adj"},
    {"Namespaces", "pidns,mntns,cgroupns,ipcns,netns,timens,userns,utsns,nspid"},
    {"Program", "exe,cwd,fds,label"},
});

}  // namespace pageloupe::ptop
