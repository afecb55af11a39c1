// SPDX-License-Identifier: MIT
// The text of a file that may block, read by another thread a few blocks ahead of who parses it.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/guard.h"
#include "base/unique_fd.h"

namespace pageloupe {

// A piece of text with room in front of it, where what is left of the piece before can be put.
struct TextBlock {
  static constexpr std::size_t kHeadroom = 8192;
  static constexpr std::size_t kLength = 65536;
  static constexpr std::size_t kCapacity = kHeadroom + kLength;

  std::unique_ptr<char[]> memory{};  // kCapacity; the text begins at kHeadroom
  std::size_t length = 0;            // 0: the end
};

// What the two threads share.
class TextFeed : public Task {
 public:
  using Open = std::function<Result<UniqueFd>()>;
  explicit TextFeed(Open open) : open_(std::move(open)) {}

  void work() override;

  // The following are for the thread that parses. Whether the file was opened; nothing where that hangs.
  [[nodiscard]] std::optional<Result<void>> opened();
  // Nothing where the reading hangs.
  [[nodiscard]] std::optional<Result<TextBlock>> next();
  // What had come of a block whose reading hangs.
  [[nodiscard]] TextBlock part();
  void give_back(std::unique_ptr<char[]> memory);
  // Nobody wants more of it.
  void close();

 private:
  static constexpr std::size_t kMostBlocks = 3;

  template <class Ready>
  [[nodiscard]] bool wait(std::unique_lock<std::mutex>& lock, Ready ready);
  [[nodiscard]] bool take_memory();
  [[nodiscard]] Result<std::size_t> read_block(int fd);
  void end(std::optional<Error> error);

  std::mutex mutex_;
  std::condition_variable changed_;
  Open open_;
  bool is_open_ = false;
  bool closed_ = false;
  bool ended_ = false;
  std::optional<Error> error_{};
  std::vector<TextBlock> ready_{};
  std::vector<std::unique_ptr<char[]>> free_{};
  std::size_t blocks_ = 0;
  std::unique_ptr<char[]> filling_{};  // the other thread reads into it, behind filled_
  std::size_t filled_ = 0;
};

// The side of who parses.
class FeedReader {
 public:
  // Opens the file and begins to read it; nullptr where there are no threads, and it is to be read directly.
  // Errors: those of `open`; blocked.
  [[nodiscard]] static Result<std::unique_ptr<FeedReader>> open(std::shared_ptr<Guard> guard,
                                                                Question question, TextFeed::Open open);
  FeedReader(const FeedReader&) = delete;
  FeedReader& operator=(const FeedReader&) = delete;
  ~FeedReader() { feed_->close(); }

  // The next piece; empty at the end. Errors: gone, denied, io, blocked.
  [[nodiscard]] Result<TextBlock> next();
  void give_back(std::unique_ptr<char[]> memory) { feed_->give_back(std::move(memory)); }

 private:
  FeedReader(std::shared_ptr<Guard> guard, Question question, std::shared_ptr<TextFeed> feed)
      : guard_(std::move(guard)), question_(std::move(question)), feed_(std::move(feed)) {}

  std::shared_ptr<Guard> guard_;
  Question question_;
  std::shared_ptr<TextFeed> feed_;
  bool hangs_ = false;
};

}  // namespace pageloupe
