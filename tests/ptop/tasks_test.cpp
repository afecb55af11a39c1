// SPDX-License-Identifier: MIT
#include "ptop/tasks.h"

#include <vector>

#include "support/catch.h"

namespace pageloupe::ptop {
namespace {

struct Row {
  int pid = 0;
  int ppid = 1;
  char state = 'S';
  std::uint64_t threads = 1;
  std::string_view comm = "x";
  std::uint64_t flags = 0;
  int tgid = 0;  // 0: its own
};

// Tasks in the order of the rows.
class Tasks {
 public:
  Tasks(std::initializer_list<Row> rows) {
    for (const auto& row : rows) {
      auto& task = *tasks_.emplace_back(std::make_unique<WatchedTask>());
      task.pid = {row.pid};
      task.tgid = {row.tgid != 0 ? row.tgid : row.pid};
      task.stat = {.pid = {row.pid}, .comm = Comm(row.comm), .state = row.state, .ppid = {row.ppid}};
      task.stat.num_threads = row.threads;
      task.stat.flags = row.flags;
      pointers_.push_back(&task);
    }
  }
  [[nodiscard]] TaskCounts count() const {
    TaskCounts counts;
    count_tasks(pointers_, counts);
    return counts;
  }

 private:
  std::vector<std::unique_ptr<WatchedTask>> tasks_;
  std::vector<WatchedTask*> pointers_;
};

TEST_CASE("tasks are counted by state", "[ptop]") {
  const Tasks tasks{{.pid = 1},
                    {.pid = 2, .state = 'R'},
                    {.pid = 3, .state = 'D'},
                    {.pid = 4, .state = 'T'},
                    {.pid = 5, .state = 't'},
                    {.pid = 6, .state = 'I', .flags = kKernelThreadFlag},
                    {.pid = 7, .state = 'P'},
                    {.pid = 8, .state = 'Z'}};
  const auto counts = tasks.count();
  CHECK(counts.total == 8);
  CHECK(counts.sleeping == 1);
  CHECK(counts.running == 1);
  CHECK(counts.uninterruptible == 1);
  CHECK(counts.stopped == 1);
  CHECK(counts.traced == 1);
  CHECK(counts.idle == 1);
  CHECK(counts.other == 1);
  CHECK(counts.zombie == 1);
  CHECK(counts.kernel_threads == 1);
}

TEST_CASE("threads are those that the processes say they have, or the rows where threads are rows",
          "[ptop]") {
  const Tasks processes{{.pid = 1, .threads = 3}, {.pid = 2, .threads = 2}};
  CHECK(processes.count().processes == 2);
  CHECK(processes.count().threads == 5);
  const Tasks threads{
      {.pid = 1, .threads = 3}, {.pid = 11, .threads = 3, .tgid = 1}, {.pid = 12, .threads = 3, .tgid = 1}};
  CHECK(threads.count().total == 3);
  CHECK(threads.count().processes == 1);
  CHECK(threads.count().threads == 3);
}

TEST_CASE("zombies are laid to their parents, most first and then by pid", "[ptop]") {
  const Tasks tasks{{.pid = 10, .comm = "sh"},
                    {.pid = 20, .comm = "python3"},
                    {.pid = 21, .ppid = 20, .state = 'Z'},
                    {.pid = 22, .ppid = 10, .state = 'Z'},
                    {.pid = 23, .ppid = 20, .state = 'Z'},
                    {.pid = 24, .ppid = 99, .state = 'Z'}};
  const auto counts = tasks.count();
  REQUIRE(counts.careless.size() == 3);
  CHECK(counts.careless[0].pid == Pid{20});
  CHECK(counts.careless[0].comm == "python3");
  CHECK(counts.careless[0].zombies == 2);
  CHECK(counts.careless[1].pid == Pid{10});
  CHECK(counts.careless[2].pid == Pid{99});
  CHECK(counts.careless[2].comm == "");
}

TEST_CASE("a process whose first thread has ended is no one's neglect while others run", "[ptop]") {
  const Tasks tasks{{.pid = 10}, {.pid = 20, .ppid = 10, .state = 'Z', .threads = 4}};
  const auto counts = tasks.count();
  CHECK(counts.zombie == 1);
  CHECK(counts.careless.empty());
}

TEST_CASE("counts that are used again begin anew", "[ptop]") {
  const Tasks first{{.pid = 10}, {.pid = 20, .ppid = 10, .state = 'Z'}};
  auto counts = first.count();
  std::vector<WatchedTask*> none;
  count_tasks(none, counts);
  CHECK(counts.total == 0);
  CHECK(counts.zombie == 0);
  CHECK(counts.careless.empty());
}

}  // namespace
}  // namespace pageloupe::ptop
