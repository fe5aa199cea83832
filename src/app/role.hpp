// What a server may answer, whatever carries it: a stream's octets or a datagram.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "sockeye/bytes.hpp"

namespace sockeye::app {

/// What a client gets for what it sent, if anything: `received`, perhaps changed in place, or something
/// that lives as long as the function.
using Answer = std::function<std::optional<BytesView>(std::span<std::byte> received)>;

/// The octets as they came (RFC 862).
std::optional<BytesView> echo(std::span<std::byte> received);
/// make_upper() of them.
std::optional<BytesView> upper(std::span<std::byte> received);
/// Nothing (RFC 863).
std::optional<BytesView> discard(std::span<std::byte> received);
/// Always `text`, once for each datagram or each piece that a stream hands over.
Answer reply(std::string text);

/// a to z become A to Z. Every other octet stays, so UTF-8 stays UTF-8.
void make_upper(std::span<std::byte> octets);

}  // namespace sockeye::app
