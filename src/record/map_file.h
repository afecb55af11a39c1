// SPDX-License-Identifier: MIT
// Maps that were saved: the document of `ppmap --json`, read as it comes, a mapping at a time.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "render/writer.h"
#include "sample/process_map.h"

namespace pageloupe {

inline constexpr std::string_view kMapSchema = "pageloupe.ppmap/1";

// What a document says of the run that made it.
struct SavedDocument {
  std::string tool_version{};
  std::string host{};
  std::string boot_id{};
  std::optional<Timestamp> time{};
  std::vector<Problem> problems{};  // what could not be shown then
};

// What is said of a process; nothing where the document does not say.
struct SavedProcess {
  Pid pid{};
  std::string comm{};  // raw bytes, as the others
  std::string command{};
  char state = '?';
  std::optional<Nanoseconds> since_boot{};  // when it started
  std::optional<std::uint64_t> threads{};
  std::optional<Bytes> vsz{};
  std::optional<Bytes> rss{};
  std::uint64_t mappings = 0;
  // The keys of a mapping as they were saved, "rss_bytes": what is not among them was not asked for.
  std::vector<std::string> keys{};
  std::vector<SmapsReader::UnknownKey> unknown_keys{};  // of VmaRecord::unknown; spelled as in the document
};

// Gets what is read.
class MapSink {
 public:
  MapSink() = default;
  MapSink(const MapSink&) = delete;
  MapSink& operator=(const MapSink&) = delete;
  virtual ~MapSink() = default;

  // One mapping, in the order of the document; it may be moved from. What ThpPolicy holds is not saved.
  virtual void mapping(VmaRow& row) = 0;
  // The process whose mappings were given before.
  virtual void process(SavedProcess& process) = 0;
};

// Why a document cannot be used, and where in it.
struct MapFileError {
  std::string message{};  // "line 3, byte 118: …", without the name of the file
  std::uint64_t line = 0;
  std::uint64_t byte = 0;
};

// Reads to the end of the descriptor and keeps no more than one mapping.
[[nodiscard]] std::expected<SavedDocument, MapFileError> read_map_file(int fd, MapSink& sink);

// The same of a file by its name, or of standard input, "-".
[[nodiscard]] std::expected<SavedDocument, MapFileError> read_map_file(const std::string& name,
                                                                       MapSink& sink);

// All of a document: half a kilobyte a mapping.
struct SavedMaps {
  struct Process {
    SavedProcess head{};
    std::vector<VmaRow> rows{};
  };
  SavedDocument document{};
  std::vector<Process> processes{};
};
[[nodiscard]] std::expected<SavedMaps, MapFileError> load_map_file(const std::string& name);

}  // namespace pageloupe
