// SPDX-License-Identifier: MIT
#include "base/units.h"

#include "support/catch.h"

namespace pageloupe {
namespace {

TEST_CASE("a quantity adds and subtracts within its own unit", "[base]") {
  CHECK(Bytes{5} + Bytes{3} == Bytes{8});
  CHECK(Bytes{5} - Bytes{3} == Bytes{2});
  Pages pages{1};
  pages += Pages{2};
  CHECK(pages == Pages{3});
  STATIC_REQUIRE_FALSE(std::is_convertible_v<Bytes, Pages>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<std::uint64_t, Pid>);
}

template <class T>
concept AddsUp = requires(T a, T b) { a + b; };

TEST_CASE("two addresses do not add up and their difference is bytes", "[base]") {
  STATIC_REQUIRE_FALSE(AddsUp<Address>);
  STATIC_REQUIRE(AddsUp<Bytes>);
  STATIC_REQUIRE(std::is_same_v<decltype(Address{} - Address{}), Bytes>);
  CHECK(Address{0x3000} - Address{0x1000} == Bytes{0x2000});
  CHECK(Address{0x1000} + Bytes{0x20} == Address{0x1020});
}

TEST_CASE("from_kib gives nothing where the bytes do not fit in 64 bits", "[base]") {
  constexpr std::uint64_t kLargest = ~std::uint64_t{0} / 1024;
  CHECK(from_kib(0) == Bytes{0});
  CHECK(from_kib(4) == Bytes{4096});
  CHECK(from_kib(kLargest) == Bytes{kLargest * 1024});
  CHECK_FALSE(from_kib(kLargest + 1));
}

TEST_CASE("percent_of an empty whole is nothing", "[base]") {
  CHECK_FALSE(percent_of(Bytes{0}, Bytes{0}));
  CHECK_FALSE(percent_of(Bytes{1}, Bytes{0}));
  CHECK(percent_of(Bytes{0}, Bytes{8}) == Percent{0});
  CHECK(percent_of(Bytes{2}, Bytes{8}) == Percent{25});
  CHECK(percent_of(Bytes{16}, Bytes{8}) == Percent{200});
}

TEST_CASE("devices order by major and then by minor", "[base]") {
  CHECK(Device{8, 1} == Device{8, 1});
  CHECK(Device{8, 255} < Device{9, 0});
  CHECK(Device{8, 1} < Device{8, 2});
}

}  // namespace
}  // namespace pageloupe
