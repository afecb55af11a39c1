// SPDX-License-Identifier: MIT
// The list of processes, once or again and again.
#pragma once

#include "pstat/arguments.h"
#include "record/reader.h"

namespace pageloupe::pstat {

// Writes what the request asks for; returns the exit code: 0 with rows, 1 without, 2 for an unknown column,
// 3 when some of the processes named are gone or may not be read.
[[nodiscard]] int show_listing(const Request& request, const ProcFs& procfs, Output& output);

// The same of a recording, from the sample on that its reader is at; 1 also where threads are asked for and
// there are none, or the other way round.
[[nodiscard]] int show_recording(const Request& request, RecordingReader& reader, Output& output);

inline constexpr Shape kListShape{
    .schema = "pageloupe.pstat/1", .sections = "", .section = "", .rows = "processes", .row = "process"};
inline constexpr Shape kStreamShape{.schema = "pageloupe.pstat-stream/1",
                                    .sections = "samples",
                                    .section = "sample",
                                    .rows = "processes",
                                    .row = "process"};

// The facts of a sample in a stream.
[[nodiscard]] Columns sample_columns();

}  // namespace pageloupe::pstat
