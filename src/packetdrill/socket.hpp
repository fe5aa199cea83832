// What TCP's and UDP's sockets have in common.
#pragma once

#include <memory>

#include "packetdrill/file.hpp"
#include "packetdrill/machine.hpp"
#include "sockeye/address.hpp"

namespace sockeye::packetdrill {

/// An option's value as getsockopt(2) and setsockopt(2) hand it over.
struct OptionName {
    int level;
    int name;
};

class Socket : public File {
public:
    Socket(Machine& machine, Family family) : machine_{machine}, family_{family} {}

    Family family() const { return family_; }
    /// Until when a receiving or a sending call waits; nullopt: for ever.
    std::optional<Duration> receive_timeout{};  ///< SO_RCVTIMEO
    std::optional<Duration> send_timeout{};     ///< SO_SNDTIMEO

    virtual Outcome bind(const Address& at) = 0;
    virtual Outcome listen(int) { return -EOPNOTSUPP; }
    /// @returns would_wait, or 0 and the new socket
    virtual Outcome accept(std::shared_ptr<Socket>&) { return -EOPNOTSUPP; }
    virtual Outcome connect(const Address& peer) = 0;
    /// AF_UNSPEC: as if it had never been connected.
    virtual Outcome disconnect() = 0;
    /// How a connect that was begun stands: would_wait, 0 or what it failed with.
    virtual Outcome finish_connect() { return 0; }
    virtual Outcome shutdown(int) { return -ENOTCONN; }
    virtual std::optional<Address> peer() const = 0;

    /// @param room  octets at `value`; becomes what the value has
    virtual Outcome get_option(OptionName option, void* value, socklen_t& room) = 0;
    virtual Outcome set_option(OptionName option, std::span<const std::byte> value) = 0;

protected:
    Machine& machine() const { return machine_; }

private:
    Machine& machine_;
    Family family_;
};

}  // namespace sockeye::packetdrill
