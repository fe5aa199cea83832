// A lab's frames as they come, in a pcapng file that somebody writes: one record a frame and cable.
#pragma once

#include <array>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "lab/recorder.hpp"
#include "lab/topology.hpp"
#include "wire/pcapng.hpp"

namespace sockeye::lab {

/// Keeps no frame, so it costs no memory however long the lab runs. Each end of a cable is an interface,
/// described when the first frame leaves there. A frame that was lost at once has the comment "DROP queue
/// full"; of one that was lost on its way that is known too late: it has another record then, without
/// octets, with the comment "DROP cable cut".
class Capture {
public:
    /// Both must outlive it.
    Capture(std::ostream& out, const Topology& topology);
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;
    /// What is still to be written is written.
    ~Capture();

    void frame(const Record& record);
    void lose(const Loss& loss, std::size_t octets, Instant now);
    /// Seed, hash and topology; the last thing in the file.
    void close(std::string_view recording);

private:
    std::uint32_t interface(std::uint32_t cable, link::End from);
    void write();
    void write_if_enough();

    std::ostream& out_;
    const Topology& topology_;
    std::string buffer_;
    wire::PcapngWriter writer_;
    std::vector<std::array<std::uint32_t, 2>> interfaces_;  ///< by cable and end
};

}  // namespace sockeye::lab
