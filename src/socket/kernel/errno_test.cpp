#include "socket/kernel/errno.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace sockeye::kernel {
namespace {

TEST(Errno, EachCauseThatACallerCanActOnHasItsErrc) {
    const std::vector<std::pair<int, Errc>> expected{
        {EAGAIN, Errc::would_block},
        {EWOULDBLOCK, Errc::would_block},
        {EINPROGRESS, Errc::would_block},
        {ETIMEDOUT, Errc::timed_out},
        {ECONNREFUSED, Errc::refused},
        {ECONNRESET, Errc::reset},
        {EPIPE, Errc::reset},
        {ENETUNREACH, Errc::unreachable},
        {EHOSTUNREACH, Errc::unreachable},
        {EADDRINUSE, Errc::address_in_use},
        {ENOTCONN, Errc::not_connected},
        {EADDRNOTAVAIL, Errc::address_not_available},
        {EISCONN, Errc::already_connected},
        {EMSGSIZE, Errc::message_too_large},
        {EEXIST, Errc::exists},
        {EBUSY, Errc::busy},
        {ENOSPC, Errc::no_space},
        {EDQUOT, Errc::no_space},
        {EACCES, Errc::permission_denied},
        {EPERM, Errc::permission_denied},
        {EMFILE, Errc::resources_exhausted},
        {ENFILE, Errc::resources_exhausted},
        {ENOBUFS, Errc::resources_exhausted},
        {ENOMEM, Errc::resources_exhausted},
        {EINVAL, Errc::invalid_argument},
        {EAFNOSUPPORT, Errc::unsupported},
        {EOPNOTSUPP, Errc::unsupported},
        {EIO, Errc::input_output},
        {EBADF, Errc::invalid_argument},
    };
    for (const auto& [number, code] : expected) EXPECT_EQ(errc_of(number), code) << "errno " << number;
}

TEST(Errno, WhatIsNotInTheTableIsInputOutputInTheSystemsWords) {
    EXPECT_EQ(error_of(EIO).message(), "input/output error (Input/output error)");
    EXPECT_EQ(error_of(ENOTTY).detail(), "Inappropriate ioctl for device");
}

TEST(Errno, ANumberThatTheSystemDoesNotKnowIsNamed) {
    EXPECT_EQ(error_of(4095).message(), "input/output error (errno 4095)");
}

TEST(Errno, WhereSeveralCausesShareAnErrcTheDetailTellsThemApart) {
    EXPECT_EQ(error_of(EMFILE).detail(), "Too many open files");
    EXPECT_EQ(error_of(ENOMEM).detail(), "Cannot allocate memory");
}

TEST(Errno, WhatHappensAllTheTimeHasNoDetailToAllocate) {
    EXPECT_EQ(error_of(EAGAIN).detail(), "");
    EXPECT_EQ(error_of(ECONNRESET).detail(), "");
}

}  // namespace
}  // namespace sockeye::kernel
