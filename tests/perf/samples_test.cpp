// SPDX-License-Identifier: MIT
#include "perf/samples.h"

#include <cstring>
#include <linux/perf_event.h>

#include "support/catch.h"

namespace pageloupe::perf {
namespace {

using Bytes = std::vector<std::byte>;

template <class T>
void append(Bytes& to, const T& value) {
  const auto* const at = reinterpret_cast<const std::byte*>(&value);
  to.insert(to.end(), at, at + sizeof value);
}

void append_header(Bytes& to, std::uint32_t type, std::size_t body) {
  append(to, perf_event_header{.type = type, .misc = 0, .size = static_cast<std::uint16_t>(8 + body)});
}
void append_sample(Bytes& to, std::uint64_t id, std::uint32_t tid, std::uint64_t address) {
  append_header(to, PERF_RECORD_SAMPLE, 24);
  append(to, id);
  append(to, std::uint32_t{1});
  append(to, tid);
  append(to, address);
}

TEST_CASE("samples and losses of a ring are read in their order, other records passed over", "[perf]") {
  Bytes ring;
  append_sample(ring, 7, 42, 0x7f0000001000);
  append_header(ring, PERF_RECORD_THROTTLE, 24);
  ring.resize(ring.size() + 24);
  append_header(ring, PERF_RECORD_LOST, 16);
  append(ring, std::uint64_t{7});
  append(ring, std::uint64_t{12});
  append_sample(ring, 8, 43, 0x1000);
  FaultRecords records;
  REQUIRE(parse_fault_records(ring, records));
  REQUIRE(records.samples.size() == 2);
  CHECK(records.samples[0].event == 7);
  CHECK(records.samples[0].tid == Pid{42});
  CHECK(records.samples[0].address == Address{0x7f0000001000});
  CHECK(records.samples[1].address == Address{0x1000});
  CHECK(records.lost == 12);
}

TEST_CASE("every cut of a ring is whole records or a failure, never a wrong address", "[perf]") {
  Bytes ring;
  append_sample(ring, 7, 42, 0x1000);
  append_sample(ring, 7, 42, 0x2000);
  for (std::size_t length = 0; length < ring.size(); ++length) {
    FaultRecords records;
    const bool whole = parse_fault_records(std::span(ring).first(length), records);
    INFO(length);
    CHECK(whole == (length % 32 == 0));
    CHECK(records.samples.size() == length / 32);
  }
}

TEST_CASE("a record that says it is shorter than its header ends the reading", "[perf]") {
  Bytes ring;
  append(ring, perf_event_header{.type = PERF_RECORD_SAMPLE, .misc = 0, .size = 0});
  FaultRecords records;
  CHECK_FALSE(parse_fault_records(ring, records));
}

TEST_CASE("a list of CPUs is ranges and numbers, and nothing otherwise", "[perf]") {
  CHECK(parse_cpu_list("0-3,8\n") == std::vector<int>{0, 1, 2, 3, 8});
  CHECK(parse_cpu_list("0") == std::vector<int>{0});
  for (const auto* text : {"", "a", "3-1", "0-", "-1", "0-99999999"}) CHECK(parse_cpu_list(text).empty());
}

}  // namespace
}  // namespace pageloupe::perf
