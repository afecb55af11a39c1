// SPDX-License-Identifier: MIT
#include "record/map_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "cli/rights.h"
#include "record/map_document.h"

namespace pageloupe {
namespace {

using Json = nlohmann::json;

// The bytes of a descriptor, and where in them the parser is.
class Input {
 public:
  explicit Input(int fd) : fd_(fd), buffer_(std::make_unique<char[]>(kBlock)) {}

  [[nodiscard]] bool ended() { return at_ == size_ && !refill(); }
  [[nodiscard]] char current() const { return buffer_[at_]; }
  void advance() {
    if (buffer_[at_++] == '\n') ++line_;
    ++byte_;
  }

  [[nodiscard]] std::uint64_t line() const { return line_; }
  [[nodiscard]] std::uint64_t byte() const { return byte_; }
  [[nodiscard]] bool seen_end() const { return seen_end_; }
  [[nodiscard]] int error() const { return error_; }

 private:
  static constexpr std::size_t kBlock = 65536;

  bool refill() {
    if (seen_end_) return false;
    ssize_t got = 0;
    do got = ::read(fd_, buffer_.get(), kBlock);
    while (got < 0 && errno == EINTR);
    if (got < 0) error_ = errno;
    seen_end_ = got <= 0;
    at_ = 0;
    size_ = got > 0 ? static_cast<std::size_t>(got) : 0;
    return !seen_end_;
  }

  int fd_;
  std::unique_ptr<char[]> buffer_;
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t byte_ = 0;
  bool seen_end_ = false;
  int error_ = 0;
};

// As the parser of JSON wants its input.
struct Cursor {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  Input* input = nullptr;  // none: the end

  char operator*() const { return input->current(); }
  Cursor& operator++() {
    input->advance();
    return *this;
  }
  friend bool operator==(const Cursor& a, const Cursor& b) { return a.ended() == b.ended(); }
  [[nodiscard]] bool ended() const { return input == nullptr || input->ended(); }
};

// What the parser of JSON calls as it goes along.
class Handler {
 public:
  explicit Handler(MapDocument& document) : document_(document) {}

  bool null() { return document_.scalar(std::monostate{}); }
  bool boolean(bool value) { return document_.scalar(value); }
  bool number_integer(Json::number_integer_t value) { return document_.scalar(std::int64_t{value}); }
  bool number_unsigned(Json::number_unsigned_t value) { return document_.scalar(std::uint64_t{value}); }
  bool number_float(Json::number_float_t value, const std::string& /*as written*/) {
    return document_.scalar(value);
  }
  bool string(const std::string& value) { return document_.scalar(std::string_view(value)); }
  bool binary(const Json::binary_t& /*value*/) { return false; }
  bool key(const std::string& name) { return document_.key(name); }
  bool start_object(std::size_t /*members*/) { return document_.begin_object(); }
  bool start_array(std::size_t /*elements*/) { return document_.begin_array(); }
  bool end_object() { return document_.close(); }
  bool end_array() { return document_.close(); }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/, const Json::exception& /*error*/) {
    return false;
  }

 private:
  MapDocument& document_;
};

// Why the parser stopped where it did.
std::string reason_of(const Input& input, const MapDocument& document) {
  if (input.error() != 0)
    return std::string("cannot read: ") + std::strerror(input.error());  // NOLINT(concurrency-mt-unsafe)
  if (!document.complaint().empty()) return document.complaint();
  if (input.byte() == 0) return "it is empty";
  if (input.seen_end()) return "it ends in the middle of the document: it was cut off";
  return "this is not JSON";
}

class Collector : public MapSink {
 public:
  explicit Collector(SavedMaps& maps) : maps_(maps) {}
  void mapping(VmaRow& row) override {
    row.record.unknown.shrink_to_fit();
    rows_.push_back(row);
  }
  void process(SavedProcess& process) override {
    maps_.processes.push_back({std::move(process), std::exchange(rows_, {})});
  }

 private:
  SavedMaps& maps_;
  std::vector<VmaRow> rows_;
};

}  // namespace

std::expected<SavedDocument, MapFileError> read_map_file(int fd, MapSink& sink) {
  SavedDocument saved;
  Input input(fd);
  MapDocument document(sink, saved);
  Handler handler(document);
  if (Json::sax_parse(Cursor{&input}, Cursor{}, &handler) && document.finish()) return saved;
  const auto place = "line " + std::to_string(input.line()) + ", byte " + std::to_string(input.byte());
  return std::unexpected(MapFileError{place + ": " + reason_of(input, document), input.line(), input.byte()});
}

std::expected<SavedDocument, MapFileError> read_map_file(const std::string& name, MapSink& sink) {
  if (name == "-") return read_map_file(STDIN_FILENO, sink);
  const CallersRights his;
  const UniqueFd file(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
  if (file) return read_map_file(file.get(), sink);
  const auto* const why = std::strerror(errno);  // NOLINT(concurrency-mt-unsafe)
  return std::unexpected(MapFileError{std::string("cannot open it: ") + why, 0, 0});
}

std::expected<SavedMaps, MapFileError> load_map_file(const std::string& name) {
  SavedMaps maps;
  Collector collector(maps);
  auto document = read_map_file(name, collector);
  if (!document) return std::unexpected(document.error());
  maps.document = std::move(*document);
  return maps;
}

}  // namespace pageloupe
