// SPDX-License-Identifier: MIT
#include "sample/process_map.h"

#include <algorithm>
#include <ranges>
#include <span>

#include "proc/limits.h"
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

// Those that may be looked into.
Result<std::vector<ThreadStack>> read_stack_pointers(const PidDir& dir, std::span<const Pid> threads) {
  std::vector<ThreadStack> stacks;
  std::string buffer;
  for (const auto tid : threads) {
    const auto path = "task/" + std::to_string(tid.value) + "/syscall";
    const auto text = dir.read(path.c_str(), buffer);
    const auto pointer = text ? parse_stack_pointer(*text) : std::unexpected(text.error());
    if (pointer && pointer->value != 0) stacks.push_back({*pointer, tid});
  }
  return stacks;
}

// The stack pointers of all threads but the first, whose stack the kernel names. Returns how many threads'
// pointers are not known.
std::size_t find_stacks(const PidDir& dir, Pid leader, MapContext& context) {
  auto threads = dir.threads();
  if (!threads || threads->size() < 2) return 0;
  std::erase(*threads, leader);
  auto stacks =
      dir.ask("syscall", [tids = *threads](const PidDir& own) { return read_stack_pointers(own, tids); });
  if (!stacks) return threads->size();
  context.stacks = std::move(*stacks);
  std::ranges::sort(context.stacks, {}, &ThreadStack::pointer);
  return threads->size() - context.stacks.size();
}

// What reads program headers from the memory of the process; none where it may not be opened.
std::function<Result<std::vector<ElfSegment>>(Address)> segments_of(const PidDir& dir) {
  auto opened = dir.open("mem");
  if (!opened) return {};
  return [dir, memory = std::make_shared<const UniqueFd>(std::move(*opened))](Address head) {
    return dir.ask("mem", [memory, head](const PidDir&) { return read_elf_segments(memory->get(), head); });
  };
}

// Memory above a guard page, which may be the stack of a thread whose pointer is not known.
struct StackCandidate {
  Address start{};
  Bytes size{};
};

// The sizes that stacks are expected to have: what C libraries take where a program does not choose.
std::vector<Bytes> usual_stack_sizes(const PidDir& dir) {
  constexpr Bytes kWithoutLimit{2 << 20};  // glibc, on 64 bits
  std::string buffer;
  const auto text = dir.read("limits", buffer);
  const auto limits = text ? parse_limits(*text) : std::unexpected(text.error());
  const auto stack = limits ? (*limits)[Limit::stack] : std::nullopt;
  if (!stack) return {};
  return {stack->soft ? Bytes{*stack->soft} : kWithoutLimit};
}

// glibc before 2.27 takes the guard out of the size that was asked for.
bool has_usual_size(const StackCandidate& candidate, std::span<const Bytes> usual) {
  constexpr Bytes kLargestGuard{64 << 10};
  return std::ranges::any_of(
      usual, [&](Bytes size) { return candidate.size <= size && size - candidate.size <= kLargestGuard; });
}

// THP_enabled of status, since Linux 5.0; what is not said is not off.
bool thp_is_off(const PidDir& dir) {
  std::string buffer;
  const auto text = dir.read("status", buffer);
  return text && text->contains("\nTHP_enabled:\t0\n");
}

}  // namespace

// Guard pages stand below other memory too, so no more of it is called a stack than there are threads: first
// what has the size of one, then the largest.
std::vector<Address> ProcessMap::guess_stacks(const PidDir& dir, const MapContext& context,
                                              std::size_t threads) {
  auto maps = dir.stream("maps");
  if (!maps) return {};
  MapContext all;
  all.stacks = context.stacks;
  all.threads_without_pointer = true;
  ProcessMap map(MapsReader(std::move(*maps)), std::move(all), {});
  std::vector<StackCandidate> candidates;
  auto usual = usual_stack_sizes(dir);
  for (auto more = map.next(); more && *more; more = map.next()) {
    const auto& [kind, evidence, tid] = map.row().identity;
    const auto size = map.row().record.vma.size();
    if (evidence == StackEvidence::guard_page) candidates.push_back({map.row().record.vma.start, size});
    if (evidence == StackEvidence::stack_pointer) usual.push_back(size);
    const bool pointer_known =
        tid && std::ranges::find(context.stacks, *tid, &ThreadStack::tid) != context.stacks.end();
    if (evidence == StackEvidence::name && !pointer_known && threads > 0) --threads;
  }
  const auto rank = [&usual](const StackCandidate& candidate) {
    return std::pair(has_usual_size(candidate, usual), candidate.size);
  };
  std::ranges::stable_sort(candidates, std::ranges::greater{}, rank);
  std::vector<Address> starts;
  for (const auto& candidate : candidates | std::views::take(threads)) starts.push_back(candidate.start);
  std::ranges::sort(starts);
  return starts;
}

Result<ProcessMap> ProcessMap::open(const PidDir& dir, MapPlan plan, std::optional<TextStream> maps) {
  if (!maps || plan.usage) {
    auto text = dir.stream(plan.usage ? "smaps" : "maps");
    if (!text) return std::unexpected(text.error());
    maps.emplace(std::move(*text));
  }
  MapContext context;
  if (const auto exe = dir.link("exe")) context.exe = escape_newlines(*exe);
  context.segments = segments_of(dir);
  const auto unknown = plan.stacks ? find_stacks(dir, plan.leader.value_or(dir.pid()), context) : 0;
  if (unknown != 0) {
    context.threads_without_pointer = true;
    context.guessed_stacks = guess_stacks(dir, context, unknown);
  }
  if (plan.thp) plan.thp->off_in_process = thp_is_off(dir);
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
  row.thp = thp_;
  row.of_page_table = false;
  row.pages.reset();
  row.numa.reset();
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
