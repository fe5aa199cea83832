#include "cli/listen_threads.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <thread>
#include <vector>

#include "app/patient_connection.hpp"
#include "sockeye/kernel.hpp"

namespace sockeye::cli {
namespace {

struct ThreadsTest : testing::Test {
    ThreadsTest() {
        role.sessions = [](Ground&, app::Observer* observer) { return app::answering(app::upper, observer); };
        Socket probe{network};
        probe.bind(Address{"127.0.0.1", 0}).value();
        at = probe.getsockname().value();
    }
    Result<void> serve() {
        return serve_on_threads(
            {.count = 3, .transport = Transport::tcp, .at = at, .role = role, .log = log});
    }
    Socket connect() {
        app::Patience patience;
        patience.all_attempts = 20s;
        return network.run(app::connect_patiently(network, at, std::move(patience))).value().value();
    }

    KernelNetwork network;
    Role role{.name = "--upper", .sessions = {}, .datagrams = {}};
    SessionLog log{SessionLog::Form::only_where_it_listens};
    Address at;
};

TEST_F(ThreadsTest, ServeTheirClientsAndEndTogetherOnceTheirSessionsHave) {
    Result<void> served = std::unexpected{Error{Errc::cancelled}};
    std::thread server{[&] { served = serve(); }};
    std::vector<Socket> clients;
    for (int i = 0; i < 30; ++i) clients.push_back(connect());
    for (Socket& client : clients) client.sendall("hello").wait().value();
    for (Socket& client : clients) EXPECT_EQ(client.recv(100).wait().value().text(), "HELLO");
    ASSERT_EQ(::kill(::getpid(), SIGTERM), 0);
    for (Socket& client : clients) {
        client.sendall("bye").wait().value();
        EXPECT_EQ(client.recv(100).wait().value().text(), "BYE");
        client.close();
    }
    server.join();
    EXPECT_TRUE(served) << served.error().message();
}

TEST_F(ThreadsTest, TakeNoPortThatSomebodyHasThoughItWouldBeShared) {
    const Socket taken = create_server(network, at, {.reuse_port = true}).value();
    EXPECT_EQ(serve().error(), Errc::address_in_use);
}

TEST_F(ThreadsTest, AllEndWhereOneCannotServe) {
    role.sessions = [](Ground&, app::Observer*) -> Result<app::SessionMaker> {
        return std::unexpected{Error{Errc::not_found}};
    };
    EXPECT_EQ(serve().error(), Errc::not_found);
}

}  // namespace
}  // namespace sockeye::cli
