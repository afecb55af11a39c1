// SPDX-License-Identifier: MIT
#include "base/write_file.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

#include "support/catch.h"

namespace pageloupe {
namespace {

class Folder {
 public:
  Folder() {
    auto name = (std::filesystem::temp_directory_path() / "pageloupe-write-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] std::ptrdiff_t files() const {
    return std::distance(std::filesystem::directory_iterator(path_), {});
  }

 private:
  std::string path_;
};

std::string read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a file is replaced whole, and nothing else is left in its folder", "[base]") {
  const Folder folder;
  const auto path = folder.file("a");
  CHECK(write_file(path, "first, and long", 0644) == 0);
  CHECK(write_file(path, "second", 0600) == 0);
  CHECK(read(path) == "second");
  CHECK(folder.files() == 1);
  struct stat found{};
  REQUIRE(::stat(path.c_str(), &found) == 0);
  CHECK((found.st_mode & 0777U) == 0600);
}

TEST_CASE("a link to a file is left alone, and so is what it points to", "[base]") {
  const Folder folder;
  CHECK(write_file(folder.file("a"), "old", 0644) == 0);
  REQUIRE(::symlink("a", folder.file("link").c_str()) == 0);
  REQUIRE(::symlink("nothing", folder.file("dangling").c_str()) == 0);
  CHECK(write_file(folder.file("link"), "new", 0644) == ELOOP);
  CHECK(write_file(folder.file("dangling"), "new", 0644) == ELOOP);
  CHECK(read(folder.file("a")) == "old");
  CHECK(folder.files() == 3);
}

TEST_CASE("what cannot be written says why", "[base]") {
  const Folder folder;
  CHECK(write_file(folder.file("none/a"), "x", 0644) == ENOENT);
  CHECK(write_file(folder.file(""), "x", 0644) == EISDIR);
  CHECK(write_file("/dev/full", "x", 0644) == ENOSPC);
  CHECK(write_file("/dev/null", "x", 0644) == 0);
}

}  // namespace pageloupe
