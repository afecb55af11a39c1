// SPDX-License-Identifier: MIT
// The latency curve as a picture: lines of text for a terminal, or SVG.
#pragma once

#include <string>
#include <vector>

#include "probe/inference.h"
#include "tlbprobe/tlb_row.h"

namespace pageloupe::tlbprobe {

// A number of pages worth a line in the picture.
struct CurveMark {
  std::string label{};  // "L1 72"
  double pages = 0;
  bool measured = false;  // else declared or published
};

struct CurvePicture {
  std::string title{};
  std::vector<CurvePoint> points{};
  std::vector<double> cost{};  // of each point: cycles of translation, disturbances taken away
  std::vector<CurveMark> marks{};
};

// Nothing to draw gives a picture without points.
[[nodiscard]] CurvePicture picture_of(const Geometry& geometry, std::span<const TlbRow> rows, Bytes page_size,
                                      TlbKind kind);

struct PlotSize {
  std::size_t columns = 78;
  std::size_t lines = 20;
};

// Braille where the terminal has UTF-8, else ASCII.
[[nodiscard]] std::string plot_text(const CurvePicture& picture, PlotSize size, bool utf8);

// One self-contained file, without scripts: the median, the band from p10 to p90 of the orders, the marks.
[[nodiscard]] std::string plot_svg(const CurvePicture& picture);

// The share `q` of the orders of a point cost no more than this many cycles.
[[nodiscard]] double order_quantile(const CurvePoint& point, double q);

}  // namespace pageloupe::tlbprobe
