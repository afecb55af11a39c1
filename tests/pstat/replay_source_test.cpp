// SPDX-License-Identifier: MIT
#include "pstat/replay_source.h"

#include "field/process_fields.h"
#include "record/support.h"
#include "support/catch.h"
#include "support/utc.h"

using namespace pageloupe;
using namespace pageloupe::pstat;

namespace {

// Seconds 10, 20, 30: process 7 uses the CPU and grows, 8 ends before the last, 9 begins with it.
std::string record_three(const TemporaryFolder& folder) {
  auto path = folder.file("a.zst");
  Names names;
  names.set_user(1000, "alice");
  auto writer = must_create(path, {}, &names);
  for (std::uint64_t second = 10; second <= 30; second += 10) {
    auto busy = plain_process(7, 100, second);
    busy.stat->utime = {second * 25};
    busy.stat->ppid = {2};
    auto head = at_second(second);
    head.machine = {{"MemTotal_bytes", std::uint64_t{4096}}, {"pgfault", second * 3}};
    writer->begin_sample(head);
    writer->add(plain_process(2, 50, 1));
    writer->add(busy);
    if (second < 30) writer->add(plain_process(8, 101, 1));
    if (second == 30) writer->add(plain_process(9, 3200, 1));
    REQUIRE(writer->end_sample());
  }
  REQUIRE(writer->close());
  return path;
}

std::unique_ptr<RecordingReader> at(const std::string& path, const std::string& time) {
  auto reader = open_replay(path, time);
  REQUIRE(reader);
  return std::move(*reader);
}

Request everything() {
  Request request;
  request.selection = pstat::Selection({.everything = true}, {});
  return request;
}

// "PID=value …" of a column.
std::string cells(ReplaySource& source, std::string_view column) {
  std::string text;
  const auto& field = **find_field(process_fields(), column);
  const auto done = source.pass(source.system(), [&](const ProcessRow& row) {
    const Value value = field(row);
    text += std::to_string(row.process.pid.value) + "=";
    if (const auto* code = std::get_if<Errc>(&value)) text += name(*code);
    if (const auto* bytes = std::get_if<Bytes>(&value)) text += std::to_string(bytes->value / 4096);
    if (const auto* share = std::get_if<Percent>(&value))
      text += std::to_string(static_cast<int>(share->value));
    if (const auto* words = std::get_if<std::string_view>(&value)) text += *words;
    text += " ";
  });
  CHECK(done);
  return text;
}

}  // namespace

TEST_CASE("a recording is shown as it was at a time or before it", "[pstat][record]") {
  const Utc utc;
  const TemporaryFolder folder;
  const auto path = record_three(folder);
  CHECK(at(path, "1970-01-01 00:00:25")->sample().head.time == at_second(20).time);
  CHECK(at(path, "@20")->sample().head.time == at_second(20).time);
  CHECK(at(path, "-1")->sample().head.time == at_second(20).time);
  CHECK((*open_replay(path, std::nullopt))->sample().head.time == at_second(30).time);
}

TEST_CASE("before a recording there is nothing, and it says when it begins", "[pstat][record]") {
  const Utc utc;
  const TemporaryFolder folder;
  const auto path = record_three(folder);
  const auto reader = open_replay(path, "@9");
  REQUIRE_FALSE(reader);
  CHECK(reader.error() == "'" + path + "' begins later, at 1970-01-01 00:00:10");
  CHECK_FALSE(open_replay(path, "noon"));
}

TEST_CASE("rates are those since the sample before", "[pstat][record]") {
  const TemporaryFolder folder;
  const auto reader = at(record_three(folder), "@30");
  const auto request = everything();
  ReplaySource source(*reader, request);
  CHECK(cells(source, "rss") == "2=1 7=30 9=1 ");
  CHECK(cells(source, "cpu") == "2=0 7=25 9=no_previous ");
  CHECK(source.begun() == 1);
  CHECK(source.ended() == 1);
  REQUIRE(source.memory().faults);
  CHECK(source.memory().faults->value == 3);
  CHECK_FALSE(source.next({}));
}

TEST_CASE("the first sample has no rates, and the ones behind it do", "[pstat][record]") {
  const TemporaryFolder folder;
  const auto reader = at(record_three(folder), "@10");
  const auto request = everything();
  ReplaySource source(*reader, request);
  CHECK(cells(source, "cpu") == "2=no_previous 7=no_previous 8=no_previous ");
  REQUIRE(source.next({}));
  CHECK(cells(source, "cpu") == "2=0 7=25 8=0 ");
}

TEST_CASE("what was not recorded is a reason, and users are the recorded ones", "[pstat][record]") {
  const TemporaryFolder folder;
  const auto reader = at(record_three(folder), "last");
  const auto request = everything();
  ReplaySource source(*reader, request);
  CHECK(cells(source, "pss") == "2=not_recorded 7=not_recorded 9=not_recorded ");
  CHECK(cells(source, "user") == "2=alice 7=alice 9=alice ");
  const auto accounts = recorded_accounts(reader->sample());
  CHECK(accounts.user("alice") == 1000U);
  CHECK_FALSE(accounts.user("root"));
}

TEST_CASE("selections, trees and filters choose among what was recorded", "[pstat][record]") {
  const TemporaryFolder folder;
  const auto reader = at(record_three(folder), "@20");
  Request named;
  named.selection = pstat::Selection({}, {.pids = {{7}, {9}}});
  ReplaySource some(*reader, named);
  CHECK(cells(some, "rss") == "7=20 ");
  REQUIRE(some.missing().size() == 1);
  CHECK(some.missing()[0] == Pid{9});
  auto tree = everything();
  tree.tree_root = Pid{2};
  ReplaySource below(*reader, tree);
  CHECK(cells(below, "rss") == "2=1 7=20 ");
  auto filtered = everything();
  filtered.filter = "rss > 4096";
  ReplaySource large(*reader, filtered);
  CHECK(cells(large, "rss") == "7=20 ");
}
