// SPDX-License-Identifier: MIT
#include "sample/channels.h"

#include <algorithm>
#include <map>
#include <sys/stat.h>
#include <tuple>

#include "sample/socket_channels.h"

namespace pageloupe {
namespace {

consteval bool types_are_in_order() {
  for (std::size_t i = 0; i < kChannelTypes.size(); ++i) {
    if (static_cast<std::size_t>(kChannelTypes[i].type) != i) return false;
  }
  return kChannelTypes.size() == static_cast<std::size_t>(ChannelType::count_);
}
static_assert(types_are_in_order());

EndRole role_of(const FdInfo& info) {
  switch (info.access()) {
    case FdInfo::Access::read: return EndRole::read;
    case FdInfo::Access::write: return EndRole::write;
    case FdInfo::Access::both: return EndRole::both;
  }
  std::unreachable();
}

// What all descriptors and mappings of one thing have in common.
struct Identity {
  ChannelType type{};
  std::uint64_t number = 0;
  std::uint64_t device = 0;
  Pid pid{};  // of what cannot be told from its like in another process
  std::int32_t descriptor = 0;
  friend auto operator<=>(const Identity&, const Identity&) = default;
};

std::uint64_t number_of(Device device) { return std::uint64_t{device.major} << 32 | device.minor; }

class Linker {
 public:
  explicit Linker(const ChannelFacts& facts) : facts_(facts) {}
  [[nodiscard]] std::vector<Channel> link();

 private:
  void add(const OpenEnd& open);
  bool add_anonymous(const OpenEnd& open);
  void add(const MappedEnd& mapped);
  void add(const FileLock& lock);
  void add(const SysvUse& use);
  Channel& channel(const Identity& identity, std::string_view name);
  [[nodiscard]] std::string path_of(const FileLock& lock) const;
  [[nodiscard]] bool is_inside(Pid pid) const { return std::ranges::binary_search(facts_.set, pid); }

  const ChannelFacts& facts_;
  std::map<Identity, Channel> channels_{};
};

Channel& Linker::channel(const Identity& identity, std::string_view name) {
  const auto [at, is_new] = channels_.try_emplace(identity);
  if (is_new) {
    at->second.type = identity.type;
    at->second.name = name;
    if (identity.number != 0) at->second.id = std::to_string(identity.number);
  }
  return at->second;
}

// Whose types are named in the link. An epoll, a timer and the like share one inode with all of their kind,
// so that a copy that a fork made looks like another one.
bool Linker::add_anonymous(const OpenEnd& open) {
  struct Kind {
    std::string_view link;
    ChannelType type;
  };
  constexpr auto kKinds = std::to_array<Kind>({{"anon_inode:[eventfd]", ChannelType::eventfd},
                                               {"anon_inode:[eventpoll]", ChannelType::epoll},
                                               {"anon_inode:[timerfd]", ChannelType::timerfd},
                                               {"anon_inode:[signalfd]", ChannelType::signalfd},
                                               {"anon_inode:inotify", ChannelType::inotify},
                                               {"anon_inode:[pidfd]", ChannelType::pidfd},
                                               {"pidfd:[", ChannelType::pidfd}});
  const auto* const kind =
      std::ranges::find_if(kKinds, [&](const Kind& one) { return open.link.starts_with(one.link); });
  if (kind == kKinds.end()) return false;
  const auto& info = open.info;
  Identity identity{.type = kind->type, .pid = open.pid, .descriptor = open.descriptor};
  if (info.eventfd_id) identity = {.type = kind->type, .number = *info.eventfd_id};
  if (info.pid) identity = {.type = kind->type, .number = static_cast<std::uint32_t>(info.pid->value)};
  auto& channel = this->channel(identity, "");
  channel.ends.push_back({open.pid, open.descriptor, EndRole::open, open.inside});
  if (info.eventfd_count) channel.count = *info.eventfd_count;
  if (info.timer_ticks) channel.count = *info.timer_ticks;
  if (kind->type == ChannelType::inotify) channel.count = info.inotify_watches;
  if (kind->type == ChannelType::epoll) {
    channel.count = info.watched.size();
    for (const auto fd : info.watched)
      channel.note += (channel.note.empty() ? "fd " : ", ") + std::to_string(fd);
  }
  if (info.pid && info.pid->value < 0) channel.note = "its process has ended";
  if (info.pid && info.pid->value > 0 && channel.ends.size() == 1)
    channel.ends.push_back({.pid = *info.pid, .role = EndRole::target, .inside = is_inside(*info.pid)});
  return true;
}

void Linker::add(const OpenEnd& open) {
  if (open.link.starts_with("socket:[") || add_anonymous(open)) return;
  std::optional<Identity> identity;
  if (const auto pipe = bracketed_number(open.link, "pipe")) {
    identity = {.type = ChannelType::pipe, .number = *pipe};
  } else if (open.message_queue) {
    identity = {
        .type = ChannelType::message_queue, .number = open.file.inode, .device = number_of(open.file.device)};
  } else if (S_ISFIFO(open.file.mode)) {
    identity = {.type = ChannelType::fifo, .number = open.file.inode, .device = number_of(open.file.device)};
  }
  if (!identity) return;
  auto& channel = this->channel(*identity, identity->type == ChannelType::pipe ? "" : open.link);
  channel.ends.push_back({open.pid, open.descriptor, role_of(open.info), open.inside});
  // One readable end is enough to know what waits in the pipe.
  if (!channel.waiting && (open.waiting || open.waiting.error().code != Errc::not_applicable))
    channel.waiting = open.waiting;
  if (open.queued) channel.waiting = Bytes{*open.queued};
}

// Names that programs give their objects by habit.
std::string_view habit(std::string_view name) {
  const auto base = name.substr(name.rfind('/') + 1);
  if (base.starts_with("sem.mp-")) return "named as Python's multiprocessing does: Lock, Semaphore, Queue";
  if (base.starts_with("psm_")) return "named as Python's SharedMemory does";
  return "";
}

void Linker::add(const MappedEnd& mapped) {
  const auto base = std::string_view(mapped.name).substr(mapped.name.rfind('/') + 1);
  const bool semaphore = mapped.kind == ObjectKind::posix_shm && base.starts_with("sem.");
  auto& channel = this->channel({.type = semaphore ? ChannelType::semaphore : ChannelType::shared_memory,
                                 .number = mapped.key.inode,
                                 .device = number_of(mapped.key.device) ^ mapped.key.ipc_space << 16},
                                mapped.name);
  channel.note = habit(mapped.name);
  if (channel.note.empty() && !semaphore) channel.note = name(mapped.kind);
  const auto end = std::ranges::find(channel.ends, mapped.pid, &ChannelEnd::pid);
  if (end == channel.ends.end()) channel.ends.push_back({.pid = mapped.pid, .role = EndRole::map});
  channel.size = std::max(channel.size.value_or(Bytes{}), mapped.size);
}

std::string Linker::path_of(const FileLock& lock) const {
  const auto found = std::ranges::find_if(facts_.open, [&lock](const OpenEnd& open) {
    return open.file.inode == lock.inode && open.file.device == lock.device;
  });
  return found == facts_.open.end() ? "" : found->link;
}

void Linker::add(const FileLock& lock) {
  auto& channel = this->channel(
      {.type = ChannelType::lock, .number = lock.inode, .device = number_of(lock.device)}, path_of(lock));
  const ChannelEnd end{
      .pid = lock.pid, .role = lock.waits ? EndRole::wait : EndRole::hold, .inside = is_inside(lock.pid)};
  if (std::ranges::find(channel.ends, end) == channel.ends.end()) channel.ends.push_back(end);
  const auto kind = lock.type + (lock.writes ? " write" : " read");
  if (!channel.note.contains(kind)) channel.note += (channel.note.empty() ? "" : ", ") + kind;
}

void Linker::add(const SysvUse& use) {
  auto& channel = this->channel({.type = use.type, .number = static_cast<std::uint32_t>(use.id)}, "");
  channel.id = std::to_string(use.id);
  channel.ends = use.ends;
  channel.count = use.count;
  if (use.bytes) channel.waiting = *use.bytes;
  channel.note = use.key == 0 ? "private" : "key " + std::to_string(use.key);
}

// Who can say something of it from outside is of interest only where somebody inside has it.
bool has_inside(const Channel& channel) { return std::ranges::any_of(channel.ends, &ChannelEnd::inside); }

std::vector<Channel> Linker::link() {
  for (const auto& open : facts_.open) add(open);
  for (const auto& mapped : facts_.mapped) add(mapped);
  for (const auto& lock : facts_.locks) add(lock);
  for (const auto& use : facts_.sysv) add(use);
  std::vector<Channel> channels;
  for (auto& [identity, channel] : channels_) channels.push_back(std::move(channel));
  std::ranges::move(link_sockets(facts_), std::back_inserter(channels));
  std::erase_if(channels, [](const Channel& channel) { return !has_inside(channel); });
  std::ranges::stable_sort(channels, {}, [](const Channel& channel) {
    const auto& first = channel.ends.front();
    return std::tuple(channel.type, first.pid, first.descriptor);
  });
  return channels;
}

}  // namespace

std::vector<Channel> link_channels(const ChannelFacts& facts) { return Linker(facts).link(); }

}  // namespace pageloupe
