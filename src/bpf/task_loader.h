/* SPDX-License-Identifier: MIT */
/* The generated loader of the iterator over tasks is C: so is this door to it. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/* Loads the program and returns the descriptor of its link, to be closed by the caller; -errno otherwise.
 * `cpus` is how many CPUs this machine may have, for exact RSS. */
int pageloupe_load_tasks(unsigned int cpus);

#ifdef __cplusplus
}
#endif
