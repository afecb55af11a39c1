// SPDX-License-Identifier: MIT
// The owner of a range of addresses, whatever lies in it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/unique_fd.h"
#include "probe/confidence.h"

namespace pageloupe {

// Unmaps its range, with all that was mapped over parts of it since.
class Mapping {
 public:
  Mapping() = default;
  Mapping(std::byte* start, std::size_t size) : start_(start), size_(size) {}
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { reset(); }

  [[nodiscard]] std::byte* data() const { return start_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  void reset();

 private:
  std::byte* start_ = nullptr;
  std::size_t size_ = 0;
};

// A range of addresses without memory; `data` is its first multiple of `alignment`, from which `size` bytes
// follow.
struct Reservation {
  Mapping owner;
  std::byte* data = nullptr;
  std::size_t size = 0;

  // Takes away all memory and page tables, and keeps the range.
  Result<void> clear() const;
};

// unsupported, with errno, where RLIMIT_AS or the kernel refuses that much.
Result<Reservation> reserve(std::size_t size, std::size_t alignment);
// Private zeroed memory, readable and writable, not of huge pages.
Result<Mapping> allocate(std::size_t size);

// What memfd_create() makes huge or executable.
enum class MemoryKind { base, executable, huge_2m, huge_1g };
// An anonymous file of `size` bytes.
Result<UniqueFd> create_memory(MemoryKind kind, std::size_t size);

enum class Protection { read_write, read_execute };
// One piece of `file` over the addresses from `at`, its memory in place.
struct Piece {
  std::byte* at = nullptr;  // null: anywhere
  std::size_t size = 0;
  std::size_t offset = 0;
  Protection protection = Protection::read_write;
};
Result<std::byte*> map_piece(const UniqueFd& file, const Piece& piece);

}  // namespace pageloupe
