// SPDX-License-Identifier: MIT
// Binary texts: the head of a program, and what the kernel writes into the ring of page-fault events.
#include "fuzz/fuzz_target.h"
#include "perf/samples.h"
#include "proc/elf_segments.h"

using namespace pageloupe;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text(data, size);
  const auto segments = parse_elf_segments(text);
  if (segments) {
    // A header of a segment has 32 bytes at least.
    must(segments->size() <= size / 32);
  }
  perf::FaultRecords records;
  (void)perf::parse_fault_records(std::as_bytes(std::span(data, size)), records);
  must(records.samples.size() <= size / 8);
  return 0;
}
