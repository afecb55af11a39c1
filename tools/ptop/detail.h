// SPDX-License-Identifier: MIT
// The screen of one process.
#pragma once

#include "ptop/detail_view.h"

namespace pageloupe::ptop {

// Title with the age of what is shown, tabs, the list of the tab, what the keys do: size.rows lines at most,
// none wider than size.columns. Call arrange() before, when the data has changed.
void show_detail(Frame& frame, const DetailData& data, const DetailView& view, Size size);

}  // namespace pageloupe::ptop
