// SPDX-License-Identifier: MIT
#include "ppmap/sharers_report.h"

#include <algorithm>

#include "cli/message.h"
#include "ppmap/sharer_names.h"
#include "render/cell.h"
#include "render/format.h"
#include "render/named_values.h"
#include "sample/sharers.h"

namespace pageloupe::ppmap {
namespace {

constexpr Column bytes_column(std::string_view name, std::string_view header, std::string_view help) {
  return {.name = name, .header = header, .help = help, .type = Type::bytes};
}

constexpr Column kKind{.name = "kind",
                       .header = "KIND",
                       .help =
                           "file, deleted, posix-shm, memfd, sysv-shm, shared-anon, device, or fork: "
                           "private memory whose pages are shared since a fork",
                       .type = Type::text};
constexpr Column kName{.name = "name", .header = "NAME", .help = "the kernel's name", .type = Type::text};
constexpr Column kDevice{
    .name = "device", .header = "DEVICE", .help = "where the object is", .type = Type::device};
constexpr Column kInode{
    .name = "inode", .header = "INODE", .help = "and its number there", .type = Type::inode};
constexpr Column kStart{
    .name = "start", .header = "ADDRESS", .help = "of the first mapping", .type = Type::address};
constexpr Column kSize = bytes_column("size", "SIZE", "mapped by this process");
constexpr Column kResident = bytes_column("resident", "RESIDENT", "of it, in this process's page tables");
constexpr Column kShared = bytes_column("shared", "SHARED", "of that, in others' page tables too");
constexpr Column kFreed = bytes_column("freed", "FREED", "free at once if this process ended");
constexpr Column kUnattributed =
    bytes_column("unattributed", "UNKNOWN", "shared with processes that were not found or may not be read");
constexpr Column kKeptBy{
    .name = "kept_by", .header = "KEPT-BY", .help = "what keeps the rest then", .type = Type::text};
constexpr Column kSharers{
    .name = "sharers", .header = "BY", .help = "other processes that share it", .type = Type::count};
constexpr Column kWho{.name = "who", .header = "SHARED-WITH", .help = "them", .type = Type::text};

constexpr auto kOneSharer = std::to_array<Column>({
    {.name = "sharer_pid", .header = "PID", .help = "one of the sharers", .type = Type::integer},
    {.name = "sharer_comm", .header = "COMMAND", .help = "its name", .type = Type::text},
    bytes_column("sharer_size", "SIZE", "mapped by it"),
    bytes_column("sharer_resident", "RESIDENT", "in its page tables"),
    bytes_column("sharer_common", "COMMON", "pages that both have resident"),
});

constexpr auto kTableColumns = std::to_array<const Column*>(
    {&kKind, &kName, &kSize, &kResident, &kShared, &kFreed, &kKeptBy, &kSharers, &kWho});
constexpr auto kRowColumns = std::to_array<const Column*>(
    {&kKind, &kName, &kDevice, &kInode, &kStart, &kSize, &kResident, &kShared, &kUnattributed, &kFreed,
     &kKeptBy, &kSharers, &kOneSharer[0], &kOneSharer[1], &kOneSharer[2], &kOneSharer[3], &kOneSharer[4]});

constexpr Column kPrivate = bytes_column("private", "", "private memory that nobody else has");
constexpr Column kFreedSum =
    bytes_column("freed_sum", "", "free at once if it ended: private, and of objects");
constexpr Column kFramesKnown{.name = "frames_known",
                              .header = "",
                              .help = "memory shared by a fork was looked for by its frames",
                              .type = Type::flag};
constexpr Column kLookedAt{
    .name = "looked_at", .header = "", .help = "other processes whose maps were read", .type = Type::count};
constexpr Column kDenied{
    .name = "denied", .header = "", .help = "those that may not be read", .type = Type::count};
constexpr Column kBlocked{
    .name = "blocked", .header = "", .help = "those that do not answer", .type = Type::count};
constexpr auto kSectionColumns =
    std::to_array<const Column*>({&kPrivate, &kFreedSum, &kFramesKnown, &kLookedAt, &kDenied, &kBlocked});

std::string_view kind_of(const SharedThing& thing) { return thing.kind ? name(*thing.kind) : "fork"; }

std::string kept_by(const SharedThing& thing) {
  switch (thing.keeper) {
    case Keeper::nobody: return "nobody";
    case Keeper::unknown: return "unknown";
    case Keeper::page_cache: return "page cache";
    case Keeper::own_name: return "its name";
    case Keeper::sysv_id: return "its ID";
    case Keeper::sharers: return "sharers";
    case Keeper::descriptor: return format_text("fd {} of {}", thing.descriptor, thing.holder.value);
    case Keeper::device: return "device";
  }
  std::unreachable();
}

// What is shared in the whole machine; then what this process shares; the largest first.
bool is_before(const SharedThing& a, const SharedThing& b) {
  const auto rank = [](const SharedThing& thing) {
    const bool plain = thing.kind == ObjectKind::file || thing.kind == ObjectKind::device;
    return std::tuple(!plain, thing.resident.value_or(Bytes{}), thing.size);
  };
  return rank(b) < rank(a);
}

// Without directories, but for memory that is found by its name.
std::string_view short_name(const SharedThing& thing) {
  const std::string_view name = thing.name;
  const bool is_path = thing.kind == ObjectKind::file || thing.kind == ObjectKind::deleted || !thing.kind;
  return is_path && name.starts_with('/') ? name.substr(name.rfind('/') + 1) : name;
}

class SharersReport : public Report {
 public:
  SharersReport(const Request& request, const ProcFs& procfs, Output& output)
      : request_(request),
        procfs_(procfs),
        output_(output),
        names_(procfs),
        writer_(make_writer(request.format, output, kSharersShape, request.writer)) {}

  void begin(const Facts& document) override { writer_->begin(document); }
  [[nodiscard]] Result<void> show(const OpenProcess& process) override;
  void end(std::span<const Problem> problems) override { writer_->end(problems); }

 private:
  void write_nothing(const ProcessHead& head);
  void write(const Sharers& sharers, const ProcessHead& head);
  void write_table_row(const SharedThing& thing);
  void write_rows(const SharedThing& thing);
  [[nodiscard]] std::string who(const SharedThing& thing);
  [[nodiscard]] std::string size(Bytes bytes) const;
  [[nodiscard]] std::string summary(const Sharers& sharers, Bytes freed) const;

  const Request& request_;
  const ProcFs& procfs_;
  Output& output_;
  SharerNames names_;
  std::unique_ptr<Writer> writer_;
};

std::string SharersReport::size(Bytes bytes) const {
  Buffer text;
  append_cell(text, bytes, request_.writer.cell);
  return std::string(text.view());
}

Result<void> SharersReport::show(const OpenProcess& process) {
  const auto& head = process.head;
  if (!head.has_memory()) {
    write_nothing(head);
    return no_memory();
  }
  auto sharers = find_sharers(procfs_, process.dir, head.pid);
  if (!sharers) {
    if (sharers.error().code == Errc::no_memory) write_nothing(head);
    return std::unexpected(sharers.error());
  }
  std::ranges::stable_sort(sharers->things, is_before);
  write(*sharers, head);
  return {};
}

void SharersReport::write_nothing(const ProcessHead& head) {
  const auto facts = head_values(head);
  const auto heading = title(head);
  begin_table(*writer_, output_, request_, {{head_columns(), facts}, heading}, {});
  writer_->end_section(nullptr, head.has_memory() ? kExiting : head.absence);
}

void SharersReport::write(const Sharers& sharers, const ProcessHead& head) {
  Bytes freed = sharers.private_;
  for (const auto& thing : sharers.things) {
    if (thing.kind) freed += thing.freed.value_or(Bytes{});
  }
  NamedValues facts;
  const auto values = head_values(head);
  facts.add(Facts{head_columns(), values});
  facts.add(kPrivate, sharers.private_);
  facts.add(kFreedSum, freed);
  facts.add(kFramesKnown, sharers.frames_known);
  facts.add(kLookedAt, std::uint64_t{sharers.processes});
  facts.add(kDenied, std::uint64_t{sharers.denied});
  facts.add(kBlocked, std::uint64_t{sharers.blocked});
  const auto heading = title(head);
  const bool table = request_.format == Format::table;
  begin_table(*writer_, output_, request_, {facts.facts(), heading},
              table ? Columns(kTableColumns) : kRowColumns);
  for (const auto& thing : sharers.things) table ? write_table_row(thing) : write_rows(thing);
  writer_->end_section(nullptr, summary(sharers, freed));
}

Value cell(const Result<Bytes>& result) { return result ? Value(*result) : Value(result.error().code); }

Value count_cell(const SharedThing& thing) {
  return thing.sharers_unknown ? Value(*thing.sharers_unknown) : Value(std::uint64_t{thing.sharers.size()});
}

void SharersReport::write_table_row(const SharedThing& thing) {
  const auto keeper = kept_by(thing);
  const auto them = who(thing);
  const auto shown = request_.show_path ? std::string_view(thing.name) : short_name(thing);
  const auto row = std::to_array<Value>({kind_of(thing), shown, thing.size, cell(thing.resident),
                                         cell(thing.shared), cell(thing.freed), std::string_view(keeper),
                                         count_cell(thing), std::string_view(them)});
  writer_->row(row);
}

void SharersReport::write_rows(const SharedThing& thing) {
  const auto keeper = kept_by(thing);
  const auto of_object = [&thing](Value value) { return thing.kind ? value : Value(Errc::not_applicable); };
  std::vector<Value> row{kind_of(thing),
                         std::string_view(thing.name),
                         of_object(thing.key.device),
                         of_object(Inode{thing.key.inode}),
                         thing.start,
                         thing.size,
                         cell(thing.resident),
                         cell(thing.shared),
                         cell(thing.unattributed),
                         cell(thing.freed),
                         std::string_view(keeper),
                         count_cell(thing)};
  const auto shared_part = row.size();
  for (const auto& sharer : thing.sharers) {
    row.resize(shared_part);
    row.insert(row.end(), {std::int64_t{sharer.pid.value}, std::string_view(names_.comm(sharer.pid)),
                           sharer.size, cell(sharer.resident), cell(sharer.common)});
    writer_->row(row);
  }
  if (!thing.sharers.empty()) return;
  row.resize(shared_part + kOneSharer.size(), thing.sharers_unknown.value_or(Errc::not_applicable));
  writer_->row(row);
}

// "4243 python3 4.0M, 4244 python3 0, and 12 more": the most in common first.
std::string SharersReport::who(const SharedThing& thing) {
  constexpr std::size_t kMostNamed = 6;
  if (thing.sharers_unknown) return "needs root";
  std::string text;
  for (std::size_t i = 0; i < thing.sharers.size() && i < kMostNamed; ++i) {
    const auto& sharer = thing.sharers[i];
    if (i != 0) text += ", ";
    text += format_text("{} {}", sharer.pid.value, names_.comm(sharer.pid));
    if (sharer.common) text += " " + size(*sharer.common);
  }
  if (thing.sharers.size() > kMostNamed)
    text += format_text(", and {} more", thing.sharers.size() - kMostNamed);
  if (thing.unattributed && *thing.unattributed != Bytes{})
    text += format_text("{}{} with processes not found", text.empty() ? "" : ", ", size(*thing.unattributed));
  return text;
}

std::string SharersReport::summary(const Sharers& sharers, Bytes freed) const {
  auto text =
      format_text("if it ended, {} would be free at once: {} private, {} shared memory that nobody keeps\n",
                  size(freed), size(sharers.private_), size(freed - sharers.private_));
  text += format_text("maps of {} other processes were read", sharers.processes);
  if (sharers.denied != 0) text += format_text("; {} may not be read", sharers.denied);
  if (sharers.blocked != 0) text += format_text("; {} do not answer", sharers.blocked);
  if (!sharers.frames_known)
    text += "\nwho shares private memory since a fork is told by the numbers of frames, which need root";
  return text;
}

}  // namespace

std::vector<const Column*> sharers_section_columns() {
  std::vector<const Column*> columns(head_columns().begin(), head_columns().end());
  columns.insert(columns.end(), kSectionColumns.begin(), kSectionColumns.end());
  return columns;
}
Columns sharers_columns() { return kRowColumns; }

std::unique_ptr<Report> make_sharers_report(const Request& request, const ProcFs& procfs, Output& output) {
  return std::make_unique<SharersReport>(request, procfs, output);
}

}  // namespace pageloupe::ppmap
