// SPDX-License-Identifier: MIT
#include "perf/samples.h"

#include <cstring>
#include <linux/perf_event.h>

#include "base/text.h"

namespace pageloupe::perf {
namespace {

struct SampleBody {
  std::uint64_t id = 0;
  std::uint32_t pid = 0;
  std::uint32_t tid = 0;
  std::uint64_t address = 0;
};
struct LostBody {
  std::uint64_t id = 0;
  std::uint64_t lost = 0;
};

// The first bytes of a record behind its header; false where it has fewer.
template <class Body>
bool take_body(std::span<const std::byte> record, Body& body) {
  if (record.size() < sizeof body) return false;
  std::memcpy(&body, record.data(), sizeof body);
  return true;
}

bool parse_record(std::uint32_t type, std::span<const std::byte> record, FaultRecords& to) {
  if (type == PERF_RECORD_SAMPLE) {
    SampleBody body;
    if (!take_body(record, body)) return false;
    to.samples.push_back({body.id, Pid{static_cast<std::int32_t>(body.tid)}, Address{body.address}});
  } else if (type == PERF_RECORD_LOST) {
    LostBody body;
    if (!take_body(record, body)) return false;
    to.lost += body.lost;
  }
  return true;
}

}  // namespace

bool parse_fault_records(std::span<const std::byte> bytes, FaultRecords& to) {
  while (!bytes.empty()) {
    perf_event_header header{};
    if (bytes.size() < sizeof header) return false;
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.size < sizeof header || header.size > bytes.size()) return false;
    const auto record = bytes.subspan(sizeof header, header.size - sizeof header);
    if (!parse_record(header.type, record, to)) return false;
    bytes = bytes.subspan(header.size);
  }
  return true;
}

std::vector<int> parse_cpu_list(std::string_view text) {
  constexpr int kMost = 1 << 16;
  std::vector<int> cpus;
  int next = 0;  // the kernel's list ascends: one that does not could have any length
  auto line = trim(take_line(text));
  while (!line.empty()) {
    auto range = take_until(line, ',');
    const bool single = !range.contains('-');
    const auto first = to_number<int>(take_until(range, '-'));
    const auto last = single ? first : to_number<int>(range);
    if (!first || !last || *first < next || *last < *first || *last >= kMost) return {};
    for (int cpu = *first; cpu <= *last; ++cpu) cpus.push_back(cpu);
    next = *last + 1;
  }
  return cpus;
}

}  // namespace pageloupe::perf
