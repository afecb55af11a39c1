// SPDX-License-Identifier: MIT
// What the TLB holds of a 2 MiB page: one entry, or pieces. A hypervisor that backs it with smaller pages, or
// a CPU that joins neighbours, makes the entry's size another than the page's.
#pragma once

#include <cstdint>
#include <vector>

#include "probe/first_level.h"
#include "probe/meter.h"

namespace pageloupe {

struct Granule {
  Bytes region_size{};
  std::vector<Bytes> pieces;  // size that one entry covers, for each region looked at
  // The same for contiguous memory mapped by base-size entries: more than a base page if the CPU joins them.
  Result<Bytes> contiguous = Bytes{};

  [[nodiscard]] std::size_t huge_regions() const;
  // Nine of ten regions are held as one entry: huge-page geometry can be measured.
  [[nodiscard]] bool holds_huge() const;
  // The piece that most regions have; 0 of none.
  [[nodiscard]] Bytes common_piece() const;
};

// Looks at `regions` of them; the first level of base-size pages must be known.
Result<Granule> measure_granule(LatencySource& source, const FirstLevel& level, unsigned regions,
                                const Budget& budget, Rng& rng);

// "2 MiB pages: the hypervisor backs them with 4 KiB; …"; empty if huge pages are held as such.
[[nodiscard]] std::string granule_finding(const Granule& granule);

}  // namespace pageloupe
