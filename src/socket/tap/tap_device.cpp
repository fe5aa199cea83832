#include "socket/tap/tap_device.hpp"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "socket/kernel/errno.hpp"

namespace sockeye::tap {
namespace {

using kernel::Descriptor;
using kernel::uninterrupted;

ifreq request_for(const std::string& name) {
    ifreq request{};
    std::ranges::copy_n(name.begin(), std::min<std::ptrdiff_t>(std::ssize(name), IFNAMSIZ - 1),
                        static_cast<char*>(request.ifr_name));
    return request;
}

/// One of netdevice(7), which go through any socket.
bool control(unsigned long what, ifreq& request) {
    const Descriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    return socket.is_open() && ::ioctl(socket.get(), what, &request) == 0;
}

/// "sudo ip tuntap add …": what makes the device this user's.
std::string how_to_make(const std::string& name) {
    return "as root: ip tuntap add dev " + name + " mode tap user $USER; ip link set dev " + name + " up";
}

Error no_devices(int number) {
    const std::string node = "/dev/net/tun";
    if (number == EACCES || number == EPERM)
        return {Errc::permission_denied, "open",
                node + " is not for this user: run it as root, or change its mode"};
    return {Errc::unsupported, "open",
            node + " is not there, or does nothing: modprobe tun (of a container: --device " + node + ")"};
}

Error cannot_attach(int number, const std::string& name) {
    switch (number) {
        case EPERM:
        case EACCES:
            return {Errc::permission_denied, "open", name + " is not this user's: " + how_to_make(name)};
        case EBUSY:
            return {Errc::busy, "open", name + ": another program has it: end that, or take another name"};
        case EINVAL:
            return {Errc::invalid_argument, "open",
                    name + " is there, and is no TAP device (with one queue): take another name"};
        default: return kernel::error_of(number).with_during("open");
    }
}

/// What we made is down, and of no use until it is up.
void set_up(const std::string& name) {
    ifreq request = request_for(name);
    if (!control(SIOCGIFFLAGS, request)) return;
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
    control(SIOCSIFFLAGS, request);
}

}  // namespace

Result<TapDevice> TapDevice::open(const std::string& name) {
    Descriptor frames{::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC)};
    if (!frames.is_open()) return std::unexpected{no_devices(errno)};
    const bool is_new = ::if_nametoindex(name.c_str()) == 0;
    ifreq request = request_for(name);
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    if (::ioctl(frames.get(), TUNSETIFF, &request) < 0) return std::unexpected{cannot_attach(errno, name)};
    // Whoever had it before may have said that it takes packets without checksums, or too long ones.
    if (::ioctl(frames.get(), TUNSETOFFLOAD, 0) < 0) return std::unexpected{kernel::error_of(errno)};
    if (is_new) set_up(name);
    return TapDevice{name, std::move(frames)};
}

Result<std::size_t> TapDevice::mtu() const {
    ifreq request = request_for(name_);
    if (!control(SIOCGIFMTU, request)) return std::unexpected{kernel::error_of(errno)};
    return static_cast<std::size_t>(request.ifr_mtu);
}

Result<void> TapDevice::set_mtu(std::size_t octets) {
    ifreq request = request_for(name_);
    request.ifr_mtu = static_cast<int>(octets);
    if (control(SIOCSIFMTU, request)) return {};
    if (errno != EPERM) return std::unexpected{kernel::error_of(errno)};
    return std::unexpected{Error{Errc::permission_denied, "open",
                                 "the MTU of " + name_ + " is not this user's to set: as root: " +
                                     "ip link set dev " + name_ + " mtu " + std::to_string(octets)}};
}

Error TapDevice::removed() const {
    return {Errc::not_found, "run", name_ + " was removed"};
}

Result<std::size_t> TapDevice::read(std::span<std::byte> buffer) {
    const ssize_t octets = uninterrupted([&] { return ::read(frames_.get(), buffer.data(), buffer.size()); });
    if (octets >= 0) return static_cast<std::size_t>(octets);
    if (errno == EBADFD) return std::unexpected{removed()};
    return std::unexpected{kernel::error_of(errno)};
}

Result<void> TapDevice::write(std::span<const std::byte> frame) {
    const ssize_t octets = uninterrupted([&] { return ::write(frames_.get(), frame.data(), frame.size()); });
    if (octets < 0 && errno == EBADFD) return std::unexpected{removed()};
    return {};
}

}  // namespace sockeye::tap
