// SPDX-License-Identifier: MIT
#include "proc/locks.h"

#include <optional>

#include "base/text.h"

namespace pageloupe {
namespace {

// "fe:00:10952973"; "<none>" and "<none>:0" of a lock without a file.
bool parse_file(std::string_view text, FileLock& lock) {
  if (text.starts_with("<none>")) return true;
  const auto major = to_number<std::uint32_t>(take_until(text, ':'), 16);
  const auto minor = to_number<std::uint32_t>(take_until(text, ':'), 16);
  const auto inode = to_number<std::uint64_t>(text);
  if (!major || !minor || !inode) return false;
  lock.device = {*major, *minor};
  lock.inode = *inode;
  return true;
}

// "1: -> FLOCK  ADVISORY  WRITE 2448 fe:00:10952973 0 EOF"; each level of waiting indents the arrow.
bool parse_line(std::string_view line, FileLock& lock) {
  const auto number = to_number<std::uint64_t>(take_until(line, ':'));
  if (!number) return false;
  lock.number = *number;
  auto word = take_word(line);
  if (word == "->") {
    lock.waits = true;
    word = take_word(line);
  }
  lock.type = word;
  (void)take_word(line);
  const auto mode = take_word(line);
  lock.writes = mode == "WRITE" || mode == "RW";
  const auto pid = to_number<std::int32_t>(take_word(line));
  if (word.empty() || !pid) return false;
  lock.pid = Pid{*pid};
  return parse_file(take_word(line), lock);
}

}  // namespace

Result<std::vector<FileLock>> parse_locks(std::string_view text) {
  std::vector<FileLock> locks;
  for (std::uint32_t line = 1; !text.empty(); ++line) {
    FileLock lock;
    if (!parse_line(take_line(text), lock)) return malformed("locks", {}, line);
    locks.push_back(std::move(lock));
  }
  return locks;
}

}  // namespace pageloupe
