// SPDX-License-Identifier: MIT
#include "sample/page_heat.h"

#include <algorithm>

#include "proc/pagemap.h"

namespace pageloupe {
namespace {

using Heat = Result<std::vector<HeatRange>>;

// The pages of a mapping in parts of `per_part`, of which the last may be smaller.
struct Parts {
  AddressRange mapping{};
  std::uint64_t page = 4096;
  std::uint64_t per_part = 1;
  std::vector<std::uint64_t> present{};

  Parts(AddressRange range, std::uint64_t page_size, std::uint64_t most) : mapping(range), page(page_size) {
    const auto pages = std::max<std::uint64_t>(range.size().value / page, 1);
    per_part = (pages + most - 1) / most;
    present.resize((pages + per_part - 1) / per_part);
  }

  void count(const PagemapChunk& chunk) {
    auto number = (chunk.start.value - mapping.start.value) / page;
    for (const auto entry : chunk.entries) {
      if (entry.present()) ++present[number / per_part];
      ++number;
    }
  }

  [[nodiscard]] HeatRange part(std::size_t i) const {
    const auto begin = mapping.start.value + i * per_part * page;
    const auto end = std::min(begin + per_part * page, mapping.end.value);
    const auto share = static_cast<double>(present[i] * page) / static_cast<double>(end - begin);
    return {{begin}, {end}, std::min(share, 1.0)};
  }

  void append_to(std::vector<HeatRange>& heat) const {
    for (std::size_t i = 0; i < present.size(); ++i) {
      const auto next = part(i);
      if (i != 0 && heat.back().share == next.share) {
        heat.back().end = next.end;
      } else {
        heat.push_back(next);
      }
    }
  }
};

Heat read_directly(const PidDir& dir, std::span<const AddressRange> mappings, Bytes page_size,
                   std::size_t most) {
  auto pagemap = Pagemap::open(dir, page_size);
  if (!pagemap) return std::unexpected(pagemap.error());
  std::vector<HeatRange> heat;
  PagemapChunk chunk;
  for (const auto mapping : mappings) {
    Parts parts(mapping, page_size.value, most);
    pagemap->seek(mapping);
    for (;;) {
      const auto more = pagemap->next(chunk);
      if (!more) return std::unexpected(more.error());
      if (!*more) break;
      parts.count(chunk);
    }
    parts.append_to(heat);
  }
  return heat;
}

}  // namespace

Heat read_page_heat(const PidDir& dir, std::vector<AddressRange> mappings, Bytes page_size,
                    std::size_t parts) {
  return dir.ask("pagemap", [mappings = std::move(mappings), page_size, parts](const PidDir& own) {
    return read_directly(own, mappings, page_size, parts);
  });
}

}  // namespace pageloupe
