// Socket::sendfile, on every network: from a tree in memory, and from the machine's files.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "sockeye/directory.hpp"
#include "test/conformance/bodies.hpp"
#include "test/support/folder.hpp"

namespace sockeye::conformance {
namespace {

std::string letters(std::size_t octets) {
    std::string text(octets, ' ');
    for (std::size_t i = 0; i < octets; ++i) text[i] = static_cast<char>('a' + i % 26);
    return text;
}

struct Files {
    explicit Files(Place& place) : in_memory{memory_directory(place.client())} {}

    /// The same file in each.
    std::array<File, 2> of(const std::string& text) {
        folder.write("file", text);
        Result<void> written = in_memory.open("file", Access::update).value().pwrite(text, 0);
        EXPECT_TRUE(written);
        return {in_memory.open("file").value(), folder.directory().open("file").value()};
    }

    test::Folder folder;
    Directory in_memory;
};

/// Everything until the peer's FIN.
Task<std::string> receive_all(Socket& socket) {
    std::string text;
    for (;;) {
        auto bytes = co_await socket.recv(65536);
        if (!bytes || bytes->empty()) co_return text;
        text += bytes->text();
    }
}

void a_file_arrives_as_it_is(Place& place) {
    Files files{place};
    for (const std::string& text : {std::string{}, letters(5), letters(1'000'000)})
        for (const File& file : files.of(text)) {
            Pair pair{place};
            std::string got;
            bool ended = false;
            place.server().spawn([](Socket& far, std::string& all, bool& end) -> Task<> {
                all = co_await receive_all(far);
                end = true;
            }(pair.far, got, ended));
            EXPECT_EQ(pair.near.sendfile(file).wait().value(), text.size());
            EXPECT_TRUE(pair.near.shutdown(Shutdown::write));
            while (!ended) ASSERT_TRUE(place.client().sleep(1ms).wait());
            EXPECT_TRUE(got == text) << got.size() << " octets";
        }
}

void a_part_of_a_file_is_sent_between_other_octets(Place& place) {
    Files files{place};
    for (const File& file : files.of("0123456789")) {
        Pair pair{place};
        ASSERT_TRUE(pair.near.sendall("<").wait());
        EXPECT_EQ(pair.near.sendfile(file, 2, 3).wait().value(), 3U);
        ASSERT_TRUE(pair.near.sendall("|").wait());
        EXPECT_EQ(pair.near.sendfile(file, 8, 100).wait().value(), 2U) << "it ends before that";
        EXPECT_EQ(pair.near.sendfile(file, 10).wait().value(), 0U);
        EXPECT_EQ(pair.near.sendfile(file, 1000, 1).wait().value(), 0U);
        EXPECT_EQ(pair.near.sendfile(file, 0, 0).wait().value(), 0U);
        ASSERT_TRUE(pair.near.sendall(">").wait());
        pair.near.close();
        EXPECT_EQ(place.server().run(receive_all(pair.far)).value(), "<234|89>");
    }
}

void a_peer_that_never_reads_bounds_what_is_sent_of_a_file(Place& place) {
    Files files{place};
    const std::string text = letters(30'000'000);
    for (const File& file : files.of(text)) {
        Pair pair{place};
        const Result<std::uint64_t> sent = pair.near.sendfile(file, 0, {}, 50ms).wait();
        ASSERT_EQ(sent.error(), Errc::timed_out);
        const std::uint64_t taken = sent.error().transferred();
        EXPECT_GT(taken, 0U);
        EXPECT_LT(taken, text.size());
        pair.near.close();
        EXPECT_EQ(place.server().run(receive_all(pair.far)).value().size(), taken);
    }
}

void a_file_for_a_peer_that_is_gone_ends_in_reset(Place& place) {
    Files files{place};
    for (const File& file : files.of(letters(100))) {
        Pair pair{place};
        pair.far.close();
        Result<std::uint64_t> sent{};
        for (int i = 0; i < 100 && sent; ++i) {
            sent = pair.near.sendfile(file).wait();
            ASSERT_TRUE(place.client().sleep(1ms).wait());
        }
        EXPECT_EQ(sent.error(), Errc::reset);
    }
}

void only_an_open_file_goes_and_only_by_a_stream(Place& place) {
    Files files{place};
    const File file = std::move(files.of("text")[0]);
    Datagrams datagrams{place};
    EXPECT_EQ(datagrams.client.sendfile(file).wait().error(), Errc::invalid_argument);
    Pair pair{place};
    EXPECT_EQ(pair.near.sendfile(File{}).wait().error(), Errc::closed);
    pair.near.close();
    EXPECT_EQ(pair.near.sendfile(file).wait().error(), Errc::closed);
    EXPECT_EQ(pair.near.sendfile(file).wait().error().during(), std::string_view{"sendfile"});
}

constexpr Body bodies[] = {
    {"AFileArrivesAsItIs", a_file_arrives_as_it_is},
    {"APartOfAFileIsSentBetweenOtherOctets", a_part_of_a_file_is_sent_between_other_octets},
    {"APeerThatNeverReadsBoundsWhatIsSentOfAFile", a_peer_that_never_reads_bounds_what_is_sent_of_a_file},
    {"AFileForAPeerThatIsGoneEndsInReset", a_file_for_a_peer_that_is_gone_ends_in_reset},
    {"OnlyAnOpenFileGoesAndOnlyByAStream", only_an_open_file_goes_and_only_by_a_stream},
};

}  // namespace

std::span<const Body> sendfile_bodies() {
    return bodies;
}

}  // namespace sockeye::conformance
