// SPDX-License-Identifier: MIT
#include "pstat/arguments.h"

#include "base/text.h"
#include "pstat/ps_syntax.h"
#include "support/catch.h"

using namespace pageloupe;
using namespace pageloupe::pstat;

namespace {

Accounts nobody_but_root() {
  return {.user = [](const std::string& name) { return name == "root" ? std::optional(0U) : std::nullopt; },
          .group = [](const std::string& name) { return name == "root" ? std::optional(0U) : std::nullopt; },
          .device = [](const std::string&) { return std::optional<std::int32_t>{}; },
          .user_names = [] { return std::vector<std::string>{"root"}; },
          .group_names = [] { return std::vector<std::string>{"root"}; }};
}

// The whole way of a command line, blanks between its arguments.
std::expected<Request, std::string> request_of(std::string_view line) {
  std::vector<std::string> typed;
  for (auto word = take_word(line); !word.empty(); word = take_word(line)) typed.emplace_back(word);
  auto arguments = rewrite_ps_syntax(typed, [](std::string_view name) { return name == "root"; });
  if (!arguments) return std::unexpected(arguments.error());
  arguments->insert(arguments->begin(), "pstat");
  std::vector<char*> pointers;
  for (auto& argument : *arguments) pointers.push_back(argument.data());
  CommandLine parser(about());
  Options options;
  add_options(parser, options);
  if (const auto code = parser.parse(pointers)) return std::unexpected("exit " + std::to_string(*code));
  return make_request(options, nobody_but_root());
}

Request good(std::string_view line) {
  auto request = request_of(line);
  INFO(line << ": " << (request ? "" : request.error()));
  REQUIRE(request);
  return std::move(*request);
}

std::string error_of(std::string_view line) {
  const auto request = request_of(line);
  return request ? "accepted" : request.error();
}

std::string names(const Request& request) {
  std::string text;
  for (const auto& column : request.columns) text += (text.empty() ? "" : ",") + column.name;
  return text;
}

}  // namespace

TEST_CASE("no option is ps's default", "[pstat]") {
  const auto request = good("");
  CHECK(names(request) == "pid,tty,time,comm");
  CHECK_FALSE(request.columns_chosen);
  CHECK_FALSE(request.selection.simple().everything);
  CHECK(request.writer.cell.size == SizeUnit::kib);
  CHECK(request.kernel_threads);
  CHECK_FALSE(request.stream);
}

TEST_CASE("aux and -ef choose rows and columns", "[pstat]") {
  const auto aux = good("aux");
  CHECK(aux.selection.simple().all_users);
  CHECK(aux.selection.simple().without_tty);
  CHECK(names(aux) == "user,pid,pcpu,pmem,vsz,rss,tty,stat,stime,bsdtime,args");
  const auto all = good("-ef");
  CHECK(all.selection.simple().everything);
  CHECK(names(all) == "user,pid,ppid,c,stime,tty,time,args");
  CHECK(good("-A").selection.simple().everything);
  CHECK(good("axjf").hierarchy == Hierarchy::forest);
}

TEST_CASE("option -o replaces the view's columns, and with + adds to them", "[pstat]") {
  CHECK(names(good("-ef -o pid,rss -o comm")) == "pid,rss,comm");
  CHECK(names(good("-o +swap,pss")) == "pid,tty,time,comm,swap,pss");
  CHECK(names(good("u -o +swap")) == "user,pid,pcpu,pmem,vsz,rss,tty,stat,stime,bsdtime,args,swap");
  CHECK(good("-o pid=X").columns.front().header == "X");
  CHECK(good("-opid=").columns_chosen);
  CHECK(names(good("-O rss")) == "pid,rss,state,tty,time,args");
  CHECK(error_of("-o pid,,rss") == "an empty item in the list of columns 'pid,,rss'");
  CHECK_THAT(error_of("-O pid -o rss"), Catch::Matchers::StartsWith("conflicting format options"));
}

TEST_CASE("only one view at a time", "[pstat]") {
  CHECK_THAT(error_of("u v"), Catch::Matchers::StartsWith("conflicting format options"));
  CHECK_THAT(error_of("u -f"), Catch::Matchers::StartsWith("conflicting format options"));
  CHECK_THAT(error_of("--memory -l"), Catch::Matchers::StartsWith("conflicting format options"));
  CHECK(names(good("u u")) == names(good("u")));
  CHECK(names(good("--memory")) == names(good("--view memory")));
  CHECK_THAT(error_of("--view usr"), ContainsSubstring("did you mean 'user'?"));
  CHECK(error_of("-y") == "modifier -y without format -l makes no sense");
}

TEST_CASE("names and numbers replace columns of the view, not their headers", "[pstat]") {
  const auto request = good("ucn");
  CHECK(names(request) == "uid,pid,pcpu,pmem,vsz,rss,tty,stat,stime,bsdtime,comm");
  CHECK(request.columns.front().header == "USER");
  CHECK(request.columns.back().header == "COMMAND");
}

TEST_CASE("lists become numbers", "[pstat]") {
  const auto lists = good("-p 1,2 3 --ppid 4 -u root -U 5 -C a,b -s 6 -t ? -123 +7").selection.lists();
  CHECK(lists.pids == std::vector<Pid>{{3}, {1}, {2}});
  CHECK(lists.ppids == std::vector<Pid>{{4}});
  CHECK(lists.effective_users == std::vector<std::uint32_t>{0});
  CHECK(lists.real_users == std::vector<std::uint32_t>{5});
  CHECK(lists.commands == std::vector<std::string>{"a", "b"});
  CHECK(lists.sessions == std::vector<std::int32_t>{6, 7});
  CHECK(lists.ttys == std::vector<std::int32_t>{0});
  CHECK(lists.groups == std::vector<std::int32_t>{123});
}

TEST_CASE("a bare PID behind an option that may be repeated is no second value of it", "[pstat]") {
  const auto request = good("-o pid,rss 12 --sort rss 13 -C a 14");
  CHECK(request.selection.lists().pids == std::vector<Pid>{{12}, {13}, {14}});
  CHECK(names(request) == "pid,rss");
  CHECK(request.sort.size() == 1);
}

TEST_CASE("option -g is of sessions where all items are numbers, else of groups; --group always of groups",
          "[pstat]") {
  CHECK(good("-g 1,2").selection.lists().sessions == std::vector<std::int32_t>{1, 2});
  CHECK(good("-g root,1").selection.lists().effective_groups == std::vector<std::uint32_t>{0, 1});
  CHECK(good("--group 1").selection.lists().effective_groups == std::vector<std::uint32_t>{1});
  CHECK_THAT(error_of("-g rot"),
             Catch::Matchers::StartsWith("-g takes sessions or effective groups: no group"));
}

TEST_CASE("selections that contradict each other are refused", "[pstat]") {
  CHECK_THAT(error_of("-a x"), Catch::Matchers::StartsWith("process selection options conflict"));
  CHECK(error_of("-q 1 -p 1") == "-q cannot be combined with other selection options");
  CHECK(error_of("-q 1 -e") == "-q cannot be combined with other selection options");
  CHECK(error_of("-q 1 -N") == "-q cannot be combined with other selection options");
  CHECK(error_of("-u rot") == "no user is called 'rot'; did you mean 'root'?");
  CHECK_THAT(error_of("-p 0"), Catch::Matchers::StartsWith("process ID out of range"));
}

TEST_CASE("views of many processes show all of them where none are selected", "[pstat]") {
  CHECK(good("--tree").selection.simple().everything);
  CHECK(good("--group-by user").selection.simple().everything);
  CHECK(good("--proc-root /captured").selection.simple().everything);
  CHECK_FALSE(good("--tree -u root").selection.simple().everything);
  CHECK_FALSE(good("--forest").selection.simple().everything);
}

TEST_CASE("sort keys are read with their direction", "[pstat]") {
  CHECK(good("--sort -rss,+pid --sort comm").sort ==
        std::vector<SortKey>{{"rss", true}, {"pid", false}, {"comm", false}});
  CHECK(good("axk -rss").sort == std::vector<SortKey>{{"rss", true}});
  CHECK_THAT(error_of("--sort ,pid"), Catch::Matchers::StartsWith("an empty item"));
  CHECK_THAT(error_of("--sort -"), Catch::Matchers::StartsWith("an empty item"));
}

TEST_CASE("threads are rows, or below their process", "[pstat]") {
  CHECK(good("-L").threads == Threads::rows);
  CHECK(names(good("-L")) == "pid,tid,tty,time,comm");
  CHECK(names(good("xH")) == "pid,tty,stat,bsdtime,args");
  CHECK(good("H").threads == Threads::rows);
  CHECK(good("-m").threads == Threads::below);
  CHECK(good("-m -L").threads == Threads::below);
  CHECK(error_of("-L -T") == "thread flags conflict; can't use both -L and -T");
  CHECK(error_of("-L --forest") == "threads and a tree cannot be shown at once");
}

TEST_CASE("trees and groups", "[pstat]") {
  CHECK(good("--tree 12").tree_root == Pid{12});
  CHECK(good("--tree").hierarchy == Hierarchy::tree);
  CHECK_FALSE(good("--tree").tree_root);
  CHECK(good("-eH").hierarchy == Hierarchy::indent);
  CHECK(good("--group-by cgroup").group_by == GroupKey::cgroup);
  CHECK_THAT(error_of("--group-by usr"), ContainsSubstring("did you mean 'user'?"));
  CHECK_THAT(error_of("--tree=x"), Catch::Matchers::StartsWith("--tree: process ID list syntax error"));
  CHECK_THAT(error_of("--tree -H"), Catch::Matchers::StartsWith("only one of"));
  CHECK_THAT(error_of("--group-by user -L"), Catch::Matchers::StartsWith("--group-by goes with neither"));
}

TEST_CASE("trees and groups show memory unless columns are chosen", "[pstat]") {
  CHECK(names(good("--tree")) == "pid,pss,uss,swap,cpu,args");
  CHECK(names(good("--tree -f")) == names(good("-f")));
  CHECK(names(good("--group-by user")) == "pss,uss,swap,rss,time");
  CHECK(names(good("--group-by user -o +fds")) == "pss,uss,swap,rss,time,fds");
  CHECK(names(good("--group-by user -o rss")) == "rss");
  CHECK(names(good("--group-by user --view virtual")) == names(good("--view virtual")));
  CHECK(good("--group-by user -o rss").columns_listed);
  CHECK_FALSE(good("--group-by user -o +rss").columns_listed);
}

TEST_CASE("a delay is in seconds, and a count begins at 1", "[pstat]") {
  const auto stream = good("-d 0.5 -n 3").stream;
  REQUIRE(stream);
  CHECK(stream->delay == std::chrono::milliseconds(500));
  CHECK(stream->count == 3U);
  CHECK(good("-n 2").stream->delay == std::chrono::seconds(1));
  for (const auto* line : {"-d 0", "-d x", "-d 1e9", "-d -1", "-d nan", "-d inf", "-d 5s", "-df"}) {
    INFO(line);
    CHECK_THAT(error_of(line), Catch::Matchers::StartsWith("-d takes seconds"));
  }
  CHECK_THAT(error_of("-n 0"), Catch::Matchers::StartsWith("-n takes a number of samples"));
}

TEST_CASE("footprint and cow know what they are about", "[pstat]") {
  CHECK(good("--footprint 1 2").footprint);
  CHECK(good("--footprint --tree 12").tree_root == Pid{12});
  CHECK(good("--cow 12 -d 1").cow == Pid{12});
  CHECK_THAT(error_of("--footprint"), Catch::Matchers::StartsWith("--footprint needs processes"));
  CHECK_THAT(error_of("--footprint 1 -d 1"), Catch::Matchers::StartsWith("--footprint is of one moment"));
  CHECK_THAT(error_of("--footprint --cow 1 2"), Catch::Matchers::StartsWith("only one of"));
  CHECK_THAT(error_of("--cow 1 2"), Catch::Matchers::StartsWith("--cow names its process itself"));
  CHECK_THAT(error_of("--cow 1 -L"), ContainsSubstring("neither threads"));
  CHECK_THAT(error_of("--cow 1 --system"), Catch::Matchers::StartsWith("--system goes with neither"));
  CHECK_THAT(error_of("--footprint 1 --system"), Catch::Matchers::StartsWith("--system goes with neither"));
  CHECK_THAT(error_of("--system --format csv"), ContainsSubstring("does not go with csv"));
  CHECK_THAT(error_of("--cow 0"), Catch::Matchers::StartsWith("--cow: process ID out of range"));
}

TEST_CASE("units and widths", "[pstat]") {
  CHECK(good("--units human").writer.cell.size == SizeUnit::human);
  CHECK(good("-b").writer.cell.size == SizeUnit::bytes);
  CHECK_THAT(error_of("-b --units kib"), ContainsSubstring("contradict"));
  CHECK_THAT(error_of("--units MB"), Catch::Matchers::StartsWith("unknown unit"));
  CHECK(good("-w").width.least == 132);
  CHECK(good("auxww").width.unlimited);
  CHECK(good("--cols 80").width.columns == 80);
  CHECK_THAT(error_of("--cols 0"), Catch::Matchers::StartsWith("--cols takes"));
  CHECK(good("--format jsonl").format == Format::jsonl);
  CHECK_FALSE(good("xh").writer.headings);
  CHECK_FALSE(good("--noheadings").writer.headings);
}

TEST_CASE("metrics are of groups, and what has no effect on them is refused", "[pstat]") {
  const auto once = good("--group-by comm --format prometheus");
  CHECK(once.format == Format::prometheus);
  CHECK(once.exported.most_groups == 100);
  CHECK_FALSE(names(once).contains("min_flt"));
  const auto stays = good(
      "--group-by user -d 15 --format prometheus --output-file a.prom --max-groups 7 "
      "--rollup-time 0.5");
  CHECK(names(stays).contains("min_flt"));
  CHECK(stays.exported.file == "a.prom");
  CHECK(stays.exported.most_groups == 7);
  CHECK(stays.exported.rollup_time == std::chrono::milliseconds(500));
  CHECK(good("--group-by comm --format prometheus --rollup-time 0").exported.rollup_time ==
        std::chrono::nanoseconds(0));
  CHECK(error_of("--format prometheus").contains("--group-by"));
  CHECK(error_of("--group-by comm --output-file a").contains("--format prometheus"));
  CHECK(error_of("--group-by comm --format prometheus -d 1").contains("--output-file"));
  CHECK(error_of("--group-by comm --format prometheus --sort rss").contains("--sort"));
  CHECK(error_of("--group-by comm --format prometheus --system").contains("--system"));
  CHECK(error_of("--group-by comm --format prometheus --filter pss>1M").contains("--filter"));
  CHECK(error_of("--group-by comm --format prometheus --replay a").contains("--replay"));
  CHECK(error_of("--group-by comm --format prometheus --max-groups 0").contains("--max-groups"));
  CHECK(error_of("--group-by comm --format prometheus --rollup-time soon").contains("--rollup-time"));
  CHECK(error_of("--footprint -p 1 --format prometheus").contains("--group-by"));
}

TEST_CASE("every option that takes a value takes it behind a blank, too", "[pstat]") {
  CommandLine parser(about());
  Options options;
  add_options(parser, options);
  for (const auto& option : parser.options()) {
    if (option.value.empty() || option.value.starts_with('[')) continue;
    std::string_view names = option.names;
    while (!names.empty()) {
      const std::string name(take_until(names, ','));
      if (!name.starts_with("--") || name == "--format") continue;  // --format is ps's -o, too
      INFO(name);
      const auto words = rewrite_ps_syntax(std::vector<std::string>{name, "x"}, [](auto) { return false; });
      REQUIRE(words);
      CHECK(words->size() == 1);
    }
  }
}
