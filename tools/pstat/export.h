// SPDX-License-Identifier: MIT
// Groups of processes as metrics of Prometheus: once, or again and again into a file that node_exporter's
// textfile collector reads.
#pragma once

#include "pstat/arguments.h"

namespace pageloupe::pstat {

// What is exported where -o does not say: what other exporters do not have, and what costs nothing beside it.
inline constexpr std::string_view kExportGauges =
    "pss,uss,rss,rss_anon,rss_file,rss_shmem,vsz,swap,swap_pss,pte,nlwp,pss_anon,pss_file,pss_shmem,pss_"
    "dirty,"
    "shared_clean,shared_dirty,private_clean,private_dirty,anon_huge_pages,shmem_pmd_mapped,file_pmd_mapped";
// With -d.
inline constexpr std::string_view kExportCounters = "time,min_flt,maj_flt,nvcsw,nivcsw";

// Returns the exit code: 0; 1 when nothing could be read or, without -d, written; 2 for a column that is no
// metric.
[[nodiscard]] int show_export(const Request& request, const ProcFs& procfs, Output& output);

}  // namespace pageloupe::pstat
