// SPDX-License-Identifier: MIT
#include <charconv>

#include "base/text.h"
#include "field/process_fields.h"
#include "pstat/request_parts.h"

namespace pageloupe::pstat {
namespace {

std::expected<std::chrono::nanoseconds, std::string> parse_rollup_time(std::string_view text) {
  constexpr double kLongest = 3600;
  double seconds = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, seconds, std::chars_format::fixed);
  if (error != std::errc{} || end != last || !(seconds >= 0 && seconds <= kLongest)) {
    return std::unexpected("--rollup-time takes seconds from 0 to 3600, as in 0.5, not '" +
                           std::string(text) + "'");
  }
  return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

bool filters_by_rollup(const Request& request) {
  if (!request.filter) return false;
  const auto filter = Filter::parse(*request.filter, columns_of(process_fields()));
  return filter && std::ranges::any_of(filter->columns(), [](std::size_t index) {
           return process_fields()[index].column.origin.files.has(Source::smaps_rollup);
         });
}

}  // namespace

Checked choose_export(Request& request, const Options& options) {
  auto& exported = request.exported;
  exported.file = options.output_file;
  if (options.rollup_time) {
    const auto time = parse_rollup_time(*options.rollup_time);
    if (!time) return std::unexpected(time.error());
    exported.rollup_time = *time;
  }
  if (!options.max_groups) return {};
  const auto count = to_number<std::uint32_t>(*options.max_groups);
  if (!count || *count == 0 || *count > 10'000) {
    return std::unexpected("--max-groups takes a number from 1 to 10000, not '" + *options.max_groups + "'");
  }
  exported.most_groups = *count;
  return {};
}

// What would have no effect beside the metrics is refused rather than passed over.
Checked check_export(const Request& request, const Options& options) {
  if (request.format != Format::prometheus) {
    if (options.output_file || options.max_groups || options.rollup_time)
      return std::unexpected("--output-file, --max-groups and --rollup-time go with --format prometheus");
    return {};
  }
  if (request.list_columns || request.footprint || request.cow || request.count || request.recording.record)
    return std::unexpected("--format prometheus is of groups of processes: only --group-by has it");
  if (!request.group_by)
    return std::unexpected("--format prometheus needs --group-by: its labels are groups");
  if (request.recording.replay)
    return std::unexpected("--replay goes with no --format prometheus, which knows no past");
  if (request.system)
    return std::unexpected("--system goes with no --format prometheus: node_exporter has that");
  if (!request.sort.empty())
    return std::unexpected("--sort goes with no --format prometheus: metrics have no order");
  if (request.stream && !request.exported.file)
    return std::unexpected(
        "--format prometheus with -d or -n needs --output-file FILE, which each pass replaces");
  if (filters_by_rollup(request))
    return std::unexpected(
        "--filter by what stands in smaps_rollup does not go with --format prometheus, which "
        "reads that in turn");
  return {};
}

}  // namespace pageloupe::pstat
