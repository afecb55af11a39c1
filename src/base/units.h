// SPDX-License-Identifier: MIT
// Quantities that do not mix. KiB, pages and ticks exist only inside parsers and writers; everything
// between them counts bytes and nanoseconds.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>

namespace pageloupe {

struct AddressTag;  // two addresses do not add up, and their difference is bytes
struct InstantTag;  // nor do two instants, and theirs is a duration

template <class Tag, class Rep = std::uint64_t>
struct Quantity {
  Rep value{};

  friend constexpr auto operator<=>(const Quantity&, const Quantity&) = default;
  friend constexpr Quantity operator+(Quantity a, Quantity b)
    requires(!std::is_same_v<Tag, AddressTag> && !std::is_same_v<Tag, InstantTag>)
  {
    return {a.value + b.value};
  }
  friend constexpr Quantity operator-(Quantity a, Quantity b)
    requires(!std::is_same_v<Tag, AddressTag> && !std::is_same_v<Tag, InstantTag>)
  {
    return {a.value - b.value};
  }
  constexpr Quantity& operator+=(Quantity other) {
    value += other.value;
    return *this;
  }
};

using Bytes = Quantity<struct BytesTag>;
using Pages = Quantity<struct PagesTag>;
using Ticks = Quantity<struct TicksTag>;            // of sysconf(_SC_CLK_TCK), what the kernel calls USER_HZ
using Address = Quantity<AddressTag>;               // a virtual address of the inspected process
using Pid = Quantity<struct PidTag, std::int32_t>;  // a process or thread, in the namespace of the /proc read
using Percent = Quantity<struct PercentTag, double>;  // 0..100, or more where several CPUs add up
using Nanoseconds = Quantity<struct NanosecondsTag>;  // a duration

using Timestamp = Quantity<struct TimestampTag>;  // nanoseconds since the epoch
using Instant = Quantity<InstantTag>;             // nanoseconds of CLOCK_BOOTTIME: it counts on in suspend
using ByteChange = Quantity<struct ByteChangeTag, std::int64_t>;  // by how many bytes something grew
using Rate = Quantity<struct RateTag, double>;                    // a number per second
using Number = Quantity<struct NumberTag, double>;  // with a fraction; the column's name says of what

// The numbers of a device, as in "fe:00".
struct Device {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  friend constexpr auto operator<=>(const Device&, const Device&) = default;
};

[[nodiscard]] constexpr Bytes operator-(Address end, Address start) { return {end.value - start.value}; }
[[nodiscard]] constexpr Address operator+(Address base, Bytes offset) { return {base.value + offset.value}; }

[[nodiscard]] constexpr Nanoseconds operator-(Instant later, Instant earlier) {
  return {later.value - earlier.value};
}
[[nodiscard]] constexpr Instant operator+(Instant from, Nanoseconds duration) {
  return {from.value + duration.value};
}
[[nodiscard]] constexpr double to_seconds(Nanoseconds duration) {
  return static_cast<double>(duration.value) / 1e9;
}

[[nodiscard]] constexpr Bytes to_bytes(Pages pages, Bytes page_size) {
  return {pages.value * page_size.value};
}

// The kernel's "kB" is 1,024 bytes. Nothing when the product does not fit in 64 bits.
[[nodiscard]] constexpr std::optional<Bytes> from_kib(std::uint64_t kib) {
  if (kib > std::numeric_limits<std::uint64_t>::max() / 1024) return std::nullopt;
  return Bytes{kib * 1024};
}

// What part of the whole, in per cent; nothing of an empty whole.
[[nodiscard]] constexpr std::optional<Percent> percent_of(Bytes part, Bytes whole) {
  if (whole.value == 0) return std::nullopt;
  return Percent{100.0 * static_cast<double>(part.value) / static_cast<double>(whole.value)};
}

static_assert(to_bytes(Pages{3}, Bytes{4096}) == Bytes{12288});
static_assert(!from_kib(std::numeric_limits<std::uint64_t>::max()));

}  // namespace pageloupe
