// SPDX-License-Identifier: MIT
// The floor under a tool: it opens, reads and closes the files and does nothing else.
//   floor one PID FILE…      those files of one process, each to its end
//   floor all FILE…          those files of every process; "owner" is an fstatat of the directory
//   floor pages PID          pagemap of all mappings, and kpageflags of the frames, a read for each run of
//   them
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

char buffer[65536];

void read_file(int proc, const char* pid, const char* file) {
  char path[128];
  std::snprintf(path, sizeof path, "%s/%s", pid, file);
  if (std::strcmp(file, "owner") == 0) {
    struct stat about{};
    (void)::fstatat(proc, pid, &about, 0);
    return;
  }
  const int fd = ::openat(proc, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  // One read of what is given whole, to the end of what is not.
  const bool whole = std::strstr(file, "maps") == nullptr || std::strstr(file, "rollup") != nullptr;
  while (::read(fd, buffer, sizeof buffer) > 0 && !whole) {
  }
  ::close(fd);
}

void read_flags(int flags, const std::uint64_t* pages, std::size_t count) {
  static std::uint64_t words[8192];
  constexpr std::uint64_t kFrame = (std::uint64_t{1} << 55) - 1;
  for (std::size_t i = 0; i < count;) {
    if (pages[i] >> 63 == 0) {
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    while (end < count && pages[end] >> 63 != 0 && (pages[end] & kFrame) == (pages[end - 1] & kFrame) + 1)
      ++end;
    (void)!::pread(flags, words, (end - i) * 8, static_cast<off_t>((pages[i] & kFrame) * 8));
    i = end;
  }
}

int read_pages(const char* pid) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/%s/maps", pid);
  FILE* const maps = std::fopen(path, "re");
  std::snprintf(path, sizeof path, "/proc/%s/pagemap", pid);
  const int pagemap = ::open(path, O_RDONLY | O_CLOEXEC);
  const int flags = ::open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
  if (maps == nullptr || pagemap < 0 || flags < 0) return 1;
  static std::uint64_t pages[8192];
  char line[8192];
  while (std::fgets(line, sizeof line, maps) != nullptr) {
    unsigned long start = 0;
    unsigned long end = 0;
    if (std::sscanf(line, "%lx-%lx", &start, &end) != 2 || start >> 63 != 0) continue;
    for (auto at = start / 4096; at < end / 4096;) {
      const auto want = end / 4096 - at < 8192 ? end / 4096 - at : 8192;
      const auto got = ::pread(pagemap, pages, want * 8, static_cast<off_t>(at * 8));
      if (got <= 0) break;
      read_flags(flags, pages, static_cast<std::size_t>(got) / 8);
      at += static_cast<std::size_t>(got) / 8;
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const int proc = ::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (argc > 3 && std::strcmp(argv[1], "one") == 0) {
    for (int i = 3; i < argc; ++i) read_file(proc, argv[2], argv[i]);
    return 0;
  }
  if (argc == 3 && std::strcmp(argv[1], "pages") == 0) return read_pages(argv[2]);
  if (argc < 3 || std::strcmp(argv[1], "all") != 0) return 2;
  DIR* const listing = ::opendir("/proc");
  while (const dirent* entry = ::readdir(listing)) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    for (int i = 2; i < argc; ++i) read_file(proc, entry->d_name, argv[i]);
  }
  return 0;
}
