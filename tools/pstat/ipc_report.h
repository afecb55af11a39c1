// SPDX-License-Identifier: MIT
// --ipc: what processes talk through; --dot: the same as a graph.
#pragma once

#include <map>

#include "pstat/arguments.h"
#include "sample/channels.h"

namespace pageloupe::pstat {

// The chosen processes, or the tree of one. Returns the exit code.
[[nodiscard]] int show_ipc(const Request& request, const ProcFs& procfs, Output& output);

using Comms = std::map<Pid, std::string>;

// Appends a graph for dot(1): a node for each process, and an edge for each channel between two, from who
// writes to who reads where that is known; a node of its own for a channel of more. Names are escaped.
void append_dot(Buffer& buffer, const std::vector<Channel>& channels, const Comms& comms);

// A row for each end of each channel.
inline constexpr Shape kIpcShape{
    .schema = "pageloupe.pstat-ipc/1", .sections = "", .section = "", .rows = "ends", .row = "end"};
[[nodiscard]] Columns ipc_document_columns();
[[nodiscard]] Columns ipc_columns();

}  // namespace pageloupe::pstat
