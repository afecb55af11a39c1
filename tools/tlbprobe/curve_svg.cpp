// SPDX-License-Identifier: MIT
// The curve as an SVG file.
#include <algorithm>
#include <cmath>

#include "probe/wording.h"
#include "render/format.h"
#include "render/svg.h"
#include "tlbprobe/curve_picture.h"

namespace pageloupe::tlbprobe {
namespace {

constexpr double kWidth = 860;
constexpr double kHeight = 440;
constexpr double kLeft = 60;
constexpr double kRight = 20;
constexpr double kTop = 60;
constexpr double kBottom = 50;

class Canvas {
 public:
  explicit Canvas(const CurvePicture& picture)
      : least_(std::log(picture.points.front().pages)), most_(std::log(picture.points.back().pages)) {
    for (std::size_t i = 0; i < picture.points.size(); ++i) top_ = std::max(top_, picture.cost[i]);
    top_ *= 1.1;
  }

  [[nodiscard]] double x(double pages) const {
    const auto share = (std::log(pages) - least_) / (most_ - least_);
    return kLeft + share * (kWidth - kLeft - kRight);
  }
  [[nodiscard]] double y(double cycles) const {
    const auto share = std::clamp(cycles / top_, 0.0, 1.0);
    return kHeight - kBottom - share * (kHeight - kTop - kBottom);
  }
  [[nodiscard]] bool holds(double pages) const {
    return std::log(pages) >= least_ && std::log(pages) <= most_;
  }
  [[nodiscard]] double top() const { return top_; }

 private:
  double least_;
  double most_;
  double top_ = 1;
};

constexpr std::string_view kStyle =
    "text{font:12px sans-serif;fill:#1f2328}.title{font-size:15px}.middle{text-anchor:middle}"
    ".end{text-anchor:end}.bg{fill:#fff}.grid{stroke:#ddd}.band{fill:#9ecae1;fill-opacity:.5}"
    ".curve{fill:none;stroke:#08519c;stroke-width:1.5}.dot{fill:#08519c}.measured{stroke:#cb181d}"
    ".declared{stroke:#238b45;stroke-dasharray:5 4}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.bg{fill:#0d1117}.grid{stroke:#30363d}"
    ".band{fill:#1f4f7a}.curve{stroke:#58a6ff}.dot{fill:#58a6ff}.measured{stroke:#ff6b61}"
    ".declared{stroke:#3fb950}}";
constexpr std::string_view kMiddle = R"(class="middle")";
constexpr std::string_view kGrid = R"(class="grid")";

std::string point_of(const Canvas& canvas, double pages, double cycles) {
  return svg_number(canvas.x(pages)) + "," + svg_number(canvas.y(cycles)) + " ";
}

std::string axes(const CurvePicture& picture, const Canvas& canvas) {
  constexpr int kSteps = 5;
  constexpr double kFloor = kHeight - kBottom;
  std::string text;
  for (double pages = 8; pages <= picture.points.back().pages; pages *= 2) {
    if (!canvas.holds(pages)) continue;
    text += svg_line({canvas.x(pages), kFloor}, {canvas.x(pages), kTop}, kGrid);
    text += svg_text({canvas.x(pages), kFloor + 18}, kMiddle, fixed(pages, 0));
  }
  for (int i = 0; i <= kSteps; ++i) {
    const auto cycles = canvas.top() * i / kSteps;
    text += svg_line({kLeft, canvas.y(cycles)}, {kWidth - kRight, canvas.y(cycles)}, kGrid);
    text += svg_text({kLeft - 6, canvas.y(cycles)}, R"(class="end")", fixed(cycles, 1));
  }
  return text;
}

std::string band(const CurvePicture& picture, const Canvas& canvas) {
  constexpr double kLow = 0.1;
  constexpr double kHigh = 0.9;
  std::string points;
  for (const auto& point : picture.points)
    points += point_of(canvas, point.pages, order_quantile(point, kHigh));
  for (auto point = picture.points.rbegin(); point != picture.points.rend(); ++point)
    points += point_of(canvas, point->pages, order_quantile(*point, kLow));
  return R"(<polygon class="band" points=")" + points +
         "\"><title>10 to 90% of the random orders</title></polygon>\n";
}

std::string curve(const CurvePicture& picture, const Canvas& canvas) {
  std::string path;
  std::string dots;
  for (std::size_t i = 0; i < picture.points.size(); ++i) {
    const auto pages = picture.points[i].pages;
    path += point_of(canvas, pages, picture.cost[i]);
    dots += format_text(
        "<circle class=\"dot\" cx=\"{}\" cy=\"{}\" r=\"2.5\"><title>{} pages: +{} cycles</title></circle>\n",
        svg_number(canvas.x(pages)), svg_number(canvas.y(picture.cost[i])), pages, fixed(picture.cost[i], 2));
  }
  return R"(<polyline class="curve" points=")" + path + "\"/>\n" + dots;
}

std::string marks(const CurvePicture& picture, const Canvas& canvas) {
  std::string text;
  for (const auto& mark : picture.marks) {
    if (!canvas.holds(mark.pages)) continue;
    const auto x = canvas.x(mark.pages);
    const auto label = xml_text(mark.label);
    text += svg_line({x, kTop}, {x, kHeight - kBottom},
                     mark.measured ? R"(class="measured")" : R"(class="declared")",
                     label + (mark.measured ? " entries measured" : " entries declared or published"));
    text +=
        svg_text({x, kTop - (mark.measured ? 6 : 20)}, kMiddle, label + (mark.measured ? "" : " declared"));
  }
  return text;
}

}  // namespace

std::string plot_svg(const CurvePicture& picture) {
  auto text = svg_begin(kWidth, kHeight, kStyle) + "<rect class=\"bg\" width=\"100%\" height=\"100%\"/>\n";
  const auto end = std::string(kSvgEnd);
  if (picture.points.size() < 2)
    return text + svg_text({kWidth / 2, kHeight / 2}, kMiddle, "no curve was measured") + end;
  const Canvas canvas(picture);
  text += svg_text({kWidth / 2, 20}, R"(class="middle title")", xml_text(picture.title));
  return text + axes(picture, canvas) + band(picture, canvas) + marks(picture, canvas) +
         curve(picture, canvas) + svg_text({kWidth / 2, kHeight - 10}, kMiddle, "pages") + end;
}

}  // namespace pageloupe::tlbprobe
