// SPDX-License-Identifier: MIT
#include "field/totals.h"

#include <algorithm>
#include <array>

#include "support/catch.h"

namespace pageloupe {
namespace {

constexpr Column kName{.name = "name", .header = "NAME", .help = "h", .type = Type::text};
constexpr Column kRss{.name = "rss", .header = "RSS", .fold = Fold::sum, .help = "h", .type = Type::bytes};
constexpr Column kCount{.name = "n", .header = "N", .fold = Fold::sum, .help = "h", .type = Type::count};

TEST_CASE("totals add what may be added and count the rows without a value", "[field]") {
  Totals totals({&kName, &kRss, &kCount});
  totals.add(std::to_array<Value>({std::string_view("a"), Bytes{5}, std::uint64_t{1}}));
  totals.add(std::to_array<Value>({std::string_view("b"), Errc::denied, std::uint64_t{2}}));
  totals.add(std::to_array<Value>({std::string_view("c"), Bytes{7}, std::uint64_t{3}}));
  CHECK(totals.rows() == 3);
  CHECK(totals.values()[0] == Value(Errc::not_applicable));
  CHECK(totals.values()[1] == Value(Bytes{12}));
  CHECK(totals.values()[2] == Value(std::uint64_t{6}));
  CHECK(totals.missing(0) == 0);
  CHECK(totals.missing(1) == 1);
  CHECK(totals.missing(2) == 0);
}

TEST_CASE("a total of nothing but reasons is a reason and not zero", "[field]") {
  Totals totals({&kRss});
  CHECK_FALSE(has_value(totals.values()[0]));
  totals.add(std::to_array<Value>({Errc::denied}));
  totals.add(std::to_array<Value>({Errc::denied}));
  CHECK(totals.values()[0] == Value(Errc::denied));
  CHECK(totals.missing(0) == 2);
  totals.add(std::to_array<Value>({Bytes{3}}));
  CHECK(totals.values()[0] == Value(Bytes{3}));
}

TEST_CASE("values of two types, or of one that does not add up, have no sum", "[field]") {
  CHECK(add(Value(Bytes{1}), Value(std::uint64_t{1})) == Value(Errc::not_applicable));
  CHECK(add(Value(Address{1}), Value(Address{1})) == Value(Errc::not_applicable));
  CHECK(add(Value(true), Value(true)) == Value(Errc::not_applicable));
  CHECK(add(Value(Errc::denied), Value(Bytes{1})) == Value(Bytes{1}));
  CHECK(add(Value(Bytes{1}), Value(Errc::denied)) == Value(Bytes{1}));
}

TEST_CASE("rows without a value come last in a descending sort and first in an ascending one", "[field]") {
  std::array<Value, 5> values{Bytes{5}, Errc::io, Bytes{0}, Errc::not_sampled, Bytes{9}};
  std::ranges::sort(values, std::ranges::greater{});
  CHECK(values == std::array<Value, 5>{Bytes{9}, Bytes{5}, Bytes{0}, Errc::io, Errc::not_sampled});
}

TEST_CASE("a getter's return type is its column's type", "[field]") {
  STATIC_REQUIRE(type_of<Bytes>() == Type::bytes);
  STATIC_REQUIRE(type_of<std::optional<Percent>>() == Type::percent);
  STATIC_REQUIRE(type_of<std::expected<std::string_view, Errc>>() == Type::text);
  STATIC_REQUIRE(type_of<bool>() == Type::flag);
  STATIC_REQUIRE(type_of<float>() == Type::none);
  CHECK(to_value(std::optional<Bytes>{}) == Value(Errc::unsupported));
  CHECK(to_value(std::expected<Bytes, Errc>(std::unexpected(Errc::denied))) == Value(Errc::denied));
}

}  // namespace
}  // namespace pageloupe
