// SPDX-License-Identifier: MIT
// A recording as the screen gets it.
#include "ptop/replay_feed.h"

#include "field/process_fields.h"
#include "ptop/row_maker.h"
#include "record/support.h"
#include "support/catch.h"

using namespace pageloupe;
using namespace pageloupe::ptop;

namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

// A process that grows by a page a second, of which PSS was read at even seconds, half of its RSS; and
// another that lives from second 3 to 5.
std::string record_growth(const TemporaryFolder& folder, std::uint64_t seconds = 10) {
  auto path = folder.file("a.zst");
  Names names;
  names.set_user(1000, "alice");
  auto writer = must_create(path, {.frame_samples = 4}, &names);
  auto growing = plain_process(10, 100, 0);
  Instant files_at{};
  for (std::uint64_t second = 0; second < seconds; ++second) {
    const auto head = at_second(second);
    growing.stat->utime = {second * 50};
    growing.statm->resident = {100 + second};
    if (second % 2 == 0) {
      growing.rollup.emplace().set(SmapsKey::pss, (100 + second) * 2048);
      files_at = head.boottime;
    }
    writer->begin_sample(head);
    writer->add(growing, files_at);
    if (second >= 3 && second <= 5) writer->add(plain_process(20, 800, 1));
    REQUIRE(writer->end_sample());
  }
  REQUIRE(writer->close());
  return path;
}

struct Replay {
  explicit Replay(const std::string& path, std::vector<Pid> only = {})
      : feed(*ReplayFeed::open(path, {.only = std::move(only), .window = {60 * kSecond}})),
        rows(feed->list(), feed->files(), feed->names()) {}

  void next() { REQUIRE(feed->refresh({})); }
  void back() {
    feed->go_back();
    next();
  }
  void go_to(std::uint64_t second) {
    feed->go_to({second * kSecond});
    next();
  }
  [[nodiscard]] std::uint64_t second() const { return feed->machine().now.value / kSecond; }
  // A cell of the process that grows.
  Value cell(std::string_view column, std::int32_t pid = 10) {
    rows.begin(feed->facts(), {60 * kSecond});
    const auto* task = feed->list().find(Pid{pid});
    REQUIRE(task != nullptr);
    Value value;
    (*find_field(process_fields(), column))->set(value, rows(*task));
    return value;
  }

  std::unique_ptr<ReplayFeed> feed;
  RowMaker rows;
};

}  // namespace

TEST_CASE("a replay shows one sample after the other, and stays at the last", "[ptop][record]") {
  const TemporaryFolder folder;
  Replay replay(record_growth(folder, 3));
  for (std::uint64_t second = 0; second < 3; ++second) {
    replay.next();
    CHECK(replay.second() == second);
    CHECK(replay.cell("rss") == Value{Bytes{(100 + second) * 4096}});
    CHECK_FALSE(replay.feed->at_end());
  }
  replay.next();
  CHECK(replay.feed->at_end());
  CHECK(replay.second() == 2);
  CHECK(replay.feed->host() == "example");
}

TEST_CASE("a step back shows the sample before, and the first has none", "[ptop][record]") {
  const TemporaryFolder folder;
  Replay replay(record_growth(folder));
  for (int i = 0; i < 6; ++i) replay.next();
  CHECK(replay.second() == 5);
  CHECK(replay.feed->list().tasks().size() == 2);
  for (std::uint64_t second = 5; second-- > 0;) {
    replay.back();
    CHECK(replay.second() == second);
    CHECK(replay.feed->list().tasks().size() == (second >= 3 ? 2 : 1));
    CHECK_FALSE(replay.feed->at_start());
  }
  replay.back();
  CHECK(replay.feed->at_start());
  CHECK(replay.second() == 0);
  replay.next();
  CHECK(replay.second() == 1);
}

TEST_CASE("whichever way one came, a sample's rates and growth are the same", "[ptop][record]") {
  const TemporaryFolder folder;
  const auto path = record_growth(folder);
  constexpr auto kColumns =
      std::to_array<std::string_view>({"cpu", "rss", "rss_growth", "rss_gained", "rss_slope", "rss_trend",
                                       "pss", "pss_growth", "min_flt_rate"});
  Replay forward(path);
  for (std::uint64_t second = 0; second < 10; ++second) {
    forward.next();
    Replay sought(path);
    sought.go_to(second);
    Replay stepped(path);
    stepped.go_to(second + 1);
    if (second < 9) stepped.back();
    for (const auto column : kColumns) {
      INFO(column << " at " << second);
      CHECK(sought.cell(column) == forward.cell(column));
      CHECK(stepped.cell(column) == forward.cell(column));
    }
  }
  CHECK(forward.cell("cpu") == Value{Percent{50}});
}

TEST_CASE("growth counts from the mark, also after going elsewhere", "[ptop][record]") {
  const TemporaryFolder folder;
  Replay replay(record_growth(folder));
  replay.go_to(4);
  replay.feed->list().mark();
  replay.feed->files()->mark();
  replay.next();
  CHECK(replay.cell("rss_gained") == Value{ByteChange{4096}});
  replay.go_to(9);
  CHECK(replay.cell("rss_gained") == Value{ByteChange{5 * 4096}});
}

TEST_CASE("files that were not recorded are said to be so, and not 0", "[ptop][record]") {
  const TemporaryFolder folder;
  Replay replay(record_growth(folder));
  replay.go_to(4);
  CHECK(replay.cell("pss") == Value{Bytes{104 * 2048}});
  CHECK(replay.cell("pss", 20) == Value{Errc::not_recorded});
  CHECK(replay.cell("swap") == Value{Errc::not_recorded});
  CHECK(replay.cell("fds") == Value{Errc::not_recorded});
}

TEST_CASE("a value between two readings of its file has the age of the first", "[ptop][record]") {
  const TemporaryFolder folder;
  Replay replay(record_growth(folder));
  replay.go_to(5);
  const auto* files = replay.feed->files()->find({.pid = {10}, .start = {100}});
  REQUIRE(files != nullptr);
  CHECK(files->at == at_second(4).boottime);
  CHECK(files->before_at == at_second(2).boottime);
  CHECK(replay.cell("pss") == Value{Bytes{104 * 2048}});
}

TEST_CASE("users are those of the recorded machine", "[ptop][record]") {
  const TemporaryFolder folder;
  Replay replay(record_growth(folder));
  replay.next();
  CHECK(replay.feed->find_user("alice") == 1000U);
  CHECK_FALSE(replay.feed->find_user("root"));
  CHECK(replay.feed->names().user(0) == "0");
  CHECK(replay.feed->names().user(1000) == "alice");
}

TEST_CASE("a replay shows the processes that were asked for", "[ptop][record]") {
  const TemporaryFolder folder;
  Replay replay(record_growth(folder), {Pid{20}});
  replay.go_to(4);
  REQUIRE(replay.feed->list().tasks().size() == 1);
  CHECK(replay.feed->list().tasks()[0]->pid == Pid{20});
  CHECK(replay.feed->counts().total == 1);
}

TEST_CASE("a recording over a boot has no rates across it", "[ptop][record]") {
  const TemporaryFolder folder;
  const auto path = folder.file("a.zst");
  for (const std::string boot : {"b-1", "b-2"}) {
    auto info = some_info();
    info.boot_id = boot;
    auto writer = *RecordingWriter::open(path, info, {}, nullptr);
    for (std::uint64_t second = 0; second < 2; ++second) {
      auto head = at_second(second);
      if (boot == "b-2") head.time.value += 1000 * kSecond;
      writer->begin_sample(head);
      writer->add(plain_process(10, 100, 5));
      REQUIRE(writer->end_sample());
    }
    REQUIRE(writer->close());
  }
  Replay replay(path);
  for (int i = 0; i < 3; ++i) replay.next();
  CHECK(replay.second() == 1000);
  CHECK(replay.cell("cpu") == Value{Errc::no_previous});
  CHECK(replay.feed->machine_before() == nullptr);
  replay.next();
  CHECK(replay.cell("cpu") == Value{Percent{0}});
}

TEST_CASE("what is before the damage is shown, and the damage named", "[ptop][record]") {
  const TemporaryFolder folder;
  const auto path = record_growth(folder);
  const auto text = read_file(path);
  write_file(path, std::string_view(text).substr(0, text.size() / 2));
  Replay replay(path);
  std::uint64_t samples = 0;
  for (replay.next(); !replay.feed->at_end(); replay.next()) ++samples;
  CHECK(samples >= 4);
  CHECK_FALSE(replay.feed->damage().empty());
}
