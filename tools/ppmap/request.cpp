// SPDX-License-Identifier: MIT
#include "ppmap/request.h"

#include "cli/message.h"
#include "ppmap/change_request.h"
#include "ppmap/picture_request.h"
#include "ppmap/subject_request.h"

namespace pageloupe::ppmap {
namespace {

using Checked = std::expected<void, std::string>;

constexpr std::string_view kExtendedColumns = "start,size,rss,dirty,perms,mapping";
constexpr std::string_view kDeviceColumns = "start,size,perms,offset,device,mapping";

// A name that only a later kernel has is found when the map is read; what is known now is checked now.
Checked check_columns(FieldSpan<VmaRow> fields, std::string_view list) {
  const auto selected = select_fields(fields, list);
  if (!selected) return std::unexpected(unknown_column_message(selected.error()));
  return {};
}

// What a view cannot do is refused, not passed over.
Checked check_conflicts(const Options& options) {
  const auto& report = options.report;
  if (options.limits || options.faults || options.sharers || options.explain || options.cost) {
    const std::string view = options.limits    ? "--limits shows no mappings"
                             : options.faults  ? "--faults has rows of its own"
                             : options.sharers ? "--sharers has rows of its own"
                             : options.cost    ? "--cost has rows of its own"
                                               : "--explain shows no mappings";
    const auto given =
        std::to_array<std::pair<bool, std::string_view>>({{report.output.has_value(), "-o"},
                                                          {report.sort.has_value(), "--sort"},
                                                          {report.filter.has_value(), "--filter"},
                                                          {options.range.has_value(), "-A"}});
    for (const auto& [is_given, name] : given) {
      if (is_given) return std::unexpected(view + ": " + std::string(name) + " does not go with it");
    }
  }
  if (report.bytes && options.explain)
    return std::unexpected("-b does not go with --explain, whose figures are bytes with --json");
  const bool pmap_layout = options.extended || options.device || options.more > 0;
  const bool table = !report.json && report.format.value_or("table") == "table";
  if (report.bytes && pmap_layout && table && !report.output) {
    return std::unexpected("-b does not go with -x, -X and -d, whose sizes are in KiB as pmap's");
  }
  return {};
}

// A recorder writes all there is of maps and prints nothing; what is replayed is what was recorded.
Checked check_recording(const Options& options, View view) {
  const auto& report = options.report;
  if (options.recording.record) {
    const bool rows = report.output || report.filter || report.sort || options.range || options.by ||
                      options.tlb || options.pages || options.gentle || options.numa || options.wss;
    if (view != View::map || rows || report.json || report.format || options.show_path || options.quiet)
      return std::unexpected(
          "--record writes whole maps and prints none: it goes with --delay and --samples");
  } else if (options.delay || options.samples) {
    return std::unexpected("--delay and --samples need --record FILE");
  }
  if (!options.recording.replay) return {};
  const bool usual = !options.pages && !options.gentle && !options.numa && !options.wss;
  const bool of_map =
      (view == View::map && usual) || view == View::extended || view == View::device || view == View::wide;
  if (!of_map)
    return std::unexpected("--replay shows maps: -x, -X, -d, --by and --tlb go with it, and no other view");
  if (report.proc_root != ReportOptions{}.proc_root)
    return std::unexpected("--replay and --proc-root contradict each other");
  return {};
}

Checked choose_recording(Request& request, const Options& options) {
  if (const auto checked = check_recording(options, request.view); !checked) return checked;
  auto recording = make_recording_request(options.recording);
  if (!recording) return std::unexpected(recording.error());
  request.recording = std::move(*recording);
  if (request.recording.replay) request.live = false;
  if (options.delay) {
    request.delay = parse_seconds(*options.delay);
    if (!request.delay) {
      return std::unexpected("--delay takes seconds from 0.01 to 86400, as in 15 or 0.5, not '" +
                             one_line(*options.delay) + "'");
    }
  }
  if (!options.samples) return {};
  request.samples = to_number<std::uint64_t>(*options.samples);
  if (!request.samples || *request.samples == 0)
    return std::unexpected("--samples takes a number, 1 or more, not '" + one_line(*options.samples) + "'");
  if (!request.delay) request.delay = std::chrono::seconds{1};
  return {};
}

Checked check_views(const Options& options) {
  // These say something of each mapping, which --by sums up, as it does the changes of --diff.
  const std::array subjects{options.pages, options.gentle, options.numa, options.wss.has_value()};
  const std::array others{options.extended, options.more > 0, options.device,
                          options.limits,   options.tlb,      options.faults.has_value(),
                          options.sharers,  options.diff,     options.watch.has_value(),
                          options.explain,  options.cost,     wants_picture(options)};
  const auto chosen = std::ranges::count(others, true);
  if (chosen + std::ranges::count(subjects, true) > 1 || (options.by && chosen > 0 && !options.diff)) {
    return std::unexpected(
        "only one of -x, -X, -d, --by, --limits, --tlb, --faults, --sharers, --watch, --diff, --explain, "
        "--cost, --picture, --pages, --gentle, --numa and --wss at a time; but --by goes with --diff and the "
        "last four");
  }
  return {};
}

std::expected<View, std::string> chosen_view(const Options& options) {
  if (const auto checked = check_views(options); !checked) return std::unexpected(checked.error());
  if (options.tree && !options.sharers) return std::unexpected("--tree goes with --sharers only");
  if (options.sharers) return options.tree || options.operands.size() > 1 ? View::matrix : View::sharers;
  if (wants_picture(options)) return View::picture;
  if (options.limits) return View::limits;
  if (options.faults) return View::faults;
  if (options.diff) return View::diff;
  if (options.watch) return View::watch;
  if (options.explain) return View::explain;
  if (options.cost) return View::cost;
  if (options.extended) return View::extended;
  if (options.device) return View::device;
  return options.more > 0 ? View::wide : View::map;
}

// The columns that a view has where it is not printed as pmap prints it.
std::string view_columns(const Request& request, Format format) {
  if (request.tlb) return std::string(kTlbColumns);
  if (request.view == View::extended) return std::string(kExtendedColumns);
  if (request.view == View::device) return std::string(kDeviceColumns);
  if (request.view == View::wide || format != Format::table) return {};
  return request.by ? std::string{} : table_columns(request);
}

Checked choose_columns(Request& request, const ReportOptions& options) {
  const bool asked = options.output.has_value();
  request.default_view = request.view == View::map && request.subject == Subject::usage &&
                         request.format == Format::table && !asked && !request.by && !request.tlb;
  const bool saved_form = request.format == Format::json || request.format == Format::jsonl;
  request.columns = saved_form ? std::string{} : view_columns(request, request.format);
  if (!asked) return {};
  const bool appended = options.output->starts_with('+');
  const auto list = options.output->substr(appended ? 1 : 0);
  if (const auto known = check_columns(request.fields, list); !known) return known;
  if (appended && request.view == View::wide) {
    return std::unexpected("-o +LIST does not go with -X, whose columns are those that the kernel has");
  }
  const auto base = appended ? view_columns(request, Format::table) : std::string{};
  request.columns = base.empty() ? list : base + "," + list;
  const bool of_pmap =
      request.view == View::extended || request.view == View::device || request.view == View::wide;
  if (of_pmap) request.view = View::map;  // pmap's layouts have pmap's columns
  return {};
}

Checked choose_rows(Request& request, const Options& options) {
  request.subset = options.range || options.report.filter;
  if (options.range) {
    const auto range = parse_range(*options.range);
    if (!range)
      return std::unexpected("'" + one_line(*options.range) +
                             "' is not a range of addresses: LOW[,HIGH] in hexadecimal");
    request.range = *range;
  }
  if (const auto& filter = options.report.filter) {
    const auto parsed = Filter::parse(*filter, columns_of(request.fields));
    if (!parsed) return std::unexpected(filter_error_message(*filter, parsed.error()));
    request.filter = filter;
  }
  if (const auto& sort = options.report.sort) {
    const bool descending = sort->starts_with('-');
    SortKey key{sort->substr(descending || sort->starts_with('+') ? 1 : 0), descending};
    if (!request.by) {
      const auto field = find_field(request.fields, key.column);
      if (!field) return std::unexpected(unknown_column_message(field.error()));
      key.column = (*field)->column.name;
    }
    request.sort = std::move(key);
  }
  return {};
}

// How long --faults looks.
Checked choose_duration(Request& request, const Options& options) {
  if (!options.faults) return {};
  const auto duration = parse_seconds(*options.faults);
  if (!duration) {
    return std::unexpected("--faults takes seconds from 0.01 to 86400, as in 5 or 0.5, not '" +
                           one_line(*options.faults) + "'");
  }
  if (!request.live) return std::unexpected("--faults watches processes that run: not with --proc-root");
  request.faults = duration;
  return {};
}

// --tree: whose family; it stands in place of operands.
Checked choose_family(Request& request, const Options& options) {
  if (!options.tree) return {};
  const auto root = parse_operand(*options.tree, options.report.proc_root);
  if (!root) return std::unexpected("--tree: " + root.error());
  if (!options.operands.empty())
    return std::unexpected("--tree PID names its processes: it goes without others");
  request.tree = *root;
  return {};
}

// --by: only sums make sense, and the order is by one of the columns there are then.
Checked choose_groups(Request& request, const ReportOptions& options) {
  request.columns = options.output ? request.columns : std::string(group_sums(request.subject));
  std::vector<std::string_view> order{*request.by, "mappings", "share"};
  const auto sums = *select_fields(request.fields, request.columns);
  for (const auto* field : sums) {
    if (field->column.fold != Fold::sum) {
      return std::unexpected("'" + std::string(field->column.name) +
                             "' cannot be summed up, so it does not go with --by");
    }
    order.push_back(field->column.name);
  }
  if (!request.sort) request.sort = SortKey{std::string(order[order.size() > 3 ? 3 : 1]), true};
  if (std::ranges::find(order, request.sort->column) == order.end()) {
    std::string names;
    for (const auto name : order) names += (names.empty() ? "" : ", ") + std::string(name);
    return std::unexpected("--by " + *request.by + " has no column '" + one_line(request.sort->column) +
                           "' to order by; it has " + names);
  }
  return {};
}

}  // namespace

std::expected<Request, std::string> make_request(const Options& options) {
  Request request;
  const auto format = chosen_format(options.report);
  if (!format) return std::unexpected(format.error());
  request.format = *format;
  const auto view = chosen_view(options);
  if (!view) return std::unexpected(view.error());
  request.view = *view;
  if (const auto checked = check_conflicts(options); !checked) return std::unexpected(checked.error());
  request.writer = writer_options(options.report);
  request.writer.footer = !options.quiet;
  request.title_alone = options.quiet && request.writer.headings && request.format == Format::table;
  if (options.quiet) request.writer.headings = false;
  request.everything = options.more > 1;
  request.show_path = options.show_path;
  request.by = options.by;
  request.tlb = options.tlb;
  request.live = options.report.proc_root == ReportOptions{}.proc_root;
  if (const auto chosen = choose_subject(request, options); !chosen) return std::unexpected(chosen.error());
  if (const auto chosen = choose_family(request, options); !chosen) return std::unexpected(chosen.error());
  const auto picture = make_picture_request(options);
  if (!picture) return std::unexpected(picture.error());
  request.picture = *picture;
  if (const auto chosen = choose_recording(request, options); !chosen) return std::unexpected(chosen.error());
  if (const auto chosen = choose_duration(request, options); !chosen) return std::unexpected(chosen.error());
  if (request.by && std::ranges::find(kGroupKeys, *request.by) == kGroupKeys.end()) {
    return std::unexpected("--by takes kind, path or perms, not '" + one_line(*request.by) + "'");
  }
  if (const auto chosen = choose_changes(request, options); !chosen) return std::unexpected(chosen.error());
  if (request.view == View::diff || request.view == View::watch) return request;
  if (const auto chosen = choose_columns(request, options.report); !chosen)
    return std::unexpected(chosen.error());
  if (const auto chosen = choose_rows(request, options); !chosen) return std::unexpected(chosen.error());
  if (request.by) {
    if (const auto chosen = choose_groups(request, options.report); !chosen)
      return std::unexpected(chosen.error());
  }
  const bool pmap_layout =
      request.view == View::extended || request.view == View::device || request.view == View::wide;
  // pmap's own layouts know no other formats: those show the same columns through ours.
  if (pmap_layout && request.format != Format::table) request.view = View::map;
  return request;
}

}  // namespace pageloupe::ppmap
