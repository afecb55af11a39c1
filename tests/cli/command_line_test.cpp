// SPDX-License-Identifier: MIT
#include "cli/command_line.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/unique_fd.h"
#include "cli/describe_options.h"
#include "cli/report_options.h"
#include "render/support.h"
#include "support/catch.h"

namespace pageloupe {
namespace {

// What is written to a descriptor of this process while it lives.
class Captured {
 public:
  explicit Captured(int fd) : fd_(fd), before_(::dup(fd)), file_(::memfd_create("captured", MFD_CLOEXEC)) {
    ::dup2(file_.get(), fd_);
  }
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;
  ~Captured() { restore(); }
  std::string text() {
    restore();
    std::string text(static_cast<std::size_t>(::lseek(file_.get(), 0, SEEK_END)), '\0');
    return ::pread(file_.get(), text.data(), text.size(), 0) < 0 ? std::string{} : text;
  }

 private:
  void restore() {
    if (before_) ::dup2(before_.get(), fd_);
    before_.reset();
  }
  int fd_;
  UniqueFd before_;
  UniqueFd file_;
};

struct Tool {
  CommandLine line{
      {.tool = "tool", .summary = "Does things.", .synopsis = "[OPTION…] PID…", .examples = "  tool 1\n"}};
  bool flag = false;
  int count = 0;
  std::optional<std::string> sort{};
  std::vector<std::string> many{};
  std::vector<std::string> operands{};
  std::string err{};
  std::string out{};

  Tool() {
    line.operands("PID", operands, "processes");
    line.section("Views");
    line.flag("-x,--extended", flag, "more");
    line.counter("-X", count, "much more");
    line.section("Rows");
    line.text("--sort", "[-]COL", sort, "order");
    line.texts("--only", "WORD", many, "repeatable");
  }
  std::optional<int> parse(std::vector<std::string> words) {
    words.insert(words.begin(), "tool");
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    Captured errors(STDERR_FILENO);
    Captured output(STDOUT_FILENO);
    const auto code = line.parse(arguments);
    err = errors.text();
    out = output.text();
    return code;
  }
};

TEST_CASE("options and operands are read in any order and the tool goes on", "[cli]") {
  Tool tool;
  CHECK_FALSE(tool.parse({"12", "-x", "34", "--sort", "rss", "56"}));
  CHECK(tool.flag);
  CHECK(tool.sort == "rss");
  CHECK(tool.operands == std::vector<std::string>{"12", "34", "56"});
  CHECK(tool.err.empty());
}

TEST_CASE("an option's value may begin with a dash", "[cli]") {
  Tool separate;
  CHECK_FALSE(separate.parse({"--sort", "-rss", "1"}));
  CHECK(separate.sort == "-rss");
  Tool joined;
  CHECK_FALSE(joined.parse({"--sort=-rss", "1"}));
  CHECK(joined.sort == "-rss");
}

TEST_CASE("a counter counts, together and apart", "[cli]") {
  Tool together;
  CHECK_FALSE(together.parse({"-XX"}));
  CHECK(together.count == 2);
  Tool apart;
  CHECK_FALSE(apart.parse({"-X", "-x", "-X"}));
  CHECK(apart.count == 2);
}

TEST_CASE("the last of a repeated option counts, and a repeatable one keeps all", "[cli]") {
  Tool tool;
  CHECK_FALSE(tool.parse({"--sort", "a", "--only", "x", "--sort", "b", "--only", "y", "-x", "-x"}));
  CHECK(tool.sort == "b");
  CHECK(tool.many == std::vector<std::string>{"x", "y"});
}

TEST_CASE("an unknown option is a usage error that names the nearest", "[cli]") {
  Tool tool;
  CHECK(tool.parse({"--extendet", "1"}) == kExitUsage);
  CHECK(tool.err.contains("unknown option --extendet"));
  CHECK(tool.err.contains("did you mean --extended?"));
  CHECK(tool.err.contains("tool --help"));
  CHECK(tool.out.empty());
  Tool short_one;
  CHECK(short_one.parse({"-q"}) == kExitUsage);
  CHECK_FALSE(short_one.err.contains("did you mean"));
  Tool far;
  CHECK(far.parse({"--quite-another"}) == kExitUsage);
}

TEST_CASE("an option without its value is a usage error that says what it needs", "[cli]") {
  Tool tool;
  CHECK(tool.parse({"--sort"}) == kExitUsage);
  CHECK(tool.err.starts_with("tool: option --sort needs [-]COL\n"));
}

TEST_CASE("a line end in an option that is not known is escaped in its message", "[cli]") {
  Tool tool;
  CHECK(tool.parse({"--no\nsuch"}) == kExitUsage);
  CHECK(tool.err.starts_with("tool: unknown option --no\\nsuch\n"));
}

TEST_CASE("an unknown option with control characters is escaped in its message", "[cli]") {
  Tool tool;
  CHECK(tool.parse({"--\x1b[2J"}) == kExitUsage);
  CHECK_FALSE(tool.err.contains('\x1b'));
}

TEST_CASE("help is printed to stdout in sections, and ends the tool well", "[cli]") {
  for (const auto* const option : {"-h", "--help"}) {
    Tool tool;
    CHECK(tool.parse({option}) == kExitOk);
    CHECK(tool.out == tool.line.help());
    CHECK(tool.err.empty());
  }
  Tool tool;
  CHECK_FALSE(tool.parse({}));
  const auto help = tool.line.help();
  CHECK(help.starts_with("Usage: tool [OPTION…] PID…\nDoes things.\n"));
  CHECK(help.find("\nViews\n") < help.find("\nRows\n"));
  CHECK(help.find("\nRows\n") < help.find("\nHelp\n"));
  CHECK(help.contains("  -x, --extended"));
  CHECK(help.contains("      --sort [-]COL"));
  CHECK(help.ends_with("\nExamples\n  tool 1\n"));
}

TEST_CASE("the version is the tool's name and the project's number", "[cli]") {
  Tool tool;
  CHECK(tool.parse({"-V"}) == kExitOk);
  CHECK(tool.out == "tool (pageloupe) " PAGELOUPE_VERSION "\n");
}

TEST_CASE("what follows two dashes is an operand", "[cli]") {
  Tool tool;
  CHECK_FALSE(tool.parse({"--", "-x"}));
  CHECK_FALSE(tool.flag);
  CHECK(tool.operands == std::vector<std::string>{"-x"});
}

TEST_CASE("the formats are chosen by name, and two that differ contradict each other", "[cli]") {
  CHECK(chosen_format({}) == Format::table);
  CHECK(chosen_format({.json = true}) == Format::json);
  CHECK(chosen_format({.format = "json", .json = true}) == Format::json);
  CHECK(chosen_format({.format = "csv"}) == Format::csv);
  CHECK_FALSE(chosen_format({.format = "csv", .json = true}));
  CHECK(chosen_format({.format = "yaml"}).error().contains("table, json, jsonl, csv"));
  // Metrics are of groups.
  CHECK_FALSE(chosen_format({.format = "prometheus"}));
  CHECK(chosen_format({.format = "prometheus"}, Offered::rows_and_groups) == Format::prometheus);
}

TEST_CASE("a filter's error stands under its place", "[cli]") {
  CHECK(filter_error_message("rss>x", {4, "what"}) == "bad filter: what\n  rss>x\n      ^");
  CHECK(filter_error_message("\xc3\xbc=1\nor x", {8, "what"}) ==
        "bad filter: what\n  \xc3\xbc=1 or x\n         ^");
  CHECK(filter_error_message("a\nb", {2, "what"}) == "bad filter: what\n  a b\n    ^");
}

TEST_CASE("the options are told to mdoc by section", "[cli]") {
  const Tool tool;
  const auto text = appended([&](Buffer& buffer) { describe_options_mdoc(tool.line.options(), buffer); });
  CHECK(text.contains(".Ss Views\n"));
  CHECK(text.contains(".It Fl x , Fl -extended\nmore.\n"));
  CHECK(text.contains(".It Fl -sort Ar [-]COL\n"));
}

}  // namespace
}  // namespace pageloupe
