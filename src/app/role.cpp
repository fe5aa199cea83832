#include "app/role.hpp"

#include <memory>

namespace sockeye::app {

std::optional<BytesView> echo(std::span<std::byte> received) {
    return received;
}

std::optional<BytesView> upper(std::span<std::byte> received) {
    make_upper(received);
    return received;
}

std::optional<BytesView> discard(std::span<std::byte>) {
    return std::nullopt;
}

Answer reply(std::string text) {
    // Shared, so that what was handed out stays where it is when the function is copied or moved.
    return [text = std::make_shared<const std::string>(std::move(text))](std::span<std::byte>) {
        return std::optional<BytesView>{*text};
    };
}

void make_upper(std::span<std::byte> octets) {
    constexpr std::byte case_bit{0x20};
    for (std::byte& octet : octets)
        if (octet >= std::byte{'a'} && octet <= std::byte{'z'}) octet &= ~case_bit;
}

}  // namespace sockeye::app
