#include "lab/capture.hpp"

#include <limits>
#include <ostream>

#include "lab/pcapng.hpp"

namespace sockeye::lab {

namespace {

constexpr std::size_t enough = std::size_t{256} << 10;  // octets, for one write
constexpr std::uint32_t not_described = std::numeric_limits<std::uint32_t>::max();

std::string comment_on(link::Fate fate) {
    if (link::is_lost(fate)) return "DROP " + std::string{why_lost(fate)};
    return fate == link::Fate::arrives ? std::string{} : std::string{to_string(fate)};
}

}  // namespace

Capture::Capture(std::ostream& out, const Topology& topology)
    : out_{out}, topology_{topology}, writer_{buffer_} {
    writer_.section("Sockeye");
    write_names(writer_, topology);
}

Capture::~Capture() {
    write();
}

std::uint32_t Capture::interface(std::uint32_t cable, link::End from) {
    if (cable >= interfaces_.size()) interfaces_.resize(cable + 1, {not_described, not_described});
    std::uint32_t& number = interfaces_[cable][static_cast<std::size_t>(from)];
    if (number != not_described) return number;
    const Connection& connection = topology_.cables()[cable];
    const std::string name = connection.at(from).name();
    const std::string description = connection.name();
    number = writer_.interface({.name = name,
                                .description = description,
                                .bits_per_second = connection.cable.options().bits_per_second});
    return number;
}

void Capture::frame(const Record& record) {
    const std::string comment = comment_on(record.fate);
    writer_.packet({.interface = interface(record.cable, record.from),
                    .at = record.departs + epoch,
                    .frame = record.frame.bytes(),
                    .direction = wire::PcapngWriter::Direction::outbound,
                    .comment = comment});
    write_if_enough();
}

void Capture::lose(const Loss& loss, std::size_t octets, Instant now) {
    const std::string comment = comment_on(loss.fate);
    writer_.packet({.interface = interface(loss.cable, loss.from),
                    .at = now + epoch,
                    .octets = static_cast<std::uint32_t>(octets),
                    .direction = wire::PcapngWriter::Direction::outbound,
                    .comment = comment});
    write_if_enough();
}

void Capture::close(std::string_view recording) {
    writer_.custom(recording);
    write();
    out_.flush();
}

void Capture::write_if_enough() {
    if (buffer_.size() >= enough) write();
}

void Capture::write() {
    out_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    buffer_.clear();
}

}  // namespace sockeye::lab
