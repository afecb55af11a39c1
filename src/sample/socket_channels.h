// SPDX-License-Identifier: MIT
// Sockets with their other ends: a part of channels.h.
#pragma once

#include <vector>

#include "sample/channels.h"

namespace pageloupe {

// A channel for each connection and each socket without one.
[[nodiscard]] std::vector<Channel> link_sockets(const ChannelFacts& facts);

// The inodes of the other ends of the set's sockets.
[[nodiscard]] std::vector<std::uint64_t> peers_of(const ChannelFacts& facts);

}  // namespace pageloupe
