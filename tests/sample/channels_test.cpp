// SPDX-License-Identifier: MIT
#include "sample/channels.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "pstat/ipc_report.h"
#include "sample/socket_channels.h"
#include "support/catch.h"

namespace pageloupe {
namespace {

constexpr Pid kOne{10};
constexpr Pid kTwo{20};
constexpr Pid kOutside{99};

ChannelFacts facts_of_two() {
  ChannelFacts facts;
  facts.set = {kOne, kTwo};
  return facts;
}

OpenEnd end_of(Pid pid, std::int32_t fd, std::string link, unsigned flags = O_RDWR) {
  OpenEnd end{.pid = pid, .descriptor = fd, .inside = pid != kOutside, .link = std::move(link)};
  end.info.flags = flags;
  return end;
}

OpenEnd file_end(Pid pid, std::int32_t fd, std::string link, std::uint32_t type) {
  auto end = end_of(pid, fd, std::move(link));
  end.file = {.device = {8, 1}, .inode = 77, .mode = type};
  return end;
}

TEST_CASE("both ends of a pipe are one channel, each with its role, those outside marked", "[sample]") {
  auto facts = facts_of_two();
  facts.open = {end_of(kOne, 3, "pipe:[5]", O_WRONLY), end_of(kTwo, 4, "pipe:[5]", O_RDONLY),
                end_of(kOutside, 6, "pipe:[5]", O_WRONLY), end_of(kOutside, 7, "pipe:[6]", O_WRONLY)};
  facts.open[1].waiting = Bytes{100};
  const auto channels = link_channels(facts);
  REQUIRE(channels.size() == 1);
  CHECK(channels[0].type == ChannelType::pipe);
  CHECK(channels[0].id == "5");
  CHECK(channels[0].waiting == Bytes{100});
  REQUIRE(channels[0].ends.size() == 3);
  CHECK(channels[0].ends[0].role == EndRole::write);
  CHECK(channels[0].ends[1].role == EndRole::read);
  CHECK_FALSE(channels[0].ends[2].inside);
}

TEST_CASE("what waits in a pipe is unknown, not 0, where no read end could be opened", "[sample]") {
  auto facts = facts_of_two();
  facts.open = {end_of(kTwo, 4, "pipe:[5]", O_RDONLY)};
  facts.open[0].waiting = fail(Errc::denied);
  CHECK(link_channels(facts).front().waiting.error().code == Errc::denied);
  facts.open = {end_of(kOne, 4, "pipe:[5]", O_WRONLY)};
  CHECK(link_channels(facts).front().waiting.error().code == Errc::not_applicable);
}

TEST_CASE("a FIFO and a message queue are told by device and inode, other files are none", "[sample]") {
  auto facts = facts_of_two();
  facts.open = {file_end(kOne, 3, "/tmp/f", S_IFIFO), file_end(kTwo, 5, "/tmp/f", S_IFIFO),
                file_end(kOne, 4, "/tmp/log", S_IFREG), file_end(kTwo, 6, "/q", S_IFREG)};
  facts.open[3].message_queue = true;
  facts.open[3].queued = 12;
  const auto channels = link_channels(facts);
  REQUIRE(channels.size() == 2);
  CHECK(channels[0].type == ChannelType::fifo);
  CHECK(channels[0].name == "/tmp/f");
  CHECK(channels[0].ends.size() == 2);
  CHECK(channels[1].type == ChannelType::message_queue);
  CHECK(channels[1].waiting == Bytes{12});
}

TEST_CASE("a connected pair of UNIX sockets is one channel, and one that listens another", "[sample]") {
  auto facts = facts_of_two();
  facts.open = {end_of(kOne, 3, "socket:[100]"), end_of(kOutside, 4, "socket:[101]"),
                end_of(kTwo, 5, "socket:[102]")};
  facts.unix_sockets = {{.inode = 100, .peer = 101, .receive_queue = Bytes{7}},
                        {.inode = 101, .peer = 100, .receive_queue = Bytes{1}, .name = "/run/x"},
                        {.inode = 102, .listens = true, .receive_queue = Bytes{2}, .name = "@y"}};
  CHECK(peers_of(facts) == std::vector<std::uint64_t>{101, 100});
  const auto channels = link_channels(facts);
  REQUIRE(channels.size() == 2);
  CHECK(channels[0].id == "100-101");
  CHECK(channels[0].name == "/run/x");
  CHECK(channels[0].waiting == Bytes{8});
  REQUIRE(channels[0].ends.size() == 2);
  CHECK(channels[0].ends[0].waiting == Bytes{7});
  CHECK_FALSE(channels[0].ends[1].inside);
  CHECK(channels[1].ends.front().role == EndRole::listen);
  CHECK(channels[1].count == 2);
}

TcpSocket tcp(std::uint16_t local, std::uint16_t remote, std::uint64_t inode) {
  return {.local = {.port = local}, .remote = {.port = remote}, .state = 1, .inode = inode};
}

TEST_CASE("both ends of a TCP connection are found by their addresses", "[sample]") {
  auto facts = facts_of_two();
  facts.open = {end_of(kOne, 3, "socket:[7]"), end_of(kTwo, 4, "socket:[8]"), end_of(kTwo, 5, "socket:[9]")};
  facts.unix_sockets = std::vector<UnixSocket>{};
  facts.tcp = {tcp(1000, 80, 7), tcp(80, 1000, 8), tcp(2000, 443, 9)};
  const auto channels = link_channels(facts);
  REQUIRE(channels.size() == 2);
  CHECK(channels[0].id == "7-8");
  CHECK(channels[0].ends.size() == 2);
  CHECK(channels[1].ends.size() == 1);
  CHECK_FALSE(channels[1].note.empty());
}

TEST_CASE("a socket that nothing tells of is shown with the reason", "[sample]") {
  auto facts = facts_of_two();
  facts.open = {end_of(kOne, 3, "socket:[7]")};
  facts.unix_sockets = fail(Errc::unsupported);
  const auto channels = link_channels(facts);
  REQUIRE(channels.size() == 1);
  CHECK(channels[0].type == ChannelType::socket);
  CHECK(channels[0].note.find("not in this kernel") != std::string::npos);
  CHECK(channels[0].waiting.error().code == Errc::unsupported);
  facts.open[0].foreign_network = true;
  CHECK(link_channels(facts)[0].note.find("another network namespace") != std::string::npos);
}

TEST_CASE("an eventfd is one by its number, an epoll one for each that has it", "[sample]") {
  auto facts = facts_of_two();
  facts.open = {end_of(kOne, 3, "anon_inode:[eventfd]"), end_of(kTwo, 3, "anon_inode:[eventfd]"),
                end_of(kOne, 4, "anon_inode:[eventpoll]"), end_of(kTwo, 4, "anon_inode:[eventpoll]"),
                end_of(kOne, 5, "anon_inode:[pidfd]")};
  for (const std::size_t i : {0U, 1U}) {
    facts.open[i].info.eventfd_id = 2;
    facts.open[i].info.eventfd_count = 7;
  }
  facts.open[2].info.watched = {3, 9};
  facts.open[4].info.pid = kTwo;
  const auto channels = link_channels(facts);
  REQUIRE(channels.size() == 4);
  CHECK(channels[0].type == ChannelType::eventfd);
  CHECK(channels[0].ends.size() == 2);
  CHECK(channels[0].count == 7);
  CHECK(channels[1].type == ChannelType::pidfd);
  CHECK(channels[1].ends.back().role == EndRole::target);
  CHECK(channels[2].note == "fd 3, 9");
}

TEST_CASE("semaphores are told from other shared memory, and locks have holders and waiters", "[sample]") {
  auto facts = facts_of_two();
  const ObjectKey semaphore{.device = {0, 24}, .inode = 1};
  facts.mapped = {
      {kOne, ObjectKind::posix_shm, semaphore, "/dev/shm/sem.x (deleted)", Bytes{4096}},
      {kTwo, ObjectKind::posix_shm, semaphore, "/dev/shm/sem.x (deleted)", Bytes{4096}},
      {kTwo, ObjectKind::posix_shm, {.device = {0, 24}, .inode = 2}, "/dev/shm/psm_1", Bytes{8192}}};
  facts.open = {file_end(kOne, 4, "/tmp/lock", S_IFREG)};
  facts.locks = {{.number = 1, .type = "FLOCK", .writes = true, .pid = kOne, .device = {8, 1}, .inode = 77},
                 {.number = 1,
                  .waits = true,
                  .type = "FLOCK",
                  .writes = true,
                  .pid = kOutside,
                  .device = {8, 1},
                  .inode = 77}};
  const auto channels = link_channels(facts);
  REQUIRE(channels.size() == 3);
  CHECK(channels[0].type == ChannelType::semaphore);
  CHECK(channels[0].ends.size() == 2);
  CHECK(channels[1].note.find("SharedMemory") != std::string::npos);
  CHECK(channels[1].size == Bytes{8192});
  CHECK(channels[2].name == "/tmp/lock");
  CHECK(channels[2].ends[0].role == EndRole::hold);
  CHECK(channels[2].ends[1].role == EndRole::wait);
  CHECK_FALSE(channels[2].ends[1].inside);
}

std::string dot_of(const ChannelFacts& facts, const pstat::Comms& comms) {
  Buffer buffer;
  pstat::append_dot(buffer, link_channels(facts), comms);
  return std::string(buffer.view());
}

TEST_CASE("in a graph a pipe points to its reader, and names cannot end a quote", "[pstat]") {
  auto facts = facts_of_two();
  facts.open = {end_of(kOne, 3, "pipe:[5]", O_WRONLY), end_of(kTwo, 4, "pipe:[5]", O_RDONLY)};
  const auto text = dot_of(facts, {{kOne, "a\"b\\c\n"}, {kTwo, "reader"}});
  CHECK(text.find("p10 -> p20 [dir=forward, label=\"pipe\"]") != std::string::npos);
  CHECK(text.find("p10 [label=\"10 a\\\"b\\\\c\\\\n\"]") != std::string::npos);
}

TEST_CASE("a channel of three processes is a node of a graph", "[pstat]") {
  auto facts = facts_of_two();
  facts.open = {end_of(kOne, 3, "pipe:[5]", O_WRONLY), end_of(kTwo, 4, "pipe:[5]", O_RDONLY),
                end_of(kOutside, 4, "pipe:[5]", O_RDONLY)};
  const auto text = dot_of(facts, {{kOne, "a"}, {kTwo, "b"}, {kOutside, "c"}});
  CHECK(text.find("c0 [shape=box, label=\"pipe\"]") != std::string::npos);
  CHECK(text.find("p20 -> c0 [dir=back]") != std::string::npos);
  CHECK(text.find("p99 [label=\"99 c\", style=dashed]") != std::string::npos);
}

}  // namespace
}  // namespace pageloupe
