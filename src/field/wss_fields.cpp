// SPDX-License-Identifier: MIT
#include "field/wss_fields.h"

namespace pageloupe {
namespace {

template <class T>
using Cell = std::expected<T, Errc>;

struct Use {
  Bytes rss{};
  Bytes referenced{};
};

Cell<Use> use_of(const VmaRow& row) {
  if (!row.has_usage) return std::unexpected(row.without_usage);
  const auto rss = row.record.usage.bytes(SmapsKey::rss);
  const auto referenced = row.record.usage.bytes(SmapsKey::referenced);
  if (!rss || !referenced) return std::unexpected(Errc::unsupported);
  return Use{*rss, *referenced};
}

Cell<Bytes> idle(const VmaRow& row) {
  const auto use = use_of(row);
  if (!use) return std::unexpected(use.error());
  return use->rss - std::min(use->rss, use->referenced);
}
Cell<Percent> used(const VmaRow& row) {
  const auto use = use_of(row);
  if (!use) return std::unexpected(use.error());
  const auto share = percent_of(use->referenced, use->rss);
  return share ? Cell<Percent>(*share) : std::unexpected(Errc::not_applicable);
}

constexpr auto kWssFields = std::to_array<Field<VmaRow>>({
    field_of<idle, VmaRow>({.name = "idle",
                            .header = "IDLE",
                            .origin = {Source::maps | Source::smaps, "Rss - Referenced"},
                            .fold = kSum,
                            .help = "resident, and not used meanwhile",
                            .width = 7}),
    field_of<used, VmaRow>({.name = "used",
                            .header = "USED",
                            .origin = {Source::maps | Source::smaps, "Referenced / Rss"},
                            .help = "share of the resident that was used meanwhile",
                            .width = 6}),
});
static_assert(names_are_unique(kWssFields));

}  // namespace

FieldSpan<VmaRow> wss_fields() {
  static const auto kFields = [] {
    std::vector<Field<VmaRow>> fields(vma_fields().begin(), vma_fields().end());
    fields.insert(fields.end(), kWssFields.begin(), kWssFields.end());
    return fields;
  }();
  return kFields;
}

}  // namespace pageloupe
