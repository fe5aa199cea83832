// Resolver: a stub resolver (RFC 1034 §5.3.1) without I/O: makes questions, takes answers, and
// remembers them for as long as they may be kept.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "sockeye/names.hpp"
#include "sockeye/time.hpp"
#include "wire/dns_query.hpp"

namespace sockeye::stack {

class Resolver {
public:
    explicit Resolver(Random random) : random_{random} {}

    wire::DnsMessage ask(const wire::DnsQuestion& question);

    /// What a reply means, which is kept.
    /// @pre its code is no_error or name_error
    /// @returns name_not_found: there is no such name, or nothing of that type
    Result<HostEntry> take(const wire::DnsMessage& reply, const wire::DnsQuestion& question, Instant now);

    /// What is known already.
    std::optional<Result<HostEntry>> recall(const wire::DnsQuestion& question, Instant now);

private:
    struct Kept {
        wire::DnsQuestion question;
        Result<HostEntry> answer;
        Instant until;
        bool is_no_name = false;  ///< not of this type alone is there nothing (RFC 2308 §5)

        bool answers(const wire::DnsQuestion& other) const;
    };
    static constexpr std::size_t most_kept = 256;

    Random random_;
    std::vector<Kept> cache_;  ///< the oldest first
};

}  // namespace sockeye::stack
