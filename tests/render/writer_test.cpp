// SPDX-License-Identifier: MIT
#include "render/writer.h"

#include <array>
#include <fcntl.h>

#include <nlohmann/json.hpp>

#include "render/describe.h"
#include "render/support.h"
#include "support/catch.h"

namespace pageloupe {
namespace {

constexpr Column kPid{.name = "pid", .header = "PID", .help = "h", .type = Type::integer};
constexpr Column kName{.name = "name", .header = "NAME", .help = "h", .type = Type::text};
constexpr Column kRss{
    .name = "rss", .header = "RSS", .fold = Fold::sum, .help = "h", .type = Type::bytes, .width = 5};
constexpr Column kLast{.name = "path", .header = "PATH", .help = "h", .type = Type::text};
const std::array<const Column*, 3> kColumns{&kName, &kRss, &kLast};
constexpr Shape kShape{
    .schema = "test/1", .sections = "processes", .section = "process", .rows = "maps", .row = "map"};

using Row = std::array<Value, 3>;

Row row(std::string_view name, Value rss, std::string_view path) { return {name, rss, path}; }

// A document with one process and these rows.
std::string document(Format format, const std::vector<Row>& rows, const WriterOptions& options = {},
                     std::span<const Problem> problems = {}) {
  return written([&](Output& output) {
    const auto writer = make_writer(format, output, kShape, options);
    const std::array<const Column*, 1> facts{&kPid};
    const std::array<Value, 1> pid{std::int64_t{7}};
    writer->begin({facts, pid});
    writer->begin_section({{facts, pid}, "7:   sh"}, kColumns);
    Totals totals({kColumns.begin(), kColumns.end()});
    for (const auto& one : rows) {
      totals.add(one);
      writer->row(one);
    }
    writer->end_section(&totals, "in sum\n");
    writer->end(problems);
  });
}

TEST_CASE("a table aligns numbers right and text left, and does not pad its last column", "[render]") {
  CHECK(document(Format::table, {row("a", Bytes{4096}, "x"), row("longer", Bytes{1 << 20}, "y z"),
                                 row("b", Errc::denied, "")}) ==
        "7:   sh\n"
        "NAME      RSS PATH\n"
        "a          4K x\n"
        "longer   1.0M y z\n"
        "b      denied \n"
        "total    1.0M \n"
        "in sum\n");
}

TEST_CASE("a table without headings and footer is its rows", "[render]") {
  CHECK(document(Format::table, {row("a", Bytes{0}, "x")}, {.headings = false, .footer = false}) ==
        "a     0 x\n");
  CHECK(document(Format::table, {}, {.headings = false, .footer = false}).empty());
}

TEST_CASE("a table aligns by the columns of a terminal and not by bytes", "[render]") {
  const CharacterLocale locale("C.UTF-8");
  REQUIRE(locale.found());
  CHECK(document(Format::table,
                 {row("日本", Bytes{0}, "x"), row("é", Bytes{0}, "y"), row("\x1b", Bytes{0}, "z")},
                 {.headings = false, .footer = false, .cell = {.text = {.utf8 = true}}}) ==
        "日本     0 x\né        0 y\n\\x1b     0 z\n");
}

TEST_CASE("rows beyond those that are held are written as they come, in order and aligned", "[render]") {
  std::vector<Row> rows;
  for (int i = 0; i < 3000; ++i) rows.push_back(row("name", Bytes{4096}, "p"));
  rows[2500] = row("wider than the column is", Bytes{4096}, "p");
  const auto text = document(Format::table, rows, {.headings = false, .footer = false});
  CHECK(std::count(text.begin(), text.end(), '\n') == 3000);
  CHECK(text.starts_with("name    4K p\nname    4K p\n"));
  CHECK(text.ends_with("name    4K p\n"));
  CHECK(text.contains("\nwider than the column is    4K p\n"));
}

TEST_CASE("exactly as many rows as are held, and one more or less, are all written", "[render]") {
  for (const std::size_t count : {1023U, 1024U, 1025U}) {
    const auto text = document(Format::table, std::vector<Row>(count, row("n", Bytes{0}, "p")));
    CHECK(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) == count + 4);
  }
}

TEST_CASE("a JSON document has sections, rows, totals and errors", "[render]") {
  const std::vector<Problem> problems{
      {.pid = 9, .subject = "smaps", .code = Errc::denied, .message = "a \"b\""}, {}};
  const auto json = nlohmann::json::parse(document(
      Format::json, {row("a", Bytes{4096}, "x\xff"), row("b", Errc::denied, "\x1b\n")}, {}, problems));
  CHECK(json["schema"] == "test/1");
  CHECK(json["pid"] == 7);
  REQUIRE(json["processes"].size() == 1);
  const auto& process = json["processes"][0];
  CHECK(process["pid"] == 7);
  REQUIRE(process["maps"].size() == 2);
  CHECK(process["maps"][0]["rss_bytes"] == 4096);
  CHECK(process["maps"][0]["path"] == "x\ufffd");
  CHECK(process["maps"][0]["path_base64"] == "eP8=");
  CHECK(process["maps"][1]["rss_bytes"].is_null());
  CHECK(process["maps"][1]["path"] == "\x1b\n");
  CHECK_FALSE(process["maps"][1].contains("path_base64"));
  CHECK(process["totals"] == nlohmann::json({{"rows", 2}, {"rss_bytes", 4096}, {"rss_missing", 1}}));
  REQUIRE(json["errors"].size() == 2);
  CHECK(json["errors"][0] ==
        nlohmann::json({{"pid", 9}, {"subject", "smaps"}, {"reason", "denied"}, {"message", "a \"b\""}}));
  CHECK(json["errors"][1]["pid"].is_null());
}

TEST_CASE("a column that is shown twice is one member", "[render]") {
  const std::array<const Column*, 3> twice{&kRss, &kName, &kRss};
  const auto text = written([&](Output& output) {
    const auto writer = make_writer(Format::json, output, kShape, {});
    writer->begin({});
    writer->begin_section({}, twice);
    const std::array<Value, 3> values{Bytes{1}, std::string_view("a"), Bytes{1}};
    Totals totals({twice.begin(), twice.end()});
    totals.add(values);
    writer->row(values);
    writer->end_section(&totals, "");
    writer->end({});
  });
  const auto count = [&text](std::string_view what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
    return found;
  };
  CHECK(count("rss_bytes") == 2);  // in the row and in the totals
}

TEST_CASE("a JSON document without rows, or without sections, is one too", "[render]") {
  CHECK(nlohmann::json::parse(document(Format::json, {}))["processes"][0]["maps"].empty());
  const auto empty = written([](Output& output) {
    const auto writer = make_writer(Format::json, output, kShape, {});
    const std::array<const Column*, 1> facts{&kPid};
    const std::array<Value, 1> pid{std::int64_t{7}};
    writer->begin({facts, pid});
    writer->end({});
  });
  CHECK(nlohmann::json::parse(empty)["processes"].empty());
}

TEST_CASE("a JSON document without facts is one too", "[render]") {
  const auto text = written([](Output& output) {
    const auto writer = make_writer(Format::json, output, kShape, {});
    writer->begin({});
    writer->begin_section({}, kColumns);
    writer->end_section(nullptr, "");
    writer->end({});
  });
  INFO(text);
  CHECK(nlohmann::json::accept(text));
}

TEST_CASE("every line of JSON Lines is an object that says what it is", "[render]") {
  const std::vector<Problem> problems{{.pid = 9, .message = "m"}};
  auto text = document(Format::jsonl, {row("a", Bytes{1}, "x"), row("b", Bytes{2}, "y\nz")}, {}, problems);
  std::vector<std::string> records;
  for (std::string_view rest = text; !rest.empty();) {
    const auto json = nlohmann::json::parse(take_line(rest));
    records.push_back(json["record"]);
    if (records.back() == "map") CHECK(json["pid"] == 7);
    if (records.back() == "totals") CHECK(json["totals"]["rss_bytes"] == 3);
  }
  CHECK(records == std::vector<std::string>{"document", "process", "map", "map", "totals", "error"});
}

TEST_CASE("CSV has one header, its section's first fact, and CRLF", "[render]") {
  CHECK(document(Format::csv, {row("a,b", Bytes{1}, "x"), row("b", Errc::denied, "y\nz")}) ==
        "pid,name,rss_bytes,path\r\n7,\"a,b\",1,x\r\n7,b,,y\\nz\r\n");
  CHECK(document(Format::csv, {row("a", Bytes{1}, "x")}, {.headings = false}) == "7,a,1,x\r\n");
}

TEST_CASE("a section without columns leaves no trace in CSV", "[render]") {
  const std::array<const Column*, 1> facts{&kPid};
  const std::array<Value, 1> pid{std::int64_t{7}};
  const auto text = written([&](Output& output) {
    const auto writer = make_writer(Format::csv, output, kShape, {});
    writer->begin({});
    for (const Columns columns : {Columns{}, Columns(kColumns), Columns{}, Columns(kColumns)}) {
      writer->begin_section({{facts, pid}, ""}, columns);
      if (!columns.empty()) writer->row(row("a", Bytes{1}, "x"));
      writer->end_section(nullptr, "");
    }
    writer->end({});
  });
  CHECK(text == "pid,name,rss_bytes,path\r\n7,a,1,x\r\n7,a,1,x\r\n");
}

TEST_CASE("a write that fails is remembered, and nothing more is written", "[render]") {
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  REQUIRE(full);
  Output output(full.get());
  append(output.buffer(), "x");
  output.flush();
  CHECK(output.error() == ENOSPC);
  append(output.buffer(), "y");
  output.flush();
  CHECK(output.error() == ENOSPC);
}

TEST_CASE("columns describe themselves in every format, and their schema is JSON", "[render]") {
  const auto text = written([](Output& output) { describe_columns(kColumns, Format::json, output, {}); });
  const auto json = nlohmann::json::parse(text);
  REQUIRE(json["columns"].size() == 3);
  CHECK(json["columns"][1]["name"] == "rss");
  CHECK(json["columns"][1]["unit"] == "bytes");
  CHECK(json["columns"][1]["sum"] == true);
  const std::array<const Column*, 1> facts{&kPid};
  const auto schema = nlohmann::json::parse(
      appended([&](Buffer& buffer) { describe_schema(kShape, {"t", facts, facts, kColumns}, buffer); }));
  CHECK(schema["properties"]["schema"]["const"] == "test/1");
  const auto& map = schema["properties"]["processes"]["items"]["properties"]["maps"]["items"]["properties"];
  CHECK(map.contains("rss_bytes"));
  CHECK(map.contains("path_base64"));
}

}  // namespace
}  // namespace pageloupe
