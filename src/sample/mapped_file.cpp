// SPDX-License-Identifier: MIT
#include "sample/mapped_file.h"

#include <array>
#include <charconv>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "proc/pread_exact.h"
#include "sample/page_meter.h"

namespace pageloupe {
namespace {

void append_hex(std::string& text, std::uint64_t number) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  text.append(digits.data(), end);
}

bool is_same_file(const UniqueFd& handle, const Vma& vma) {
  struct stat about{};
  return ::fstat(handle.get(), &about) == 0 && about.st_ino == vma.inode &&
         major(about.st_dev) == vma.device.major && minor(about.st_dev) == vma.device.minor;
}

}  // namespace

Result<UniqueFd> locate_mapped_file(const ProcFs& procfs, Pid pid, const Vma& vma, bool live) {
  if (vma.inode == 0 || !vma.name.starts_with('/')) return fail(Errc::not_applicable);
  const auto directory = procfs.root() + "/" + std::to_string(pid.value);
  auto link = directory + "/map_files/";
  append_hex(link, vma.start.value);
  link += '-';
  append_hex(link, vma.end.value);
  UniqueFd handle(::open(link.c_str(), O_PATH | O_CLOEXEC));
  if (handle) return handle;
  const int error = errno;
  if (!live) return os_failure(error, "map_files");
  // In the name space of the process, and in ours.
  for (const auto& path : {directory + "/root" + vma.name, vma.name}) {
    UniqueFd by_path(::open(path.c_str(), O_PATH | O_CLOEXEC));
    if (by_path && is_same_file(by_path, vma)) return by_path;
  }
  return os_failure(error, "map_files");
}

Result<UniqueFd> open_regular(const UniqueFd& handle) {
  struct stat about{};
  if (::fstat(handle.get(), &about) != 0) return os_failure(errno, "map_files");
  if (!S_ISREG(about.st_mode)) return fail(Errc::not_applicable);
  const auto path = "/proc/self/fd/" + std::to_string(handle.get());
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file) return os_failure(errno, "map_files");
  return file;
}

std::expected<CacheUse, Errc> cache_of(const ProcFs& procfs, Pid pid, const Vma& vma, VmaKind kind,
                                       Bytes page_size, bool live) {
  if (kind == VmaKind::device) return std::unexpected(Errc::not_applicable);
  const auto handle = locate_mapped_file(procfs, pid, vma, live);
  if (!handle) return std::unexpected(handle.error().code);
  const auto file = open_regular(*handle);
  if (!file) return std::unexpected(file.error().code);
  auto use = cache_use(file->get(), {.offset = vma.offset, .size = vma.size()}, page_size);
  if (!use) return std::unexpected(use.error().code);
  return *use;
}

}  // namespace pageloupe
