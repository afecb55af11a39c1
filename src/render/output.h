// SPDX-License-Identifier: MIT
// Bytes on their way to a descriptor, in blocks.
#pragma once

#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace pageloupe {

// Text that grows: small appends are inlined, memory is never cleared and never given back.
class Buffer {
 public:
  using value_type = char;

  [[nodiscard]] char* data() { return data_.get(); }
  [[nodiscard]] const char* data() const { return data_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::string_view view() const { return {data_.get(), size_}; }

  void clear() { size_ = 0; }
  void shorten(std::size_t size) { size_ = size; }

  void push_back(char c) {
    if (size_ == capacity_) grow(1);
    data_[size_++] = c;
  }
  void append(const char* begin, std::size_t length) {
    if (capacity_ - size_ < length) grow(length);
    std::memcpy(data_.get() + size_, begin, length);
    size_ += length;
  }
  // Lengthens the text by `length` bytes, to be written by the caller, and returns where they begin.
  [[nodiscard]] char* extend(std::size_t length) {
    if (capacity_ - size_ < length) grow(length);
    return data_.get() + std::exchange(size_, size_ + length);
  }
  void append_blanks(std::size_t count) {
    if (count != 0) std::memset(extend(count), ' ', count);  // without a byte there is no memory yet
  }

 private:
  void grow(std::size_t length);

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

inline void append(Buffer& buffer, std::string_view text) {
  if (!text.empty()) buffer.append(text.data(), text.size());
}

class Output {
 public:
  explicit Output(int fd) : fd_(fd) {}
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // What is written next; call written() now and then, so that full blocks leave.
  [[nodiscard]] Buffer& buffer() { return buffer_; }
  void written() {
    if (buffer_.size() >= kBlock) flush();
  }
  void flush();

  // errno of the first write that failed, 0 when all went well. After a failure nothing more is written.
  [[nodiscard]] int error() const { return error_; }

 private:
  static constexpr std::size_t kBlock = 65536;

  int fd_;
  int error_ = 0;
  Buffer buffer_;
};

}  // namespace pageloupe
