#include "sockeye/bytes.hpp"

#include <algorithm>

#include "base/shared_block.hpp"

namespace sockeye {

Bytes::Bytes(std::size_t octets)
    : data_{octets > 0 ? new std::byte[octets] : nullptr}, marked_size_{octets} {}

Bytes::Bytes(std::string_view text) : Bytes{text.size()} {
    std::copy_n(std::as_bytes(std::span{text}).data(), text.size(), data());
}

void Bytes::release() const noexcept {
    if ((marked_size_ & piece_mark) != 0)
        SharedBlock::release(SharedBlock::around(data_));
    else
        delete[] data_;
}

}  // namespace sockeye
