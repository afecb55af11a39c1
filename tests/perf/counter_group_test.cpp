// SPDX-License-Identifier: MIT
#include "perf/counter_group.h"

#include "perf/scripted_calls.h"
#include "support/catch.h"

namespace pageloupe::perf {
namespace {

constexpr Pid kThread{42};
constexpr Pid kOther{43};
const Counts kNothing{};

Machine one_pmu() { return {.core_pmus = {{"cpu", 4}}, .cpu = {Vendor::intel, 6, 0x55}}; }
Machine two_pmus() {
  return {.core_pmus = {{"cpu_atom", 10}, {"cpu_core", 4}}, .cpu = {Vendor::intel, 6, 0x97}};
}

Plan plan_of(Group group) {
  Plan plan;
  plan.add(group);
  return plan;
}

// What an event is in perf_event_attr.
const std::uint64_t kLoads = info(Event::dtlb_loads).config;
const std::uint64_t kMisses = info(Event::dtlb_load_misses).config;

struct Fixture {
  ScriptedCalls calls{};
  Budget budget{100};
  Machine machine = one_pmu();

  CounterGroup open(Group group, std::vector<Pid> threads = {kThread}, OpenOptions options = {}) {
    return {calls, machine, budget, threads, plan_of(group), options};
  }
  ScriptedCalls::Opened& loads(Pid thread = kThread) {
    return *calls.find(kLoads, thread.value, PERF_TYPE_HW_CACHE);
  }
  ScriptedCalls::Opened& misses(Pid thread = kThread) {
    return *calls.find(kMisses, thread.value, PERF_TYPE_HW_CACHE);
  }
  ScriptedCalls::Opened& instructions(Pid thread = kThread) {
    return *calls.find(PERF_COUNT_HW_INSTRUCTIONS, thread.value, PERF_TYPE_HARDWARE);
  }
};

TEST_CASE("a group is opened on a thread behind its leader, with inheritance by threads alone", "[perf]") {
  Fixture fixture;
  const auto group = fixture.open(Group::loads);
  REQUIRE(fixture.calls.files.size() == 3);
  CHECK(group.descriptors() == 3);
  CHECK(fixture.misses().place.group_fd == -1);
  CHECK(fixture.misses().attr.disabled == 1);
  CHECK(fixture.misses().on);
  CHECK(fixture.loads().place.group_fd == ScriptedCalls::kFirst);
  CHECK(fixture.instructions().place.group_fd == ScriptedCalls::kFirst);
  for (const auto& file : fixture.calls.files) {
    CHECK(file.place.pid == kThread.value);
    CHECK(file.place.cpu == -1);
    CHECK(file.attr.inherit == 1);
    CHECK(file.attr.inherit_thread == 1);
    CHECK(file.attr.exclude_kernel == 0);
    CHECK(file.attr.read_format == (PERF_FORMAT_GROUP | PERF_FORMAT_ID | PERF_FORMAT_TOTAL_TIME_ENABLED |
                                    PERF_FORMAT_TOTAL_TIME_RUNNING));
  }
}

TEST_CASE("values are told apart by their IDs, whatever their order", "[perf]") {
  Fixture fixture;
  auto group = fixture.open(Group::loads);
  fixture.misses().value = 10;
  fixture.loads().value = 1000;
  fixture.instructions().value = 5000;
  fixture.misses().enabled = fixture.misses().running = 1'000'000;
  const auto& counts = group.read();
  CHECK(counted({counts, kNothing}, Group::loads, Event::dtlb_load_misses) == 10);
  CHECK(counted({counts, kNothing}, Group::loads, Event::dtlb_loads) == 1000);
  CHECK(per_thousand_instructions({counts, kNothing}, Group::loads, Event::dtlb_load_misses)->value ==
        Approx(2));
  CHECK(fixture.calls.reads == 1);
}

TEST_CASE("each reading is scaled by its own time on the PMU", "[perf]") {
  Fixture fixture;
  auto group = fixture.open(Group::loads);
  auto& leader = fixture.misses();
  leader.value = 100;
  leader.enabled = 1000;
  leader.running = 500;
  static_cast<void>(group.read());
  // From here on it has the PMU for itself: what was scaled before stays as it was.
  leader.value = 200;
  leader.enabled = 2000;
  leader.running = 1500;
  const auto& counts = group.read();
  CHECK(counted({counts, kNothing}, Group::loads, Event::dtlb_load_misses) == 300);
  CHECK(running_share({counts, kNothing}, Group::loads)->value == Approx(75));
}

TEST_CASE("threads are scaled one by one and added up", "[perf]") {
  Fixture fixture;
  auto group = fixture.open(Group::loads, {kThread, kOther});
  for (const auto thread : {kThread, kOther}) {
    fixture.misses(thread).value = 100;
    fixture.misses(thread).enabled = 1000;
  }
  fixture.misses(kThread).running = 1000;
  fixture.misses(kOther).running = 250;
  const auto& counts = group.read();
  CHECK(counted({counts, kNothing}, Group::loads, Event::dtlb_load_misses) == 500);
  CHECK(counts[Group::loads].enabled == Nanoseconds{2000});
}

TEST_CASE("a machine without a PMU is not asked for what needs one", "[perf]") {
  Fixture fixture;
  fixture.machine.core_pmus.clear();
  auto group = fixture.open(Group::loads);
  CHECK(fixture.calls.asked.empty());
  const auto& counts = group.read();
  for (const auto event : {Event::dtlb_loads, Event::dtlb_load_misses, Event::instructions})
    CHECK(counted({counts, kNothing}, Group::loads, event).error() == Errc::no_pmu);
}

TEST_CASE("each errno of perf_event_open has its reason", "[perf]") {
  const struct {
    int error;
    Errc reason;
  } cases[] = {{ESRCH, Errc::gone},
               {EACCES, Errc::denied},
               {EPERM, Errc::denied},
               {ENOENT, Errc::event_missing},
               {EOPNOTSUPP, Errc::event_missing},
               {ENODEV, Errc::event_missing},
               {EINVAL, Errc::event_missing},
               {EMFILE, Errc::no_descriptors},
               {ENOMEM, Errc::no_descriptors},
               {ENOSYS, Errc::unsupported},
               {EIO, Errc::io}};
  for (const auto& [error, reason] : cases) {
    Fixture fixture;
    fixture.calls.answer = [error = error](const auto&, const auto&) { return error; };
    auto group = fixture.open(Group::loads);
    CHECK(group.descriptors() == 0);
    CHECK(fixture.budget.left() == 100);
    const auto& counts = group.read();
    INFO(error);
    CHECK(counted({counts, kNothing}, Group::loads, Event::dtlb_load_misses).error() == reason);
  }
}

TEST_CASE("refused with the kernel's part, it is tried without, and the second answer is told", "[perf]") {
  Fixture fixture;
  const auto refuse = [](int later) {
    return [later](const perf_event_attr& attr, const auto&) {
      return attr.exclude_kernel == 0 ? EACCES : later;
    };
  };
  SECTION("the event is not there either way") {
    fixture.calls.answer = refuse(ENOENT);
    auto group = fixture.open(Group::loads);
    CHECK(counted({group.read(), kNothing}, Group::loads, Event::dtlb_loads).error() == Errc::event_missing);
  }
  SECTION("user space alone is counted, and said to be") {
    fixture.calls.answer = refuse(0);
    auto group = fixture.open(Group::loads);
    fixture.misses().enabled = fixture.misses().running = 1;
    CHECK(group.read().user_only);
    CHECK(fixture.misses().attr.exclude_kernel == 1);
    CHECK(fixture.misses().attr.exclude_hv == 1);
  }
  SECTION("what happens in the kernel alone is denied rather than 0") {
    fixture.calls.answer = refuse(0);
    auto group = fixture.open(Group::clock);
    const auto& counts = group.read();
    CHECK(counts[Group::clock].values[1].error() == Errc::denied);
    CHECK(counts[Group::clock].values[0].has_value());
  }
}

TEST_CASE("a kernel without inherit_thread counts the threads that are there", "[perf]") {
  Fixture fixture;
  fixture.calls.answer = [](const perf_event_attr& attr, const auto&) {
    return attr.inherit_thread != 0 ? EINVAL : 0;
  };
  const auto group = fixture.open(Group::loads);
  CHECK(group.descriptors() == 3);
  CHECK(fixture.misses().attr.inherit == 0);
}

TEST_CASE("one event that is missing does not take the others with it", "[perf]") {
  Fixture fixture;
  fixture.calls.answer = [](const perf_event_attr& attr, const auto&) {
    return attr.config == kMisses && attr.type == PERF_TYPE_HW_CACHE ? ENOENT : 0;
  };
  auto group = fixture.open(Group::loads);
  CHECK(group.descriptors() == 2);
  CHECK(fixture.loads().place.group_fd == -1);
  CHECK(fixture.loads().attr.disabled == 1);
  fixture.loads().value = 7;
  fixture.loads().enabled = fixture.loads().running = 1000;
  const auto& counts = group.read();
  CHECK(counted({counts, kNothing}, Group::loads, Event::dtlb_loads) == 7);
  CHECK(counted({counts, kNothing}, Group::loads, Event::dtlb_load_misses).error() == Errc::event_missing);
}

TEST_CASE("a thread that ended before it was reached does not hide the others", "[perf]") {
  Fixture fixture;
  fixture.calls.answer = [](const auto&, const Calls::Place& place) { return place.pid == 42 ? ESRCH : 0; };
  auto group = fixture.open(Group::loads, {kThread, kOther});
  fixture.misses(kOther).value = 3;
  fixture.misses(kOther).enabled = fixture.misses(kOther).running = 1000;
  CHECK(counted({group.read(), kNothing}, Group::loads, Event::dtlb_load_misses) == 3);
}

TEST_CASE("the budget is kept, and given back", "[perf]") {
  Fixture fixture;
  REQUIRE(fixture.budget.take(96));  // of 100
  {
    auto group = fixture.open(Group::loads, {kThread, kOther});
    CHECK(group.descriptors() == 4);
    CHECK(group.threads_left_out() == 1);
    CHECK(fixture.budget.left() == 0);
    auto more = fixture.open(Group::cycles);
    CHECK(counted({more.read(), kNothing}, Group::cycles, Event::cycles).error() == Errc::no_descriptors);
  }
  CHECK(fixture.calls.left_open() == 0);
  CHECK(fixture.budget.left() == 4);
}

TEST_CASE("two kinds of core have a counter each, named by the PMU in bits 32 and up", "[perf]") {
  Fixture fixture;
  fixture.machine = two_pmus();
  auto group = fixture.open(Group::cycles);
  CHECK(group.descriptors() == 4);
  const auto config = [](std::uint64_t type) { return type << 32U | PERF_COUNT_HW_CPU_CYCLES; };
  auto* const atom = fixture.calls.find(config(10), kThread.value, PERF_TYPE_HARDWARE);
  auto* const core = fixture.calls.find(config(4), kThread.value, PERF_TYPE_HARDWARE);
  REQUIRE(atom != nullptr);
  REQUIRE(core != nullptr);
  // It ran 3 of 4 ms on one kind and 1 ms on the other, and nothing else was on either PMU.
  core->value = 9000;
  core->enabled = atom->enabled = 4'000'000;
  core->running = 3'000'000;
  atom->value = 1000;
  atom->running = 1'000'000;
  const auto& counts = group.read();
  CHECK(counted({counts, kNothing}, Group::cycles, Event::cycles) == 10'000);
  CHECK(counted({group.part(0), kNothing}, Group::cycles, Event::cycles) == 1000);
  CHECK(counted({group.part(1), kNothing}, Group::cycles, Event::cycles) == 9000);
  CHECK(counts[Group::cycles].enabled == Nanoseconds{4'000'000});
}

TEST_CASE("software events are opened once where cores are of two kinds", "[perf]") {
  Fixture fixture;
  fixture.machine = two_pmus();
  const auto group = fixture.open(Group::faults);
  CHECK(group.descriptors() == 3);
}

TEST_CASE("walks are counted by the model's code, and cycles only beside them", "[perf]") {
  Fixture fixture;
  SECTION("of a model in the table") {
    const auto group = fixture.open(Group::walks);
    CHECK(group.descriptors() == 3);
    CHECK(fixture.calls.files[0].attr.type == 4);
    CHECK(fixture.calls.files[0].attr.config == 0x01001008);
    CHECK(fixture.calls.files[1].attr.config == 0x01001049);
  }
  SECTION("of no other") {
    fixture.machine.cpu.vendor = Vendor::amd;
    auto group = fixture.open(Group::walks);
    CHECK(fixture.calls.asked.empty());
    CHECK(walk_share({group.read(), kNothing}).error() == Errc::event_missing);
  }
  SECTION("on the one kind of core that has them") {
    fixture.machine = two_pmus();
    const auto group = fixture.open(Group::walks);
    REQUIRE(group.descriptors() == 3);
    CHECK(fixture.calls.files[0].attr.config == 0x01001012);
  }
}

TEST_CASE("counters of a program begin when it does", "[perf]") {
  Fixture fixture;
  const auto group = fixture.open(Group::faults, {kThread}, {.inherit = Inherit::everyone, .on_exec = true});
  const auto& leader = fixture.calls.files.front();
  CHECK(leader.attr.enable_on_exec == 1);
  CHECK(leader.attr.disabled == 1);
  CHECK_FALSE(leader.on);
  CHECK(leader.attr.inherit == 1);
  CHECK(leader.attr.inherit_thread == 0);
}

TEST_CASE("a count that goes back is not subtracted", "[perf]") {
  Fixture fixture;
  auto group = fixture.open(Group::loads);
  auto& leader = fixture.misses();
  leader.value = 100;
  leader.enabled = leader.running = 1000;
  static_cast<void>(group.read());
  leader.value = 50;
  leader.enabled = leader.running = 2000;
  CHECK(counted({group.read(), kNothing}, Group::loads, Event::dtlb_load_misses) == 100);
}

}  // namespace
}  // namespace pageloupe::perf
