// SPDX-License-Identifier: MIT
#include "cli/column_spec.h"

#include <array>

#include "support/catch.h"

using pageloupe::ColumnSpec;
using pageloupe::parse_column_lists;
using pageloupe::parse_column_specs;

namespace {
std::string error_of(std::string_view list) {
  const auto specs = parse_column_specs(list);
  return specs ? "accepted" : specs.error();
}
}  // namespace

TEST_CASE("columns stand between commas, blanks or line ends", "[pstat]") {
  const std::vector<ColumnSpec> wanted{{.name = "pid"}, {.name = "rss"}, {.name = "%mem"}};
  CHECK(parse_column_specs("pid,rss,%mem") == wanted);
  CHECK(parse_column_specs("pid rss\t%mem") == wanted);
  CHECK(parse_column_specs("pid\nrss,%mem") == wanted);
}

TEST_CASE("a header runs to the end of its item, colons and equal signs included", "[pstat]") {
  CHECK(parse_column_specs("pid=X,comm") == std::vector<ColumnSpec>{{"pid", "X", {}}, {"comm", {}, {}}});
  CHECK(parse_column_specs("pid==X") == std::vector<ColumnSpec>{{"pid", "=X", {}}});
  CHECK(parse_column_specs("pid=ZZ:9") == std::vector<ColumnSpec>{{"pid", "ZZ:9", {}}});
}

TEST_CASE("an equal sign with nothing behind it suppresses the header", "[pstat]") {
  CHECK(parse_column_specs("pid=") == std::vector<ColumnSpec>{{"pid", "", {}}});
  CHECK(parse_column_specs("pid=,comm=") == std::vector<ColumnSpec>{{"pid", "", {}}, {"comm", "", {}}});
}

TEST_CASE("a width stands before the header", "[pstat]") {
  CHECK(parse_column_specs("comm:20=C:D") == std::vector<ColumnSpec>{{"comm", "C:D", 20}});
  CHECK(parse_column_specs("vsz:3") == std::vector<ColumnSpec>{{"vsz", {}, 3}});
}

TEST_CASE("one separator may end a list of columns", "[pstat]") {
  CHECK(parse_column_specs("pid,") == std::vector<ColumnSpec>{{.name = "pid"}});
  CHECK(error_of("pid,,") == "an empty item in the list of columns 'pid,,'");
}

TEST_CASE("a list of columns with an empty item is refused", "[pstat]") {
  CHECK(error_of("") == "an empty list of columns");
  CHECK_THAT(error_of(",pid"), ContainsSubstring("empty item"));
  CHECK_THAT(error_of("pid,,comm"), ContainsSubstring("empty item"));
  CHECK_THAT(error_of("pid, comm"), ContainsSubstring("empty item"));
  CHECK(error_of("=X") == "bad column '=X': it has no name");
}

TEST_CASE("a width that is no number, or none that makes sense, is refused", "[pstat]") {
  for (const auto* list : {"pid:", "pid:0", "pid:x", "pid:-3", "pid:3x", "pid:99999999999", "pid:4097"}) {
    INFO(list);
    CHECK_THAT(error_of(list), ContainsSubstring("a number from 1 to 4096"));
  }
}

TEST_CASE("the first of the lists says whether the columns are added to the view's", "[pstat]") {
  const auto added = parse_column_lists(std::array<std::string, 2>{"+swap", "pss=P"});
  REQUIRE(added);
  CHECK(added->appended);
  CHECK(added->columns == std::vector<ColumnSpec>{{"swap", {}, {}}, {"pss", "P", {}}});
  const auto own = parse_column_lists(std::array<std::string, 2>{"swap", "+pss"});
  REQUIRE(own);
  CHECK_FALSE(own->appended);
  CHECK(own->columns.size() == 2);
}
