// SPDX-License-Identifier: MIT
#include "pstat/export_file.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>

#include "record/support.h"
#include "support/catch.h"

using namespace pageloupe;
using namespace pageloupe::pstat;

namespace {

std::string content(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t files_in(const std::string& folder) {
  const std::filesystem::directory_iterator files(folder);
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

auto writes(std::string text) {
  return [text = std::move(text)](Output& output) { append(output.buffer(), text); };
}

}  // namespace

TEST_CASE("a file is replaced as a whole, and nothing is left beside it", "[export]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.prom");
  ExportFile file(path);
  REQUIRE(file.replace(writes("one\n")));
  CHECK(content(path) == "one\n");
  std::ifstream reader(path);
  REQUIRE(file.replace(writes("another\n")));
  std::string line;
  std::getline(reader, line);
  CHECK(line == "one");  // who reads has the one that was there
  CHECK(content(path) == "another\n");
  CHECK(files_in(std::filesystem::path(path).parent_path()) == 1);
}

TEST_CASE("what fails leaves the file as it was", "[export]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.prom");
  ExportFile file(path);
  REQUIRE(file.replace(writes("good\n")));
  // As of a disk that is full.
  const auto fails = [](Output& output) {
    append(output.buffer(), "half");
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const rlimit none{.rlim_cur = 0, .rlim_max = before.rlim_max};
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &none) == 0);
    output.flush();
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    std::ignore = std::signal(SIGXFSZ, handler);
  };
  const auto done = file.replace(fails);
  REQUIRE_FALSE(done);
  CHECK(done.error().contains("cannot be written"));
  CHECK(content(path) == "good\n");
  CHECK(files_in(std::filesystem::path(path).parent_path()) == 1);
}

TEST_CASE("what is no regular file is refused with its reason", "[export]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.prom");
  const auto reason = [](const std::string& name) {
    const auto done = ExportFile(name).replace(writes("x"));
    return done ? std::string("written") : done.error();
  };
  std::filesystem::create_directory(path);
  CHECK(reason(path).contains("is a directory"));
  CHECK(reason(path + "/").contains("no name of a file"));
  CHECK(reason("").contains("no name of a file"));
  CHECK(reason(path + "/missing/a.prom").contains("its folder cannot be used"));
  std::filesystem::create_symlink("elsewhere", folder.file("link"));
  CHECK(reason(folder.file("link")).contains("is a symbolic link"));
  REQUIRE(::mkfifo(folder.file("pipe").c_str(), 0600) == 0);
  CHECK(reason(folder.file("pipe")).contains("no regular file"));
}

TEST_CASE("only what it wrote itself is removed", "[export]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.prom");
  std::ofstream(path) << "of another\n";
  ExportFile file(path);
  file.remove();
  CHECK(content(path) == "of another\n");
  REQUIRE(file.replace(writes("own\n")));
  file.remove();
  CHECK_FALSE(std::filesystem::exists(path));
}
