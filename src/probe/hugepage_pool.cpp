// SPDX-License-Identifier: MIT
#include "probe/hugepage_pool.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <unistd.h>
#include <utility>

namespace pageloupe {
namespace {

std::optional<std::uint64_t> read_count(const std::string& path) {
  std::ifstream file(path);
  std::uint64_t count = 0;
  return file >> count ? std::optional(count) : std::nullopt;
}

bool write_text(int file, std::string_view text) {
  return ::pwrite(file, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
}

}  // namespace

Result<HugepagePool> HugepagePool::with_free_page(Bytes page_size, const std::string& root) {
  const auto directory = root + "/hugepages-" + std::to_string(page_size.value / 1024) + "kB";
  const auto free = read_count(directory + "/free_hugepages");
  const auto count = read_count(directory + "/nr_hugepages");
  if (!free || !count) return not_measurable(Errc::unsupported, "the kernel has no pool of that page size");
  HugepagePool pool;
  if (*free > 0) return pool;
  const auto path = directory + "/nr_hugepages";
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) return not_measurable(Errc::denied, "the hugetlb pool cannot be changed", errno);
  const auto found = std::to_string(*count) + "\n";
  std::ranges::copy(found, pool.found_.begin());
  pool.length_ = found.size();
  pool.file_ = std::move(file);  // from here on it is set back whatever happens
  if (!write_text(pool.file_.get(), std::to_string(*count + 1) + "\n")) {
    return not_measurable(Errc::denied, "the hugetlb pool cannot be changed", errno);
  }
  if (read_count(path) <= count)
    return not_measurable(Errc::unsupported, "the kernel found no memory for a huge page");
  return pool;
}

void HugepagePool::restore() const noexcept {
  if (!file_) return;
  const auto saved = errno;  // a handler must leave it alone
  static_cast<void>(write_text(file_.get(), {found_.data(), length_}));
  errno = saved;
}

}  // namespace pageloupe
