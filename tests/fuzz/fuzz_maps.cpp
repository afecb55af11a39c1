// SPDX-License-Identifier: MIT
// maps and smaps, record by record, and what each mapping is taken for.
#include <sys/mman.h>

#include "fuzz/fuzz_target.h"
#include "sample/vma_kind.h"

namespace {

using namespace pageloupe;

UniqueFd descriptor_with(std::string_view text) {
  UniqueFd fd(::memfd_create("fuzz", MFD_CLOEXEC));
  while (!text.empty()) {
    const auto wrote = ::write(fd.get(), text.data(), text.size());
    if (wrote < 0) std::abort();
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
  ::lseek(fd.get(), 0, SEEK_SET);
  return fd;
}

template <class Reader>
void read_all(std::string_view text) {
  Reader reader(descriptor_with(text));
  VmaClassifier classifier(
      {.exe = "/bin/prog", .stacks = {{Address{0x7f0000001000}, Pid{2}}}, .threads_without_pointer = true});
  VmaRecord record;
  std::size_t records = 0;
  for (auto more = reader.next(record); more && *more; more = reader.next(record)) {
    must(record.vma.start <= record.vma.end);
    must(++records <= text.size());
    Identity identity;
    classifier.classify(record, nullptr, identity);
    must(identity.kind < VmaKind::count_);
    must((identity.kind == VmaKind::thread_stack) == (identity.stack_by != StackEvidence::none) ||
         record.vma.name.starts_with("[stack:"));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text(data, size);
  read_all<MapsReader>(text);
  read_all<SmapsReader>(text);
  return 0;
}
