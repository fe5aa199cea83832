// What is to come true in a lab, as a sentence of a topology file's "expect": "alice reaches web within 2s".
//
//   SUBJECT VERB OBJECT [at TIME] [within TIME | for TIME]
//
//   subject   a host; every host
//   verb      reaches TARGET                does not reach TARGET
//             connects to TARGET:PORT       does not connect to TARGET:PORT
//             is refused by TARGET:PORT     is not refused by TARGET:PORT
//             gets URL                      does not get URL
//             resolves NAME [to IP]         does not resolve NAME [to IP]
//             has an address [by DHCP]      has no address [by DHCP]
//             has the address IP            does not have the address IP
//   target    an address; a node; a name for the host's resolver; every other
//   at        when it begins, by the lab's clock; otherwise once the host's programs do what they are for,
//             and what is said of addresses once they start
//   within    what is said comes true at least once in that time (5s)
//   for       it is true each time that it is tried, once a second (5s, where it says "not" or "no")
//
//   nothing is dropped, nothing is lost: by no device, on no cable, in the whole run
//   a storm ends the run: switches that are cabled in a loop send one frame on again and again
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "lab/file/place.hpp"
#include "sockeye/address.hpp"
#include "sockeye/time.hpp"

namespace sockeye::lab {

struct Expectation {
    enum class Kind : std::uint8_t {
        reaches,          ///< an ICMP echo is answered
        connects,         ///< TCP
        is_refused,       ///< TCP: the answer to SYN is RST
        gets,             ///< HTTP: a page, its status 200 to 299
        resolves,         ///< a name
        has_an_address,   ///< one that others can send to: no link-local one
        has_the_address,  ///< that one
        no_drop,
        no_loss,
        storm,
    };
    enum class When : std::uint8_t { once, always, never };

    Place place;
    std::string sentence;  ///< as it is written, one blank between words
    Kind kind{};
    When when{};
    std::string host;    ///< empty: every one
    std::string target;  ///< an address, a name or a URL; empty: every other host
    Place target_place;
    std::uint16_t port = 0;
    std::optional<IpAddress> address;  ///< that a name resolves to, or that the host has
    bool by_dhcp = false;
    std::optional<Duration> at;
    Duration lasts = 5s;

    /// It is of the whole run and not of a host.
    bool is_of_the_run() const {
        return kind == Kind::no_drop || kind == Kind::no_loss || kind == Kind::storm;
    }
};

/// What is wrong with a sentence.
struct SentenceMistake {
    std::size_t offset = 0;  ///< of the word, in octets
    std::string words;       ///< what is wrong, and what to write
};

/// Knows no topology: whether the hosts are there is another's question.
/// @param place  where the sentence begins
std::expected<Expectation, SentenceMistake> parse_expectation(std::string_view sentence, Place place = {});

/// The verbs, a line each, for a person.
std::string list_expectations();

}  // namespace sockeye::lab
