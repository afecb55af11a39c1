// SPDX-License-Identifier: MIT
#include "ppmap/map_report.h"

#include <algorithm>

#include "field/vma_groups.h"
#include "ppmap/page_summary.h"
#include "ppmap/row_source.h"
#include "ppmap/summary.h"
#include "ppmap/wss_watch.h"

namespace pageloupe::ppmap {
namespace {

// Beyond these the default view does not walk the page tables of a process unasked: smaps of 65,000 mappings
// takes 0.15 s, of 16 GiB in small pages 0.13 s, during which the process cannot map memory.
constexpr std::size_t kMappingsWithUsage = 2048;
constexpr Bytes kResidentWithUsage{16ULL << 30};

// Whether a text has more lines than so many; what was read for that stays pending.
Result<bool> has_more_lines(TextStream& text, std::size_t limit) {
  std::size_t count = 0;
  std::size_t seen = 0;
  while (count <= limit) {
    const auto more = text.fill();
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    count += static_cast<std::size_t>(std::ranges::count(text.pending().substr(seen), '\n'));
    seen = text.pending().size();
  }
  return count > limit;
}

constexpr std::string_view kGentleNote =
    "from the page table: PSS, private, shared and dirty memory are not known so, nor shared memory in "
    "swap\n";
constexpr std::string_view kVsyscallNote = "the total has [vsyscall] in it, which is no part of VIRT";

const Shape& shape_of(const Request& request) {
  if (request.by) return kGroupShape;
  switch (request.subject) {
    case Subject::usage:
    case Subject::gentle: return kMapShape;
    case Subject::pages: return kPagesShape;
    case Subject::numa: return kNumaShape;
    case Subject::wss: return kWssShape;
  }
  std::unreachable();
}

class MapReport : public Report {
 public:
  MapReport(const Request& request, const ProcFs& procfs, Output& output)
      : request_(request),
        procfs_(procfs),
        output_(output),
        writer_(make_writer(request.format, output, shape_of(request), request.writer)) {}

  void begin(const Facts& document) override { writer_->begin(document); }
  [[nodiscard]] Result<void> show(const OpenProcess& process) override;
  void end(std::span<const Problem> problems) override { writer_->end(problems); }

 private:
  [[nodiscard]] Result<std::string> choose_columns(const OpenProcess& process, TextStream* maps);
  [[nodiscard]] Result<RowSource> open_rows(const OpenProcess& process);
  [[nodiscard]] Result<void> show_rows(RowSource& source, const Section& section, const ProcessHead& head);
  [[nodiscard]] Result<void> show_groups(RowSource& source, const Section& section);
  void show_no_rows(const Section& section, std::string_view why);
  [[nodiscard]] Result<void> prepare(const OpenProcess& process);
  void add_to_summary(const VmaRow& row);
  void write(const VmaRow& row, const Selection<VmaRow>& selection);
  [[nodiscard]] std::string footer(const ProcessHead& head) const;

  Request request_;
  const ProcFs& procfs_;
  Output& output_;
  std::unique_ptr<Writer> writer_;
  std::optional<Totals> totals_;
  // Of the rows of which it is known what they hold.
  Bytes reserved_{};
  Bytes untouched_{};
  Summary summary_;
  PageSummary page_summary_;
  NumaReading numa_;
  SectionFacts more_;  // what the view says of the process
  std::vector<Value> values_;
  std::string columns_;  // of the process that is shown; empty: all
  std::string note_;     // what the default view left out
};

std::optional<Bytes> untouched_of(const VmaRow& row) {
  auto touched = resident_with_hugetlb(row.record.usage);
  if (!touched) return std::nullopt;
  *touched += row.record.usage.bytes(SmapsKey::swap).value_or(Bytes{});
  const auto size = row.record.vma.size();
  return *touched < size ? size - *touched : Bytes{};
}

// An empty list: all columns.
Selection<VmaRow> resolve(const VmaFieldTable& table, std::string_view list) {
  if (!list.empty()) return *select_fields(table.fields(), list);
  Selection<VmaRow> all;
  for (const auto& field : table.fields()) all.push_back(&field);
  return all;
}

// The columns that are shown, and those that filter, order and groups look at.
std::vector<const Column*> columns_read(const Request& request, const std::string& list) {
  auto columns = RowSource::deciding_columns(request);
  const VmaFieldTable known(request.fields);
  for (const auto* field : resolve(known, request.by ? *request.by + "," + list : list))
    columns.push_back(&(*find_field(request.fields, field->column.name))->column);
  return columns;
}

// Why the default view shows no use of memory; empty where it does.
Result<std::string> reason_for_plain_view(const OpenProcess& process, TextStream& maps) {
  constexpr std::string_view kCost =
      ", and reading it keeps the process from mapping memory; -o or -x reads it, --by kind sums it up";
  const auto many = has_more_lines(maps, kMappingsWithUsage);
  if (!many) return std::unexpected(many.error());
  if (*many) return "there are more than 2048 mappings" + std::string(kCost);
  if (process.head.rss > kResidentWithUsage) return "more than 16G are resident" + std::string(kCost);
  const auto smaps = process.dir.open("smaps");
  const bool lacking = !smaps && smaps.error().code == Errc::unsupported;
  return lacking ? "this kernel has no smaps" : std::string{};
}

// `maps`: for the default view, of whose text as much is read as the choice needs.
Result<std::string> MapReport::choose_columns(const OpenProcess& process, TextStream* maps) {
  note_.clear();
  if (maps == nullptr) return request_.columns;
  const auto left_out = reason_for_plain_view(process, *maps);
  if (!left_out) return std::unexpected(left_out.error());
  if (left_out->empty()) return request_.columns;
  note_ = "what each mapping holds is left out: " + *left_out + "\n";
  return std::string(kPlainColumns);
}

Result<RowSource> MapReport::open_rows(const OpenProcess& process) {
  std::optional<TextStream> maps;
  if (request_.default_view && process.head.has_memory() && process.recorded == nullptr) {
    auto text = process.dir.stream("maps");
    if (!text) return std::unexpected(text.error());
    maps.emplace(std::move(*text));
  }
  auto list = choose_columns(process, maps ? &*maps : nullptr);
  if (!list) return std::unexpected(list.error());
  columns_ = std::move(*list);
  const auto columns = columns_read(request_, columns_);
  SourceSet needs;
  for (const auto* column : columns) needs |= column->origin.files;
  auto filler = make_row_filler(process, procfs_, request_, numa_, columns);
  return RowSource::open(process, request_, needs, std::move(maps), std::move(filler));
}

// What is done and known before the first row.
Result<void> MapReport::prepare(const OpenProcess& process) {
  more_ = SectionFacts{};
  if (request_.wss && process.head.has_memory()) {
    const auto watched = clear_and_wait(procfs_, process, *request_.wss);
    if (!watched) return std::unexpected(watched.error());
    more_ = wss_facts(*watched);
  } else if (request_.subject == Subject::wss) {
    more_ = wss_facts_of_none();
  } else if (request_.subject == Subject::numa) {
    numa_ = read_numa(process, request_.live);
    more_ = numa_facts(numa_);
  }
  return {};
}

Result<void> MapReport::show(const OpenProcess& process) {
  if (const auto prepared = prepare(process); !prepared) return prepared;
  auto facts = head_values(process.head);
  std::vector<const Column*> columns(head_columns().begin(), head_columns().end());
  columns.insert(columns.end(), more_.columns.begin(), more_.columns.end());
  facts.insert(facts.end(), more_.values.begin(), more_.values.end());
  const auto heading = title(process.head);
  const Section section{{columns, facts}, heading};
  auto source = open_rows(process);
  if (!source) {
    if (source.error().code != Errc::gone) show_no_rows(section, "");
    return std::unexpected(source.error());
  }
  if (source->empty() && request_.format == Format::table) {
    show_no_rows(section, process.head.has_memory() ? kExiting : process.head.absence);
    return no_memory();
  }
  auto result = request_.by ? show_groups(*source, section) : show_rows(*source, section, process.head);
  return result && source->empty() ? no_memory() : result;
}

void MapReport::show_no_rows(const Section& section, std::string_view why) {
  begin_table(*writer_, output_, request_, section, {});
  writer_->end_section(nullptr, why);
}

void MapReport::add_to_summary(const VmaRow& row) {
  switch (request_.subject) {
    case Subject::usage:
    case Subject::gentle:
    case Subject::wss: return summary_.add(row);
    case Subject::pages: return page_summary_.add(row);
    case Subject::numa: return;
  }
}

void MapReport::write(const VmaRow& row, const Selection<VmaRow>& selection) {
  for (std::size_t i = 0; i < selection.size(); ++i) selection[i]->set(values_[i], row);
  totals_->add(values_);
  if (request_.format == Format::table) add_to_summary(row);
  if (const auto untouched = row.has_usage ? untouched_of(row) : std::nullopt) {
    reserved_ += row.record.vma.size();
    untouched_ += *untouched;
  }
  writer_->row(values_);
}

Result<void> MapReport::show_rows(RowSource& source, const Section& section, const ProcessHead& head) {
  const auto selection = resolve(source.table(), columns_);
  std::vector<const Column*> columns;
  for (const auto* field : selection) columns.push_back(&field->column);
  totals_.emplace(columns);
  summary_ = Summary{};
  page_summary_ = PageSummary{};
  reserved_ = untouched_ = Bytes{};
  values_.resize(columns.size());
  begin_table(*writer_, output_, request_, section, columns);
  Result<bool> more = source.next();
  for (; more && *more; more = source.next()) write(source.row(), selection);
  const auto touched = std::ranges::find(columns, std::string_view("touched"), &Column::name);
  if (const auto share = percent_of(reserved_ - untouched_, reserved_); share && touched != columns.end())
    totals_->set(static_cast<std::size_t>(touched - columns.begin()), *share);
  writer_->end_section(&*totals_, footer(head));
  if (!more) return std::unexpected(more.error());
  return {};
}

Result<void> MapReport::show_groups(RowSource& source, const Section& section) {
  VmaGroups groups(request_.fields, *request_.by, request_.columns);
  Result<bool> more = source.next();
  for (; more && *more; more = source.next()) groups.add(source.row());
  begin_table(*writer_, output_, request_, section, groups.columns());
  const auto order = std::ranges::find(groups.columns(), request_.sort->column, &Column::name);
  const auto order_by = static_cast<std::size_t>(order - groups.columns().begin());
  for (const auto& row : groups.rows(order_by, request_.sort->descending)) writer_->row(row);
  writer_->end_section(&groups.totals(), groups.has_vsyscall() ? kVsyscallNote : "");
  if (!more) return std::unexpected(more.error());
  return {};
}

std::string MapReport::footer(const ProcessHead& head) const {
  if (request_.format != Format::table) return {};
  if (request_.subject == Subject::pages) {
    return page_summary_.text(
        head, {.subset = request_.subset, .bytes = request_.writer.cell.size == SizeUnit::bytes});
  }
  if (request_.subject == Subject::numa) return more_.note;
  return summary_.text(head,
                       {.subset = request_.subset, .bytes = request_.writer.cell.size == SizeUnit::bytes}) +
         note_ + more_.note +
         (request_.subject == Subject::gentle ? std::string(kGentleNote) : std::string{});
}

}  // namespace

void begin_table(Writer& writer, Output& output, const Request& request, const Section& section,
                 Columns columns) {
  if (request.title_alone) {
    append_escaped(output.buffer(), section.title, request.writer.cell.text);
    output.buffer().push_back('\n');
  }
  writer.begin_section(section, columns);
}

std::unique_ptr<Report> make_map_report(const Request& request, const ProcFs& procfs, Output& output) {
  return std::make_unique<MapReport>(request, procfs, output);
}

}  // namespace pageloupe::ppmap
