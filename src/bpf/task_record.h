/* SPDX-License-Identifier: MIT */
/* What the iterator over tasks writes, a record for each process: shared by the program in the kernel and its
 * reader. The kernel's own words; times are nanoseconds, sizes pages. */
#pragma once

#ifdef __bpf__
typedef unsigned char record_u8;
typedef int record_s32;
typedef unsigned int record_u32;
typedef long long record_s64;
typedef unsigned long long record_u64;
#else
#include <stdint.h>
typedef uint8_t record_u8;
typedef int32_t record_s32;
typedef uint32_t record_u32;
typedef int64_t record_s64;
typedef uint64_t record_u64;
#endif

enum {
  kTaskHasMemory = 1,
  kTaskRssExact = 2, /* the parts of all CPUs were added up */
  kTaskNoName = 4,   /* a kernel thread with a name that the kernel puts together when it is asked */
  kTaskMoved = 8,    /* its threads, memory or signals changed hands while they were read */
};

struct task_record {
  record_u32 what; /* kTask… */
  record_s32 tgid;
  record_s32 ppid;
  record_s32 pgrp;
  record_s32 session;
  record_s32 tty_major;
  record_s32 tty_minor;
  record_s32 tpgid;
  record_u32 state;
  record_u32 exit_state;
  record_u32 flags;
  record_s32 prio;
  record_s32 static_prio;
  record_u32 rt_priority;
  record_u32 policy;
  record_s32 num_threads;
  record_s32 exit_signal;
  record_s32 processor;
  record_u32 euid;
  record_u32 egid;
  record_u64 start_boottime;
  record_u64 rsslim;
  /* Sums over the threads that are there and those that have ended. */
  record_u64 utime;
  record_u64 stime;
  record_u64 gtime;
  record_u64 runtime; /* sum_exec_runtime: what utime and stime are scaled to */
  record_u64 minflt;
  record_u64 majflt;
  record_u64 prev_utime; /* what the kernel said last: it never says less */
  record_u64 prev_stime;
  /* Sums over the children that were waited for. */
  record_u64 cutime;
  record_u64 cstime;
  record_u64 cgtime;
  record_u64 cminflt;
  record_u64 cmajflt;
  /* The task's own again. */
  record_u64 blkio_delay;
  record_u64 pending;
  record_u64 blocked;
  record_u64 ignored;
  record_u64 caught;
  /* mm_struct; 0 where there is none. */
  record_u64 total_vm;
  record_u64 data_vm;
  record_u64 stack_vm;
  record_u64 start_code;
  record_u64 end_code;
  record_u64 start_data;
  record_u64 end_data;
  record_u64 start_brk;
  record_u64 start_stack;
  record_s64 rss_parts[3]; /* file, anonymous, shared memory, as the counters' common part has them */
  record_s64 rss[3];       /* the same, exact where kTaskRssExact */
  char comm[16];
};
