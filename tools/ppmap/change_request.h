// SPDX-License-Identifier: MIT
// What --diff and --watch show: columns, order and filter over changes in place of mappings.
#pragma once

#include "field/map_change_fields.h"
#include "ppmap/request.h"

namespace pageloupe::ppmap {

// The columns that there are.
[[nodiscard]] FieldSpan<MapChangeRow> change_fields(View view);

// Those of measures, of --diff.
[[nodiscard]] std::vector<const Field<MapChangeRow>*> map_measure_fields();

inline constexpr std::string_view kDiffColumns =
    "change,start,size,size_growth,rss,rss_growth,pss_growth,dirty_growth,swap_growth,kind,mapping";
inline constexpr std::string_view kWatchColumns =
    "change,start,size,size_growth,rss,rss_growth,rss_gained,swap_growth,kind,mapping";

// Of --diff --by kind, behind the kind and how many mappings there were and are.
inline constexpr std::string_view kKindSums =
    "size,size_growth,rss,rss_growth,pss_growth,dirty_growth,swap_growth";
inline constexpr std::string_view kKindHead = "kind,mappings_before,mappings";

// Fills what concerns --diff, --watch and -n. Errors: a message for the user.
[[nodiscard]] std::expected<void, std::string> choose_changes(Request& request, const Options& options);

}  // namespace pageloupe::ppmap
