// SPDX-License-Identifier: MIT
// The command line of pstat, words between line ends: options of ps, BSD's letters, our own.
#include "fuzz/fuzz_target.h"
#include "pstat/arguments.h"
#include "pstat/ps_syntax.h"
#include "pstat/request_parts.h"

namespace {

using namespace pageloupe;
using namespace pageloupe::pstat;

Accounts accounts() {
  return {.user = [](const std::string& name) { return name == "root" ? std::optional(0U) : std::nullopt; },
          .group = [](const std::string& name) { return name == "root" ? std::optional(0U) : std::nullopt; },
          .device = [](const std::string&) { return std::optional<std::int32_t>{}; },
          .user_names = [] { return std::vector<std::string>{"root"}; },
          .group_names = [] { return std::vector<std::string>{"root"}; }};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = as_text(data, size);
  if (text.size() > 2000 || text.contains('\0')) return 0;
  std::vector<std::string> typed;
  while (!text.empty()) typed.emplace_back(take_line(text));
  auto words = rewrite_ps_syntax(typed, [](std::string_view name) { return name == "root"; });
  if (!words) {
    must(!words.error().empty());
    return 0;
  }
  words->insert(words->begin(), "pstat");
  std::vector<char*> pointers;
  for (auto& word : *words) pointers.push_back(word.data());
  CommandLine line(about());
  Options options;
  add_options(line, options);
  if (line.parse(pointers)) return 0;
  const auto request = make_request(options, accounts());
  if (!request) must(!request.error().empty());
  return 0;
}
