// A TAP device of the machine: a network card of the kernel's whose cable ends in a descriptor.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "socket/kernel/descriptor.hpp"
#include "sockeye/error.hpp"

namespace sockeye::tap {

class TapDevice {
public:
    /// The one of that name; one that nobody else has set up is made, and ends with this.
    /// @returns permission_denied, busy, unsupported, invalid_argument: a device of that name is no TAP
    static Result<TapDevice> open(const std::string& name);

    const std::string& name() const { return name_; }
    int descriptor() const { return frames_.get(); }

    /// Octets of IP packet in a frame, as the kernel sends them.
    Result<std::size_t> mtu() const;
    Result<void> set_mtu(std::size_t octets);

    /// A frame without its check sequence, cut off where the buffer ends.
    /// @returns would_block; not_found: the device was removed
    Result<std::size_t> read(std::span<std::byte> buffer);
    /// What the kernel does not take is lost, as on any cable.
    /// @returns not_found: the device was removed
    Result<void> write(std::span<const std::byte> frame);

private:
    TapDevice(std::string name, kernel::Descriptor frames)
        : name_{std::move(name)}, frames_{std::move(frames)} {}

    Error removed() const;

    std::string name_;
    kernel::Descriptor frames_;
};

}  // namespace sockeye::tap
