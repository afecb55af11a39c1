// SPDX-License-Identifier: MIT
#include "record/zstd_codec.h"

#if defined(PAGELOUPE_ZSTD)

#include <zstd.h>

namespace pageloupe {
namespace {

// A sample of 10,000 processes is some megabytes of text: the window reaches back to the sample before, in
// which the same process said nearly the same.
constexpr int kLevel = 3;
constexpr int kWindowLog = 21;
constexpr int kWindowLogMax = 23;

struct FreeStream {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};
using Compression = std::unique_ptr<ZSTD_CCtx, FreeStream>;
using Decompression = std::unique_ptr<ZSTD_DCtx, FreeStream>;

class ZstdCompressor : public Compressor {
 public:
  explicit ZstdCompressor(Compression context) : context_(std::move(context)) {}

  bool write(std::string_view text, Buffer& out) override { return run(text, ZSTD_e_continue, out); }
  bool flush(Buffer& out) override { return run({}, ZSTD_e_flush, out); }
  bool end(Buffer& out) override { return run({}, ZSTD_e_end, out); }

 private:
  bool run(std::string_view text, ZSTD_EndDirective directive, Buffer& out) {
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    for (;;) {
      const auto room = ZSTD_CStreamOutSize();
      const auto before = out.size();
      ZSTD_outBuffer made{out.extend(room), room, 0};
      const auto left = ZSTD_compressStream2(context_.get(), &made, &in, directive);
      out.shorten(before + made.pos);
      if (ZSTD_isError(left) != 0) return false;
      if (directive == ZSTD_e_continue ? in.pos == in.size : left == 0) return true;
    }
  }

  Compression context_;
};

class ZstdDecompressor : public Decompressor {
 public:
  explicit ZstdDecompressor(Decompression context) : context_(std::move(context)) {}

  void begin() override { ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only); }

  std::expected<Step, std::string> step(std::string_view bytes, std::span<char> text) override {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    ZSTD_outBuffer out{text.data(), text.size(), 0};
    const auto left = ZSTD_decompressStream(context_.get(), &out, &in);
    if (ZSTD_isError(left) != 0) return std::unexpected(std::string(ZSTD_getErrorName(left)));
    return Step{.taken = in.pos, .made = out.pos, .ended = left == 0};
  }

 private:
  Decompression context_;
};

}  // namespace

bool has_zstd() { return true; }

std::unique_ptr<Compressor> make_zstd_compressor() {
  Compression context(ZSTD_createCCtx());
  if (!context) return nullptr;
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, kWindowLog);
  return std::make_unique<ZstdCompressor>(std::move(context));
}

std::unique_ptr<Decompressor> make_zstd_decompressor() {
  Decompression context(ZSTD_createDCtx());
  if (!context) return nullptr;
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kWindowLogMax);
  return std::make_unique<ZstdDecompressor>(std::move(context));
}

}  // namespace pageloupe

#else

namespace pageloupe {

bool has_zstd() { return false; }
std::unique_ptr<Compressor> make_zstd_compressor() { return nullptr; }
std::unique_ptr<Decompressor> make_zstd_decompressor() { return nullptr; }

}  // namespace pageloupe

#endif
