// SPDX-License-Identifier: MIT
#include "sample/process_map.h"

#include <algorithm>

#include "proc/syscall.h"

namespace pageloupe {
namespace {

// maps writes a newline in a path as \012; the link does not.
std::string escape_newlines(std::string_view path) {
  std::string escaped;
  for (const char c : path) {
    if (c == '\n') {
      escaped += "\\012";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// The stack pointers of all threads but the first, whose stack the kernel names.
void find_stacks(const PidDir& dir, Pid leader, MapContext& context) {
  const auto threads = dir.threads();
  if (!threads || threads->size() < 2) return;
  std::string buffer;
  for (const auto tid : *threads) {
    if (tid == leader) continue;
    const auto path = "task/" + std::to_string(tid.value) + "/syscall";
    const auto text = dir.read(path.c_str(), buffer);
    const auto pointer = text ? parse_stack_pointer(*text) : std::unexpected(text.error());
    if (pointer && pointer->value != 0) {
      context.stacks.push_back({*pointer, tid});
    } else {
      context.threads_without_pointer = true;
    }
  }
  std::ranges::sort(context.stacks, {}, &ThreadStack::pointer);
}

}  // namespace

Result<ProcessMap> ProcessMap::open(const PidDir& dir, MapPlan plan, std::optional<TextStream> maps) {
  if (!maps || plan.usage) {
    auto text = dir.open(plan.usage ? "smaps" : "maps");
    if (!text) return std::unexpected(text.error());
    maps.emplace(std::move(*text));
  }
  MapContext context;
  if (const auto exe = dir.link("exe")) context.exe = escape_newlines(*exe);
  if (auto memory = dir.open("mem")) context.memory = std::move(*memory);
  if (plan.stacks) find_stacks(dir, plan.leader.value_or(dir.pid()), context);
  using Reader = std::variant<MapsReader, SmapsReader>;
  auto reader = plan.usage ? Reader(SmapsReader(std::move(*maps))) : Reader(MapsReader(std::move(*maps)));
  return ProcessMap(std::move(reader), std::move(context), plan);
}

Result<bool> ProcessMap::read_ahead() {
  auto more = std::visit([this](auto& reader) { return reader.next(ahead().record); }, reader_);
  have_ahead_ = more.value_or(false);
  return more;
}

Result<bool> ProcessMap::next() {
  if (!std::exchange(started_, true)) {
    if (const auto first = read_ahead(); !first) error_ = first.error();
  }
  if (error_) return std::unexpected(*error_);
  if (!have_ahead_) return false;
  current_ = 1 - current_;
  // What was read before a failure is still given; the failure comes with the next call.
  if (const auto more = read_ahead(); !more) error_ = more.error();
  auto& row = rows_[current_];
  classifier_.classify(row.record, have_ahead_ ? &ahead().record.vma : nullptr, row.identity);
  row.has_usage = has_usage_;
  label(row);
  return true;
}

// What people read in place of the kernel's name, where that says less than is known.
void ProcessMap::label(VmaRow& row) const {
  row.label.clear();
  const auto& identity = row.identity;
  if (identity.kind == VmaKind::bss) {
    const auto owner = classifier_.bss_owner();
    row.label.append(whole_paths_ ? owner : owner.substr(owner.rfind('/') + 1)).append(" [bss]");
  } else if (identity.kind == VmaKind::thread_stack) {
    row.label = identity.tid ? "[stack:" + std::to_string(identity.tid->value) + "]" : "[thread stack]";
  } else if (identity.kind == VmaKind::shared_anon && row.record.vma.name.starts_with('/')) {
    row.label = "[shared anon]";
  } else if (identity.kind == VmaKind::sysv_shm) {
    row.label = "[shmid=" + std::to_string(row.record.vma.inode) + "]";
  } else if (whole_paths_ && row.record.vma.name.starts_with('/')) {
    row.label = row.record.vma.name;
  }
}

std::vector<SmapsReader::UnknownKey> ProcessMap::unknown_keys() const {
  const auto* smaps = std::get_if<SmapsReader>(&reader_);
  return smaps != nullptr ? smaps->unknown_keys() : std::vector<SmapsReader::UnknownKey>{};
}

}  // namespace pageloupe
