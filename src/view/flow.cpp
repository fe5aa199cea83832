#include "view/flow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sockeye::view {

namespace {

/// What a segment takes of the sequence space: SYN and FIN count as one octet each (RFC 9293 §3.4).
std::uint32_t length_of(const wire::TcpHeader& header, std::size_t payload_octets) {
    return static_cast<std::uint32_t>(payload_octets) + (header.flags.syn ? 1u : 0u) +
           (header.flags.fin ? 1u : 0u);
}

std::uint32_t relative(Sequence number, const std::optional<Sequence>& isn) {
    return isn ? (number - isn->raw()).raw() : number.raw();
}

bool is_first_ack(const std::optional<Sequence>& acked, const std::optional<Sequence>& peer_isn,
                  const wire::TcpHeader& header) {
    return !acked && peer_isn && header.ack == *peer_isn + 1;
}

}  // namespace

bool TcpFlow::is_new_connection(std::size_t from, const wire::TcpHeader& header) const {
    const std::optional<Sequence>& isn = sides_[from].isn;
    return header.flags.syn && !header.flags.ack && isn && *isn != header.seq;
}

Reading TcpFlow::read(std::size_t from, const wire::TcpHeader& header, std::size_t payload_octets,
                      Instant at) {
    Side& sender = sides_[from];
    const Side& peer = sides_[1 - from];
    if (!sender.isn && !header.flags.rst) {
        // Where the recording begins in the middle, the first octet seen has number 1.
        sender.isn = header.flags.syn ? header.seq : header.seq - 1;
        sender.next = header.seq;
    }

    Reading reading;
    reading.on_the_wire = fmt::format("{:<7} seq {}", wire::to_string(header.flags),
                                      sender.isn ? relative(header.seq, sender.isn) : 0);
    if (header.flags.ack) reading.on_the_wire += fmt::format(" ack {}", relative(header.ack, peer.isn));

    const Sequence end = header.seq + length_of(header, payload_octets);
    if (header.flags.fin) sender.fin_end = end;
    reading.meaning = meaning(sender, peer, header, payload_octets);
    if (!header.flags.rst) reading.repetition = note_repetition(sender, header, end, at);
    if (header.flags.ack && (!sender.acked || *sender.acked < header.ack)) sender.acked = header.ack;
    sender.window = header.window;
    return reading;
}

std::string TcpFlow::note_repetition(Side& sender, const wire::TcpHeader& header, Sequence end, Instant at) {
    if (end == header.seq) return {};
    std::string text;
    if (header.seq < sender.next) {
        text = "again";
        if (const auto before = sender.sent.find(header.seq.raw()); before != sender.sent.end()) {
            const auto milliseconds =
                std::chrono::duration_cast<std::chrono::milliseconds>(at - before->second).count();
            text += fmt::format(", {}.{:03} s later", milliseconds / 1000, milliseconds % 1000);
        }
    }
    sender.sent[header.seq.raw()] = at;
    if (sender.next < end) sender.next = end;
    return text;
}

std::string TcpFlow::meaning(const Side& sender, const Side& peer, const wire::TcpHeader& header,
                             std::size_t payload_octets) const {
    if (header.flags.rst) return peer.isn && !sender.isn ? "refused" : "reset";
    if (header.flags.syn) return header.flags.ack ? "SYN-RECEIVED" : "SYN-SENT";

    std::string text;
    if (payload_octets > 0) {
        const std::uint32_t first = relative(header.seq, sender.isn);
        text = fmt::format("{} B, seq {}..{}", payload_octets, first, first + payload_octets - 1);
        // The third step of the handshake may carry data (RFC 9293 §3.5).
        if (header.flags.ack && is_first_ack(sender.acked, peer.isn, header))
            text = fmt::format("{} B, ESTABLISHED", payload_octets);
    }
    if (header.flags.fin) {
        const bool peer_has_closed = header.flags.ack && peer.fin_end && header.ack == *peer.fin_end;
        if (!text.empty()) text += ", ";
        return text + (peer_has_closed ? "LAST-ACK" : "FIN-WAIT-1");
    }
    return text.empty() && header.flags.ack ? meaning_of_ack(sender, peer, header) : text;
}

std::string TcpFlow::meaning_of_ack(const Side& sender, const Side& peer, const wire::TcpHeader& header) {
    if (is_first_ack(sender.acked, peer.isn, header)) return "ESTABLISHED";
    if (peer.fin_end && header.ack == *peer.fin_end) {
        if (!sender.fin_end) return "CLOSE-WAIT";
        return peer.acked && *sender.fin_end <= *peer.acked ? "TIME-WAIT" : "CLOSING";
    }
    if (sender.acked && header.ack <= *sender.acked)
        return header.window == sender.window ? "duplicate ACK" : fmt::format("window {}", header.window);
    if (!sender.acked) return {};
    return fmt::format("{} B received", (header.ack - sender.acked->raw()).raw());
}

void Losses::add(std::size_t from, const wire::Summary& summary, Instant at, std::string_view why) {
    const Lost lost{.at = at, .why = std::string{why}};
    if (length_of(*summary.tcp, summary.payload_octets) == 0)
        acks_[from] = lost;
    else
        segments_[{from, summary.tcp->seq.raw()}] = lost;
}

std::string Losses::why_again(std::size_t from, Sequence seq) const {
    const auto tell = [](std::string_view what, const Lost& lost) {
        return fmt::format("{} at {} was lost: {}", what, to_string(lost.at), lost.why);
    };
    const auto found = segments_.find({from, seq.raw()});
    if (found != segments_.end()) return tell("the one", found->second);
    return acks_[1 - from] ? tell("an ACK", *acks_[1 - from]) : std::string{};
}

Flows::Flow& Flows::find(const wire::Summary& summary) {
    std::string one = summary.source.to_string();
    std::string other = summary.target.to_string();
    if (other < one) std::swap(one, other);
    const auto key = std::tuple{summary.protocol, std::move(one), std::move(other)};
    const auto found = flows_.find(key);
    Flow* flow = found == flows_.end() ? nullptr : &found->second;
    const bool is_tcp = summary.tcp.has_value();
    const std::size_t from = flow && flow->first_speaker == summary.source ? 0 : 1;
    if (flow && is_tcp && flow->tcp.is_new_connection(from, *summary.tcp))
        *flow = {.first_speaker = summary.source, .tcp = {}};
    return flow ? *flow : flows_.emplace(key, Flow{.first_speaker = summary.source, .tcp = {}}).first->second;
}

}  // namespace sockeye::view
