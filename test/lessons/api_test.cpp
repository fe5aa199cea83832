// The checklist's rows on the calls of Python's socket, as programs of these lessons meet them:
// on the machine's own network, and row by row also in a lab (test/conformance).
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <string>

#include "sockeye/kernel.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/makefile.hpp"
#include "sockeye/message.hpp"
#include "sockeye/option.hpp"
#include "sockeye/socket.hpp"
#include "test/conformance/place.hpp"

namespace sockeye {
namespace {

using conformance::Datagrams;
using conformance::Pair;
using conformance::Place;

/// For a row that must hold on both networks.
template <class Row>
void on_both_networks(Row row) {
    {
        SCOPED_TRACE("on the kernel");
        conformance::KernelPlace kernel{Backend::automatic};
        row(static_cast<Place&>(kernel));
    }
    SCOPED_TRACE("in the lab");
    conformance::LabPlace lab;
    row(static_cast<Place&>(lab));
}

TEST(Lessons, Lesson090_ASocketIsTcpOverIpv4UnlessSaid) {
    on_both_networks([](Place& place) {
        const Socket socket{place.client()};
        EXPECT_EQ(socket.family(), Family::inet);
        EXPECT_EQ(socket.type(), SocketType::stream);
        EXPECT_EQ(socket.proto(), 0);
        EXPECT_TRUE(socket.is_open());
    });
}

TEST(Lessons, Lesson091_BindTakesHostAndPort_EmptyIsAny_PortZeroIsChosen) {
    on_both_networks([](Place& place) {
        Socket socket{place.server()};
        ASSERT_TRUE(socket.bind({"", 0}));
        const Address at = socket.getsockname().value();
        EXPECT_EQ(at.ip(), IpAddress::any(Family::inet));
        EXPECT_NE(at.port(), 0);
    });
}

TEST(Lessons, Lesson092_ListenTakesABacklog_NegativeIsZero) {
    on_both_networks([](Place& place) {
        Socket server{place.server()};
        ASSERT_TRUE(server.bind(place.any_port()));
        ASSERT_TRUE(server.listen(-1));
        EXPECT_TRUE(server.getsockopt(option::so_acceptconn).value());
        EXPECT_TRUE(create_connection(place.client(), server.getsockname().value(), 1s).wait())
            << "one completed connection fits a backlog of 0 (Linux)";
    });
}

TEST(Lessons, Lesson093_AcceptReturnsConnectionAndPeer_NotInherited_Blocking) {
    on_both_networks([](Place& place) {
        Socket server = create_server(place.server(), place.any_port()).value();
        Socket near = create_connection(place.client(), server.getsockname().value()).wait().value();
        const Accepted accepted = server.accept().wait().value();
        EXPECT_EQ(accepted.peer, near.getsockname().value());
        EXPECT_TRUE(accepted.socket.getblocking());
        if (accepted.socket.fileno() >= 0) {
            EXPECT_FALSE(accepted.socket.get_inheritable().value());
        }
    });
}

TEST(Lessons, Lesson094_ConnectTellsRefusedTimedOutAndUnreachableApart) {
    on_both_networks([](Place& place) {
        Socket server = create_server(place.server(), place.any_port()).value();
        const Address at = server.getsockname().value();
        server.close();
        EXPECT_EQ(Socket{place.client()}.connect(at).wait().error(), Errc::refused);
    });
    Lab lab{{.seed = 7}};
    Switch& lan = lab.add_switch("lan");
    lab.add_host("server", lan, "10.0.0.1/24");
    Host& client = lab.add_host("client", lan, "10.0.0.2/24");
    EXPECT_EQ(Socket{client}.connect({"192.168.9.9", 1}).wait().error(), Errc::unreachable) << "no route";
    EXPECT_EQ(Socket{client}.connect({"10.0.0.77", 1}, 30s).wait().error(), Errc::unreachable)
        << "no answer to ARP";
    lab.cut("server", "lan");
    EXPECT_EQ(Socket{client}.connect({"10.0.0.1", 1}, 1s).wait().error(), Errc::timed_out);
}

TEST(Lessons, Lesson095_ConnectExReturnsTheCode) {
    on_both_networks([](Place& place) {
        Socket server = create_server(place.server(), place.any_port()).value();
        const Address at = server.getsockname().value();
        EXPECT_EQ(Socket{place.client()}.connect_ex(at).wait().value(), std::nullopt);
        server.close();
        EXPECT_EQ(Socket{place.client()}.connect_ex(at).wait().value(), Errc::refused);
    });
}

TEST(Lessons, Lesson096_RecvReturnsAtMostN_EmptyIsTheEnd_AndWorksOnConnectedUdp) {
    on_both_networks([](Place& place) {
        Pair pair{place};
        ASSERT_TRUE(pair.far.sendall("hello").wait());
        EXPECT_LE(pair.near.recv(3).wait().value().size(), 3U);
        pair.far.close();
        while (!pair.near.recv(100).wait().value().empty()) {
        }
        Datagrams datagrams{place};
        ASSERT_TRUE(datagrams.client.connect(datagrams.at).wait());
        ASSERT_TRUE(datagrams.client.send("ask").wait());
        ASSERT_TRUE(
            datagrams.server.sendto("told", datagrams.server.recvfrom(9).wait().value().sender).wait());
        EXPECT_EQ(datagrams.client.recv(100).wait().value().text(), "told");
    });
}

TEST(Lessons, Lesson097_RecvIntoFillsTheCallersBuffer) {
    on_both_networks([](Place& place) {
        Pair pair{place};
        ASSERT_TRUE(pair.far.sendall("abc").wait());
        std::array<std::byte, 8> buffer{};
        EXPECT_EQ(pair.near.recv_into(buffer).wait().value(), 3U);
        EXPECT_EQ(BytesView{std::span<const std::byte>{buffer}}.text().substr(0, 3), "abc");
    });
}

TEST(Lessons, Lesson098_SendReturnsHowMuchItTook_WhichMayBeLess) {
    on_both_networks([](Place& place) {
        Pair pair{place};
        const std::string much(64 << 20, 'x');
        const std::size_t taken = pair.near.send(much).wait().value();
        EXPECT_GT(taken, 0U);
        EXPECT_LT(taken, much.size());
        pair.near.setblocking(false);
        Result<std::size_t> sent;
        while ((sent = pair.near.send(much).wait())) {
        }
        EXPECT_EQ(sent.error(), Errc::would_block);
    });
}

TEST(Lessons, Lesson099_SendallsDeadlineCoversAll_AndItsErrorSaysHowMuchWent) {
    on_both_networks([](Place& place) {
        Pair pair{place};
        const Instant before = place.client().now();
        const Result<void> sent = pair.near.sendall(std::string(64 << 20, 'x'), 50ms).wait();
        EXPECT_EQ(sent.error(), Errc::timed_out);
        EXPECT_GT(sent.error().transferred(), 0U);
        EXPECT_GE(place.client().now() - before, 50ms);
    });
}

TEST(Lessons, Lesson100_RecvfromReturnsDataAndSender_AndReportsTruncation) {
    on_both_networks([](Place& place) {
        Datagrams datagrams{place};
        for (int i = 0; i < 2; ++i)
            ASSERT_TRUE(datagrams.client.sendto(std::string(1400, 'x'), datagrams.at).wait());
        const Datagram got = datagrams.server.recvfrom(1024).wait().value();
        EXPECT_EQ(got.bytes.size(), 1024U);
        EXPECT_TRUE(got.truncated);
        EXPECT_EQ(got.sender.port(), datagrams.client.getsockname().value().port());
        std::array<std::byte, 1024> buffer{};
        EXPECT_TRUE(datagrams.server.recvfrom_into(buffer).wait().value().truncated);
    });
}

TEST(Lessons, Lesson101_ADatagramHas65507OctetsAtMost) {
    on_both_networks([](Place& place) {
        Datagrams datagrams{place};
        EXPECT_EQ(datagrams.client.sendto(std::string(65'508, 'x'), datagrams.at).wait().error(),
                  Errc::message_too_large);
    });
    KernelNetwork network;
    Socket bound = create_datagram_server(network, {"127.0.0.1", 0}).value();
    Socket socket{network, Family::inet, SocketType::datagram};
    EXPECT_EQ(socket.sendto(std::string(65'507, 'x'), bound.getsockname().value()).wait().value(), 65'507U);
}

TEST(Lessons, Lesson102_GetpeernameAndGetsockname_V4_V6_UnixPathAndAbstract) {
    on_both_networks([](Place& place) {
        Pair pair{place};
        EXPECT_EQ(pair.near.getpeername(), pair.far.getsockname());
        EXPECT_EQ(pair.near.getsockname(), pair.far.getpeername());
        EXPECT_EQ(pair.server.getpeername().error(), Errc::not_connected);
    });
    KernelNetwork network;
    const std::string name = "@sockeye-lesson-102-" + std::to_string(::getpid());
    const Address abstract = Address::unix_path(name).value();
    Socket server = create_server(network, abstract).value();
    Socket client = create_connection(network, abstract).wait().value();
    EXPECT_EQ(client.getpeername().value(), abstract);
    EXPECT_EQ(client.getsockname().value().path(), "");
    Socket v6 = Socket{network, Family::inet6};
    if (v6.bind(Address::parse("[::1]:0").value())) {
        EXPECT_EQ(v6.getsockname().value().ip(), IpAddress::loopback(Family::inet6));
    }
}

TEST(Lessons, Lesson103_OptionsAreTyped_AndThereIsAnEscapeHatch) {
    on_both_networks([](Place& place) {
        Socket socket{place.client()};
        ASSERT_TRUE(socket.setsockopt(option::tcp_nodelay, true));
        EXPECT_TRUE(socket.getsockopt(option::tcp_nodelay).value());
    });
    KernelNetwork network;
    Socket socket{network};
    const int on = 1;
    ASSERT_TRUE(socket.setsockopt(SOL_SOCKET, SO_KEEPALIVE, on));
    ASSERT_TRUE(socket.setsockopt(SOL_SOCKET, SO_REUSEADDR, std::as_bytes(std::span{&on, 1})));
    EXPECT_EQ(socket.getsockopt(SOL_SOCKET, SO_KEEPALIVE).value(), 1);
    EXPECT_TRUE(socket.getsockopt(option::so_reuseaddr).value());
}

TEST(Lessons, Lesson104_ShutdownEndsADirection_AndFreesNoDescriptor) {
    on_both_networks([](Place& place) {
        Pair pair{place};
        ASSERT_TRUE(pair.near.shutdown(Shutdown::write));
        EXPECT_TRUE(pair.near.is_open());
        EXPECT_TRUE(pair.far.recv(10).wait().value().empty());
        ASSERT_TRUE(pair.far.sendall("still").wait());
        EXPECT_EQ(pair.near.recv(10).wait().value().text(), "still");
        ASSERT_TRUE(pair.near.shutdown(Shutdown::both));
        EXPECT_TRUE(pair.near.recv(10).wait().value().empty());
    });
}

TEST(Lessons, Lesson105_CloseIsIdempotent_AndWhoeverWaitsWakes) {
    on_both_networks([](Place& place) {
        Pair pair{place};
        Errc how{};
        place.client().spawn([](Socket& socket, Errc& seen) -> Task<> {
            const auto bytes = co_await socket.recv(1);
            seen = bytes.error().code();
        }(pair.near, how));
        ASSERT_TRUE(place.client().sleep(1ms).wait());
        pair.near.close();
        pair.near.close();
        ASSERT_TRUE(place.client().sleep(1ms).wait());
        EXPECT_EQ(how, Errc::closed);
    });
}

TEST(Lessons, Lesson106_DetachReturnsTheDescriptor_AndTheObjectIsEmpty) {
    KernelNetwork network;
    SocketPair pair = socketpair(network).value();
    const OwnedDescriptor descriptor{pair.first.detach().value()};
    EXPECT_FALSE(pair.first.is_open());
    ASSERT_EQ(::send(descriptor.get(), "alive", 5, 0), 5);
    EXPECT_EQ(pair.second.recv(10).wait().value().text(), "alive");
    Lab lab;
    Host& host = lab.add_host("host", lab.add_switch("lan"), "10.0.0.1/24");
    EXPECT_EQ(Socket{host}.detach().error(), Errc::unsupported);
}

TEST(Lessons, Lesson107_IoctlsUseIsAvailableAndUnsent_FIONREAD_SIOCOUTQ) {
    on_both_networks([](Place& place) {
        Pair pair{place};
        ASSERT_TRUE(pair.near.sendall("seven77").wait());
        ASSERT_TRUE(place.client().sleep(100ms).wait());
        EXPECT_EQ(pair.far.available().value(), 7U);
        EXPECT_EQ(pair.near.unsent().value(), 0U);
    });
}

TEST(Lessons, Lesson108_TimeoutZero_None_AndHalfASecond) {
    on_both_networks([](Place& place) {
        Pair pair{place};
        EXPECT_EQ(pair.near.gettimeout(), std::nullopt);
        EXPECT_TRUE(pair.near.getblocking());
        pair.near.settimeout(500ms);
        EXPECT_TRUE(pair.near.getblocking());
        const Instant before = place.client().now();
        EXPECT_EQ(pair.near.recv(1).wait().error(), Errc::timed_out);
        EXPECT_GE(place.client().now() - before, 500ms);
        EXPECT_EQ(pair.near.recv(1, 1ms).wait().error(), Errc::timed_out) << "a call's own deadline";
        pair.near.setblocking(false);
        EXPECT_EQ(pair.near.gettimeout(), Duration::zero());
        EXPECT_EQ(pair.near.recv(1).wait().error(), Errc::would_block);
        pair.near.setblocking(true);
        EXPECT_EQ(pair.near.gettimeout(), std::nullopt);
    });
}

TEST(Lessons, Lesson109_FilenoIsAnInt_AndMinusOneAfterClose) {
    KernelNetwork network;
    Socket socket{network};
    EXPECT_GE(socket.fileno(), 0);
    socket.close();
    EXPECT_EQ(socket.fileno(), -1);
}

TEST(Lessons, Lesson110_MakefileMakesAStreamObjectOfLinesAndText) {
    on_both_networks([](Place& place) {
        Pair pair{place};
        TextFile near = pair.near.makefile(TextOptions{.newline = Newline::crlf});
        SocketFile far = pair.far.makefile(FileOptions{.mode = FileMode::read});
        ASSERT_TRUE(near.write("\u4f60\u597d\nbye\n").wait());
        ASSERT_TRUE(near.close().wait());
        EXPECT_EQ(far.readline().wait().value().text(), "\u4f60\u597d\r\n");
        EXPECT_EQ(far.readexactly(5).wait().value().text(), "bye\r\n");
    });
}

TEST(Lessons, Lesson111_FamilyTypeAndProtoMatchTheSocket) {
    KernelNetwork network;
    const Socket socket{network, Family::inet6, SocketType::datagram, IPPROTO_UDP};
    EXPECT_EQ(socket.family(), Family::inet6);
    EXPECT_EQ(socket.type(), SocketType::datagram);
    EXPECT_EQ(socket.proto(), IPPROTO_UDP);
}

TEST(Lessons, Lesson112_OctetsAloneGoOnTheWire_AndADecoderKeepsCutCharacters) {
    on_both_networks([](Place& place) {
        Pair pair{place};
        const std::string text = "\u6c34";
        ASSERT_TRUE(pair.far.sendall(text).wait());
        ASSERT_TRUE(pair.far.sendall(std::string_view{"!"}).wait());
        ASSERT_TRUE(pair.far.sendall(std::as_bytes(std::span{text})).wait());
        Utf8Decoder decoder;
        std::string decoded;
        while (decoded != "\u6c34!\u6c34")
            ASSERT_TRUE(decoder.decode(pair.near.recv(1).wait().value(), decoded));
    });
}

TEST(Lessons, Lesson114_AMessageOver1024OctetsGoesOnOverTcp_AndIsCutWithAWarningOverUdp) {
    on_both_networks([](Place& place) {
        Pair pair{place};
        const std::string message(1025, 'x');
        ASSERT_TRUE(pair.far.sendall(message).wait());
        pair.far.close();
        std::string got;
        while (auto bytes = pair.near.recv(1024).wait()) {
            if (bytes->empty()) break;
            got += bytes->text();
        }
        EXPECT_EQ(got, message);
        Datagrams datagrams{place};
        ASSERT_TRUE(datagrams.client.sendto(message, datagrams.at).wait());
        EXPECT_TRUE(datagrams.server.recvfrom(1024).wait().value().truncated);
    });
}

TEST(Lessons, Lesson116_ACharacterCutAt1024IsNoError) {
    on_both_networks([](Place& place) {
        Pair pair{place};
        std::string text(1023, 'x');
        text += "\u4f60\n";
        ASSERT_TRUE(pair.far.sendall(text).wait());
        TextFile file = pair.near.makefile(TextOptions{.file = {.buffer = 1024}});
        EXPECT_EQ(file.readline().wait().value(), text);
    });
}

TEST(Lessons, Lesson118_APeerThatIsGoneIsAnErrorValue_AndNoSignal) {
    on_both_networks([](Place& place) {
        Pair pair{place};
        ASSERT_TRUE(pair.far.setsockopt(option::so_linger, Duration::zero()));
        pair.far.close();
        ASSERT_TRUE(place.client().sleep(10ms).wait());
        EXPECT_EQ(pair.near.recv(10).wait().error(), Errc::reset);
        EXPECT_EQ(pair.near.send("x").wait().error(), Errc::reset) << "SIGPIPE would have ended this process";
        EXPECT_EQ(pair.near.send("x", MsgFlag::none).wait().error(), Errc::reset);
    });
}

}  // namespace
}  // namespace sockeye
