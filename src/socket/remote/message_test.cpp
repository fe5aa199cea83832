// The protocol's messages and records: what is written is read as the same, and rubbish is nothing.
#include "socket/remote/message.hpp"

#include <gtest/gtest.h>

#include <tuple>
#include <utility>

#include "base/writer.hpp"
#include "socket/remote/records.hpp"
#include "sockeye/bytes.hpp"

namespace sockeye::remote {
namespace {

using Octets = std::vector<std::byte>;

std::span<const std::byte> rest_of(const Octets& frame) {
    return std::span{frame}.subspan(head_size);
}

Octets frame_of(const auto& message) {
    Octets frame;
    write(frame, message);
    return frame;
}

Request request_with_everything() {
    Request request{.call = Call::send_message, .at = 7, .first = 1, .second = 2, .value = 1ULL << 40};
    request.address = Address::parse("[fe80::1%3]:9001").value();
    request.beside = {.credentials = Credentials{.process = -1, .user = 2, .group = 3},
                      .packet_info = PacketInfo{IpAddress::loopback(Family::inet6), 4},
                      .hop_limit = 64,
                      .traffic_class = -1,
                      .timestamp = WallTime{5ns}};
    request.octets = BytesView{"hello"}.span();
    return request;
}

TEST(RemoteMessage, ARequestIsReadAsItWasWritten) {
    const Request request = request_with_everything();
    const Octets frame = frame_of(request);
    EXPECT_EQ(parse_head(std::span{frame}.first<head_size>()), frame.size() - head_size);
    const std::optional<Request> read = parse_request(rest_of(frame));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->call, request.call);
    EXPECT_EQ(std::tuple(read->at, read->first, read->second, read->value),
              std::tuple(request.at, request.first, request.second, request.value));
    EXPECT_EQ(read->address, request.address);
    EXPECT_EQ(read->beside.credentials, request.beside.credentials);
    EXPECT_EQ(read->beside.packet_info->address, request.beside.packet_info->address);
    EXPECT_EQ(read->beside.packet_info->interface, 4u);
    EXPECT_EQ(read->beside.hop_limit, 64);
    EXPECT_EQ(read->beside.traffic_class, -1);
    EXPECT_EQ(read->beside.timestamp, WallTime{5ns});
    EXPECT_EQ(BytesView{read->octets}.text(), "hello");
}

TEST(RemoteMessage, EveryKindOfAddressIsCarried) {
    for (const char* text : {"10.0.0.1:80", "[2001:db8::1]:443", "unix:/run/x.sock", "unix:@name"}) {
        const Address address = Address::parse(text).value();
        const Octets frame = frame_of(Request{.call = Call::bind, .address = address});
        EXPECT_EQ(parse_request(rest_of(frame)).value().address, address) << text;
    }
}

TEST(RemoteMessage, AnAnswerIsReadAsItWasWritten) {
    const Octets frame = frame_of(Message{Answer{.marks = mark::truncated,
                                                 .value = 9,
                                                 .address = Address{"10.0.0.1", 53},
                                                 .octets = BytesView{"hello"}.span()}});
    const Answer read = std::get<Answer>(parse_message(rest_of(frame)).value());
    EXPECT_FALSE(read.failure);
    EXPECT_EQ(read.marks, mark::truncated);
    EXPECT_EQ(read.value, 9u);
    EXPECT_EQ(read.address, Address("10.0.0.1", 53));
    EXPECT_EQ(BytesView{read.octets}.text(), "hello");
}

TEST(RemoteMessage, AFailureIsCarriedWithItsDetail) {
    const Octets frame = frame_of(Message{Answer{.failure = Failure{Errc::refused, "RST"}}});
    const Answer read = std::get<Answer>(parse_message(rest_of(frame)).value());
    ASSERT_TRUE(read.failure);
    EXPECT_EQ(read.failure->code, Errc::refused);
    EXPECT_EQ(read.failure->detail, "RST");
}

TEST(RemoteMessage, NewsIsReadAsItWasWritten) {
    const Octets ready = frame_of(Message{Ready{.at = 3, .interest = backend::Interest::write}});
    EXPECT_EQ(std::get<Ready>(parse_message(rest_of(ready)).value()).at, 3u);
    EXPECT_EQ(std::get<Ready>(parse_message(rest_of(ready)).value()).interest, backend::Interest::write);
    const Octets ended = frame_of(Message{Ended{"web was switched off"}});
    EXPECT_EQ(std::get<Ended>(parse_message(rest_of(ended)).value()).why, "web was switched off");
}

TEST(RemoteMessage, WhatIsCutOffIsNothing) {
    const Octets request = frame_of(request_with_everything());
    const std::size_t octets_of_text = 5;
    for (std::size_t size = 0; size < request.size() - head_size - octets_of_text; ++size)
        EXPECT_FALSE(parse_request(rest_of(request).first(size))) << size;
    const Octets ended = frame_of(Message{Ended{"bye"}});
    for (std::size_t size = 0; size < ended.size() - head_size; ++size)
        EXPECT_FALSE(parse_message(rest_of(ended).first(size))) << size;
}

TEST(RemoteMessage, WhatHasNoMeaningIsNothing) {
    Octets frame = frame_of(Request{});
    frame[head_size] = std::byte{calls};
    EXPECT_FALSE(parse_request(rest_of(frame))) << "no such call";
    Octets ready = frame_of(Message{Ready{.at = 3}});
    ready.back() = std::byte{2};
    EXPECT_FALSE(parse_message(rest_of(ready))) << "neither reading nor writing";
    ready.back() = std::byte{0};
    ready.push_back(std::byte{0});
    EXPECT_FALSE(parse_message(rest_of(ready))) << "longer than its fields";
}

TEST(RemoteMessage, AFrameHasALimit) {
    Octets head(head_size);
    Writer{head}.u32(static_cast<std::uint32_t>(longest_frame));
    EXPECT_EQ(parse_head(std::span{head}.first<head_size>()), longest_frame);
    Writer{head}.u32(static_cast<std::uint32_t>(longest_frame + 1));
    EXPECT_FALSE(parse_head(std::span{head}.first<head_size>()));
    Writer{head}.u32(0);
    EXPECT_FALSE(parse_head(std::span{head}.first<head_size>()));
}

TEST(RemoteMessage, TheLongestDetailStillFitsAFrame) {
    const Octets frame = frame_of(Message{Answer{.failure = Failure{Errc::refused, std::string(5000, 'x')}}});
    EXPECT_TRUE(parse_message(rest_of(frame)));
    EXPECT_LE(frame.size(), longest_frame);
}

TEST(RemoteRecord, AQuestionIsReadAsItWasWritten) {
    const Question question{.name = "web.example", .servers = {Address{"10.0.0.53", 53}}};
    Octets octets;
    write_question(octets, question);
    EXPECT_EQ(parse_question(octets), question);
    octets.pop_back();
    EXPECT_FALSE(parse_question(octets));
}

TEST(RemoteRecord, AHostEntryIsReadAsItWasWritten) {
    const HostEntry entry{
        .name = "web.example",
        .aliases = {"www.example", ""},
        .addresses = {IpAddress::loopback(Family::inet), IpAddress::loopback(Family::inet6)}};
    Octets octets;
    write_host_entry(octets, entry);
    EXPECT_EQ(parse_host_entry(octets), entry);
}

TEST(RemoteRecord, AHostOfManyAddressesStillFitsAMessage) {
    HostEntry entry{.name = std::string(2000, 'x'), .aliases = {}, .addresses = {}};
    entry.aliases.assign(100, std::string(2000, 'y'));
    entry.addresses.assign(100, IpAddress::loopback(Family::inet6));
    Octets octets;
    write_host_entry(octets, entry);
    EXPECT_LE(octets.size(), most_octets);
    EXPECT_TRUE(parse_host_entry(octets));
}

TEST(RemoteRecord, InterfacesAreReadAsTheyWereWritten) {
    const std::vector<InterfaceName> interfaces{{1, "eth0"}, {2, "eth1"}};
    Octets octets;
    write_interfaces(octets, interfaces);
    EXPECT_EQ(parse_interfaces(octets), interfaces);
}

TEST(RemoteRecord, WhatTcpKnowsIsReadAsItWasWritten) {
    const TcpInfo info{.state = TcpState::close_wait,
                       .retries = 3,
                       .rtt = 10ms,
                       .rto = 200ms,
                       .send_mss = 1460,
                       .congestion_window = 10,
                       .slow_start_threshold = 11,
                       .in_flight = 12,
                       .unsent = 13,
                       .send_window = 14};
    Octets octets;
    write_tcp_info(octets, info);
    const TcpInfo read = parse_tcp_info(octets).value();
    EXPECT_EQ(
        std::tuple(read.state, read.retries, read.rtt, read.rto, read.send_mss, read.congestion_window),
        std::tuple(info.state, info.retries, info.rtt, info.rto, info.send_mss, info.congestion_window));
    EXPECT_EQ(std::tuple(read.slow_start_threshold, read.in_flight, read.unsent, read.send_window),
              std::tuple(info.slow_start_threshold, info.in_flight, info.unsent, info.send_window));
    octets.front() = std::byte{11};
    EXPECT_FALSE(parse_tcp_info(octets)) << "no such state";
}

}  // namespace
}  // namespace sockeye::remote
