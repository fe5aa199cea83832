// A caller's connection to a lab that runs: how it begins and ends, and that nobody else is held up by it.
#include "view/serve_caller.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "lab/world.hpp"
#include "socket/remote/message.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/names.hpp"
#include "test/support/folder.hpp"
#include "view/control_socket.hpp"
#include "view/run_control.hpp"

namespace sockeye::view {
namespace {

using ::testing::HasSubstr;

struct ServeCaller : ::testing::Test {
    test::Folder folder;
    Lab lab{{.seed = 7}};
    Switch& lan = lab.add_switch("lan");
    Host& alice = lab.add_host("alice", lan, "10.0.0.1/24");
    Host& bob = lab.add_host("bob", lan, "10.0.0.2/24");
    RunningLab running{.name = "office", .lab = lab};
    KernelNetwork machine;

    ServeCaller() {
        ::setenv("XDG_RUNTIME_DIR", folder.path().c_str(), 1);
        machine.spawn(serve_control(machine, ControlSocket::open(machine, "office").value(), running));
    }
    ~ServeCaller() override { ::unsetenv("XDG_RUNTIME_DIR"); }

    Socket connect() {
        return create_connection(machine, Target::parse("unix:" + control_path("office")).value())
            .wait()
            .value();
    }
    Answer ask(Socket& connection, const Request& request) {
        EXPECT_TRUE(connection.sendall(write_request(request)).wait());
        std::string line;
        while (!line.ends_with('\n')) line += connection.recv(1).wait().value().text();
        return parse_answer(line).value();
    }
    Socket attached(const std::string& host) {
        Socket connection = connect();
        EXPECT_EQ(ask(connection, attach_request(host)).exit, exit::ok);
        return connection;
    }
    static void send(Socket& connection, const remote::Request& request) {
        std::vector<std::byte> frame;
        remote::write(frame, request);
        ASSERT_TRUE(connection.sendall(std::span<const std::byte>{frame}).wait());
    }
    static Bytes exactly(Socket& connection, std::size_t octets) {
        return connection.recv(octets, MsgFlag::waitall).wait().value();
    }
    static remote::Message next(Socket& connection, Bytes& frame) {
        const Bytes head = exactly(connection, remote::head_size);
        const std::span<const std::byte, remote::head_size> octets{head.data(), remote::head_size};
        frame = exactly(connection, remote::parse_head(octets).value());
        return remote::parse_message({frame.data(), frame.size()}).value();
    }
    static remote::Answer call(Socket& connection, const remote::Request& request) {
        Bytes frame;
        send(connection, request);
        return std::get<remote::Answer>(next(connection, frame));
    }
    /// A server of the caller's at 10.0.0.1.
    static std::uint32_t listen(Socket& connection, std::uint16_t port) {
        const auto number = static_cast<std::uint32_t>(call(connection, {.call = remote::Call::open}).value);
        (void)call(connection,
                   {.call = remote::Call::bind, .at = number, .address = Address{"10.0.0.1", port}});
        (void)call(connection, {.call = remote::Call::listen, .at = number, .first = 5});
        return number;
    }
};

TEST_F(ServeCaller, ANameThatIsNoHostsIsSaidWithThoseThereAre) {
    Socket connection = connect();
    const Answer answer = ask(connection, attach_request("alcie"));
    EXPECT_EQ(answer.exit, exit::usage);
    EXPECT_THAT(answer.text, HasSubstr("alice"));
    Socket another = connect();
    EXPECT_EQ(ask(another, attach_request("lan")).exit, exit::usage) << "a switch";
}

TEST_F(ServeCaller, OfAnotherVersionIsSaid) {
    Socket connection = connect();
    Request request = attach_request("alice");
    request.words = {"0"};
    EXPECT_THAT(ask(connection, request).text, HasSubstr("different versions"));
}

TEST_F(ServeCaller, AHostThatIsOffHasNoPrograms) {
    lab.crash("alice");
    Socket connection = connect();
    const Answer answer = ask(connection, attach_request("alice"));
    EXPECT_EQ(answer.exit, exit::other);
    EXPECT_EQ(answer.text, "alice is switched off");
}

TEST_F(ServeCaller, IsToldTheHostsNameServers) {
    const std::vector<Address> servers{Address{"10.0.0.53", 53}};
    set_name_servers(alice, servers);
    Socket connection = connect();
    EXPECT_EQ(ask(connection, attach_request("alice")).data.front()["name_servers"],
              Json::array({"10.0.0.53:53"}));
}

TEST_F(ServeCaller, IsAProgramOfItsHost) {
    Socket connection = attached("alice");
    EXPECT_EQ(running.control.callers, 1u);
    listen(connection, 80);
    EXPECT_TRUE(create_connection(bob, {"10.0.0.1", 80}).wait());
}

TEST_F(ServeCaller, ThatHangsUpLeavesNothingOpen) {
    Socket connection = attached("alice");
    listen(connection, 80);
    connection.close();
    ASSERT_TRUE(machine.run([](Network& network, const RunControl& control) -> Task<> {
        while (control.callers > 0) (void)co_await network.sleep(1ms);  // it only passes time
    }(machine, running.control)));
    EXPECT_EQ(create_connection(bob, {"10.0.0.1", 80}).wait().error(), Errc::refused);
}

TEST_F(ServeCaller, ThatSendsRubbishIsLeft) {
    Socket connection = attached("alice");
    ASSERT_TRUE(connection.sendall(std::string(100, '\xff')).wait());
    EXPECT_TRUE(connection.recv(1).wait().value().empty());
    EXPECT_EQ(running.control.callers, 0u);
}

TEST_F(ServeCaller, HearsOfWhatItWaitsForWhileTheLabRuns) {
    Socket connection = attached("alice");
    const std::uint32_t server = listen(connection, 80);
    EXPECT_EQ(call(connection, {.call = remote::Call::accept, .at = server}).failure.value().code,
              Errc::would_block);
    Socket client{bob};
    EXPECT_EQ(client.connect(Address{"10.0.0.1", 80}, Deadline{Instant{}}).wait().error(), Errc::timed_out);
    machine.spawn([](Network& network, RunningLab& its) -> Task<> {
        (void)co_await run_paced(network, its.lab, its.control, Speed::real_time());  // ended by the test
    }(machine, running));
    Bytes frame;
    const auto ready = std::get<remote::Ready>(next(connection, frame));
    EXPECT_EQ(ready.at, server);
    EXPECT_EQ(ready.interest, backend::Interest::read);
}

TEST_F(ServeCaller, HearsThatTheHostWasSwitchedOff) {
    Socket connection = attached("alice");
    listen(connection, 80);
    ASSERT_TRUE(lab.run_for(1ms));
    lab.crash("alice");
    Bytes frame;
    EXPECT_EQ(std::get<remote::Ended>(next(connection, frame)).why, "alice was switched off");
}

/// It asks on and on, and reads no answer: soon nobody listens to it, and the lab serves the others.
TEST_F(ServeCaller, WhoDoesNotReadHoldsUpNobody) {
    Socket greedy = attached("alice");
    std::vector<std::byte> frame;
    remote::write(frame, remote::Request{.call = remote::Call::random});
    const auto takes_more = [&] {
        return greedy.sendall(std::span<const std::byte>{frame}, 20ms).wait().has_value();
    };
    std::size_t requests = 0;
    while (requests < 1'000'000 && takes_more()) ++requests;
    EXPECT_LT(requests, 1'000'000u);
    Socket other = attached("bob");
    EXPECT_FALSE(call(other, {.call = remote::Call::random}).failure);
}

}  // namespace
}  // namespace sockeye::view
