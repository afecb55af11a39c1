// SPDX-License-Identifier: MIT
#include "render/prometheus.h"

#include <algorithm>
#include <cmath>

#include "render/format.h"

namespace pageloupe {
namespace {

constexpr std::string_view kPrefix = "pageloupe_";
constexpr std::uint64_t kNanoseconds = 1'000'000'000;

std::string_view unit_of(Type type) {
  switch (type) {
    case Type::bytes:
    case Type::byte_change: return "_bytes";
    case Type::duration: return "_seconds";
    case Type::timestamp: return "_timestamp_seconds";
    case Type::percent: return "_ratio";
    case Type::rate: return "_per_second";
    case Type::none:
    case Type::flag:
    case Type::count:
    case Type::integer:
    case Type::address:
    case Type::inode:
    case Type::device:
    case Type::number:
    case Type::text: return "";
  }
  std::unreachable();
}

// Seconds of nanoseconds, exactly: a double holds those of a time since the epoch to a quarter of a
// microsecond.
void append_seconds(Buffer& buffer, std::uint64_t nanoseconds) {
  append_format(buffer, "{}", nanoseconds / kNanoseconds);
  auto digits = format_text("{:09}", nanoseconds % kNanoseconds);
  digits.erase(digits.find_last_not_of('0') + 1);
  if (!digits.empty()) append_format(buffer, ".{}", digits);
}

void append_double(Buffer& buffer, double value) {
  if (std::isnan(value)) return append(buffer, "NaN");
  if (std::isinf(value)) return append(buffer, value < 0 ? "-Inf" : "+Inf");
  append_format(buffer, "{}", value);
}

struct SampleValue {
  Buffer& buffer;

  void operator()(bool value) const { append(buffer, value ? "1" : "0"); }
  void operator()(std::uint64_t value) const { append_format(buffer, "{}", value); }
  void operator()(std::int64_t value) const { append_format(buffer, "{}", value); }
  void operator()(Bytes value) const { append_format(buffer, "{}", value.value); }
  void operator()(ByteChange value) const { append_format(buffer, "{}", value.value); }
  void operator()(Nanoseconds value) const { append_seconds(buffer, value.value); }
  void operator()(Timestamp value) const { append_seconds(buffer, value.value); }
  void operator()(Percent value) const { append_double(buffer, value.value / 100); }
  void operator()(Rate value) const { append_double(buffer, value.value); }
  void operator()(Number value) const { append_double(buffer, value.value); }
  void operator()(const auto& /*no metric*/) const {}
};

// In a help text a quote stands for itself.
enum class Place : std::uint8_t { label, help };

void append_quoted(Buffer& buffer, std::string_view text, Place place) {
  for (const char c : text) {
    if (c == '\\' || (c == '"' && place == Place::label)) buffer.push_back('\\');
    if (c == '\n') {
      append(buffer, "\\n");
    } else {
      buffer.push_back(c);
    }
  }
}

// `{comm="bash",user="root"}` of the texts among the values; empty where there are none.
std::string labels_of(Columns columns, std::span<const Value> values) {
  Buffer labels;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    // Groups by session have a number for their key.
    if (is_metric(*columns[i])) continue;
    append_format(labels, "{}{}=\"", labels.empty() ? '{' : ',', columns[i]->name);
    append_quoted(labels, label_text(values[i]), Place::label);
    labels.push_back('"');
  }
  if (!labels.empty()) labels.push_back('}');
  return std::string(labels.view());
}

}  // namespace

bool is_metric(const Column& column) {
  switch (column.type) {
    case Type::flag:
    case Type::count:
    case Type::integer:
    case Type::bytes:
    case Type::percent:
    case Type::duration:
    case Type::timestamp:
    case Type::rate:
    case Type::number:
    case Type::byte_change: return column.look != Look::pid;  // which tells things apart
    case Type::none:
    case Type::address:
    case Type::inode:
    case Type::device:
    case Type::text: return false;
  }
  std::unreachable();
}

std::string metric_name(const Column& column) {
  auto name = std::string(kPrefix) + std::string(column.name);
  if (const auto unit = unit_of(column.type); !name.ends_with(unit)) name += unit;
  if (column.counts_up && !name.ends_with("_total")) name += "_total";
  return name;
}

std::string label_text(const Value& value) {
  Buffer text;
  if (const auto* code = std::get_if<Errc>(&value)) {
    // An empty label is none at all.
    return *code == Errc::not_applicable ? "(none)" : "(" + std::string(name(*code)) + ")";
  }
  if (const auto* bytes = std::get_if<std::string_view>(&value)) {
    append_escaped(text, *bytes, {.utf8 = true, .by_locale = false});
  } else {
    append_cell(text, value, {.size = SizeUnit::bytes});
  }
  return std::string(text.view());
}

std::size_t PrometheusWriter::family(const Column& column) {
  auto name = metric_name(column);
  const auto known = std::ranges::find(families_, name, &Family::name);
  const auto place = static_cast<std::size_t>(known - families_.begin());
  if (known == families_.end()) {
    families_.push_back({.name = std::move(name), .help = column.help, .counter = column.counts_up});
  }
  return place;
}

void PrometheusWriter::add_sample(std::size_t family, std::string_view labels, const Value& value) {
  if (!has_value(value)) return;
  auto& to = families_[family];
  append_format(to.samples, "{}{} ", to.name, labels);
  std::visit(SampleValue{to.samples}, value);
  to.samples.push_back('\n');
}

void PrometheusWriter::begin(const Facts& document) {
  static constexpr Column kBuildInfo{.name = "build_info",
                                     .help = "always 1; what made this output stands in the labels",
                                     .type = Type::count};
  add_sample(family(kBuildInfo), labels_of(document.columns, document.values), std::uint64_t{1});
}

void PrometheusWriter::begin_section(const Section& section, Columns columns) {
  const auto& [names, values] = section.facts;
  const auto labels = labels_of(names, values);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (is_metric(*names[i])) add_sample(family(*names[i]), labels, values[i]);
  }
  columns_.assign(columns.begin(), columns.end());
  family_of_.clear();
  for (const auto* column : columns_) family_of_.push_back(is_metric(*column) ? family(*column) : 0);
}

void PrometheusWriter::row(std::span<const Value> values) {
  const auto labels = labels_of(columns_, values);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (is_metric(*columns_[i])) add_sample(family_of_[i], labels, values[i]);
  }
}

void PrometheusWriter::end_section(const Totals* /*totals*/, std::string_view /*summary*/) {}

void PrometheusWriter::end(std::span<const Problem> /*problems*/) {
  auto& buffer = output_.buffer();
  for (const auto& one : families_) {
    if (one.samples.empty()) continue;
    append_format(buffer, "# HELP {} ", one.name);
    append_quoted(buffer, one.help, Place::help);
    append_format(buffer, "\n# TYPE {} {}\n", one.name, one.counter ? "counter" : "gauge");
    append(buffer, one.samples.view());
    output_.written();
  }
  output_.flush();
  families_.clear();
}

}  // namespace pageloupe
