// SPDX-License-Identifier: MIT
// The three ways round a cycle of addresses. None touches memory besides the cycle's in its loop, except a
// table of addresses where the cycle's own memory cannot hold them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pageloupe {

// Writes into each address the next one, the first into the last.
void link_cycle(std::span<const std::uintptr_t> addresses);

// Follows `accesses` links from `start`; every load needs the one before it.
void chase_links(std::uintptr_t start, std::size_t accesses);

// Loads from each address of the table in turn, where zeros are stored, which are added to the next address:
// so every load needs the one before it.
void chase_table(std::span<const std::uintptr_t> addresses, std::size_t laps);

// Whether this architecture's jumps are known here.
[[nodiscard]] bool can_jump();
// The instructions of one stop: jump to the next address of the table. Fewer than 16 bytes.
[[nodiscard]] std::span<const std::byte> jump_code();
// The instruction that ends a table of jumps.
[[nodiscard]] std::span<const std::byte> return_code();
// Jumps to `table[0]`, from there to the next, until one of them returns.
void chase_jumps(std::span<const std::uintptr_t> table);

}  // namespace pageloupe
