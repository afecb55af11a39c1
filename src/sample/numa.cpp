// SPDX-License-Identifier: MIT
#include "sample/numa.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>

#include "perf/samples.h"
#include "proc/stat.h"

namespace pageloupe {
namespace {

std::optional<std::string> first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return line;
}

std::string percent_text(Bytes part, Bytes whole) {
  const auto share = percent_of(part, whole).value_or(Percent{});
  return std::to_string(std::lround(share.value)) + "%";
}

// "node 0", "nodes 0 and 2", "nodes 0, 1 and 3".
std::string node_list(const ThreadsByNode& threads) {
  std::string text = threads.size() == 1 ? "node " : "nodes ";
  std::size_t left = threads.size();
  for (const auto& [node, count] : threads) {
    text += std::to_string(node);
    --left;
    if (left != 0) text += left == 1 ? " and " : ", ";
  }
  return text;
}

}  // namespace

Result<std::vector<NumaNode>> numa_nodes(const std::string& directory) {
  const auto online = first_line(directory + "/online");
  if (!online) return fail(Errc::unsupported);
  std::vector<NumaNode> nodes;
  for (const int node : perf::parse_cpu_list(*online)) {
    const auto cpus = first_line(directory + "/node" + std::to_string(node) + "/cpulist");
    nodes.push_back({.node = static_cast<std::uint32_t>(node),
                     .cpus = cpus ? perf::parse_cpu_list(*cpus) : std::vector<int>{}});
  }
  if (nodes.empty()) return malformed("online");
  return nodes;
}

Bytes NumaUse::all() const { return std::accumulate(nodes.begin(), nodes.end(), Bytes{}); }

std::optional<double> NumaUse::unevenness() const {
  const auto used = std::ranges::count_if(nodes, [](Bytes bytes) { return bytes != Bytes{}; });
  if (!policy.contains("interleave") || used == 0) return std::nullopt;
  const auto mean = static_cast<double>(all().value) / static_cast<double>(used);
  return static_cast<double>(std::ranges::max(nodes).value) / mean;
}

NumaUse numa_use(const NumaMapping& mapping, Bytes base_page) {
  const auto page_size = mapping.page_size.value_or(base_page);
  NumaUse use{.policy = mapping.policy,
              .page_size = page_size,
              .anon = to_bytes(mapping.anon, page_size),
              .dirty = to_bytes(mapping.dirty, page_size),
              .swapcache = to_bytes(mapping.swapcache, page_size),
              .active = to_bytes(mapping.active, page_size),
              .writeback = to_bytes(mapping.writeback, page_size),
              .mapmax = mapping.mapmax};
  constexpr std::uint32_t kMostNodes = 1024;  // what Linux can be built for
  for (const auto& [node, pages] : mapping.nodes) {
    if (node >= kMostNodes) continue;
    if (use.nodes.size() <= node) use.nodes.resize(node + 1);
    use.nodes[node] = to_bytes(pages, page_size);
  }
  return use;
}

Result<NumaMap> read_numa_map(const PidDir& dir, Bytes base_page) {
  auto text = dir.stream("numa_maps");
  if (!text) return std::unexpected(text.error());
  NumaMapsReader reader(std::move(*text));
  NumaMap map;
  NumaMapping mapping;
  auto more = reader.next(mapping);
  for (; more && *more; more = reader.next(mapping))
    map.insert_or_assign(mapping.start, numa_use(mapping, base_page));
  if (!more) return std::unexpected(more.error());
  return map;
}

Result<ThreadsByNode> threads_by_node(const PidDir& dir, const std::vector<NumaNode>& nodes) {
  const auto tids = dir.threads();
  if (!tids) return std::unexpected(tids.error());
  ThreadsByNode threads;
  std::string buffer;
  for (const auto tid : *tids) {
    const auto path = "task/" + std::to_string(tid.value) + "/stat";
    const auto text = dir.read(path.c_str(), buffer);
    const auto stat = text ? parse_stat(*text) : std::unexpected(text.error());
    if (!stat) continue;  // has ended
    const auto cpu = static_cast<int>(stat->processor);
    for (const auto& node : nodes) {
      if (std::ranges::find(node.cpus, cpu) != node.cpus.end()) ++threads[node.node];
    }
  }
  return threads;
}

std::optional<std::string> placement(const std::vector<Bytes>& by_node, const ThreadsByNode& threads,
                                     std::size_t nodes) {
  const auto all = std::accumulate(by_node.begin(), by_node.end(), Bytes{});
  if (all == Bytes{} || threads.empty() || nodes < 2) return std::nullopt;
  const auto largest = std::ranges::max_element(by_node);
  const auto node = static_cast<std::uint32_t>(largest - by_node.begin());
  return percent_text(*largest, all) + " of its pages are on node " + std::to_string(node) +
         ", its threads ran last on " + node_list(threads);
}

}  // namespace pageloupe
