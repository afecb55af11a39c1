// SPDX-License-Identifier: MIT
#include "tlbprobe/summary.h"

#include <algorithm>

#include "probe/wording.h"

namespace pageloupe::tlbprobe {
namespace {

std::string ways_words(std::string_view ways) {
  if (ways.empty()) return {};
  if (ways == "full") return " (fully associative)";
  return ", " + std::string(ways) + " ways";
}

std::string measured_words(const TlbRow& row) {
  const bool sure = row.confidence == name(Confidence::high);
  const bool exact = row.level == 1 || !row.ways.empty();
  std::string text = exact ? "" : "about ";
  text += grouped(*row.measured) + " entries" + ways_words(row.ways);
  if (!sure) text += " (" + row.confidence + " confidence)";
  if (row.penalty_cycles) {
    text += row.level == 1 ? ", +" + fixed(row.penalty_cycles->value, 1) + " cycles on a miss"
                           : ", +" + fixed(row.penalty_cycles->value, 0) + " cycles to walk";
  }
  return text;
}

std::string declared_words(const TlbRow& row) {
  const bool own = row.declared.has_value();
  const auto& ways = own ? row.declared_ways : row.published_ways;
  return grouped(*row.best()) + " entries" + ways_words(ways) + (own ? "" : " (published)");
}

std::string reach_words(const TlbRow* last, bool timed) {
  if (last == nullptr || !last->reach) return ".";
  return "; with " + size_words(last->page_size) + " pages it " + (timed ? "reaches " : "would reach ") +
         size_words(*last->reach) + ".";
}

std::string tier_line(const WalkTier& tier) {
  std::string text = "Pages " + size_words(tier.stride) + " apart, " + std::to_string(tier.pages) +
                     " of them, " + std::string(tier.touches) + ": ";
  return text + (tier.cycles ? "+" + fixed(*tier.cycles, 1) + " cycles" : not_measured(tier.cycles.error())) +
         "\n";
}

std::string granule_lines(const ProbeReport& report) {
  if (!report.granule) return {};
  const auto& granule = *report.granule;
  auto text = granule_finding(granule);
  if (!granule.pieces.empty()) {
    text = (text.empty() ? "2 MiB pages are held whole by the TLB" : text) + " (" +
           std::to_string(granule.huge_regions()) + " of " + std::to_string(granule.pieces.size()) +
           " regions held whole).\n";
  }
  if (granule.contiguous) {
    text += "Contiguous base pages: an entry covers " + size_words(*granule.contiguous) + ".\n";
  }
  return text;
}

std::string condition_line(const ProbeReport& report) {
  const auto& statistics = report.statistics;
  auto text = "Timed on " +
              (statistics.cpu < 0 ? "an unpinned thread" : "CPU " + std::to_string(statistics.cpu)) + " in " +
              fixed(report.elapsed.count(), 1) + " s, " + std::to_string(report.attempts) +
              (report.attempts == 1 ? " attempt, " : " attempts, ") +
              fixed(100 * statistics.rejected_share(), 1) + "% of the pieces rejected, ";
  text += statistics.steal ? fixed(100 * *statistics.steal, 1) + "% stolen" : "steal time unknown";
  if (report.base.first) {
    text += ", " + fixed(100 * report.base.first->agreement, 0) + "% of " +
            std::to_string(report.base.first->passes) + " passes agree on L1";
  }
  text += ", seed " + std::to_string(report.seed) + ".\n";
  if (!report.disturbance.empty()) text += "Less sure throughout: " + std::string(report.disturbance) + ".\n";
  if (!report.base.facts.note.empty()) text += "Layout: " + std::string(report.base.facts.note) + ".\n";
  if (report.cancelled) text += "Stopped early: what is shown was known by then.\n";
  return text;
}

}  // namespace

std::string grouped(std::uint64_t number) {
  auto text = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) {
    text.insert(static_cast<std::size_t>(at), ",");
  }
  return text;
}

std::string size_words(Bytes size) {
  constexpr std::array<std::string_view, 4> kUnits{" KiB", " MiB", " GiB", " TiB"};
  auto scaled = static_cast<double>(size.value) / 1024;
  std::size_t unit = 0;
  while (scaled >= 1024 && unit + 1 < kUnits.size()) {
    scaled /= 1024;
    ++unit;
  }
  const bool whole = scaled == static_cast<double>(static_cast<std::uint64_t>(scaled));
  return fixed(scaled, whole ? 0 : 1) + std::string(kUnits[unit]);
}

std::string headline(std::span<const TlbRow> rows, Bytes base_page, bool timed) {
  const auto instruction_only =
      std::ranges::all_of(rows, [](const TlbRow& row) { return row.kind == TlbKind::instruction; });
  const auto usable = [&](const TlbRow& row) {
    return (instruction_only || row.kind != TlbKind::instruction) && row.kind != TlbKind::store;
  };
  const bool has_base =
      std::ranges::any_of(rows, [&](const TlbRow& row) { return row.page_size == base_page; });
  std::string text;
  const TlbRow* last = nullptr;
  for (const auto& row : rows) {
    const bool known = timed ? row.measured.has_value() : row.best().has_value();
    if (!usable(row) || !known || (has_base && row.page_size != base_page)) continue;
    if (last != nullptr && (row.page_size != last->page_size || row.level <= last->level)) continue;
    const std::string_view tlb = instruction_only ? " iTLB " : " dTLB ";
    text += (text.empty() ? "L" : "; L") + std::to_string(row.level) + std::string(text.empty() ? tlb : " ") +
            (timed ? measured_words(row) : declared_words(row));
    last = &row;
  }
  if (text.empty()) return timed ? "No TLB could be measured here." : "No TLB is declared or published.";
  return (timed ? "" : "Not measured: ") + text + reach_words(last, timed);
}

std::string describe_cpu(const Machine& machine) {
  auto text = machine.model.value_or(machine.vendor.value_or("unknown CPU"));
  if (machine.core) text += " (" + *machine.core + ")";
  if (machine.virtual_machine) text += ", virtual: " + machine.hypervisor.value_or("unknown hypervisor");
  return text;
}

std::string footnotes(std::span<const TlbRow> rows, const Machine& machine, const ProbeReport* report) {
  std::string text;
  std::vector<std::string_view> said;
  for (const auto& row : rows) {
    if (row.note.empty() || std::ranges::find(said, row.note) != said.end()) continue;
    said.push_back(row.note);
    std::string subjects;
    for (const auto& other : rows) {
      if (other.note == row.note)
        subjects += (subjects.empty() ? "" : ", ") + other.tlb + " " + other.page_text;
    }
    text += subjects + ": " + row.note + ".\n";
  }
  if (machine.declared.empty()) text += "Nothing is declared: " + machine.undeclared + ".\n";
  if (report == nullptr) return text;
  text += granule_lines(*report);
  for (const auto& tier : report->walk_tiers) text += tier_line(tier);
  return text + condition_line(*report);
}

}  // namespace pageloupe::tlbprobe
