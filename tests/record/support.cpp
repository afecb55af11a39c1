// SPDX-License-Identifier: MIT
#include "record/support.h"

#include <filesystem>
#include <fstream>
#include <stdlib.h>
#include <tuple>

#include "support/catch.h"

namespace pageloupe {
namespace {

class Values {
 public:
  explicit Values(std::uint32_t seed) : random_(seed) {}
  std::uint64_t any() { return random_() | 1U; }
  std::uint64_t small() { return (random_() >> 12) + 1; }  // what JavaScript can hold too
  std::int32_t id() { return static_cast<std::int32_t>(random_() >> 34) + 1; }
  std::uint32_t uid() { return static_cast<std::uint32_t>(random_() >> 33) + 1; }
  std::int64_t negative() { return -static_cast<std::int64_t>(small()); }
  std::string text() {
    std::string text;
    for (auto left = 1 + random_() % 40; left > 0; --left) text.push_back(static_cast<char>(random_()));
    return text;
  }

 private:
  std::mt19937_64 random_;
};

PidStat full_stat(Values& v, std::int32_t pid) {
  return {.pid = {pid},
          .comm = Comm(v.text()),
          .state = static_cast<char>(v.any()),
          .ppid = {v.id()},
          .pgrp = v.id(),
          .session = v.id(),
          .tty_nr = -v.id(),
          .tpgid = -v.id(),
          .flags = v.any(),
          .minflt = v.any(),
          .cminflt = v.any(),
          .majflt = v.any(),
          .cmajflt = v.any(),
          .utime = {v.any()},
          .stime = {v.any()},
          .cutime = {v.any()},
          .cstime = {v.any()},
          .priority = v.negative(),
          .nice = v.negative(),
          .num_threads = v.any(),
          .itrealvalue = v.any(),
          .starttime = {v.any()},
          .vsize = {v.any()},
          .rss = {v.any()},
          .rsslim = ~std::uint64_t{0},
          .startcode = {v.any()},
          .endcode = {v.any()},
          .startstack = {v.any()},
          .kstkesp = {v.any()},
          .kstkeip = {v.any()},
          .signal = v.any(),
          .blocked = v.any(),
          .sigignore = v.any(),
          .sigcatch = v.any(),
          .wchan = v.any(),
          .nswap = v.any(),
          .cnswap = v.any(),
          .exit_signal = v.negative(),
          .processor = v.negative(),
          .rt_priority = v.any(),
          .policy = v.any(),
          .delayacct_blkio_ticks = {v.any()},
          .guest_time = {v.any()},
          .cguest_time = {v.any()},
          .start_data = {v.any()},
          .end_data = {v.any()},
          .start_brk = {v.any()}};
}

template <class Key>
KeyedValues<Key> full_keyed(Values& v) {
  KeyedValues<Key> values;
  for (std::size_t i = 0; i < KeyedValues<Key>::kCount; ++i) values.set(static_cast<Key>(i), v.any());
  return values;
}

PidLimits some_limits(Values& v) {
  PidLimits limits;
  limits.limits[0] = LimitPair{v.any(), v.any()};
  limits.limits[1] = LimitPair{v.any(), std::nullopt};
  limits.limits[2] = LimitPair{std::nullopt, std::nullopt};
  limits.limits[4] = LimitPair{0, v.any()};
  return limits;
}

auto parts(const PidStat& s) {
  const auto& [pid, comm, state, ppid, pgrp, session, tty_nr, tpgid, flags, minflt, cminflt, majflt, cmajflt,
               utime, stime, cutime, cstime, priority, nice, num_threads, itrealvalue, starttime, vsize, rss,
               rsslim, startcode, endcode, startstack, kstkesp, kstkeip, signal, blocked, sigignore, sigcatch,
               wchan, nswap, cnswap, exit_signal, processor, rt_priority, policy, delay, guest_time,
               cguest_time, start_data, end_data, start_brk] = s;
  return std::tuple(pid, comm.view(), state, ppid, pgrp, session, tty_nr, tpgid, flags, minflt, cminflt,
                    majflt, cmajflt, utime, stime, cutime, cstime, priority, nice, num_threads, itrealvalue,
                    starttime, vsize, rss, rsslim, startcode, endcode, startstack, kstkesp, kstkeip, signal,
                    blocked, sigignore, sigcatch, wchan, nswap, cnswap, exit_signal, processor, rt_priority,
                    policy, delay, guest_time, cguest_time, start_data, end_data, start_brk);
}

template <class Key>
bool same(const KeyedValues<Key>& a, const KeyedValues<Key>& b) {
  for (std::size_t i = 0; i < KeyedValues<Key>::kCount; ++i) {
    if (a[static_cast<Key>(i)] != b[static_cast<Key>(i)]) return false;
  }
  return true;
}
bool same(const PidStatm& a, const PidStatm& b) {
  return std::tie(a.size, a.resident, a.shared, a.text, a.data) ==
         std::tie(b.size, b.resident, b.shared, b.text, b.data);
}
bool same(const StatusRecord& a, const StatusRecord& b) {
  return std::tie(a.uid, a.gid, a.ns_pid, a.groups) == std::tie(b.uid, b.gid, b.ns_pid, b.groups) &&
         same(a.values, b.values);
}
bool same(const PidIo& a, const PidIo& b) {
  const auto tied = [](const PidIo& io) {
    return std::tie(io.rchar, io.wchar, io.syscr, io.syscw, io.read_bytes, io.write_bytes,
                    io.cancelled_write_bytes);
  };
  return tied(a) == tied(b);
}
bool same(const PidLimits& a, const PidLimits& b) {
  for (std::size_t i = 0; i < a.limits.size(); ++i) {
    if (a.limits[i].has_value() != b.limits[i].has_value()) return false;
    if (!a.limits[i]) continue;
    if (a.limits[i]->soft != b.limits[i]->soft || a.limits[i]->hard != b.limits[i]->hard) return false;
  }
  return true;
}
bool same(const KsmStat& a, const KsmStat& b) {
  const auto tied = [](const KsmStat& k) {
    return std::tie(k.rmap_items, k.zero_pages, k.merging_pages, k.process_profit, k.merge_any, k.mergeable);
  };
  return tied(a) == tied(b);
}
bool same(const Owner& a, const Owner& b) { return a.uid == b.uid && a.gid == b.gid; }
bool same(const CgroupPaths& a, const CgroupPaths& b) { return a.path == b.path && a.v2 == b.v2; }
bool same(const std::string& a, const std::string& b) { return a == b; }
bool same(std::uint64_t a, std::uint64_t b) { return a == b; }
bool same(std::int64_t a, std::int64_t b) { return a == b; }

template <class T>
bool same_slot(const Slot<T>& a, const Slot<T>& b) {
  if (a.has_value() != b.has_value()) return false;
  return a ? same(*a, *b) : a.error() == b.error();
}

}  // namespace

bool same(const PidStat& a, const PidStat& b) { return parts(a) == parts(b); }

bool same(const Process& a, const Process& b) {
  bool namespaces = true;
  for (std::size_t i = 0; i < kNamespaces; ++i) {
    namespaces = namespaces && same_slot(a.namespaces[i], b.namespaces[i]);
  }
  return a.pid == b.pid && a.tgid == b.tgid && same_slot(a.stat, b.stat) && same_slot(a.statm, b.statm) &&
         same_slot(a.status, b.status) && same_slot(a.rollup, b.rollup) && same_slot(a.io, b.io) &&
         same_slot(a.limits, b.limits) && same_slot(a.ksm, b.ksm) && same_slot(a.owner, b.owner) &&
         same_slot(a.cmdline, b.cmdline) && same_slot(a.exe, b.exe) && same_slot(a.cwd, b.cwd) &&
         same_slot(a.cgroup, b.cgroup) && same_slot(a.wchan, b.wchan) && same_slot(a.security, b.security) &&
         namespaces && same_slot(a.oom_score, b.oom_score) && same_slot(a.oom_score_adj, b.oom_score_adj) &&
         same_slot(a.fds, b.fds) && a.memory_elsewhere == b.memory_elsewhere;
}

Process full_process(std::int32_t pid, std::uint32_t seed) {
  Values v(seed);
  Process p;
  p.pid = {pid};
  p.tgid = {v.id()};
  p.stat = full_stat(v, pid);
  p.statm = PidStatm{{v.any()}, {v.any()}, {v.any()}, {v.any()}, {v.any()}};
  p.status = StatusRecord{.uid = {v.uid(), v.uid(), v.uid(), v.uid()},
                          .gid = {v.uid(), v.uid(), v.uid(), v.uid()},
                          .values = full_keyed<StatusKey>(v),
                          .ns_pid = v.text(),
                          .groups = v.text()};
  p.rollup = full_keyed<SmapsKey>(v);
  p.io = PidIo{{v.any()}, {v.any()}, v.any(), v.any(), {v.any()}, {v.any()}, {v.any()}};
  p.limits = some_limits(v);
  p.ksm = KsmStat{v.any(), Pages{v.any()}, std::nullopt, v.negative(), true, false};
  p.owner = Owner{v.uid(), v.uid()};
  p.cmdline = v.text();
  p.exe = v.text();
  p.cwd = v.text();
  p.cgroup = CgroupPaths{v.text(), true};
  p.wchan = v.text();
  p.security = v.text();
  for (auto& slot : p.namespaces) slot = v.small();
  p.oom_score = static_cast<std::int64_t>(v.small());
  p.oom_score_adj = v.negative();
  p.fds = v.any();
  p.memory_elsewhere = true;
  return p;
}

Process plain_process(std::int32_t pid, std::uint64_t start, std::uint64_t rss_pages) {
  Process p;
  p.pid = {pid};
  p.tgid = {pid};
  PidStat stat{.pid = {pid}, .comm = Comm("worker"), .state = 'S', .ppid = {1}};
  stat.num_threads = 1;
  stat.starttime = {start};
  p.stat = stat;
  p.statm = PidStatm{.size = {rss_pages * 3}, .resident = {rss_pages}, .shared = {7}};
  p.owner = Owner{.uid = 1000, .gid = 1000};
  p.cmdline = "worker --id " + std::to_string(pid);
  return p;
}

RecordingInfo some_info() {
  return {.tool = "ptop",
          .tool_version = "0.1.0",
          .host = "example",
          .boot_id = "b-1",
          .ticks_per_second = 100,
          .page_size = {4096},
          .cpus = 2,
          .mem_total = {8ULL << 30},
          .boot = {1'000'000'000},
          .interval = {1'000'000'000}};
}

SampleHead at_second(std::uint64_t second) {
  return {.time = {second * 1'000'000'000}, .boottime = {(second + 5) * 1'000'000'000}, .machine = {}};
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = std::filesystem::temp_directory_path() / "pageloupe-record-XXXXXX";
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
}

void take(RecordingWriter& writer, std::uint64_t second, const std::vector<Process>& processes) {
  writer.begin_sample(at_second(second));
  for (const auto& process : processes) writer.add(process);
  INFO(writer.error());
  REQUIRE(writer.end_sample());
}

std::unique_ptr<RecordingWriter> must_create(const std::string& path, const RecordingLimits& limits,
                                             Names* names) {
  auto writer = RecordingWriter::open(path, some_info(), limits, names);
  INFO((writer ? "" : writer.error()));
  REQUIRE(writer);
  return std::move(*writer);
}

std::unique_ptr<RecordingReader> must_open(const std::string& path, const ReadLimits& limits) {
  auto reader = RecordingReader::open(path, limits);
  INFO((reader ? "" : reader.error()));
  REQUIRE(reader);
  return std::move(*reader);
}

std::vector<std::uint64_t> seconds_of(RecordingReader& reader) {
  std::vector<std::uint64_t> seconds;
  while (reader.next()) seconds.push_back(reader.sample().head.time.value / 1'000'000'000);
  return seconds;
}

}  // namespace pageloupe
