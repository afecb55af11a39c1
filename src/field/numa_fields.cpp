// SPDX-License-Identifier: MIT
#include "field/numa_fields.h"

#include <algorithm>

#include "sample/numa.h"

namespace pageloupe {
namespace {

template <class T>
using Cell = std::expected<T, Errc>;

// `row.without_usage` says why a mapping has no line there.
template <Bytes NumaUse::* kPart>
Cell<Bytes> part(const VmaRow& row) {
  return row.numa ? Cell<Bytes>((*row.numa).*kPart) : std::unexpected(row.without_usage);
}
Cell<Bytes> on_node(const VmaRow& row, std::size_t node) {
  return row.numa ? Cell<Bytes>(row.numa->on(node)) : std::unexpected(row.without_usage);
}
Cell<Bytes> on_nodes(const VmaRow& row) {
  return row.numa ? Cell<Bytes>(row.numa->all()) : std::unexpected(row.without_usage);
}
Cell<std::string_view> policy(const VmaRow& row) {
  return row.numa ? Cell<std::string_view>(row.numa->policy) : std::unexpected(row.without_usage);
}
Cell<std::uint64_t> mapmax(const VmaRow& row) {
  return row.numa ? Cell<std::uint64_t>(row.numa->mapmax) : std::unexpected(row.without_usage);
}
Cell<Percent> largest_share(const VmaRow& row) {
  if (!row.numa) return std::unexpected(row.without_usage);
  if (row.numa->nodes.empty()) return std::unexpected(Errc::not_applicable);
  const auto share = percent_of(std::ranges::max(row.numa->nodes), row.numa->all());
  return share ? Cell<Percent>(*share) : std::unexpected(Errc::not_applicable);
}
Cell<Number> unevenness(const VmaRow& row) {
  if (!row.numa) return std::unexpected(row.without_usage);
  const auto found = row.numa->unevenness();
  return found ? Cell<Number>(Number{*found}) : std::unexpected(Errc::not_applicable);
}

template <auto Getter>
consteval Field<VmaRow> of_numa(Column column) {
  column.origin.files = Source::maps;
  return field_of<Getter, VmaRow>(column);
}
template <auto Getter>
consteval Field<VmaRow> sum_of_numa(Column column) {
  column.fold = kSum;
  return of_numa<Getter>(column);
}

constexpr auto kNumaFields = std::to_array<Field<VmaRow>>({
    of_numa<policy>({.name = "policy",
                     .header = "POLICY",
                     .origin = {{}, "numa_maps, second word"},
                     .help = "where its pages are to come from",
                     .width = 10}),
    sum_of_numa<on_nodes>({.name = "on_nodes",
                           .header = "ON NODES",
                           .origin = {{}, "numa_maps N0, N1, …"},
                           .help = "present, on whichever node",
                           .width = 8}),
    of_numa<largest_share>({.name = "largest_share",
                            .header = "LARGEST",
                            .origin = {{}, "numa_maps N0, N1, …"},
                            .help = "share of the node that has most of it",
                            .width = 7}),
    of_numa<unevenness>({.name = "unevenness",
                         .header = "UNEVEN",
                         .origin = {{}, "numa_maps N0, N1, …"},
                         .help = "of an interleaved mapping: the largest node's part of the mean; 1 is even",
                         .look = Look::hundredths}),
    of_numa<part<&NumaUse::page_size>>({.name = "page_size",
                                        .header = "PAGE",
                                        .origin = {{}, "numa_maps kernelpagesize_kB"},
                                        .help = "page size the kernel uses"}),
    sum_of_numa<part<&NumaUse::anon>>({.name = "anon",
                                       .header = "ANON",
                                       .origin = {{}, "numa_maps anon"},
                                       .help = "of no file",
                                       .width = 6}),
    sum_of_numa<part<&NumaUse::dirty>>({.name = "dirty",
                                        .header = "DIRTY",
                                        .origin = {{}, "numa_maps dirty"},
                                        .help = "written to",
                                        .width = 6}),
    sum_of_numa<part<&NumaUse::active>>({.name = "active",
                                         .header = "ACTIVE",
                                         .origin = {{}, "numa_maps active"},
                                         .help = "on the list of the pages in use; not said where all are"}),
    sum_of_numa<part<&NumaUse::swapcache>>({.name = "swapcache",
                                            .header = "SWAPCACHE",
                                            .origin = {{}, "numa_maps swapcache"},
                                            .help = "in memory and in swap as well"}),
    sum_of_numa<part<&NumaUse::writeback>>({.name = "writeback",
                                            .header = "WRITEBACK",
                                            .origin = {{}, "numa_maps writeback"},
                                            .help = "being written"}),
    of_numa<mapmax>({.name = "mapmax",
                     .header = "MAPMAX",
                     .origin = {{}, "numa_maps mapmax"},
                     .help = "how often the page that is mapped most is mapped; 0 for once or never"}),
});
static_assert(names_are_unique(kNumaFields));

// "n0" … "n63", and as headings "N0" …: views need a place to live.
template <char kLetter>
constexpr auto kNodeNames = [] {
  std::array<std::array<char, 3>, kNodeColumns> names{};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto units = static_cast<char>('0' + i % 10);
    names[i] = i < 10 ? std::array{kLetter, units, '\0'}
                      : std::array{kLetter, static_cast<char>('0' + i / 10), units};
  }
  return names;
}();
template <char kLetter>
constexpr std::string_view node_name(std::size_t node) {
  return {kNodeNames<kLetter>[node].data(), node < 10 ? std::size_t{2} : std::size_t{3}};
}

consteval Field<VmaRow> node_field(std::size_t node) {
  return field_of<on_node, VmaRow>({.name = node_name<'n'>(node),
                                    .header = node_name<'N'>(node),
                                    .origin = {Source::maps, "numa_maps N0, N1, …"},
                                    .fold = kSum,
                                    .help = "on the node of this number",
                                    .width = 6},
                                   node);
}
constexpr auto kNodeFields = []<std::size_t... I>(std::index_sequence<I...>) {
  return std::array{node_field(I)...};
}(std::make_index_sequence<kNodeColumns>());

const std::vector<Field<VmaRow>>& all_fields() {
  static const auto kFields = [] {
    auto fields = place_fields();
    fields.insert(fields.end(), kNumaFields.begin(), kNumaFields.end());
    fields.insert(fields.end(), kNodeFields.begin(), kNodeFields.end());
    return fields;
  }();
  return kFields;
}

}  // namespace

FieldSpan<VmaRow> numa_fields(std::size_t nodes) {
  const FieldSpan<VmaRow> all = all_fields();
  return all.first(all.size() - kNodeColumns + std::min(nodes, kNodeColumns));
}

std::string numa_columns(std::size_t nodes) {
  constexpr std::size_t kShown = 8;
  std::string list = "start,size,policy,on_nodes";
  for (std::size_t i = 0; i < std::min(nodes, kShown); ++i) list.append(",").append(node_name<'n'>(i));
  return list + ",largest_share,kind,mapping";
}

}  // namespace pageloupe
