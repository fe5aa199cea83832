#include "app/http/message.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sockeye::app::http {
namespace {

std::optional<Status> put_slowly(RequestReader& reader, std::string_view text) {
    for (const char& c : text)
        if (const auto refused = reader.put(std::string_view{&c, 1})) return refused;
    return std::nullopt;
}

TEST(RequestReader, ReadsARequestHoweverItComes) {
    RequestReader reader;
    EXPECT_FALSE(reader.has_begun());
    EXPECT_EQ(put_slowly(reader, "GET /a?b HTTP/1.1\r\nHost: x\r\nRange: bytes=1-2\r\n\r\n"), std::nullopt);
    ASSERT_TRUE(reader.is_complete());
    const Request request = reader.take().value();
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.target, "/a?b");
    EXPECT_EQ(request.range, "bytes=1-2");
    EXPECT_TRUE(request.keep_alive);
}

TEST(RequestReader, WhatCameWithARequestBeginsTheNext) {
    RequestReader reader;
    EXPECT_EQ(reader.put("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.0\r\n\r\n"), std::nullopt);
    EXPECT_EQ(reader.take().value().target, "/1");
    EXPECT_EQ(reader.put({}), std::nullopt);
    ASSERT_TRUE(reader.is_complete());
    const Request second = reader.take().value();
    EXPECT_EQ(second.target, "/2");
    EXPECT_FALSE(second.keep_alive);  // RFC 9112 §9.3: HTTP/1.0
}

TEST(RequestReader, ABodyIsReadAndForgotten) {
    RequestReader reader;
    EXPECT_EQ(reader.put("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"), std::nullopt);
    EXPECT_EQ(reader.take().value().method, "POST");
    EXPECT_FALSE(reader.has_begun());
}

TEST(RequestReader, ABodyInChunksIsReadHoweverItComes_RFC9112_7_1) {
    for (const char* body : {"0\r\n\r\n", "2\r\nhi\r\n0\r\n\r\n"}) {
        RequestReader reader;
        const std::string header = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
        EXPECT_EQ(put_slowly(reader, header + body), std::nullopt) << body;
        EXPECT_TRUE(reader.is_complete()) << body;
    }
}

TEST(RequestReader, SaysWhatIsWrong) {
    const auto refusal = [](std::string_view text) { return RequestReader{}.put(text).value(); };
    EXPECT_EQ(refusal("hello\r\n\r\n"), Status::bad_request);
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nHo st: x\r\n\r\n"), Status::bad_request);
    EXPECT_EQ(refusal("GET / HTTP/1.1\r\nA: " + std::string(20'000, 'a')), Status::header_fields_too_large);
    EXPECT_EQ(refusal("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n"),
              Status::content_too_large);
}

TEST(RequestReader, AHostIsRequiredOnce_RFC9112_3_2) {
    for (const char* hosts : {"", "Host: a\r\nHost: b\r\n"}) {
        RequestReader reader;
        EXPECT_EQ(reader.put("GET / HTTP/1.1\r\n" + std::string{hosts} + "\r\n"), std::nullopt);
        EXPECT_EQ(reader.take().error(), Status::bad_request);
    }
}

TEST(Header, IsWrittenAsItIsReadElsewhere) {
    EXPECT_EQ(write_response_header(Status::not_found, {{"Content-Length", "0"}}),
              "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(write_request("GET", "/x", {{"Host", "a"}}), "GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
}

std::string body_of(ResponseReader& reader, std::string_view text) {
    std::string body;
    for (const char& c : text) EXPECT_EQ(reader.put(std::string_view{&c, 1}, body), "");
    return body;
}

TEST(ResponseReader, JoinsChunks_RFC9112_7_1) {
    ResponseReader reader{"GET"};
    EXPECT_EQ(body_of(reader,
                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                      "5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\n\r\n"),
              "hello, world");
    EXPECT_TRUE(reader.is_complete());
}

TEST(ResponseReader, ABodyWithoutLengthEndsWithTheConnection_RFC9112_6_3) {
    ResponseReader reader{"GET"};
    EXPECT_EQ(body_of(reader, "HTTP/1.0 200 OK\r\n\r\nall of it"), "all of it");
    EXPECT_FALSE(reader.is_complete());
    EXPECT_EQ(reader.put_end(), "");
    EXPECT_TRUE(reader.is_complete());
}

TEST(ResponseReader, OneThatBreaksOffIsNotComplete) {
    ResponseReader reader{"GET"};
    body_of(reader, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    reader.put_end();
    EXPECT_FALSE(reader.is_complete());
}

TEST(ResponseReader, HeadHasNoBodyWhateverItsFieldsSay_RFC9110_9_3_2) {
    ResponseReader reader{"HEAD"};
    body_of(reader, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
    EXPECT_TRUE(reader.is_complete());
}

TEST(ResponseReader, InformationalOnesComeBeforeTheOneThatCounts_RFC9110_15_2) {
    ResponseReader reader{"GET"};
    EXPECT_EQ(body_of(reader,
                      "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                      "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"),
              "no");
    EXPECT_EQ(reader.header().status, 404U);
    EXPECT_EQ(reader.header().reason, "Not Found");
}

TEST(ResponseReader, WhatIsNoHttpIsSaid) {
    ResponseReader reader{"GET"};
    std::string body;
    EXPECT_NE(reader.put("220 mail.example ESMTP\r\n", body), "");
}

}  // namespace
}  // namespace sockeye::app::http
