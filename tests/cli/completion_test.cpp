// SPDX-License-Identifier: MIT
#include "cli/completion.h"

#include "cli/describe.h"
#include "pstat/arguments.h"
#include "ptop/options.h"
#include "render/support.h"
#include "support/catch.h"

namespace pageloupe {
namespace {

constexpr auto kColumns = std::to_array<Column>({
    {.name = "rss", .header = "RSS", .help = "what is resident: it's in [memory]", .type = Type::bytes},
    {.name = "swap", .header = "SWAP", .help = "swapped", .type = Type::bytes},
});
constexpr auto kOthers =
    std::to_array<Column>({{.name = "kind", .header = "KIND", .help = "kind", .type = Type::text}});

struct Tool {
  CommandLine line{{.tool = "tool", .summary = "", .synopsis = "", .examples = ""}};
  bool flag = false;
  std::optional<std::string> text{};
  std::vector<std::string> texts{};
  std::vector<std::string> operands{};

  Tool() {
    line.operands("PID", operands, "processes");
    line.flag("-x,--extended", flag, "what's more [of it]");
    line.text("--format", "FORMAT", text, "form");
    line.text("-o,--output", "LIST", text, "columns");
    line.offers({.offer = Offer::columns, .is_list = true});
    line.text("--by", "KEY", text, "groups");
    line.texts("--log", "FILE", texts, "into");
    line.text("--delay", "SECONDS", text, "wait");
    add_describe_option(line, text, {});
  }

  std::string in(void (*append)(const CommandLine&, std::span<const ColumnChoice>, Buffer&)) const {
    const std::vector<ColumnChoice> columns{{"--by", {kOthers.data()}}, {"", {&kColumns[0], &kColumns[1]}}};
    return appended([&](Buffer& buffer) { append(line, columns, buffer); });
  }
};

TEST_CASE("the name of a value says what a shell offers for it, unless the option says it", "[cli]") {
  CHECK(usual_completion("FILE").offer == Offer::files);
  CHECK(usual_completion("[PID]").offer == Offer::processes);
  CHECK(usual_completion("[-]COL,…").is_list);
  CHECK(usual_completion("FORMAT").words == std::vector<std::string>{"table", "json", "jsonl", "csv"});
  CHECK(usual_completion("LIST").offer == Offer::nothing);
  const Tool tool;
  CHECK(tool.line.operand().completion.offer == Offer::processes);
  CHECK(tool.line.options()[2].completion.offer == Offer::columns);
}

TEST_CASE("only a value wholly in brackets may be left out", "[cli]") {
  CHECK(is_optional("[PID]"));
  CHECK_FALSE(is_optional("[-]COL"));
  CHECK_FALSE(is_optional("PID"));
}

TEST_CASE("bash is told of each option with a value, and of no option for the build", "[cli]") {
  const auto script = Tool().in(append_bash_completion);
  CHECK(script.contains("    -o|--output)\n"));
  CHECK(script.contains("words=(table json jsonl csv )"));
  CHECK(script.contains("words=(rss swap )"));
  CHECK(script.contains("' --by'[\\ =]* ]] && words=(kind )"));
  CHECK(script.contains("words=(-x --extended --format -o --output --by --log --delay )"));
  CHECK_FALSE(script.contains("    --describe)"));
  CHECK(script.ends_with("complete -F _pageloupe_tool tool\n"));
}

TEST_CASE("zsh is told what excludes what, and special characters are escaped", "[cli]") {
  const auto script = Tool().in(append_zsh_completion);
  CHECK(script.starts_with("#compdef tool\n"));
  CHECK(script.contains(R"('(-x --extended)'{-x,--extended}'[what'\''s more \[of it\]]')"));
  CHECK(script.contains(
      R"('(-o --output)'{-o+,--output=}'[columns]:LIST: _pageloupe_tool_column_names list')"));
  CHECK(script.contains(R"('*'--log='[into]:FILE:_files')"));
  CHECK(script.contains(R"('rss:what is resident: it'\''s in [memory]')"));
  CHECK(script.contains(R"("${suffix[@]}")"));
  CHECK_FALSE(script.contains("_pageloupe_@"));
}

TEST_CASE("fish is told which options take files and which take none", "[cli]") {
  const auto script = Tool().in(append_fish_completion);
  CHECK(script.contains(R"(complete -c tool -s x -l extended -d 'what\'s more [of it]')"));
  CHECK(script.contains("complete -c tool -l format -x -a 'table json jsonl csv' -d 'form'"));
  CHECK(script.contains("complete -c tool -l log -r -F -d 'into'"));
  CHECK(script.contains("complete -c tool -l delay -x -d 'wait'"));
  CHECK(script.contains("(__fish_complete_pids)"));
  CHECK_FALSE(script.contains("-l describe"));
}

// Words that stand in scripts without quotes.
bool is_plain(const std::vector<std::string>& words) {
  return std::ranges::all_of(words, [](const auto& word) {
    return !word.empty() && word.find_first_of(" :'\"$`()[]{}|&;<>*?!#~\\") == std::string::npos;
  });
}

TEST_CASE("the words of all tools stand in scripts as they are", "[cli]") {
  CommandLine processes(pstat::about());
  pstat::Options pstat_options;
  pstat::add_options(processes, pstat_options);
  CommandLine monitor(ptop::about());
  ptop::Options ptop_options;
  ptop::add_options(monitor, ptop_options);
  for (const auto* line : {&processes, &monitor}) {
    for (const auto& option : line->options()) {
      CAPTURE(option.names);
      CHECK(is_plain(option.completion.words));
      CHECK((option.completion.offer == Offer::words) == !option.completion.words.empty());
    }
  }
  CHECK(processes.runs_program());
}

TEST_CASE("what a tool tells of itself is listed, and another word is refused", "[cli]") {
  const auto topics = std::to_array<Topic>({{"schema", [](Buffer& buffer) { append(buffer, "{}\n"); }}});
  const Tool tool;
  const SelfDescription self{.topics = topics};
  const auto told = [&](std::string_view what, int code) {
    return written([&](Output& output) { CHECK(describe(what, tool.line, self, output) == code); });
  };
  CHECK(told("topics", kExitOk) == "schema\noptions\nbash\nzsh\nfish\ntopics\n");
  CHECK(told("schema", kExitOk) == "{}\n");
  CHECK(told("fish", kExitOk).contains("complete -c tool"));
  CHECK(told("nonsense", kExitUsage).empty());
}

}  // namespace
}  // namespace pageloupe
