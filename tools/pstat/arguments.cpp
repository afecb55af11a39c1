// SPDX-License-Identifier: MIT
#include "pstat/arguments.h"

#include "base/text.h"
#include "pstat/describe.h"

namespace pageloupe::pstat {
namespace {

void add_selection(CommandLine& line, Options& to) {
  line.operands("PID", to.operands, "processes; also -GROUP and +SESSION");
  line.takes_program();
  line.section("Selection");
  line.flag("-e,-A", to.every, "all processes");
  line.flag("-a,--ttys", to.with_tty, "all with a terminal, except session leaders");
  line.flag("--all-users", to.all_users, "all with a terminal, of all users; as BSD's a");
  line.flag("--no-tty", to.without_tty,
            "the own ones, also without a terminal; as BSD's x; with --all-users: all");
  line.flag("--own-tty", to.own_tty, "all on this terminal; as BSD's T");
  line.texts("-p,--pid", "LIST", to.pids, "by process ID, in ascending order");
  line.offers({.offer = Offer::processes, .is_list = true});
  line.texts("-q,--quick-pid", "LIST", to.quick_pids, "by process ID, in the order given");
  line.offers({.offer = Offer::processes, .is_list = true});
  line.texts("--ppid", "LIST", to.ppids, "by parent");
  line.offers({.offer = Offer::processes, .is_list = true});
  line.texts("--pgid", "LIST", to.process_groups, "by process group");
  line.offers({.offer = Offer::processes, .is_list = true});
  line.texts("-C,--command", "LIST", to.commands, "by the name of the program");
  line.offers({.offer = Offer::programs, .is_list = true});
  line.texts("-u,--user", "LIST", to.users, "by effective user, name or ID");
  line.offers({.offer = Offer::users, .is_list = true});
  line.texts("-U,--User", "LIST", to.real_users, "by real user");
  line.offers({.offer = Offer::users, .is_list = true});
  line.texts("-g", "LIST", to.sessions_or_groups, "by session, or by the name of the effective group");
  line.offers({.offer = Offer::groups, .is_list = true});
  line.texts("--group", "LIST", to.groups, "by effective group, name or ID");
  line.offers({.offer = Offer::groups, .is_list = true});
  line.texts("-G,--Group", "LIST", to.real_groups, "by real group");
  line.offers({.offer = Offer::groups, .is_list = true});
  line.texts("-s,--sid", "LIST", to.sessions, "by session");
  line.offers({.offer = Offer::processes, .is_list = true});
  line.texts("-t,--tty", "LIST", to.ttys, "by terminal: pts/0, tty1; ? for those without one");
  line.offers({.offer = Offer::terminals, .is_list = true});
  line.flag("-N,--deselect", to.negated, "all but the selected");
  line.flag("--running", to.running, "of the selected, those that run or wait for a disk; as BSD's r");
  line.text("--filter", "EXPR", to.report.filter,
            "of the selected, those for which EXPR holds: 'rss>10M and swap>0'");
  line.flag("--no-kernel", to.no_kernel, "no threads of the kernel");
  line.flag("--bsd", to.bsd,
            "BSD's defaults, as with its options: own processes on any terminal, STAT, arguments");
}

void add_columns(CommandLine& line, Options& to) {
  line.section("Columns and order");
  line.texts("-o,--output", "LIST", to.output,
             "NAME[:WIDTH][=HEADER],… in place of a view's columns; +LIST adds to them");
  line.offers({.offer = Offer::columns, .is_list = true});
  line.texts("-O,--preload", "LIST", to.preload, "LIST between PID and state, terminal, time, command");
  line.offers({.offer = Offer::columns, .is_list = true});
  line.texts("--sort", "[-]COL,…", to.sort, "order by columns, descending with -");
  line.flag("--columns", to.report.list_columns, "list every column with its unit, source and meaning");
  line.flag("--true-names", to.true_names, "the program's name in place of the arguments; as BSD's c");
  line.flag("--numeric", to.numeric, "IDs of users in place of names; as BSD's n");
}

void add_views(CommandLine& line, Options& to) {
  line.section("Views");
  line.flag("-f", to.full, "full: user, parent, start, arguments");
  line.flag("-F", to.extra_full, "as -f, with sizes and processor");
  line.flag("-l", to.long_list, "long: flags, state, priority, size, what is waited for");
  line.flag("-j", to.jobs, "jobs: process group and session");
  line.flag("-y", to.no_flags, "with -l: RSS in place of flags and address");
  line.flag("-c", to.scheduling, "scheduling class and priority");
  line.flag("-P", to.processor, "processor");
  line.flag("--memory", to.memory, "reserved, touched, shared, own and swapped memory");
  std::string names;
  for (const auto& preset : presets()) names += (names.empty() ? "" : ", ") + std::string(preset.name);
  line.texts("--view", "NAME", to.views, "one of " + names + "; u, v, j and l of BSD are the first four");
  line.offers({.offer = Offer::words, .words = names_in(presets(), &Preset::name)});
}

void add_rows(CommandLine& line, Options& to) {
  line.section("Threads");
  line.flag("-L", to.lwp, "a row for each thread, with LWP and, in -f and u, NLWP");
  line.flag("-T", to.spid, "a row for each thread, with SPID");
  line.flag("--threads,--per-thread", to.threads_as_rows, "a row for each thread; as BSD's H");
  line.flag("-m", to.threads_below, "threads below their process");
  line.section("Trees and groups");
  line.flag("--forest", to.forest, "children below their parents; as BSD's f");
  line.flag("-H", to.hierarchy, "the same, without lines");
  line.text("--tree", "[PID]", to.tree,
            "the same, with the sums of each subtree; of PID alone where one is named");
  line.text("--group-by", "KEY", to.group_by,
            "a row for each user, comm, exe, cgroup, container or session, with sums");
  line.offers({.offer = Offer::words, .words = names_in(kGroupKeys, &GroupKeyName::name)});
  line.section("Streams");
  line.text("-d,--delay", "SECONDS", to.delay,
            "again and again, with rates (ps's -d, all but session leaders, is not here)");
  line.text("-n,--samples", "COUNT", to.samples, "end after COUNT samples; a second between them without -d");
}

void add_reports(CommandLine& line, Options& to) {
  line.section("Memory truth");
  line.flag("--footprint", to.footprint, "what the selected, or the --tree, hold as one: each page once");
  line.text("--cow", "PID", to.cow,
            "children of PID: what they still share with it, and what they have copied");
  line.section("Communication");
  line.flag(
      "--ipc", to.ipc,
      "how the selected, or the --tree, talk: pipes, sockets, queues, semaphores, shared memory, locks");
  line.flag("--dot", to.dot, "with --ipc: a graph for dot(1), processes and what is between them");
  line.section("System");
  line.flag("--system", to.system, "the machine's memory, swap, commitments and pressure above the rows");
}

void add_export(CommandLine& line, Options& to) {
  line.section("Export");
  line.text("--output-file", "FILE", to.output_file,
            "with --format prometheus: replace FILE at once, and with -d again and again");
  line.text("--max-groups", "COUNT", to.max_groups,
            "the largest COUNT groups, and the others as one called 'other'; 100");
  line.text("--rollup-time", "SECONDS", to.rollup_time,
            "of a pass for reading smaps_rollup, the oldest first, 0 for none; a tenth of -d, 5 without");
}

// A colon ends a word for bash: events with one go by their other name.
std::vector<std::string> event_words() {
  std::vector<std::string> words;
  for (const auto& event : perf::kEventTable) {
    auto aliases = event.aliases;
    words.emplace_back(event.name.contains(':') ? take_word(aliases) : event.name);
  }
  return words;
}

void add_counters(CommandLine& line, Options& to) {
  line.section("Counters");
  std::string names;
  for (const auto& event : perf::kEventTable) names += (names.empty() ? "" : ", ") + std::string(event.name);
  line.text("--count", "[EVENTS]", to.events,
            "count events of the selected until they end, for -d SECONDS -n 1, or each -d SECONDS; or of a "
            "program that stands behind --: " +
                names);
  line.offers({.offer = Offer::words, .is_list = true, .words = event_words()});
  line.text("--count-to", "FILE", to.count_to, "write the counts there");
}

void add_output(CommandLine& line, Options& to) {
  line.section("Output");
  line.flag("-J,--json", to.report.json, "one JSON document, every unit in its key");
  line.text(
      "--format", "FORMAT", to.report.format,
      "table, json, jsonl (an object a line), csv, or prometheus (of --group-by); another value is -o, as in "
      "ps");
  line.offers({.offer = Offer::words, .words = names_in(kFormats, &FormatName::name)});
  line.text("--units", "UNIT", to.units, "sizes in tables in kib (as ps), bytes, or human (K, M, G)");
  line.offers({.offer = Offer::words, .words = {"kib", "bytes", "human"}});
  line.flag("-b,--bytes", to.report.bytes, "the same as --units bytes");
  line.flag("--no-headers,--noheadings", to.report.no_headings, "no headings; as BSD's h");
  line.counter("-w", to.wide, "lines of at least 132 columns; -ww: of any length");
  line.text("--cols", "COUNT", to.width, "lines of so many columns");
  line.flag("--raw", to.report.raw, "names as they are, control characters included");
  add_scan_options(line, to.scan);
  line.text("--proc-root", "DIR", to.report.proc_root,
            "read a captured /proc; all of it unless processes are selected");
}

}  // namespace

CommandLine::About about() {
  return {.tool = "pstat",
          .summary = "Show processes and where their memory goes: what ps shows, and what it does not.",
          .synopsis = "[OPTION…] [PID… | -- PROGRAM…]",
          .examples =
              "  pstat aux                        as ps; -ef, -elF, axjf too\n"
              "  pstat -e --memory --sort -pss    who holds the memory\n"
              "  pstat -e -o +swap,oom_score --filter 'swap>0'\n"
              "  pstat --tree 1234                a process and its descendants, summed\n"
              "  pstat --group-by user            who holds it, by user\n"
              "  pstat --footprint -C postgres    what its processes hold together, each page once\n"
              "  pstat --cow 1234 -d 5            how workers drift from their parent\n"
              "  pstat --ipc --tree 1234          what a process and its descendants talk through\n"
              "  pstat -p 1234 -o pid,rss,pss -d 1 --format jsonl\n"
              "  pstat --record FILE -d 15        what the memory was, to be asked later:\n"
              "  pstat --replay FILE --at 03:12 --memory --sort -rss\n"
              "  pstat --group-by cgroup -d 15 --format prometheus --output-file FILE.prom\n"
              "  pstat --count -p 1234 -d 5 -n 1  what it asks of TLB and kernel, for 5 seconds\n"
              "  pstat --count faults,cs -- make  the same of a program\n"};
}

void add_options(CommandLine& line, Options& options) {
  add_selection(line, options);
  add_columns(line, options);
  add_views(line, options);
  add_rows(line, options);
  add_reports(line, options);
  add_recording_options(line, options.recording);
  add_export(line, options);
  add_counters(line, options);
  add_output(line, options);
  add_describe_option(line, options.describe, topics());
}

}  // namespace pageloupe::pstat
