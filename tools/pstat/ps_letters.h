// SPDX-License-Identifier: MIT
// The options of ps, letter by letter and name by name, and what they are here.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace pageloupe::pstat {

enum class Takes : std::uint8_t {
  nothing,
  value,     // the rest of the cluster, or the next argument
  terminal,  // the same, but none is the own terminal
};

// A letter of ps, and what it is here.
struct Letter {
  char letter = '\0';
  std::string_view
      option{};  // ours; with a value it ends in '=' or is a letter; empty: there is nothing to do
  Takes takes = Takes::nothing;
  std::string_view refusal{};  // why there is no such option here
};

inline constexpr std::string_view kLabels = "there is no view of security labels here; -o +label adds them";

inline constexpr auto kUnixLetters = std::to_array<Letter>({
    {.letter = 'A', .option = "-e"},
    {.letter = 'e', .option = "-e"},
    {.letter = 'a', .option = "-a"},
    {.letter = 'N', .option = "-N"},
    {.letter = 'f', .option = "-f"},
    {.letter = 'F', .option = "-F"},
    {.letter = 'l', .option = "-l"},
    {.letter = 'j', .option = "-j"},
    {.letter = 'L', .option = "-L"},
    {.letter = 'T', .option = "-T"},
    {.letter = 'm', .option = "-m"},
    {.letter = 'H', .option = "-H"},
    {.letter = 'c', .option = "-c"},
    {.letter = 'y', .option = "-y"},
    {.letter = 'P', .option = "-P"},
    {.letter = 'w', .option = "-w"},
    {.letter = 'J', .option = "-J"},
    {.letter = 'b', .option = "-b"},
    {.letter = 'h', .option = "-h"},
    {.letter = 'V', .option = "-V"},
    {.letter = 'p', .option = "--pid=", .takes = Takes::value},
    {.letter = 'q', .option = "--quick-pid=", .takes = Takes::value},
    {.letter = 'C', .option = "--command=", .takes = Takes::value},
    {.letter = 'u', .option = "--user=", .takes = Takes::value},
    {.letter = 'U', .option = "--User=", .takes = Takes::value},
    {.letter = 'g', .option = "-g", .takes = Takes::value},
    {.letter = 'G', .option = "--Group=", .takes = Takes::value},
    {.letter = 's', .option = "--sid=", .takes = Takes::value},
    {.letter = 't', .option = "--tty=", .takes = Takes::value},
    {.letter = 'o', .option = "--output=", .takes = Takes::value},
    {.letter = 'O', .option = "--preload=", .takes = Takes::value},
    {.letter = 'd', .option = "--delay=", .takes = Takes::value},
    {.letter = 'n', .option = "--samples=", .takes = Takes::value},
    {.letter = 'M', .refusal = kLabels},
    {.letter = 'Z', .refusal = kLabels},
});

inline constexpr auto kBsdLetters = std::to_array<Letter>({
    {.letter = 'a', .option = "--all-users"},
    {.letter = 'x', .option = "--no-tty"},
    {.letter = 'g'},  // session leaders too, which Linux always shows
    {.letter = 'r', .option = "--running"},
    {.letter = 'T', .option = "--own-tty"},
    {.letter = 'u', .option = "--view=user"},
    {.letter = 'v', .option = "--view=virtual"},
    {.letter = 'j', .option = "--view=jobs"},
    {.letter = 'l', .option = "--view=long"},
    {.letter = 'f', .option = "--forest"},
    {.letter = 'H', .option = "--threads"},
    {.letter = 'm', .option = "-m"},
    {.letter = 'c', .option = "--true-names"},
    {.letter = 'n', .option = "--numeric"},
    {.letter = 'h', .option = "--no-headers"},
    {.letter = 'w', .option = "-w"},
    {.letter = 'L', .option = "--columns"},
    {.letter = 'V', .option = "-V"},
    {.letter = 'p', .option = "--pid=", .takes = Takes::value},
    {.letter = 'q', .option = "--quick-pid=", .takes = Takes::value},
    {.letter = 'U', .option = "--user=", .takes = Takes::value},
    {.letter = 't', .option = "--tty=", .takes = Takes::terminal},
    {.letter = 'k', .option = "--sort=", .takes = Takes::value},
    {.letter = 'o', .option = "--output=", .takes = Takes::value},
    {.letter = 'O', .option = "--preload=", .takes = Takes::value},
    {.letter = 'e',
     .refusal = "the environment of processes is not shown here; all processes are -e or 'ax'"},
    {.letter = 's', .refusal = "there is no signal format here; name its columns with -o"},
    {.letter = 'X', .refusal = "there is no register format here"},
    {.letter = 'S', .refusal = "times of children that have ended are not added up here"},
    {.letter = 'Z', .refusal = kLabels},
});

struct LongName {
  std::string_view name{};    // of ps
  std::string_view option{};  // ours, where it has another name
  std::string_view refusal{};
};

inline constexpr auto kPsLongNames = std::to_array<LongName>({
    {.name = "--format", .option = "--output"},
    {.name = "--no-heading", .option = "--no-headers"},
    {.name = "--no-headings", .option = "--no-headers"},
    {.name = "--no-header", .option = "--no-headers"},
    {.name = "--noheader", .option = "--no-headers"},
    {.name = "--noheaders", .option = "--no-headers"},
    {.name = "--noheading", .option = "--no-headers"},
    {.name = "--noheadings", .option = "--no-headers"},
    {.name = "--width", .option = "--cols"},
    {.name = "--headers", .refusal = "the headings cannot be repeated here"},
    {.name = "--headings", .refusal = "the headings cannot be repeated here"},
    {.name = "--rows", .refusal = "the headings cannot be repeated here"},
    {.name = "--lines", .refusal = "the headings cannot be repeated here"},
    {.name = "--cumulative", .refusal = "times of children that have ended are not added up here"},
    {.name = "--context", .refusal = kLabels},
});

// Long options whose value may be the next argument.
inline constexpr auto kLongWithValue = std::to_array<std::string_view>({
    "--pid",      "--quick-pid",   "--ppid",       "--pgid",        "--command",  "--user",
    "--User",     "--group",       "--Group",      "--sid",         "--tty",      "--filter",
    "--output",   "--preload",     "--sort",       "--view",        "--delay",    "--samples",
    "--cow",      "--group-by",    "--units",      "--cols",        "--describe", "--proc-root",
    "--record",   "--record-size", "--record-age", "--record-keep", "--replay",   "--at",
    "--count-to", "--output-file", "--max-groups", "--rollup-time", "--source",
});

// What --format means here; with any other value it is ps's -o.
inline constexpr auto kOurFormats =
    std::to_array<std::string_view>({"table", "json", "jsonl", "csv", "prometheus"});

}  // namespace pageloupe::pstat
