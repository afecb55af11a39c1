// SPDX-License-Identifier: MIT
// The dumps below tests/fixtures, read whole.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "cpu/cpuid.h"
#include "support/catch.h"

namespace pageloupe {

// The text of PAGELOUPE_FIXTURES/`name`; the test fails where there is no such file.
inline std::string fixture_text(std::string_view name) {
  std::ifstream file(std::string(PAGELOUPE_FIXTURES) + "/" + std::string(name), std::ios::binary);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

// "amd-k10-thuban" of fixtures/cpuid.
inline CpuidTable cpuid_fixture(std::string_view name) {
  auto table = parse_cpuid(fixture_text("cpuid/" + std::string(name) + ".txt"));
  REQUIRE(table);
  return std::move(*table);
}

}  // namespace pageloupe
