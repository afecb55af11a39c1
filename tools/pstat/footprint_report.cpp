// SPDX-License-Identifier: MIT
#include "cli/message.h"
#include "cli/run_info.h"
#include "pstat/line_width.h"
#include "pstat/memory_truth.h"
#include "pstat/process_set.h"
#include "pstat/size_text.h"
#include "render/format.h"
#include "render/named_values.h"
#include "sample/footprint.h"

namespace pageloupe::pstat {
namespace {

constexpr Column bytes_column(std::string_view name, std::string_view header, std::string_view help) {
  return {.name = name,
          .header = header,
          .origin = {Source::pagemap, ""},
          .help = help,
          .type = Type::bytes,
          .width = 8};
}

constexpr auto kRowColumns = std::to_array<Column>({
    {.name = "pid", .header = "PID", .help = "process ID", .type = Type::integer, .width = 7},
    bytes_column("resident", "RESIDENT", "its frames, each once"),
    bytes_column("private", "PRIVATE", "mapped by nobody else"),
    bytes_column("shared_inside", "INSIDE", "shared with others of the set, with nobody else"),
    bytes_column("shared_outside", "OUTSIDE", "shared with processes outside of the set"),
    bytes_column("unsettled", "UNSETTLED", "changed while it was read"),
    bytes_column("hugetlb", "HUGETLB", "of the huge page pool"),
    bytes_column("swap", "SWAP", "in swap"),
    {.name = "comm", .header = "COMMAND", .help = "name of the program", .type = Type::text},
});
constexpr auto kRowPointers = pointers_to(kRowColumns);

// The set, a member each.
struct SetFact {
  Column column;
  Bytes Footprint::* member;
};
constexpr auto kSetFacts = std::to_array<SetFact>({
    {bytes_column("resident", "", "frames of the set, each once"), &Footprint::resident},
    {bytes_column("freed", "", "free at once if the set were killed"), &Footprint::freed},
    {bytes_column("cached", "", "pages of files that only the set maps: reclaimable"), &Footprint::cached},
    {bytes_column("shmem", "", "shared memory that only the set maps: freed with its object"),
     &Footprint::shmem},
    {bytes_column("shared_outside", "", "mapped outside of the set too"), &Footprint::shared_outside},
    {bytes_column("shared_inside", "", "mapped by two of the set or more"), &Footprint::shared_inside},
    {bytes_column("unsettled", "", "changed while it was read"), &Footprint::unsettled},
    {bytes_column("hugetlb", "", "of the huge page pool, each once"), &Footprint::hugetlb},
    {bytes_column("swap", "", "slots of swap, each once"), &Footprint::swap},
});

struct BoundFact {
  Column least;
  Column most;
  Bounds FootprintBounds::* member;
};
constexpr auto kBoundFacts = std::to_array<BoundFact>({
    {bytes_column("resident_least", "", "the set holds at least this"),
     bytes_column("resident_most", "", "and at most this"), &FootprintBounds::resident},
    {bytes_column("freed_least", "", "at least this would be free"),
     bytes_column("freed_most", "", "and at most this"), &FootprintBounds::freed},
    {bytes_column("only_inside_least", "", "at least this is mapped by the set alone"),
     bytes_column("only_inside_most", "", "and at most this"), &FootprintBounds::only_inside},
    {bytes_column("swap_least", "", "at least this is in swap"),
     bytes_column("swap_most", "", "and at most this"), &FootprintBounds::swap},
});
constexpr Column kExact{.name = "exact",
                        .header = "",
                        .help = "counted by frames; else bounds from smaps_rollup",
                        .type = Type::flag};

std::string processes(std::size_t count) {
  return count == 1 ? "1 process" : format_text("{} processes", count);
}

std::string summary_of(const Footprint& set, const CellStyle& style) {
  const auto size = [&style](Bytes bytes) { return size_text(bytes, style); };
  return format_text(
      "{} resident in {}, every page once\n"
      "  freed if all were killed   {}\n"
      "  page cache, reclaimable    {}\n"
      "  shared memory, kept while its object is  {}\n"
      "  shared with outsiders      {}\n"
      "shared inside the set {}, in swap {}, huge page pool {}{}\n",
      size(set.resident), processes(set.processes.size()), size(set.freed), size(set.cached), size(set.shmem),
      size(set.shared_outside), size(set.shared_inside), size(set.swap), size(set.hugetlb),
      set.unsettled.value + set.detached.value == 0
          ? ""
          : ", changed while it was read " + size(set.unsettled + set.detached));
}

std::string problem_text(const Error& error) {
  return error.code == Errc::gone ? "ended while it was read" : std::string(reason(error.code));
}

void complain_of_unread(std::size_t count, std::size_t unread) {
  if (unread == 0) return;
  complain("pstat", format_text("{} of {} could not be read and {} not in these figures", unread,
                                processes(count), unread == 1 ? "is" : "are"));
}

// It has no figures: nothing of it was read, or it has no memory.
bool is_blank(const ProcessFootprint& one) { return one.error && (one.resident + one.swap) == Bytes{}; }

void write_member(Writer& writer, const ProcessFootprint& one, std::string_view comm) {
  const auto cell = [&one](Bytes ProcessFootprint::* part) {
    return is_blank(one) ? Value(one.error->code) : Value(one.*part);
  };
  const auto row =
      std::to_array<Value>({std::int64_t{one.pid.value}, cell(&ProcessFootprint::resident),
                            cell(&ProcessFootprint::private_), cell(&ProcessFootprint::shared_inside),
                            cell(&ProcessFootprint::shared_outside), cell(&ProcessFootprint::unsettled),
                            cell(&ProcessFootprint::hugetlb), cell(&ProcessFootprint::swap), comm});
  writer.row(row);
}

std::unique_ptr<Writer> footprint_writer(const Request& request, Output& output) {
  auto style = request.writer;
  style.line_width = line_width(request.width);
  return make_writer(request.format, output, kFootprintShape, style);
}

// No process could be looked into: a document of errors alone, where a program reads it.
int write_nothing(const Request& request, const ProcFs& procfs, Output& output,
                  std::span<const Problem> problems) {
  const RunInfo info(procfs, now_ns());
  const auto writer = footprint_writer(request, output);
  writer->begin(info.facts());
  writer->begin_section({}, {});
  writer->end_section(nullptr, "");
  writer->end(problems);
  return kExitNothing;
}

int write_exact(const Request& request, const ProcFs& procfs, Output& output, const Footprint& set,
                const std::deque<Member>& members, std::vector<Problem> problems) {
  const auto missing = problems.size();
  for (const auto& one : set.processes) {
    // That a process has no memory is no failure to read it.
    if (one.error && one.error->code != Errc::no_memory)
      problems.push_back({one.pid.value, "pagemap", one.error->code, problem_text(*one.error)});
  }
  const auto unread = problems.size() - missing;
  complain_of_unread(set.processes.size(), unread);
  if (unread == set.processes.size()) return write_nothing(request, procfs, output, problems);
  const RunInfo info(procfs, now_ns());
  NamedValues document;
  document.add(info.facts());
  document.add(kExact, true);
  for (const auto& fact : kSetFacts) document.add(fact.column, set.*fact.member);
  const auto writer = footprint_writer(request, output);
  writer->begin(document.facts());
  writer->begin_section({}, kRowPointers);
  for (std::size_t i = 0; i < set.processes.size(); ++i)
    write_member(*writer, set.processes[i], members[i].comm);
  writer->end_section(nullptr, summary_of(set, request.writer.cell));
  writer->end(problems);
  return problems.empty() ? kExitOk : kExitPartial;
}

int write_bounds(const Request& request, const ProcFs& procfs, Output& output, const FootprintBounds& bounds,
                 std::size_t count, std::vector<Problem> problems) {
  const RunInfo info(procfs, now_ns());
  NamedValues document;
  document.add(info.facts());
  document.add(kExact, false);
  for (const auto& fact : kBoundFacts) {
    document.add(fact.least, (bounds.*fact.member).least);
    document.add(fact.most, (bounds.*fact.member).most);
  }
  const auto between = [&](std::string_view what, Bounds pair) {
    return format_text("  {:<26} {} to {}\n", what, size_text(pair.least, request.writer.cell),
                       size_text(pair.most, request.writer.cell));
  };
  const auto summary =
      (bounds.unread.empty()
           ? format_text("bounds for {}; the truth lies between (frame numbers need root)\n",
                         processes(count))
           : format_text("bounds for {} of {}, the others may not be read (frame numbers need root)\n",
                         count - bounds.unread.size(), processes(count))) +
      between("resident, every page once", bounds.resident) +
      between("freed if all were killed", bounds.freed) +
      between("mapped by the set alone", bounds.only_inside) + between("in swap", bounds.swap);
  const auto writer = footprint_writer(request, output);
  for (const auto& unread : bounds.unread) {
    problems.push_back(
        {unread.pid.value, "smaps_rollup", unread.error.code, std::string(reason(unread.error.code))});
  }
  complain(
      "pstat",
      "the frames may not be read: these are bounds from smaps_rollup; run as root for the exact figures");
  complain_of_unread(count, bounds.unread.size());
  writer->begin(document.facts());
  writer->begin_section({}, {});
  writer->end_section(nullptr, summary);
  writer->end(problems);
  return problems.empty() ? kExitOk : kExitPartial;
}

}  // namespace

std::vector<const Column*> footprint_document_columns() {
  std::vector<const Column*> columns{&kExact};
  for (const auto& fact : kSetFacts) columns.push_back(&fact.column);
  for (const auto& fact : kBoundFacts) columns.insert(columns.end(), {&fact.least, &fact.most});
  return columns;
}
Columns footprint_row_columns() { return kRowPointers; }

int show_footprint(const Request& request, const ProcFs& procfs, Output& output) {
  const auto set = open_chosen(request, procfs);
  if (!set) {
    complain("pstat", "/proc cannot be listed");
    return kExitNothing;
  }
  std::vector<Problem> problems;
  for (const auto pid : set->missing) {
    problems.push_back(
        {pid.value, "process", Errc::gone, format_text("process {}: no such process", pid.value)});
    complain("pstat", problems.back().message);
  }
  if (set->members.empty()) {
    if (problems.empty()) complain("pstat", "no process is chosen");
    return write_nothing(request, procfs, output, problems);
  }
  const auto dirs = directories(set->members);
  const auto exact = measure_footprint(dirs, procfs);
  if (exact) return write_exact(request, procfs, output, *exact, set->members, std::move(problems));
  if (exact.error().code != Errc::denied && exact.error().code != Errc::unsupported) {
    complain("pstat", "pagemap: " + std::string(reason(exact.error().code)));
    return kExitNothing;
  }
  const auto bounds = footprint_bounds(dirs);
  if (bounds) return write_bounds(request, procfs, output, *bounds, set->members.size(), std::move(problems));
  problems.push_back({std::nullopt, "smaps_rollup", bounds.error().code,
                      "smaps_rollup: " + std::string(reason(bounds.error().code))});
  complain("pstat", problems.back().message + "; run as root to see it");
  return write_nothing(request, procfs, output, problems);
}

}  // namespace pageloupe::pstat
