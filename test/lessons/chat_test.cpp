// The checklist's rows on messages: a stream has none, and a chat makes them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "sockeye/kernel.hpp"
#include "sockeye/socket.hpp"
#include "test/lessons/serving.hpp"

namespace sockeye {
namespace {

using test::Serving;
using testing::EndsWith;

struct LessonsOnMessages : testing::Test {
    Socket join(std::string_view name) {
        Socket member = create_connection(network, Target::parse(room.address()).value(), 10s).wait().value();
        say(member, "/name " + std::string{name} + "\n");
        hear_until(member, "* you are " + std::string{name} + "\n");
        return member;
    }
    static void say(Socket& socket, std::string_view text) { socket.sendall(text).wait().value(); }
    static std::string hear_until(Socket& socket, std::string_view end) {
        std::string heard;
        while (!heard.ends_with(end)) {
            const Bytes piece = socket.recv(4096, 10s).wait().value();
            if (piece.empty()) break;
            heard += piece.text();
        }
        return heard;
    }

    KernelNetwork network;
    Serving room{{"127.0.0.1:0", "--chat"}};
};

TEST_F(LessonsOnMessages, Lesson115_TwoSendsMayArriveAsOneButTwoLinesStayTwoMessages) {
    Socket server = create_server(network, Address{"127.0.0.1", 0}).value();
    Socket plain = create_connection(network, Target{server.getsockname().value()}).wait().value();
    say(plain, "hi");
    say(plain, "byebye");
    Socket accepted = server.accept().wait().value().socket;
    EXPECT_EQ(accepted.recv(1024).wait().value().text(), "hibyebye");

    Socket anna = join("anna");
    Socket bob = join("bob");
    say(anna, "hi\n");
    say(anna, "byebye\n");
    EXPECT_EQ(hear_until(bob, "byebye\n"), "anna: hi\nanna: byebye\n");
}

TEST_F(LessonsOnMessages, Lesson116_ACharacterThatTheStreamCutsArrivesWhole) {
    Socket anna = join("anna");
    Socket bob = join("bob");
    const std::string text = std::string(1023, 'x') + "你好\n";
    say(anna, text.substr(0, 1024));
    say(anna, text.substr(1024));
    EXPECT_EQ(hear_until(bob, "\n"), "anna: " + text);
}

TEST_F(LessonsOnMessages, Lesson117_AnEmptyLineIsAMessageSoNobodyWaitsForEver) {
    Socket anna = join("anna");
    Socket bob = join("bob");
    say(anna, "\n");
    EXPECT_EQ(hear_until(bob, "\n"), "anna: \n");
}

TEST_F(LessonsOnMessages, Lesson124_WhatOthersSayIsShownWhileNothingIsTyped) {
    const std::string command = "sleep 5 | " SOCKEYE_COMMAND " chat " + room.address() + " 2>/dev/null";
    std::FILE* const chat = ::popen(command.c_str(), "r");
    Socket anna = join("anna");
    hear_until(anna, "has joined\n");
    say(anna, "hello\n");
    std::string heard;
    for (int c = std::fgetc(chat); c != EOF && c != '\n'; c = std::fgetc(chat)) heard += static_cast<char>(c);
    EXPECT_EQ(heard, "anna: hello");
    ::pclose(chat);
}

}  // namespace
}  // namespace sockeye
