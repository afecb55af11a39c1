// SPDX-License-Identifier: MIT
#include "sample/channel_facts.h"

#include <algorithm>
#include <fcntl.h>
#include <map>
#include <set>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "proc/smaps.h"
#include "sample/socket_channels.h"
#include "sample/sysv_uses.h"

namespace pageloupe {
namespace {

class FactReader {
 public:
  FactReader(const ProcFs& procfs, std::span<const Pid> set) : procfs_(procfs) {
    auto& own = reading_.facts.set;
    own.assign(set.begin(), set.end());
    std::ranges::sort(own);
    const auto repeated = std::ranges::unique(own);
    own.erase(repeated.begin(), repeated.end());
    own_network_ = procfs.pid_by_path(Pid{::getpid()}).link("ns/net").value_or("");
  }

  [[nodiscard]] ChannelReading read();

 private:
  [[nodiscard]] Result<void> read_files(const PidDir& dir);
  void read_file(const OpenFiles& files, const PidDir& dir, std::int32_t number);
  [[nodiscard]] Result<void> read_maps(const PidDir& dir);
  void read_network(const PidDir& dir);
  void read_locks();
  void read_outside();
  void read_outside(Pid pid, const std::set<std::string>& wanted);

  const ProcFs& procfs_;
  std::string own_network_{};
  std::string network_{};             // of the process that is read
  std::set<std::string> networks_{};  // whose TCP sockets have been read
  std::string buffer_{};
  ChannelReading reading_{};
};

// FIONREAD of a pipe; see the header for what opening does.
Result<Bytes> waiting_in(const OpenFiles& files, std::int32_t number) {
  const auto pipe = files.reopen(number, O_RDONLY | O_NONBLOCK);
  if (!pipe) return std::unexpected(pipe.error());
  int count = 0;
  if (::ioctl(pipe->get(), FIONREAD, &count) != 0 || count < 0) return fail(Errc::unsupported);
  return Bytes{static_cast<std::uint64_t>(count)};
}

// "QSIZE:12  NOTIFY:0 …": reading a queue's file tells of it, and takes no message.
Result<std::uint64_t> queued_in(const OpenFiles& files, std::int32_t number) {
  const auto queue = files.reopen(number, O_RDONLY | O_NONBLOCK);
  if (!queue) return std::unexpected(queue.error());
  std::array<char, 128> text{};
  const auto length = ::pread(queue->get(), text.data(), text.size(), 0);
  if (length < 0) return fail(Errc::io);
  std::string_view line(text.data(), static_cast<std::size_t>(length));
  if (take_until(line, ':') != "QSIZE") return fail(Errc::malformed);
  const auto size = to_number<std::uint64_t>(take_word(line));
  if (!size) return fail(Errc::malformed);
  return *size;
}

Result<FdInfo> fdinfo_of(const PidDir& dir, std::int32_t number, std::string& buffer) {
  const auto path = "fdinfo/" + std::to_string(number);
  const auto text = dir.read(path.c_str(), buffer);
  if (!text) return std::unexpected(text.error());
  return parse_fdinfo(*text);
}

bool is_message_queue(const OpenEnd& open, const OpenFiles& files) {
  const bool in_the_root = open.link.starts_with('/') && open.link.find('/', 1) == std::string::npos;
  const bool below_mqueue = open.link.contains("/mqueue/");
  return S_ISREG(open.file.mode) && (in_the_root || below_mqueue) && files.is_message_queue(open.descriptor);
}

// One that was closed meanwhile is none.
void FactReader::read_file(const OpenFiles& files, const PidDir& dir, std::int32_t number) {
  OpenEnd open{.pid = dir.pid(), .descriptor = number};
  auto link = files.link(number);
  if (!link) return;
  open.link = std::move(*link);
  if (open.link.starts_with("socket:[")) {
    open.foreign_network = network_ != own_network_;
    reading_.facts.open.push_back(std::move(open));
    return;
  }
  const bool pipe = open.link.starts_with("pipe:[");
  const bool nameless = open.link.starts_with("anon_inode:") || open.link.starts_with("pidfd:[");
  if (!pipe && !nameless) {
    const auto file = files.id(number);
    if (!file || !(S_ISREG(file->mode) || S_ISFIFO(file->mode))) return;
    open.file = *file;
    open.message_queue = is_message_queue(open, files);
  }
  const bool fifo = S_ISFIFO(open.file.mode);
  if (pipe || nameless || fifo || open.message_queue) {
    const auto info = fdinfo_of(dir, number, buffer_);
    if (!info) return;
    open.info = *info;
  }
  if ((pipe || fifo) && open.info.access() != FdInfo::Access::write) open.waiting = waiting_in(files, number);
  if (open.message_queue) open.queued = queued_in(files, number);
  reading_.facts.open.push_back(std::move(open));
}

Result<void> FactReader::read_files(const PidDir& dir) {
  const auto files = OpenFiles::open(dir);
  if (!files) return std::unexpected(files.error());
  const auto numbers = files->numbers();
  if (!numbers) return std::unexpected(numbers.error());
  for (const auto number : *numbers) read_file(*files, dir, number);
  return {};
}

// What several may map and write.
Result<void> FactReader::read_maps(const PidDir& dir) {
  auto text = dir.stream("maps");
  if (!text) return std::unexpected(text.error());
  MapsReader maps(std::move(*text));
  VmaRecord record;
  std::map<ObjectKey, std::size_t> own;
  const auto ipc_space = ipc_space_of(dir.link("ns/ipc").value_or(""));
  for (;;) {
    const auto more = maps.next(record);
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
    const auto& vma = record.vma;
    const auto kind = vma.perms.shared ? object_kind(vma) : std::nullopt;
    // A file that is mapped to be read only, as a cache of locales, carries nothing.
    const bool plain = kind == ObjectKind::file || kind == ObjectKind::deleted;
    if (!kind || *kind == ObjectKind::device || (plain && !vma.perms.write)) continue;
    const auto key = object_key(vma, *kind, ipc_space);
    auto& mapped = reading_.facts.mapped;
    const auto [at, is_new] = own.try_emplace(key, mapped.size());
    if (is_new) mapped.push_back({dir.pid(), *kind, key, vma.name, {}});
    mapped[at->second].size += vma.size();
  }
}

// Once for each network namespace; through a process that is in it.
void FactReader::read_network(const PidDir& dir) {
  network_ = dir.link("ns/net").value_or("");
  if (!networks_.insert(network_).second) return;
  for (const auto* file : {"net/tcp", "net/tcp6"}) {
    const auto text = dir.read(file, buffer_);
    auto sockets = text ? parse_net_tcp(*text) : std::unexpected(text.error());
    if (sockets) std::ranges::move(*sockets, std::back_inserter(reading_.facts.tcp));
  }
}

// Of the files that a process of the set has locked or waits for.
void FactReader::read_locks() {
  const auto text = procfs_.read("locks", buffer_);
  auto locks = text ? parse_locks(*text) : std::unexpected(text.error());
  if (!locks) return;
  std::set<std::pair<Device, std::uint64_t>> files;
  for (const auto& lock : *locks) {
    if (std::ranges::binary_search(reading_.facts.set, lock.pid)) files.emplace(lock.device, lock.inode);
  }
  std::erase_if(*locks,
                [&files](const FileLock& lock) { return !files.contains({lock.device, lock.inode}); });
  reading_.facts.locks = std::move(*locks);
}

// Links by which an end of the set's channels is told elsewhere: pipes, sockets and their peers, FIFOs.
void FactReader::read_outside() {
  std::set<std::string> wanted;
  for (const auto& open : reading_.facts.open) {
    const bool known = open.link.starts_with("pipe:[") || open.link.starts_with("socket:[");
    if (known || S_ISFIFO(open.file.mode) || open.message_queue) wanted.insert(open.link);
  }
  for (const auto inode : peers_of(reading_.facts)) wanted.insert("socket:[" + std::to_string(inode) + "]");
  if (wanted.empty()) return;
  for (const auto pid : procfs_.pids().value_or(std::vector<Pid>{})) {
    // This program itself has what its own caller gave it.
    const bool known = std::ranges::binary_search(reading_.facts.set, pid) || pid == Pid{::getpid()};
    if (!known) read_outside(pid, wanted);
  }
}

void FactReader::read_outside(Pid pid, const std::set<std::string>& wanted) {
  const auto dir = procfs_.pid_by_path(pid);
  const auto files = OpenFiles::open(dir);
  const auto numbers = files ? files->numbers() : std::unexpected(files.error());
  if (!numbers) {
    if (numbers.error().code == Errc::denied) ++reading_.outside_denied;
    return;
  }
  for (const auto number : *numbers) {
    const auto link = files->link(number);
    if (!link || !wanted.contains(*link)) continue;
    OpenEnd open{.pid = pid, .descriptor = number, .inside = false, .link = *link};
    if (!link->starts_with("socket:[")) {
      const auto file = files->id(number);
      const auto info = fdinfo_of(dir, number, buffer_);
      if (!file || !info) continue;
      open.info = *info;
      if (link->starts_with('/')) open.file = *file;
      open.message_queue = is_message_queue(open, *files);
    }
    reading_.facts.open.push_back(std::move(open));
  }
}

ChannelReading FactReader::read() {
  reading_.facts.unix_sockets = ask_unix_sockets();
  for (const auto pid : reading_.facts.set) {
    const auto dir = procfs_.pid(pid);
    if (!dir) {
      reading_.unread.push_back({pid, dir.error()});
      continue;
    }
    read_network(*dir);
    auto done = read_files(*dir);
    if (done) done = read_maps(*dir);
    // A zombie has neither, and is no failure.
    const bool zombie = !done && done.error().code == Errc::gone && dir->read("stat", buffer_);
    if (!done && !zombie) reading_.unread.push_back({pid, done.error()});
  }
  read_locks();
  reading_.facts.sysv = read_sysv_uses(procfs_, reading_.facts.set);
  read_outside();
  return std::move(reading_);
}

}  // namespace

ChannelReading read_channels(const ProcFs& procfs, std::span<const Pid> set) {
  return FactReader(procfs, set).read();
}

}  // namespace pageloupe
