// SPDX-License-Identifier: MIT
#include "ppmap/replay.h"

#include <array>
#include <fcntl.h>
#include <map>
#include <unistd.h>

#include "cli/message.h"
#include "cli/run_info.h"
#include "cli/tool.h"
#include "record/map_file.h"
#include "record/open_replay.h"
#include "record/recording_info.h"

namespace pageloupe::ppmap {
namespace {

constexpr std::string_view kTool = "ppmap";
constexpr int kExitUnreadable = 1;
constexpr int kExitMissing = 42;

// A process of the file: what is said of it, and its map; nothing where none was recorded.
struct Then {
  ProcessHead head{};
  const RecordedMap* map = nullptr;
};

// All of a file at one time.
struct Past {
  std::map<std::int32_t, Then> processes{};
  std::map<std::int32_t, RecordedMap> maps{};  // where they are not a recording's own
  std::string host{};
  std::string boot_id{};
  std::uint64_t time_ns = 0;
};

ProcessHead head_of(const Process& process, const RecordingInfo& info) {
  ProcessHead head{.pid = process.tgid};
  const auto ticks = info.ticks_per_second;
  if (process.stat) {
    head.comm = process.stat->comm.view();
    head.state = process.stat->state;
    head.threads = process.stat->num_threads;
    head.since_boot = {process.stat->starttime.value * (1'000'000'000 / ticks)};
    if ((process.stat->flags & kKernelThreadFlag) != 0)
      head.absence = "a kernel thread has no memory of its own";
  }
  if (process.statm) {
    head.vsz = to_bytes(process.statm->size, info.page_size);
    head.rss = to_bytes(process.statm->resident, info.page_size);
    if (head.has_memory() && head.vsz == Bytes{}) head.absence = kExiting;
  }
  if (process.status) {
    head.swap = process.status->values.bytes(StatusKey::vm_swap).value_or(Bytes{});
    head.hugetlb = process.status->values.bytes(StatusKey::hugetlb_pages).value_or(Bytes{});
    head.uid = process.status->uid[1];
  }
  if (process.cmdline) head.command = *process.cmdline;
  if (head.command.empty()) head.command = "[" + head.comm + "]";
  return head;
}

void take(const RecordingReader& reader, Past& past) {
  const auto& sample = reader.sample();
  for (const auto& [pid, recorded] : sample.processes) {
    const auto map = sample.maps.find(pid);
    past.processes[pid] = {head_of(recorded.process, reader.info()),
                           map == sample.maps.end() ? nullptr : &map->second};
  }
  past.host = reader.info().host;
  past.boot_id = reader.info().boot_id;
  past.time_ns = sample.head.time.value;
}

void take(SavedMaps saved, Past& past) {
  for (auto& [head, rows] : saved.processes) {
    const auto pid = head.pid.value;
    auto& map = past.maps[pid];
    const bool any = !rows.empty();
    for (auto& row : rows) map.rows.emplace(row.record.vma.start.value, std::move(row));
    past.processes[pid] = {{.pid = head.pid,
                            .comm = head.comm,
                            .command = head.command,
                            .state = head.state,
                            .since_boot = head.since_boot.value_or(Nanoseconds{}),
                            .threads = head.threads.value_or(0),
                            .vsz = head.vsz.value_or(Bytes{}),
                            .rss = head.rss.value_or(Bytes{}),
                            .absence = any ? "" : "the document holds no mapping of it"},
                           &map};
  }
  past.host = saved.document.host;
  past.boot_id = saved.document.boot_id;
  past.time_ns = saved.document.time.value_or(Timestamp{}).value;
}

// Whether the file is a document of `ppmap --json`: its schema stands at its beginning.
bool is_document(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  std::array<char, 512> begin{};
  const auto length = file ? ::read(file.get(), begin.data(), begin.size()) : -1;
  return length > 0 && std::string_view(begin.data(), static_cast<std::size_t>(length)).contains(kMapSchema);
}

class Replay {
 public:
  Replay(const Past& past, const ProcFs& nowhere, Report& report)
      : past_(past), nowhere_(nowhere), report_(report) {}

  void show(const Then& then) {
    if (then.map == nullptr) return note(then.head.pid, Errc::not_recorded, "its map was not recorded");
    const auto shown =
        report_.show({.dir = nowhere_.pid_by_path(then.head.pid), .head = then.head, .recorded = then.map});
    if (shown || shown.error().code == Errc::no_memory) {
      if (!shown) problems_.push_back({then.head.pid.value, "maps", Errc::no_memory, then.head.absence});
      return;
    }
    note(then.head.pid, shown.error().code,
         shown.error().code == Errc::denied ? "its map could not be read by who recorded"
                                            : "its map: " + std::string(reason(shown.error().code)));
  }

  void show(const std::string& operand) {
    const auto pid = parse_operand(operand, "/proc");
    const auto found = pid ? past_.processes.find(pid->value) : past_.processes.end();
    if (found != past_.processes.end()) return show(found->second);
    const auto message =
        pid ? std::to_string(pid->value) + ": not in the recording at that time" : pid.error();
    complain(kTool, message);
    problems_.push_back({std::nullopt, operand, pid ? Errc::gone : Errc::not_applicable, message});
    exit_code_ |= pid ? kExitMissing : kExitUnreadable;
  }

  [[nodiscard]] int exit_code() const { return exit_code_; }
  [[nodiscard]] std::span<const Problem> problems() const { return problems_; }

 private:
  void note(Pid pid, Errc code, const std::string& what) {
    const auto message = std::to_string(pid.value) + ": " + what;
    complain(kTool, message);
    problems_.push_back({pid.value, "maps", code, message});
    exit_code_ |= kExitUnreadable;
  }

  const Past& past_;
  const ProcFs& nowhere_;
  Report& report_;
  std::vector<Problem> problems_;
  int exit_code_ = kExitOk;
};

int show(const Past& past, std::span<const std::string> operands, const MakeReport& make_report) {
  // A folder without processes: nothing is read of those of the past.
  const auto nowhere = open_procfs(kTool, "/", nullptr);
  if (!nowhere) return kExitNothing;
  const auto report = make_report(*nowhere);
  const RunInfo info(past.host, past.boot_id, past.time_ns);
  Replay replay(past, *nowhere, *report);
  report->begin(info.facts());
  for (const auto& operand : operands) replay.show(operand);
  if (operands.empty()) {
    for (const auto& [pid, then] : past.processes) replay.show(then);
  }
  report->end(replay.problems());
  return replay.exit_code();
}

}  // namespace

int replay_maps(const Request& request, std::span<const std::string> operands,
                const MakeReport& make_report) {
  const auto& path = *request.recording.replay;
  Past past;
  if (is_document(path)) {
    if (request.recording.at) return fail_usage(kTool, "'" + path + "' is of one time: it goes without --at");
    auto saved = load_map_file(path);
    if (!saved) {
      complain(kTool, "'" + path + "': " + saved.error().message);
      return kExitNothing;
    }
    take(std::move(*saved), past);
    return show(past, operands, make_report);
  }
  const auto reader = open_replay(path, request.recording.at);
  if (!reader) {
    complain(kTool, reader.error());
    return kExitNothing;
  }
  take(**reader, past);
  const int code = show(past, operands, make_report);
  if ((*reader)->damage().empty()) return code;
  complain(kTool, "'" + path + "' is damaged: " + damage_text((*reader)->damage()));
  return code == kExitOk ? int{kExitPartial} : code;
}

}  // namespace pageloupe::ppmap
