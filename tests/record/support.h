// SPDX-License-Identifier: MIT
// Invented processes, and whether two are the same in every member: told here without the tables under test.
#pragma once

#include <random>
#include <string>

#include "record/reader.h"
#include "record/writer.h"

namespace pageloupe {

// A process with a value in every slot, every member different from its default.
[[nodiscard]] Process full_process(std::int32_t pid, std::uint32_t seed);

// A process as a monitor reads it: stat, statm, owner.
[[nodiscard]] Process plain_process(std::int32_t pid, std::uint64_t start, std::uint64_t rss_pages);

[[nodiscard]] bool same(const PidStat& a, const PidStat& b);
[[nodiscard]] bool same(const Process& a, const Process& b);

[[nodiscard]] RecordingInfo some_info();

// The seconds of an invented clock.
[[nodiscard]] SampleHead at_second(std::uint64_t second);

// A folder that is removed with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

[[nodiscard]] std::string read_file(const std::string& path);
void write_file(const std::string& path, std::string_view text);

// Takes one sample of the processes.
void take(RecordingWriter& writer, std::uint64_t second, const std::vector<Process>& processes);

// Opened to write, or the test fails.
[[nodiscard]] std::unique_ptr<RecordingWriter> must_create(const std::string& path,
                                                           const RecordingLimits& limits = {},
                                                           Names* names = nullptr);
[[nodiscard]] std::unique_ptr<RecordingReader> must_open(const std::string& path,
                                                         const ReadLimits& limits = {});

// The seconds of all samples that can be read from where the reader is.
[[nodiscard]] std::vector<std::uint64_t> seconds_of(RecordingReader& reader);

}  // namespace pageloupe
