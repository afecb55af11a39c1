// SPDX-License-Identifier: MIT
// Options that have been checked: what ppmap will do.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "cli/color.h"
#include "field/filter.h"
#include "field/vma_fields.h"
#include "ppmap/options.h"

namespace pageloupe::ppmap {

// What --by sums up where -o does not say.
inline constexpr std::string_view kGroupSums = "size,resident,untouched,pss,uss,dirty,swap";

enum class View : std::uint8_t {
  map,       // ours: columns of the table of fields, through a Writer
  extended,  // -x, as pmap prints it
  device,    // -d
  wide,      // -X, -XX
  limits,
  faults,
  sharers,  // of one process
  matrix,   // of several
  diff,
  watch,
  explain,
  picture,
  cost,
};

// What the rows of the map have to say, besides their place.
enum class Subject : std::uint8_t {
  usage,   // smaps
  gentle,  // what the page table tells of it
  pages,
  numa,
  wss,
};

// What --picture, --svg and --html draw, and where.
struct PictureRequest {
  bool text = false;
  bool low_first = false;
  bool heat = false;  // by page, in place of the resident share of each box
  bool ascii = false;
  ColorWhen color = ColorWhen::automatic;
  std::optional<std::size_t> lines{};
  std::string svg{};  // files; empty: none, "-": standard output
  std::string html{};
};

struct SortKey {
  std::string column;
  bool descending = false;
};

struct Request {
  View view = View::map;
  Subject subject = Subject::usage;
  FieldSpan<VmaRow> fields = vma_fields();  // the columns that there are
  Format format = Format::table;
  WriterOptions writer{};
  std::string columns{};      // names; empty: all
  bool default_view = false;  // no view, columns or format asked for: what is read depends on the size
  bool everything = false;    // -XX rather than -X
  bool show_path = false;
  bool title_alone = false;  // -q: the title of each process, as pmap -q, but no headings
  AddressRange range{};
  bool subset = false;  // a range or a filter leaves some mappings out
  std::optional<SortKey> sort{};
  std::optional<std::string> filter{};  // has been parsed once, so it is one
  std::optional<std::string> by{};
  bool tlb = false;
  std::optional<Pid> tree{};                         // this process and its descendants
  std::optional<std::chrono::nanoseconds> faults{};  // how long --faults looks
  std::optional<std::chrono::nanoseconds> wss{};     // and --wss waits
  std::chrono::nanoseconds every{};                  // of --watch
  std::uint64_t count = 0;                           // intervals of it; 0: until it ends
  bool exit_code = false;                            // of --diff
  PictureRequest picture{};
  RecordingRequest recording{};
  std::optional<std::chrono::nanoseconds> delay{};  // between two samples of --record
  std::optional<std::uint64_t> samples{};
  bool live = true;  // of this machine, not of a captured one
};

// Errors: a message for the user; usage.
[[nodiscard]] std::expected<Request, std::string> make_request(const Options& options);

inline constexpr std::string_view kMapColumns = "start,size,resident,touched,pss,perms,kind,mapping";
inline constexpr std::string_view kTlbColumns =
    "start,size,rss,kernel_page_size,anon_huge_pages,file_pmd_mapped,shmem_pmd_mapped,tlb_entries,tlb_saved,"
    "thp_eligible,thp_why,mapping";
// Where the memory in use is left out: see MapReport.
inline constexpr std::string_view kPlainColumns = "start,size,perms,kind,mapping";

}  // namespace pageloupe::ppmap
