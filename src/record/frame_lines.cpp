// SPDX-License-Identifier: MIT
#include "record/frame_lines.h"

#include <algorithm>

namespace pageloupe {
namespace {

constexpr std::uint64_t kBlockHeader = 3;

}  // namespace

FrameLines::FrameLines(FileBytes& bytes, Codec codec, std::size_t longest_line)
    : bytes_(bytes),
      decompressor_(make_decompressor(codec)),
      plain_(codec == Codec::plain),
      longest_(longest_line) {}

void FrameLines::open(std::uint64_t begin, std::uint64_t end) {
  at_ = begin;
  begin_ = begin;
  end_ = end;
  block_end_ = begin;
  ended_ = false;
  more_ = false;
  text_.clear();
  line_ = 0;
  searched_ = 0;
  if (decompressor_) decompressor_->begin();
}

std::uint64_t FrameLines::offset() const { return plain_ ? at_ - (text_.size() - line_) : at_; }

std::expected<std::optional<std::string_view>, Damage> FrameLines::next() {
  for (;;) {
    const auto end = text_.find('\n', searched_);
    if (end != std::string::npos) {
      const auto line = std::string_view(text_).substr(line_, end - line_);
      line_ = end + 1;
      searched_ = line_;
      return line;
    }
    searched_ = text_.size();
    if (text_.size() - line_ > longest_) return std::unexpected(damage("a line without end"));
    if (ended_ || (at_ >= end_ && !more_)) break;
    if (auto filled = fill(); !filled) return std::unexpected(std::move(filled.error()));
  }
  if (line_ != text_.size())
    return std::unexpected(Damage{.offset = offset(), .what = "the file ends within a line", .cut = true});
  if (!plain_ && !ended_)
    return std::unexpected(Damage{.offset = offset(), .what = "the file ends within a frame", .cut = true});
  if (!plain_ && at_ < end_) return std::unexpected(damage("the frame ends before its last block"));
  return std::nullopt;
}

std::expected<std::uint64_t, Damage> FrameLines::block_end() {
  if (plain_) return end_;
  if (more_ || at_ < block_end_) return std::min(block_end_, end_);
  const auto reader = bytes_.reader();
  const auto from = at_ == begin_ ? zstd_first_block(reader, begin_) : std::optional(at_);
  if (!from) return std::unexpected(damage("no frame begins here"));
  const auto block = zstd_block(reader, begin_, *from);
  // A block whose header is cut off is left to the decompressor, which waits for more.
  if (!block && *from + kBlockHeader <= end_) {
    return std::unexpected(damage("a block with an impossible header"));
  }
  block_end_ = block ? block->end : end_;
  return std::min(block_end_, end_);
}

// More text behind what there is, at most one window of it.
std::expected<void, Damage> FrameLines::fill() {
  if (!decompressor_) return std::unexpected(damage("this build cannot decompress"));
  text_.erase(0, line_);
  searched_ -= line_;
  line_ = 0;
  const auto limit = block_end();
  if (!limit) return std::unexpected(limit.error());
  const auto left = std::min<std::uint64_t>(*limit - at_, FileBytes::kWindow);
  const auto bytes = bytes_.at(at_, static_cast<std::size_t>(left));
  if (bytes.empty() && !more_) return std::unexpected(damage("the file is shorter than it was"));
  const auto before = text_.size();
  text_.resize(before + FileBytes::kWindow);
  const auto step = decompressor_->step(bytes, {text_.data() + before, FileBytes::kWindow});
  text_.resize(before + (step ? step->made : 0));
  if (!step) return std::unexpected(damage(step.error()));
  if (!bytes.empty() && step->taken == 0 && step->made == 0 && !step->ended) {
    return std::unexpected(damage("nothing comes of these bytes"));
  }
  at_ += step->taken;
  ended_ = step->ended;
  more_ = !plain_ && step->made == FileBytes::kWindow;
  return {};
}

}  // namespace pageloupe
