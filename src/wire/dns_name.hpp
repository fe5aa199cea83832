// A domain name (RFC 1035 §3.1) as labels of any octets, at most 255 octets on the wire.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "sockeye/error.hpp"

namespace sockeye::wire {

class DnsName {
public:
    static constexpr std::size_t maximum_label = 63;    // octets
    static constexpr std::size_t maximum_octets = 255;  // lengths and the root's included

    /// The root, "."
    DnsName() = default;

    /// "www.example", with or without a dot behind it; "\." and "\046" for octets that would mean
    /// something else (RFC 1035 §5.1). "." is the root.
    /// @returns Errc::invalid_argument with a detail that names the mistake.
    static Result<DnsName> parse(std::string_view text);

    /// Puts a label behind the others.
    /// @returns false, and changes nothing, if the label is empty or too long or the name would be.
    [[nodiscard]] bool append(std::string_view label);

    bool is_root() const { return labels_.empty(); }
    /// The first label, with nothing in front. @pre not the root
    std::string_view first_label() const;
    /// The name without its first label. @pre not the root
    DnsName parent() const;

    /// Each label behind its length, without the root's zero. What is written uncompressed.
    std::string_view labels() const { return labels_; }
    std::size_t octets() const { return labels_.size() + 1; }

    /// Without a dot behind it, but for the root: "www.example", ".".
    std::string to_string() const;

    /// Whatever the case of ASCII letters (RFC 4343).
    friend bool operator==(const DnsName& a, const DnsName& b);

private:
    std::string labels_;
};

}  // namespace sockeye::wire
