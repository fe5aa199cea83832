#include "base/subnet.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>

#include "base/address_text.hpp"

namespace sockeye {
namespace {

using address_text::mistake;

unsigned width_of(const IpAddress& address) {
    return static_cast<unsigned>(8 * address.size());
}

template <std::size_t size>
IpAddress from_number(AddressCount number) {
    std::array<std::uint8_t, size> octets{};
    for (std::size_t i = size; i-- > 0; number >>= 8) octets[i] = static_cast<std::uint8_t>(number);
    return IpAddress{octets};
}

IpAddress to_address(AddressCount number, Family family) {
    return family == Family::inet6 ? from_number<16>(number) : from_number<4>(number);
}

unsigned host_bits(const Prefix& prefix) {
    return width_of(prefix.address) - prefix.bits;
}

/// A block of 2^bits addresses; bits < 128.
AddressCount block(unsigned bits) {
    return AddressCount{1} << bits;
}

/// The fewest host bits that give `hosts` hosts their addresses.
unsigned host_bits_for(std::uint64_t hosts, Family family) {
    unsigned bits = 0;
    const Prefix any{IpAddress::any(family)};
    const unsigned width = width_of(any.address);
    while (bits < width &&
           hosts_of({any.address, static_cast<std::uint8_t>(width - bits)}).count < AddressCount{hosts})
        ++bits;
    return bits;
}

/// The addresses of a network that are not given away yet: all from `next` on.
class Remainder {
public:
    explicit Remainder(const Prefix& network)
        : next_{to_number(network.network())}, last_{to_number(network.broadcast())}, network_{network} {}

    /// Whether 2^bits addresses are left.
    bool has(unsigned bits) const {
        return bits <= host_bits(network_) && !is_used_up_ && last_ - next_ >= block_end(bits);
    }

    /// The next 2^bits addresses. `next` must be a multiple of that, and has(bits).
    Prefix take(unsigned bits) {
        const IpAddress address = to_address(next_, network_.address.family());
        is_used_up_ = last_ - next_ == block_end(bits);
        if (!is_used_up_) next_ += block(bits);
        return {address, static_cast<std::uint8_t>(width_of(address) - bits)};
    }

    /// All that is left.
    std::vector<Prefix> take_all() {
        std::vector<Prefix> blocks;
        while (!is_used_up_) {
            unsigned bits = host_bits(network_);
            while (!has(bits) || (next_ & block_end(bits)) != 0) --bits;
            blocks.push_back(take(bits));
        }
        return blocks;
    }

private:
    /// The last address of a block, counted from its first: 2^bits - 1, which fits for 128 bits too.
    static AddressCount block_end(unsigned bits) { return bits == 0 ? 0 : ~AddressCount{0} >> (128 - bits); }

    AddressCount next_;
    AddressCount last_;
    bool is_used_up_ = false;
    Prefix network_;
};

/// One subnet of at least that many hosts.
Result<Prefix> take_for(std::uint64_t hosts, const Prefix& network, Remainder& remainder) {
    const std::string name = network_of(network).to_string();
    const AddressCount most = hosts_of(network).count;
    if (hosts == 0) return mistake("a subnet has 1 host or more");
    if (most < AddressCount{hosts})
        return mistake(std::to_string(hosts) + " hosts are more than " + name + " has: " + to_string(most));
    const unsigned bits = host_bits_for(hosts, network.address.family());
    if (remainder.has(bits)) return remainder.take(bits);
    return mistake("no room is left in " + name + " for " + std::to_string(hosts) +
                   (hosts == 1 ? " host, who needs a /" : " hosts, who need a /") +
                   std::to_string(width_of(network.address) - bits) + ": take a larger network");
}

}  // namespace

AddressCount to_number(const IpAddress& address) {
    AddressCount number = 0;
    for (std::uint8_t octet : address.octets()) number = number << 8 | octet;
    return number;
}

std::optional<IpAddress> plus(const IpAddress& address, AddressCount more) {
    const AddressCount last = ~AddressCount{0} >> (128 - width_of(address));
    const AddressCount number = to_number(address);
    if (more > last - number) return std::nullopt;
    return to_address(number + more, address.family());
}

std::string to_string(AddressCount count) {
    std::string digits;
    do digits += static_cast<char>('0' + static_cast<int>(count % 10));
    while ((count /= 10) != 0);
    std::ranges::reverse(digits);
    return digits;
}

HostRange hosts_of(const Prefix& prefix) {
    const Family family = prefix.address.family();
    const AddressCount all_but_one = to_number(prefix.broadcast()) - to_number(prefix.network());
    if (all_but_one <= 1) return {prefix.network(), prefix.broadcast(), all_but_one + 1};
    const IpAddress first = to_address(to_number(prefix.network()) + 1, family);
    if (family == Family::inet6) return {first, prefix.broadcast(), all_but_one};
    return {first, to_address(to_number(prefix.broadcast()) - 1, family), all_but_one - 1};
}

bool has_broadcast(const Prefix& prefix) {
    return prefix.address.family() == Family::inet && host_bits(prefix) > 1;
}

Prefix network_of(const Prefix& prefix) {
    return {prefix.network(), prefix.bits};
}

bool is_same_network(const Prefix& own, const Prefix& peer) {
    return network_of(own) == network_of(peer);
}

Result<std::vector<Prefix>> split(const Prefix& network, std::uint32_t count) {
    if (count == 0) return mistake("a network is divided into 1 subnet or more");
    const auto borrowed = static_cast<unsigned>(std::bit_width(count - 1));
    if (count > most_subnets)
        return mistake(std::to_string(count) + " subnets are more than the " + std::to_string(most_subnets) +
                       " that are made at once: split in two steps");
    if (borrowed > host_bits(network))
        return mistake(network_of(network).to_string() + " cannot be divided into " + std::to_string(count) +
                       " subnets: it has " + to_string(block(host_bits(network))) + " addresses");
    Remainder remainder{network};
    std::vector<Prefix> subnets(std::size_t{1} << borrowed);
    for (Prefix& subnet : subnets) subnet = remainder.take(host_bits(network) - borrowed);
    return subnets;
}

Result<Division> divide(const Prefix& network, std::span<const std::uint64_t> hosts) {
    std::vector<std::uint64_t> wanted{hosts.begin(), hosts.end()};
    std::ranges::sort(wanted, std::greater{});
    Remainder remainder{network};
    Division division;
    for (std::uint64_t count : wanted) {
        const Result<Prefix> subnet = take_for(count, network, remainder);
        if (!subnet) return std::unexpected{subnet.error()};
        division.subnets.push_back({*subnet, count});
    }
    division.free = remainder.take_all();
    return division;
}

}  // namespace sockeye
