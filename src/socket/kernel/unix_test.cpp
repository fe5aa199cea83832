// Unix sockets (unix(7)) on the kernel's network.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "sockeye/kernel.hpp"
#include "sockeye/socket.hpp"
#include "test/support/kernel_backends.hpp"
#include "test/support/posix.hpp"

namespace sockeye {
namespace {

namespace posix = test::posix;

/// A folder of its own for each test.
class KernelUnix : public test::OnEachBackend {
protected:
    KernelUnix() {
        char name[] = "/tmp/sockeye_XXXXXX";
        folder_ = ::mkdtemp(name);
    }
    ~KernelUnix() override { std::filesystem::remove_all(folder_); }

    std::string path(const std::string& name) const { return folder_ + "/" + name; }
    Address at(const std::string& name) const { return Address::unix_path(path(name)).value(); }

    KernelNetwork network_{options()};

private:
    std::string folder_;
};

Task<> echo_once(Socket& server) {
    Socket client = (co_await server.accept()).value().socket;
    auto text = co_await client.recv(100);
    EXPECT_TRUE(co_await client.sendall(*text));
}

TEST_P(KernelUnix, ServesAPeerAtAPath) {
    Socket server = create_server(network_, at("chat")).value();
    const posix::Descriptor peer = posix::connected(at("chat"));
    posix::send(peer, "hello");
    ASSERT_TRUE(network_.run(echo_once(server)));
    EXPECT_EQ(posix::receive(peer), "hello");
}

TEST_P(KernelUnix, ServesAPeerAtAnAbstractName) {
    const Address abstract = Address::unix_path("@sockeye-test-" + std::to_string(::getpid())).value();
    Socket server = create_server(network_, abstract).value();
    EXPECT_EQ(server.getsockname().value(), abstract);
    Socket client = create_connection(network_, abstract).wait().value();
    ASSERT_TRUE(client.sendall("hello").wait());
    ASSERT_TRUE(network_.run(echo_once(server)));
    EXPECT_EQ(client.recv(100).wait().value().text(), "hello");
}

TEST_P(KernelUnix, APeerThatNeverBoundHasTheEmptyPath) {
    Socket server = create_server(network_, at("chat")).value();
    const posix::Descriptor peer = posix::connected(at("chat"));
    const Address who = server.accept().wait().value().peer;
    EXPECT_EQ(who.family(), Family::unix_);
    EXPECT_EQ(who.path(), "");
}

TEST_P(KernelUnix, AServerReplacesTheFileOfOneThatHasEnded) {
    create_server(network_, at("chat")).value().close();
    ASSERT_TRUE(std::filesystem::is_socket(path("chat")));
    EXPECT_TRUE(create_server(network_, at("chat")));
}

TEST_P(KernelUnix, AServerDoesNotTakeAPathThatIsServed) {
    Socket first = create_server(network_, at("chat")).value();
    EXPECT_EQ(create_server(network_, at("chat")).error(), Errc::address_in_use);
    EXPECT_TRUE(create_connection(network_, at("chat")).wait()) << "the first still serves";
}

TEST_P(KernelUnix, AServerDoesNotTakeThePathOfOneThatIsTooBusyToAnswer) {
    const posix::Descriptor busy = posix::listening(at("busy"), /*backlog=*/0);
    const posix::Descriptor first = posix::connected(at("busy"));
    EXPECT_EQ(create_server(network_, at("busy")).error(), Errc::address_in_use);
}

TEST_P(KernelUnix, AServerNeverRemovesWhatIsNotASocket) {
    std::ofstream{path("diary")} << "dear diary";
    EXPECT_EQ(create_server(network_, at("diary")).error(), Errc::address_in_use);
    EXPECT_TRUE(std::filesystem::is_regular_file(path("diary")));
}

TEST_P(KernelUnix, BindAloneRemovesNothing) {
    create_server(network_, at("chat")).value().close();
    Socket socket{network_, Family::unix_};
    EXPECT_EQ(socket.bind(at("chat")).error(), Errc::address_in_use);
}

TEST_P(KernelUnix, WhereNobodyEverListenedIsRefused) {
    EXPECT_EQ(create_connection(network_, at("nobody")).wait().error().message(),
              "connect: refused (" + at("nobody").to_string() + ": No such file or directory)");
    create_server(network_, at("gone")).value().close();
    EXPECT_EQ(create_connection(network_, at("gone")).wait().error(), Errc::refused);
}

TEST_P(KernelUnix, BindNamesTheFolderThatIsMissing) {
    Socket socket{network_, Family::unix_};
    const Address nowhere = at("no such folder/chat");
    EXPECT_EQ(socket.bind(nowhere).error().message(),
              "bind: address not available (" + nowhere.to_string() + ": No such file or directory)");
}

/// No event tells that a unix server's queue has room again.
TEST_P(KernelUnix, ConnectWaitsWhileTheServersQueueIsFull) {
    const posix::Descriptor server = posix::listening(at("busy"), /*backlog=*/0);
    const posix::Descriptor first = posix::connected(at("busy"));
    network_.spawn([](Network& network, const posix::Descriptor& listener) -> Task<> {
        EXPECT_TRUE(co_await network.sleep(5ms));
        posix::accepted(listener);
    }(network_, server));
    EXPECT_TRUE(create_connection(network_, at("busy"), 5s).wait());
}

/// recv(2) stops where a descriptor was passed, so that a short read does not mean an empty queue.
TEST_P(KernelUnix, ReceivesWhatFollowsAPassedDescriptor) {
    Socket server = create_server(network_, at("chat")).value();
    posix::Descriptor peer = posix::connected(at("chat"));
    network_.spawn([](Network& network, posix::Descriptor& from) -> Task<> {
        EXPECT_TRUE(co_await network.sleep(1ms));
        posix::send_with_descriptor(from, "with a descriptor,", STDERR_FILENO);
        posix::send(from, " without");
    }(network_, peer));
    const auto receive_all = [](Socket& listener) -> Task<std::string> {
        Socket client = (co_await listener.accept()).value().socket;
        std::string text;
        while (text.size() < 26) {
            auto bytes = co_await client.recv(1024, 1s);
            if (!bytes) break;
            text += bytes->text();
        }
        co_return text;
    };
    EXPECT_EQ(network_.run(receive_all(server)).value(), "with a descriptor, without");
}

TEST_P(KernelUnix, DatagramsHaveSendersToo) {
    Socket server = create_datagram_server(network_, at("server")).value();
    const posix::Descriptor named = posix::bound(at("client"), SOCK_DGRAM);
    const kernel::SocketAddress to = kernel::to_sockaddr(at("server"), Family::unix_).value();
    ASSERT_EQ(::sendto(named.get(), "one", 3, 0, to.get(), to.size), 3);
    EXPECT_EQ(server.recvfrom(100).wait().value().sender, at("client"));

    posix::send(posix::connected(at("server"), SOCK_DGRAM), "two");
    Datagram unnamed = server.recvfrom(100).wait().value();
    EXPECT_EQ(unnamed.bytes.text(), "two");
    EXPECT_EQ(unnamed.sender.family(), Family::unix_);
}

INSTANTIATE_TEST_SUITE_P(On, KernelUnix, ::testing::ValuesIn(test::kernel_backends), test::backend_of);

}  // namespace
}  // namespace sockeye
