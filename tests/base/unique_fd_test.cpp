// SPDX-License-Identifier: MIT
#include "base/unique_fd.h"

#include <fcntl.h>

#include "support/catch.h"

namespace pageloupe {
namespace {

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

UniqueFd open_null() { return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

TEST_CASE("a descriptor is closed once its owner goes", "[base]") {
  int fd = -1;
  {
    const auto owner = open_null();
    REQUIRE(owner);
    fd = owner.get();
    CHECK(is_open(fd));
  }
  CHECK_FALSE(is_open(fd));
}

TEST_CASE("a descriptor that was moved has one owner", "[base]") {
  auto first = open_null();
  const int fd = first.get();
  UniqueFd second(std::move(first));
  CHECK_FALSE(first);  // NOLINT(bugprone-use-after-move): what is left is the question
  CHECK(second.get() == fd);
  auto third = open_null();
  const int replaced = third.get();
  third = std::move(second);
  CHECK_FALSE(is_open(replaced));
  CHECK(is_open(fd));
  third.reset();
  CHECK_FALSE(is_open(fd));
  CHECK_FALSE(third);
}

}  // namespace
}  // namespace pageloupe
