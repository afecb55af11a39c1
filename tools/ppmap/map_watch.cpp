// SPDX-License-Identifier: MIT
#include "ppmap/map_watch.h"

#include <ctime>

#include "proc/stat.h"

namespace pageloupe::ppmap {
namespace {

// Threads whose stacks are looked up at each reading: a file for each.
constexpr std::size_t kThreadsWithStacks = 512;

Nanoseconds clock_ns(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return {static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec)};
}

bool is_end(Errc code) { return code == Errc::gone || code == Errc::no_memory; }

}  // namespace

MapWatch::MapWatch(const ProcFs& procfs, OpenProcess& process, Kept kept)
    : procfs_(procfs),
      process_(process),
      whole_paths_(kept.whole_paths),
      first_(kept.measures),
      before_(kept.measures),
      now_(kept.measures) {}

Result<MapWatch::Program> MapWatch::program() {
  const auto text = process_.dir.read("stat", buffer_);
  if (!text) return std::unexpected(text.error());
  const auto stat = parse_stat(*text);
  if (!stat) return std::unexpected(stat.error());
  process_.head.threads = stat->num_threads;
  Program program{{stat->startcode, stat->startstack, stat->start_data, stat->start_brk}, {}};
  // The link of a file that was deleted meanwhile has another text: the place in memory is what counts then.
  if (const auto exe = process_.dir.link("exe")) program.exe = exe->substr(0, exe->find(" (deleted)"));
  return program;
}

// In pages: how much address space there is changes with nearly every change of the map.
Result<std::uint64_t> MapWatch::map_size() {
  const auto text = process_.dir.read("statm", buffer_);
  if (!text) return std::unexpected(text.error());
  const auto statm = parse_statm(*text);
  if (!statm) return std::unexpected(statm.error());
  return statm->size.value;
}

Result<void> MapWatch::read_map() {
  const auto begin = clock_ns(CLOCK_MONOTONIC);
  const auto cpu_begin = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
  const auto size = map_size();
  if (!size) return std::unexpected(size.error());
  now_.clear();
  auto map = ProcessMap::open(process_.dir, {.usage = now_.measures().needs_smaps(),
                                             .stacks = process_.head.threads <= kThreadsWithStacks,
                                             .leader = process_.head.pid,
                                             .whole_paths = whole_paths_});
  if (!map) return std::unexpected(map.error());
  Result<bool> more = map->next();
  for (; more && *more; more = map->next()) now_.add(map->row());
  if (!more) return std::unexpected(more.error());
  if (now_.size() == 0) return fail(Errc::no_memory);
  const bool orderly = now_.finish();
  const auto size_after = map_size();
  changed_meanwhile_ = !orderly || size_after.value_or(*size) != *size;
  reading_ = clock_ns(CLOCK_MONOTONIC) - begin;
  reading_cpu_ = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_begin;
  return {};
}

// Where the thread through which the map was read has ended, another one of the process may be alive.
bool MapWatch::reopen() {
  auto process = open_process(procfs_, process_.head.pid);
  if (!process || process->head.since_boot != process_.head.since_boot || !process->head.has_memory())
    return false;
  process_ = std::move(*process);
  return true;
}

Result<void> MapWatch::begin() {
  const auto program = this->program();
  if (!program) return std::unexpected(program.error());
  program_ = *program;
  if (const auto done = read_map(); !done) return done;
  first_ = now_;
  return {};
}

Result<MapWatch::Look> MapWatch::try_look() {
  auto program = this->program();
  if (!program) return std::unexpected(program.error());
  if (const auto done = read_map(); !done) return std::unexpected(done.error());
  // The program may have been replaced between the two.
  const auto after = this->program();
  if (after && *after != *program) {
    program = after;
    if (const auto done = read_map(); !done) return std::unexpected(done.error());
  }
  return std::exchange(program_, *program) == *program ? Look::same_program : Look::exec;
}

Result<MapWatch::Look> MapWatch::look() {
  std::swap(before_, now_);
  auto found = try_look();
  if (!found && is_end(found.error().code) && reopen()) found = try_look();
  if (found) {
    if (*found == Look::exec) {
      // What follows is compared with the new program's map.
      if (auto process = open_process(procfs_, process_.head.pid)) process_ = std::move(*process);
      first_ = now_;
    }
    return found;
  }
  // What was known last is what there is to say.
  std::swap(before_, now_);
  if (is_end(found.error().code)) return Look::ended;
  return found;
}

}  // namespace pageloupe::ppmap
