// SPDX-License-Identifier: MIT
// An iterator over the tasks of this PID namespace: a record for each process. Runs in the kernel, once for
// each task, while its descriptor is read. The structures are written down as far as they are used: their
// places are found when the program is loaded, by the kernel's BTF.
//
// No pointer is followed by type: for each of those, kernels before 6.19 search all their types' names as
// they check the program, which takes most of a second. Copies of the structures are made instead, and read.

// clang-format off: libbpf's headers need the kernel's before them.
#include <linux/bpf.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
// clang-format on

#include "task_record.h"

// The kernel lends the helpers that are used here to programs under the GPL and this licence beside it.
char LICENSE[] SEC("license") = "Dual MIT/GPL";

#define KERNEL __attribute__((preserve_access_index))

struct upid {
  int nr;
} KERNEL;
struct pid {
  unsigned int level;
  struct upid numbers[1];
} KERNEL;
typedef struct {
  unsigned int val;
} kernel_id;
struct cred {
  kernel_id euid;
  kernel_id egid;
} KERNEL;
struct tty_driver {
  int major;
  int minor_start;
} KERNEL;
struct tty_struct {
  int index;
  struct tty_driver* driver;
  struct {
    struct pid* pgrp;
  } ctrl;
} KERNEL;
struct rlimit {
  unsigned long rlim_cur;
} KERNEL;
struct prev_cputime {
  __u64 utime;
  __u64 stime;
} KERNEL;
struct sigset {
  unsigned long sig[1];
};
typedef struct sigset sigset_t;
struct sigpending {
  sigset_t signal;
} KERNEL;
struct sigaction {
  void* sa_handler;
} KERNEL;
struct k_sigaction {
  struct sigaction sa;
} KERNEL;
struct sighand_struct {
  struct k_sigaction action[64];
} KERNEL;
struct list_head {
  struct list_head* next;
} KERNEL;
struct signal_struct {
  int nr_threads;
  struct list_head thread_head;
  struct {
    unsigned int sequence;  // the first member, whatever the lock is made of
  } stats_lock;
  struct pid* pids[4];
  struct tty_struct* tty;
  __u64 utime, stime, cutime, cstime, gtime, cgtime;
  struct prev_cputime prev_cputime;
  unsigned long min_flt, maj_flt, cmin_flt, cmaj_flt;
  unsigned long long sum_sched_runtime;
  struct rlimit rlim[16];
} KERNEL;
struct percpu_counter {
  __s64 count;
  __s32* counters;
} KERNEL;
struct mm_struct {
  unsigned long total_vm, data_vm, stack_vm;
  unsigned long start_code, end_code, start_data, end_data, start_brk, start_stack;
  struct percpu_counter rss_stat[4];
} KERNEL;
// Before Linux 6.2 the counters were plain.
struct mm_rss_stat {
  __s64 count[4];
} KERNEL;
struct mm_struct___plain {
  struct mm_rss_stat rss_stat;
} KERNEL;
struct sched_entity {
  __u64 sum_exec_runtime;
} KERNEL;
struct task_delay_info {
  __u64 blkio_delay;
} KERNEL;
struct thread_info {
  unsigned int cpu;
} KERNEL;
struct task_struct {
  struct thread_info thread_info;
  unsigned int __state;
  int exit_state;
  unsigned int flags;
  int prio, static_prio;
  unsigned int rt_priority;
  unsigned int policy;
  struct sched_entity se;
  struct mm_struct* mm;
  int exit_signal;
  int pid, tgid;
  struct task_struct* real_parent;
  struct task_struct* group_leader;
  struct pid* thread_pid;
  struct list_head thread_node;
  __u64 utime, stime, gtime;
  __u64 start_boottime;
  unsigned long min_flt, maj_flt;
  const struct cred* real_cred;
  char comm[16];
  struct signal_struct* signal;
  struct sighand_struct* sighand;
  sigset_t blocked;
  struct sigpending pending;
  struct task_delay_info* delays;
} KERNEL;
struct seq_file;
struct bpf_iter_meta {
  struct seq_file* seq;
} KERNEL;
struct bpf_iter__task {
  struct bpf_iter_meta* meta;
  struct task_struct* task;
} KERNEL;

enum { kPidTgid = 1, kPidPgid = 2, kPidSid = 3 };
enum { kRlimitRss = 5, kSignals = 31, kMostCpus = 64 };
enum { kWorkqueueWorker = 0x20, kKernelThread = 0x00200000 };

// Set by who loads the program: how many CPUs there may be; 0: do not add up.
unsigned int cpus = 0;

// How far the part of each CPU is from what a per-CPU pointer says. The kernel's own table of it has no name
// that a program could rely on: a per-CPU map tells both, where an element's parts are and what the pointer
// to them says.
unsigned long offsets[kMostCpus] = {};
int offsets_known = 0;
unsigned long address = 0;
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u64);
} anchor SEC(".maps");
struct bpf_array {
  void* pptrs[1];
} KERNEL;

// One reader at a time: what is written, and what is copied of the kernel's structures.
struct task_record record = {};
char signal_copy[1536] = {};
char memory_copy[1024] = {};
char action_copy[1024] = {};

// Copies as much of `from` as the buffer holds, which begins at the member `first`.
#define COPY(buffer, type, from, first) \
  bpf_probe_read_kernel(buffer, sizeof(buffer), (const char*)(from) + bpf_core_field_offset(type, first))

// A member: of the copy, or where this kernel has it too far away, of the structure itself.
#define MEMBER(buffer, type, from, first, member)                                             \
  ({                                                                                          \
    typeof(((type*)0)->member) value_ = 0;                                                    \
    const long place_ =                                                                       \
        (long)bpf_core_field_offset(type, member) - (long)bpf_core_field_offset(type, first); \
    if (place_ >= 0 && place_ + (long)sizeof(value_) <= (long)sizeof(buffer)) {               \
      value_ = *(typeof(value_)*)((buffer) + place_);                                         \
    } else {                                                                                  \
      bpf_probe_read_kernel(&value_, sizeof(value_),                                          \
                            (const char*)(from) + bpf_core_field_offset(type, member));       \
    }                                                                                         \
    value_;                                                                                   \
  })
#define SIGNAL(member) MEMBER(signal_copy, struct signal_struct, signal, nr_threads, member)
#define MEMORY(member) MEMBER(memory_copy, struct mm_struct, mm, total_vm, member)

static __always_inline int number(const struct pid* pid, unsigned int level) {
  int nr = 0;
  // Of a namespace that does not see it.
  if (!pid || BPF_CORE_READ(pid, level) < level) return 0;
  bpf_probe_read_kernel(&nr, sizeof(nr), &pid->numbers[level].nr);
  return nr;
}

// The place of a CPU, in a way in which the kernel sees that it is one; nothing beyond the last.
static __always_inline unsigned long* offset_of(__u32 cpu) {
  unsigned long place = cpu;
  asm volatile("" : "+r"(place));
  return place < kMostCpus ? &offsets[place] : 0;
}

// By way of memory a pointer becomes a number, which may be calculated with.
static __always_inline unsigned long number_of(const void* pointer) {
  *(const void* volatile*)&address = pointer;
  return *(volatile unsigned long*)&address;
}

static long find_offset(__u32 cpu, void* context) {
  const __u32 first = 0;
  const void* part = bpf_map_lookup_percpu_elem(&anchor, &first, cpu);
  unsigned long* offset = offset_of(cpu);
  if (!offset || !part) return 1;
  *offset = number_of(part) - *(const unsigned long*)context;
  return 0;
}

static __always_inline void find_offsets(void) {
  if (offsets_known || cpus == 0) return;
  const struct bpf_array* array = (const void*)number_of(&anchor);
  unsigned long pointer = 0;
  bpf_probe_read_kernel(&pointer, sizeof(pointer), &array->pptrs[0]);
  bpf_loop(cpus, find_offset, &pointer, 0);
  offsets_known = 1;
}

// The parts that the CPUs have of a counter; a loop that the kernel checks once, not round by round.
struct parts {
  const char* parts;
  __s64 sum;
};
static long add_part(__u32 cpu, void* context) {
  struct parts* counter = context;
  __s32 part = 0;
  const unsigned long* offset = offset_of(cpu);
  if (!offset) return 1;
  bpf_probe_read_kernel(&part, sizeof(part), counter->parts + *offset);
  counter->sum += part;
  return 0;
}

static __always_inline void read_counter(const struct percpu_counter* counter, __s64* common, __s64* exact) {
  struct parts parts = {(const char*)BPF_CORE_READ(counter, counters), BPF_CORE_READ(counter, count)};
  *common = parts.sum;
  bpf_loop(cpus, add_part, &parts, 0);
  *exact = parts.sum;
}

static __always_inline void read_plain(const void* counter, __s64* common, __s64* exact) {
  bpf_probe_read_kernel(common, sizeof(*common), counter);
  *exact = *common;
}

// Places are written as numbers: where an element begins is found by the loader only for those.
static __always_inline void read_rss(const struct mm_struct* mm) {
  enum { kFile = 0, kAnon = 1, kShmem = 3 };
  if (bpf_core_type_exists(struct mm_rss_stat)) {
    const struct mm_struct___plain* plain = (const void*)mm;
    read_plain(&plain->rss_stat.count[kFile], &record.rss_parts[0], &record.rss[0]);
    read_plain(&plain->rss_stat.count[kAnon], &record.rss_parts[1], &record.rss[1]);
    read_plain(&plain->rss_stat.count[kShmem], &record.rss_parts[2], &record.rss[2]);
    record.what |= kTaskRssExact;
    return;
  }
  read_counter(&mm->rss_stat[kFile], &record.rss_parts[0], &record.rss[0]);
  read_counter(&mm->rss_stat[kAnon], &record.rss_parts[1], &record.rss[1]);
  read_counter(&mm->rss_stat[kShmem], &record.rss_parts[2], &record.rss[2]);
  if (cpus > 0) record.what |= kTaskRssExact;
}

static __always_inline void read_memory(struct task_struct* task) {
  const struct mm_struct* mm = BPF_CORE_READ(task, mm);
  // A kernel thread borrows the memory of others.
  if (!mm || (record.flags & kKernelThread)) return;
  record.what |= kTaskHasMemory;
  COPY(memory_copy, struct mm_struct, mm, total_vm);
  record.total_vm = MEMORY(total_vm);
  record.data_vm = MEMORY(data_vm);
  record.stack_vm = MEMORY(stack_vm);
  record.start_code = MEMORY(start_code);
  record.end_code = MEMORY(end_code);
  record.start_data = MEMORY(start_data);
  record.end_data = MEMORY(end_data);
  record.start_brk = MEMORY(start_brk);
  record.start_stack = MEMORY(start_stack);
  read_rss(mm);
  if (BPF_CORE_READ(task, mm) != mm) record.what |= kTaskMoved;
}

static __always_inline void read_signals(struct task_struct* task) {
  const struct sighand_struct* sighand = BPF_CORE_READ(task, sighand);
  const unsigned int size = bpf_core_type_size(struct k_sigaction);
  record.pending = task->pending.signal.sig[0];
  record.blocked = task->blocked.sig[0];
  if (!sighand) {
    record.what |= kTaskMoved;
    return;
  }
  COPY(action_copy, struct sighand_struct, sighand, action);
  for (unsigned int i = 0; i < kSignals; ++i) {
    const unsigned int place = i * size;
    if (place > sizeof(action_copy) - sizeof(unsigned long)) break;
    const unsigned long handler = *(const unsigned long*)(action_copy + place);
    record.ignored |= (__u64)(handler == 1) << i;
    record.caught |= (__u64)(handler > 1) << i;
  }
}

static __always_inline void read_terminal(const struct tty_struct* tty, unsigned int level) {
  record.tpgid = -1;
  if (!tty) return;
  const struct tty_driver* driver = BPF_CORE_READ(tty, driver);
  record.tty_major = BPF_CORE_READ(driver, major);
  record.tty_minor = BPF_CORE_READ(driver, minor_start) + BPF_CORE_READ(tty, index);
  record.tpgid = number(BPF_CORE_READ(tty, ctrl.pgrp), level);
}

static __always_inline void read_group(const struct signal_struct* signal, unsigned int level) {
  record.pgrp = number(SIGNAL(pids[kPidPgid]), level);
  record.session = number(SIGNAL(pids[kPidSid]), level);
  read_terminal(SIGNAL(tty), level);
  record.rsslim = SIGNAL(rlim[kRlimitRss].rlim_cur);
  record.prev_utime = SIGNAL(prev_cputime.utime);
  record.prev_stime = SIGNAL(prev_cputime.stime);
  record.cutime = SIGNAL(cutime);
  record.cstime = SIGNAL(cstime);
  record.cgtime = SIGNAL(cgtime);
  record.cminflt = SIGNAL(cmin_flt);
  record.cmajflt = SIGNAL(cmaj_flt);
}

// The threads of a process, one after the other; under RCU, which the iterator holds.
struct walk {
  const struct list_head* node;
  const struct list_head* end;
};
static long add_thread(__u32 index, void* context) {
  struct walk* walk = context;
  const struct list_head* node = walk->node;
  if (!node || node == walk->end) return 1;
  const struct task_struct* thread =
      (const void*)((const char*)node - bpf_core_field_offset(struct task_struct, thread_node));
  record.utime += BPF_CORE_READ(thread, utime);
  record.stime += BPF_CORE_READ(thread, stime);
  record.gtime += BPF_CORE_READ(thread, gtime);
  record.runtime += BPF_CORE_READ(thread, se.sum_exec_runtime);
  record.minflt += BPF_CORE_READ(thread, min_flt);
  record.majflt += BPF_CORE_READ(thread, maj_flt);
  walk->node = BPF_CORE_READ(node, next);
  return 0;
}

// A thread that ends adds what it counted to its process's sums, under a lock whose number tells that it did.
static __always_inline void read_sums(struct task_struct* task, const struct signal_struct* signal) {
  const void* lock = (const char*)signal + bpf_core_field_offset(struct signal_struct, stats_lock);
  unsigned int before = 0;
  unsigned int after = 0;
  bpf_probe_read_kernel(&before, sizeof(before), lock);
  COPY(signal_copy, struct signal_struct, signal, nr_threads);
  record.utime = SIGNAL(utime);
  record.stime = SIGNAL(stime);
  record.gtime = SIGNAL(gtime);
  record.runtime = SIGNAL(sum_sched_runtime);
  record.minflt = SIGNAL(min_flt);
  record.majflt = SIGNAL(maj_flt);
  record.num_threads = SIGNAL(nr_threads);
  if (record.num_threads == 1) {
    record.utime += task->utime;
    record.stime += task->stime;
    record.gtime += task->gtime;
    record.runtime += task->se.sum_exec_runtime;
    record.minflt += task->min_flt;
    record.majflt += task->maj_flt;
  } else {
    struct walk walk = {
        BPF_CORE_READ(signal, thread_head.next),
        (const void*)((const char*)signal + bpf_core_field_offset(struct signal_struct, thread_head))};
    // A thread more than they are said to be: of a list that grows meanwhile, all.
    bpf_loop((unsigned int)record.num_threads + 64, add_thread, &walk, 0);
    if (walk.node != walk.end) record.what |= kTaskMoved;
  }
  bpf_probe_read_kernel(&after, sizeof(after), lock);
  if (before != after || (before & 1)) record.what |= kTaskMoved;
}

static __always_inline void read_process(struct task_struct* task, const struct signal_struct* signal,
                                         unsigned int level) {
  record.ppid = number(BPF_CORE_READ(task, real_parent, signal, pids[kPidTgid]), level);
  record.state = task->__state;
  record.exit_state = task->exit_state;
  record.flags = task->flags;
  record.prio = task->prio;
  record.static_prio = task->static_prio;
  record.rt_priority = task->rt_priority;
  record.policy = task->policy;
  record.exit_signal = task->exit_signal;
  record.processor = task->thread_info.cpu;
  record.start_boottime = task->start_boottime;
  const struct cred* cred = BPF_CORE_READ(task, real_cred);
  record.euid = BPF_CORE_READ(cred, euid.val);
  record.egid = BPF_CORE_READ(cred, egid.val);
  const struct task_delay_info* delays = BPF_CORE_READ(task, delays);
  if (delays) record.blkio_delay = BPF_CORE_READ(delays, blkio_delay);
  read_sums(task, signal);
  read_group(signal, level);
  read_signals(task);
  read_memory(task);
  bpf_probe_read_kernel(record.comm, sizeof(record.comm), task->comm);
  // A kernel thread's longer name stands elsewhere, and a worker's is put together when it is asked.
  if ((record.flags & kKernelThread) && ((record.flags & kWorkqueueWorker) || record.comm[14] != 0))
    record.what |= kTaskNoName;
}

SEC("iter/task")
int processes(struct bpf_iter__task* context) {
  struct seq_file* seq = context->meta->seq;
  struct task_struct* task = context->task;
  if (!task || task->pid != task->tgid) return 0;
  const struct task_struct* reader = (const struct task_struct*)bpf_get_current_task();
  const unsigned int level = BPF_CORE_READ(reader, thread_pid, level);
  const struct signal_struct* signal = BPF_CORE_READ(task, signal);
  find_offsets();
  __builtin_memset(&record, 0, sizeof(record));
  record.tgid = number(BPF_CORE_READ(signal, pids[kPidTgid]), level);
  read_process(task, signal, level);
  bpf_seq_write(seq, &record, sizeof(record));
  return 0;
}
