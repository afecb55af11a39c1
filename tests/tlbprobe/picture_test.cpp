// SPDX-License-Identifier: MIT
// The plot on a terminal, the SVG file, and the samples in JSON.
#include <nlohmann/json.hpp>

#include "render/json_object.h"
#include "support/catch.h"
#include "tlbprobe/curve_picture.h"
#include "tlbprobe/samples.h"

namespace pageloupe::tlbprobe {
namespace {

Geometry stepped() {
  Geometry geometry;
  for (const auto pages : curve_grid(12288)) {
    const double cost = pages <= 72 ? 0 : pages <= 3072 ? 7 : 46;
    geometry.curve.push_back(
        {.pages = pages, .raw = 4 + cost, .dense = 4, .orders = {{4 + cost, 4}, {5 + cost, 4}}});
  }
  geometry.shape = read_shape(geometry.curve);
  return geometry;
}

std::vector<TlbRow> two_rows() {
  std::vector<TlbRow> rows(2);
  rows[0].measured = 72;
  rows[0].declared = 64;
  rows[1].level = 2;
  rows[1].measured = 3072;
  rows[1].declared = 3072;
  for (auto& row : rows) row.page_size = Bytes{4096};
  return rows;
}

CurvePicture picture() { return picture_of(stepped(), two_rows(), Bytes{4096}, TlbKind::data); }

std::size_t columns(std::string_view line) {
  return static_cast<std::size_t>(
      std::ranges::count_if(line, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

}  // namespace

TEST_CASE("the plot fits a terminal of 80 by 24", "[tlbprobe]") {
  const bool utf8 = GENERATE(true, false);
  auto text = plot_text(picture(), {}, utf8);
  CHECK(std::ranges::count(text, '\n') <= 22);
  CHECK(text.contains("L1 72"));
  CHECK(text.contains("L2 3072"));
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto line = take_line(rest);
    INFO(line);
    CHECK(columns(line) <= 79);
  }
}

TEST_CASE("without UTF-8 the plot is ASCII", "[tlbprobe]") {
  const auto text = plot_text(picture(), {}, false);
  CHECK(std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
  CHECK(text.contains('\''));
}

TEST_CASE("nothing measured draws nothing", "[tlbprobe]") {
  CHECK(plot_text(picture_of(Geometry{}, {}, Bytes{4096}, TlbKind::data), {}, true).empty());
  CHECK(plot_svg({}).contains("no curve was measured"));
}

TEST_CASE("a small terminal still gets a plot", "[tlbprobe]") {
  CHECK_FALSE(plot_text(picture(), {.columns = 0, .lines = 0}, true).empty());
}

TEST_CASE("the SVG has the curve, its marks, and no scripts", "[tlbprobe]") {
  const auto svg = plot_svg(picture());
  CHECK(svg.starts_with("<svg "));
  CHECK(svg.ends_with("</svg>\n"));
  CHECK(svg.contains("<title>L1 72 entries measured</title>"));
  CHECK(svg.contains("L1 64 declared"));
  CHECK(svg.contains("<polygon"));
  CHECK_FALSE(svg.contains("script"));
}

TEST_CASE("the band's ends are the orders' quantiles", "[tlbprobe]") {
  CurvePoint point;
  for (int i = 0; i <= 10; ++i) point.orders.push_back({.pages = 4.0 + i, .dense = 4});
  CHECK(order_quantile(point, 0.1) == Approx(1));
  CHECK(order_quantile(point, 0.9) == Approx(9));
}

TEST_CASE("samples are JSON, with every order of every point", "[tlbprobe]") {
  Measurement measurement;
  measurement.report.base = stepped();
  measurement.report.base.first = FirstLevel{.entries = 72, .penalty = 7};
  measurement.runs.push_back({.seed = 3, .first = measurement.report.base.first});
  Buffer buffer;
  append(buffer, "{\"a\":1");
  append_samples(buffer, measurement, Bytes{4096});
  buffer.push_back('}');
  const auto document = nlohmann::json::parse(buffer.view());
  CHECK(document["runs"][0]["first"]["entries"] == 72);
  CHECK(document["runs"][0]["second"].is_null());
  CHECK(document["granule"].is_null());
  REQUIRE(document["curves"].size() == 1);
  CHECK(document["curves"][0]["points"].size() == measurement.report.base.curve.size());
  CHECK(document["curves"][0]["points"][0]["orders"].size() == 2);
}

TEST_CASE("the spread over runs names every answer", "[tlbprobe]") {
  std::vector<RunResult> runs(3);
  for (auto& run : runs) run = {.seconds = 1.5, .first = FirstLevel{.entries = 72, .penalty = 6.9}};
  runs[2].first->entries = 71;
  CHECK(describe_spread(runs).starts_with("L1 data: 71 in 1, 72 in 2 of 3 runs; +6.9 to +6.9 cycles\n"));
  CHECK(describe_spread({runs[0]}).empty());
}

}  // namespace pageloupe::tlbprobe
