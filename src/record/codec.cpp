// SPDX-License-Identifier: MIT
#include "record/codec.h"

#include <algorithm>

#include "record/zstd_codec.h"

namespace pageloupe {
namespace {

class PlainCompressor : public Compressor {
 public:
  bool write(std::string_view text, Buffer& out) override {
    append(out, text);
    return true;
  }
  bool flush(Buffer& /*out*/) override { return true; }
  bool end(Buffer& /*out*/) override { return true; }
};

// The frame ends where its bytes do.
class PlainDecompressor : public Decompressor {
 public:
  void begin() override {}
  std::expected<Step, std::string> step(std::string_view bytes, std::span<char> text) override {
    const auto size = std::min(bytes.size(), text.size());
    std::copy_n(bytes.data(), size, text.data());
    return Step{.taken = size, .made = size, .ended = false};
  }
};

}  // namespace

std::unique_ptr<Compressor> make_compressor(Codec codec) {
  if (codec == Codec::zstd) return make_zstd_compressor();
  return std::make_unique<PlainCompressor>();
}

std::unique_ptr<Decompressor> make_decompressor(Codec codec) {
  if (codec == Codec::zstd) return make_zstd_decompressor();
  return std::make_unique<PlainDecompressor>();
}

}  // namespace pageloupe
