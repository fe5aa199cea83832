// What sender and receiver say to each other, as values.
//
//   sender                                receiver
//   greeting                              greeting          both at once, 24 octets of text
//   Entry… ListEnd                                          what there is
//                                         (Skip | Have)… Go what is there already
//   (FileBegin Data… FileEnd)… Done                         file after file
//                                         Stored            all of it is under its names
//
// Either may say Failure instead, and then nothing more. Each message is a frame: type (1 octet),
// length of the body (4 octets), body; integers are big-endian.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/transfer/digest.hpp"
#include "sockeye/directory.hpp"
#include "sockeye/error.hpp"

namespace sockeye::app::transfer {

enum class Role : std::uint8_t { sender, receiver };

inline constexpr std::size_t greeting_size = 24;

std::string_view greeting_of(Role role);
/// @param own  a peer in the same role is an error
/// @returns input_output: it speaks another protocol or version, or both ends want the same
Result<void> check_greeting(std::string_view greeting, Role own);

/// A file or directory on offer.
struct Entry {
    /// Of a stream nobody knows the size before its end.
    enum class Kind : std::uint8_t { directory, file, stream };

    Kind kind = Kind::file;
    std::uint32_t mode = 0;  ///< permission bits, 0777 at most
    WallTime modified{};
    std::uint64_t size = 0;
    std::string path;

    friend bool operator==(const Entry&, const Entry&) = default;
};

struct ListEnd {
    std::uint32_t entries = 0;
    friend bool operator==(const ListEnd&, const ListEnd&) = default;
};

/// The receiver has the entry already.
struct Skip {
    std::uint32_t entry = 0;
    friend bool operator==(const Skip&, const Skip&) = default;
};

/// The receiver has the entry's first blocks.
struct Have {
    std::uint32_t entry = 0;
    std::uint64_t blocks = 0;
    Digest chain;  ///< over these blocks
    Digest last;   ///< of the last of them
    friend bool operator==(const Have&, const Have&) = default;
};

struct Go {
    friend bool operator==(const Go&, const Go&) = default;
};

struct FileBegin {
    std::uint32_t entry = 0;
    std::uint64_t block = 0;  ///< the first that follows; 0: from the beginning, whatever was there
    friend bool operator==(const FileBegin&, const FileBegin&) = default;
};

/// One block.
struct Data {
    Digest digest;
    std::span<const std::byte> octets;  ///< views the frame; empty: a full block of zeros
};

struct FileEnd {
    std::uint64_t size = 0;
    Digest chain;  ///< over all blocks
    friend bool operator==(const FileEnd&, const FileEnd&) = default;
};

struct Done {
    friend bool operator==(const Done&, const Done&) = default;
};

struct Stored {
    friend bool operator==(const Stored&, const Stored&) = default;
};

/// Why this end cannot go on.
struct Failure {
    Errc code = Errc::input_output;
    std::string text;
    friend bool operator==(const Failure&, const Failure&) = default;
};

/// In the order of their numbers on the wire, which start at 1.
using Message = std::variant<Entry, ListEnd, Skip, Have, Go, FileBegin, Data, FileEnd, Done, Stored, Failure>;

/// A frame's first octets.
struct Head {
    static constexpr std::size_t size = 5;
    std::uint8_t type = 0;
    std::uint32_t length = 0;  ///< of the body
};

/// Where a block's octets stand in its frame.
inline constexpr std::size_t data_offset = Head::size + Digest::size;

/// @param octets  Head::size of them
/// @returns input_output: no such message, or longer than one may be
Result<Head> parse_head(std::span<const std::byte> octets);

/// @returns input_output: the body is not what its type says
Result<Message> parse_body(const Head& head, std::span<const std::byte> body);

/// Appends the frame.
void write(std::vector<std::byte>& out, const Message& message);

/// Fills in the first data_offset octets of a block's frame, whose octets stand there already.
void write_data_head(std::span<std::byte> frame, const Digest& digest);

}  // namespace sockeye::app::transfer
