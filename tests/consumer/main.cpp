// SPDX-License-Identifier: MIT
// Prints the resident memory of this process in bytes, as the table of columns has it.
#include <cstdio>
#include <unistd.h>

#include "field/process_fields.h"
#include "sample/sampler.h"

int main() {
  using namespace pageloupe;
  const auto procfs = ProcFs::open();
  const auto columns = select_fields(process_fields(), "rss");
  if (!procfs || !columns) return 1;

  Sampler sampler(*procfs, plan_for<ProcessRow>(*columns));
  Process process;
  if (!sampler.read(Pid{::getpid()}, process)) return 1;

  const auto system = read_system_facts(*procfs, Timestamp{});
  Names names;
  TextPool pool;
  const auto value =
      (*columns->front())({.process = process, .system = system, .names = names, .pool = pool});
  const auto* const rss = std::get_if<Bytes>(&value);
  if (rss == nullptr) return 1;
  std::printf("rss_bytes %llu\n", static_cast<unsigned long long>(rss->value));
  return 0;
}
