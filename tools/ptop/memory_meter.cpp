// SPDX-License-Identifier: MIT
#include "ptop/memory_meter.h"

#include <algorithm>
#include <array>

#include "ptop/memory_use.h"

namespace pageloupe::ptop {
namespace {

// A kind of memory: its name is the legend of its part of the bar.
struct Kind {
  std::string_view name;
  std::optional<Bytes> MemoryUse::* size;
  Paint paint;
  bool always;  // else only where there is some
};

// In the order of the bar: what processes hold, the kernel, what can be taken back.
constexpr auto kKinds = std::to_array<Kind>({
    {"anon", &MemoryUse::anon, Paint::part1, true},
    {"shmem", &MemoryUse::shmem, Paint::part2, true},
    {"tables", &MemoryUse::tables, Paint::part3, true},
    {"slab", &MemoryUse::slab_unreclaimable, Paint::part3, true},
    {"stacks", &MemoryUse::stacks, Paint::part3, true},
    {"percpu", &MemoryUse::percpu, Paint::part3, false},
    {"hugetlb", &MemoryUse::hugetlb, Paint::part4, false},
    {"file", &MemoryUse::file, Paint::part5, true},
    {"reclaimable", &MemoryUse::slab_reclaimable, Paint::part6, true},
});

double fraction(std::optional<Bytes> part, Bytes whole) {
  if (!part || whole.value == 0) return 0;
  return static_cast<double>(part->value) / static_cast<double>(whole.value);
}

MemoryUse use_of(const MeterPen& pen) {
  const auto& meminfo = pen.now().meminfo;
  return meminfo ? memory_use(*meminfo) : MemoryUse{};
}

void add_labelled(MeterPen& pen, Line& line, std::string_view label, std::optional<Bytes> size) {
  line.add(Paint::label, label);
  line.add(Paint::plain, " ");
  pen.size(line, Paint::plain, size);
}

void add_of(MeterPen& pen, Line& line, std::optional<Bytes> part, std::optional<Bytes> whole) {
  pen.size(line, Paint::strong, part);
  line.add(Paint::dim, "/");
  pen.size(line, Paint::plain, whole);
}

void add_memory_bar(MeterPen& pen, Line& line, const MemoryUse& use) {
  std::array<BarPart, kKinds.size()> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    parts[i] = {.share = fraction(use.*kKinds[i].size, use.total), .paint = kKinds[i].paint};
  }
  pen.bar(line, pen.bar_columns(), parts);
  line.add(Paint::plain, " ");
}

void add_swap_text(MeterPen& pen, Line& line, const MemoryUse& use) {
  if (use.swap_total == Bytes{}) return line.add(Paint::dim, "none");
  add_of(pen, line, use.swap_used, use.swap_total);
  const auto stored = pen.now().meminfo ? pen.now().meminfo->bytes(MeminfoKey::zswapped) : std::nullopt;
  if (!stored || stored->value == 0) return;
  // What compressed swap holds, and in how much memory.
  line.add(Paint::label, " zswap ");
  pen.size(line, Paint::plain, stored);
  line.add(Paint::dim, " in ");
  pen.size(line, Paint::plain, pen.now().meminfo->bytes(MeminfoKey::zswap));
}

std::string_view name(Overcommit mode) {
  switch (mode) {
    case Overcommit::heuristic: return "heuristic";
    case Overcommit::always: return "always";
    case Overcommit::strict: return "strict";
  }
  return {};
}

struct Commit {
  std::optional<Bytes> promised{};
  std::optional<Bytes> limit{};
  double share = 0;
  Paint paint = Paint::part1;
};

Commit commit_of(const MeterPen& pen) {
  const auto& meminfo = pen.now().meminfo;
  if (!meminfo) return {};
  Commit commit{.promised = meminfo->bytes(MeminfoKey::committed_as),
                .limit = meminfo->bytes(MeminfoKey::commit_limit)};
  commit.share = fraction(commit.promised, commit.limit.value_or(Bytes{}));
  // Only where the limit is one is coming near to it a danger.
  const bool strict = pen.now().overcommit && *pen.now().overcommit == Overcommit::strict;
  if (strict && commit.share >= 0.9) commit.paint = commit.share >= 0.98 ? Paint::error : Paint::warning;
  return commit;
}

void add_commit_text(MeterPen& pen, Line& line, const Commit& commit) {
  add_of(pen, line, commit.promised, commit.limit);
  if (!pen.now().overcommit) return;
  line.add(Paint::plain, " ");
  line.add(Paint::dim, name(*pen.now().overcommit));
}

// From the column `begin` to `end`: a bar with a label of four columns before it and text behind it.
struct Half {
  std::size_t begin = 0;
  std::size_t end = 0;
};

template <class Text>
void add_half(MeterPen& pen, Line& line, Half half, std::string_view label, BarPart part, Text text) {
  line.fill(Paint::plain, half.begin);
  line.add(Paint::label, label);
  pen.bar(line, std::max<std::size_t>((half.end - half.begin) * 2 / 5, 1), {&part, 1});
  line.add(Paint::plain, " ");
  text(line);
  line.cut(half.end);
}

void add_swap_half(MeterPen& pen, Line& line, Half half, const MemoryUse& use) {
  const BarPart part{.share = fraction(use.swap_used, use.swap_total.value_or(Bytes{})),
                     .paint = Paint::part5};
  add_half(pen, line, half, "Swp ", part, [&](Line& to) { add_swap_text(pen, to, use); });
}

void add_commit_half(MeterPen& pen, Line& line, Half half) {
  const auto commit = commit_of(pen);
  const BarPart part{.share = commit.share, .paint = commit.paint};
  add_half(pen, line, half, "Com ", part, [&](Line& to) { add_commit_text(pen, to, commit); });
}

void add_swap_bars(MeterPen& pen, std::size_t rows) {
  constexpr std::size_t kNarrowest = 64;
  constexpr std::size_t kBetween = 2;
  const auto use = use_of(pen);
  const auto columns = pen.columns();
  if (columns >= kNarrowest) {
    const auto middle = columns / 2;
    auto& line = pen.frame().next();
    add_swap_half(pen, line, {0, middle - kBetween}, use);
    return add_commit_half(pen, line, {middle, columns});
  }
  // On one line alone, the one that there is.
  if (rows > 1 || use.swap_total != Bytes{}) add_swap_half(pen, pen.frame().next(), {0, columns}, use);
  if (rows > 1 || use.swap_total == Bytes{}) add_commit_half(pen, pen.frame().next(), {0, columns});
}

}  // namespace

void add_memory_meter(MeterPen& pen, std::size_t rows) {
  if (rows == 0) return;
  const auto use = use_of(pen);
  auto& line = pen.frame().next();
  line.add(Paint::label, "Mem ");
  if (pen.layout().memory == MeterStyle::bars) add_memory_bar(pen, line, use);
  const std::optional<Bytes> total = pen.now().meminfo ? std::optional(use.total) : std::nullopt;
  add_of(pen, line, use.used, total);
  line.cut(pen.columns());
  Flow flow(pen, rows, Flow::Begin::last_line);
  flow.item([&](Line& to) { add_labelled(pen, to, "avail", use.available); });
  flow.item([&](Line& to) { add_labelled(pen, to, "free", use.free); });
  flow.item([&](Line& to) { add_labelled(pen, to, "cache", use.cache); });
}

void add_memory_kinds(MeterPen& pen, std::size_t rows) {
  const auto use = use_of(pen);
  Flow flow(pen, rows);
  for (const auto& kind : kKinds) {
    const auto size = use.*kind.size;
    if (!kind.always && size.value_or(Bytes{}) == Bytes{}) continue;
    flow.item([&](Line& line) {
      line.add(kind.paint, kind.name);
      line.add(Paint::plain, " ");
      pen.size(line, Paint::plain, size);
    });
  }
}

void add_swap_and_commit(MeterPen& pen, std::size_t rows) {
  if (rows == 0) return;
  if (pen.layout().memory == MeterStyle::bars) return add_swap_bars(pen, rows);
  const auto use = use_of(pen);
  const auto commit = commit_of(pen);
  Flow flow(pen, rows);
  flow.item([&](Line& line) {
    line.add(Paint::label, "Swap ");
    add_swap_text(pen, line, use);
  });
  flow.item([&](Line& line) {
    line.add(Paint::label, "Commit ");
    add_commit_text(pen, line, commit);
  });
}

void add_memory_item(MeterPen& pen, Line& line) {
  const auto use = use_of(pen);
  line.add(Paint::label, "Mem ");
  add_of(pen, line, use.used, pen.now().meminfo ? std::optional(use.total) : std::nullopt);
}

void add_swap_item(MeterPen& pen, Line& line) {
  line.add(Paint::label, "Swap ");
  add_swap_text(pen, line, use_of(pen));
}

}  // namespace pageloupe::ptop
