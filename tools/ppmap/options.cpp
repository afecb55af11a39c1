// SPDX-License-Identifier: MIT
#include "ppmap/options.h"

#include <charconv>
#include <unistd.h>

#include "base/text.h"
#include "cli/color.h"
#include "cli/message.h"
#include "ppmap/describe.h"

namespace pageloupe::ppmap {

CommandLine::About about() {
  return {
      .tool = "ppmap",
      .summary =
          "Show the memory map of processes: what is reserved, touched, shared, private, and what it is for.",
      .synopsis = "[OPTION…] PID…",
      .examples =
          "  ppmap 1234                       the map, and where its memory goes\n"
          "  ppmap --by kind 1234             a line for heap, stacks, libraries, …\n"
          "  ppmap --sort -pss --filter 'pss>1M' 1234\n"
          "  ppmap -o start,size,rss,swap,path 1234\n"
          "  ppmap --picture 1234             the address space, drawn to scale\n"
          "  ppmap --limits 1234              how far stack, heap and mappings may still grow\n"
          "  ppmap --tlb --sort -tlb_saved 1234    where huge pages would help\n"
          "  ppmap --faults 5 1234            which mappings page-fault now\n"
          "  ppmap --sharers 1234             who else has its memory, and who would keep it\n"
          "  ppmap --sharers --tree 1234      who of a family shares how much with whom\n"
          "  ppmap --watch 5 1234             what grows, every five seconds\n"
          "  ppmap --diff before.json 1234    what changed since ppmap --json wrote before.json\n"
          "  ppmap --explain 1234             what stands out, in words\n"
          "  ppmap --gentle 1234              without keeping the process waiting\n"
          "  ppmap --numa 1234                on which nodes its pages are\n"
          "  ppmap --wss 10 1234              what it uses within ten seconds\n"
          "  ppmap --pages 1234               what each page is: exclusive, huge, dirty, cached, …\n"
          "  ppmap -x 1234                    as pmap -x prints it, for scripts that read that\n"
          "  ppmap --record FILE --delay 15 1234   the map again and again, and later\n"
          "  ppmap --replay FILE --at 03:12   what was mapped then\n"
          "  ppmap --json 1234 | jq '.processes[0].totals'\n"};
}

void add_options(CommandLine& line, Options& options) {
  line.operands("PID", options.operands, "processes: 1234, /proc/1234, or self");
  line.offers({.offer = Offer::processes_or_files});  // files of --diff
  line.section("Views");
  line.flag("-x,--extended", options.extended, "as pmap -x: RSS and dirty memory");
  line.counter("-X", options.more, "as pmap -X: more columns; -XX: everything the kernel gives");
  line.flag("-d,--device", options.device, "as pmap -d: offset and device");
  line.text("--by", "KEY", options.by, "a line for each kind, path or perms, largest first");
  line.offers({.offer = Offer::words, .words = {kGroupKeys.begin(), kGroupKeys.end()}});
  line.flag("--limits", options.limits, "limits and headroom in place of the map");
  line.flag("--tlb", options.tlb, "page sizes, TLB entries needed, and what huge pages would save");
  line.flag("--pages", options.pages,
            "what the pages of each mapping are: frames and their flags, page cache");
  line.flag("--gentle", options.gentle,
            "what the page table tells, in pieces, so that the process need not wait");
  line.flag("--numa", options.numa, "on which nodes the pages are, and the policy");
  line.text(
      "--wss", "SECONDS", options.wss,
      "what is used within so long; clears the Referenced marks of the process, which disturbs reclaim");
  line.flag("--cost", options.cost, "what each view costs the process that is looked at");
  line.text("--faults", "SECONDS", options.faults,
            "where page faults happen, for so long, in place of the map");
  line.flag("--sharers", options.sharers,
            "who else has its memory, and what would be free without it; of several: each with each");
  line.text("--tree", "PID", options.tree, "with --sharers: PID and its descendants, each with each");
  line.text("--watch", "SECONDS", options.watch, "what changed since the look before, again and again");
  line.text("-n,--count", "COUNT", options.count, "end --watch after so many intervals");
  line.flag("--diff", options.diff, "compare two maps: files of --json, - for standard input, or processes");
  line.flag("--exit-code", options.exit_code, "exit code 1 where --diff finds a difference");
  line.flag("--explain", options.explain, "what stands out in the memory of a process, in words");
  line.usual_text("--picture", "up|down", "up", options.picture,
                  "the address space drawn to scale, low addresses below, or above with =down");
  line.flag("--heat", options.heat, "with the picture: where in each mapping pages are, by the page table");
  line.text("--svg", "FILE", options.svg, "that picture as an SVG file, - for standard output");
  line.text("--html", "FILE", options.html, "the same as an HTML page");
  line.text("--height", "LINES", options.height, "of the picture on a terminal, 20 or more");
  line.text("--color", "WHEN", options.color, "of the picture: auto, always or never");
  line.offers({.offer = Offer::words, .words = names_in(kColorNames, &ColorName::name)});
  line.flag("--ascii", options.ascii, "draw with ASCII characters only");
  line.flag("-p,--show-path", options.show_path, "whole paths, not only their last part");
  line.flag("-q,--quiet", options.quiet, "no headings and totals; the line of each process stays");
  line.text("-A,--range", "LOW[,HIGH]", options.range, "only mappings within these addresses");
  add_report_options(line, options.report);
  add_recording_options(line, options.recording);
  line.text("--delay", "SECONDS", options.delay, "with --record: again and again (-d is pmap's)");
  line.text("--samples", "COUNT", options.samples, "end after COUNT samples");
  add_describe_option(line, options.describe, topics());
}

std::optional<std::chrono::nanoseconds> parse_seconds(std::string_view text) {
  constexpr double kShortest = 0.01;
  constexpr double kLongest = 86'400;
  double seconds = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  if (!is_number || !(seconds >= kShortest && seconds <= kLongest)) return std::nullopt;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

std::optional<AddressRange> parse_range(std::string_view text) {
  const auto address = [](std::string_view digits) {
    if (digits.starts_with("0x") || digits.starts_with("0X")) digits.remove_prefix(2);
    return to_number<std::uint64_t>(digits, 16);
  };
  const bool open_ended = text.ends_with(',');
  const bool from_zero = text.size() > 1 && text.starts_with(',');
  const auto first = take_until(text, ',');
  const auto low = from_zero ? 0 : address(first);
  if (!low) return std::nullopt;
  if (open_ended) return AddressRange{.low = {*low}};
  const auto high = text.empty() ? low : address(text);
  if (!high || *high < *low) return std::nullopt;
  return AddressRange{{*low}, {*high}};
}

std::expected<Pid, std::string> parse_operand(std::string_view text, const std::string& proc_root) {
  const auto shown = "'" + one_line(text) + "'";
  if (text == "self") return Pid{::getpid()};
  if (text.starts_with("/proc/")) text.remove_prefix(6);
  if (text.starts_with(proc_root + "/")) text.remove_prefix(proc_root.size() + 1);
  while (text.ends_with('/')) text.remove_suffix(1);
  if (text == "self") return Pid{::getpid()};
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::unexpected(shown + " is not a process ID: give a PID, /proc/PID or self");
  }
  const auto pid = to_number<std::int32_t>(text);
  if (!pid || *pid == 0)
    return std::unexpected(shown + " is out of the range of process IDs, which begin at 1");
  return Pid{*pid};
}

}  // namespace pageloupe::ppmap
