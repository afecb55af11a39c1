// SPDX-License-Identifier: MIT
#include "field/filter.h"

#include <array>
#include <string>
#include <vector>

#include "support/catch.h"

namespace pageloupe {
namespace {

constexpr Column column(std::string_view name, Type type, std::string_view aliases = {}) {
  return {.name = name, .header = name, .aliases = aliases, .help = "h", .type = type};
}

constexpr auto kColumns = std::to_array<Column>({
    column("rss", Type::bytes, "res"),
    column("kind", Type::text),
    column("path", Type::text),
    column("start", Type::address),
    column("inode", Type::inode),
    column("touched", Type::percent),
    column("deleted", Type::flag),
    column("time", Type::duration),
    column("n", Type::count),
    column("device", Type::device),
    column("pss", Type::bytes),
});

// One row: rss 10 MiB, pss without a value.
const std::array<Value, kColumns.size()> kRow{Bytes{10 << 20},
                                              std::string_view("anon"),
                                              std::string_view("/lib/libc.so.6"),
                                              Address{0x20000000000001},
                                              Inode{9007199254740993},
                                              Percent{50},
                                              false,
                                              Nanoseconds{1'500'000'000},
                                              std::uint64_t{7},
                                              Device{0xfe, 0x0a},
                                              Errc::denied};

auto parse(std::string_view text) {
  std::vector<const Column*> columns;
  for (const auto& one : kColumns) columns.push_back(&one);
  return Filter::parse(text, columns);
}

bool matches(std::string_view text) {
  INFO(text);
  const auto filter = parse(text);
  REQUIRE(filter);
  return filter->matches([](std::size_t index) { return kRow[index]; });
}

std::size_t error_offset(std::string_view text) {
  INFO(text);
  const auto filter = parse(text);
  REQUIRE_FALSE(filter);
  CHECK_FALSE(filter.error().message.empty());
  CHECK(filter.error().at <= text.size());
  return filter.error().at;
}

TEST_CASE("and binds tighter than or, and not tighter than both", "[field]") {
  CHECK(matches("n=7 or n=8 and n=9"));
  CHECK_FALSE(matches("(n=7 or n=8) and n=9"));
  CHECK_FALSE(matches("not n=7 and n=8"));
  CHECK(matches("not (n=7 and n=8)"));
  CHECK(matches("not not n=7"));
  CHECK(matches("n=8 and n=9 or n=7"));
}

TEST_CASE("sizes take every spelling of their units", "[field]") {
  for (const auto* const text : {"rss=10M", "rss=10m", "rss=10MB", "rss=10MiB", "rss=10mib", "rss=10240K",
                                 "rss=10485760", "rss=10485760B", "rss>9.9M", "rss>=10M", "rss<=10M",
                                 "rss<1G", "rss!=10G", "rss==10M", "res=10M", "rss>-5", "rss>0.009G"}) {
    CHECK(matches(text));
  }
  CHECK_FALSE(matches("rss>10M"));
  CHECK_FALSE(matches("rss<10M"));
}

TEST_CASE("shares, times, flags and devices are read in their own units", "[field]") {
  CHECK(matches("touched=50%"));
  CHECK(matches("touched>=49.5"));
  CHECK(matches("time=1.5s"));
  CHECK(matches("time=1500ms"));
  CHECK(matches("time<1m"));
  CHECK(matches("time=1.5"));
  CHECK(matches("deleted=no"));
  CHECK(matches("deleted!=true"));
  CHECK(matches("device=fe:0a"));
  CHECK_FALSE(matches("device=fe:0b"));
}

TEST_CASE("addresses and inodes beyond 2^53 are compared exactly", "[field]") {
  CHECK(matches("start=0x20000000000001"));
  CHECK_FALSE(matches("start=0x20000000000000"));
  CHECK(matches("start>0x20000000000000"));
  CHECK(matches("inode=9007199254740993"));
  CHECK_FALSE(matches("inode=9007199254740992"));
}

TEST_CASE("a text is compared whole and a regular expression is searched for", "[field]") {
  CHECK(matches("kind=anon"));
  CHECK_FALSE(matches("kind=ano"));
  CHECK(matches("kind~ano"));
  CHECK(matches("path ~ 'lib.*\\.so'"));
  CHECK(matches("path ~ \"^/lib/(libc|libm)\\.so\\.[0-9]+$\""));
  CHECK(matches("path !~ python"));
  CHECK(matches("kind='anon'"));
  CHECK(matches("kind!='it\\'s'"));
  CHECK(matches("kind != ''"));
}

TEST_CASE("a column alone asks whether it is not zero, no or empty", "[field]") {
  CHECK(matches("rss"));
  CHECK(matches("kind"));
  CHECK_FALSE(matches("deleted"));
  CHECK(matches("not deleted"));
}

TEST_CASE("a cell without a value is neither equal nor unequal, also under not", "[field]") {
  CHECK_FALSE(matches("pss>0"));
  CHECK_FALSE(matches("pss<=0"));
  CHECK_FALSE(matches("pss!=0"));
  CHECK_FALSE(matches("not pss>0"));
  CHECK_FALSE(matches("pss"));
  CHECK_FALSE(matches("not pss"));
  CHECK(matches("pss>0 or n=7"));
  CHECK_FALSE(matches("pss>0 and n=7"));
  CHECK(matches("not (pss>0 and n=8)"));
  CHECK_FALSE(matches("not (pss>0 or n=8)"));
  CHECK(matches("pss is null"));
  CHECK_FALSE(matches("pss is not null"));
  CHECK(matches("rss is not null"));
}

TEST_CASE("a filter's error points at the place", "[field]") {
  CHECK(error_offset("") == 0);
  CHECK(error_offset("   ") == 3);
  CHECK(error_offset("rsss>1") == 0);
  CHECK(error_offset("rss>") == 4);
  CHECK(error_offset("rss>ten") == 4);
  CHECK(error_offset("rss > 10Q") == 6);
  CHECK(error_offset("rss>1 and") == 9);
  CHECK(error_offset("rss>1 rss>2") == 6);
  CHECK(error_offset("(rss>1") == 6);
  CHECK(error_offset("rss>1)") == 5);
  CHECK(error_offset("kind='anon") == 5);
  CHECK(error_offset("kind~'['") == 5);
  CHECK(error_offset("rss~1") == 4);
  CHECK(error_offset("rss is 1") == 7);
  CHECK(error_offset("deleted=maybe") == 8);
  CHECK(error_offset("rss>1 and kind='") == 15);
  CHECK(error_offset("start=0xzz") == 6);
  CHECK(error_offset("start=0x10000000000000000") == 6);
  CHECK(error_offset("kind=a | kind=b") == 7);
  CHECK(parse("rsss>1").error().message.contains("'rss'"));
}

TEST_CASE("a filter nested beyond measure is an error and not an overflow", "[field]") {
  CHECK(matches(std::string(90, '(') + "n=7" + std::string(90, ')')));
  CHECK_FALSE(parse(std::string(100'000, '(') + "n=7"));
  std::string nots;
  for (int i = 0; i < 100'000; ++i) nots += "not ";
  CHECK_FALSE(parse(nots + "n=7"));
  std::string flat = "n=7";
  for (int i = 0; i < 10'000; ++i) flat += " and n=7";
  CHECK(matches(flat));
}

TEST_CASE("a filter says which columns it asks for, each once", "[field]") {
  CHECK(parse("rss>1 and (n=7 or res<5)")->columns() == std::vector<std::size_t>{0, 8});
}

TEST_CASE("parse_size gives nothing for what is negative, too large or no size", "[field]") {
  CHECK(parse_size("10K") == 10240);
  CHECK(parse_size("1.5k") == 1536);
  CHECK(parse_size("0") == 0);
  for (const auto* const text :
       {"", "K", "-1", "1Q", "1 K", "16384P", "nan", "inf", "1e400", "--1", "1.2.3", "0x10"}) {
    INFO(text);
    CHECK_FALSE(parse_size(text));
  }
}

}  // namespace
}  // namespace pageloupe
