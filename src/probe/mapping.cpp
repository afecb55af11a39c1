// SPDX-License-Identifier: MIT
#include "probe/mapping.h"

#include <cerrno>
#include <linux/memfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

namespace pageloupe {
namespace {

std::byte* address_of(void* mapped) { return static_cast<std::byte*>(mapped); }

std::byte* aligned(std::byte* start, std::size_t alignment) {
  const auto value = reinterpret_cast<std::uintptr_t>(start);
  return start + ((alignment - value % alignment) % alignment);
}

unsigned flags_of(MemoryKind kind) {
  switch (kind) {
    case MemoryKind::base: return MFD_CLOEXEC;
    case MemoryKind::executable: return MFD_CLOEXEC | MFD_EXEC;
    case MemoryKind::huge_2m: return MFD_CLOEXEC | MFD_HUGETLB | MFD_HUGE_2MB;
    case MemoryKind::huge_1g: return MFD_CLOEXEC | MFD_HUGETLB | MFD_HUGE_1GB;
  }
  std::unreachable();
}

// By its number: libraries that know no memfd_create() still run on kernels that do.
UniqueFd memfd(unsigned flags) {
  return UniqueFd(static_cast<int>(::syscall(SYS_memfd_create, "tlbprobe", flags)));
}

}  // namespace

Mapping::Mapping(Mapping&& other) noexcept
    : start_(std::exchange(other.start_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  if (this != &other) {
    reset();
    start_ = std::exchange(other.start_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

void Mapping::reset() {
  if (start_ != nullptr) ::munmap(std::exchange(start_, nullptr), std::exchange(size_, 0));
}

Result<void> Reservation::clear() const {
  constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
  if (::mmap(data, size, PROT_NONE, kFlags, -1, 0) == MAP_FAILED) {
    return not_measurable(Errc::unsupported, "the address range could not be cleared", errno);
  }
  return {};
}

Result<Reservation> reserve(std::size_t size, std::size_t alignment) {
  const auto whole = size + alignment;
  void* start = ::mmap(nullptr, whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) return not_measurable(Errc::unsupported, "no address range is granted", errno);
  Mapping owner(address_of(start), whole);
  auto* data = aligned(address_of(start), alignment);
  return Reservation{.owner = std::move(owner), .data = data, .size = size};
}

Result<Mapping> allocate(std::size_t size) {
  void* start = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return not_measurable(Errc::unsupported, "no memory", errno);
  ::madvise(start, size, MADV_NOHUGEPAGE);  // refused only where there are no huge pages anyway
  return Mapping(address_of(start), size);
}

Result<UniqueFd> create_memory(MemoryKind kind, std::size_t size) {
  auto file = memfd(flags_of(kind));
  if (!file && errno == EINVAL && kind == MemoryKind::executable)
    file = memfd(MFD_CLOEXEC);  // before Linux 6.3
  if (!file) return not_measurable(Errc::unsupported, "the kernel gives no anonymous file", errno);
  if (::ftruncate(file.get(), static_cast<off_t>(size)) != 0) {
    return not_measurable(Errc::unsupported, "the anonymous file cannot grow", errno);
  }
  return file;
}

Result<std::byte*> map_piece(const UniqueFd& file, const Piece& piece) {
  const int access =
      piece.protection == Protection::read_write ? PROT_READ | PROT_WRITE : PROT_READ | PROT_EXEC;
  // Populated, since a first touch inside a timed piece would ruin it.
  const int flags = MAP_SHARED | MAP_POPULATE | (piece.at != nullptr ? MAP_FIXED : 0);
  void* at = ::mmap(piece.at, piece.size, access, flags, file.get(), static_cast<off_t>(piece.offset));
  if (at == MAP_FAILED) return not_measurable(Errc::unsupported, "one page cannot be mapped often", errno);
  return address_of(at);
}

}  // namespace pageloupe
