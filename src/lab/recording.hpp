// A recording of a lab, read back from its pcapng file: its nodes as far as the file names them, and its
// frames as their senders offered them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lab/journey.hpp"
#include "sockeye/error.hpp"
#include "wire/pcapng.hpp"

namespace sockeye::lab {

/// What a file has of one frame, as it stands there.
struct RecordedFrame {
    Instant at;                    ///< on the lab's clock
    std::string_view interface{};  ///< "alice:eth0"
    wire::PcapngWriter::Direction direction{};
    std::string_view comment{};  ///< "DROP cable cut at alice:eth0 -- lan:1"
    std::span<const std::byte> octets{};
};

/// What lab::to_pcapng(), Capture and `sockeye lab capture` write; and other tools' files, whose hosts are
/// named by their addresses. What no frame shows is not there: through how many ports a switch sent it, and
/// at how many hosts it arrived.
class Recording {
public:
    /// @param file  pcapng or pcap
    /// @param name  of the file, for what is wrong with it
    /// @returns invalid_argument: it is neither; corrupted: it breaks off, or makes no sense. Details name
    /// the
    ///   file and the frame.
    static Result<Recording> read(std::string file, std::string_view name);

    Recording(Recording&&) noexcept;
    Recording& operator=(Recording&&) noexcept;
    ~Recording();

    /// A lab wrote it; else another tool.
    bool is_of_a_lab() const { return is_of_a_lab_; }
    /// Its last block is there, which says what it is of: it has not been cut off. Only a lab's has one.
    bool is_complete() const { return is_complete_; }
    std::optional<std::uint64_t> seed() const { return seed_; }
    /// Of all frames of the lab, those behind its switches too; empty: the file does not know it.
    std::string_view hash() const { return hash_; }
    /// When the recording ended, on the lab's clock; nullopt: the file does not know it.
    std::optional<Instant> until() const { return until_; }
    /// What the lab was made from; empty: the file does not know it.
    const Sources& sources() const { return sources_; }
    /// A line a node and cable, as Topology::to_string() writes them.
    std::string_view topology() const { return topology_; }

    const std::vector<RecordedFrame>& frames() const { return frames_; }
    /// Those that lie no later than `until`.
    Past past(Instant until = Instant::never()) const;

private:
    class Reader;
    Recording();

    std::unique_ptr<const std::string> file_;  // what everything below looks into
    std::vector<std::unique_ptr<Node>> nodes_;
    std::deque<Record> records_;
    std::deque<Drop> drops_;
    std::vector<Journey> journeys_;  // in the order of time
    std::vector<Note> notes_;
    std::vector<RecordedFrame> frames_;
    bool is_of_a_lab_ = false;
    bool is_complete_ = false;
    std::optional<std::uint64_t> seed_;
    std::string_view hash_;
    std::string_view topology_;
    std::optional<Instant> until_;
    Sources sources_;
};

}  // namespace sockeye::lab
