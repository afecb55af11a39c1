// SPDX-License-Identifier: MIT
// --numa: what numa_maps says of a process, read at once.
#pragma once

#include "ppmap/process_head.h"
#include "ppmap/section_facts.h"
#include "sample/numa.h"

namespace pageloupe::ppmap {

struct NumaReading {
  Result<NumaMap> map = fail(Errc::not_sampled);
  std::vector<Bytes> by_node{};
  std::expected<std::string, Errc> placement = std::unexpected(Errc::not_applicable);
};

// `live`: of this machine, whose nodes have these CPUs.
[[nodiscard]] NumaReading read_numa(const OpenProcess& process, bool live);

// Views are into `reading`.
[[nodiscard]] SectionFacts numa_facts(const NumaReading& reading);

}  // namespace pageloupe::ppmap
