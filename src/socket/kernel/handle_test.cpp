// Sockets as descriptors: handed out, given away, copied, taken over.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string>

#include "sockeye/kernel.hpp"
#include "sockeye/message.hpp"
#include "test/support/kernel_backends.hpp"
#include "test/support/posix.hpp"

namespace sockeye {
namespace {

namespace posix = test::posix;

class KernelHandle : public test::OnEachBackend {
protected:
    KernelHandle() {
        const posix::Descriptor server = posix::listening({IpAddress::loopback(Family::inet), 0});
        near_ = create_connection(network_, posix::name_of(server)).wait().value();
        far_ = posix::accepted(server);
    }

    KernelNetwork network_{options()};
    Socket near_;
    posix::Descriptor far_;
};

/// Row 106.
TEST_P(KernelHandle, DetachGivesTheDescriptorAwayAndItWorksOn) {
    EXPECT_EQ(near_.recv(1, 1ms).wait().error(), Errc::timed_out) << "so that it is watched, or received for";
    const int number = near_.fileno();
    const int descriptor = near_.detach().value();
    EXPECT_EQ(descriptor, number);
    EXPECT_FALSE(near_.is_open());
    EXPECT_EQ(near_.fileno(), -1);
    EXPECT_EQ(near_.detach().error(), Errc::closed);

    const posix::Descriptor detached{descriptor};
    posix::send(detached, "hello");
    EXPECT_EQ(posix::receive(far_), "hello");
}

TEST_P(KernelHandle, DetachDoesNotLoseWhatTheLoopHasReceived) {
    network_.spawn([](Network& network, posix::Descriptor& far) -> Task<> {
        EXPECT_TRUE(co_await network.sleep(1ms));
        posix::send(far, "hello");
    }(network_, far_));
    ASSERT_EQ(near_.recv(1).wait().value().text(), "h");
    const Result<int> detached = near_.detach();
    std::string text;
    if (detached) {
        const posix::Descriptor descriptor{*detached};
        text = posix::receive(descriptor);
    } else {
        EXPECT_EQ(detached.error().message(), "detach: invalid argument (4 octets wait here to be received)");
        text = near_.recv(100).wait().value().text();
        EXPECT_TRUE(near_.detach());
    }
    EXPECT_EQ(text, "ello");
}

TEST_P(KernelHandle, ACopyIsAnotherSocketOfTheSameConnection) {
    Socket copy = near_.dup().value();
    EXPECT_NE(copy.fileno(), near_.fileno());
    EXPECT_EQ(copy.getpeername(), near_.getpeername());
    near_.close();
    ASSERT_TRUE(copy.sendall("from the copy").wait());
    EXPECT_EQ(posix::receive(far_), "from the copy");
    posix::send(far_, "to the copy");
    EXPECT_EQ(copy.recv(100, 1s).wait().value().text(), "to the copy");
}

TEST_P(KernelHandle, ADescriptorIsTakenOverAsTheSocketThatItIs) {
    int number = posix::open(Family::inet6, SOCK_DGRAM).release();
    Socket adopted = adopt(network_, OwnedDescriptor{number}).value();
    EXPECT_EQ(adopted.fileno(), number);
    EXPECT_EQ(adopted.family(), Family::inet6);
    EXPECT_EQ(adopted.type(), SocketType::datagram);
    EXPECT_EQ(adopted.proto(), IPPROTO_UDP);
    EXPECT_TRUE(::fcntl(number, F_GETFL) & O_NONBLOCK);
    adopted.close();
    EXPECT_EQ(::fcntl(number, F_GETFD), -1) << "it was the socket's";
}

TEST_P(KernelHandle, FromfdCopies) {
    const posix::Descriptor original = posix::connected(posix::name_of(posix::listening({"127.0.0.1", 0})));
    Socket copy = fromfd(network_, original.get()).value();
    EXPECT_NE(copy.fileno(), original.get());
    copy.close();
    EXPECT_NE(::fcntl(original.get(), F_GETFD), -1);
}

TEST_P(KernelHandle, WhatIsNoSocketIsNotTakenOver) {
    EXPECT_EQ(fromfd(network_, STDERR_FILENO).error().during(), std::string{"adopt"});
    EXPECT_FALSE(fromfd(network_, -1));
}

TEST_P(KernelHandle, OtherProgramsInheritASocketOnlyIfThatIsSaid) {
    EXPECT_FALSE(near_.get_inheritable().value());
    ASSERT_TRUE(near_.set_inheritable(true));
    EXPECT_TRUE(near_.get_inheritable().value());
    EXPECT_FALSE(::fcntl(near_.fileno(), F_GETFD) & FD_CLOEXEC);
    ASSERT_TRUE(near_.set_inheritable(false));
    EXPECT_FALSE(near_.get_inheritable().value());
}

TEST_P(KernelHandle, APairIsConnected) {
    SocketPair pair = socketpair(network_).value();
    ASSERT_TRUE(pair.first.sendall("there").wait());
    EXPECT_EQ(pair.second.recv(100).wait().value().text(), "there");
    ASSERT_TRUE(pair.second.sendall("and back").wait());
    EXPECT_EQ(pair.first.recv(100).wait().value().text(), "and back");
    pair.first.close();
    EXPECT_TRUE(pair.second.recv(100).wait().value().empty());
}

TEST_P(KernelHandle, ARawSocketIsForRoot) {
    Socket raw{network_, Family::inet, SocketType::raw, IPPROTO_ICMP};
    if (raw.is_open())
        EXPECT_EQ(raw.proto(), IPPROTO_ICMP);
    else
        EXPECT_EQ(raw.recv(1).wait().error(), Errc::permission_denied);
}

INSTANTIATE_TEST_SUITE_P(On, KernelHandle, ::testing::ValuesIn(test::kernel_backends), test::backend_of);

}  // namespace
}  // namespace sockeye
