// SPDX-License-Identifier: MIT
// Recordings that were cut, changed, or never were any: what can be read is read, and what cannot is named.
#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record/recording_info.h"
#include "record/support.h"
#include "support/catch.h"

using namespace pageloupe;

namespace {

// Twelve samples in four frames; what each of them says of process 1 is told by its second.
std::string small_recording(const TemporaryFolder& folder, const std::string& name) {
  auto writer = must_create(folder.file(name), {.frame_samples = 3, .flush_after = {}});
  for (std::uint64_t second = 0; second < 12; ++second) {
    take(*writer, second, {plain_process(1, 10, second + 1), plain_process(2, 20, 5)});
  }
  REQUIRE(writer->close());
  return read_file(folder.file(name));
}

// All samples that can be read, each of them as it was written.
std::vector<std::uint64_t> whole_samples(RecordingReader& reader) {
  std::vector<std::uint64_t> seconds;
  while (reader.next()) {
    const auto& sample = reader.sample();
    seconds.push_back(sample.head.time.value / 1'000'000'000);
    REQUIRE(sample.processes.size() == 2);
    REQUIRE(same(sample.processes.at(1).process, plain_process(1, 10, seconds.back() + 1)));
  }
  return seconds;
}

}  // namespace

TEST_CASE("a recording cut anywhere shows every sample before the cut, and says so", "[record]") {
  const auto* name = GENERATE("a.zst", "a.jsonl");
  const TemporaryFolder folder;
  const auto whole = small_recording(folder, name);
  const auto cut = folder.file("cut");
  std::size_t most = 0;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write_file(cut, std::string_view(whole).substr(0, length));
    const auto reader = RecordingReader::open(cut);
    if (!reader) {
      CHECK(most == 0);  // once a sample is whole, it is read
      continue;
    }
    const auto seconds = whole_samples(**reader);
    INFO(length);
    REQUIRE(seconds.size() >= most);
    most = seconds.size();
    for (std::size_t i = 0; i < seconds.size(); ++i) REQUIRE(seconds[i] == i);
    REQUIRE((*reader)->last_time() == at_second(seconds.back()).time);
    for (const auto& damage : (*reader)->damage()) REQUIRE(damage.offset <= length);
  }
  CHECK(most == 12);
}

TEST_CASE("a bit that flips anywhere costs the samples behind it, and is named", "[record]") {
  const auto* name = GENERATE("a.zst", "a.jsonl");
  const TemporaryFolder folder;
  const auto whole = small_recording(folder, name);
  const auto path = folder.file("flipped");
  std::size_t lost = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    auto text = whole;
    text[at] = static_cast<char>(text[at] ^ (1 << (at % 8)));
    write_file(path, text);
    const auto reader = RecordingReader::open(path);
    if (!reader) {
      CHECK(at < 64);  // only where the file says what it is
      continue;
    }
    INFO(at);
    const auto seconds = whole_samples(**reader);
    for (std::size_t i = 1; i < seconds.size(); ++i) REQUIRE(seconds[i] > seconds[i - 1]);
    // A frame at most is lost, and never without a word.
    REQUIRE(seconds.size() >= 9);
    if (seconds.size() < 12) {
      ++lost;
      REQUIRE_FALSE((*reader)->damage().empty());
    }
    REQUIRE((*reader)->seek(at_second(5).time));
  }
  CHECK(lost > whole.size() / 4);
}

TEST_CASE("a recording without its index is read as one with it", "[record]") {
  const auto* name = GENERATE("a.zst", "a.jsonl");
  const TemporaryFolder folder;
  {
    auto writer = must_create(folder.file(name), {.frame_samples = 3});
    for (std::uint64_t second = 0; second < 9; ++second)
      take(*writer, second, {plain_process(1, 10, second + 1)});
    REQUIRE(writer->close());
  }
  auto text = read_file(folder.file(name));
  text.resize(text.size() - 5);
  write_file(folder.file("b"), text);
  auto reader = must_open(folder.file("b"));
  CHECK_FALSE(reader->is_complete());
  CHECK(reader->last_time() == at_second(8).time);
  REQUIRE(reader->seek(at_second(4).time));
  CHECK(reader->sample().processes.at(1).process.statm->resident == Pages{5});
  REQUIRE(reader->seek({}));
  CHECK(seconds_of(*reader).size() == 8);
}

TEST_CASE("an index that points elsewhere is not believed", "[record]") {
  const TemporaryFolder folder;
  auto text = small_recording(folder, "a.jsonl");
  const auto at = text.rfind("\"offset\":0,");
  REQUIRE(at != std::string::npos);
  text.replace(at, 10, "\"offset\":7");
  write_file(folder.file("b"), text);
  auto reader = must_open(folder.file("b"));
  CHECK_FALSE(reader->is_complete());
  CHECK(whole_samples(*reader).size() == 12);
}

TEST_CASE("a recorder that was killed leaves what it had flushed", "[record]") {
  const auto* name = GENERATE("a.zst", "a.jsonl");
  const TemporaryFolder folder;
  const auto child = ::fork();
  if (child == 0) {
    auto writer =
        RecordingWriter::open(folder.file(name), some_info(), {.flush_after = {3'000'000'000}}, nullptr);
    for (std::uint64_t second = 0; second < 10; ++second) {
      (*writer)->begin_sample(at_second(second));
      (*writer)->add(plain_process(1, 10, second + 1));
      (*writer)->add(plain_process(2, 20, 5));
      (void)(*writer)->end_sample();
    }
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  auto reader = must_open(folder.file(name));
  CHECK(whole_samples(*reader).size() >= 7);

  SECTION("and is continued, so that all of it can be decompressed") {
    auto writer = must_create(folder.file(name));
    take(*writer, 20, {plain_process(1, 10, 21), plain_process(2, 20, 5)});
    REQUIRE(writer->close());
    auto again = must_open(folder.file(name));
    CHECK(again->is_complete());
    const auto seconds = whole_samples(*again);
    CHECK(seconds.size() >= 8);
    CHECK(seconds.back() == 20);
    CHECK(again->damage().empty());
  }
}

TEST_CASE("a recording cut anywhere can be continued, and is whole then", "[record]") {
  const auto* name = GENERATE("a.zst", "a.jsonl");
  const TemporaryFolder folder;
  const auto whole = small_recording(folder, name);
  const auto path = folder.file(std::string("cut-") + name);
  for (std::size_t length = 1; length < whole.size(); length += length < whole.size() - 64 ? 7U : 1U) {
    write_file(path, std::string_view(whole).substr(0, length));
    const auto before = RecordingReader::open(path);
    const auto kept = before ? whole_samples(**before).size() : 0;
    auto writer = RecordingWriter::open(path, some_info(), {}, nullptr);
    if (!writer) {
      REQUIRE(kept == 0);
      continue;
    }
    take(**writer, 50, {plain_process(1, 10, 51), plain_process(2, 20, 5)});
    REQUIRE((*writer)->close());
    INFO(length);
    auto reader = must_open(path);
    REQUIRE(whole_samples(*reader).size() == kept + 1);
    REQUIRE(damage_text(reader->damage()).empty());
  }
}

TEST_CASE("what is no recording is refused with what it is, and not written to", "[record]") {
  const TemporaryFolder folder;
  const auto path = folder.file("letter.txt");
  write_file(path, "Dear reader,\n");
  const auto reader = RecordingReader::open(path);
  REQUIRE_FALSE(reader);
  CHECK(reader.error() == "is not a recording of pageloupe");
  const auto writer = RecordingWriter::open(path, some_info(), {}, nullptr);
  REQUIRE_FALSE(writer);
  CHECK(writer.error() == "holds something already: it is not a recording of pageloupe");
  CHECK(read_file(path) == "Dear reader,\n");
  write_file(folder.file("empty"), "");
  CHECK(RecordingReader::open(folder.file("empty")).error() == "is empty");
  CHECK_FALSE(RecordingReader::open(folder.file("none")));
  CHECK_FALSE(RecordingReader::open(folder.file(".")));
}

TEST_CASE("a recording is for its user alone, and never follows a link", "[record]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.zst");
  auto writer = must_create(path);
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
  const auto second = RecordingWriter::open(path, some_info(), {}, nullptr);
  REQUIRE_FALSE(second);
  CHECK(second.error() == "is being recorded to by another process");

  write_file(folder.file("victim"), "");
  REQUIRE(::symlink(folder.file("victim").c_str(), folder.file("link").c_str()) == 0);
  const auto linked = RecordingWriter::open(folder.file("link"), some_info(), {}, nullptr);
  REQUIRE_FALSE(linked);
  CHECK(linked.error() == "is a symbolic link");
  REQUIRE(::mkfifo(folder.file("pipe").c_str(), 0600) == 0);
  CHECK_FALSE(RecordingWriter::open(folder.file("pipe"), some_info(), {}, nullptr));
  CHECK_FALSE(RecordingReader::open(folder.file("pipe")));
}

TEST_CASE("files that are full move on, and no more are kept than asked for", "[record]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.zst");
  constexpr std::uint64_t kMax = 6'000;
  auto writer = must_create(path, {.max_bytes = kMax, .keep = 2, .flush_after = {}});
  for (std::uint64_t second = 0; second < 300; ++second) {
    take(*writer, second, {full_process(1, static_cast<std::uint32_t>(second))});
  }
  REQUIRE(writer->close());
  CHECK_FALSE(RecordingReader::open(folder.file("a.zst.3")));
  std::uint64_t next = 0;
  for (const auto* name : {"a.zst.2", "a.zst.1", "a.zst"}) {
    CHECK(read_file(folder.file(name)).size() < kMax + 6'000);
    auto reader = must_open(folder.file(name));
    CHECK(reader->is_complete());
    const auto seconds = seconds_of(*reader);
    REQUIRE_FALSE(seconds.empty());
    CHECK((next == 0 || seconds.front() == next));
    next = seconds.back() + 1;
  }
  CHECK(next == 300);
}

TEST_CASE("a full file begins anew where none is to be kept, and an old one moves on", "[record]") {
  const TemporaryFolder folder;
  auto writer = must_create(folder.file("a.zst"), {.max_bytes = 3'000, .keep = 0, .flush_after = {}});
  for (std::uint64_t second = 0; second < 50; ++second) {
    take(*writer, second, {full_process(1, static_cast<std::uint32_t>(second))});
  }
  REQUIRE(writer->close());
  CHECK_FALSE(RecordingReader::open(folder.file("a.zst.1")));
  auto reader = must_open(folder.file("a.zst"));
  CHECK(reader->first_time() > at_second(10).time);
  CHECK(reader->last_time() == at_second(49).time);

  auto daily = must_create(folder.file("b.zst"), {.max_age = {86'400'000'000'000}});
  take(*daily, 0, {full_process(1, 1)});
  take(*daily, 86'399, {full_process(1, 2)});
  take(*daily, 86'400, {full_process(1, 3)});
  REQUIRE(daily->close());
  CHECK(must_open(folder.file("b.zst.1"))->last_time() == at_second(86'399).time);
  CHECK(must_open(folder.file("b.zst"))->first_time() == at_second(86'400).time);
}

TEST_CASE("a disk that is full ends a recording, and it says so", "[record]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.zst");
  const auto child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = 4096, .rlim_max = 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    auto writer = RecordingWriter::open(path, some_info(), {.flush_after = {}}, nullptr);
    bool good = true;
    for (std::uint32_t second = 0; good && second < 100; ++second) {
      (*writer)->begin_sample(at_second(second));
      (*writer)->add(full_process(1, second));
      good = (*writer)->end_sample();
    }
    ::_exit(!good && (*writer)->error().starts_with("cannot be written: ") ? 7U : 1U);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 7);
  auto reader = must_open(path);
  CHECK_FALSE(seconds_of(*reader).empty());
}

TEST_CASE("a file that would take all memory is refused where it begins to", "[record]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.zst");
  {
    auto writer = must_create(path);
    auto process = plain_process(1, 10, 1);
    take(*writer, 1, {process});
    process.cmdline = std::string(1 << 20, 'x');
    take(*writer, 2, {process});
    REQUIRE(writer->close());
  }
  CHECK(read_file(path).size() < 4096);
  auto reader = must_open(path, {.line = 1 << 16});
  CHECK(seconds_of(*reader) == std::vector<std::uint64_t>{1});
  REQUIRE(reader->damage().size() == 1);
  CHECK(reader->damage()[0].what == "a line without end");

  auto crowd = must_create(folder.file("b.zst"));
  std::vector<Process> processes;
  for (std::int32_t pid = 1; pid <= 20; ++pid) processes.push_back(plain_process(pid, 1, 1));
  take(*crowd, 1, {processes[0]});
  take(*crowd, 2, processes);
  REQUIRE(crowd->close());
  auto limited = must_open(folder.file("b.zst"), {.processes = 10});
  CHECK(seconds_of(*limited).size() == 1);
  CHECK(limited->damage()[0].what == "more processes than there can be");
}

TEST_CASE("a recording that is still written to is not damaged for want of an end", "[record]") {
  const auto* name = GENERATE("a.zst", "a.jsonl");
  const TemporaryFolder folder;
  auto writer = must_create(folder.file(name), {.frame_samples = 2, .flush_after = {}});
  for (std::uint64_t second = 0; second < 3; ++second) take(*writer, second, {plain_process(1, 10, second)});
  {
    auto reader = must_open(folder.file(name));
    CHECK(seconds_of(*reader) == std::vector<std::uint64_t>{0, 1, 2});
    CHECK(reader->last_time() == at_second(2).time);
    CHECK(reader->damage().empty());
  }
  take(*writer, 3, {plain_process(1, 10, 3)});
  REQUIRE(writer->close());
}

TEST_CASE("a compressed file of another kind is refused, and not written to", "[record]") {
  const TemporaryFolder folder;
  const auto path = folder.file("data.zst");
  // `printf hello | zstd`
  const std::string other("\x28\xb5\x2f\xfd\x04\x58\x29\x00\x00\x68\x65\x6c\x6c\x6f\xd9\x55\xd7\x7e", 18);
  write_file(path, other);
  REQUIRE_FALSE(RecordingWriter::open(path, some_info(), {}, nullptr));
  CHECK(read_file(path) == other);
  CHECK_FALSE(RecordingReader::open(path));
}
