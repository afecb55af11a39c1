// SPDX-License-Identifier: MIT
// Tables by frame number that have room only where frames are: physical memory in blocks of 512 frames
// (2 MiB), a block when its first frame comes.
#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace pageloupe {

inline constexpr std::uint64_t kBlockFrames = 512;

// Blocks of a type, by their number: frame / kBlockFrames.
template <class Block>
class FrameBlocks {
 public:
  // The block of a frame, made when it is asked for first.
  [[nodiscard]] Block& of(std::uint64_t pfn) {
    const auto number = pfn / kBlockFrames;
    if (last_ == nullptr || number != last_number_) {
      auto& block = blocks_[number];
      if (!block) block = std::make_unique<Block>();
      last_ = block.get();
      last_number_ = number;
    }
    return *last_;
  }

  // nullptr where no frame of the block was asked for.
  [[nodiscard]] const Block* find(std::uint64_t number) const {
    const auto found = blocks_.find(number);
    return found == blocks_.end() ? nullptr : found->second.get();
  }

  // Calls visit(number, block), in no order.
  template <class Visit>
  void for_each_block(Visit visit) const {
    for (const auto& [number, block] : blocks_) visit(number, *block);
  }

  [[nodiscard]] std::vector<std::uint64_t> ascending_numbers() const {
    std::vector<std::uint64_t> numbers;
    numbers.reserve(blocks_.size());
    for (const auto& [number, block] : blocks_) numbers.push_back(number);
    std::ranges::sort(numbers);
    return numbers;
  }

 private:
  std::unordered_map<std::uint64_t, std::unique_ptr<Block>> blocks_{};
  Block* last_ = nullptr;  // frames come in runs
  std::uint64_t last_number_ = 0;
};

// A set of frames, or of other numbers that come in runs: at most 64 bytes, and some 50 to keep account, for
// each 2 MiB of physical memory.
class FrameSet {
 public:
  // True when the frame was not in the set.
  bool insert(std::uint64_t pfn) {
    auto& block = blocks_.of(pfn);
    const auto at = pfn % kBlockFrames;
    if (block[at]) return false;
    block[at] = true;
    return true;
  }

  [[nodiscard]] bool contains(std::uint64_t pfn) const {
    const auto* block = blocks_.find(pfn / kBlockFrames);
    return block != nullptr && (*block)[pfn % kBlockFrames];
  }

  [[nodiscard]] std::uint64_t size() const {
    std::uint64_t sum = 0;
    blocks_.for_each_block([&sum](std::uint64_t, const auto& block) { sum += block.count(); });
    return sum;
  }

  // How many are in both.
  [[nodiscard]] std::uint64_t common(const FrameSet& other) const {
    std::uint64_t sum = 0;
    blocks_.for_each_block([&](std::uint64_t number, const auto& block) {
      if (const auto* theirs = other.blocks_.find(number)) sum += (block & *theirs).count();
    });
    return sum;
  }

  // Calls visit(pfn), ascending.
  template <class Visit>
  void for_each(Visit visit) {
    for (const auto number : blocks_.ascending_numbers()) {
      const auto first = number * kBlockFrames;
      const auto& block = blocks_.of(first);
      for (std::uint64_t i = 0; i < kBlockFrames; ++i) {
        if (block[i]) visit(first + i);
      }
    }
  }

 private:
  FrameBlocks<std::bitset<kBlockFrames>> blocks_{};
};

// Whose frame it is, once all mappings are known.
enum class FrameKind : std::uint8_t {
  unknown,
  none,  // not memory that a process uses: the page of zeros, a device
  anon,
  file,
  shmem,
  hugetlb,
  kernel,  // the vdso: of the kernel, mapped by all
};

enum class FrameReach : std::uint8_t {
  unknown,
  one,        // all mappings are of one process of the set
  inside,     // of several, all in the set
  outside,    // others map it too
  unsettled,  // there were fewer mappings than had been seen: it changed while it was read
};

// What is known of a frame. Eight bytes: 16 MiB for 8 GiB of physical memory.
struct Frame {
  std::uint32_t mappings = 0;   // seen in the set
  std::uint16_t processes = 0;  // of the set that map it; stays at its maximum
  FrameKind kind = FrameKind::unknown;
  FrameReach reach : 4 = FrameReach::unknown;
  bool shared_anonymous : 1 = false;  // of a MAP_SHARED mapping without a file
};
static_assert(sizeof(Frame) == 8);

class CountedFrames {
 public:
  [[nodiscard]] Frame& at(std::uint64_t pfn) { return blocks_.of(pfn)[pfn % kBlockFrames]; }

  // Calls visit(pfn, frame) for all frames that are mapped in the set, ascending.
  template <class Visit>
  void for_each(Visit visit) {
    for (const auto number : blocks_.ascending_numbers()) {
      const auto first = number * kBlockFrames;
      auto& block = blocks_.of(first);
      for (std::uint64_t i = 0; i < kBlockFrames; ++i) {
        if (block[i].mappings != 0) visit(first + i, block[i]);
      }
    }
  }

 private:
  FrameBlocks<std::array<Frame, kBlockFrames>> blocks_{};
};

}  // namespace pageloupe
