// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "proc/procfs.h"
#include "proc/procfs_parts.h"

namespace pageloupe {

using namespace procfs_parts;

namespace {

// Files of a process that take the lock of its memory or of its exec, or look into its memory.
constexpr auto kMayBlock = std::to_array<std::string_view>({
    "cmdline",
    "environ",
    "maps",
    "smaps",
    "smaps_rollup",
    "mem",
    "pagemap",
    "ksm_stat",
    "io",
    "syscall",
    "exe",
});

// Whether a directory that is held open belongs to a process that is no more. Every process has a stat in
// every kernel; a captured copy need not have one.
bool has_ended(int held) { return is_procfs(held) && ::faccessat(held, "stat", F_OK, 0) != 0; }

}  // namespace

class PidDir::Path {
 public:
  Path(const PidDir& dir, const char* name) {
    const std::string_view prefix = dir.prefix_.data();
    const std::string_view rest = name;
    if (prefix.empty() || prefix.size() + rest.size() >= text_.size()) {
      path_ = name;
      return;
    }
    prefix.copy(text_.data(), prefix.size());
    rest.copy(text_.data() + prefix.size(), rest.size());
  }
  [[nodiscard]] const char* c_str() const { return path_ != nullptr ? path_ : text_.data(); }

 private:
  std::array<char, 96> text_{};
  const char* path_ = nullptr;
};

PidDir::PidDir(Pid pid, Descriptor procfs, std::string_view prefix, Guarded guarded)
    : pid_(pid), at_(std::move(procfs)), guarded_(std::move(guarded)) {
  prefix.copy(prefix_.data(), prefix_.size() - 1);
}

PidDir PidDir::unguarded() const {
  auto own = *this;
  own.guarded_ = {};
  return own;
}

bool PidDir::may_block(std::string_view file) const {
  if (!guarded_.guard || guarded_.every_file) return static_cast<bool>(guarded_.guard);
  const auto name = file.substr(file.rfind('/') + 1);
  return std::ranges::find(kMayBlock, name) != kMayBlock.end();
}

// A process is told from a later one of its ID by its start, the first word but eighteen behind its name.
Question PidDir::question(std::string_view file) const {
  auto key = held_ ? std::to_string(pid_.value) + "/" : std::string(prefix_.data());
  key += file;
  if (guarded_.every_file) return {.key = std::move(key)};
  return {.key = std::move(key), .identity = [own = unguarded()] {
            std::string buffer;
            const auto text = own.read_directly("stat", buffer);
            if (!text) return std::string{};
            auto rest = text->substr(std::min(text->rfind(')') + 1, text->size()));
            for (int before = 0; before < 19; ++before) static_cast<void>(take_word(rest));
            return std::string(take_word(rest));
          }};
}

Errc PidDir::missing() const {
  if (held_) return has_ended(at()) ? Errc::gone : Errc::unsupported;
  // By path, the process may be gone as well.
  return ::faccessat(at(), prefix_.data(), F_OK, 0) == 0 ? Errc::unsupported : Errc::gone;
}

Result<std::string_view> PidDir::read(const char* file, std::string& buffer) const {
  if (!may_block(file)) return read_directly(file, buffer);
  return take_text(ask(file,
                       [name = std::string(file)](const PidDir& own) {
                         std::string text;
                         return as_own(own.read_directly(name.c_str(), text), text);
                       }),
                   file, buffer);
}

Result<std::string_view> PidDir::read_directly(const char* file, std::string& buffer) const {
  auto text = read_opened(open_at(at(), Path(*this, file).c_str()), file, Errc::unsupported, buffer);
  if (!text && text.error().os_error == ENOENT) text.error().code = missing();
  return text;
}

Result<UniqueFd> PidDir::open(const char* file) const {
  if (!may_block(file)) return open_directly(file);
  auto fd =
      ask(file, [name = std::string(file)](const PidDir& own) { return own.open_directly(name.c_str()); });
  if (!fd) fd.error().file = file;
  return fd;
}

Result<UniqueFd> PidDir::open_directly(const char* file) const {
  auto fd = open_at(at(), Path(*this, file).c_str());
  if (!fd) return os_failure(errno, errno == ENOENT ? missing() : Errc::unsupported, file);
  return fd;
}

Result<TextStream> PidDir::stream(const char* file) const {
  if (may_block(file)) {
    auto feed = FeedReader::open(
        guarded_.guard, question(file),
        [own = unguarded(), name = std::string(file)] { return own.open_directly(name.c_str()); });
    if (!feed) {
      feed.error().file = file;
      return std::unexpected(feed.error());
    }
    if (*feed) return TextStream(std::move(*feed));
  }
  auto fd = open_directly(file);
  if (!fd) return std::unexpected(fd.error());
  return TextStream(std::move(*fd));
}

Result<std::string> PidDir::link(const char* name) const {
  if (!may_block(name)) return link_directly(name);
  auto target =
      ask(name, [name = std::string(name)](const PidDir& own) { return own.link_directly(name.c_str()); });
  if (!target) target.error().file = name;
  return target;
}

Result<std::string> PidDir::link_directly(const char* name) const {
  const Path path(*this, name);
  std::string target(256, '\0');
  for (;;) {
    const auto length = ::readlinkat(at(), path.c_str(), target.data(), target.size());
    if (length < 0 && errno == ENOENT) {
      // A kernel thread's exe, and a zombie's, is a link to nowhere: ENOENT while the process is there.
      const auto code = missing() == Errc::gone ? Errc::gone : Errc::not_applicable;
      return std::unexpected(Error{.code = code, .os_error = ENOENT, .file = name});
    }
    if (length < 0) return os_failure(errno, Errc::unsupported, name);
    if (static_cast<std::size_t>(length) < target.size()) {
      target.resize(static_cast<std::size_t>(length));
      return target;
    }
    target.resize(target.size() * 2);
  }
}

Result<std::vector<Pid>> PidDir::threads() const {
  return numbered_entries(at(), Path(*this, "task").c_str());
}

Result<PidDir::Owner> PidDir::owner() const {
  struct stat about{};
  const char* const path = held_ ? "" : prefix_.data();
  if (::fstatat(at(), path, &about, held_ ? AT_EMPTY_PATH : 0) != 0)
    return os_failure(errno, Errc::gone, "owner");
  return Owner{about.st_uid, about.st_gid};
}

Result<std::uint64_t> PidDir::count_entries(const char* directory) const {
  // Since Linux 6.2 the size of the directory is the number of its entries.
  const Path path(*this, directory);
  struct stat about{};
  if (::fstatat(at(), path.c_str(), &about, 0) == 0 && about.st_size > 0)
    return static_cast<std::uint64_t>(about.st_size);
  const auto entries = numbered_entries(at(), path.c_str());
  if (!entries) return std::unexpected(entries.error());
  return entries->size();
}

}  // namespace pageloupe
