// SPDX-License-Identifier: MIT
#include "support/fake_proc.h"

#include <cerrno>
#include <fstream>
#include <stdlib.h>
#include <sys/mman.h>
#include <system_error>

namespace pageloupe {
namespace {

[[noreturn]] void give_up(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

void write_file(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.flush()) give_up("FakeProc");
}

}  // namespace

FakeProc::FakeProc() {
  auto name = (std::filesystem::temp_directory_path() / "pageloupe-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) give_up("mkdtemp");
  root_ = name;
}

FakeProc::~FakeProc() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

void FakeProc::file(const std::string& path, std::string_view text) const { write_file(root_ / path, text); }

void FakeProc::file(int pid, const std::string& path, std::string_view text) const {
  write_file(root_ / std::to_string(pid) / path, text);
}

void FakeProc::link(int pid, const std::string& name, const std::string& target) const {
  const auto path = root_ / std::to_string(pid) / name;
  std::filesystem::create_directories(path.parent_path());
  std::filesystem::create_symlink(target, path);
}

void FakeProc::remove(int pid) const { std::filesystem::remove_all(root_ / std::to_string(pid)); }

ProcFs FakeProc::procfs() const {
  auto procfs = ProcFs::open(root_.string());
  if (!procfs) give_up("ProcFs::open");
  return std::move(*procfs);
}

PidDir FakeProc::pid(int pid) const {
  auto dir = procfs().pid(Pid{pid});
  if (!dir) give_up("ProcFs::pid");
  return std::move(*dir);
}

UniqueFd descriptor_with(std::string_view text) {
  UniqueFd fd(::memfd_create("text", MFD_CLOEXEC));
  if (!fd) give_up("memfd_create");
  while (!text.empty()) {
    const auto wrote = ::write(fd.get(), text.data(), text.size());
    if (wrote < 0) give_up("write");
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  if (::lseek(fd.get(), 0, SEEK_SET) != 0) give_up("lseek");
  return fd;
}

}  // namespace pageloupe
