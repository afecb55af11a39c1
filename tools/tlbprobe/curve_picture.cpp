// SPDX-License-Identifier: MIT
#include "tlbprobe/curve_picture.h"

#include <algorithm>

#include "probe/order_statistics.h"
#include "tlbprobe/rows.h"
#include "tlbprobe/summary.h"

namespace pageloupe::tlbprobe {

double order_quantile(const CurvePoint& point, double q) {
  std::vector<double> costs;
  costs.reserve(point.orders.size());
  for (const auto& order : point.orders) costs.push_back(order.difference());
  return quantile(costs, q);
}

CurvePicture picture_of(const Geometry& geometry, std::span<const TlbRow> rows, Bytes page_size,
                        TlbKind kind) {
  CurvePicture picture{.points = geometry.curve, .cost = geometry.shape.difference};
  if (picture.cost.size() != picture.points.size()) return {};
  const std::string what = kind == TlbKind::instruction ? "a jump" : "a load";
  picture.title =
      "Cycles that translation adds to " + what + ", by the number of " + size_words(page_size) + " pages";
  for (const auto& row : rows) {
    const bool same_kind = (row.kind == TlbKind::instruction) == (kind == TlbKind::instruction);
    if (row.page_size != page_size || !same_kind || row.kind == TlbKind::store) continue;
    const auto level = "L" + std::to_string(row.level) + " ";
    if (row.measured) {
      picture.marks.push_back({.label = level + std::to_string(*row.measured),
                               .pages = static_cast<double>(*row.measured),
                               .measured = true});
    }
    const auto& known = row.declared ? row.declared : row.published;
    if (known)
      picture.marks.push_back(
          {.label = level + std::to_string(*known), .pages = static_cast<double>(*known)});
  }
  return picture;
}

}  // namespace pageloupe::tlbprobe
