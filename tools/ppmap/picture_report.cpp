// SPDX-License-Identifier: MIT
#include "ppmap/picture_report.h"

#include <cstdlib>
#include <cstring>
#include <unistd.h>

#include "base/write_file.h"
#include "cli/output_width.h"
#include "cli/rights.h"
#include "field/vma_fields.h"
#include "ppmap/picture.h"
#include "ppmap/row_source.h"
#include "sample/page_heat.h"

namespace pageloupe::ppmap {
namespace {

// Of terminals that can do no more than print.
bool is_dumb_terminal() {
  const char* const term = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe): nothing sets it
  return term != nullptr && std::strcmp(term, "dumb") == 0;
}

TextLook text_look(const Request& request) {
  constexpr std::size_t kInPipes = 80;
  const bool dumb = is_dumb_terminal();
  const auto& style = request.writer.cell.text;
  return {.text = style,
          .ascii = request.picture.ascii || !style.utf8 || dumb,
          .color = wants_color(request.picture.color, ::isatty(STDOUT_FILENO) == 1 && !dumb),
          .low_first = request.picture.low_first,
          .title = request.writer.headings || request.title_alone,
          .legend = request.writer.footer,
          .columns = output_width().value_or(kInPipes),
          .lines = request.picture.lines};
}

class PictureReport : public Report {
 public:
  PictureReport(const Request& request, const ProcFs& procfs, Output& output)
      : request_(request),
        procfs_(&procfs),
        output_(&output),
        name_(*find_field(vma_fields(), "mapping")),
        look_(text_look(request)) {}

  void begin(const Facts&) override {}
  [[nodiscard]] Result<void> show(const OpenProcess& process) override;
  void end(std::span<const Problem>) override { output_->flush(); }
  [[nodiscard]] std::vector<Problem> write_files() override;

 private:
  [[nodiscard]] Result<Picture> read(const OpenProcess& process) const;
  [[nodiscard]] Result<void> read_rows(const OpenProcess& process, Picture& picture) const;
  [[nodiscard]] static Result<void> read_heat(const OpenProcess& process, Picture& picture);
  void draw(Picture picture);
  void write(const std::string& path, const std::string& text, std::vector<Problem>& problems);

  Request request_;
  const ProcFs* procfs_;
  Output* output_;
  const Field<VmaRow>* name_;
  TextLook look_;
  bool first_ = true;
  std::vector<Picture> pictures_;  // for files, which hold all of them
};

Result<void> PictureReport::read_rows(const OpenProcess& process, Picture& picture) const {
  auto source = RowSource::open(process, request_, Source::smaps);
  // A kernel without smaps.
  if (!source && source.error().code == Errc::unsupported)
    source = RowSource::open(process, request_, Source::maps);
  if (!source) return std::unexpected(source.error());
  Result<bool> more = source->next();
  for (; more && *more; more = source->next()) {
    const auto name = (*name_)(source->row());
    const auto* text = std::get_if<std::string_view>(&name);
    picture.add(source->row(), text != nullptr ? *text : std::string_view{});
  }
  if (!more) return std::unexpected(more.error());
  if (source->empty()) return no_memory();
  if (picture.mappings.empty()) picture.absence = "no mapping is within these addresses";
  return {};
}

Result<void> PictureReport::read_heat(const OpenProcess& process, Picture& picture) {
  // More than there are cells in a box, or slices in one of SVG.
  constexpr std::size_t kParts = 1024;
  std::vector<pageloupe::AddressRange> ranges;
  for (const auto& mapping : picture.mappings) ranges.push_back({mapping.start, mapping.end});
  const Bytes page_size{static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))};
  auto heat = read_page_heat(process.dir, std::move(ranges), page_size, kParts);
  if (!heat) return std::unexpected(heat.error());
  picture.heat = std::move(*heat);
  return {};
}

Result<Picture> PictureReport::read(const OpenProcess& process) const {
  Picture picture{.title = title(process.head), .is_part = request_.subset};
  if (!process.head.has_memory()) {
    picture.absence = process.head.absence;
    picture.has_map = false;
    return picture;
  }
  const auto rows = read_rows(process, picture);
  if (!rows && rows.error().code != Errc::no_memory) return std::unexpected(rows.error());
  if (!rows) {
    picture.absence = kExiting;
    picture.has_map = false;
    return picture;
  }
  if (request_.picture.heat && picture.has_map) {
    if (const auto heat = read_heat(process, picture); !heat) return std::unexpected(heat.error());
  }
  if (const auto headroom = measure_headroom(*procfs_, process.dir)) {
    picture.heap = growth_of("heap", *headroom);
    picture.stack = growth_of("stack", *headroom);
  }
  picture.finish(request_.live ? own_address_rules() : AddressRules::unknown);
  return picture;
}

Result<void> PictureReport::show(const OpenProcess& process) {
  auto picture = read(process);
  if (!picture) return std::unexpected(picture.error());
  const bool has_map = picture->has_map;
  draw(std::move(*picture));
  return has_map ? Result<void>{} : no_memory();
}

void PictureReport::draw(Picture picture) {
  if (request_.picture.text) {
    if (!first_) output_->buffer().push_back('\n');
    append(output_->buffer(), draw_text(picture, look_));
    output_->written();
    first_ = false;
  }
  const bool to_file = !request_.picture.svg.empty() || !request_.picture.html.empty();
  if (to_file) pictures_.push_back(std::move(picture));
}

void PictureReport::write(const std::string& path, const std::string& text, std::vector<Problem>& problems) {
  if (path == "-") return append(output_->buffer(), text);
  const CallersRights his;
  constexpr mode_t kReadableByAll = 0644;
  const int error = write_file(path, text, kReadableByAll);
  if (error == 0) return;
  const std::string why =
      error == ELOOP ? "it is a symbolic link" : std::strerror(error);  // NOLINT(concurrency-mt-unsafe)
  problems.push_back({std::nullopt, path, Errc::io, path + ": cannot be written: " + why});
}

std::vector<Problem> PictureReport::write_files() {
  std::vector<Problem> problems;
  if (pictures_.empty()) return problems;
  const SvgLook look{.low_first = request_.picture.low_first};
  if (!request_.picture.svg.empty()) write(request_.picture.svg, draw_svg(pictures_, look), problems);
  if (!request_.picture.html.empty()) write(request_.picture.html, draw_html(pictures_, look), problems);
  return problems;
}

}  // namespace

std::unique_ptr<Report> make_picture_report(const Request& request, const ProcFs& procfs, Output& output) {
  return std::make_unique<PictureReport>(request, procfs, output);
}

}  // namespace pageloupe::ppmap
