// SPDX-License-Identifier: MIT
// The filter language: an expression is refused at a place within it, or answers for any row.
#include <array>

#include "field/filter.h"
#include "field/vma_fields.h"
#include "fuzz/fuzz_target.h"

namespace {

using namespace pageloupe;

VmaRow sample_row() {
  VmaRow row;
  must(parse_maps_line("7f0000000000-7f0000001000 rw-p 00000000 fe:00 5 /lib/libc.so.6", row.record.vma));
  row.has_usage = true;
  row.record.usage.set(SmapsKey::rss, 4096);
  return row;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // glibc's regcomp takes time and memory without bound for some expressions of a few bytes:
  // "(((a{9}){9}){9}){9}".
  const auto text = as_text(data, size);
  if (text.contains('{') || text.size() > 4096) return 0;
  const auto filter = Filter::parse(text, columns_of(vma_fields()));
  if (!filter) {
    must(filter.error().at <= text.size() && !filter.error().message.empty());
    return 0;
  }
  const auto row = sample_row();
  (void)filter->matches([&row](std::size_t index) { return vma_fields()[index](row); });
  (void)filter->matches([](std::size_t) { return Value(Errc::denied); });
  return 0;
}
