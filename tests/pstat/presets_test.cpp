// SPDX-License-Identifier: MIT
#include "pstat/presets.h"

#include <cstdio>
#include <memory>
#include <string>

#include "base/text.h"
#include "support/catch.h"

using namespace pageloupe::pstat;
using pageloupe::ColumnSpec;

namespace {

// The headings, one blank between.
std::string headings(const std::vector<ColumnSpec>& specs) {
  std::string text;
  for (const auto& spec : specs) text += (text.empty() ? "" : " ") + spec.header.value_or(spec.name);
  return text;
}

struct ClosePipe {
  void operator()(std::FILE* file) const { ::pclose(file); }
};

std::string first_line_of(const std::string& command) {
  const std::unique_ptr<std::FILE, ClosePipe> pipe(::popen(command.c_str(), "r"));
  std::string line;
  if (!pipe) return line;
  for (int c = std::fgetc(pipe.get()); c != EOF && c != '\n'; c = std::fgetc(pipe.get())) {
    line.push_back(static_cast<char>(c));
  }
  return line;
}

// The headings of the real ps, blanks squeezed; empty where there is none of procps.
std::string ps_headings(const std::string& options) {
  static const bool has_ps = first_line_of("ps --version 2>/dev/null").starts_with("ps from procps");
  if (!has_ps) return {};
  const auto line = first_line_of("LC_ALL=C COLUMNS=400 ps " + options + " 2>/dev/null");
  std::string text;
  std::string_view rest = line;
  for (auto word = pageloupe::take_word(rest); !word.empty(); word = pageloupe::take_word(rest)) {
    text += (text.empty() ? "" : " ") + std::string(word);
  }
  return text;
}

struct Part {
  UnixPart part{};
  std::string_view option{};
};
constexpr auto kParts = std::to_array<Part>({
    {UnixPart::full, "-f"},
    {UnixPart::extra_full, "-F"},
    {UnixPart::long_list, "-l"},
    {UnixPart::jobs, "-j"},
    {UnixPart::lwp, "-L"},
    {UnixPart::spid, "-T"},
    {UnixPart::scheduling, "-c"},
    {UnixPart::no_flags, "-y"},
    {UnixPart::processor, "-P"},
    {UnixPart::bsd, "x"},
});

// What neither ps nor this takes.
bool is_refused(UnixParts parts) {
  if (parts.any(UnixPart::lwp) && parts.any(UnixPart::spid)) return true;
  return parts.any(UnixPart::no_flags) && !parts.any(UnixPart::long_list);
}

}  // namespace

TEST_CASE("the view of ps u has its headings", "[pstat]") {
  CHECK(headings(preset_columns(*find_preset("user"), {})) ==
        "USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND");
}

TEST_CASE("views of UNIX ps have its headings", "[pstat]") {
  CHECK(headings(unix_columns({})) == "PID TTY TIME CMD");
  CHECK(headings(unix_columns(UnixPart::full)) == "UID PID PPID C STIME TTY TIME CMD");
  CHECK(headings(unix_columns(UnixPart::long_list)) ==
        "F S UID PID PPID C PRI NI ADDR SZ WCHAN TTY TIME CMD");
  CHECK(headings(unix_columns(UnixPart::jobs)) == "PID PGID SID TTY TIME CMD");
  CHECK(headings(unix_columns(UnixPart::bsd)) == "PID TTY STAT TIME COMMAND");
}

TEST_CASE("views show the arguments where ps does, else the name", "[pstat]") {
  CHECK(unix_columns({}).back().name == "comm");
  CHECK(unix_columns(UnixPart::long_list).back().name == "comm");
  CHECK(unix_columns(UnixPart::full).back().name == "args");
  CHECK(unix_columns(UnixPart::bsd).back().name == "args");
}

TEST_CASE("the headings of each BSD view are those of the real ps", "[pstat][peers]") {
  struct Case {
    std::string_view preset;
    std::string letter;
  };
  for (const auto& [preset, letter] :
       {Case{"user", "u"}, Case{"virtual", "v"}, Case{"jobs", "j"}, Case{"long", "l"}}) {
    for (const auto& threads :
         {Part{UnixPart::bsd, ""}, Part{UnixPart::lwp, " -L"}, Part{UnixPart::spid, " -T"}}) {
      const auto options = letter + std::string(threads.option);
      const auto expected = ps_headings(options);
      if (expected.empty()) continue;  // no ps here
      INFO("ps " << options);
      CHECK(headings(preset_columns(*find_preset(preset), threads.part)) == expected);
    }
  }
}

TEST_CASE("the headings of UNIX views, combined in pairs, are those of the real ps", "[pstat][peers]") {
  for (const auto& one : kParts) {
    for (const auto& other : kParts) {
      for (const auto& third : {Part{UnixPart::long_list, "-l"}, other}) {
        const auto parts = one.part | other.part | third.part;
        if (one.part > other.part || is_refused(parts)) continue;
        auto options = std::string(one.option) + " " + std::string(other.option);
        options += " " + std::string(third.part == other.part ? "" : third.option);
        if (options == "x x ") options = "x";
        const auto expected = ps_headings(options);
        if (expected.empty()) continue;
        INFO("ps " << options);
        CHECK(headings(unix_columns(parts)) == expected);
      }
    }
  }
}

TEST_CASE("option -O puts its columns behind the PID", "[pstat][peers]") {
  const std::vector<ColumnSpec> list{{"rss", "RSS", {}}, {"vsz", "VSZ", {}}};
  CHECK(headings(preloaded_columns(list)) == "PID RSS VSZ S TTY TIME COMMAND");
  const auto expected = ps_headings("-O rss,vsz");
  if (!expected.empty()) CHECK(headings(preloaded_columns(list)) == expected);
}

TEST_CASE("names of views are unique, and each has columns and a help text", "[pstat]") {
  for (const auto& preset : presets()) {
    INFO(preset.name);
    CHECK(find_preset(preset.name) == &preset);
    CHECK_FALSE(preset.columns.empty());
    CHECK_FALSE(preset.help.empty());
  }
  CHECK(find_preset("nosuch") == nullptr);
}
