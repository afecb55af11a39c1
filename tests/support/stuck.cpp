// SPDX-License-Identifier: MIT
// Processes and mounts that do not answer.
//
//   stuck lock                it holds the lock of its memory (mmap_lock) for ever: with it, it waits for a
//                             FUSE server that does not take what was written to a mapped file
//   stuck vfork               it waits for a child that shares its memory
//   stuck mounts PROGRAM ...  runs the program where files of /proc are on a FUSE file system whose server
//                             does not answer, as those of lxcfs may be
//
// The first two say "ready PID", with that of the process, and end when their input does. Needs root.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/fuse.h>
#include <string>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

constexpr int kSkipped = 77;

[[noreturn]] void give_up(const char* what) {
  std::printf("skipped: %s: %s\n", what, std::strerror(errno));
  std::fflush(stdout);
  std::_Exit(kSkipped);
}

int wait_for_the_end(pid_t pid) {
  std::printf("ready %d\n", static_cast<int>(pid));
  std::fflush(stdout);
  char c = 0;
  while (::read(0, &c, 1) > 0) {
  }
  return 0;
}

int wait_for_vfork() {
  const auto pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::vfork() == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      for (;;) ::pause();
    }
    ::_exit(0);
  }
  ::usleep(100'000);
  wait_for_the_end(pid);
  ::kill(pid, SIGKILL);
  return 0;
}

enum class Opens { no, yes };

constexpr std::size_t kPage = 4096;

// Knows the names of any file. Files that are opened can be read, and what is written is never taken.
void serve(int fuse, Opens opens) {
  std::vector<char> request(1 << 17);
  const auto reply = [fuse](std::uint64_t unique, int error, const void* body, std::size_t length) {
    std::string text(sizeof(fuse_out_header) + length, '\0');
    fuse_out_header head{};
    head.len = static_cast<std::uint32_t>(text.size());
    head.error = error;
    head.unique = unique;
    std::memcpy(text.data(), &head, sizeof head);
    if (length != 0) std::memcpy(text.data() + sizeof head, body, length);
    static_cast<void>(::write(fuse, text.data(), text.size()));
  };
  while (::read(fuse, request.data(), request.size()) > 0) {
    fuse_in_header head{};
    std::memcpy(&head, request.data(), sizeof head);
    const bool root = head.nodeid == FUSE_ROOT_ID && head.opcode != FUSE_LOOKUP;
    fuse_attr attr{};
    attr.ino = root ? FUSE_ROOT_ID : 2;
    attr.mode = root ? S_IFDIR | 0755 : S_IFREG | 0644;
    attr.size = kPage;
    attr.nlink = 1;
    const fuse_attr_out with_attr{3600, 0, 0, attr};
    if (head.opcode == FUSE_INIT) {
      fuse_init_out out{};
      out.major = FUSE_KERNEL_VERSION;
      out.minor = FUSE_KERNEL_MINOR_VERSION;
      out.max_write = kPage;
      reply(head.unique, 0, &out, sizeof out);
    } else if (head.opcode == FUSE_LOOKUP) {
      fuse_entry_out out{};
      out.nodeid = 2;
      out.entry_valid = out.attr_valid = 3600;
      out.attr = attr;
      reply(head.unique, 0, &out, sizeof out);
    } else if (head.opcode == FUSE_GETATTR || head.opcode == FUSE_SETATTR) {
      reply(head.unique, 0, &with_attr, sizeof with_attr);
    } else if (head.opcode == FUSE_OPEN && opens == Opens::yes) {
      fuse_open_out out{};
      out.fh = 1;
      reply(head.unique, 0, &out, sizeof out);
    } else if (head.opcode == FUSE_READ) {
      const std::string zeros(kPage, '\0');
      reply(head.unique, 0, zeros.data(), zeros.size());
    } else if (head.opcode != FUSE_WRITE && head.opcode != FUSE_OPEN && head.opcode != FUSE_FORGET) {
      reply(head.unique, -ENOSYS, nullptr, 0);
    }
  }
}

struct FuseMount {
  std::string folder;
  int server;
};

// In a mount namespace of its own.
FuseMount mount_fuse(Opens opens) {
  if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    give_up("a mount namespace of its own");
  const int fuse = ::open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (fuse < 0) give_up("/dev/fuse");
  char folder[] = "/tmp/pageloupe-fuse-XXXXXX";
  if (::mkdtemp(folder) == nullptr) give_up("mkdtemp");
  const auto options = "fd=" + std::to_string(fuse) + ",rootmode=40000,user_id=0,group_id=0,allow_other";
  if (::mount("stuck", folder, "fuse", MS_NOSUID | MS_NODEV, options.c_str()) != 0) give_up("mount of fuse");
  std::thread(serve, fuse, opens).detach();
  return {folder, fuse};
}

// The server ends with this process, if no other has its descriptor: then the kernel lets all go that wait
// for it.
[[noreturn]] void leave(const std::string& folder, int code) {
  ::umount2(folder.c_str(), MNT_DETACH);
  ::rmdir(folder.c_str());
  std::_Exit(code);
}

// The mapping is replaced while the kernel holds the lock; before it goes, what was written to it is written
// back.
[[noreturn]] void replace_written_mapping(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  auto* const memory = ::mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (file < 0 || memory == MAP_FAILED) ::_exit(kSkipped);
  *static_cast<volatile char*>(memory) = 1;
  static_cast<void>(::mmap(memory, kPage, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
  ::_exit(0);
}

int hold_lock() {
  const auto [folder, server] = mount_fuse(Opens::yes);
  const auto pid = ::fork();
  if (pid == 0) {
    ::close(server);
    replace_written_mapping(folder + "/file");
  }
  ::usleep(300'000);
  int status = 0;
  if (::waitpid(pid, &status, WNOHANG) != 0) {
    std::puts("skipped: the kernel writes back without the lock");
    std::fflush(stdout);
    leave(folder, kSkipped);
  }
  wait_for_the_end(pid);
  leave(folder, 0);
}

int run_with_mounts(char** program) {
  const auto [folder, server] = mount_fuse(Opens::no);
  for (const auto* name : {"meminfo", "stat", "uptime", "loadavg", "cpuinfo", "vmstat"}) {
    if (::mount((folder + "/file").c_str(), (std::string("/proc/") + name).c_str(), nullptr, MS_BIND,
                nullptr) != 0)
      give_up("mount over /proc");
  }
  const auto pid = ::fork();
  if (pid == 0) {
    ::close(server);
    ::execv(program[0], program);
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  leave(folder, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "lock") return hold_lock();
  if (mode == "vfork") return wait_for_vfork();
  if (mode == "mounts" && argc > 2) return run_with_mounts(argv + 2);
  std::fputs("usage: stuck lock|vfork|mounts PROGRAM [ARGUMENT]...\n", stderr);
  return 2;
}
