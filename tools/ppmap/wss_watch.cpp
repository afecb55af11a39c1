// SPDX-License-Identifier: MIT
#include "ppmap/wss_watch.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/pause.h"
#include "base/unique_fd.h"
#include "cli/held_signals.h"
#include "cli/message.h"
#include "proc/pread_exact.h"
#include "render/format.h"

namespace pageloupe::ppmap {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kWatchColumns = std::to_array<Column>({
    {.name = "watched", .header = "WATCHED", .help = "for how long", .type = Type::duration},
    {.name = "cleared_referenced",
     .header = "CLEARED",
     .help = "the Referenced marks of the process were cleared for this, which disturbs reclaim",
     .type = Type::flag},
});

Result<void> clear_marks(const ProcFs& procfs, const OpenProcess& process) {
  const auto path = procfs.root() + "/" + std::to_string(process.head.pid.value) + "/clear_refs";
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd) return os_failure(errno, kClearRefs);
  // As long as the process that was opened is there, its number means no other.
  std::string buffer;
  if (!process.dir.read("stat", buffer)) return fail(Errc::gone);
  constexpr std::string_view kAllPages = "1";
  if (::write(fd.get(), kAllPages.data(), kAllPages.size()) < 0) return os_failure(errno, kClearRefs);
  return {};
}

}  // namespace

Result<std::chrono::nanoseconds> clear_and_wait(const ProcFs& procfs, const OpenProcess& process,
                                                std::chrono::nanoseconds most) {
  constexpr std::chrono::milliseconds kSlice{20};
  const HeldSignals signals;
  if (const auto cleared = clear_marks(procfs, process); !cleared) return std::unexpected(cleared.error());
  complain("ppmap",
           std::to_string(process.head.pid.value) +
               ": its Referenced marks were cleared for --wss, which disturbs reclaim: the kernel may take "
               "pages that are in use for idle");
  const auto begin = Clock::now();
  std::string buffer;
  while (signals.arrived() == 0 && process.dir.read("stat", buffer)) {
    const auto left = begin + most - Clock::now();
    if (left <= Clock::duration{}) break;
    sleep_for(std::min<std::chrono::nanoseconds>(left, kSlice));
  }
  return Clock::now() - begin;
}

SectionFacts wss_facts(std::chrono::nanoseconds watched) {
  SectionFacts facts;
  for (const auto& column : kWatchColumns) facts.columns.push_back(&column);
  facts.values = {Nanoseconds{static_cast<std::uint64_t>(watched.count())}, true};
  const auto seconds = std::chrono::duration<double>(watched).count();
  facts.note = format_text(
      "REFD is what was used within {:.2f} s; pages of the huge page pool have no such marks\n", seconds);
  return facts;
}

SectionFacts wss_facts_of_none() {
  auto facts = wss_facts({});
  facts.values = {Errc::no_memory, false};
  facts.note.clear();
  return facts;
}

}  // namespace pageloupe::ppmap
