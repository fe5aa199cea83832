#include "app/transfer/receive.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/transfer/channel.hpp"
#include "app/transfer/name.hpp"
#include "app/transfer/offer.hpp"

namespace sockeye::app::transfer {
namespace {

constexpr std::size_t most_path_octets = std::size_t{256} * 1024 * 1024;  // of all entries together

struct Receiving {
    Channel channel;
    std::unique_ptr<Store> store;
    Observer* observer;
    std::vector<Entry> entries;
    std::vector<bool> expected;  ///< of each entry: it is a file that is still to come
    Summary summary;

    Receiving(Network& network, Socket&& connection, std::unique_ptr<Store>&& store_, Options options)
        : channel{network, std::move(connection), options.patience},
          store{std::move(store_)},
          observer{options.observer} {}
};

Error out_of_turn() {
    return {Errc::input_output, "recv", "the other end speaks out of turn"};
}

Error corrupted(const Entry& entry, std::string_view what) {
    return {Errc::corrupted, "recv", std::string{entry.path}.append(": ").append(what)};
}

Task<Result<void>> hear_list(Receiving& receiving) {
    std::size_t octets = 0;
    for (;;) {
        Result<Message> message = co_await receiving.channel.receive();
        if (!message) co_return std::unexpected{message.error()};
        if (const auto* end = std::get_if<ListEnd>(&*message)) {
            if (end->entries == receiving.entries.size()) co_return {};
            co_return std::unexpected{out_of_turn()};
        }
        Entry* entry = std::get_if<Entry>(&*message);
        if (entry == nullptr) co_return std::unexpected{out_of_turn()};
        Result<void> good = check_path(entry->path);
        if (!good)
            co_return std::unexpected{Error{Errc::input_output, "recv", std::string{good.error().detail()}}};
        octets += entry->path.size();
        if (receiving.entries.size() == most_entries || octets > most_path_octets)
            co_return std::unexpected{Error{Errc::resources_exhausted, "recv", "too many files at once"}};
        receiving.entries.push_back(std::move(*entry));
    }
}

/// What there is of one entry, as the sender is to hear it.
Result<void> plan_entry(Receiving& receiving, std::uint32_t index, std::vector<std::byte>& frames) {
    const Entry& entry = receiving.entries[index];
    if (entry.kind == Entry::Kind::directory) return receiving.store->make_directory(entry);
    Summary& summary = receiving.summary;
    ++summary.all.files;
    summary.all.octets += entry.size;
    Result<std::optional<Message>> present = receiving.store->present(index, entry);
    if (!present) return std::unexpected{std::move(present.error())};
    receiving.expected[index] = true;
    if (!*present) return {};
    write(frames, **present);
    if (const auto* have = std::get_if<Have>(&**present)) {
        summary.present.octets += std::min(entry.size, have->blocks * block_size);
        return {};
    }
    receiving.expected[index] = false;
    ++summary.present.files;
    summary.present.octets += entry.size;
    return {};
}

Task<Result<void>> say_plan(Receiving& receiving) {
    std::vector<std::byte> frames;
    receiving.expected.resize(receiving.entries.size());
    for (std::uint32_t i = 0; i < receiving.entries.size(); ++i) {
        Result<void> planned = plan_entry(receiving, i, frames);
        if (!planned) co_return planned;
    }
    write(frames, Go{});
    Result<void> said = co_await receiving.channel.send(frames);
    co_return said;
}

/// Checks a block and keeps it.
Task<Result<void>> take_block(Receiving& receiving, const Entry& entry, const Data& data) {
    const FileEnd before = receiving.store->so_far();
    const std::uint64_t octets = data.octets.empty() ? block_size : data.octets.size();
    if (before.size % block_size != 0 ||
        (entry.kind == Entry::Kind::file && before.size + octets > entry.size))
        co_return std::unexpected{out_of_turn()};
    if (data.digest != (data.octets.empty() ? digest_of_zeros() : digest_of(data.octets)))
        co_return std::unexpected{corrupted(entry, "a block is not what was sent")};
    Result<void> kept = co_await receiving.store->append(data.octets, data.digest);
    if (kept && receiving.observer != nullptr) receiving.observer->advanced(octets);
    co_return kept;
}

Result<void> end_file(Receiving& receiving, const Entry& entry, const FileEnd& end) {
    const FileEnd here = receiving.store->so_far();
    if (here != end || (entry.kind == Entry::Kind::file && here.size != entry.size))
        return std::unexpected{corrupted(entry, "the whole is not what was sent")};
    return receiving.store->end();
}

Task<Result<void>> take_file(Receiving& receiving, FileBegin begin) {
    if (begin.entry >= receiving.entries.size() || !receiving.expected[begin.entry])
        co_return std::unexpected{out_of_turn()};
    receiving.expected[begin.entry] = false;
    const Entry& entry = receiving.entries[begin.entry];
    if (receiving.observer != nullptr) receiving.observer->file_began(entry.path);
    Result<void> done = receiving.store->begin(entry, begin.block);
    while (done) {
        Result<Message> message{};
        if (entry.kind == Entry::Kind::stream)
            message = co_await receiving.channel.receive_whenever();
        else
            message = co_await receiving.channel.receive();
        if (!message) co_return std::unexpected{message.error()};
        if (const auto* end = std::get_if<FileEnd>(&*message)) {
            done = end_file(receiving, entry, *end);
            if (done && receiving.observer != nullptr) receiving.observer->file_ended(entry.path);
            co_return done;
        }
        const auto* data = std::get_if<Data>(&*message);
        if (data == nullptr) co_return std::unexpected{out_of_turn()};
        done = co_await take_block(receiving, entry, *data);
    }
    co_return done;
}

Task<Result<void>> take_files(Receiving& receiving) {
    for (;;) {
        Result<Message> message = co_await receiving.channel.receive();
        if (!message) co_return std::unexpected{message.error()};
        if (std::holds_alternative<Done>(*message)) {
            if (std::ranges::find(receiving.expected, true) == receiving.expected.end()) co_return {};
            co_return std::unexpected{out_of_turn()};
        }
        const auto* begin = std::get_if<FileBegin>(&*message);
        if (begin == nullptr) co_return std::unexpected{out_of_turn()};
        Result<void> taken = co_await take_file(receiving, *begin);
        if (!taken) co_return taken;
    }
}

Task<Result<void>> receive_all(Receiving& receiving) {
    Result<void> done = co_await receiving.channel.greet(Role::receiver);
    if (!done) co_return done;
    if (receiving.observer != nullptr) receiving.observer->met();
    done = co_await hear_list(receiving);
    if (done) done = co_await say_plan(receiving);
    if (!done) co_return done;
    if (receiving.observer != nullptr) receiving.observer->agreed(receiving.summary);
    done = co_await take_files(receiving);
    if (done) done = receiving.store->finish(receiving.entries);
    if (done) done = co_await receiving.channel.say(Stored{});
    co_return done;
}

}  // namespace

Task<Result<Summary>> receive(Network& network, Socket connection, std::unique_ptr<Store> store,
                              Options options) {
    Receiving receiving{network, std::move(connection), std::move(store), options};
    Result<void> done = co_await receive_all(receiving);
    if (done) co_return receiving.summary;
    // Whether the other end heard it changes nothing here.
    (void)co_await receiving.channel.tell(done.error());
    co_return std::unexpected{done.error()};
}

}  // namespace sockeye::app::transfer
