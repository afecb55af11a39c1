// SPDX-License-Identifier: MIT
#include "ppmap/row_filler.h"

#include "field/page_fields.h"
#include "proc/meminfo.h"
#include "sample/page_table_usage.h"

namespace pageloupe::ppmap {
namespace {

class PageFiller : public RowFiller {
 public:
  PageFiller(const OpenProcess& process, const ProcFs& procfs, const PageWants& wants)
      : meter_(process.dir, procfs, wants) {}

  [[nodiscard]] bool gives(const Column& column) const override {
    return column.origin.files.has(Source::pagemap) || page_wants(std::array{&column}).cache;
  }

  [[nodiscard]] Result<void> fill(VmaRow& row) override {
    auto use = meter_.measure(row.record.vma, row.identity.kind);
    if (!use) return std::unexpected(use.error());
    row.pages = std::make_shared<const PageUse>(*use);
    return {};
  }

 private:
  PageMeter meter_;
};

// In place of smaps.
class GentleFiller : public RowFiller {
 public:
  GentleFiller(const OpenProcess& process, const ProcFs& procfs, const PageTableContext& context)
      : usage_(process.dir, procfs, context) {}

  [[nodiscard]] bool gives(const Column& column) const override {
    return column.origin.files.has(Source::smaps);
  }
  [[nodiscard]] Result<void> fill(VmaRow& row) override { return usage_.measure(row); }

 private:
  PageTableUsage usage_;
};

class NumaFiller : public RowFiller {
 public:
  explicit NumaFiller(const NumaReading& reading) : reading_(reading) {}

  [[nodiscard]] bool gives(const Column& column) const override {
    return column.origin.key.starts_with("numa_maps");
  }
  [[nodiscard]] Result<void> fill(VmaRow& row) override {
    row.numa.reset();
    // A mapping that has begun since, and [vsyscall], have no line.
    row.without_usage = reading_.map ? Errc::not_applicable : reading_.map.error().code;
    if (!reading_.map) return {};
    const auto found = reading_.map->find(row.record.vma.start);
    if (found != reading_.map->end()) row.numa = std::make_shared<const NumaUse>(found->second);
    return {};
  }

 private:
  const NumaReading& reading_;
};

bool swap_in_use(const ProcFs& procfs) {
  std::string buffer;
  const auto text = procfs.read("meminfo", buffer);
  const auto meminfo = text ? parse_meminfo(*text) : std::unexpected(text.error());
  if (!meminfo) return true;  // for all that is known
  const auto value = [&](MeminfoKey key) { return (*meminfo)[key].value_or(0); };
  return value(MeminfoKey::swap_total) != value(MeminfoKey::swap_free);
}

}  // namespace

std::unique_ptr<RowFiller> make_row_filler(const OpenProcess& process, const ProcFs& procfs,
                                           const Request& request, const NumaReading& numa,
                                           std::span<const Column* const> columns) {
  if (!process.head.has_memory()) return nullptr;
  switch (request.subject) {
    case Subject::usage:
    case Subject::wss: return nullptr;
    case Subject::gentle:
      return std::make_unique<GentleFiller>(
          process, procfs,
          PageTableContext{
              .hugetlb = process.head.hugetlb, .swap_in_use = swap_in_use(procfs), .live = request.live});
    case Subject::numa: return std::make_unique<NumaFiller>(numa);
    case Subject::pages: {
      auto wants = page_wants(columns);
      wants.live = request.live;
      return std::make_unique<PageFiller>(process, procfs, wants);
    }
  }
  std::unreachable();
}

}  // namespace pageloupe::ppmap
