// SPDX-License-Identifier: MIT
#include "ptop/process_list.h"

#include "ptop/column_sets.h"
#include "ptop/frames.h"
#include "ptop/table_view.h"
#include "support/catch.h"

namespace pageloupe::ptop {
namespace {

struct Made {
  int pid;
  int parent;
  std::uint64_t pages;
  std::string_view comm;
  std::uint32_t uid = 1000;
  char state = 'S';
};

constexpr auto kFamily = std::to_array<Made>({
    {1, 0, 10, "init", 0},
    {2, 0, 0, "kthreadd", 0},
    {40, 1, 300, "server"},
    {41, 40, 200, "worker"},
    {42, 40, 100, "worker", 1000, 'Z'},
    {50, 1, 50, "\x1b[2Jevil"},
});

class Listing {
 public:
  Listing() : rows_(list_, nullptr, names_) {
    list_.begin_pass({1'000'000'000});
    for (const auto& made : kFamily) {
      TaskReading read{.tgid = {made.pid}, .pid = {made.pid}};
      read.stat.comm = Comm(made.comm);
      read.stat.ppid = {made.parent};
      read.stat.state = made.state;
      read.stat.flags = made.pid == 2 ? kKernelThreadFlag : 0;
      read.stat.vsize = Bytes{made.pages * 8192};
      read.stat.minflt = 10;
      read.statm = PidStatm{.size = {made.pages * 2}, .resident = {made.pages}};
      read.owner = Owner{made.uid, made.uid};
      list_.observe(read);
    }
    list_.end_pass();
    rows_.begin({}, {});
  }

  std::string pids(const Order& order, const Choice& choice, const ProcessList::Shape& shape = {}) {
    processes.build(list_, rows_, order, choice, shape);
    std::string text;
    for (const auto& line : processes.lines()) text += std::to_string(line.task->pid.value) + " ";
    return text;
  }
  std::string screen(const std::string& columns, const TableMarks& marks, Size size) {
    TableView view;
    view.set_columns(*resolve_columns(columns, {}));
    Frame frame;
    view.add_heading(frame, marks, size);
    view.add_rows(frame, processes, {0, processes.lines().size()}, rows_, marks, {}, size);
    return text_of(frame);
  }
  RowMaker& rows() { return rows_; }
  ProcessList processes;

 private:
  TaskList list_;
  Names names_;
  RowMaker rows_;
};

const Field<ProcessRow>* field(std::string_view name) { return *resolve_sort(name, {}); }

TEST_CASE("processes are ordered by any column, equal ones by ID", "[ptop]") {
  Listing listing;
  CHECK(listing.pids({field("rss"), true}, {}) == "40 41 42 50 1 2 ");
  CHECK(listing.pids({field("rss"), false}, {}) == "2 1 50 42 41 40 ");
  CHECK(listing.pids({field("state"), false}, {}) == "1 2 40 41 50 42 ");
  CHECK(listing.pids({}, {}) == "1 2 40 41 42 50 ");
}

TEST_CASE("a choice leaves out kernel threads, other users and what a filter does not match", "[ptop]") {
  Listing listing;
  CHECK(listing.pids({}, {.kernel = false}) == "1 40 41 42 50 ");
  CHECK(listing.pids({}, {.uid = 0}) == "1 2 ");
  CHECK(listing.pids({}, {.uid = 0, .other_users = true}) == "40 41 42 50 ");
  const auto filter = Filter::parse("rss > 500K and comm = worker", columns_of(process_fields()));
  REQUIRE(filter);
  CHECK(listing.pids({}, {.filter = &*filter}) == "41 ");
  CHECK(listing.processes.left_out() == 5);
}

TEST_CASE("in a tree children stand below their parents, in the order among siblings", "[ptop]") {
  Listing listing;
  CHECK(listing.pids({field("rss"), true}, {}, {.tree = true}) == "1 40 41 42 50 2 ");
  CHECK(listing.screen("pid,command", {}, {30, 10}) ==
        "  PID COMMAND\n"
        "    1 init\n"
        "   40 |- server\n"
        "   41 |  |- worker\n"
        "   42 |  `- worker\n"
        "   50 `- \\x1b[2Jevil\n"
        "    2 kthreadd\n");
}

TEST_CASE("a closed process hides those below it and shows what they add up to", "[ptop]") {
  Listing listing;
  const std::set<ProcessId> closed{{{40}, {}}};
  CHECK(listing.pids({}, {}, {.tree = true, .collapsed = &closed}) == "1 40 50 2 ");
  const auto& line = listing.processes.lines()[1];
  CHECK(line.collapsed);
  CHECK(listing.processes.subtree(line).size() == 3);
  // RSS counts shared pages in every sharer: no sum is shown of it.
  CHECK(listing.screen("pid,rss:6=RES,min_flt:4=FLT,command", {}, {40, 10})
            .contains("   40   1.2M   30 |+ server\n"));
}

TEST_CASE("a line is never wider than the screen, nor its colours lost at the cursor", "[ptop]") {
  Listing listing;
  std::ignore = listing.pids({}, {});
  for (const std::size_t columns : {1U, 2U, 7U, 20U, 80U}) {
    TableView view;
    view.set_columns(*resolve_columns(std::string(kColumnSets[0].columns), {}));
    Frame frame;
    const TableMarks marks{.cursor = 1};
    view.add_heading(frame, marks, {columns, 10});
    view.add_rows(frame, listing.processes, {0, 6}, listing.rows(), marks, {}, {columns, 10});
    REQUIRE(frame.rows() == 7);
    for (const auto& line : frame.lines()) CHECK(line.columns() <= columns);
    CHECK(frame.lines()[2].pieces().size() == 1);
    CHECK(frame.lines()[2].pieces()[0].paint == Paint::cursor);
  }
}

}  // namespace
}  // namespace pageloupe::ptop
