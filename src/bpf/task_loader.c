/* SPDX-License-Identifier: MIT */
#include "bpf/task_loader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf/task_record.h"
/* Generated; after what it needs. */
#include "task_iterator.lskel.h"

int pageloupe_load_tasks(unsigned int cpus) {
  struct task_iterator* iterator = task_iterator__open();
  if (!iterator) return -ENOMEM;
  iterator->bss->cpus = cpus;
  int link = task_iterator__load(iterator);
  if (link == 0) link = task_iterator__attach(iterator);
  if (link >= 0) {
    /* The link keeps the program, and the program its maps. */
    link = fcntl(iterator->links.processes_fd, F_DUPFD_CLOEXEC, 3);
    if (link < 0) link = -errno;
  }
  task_iterator__destroy(iterator);
  return link;
}
