// SPDX-License-Identifier: MIT
// The three ways round a cycle of addresses, timed. None touches memory besides the cycle's in its loops,
// except a table of addresses where the cycle's own memory cannot hold them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "probe/core_clock.h"

namespace pageloupe {

// Writes into each address the next one, the first into the last.
void link_cycle(std::span<const std::uintptr_t> addresses);

// How often a piece goes round its cycle.
struct PieceLaps {
  std::size_t settle = 0;  // untimed, right before the others
  std::size_t timed = 0;
};

// Follows the links of a cycle of `length` from `start`; every load needs the one before it.
[[nodiscard]] PieceTicks time_links(std::uintptr_t start, std::size_t length, PieceLaps laps);

// Loads from each address of the table in turn, where zeros are stored, which are added to the next address:
// so every load needs the one before it.
[[nodiscard]] PieceTicks time_table(std::span<const std::uintptr_t> addresses, PieceLaps laps);

// Whether this architecture's jumps are known here.
[[nodiscard]] bool can_jump();
// The instructions of one stop: jump to the next address of the table. Fewer than 16 bytes.
[[nodiscard]] std::span<const std::byte> jump_code();
// The instruction that ends a table of jumps.
[[nodiscard]] std::span<const std::byte> return_code();
// Jumps to `table[0]`, from there to the next, until one of them returns; that is a lap.
[[nodiscard]] PieceTicks time_jumps(std::span<const std::uintptr_t> table, PieceLaps laps);

}  // namespace pageloupe
