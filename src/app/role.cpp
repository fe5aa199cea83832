#include "app/role.hpp"

namespace sockeye::app {

void make_upper(std::span<std::byte> octets) {
    constexpr std::byte case_bit{0x20};
    for (std::byte& octet : octets)
        if (octet >= std::byte{'a'} && octet <= std::byte{'z'}) octet &= ~case_bit;
}

}  // namespace sockeye::app
