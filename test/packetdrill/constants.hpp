// The numbers that scripts write as names: "O_RDWR|O_NONBLOCK".
#pragma once

#include <string>

namespace sockeye::packetdrill::test {

/// @throws std::invalid_argument for a name that it does not know
long evaluate(const std::string& expression);

}  // namespace sockeye::packetdrill::test
