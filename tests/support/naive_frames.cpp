// SPDX-License-Identifier: MIT
#include "support/naive_frames.h"

#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

#include "base/unique_fd.h"
#include "proc/pagemap.h"

namespace pageloupe {
namespace {

constexpr std::uint64_t kPage = 4096;
// AddressSanitizer reserves terabytes; no mapping that a test makes is this large.
constexpr std::uint64_t kTooLarge = std::uint64_t{1} << 28;

std::uint64_t word_at(int fd, std::uint64_t index) {
  std::uint64_t word = 0;
  return ::pread(fd, &word, sizeof(word), static_cast<off_t>(index * sizeof(word))) == sizeof(word) ? word
                                                                                                    : 0;
}

void add_huge_range(pid_t pid, AddressRange range, std::map<std::uint64_t, std::uint64_t>& pages) {
  const auto dir = ProcFs::open()->pid(Pid{pid});
  auto pagemap = Pagemap::open(*dir, Bytes{kPage});
  pagemap->seek(range);
  PagemapChunk chunk;
  while (pagemap->next(chunk).value_or(false)) {
    for (std::size_t i = 0; i < chunk.entries.size(); ++i) {
      if (chunk.entries[i].raw != 0) pages[chunk.start.value + i * kPage] = chunk.entries[i].raw;
    }
  }
}

}  // namespace

std::uint64_t naive_word(const std::string& path, std::uint64_t index) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  return word_at(fd.get(), index);
}

std::map<std::uint64_t, std::uint64_t> naive_pages(pid_t pid, bool copied_on_write) {
  const auto directory = "/proc/" + std::to_string(pid);
  const UniqueFd fd(::open((directory + "/pagemap").c_str(), O_RDONLY | O_CLOEXEC));
  std::map<std::uint64_t, std::uint64_t> pages;
  std::ifstream maps(directory + "/maps");
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words(line);
    std::uint64_t start = 0;
    std::uint64_t end = 0;
    char dash = 0;
    std::string mode;
    std::string offset;
    std::string device;
    std::uint64_t inode = 0;
    words >> std::hex >> start >> dash >> end >> mode >> offset >> device >> std::dec >> inode;
    if (line.find("[vsyscall]") != std::string::npos) continue;
    if (copied_on_write && (mode[3] == 's' || (mode[1] != 'w' && inode != 0))) continue;
    if (end - start > kTooLarge) {
      add_huge_range(pid, {.start = {start}, .end = {end}}, pages);
      continue;
    }
    for (auto at = start; at < end; at += kPage) {
      if (const auto word = word_at(fd.get(), at / kPage); word != 0) pages[at] = word;
    }
  }
  return pages;
}

}  // namespace pageloupe
