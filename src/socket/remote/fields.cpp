#include "socket/remote/fields.hpp"

#include <utility>

namespace sockeye::remote {
namespace {

Address take_ip(Reader& in, Family family) {
    const IpAddress ip = family == Family::inet ? IpAddress{in.array<4>()} : IpAddress{in.array<16>()};
    const std::uint16_t port = in.u16();
    const std::uint32_t scope = in.u32();
    return Address{ip, port, scope};
}

}  // namespace

void put(Appender& out, std::string_view text) {
    const std::string_view cut = text.substr(0, longest_text);
    out.u16(static_cast<std::uint16_t>(cut.size()));
    out.bytes(cut);
}

void put(Appender& out, const Address& address) {
    out.u8(std::to_underlying(address.family()));
    if (address.family() == Family::unix_) return put(out, address.path());
    out.bytes(address.ip().octets());
    out.u16(address.port());
    out.u32(address.scope());
}

std::string take_text(Reader& in, bool& fine) {
    const std::size_t size = in.u16();
    if (size > longest_text) fine = false;
    const std::span<const std::byte> text = in.bytes(size);
    return {reinterpret_cast<const char*>(text.data()), text.size()};
}

Address take_address(Reader& in, bool& fine) {
    switch (in.u8()) {
        case std::to_underlying(Family::inet): return take_ip(in, Family::inet);
        case std::to_underlying(Family::inet6): return take_ip(in, Family::inet6);
        case std::to_underlying(Family::unix_): break;
        default: fine = false; return {};
    }
    Result<Address> address = Address::unix_path(take_text(in, fine));
    if (!address) fine = false;
    return address.value_or(Address{});
}

}  // namespace sockeye::remote
