#include "test/allocations/receives.hpp"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

std::size_t counted = 0;

}  // namespace

std::size_t sockeye::test::receives() {
    return counted;
}

// In place of the C library's.
extern "C" ssize_t recv(int socket, void* buffer, std::size_t octets, int flags) {
    ++counted;
    return ::syscall(SYS_recvfrom, socket, buffer, octets, flags, nullptr, nullptr);
}
extern "C" ssize_t recvmsg(int socket, msghdr* message, int flags) {
    ++counted;
    return ::syscall(SYS_recvmsg, socket, message, flags);
}
