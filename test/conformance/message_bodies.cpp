// sendmsg and recvmsg: several buffers, and what goes beside the octets, on every network.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "sockeye/message.hpp"
#include "sockeye/option.hpp"
#include "test/conformance/bodies.hpp"

namespace sockeye::conformance {
namespace {

void parts_go_as_one_datagram(Place& place) {
    Datagrams datagrams{place};
    const std::array<BytesView, 3> parts{"one", "", " and two"};
    OutgoingMessage message{parts};
    message.to = datagrams.at;
    EXPECT_EQ(datagrams.client.sendmsg(std::move(message)).wait().value(), 11U);

    std::array<std::byte, 4> first{};
    std::array<std::byte, 100> second{};
    const std::array<std::span<std::byte>, 2> buffers{first, second};
    MessageInfo info = datagrams.server.recvmsg_into(buffers).wait().value();
    EXPECT_EQ(info.octets, 11U);
    EXPECT_EQ(info.sender.port(), datagrams.client.getsockname().value().port());
    EXPECT_EQ(BytesView{std::span<const std::byte>{first}}.text(), "one ");
    EXPECT_EQ(BytesView{std::span<const std::byte>{second}}.text().substr(0, 7), "and two");
    EXPECT_FALSE(info.truncated);
}

void parts_go_one_after_the_other_over_tcp(Place& place) {
    Pair pair{place};
    const std::array<BytesView, 2> parts{"GET / ", "HTTP/1.1"};
    EXPECT_EQ(pair.near.sendmsg(OutgoingMessage{parts}).wait().value(), 14U);
    ASSERT_TRUE(place.client().sleep(10ms).wait());
    Message message = pair.far.recvmsg(100).wait().value();
    EXPECT_EQ(message.bytes.text(), "GET / HTTP/1.1");
    EXPECT_EQ(message.octets, 14U);
    EXPECT_FALSE(message.truncated);
}

/// Rows 100 and 114.
void every_way_of_receiving_says_that_a_datagram_was_cut(Place& place) {
    Datagrams datagrams{place};
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(datagrams.client.sendto("too long", datagrams.at).wait());
    std::array<std::byte, 3> buffer{};
    const std::array<std::span<std::byte>, 1> buffers{buffer};

    const DatagramInfo into = datagrams.server.recvfrom_into(buffer).wait().value();
    EXPECT_TRUE(into.truncated);
    EXPECT_EQ(into.octets, 3U);
    EXPECT_TRUE(datagrams.server.recvfrom(3, MsgFlag::peek).wait().value().truncated);
    EXPECT_TRUE(datagrams.server.recvfrom(3).wait().value().truncated);
    EXPECT_TRUE(datagrams.server.recvmsg(3).wait().value().truncated);
    EXPECT_TRUE(datagrams.server.recvmsg_into(buffers).wait().value().truncated);
}

void a_datagram_that_is_peeked_at_stays(Place& place) {
    Datagrams datagrams{place};
    ASSERT_TRUE(datagrams.client.sendto("hello", datagrams.at).wait());
    EXPECT_EQ(datagrams.server.recvfrom(100, MsgFlag::peek).wait().value().bytes.text(), "hello");
    EXPECT_EQ(datagrams.server.recvfrom(100).wait().value().bytes.text(), "hello");
    EXPECT_EQ(datagrams.server.recvfrom(100, MsgFlag::dontwait).wait().error(), Errc::would_block);
}

/// ip(7): on a socket that is bound to every address, the only way to know.
void a_message_says_which_address_it_was_sent_to(Place& place) {
    Socket bound = create_datagram_server(place.server(), Address{"", 0}).value();
    Socket socket{place.client(), Family::inet, SocketType::datagram};
    ASSERT_TRUE(bound.setsockopt(option::ip_pktinfo, true));
    const Address to{place.server_ip(), bound.getsockname().value().port()};
    ASSERT_TRUE(socket.sendto("hello", to).wait());
    ASSERT_TRUE(socket.sendto("hello", to).wait());

    Message message = bound.recvmsg(100, cmsg_space(64)).wait().value();
    ASSERT_TRUE(message.ancillary.packet_info);
    EXPECT_EQ(message.ancillary.packet_info->address, to.ip());
    EXPECT_FALSE(message.ancillary_truncated);
    EXPECT_TRUE(bound.recvmsg(100).wait().value().ancillary_truncated) << "there was no room for it";
}

Task<int> await_every_call(Place& place, Pair& pair, Datagrams& datagrams) {
    std::array<std::byte, 100> buffer{};
    const std::array<std::span<std::byte>, 1> buffers{buffer};
    int done = 0;
    done += (co_await pair.near.send(std::string(10, 'a'), MsgFlag::none, 1s)).has_value();
    done += (co_await pair.far.recv(4, MsgFlag::peek, 1s)).has_value();
    done += (co_await pair.far.recv(4, MsgFlag::waitall, 1s)).has_value();
    done += (co_await pair.far.recv_into(std::span{buffer}, MsgFlag::dontwait)).has_value();
    done += (co_await pair.near.sendall(std::string(10, 'a'), MsgFlag::none, 1s)).has_value();
    done += (co_await pair.far.recvmsg(100, cmsg_space(64), MsgFlag::none, 1s)).has_value();
    done +=
        (co_await pair.near.sendmsg(OutgoingMessage{std::string(10, 'b')}, MsgFlag::none, 1s)).has_value();
    done += (co_await pair.far.recvmsg_into(buffers, 0, MsgFlag::none, 1s)).has_value();
    for (int i = 0; i < 4; ++i)
        done += (co_await datagrams.client.sendto(std::string(10, 'c'), MsgFlag::none,
                                                  Address{datagrams.at.ip(), datagrams.at.port()}, 1s))
                    .has_value();
    done += (co_await datagrams.server.recvfrom(100, MsgFlag::peek, 1s)).has_value();
    done += (co_await datagrams.server.recvfrom_into(std::span{buffer}, 1s)).has_value();
    done += (co_await datagrams.server.recvfrom_into(std::span{buffer}, MsgFlag::peek, 1s)).has_value();
    Socket second{place.client()};
    done += (co_await second.connect_ex(Address{pair.server.getsockname().value()}, 1s)).has_value();
    co_return done;
}

void every_call_with_flags_can_be_awaited_with_temporaries(Place& place) {
    Pair pair{place};
    Datagrams datagrams{place};
    EXPECT_EQ(place.client().run(await_every_call(place, pair, datagrams)).value(), 16);
}

constexpr Body bodies[] = {
    {"PartsGoAsOneDatagram", parts_go_as_one_datagram},
    {"PartsGoOneAfterTheOtherOverTcp", parts_go_one_after_the_other_over_tcp},
    {"EveryWayOfReceivingSaysThatADatagramWasCut", every_way_of_receiving_says_that_a_datagram_was_cut},
    {"ADatagramThatIsPeekedAtStays", a_datagram_that_is_peeked_at_stays},
    {"AMessageSaysWhichAddressItWasSentTo", a_message_says_which_address_it_was_sent_to},
    {"EveryCallWithFlagsCanBeAwaitedWithTemporaries", every_call_with_flags_can_be_awaited_with_temporaries},
};

}  // namespace

std::span<const Body> message_bodies() {
    return bodies;
}

}  // namespace sockeye::conformance
