// SPDX-License-Identifier: MIT
#include "ppmap/map_side.h"

#include "cli/message.h"
#include "cli/run_info.h"
#include "ppmap/diff_report.h"
#include "ppmap/options.h"
#include "record/map_file.h"

namespace pageloupe::ppmap {
namespace {

std::unexpected<SideError> trouble(std::string message, int exit_code = kExitTrouble) {
  return std::unexpected(SideError{std::move(message), exit_code});
}

// The processes of a file.
class Sides : public MapSink {
 public:
  explicit Sides(const SideRequest& request)
      : measures_(request.measures), whole_paths_(request.whole_paths), map_(request.measures) {}

  void mapping(VmaRow& row) override {
    if (whole_paths_ && row.label.empty() && row.record.vma.name.starts_with('/'))
      row.label = row.record.vma.name;
    map_.add(row);
  }
  void process(SavedProcess& process) override {
    map_.finish();
    MapSide side{.pid = process.pid, .comm = process.comm, .command = process.command};
    side.since_boot = process.since_boot;
    side.map = std::exchange(map_, MapSnapshot(measures_));
    all_.push_back(std::move(side));
  }

  [[nodiscard]] std::vector<MapSide>& all() { return all_; }

 private:
  MeasureSet measures_;
  bool whole_paths_;
  MapSnapshot map_;
  std::vector<MapSide> all_;
};

std::expected<MapSide, SideError> read_saved(const SideRequest& request) {
  const auto shown = request.operand == "-" ? std::string("standard input") : one_line(request.operand);
  Sides sides(request);
  const auto document = read_map_file(request.operand, sides);
  if (!document) return trouble(shown + ": " + document.error().message);
  auto& all = sides.all();
  if (all.empty() && !document->problems.empty())
    return trouble(shown + ": it holds no process; when it was saved: " + document->problems[0].message);
  if (all.empty()) return trouble(shown + ": it holds no process");
  auto chosen = all.begin();
  if (all.size() > 1) {
    chosen = request.wanted ? std::ranges::find(all, *request.wanted, &MapSide::pid) : all.end();
    if (chosen == all.end())
      return trouble(shown + ": it holds " + std::to_string(all.size()) +
                     " processes, and which of them is meant is not said: save one map a file");
  }
  chosen->boot_id = document->boot_id;
  chosen->time = document->time;
  return std::move(*chosen);
}

std::expected<MapSide, SideError> read_live(const SideRequest& request, const ProcFs& procfs,
                                            const std::string& boot_id) {
  const auto pid = parse_operand(request.operand, procfs.root());
  if (!pid) return trouble(pid.error());
  const auto number = std::to_string(pid->value) + ": ";
  const auto failure = [&](const Error& error, const ProcessHead& head) {
    if (error.code == Errc::gone) return trouble(number + "no such process", kExitMissingSide);
    if (error.code == Errc::denied) return trouble(number + denial(head));
    return trouble(number + "its map cannot be read: " + std::string(reason(error.code)));
  };
  const auto process = open_process(procfs, *pid);
  if (!process) return failure(process.error(), {});
  const auto& head = process->head;
  if (!head.has_memory()) return trouble(number + head.absence);
  MapSide side{.pid = head.pid,
               .comm = head.comm,
               .command = head.command,
               .since_boot = head.since_boot,
               .boot_id = boot_id,
               .time = Timestamp{now_ns()},
               .map = MapSnapshot(request.measures)};
  auto map = ProcessMap::open(
      process->dir,
      {.usage = request.measures.needs_smaps(), .leader = head.pid, .whole_paths = request.whole_paths});
  if (!map) return failure(map.error(), head);
  Result<bool> more = map->next();
  for (; more && *more; more = map->next()) side.map.add(map->row());
  if (!more) return failure(more.error(), head);
  if (side.map.size() == 0) return trouble(number + std::string(kExiting));
  side.map.finish();
  return side;
}

}  // namespace

bool is_process(std::string_view operand) {
  if (operand == "self" || operand.starts_with("/proc/")) return true;
  return !operand.empty() && operand.find_first_not_of("0123456789") == std::string_view::npos;
}

std::expected<MapSide, SideError> read_side(const SideRequest& request, const ProcFs& procfs,
                                            const std::string& boot_id) {
  return is_process(request.operand) ? read_live(request, procfs, boot_id) : read_saved(request);
}

}  // namespace pageloupe::ppmap
