// SPDX-License-Identifier: MIT
// The floor under a tool: it opens, reads and closes the files and does nothing else.
//   floor one PID FILE…      those files of one process, each to its end
//   floor all FILE…          those files of every process; "owner" is an fstatat of the directory
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

}  // namespace

int main(int argc, char** argv) {
  const int proc = ::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (argc > 3 && std::strcmp(argv[1], "one") == 0) {
    for (int i = 3; i < argc; ++i) read_file(proc, argv[2], argv[i]);
    return 0;
  }
  if (argc < 3 || std::strcmp(argv[1], "all") != 0) return 2;
  DIR* const listing = ::opendir("/proc");
  while (const dirent* entry = ::readdir(listing)) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    for (int i = 2; i < argc; ++i) read_file(proc, entry->d_name, argv[i]);
  }
  return 0;
}
