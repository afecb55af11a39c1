// SPDX-License-Identifier: MIT
#include "ppmap/process_head.h"

#include <unistd.h>

#include "proc/cmdline.h"
#include "proc/stat.h"
#include "proc/status.h"
#include "sample/live_thread.h"

namespace pageloupe::ppmap {
namespace {

std::expected<std::string_view, Errc> command_of(const ProcessHead& head) {
  if (head.command_hangs) return std::unexpected(Errc::blocked);
  return head.command;
}

constexpr auto kFields = std::to_array<Field<ProcessHead>>({
    field_of<[](const ProcessHead& p) { return std::int64_t{p.pid.value}; }, ProcessHead>(
        {.name = "pid", .header = "PID", .origin = {Source::stat, "pid"}, .help = "process ID"}),
    field_of<[](const ProcessHead& p) { return std::string_view(p.comm); }, ProcessHead>(
        {.name = "comm",
         .header = "COMM",
         .origin = {Source::stat, "comm"},
         .help = "name of the program, 15 bytes"}),
    field_of<[](const ProcessHead& p) { return command_of(p); }, ProcessHead>(
        {.name = "command", .header = "COMMAND", .origin = {Source::cmdline, ""}, .help = "the arguments"}),
    field_of<[](const ProcessHead& p) { return std::string_view(&p.state, 1); }, ProcessHead>(
        {.name = "state", .header = "S", .origin = {Source::stat, "state"}, .help = "R, S, D, Z, T, …"}),
    field_of<[](const ProcessHead& p) { return p.since_boot; }, ProcessHead>(
        {.name = "started",
         .header = "STARTED",
         .origin = {Source::stat, "starttime"},
         .help = "start, since boot: with the PID it tells one process from another"}),
    field_of<[](const ProcessHead& p) { return p.threads; }, ProcessHead>(
        {.name = "threads", .header = "THREADS", .origin = {Source::stat, "num_threads"}, .help = "threads"}),
    field_of<[](const ProcessHead& p) { return p.vsz; }, ProcessHead>({.name = "vsz",
                                                                       .header = "VSZ",
                                                                       .origin = {Source::statm, "size"},
                                                                       .help = "reserved address space"}),
    field_of<[](const ProcessHead& p) { return p.rss; }, ProcessHead>(
        {.name = "rss", .header = "RSS", .origin = {Source::statm, "resident"}, .help = "resident memory"}),
});
static_assert(names_are_unique(kFields));

constexpr auto kHeadColumns = [] {
  std::array<const Column*, kFields.size()> columns{};
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i] = &kFields[i].column;
  return columns;
}();

Nanoseconds ticks_to_ns(Ticks ticks) {
  const auto per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  return {ticks.value / per_second * 1'000'000'000 + ticks.value % per_second * 1'000'000'000 / per_second};
}

Result<void> read_stat(const PidDir& dir, ProcessHead& head, std::string& buffer) {
  const auto text = dir.read("stat", buffer);
  if (!text) return std::unexpected(text.error());
  const auto stat = parse_stat(*text);
  if (!stat) return std::unexpected(stat.error());
  head.comm = stat->comm.view();
  head.state = stat->state;
  head.since_boot = ticks_to_ns(stat->starttime);
  head.threads = stat->num_threads;
  if ((stat->flags & kKernelThreadFlag) != 0) {
    head.absence = "a kernel thread has no memory of its own";
  } else if (has_ended(*stat)) {
    head.absence =
        "a zombie: its memory is gone, its parent " + std::to_string(stat->ppid.value) + " has not reaped it";
  }
  return {};
}

Result<void> read_statm(const PidDir& dir, ProcessHead& head, std::string& buffer) {
  const auto text = dir.read("statm", buffer);
  if (!text) return std::unexpected(text.error());
  const auto statm = parse_statm(*text);
  if (!statm) return std::unexpected(statm.error());
  const Bytes page_size{static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))};
  head.vsz = to_bytes(statm->size, page_size);
  head.rss = to_bytes(statm->resident, page_size);
  return {};
}

// The PID becomes that of the process where the directory is a thread's.
Result<void> read_status(const PidDir& dir, ProcessHead& head, std::string& buffer) {
  const auto text = dir.read("status", buffer);
  if (!text) return std::unexpected(text.error());
  const auto status = parse_status(*text);
  if (!status) return std::unexpected(status.error());
  const auto bytes = [&](StatusKey key) { return status->values.bytes(key).value_or(Bytes{}); };
  head.pid = Pid{static_cast<std::int32_t>(*status->values[StatusKey::tgid])};
  head.swap = bytes(StatusKey::vm_swap);
  head.hugetlb = bytes(StatusKey::hugetlb_pages);
  const auto& uids = status->uid;
  head.uid = uids[0] == uids[1] && uids[1] == uids[2] ? uids[0] : 0;
  return {};
}

Result<void> read_head(const PidDir& dir, ProcessHead& head, std::string& buffer) {
  if (const auto done = read_statm(dir, head, buffer); !done) return std::unexpected(done.error());
  const auto cmdline = dir.read("cmdline", buffer);
  if (cmdline) head.command = join_arguments(*cmdline);
  head.command_hangs = !cmdline && cmdline.error().code == Errc::blocked;
  if (head.command.empty()) head.command = "[" + head.comm + "]";
  if (head.has_memory() && head.vsz == Bytes{}) head.absence = kExiting;
  return {};
}

}  // namespace

Result<OpenProcess> open_process(const ProcFs& procfs, Pid id) {
  auto dir = procfs.pid(id);
  if (!dir) return std::unexpected(dir.error());
  std::string buffer;
  ProcessHead head;
  if (const auto done = read_status(*dir, head, buffer); !done) return std::unexpected(done.error());
  if (head.pid != id) {
    head.remark = "is a thread of process " + std::to_string(head.pid.value) + ", whose map this is";
    dir = procfs.pid(head.pid);
  }
  if (!dir) return std::unexpected(dir.error());
  if (const auto done = read_stat(*dir, head, buffer); !done) return std::unexpected(done.error());
  if (head.state == 'Z' && head.threads > 1) {
    if (auto thread = live_thread(procfs, *dir)) {
      head.absence.clear();
      if (head.remark.empty()) {
        head.remark = "its first thread has ended; the map is read through thread " +
                      std::to_string(thread->pid().value);
      }
      *dir = std::move(*thread);
    }
  }
  if (const auto done = read_head(*dir, head, buffer); !done) return std::unexpected(done.error());
  if (!head.has_memory() && head.state == 'Z') head.command += " <defunct>";
  return OpenProcess{.dir = std::move(*dir), .head = std::move(head)};
}

std::string denial(const ProcessHead& head) {
  const std::string message = "its map may not be read";
  if (::geteuid() == 0) return message + ", not even by root here";
  if (head.uid != ::geteuid()) {
    return message + ": it belongs to another user; run as root to see it";
  }
  return message +
         ": it is yours, but has made itself not dumpable (PR_SET_DUMPABLE in prctl(2)) or has rights that "
         "you have not; run as root to see it";
}

std::vector<Value> head_values(const ProcessHead& head) {
  std::vector<Value> values;
  values.reserve(kFields.size());
  for (const auto& field : kFields) values.push_back(field(head));
  return values;
}

Columns head_columns() { return kHeadColumns; }

std::string title(const ProcessHead& head) { return std::to_string(head.pid.value) + ":   " + head.command; }

}  // namespace pageloupe::ppmap
