// SPDX-License-Identifier: MIT
// The texts that are read whole: each parser is given every input.
#include "fuzz/fuzz_target.h"
#include "proc/cmdline.h"
#include "proc/limits.h"
#include "proc/meminfo.h"
#include "proc/smaps_rollup.h"
#include "proc/stat.h"
#include "proc/statm.h"
#include "proc/status.h"
#include "proc/syscall.h"
#include "proc/sysvipc.h"

namespace {

using namespace pageloupe;

// An error says where; a value's views are within the text.
template <class T>
void check(const Result<T>& result) {
  must(result.has_value() || result.error().code != Errc::io);
}

bool within(std::string_view part, std::string_view text) {
  return part.empty() ||
         (part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text(data, size);
  const auto stat = parse_stat(text);
  check(stat);
  if (stat) must(stat->comm.view().size() <= text.size());
  const auto status = parse_status(text);
  check(status);
  if (status) must(within(status->name, text) && within(status->ns_pid, text));
  check(parse_statm(text));
  check(parse_limits(text));
  check(parse_meminfo(text));
  check(parse_smaps_rollup(text));
  check(parse_stack_pointer(text));
  check(parse_sysvipc_shm(text));
  check(parse_sysvipc_sem(text));
  check(parse_sysvipc_msg(text));
  must(join_arguments(text).size() <= text.size());
  return 0;
}
