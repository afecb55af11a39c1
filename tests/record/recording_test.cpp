// SPDX-License-Identifier: MIT
// What is written is what is read: samples, changes, names, times.
#include <sstream>

#include <nlohmann/json.hpp>

#include "record/feed.h"
#include "record/support.h"
#include "support/catch.h"

using namespace pageloupe;

namespace {

std::vector<nlohmann::json> lines_of(const std::string& path) {
  std::vector<nlohmann::json> lines;
  std::istringstream text(read_file(path));
  for (std::string line; std::getline(text, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

std::vector<nlohmann::json> records(const std::string& path, std::string_view record) {
  auto lines = lines_of(path);
  std::erase_if(lines, [record](const auto& line) { return line["record"] != record; });
  return lines;
}

}  // namespace

TEST_CASE("samples come back as they were, compressed and plain", "[record]") {
  const auto* name = GENERATE("a.zst", "a.jsonl");
  const TemporaryFolder folder;
  std::vector<std::vector<Process>> samples;
  for (std::uint32_t second = 0; second < 150; ++second) {
    auto& processes = samples.emplace_back();
    for (std::int32_t pid = 1; pid < 12; ++pid) {
      if ((second + static_cast<std::uint32_t>(pid)) % 5 == 0) continue;  // comes and goes
      processes.push_back(full_process(pid, static_cast<std::uint32_t>(pid) * 100 + second / 3));
    }
  }
  auto writer = must_create(folder.file(name));
  for (std::size_t i = 0; i < samples.size(); ++i) take(*writer, i, samples[i]);
  REQUIRE(writer->close());

  auto reader = must_open(folder.file(name));
  CHECK(reader->is_complete());
  CHECK(reader->info().host == "example");
  for (std::size_t i = 0; i < samples.size(); ++i) {
    REQUIRE(reader->next());
    const auto& sample = reader->sample();
    CHECK(sample.head.time == at_second(i).time);
    CHECK(sample.head.boottime == at_second(i).boottime);
    REQUIRE(sample.processes.size() == samples[i].size());
    for (const auto& process : samples[i]) {
      REQUIRE(sample.processes.contains(process.pid.value));
      CHECK(same(process, sample.processes.at(process.pid.value).process));
    }
  }
  CHECK_FALSE(reader->next());
  CHECK(reader->damage().empty());
}

TEST_CASE("a sample between has lines for what changed only", "[record]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.jsonl");
  auto writer = must_create(path);
  take(*writer, 1, {plain_process(1, 10, 5), plain_process(2, 20, 5), plain_process(3, 30, 5)});
  take(*writer, 2, {plain_process(1, 10, 5), plain_process(2, 20, 6), plain_process(4, 40, 1)});
  take(*writer, 3, {plain_process(1, 10, 5), plain_process(2, 20, 6), plain_process(4, 40, 1)});
  REQUIRE(writer->close());
  std::string seen;
  for (const auto& line : lines_of(path)) {
    if (line["record"] == "sample") seen += line["key"].get<bool>() ? "key:" : "sample:";
    if (line["record"] == "process") seen += line["pid"].dump() + (line.contains("cmdline") ? "+" : "") + " ";
    if (line["record"] == "ended") seen += "ended" + line["pids"].dump() + " ";
  }
  CHECK(seen == "key:1+ 2+ 3+ sample:2 4+ ended[3] sample:");
}

TEST_CASE("a PID with another start time is another process, and not one that ended", "[record]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.jsonl");
  auto writer = must_create(path);
  take(*writer, 1, {plain_process(1, 10, 5)});
  take(*writer, 2, {plain_process(1, 11, 5)});
  REQUIRE(writer->close());
  CHECK(records(path, "ended").empty());
  auto reader = must_open(path);
  REQUIRE(reader->next());
  REQUIRE(reader->next());
  CHECK(reader->sample().processes.at(1).process.stat->starttime == Ticks{11});
  CHECK(reader->sample().processes.at(1).changed);
}

TEST_CASE("every frame stands alone: what seldom changes is in its first sample again", "[record]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.jsonl");
  auto writer = must_create(path, {.frame_samples = 3});
  for (std::uint64_t second = 0; second < 7; ++second) take(*writer, second, {plain_process(1, 10, 5)});
  REQUIRE(writer->close());
  CHECK(records(path, "recording").size() == 3);
  const auto processes = records(path, "process");
  REQUIRE(processes.size() == 3);
  for (const auto& process : processes) CHECK(process["cmdline"] == "worker --id 1");
  const auto frames = records(path, "frame");
  REQUIRE(frames.size() == 3);
  CHECK(frames[2]["samples"] == 1);
  CHECK(frames[1]["first_time_ns"] == 3'000'000'000);
}

TEST_CASE("seek finds the last sample at a time or before it", "[record]") {
  const auto* name = GENERATE("a.zst", "a.jsonl");
  const TemporaryFolder folder;
  auto writer = must_create(folder.file(name), {.frame_samples = 4});
  for (std::uint64_t second = 10; second < 40; second += 2) {
    take(*writer, second,
         {plain_process(1, 10, second), plain_process(static_cast<std::int32_t>(second), 20, 1)});
  }
  REQUIRE(writer->close());
  auto reader = must_open(folder.file(name));
  CHECK(reader->first_time() == at_second(10).time);
  CHECK(reader->last_time() == at_second(38).time);
  for (std::uint64_t second = 0; second < 50; ++second) {
    REQUIRE(reader->seek(at_second(second).time));
    const auto expected = std::clamp<std::uint64_t>(second / 2 * 2, 10, 38);
    CHECK(reader->sample().head.time == at_second(expected).time);
    CHECK(reader->sample().processes.at(1).process.statm->resident == Pages{expected});
    CHECK(reader->sample().processes.size() == 2);
  }
}

TEST_CASE("steps back pass through the samples in the other direction", "[record]") {
  const TemporaryFolder folder;
  auto writer = must_create(folder.file("a.zst"), {.frame_samples = 3});
  for (std::uint64_t second = 0; second < 8; ++second)
    take(*writer, second, {plain_process(1, 10, second + 1)});
  REQUIRE(writer->close());
  auto reader = must_open(folder.file("a.zst"));
  CHECK_FALSE(reader->back());
  CHECK(seconds_of(*reader).size() == 8);
  for (std::uint64_t second = 7; second-- > 0;) {
    REQUIRE(reader->back());
    CHECK(reader->sample().processes.at(1).process.statm->resident == Pages{second + 1});
  }
  CHECK_FALSE(reader->back());
  CHECK(reader->sample().head.time == at_second(0).time);
  REQUIRE(reader->next());
  CHECK(reader->sample().head.time == at_second(1).time);
}

TEST_CASE("at the end the last sample stays", "[record]") {
  const TemporaryFolder folder;
  auto writer = must_create(folder.file("a.zst"));
  for (std::uint64_t second = 0; second < 3; ++second)
    take(*writer, second, {plain_process(1, 10, second + 1)});
  REQUIRE(writer->close());
  auto reader = must_open(folder.file("a.zst"));
  CHECK(seconds_of(*reader).size() == 3);
  CHECK_FALSE(reader->next());
  CHECK(reader->sample().processes.at(1).process.statm->resident == Pages{3});
}

TEST_CASE("facts about the machine go through in their order, with reasons", "[record]") {
  const TemporaryFolder folder;
  auto head = at_second(1);
  head.machine = {{"mem_available_bytes", std::uint64_t{1} << 40},
                  {"load1", 2.0},
                  {"kernel", std::string("6.18 \"x\"")},
                  {"psi_memory_some", Errc::unsupported},
                  {"steal_share", 0.25},
                  {"change", -3.0},
                  {"cpu0_ticks", std::vector<std::uint64_t>{7, 0, ~0ULL}}};
  auto writer = must_create(folder.file("a.zst"));
  writer->begin_sample(head);
  REQUIRE(writer->end_sample());
  REQUIRE(writer->close());
  auto reader = must_open(folder.file("a.zst"));
  REQUIRE(reader->next());
  CHECK(reader->sample().head.machine == head.machine);
}

TEST_CASE("names of users go with the recording, once a frame", "[record]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.jsonl");
  Names names;
  names.set_user(1000,
                 "al\xff"
                 "ice");
  names.set_group(1000, "staff");
  names.set_user(4'000'000'000, "4000000000");  // as of a user without a name
  auto writer = must_create(path, {.frame_samples = 2}, &names);
  auto nameless = plain_process(2, 20, 5);
  nameless.owner->uid = 4'000'000'000;
  for (std::uint64_t second = 0; second < 4; ++second)
    take(*writer, second, {plain_process(1, 10, 5), nameless});
  REQUIRE(writer->close());
  CHECK(records(path, "user").size() == 2);
  auto reader = must_open(path);
  REQUIRE(reader->seek(at_second(3).time));
  CHECK(reader->sample().users.size() == 1);
  Names here;
  feed_names(reader->sample(), here);
  CHECK(here.user(1000) ==
        "al\xff"
        "ice");
  CHECK(here.group(1000) == "staff");
}

TEST_CASE("the checksum of a sample is CRC-32 of its lines", "[record]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.jsonl");
  auto writer = must_create(path);
  take(*writer, 1, {plain_process(1, 10, 5)});
  REQUIRE(writer->close());
  const auto text = read_file(path);
  const auto end = text.find("{\"record\":\"end\"");
  Crc32 crc;
  crc.add(std::string_view(text).substr(0, end));
  std::uint32_t written = 0;
  for (const auto& line : records(path, "end")) {
    written = static_cast<std::uint32_t>(std::stoul(line["crc32"].get<std::string>(), nullptr, 16));
  }
  CHECK(crc.value() == written);
}
