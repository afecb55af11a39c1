// SPDX-License-Identifier: MIT
#include "tlbprobe/signals.h"

#include <array>
#include <csignal>

namespace pageloupe::tlbprobe {
namespace {

// What a handler can reach: it has no arguments of ours.
std::atomic<bool> stop_requested{false};
std::array<std::atomic<const HugepagePool*>, 2> pools{};
static_assert(std::atomic<bool>::is_always_lock_free);

void on_signal(int /*signal*/) {
  stop_requested = true;
  for (const auto& place : pools) {
    if (const auto* pool = place.load()) pool->restore();
  }
}

}  // namespace

const std::atomic<bool>& catch_signals() {
  struct sigaction action{};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &action, nullptr);
  return stop_requested;
}

RestoredOnSignal::RestoredOnSignal(const HugepagePool& pool) {
  for (auto& place : pools) {
    const HugepagePool* none = nullptr;
    if (!place.compare_exchange_strong(none, &pool)) continue;
    place_ = &place;
    return;
  }
}

RestoredOnSignal::~RestoredOnSignal() {
  if (place_ != nullptr) *place_ = nullptr;
}

}  // namespace pageloupe::tlbprobe
