// SPDX-License-Identifier: MIT
// A small random number generator whose sequence is the same everywhere: a run is repeated by its seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace pageloupe {

// SplitMix64 (Steele, Lea, Flood 2014): enough for shuffles, and any seed is good.
class Rng {
 public:
  explicit constexpr Rng(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    auto z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }

  // Uniform in 0..limit-1 up to a bias of limit/2^32; 0 for a limit of 0 or 1.
  constexpr std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>(((next() >> 32U) * limit) >> 32U);
  }

  constexpr double unit() { return static_cast<double>(next() >> 11U) * 0x1p-53; }

 private:
  std::uint64_t state_;
};

template <class T>
constexpr void shuffle(std::span<T> items, Rng& rng) {
  for (std::size_t i = items.size(); i > 1; --i) {
    std::swap(items[i - 1], items[rng.below(static_cast<std::uint32_t>(i))]);
  }
}

}  // namespace pageloupe
