#include "sockeye/bytes.hpp"

#include <algorithm>

namespace sockeye {
namespace {

void release_to_heap(void* /*owner*/, std::byte* block) noexcept {
    delete[] block;
}

}  // namespace

Bytes::Bytes(std::size_t octets) : size_{octets} {
    if (octets == 0) return;
    data_ = new std::byte[octets];
    release_ = release_to_heap;
}

Bytes::Bytes(std::string_view text) : Bytes{text.size()} {
    std::copy_n(std::as_bytes(std::span{text}).data(), text.size(), data_);
}

}  // namespace sockeye
