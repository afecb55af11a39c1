// SPDX-License-Identifier: MIT
// Which of a group of processes have how much memory in common, each with each.
#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "proc/kpage.h"
#include "proc/pagemap.h"
#include "proc/procfs.h"
#include "sample/frame_table.h"
#include "sample/mapped_object.h"

namespace pageloupe {

// Resident pages, each once.
struct PageSums {
  // Private memory. Of two: shared since a fork. Errors: denied without frame numbers, of two only.
  Result<Bytes> fork{};
  Bytes shared_memory{};
  Bytes files{};

  // Without `fork` where that is not known.
  [[nodiscard]] Bytes sum() const { return fork.value_or(Bytes{}) + shared_memory + files; }
};

// Reads one process after the other, then tells what two have in common.
class GroupPages {
 public:
  explicit GroupPages(const ProcFs& procfs);

  // Reads maps and pagemap. Errors: gone, denied, no_memory, io; then the process is no part of the group.
  [[nodiscard]] Result<void> add(const PidDir& dir);

  [[nodiscard]] std::size_t size() const { return members_.size(); }
  [[nodiscard]] const PageSums& of(std::size_t member) const { return members_[member]->sums; }
  [[nodiscard]] PageSums common(std::size_t a, std::size_t b) const;

  // False where fork-shared memory could not be told.
  [[nodiscard]] bool frames_known() const { return flags_.has_value(); }

 private:
  struct Member {
    PageSums sums{};
    FrameSet frames{};  // private memory that may be another's too
    FrameSet shared_memory{};
    FrameSet files{};
  };

  [[nodiscard]] Result<void> add_mapping(Pagemap& pagemap, const Vma& vma, std::uint64_t ipc_space,
                                         Member& member);
  [[nodiscard]] std::uint64_t number_of(const ObjectKey& key);
  [[nodiscard]] Result<void> keep_frames(Member& member);

  Bytes page_size_;
  std::optional<KpageReader> flags_{};
  std::unordered_map<ObjectKey, std::uint64_t, ObjectKeyHash> objects_{};
  std::vector<std::unique_ptr<Member>> members_{};
  std::uint64_t exclusive_ = 0;  // of the process that is read
  std::vector<std::uint64_t> suspects_{};
};

}  // namespace pageloupe
