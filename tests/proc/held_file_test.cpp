// SPDX-License-Identifier: MIT
#include "proc/held_file.h"

#include <array>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <unistd.h>

#include "support/catch.h"
#include "support/fake_proc.h"

namespace pageloupe {
namespace {

TEST_CASE("a file that is held open is read from its beginning each time", "[proc]") {
  const FakeProc proc;
  proc.file("loadavg", "1.00 2.00 3.00 1/2 3\n");
  auto fd = proc.procfs().open_file("loadavg");
  REQUIRE(fd);
  const HeldFile file(std::move(*fd), "loadavg");
  std::string buffer;
  CHECK(file.read(buffer).value() == "1.00 2.00 3.00 1/2 3\n");
  CHECK(file.read(buffer).value() == "1.00 2.00 3.00 1/2 3\n");
}

TEST_CASE("a held file that grew beyond the buffer is read whole", "[proc]") {
  const FakeProc proc;
  proc.file("vmstat", std::string(100'000, 'v'));
  auto fd = proc.procfs().open_file("vmstat");
  REQUIRE(fd);
  const HeldFile file(std::move(*fd), "vmstat");
  std::string buffer;
  CHECK(file.read(buffer).value() == std::string(100'000, 'v'));
}

TEST_CASE("open_file says unsupported of what this kernel does not have", "[proc]") {
  const FakeProc proc;
  const auto fd = proc.procfs().open_file("pressure/cpu");
  REQUIRE_FALSE(fd);
  CHECK(fd.error().code == Errc::unsupported);
  CHECK(fd.error().file == "pressure/cpu");
}

TEST_CASE("a held file without a descriptor is false", "[proc]") {
  CHECK_FALSE(HeldFile());
  CHECK_FALSE(HeldFile(UniqueFd(), "none"));
}

// vmstat and kallsyms come in pieces of nearly a page, as a pipe of packets does.
TEST_CASE("a text that the kernel gives in pieces of a page is read to its end", "[proc]") {
  const FakeProc proc;
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_DIRECT | O_CLOEXEC) == 0);
  const UniqueFd from(ends[0]);
  UniqueFd to(ends[1]);
  const std::string first(4071, 'a');
  const std::string second(100, 'b');
  for (const auto& piece : {first, second}) REQUIRE(::write(to.get(), piece.data(), piece.size()) > 0);
  std::filesystem::create_symlink("/proc/self/fd/" + std::to_string(from.get()), proc.root() / "vmstat");
  to.reset();
  const auto procfs = proc.procfs();
  std::string buffer;
  CHECK(procfs.read("vmstat", buffer).value() == first + second);
}

}  // namespace
}  // namespace pageloupe
