// SPDX-License-Identifier: MIT
#include "probe/hugepage_pool.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "support/catch.h"

namespace pageloupe::test {
namespace {

// A pool of 2 MiB pages made of ordinary files.
class FakePool {
 public:
  FakePool() {
    std::string pattern = (std::filesystem::temp_directory_path() / "hugepages-XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
    std::filesystem::create_directory(directory());
  }
  FakePool(const FakePool&) = delete;
  FakePool& operator=(const FakePool&) = delete;
  ~FakePool() { std::filesystem::remove_all(root_); }

  void file(const std::string& name, const std::string& text) { std::ofstream(directory() / name) << text; }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream file(directory() / name);
    std::string word;
    file >> word;
    return word;
  }
  [[nodiscard]] std::string root() const { return root_.string(); }

 private:
  [[nodiscard]] std::filesystem::path directory() const { return root_ / "hugepages-2048kB"; }
  std::filesystem::path root_;
};

constexpr Bytes kHuge{2U << 20U};

}  // namespace

TEST_CASE("a pool without a free page grows by one and shrinks again at the end", "[probe]") {
  FakePool fake;
  fake.file("nr_hugepages", "3\n");
  fake.file("free_hugepages", "0\n");
  {
    const auto pool = HugepagePool::with_free_page(kHuge, fake.root());
    REQUIRE(pool);
    CHECK(pool->changed());
    CHECK(fake.read("nr_hugepages") == "4");
  }
  CHECK(fake.read("nr_hugepages") == "3");
}

TEST_CASE("a pool with a free page is left alone", "[probe]") {
  FakePool fake;
  fake.file("nr_hugepages", "3\n");
  fake.file("free_hugepages", "1\n");
  const auto pool = HugepagePool::with_free_page(kHuge, fake.root());
  REQUIRE(pool);
  CHECK_FALSE(pool->changed());
  CHECK(fake.read("nr_hugepages") == "3");
}

TEST_CASE("a pool may be restored early and more than once", "[probe]") {
  FakePool fake;
  fake.file("nr_hugepages", "0\n");
  fake.file("free_hugepages", "0\n");
  const auto pool = HugepagePool::with_free_page(kHuge, fake.root());
  REQUIRE(pool);
  pool->restore();
  CHECK(fake.read("nr_hugepages") == "0");
  pool->restore();
  CHECK(fake.read("nr_hugepages") == "0");
}

TEST_CASE("a page size that the kernel does not have is unsupported", "[probe]") {
  const FakePool fake;
  const auto pool = HugepagePool::with_free_page(Bytes{1U << 30U}, fake.root());
  REQUIRE_FALSE(pool);
  CHECK(not_measured(pool.error()) == "not measured: the kernel has no pool of that page size");
}

}  // namespace pageloupe::test
