// SPDX-License-Identifier: MIT
#include "ptop/detail.h"

#include <algorithm>

#include "ptop/detail_facts.h"
#include "ptop/detail_lists.h"
#include "ptop/scroll.h"
#include "render/format.h"

namespace pageloupe::ptop {
namespace {

// A reading that takes longer than this is worth a word.
constexpr Nanoseconds kPatience{1'000'000'000};

struct Status {
  std::string text{};
  Paint paint = Paint::dim;
};

std::string duration_text(Nanoseconds duration) {
  const auto seconds = to_seconds(duration);
  if (seconds < 0.0005) return format_text("{:.0f} us", seconds * 1e6);
  if (seconds < 1) return format_text("{:.0f} ms", seconds * 1e3);
  if (seconds < 10) return format_text("{:.1f} s", seconds);
  if (seconds < 120) return format_text("{:.0f} s", seconds);
  return format_text("{:.0f} min", seconds / 60);
}

Nanoseconds age(Instant now, Instant then) { return now > then ? now - then : Nanoseconds{}; }

template <class T>
Status status_of(const DetailPart<T>& part, const DetailData& data, bool narrow) {
  if (data.ended) return {"exited", Paint::warning};
  if (part.asked_at && age(data.now, *part.asked_at) > kPatience)
    return {format_text("does not answer for {}", duration_text(age(data.now, *part.asked_at))),
            Paint::warning};
  if (part.read_at == Instant{}) return {part.asked_at ? "reading" : "", Paint::dim};
  const auto old = duration_text(age(data.now, part.read_at));
  if (narrow) return {old, Paint::dim};
  return {format_text("{} old, took {}", old, duration_text(part.cost)), Paint::dim};
}

void show_title(Line& line, const DetailData& data, const DetailView& view, std::size_t columns) {
  constexpr std::size_t kNarrow = 60;
  const auto status =
      visit_part(data, view.tab, [&](const auto& part) { return status_of(part, data, columns < kNarrow); });
  line.add(Paint::strong, Decimal(data.subject.id.pid.value).view());
  line.add(Paint::strong, " ");
  if (columns >= kNarrow && !data.subject.user.empty()) {
    line.add_text(Paint::plain, data.subject.user, view.style);
    line.add(Paint::plain, " ");
  }
  line.add_text(Paint::strong, data.subject.command, view.style);
  const auto room = columns > status.text.size() + 1 ? columns - status.text.size() - 1 : 0;
  if (status.text.empty() || room < 4) return line.cut(columns);
  line.cut(room);
  line.fill(Paint::plain, room + 1);
  line.add(status.paint, status.text);
}

void show_tabs(Line& line, const DetailView& view, std::size_t columns) {
  for (const auto& info : kDetailTabInfos) {
    const auto paint = info.tab == view.tab ? Paint::cursor : Paint::label;
    line.add(paint, " ");
    line.add(paint, info.name);
    line.add(paint, " ");
  }
  line.cut(columns);
}

// Why a tab is empty, for people.
std::string message(DetailTab tab, Errc code) {
  switch (code) {
    case Errc::not_sampled:
      return tab == DetailTab::environment ? "Enter reads the environment; there may be secrets in it." : "";
    case Errc::denied:
      return format_text("permission denied: the {} is open to the owner of the process and to root.",
                         tab == DetailTab::environment ? "environment" : "map");
    case Errc::no_memory: return "It has no memory of its own: a kernel thread, or a zombie.";
    case Errc::gone: return "The process has exited.";
    case Errc::blocked: return "Too many readings wait for processes that do not answer.";
    case Errc::not_applicable:
    case Errc::not_recorded:
    case Errc::no_previous:
    case Errc::unsupported:
    case Errc::no_pmu:
    case Errc::event_missing:
    case Errc::not_scheduled:
    case Errc::did_not_run:
    case Errc::counter_stuck:
    case Errc::no_descriptors:
    case Errc::malformed:
    case Errc::io: return std::string(reason(code)) + ".";
  }
  return {};
}

template <class T>
std::string absence(const DetailPart<T>& part, const DetailData& data, DetailTab tab) {
  if (part.value.error() != Errc::not_sampled || !part.asked_at) return message(tab, part.value.error());
  return age(data.now, *part.asked_at) > kPatience
             ? "The memory of the process does not answer. The other tabs may."
             : "";
}

void show_table(Frame& frame, const DetailView& view, const DetailTable& table, Size size) {
  const auto layout = layout_of(view, size);
  const auto columns = columns_of(view, table, size.columns);
  if (layout.heading) {
    auto& line = frame.next();
    show_heading(line, columns, order_of(view));
    line.cut(size.columns);
  }
  const auto& place = view.place();
  const auto top = scrolled(place.top, place.cursor, {.count = place.rows.size(), .rows = layout.list});
  for (std::size_t i = 0; i < layout.list; ++i) {
    auto& line = frame.next();
    const auto at = top + i;
    if (at >= place.rows.size() || place.rows[at] >= table.rows.size()) continue;
    show_row(line, columns, table.rows.row(place.rows[at]), view);
    line.cut(size.columns);
    if (at != place.cursor) continue;
    line.fill(Paint::cursor, size.columns);
    line.repaint(Paint::cursor);
  }
}

void show_map(Frame& frame, const MapPart& map, const DetailView& view, Size size) {
  const auto& table = view.list() == DetailList::mappings ? map.mappings : map.kinds;
  show_table(frame, view, table, size);
  if (!layout_of(view, size).total) return;
  auto& line = frame.next();
  const auto total = map_total(map, view);
  if (!total.empty()) show_row(line, columns_of(view, table, size.columns), total, view);
  line.cut(size.columns);
  line.repaint(Paint::strong);
}

void show_facts(Frame& frame, std::span<const FactLine> facts, const DetailView& view, Size size) {
  const auto rows = detail_rows(size, view);
  const auto most = facts.size() > rows ? facts.size() - rows : 0;
  const auto top = std::min(view.place().top, most);
  for (std::size_t i = 0; i < rows; ++i) {
    auto& line = frame.next();
    if (top + i < facts.size()) show_fact(line, facts[top + i], view, size.columns);
  }
}

void show_environment(Frame& frame, const EnvironmentPart& part, const DetailView& view, Size size) {
  const auto rows = detail_rows(size, view);
  const auto& entries = part.entries;
  const auto top = std::min(view.place().top, entries.size() > rows ? entries.size() - rows : 0);
  for (std::size_t i = 0; i < rows; ++i) {
    auto& line = frame.next();
    if (top + i < entries.size()) {
      add_shifted(line, Paint::plain, entries[top + i], view.shift, view.style);
    } else if (entries.empty() && i == 0) {
      line.add(Paint::dim, "It is empty.");
    }
    line.cut(size.columns);
  }
}

void show_part(Frame& frame, const MapPart& part, const DetailView& view, Size size) {
  show_map(frame, part, view, size);
}
void show_part(Frame& frame, const ThreadsPart& part, const DetailView& view, Size size) {
  show_table(frame, view, part.threads, size);
}
void show_part(Frame& frame, const FactsPart& part, const DetailView& view, Size size) {
  show_facts(frame, view.tab == DetailTab::memory ? memory_lines(part) : group_lines(part), view, size);
}
void show_part(Frame& frame, const EnvironmentPart& part, const DetailView& view, Size size) {
  show_environment(frame, part, view, size);
}

std::string_view hint(const DetailView& view) {
  switch (view.list()) {
    case DetailList::kinds:
      return "Left/Right tab  Enter mappings of the kind  k all  s order  e unit  Esc back";
    case DetailList::mappings:
      return "Left/Right tab  k by kind  s order  R reverse  > shift  e unit  Esc back";
    case DetailList::threads: return "Left/Right tab  s order  R reverse  r read again  Esc back";
    case DetailList::memory: return "Left/Right tab  Up/Down scroll  e unit  r read again  Esc back";
    case DetailList::group:
    case DetailList::environment:
    case DetailList::count_: return "Left/Right tab  Up/Down scroll  > shift  r read again  Esc back";
  }
  return {};
}

}  // namespace

void show_detail(Frame& frame, const DetailData& data, const DetailView& view, Size size) {
  if (size.rows == 0 || size.columns == 0) return;
  const auto begin = frame.rows();
  const auto layout = layout_of(view, size);
  show_title(frame.next(), data, view, size.columns);
  if (layout.tabs) show_tabs(frame.next(), view, size.columns);
  visit_part(data, view.tab, [&](const auto& part) {
    if (part.value) return show_part(frame, *part.value, view, size);
    if (size.rows < 2) return;
    auto& line = frame.next();
    line.add(Paint::warning, absence(part, data, view.tab));
    line.cut(size.columns);
  });
  if (!layout.hint) return;
  while (frame.rows() - begin + 1 < size.rows) frame.next();
  auto& line = frame.next();
  line.add(Paint::dim, hint(view));
  line.cut(size.columns);
}

}  // namespace pageloupe::ptop
