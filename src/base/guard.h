// SPDX-License-Identifier: MIT
// Questions that may never be answered, asked by another thread: the answer is `blocked` where that thread
// sleeps and gets nowhere. It is left behind, and what it hangs on is not asked for again until it returns.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/background.h"
#include "base/error.h"

namespace pageloupe {

// What is asked, and of whom.
struct Question {
  std::string key{};  // "812/cmdline"
  // Tells who has that name from who had it before; looked at only where something hangs. May be none.
  std::function<std::string()> identity{};
};

// Used by one thread.
class Guard {
 public:
  // `no_threads` is called once, where the system gives no thread: then all questions are asked by the
  // caller's own, and may keep it waiting.
  explicit Guard(std::shared_ptr<Background> background, std::function<void()> no_threads = {})
      : background_(std::move(background)), no_threads_(std::move(no_threads)) {}

  // What work() returns, a Result; `blocked` where it does not return. It owns all that it touches, for it
  // may go on when the caller is long gone.
  template <class Work>
  [[nodiscard]] std::invoke_result_t<Work> ask(const Question& question, Work work) {
    using Answered = Answer<std::invoke_result_t<Work>, Work>;
    if (hangs(question)) return fail(Errc::blocked);
    const auto answer = std::make_shared<Answered>(std::move(work));
    switch (begin(answer)) {
      case Background::Beside::no_threads: answer->work(); break;
      case Background::Beside::all_at_work: return fail(Errc::blocked);
      case Background::Beside::started:
        if (background_->wait_while_working(*answer)) break;
        leave_behind(question, answer);
        return fail(Errc::blocked);
    }
    return std::move(*answer->result);
  }

  // The same in parts, for tasks of other kinds.
  [[nodiscard]] bool hangs(const Question& question);
  [[nodiscard]] Background::Beside begin(const std::shared_ptr<Task>& task);
  void leave_behind(const Question& question, const std::shared_ptr<Task>& task);

  // How many threads hang.
  [[nodiscard]] std::size_t left_behind() const;

  [[nodiscard]] const std::shared_ptr<Background>& background() const { return background_; }

 private:
  template <class Result, class Work>
  class Answer : public Task {
   public:
    explicit Answer(Work work) : work_(std::move(work)) {}
    void work() override { result.emplace(work_()); }
    std::optional<Result> result{};

   private:
    Work work_;
  };
  struct LeftBehind {
    std::string key;
    std::string identity;
    std::shared_ptr<Task> task;
  };

  std::shared_ptr<Background> background_;
  std::function<void()> no_threads_;
  std::vector<LeftBehind> left_behind_;
};

}  // namespace pageloupe
