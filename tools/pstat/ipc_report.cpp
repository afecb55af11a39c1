// SPDX-License-Identifier: MIT
#include "pstat/ipc_report.h"

#include <algorithm>

#include "cli/message.h"
#include "cli/run_info.h"
#include "pstat/line_width.h"
#include "pstat/process_set.h"
#include "pstat/size_text.h"
#include "render/format.h"
#include "render/named_values.h"
#include "sample/channel_facts.h"

namespace pageloupe::pstat {
namespace {

constexpr Column kType{
    .name = "type",
    .header = "TYPE",
    .help =
        "pipe, fifo, unix, tcp, socket, mqueue, sysv-queue, sysv-sem, semaphore, memory, lock, "
        "eventfd, pidfd, epoll, timerfd, signalfd, inotify",
    .type = Type::text};
constexpr Column kId{.name = "id",
                     .header = "ID",
                     .help = "the kernel's number: an inode, those of both ends of a connection, an ID",
                     .type = Type::text};
constexpr Column kName{.name = "name", .header = "NAME", .help = "its path or address", .type = Type::text};
constexpr Column kWaiting{
    .name = "waiting", .header = "WAITING", .help = "what was sent and not yet read", .type = Type::bytes};
constexpr Column kCount{
    .name = "count",
    .header = "COUNT",
    .help =
        "of an eventfd its counter, of a System V queue messages, of semaphores how many, of "
        "epoll and inotify what is watched, of a timer its ticks, of a listening socket "
        "connections to be accepted",
    .type = Type::count};
constexpr Column kSize{.name = "size", .header = "SIZE", .help = "of shared memory", .type = Type::bytes};
constexpr Column kNote{.name = "note", .header = "NOTE", .help = "what else is known", .type = Type::text};
constexpr Column kEnds{.name = "who", .header = "ENDS", .help = "who has it", .type = Type::text};

constexpr auto kEndColumns = std::to_array<Column>({
    {.name = "pid", .header = "PID", .help = "who has this end", .type = Type::integer},
    {.name = "comm", .header = "COMMAND", .help = "its name", .type = Type::text},
    {.name = "fd", .header = "FD", .help = "its descriptor", .type = Type::integer},
    {.name = "role",
     .header = "ROLE",
     .help = "read, write, both, listen, map, hold, wait, open, target, last-sent, last-taken, last-used",
     .type = Type::text},
    {.name = "inside", .header = "INSIDE", .help = "it is one of the chosen processes", .type = Type::flag},
    {.name = "end_waiting",
     .header = "WAITING",
     .help = "what waits to be read at this end",
     .type = Type::bytes},
});

constexpr auto kTable =
    std::to_array<const Column*>({&kType, &kId, &kWaiting, &kCount, &kSize, &kName, &kEnds, &kNote});
constexpr auto kRows = std::to_array<const Column*>(
    {&kType, &kId, &kName, &kWaiting, &kCount, &kSize, &kEndColumns[0], &kEndColumns[1], &kEndColumns[2],
     &kEndColumns[3], &kEndColumns[4], &kEndColumns[5], &kNote});

constexpr Column kProcesses{
    .name = "processes", .header = "", .help = "processes that were chosen and read", .type = Type::count};
constexpr Column kOutsideDenied{.name = "outside_denied",
                                .header = "",
                                .help = "other processes that may have further ends and may not be read",
                                .type = Type::count};
constexpr auto kDocument = std::to_array<const Column*>({&kProcesses, &kOutsideDenied});

template <class T>
Value cell(const Result<T>& result) {
  return result ? Value(*result) : Value(result.error().code);
}

class IpcReport {
 public:
  IpcReport(const Request& request, const ProcFs& procfs, Output& output)
      : request_(request), procfs_(procfs), output_(output) {}

  [[nodiscard]] int run();

 private:
  [[nodiscard]] bool choose();
  void learn_names();
  void note(Pid pid, Errc code, std::string_view subject, std::string_view message);
  void write();
  void write_line(Writer& writer, const Channel& channel);
  void write_ends(Writer& writer, const Channel& channel);
  [[nodiscard]] std::string ends_text(const Channel& channel) const;
  [[nodiscard]] std::string_view comm(Pid pid) const;

  const Request& request_;
  const ProcFs& procfs_;
  Output& output_;
  std::vector<Pid> pids_{};
  Comms comms_{};
  ChannelReading reading_{};
  std::vector<Channel> channels_{};
  std::vector<Problem> problems_{};
};

void IpcReport::note(Pid pid, Errc code, std::string_view subject, std::string_view message) {
  problems_.push_back({pid.value, std::string(subject), code, std::string(message)});
}

// False when /proc cannot be listed.
bool IpcReport::choose() {
  const auto chosen = read_chosen(request_, procfs_);
  if (!chosen) {
    complain("pstat", "/proc cannot be listed");
    return false;
  }
  for (const auto pid : chosen->missing) {
    note(pid, Errc::gone, "process", format_text("process {}: no such process", pid.value));
    complain("pstat", problems_.back().message);
  }
  for (const auto& [pid, start, name] : chosen->chosen) {
    pids_.push_back(pid);
    comms_.emplace(pid, name);
  }
  if (pids_.empty() && problems_.empty()) complain("pstat", "no process is chosen");
  return true;
}

// Of those outside, each once.
void IpcReport::learn_names() {
  std::string buffer;
  for (const auto& channel : channels_) {
    for (const auto& end : channel.ends) {
      const auto [at, is_new] = comms_.try_emplace(end.pid);
      if (!is_new) continue;
      auto text = procfs_.pid_by_path(end.pid).read("comm", buffer).value_or("");
      if (text.ends_with('\n')) text.remove_suffix(1);
      at->second = text;
    }
  }
}

std::string_view IpcReport::comm(Pid pid) const {
  const auto found = comms_.find(pid);
  return found == comms_.end() ? std::string_view() : std::string_view(found->second);
}

// "4243 python3 fd 5 read, 4244 python3 fd 6 write; outside: 1 systemd fd 7 both".
std::string IpcReport::ends_text(const Channel& channel) const {
  constexpr std::size_t kMostNamed = 8;
  std::string text;
  std::size_t named = 0;
  for (const bool inside : {true, false}) {
    bool first = true;
    for (const auto& end : channel.ends) {
      if (end.inside != inside || ++named > kMostNamed) continue;
      text += text.empty() ? "" : first && !inside ? "; " : ", ";
      if (first && !inside) text += "outside: ";
      first = false;
      text += format_text("{} {}", end.pid.value, comm(end.pid));
      if (end.descriptor >= 0) text += format_text(" fd {}", end.descriptor);
      text += format_text(" {}", name(end.role));
      if (end.waiting && *end.waiting != Bytes{})
        text += format_text(" ({} to read)", size_text(*end.waiting, request_.writer.cell));
    }
  }
  if (named > kMostNamed) text += format_text(", and {} more", named - kMostNamed);
  return text;
}

void IpcReport::write_line(Writer& writer, const Channel& channel) {
  const auto ends = ends_text(channel);
  const auto size = channel.size ? Value(*channel.size) : Value(Errc::not_applicable);
  const auto row = std::to_array<Value>(
      {name(channel.type), std::string_view(channel.id), cell(channel.waiting), cell(channel.count), size,
       std::string_view(channel.name), std::string_view(ends), std::string_view(channel.note)});
  writer.row(row);
}

void IpcReport::write_ends(Writer& writer, const Channel& channel) {
  const auto size = channel.size ? Value(*channel.size) : Value(Errc::not_applicable);
  for (const auto& end : channel.ends) {
    const auto descriptor =
        end.descriptor >= 0 ? Value(std::int64_t{end.descriptor}) : Value(Errc::not_applicable);
    const auto row = std::to_array<Value>(
        {name(channel.type), std::string_view(channel.id), std::string_view(channel.name),
         cell(channel.waiting), cell(channel.count), size, std::int64_t{end.pid.value}, comm(end.pid),
         descriptor, name(end.role), end.inside, cell(end.waiting), std::string_view(channel.note)});
    writer.row(row);
  }
}

void IpcReport::write() {
  const RunInfo info(procfs_, now_ns());
  NamedValues document;
  document.add(info.facts());
  document.add(kProcesses, std::uint64_t{pids_.size() - reading_.unread.size()});
  document.add(kOutsideDenied, std::uint64_t{reading_.outside_denied});
  auto style = request_.writer;
  style.line_width = line_width(request_.width);
  const auto writer = make_writer(request_.format, output_, kIpcShape, style);
  writer->begin(document.facts());
  const bool table = request_.format == Format::table;
  writer->begin_section({}, table ? Columns(kTable) : Columns(kRows));
  for (const auto& channel : channels_) table ? write_line(*writer, channel) : write_ends(*writer, channel);
  writer->end_section(nullptr, "");
  writer->end(problems_);
}

int IpcReport::run() {
  if (!choose()) return kExitNothing;
  reading_ = read_channels(procfs_, pids_);
  for (const auto& [pid, error] : reading_.unread) note(pid, error.code, error.file, reason(error.code));
  if (!reading_.unread.empty())
    complain("pstat", format_text("{} of {} processes could not be read: {}", reading_.unread.size(),
                                  pids_.size(), reason(reading_.unread.front().error.code)));
  if (reading_.outside_denied != 0)
    complain("pstat", format_text("{} other processes may not be read: ends that they have are not shown",
                                  reading_.outside_denied));
  channels_ = link_channels(reading_.facts);
  learn_names();
  if (request_.dot) {
    append_dot(output_.buffer(), channels_, comms_);
    output_.flush();
  } else {
    write();
  }
  if (pids_.size() == reading_.unread.size()) return kExitNothing;
  return problems_.empty() ? kExitOk : kExitPartial;
}

}  // namespace

Columns ipc_document_columns() { return kDocument; }
Columns ipc_columns() { return kRows; }

int show_ipc(const Request& request, const ProcFs& procfs, Output& output) {
  return IpcReport(request, procfs, output).run();
}

}  // namespace pageloupe::pstat
