// Store: where what arrives goes. In a folder, a file is a Part until it is complete; a stream just
// takes the octets of all files.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "app/transfer/message.hpp"
#include "app/transfer/part.hpp"
#include "sockeye/directory.hpp"
#include "sockeye/stream.hpp"
#include "sockeye/task.hpp"

namespace sockeye::app::transfer {

class Store {
public:
    virtual ~Store() = default;

    /// What there is of a file already; nullopt: nothing.
    /// @returns exists: something else has its name; busy: another transfer is writing it
    virtual Result<std::optional<Message>> present(std::uint32_t index, const Entry& entry) = 0;
    virtual Result<void> make_directory(const Entry& entry) = 0;
    /// @param block  the first that follows: 0, or what present() said
    virtual Result<void> begin(const Entry& entry, std::uint64_t block) = 0;
    /// Octets and chain of what there is of the file that has begun.
    virtual FileEnd so_far() const = 0;
    /// @param octets  a block; empty: a full one of zeros
    virtual Task<Result<void>> append(std::span<const std::byte> octets, Digest digest) = 0;
    virtual Result<void> end() = 0;
    /// Everything has arrived.
    virtual Result<void> finish(const std::vector<Entry>& entries) = 0;
};

/// @param existing  what happens to a file that has the name of one that arrives and is not the same
std::unique_ptr<Store> store_in(Directory folder, Existing existing);
/// @param stream  must outlive the store
std::unique_ptr<Store> store_in(Stream& stream);

}  // namespace sockeye::app::transfer
