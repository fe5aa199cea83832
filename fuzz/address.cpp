#include "sockeye/address.hpp"

#include <string>
#include <string_view>

#include "fuzz/target.hpp"
#include "sockeye/bytes.hpp"

using namespace sockeye;

namespace {

/// What is read is written so that the same is read again; what is refused is told how.
template <class Value>
void check(const Result<Value>& parsed) {
    if (parsed)
        fuzz::require(Value::parse(parsed->to_string()) == *parsed);
    else
        fuzz::require(parsed.error() == Errc::invalid_argument && !parsed.error().detail().empty());
}

/// A mistake is quoted to a terminal and into a log: as one line that does nothing there.
template <class Value>
void check_words(const Result<Value>& parsed) {
    if (parsed) return;
    for (const char octet : parsed.error().detail())
        fuzz::require(static_cast<unsigned char>(octet) >= ' ' && octet != '\x7f');
}

}  // namespace

FUZZ_TARGET(bytes) {
    const std::string_view text = BytesView{bytes}.text();
    const auto ip = IpAddress::parse(text);
    const auto prefix = Prefix::parse(text);
    const auto address = Address::parse(text);
    const auto target = Target::parse(text);
    check(ip), check(prefix), check(address), check(target);
    check_words(ip), check_words(prefix), check_words(address), check_words(target);
    if (prefix) fuzz::require(prefix->contains(prefix->network()) && prefix->contains(prefix->broadcast()));
    if (!target) return;
    const auto numeric = target->numeric();
    fuzz::require(numeric || numeric.error() == Errc::name_not_found);
    if (address) fuzz::require(numeric && numeric->port() == address->port());
}
