// SPDX-License-Identifier: MIT
// The kernel's side of counters, scripted: what each open answers, and what is counted until a read.
#pragma once

#include <cerrno>
#include <cstring>
#include <functional>
#include <map>
#include <vector>

#include "perf/calls.h"

namespace pageloupe::perf {

class ScriptedCalls : public Calls {
 public:
  struct Opened {
    perf_event_attr attr{};
    Place place{};
    std::uint64_t value = 0;
    std::uint64_t enabled = 0;  // of a leader
    std::uint64_t running = 0;
    bool closed = false;
    bool on = false;
  };

  // 0 to open it, an errno to refuse.
  std::function<int(const perf_event_attr&, const Place&)> answer = [](const auto&, const auto&) {
    return 0;
  };
  std::vector<perf_event_attr> asked{};  // every open, refused ones too
  std::vector<Opened> files{};           // those that were opened, by descriptor less kFirst
  int reads = 0;

  static constexpr int kFirst = 100;

  [[nodiscard]] int open(perf_event_attr& attr, const Place& place) override {
    asked.push_back(attr);
    if (const int error = answer(attr, place); error != 0) return -error;
    files.push_back({.attr = attr, .place = place});
    return kFirst + static_cast<int>(files.size()) - 1;
  }
  // The ID of an event is its descriptor and 1,000; siblings come in another order than they were opened.
  [[nodiscard]] long read(int fd, void* to, std::size_t size) override {
    ++reads;
    std::vector<std::uint64_t> words{0, file(fd).enabled, file(fd).running};
    for (int i = static_cast<int>(files.size()) - 1; i >= 0; --i) {
      const int other = kFirst + i;
      if (other != fd && file(other).place.group_fd != fd) continue;
      words.push_back(file(other).value);
      words.push_back(static_cast<std::uint64_t>(other) + 1000);
      ++words[0];
    }
    const auto length = words.size() * sizeof words[0];
    if (length > size) return -ENOSPC;
    std::memcpy(to, words.data(), length);
    return static_cast<long>(length);
  }
  [[nodiscard]] int ioctl(int fd, unsigned long request, void* argument) override {
    if (request == PERF_EVENT_IOC_ID)
      *static_cast<std::uint64_t*>(argument) = static_cast<std::uint64_t>(fd) + 1000;
    if (request == PERF_EVENT_IOC_ENABLE) file(fd).on = true;
    return 0;
  }
  int close(int fd) override {
    file(fd).closed = true;
    return 0;
  }

  [[nodiscard]] Opened& file(int fd) { return files.at(static_cast<std::size_t>(fd - kFirst)); }
  [[nodiscard]] std::size_t left_open() const {
    std::size_t count = 0;
    for (const auto& one : files) count += one.closed ? 0 : 1;
    return count;
  }
  // The descriptor of the event on a thread; 0 where it was not opened.
  [[nodiscard]] Opened* find(std::uint64_t config, int thread, std::uint32_t type) {
    for (auto& one : files) {
      if (one.attr.config == config && one.place.pid == thread && one.attr.type == type) return &one;
    }
    return nullptr;
  }
};

}  // namespace pageloupe::perf
