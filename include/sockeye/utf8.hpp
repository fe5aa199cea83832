// UTF-8 as it comes from a network: in pieces that may be cut anywhere.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "sockeye/bytes.hpp"
#include "sockeye/error.hpp"

namespace sockeye {

/// Checks octets and passes on whole characters alone (RFC 3629: no overlong forms, surrogates, or
/// characters beyond U+10FFFF). A character that is cut waits for its rest.
class Utf8Decoder {
public:
    /// What becomes of octets that are not UTF-8.
    enum class Malformed : std::uint8_t {
        refuse,
        replace,  ///< U+FFFD for each longest start of a character (Unicode 15, §3.9)
    };

    explicit Utf8Decoder(Malformed policy = Malformed::refuse) : policy_{policy} {}

    /// Appends to `text` what is whole, up to the mistake if there is one.
    /// @returns invalid_argument, whose detail names the octet and where it stands in the stream
    Result<void> decode(BytesView bytes, std::string& text);

    /// Nothing more comes: a character that is still cut is a mistake.
    Result<void> finish(std::string& text);

    /// Octets of a cut character: 0 to 3.
    std::size_t waiting() const { return waiting_; }

private:
    bool begin(std::uint8_t octet);
    bool continues(std::uint8_t octet) const { return octet >= least_ && octet <= most_; }
    Result<void> malformed(std::uint8_t octet, std::string& text);

    Malformed policy_;
    std::array<char, 4> character_{};
    std::uint8_t waiting_ = 0;  // octets of character_
    std::uint8_t missing_ = 0;  // octets to come
    std::uint8_t least_ = 0;    // what the next octet may be
    std::uint8_t most_ = 0;
    std::uint64_t position_ = 0;  // octets decoded
};

}  // namespace sockeye
