// Appends big-endian fields to a vector: for messages whose size is known when they are done.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/writer.hpp"

namespace sockeye {

class Appender {
public:
    /// @param out  must outlive the appender
    explicit Appender(std::vector<std::byte>& out) : out_{&out} {}

    void u8(std::uint8_t value) { out_->push_back(std::byte{value}); }
    void u16(std::uint16_t value) { grown(sizeof value).u16(value); }
    void u32(std::uint32_t value) { grown(sizeof value).u32(value); }
    void u64(std::uint64_t value) { grown(sizeof value).u64(value); }
    void bytes(std::span<const std::byte> source) { out_->insert(out_->end(), source.begin(), source.end()); }
    void bytes(std::span<const std::uint8_t> source) { bytes(std::as_bytes(source)); }
    void bytes(std::string_view source) { bytes(std::as_bytes(std::span{source})); }
    void zeros(std::size_t octets) { out_->resize(out_->size() + octets); }

    std::size_t size() const { return out_->size(); }

private:
    Writer grown(std::size_t octets) {
        zeros(octets);
        return Writer{std::span{*out_}.last(octets)};
    }

    std::vector<std::byte>* out_;
};

}  // namespace sockeye
