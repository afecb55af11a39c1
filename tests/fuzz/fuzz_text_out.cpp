// SPDX-License-Identifier: MIT
// Strangers' bytes on their way out: no control character reaches a terminal, and JSON is valid UTF-8.
#include "fuzz/fuzz_target.h"
#include "render/escape.h"
#include "render/utf8.h"

namespace {

using namespace pageloupe;

// Valid UTF-8 without controls, nor what reorders.
void check_text(std::string_view text) {
  while (!text.empty()) {
    const auto c = first_code_point(text);
    must(c.valid && c.length > 0 && c.length <= text.size());
    must(c.value >= 0x20 && (c.value < 0x7f || c.value >= 0xa0));
    must((c.value < 0x202a || c.value > 0x202e) && (c.value < 0x2066 || c.value > 0x2069));
    text.remove_prefix(c.length);
  }
}

void check_terminal(std::string_view text, TextStyle style) {
  Buffer buffer;
  append_escaped(buffer, text, style);
  const std::string_view shown(buffer.data(), buffer.size());
  check_text(shown);
  for (auto rest = shown; !rest.empty();) {
    const auto c = first_code_point(rest);
    must(c.value < 0x7f || (style.utf8 && c.value >= 0xa0));
    rest.remove_prefix(c.length);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text(data, size);
  check_terminal(text, {.utf8 = true});
  check_terminal(text, {.utf8 = false});
  Buffer json;
  const bool whole = append_json_string(json, text);
  const std::string_view written(json.data(), json.size());
  check_text(written);
  must(written.size() >= 2 && written.front() == '"' && written.back() == '"');
  must(whole == !written.contains("\xef\xbf\xbd") || text.contains("\xef\xbf\xbd"));
  Buffer base64;
  append_base64(base64, text);
  must(base64.size() == (text.size() + 2) / 3 * 4);
  Buffer csv;
  append_csv_field(csv, text, {.utf8 = true});
  check_text({csv.data(), csv.size()});
  Buffer raw;
  append_csv_field(raw, text, {.raw = true});
  must(raw.size() >= text.size());
  return 0;
}
