// SPDX-License-Identifier: MIT
#include "ppmap/numa_facts.h"

#include <unistd.h>

#include "render/format.h"

namespace pageloupe::ppmap {
namespace {

constexpr auto kPlacementColumns = std::to_array<Column>({
    {.name = "placement",
     .header = "PLACEMENT",
     .help = "where most pages are and where the threads ran last; nothing where there is one node",
     .type = Type::text},
});

std::expected<std::string, Errc> place(const OpenProcess& process, const std::vector<Bytes>& by_node) {
  const auto nodes = numa_nodes("/sys/devices/system/node");
  if (!nodes) return std::unexpected(nodes.error().code);
  const auto threads = threads_by_node(process.dir, *nodes);
  if (!threads) return std::unexpected(threads.error().code);
  const auto sentence = placement(by_node, *threads, nodes->size());
  return sentence ? std::expected<std::string, Errc>(*sentence) : std::unexpected(Errc::not_applicable);
}

}  // namespace

NumaReading read_numa(const OpenProcess& process, bool live) {
  NumaReading reading;
  if (!process.head.has_memory()) return reading;
  reading.map = read_numa_map(process.dir, Bytes{static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))});
  if (!reading.map) {
    reading.placement = std::unexpected(reading.map.error().code);
    return reading;
  }
  for (const auto& [start, use] : *reading.map) {
    if (reading.by_node.size() < use.nodes.size()) reading.by_node.resize(use.nodes.size());
    for (std::size_t i = 0; i < use.nodes.size(); ++i) reading.by_node[i] += use.nodes[i];
  }
  reading.placement = live ? place(process, reading.by_node) : std::unexpected(Errc::unsupported);
  return reading;
}

SectionFacts numa_facts(const NumaReading& reading) {
  SectionFacts facts;
  for (const auto& column : kPlacementColumns) facts.columns.push_back(&column);
  const auto& placement = reading.placement;
  facts.values = {placement ? Value(std::string_view(*placement)) : Value(placement.error())};
  if (!reading.map) {
    facts.note = format_text("on which nodes the pages are is not known: numa_maps: {}\n",
                             reason(reading.map.error().code));
  } else if (placement) {
    facts.note = *placement + "\n";
  } else if (placement.error() == Errc::not_applicable) {
    facts.note = "this machine has one node, or the process has no pages: nothing can be misplaced\n";
  } else {
    facts.note = format_text("where the threads ran is not known: {}\n", reason(placement.error()));
  }
  return facts;
}

}  // namespace pageloupe::ppmap
