// What is to go wrong in a lab, and when: NAME.faults.yml, beside the topology.
//
//   faults:
//     - {at: 2s, do: cut, on: [alice, sw1], until: 5s}
//     - {at: 10s, do: impair, on: [gw, isp], loss: 20%, for: 3s, every: 10s, until: 1m}
//     - {at: 4s, do: partition, between: [[alice, bob], [web]], until: 9s}
//     - {at: 6s, do: crash, on: web, for: 2s}
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/file/topology_file.hpp"
#include "sockeye/lab.hpp"

namespace sockeye::lab {

struct Fault {
    enum class Kind : std::uint8_t { cut, hold, impair, partition, crash, restart };

    Place place;
    Kind kind{};
    Duration at{};                    ///< the first time
    std::optional<Duration> lasts{};  ///< then it is over; nothing: it stays
    std::optional<Duration> every{};  ///< from one beginning to the next
    std::optional<Duration> until{};  ///< the last beginning, where there are several
    std::vector<std::string> on{};    ///< the two ends of a cable, or a host
    bool one_way = false;             ///< only what goes from the first end to the second is impaired
    Impairments impairments{};
    std::array<std::vector<std::string>, 2> groups{};  ///< of a partition

    /// "cut alice -- sw1", for a person.
    std::string to_string() const;
};

std::string_view to_string(Fault::Kind kind);

struct FaultsFile {
    std::vector<Fault> faults;
    std::vector<Remark> remarks;  ///< in the order in which they stand in the file

    bool has_mistakes() const;
};

/// @param topology  what the faults' names are of
FaultsFile read_faults(std::string_view text, const TopologyFile& topology);

/// What read_faults() makes the same faults of: a line of the list, and a whole file.
std::string to_yaml(const Fault& fault);
std::string to_yaml(const std::vector<Fault>& faults);

/// From now on they happen when it is their time.
/// @pre the lab was built from that topology, its clock shows no more than each fault's `at`, and the file
/// has
///   no mistakes
void schedule(Lab& lab, const std::vector<Fault>& faults);

}  // namespace sockeye::lab
