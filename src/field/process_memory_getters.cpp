// SPDX-License-Identifier: MIT
#include "field/process_getters.h"

namespace pageloupe::getters {
namespace {

// vsz and rss of a process without memory are 0, as ps says: it is known that it has none.
Cell<Pages> statm_pages(const ProcessRow& row, Pages PidStatm::* member) {
  const auto& statm = row.process.statm;
  if (!statm) return std::unexpected(statm.error());
  return (*statm).*member;
}
Cell<Bytes> statm_bytes(const ProcessRow& row, Pages PidStatm::* member) {
  const auto pages = statm_pages(row, member);
  return pages ? Cell<Bytes>(to_bytes(*pages, row.system.page_size)) : std::unexpected(pages.error());
}

}  // namespace

Cell<Percent> memory_share(const ProcessRow& row) {
  const auto resident = rss(row);
  if (!resident) return std::unexpected(resident.error());
  const auto share = percent_of(*resident, row.system.mem_total);
  return share ? Cell<Percent>(*share) : std::unexpected(Errc::unsupported);
}
Cell<Bytes> vsz(const ProcessRow& row) { return statm_bytes(row, &PidStatm::size); }
Cell<Bytes> rss(const ProcessRow& row) { return statm_bytes(row, &PidStatm::resident); }
Cell<Bytes> shared(const ProcessRow& row) { return statm_bytes(row, &PidStatm::shared); }
Cell<std::uint64_t> size_in_pages(const ProcessRow& row) {
  const auto pages = statm_pages(row, &PidStatm::size);
  return pages ? Cell<std::uint64_t>(pages->value) : std::unexpected(pages.error());
}
// By its addresses, as ps: statm has whole pages.
Cell<Bytes> text_size(const ProcessRow& row) {
  const auto& stat = row.process.stat;
  if (!stat) return std::unexpected(stat.error());
  if (hides_addresses(*stat)) return std::unexpected(Errc::denied);
  return stat->startcode < stat->endcode ? stat->endcode - stat->startcode : Bytes{};
}
Cell<Bytes> data_size(const ProcessRow& row) {
  const auto size = vsz(row);
  const auto code = text_size(row);
  if (!size || !code) return size ? code : size;
  return *code < *size ? *size - *code : Bytes{};
}
Cell<Bytes> writable_size(const ProcessRow& row) { return statm_bytes(row, &PidStatm::data); }

Cell<Bytes> uss(const ProcessRow& row) {
  const auto& rollup = row.process.rollup;
  if (!rollup) return std::unexpected(rollup.error());
  const auto unique = unique_set_size(*rollup);
  return unique ? Cell<Bytes>(*unique) : std::unexpected(Errc::unsupported);
}
Cell<Bytes> untouched(const ProcessRow& row) {
  const auto size = vsz(row);
  const auto resident = rss(row);
  if (!size || !resident) return size ? resident : size;
  return *resident < *size ? *size - *resident : Bytes{};
}
Cell<Percent> touched_share(const ProcessRow& row) {
  const auto size = vsz(row);
  const auto resident = rss(row);
  if (!size || !resident) return std::unexpected(size ? resident.error() : size.error());
  const auto share = percent_of(*resident, *size);
  return share ? Cell<Percent>(*share) : std::unexpected(Errc::no_memory);
}
Cell<Percent> huge_share(const ProcessRow& row) {
  Bytes huge;
  for (const auto key : {SmapsKey::anon_huge_pages, SmapsKey::shmem_pmd_mapped, SmapsKey::file_pmd_mapped}) {
    const auto part = rollup_bytes(row, static_cast<std::size_t>(key));
    if (!part && part.error() != Errc::unsupported) return std::unexpected(part.error());
    huge += part.value_or(Bytes{});
  }
  const auto resident = rollup_bytes(row, static_cast<std::size_t>(SmapsKey::rss));
  if (!resident) return std::unexpected(resident.error());
  const auto share = percent_of(huge, *resident);
  return share ? Cell<Percent>(*share) : Cell<Percent>(kNotApplicable);
}
Cell<Bytes> ksm_merged(const ProcessRow& row) {
  const auto& ksm = row.process.ksm;
  if (!ksm) return std::unexpected(ksm.error());
  if (!ksm->merging_pages) return std::unexpected(Errc::unsupported);
  return to_bytes(*ksm->merging_pages, row.system.page_size);
}
Cell<std::int64_t> ksm_profit(const ProcessRow& row) {
  const auto& ksm = row.process.ksm;
  if (!ksm) return std::unexpected(ksm.error());
  return ksm->process_profit ? Cell<std::int64_t>(*ksm->process_profit) : std::unexpected(Errc::unsupported);
}

}  // namespace pageloupe::getters
