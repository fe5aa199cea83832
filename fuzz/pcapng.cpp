#include "wire/pcapng.hpp"

#include "fuzz/target.hpp"
#include "wire/pcapng_reader.hpp"

using namespace sockeye;

/// A packet that was read can be written and is read again, but for a time before 1970.
static void round_trip(const wire::PcapngReader::PacketRecord& record) {
    std::string file;
    wire::PcapngWriter writer{file};
    writer.section("");
    writer.interface({});
    writer.packet(
        {.at = record.at, .frame = record.frame, .direction = record.direction, .comment = record.comment});
    wire::PcapngReader reader{std::as_bytes(std::span{file})};
    (void)*reader.next();
    (void)*reader.next();
    const auto item = *reader.next();
    const auto& again = std::get<wire::PcapngReader::PacketRecord>(*item);
    fuzz::require(again.frame.size() == record.frame.size() && again.comment == record.comment);
    fuzz::require(again.at == record.at || record.at < Instant{});
}

FUZZ_TARGET(bytes) {
    wire::PcapngReader reader{bytes};
    for (auto item = reader.next(); item && item->has_value(); item = reader.next()) {
        if (const auto* packet = std::get_if<wire::PcapngReader::PacketRecord>(&**item))
            if (packet->direction <= wire::PcapngWriter::Direction::outbound) round_trip(*packet);
    }
}
