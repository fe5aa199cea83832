// A UDP socket.
#pragma once

#include <optional>

#include "packetdrill/socket.hpp"
#include "socket/stack/datagram_socket.hpp"

namespace sockeye::packetdrill {

class UdpSocket final : public Socket {
public:
    UdpSocket(Machine& machine, Family family)
        : Socket{machine, family},
          socket_{std::make_unique<stack::DatagramSocket>(machine.network(), family)} {}

    Outcome bind(const Address& at) override;
    Outcome connect(const Address& peer) override;
    Outcome disconnect() override;
    Outcome shutdown(int how) override;
    std::optional<Address> peer() const override;

    short readiness() override;
    std::pair<std::uint64_t, std::uint64_t> activity() override { return {received_ + arrived(), 1}; }
    Outcome receive(Reception& reception) override;
    Outcome send(Dispatch& dispatch) override;
    Outcome readable() override;
    Outcome unsent() override { return 0; }  // what was sent has left

    Outcome get_option(OptionName option, void* value, socklen_t& room) override;
    Outcome set_option(OptionName option, std::span<const std::byte> value) override;

private:
    std::uint64_t arrived();

    std::unique_ptr<stack::DatagramSocket> socket_;
    std::optional<Errc> error_{};  ///< told by whichever call comes first
    std::uint64_t received_ = 0;
};

}  // namespace sockeye::packetdrill
