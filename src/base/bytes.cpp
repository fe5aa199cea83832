#include "sockeye/bytes.hpp"

#include <algorithm>

namespace sockeye {

Bytes::Bytes(std::size_t octets) : size_{octets} {
    if (octets > 0) data_ = std::make_unique_for_overwrite<std::byte[]>(octets);
}

Bytes::Bytes(std::string_view text) : Bytes{text.size()} {
    std::copy_n(std::as_bytes(std::span{text}).data(), text.size(), data());
}

}  // namespace sockeye
