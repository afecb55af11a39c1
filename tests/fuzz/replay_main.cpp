// SPDX-License-Identifier: MIT
// Runs a fuzz target over files and folders of seeds, and over every beginning of the small ones.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "fuzz/fuzz_target.h"

namespace {

void run(const std::string& text) {
  // A copy of its own size, so that a read beyond its end is seen.
  const auto copy = std::string(text.data(), text.size());
  (void)LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(copy.data()), copy.size());
}

std::size_t replay(const std::filesystem::path& path) {
  constexpr std::size_t kSmall = 4096;
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  run(text);
  if (text.size() > kSmall) return 1;
  for (std::size_t length = 0; length < text.size(); ++length) run(text.substr(0, length));
  return 1 + text.size();
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t runs = 0;
  for (int i = 1; i < argc; ++i) {
    const std::filesystem::path path = argv[i];
    if (!std::filesystem::is_directory(path)) {
      runs += replay(path);
      continue;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) runs += replay(entry.path());
    }
  }
  std::printf("%zu inputs\n", runs);
  return runs == 0 ? 1 : 0;
}
