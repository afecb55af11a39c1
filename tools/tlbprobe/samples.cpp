// SPDX-License-Identifier: MIT
#include "tlbprobe/samples.h"

#include "render/format.h"
#include "render/json_object.h"
#include "tlbprobe/rows.h"

namespace pageloupe::tlbprobe {
namespace {

template <class T, class Append>
void append_array(Buffer& buffer, std::string_view name, const T& items, Append append_item) {
  append_json_key(buffer, name);
  buffer.push_back('[');
  bool first = true;
  for (const auto& item : items) {
    append(buffer, first ? "\n" : ",\n");
    first = false;
    append_item(item);
  }
  append(buffer, "]");
}

void append_run(Buffer& buffer, const RunResult& run) {
  append_format(buffer, R"({{"seed":{},"seconds":{:.3f},"attempts":{})", run.seed, run.seconds, run.attempts);
  if (run.first) {
    append_format(
        buffer,
        R"(,"first":{{"entries":{},"confidence":"{}","penalty_cycles":{:.3f},"misses_per_lap":[{:.2f},{:.2f}])",
        run.first->entries, name(run.first->confidence), run.first->penalty, run.first->misses_at,
        run.first->misses_above);
    append_format(buffer, R"(,"passes":{},"agreement_percent":{:.1f},"hit_cycles":{:.3f}}})",
                  run.first->passes, 100 * run.first->agreement, run.first->hit);
  } else {
    append(buffer, R"(,"first":null)");
  }
  if (run.second) {
    append_format(buffer, R"(,"second":{{"entries":{},"confidence":"{}","ways":)", run.second->entries,
                  name(run.second->confidence));
    if (run.second->ways) append_format(buffer, "{}", *run.second->ways);
    if (!run.second->ways) append(buffer, "null");
    append_format(buffer, R"(,"miss_cycles":{:.3f},"model_entries":{:.1f}}}}})", run.second->miss_cost,
                  run.second->model_entries);
  } else {
    append(buffer, R"(,"second":null})");
  }
}

void append_walk(Buffer& buffer, const WalkTier& tier) {
  append_format(buffer, R"({{"stride_bytes":{},"pages":{},"touches":"{}","cycles":)", tier.stride.value,
                tier.pages, tier.touches);
  if (tier.cycles) append_format(buffer, "{:.3f}", *tier.cycles);
  if (!tier.cycles) append(buffer, "null");
  buffer.push_back('}');
}

void append_granule(Buffer& buffer, const ProbeReport& report) {
  append_json_key(buffer, "granule");
  if (!report.granule) return append(buffer, "null");
  const auto& granule = *report.granule;
  append_format(buffer, R"({{"region_bytes":{},"piece_bytes":[)", granule.region_size.value);
  for (std::size_t i = 0; i < granule.pieces.size(); ++i) {
    append_format(buffer, "{}{}", i == 0 ? "" : ",", granule.pieces[i].value);
  }
  append(buffer, R"(],"contiguous_bytes":)");
  if (granule.contiguous) append_format(buffer, "{}}}", granule.contiguous->value);
  if (!granule.contiguous) append(buffer, "null}");
}

void append_point(Buffer& buffer, const CurvePoint& point) {
  append_format(buffer, R"({{"pages":{},"page_cycles":{:.3f},"dense_cycles":{:.3f},"orders":[)", point.pages,
                point.raw, point.dense);
  bool first = true;
  for (const auto& order : point.orders) {
    append_format(buffer, "{}[{:.3f},{:.3f}]", first ? "" : ",", order.pages, order.dense);
    first = false;
  }
  append(buffer, "]}");
}

void append_curve(Buffer& buffer, const MeasuredPart& part) {
  const auto& geometry = *part.geometry;
  append_format(buffer, R"({{"kind":"{}","page_size_bytes":{},)", name(part.kind), part.page_size.value);
  append_array(buffer, "points", geometry.curve,
               [&](const CurvePoint& point) { append_point(buffer, point); });
  buffer.push_back(',');
  append_array(buffer, "second_knee", geometry.second_knee, [&](const KneePoint& point) {
    append_format(buffer, R"({{"pages":{:.0f},"cycles":{:.3f}}})", point.pages, point.cost);
  });
  buffer.push_back(',');
  append_array(buffer, "conflict_strides", geometry.strides, [&](const ConflictStride& stride) {
    append_format(buffer, R"({{"stride_pages":{},"fitting":[)", std::uint64_t{1} << stride.exponent);
    for (std::size_t i = 0; i < stride.fitting.size(); ++i) {
      append_format(buffer, "{}{}", i == 0 ? "" : ",", stride.fitting[i]);
    }
    append(buffer, "]}");
  });
  buffer.push_back('}');
}

constexpr std::string_view kSchema =
    R"(,
"runs":{"type":"array","items":{"type":"object","required":["seed","seconds","attempts","first","second"]}},
"walks":{"type":"array","items":{"type":"object","required":["stride_bytes","pages","touches","cycles"]}},
"granule":{"type":["object","null"],"required":["region_bytes","piece_bytes","contiguous_bytes"]},
"curves":{"type":"array","items":{"type":"object","required":["kind","page_size_bytes","points"],"properties":{
"points":{"type":"array","items":{"type":"object","required":["pages","page_cycles","dense_cycles","orders"],"properties":{
"pages":{"type":"integer"},"page_cycles":{"type":"number"},"dense_cycles":{"type":"number"},
"orders":{"type":"array","items":{"type":"array","items":{"type":"number"},"minItems":2,"maxItems":2}}}}}}}})";

}  // namespace

void append_samples(Buffer& buffer, const Measurement& measurement, Bytes base_page) {
  const auto& report = measurement.report;
  append(buffer, ",\n");
  append_array(buffer, "runs", measurement.runs, [&](const RunResult& run) { append_run(buffer, run); });
  append(buffer, ",\n");
  append_array(buffer, "walks", report.walk_tiers, [&](const WalkTier& tier) { append_walk(buffer, tier); });
  append(buffer, ",\n");
  append_granule(buffer, report);
  std::vector<MeasuredPart> curves;
  for (const auto& part : parts_of(report, base_page)) {
    if (part.geometry != nullptr && !part.geometry->curve.empty()) curves.push_back(part);
  }
  append(buffer, ",\n");
  append_array(buffer, "curves", curves, [&](const MeasuredPart& part) { append_curve(buffer, part); });
}

std::string_view samples_schema() { return kSchema; }

}  // namespace pageloupe::tlbprobe
