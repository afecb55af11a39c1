// SPDX-License-Identifier: MIT
#include "base/guard.h"

#include <algorithm>

namespace pageloupe {
namespace {

std::string identity_of(const Question& question) {
  return question.identity ? question.identity() : std::string{};
}

}  // namespace

bool Guard::hangs(const Question& question) {
  std::erase_if(left_behind_, [](const LeftBehind& left) { return left.task->done(); });
  const auto found = std::ranges::find(left_behind_, question.key, &LeftBehind::key);
  return found != left_behind_.end() && found->identity == identity_of(question);
}

Background::Beside Guard::begin(const std::shared_ptr<Task>& task) {
  const auto started = background_->start_beside(task);
  if (started == Background::Beside::no_threads && no_threads_) std::exchange(no_threads_, {})();
  return started;
}

void Guard::leave_behind(const Question& question, const std::shared_ptr<Task>& task) {
  std::erase_if(left_behind_, [&](const LeftBehind& left) { return left.key == question.key; });
  left_behind_.push_back({question.key, identity_of(question), task});
}

std::size_t Guard::left_behind() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(left_behind_, [](const LeftBehind& left) { return !left.task->done(); }));
}

}  // namespace pageloupe
