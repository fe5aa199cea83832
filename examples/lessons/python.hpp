// Values as Python's print() shows them, so that a program's words equal its Python original's.
#pragma once

#include <string>
#include <string_view>

#include "sockeye/address.hpp"
#include "sockeye/network.hpp"

namespace sockeye::lessons {

/// repr(bytes): b'sb', b'\xe4\xbd'.
std::string repr(std::string_view octets);

/// str() of an address: ('127.0.0.1', 9001).
std::string pair(const Address& address);

/// time.ctime(): "Sat Jan  1 00:00:00 2000"; in UTC, since a Network knows no time zone.
std::string ctime(WallTime at);

/// bytes.upper(): a to z alone.
std::string upper(std::string_view octets);

}  // namespace sockeye::lessons
