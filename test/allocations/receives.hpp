// Counts the program's calls of recv(2) and recvmsg(2): link receives.cpp into it.
#pragma once

#include <cstddef>

namespace sockeye::test {

std::size_t receives();  ///< so far

}  // namespace sockeye::test
