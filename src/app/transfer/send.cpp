#include "app/transfer/send.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

#include "app/transfer/channel.hpp"

namespace sockeye::app::transfer {
namespace {

constexpr std::size_t list_at_once = std::size_t{64} * 1024;

/// What the receiver has of an entry.
using Present = std::map<std::uint32_t, std::variant<Skip, Have>>;

struct Sending {
    Network& network;
    Channel channel;
    std::vector<Item> items;
    Observer* observer;
    Stream* stream;
    Present present;
    Summary summary;
    std::vector<std::byte> frame = std::vector<std::byte>(data_offset + block_size);

    Sending(Network& network_, Socket&& connection, std::vector<Item>&& items_, Options options,
            Stream* stream_)
        : network{network_},
          channel{network_, std::move(connection), options.patience},
          items{std::move(items_)},
          observer{options.observer},
          stream{stream_} {}
};

/// @pre octets is not empty
bool is_all_zeros(std::span<const std::byte> octets) {
    return octets[0] == std::byte{0} && std::memcmp(octets.data(), octets.data() + 1, octets.size() - 1) == 0;
}

Task<Result<void>> send_list(Sending& sending) {
    std::vector<std::byte> frames;
    for (const Item& item : sending.items) {
        write(frames, item.entry);
        if (item.entry.kind != Entry::Kind::directory) ++sending.summary.all.files;
        sending.summary.all.octets += item.entry.size;
        if (frames.size() < list_at_once) continue;
        Result<void> sent = co_await sending.channel.send(frames);
        if (!sent) co_return sent;
        frames.clear();
    }
    write(frames, ListEnd{static_cast<std::uint32_t>(sending.items.size())});
    Result<void> sent = co_await sending.channel.send(frames);
    co_return sent;
}

/// @returns whether it makes sense
bool note_present(Sending& sending, std::uint32_t entry, const std::variant<Skip, Have>& what) {
    if (entry >= sending.items.size()) return false;
    const Entry& offered = sending.items[entry].entry;
    if (offered.kind == Entry::Kind::directory) return false;
    std::uint64_t octets = offered.size;
    if (const Have* have = std::get_if<Have>(&what)) {
        if (have->blocks == 0 || (have->blocks - 1) > offered.size / block_size) return false;
        octets = std::min(offered.size, have->blocks * block_size);
    } else {
        ++sending.summary.present.files;
    }
    sending.summary.present.octets += octets;
    return sending.present.try_emplace(entry, what).second;
}

Task<Result<void>> hear_plan(Sending& sending) {
    for (;;) {
        Result<Message> message = co_await sending.channel.receive();
        if (!message) co_return std::unexpected{message.error()};
        bool good = false;
        if (const auto* skip = std::get_if<Skip>(&*message)) good = note_present(sending, skip->entry, *skip);
        if (const auto* have = std::get_if<Have>(&*message)) good = note_present(sending, have->entry, *have);
        if (std::holds_alternative<Go>(*message)) co_return {};
        if (!good)
            co_return std::unexpected{
                Error{Errc::input_output, "recv", "the other end has what was not offered"}};
    }
}

/// A block of `octets` stands in the frame: hashes it while it is hot, and sends it.
Task<Result<void>> send_block(Sending& sending, std::size_t octets, FileEnd& end) {
    const auto block = std::span{sending.frame}.subspan(data_offset, octets);
    const bool is_hole = octets == block_size && is_all_zeros(block);
    const Digest digest = is_hole ? digest_of_zeros() : digest_of(block);
    const auto frame = std::span{sending.frame}.first(data_offset + (is_hole ? 0 : octets));
    write_data_head(frame, digest);
    Result<void> sent = co_await sending.channel.send(frame);
    if (!sent) co_return sent;
    end.size += octets;
    end.chain = chained(end.chain, digest);
    if (sending.observer != nullptr) sending.observer->advanced(octets);
    Result<void> still_wanted = co_await sending.channel.check();
    co_return still_wanted;
}

/// Whether the receiver's last block is the one that is here: then what comes before it is believed.
bool is_same(const File& file, const Have& have, std::uint64_t size, std::span<std::byte> buffer) {
    const std::uint64_t start = (have.blocks - 1) * block_size;
    const auto block = buffer.first(std::min<std::uint64_t>(block_size, size - start));
    const Result<std::size_t> read = file.pread(block, start);
    return read && *read == block.size() && digest_of(block) == have.last;
}

Error changed(const Item& item) {
    return {Errc::busy, "send", item.path + ": it was changed while it was being sent"};
}

/// From end.size on.
Task<Result<void>> send_rest(Sending& sending, const Item& item, File file, FileEnd& end) {
    const auto block = std::span{sending.frame}.subspan(data_offset);
    while (end.size < item.entry.size) {
        const std::size_t wanted = std::min<std::uint64_t>(block_size, item.entry.size - end.size);
        const Result<std::size_t> read = file.pread(block.first(wanted), end.size);
        if (!read) co_return std::unexpected{read.error()};
        if (*read < wanted) co_return std::unexpected{changed(item)};
        Result<void> sent = co_await send_block(sending, wanted, end);
        if (!sent) co_return sent;
    }
    const Result<FileStatus> now = file.stat();
    if (!now || now->size != item.entry.size || now->modified != item.entry.modified)
        co_return std::unexpected{changed(item)};
    co_return {};
}

Task<Result<void>> send_file(Sending& sending, std::uint32_t index, FileEnd& end) {
    const Item& item = sending.items[index];
    Directory from = item.from;
    Result<File> file = from.open(item.path);
    if (!file) co_return std::unexpected{file.error()};
    FileBegin begin;
    begin.entry = index;
    const auto present = sending.present.find(index);
    if (present != sending.present.end()) {
        const Have& have = std::get<Have>(present->second);
        if (is_same(*file, have, item.entry.size, std::span{sending.frame}.subspan(data_offset))) {
            begin.block = have.blocks;
            end.size = std::min(item.entry.size, have.blocks * block_size);
            end.chain = have.chain;
        }
    }
    Result<void> begun = co_await sending.channel.say(begin);
    if (!begun) co_return begun;
    Result<void> sent = co_await send_rest(sending, item, std::move(*file), end);
    co_return sent;
}

/// Until the stream ends; whole blocks, but for the last.
Task<Result<void>> send_stream(Sending& sending, std::uint32_t index, FileEnd& end) {
    FileBegin begin;
    begin.entry = index;
    Result<void> done = co_await sending.channel.say(begin);
    std::size_t octets = 0;
    while (done) {
        Result<Bytes> part = co_await sending.stream->read(block_size - octets);
        if (!part) co_return std::unexpected{part.error()};
        std::copy_n(part->data(), part->size(), sending.frame.data() + data_offset + octets);
        octets += part->size();
        if (octets < block_size && !part->empty()) continue;
        if (octets == 0) co_return {};
        done = co_await send_block(sending, octets, end);
        if (octets < block_size) break;
        octets = 0;
    }
    co_return done;
}

Task<Result<void>> send_items(Sending& sending) {
    for (std::uint32_t i = 0; i < sending.items.size(); ++i) {
        const Entry& entry = sending.items[i].entry;
        const auto present = sending.present.find(i);
        if (entry.kind == Entry::Kind::directory) continue;
        if (present != sending.present.end() && std::holds_alternative<Skip>(present->second)) continue;
        if (sending.observer != nullptr) sending.observer->file_began(entry.path);
        FileEnd end;
        Result<void> sent{};
        if (entry.kind == Entry::Kind::stream)
            sent = co_await send_stream(sending, i, end);
        else
            sent = co_await send_file(sending, i, end);
        if (!sent) co_return sent;
        sent = co_await sending.channel.say(end);
        if (!sent) co_return sent;
        if (sending.observer != nullptr) sending.observer->file_ended(entry.path);
    }
    co_return {};
}

Task<Result<void>> finish(Sending& sending) {
    Result<void> said = co_await sending.channel.say(Done{});
    if (!said) co_return said;
    Result<Message> stored = co_await sending.channel.receive();
    if (!stored) co_return std::unexpected{stored.error()};
    if (!std::holds_alternative<Stored>(*stored))
        co_return std::unexpected{Error{Errc::input_output, "recv", "the other end speaks out of turn"}};
    co_return {};
}

Task<Result<void>> send_all(Sending& sending) {
    Result<void> done = co_await sending.channel.greet(Role::sender);
    if (!done) co_return done;
    if (sending.observer != nullptr) sending.observer->met();
    done = co_await send_list(sending);
    if (done) done = co_await hear_plan(sending);
    if (!done) co_return done;
    if (sending.observer != nullptr) sending.observer->agreed(sending.summary);
    done = co_await send_items(sending);
    if (done) done = co_await finish(sending);
    co_return done;
}

}  // namespace

Task<Result<Summary>> send(Network& network, Socket connection, std::vector<Item> items, Options options,
                           Stream* stream) {
    Sending sending{network, std::move(connection), std::move(items), options, stream};
    Result<void> done = co_await send_all(sending);
    if (done) co_return sending.summary;
    // Whether the other end heard it changes nothing here.
    (void)co_await sending.channel.tell(done.error());
    co_return std::unexpected{done.error()};
}

}  // namespace sockeye::app::transfer
