// SPDX-License-Identifier: MIT
#include "ppmap/matrix_report.h"

#include <algorithm>
#include <deque>

#include "render/format.h"
#include "sample/shared_pairs.h"

namespace pageloupe::ppmap {
namespace {

// As many processes as have room beside each other.
constexpr std::size_t kWidestMatrix = 16;

constexpr Column bytes_column(std::string_view name, std::string_view header, std::string_view help) {
  return {.name = name, .header = header, .help = help, .type = Type::bytes};
}

constexpr auto kPairColumns = std::to_array<Column>({
    {.name = "pid", .header = "PID", .help = "a process", .type = Type::integer},
    {.name = "comm", .header = "COMMAND", .help = "its name", .type = Type::text},
    {.name = "other_pid",
     .header = "OTHER",
     .help = "another one, or the same: then the row is what it has resident",
     .type = Type::integer},
    bytes_column("common", "COMMON", "resident pages that both have, without those of a fork where unknown"),
    bytes_column("fork", "FORK", "of that, private memory shared since a fork"),
    bytes_column("shared_memory", "SHMEM", "of that, shared memory and deleted files"),
    bytes_column("files", "FILES", "of that, files"),
    {.name = "other_comm", .header = "COMMAND", .help = "its name", .type = Type::text},
});
constexpr auto kPairPointers = pointers_to(kPairColumns);

constexpr Column kPid{.name = "pid", .header = "PID", .help = "process ID", .type = Type::integer};
constexpr Column kComm{
    .name = "comm", .header = "COMMAND", .help = "name of the program", .type = Type::text};

class MatrixReport : public Report {
 public:
  MatrixReport(const Request& request, const ProcFs& procfs, Output& output)
      : request_(request),
        pages_(procfs),
        writer_(make_writer(request.format, output, kMatrixShape, request.writer)) {}

  void begin(const Facts& document) override { writer_->begin(document); }
  [[nodiscard]] Result<void> show(const OpenProcess& process) override;
  void end(std::span<const Problem> problems) override;

 private:
  struct Member {
    Pid pid{};
    std::string comm{};
  };
  struct Pair {
    std::size_t a = 0;
    std::size_t b = 0;
    PageSums sums{};
  };

  void write_matrix();
  void write_pairs();
  [[nodiscard]] std::vector<Pair> pairs() const;
  [[nodiscard]] std::string summary() const;

  const Request& request_;
  GroupPages pages_;
  std::vector<Member> members_{};
  std::unique_ptr<Writer> writer_;
};

Result<void> MatrixReport::show(const OpenProcess& process) {
  const auto& head = process.head;
  if (!head.has_memory()) return no_memory();
  // One that was named twice is one.
  if (std::ranges::find(members_, head.pid, &Member::pid) != members_.end()) return {};
  if (const auto done = pages_.add(process.dir); !done) return done;
  members_.push_back({head.pid, head.comm});
  return {};
}

void MatrixReport::end(std::span<const Problem> problems) {
  const bool matrix = request_.format == Format::table && members_.size() <= kWidestMatrix;
  matrix ? write_matrix() : write_pairs();
  writer_->end(problems);
}

void MatrixReport::write_matrix() {
  std::deque<std::string> headers;
  std::deque<Column> of_members;
  std::vector<const Column*> columns{&kPid};
  for (const auto& member : members_) {
    const auto& header = headers.emplace_back(std::to_string(member.pid.value));
    columns.push_back(&of_members.emplace_back(bytes_column(header, header, "common")));
  }
  columns.push_back(&kComm);
  writer_->begin_section({}, columns);
  for (std::size_t i = 0; i < members_.size(); ++i) {
    std::vector<Value> row{std::int64_t{members_[i].pid.value}};
    for (std::size_t k = 0; k < members_.size(); ++k)
      row.emplace_back(i == k ? pages_.of(i).sum() : pages_.common(i, k).sum());
    row.emplace_back(std::string_view(members_[i].comm));
    writer_->row(row);
  }
  writer_->end_section(nullptr, summary());
}

// Each with itself, and with those after it with which it has pages in common.
std::vector<MatrixReport::Pair> MatrixReport::pairs() const {
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    pairs.push_back({i, i, pages_.of(i)});
    for (std::size_t k = i + 1; k < members_.size(); ++k) {
      const auto sums = pages_.common(i, k);
      if (sums.sum() != Bytes{} || !sums.fork) pairs.push_back({i, k, sums});
    }
  }
  return pairs;
}

void MatrixReport::write_pairs() {
  writer_->begin_section({}, kPairPointers);
  auto rows = pairs();
  if (request_.format == Format::table)
    std::ranges::stable_sort(rows, std::ranges::greater{}, [](const Pair& pair) { return pair.sums.sum(); });
  for (const auto& [a, b, sums] : rows) {
    const auto row =
        std::to_array<Value>({std::int64_t{members_[a].pid.value}, std::string_view(members_[a].comm),
                              std::int64_t{members_[b].pid.value}, sums.sum(),
                              sums.fork ? Value(*sums.fork) : Value(sums.fork.error().code),
                              sums.shared_memory, sums.files, std::string_view(members_[b].comm)});
    writer_->row(row);
  }
  writer_->end_section(nullptr, summary());
}

std::string MatrixReport::summary() const {
  std::string text =
      "resident pages that two processes have in common; of one with itself, what it has resident";
  if (!pages_.frames_known())
    text +=
        "\nwithout private memory, whose sharers since a fork are told by the numbers of frames: needs root";
  return text;
}

}  // namespace

Columns matrix_columns() { return kPairPointers; }

std::unique_ptr<Report> make_matrix_report(const Request& request, const ProcFs& procfs, Output& output) {
  return std::make_unique<MatrixReport>(request, procfs, output);
}

}  // namespace pageloupe::ppmap
