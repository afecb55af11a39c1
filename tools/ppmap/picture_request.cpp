// SPDX-License-Identifier: MIT
#include "ppmap/picture_request.h"

#include "cli/message.h"
#include "ppmap/picture.h"

namespace pageloupe::ppmap {
namespace {

using Checked = std::expected<void, std::string>;

// What belongs to other views is refused, not passed over.
Checked check_report(const Options& options) {
  const auto& report = options.report;
  if (report.json || report.format.value_or("table") != "table")
    return std::unexpected("a picture has no other format: --json and --format do not go with it");
  const auto given =
      std::to_array<std::pair<bool, std::string_view>>({{report.output.has_value(), "-o"},
                                                        {report.sort.has_value(), "--sort"},
                                                        {report.filter.has_value(), "--filter"},
                                                        {report.bytes, "-b"},
                                                        {report.raw, "-r"}});
  for (const auto& [is_given, name] : given) {
    if (is_given)
      return std::unexpected("a picture shows all mappings: " + std::string(name) +
                             " does not go with it; -A shows a part of the addresses");
  }
  return {};
}

Checked check_without_picture(const Options& options) {
  const auto given =
      std::to_array<std::pair<bool, std::string_view>>({{options.height.has_value(), "--height"},
                                                        {options.ascii, "--ascii"},
                                                        {options.color == "always", "--color always"}});
  for (const auto& [is_given, name] : given) {
    if (is_given) return std::unexpected(std::string(name) + " is for --picture");
  }
  return {};
}

Checked choose_height(PictureRequest& request, const std::optional<std::string>& height) {
  constexpr std::size_t kMostLines = 10'000;
  if (!height) return {};
  const auto lines = to_number<std::size_t>(*height);
  if (!lines || *lines < kFewestLines || *lines > kMostLines) {
    return std::unexpected("--height takes lines from " + std::to_string(kFewestLines) + " to " +
                           std::to_string(kMostLines) + ", not '" + one_line(*height) + "'");
  }
  request.lines = lines;
  return {};
}

Checked choose_files(PictureRequest& request, const Options& options) {
  request.svg = options.svg.value_or("");
  request.html = options.html.value_or("");
  if ((options.svg && request.svg.empty()) || (options.html && request.html.empty()))
    return std::unexpected(options.svg && request.svg.empty() ? "option --svg needs FILE"
                                                              : "option --html needs FILE");
  const int on_stdout = (request.text ? 1 : 0) + (request.svg == "-" ? 1 : 0) + (request.html == "-" ? 1 : 0);
  if (on_stdout > 1)
    return std::unexpected("only one of --picture, --svg - and --html - has standard output");
  if (request.svg == request.html && !request.svg.empty())
    return std::unexpected("--svg and --html need files of their own");
  return {};
}

}  // namespace

bool wants_picture(const Options& options) { return options.picture || options.svg || options.html; }

std::expected<PictureRequest, std::string> make_picture_request(const Options& options) {
  PictureRequest request;
  const auto color = parse_color_when(options.color);
  if (!color) return std::unexpected(color.error());
  request.color = *color;
  request.text = options.picture.has_value();
  if (!request.text) {
    if (const auto checked = check_without_picture(options); !checked)
      return std::unexpected(checked.error());
  }
  if (options.heat && !wants_picture(options))
    return std::unexpected("--heat is for --picture, --svg and --html");
  if (!wants_picture(options)) return request;
  if (const auto checked = check_report(options); !checked) return std::unexpected(checked.error());
  if (options.picture && *options.picture != "up" && *options.picture != "down")
    return std::unexpected("--picture takes up or down, not '" + one_line(*options.picture) + "'");
  request.low_first = options.picture == "down";
  request.ascii = options.ascii;
  request.heat = options.heat;
  if (const auto chosen = choose_height(request, options.height); !chosen)
    return std::unexpected(chosen.error());
  if (const auto chosen = choose_files(request, options); !chosen) return std::unexpected(chosen.error());
  return request;
}

}  // namespace pageloupe::ppmap
