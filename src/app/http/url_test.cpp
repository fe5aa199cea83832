#include "app/http/url.hpp"

#include <gmock/gmock.h>

#include <string>

namespace sockeye::app::http {
namespace {

using testing::HasSubstr;

TEST(Url, HasPort80AndTheRootUnlessItSaysOtherwise_RFC9110_4_2_1) {
    const Url url = Url::parse("http://web.example").value();
    EXPECT_EQ(url.host, "web.example");
    EXPECT_EQ(url.port, 80);
    EXPECT_EQ(url.target, "/");
    EXPECT_EQ(url.authority(), "web.example");
}

TEST(Url, KeepsPathAndQueryAsTheyAreAndDropsTheFragment) {
    const Url url = Url::parse("http://web.example:8080/a%20b/c?d=e#f").value();
    EXPECT_EQ(url.target, "/a%20b/c?d=e");
    EXPECT_EQ(url.authority(), "web.example:8080");
    EXPECT_EQ(Url::parse("http://web.example?q").value().target, "/?q");
}

TEST(Url, TheSchemeMayBeLeftOut) {
    EXPECT_EQ(Url::parse("127.0.0.1:8000/x").value(), Url::parse("http://127.0.0.1:8000/x").value());
}

TEST(Url, AnIPv6HostStandsInBracketsAndIsKeptWithout) {
    const Url url = Url::parse("http://[::1]:8080/").value();
    EXPECT_EQ(url.host, "::1");
    EXPECT_EQ(url.peer().to_string(), Target::parse("tcp://[::1]:8080").value().to_string());
    EXPECT_EQ(url.to_string(), "http://[::1]:8080/");
}

TEST(Url, WhatCannotBeFetchedIsNamed) {
    EXPECT_EQ(Url::parse("https://web.example/").error(), Errc::unsupported);
    EXPECT_THAT(std::string{Url::parse("https://web.example/").error().detail()},
                HasSubstr("not supported yet"));
    EXPECT_EQ(Url::parse("ftp://web.example/").error(), Errc::unsupported);
    for (const char* text :
         {"", "http://", "http:///path", "http://web.example:0/", "http://web.example:65536/",
          "http://web.example:99999/", "http://web.example/a b", "http://user:secret@web.example/",
          "http://a\r\nb/", "http://a%40b/", "http://a%3a80/"})
        EXPECT_EQ(Url::parse(text).error(), Errc::invalid_argument) << text;
}

TEST(Url, AReferenceIsResolvedAgainstWhereItStands_RFC3986_5_4) {
    const Url here = Url::parse("http://a/b/c/d;p?q").value();
    const auto leads_to = [&](const char* reference) { return here.resolve(reference).value().to_string(); };
    EXPECT_EQ(leads_to("g"), "http://a/b/c/g");
    EXPECT_EQ(leads_to("./g"), "http://a/b/c/g");
    EXPECT_EQ(leads_to("/g"), "http://a/g");
    EXPECT_EQ(leads_to("//g"), "http://g/");
    EXPECT_EQ(leads_to("?y"), "http://a/b/c/d;p?y");
    EXPECT_EQ(leads_to("../g"), "http://a/b/g");
    EXPECT_EQ(leads_to("http://other:81/"), "http://other:81/");
    EXPECT_EQ(here.resolve("https://a/").error(), Errc::unsupported);
    EXPECT_EQ(here.resolve("http://[/").error(), Errc::invalid_argument);
}

TEST(PercentDecoding, IsOctetByOctetAndRefusesWhatIsNone) {
    EXPECT_EQ(percent_decoded("/a%20b%E4%BD%A0").value(), "/a b你");
    for (const char* text : {"%", "%2", "%zz", "%00"}) EXPECT_FALSE(percent_decoded(text)) << text;
}

}  // namespace
}  // namespace sockeye::app::http
