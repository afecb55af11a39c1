// SPDX-License-Identifier: MIT
#include "pstat/ps_syntax.h"

#include <array>

#include "base/text.h"
#include "support/catch.h"

using pageloupe::pstat::rewrite_ps_syntax;

namespace {

// Arguments with blanks between, rewritten, with blanks between; errors after "! ". root is a user.
std::string rewritten(std::string_view line) {
  std::vector<std::string> arguments;
  for (auto word = pageloupe::take_word(line); !word.empty(); word = pageloupe::take_word(line)) {
    arguments.emplace_back(word);
  }
  const auto result = rewrite_ps_syntax(arguments, [](std::string_view name) { return name == "root"; });
  if (!result) return "! " + result.error();
  std::string text;
  for (const auto& argument : *result) text += (text.empty() ? "" : " ") + argument;
  return text;
}

struct Case {
  std::string_view typed;
  std::string_view expected;
};

void check_all(std::span<const Case> cases) {
  for (const auto& [typed, expected] : cases) {
    INFO(typed);
    CHECK(rewritten(typed) == expected);
  }
}

}  // namespace

TEST_CASE("clusters of BSD's letters become long options", "[pstat]") {
  check_all(std::to_array<Case>({
      {"aux", "--bsd --all-users --view=user --no-tty"},
      {"axjf", "--bsd --all-users --no-tty --view=jobs --forest"},
      {"a x", "--bsd --all-users --no-tty"},
      {"xww", "--bsd --no-tty -w -w"},
      {"v", "--bsd --view=virtual"},
      {"l", "--bsd --view=long"},
      {"rT", "--bsd --running --own-tty"},
      {"uhc", "--bsd --view=user --no-headers --true-names"},
      {"xHn", "--bsd --no-tty --threads --numeric"},
      {"m", "--bsd -m"},
      {"g", "--bsd"},
      {"L", "--bsd --columns"},
      {"-e x", "--bsd -e --no-tty"},
  }));
}

TEST_CASE("a BSD letter takes its value from the cluster or the next argument", "[pstat]") {
  check_all(std::to_array<Case>({
      {"p 1", "--bsd --pid=1"},
      {"p1", "--bsd --pid=1"},
      {"uU root", "--bsd --view=user --user=root"},
      {"Uroot", "--bsd --user=root"},
      {"axk -rss", "--bsd --all-users --no-tty --sort=-rss"},
      {"k-rss,pid", "--bsd --sort=-rss,pid"},
      {"o pid,comm=", "--bsd --output=pid,comm="},
      {"O rss", "--bsd --preload=rss"},
      {"t", "--bsd --own-tty"},
      {"t -f", "--bsd --own-tty -f"},
      {"tpts/0", "--bsd --tty=pts/0"},
      {"q 2,1", "--bsd --quick-pid=2,1"},
  }));
}

TEST_CASE("bare numbers are processes, groups and sessions", "[pstat]") {
  check_all(std::to_array<Case>({
      {"123", "--bsd -- 123"},
      {"1 2", "--bsd -- 1 2"},
      {"-123", "--bsd --pgid=123"},
      {"+123", "--bsd --sid=123"},
      {"-p 123 4567", "--bsd --pid=123 -- 4567"},
  }));
}

TEST_CASE("clusters of UNIX letters come apart", "[pstat]") {
  check_all(std::to_array<Case>({
      {"-ef", "-e -f"},
      {"-eLf", "-e -L -f"},
      {"-elF", "-e -l -F"},
      {"-A", "-e"},
      {"-eo pid,comm", "-e --output=pid,comm"},
      {"-eopid", "-e --output=pid"},
      {"-o pid= -o comm=X", "--output=pid= --output=comm=X"},
      {"-g 1,2 -groot", "-g1,2 -groot"},
      {"-d 5 -n3", "--delay=5 --samples=3"},
      {"-u root -U 0", "--user=root --User=0"},
      {"-uroot", "--user=root"},
      {"-Ny", "-N -y"},
      {"-h", "-h"},
  }));
}

TEST_CASE("option -aux is aux where no user is called x", "[pstat]") {
  check_all(std::to_array<Case>({
      {"-aux", "--bsd --all-users --view=user --no-tty"},
      {"-aux -w", "--bsd --all-users --view=user --no-tty -w"},
      {"-ax", "--bsd --all-users --no-tty"},
      {"-axjf", "--bsd --all-users --no-tty --view=jobs --forest"},
      {"-r", "--bsd --running"},
      {"-auroot", "-a --user=root"},
      {"-u x", "--user=x"},
      {"-uzz", "--user=zz"},
  }));
}

TEST_CASE("long options take their value from the next argument", "[pstat]") {
  check_all(std::to_array<Case>({
      {"--sort -rss", "--sort=-rss"},
      {"--sort=-rss a", "--bsd --sort=-rss --all-users"},
      {"--ppid 1 --forest", "--ppid=1 --forest"},
      {"--count --count-to file -e", "--count=all --count-to=file -e"},
      {"--format pid,rss", "--output=pid,rss"},
      {"--format=json", "--format=json"},
      {"--format csv", "--format=csv"},
      {"--no-heading", "--no-headers"},
      {"--width 80", "--cols=80"},
      {"--columns", "--columns"},
      {"--columns 80", "--cols=80"},
      {"--columns=80", "--cols=80"},
      {"--tree", "--tree=all"},
      {"--tree 12 -f", "--tree=12 -f"},
      {"--tree -f", "--tree=all -f"},
      {"--tree=12", "--tree=12"},
      {"--help all", "--help"},
      {"--nosuch", "--nosuch"},
      {"-e -- aux", "-e -- aux"},
      {"12 -o pid -- 3", "--bsd --output=pid -- 12 3"},
  }));
}

TEST_CASE("options of ps that are not here are refused by name", "[pstat]") {
  check_all(std::to_array<Case>({
      {"axe",
       "! option e of ps: the environment of processes is not shown here; all processes are -e or 'ax'"},
      {"s", "! option s of ps: there is no signal format here; name its columns with -o"},
      {"X", "! option X of ps: there is no register format here"},
      {"S", "! option S of ps: times of children that have ended are not added up here"},
      {"-M", "! option -M of ps: there is no view of security labels here; -o +label adds them"},
      {"-Z", "! option -Z of ps: there is no view of security labels here; -o +label adds them"},
      {"Z", "! option Z of ps: there is no view of security labels here; -o +label adds them"},
      {"--rows 5", "! option --rows of ps: the headings cannot be repeated here"},
      {"--headers", "! option --headers of ps: the headings cannot be repeated here"},
      {"--cumulative",
       "! option --cumulative of ps: times of children that have ended are not added up here"},
  }));
}

TEST_CASE("what is no option is refused with its argument", "[pstat]") {
  check_all(std::to_array<Case>({
      {"-z", "! unknown option 'z' in '-z'"},
      {"-ez", "! unknown option 'z' in '-ez'"},
      {"aBc", "! unknown option 'B' in 'aBc'"},
      {"-p", "! a value must follow -p"},
      {"-eo", "! a value must follow -o"},
      {"U", "! a value must follow U"},
      {"--sort", "! a value must follow --sort"},
      {"--sort=", "! a value must follow --sort"},
      {"-", "! '-' is neither an option nor a process ID"},
      {"/proc/1", "! '/proc/1' is neither an option nor a process ID"},
  }));
  CHECK_FALSE(rewrite_ps_syntax(std::vector<std::string>{""}, [](std::string_view) { return false; }));
  CHECK_FALSE(rewrite_ps_syntax(std::vector<std::string>{"-p", ""}, [](std::string_view) { return false; }));
}
