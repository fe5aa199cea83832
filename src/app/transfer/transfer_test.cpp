// Both ends of a transfer, as programs of two hosts in a lab with files in memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "app/transfer/name.hpp"
#include "app/transfer/receive.hpp"
#include "app/transfer/send.hpp"
#include "base/random.hpp"
#include "sockeye/lab.hpp"

namespace sockeye::app::transfer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint16_t port = 9000;

std::string some_octets(std::size_t octets, std::uint64_t seed = 1) {
    Random random{seed};
    std::string text(octets, '\0');
    for (char& each : text) each = static_cast<char>(random.next());
    return text;
}

struct Transfers : testing::Test {
    using Ended = std::optional<Result<Summary>>;

    static void put(Directory& into, const std::string& path, std::string_view text,
                    std::uint32_t mode = 0644) {
        File file = into.open(path, Access::create).value();
        file.pwrite(text, 0).value();
        file.close().value();
        into.set_status(path, {.mode = mode, .modified = WallTime{1'000'000'007ns}}).value();
    }
    static std::string read(const Directory& from, const std::string& path) {
        Directory folder = from;
        Result<File> file = folder.open(path);
        if (!file) return file.error().message();
        std::string text(file->stat().value().size, '\0');
        text.resize(file->pread(std::as_writable_bytes(std::span{text}), 0).value());
        return text;
    }
    static std::vector<std::string> names(const Directory& folder) {
        std::vector<std::string> all;
        const auto listed = folder.list().value();
        for (const DirectoryEntry& each : listed) all.push_back(each.name);
        return all;
    }

    Task<> keep_sending(Target to, std::vector<Item> items) {
        Result<Socket> connection = co_await create_connection(sender, to);
        if (!connection) {
            sent = std::unexpected{connection.error()};
            co_return;
        }
        sent = co_await send(sender, std::move(*connection), std::move(items), options);
    }
    Task<> keep_receiving() {
        Socket server = create_server(receiver, {"10.0.0.2", port}).value();
        Result<Accepted> accepted = co_await server.accept();
        received =
            co_await receive(receiver, std::move(accepted->socket), store_in(there, existing), options);
    }
    std::vector<Item> items(std::initializer_list<const char*> paths) {
        std::vector<Item> all;
        for (const char* path : paths) add_to(all, here, path, path).value();
        return all;
    }
    /// The receiver's files on a disk that is large enough.
    void copy_into_more_room() {
        Directory large = memory_directory(receiver);
        for (const std::string& name : names(there)) put(large, name, read(there, name));
        there = large;
    }
    /// Runs both ends for as long as they take.
    void run(std::vector<Item> what) {
        sent.reset();
        received.reset();
        receiver.spawn(keep_receiving());
        sender.spawn(keep_sending({"10.0.0.2", port}, std::move(what)));
        for (int minutes = 0; minutes < 30 && !(sent && received); ++minutes) lab.run_for(1min).value();
        ASSERT_TRUE(sent && received);
    }
    /// The same with a peer that is not ours at the other end of the receiver.
    void receive_from(std::string_view octets) {
        received.reset();
        receiver.spawn(keep_receiving());
        Socket peer = create_connection(sender, {"10.0.0.2", port}).wait().value();
        peer.sendall(octets).wait().value();
        peer.shutdown(Shutdown::write).value();
        heard.clear();
        for (;;) {
            Result<Bytes> part = peer.recv(4096).wait();
            if (!part || part->empty()) break;
            heard += part->text();
        }
        lab.run_for(1min).value();
        ASSERT_TRUE(received);
    }

    Lab lab{{.seed = 7}};
    Switch& lan = lab.add_switch("lan");
    Host& sender = lab.add_host("sender", lan, "10.0.0.1/24");
    Host& receiver = lab.add_host("receiver", lan, "10.0.0.2/24");
    Directory here = memory_directory(sender);
    Directory there = memory_directory(receiver);
    Existing existing = Existing::kept;
    Options options{.patience = 20s};
    Ended sent;
    Ended received;
    std::string heard;  ///< what a peer that is not ours heard
};

TEST_F(Transfers, FilesOfEverySizeArriveWithModeAndTime) {
    for (const std::size_t octets :
         {std::size_t{0}, std::size_t{1}, block_size - 1, block_size, block_size + 1}) {
        const std::string name = std::to_string(octets);
        put(here, name, some_octets(octets), 0640);
        run(items({name.c_str()}));
        ASSERT_TRUE(*sent) << sent->error().message();
        ASSERT_TRUE(*received) << received->error().message();
        EXPECT_TRUE(read(there, name) == some_octets(octets)) << octets;
        EXPECT_EQ(there.stat(name).value().mode, 0640U);
        EXPECT_EQ(there.stat(name).value().modified, WallTime{1'000'000'007ns});
        EXPECT_EQ(sent->value().all, (Amount{1, octets}));
        there.remove(name).value();
        EXPECT_THAT(names(there), ElementsAre()) << "nothing is left beside it";
    }
}

TEST_F(Transfers, DirectoriesArriveWithAllThatIsBelowThem) {
    here.make_directory("d").value();
    here.make_directory("d/empty").value();
    here.make_directory("d/e").value();
    put(here, "d/e/a", "deep");
    put(here, "d/b", "less deep");
    here.set_status("d", {.mode = 0750, .modified = WallTime{5s}}).value();
    run(items({"d"}));
    ASSERT_TRUE(*received) << received->error().message();
    EXPECT_EQ(read(there, "d/e/a"), "deep");
    EXPECT_EQ(read(there, "d/b"), "less deep");
    EXPECT_EQ(there.stat("d/empty").value().kind, FileKind::directory);
    EXPECT_EQ(there.stat("d").value().mode, 0750U);
    EXPECT_EQ(there.stat("d").value().modified, WallTime{5s});
    EXPECT_EQ(received->value().all, (Amount{2, 13}));
}

TEST_F(Transfers, WhatIsThereAlreadyIsNotSentAgain) {
    put(here, "a", "first");
    put(here, "b", "second");
    run(items({"a"}));
    run(items({"a", "b"}));
    ASSERT_TRUE(*received) << received->error().message();
    EXPECT_EQ(received->value().present, (Amount{1, 5}));
    EXPECT_EQ(read(there, "b"), "second");
}

TEST_F(Transfers, AFileOfAnotherKindIsReplacedOnlyWhereThatWasAskedFor) {
    put(here, "a", "new");
    put(there, "a", "somebody's");
    run(items({"a"}));
    EXPECT_EQ(received->error(), Errc::exists);
    EXPECT_EQ(sent->error(), Errc::exists) << "the sender is told";
    EXPECT_THAT(std::string{sent->error().detail()}, HasSubstr("the other end: exists already: a"));
    EXPECT_EQ(read(there, "a"), "somebody's");
    existing = Existing::replaced;
    run(items({"a"}));
    ASSERT_TRUE(*received) << received->error().message();
    EXPECT_EQ(read(there, "a"), "new");
}

TEST_F(Transfers, AfterACutCableTheNextOneGoesOnWhereItBroke) {
    const std::string octets = some_octets(5 * block_size + 1);
    put(here, "big", octets);
    lab.at(lab.now().since_zero() + 12ms, [&] { lab.cut("sender", "lan"); });
    lab.at(lab.now().since_zero() + 5min, [&] { lab.heal("sender", "lan"); });
    run(items({"big"}));
    EXPECT_EQ(sent->error(), Errc::timed_out);
    EXPECT_EQ(received->error(), Errc::timed_out);
    EXPECT_EQ(there.stat("big").error(), Errc::not_found) << "nothing half-written under its name";
    lab.run_for(5min).value();
    run(items({"big"}));
    ASSERT_TRUE(*received) << received->error().message();
    EXPECT_GT(received->value().present.octets, 0U);
    EXPECT_EQ(received->value().present.octets, sent->value().present.octets);
    EXPECT_EQ(received->value().present.octets % block_size, 0U);
    EXPECT_TRUE(read(there, "big") == octets);
    EXPECT_THAT(names(there), ElementsAre("big"));
}

TEST_F(Transfers, AFileThatHasChangedMeanwhileIsSentFromItsBeginning) {
    put(here, "big", some_octets(5 * block_size));
    lab.at(lab.now().since_zero() + 12ms, [&] { lab.cut("sender", "lan"); });
    lab.at(lab.now().since_zero() + 5min, [&] { lab.heal("sender", "lan"); });
    run(items({"big"}));
    lab.run_for(5min).value();
    here.remove("big").value();
    const std::string changed = some_octets(5 * block_size, 2);
    put(here, "big", changed);  // of the same size and time
    run(items({"big"}));
    ASSERT_TRUE(*received) << received->error().message();
    EXPECT_TRUE(read(there, "big") == changed);
}

TEST_F(Transfers, AFullDiskIsToldToBothEndsAndTheNextOneGoesOn) {
    there = memory_directory(receiver, 2 * block_size + 1000);
    const std::string octets = some_octets(3 * block_size);
    put(here, "big", octets);
    run(items({"big"}));
    EXPECT_EQ(received->error(), Errc::no_space);
    EXPECT_EQ(sent->error(), Errc::no_space);
    EXPECT_THAT(std::string{sent->error().detail()}, HasSubstr("the other end: no space left"));
    EXPECT_EQ(there.stat("big").error(), Errc::not_found);
    copy_into_more_room();
    run(items({"big"}));
    ASSERT_TRUE(*received) << received->error().message();
    EXPECT_EQ(received->value().present.octets, 2 * block_size);
    EXPECT_TRUE(read(there, "big") == octets);
}

TEST_F(Transfers, NamesThatLeadOutAreRefused) {
    for (const char* name : {"../a", "/a", "d/../../a", ".a.sockeye-part"}) {
        put(here, "a", "x");
        std::vector<Item> all = items({"a"});
        all[0].entry.path = name;
        run(std::move(all));
        EXPECT_EQ(received->error(), Errc::input_output) << name;
        EXPECT_EQ(sent->error(), Errc::input_output) << name;
        EXPECT_THAT(names(there), ElementsAre());
        here.remove("a").value();
    }
}

/// What a sender says up to the blocks of one file.
std::vector<std::byte> offer_of_one_file(std::uint64_t octets) {
    std::vector<std::byte> frames;
    const std::span<const std::byte> greeting = BytesView{greeting_of(Role::sender)}.span();
    frames.assign(greeting.begin(), greeting.end());
    write(frames, Entry{.mode = 0644, .size = octets, .path = "a"});
    write(frames, ListEnd{1});
    write(frames, FileBegin{});
    return frames;
}

std::string_view text(const std::vector<std::byte>& octets) {
    return BytesView{std::span<const std::byte>{octets}}.text();
}

TEST_F(Transfers, ABlockThatWasChangedOnItsWayIsCorrupted) {
    std::vector<std::byte> frames = offer_of_one_file(1);
    const std::byte octet{'x'};
    write(frames, Data{Digest{}, {&octet, 1}});
    receive_from(text(frames));
    EXPECT_EQ(received->error(), Errc::corrupted);
    EXPECT_THAT(heard, HasSubstr("corrupted"));
    EXPECT_EQ(there.stat("a").error(), Errc::not_found);
}

TEST_F(Transfers, AFileThatIsNotWhatWasSentIsCorruptedAndHasNoName) {
    std::vector<std::byte> frames = offer_of_one_file(1);
    const std::byte octet{'x'};
    write(frames, Data{digest_of({&octet, 1}), {&octet, 1}});
    write(frames, FileEnd{1, Digest{}});
    receive_from(text(frames));
    EXPECT_EQ(received->error(), Errc::corrupted);
    EXPECT_EQ(there.stat("a").error(), Errc::not_found);
}

TEST_F(Transfers, WhoeverSendsMoreThanWasOfferedIsRefused) {
    std::vector<std::byte> frames = offer_of_one_file(1);
    const std::array<std::byte, 2> octets{};
    write(frames, Data{digest_of(octets), octets});
    receive_from(text(frames));
    EXPECT_EQ(received->error(), Errc::input_output);
}

TEST_F(Transfers, AnotherProtocolIsToldByItsFirstWords) {
    receive_from("GET / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(received->error().detail(), "the other end is no sockeye send or recv");
    receive_from(greeting_of(Role::receiver));
    EXPECT_EQ(received->error().detail(), "the other end receives, too");
    receive_from("");
    EXPECT_EQ(received->error(), Errc::closed);
}

TEST_F(Transfers, AHoleArrivesAsAHole) {
    there = memory_directory(receiver, 3 * block_size + 4);
    here.open("holes", Access::create).value().truncate(2 * block_size).value();
    here.open("holes", Access::update).value().pwrite("last", 2 * block_size).value();
    run(items({"holes"}));
    ASSERT_TRUE(*received) << received->error().message();
    EXPECT_TRUE(read(there, "holes") == std::string(2 * block_size, '\0') + "last");
}

TEST_F(Transfers, TheSameTwiceIsTheSameOnTheWire) {
    struct Once : Transfers {
        void TestBody() override {
            put(here, "a", some_octets(block_size + 1));
            lab.at(lab.now().since_zero() + 1ms, [&] { lab.cut("sender", "lan"); });
            lab.at(lab.now().since_zero() + 2s, [&] { lab.heal("sender", "lan"); });
            run(items({"a"}));
            EXPECT_TRUE(*received);
        }
    };
    Once first;
    Once second;
    first.TestBody();
    second.TestBody();
    EXPECT_EQ(first.lab.hash(), second.lab.hash());
}

}  // namespace
}  // namespace sockeye::app::transfer
