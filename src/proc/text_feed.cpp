// SPDX-License-Identifier: MIT
#include "proc/text_feed.h"

#include <cstring>

#include "base/stillness.h"
#include "proc/read_piece.h"

namespace pageloupe {
namespace {

// An error names a file by a text that outlives it.
std::unexpected<Error> blocked(const Question& question) {
  const std::string_view file = question.key.ends_with("/smaps")  ? "smaps"
                                : question.key.ends_with("/maps") ? "maps"
                                                                  : "";
  return std::unexpected(Error{.code = Errc::blocked, .file = file});
}

}  // namespace

template <class Ready>
bool TextFeed::wait(std::unique_lock<std::mutex>& lock, Ready ready) {
  Stillness stillness;
  while (!ready()) {
    changed_.wait_for(lock, Stillness::kLook);
    if (!ready() && stillness.looks_stuck(this->thread())) return false;
  }
  return true;
}

std::optional<Result<void>> TextFeed::opened() {
  std::unique_lock lock(mutex_);
  if (!wait(lock, [this] { return is_open_ || ended_; })) return std::nullopt;
  return is_open_ ? Result<void>{} : Result<void>(std::unexpected(*error_));
}

std::optional<Result<TextBlock>> TextFeed::next() {
  std::unique_lock lock(mutex_);
  if (!wait(lock, [this] { return !ready_.empty() || ended_; })) return std::nullopt;
  if (!ready_.empty()) {
    auto block = std::move(ready_.front());
    ready_.erase(ready_.begin());
    return block;
  }
  if (error_) return std::unexpected(*error_);
  return TextBlock{};
}

TextBlock TextFeed::part() {
  const std::scoped_lock lock(mutex_);
  TextBlock block{.length = filled_};
  if (filled_ == 0) return block;
  // The other thread may still write into its own, but not there.
  block.memory = std::make_unique_for_overwrite<char[]>(TextBlock::kCapacity);
  std::memcpy(block.memory.get() + TextBlock::kHeadroom, filling_.get() + TextBlock::kHeadroom, filled_);
  return block;
}

void TextFeed::give_back(std::unique_ptr<char[]> memory) {
  const std::scoped_lock lock(mutex_);
  free_.push_back(std::move(memory));
  changed_.notify_all();
}

void TextFeed::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

void TextFeed::end(std::optional<Error> error) {
  const std::scoped_lock lock(mutex_);
  ended_ = true;
  error_ = error;
  changed_.notify_all();
}

// False when nobody wants more.
bool TextFeed::take_memory() {
  std::unique_lock lock(mutex_);
  filled_ = 0;
  if (free_.empty() && blocks_ < kMostBlocks) {
    free_.push_back(std::make_unique_for_overwrite<char[]>(TextBlock::kCapacity));
    ++blocks_;
  }
  changed_.wait(lock, [this] { return closed_ || !free_.empty(); });
  if (closed_) return false;
  filling_ = std::move(free_.back());
  free_.pop_back();
  return true;
}

// Returns how long it is; 0 at the end of the file.
Result<std::size_t> TextFeed::read_block(int fd) {
  char* const text = filling_.get() + TextBlock::kHeadroom;
  std::size_t length = 0;
  while (TextBlock::kLength - length >= kKernelPage) {
    const auto got = read_piece(fd, text + length, TextBlock::kLength - length);
    if (!got && length == 0) return got;
    // What came before a failure is given; the failure comes again.
    if (!got || *got == 0) break;
    length += *got;
    const std::scoped_lock lock(mutex_);
    filled_ = length;
    if (closed_) break;
  }
  return length;
}

void TextFeed::work() {
  const auto fd = open_();
  open_ = {};
  if (!fd) return end(fd.error());
  {
    const std::scoped_lock lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  while (take_memory()) {
    const auto length = read_block(fd->get());
    if (!length) return end(length.error());
    if (*length == 0) return end(std::nullopt);
    const std::scoped_lock lock(mutex_);
    filled_ = 0;
    ready_.push_back({std::move(filling_), *length});
    changed_.notify_all();
  }
  end(std::nullopt);
}

Result<std::unique_ptr<FeedReader>> FeedReader::open(std::shared_ptr<Guard> guard, Question question,
                                                     TextFeed::Open open) {
  if (guard->hangs(question)) return fail(Errc::blocked);
  const auto feed = std::make_shared<TextFeed>(std::move(open));
  switch (guard->begin(feed)) {
    case Background::Beside::no_threads: return nullptr;
    case Background::Beside::all_at_work: return fail(Errc::blocked);
    case Background::Beside::started: break;
  }
  const auto opened = feed->opened();
  if (!opened) {
    guard->leave_behind(question, feed);
    return fail(Errc::blocked);
  }
  if (!*opened) return std::unexpected(opened->error());
  return std::unique_ptr<FeedReader>(new FeedReader(std::move(guard), std::move(question), feed));
}

Result<TextBlock> FeedReader::next() {
  if (hangs_) return blocked(question_);
  if (auto block = feed_->next()) return std::move(*block);
  hangs_ = true;
  guard_->leave_behind(question_, feed_);
  auto part = feed_->part();
  if (part.length == 0) return blocked(question_);
  return part;
}

}  // namespace pageloupe
