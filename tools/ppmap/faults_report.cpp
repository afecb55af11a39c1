// SPDX-License-Identifier: MIT
#include "ppmap/faults_report.h"

#include <fstream>

#include "cli/held_signals.h"
#include "field/vma_fields.h"
#include "ppmap/fault_map.h"
#include "render/format.h"

namespace pageloupe::ppmap {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kCountColumns = std::to_array<Column>({
    {.name = "faults", .header = "FAULTS", .help = "page faults in it", .type = Type::count},
    {.name = "minor", .header = "MINOR", .help = "those without a wait for storage", .type = Type::count},
    {.name = "major", .header = "MAJOR", .help = "those that waited for storage", .type = Type::count},
    {.name = "fault_rate", .header = "FAULTS/s", .help = "page faults", .type = Type::rate},
    {.name = "share", .header = "SHARE", .help = "share of all page faults seen", .type = Type::percent},
});
constexpr auto kSectionColumns = std::to_array<Column>({
    {.name = "watched", .header = "WATCHED", .help = "for how long", .type = Type::duration},
    {.name = "faults", .header = "FAULTS", .help = "page faults counted meanwhile", .type = Type::count},
    {.name = "minor", .header = "MINOR", .help = "those without a wait for storage", .type = Type::count},
    {.name = "major", .header = "MAJOR", .help = "those that waited for storage", .type = Type::count},
    {.name = "lost",
     .header = "LOST",
     .help = "those of which the address is not known: the kernel's buffer was full",
     .type = Type::count},
    {.name = "scope", .header = "SCOPE", .help = "all, or user space only", .type = Type::text},
    {.name = "new_threads",
     .header = "NEW THREADS",
     .help = "whether threads that began meanwhile were watched too",
     .type = Type::flag},
});
constexpr std::string_view kPlaceColumns = "start,size,perms,kind,mapping";

std::vector<int> online_cpus() {
  std::ifstream file("/sys/devices/system/cpu/online");
  std::string line;
  std::getline(file, line);
  auto cpus = perf::parse_cpu_list(line);
  if (cpus.empty()) cpus.push_back(0);
  return cpus;
}

// What was seen in one process.
struct Watched {
  FaultMap map{};
  Clock::duration time{};
  FaultCount counted{};
  std::uint64_t lost = 0;
  bool user_only = false;
  bool follows_threads = true;
};

bool is_gone(const OpenProcess& process) {
  std::string buffer;
  return !process.dir.read("stat", buffer);
}

// Takes samples until the time is over, the process has ended, or the user has seen enough.
void collect(perf::FaultSampler& sampler, const OpenProcess& process, Clock::duration most,
             Watched& watched) {
  constexpr std::chrono::milliseconds kSlice{20};
  constexpr std::chrono::milliseconds kBetweenMaps{100};
  const HeldSignals signals;
  const auto begin = Clock::now();
  auto looked = begin;
  while (Clock::now() - begin < most && signals.arrived() == 0) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(begin + most - Clock::now());
    sampler.wait(std::clamp(left, std::chrono::milliseconds{0}, kSlice));
    for (const auto& fault : sampler.take()) watched.map.add(fault);
    if (Clock::now() - looked < kBetweenMaps) continue;
    looked = Clock::now();
    if (is_gone(process)) break;
    if (watched.map.unplaced() != 0) watched.map.refresh(process);
  }
  sampler.stop();
  watched.time = Clock::now() - begin;
  std::uint64_t seen = 0;
  for (const auto& fault : sampler.take()) watched.map.add(fault);
  if (watched.map.unplaced() != 0) watched.map.refresh(process);
  for (const auto* entry : watched.map.rows()) seen += entry->count.all();
  seen += watched.map.unplaced_count().all();
  watched.counted = {.minor = sampler.counted(perf::FaultKind::minor),
                     .major = sampler.counted(perf::FaultKind::major)};
  const auto all = watched.counted.all();
  watched.lost = std::max(sampler.lost(), all > seen ? all - seen : 0);
  watched.user_only = sampler.user_only();
  watched.follows_threads = sampler.follows_threads();
}

class FaultsReport : public Report {
 public:
  FaultsReport(const Request& request, Output& output)
      : request_(request),
        output_(output),
        budget_(perf::raise_descriptor_limit()),
        places_(*select_fields(vma_fields(), kPlaceColumns)),
        columns_(faults_columns()),
        section_columns_(faults_section_columns()),
        writer_(make_writer(request.format, output, kFaultsShape, request.writer)) {}

  void begin(const Facts& document) override { writer_->begin(document); }
  [[nodiscard]] Result<void> show(const OpenProcess& process) override;
  void end(std::span<const Problem> problems) override { writer_->end(problems); }

 private:
  void write(const OpenProcess& process, const Watched& watched);
  void write_row(const FaultMap::Entry* entry, FaultCount count, const Watched& watched);
  [[nodiscard]] std::string summary(const Watched& watched) const;

  Request request_;
  Output& output_;
  perf::SystemCalls calls_;
  perf::Budget budget_;
  Selection<VmaRow> places_;
  std::vector<const Column*> columns_;
  std::vector<const Column*> section_columns_;
  std::unique_ptr<Writer> writer_;
};

Result<void> FaultsReport::show(const OpenProcess& process) {
  if (!process.head.has_memory()) {
    const auto facts = head_values(process.head);
    const auto heading = title(process.head);
    begin_table(*writer_, output_, request_, {{head_columns(), facts}, heading}, {});
    writer_->end_section(nullptr, process.head.absence);
    return no_memory();
  }
  const auto threads = process.dir.threads();
  if (!threads) return std::unexpected(threads.error());
  Watched watched;
  if (!watched.map.refresh(process)) {
    // What was denied is denied of maps, too.
    const auto maps = process.dir.open("maps");
    return maps ? Result<void>(no_memory()) : Result<void>(std::unexpected(maps.error()));
  }
  auto sampler = perf::FaultSampler::open(calls_, budget_, *threads, online_cpus());
  if (!sampler) return std::unexpected(sampler.error());
  collect(*sampler, process, *request_.faults, watched);
  write(process, watched);
  return {};
}

std::string FaultsReport::summary(const Watched& watched) const {
  const auto seconds = std::chrono::duration<double>(watched.time).count();
  auto text = format_text("{} page faults in {:.2f} s: {} minor, {} major", watched.counted.all(), seconds,
                          watched.counted.minor, watched.counted.major);
  if (watched.lost != 0)
    text += format_text("\n{} of them lost: the kernel's buffer was full, their mappings are not known",
                        watched.lost);
  if (watched.user_only) text += "\nseen in user space only: faults of the kernel for it are not counted";
  if (!watched.follows_threads) text += "\nthreads that began meanwhile were not watched: this kernel cannot";
  return text + "\n";
}

void FaultsReport::write_row(const FaultMap::Entry* entry, FaultCount count, const Watched& watched) {
  std::vector<Value> values;
  for (const auto* field : places_)
    values.push_back(entry != nullptr ? (*field)(entry->row) : Errc::not_applicable);
  if (entry == nullptr) values.back() = std::string_view("[mapped and gone]");
  const auto seconds = std::chrono::duration<double>(watched.time).count();
  const auto all = watched.counted.all() - std::min(watched.lost, watched.counted.all());
  values.insert(values.end(), {count.all(), count.minor, count.major});
  values.emplace_back(seconds > 0 ? Value(Rate{static_cast<double>(count.all()) / seconds})
                                  : Value(Errc::not_applicable));
  const auto share = percent_of(Bytes{count.all()}, Bytes{all});
  values.emplace_back(share ? Value(*share) : Value(Errc::not_applicable));
  writer_->row(values);
}

void FaultsReport::write(const OpenProcess& process, const Watched& watched) {
  auto facts = head_values(process.head);
  const auto watched_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(watched.time).count();
  facts.insert(facts.end(), {Nanoseconds{static_cast<std::uint64_t>(watched_ns)}, watched.counted.all(),
                             watched.counted.minor, watched.counted.major, watched.lost,
                             std::string_view(watched.user_only ? "user" : "all"), watched.follows_threads});
  const auto heading = title(process.head);
  begin_table(*writer_, output_, request_, {{section_columns_, facts}, heading}, columns_);
  for (const auto* entry : watched.map.rows()) write_row(entry, entry->count, watched);
  if (const auto rest = watched.map.unplaced_count(); rest.all() != 0) write_row(nullptr, rest, watched);
  writer_->end_section(nullptr, summary(watched));
}

}  // namespace

std::vector<const Column*> faults_section_columns() {
  std::vector<const Column*> columns(head_columns().begin(), head_columns().end());
  for (const auto& column : kSectionColumns) columns.push_back(&column);
  return columns;
}

std::vector<const Column*> faults_columns() {
  std::vector<const Column*> columns;
  const auto places = select_fields(vma_fields(), kPlaceColumns);
  for (const auto* field : *places) columns.push_back(&field->column);
  for (const auto& column : kCountColumns) columns.push_back(&column);
  return columns;
}

std::unique_ptr<Report> make_faults_report(const Request& request, Output& output) {
  return std::make_unique<FaultsReport>(request, output);
}

}  // namespace pageloupe::ppmap
