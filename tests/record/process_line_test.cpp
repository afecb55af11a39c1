// SPDX-License-Identifier: MIT
#include "record/process_line.h"

#include <nlohmann/json.hpp>

#include "record/slots.h"
#include "record/support.h"
#include "support/catch.h"

using namespace pageloupe;

namespace {

std::string line_of(const Process& process, bool with_stable = true) {
  Buffer buffer;
  append_process_line(buffer, process, with_stable);
  REQUIRE(buffer.view().ends_with('\n'));
  return std::string(buffer.view().substr(0, buffer.size() - 1));
}

Process process_of(std::string_view text, Process into = {}) {
  JsonLine line;
  REQUIRE(line.parse(text));
  REQUIRE(apply_process_line(line, into));
  return into;
}

}  // namespace

TEST_CASE("every member of a process comes back from its line", "[record]") {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    const auto process = full_process(static_cast<std::int32_t>(seed), seed);
    const auto text = line_of(process);
    INFO(text);
    CHECK(nlohmann::json::accept(text));
    const auto back = process_of(text);
    CHECK(same(process, back));
    CHECK(digest_of(back).changing == digest_of(process).changing);
    CHECK(digest_of(back).stable == digest_of(process).stable);
  }
}

TEST_CASE("a slot that was not sampled has no member, and comes back as such", "[record]") {
  Process process;
  process.pid = process.tgid = {7};
  CHECK(line_of(process) == R"({"record":"process","pid":7,"tgid":7})");
  const auto back = process_of(line_of(process));
  CHECK(same(process, back));
  CHECK(back.statm.error() == Errc::not_sampled);
}

TEST_CASE("a slot without a value is null, and its reason comes back by name", "[record]") {
  for (auto code = std::to_underlying(Errc::not_applicable); code <= std::to_underlying(Errc::io); ++code) {
    Process process;
    process.pid = process.tgid = {7};
    for (const auto& row : kSlots) row.fail(process, static_cast<Errc>(code));
    CHECK(same(process, process_of(line_of(process))));
  }
  Process process;
  process.pid = process.tgid = {7};
  process.rollup = std::unexpected(Errc::denied);
  CHECK(line_of(process) ==
        R"({"record":"process","pid":7,"tgid":7,"smaps_rollup":null,"errors":{"smaps_rollup":"denied"}})");
}

TEST_CASE("a record that says nothing is not one that was not sampled", "[record]") {
  Process process;
  process.pid = process.tgid = {7};
  process.ksm = KsmStat{};
  process.rollup = SmapsUsage{};
  const auto back = process_of(line_of(process));
  CHECK(back.ksm.has_value());
  CHECK(back.rollup.has_value());
  CHECK(same(process, back));
}

TEST_CASE("bytes that JSON cannot hold stand beside their text in base64", "[record]") {
  auto process = plain_process(7, 100, 5);
  process.stat->comm = Comm("a\xff\x1b[2J");
  process.cmdline = "x \xc3(";
  const auto text = line_of(process);
  const auto json = nlohmann::json::parse(text);
  CHECK(json["stat"]["comm"] == "a\xef\xbf\xbd\x1b[2J");
  CHECK(json["stat"]["comm_base64"] == "Yf8bWzJK");
  CHECK(json["cmdline_base64"] == "eCDDKA==");
  CHECK(same(process, process_of(text)));
  // A reader that sorts members must not change what they mean.
  CHECK(same(process, process_of(json.dump())));
}

TEST_CASE("what is 64 bits of flags or an address is a text that JavaScript does not round", "[record]") {
  const auto json = nlohmann::json::parse(line_of(full_process(7, 7)));
  for (const auto* name : {"rsslim", "startcode", "kstkesp", "blocked", "sigcatch"}) {
    CHECK(json["stat"][name].get<std::string>().starts_with("0x"));
  }
  CHECK(json["status"]["SigBlk"].get<std::string>().starts_with("0x"));
}

TEST_CASE("the unit of a kernel's key stands in its name", "[record]") {
  const auto json = nlohmann::json::parse(line_of(full_process(7, 7)));
  CHECK(json["status"].contains("VmRSS_bytes"));
  CHECK(json["status"].contains("voluntary_ctxt_switches"));
  CHECK(json["smaps_rollup"].contains("Pss_bytes"));
  CHECK(json["smaps_rollup"].contains("ProtectionKey"));
  CHECK(json["limits"]["stack_bytes"].size() == 2);
  CHECK(json["limits"]["data_bytes"][1].is_null());
}

TEST_CASE("a line without the slots that seldom change leaves them as they were", "[record]") {
  auto process = full_process(7, 1);
  auto later = process;
  later.statm->resident = {1234};
  const auto back = process_of(line_of(later, false), process);
  CHECK(same(later, back));
  CHECK_FALSE(same(process, back));
}

TEST_CASE("a line of another process with the same PID forgets all of the one before", "[record]") {
  const auto before = full_process(7, 1);
  auto next = plain_process(7, before.stat->starttime.value + 1, 3);
  next.cmdline = std::unexpected(Errc::not_sampled);
  CHECK(same(next, process_of(line_of(next, false), before)));
}

TEST_CASE("members and slots of a later version are passed over", "[record]") {
  const auto back = process_of(
      R"({"record":"process","pid":7,"tgid":7,"new":{"a":[1]},"statm":{"size_pages":3,"newer":4},"x":"y","z_base64":"eA==","errors":{"later":"odd"}})");
  REQUIRE(back.statm);
  CHECK(back.statm->size == Pages{3});
}

TEST_CASE("a value of the wrong kind makes the line malformed", "[record]") {
  for (const auto* text :
       {R"({"pid":"7"})", R"({"pid":4294967296})", R"({"pid":7,"tgid":null})",
        R"({"pid":7,"statm":{"size_pages":"3"}})", R"({"pid":7,"statm":{"size_pages":-3}})",
        R"({"pid":7,"stat":{"rsslim":3}})", R"({"pid":7,"stat":{"comm":3}})", R"({"pid":7,"cmdline":3})",
        R"({"pid":7,"status":{"uid":[1,2,3,4,5]}})", R"({"pid":7,"cmdline":"x","cmdline_base64":"?"})",
        R"({"pid":7,"errors":{"stat":1}})"}) {
    INFO(text);
    JsonLine line;
    REQUIRE(line.parse(text));
    Process process;
    CHECK_FALSE(apply_process_line(line, process));
  }
}

TEST_CASE("a reason that is not known is still no value", "[record]") {
  const auto back = process_of(R"({"pid":7,"tgid":7,"io":null,"errors":{"io":"tired"}})");
  CHECK(back.io.error() == Errc::io);
}

TEST_CASE("any change of any member changes the digest", "[record]") {
  const auto a = full_process(7, 1);
  for (std::uint32_t seed = 2; seed < 50; ++seed) {
    const auto b = full_process(7, seed);
    CHECK(digest_of(a).changing != digest_of(b).changing);
    CHECK(digest_of(a).stable != digest_of(b).stable);
  }
  auto one = a;
  one.status->values.set(StatusKey::vm_pte, *a.status->values[StatusKey::vm_pte] + 1);
  CHECK(digest_of(a).changing != digest_of(one).changing);
  CHECK(digest_of(a).stable == digest_of(one).stable);
}
