// SPDX-License-Identifier: MIT
// Catch2's main, compiled once; with Catch2 3 the library brings it.
#if !__has_include(<catch2/catch_all.hpp>)
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif
