// What <sockeye/message.hpp> needs of the system, without the rest of the kernel's network.
#include <sys/socket.h>
#include <unistd.h>

#include "sockeye/message.hpp"

namespace sockeye {

OwnedDescriptor::~OwnedDescriptor() {
    if (number_ >= 0) ::close(number_);
}

std::size_t cmsg_space(std::size_t octets) {
    return CMSG_SPACE(octets);
}

}  // namespace sockeye
