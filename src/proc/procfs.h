// SPDX-License-Identifier: MIT
// The only opener of files below /proc. Everything else in proc/ is text in, records out.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/guard.h"
#include "base/unique_fd.h"
#include "base/units.h"
#include "proc/foreign_files.h"
#include "proc/text_stream.h"

namespace pageloupe {

// Asks for files that may block, by threads of its own. One that is held by no Guard asks directly.
struct Guarded {
  std::shared_ptr<Guard> guard{};
  bool every_file = false;  // also those that a real /proc answers at once: this is a copy of one
};

// The directory of a process or thread. One that is held open (ProcFs::pid) belongs to one process, also when
// the PID is used again: then its files answer `gone`. One by path (ProcFs::pid_by_path) is cheaper by two
// system calls, and only as good as the PID.
class PidDir {
 public:
  using Descriptor = std::shared_ptr<const UniqueFd>;

  // A directory that is held open.
  PidDir(Pid pid, UniqueFd fd, Guarded guarded = {})
      : pid_(pid),
        at_(std::make_shared<const UniqueFd>(std::move(fd))),
        held_(true),
        guarded_(std::move(guarded)) {}
  PidDir(Pid pid, Descriptor procfs, std::string_view prefix, Guarded guarded = {});

  [[nodiscard]] Pid pid() const { return pid_; }

  // The whole of a file such as "stat". The view is into `buffer`, whose memory only grows.
  // Errors: gone, denied, unsupported (no such file in this kernel), blocked (with a Guard), io.
  [[nodiscard]] Result<std::string_view> read(const char* file, std::string& buffer) const;

  // The file itself; same errors. Reading it may block.
  [[nodiscard]] Result<UniqueFd> open(const char* file) const;

  // For texts that are read in pieces (maps, smaps); same errors, and so have the pieces.
  [[nodiscard]] Result<TextStream> stream(const char* file) const;

  // What work(directory) returns, a Result, where it reads several files that may block, as one question:
  // `what` it is named in questions. The directory given to it has no Guard; it owns all else that it
  // touches.
  template <class Work>
  [[nodiscard]] std::invoke_result_t<Work, const PidDir&> ask(std::string_view what, Work work) const {
    if (!guarded_.guard) return work(*this);
    return guarded_.guard->ask(question(what), [own = unguarded(), work = std::move(work)]() mutable {
      return work(std::as_const(own));
    });
  }

  // The same directory without its Guard.
  [[nodiscard]] PidDir unguarded() const;

  // Where a link such as "exe" points, raw bytes.
  [[nodiscard]] Result<std::string> link(const char* name) const;

  // Thread IDs in task/, ascending.
  [[nodiscard]] Result<std::vector<Pid>> threads() const;

  struct Owner {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
  };
  // The effective user and group.
  [[nodiscard]] Result<Owner> owner() const;

  // The number of entries of a directory such as "fd".
  [[nodiscard]] Result<std::uint64_t> count_entries(const char* directory) const;

 private:
  // "PID/" before the name where the directory is not open; the view lasts as long as the Path.
  class Path;

  // What ENOENT means of a file of this directory.
  [[nodiscard]] Errc missing() const;

  [[nodiscard]] bool may_block(std::string_view file) const;
  [[nodiscard]] Question question(std::string_view file) const;
  [[nodiscard]] Result<std::string_view> read_directly(const char* file, std::string& buffer) const;
  [[nodiscard]] Result<UniqueFd> open_directly(const char* file) const;
  [[nodiscard]] Result<std::string> link_directly(const char* name) const;
  [[nodiscard]] int at() const { return at_->get(); }

  Pid pid_;
  Descriptor at_;      // the directory, or where paths begin
  bool held_ = false;  // the former
  std::array<char, 32> prefix_{};
  Guarded guarded_;
};

// A mounted procfs, or a captured copy of one.
class ProcFs {
 public:
  // Errors: gone when there is no such directory, denied, io.
  [[nodiscard]] static Result<ProcFs> open(const std::string& root = "/proc");

  // The same, whose files that may block are read by others: those of a process's memory, and all of a copy,
  // by threads; those of the machine that are mounted over /proc by a process of its own.
  [[nodiscard]] ProcFs guarded(std::shared_ptr<Guard> guard) const;
  [[nodiscard]] ProcFs unguarded() const { return guarded(nullptr); }
  // nullptr where there is none.
  [[nodiscard]] const std::shared_ptr<Guard>& guard() const { return guarded_.guard; }

  // Not a procfs, but a copy of one: any file may block.
  [[nodiscard]] bool is_copy() const;

  // Errors: gone when there is no such process.
  [[nodiscard]] Result<PidDir> pid(Pid pid) const;

  // The same directory without holding it open; nothing is asked of the system. For a thread, "PID/task/TID".
  [[nodiscard]] PidDir pid_by_path(Pid pid) const;
  [[nodiscard]] PidDir thread_by_path(Pid pid, Pid tid) const;

  // The whole of a file such as "meminfo" or "sys/vm/max_map_count"; see PidDir::read.
  [[nodiscard]] Result<std::string_view> read(const char* file, std::string& buffer) const;

  // The same file to be held open, see HeldFile. Errors also: blocked for one that may block, without having
  // been asked: read() reads it.
  [[nodiscard]] Result<UniqueFd> open_file(const char* file) const;

  // All processes, ascending.
  [[nodiscard]] Result<std::vector<Pid>> pids() const;

  [[nodiscard]] const std::string& root() const { return root_; }

 private:
  ProcFs(std::string root, UniqueFd fd)
      : root_(std::move(root)), fd_(std::make_shared<const UniqueFd>(std::move(fd))) {}

  std::string root_;
  PidDir::Descriptor fd_;
  Guarded guarded_{};
  std::shared_ptr<ForeignFiles> foreign_{};
};

}  // namespace pageloupe
