#include "cli/session_call.hpp"

#include <algorithm>

#include "base/reader.hpp"
#include "cli/session_words.hpp"
#include "fuzz/target.hpp"

using namespace sockeye;

/// A traced program's call and memory, both of them hostile: what is told of it has no control character.
FUZZ_TARGET(bytes) {
    Reader reader{bytes};
    cli::RawCall raw;
    constexpr int calls = static_cast<int>(cli::NetworkCall::io_uring_enter) + 1;
    raw.call = static_cast<cli::NetworkCall>(reader.u8() % calls);
    for (std::uint64_t& argument : raw.arguments) argument = reader.u32();
    raw.result = static_cast<std::int64_t>(reader.u64());
    const std::span<const std::byte> memory = reader.rest();
    const cli::SessionCall call =
        cli::decode(raw, [memory](std::uint64_t address, std::span<std::byte> into) -> std::size_t {
            const auto from = memory.subspan(std::min<std::size_t>(address, memory.size()));
            const std::size_t octets = std::min(from.size(), into.size());
            std::copy_n(from.begin(), octets, into.begin());
            return octets;
        });
    const cli::SessionLine line = cli::session_line(call, cli::after(call, {}));
    for (const std::string& text : {line.call, line.meaning})
        fuzz::require(std::ranges::none_of(
            text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }));
}
