#include "wire/dhcp.hpp"

#include "fuzz/target.hpp"

using namespace sockeye;

FUZZ_TARGET(bytes) {
    if (const auto read = wire::parse_dhcp(bytes))
        fuzz::require(wire::parse_dhcp(wire::write_dhcp(*read)) == *read);
}
