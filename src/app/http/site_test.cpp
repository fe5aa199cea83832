// A folder as a web site: what each request gets, and then over a connection in a lab.
#include "app/http/site.hpp"

#include <gmock/gmock.h>

#include <string>

#include "app/http/server.hpp"
#include "test/conformance/place.hpp"

namespace sockeye::app::http {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct SiteTest : testing::Test {
    SiteTest() {
        files.make_directory("docs").value();
        files.make_directory("list").value();
        write("index.html", "<p>home");
        write("docs/index.html", "<p>docs");
        write("list/a & b.txt", "0123456789");
    }
    void write(std::string_view path, std::string_view text) {
        File file = files.open(path, Access::create).value();
        file.pwrite(text, 0).value();
    }
    Reply get(std::string target, std::string range = "") {
        return reply_to({.method = "GET", .target = std::move(target), .range = std::move(range)}, files);
    }
    static std::string field(const Reply& reply, std::string_view name) {
        for (const Field& field : reply.fields)
            if (field.name == name) return field.value;
        return "";
    }
    static std::string body(Reply reply) {
        if (!reply.file) return reply.text;
        std::string text(reply.length, '\0');
        reply.file->pread(std::as_writable_bytes(std::span{text}), reply.offset).value();
        return text;
    }

    conformance::LabPlace place;
    Directory files{memory_directory(place.server())};
};

TEST_F(SiteTest, AFileIsItsOctetsAndTheirMediaType) {
    EXPECT_EQ(body(get("/list/a%20%26%20b.txt?v=2")), "0123456789");
    EXPECT_EQ(field(get("/list/a%20%26%20b.txt"), "Content-Type"), "text/plain; charset=utf-8");
}

TEST_F(SiteTest, AFolderIsItsIndexOrAListThatLinksToWhatIsInIt) {
    EXPECT_EQ(body(get("/")), "<p>home");
    EXPECT_EQ(body(get("/docs/")), "<p>docs");
    EXPECT_THAT(body(get("/list/")), HasSubstr("<a href=\"./a%20%26%20b.txt\">a &amp; b.txt</a>"));
}

TEST_F(SiteTest, AFolderWithoutItsSlashIsElsewhereAndOnThisHost) {
    EXPECT_EQ(get("/docs").status, Status::moved_permanently);
    EXPECT_EQ(field(get("/docs"), "Location"), "/docs/");
    EXPECT_EQ(field(get("//docs"), "Location"), "/docs/");
}

TEST_F(SiteTest, NothingOutsideIsReached) {
    for (const char* target :
         {"/../etc/passwd", "/docs/../../etc/passwd", "/%2e%2e/etc/passwd", "/..%2fetc/passwd",
          "//etc/passwd", "/docs/%00", "/%zz", "etc/passwd", "http://x/", "*"}) {
        const Status status = get(target).status;
        EXPECT_TRUE(status == Status::forbidden || status == Status::not_found ||
                    status == Status::bad_request)
            << target << ": " << to_string(status);
    }
}

TEST_F(SiteTest, OtherMethodsAreNotAllowed_RFC9110_15_5_6) {
    const Reply reply = reply_to({.method = "POST", .target = "/", .range = ""}, files);
    EXPECT_EQ(reply.status, Status::method_not_allowed);
    EXPECT_EQ(field(reply, "Allow"), "GET, HEAD");
}

TEST_F(SiteTest, ARangeIsPartOfAFile_RFC9110_14) {
    const std::string file = "/list/a%20%26%20b.txt";
    EXPECT_EQ(body(get(file, "bytes=2-4")), "234");
    EXPECT_EQ(body(get(file, "bytes=7-")), "789");
    EXPECT_EQ(body(get(file, "bytes=-2")), "89");
    EXPECT_EQ(body(get(file, "bytes=8-99")), "89");
    EXPECT_EQ(field(get(file, "bytes=2-4"), "Content-Range"), "bytes 2-4/10");
    EXPECT_EQ(get(file, "bytes=10-").status, Status::range_not_satisfiable);
    for (const char* ignored : {"bytes=4-2", "lines=1-2", "bytes=", "bytes=a-b", "bytes=0-1,3-4"})
        EXPECT_EQ(get(file, ignored).status, Status::ok) << ignored;
}

struct SiteServerTest : SiteTest {
    SiteServerTest() {
        Socket listener = create_server(place.server(), at).value();
        place.server().spawn(
            serve(place.server(), std::move(listener), conversing(site(place.server(), files))));
        client = create_connection(place.client(), Target{at}).wait().value();
    }
    std::string ask(std::string_view request, Duration patience = 1s) {
        client.sendall(request).wait().value();
        EXPECT_TRUE(place.lab().run_for(patience));
        Result<Bytes> answer = client.recv(100'000, Duration{}).wait();
        return answer ? std::string{answer->text()} : "";
    }
    bool has_closed() { return client.recv(1, 1min).wait().value().empty(); }

    Address at{"10.0.0.1", 8080};
    Socket client;
};

TEST_F(SiteServerTest, AnswersOneRequestAfterAnotherOnOneConnection_RFC9112_9_3) {
    const std::string first = ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(first, StartsWith("HTTP/1.1 200 OK\r\nDate: Sat, 01 Jan 2000 00:00:0"));
    EXPECT_THAT(first, EndsWith("\r\n\r\n<p>home"));
    EXPECT_THAT(ask("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"), EndsWith("\r\n\r\n"));
    EXPECT_THAT(ask("GET /none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
                StartsWith("HTTP/1.1 404 Not Found"));
    EXPECT_TRUE(has_closed());
}

TEST_F(SiteServerTest, RequestsThatArriveTogetherAreAnsweredInTheirOrder) {
    const std::string both =
        ask("GET /none HTTP/1.1\r\nHost: a\r\n\r\nGET /docs/ HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(both, StartsWith("HTTP/1.1 404"));
    EXPECT_THAT(both, EndsWith("<p>docs"));
}

TEST_F(SiteServerTest, WhatIsNoRequestIsSaidAndTheConnectionCloses) {
    EXPECT_THAT(ask("hello, server\r\n\r\n"), StartsWith("HTTP/1.1 400 Bad Request"));
    EXPECT_TRUE(has_closed());
}

TEST_F(SiteServerTest, AHeaderWithoutEndIsRefused_RFC6585_5) {
    EXPECT_THAT(ask("GET / HTTP/1.1\r\nA: " + std::string(20'000, 'a')),
                StartsWith("HTTP/1.1 431 Request Header Fields Too Large"));
}

TEST_F(SiteServerTest, ARequestThatDoesNotGetOnTimesOut_RFC9110_15_5_9) {
    EXPECT_THAT(ask("GET / HT", 20s), StartsWith("HTTP/1.1 408 Request Timeout"));
    EXPECT_TRUE(has_closed());
}

TEST_F(SiteServerTest, AVisitorWhoAsksNothingIsLeftAlone) {
    EXPECT_EQ(ask("", 40s), "");
    EXPECT_TRUE(has_closed());
}

}  // namespace
}  // namespace sockeye::app::http
