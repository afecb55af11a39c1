// SPDX-License-Identifier: MIT
// A process whose memory is known: it maps one of everything, says what it mapped, a JSON object a line, and
// waits until its standard input closes. Nothing moves meanwhile, so figures can be compared exactly.
//
//   target [ANYTHING…]                     the fixture: mappings of every kind, threads, children
//   target --vmas N [--file] [--resident]    N mappings of one page
//
// A line "touch" on standard input writes to the mapping "later".
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <string>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

constexpr std::size_t kKiB = 1024;
constexpr std::size_t kMiB = 1024 * kKiB;
constexpr int kReadWrite = PROT_READ | PROT_WRITE;
constexpr int kPrivate = MAP_PRIVATE | MAP_ANONYMOUS;

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::_Exit(1);
}

// Mappings of our own stand apart, at addresses of our own: what touches would become one.
class Places {
 public:
  std::byte* map(std::size_t size, int protection, int flags, int fd = -1) {
    void* wanted = reinterpret_cast<void*>(next_);  // NOLINT(performance-no-int-to-ptr): a place is a number
    next_ += (size + kHugePage - 1) / kHugePage * kHugePage + kGap;
    void* got = ::mmap(wanted, size, protection, flags | MAP_FIXED_NOREPLACE, fd, 0);
    return got == MAP_FAILED ? nullptr : static_cast<std::byte*>(got);
  }
  void* reserve(std::size_t size) {
    void* place = reinterpret_cast<void*>(next_);  // NOLINT(performance-no-int-to-ptr)
    next_ += size + kGap;
    return place;
  }

 private:
  static constexpr std::size_t kHugePage = 2 * kMiB;
  static constexpr std::size_t kGap = 4 * kMiB;
  std::uintptr_t next_ = 0x10'0000'0000;
};

struct Fact {
  const char* what;
  const char* kind;
  std::size_t size = 0;
  long long resident = -1;  // unknown
};

void say(const Fact& fact, const std::byte* start) {
  if (start == nullptr) return;  // this kernel or container has none
  std::printf(R"({"fact":"mapping","what":"%s","start":"0x%llx","size":%zu,"kind":"%s","resident":)",
              fact.what, static_cast<unsigned long long>(reinterpret_cast<std::uintptr_t>(start)), fact.size,
              fact.kind);
  if (fact.resident < 0) {
    std::puts("null}");
  } else {
    std::printf("%lld}\n", fact.resident);
  }
}

void touch(std::byte* start, std::size_t size) {
  if (start != nullptr) std::memset(start, 1, size);
}

void map_anonymous(Places& places, std::byte*& touched, std::byte*& later) {
  say({"lazy", "anon", 256 * kMiB, 0}, places.map(256 * kMiB, kReadWrite, kPrivate | MAP_NORESERVE));
  touched = places.map(16 * kMiB, kReadWrite, kPrivate);
  ::madvise(touched, 16 * kMiB, MADV_NOHUGEPAGE);
  touch(touched, 8 * kMiB);
  say({"touched", "anon", 16 * kMiB, 8 * kMiB}, touched);
  auto* huge = places.map(16 * kMiB, kReadWrite, kPrivate);
  ::madvise(huge, 16 * kMiB, MADV_HUGEPAGE);
  touch(huge, 16 * kMiB);
  say({"huge", "anon", 16 * kMiB, 16 * kMiB}, huge);
  auto* locked = places.map(kMiB, kReadWrite, kPrivate);
  const bool may_lock = ::mlock(locked, kMiB) == 0;
  say({may_lock ? "locked" : "unlocked", "anon", kMiB, may_lock ? static_cast<long long>(kMiB) : 0}, locked);
  later = places.map(100 * kMiB, kReadWrite, kPrivate | MAP_NORESERVE);
  ::madvise(later, 100 * kMiB, MADV_NOHUGEPAGE);
  say({"later", "anon", 100 * kMiB, 0}, later);
  auto* named = places.map(256 * kKiB, kReadWrite, kPrivate);
  const bool has_name = ::prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, named, 256 * kKiB, "a name, given") == 0;
  say({"named", has_name ? "named-anon" : "anon", 256 * kKiB, 0}, named);
}

void map_protected(Places& places) {
  say({"reservation", "reserved", 64 * kMiB, 0}, places.map(64 * kMiB, PROT_NONE, kPrivate | MAP_NORESERVE));
  auto* code = places.map(64 * kKiB, PROT_READ | PROT_WRITE | PROT_EXEC, kPrivate);
  touch(code, 4 * kKiB);
  say({"code", "jit", 64 * kKiB, 4 * kKiB}, code);
  auto* guarded = places.map(320 * kKiB, kReadWrite, kPrivate);
  ::mprotect(guarded, 64 * kKiB, PROT_NONE);
  say({"guard", "guard", 64 * kKiB, 0}, guarded);
  say({"above the guard", "anon", 256 * kKiB, 0}, guarded + 64 * kKiB);
}

std::byte* map_file(Places& places, int fd, std::size_t size, int flags) {
  if (fd < 0 || ::ftruncate(fd, static_cast<off_t>(size)) != 0) return nullptr;
  auto* start = places.map(size, kReadWrite, flags, fd);
  ::close(fd);
  return start;
}

void map_shared(Places& places, const std::string& shm_name) {
  auto* shared = places.map(4 * kMiB, kReadWrite, MAP_SHARED | MAP_ANONYMOUS);
  touch(shared, kMiB);
  say({"shared", "shared-anon", 4 * kMiB, kMiB}, shared);
  auto* posix =
      map_file(places, ::shm_open(shm_name.c_str(), O_CREAT | O_EXCL | O_RDWR, 0600), 8 * kMiB, MAP_SHARED);
  touch(posix, 4 * kMiB);
  say({"posix shm", "posix-shm", 8 * kMiB, 4 * kMiB}, posix);
  auto* memfd = map_file(places, ::memfd_create("target", MFD_CLOEXEC), 2 * kMiB, MAP_SHARED);
  touch(memfd, kMiB);
  say({"memfd", "memfd", 2 * kMiB, kMiB}, memfd);
  const int id = ::shmget(IPC_PRIVATE, kMiB, IPC_CREAT | 0600);
  void* attached = id < 0 ? nullptr : ::shmat(id, places.reserve(2 * kMiB), 0);
  if (id >= 0) ::shmctl(id, IPC_RMID, nullptr);  // goes with the last process that has it attached
  if (attached == nullptr || attached == reinterpret_cast<void*>(-1))
    return;  // NOLINT(performance-no-int-to-ptr)
  touch(static_cast<std::byte*>(attached), 512 * kKiB);
  say({"sysv shm", "sysv-shm", kMiB, 512 * kKiB}, static_cast<std::byte*>(attached));
  std::printf("{\"fact\":\"shmid\",\"shmid\":%d}\n", id);
}

int perf_descriptor() {
  perf_event_attr attr{};
  attr.size = sizeof attr;
  attr.type = PERF_TYPE_SOFTWARE;
  attr.config = PERF_COUNT_SW_DUMMY;
  attr.exclude_kernel = 1;
  return static_cast<int>(::syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC));
}

std::string temporary_name() {
  const char* directory = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): one thread yet
  return std::string(directory == nullptr ? "/tmp" : directory) + "/target of\ntests " +
         std::to_string(::getpid());
}

void map_files(Places& places) {
  const auto path = temporary_name();
  const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  auto* deleted = map_file(places, fd, 128 * kKiB, MAP_PRIVATE);
  if (fd >= 0) ::unlink(path.c_str());
  touch(deleted, 64 * kKiB);
  say({"deleted", "deleted", 128 * kKiB, 64 * kKiB}, deleted);
  const int zero = ::open("/dev/zero", O_RDWR | O_CLOEXEC);
  auto* zeroes = zero < 0 ? nullptr : places.map(64 * kKiB, kReadWrite, MAP_PRIVATE, zero);
  touch(zeroes, 16 * kKiB);
  say({"private zero", "anon", 64 * kKiB, 16 * kKiB}, zeroes);
  const int perf = perf_descriptor();
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  say({"device", "device", page, -1}, perf < 0 ? nullptr : places.map(page, PROT_READ, MAP_SHARED, perf));
  say({"huge pool", "hugetlb", 2 * kMiB, -1}, places.map(2 * kMiB, kReadWrite, kPrivate | MAP_HUGETLB));
}

void start_thread(const char* name, int ready) {
  std::thread([name, ready] {
    ::prctl(PR_SET_NAME, name);
    std::byte local{};
    std::printf("{\"fact\":\"thread\",\"tid\":%d,\"on_stack\":\"0x%llx\"}\n", ::gettid(),
                static_cast<unsigned long long>(reinterpret_cast<std::uintptr_t>(&local)));
    if (::write(ready, "t", 1) != 1) die("write");
    for (;;) ::pause();
  }).detach();
}

// Children say on `ready` that nothing of them will move any more; they go with their parent.
pid_t start_child(int ready, std::byte* rewrite, std::size_t size) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  touch(rewrite, size);
  if (::write(ready, "c", 1) != 1) std::_Exit(1);
  for (;;) ::pause();
}

pid_t start_zombie() {
  const pid_t child = ::fork();
  if (child == 0) std::_Exit(0);
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT);
  return child;
}

void await(int descriptor, int count) {
  char letter = 0;
  for (int i = 0; i < count; ++i) {
    if (::read(descriptor, &letter, 1) != 1) die("read");
  }
}

// Blocks without touching memory that has not been touched before.
void wait_for_end(std::byte* later) {
  std::array<char, 64> line{};
  for (;;) {
    const auto count = ::read(STDIN_FILENO, line.data(), line.size());
    if (count <= 0) return;
    if (line[0] != 't' || later == nullptr) continue;
    touch(later, 100 * kMiB);
    std::puts("{\"fact\":\"touched\"}");
    std::fflush(stdout);
  }
}

int run_fixture() {
  std::array<int, 2> ready{};
  if (::pipe2(ready.data(), O_CLOEXEC) != 0) die("pipe2");
  ::prctl(PR_SET_NAME, "h\x1b[2J\x9b\n) \xff");
  Places places;
  std::byte* touched = nullptr;
  std::byte* later = nullptr;
  touch(static_cast<std::byte*>(std::malloc(64 * kKiB)), 64 * kKiB);
  map_anonymous(places, touched, later);
  map_protected(places);
  const auto shm_name = "/target-of-tests-" + std::to_string(::getpid());
  map_shared(places, shm_name);
  map_files(places);
  start_thread("weird ) na\nme", ready[1]);
  await(ready[0], 1);
  start_thread("\x1b[2J\xc2\x9b\xff", ready[1]);
  await(ready[0], 1);
  std::fflush(stdout);  // or the children have it too
  const pid_t child = start_child(ready[1], nullptr, 0);
  const pid_t rewriter = start_child(ready[1], touched, 4 * kMiB);
  const pid_t zombie = start_zombie();
  await(ready[0], 2);
  std::printf("{\"fact\":\"ready\",\"pid\":%d,\"child\":%d,\"rewriter\":%d,\"zombie\":%d}\n", ::getpid(),
              child, rewriter, zombie);
  std::fflush(stdout);
  wait_for_end(later);
  ::shm_unlink(shm_name.c_str());
  for (const pid_t pid : {child, rewriter}) ::kill(pid, SIGKILL);
  std::_Exit(0);
}

struct VmaOptions {
  std::size_t count = 0;
  bool file = false;
  bool resident = false;
};

// Every other page is read-only: mappings of different rights stay apart.
int run_vmas(const VmaOptions& options) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto size = options.count * page;
  const auto path = temporary_name();
  const int fd = options.file ? ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600) : -1;
  if (options.file && (fd < 0 || ::ftruncate(fd, static_cast<off_t>(size)) != 0)) die("file");
  Places places;
  const int flags = options.file ? MAP_PRIVATE : kPrivate | MAP_NORESERVE;
  auto* start = places.map(size, kReadWrite, flags, fd);
  if (start == nullptr) die("mmap");
  ::madvise(start, size, MADV_NOHUGEPAGE);
  if (options.resident) touch(start, size);
  for (std::size_t i = 1; i < options.count; i += 2) {
    if (::mprotect(start + i * page, page, PROT_READ) != 0) die("mprotect");
  }
  std::printf("{\"fact\":\"ready\",\"pid\":%d,\"vmas\":%zu,\"page\":%zu}\n", ::getpid(), options.count, page);
  std::fflush(stdout);
  wait_for_end(nullptr);
  if (options.file) ::unlink(path.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  VmaOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--vmas" && i + 1 < argc) options.count = std::strtoull(argv[++i], nullptr, 10);
    if (argument == "--file") options.file = true;
    if (argument == "--resident") options.resident = true;
  }
  return options.count != 0 ? run_vmas(options) : run_fixture();
}
