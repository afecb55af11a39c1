// SPDX-License-Identifier: MIT
// The document of `ppmap --json`, event after event of a parser.
#pragma once

#include <array>
#include <string>

#include "record/map_file.h"
#include "record/map_members.h"

namespace pageloupe {

class MapDocument {
 public:
  MapDocument(MapSink& sink, SavedDocument& document) : sink_(sink), document_(document) {}

  // False where the document is none of ours.
  [[nodiscard]] bool key(const std::string& name) {
    key_ = name;
    return true;
  }
  [[nodiscard]] bool scalar(const Scalar& value);
  [[nodiscard]] bool begin_object() { return open(place_of_object()); }
  [[nodiscard]] bool begin_array() { return open(place_of_array()); }
  [[nodiscard]] bool close();
  // When all was read.
  [[nodiscard]] bool finish();

  // What is wrong with it other than its syntax; empty where nothing is.
  [[nodiscard]] const std::string& complaint() const { return complaint_; }

 private:
  static constexpr std::size_t kDeepest = 16;  // a file of brackets is refused early

  enum class Place : std::uint8_t { document, processes, process, mappings, mapping, errors, error, other };

  [[nodiscard]] Place place() const { return depth_ == 0 ? Place::other : places_[depth_ - 1]; }
  [[nodiscard]] Place place_of_object() const;
  [[nodiscard]] Place place_of_array() const;
  [[nodiscard]] bool open(Place place);
  [[nodiscard]] bool refuse(std::string complaint) {
    complaint_ = std::move(complaint);
    return false;
  }
  [[nodiscard]] bool wrong_value() {
    return refuse("'" + key_ + "' has a value that ppmap does not write there");
  }

  [[nodiscard]] bool of_document(const Scalar& value);
  [[nodiscard]] bool of_process(const Scalar& value);
  void of_error(const Scalar& value);
  [[nodiscard]] bool check_schema(std::string_view schema);

  MapSink& sink_;
  SavedDocument& document_;
  std::array<Place, kDeepest> places_{};
  std::size_t depth_ = 0;
  std::string key_;
  SavedProcess process_{};
  MappingMembers members_;
  bool has_schema_ = false;
  bool has_processes_ = false;
  std::string complaint_;
};

}  // namespace pageloupe
