// Fetching in a lab, from a server that says what the test tells it to.
#include "app/http/client.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

#include "sockeye/socket.hpp"
#include "test/conformance/place.hpp"

namespace sockeye::app::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

struct FetchTest : testing::Test, Receiver {
    /// Serves one client after another, each with the next of `answers`.
    Task<> serve(std::vector<std::string> answers) {
        for (const std::string& answer : answers) {
            Result<Accepted> client = co_await server.accept();
            Result<Bytes> request = co_await client->socket.recv(10'000);
            requests.emplace_back(request->text());
            Result<void> sent = co_await client->socket.sendall(answer);
            EXPECT_TRUE(sent);
        }
    }
    Task<> get(Fetch what) { outcome = co_await fetch(place.client(), std::move(what), *this); }
    const Result<Response>& fetch_from(std::vector<std::string> answers, std::string_view method = "GET") {
        place.server().spawn(serve(std::move(answers)));
        Fetch what;
        what.url = Url::parse("http://10.0.0.1:8080/start").value();
        what.method = method;
        what.deadline = 10s;
        place.client().run(get(std::move(what))).value();
        return *outcome;
    }

    Result<void> header(const Response& response) override {
        headers.push_back(response.header);
        return {};
    }
    Task<Result<void>> body(BytesView octets) override {
        received += octets.text();
        co_return Result<void>{};
    }

    std::vector<std::string> requests;
    std::vector<std::string> headers;
    std::string received;
    std::optional<Result<Response>> outcome;
    conformance::LabPlace place;
    Socket server{create_server(place.server(), Address{"10.0.0.1", 8080}).value()};
};

TEST_F(FetchTest, AsksAsRFC9112WantsItAndHandsOverTheBody) {
    EXPECT_EQ(fetch_from({"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"}).value().status, 200U);
    EXPECT_THAT(requests, ElementsAre(StartsWith("GET /start HTTP/1.1\r\nHost: 10.0.0.1:8080\r\n")));
    EXPECT_EQ(received, "hello");
    EXPECT_THAT(headers, ElementsAre("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
}

TEST_F(FetchTest, FollowsRedirectionsAndTellsOfTheLastResponseAlone) {
    fetch_from({"HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 4\r\n\r\nskip",
                "HTTP/1.1 301 Moved\r\nLocation: http://10.0.0.1:8080/last?q\r\n\r\n",
                "HTTP/1.1 200 OK\r\n\r\nthere"})
        .value();
    EXPECT_THAT(requests,
                ElementsAre(HasSubstr("GET /start "), HasSubstr("GET /next "), HasSubstr("GET /last?q ")));
    EXPECT_EQ(received, "there");
    EXPECT_THAT(headers, SizeIs(1));
}

TEST_F(FetchTest, RedirectionsInACircleEnd) {
    const std::vector<std::string> circle(20, "HTTP/1.1 302 Found\r\nLocation: /start\r\n\r\n");
    EXPECT_EQ(fetch_from(circle).error(), Errc::input_output);
    EXPECT_THAT(requests, SizeIs(11));
}

TEST_F(FetchTest, ARedirectionToHttpsIsUnsupported) {
    EXPECT_EQ(fetch_from({"HTTP/1.1 301 Moved\r\nLocation: https://10.0.0.1/\r\n\r\n"}).error(),
              Errc::unsupported);
}

TEST_F(FetchTest, AResponseThatBreaksOffIsClosed) {
    EXPECT_EQ(fetch_from({"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"}).error(), Errc::closed);
    EXPECT_EQ(received, "half");
}

TEST_F(FetchTest, WhatIsNoHttpIsSaid) {
    EXPECT_EQ(fetch_from({"SSH-2.0-OpenSSH\r\n"}).error(), Errc::input_output);
}

TEST_F(FetchTest, TheDeadlineIsOfTheWhole) {
    const Instant began = place.client().now();
    place.lab().at(1ms, [&] { place.lab().cut("server", "lan"); });
    EXPECT_EQ(fetch_from({}).error(), Errc::timed_out);
    EXPECT_EQ(place.client().now(), began + 10s);
}

}  // namespace
}  // namespace sockeye::app::http
