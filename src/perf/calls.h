// SPDX-License-Identifier: MIT
// The four system calls that counters are made of; tests script their answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <linux/perf_event.h>
#include <utility>

namespace pageloupe::perf {

class Calls {
 public:
  Calls() = default;
  Calls(const Calls&) = delete;
  Calls& operator=(const Calls&) = delete;
  virtual ~Calls() = default;

  // Whom a counter is for.
  struct Place {
    int pid = 0;        // a thread
    int cpu = -1;       // on any
    int group_fd = -1;  // leads a group itself
  };

  // Each returns what the system call does, -errno in place of -1.
  [[nodiscard]] virtual int open(perf_event_attr& attr, const Place& place) = 0;  // close-on-exec
  [[nodiscard]] virtual long read(int fd, void* to, std::size_t size) = 0;
  [[nodiscard]] virtual int ioctl(int fd, unsigned long request, void* argument) = 0;
  virtual int close(int fd) = 0;
};

class SystemCalls : public Calls {
 public:
  [[nodiscard]] int open(perf_event_attr& attr, const Place& place) override;
  [[nodiscard]] long read(int fd, void* to, std::size_t size) override;
  [[nodiscard]] int ioctl(int fd, unsigned long request, void* argument) override;
  int close(int fd) override;
};

// The owner of a counter's descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  Descriptor(Calls& calls, int fd) : calls_(&calls), fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : calls_(other.calls_), fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      calls_ = other.calls_;
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }

  [[nodiscard]] int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void reset() {
    if (fd_ >= 0) calls_->close(std::exchange(fd_, -1));
  }

 private:
  Calls* calls_ = nullptr;
  int fd_ = -1;
};

}  // namespace pageloupe::perf
