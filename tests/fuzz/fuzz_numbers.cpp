// SPDX-License-Identifier: MIT
// Numbers, sizes, times, lists and columns as people type them.
#include <array>
#include <cmath>

#include "base/text.h"
#include "cli/column_spec.h"
#include "fuzz/fuzz_target.h"
#include "ppmap/options.h"
#include "proc/decimal.h"
#include "ptop/actions.h"
#include "ptop/settings.h"
#include "record/record_options.h"
#include "record/when.h"
#include "render/named_values.h"
#include "sample/signals.h"

namespace {

using namespace pageloupe;

void check_times(std::string_view text) {
  constexpr Timestamp kFirst{1'795'000'000'000'000'000};
  constexpr Timestamp kLast{1'795'576'324'000'000'000};
  for (const auto current : {kFirst, kLast, Timestamp{0}, Timestamp{~std::uint64_t{0}}}) {
    const auto time = parse_when(text, {.first = kFirst, .last = kLast, .current = current});
    must(time ? !date_time(*time).empty() : !time.error().empty());
  }
  constexpr std::chrono::milliseconds kLeast{10};
  const auto delay = ptop::parse_delay(text, kLeast);
  must(!delay || *delay >= kLeast);
  (void)parse_span(text);
}

void check_columns(std::string_view text) {
  const auto specs = parse_column_specs(text);
  if (!specs) return must(!specs.error().empty());
  must(!specs->empty() && specs->size() <= text.size());
  for (const auto& spec : *specs) must(!spec.name.empty() && (!spec.width || *spec.width > 0));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text(data, size);
  check_times(text);
  check_columns(text);
  (void)parse_size(text);
  const auto decimal = to_decimal(text);
  must(!decimal || std::isfinite(*decimal));
  (void)parse_signal(text);
  (void)ptop::parse_nice(text);
  const auto range = ppmap::parse_range(text);
  must(!range || range->low <= range->high);
  for (const char* const root : {"/proc", "captured"}) {
    const auto pid = ppmap::parse_operand(text, root);
    must(pid ? pid->value > 0 : !pid.error().empty());
  }
  return 0;
}
