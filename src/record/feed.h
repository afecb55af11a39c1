// SPDX-License-Identifier: MIT
// Recorded processes where live ones go.
#pragma once

#include <span>

#include "record/recorded.h"
#include "sample/names.h"
#include "sample/task_list.h"

namespace pageloupe {

// One pass over the processes of a sample, or over those of them that `only` names; those without stat are
// left out, as a live pass cannot tell them from others. A list that has seen a later sample is of no use for
// an earlier one: begin with a new one.
void feed(const RecordedSample& sample, const RecordingInfo& info, std::span<const Pid> only, TaskList& list);

// The names of the recorded machine.
void feed_names(const RecordedSample& sample, Names& names);

}  // namespace pageloupe
