// SPDX-License-Identifier: MIT
// The curve as an SVG file.
#include <algorithm>
#include <cmath>

#include "probe/wording.h"
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

  [[nodiscard]] std::string x(double pages) const {
    const auto share = (std::log(pages) - least_) / (most_ - least_);
    return fixed(kLeft + share * (kWidth - kLeft - kRight), 1);
  }
  [[nodiscard]] std::string y(double cycles) const {
    const auto share = std::clamp(cycles / top_, 0.0, 1.0);
    return fixed(kHeight - kBottom - share * (kHeight - kTop - kBottom), 1);
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

std::string text_at(const std::string& x, const std::string& y, std::string_view anchor,
                    const std::string& text) {
  return "<text x=\"" + x + "\" y=\"" + y + "\" text-anchor=\"" + std::string(anchor) + "\">" + text +
         "</text>\n";
}

std::string line(const std::string& x1, const std::string& y1, const std::string& x2, const std::string& y2,
                 std::string_view style) {
  return "<line x1=\"" + x1 + "\" y1=\"" + y1 + "\" x2=\"" + x2 + "\" y2=\"" + y2 + "\" " +
         std::string(style);
}

std::string axes(const CurvePicture& picture, const Canvas& canvas) {
  constexpr int kSteps = 5;
  const auto floor = fixed(kHeight - kBottom, 1);
  const auto below = fixed(kHeight - kBottom + 18, 1);
  std::string text;
  for (double pages = 8; pages <= picture.points.back().pages; pages *= 2) {
    if (!canvas.holds(pages)) continue;
    text += line(canvas.x(pages), floor, canvas.x(pages), fixed(kTop, 1), "stroke=\"#ddd\"/>\n");
    text += text_at(canvas.x(pages), below, "middle", fixed(pages, 0));
  }
  for (int i = 0; i <= kSteps; ++i) {
    const auto cycles = canvas.top() * i / kSteps;
    text += line(fixed(kLeft, 1), canvas.y(cycles), fixed(kWidth - kRight, 1), canvas.y(cycles),
                 "stroke=\"#ddd\"/>\n");
    text += text_at(fixed(kLeft - 6, 1), canvas.y(cycles), "end", fixed(cycles, 1));
  }
  return text;
}

std::string band(const CurvePicture& picture, const Canvas& canvas) {
  constexpr double kLow = 0.1;
  constexpr double kHigh = 0.9;
  std::string points;
  for (const auto& point : picture.points) {
    points += canvas.x(point.pages) + "," + canvas.y(order_quantile(point, kHigh)) + " ";
  }
  for (auto point = picture.points.rbegin(); point != picture.points.rend(); ++point) {
    points += canvas.x(point->pages) + "," + canvas.y(order_quantile(*point, kLow)) + " ";
  }
  return "<polygon fill=\"#9ecae1\" fill-opacity=\"0.5\" points=\"" + points +
         "\"><title>10 to 90% of the random orders</title></polygon>\n";
}

std::string curve(const CurvePicture& picture, const Canvas& canvas) {
  std::string path;
  std::string dots;
  for (std::size_t i = 0; i < picture.points.size(); ++i) {
    const auto x = canvas.x(picture.points[i].pages);
    const auto y = canvas.y(picture.cost[i]);
    path.append(x).append(",").append(y).append(" ");
    dots.append("<circle cx=\"").append(x).append("\" cy=\"").append(y);
    dots.append("\" r=\"2.5\" fill=\"#08519c\"><title>").append(std::to_string(picture.points[i].pages));
    dots.append(" pages: +").append(fixed(picture.cost[i], 2)).append(" cycles</title></circle>\n");
  }
  return "<polyline fill=\"none\" stroke=\"#08519c\" stroke-width=\"1.5\" points=\"" + path + "\"/>\n" + dots;
}

std::string marks(const CurvePicture& picture, const Canvas& canvas) {
  std::string text;
  for (const auto& mark : picture.marks) {
    if (!canvas.holds(mark.pages)) continue;
    const auto x = canvas.x(mark.pages);
    const auto height = fixed(kTop - (mark.measured ? 6 : 20), 1);
    text += line(x, fixed(kTop, 1), x, fixed(kHeight - kBottom, 1),
                 mark.measured ? "stroke=\"#cb181d\">" : "stroke=\"#238b45\" stroke-dasharray=\"5 4\">");
    text += "<title>" + mark.label +
            (mark.measured ? " entries measured" : " entries declared or published") + "</title></line>\n";
    text += text_at(x, height, "middle", mark.label + (mark.measured ? "" : " declared"));
  }
  return text;
}

}  // namespace

std::string plot_svg(const CurvePicture& picture) {
  const auto size = fixed(kWidth, 0) + " " + fixed(kHeight, 0);
  std::string text = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size +
                     "\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" "
                     "fill=\"white\"/>\n";
  if (picture.points.size() < 2) {
    return text + text_at(fixed(kWidth / 2, 0), fixed(kHeight / 2, 0), "middle", "no curve was measured") +
           "</svg>\n";
  }
  const Canvas canvas(picture);
  text += "<text x=\"" + fixed(kWidth / 2, 0) + "\" y=\"20\" text-anchor=\"middle\" font-size=\"15\">" +
          picture.title + "</text>\n";
  return text + axes(picture, canvas) + band(picture, canvas) + marks(picture, canvas) +
         curve(picture, canvas) + text_at(fixed(kWidth / 2, 0), fixed(kHeight - 10, 0), "middle", "pages") +
         "</svg>\n";
}

}  // namespace pageloupe::tlbprobe
