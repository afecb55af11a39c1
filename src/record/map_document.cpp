// SPDX-License-Identifier: MIT
#include "record/map_document.h"

#include "record/base64.h"

namespace pageloupe {

MapDocument::Place MapDocument::place_of_object() const {
  if (depth_ == 0) return Place::document;
  switch (place()) {
    case Place::processes: return Place::process;
    case Place::mappings: return Place::mapping;
    case Place::errors: return Place::error;
    case Place::document:
    case Place::process:
    case Place::mapping:
    case Place::error:
    case Place::other: return Place::other;
  }
  std::unreachable();
}

MapDocument::Place MapDocument::place_of_array() const {
  if (place() == Place::document && key_ == "processes") return Place::processes;
  if (place() == Place::document && key_ == "errors") return Place::errors;
  if (place() == Place::process && key_ == "mappings") return Place::mappings;
  return Place::other;
}

bool MapDocument::open(Place place) {
  if (depth_ == kDeepest) return refuse("it is nested deeper than any document of ppmap");
  places_[depth_++] = place;
  if (place == Place::processes) has_processes_ = true;
  if (place == Place::process) {
    process_ = {};
    members_.begin_process();
  }
  if (place == Place::mapping) members_.begin();
  if (place == Place::error) document_.problems.emplace_back();
  return true;
}

bool MapDocument::close() {
  const auto closed = place();
  --depth_;
  if (closed == Place::mapping) {
    if (!members_.finish())
      return refuse("a mapping without its addresses: it has to be saved with the columns start and end");
    ++process_.mappings;
    sink_.mapping(members_.row());
  } else if (closed == Place::process) {
    if (process_.pid == Pid{}) return refuse("a process without its pid");
    process_.keys = members_.keys();
    process_.unknown_keys = members_.unknown_keys();
    sink_.process(process_);
  }
  return true;
}

bool MapDocument::scalar(const Scalar& value) {
  switch (place()) {
    case Place::document: return of_document(value);
    case Place::process: return of_process(value);
    case Place::mapping: return members_.set(key_, value) || wrong_value();
    case Place::error: of_error(value); return true;
    case Place::processes:
    case Place::mappings:
    case Place::errors: return refuse("a value where an object is expected");
    case Place::other:
      return depth_ != 0 || refuse("it is no object: that is no map saved with ppmap --json");
  }
  std::unreachable();
}

bool MapDocument::check_schema(std::string_view schema) {
  has_schema_ = schema == kMapSchema;
  if (has_schema_) return true;
  const auto family = kMapSchema.substr(0, kMapSchema.find('/') + 1);
  if (schema.starts_with(family))
    return refuse("its schema is '" + std::string(schema) + "', and this version reads '" +
                  std::string(kMapSchema) + "' only");
  return refuse("its schema is '" + std::string(schema) + "': that is no map saved with ppmap --json");
}

bool MapDocument::of_document(const Scalar& value) {
  if (key_ == "record") return refuse("these are JSON Lines: save the map with --json");
  const auto* text = std::get_if<std::string_view>(&value);
  if (key_ == "schema") return text != nullptr ? check_schema(*text) : wrong_value();
  for (const auto& [key, to] :
       {std::pair{"tool_version", &document_.tool_version}, std::pair{"host", &document_.host},
        std::pair{"boot_id", &document_.boot_id}}) {
    if (key_ == key && text != nullptr) *to = *text;
  }
  if (const auto* number = std::get_if<std::uint64_t>(&value); number != nullptr && key_ == "time_ns")
    document_.time = Timestamp{*number};
  return true;
}

bool MapDocument::of_process(const Scalar& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    if (key_ == "comm") process_.comm = *text;
    if (key_ == "command") process_.command = *text;
    if (key_ == "state" && !text->empty()) process_.state = text->front();
    if (key_ == "comm_base64") process_.comm = decode_base64(*text).value_or(process_.comm);
    if (key_ == "command_base64") process_.command = decode_base64(*text).value_or(process_.command);
    return key_ != "pid" || wrong_value();
  }
  const auto* number = std::get_if<std::uint64_t>(&value);
  if (key_ == "pid") {
    constexpr std::uint64_t kMost = 1U << 22U;  // PID_MAX_LIMIT
    if (number == nullptr || *number == 0 || *number > kMost) return wrong_value();
    process_.pid = Pid{static_cast<std::int32_t>(*number)};
  }
  if (number == nullptr) return true;
  if (key_ == "started_ns") process_.since_boot = Nanoseconds{*number};
  if (key_ == "threads") process_.threads = *number;
  if (key_ == "vsz_bytes") process_.vsz = Bytes{*number};
  if (key_ == "rss_bytes") process_.rss = Bytes{*number};
  return true;
}

void MapDocument::of_error(const Scalar& value) {
  auto& problem = document_.problems.back();
  if (const auto* number = std::get_if<std::uint64_t>(&value); number != nullptr && key_ == "pid")
    problem.pid = static_cast<std::int64_t>(*number);
  const auto* text = std::get_if<std::string_view>(&value);
  if (text == nullptr) return;
  if (key_ == "subject") problem.subject = *text;
  if (key_ == "message") problem.message = *text;
  if (key_ == "reason") problem.code = find_errc(*text).value_or(Errc::io);
}

bool MapDocument::finish() {
  if (!has_schema_) return refuse("it has no schema: that is no map saved with ppmap --json");
  return has_processes_ || refuse("it has no processes");
}

}  // namespace pageloupe
