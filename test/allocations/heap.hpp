// Counts what the program takes from the heap by new: link heap.cpp into it.
#pragma once

#include <cstddef>

namespace sockeye::test {

struct Heap {
    std::size_t allocations = 0;  ///< so far
    std::size_t octets = 0;       ///< in use now, with what malloc rounds up
};

Heap heap();

}  // namespace sockeye::test
