// SPDX-License-Identifier: MIT
#include "ppmap/limits_report.h"

#include "field/headroom.h"
#include "render/cell.h"
#include "render/format.h"

namespace pageloupe::ppmap {
namespace {

constexpr auto kLimitColumns = std::to_array<Column>({
    {.name = "limit_name", .header = "WHAT", .help = "what can run out", .type = Type::text},
    {.name = "used", .header = "USED", .help = "in use, in the row's unit", .type = Type::count},
    {.name = "limit",
     .header = "LIMIT",
     .help = "the soft limit; null where there is none",
     .type = Type::count},
    {.name = "headroom", .header = "HEADROOM", .help = "what is left", .type = Type::count},
    {.name = "unit", .header = "UNIT", .help = "bytes or mappings", .type = Type::text},
    {.name = "note", .header = "NOTE", .help = "what sets the limit", .type = Type::text},
});
constexpr auto kColumnPointers = pointers_to(kLimitColumns);

std::string human(Bytes size) {
  Buffer text;
  append_human_size(text, size);
  return std::string(text.view());
}

std::string addresses_note(const Headroom& row) {
  if (!row.free_addresses) return "there is none";
  const std::string_view where = row.addresses == FreeAddresses::below ? "below" : "above";
  return format_text("{} of addresses free {} it", human(*row.free_addresses), where);
}

// "no limit; RLIMIT_STACK; 127T of addresses free below it"
std::string note_of(const Headroom& row) {
  if (row.from) return format_text("from {:012x}: {}", row.from->value, row.remark);
  std::string note;
  const auto add = [&note](std::string_view part) {
    if (!part.empty()) note.append(note.empty() ? "" : "; ").append(part);
  };
  if (row.unlimited) add("no limit");
  add(row.set_by);
  if (row.addresses != FreeAddresses::not_asked) add(addresses_note(row));
  add(row.remark);
  return note;
}

class LimitsReport : public Report {
 public:
  LimitsReport(const Request& request, const ProcFs& procfs, Output& output)
      : request_(request),
        procfs_(&procfs),
        output_(&output),
        writer_(make_writer(request.format, output, kLimitsShape, request.writer)) {}

  void begin(const Facts& document) override { writer_->begin(document); }
  [[nodiscard]] Result<void> show(const OpenProcess& process) override {
    const auto facts = head_values(process.head);
    const auto heading = title(process.head);
    const Section section{{head_columns(), facts}, heading};
    const bool has_memory = process.head.has_memory();
    const auto rows = has_memory ? measure_headroom(*procfs_, process.dir) : no_memory();
    if (!rows) {
      const bool exiting = has_memory && rows.error().code == Errc::no_memory;
      if (rows.error().code == Errc::gone) return std::unexpected(rows.error());
      begin_table(*writer_, *output_, request_, section, {});
      writer_->end_section(nullptr, exiting ? kExiting : process.head.absence);
      return std::unexpected(rows.error());
    }
    begin_table(*writer_, *output_, request_, section, kColumnPointers);
    for (const auto& row : *rows) {
      const auto note = note_of(row);
      const auto values = std::to_array<Value>(
          {row.name, row.used, row.limit, row.headroom, row.unit, std::string_view(note)});
      writer_->row(values);
    }
    writer_->end_section(nullptr, "");
    return {};
  }
  void end(std::span<const Problem> problems) override { writer_->end(problems); }

 private:
  Request request_;
  const ProcFs* procfs_;
  Output* output_;
  std::unique_ptr<Writer> writer_;
};

}  // namespace

Columns limits_columns() { return kColumnPointers; }

std::unique_ptr<Report> make_limits_report(const Request& request, const ProcFs& procfs, Output& output) {
  return std::make_unique<LimitsReport>(request, procfs, output);
}

}  // namespace pageloupe::ppmap
