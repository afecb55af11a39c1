// SPDX-License-Identifier: MIT
#include "sample/sampler.h"

#include "base/text.h"
#include "proc/cmdline.h"
#include "proc/smaps_rollup.h"

namespace pageloupe {
namespace {

using Reason = std::unexpected<Errc>;

// A slot from a text: what the parser made of it, or the reason of the read.
template <class T, class Parse>
void fill(Slot<T>& slot, const Result<std::string_view>& text, Parse parse) {
  if (!text) {
    slot = Reason(text.error().code);
    return;
  }
  auto parsed = parse(*text);
  if (parsed) {
    slot = std::move(*parsed);
  } else {
    slot = Reason(parsed.error().code);
  }
}

// A slot of text keeps the memory of the text that it held before.
void fill_text(Slot<std::string>& slot, const Result<std::string_view>& text) {
  if (!text) {
    slot = Reason(text.error().code);
    return;
  }
  if (!slot) slot = std::string{};
  slot->assign(*text);
}

Result<std::int64_t> parse_number(std::string_view text) {
  const auto number = to_number<std::int64_t>(trim(take_line(text)));
  if (!number) return malformed("number");
  return *number;
}

void fill_link(Slot<std::string>& slot, const PidDir& dir, const char* name) {
  auto target = dir.link(name);
  if (target) {
    slot = std::move(*target);
  } else {
    slot = Reason(target.error().code);
  }
}

void read_stat(const PidDir& dir, Process& process, std::string& buffer) {
  fill(process.stat, dir.read("stat", buffer), parse_stat);
}
void read_statm(const PidDir& dir, Process& process, std::string& buffer) {
  fill(process.statm, dir.read("statm", buffer), parse_statm);
}
void read_status(const PidDir& dir, Process& process, std::string& buffer) {
  fill(process.status, dir.read("status", buffer), [](std::string_view text) -> Result<StatusRecord> {
    const auto status = parse_status(text);
    if (!status) return std::unexpected(status.error());
    return StatusRecord{.uid = status->uid,
                        .gid = status->gid,
                        .values = status->values,
                        .ns_pid = std::string(status->ns_pid),
                        .groups = std::string(status->groups)};
  });
}
void read_rollup(const PidDir& dir, Process& process, std::string& buffer) {
  const auto text = dir.read("smaps_rollup", buffer);
  fill(process.rollup, text, parse_smaps_rollup);
  // A process without memory says ESRCH here, as one that is gone does everywhere.
  if (process.rollup || process.rollup.error() != Errc::gone) return;
  if (dir.read("stat", buffer)) process.rollup = Reason(Errc::no_memory);
}
void read_cmdline(const PidDir& dir, Process& process, std::string& buffer) {
  const auto text = dir.read("cmdline", buffer);
  fill_text(process.cmdline, text);
  if (process.cmdline) join_arguments_in(*process.cmdline);
}
void read_io(const PidDir& dir, Process& process, std::string& buffer) {
  fill(process.io, dir.read("io", buffer), parse_io);
}
void read_limits(const PidDir& dir, Process& process, std::string& buffer) {
  fill(process.limits, dir.read("limits", buffer), parse_limits);
}
void read_ksm(const PidDir& dir, Process& process, std::string& buffer) {
  fill(process.ksm, dir.read("ksm_stat", buffer), parse_ksm_stat);
}
void read_cgroup(const PidDir& dir, Process& process, std::string& buffer) {
  fill(process.cgroup, dir.read("cgroup", buffer), parse_cgroup);
}
void read_wchan(const PidDir& dir, Process& process, std::string& buffer) {
  fill_text(process.wchan, dir.read("wchan", buffer));
}
void read_oom_score(const PidDir& dir, Process& process, std::string& buffer) {
  fill(process.oom_score, dir.read("oom_score", buffer), parse_number);
}
void read_oom_score_adj(const PidDir& dir, Process& process, std::string& buffer) {
  fill(process.oom_score_adj, dir.read("oom_score_adj", buffer), parse_number);
}
void read_exe(const PidDir& dir, Process& process, std::string& /*buffer*/) {
  fill_link(process.exe, dir, "exe");
}
void read_cwd(const PidDir& dir, Process& process, std::string& /*buffer*/) {
  fill_link(process.cwd, dir, "cwd");
}
// The number in "pid:[4026531836]".
Slot<std::uint64_t> namespace_number(const Result<std::string>& link) {
  if (!link) return Reason(link.error().code);
  std::string_view text = *link;
  static_cast<void>(take_until(text, '['));
  const auto number = to_number<std::uint64_t>(take_until(text, ']'));
  return number ? Slot<std::uint64_t>(*number) : Reason(Errc::malformed);
}
template <Namespace kWhich>
void read_namespace(const PidDir& dir, Process& process, std::string& /*buffer*/) {
  constexpr auto kLinks = std::to_array<const char*>(
      {"ns/pid", "ns/mnt", "ns/cgroup", "ns/ipc", "ns/net", "ns/time", "ns/user", "ns/uts"});
  static_assert(kLinks.size() == kNamespaces);
  constexpr auto kIndex = static_cast<std::size_t>(kWhich);
  process.namespaces[kIndex] = namespace_number(dir.link(kLinks[kIndex]));
}
void read_security(const PidDir& dir, Process& process, std::string& buffer) {
  fill_text(process.security, dir.read("attr/current", buffer));
  // EINVAL where no security module keeps labels.
  if (!process.security && process.security.error() == Errc::io) process.security = Reason(Errc::unsupported);
  if (!process.security) return;
  auto& label = *process.security;
  while (label.ends_with('\n') || label.ends_with('\0')) label.pop_back();
}
void read_owner(const PidDir& dir, Process& process, std::string& /*buffer*/) {
  const auto owner = dir.owner();
  process.owner = owner ? Slot<Owner>(Owner{owner->uid, owner->gid}) : Reason(owner.error().code);
}
void read_fds(const PidDir& dir, Process& process, std::string& /*buffer*/) {
  const auto count = dir.count_entries("fd");
  process.fds = count ? Slot<std::uint64_t>(*count) : Reason(count.error().code);
}

struct Reader {
  Source source;
  void (*read)(const PidDir&, Process&, std::string&);
};

// In the order in which they are read: what identifies the process first, what costs most last.
constexpr auto kReaders = std::to_array<Reader>({
    {Source::stat, read_stat},
    {Source::statm, read_statm},
    {Source::status, read_status},
    {Source::owner, read_owner},
    {Source::oom_score, read_oom_score},
    {Source::oom_score_adj, read_oom_score_adj},
    {Source::wchan, read_wchan},
    {Source::io, read_io},
    {Source::limits, read_limits},
    {Source::ksm_stat, read_ksm},
    {Source::cgroup, read_cgroup},
    {Source::exe, read_exe},
    {Source::cwd, read_cwd},
    {Source::ns_pid, read_namespace<Namespace::pid>},
    {Source::ns_mnt, read_namespace<Namespace::mnt>},
    {Source::ns_cgroup, read_namespace<Namespace::cgroup>},
    {Source::ns_ipc, read_namespace<Namespace::ipc>},
    {Source::ns_net, read_namespace<Namespace::net>},
    {Source::ns_time, read_namespace<Namespace::time>},
    {Source::ns_user, read_namespace<Namespace::user>},
    {Source::ns_uts, read_namespace<Namespace::uts>},
    {Source::security, read_security},
    {Source::fd, read_fds},
    {Source::cmdline, read_cmdline},
    {Source::smaps_rollup, read_rollup},
});

}  // namespace

// Fills what the scan has of the plan, and says what that was.
SourceSet Sampler::scanned(Pid pid, Process& process) {
  SourceSet given;
  const auto* found = scan_ != nullptr ? scan_->find(pid) : nullptr;
  if (found == nullptr) return given;
  if (plan_.has(Source::stat)) {
    process.stat = found->stat;
    given |= Source::stat;
  }
  if (plan_.has(Source::statm) && found->statm_exact) {
    process.statm = found->statm;
    given |= Source::statm;
  }
  if (plan_.has(Source::owner)) {
    process.owner = Owner{found->owner.uid, found->owner.gid};
    given |= Source::owner;
  }
  return given;
}

// False when the file is left out.
bool Sampler::begin(Source file, Process& process) {
  if (left_out_.has(file)) {
    set_reason(process, file, Errc::blocked);
    return false;
  }
  if (told_ != nullptr) told_->store(file, std::memory_order_relaxed);
  return true;
}

bool Sampler::read_slots(const PidDir& dir, Process& process, SourceSet given) {
  for (const auto& reader : kReaders) {
    if (!plan_.has(reader.source) || given.has(reader.source) || !begin(reader.source, process)) continue;
    reader.read(dir, process, buffer_);
    ++files_read_;
    // The first file of the plan tells whether there is a process at all.
    if (reader.source == Source::stat && !process.stat && process.stat.error() == Errc::gone) return false;
    if (reader.source == Source::statm && !process.statm && process.statm.error() == Errc::gone) return false;
  }
  return true;
}

bool Sampler::read(Pid pid, Process& process) { return read(procfs_.pid_by_path(pid), process); }

bool Sampler::read(const PidDir& dir, Process& process) {
  process.pid = process.tgid = dir.pid();
  process.one_thread = false;
  process.counters = std::unexpected(Errc::not_sampled);  // no file: a reader of theirs fills it
  if (!read_slots(dir, process, scanned(dir.pid(), process))) return false;
  if (says_no_memory(process)) read_memory_of_thread(dir, process);
  return true;
}

// Whether a memory file was read and shows no memory: a kernel thread, a zombie, or a process whose first
// thread has ended before the others.
bool Sampler::says_no_memory(const Process& process) const {
  return (plan_.has(Source::statm) && process.statm && process.statm->size.value == 0) ||
         (plan_.has(Source::smaps_rollup) && !process.rollup && process.rollup.error() == Errc::no_memory) ||
         (plan_.has(Source::status) && process.status && !process.status->values[StatusKey::vm_size]);
}

// A thread that lives on has the memory that the ended first one no longer shows.
void Sampler::read_memory_of_thread(const PidDir& dir, Process& process) {
  Process leader;
  if (!plan_.has(Source::stat)) read_stat(dir, leader, buffer_);
  const auto& stat = plan_.has(Source::stat) ? process.stat : leader.stat;
  if (!stat || stat->state != 'Z' || stat->num_threads < 2) return;
  const auto threads = dir.threads();
  if (!threads) return;
  for (const auto tid : *threads) {
    if (tid == process.pid) continue;
    const auto thread = procfs_.thread_by_path(process.pid, tid);
    Process alive;
    read_statm(thread, alive, buffer_);
    if (!alive.statm || alive.statm->size.value == 0) continue;
    if (plan_.has(Source::statm)) process.statm = alive.statm;
    if (plan_.has(Source::smaps_rollup) && begin(Source::smaps_rollup, process))
      read_rollup(thread, process, buffer_);
    if (plan_.has(Source::status)) {
      read_status(thread, alive, buffer_);
      if (alive.status) process.status = alive.status;
    }
    return;
  }
}

bool Sampler::read_thread(Pid pid, Pid tid, Process& process) {
  process.pid = tid;
  process.tgid = pid;
  process.one_thread = true;
  process.counters = std::unexpected(Errc::not_sampled);
  return read_slots(procfs_.thread_by_path(pid, tid), process);
}

}  // namespace pageloupe
