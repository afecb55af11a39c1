// SPDX-License-Identifier: MIT
#include "ppmap/subject_request.h"

#include "cli/message.h"
#include "field/numa_fields.h"
#include "field/page_fields.h"
#include "field/wss_fields.h"
#include "sample/numa.h"

namespace pageloupe::ppmap {
namespace {

constexpr std::string_view kGentleColumns =
    "start,size,resident,touched,swap,anonymous,huge,perms,kind,mapping";
constexpr std::string_view kPagesColumns =
    "start,size,present,swapped,file,anon,exclusive,thp,referenced,dirty,cached,kind,mapping";
constexpr std::string_view kWssColumns = "start,size,rss,referenced,idle,used,perms,kind,mapping";

// As many as the machine has, and as a captured one may have had.
std::size_t node_count(bool live) {
  constexpr std::size_t kOfOthers = 8;
  if (!live) return kOfOthers;
  const auto nodes = numa_nodes("/sys/devices/system/node");
  return nodes ? std::size_t{nodes->back().node} + 1 : 1;
}

}  // namespace

std::expected<void, std::string> choose_subject(Request& request, const Options& options) {
  if (options.gentle) request.subject = Subject::gentle;
  if (options.pages) {
    request.subject = Subject::pages;
    request.fields = page_fields();
  }
  if (options.numa) {
    request.subject = Subject::numa;
    request.fields = numa_fields(node_count(request.live));
  }
  if (options.cost && !request.live)
    return std::unexpected("--cost measures processes that run: not with --proc-root");
  if (!options.wss) return {};
  request.subject = Subject::wss;
  request.fields = wss_fields();
  request.wss = parse_seconds(*options.wss);
  if (!request.wss) {
    return std::unexpected("--wss takes seconds from 0.01 to 86400, as in 5 or 0.5, not '" +
                           one_line(*options.wss) + "'");
  }
  if (!request.live) return std::unexpected("--wss watches processes that run: not with --proc-root");
  return {};
}

std::string table_columns(const Request& request) {
  switch (request.subject) {
    case Subject::usage: return std::string(kMapColumns);
    case Subject::gentle: return std::string(kGentleColumns);
    case Subject::pages: return std::string(kPagesColumns);
    case Subject::numa: return numa_columns(node_count(request.live));
    case Subject::wss: return std::string(kWssColumns);
  }
  std::unreachable();
}

std::string_view group_sums(Subject subject) {
  switch (subject) {
    case Subject::usage: return kGroupSums;
    case Subject::gentle: return "size,resident,untouched,swap,anonymous,huge";
    case Subject::pages: return "size,present,rss,swapped,file,anon,exclusive,thp,dirty";
    case Subject::numa: return "size,on_nodes,anon,dirty";
    case Subject::wss: return "size,rss,referenced,idle,pss";
  }
  std::unreachable();
}

}  // namespace pageloupe::ppmap
