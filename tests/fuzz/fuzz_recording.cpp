// SPDX-License-Identifier: MIT
// Recordings, plain and compressed, whole and damaged: read forwards, back, and from any time on.
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz/fuzz_target.h"
#include "record/json_line.h"
#include "record/reader.h"

namespace {

using namespace pageloupe;

// One file, written anew for each input: to make one takes longer than to read it.
class File {
 public:
  UniqueFd with(std::string_view text) {
    must(::ftruncate(file_.get(), 0) == 0);
    must(::pwrite(file_.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
    return UniqueFd(::dup(file_.get()));
  }

 private:
  UniqueFd file_{::memfd_create("fuzz", MFD_CLOEXEC)};
};

void read(RecordingReader& reader) {
  // A sample takes more than this in any form but that of changes, which compress well.
  constexpr std::size_t kMost = 200;
  std::size_t samples = 0;
  while (samples < kMost && reader.next()) {
    ++samples;
    must(reader.sample().processes.size() <= 1000);
  }
  for (std::size_t i = 0; i < samples && reader.back(); ++i) {
  }
  for (const std::uint64_t time :
       {std::uint64_t{0}, reader.first_time().value, reader.last_time().value, ~std::uint64_t{0}})
    (void)reader.seek({time});
  must(reader.damage().size() <= 100);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static File file;
  const auto text = as_text(data, size);
  auto opened = RecordingReader::open(file.with(text), {.line = 65536, .processes = 1000});
  if (opened) {
    read(**opened);
  } else {
    must(!opened.error().empty());
  }
  JsonLine line;
  if (size < 65536 && line.parse(text)) {
    for (const auto& member : line.members()) must(member.name.size() <= size);
  }
  return 0;
}
