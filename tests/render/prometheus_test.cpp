// SPDX-License-Identifier: MIT
#include "render/prometheus.h"

#include <map>

#include "field/process_fields.h"
#include "render/support.h"
#include "render/utf8.h"
#include "support/catch.h"

using namespace pageloupe;

namespace {

constexpr auto kColumns = std::to_array<Column>({
    {.name = "comm", .help = "name", .type = Type::text},
    {.name = "pss", .fold = Fold::sum, .help = "a \\ and\na \"line\"", .type = Type::bytes},
    {.name = "time", .counts_up = true, .help = "CPU time", .type = Type::duration},
    {.name = "share", .help = "share", .type = Type::percent},
});
constexpr auto kPointers = pointers_to(kColumns);

std::string rows(std::span<const std::vector<Value>> values) {
  return written([&](Output& output) {
    PrometheusWriter writer(output);
    writer.begin({});
    writer.begin_section({}, kPointers);
    for (const auto& row : values) writer.row(row);
    writer.end_section(nullptr, {});
    writer.end({});
  });
}

std::string label_of(std::string_view text) { return label_text(Value(text)); }

}  // namespace

TEST_CASE("all samples of a metric stand together behind what it is", "[prometheus]") {
  const std::vector<std::vector<Value>> values{
      {std::string_view("bash"), Bytes{4096}, Nanoseconds{1'500'000'000}, Percent{12.5}},
      {std::string_view("vim"), Bytes{8192}, Nanoseconds{2'000'000'000}, Percent{100}}};
  CHECK(rows(values) == R"(# HELP pageloupe_build_info always 1; what made this output stands in the labels
# TYPE pageloupe_build_info gauge
pageloupe_build_info 1
# HELP pageloupe_pss_bytes a \\ and\na "line"
# TYPE pageloupe_pss_bytes gauge
pageloupe_pss_bytes{comm="bash"} 4096
pageloupe_pss_bytes{comm="vim"} 8192
# HELP pageloupe_time_seconds_total CPU time
# TYPE pageloupe_time_seconds_total counter
pageloupe_time_seconds_total{comm="bash"} 1.5
pageloupe_time_seconds_total{comm="vim"} 2
# HELP pageloupe_share_ratio share
# TYPE pageloupe_share_ratio gauge
pageloupe_share_ratio{comm="bash"} 0.125
pageloupe_share_ratio{comm="vim"} 1
)");
}

TEST_CASE("what has no value has no sample, and a metric without samples is not named", "[prometheus]") {
  const std::vector<std::vector<Value>> values{
      {std::string_view("bash"), Errc::denied, Nanoseconds{0}, Errc::unsupported}};
  const auto text = rows(values);
  CHECK_FALSE(text.contains("pss"));
  CHECK_FALSE(text.contains("share"));
  CHECK(text.contains("pageloupe_time_seconds_total{comm=\"bash\"} 0\n"));
}

TEST_CASE("facts of a section are metrics under the labels of its texts", "[prometheus]") {
  static constexpr Column kGroupBy{.name = "group_by", .help = "key", .type = Type::text};
  static constexpr Column kPass{.name = "pass", .help = "when", .type = Type::timestamp};
  const auto names = std::to_array<const Column*>({&kGroupBy, &kPass});
  const auto values = std::to_array<Value>({std::string_view("user"), Timestamp{1'764'565'200'000'000'250}});
  const auto text = written([&](Output& output) {
    PrometheusWriter writer(output);
    writer.begin_section({.facts = {names, values}}, {});
    writer.end_section(nullptr, {});
    writer.end({});
  });
  CHECK(text ==
        "# HELP pageloupe_pass_timestamp_seconds when\n# TYPE pageloupe_pass_timestamp_seconds gauge\n"
        "pageloupe_pass_timestamp_seconds{group_by=\"user\"} 1764565200.00000025\n");
}

TEST_CASE("a label is what can be seen of a name, in valid UTF-8 whatever the bytes", "[prometheus]") {
  CHECK(label_of("a\x1b[2Jb") == "a\\x1b[2Jb");
  CHECK(label_of("caf\xc3\xa9") == "caf\xc3\xa9");
  CHECK(label_of("\xff\xfe") == "\\xff\\xfe");
  CHECK(label_of("\xe2\x80\xae") == "\\u{202e}");
  CHECK(label_of("two\nlines") == "two\\nlines");
  CHECK(label_text(Value(Errc::not_applicable)) == "(none)");
  CHECK(label_text(Value(Errc::denied)) == "(denied)");
  CHECK(label_text(Value(std::int64_t{42})) == "42");
  // In the output quotes and backslashes are escaped once more.
  const std::vector<std::vector<Value>> values{
      {std::string_view("a\"\\\xff"), Bytes{1}, Errc::denied, Errc::denied}};
  CHECK(rows(values).contains(R"(pageloupe_pss_bytes{comm="a\"\\\\xff"} 1)"));
}

TEST_CASE("every byte gives a label of valid UTF-8 on one line", "[prometheus]") {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text{'x', static_cast<char>(byte), 'y'};
    const auto label = label_of(text);
    auto left = std::string_view(label);
    while (!left.empty()) {
      const auto c = first_code_point(left);
      CHECK(c.valid);
      CHECK(c.value >= 0x20);
      left.remove_prefix(c.length);
    }
  }
}

TEST_CASE("the names of all columns are those of metrics, with base units and without doubles",
          "[prometheus]") {
  std::map<std::string, std::string_view> names;
  for (const auto& field : process_fields()) {
    const auto& column = field.column;
    if (!is_metric(column)) continue;
    const auto name = metric_name(column);
    INFO(name);
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos);
    CHECK(column.counts_up == name.ends_with("_total"));
    const bool bytes = column.type == Type::bytes || column.type == Type::byte_change;
    CHECK(bytes == (name.ends_with("_bytes") || name.ends_with("_bytes_total")));
    CHECK(names.emplace(name, column.name).second);
  }
  CHECK(names.size() > 100);
}
