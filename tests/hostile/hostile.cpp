// SPDX-License-Identifier: MIT
// Processes that are meant to harm who looks at them: each becomes what its first argument says, prints
// "ready", and waits until its standard input closes.
//
//   hostile name HEX        a comm of these bytes
//   hostile wait ANYTHING…  whatever its arguments, environment and mapped files are
//   hostile title HEX       its arguments overwritten by these bytes, without an end
//   hostile no-arguments    executed with none at all
//   hostile reserve TIB     so much address space without rights, in mappings of 1 TiB
//   hostile threads COUNT   so many, each with a comm of its own that is not printable
//   hostile path FOLDER     maps a file whose path has nearly 4,096 bytes
//   hostile map FILE…       maps these files
//   hostile exec            becomes itself again and again, under another comm
//   hostile identity RATE PADDING   processes that come and go, whose parts say whose they are; see live()
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <span>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vector>

namespace {

constexpr std::size_t kPage = 4096;
constexpr int kReserved = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::_Exit(1);
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return bytes;
}

void wait_for_end() {
  std::puts("ready");
  std::fflush(stdout);
  std::array<char, 64> bytes{};
  while (::read(STDIN_FILENO, bytes.data(), bytes.size()) > 0) {
  }
}

// Where the kernel looks for the arguments.
std::span<char> argument_room(char** argv) {
  char* end = argv[0];
  for (char** word = argv; *word != nullptr; ++word) end = *word + std::strlen(*word) + 1;
  return {argv[0], static_cast<std::size_t>(end - argv[0])};
}

void become_title(char** argv, const std::string& title) {
  std::size_t i = 0;
  for (char& byte : argument_room(argv)) byte = title[i++ % title.size()];
}

void reserve(std::size_t tib) {
  constexpr std::size_t kTib = std::size_t{1} << 40U;
  for (std::size_t i = 0; i < tib; ++i) {
    // The same rights side by side would be one mapping.
    void* const at = ::mmap(nullptr, kTib, i % 2 == 0 ? PROT_NONE : PROT_READ, kReserved, -1, 0);
    if (at == MAP_FAILED) die("mmap");
  }
}

void* idle(void* number) {
  std::array<char, 16> name{};
  std::snprintf(name.data(), name.size(), "\x1b[%zum\n\xff) ", reinterpret_cast<std::size_t>(number));
  ::prctl(PR_SET_NAME, name.data());
  for (;;) ::pause();
}

void start_threads(std::size_t count) {
  pthread_attr_t attributes{};
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, 16 * kPage);
  for (std::size_t i = 0; i < count; ++i) {
    pthread_t thread{};
    if (::pthread_create(&thread, &attributes, idle, reinterpret_cast<void*>(i)) != 0) die("pthread_create");
  }
}

void map_file(int folder, const char* name) {
  const int fd = ::openat(folder, name, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0 || ::ftruncate(fd, kPage) != 0) die(name);
  if (::mmap(nullptr, kPage, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED) die("mmap");
  ::close(fd);
}

void map_deep(const std::string& folder) {
  const std::string part(250, '\x1b');
  auto length = folder.size();
  int at = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  for (; length + part.size() + 1 < 4080; length += part.size() + 1) {
    if (::mkdirat(at, part.c_str(), 0700) != 0) die("mkdirat");
    at = ::openat(at, part.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  }
  if (at < 0) die("openat");
  map_file(at, std::string(4094 - length, 'x').c_str());
}

// Until its input closes; a moment in each life, so that it is met in every state.
[[noreturn]] void exec_again(int number) {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  if (number == 0) {
    std::puts("ready");
    std::fflush(stdout);
  }
  ::prctl(PR_SET_NAME, number % 2 == 0 ? "\x1b[31m" : "\xc2\x9b\n");
  if (::poll(&input, 1, number % 7) != 0) std::_Exit(0);
  const auto next = std::to_string(number + 1);
  const std::array<const char*, 4> words{"\x1b]0;x\a", "exec", next.c_str(), nullptr};
  ::execv("/proc/self/exe", const_cast<char* const*>(words.data()));
  die("execv");
}

// One that is born, says in all of its parts who it is, and goes: N stands in its comm "idN", in its
// arguments "identity PID N", and in its address space, which has N mod 4096 + 1 more pages than the
// parent's.
[[noreturn]] void live(std::uint32_t number, std::span<char> arguments) {
  std::array<char, 16> comm{};
  std::snprintf(comm.data(), comm.size(), "id%u", number);
  const auto size = (number % 4096 + 1) * kPage;
  if (::mmap(nullptr, size, PROT_READ | PROT_WRITE, kReserved, -1, 0) == MAP_FAILED) std::_Exit(1);
  // Once the comm has changed, all has.
  std::ranges::fill(arguments, '\0');
  std::snprintf(arguments.data(), arguments.size(), "identity %d %u", ::getpid(), number);
  ::prctl(PR_SET_NAME, comm.data());
  const timespec life{.tv_sec = 0, .tv_nsec = 25'000'000};
  ::nanosleep(&life, nullptr);
  std::_Exit(0);
}

void identities(long rate, char** argv) {
  const auto arguments = argument_room(argv);  // a further one makes it long enough
  constexpr long kPauses = 100;
  ::signal(SIGCHLD, SIG_IGN);
  std::puts("ready");
  std::fflush(stdout);
  timespec next{};
  ::clock_gettime(CLOCK_MONOTONIC, &next);
  std::uint32_t number = 0;
  for (pollfd input{STDIN_FILENO, POLLIN, 0}; ::poll(&input, 1, 0) == 0;) {
    for (long i = 0; i < rate / kPauses; ++i) {
      if (++number; ::fork() == 0) live(number, arguments);
    }
    next.tv_nsec += 1'000'000'000 / kPauses;
    if (next.tv_nsec >= 1'000'000'000) {
      next.tv_nsec -= 1'000'000'000;
      ++next.tv_sec;
    }
    ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, nullptr);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 0 || argv[0][0] == '\0') {  // since Linux 5.18 there is an empty one
    wait_for_end();
    return 0;
  }
  const std::string_view what = argc > 1 ? argv[1] : "";
  const char* const value = argc > 2 ? argv[2] : "0";
  if (what == "no-arguments") {
    char* const nothing = nullptr;
    ::execve("/proc/self/exe", const_cast<char* const*>(&nothing), const_cast<char* const*>(&nothing));
    die("execve");
  }
  if (what == "exec") exec_again(std::atoi(value));
  if (what == "identity") {
    identities(std::atol(value), argv);
    return 0;
  }
  if (what == "name") ::prctl(PR_SET_NAME, from_hex(value).c_str());
  if (what == "title") become_title(argv, from_hex(value));
  if (what == "reserve") reserve(std::strtoull(value, nullptr, 10));
  if (what == "threads") start_threads(std::strtoull(value, nullptr, 10));
  if (what == "path") map_deep(value);
  if (what == "map") {
    for (int i = 2; i < argc; ++i) map_file(AT_FDCWD, argv[i]);
  }
  wait_for_end();
  return 0;
}
